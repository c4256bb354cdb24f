"""The look: exact tokens, contrast, both modes, fonts that show Chinese, icons sharp at every scale."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QRawFont
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.ui.shell_parts import shell
from tradecrm.core.text import _, current_language, use_language
from tradecrm.screens.menu import MORE_NEW, MORE_REPORTS, NEW, REPORTS, pages
from tradecrm.ui.icons import strokes
from tradecrm.ui.popup import DueRow
from tradecrm.ui.shell.sidebar import NAME_ROOM
from tradecrm.ui.theme import Mode, Theme, plain_tip, text_label
from tradecrm.ui.tokens import DARK, LIGHT, Tokens, contrast


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_a_contrast_of_four_and_a_half(tokens: Tokens) -> None:
    pairs = [
        (ink, ground)
        for ink in (tokens.text, tokens.muted, tokens.accent)
        for ground in (tokens.background, tokens.surface)
    ]
    pairs += [
        (tokens.good, tokens.good_soft),
        (tokens.warn, tokens.warn_soft),
        (tokens.bad, tokens.bad_soft),
        (tokens.accent, tokens.accent_soft),
        (tokens.on_accent, tokens.accent),
    ]
    for ink, ground in pairs:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert round(contrast("#000000", "#FFFFFF"), 2) == 21


def test_choosing_a_look_tells_everyone_once(qtbot: QtBot) -> None:
    theme = Theme(Mode.LIGHT)
    with qtbot.waitSignal(theme.changed):
        theme.set_mode(Mode.DARK)
    assert theme.surface.name().upper() == DARK.surface
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_mode(Mode.DARK)


def test_the_interface_font_has_chinese_and_latin(qapp: QApplication) -> None:
    theme = Theme(Mode.LIGHT)
    theme.apply(qapp)
    raw = QRawFont.fromFont(theme.font())
    families = theme.font().families()
    assert "Noto Sans SC" in families
    assert raw.supportsCharacter("A")
    narrow, wide = QFontMetrics(theme.font(tabular=True)), QFontMetrics(theme.font(tabular=True))
    assert narrow.horizontalAdvance("1111") == wide.horizontalAdvance("8888")
    qapp.setStyleSheet("")


def test_chinese_after_english_has_marks_as_wide_as_its_characters(qapp: QApplication) -> None:
    theme = Theme(Mode.LIGHT)
    spoken, before = current_language(), qapp.font()
    try:
        use_language("en")
        theme.apply(qapp)
        assert QFontMetrics(theme.font()).horizontalAdvance("“") < theme.font().pixelSize()
        use_language("zh_CN")
        theme.apply(qapp)
        for mark in "，（）“":
            assert QFontMetrics(theme.font()).horizontalAdvance(mark) == theme.font().pixelSize(), mark
        assert not theme.font().featureTags()
    finally:
        use_language(spoken)
        qapp.setFont(before)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_name_of_the_sidebar_stands_whole(qapp: QApplication, language: str) -> None:
    spoken, before = current_language(), qapp.font()
    theme = Theme(Mode.LIGHT)
    try:
        use_language(language)
        theme.apply(qapp)
        metrics = QFontMetrics(theme.font())
        titles = [_(item.title) for item in pages()]
        assert [title for title in titles if metrics.horizontalAdvance(title) > NAME_ROOM] == []
    finally:
        use_language(spoken)
        qapp.setFont(before)


def test_a_label_never_reads_markup(qtbot: QtBot) -> None:
    label = text_label("<h1>Big</h1>")
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert plain_tip("<img src=file:x>") == "<qt>&lt;img src=file:x&gt;</qt>"
    assert plain_tip("") == ""


def test_every_declared_icon_is_drawn(qapp: QApplication) -> None:
    theme = Theme(Mode.LIGHT)
    for item in (*pages(), *NEW, *MORE_NEW, *REPORTS, *MORE_REPORTS):
        assert item.icon in strokes(), item.icon
    image = theme.icon("bell", "text").pixmap(QSize(16, 16), 2.0).toImage()
    assert (image.width(), image.height()) == (32, 32)
    inked = sum(image.pixelColor(x, y).alpha() > 0 for x in range(32) for y in range(32))
    assert inked > 30


def test_the_bell_takes_color_only_for_what_is_overdue(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, _context):
        chip = window.bell.findChild(QLabel)
        assert chip is not None
        window.show_due([DueRow(1, "Ask for the draft B/L", "Today", "warn")])
        assert (chip.text(), chip.property("role")) == ("1", "chip")
        window.show_due([DueRow(1, "Collect the balance", "3 days late", "bad")] * 120)
        assert (chip.text(), chip.property("role")) == ("99+", "chip")
        window.show_due([])
        assert chip.isHidden()
