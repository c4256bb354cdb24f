"""Fields that cannot be typed in look alike, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.small_book import small_context
from tradecrm.core.fields import FieldKind
from tradecrm.screens.spec import Choice, FieldSpec
from tradecrm.ui.fields.editors import make_editor
from tradecrm.ui.theme import Mode, Theme

KINDS = (FieldKind.TEXT, FieldKind.MONEY, FieldKind.DATE, FieldKind.LONG_TEXT, FieldKind.CHOICE)


@pytest.fixture
def styled() -> Iterator[Theme]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme(Mode.LIGHT)
    before = application.styleSheet(), application.font()
    theme.apply(application)
    yield theme
    application.setStyleSheet(before[0])
    application.setFont(before[1])


def test_every_kind_has_the_same_ground_when_it_cannot_be_typed_in(
    styled: Theme, tmp_path: Path, qtbot: QtBot
) -> None:
    grounds = set()
    with small_context(tmp_path / "book.db", rows=1) as (context, _host):
        for kind in KINDS:
            editor = make_editor(context, FieldSpec("x", "X", kind, choices=(Choice("a", "A"),)), dict)
            qtbot.addWidget(editor)
            editor.setReadOnly(True)
            editor.resize(200, editor.sizeHint().height())
            editor.show()
            image = editor.grab().toImage()
            grounds.add(image.pixelColor(image.width() // 2, 6).name())
            grounds.add(image.pixelColor(image.width() - 14, image.height() // 2).name())
    assert grounds == {styled.color("background").name()}


def test_a_day_that_cannot_be_typed_in_offers_no_calendar(tmp_path: Path, qtbot: QtBot) -> None:
    with small_context(tmp_path / "book.db", rows=1) as (context, _host):
        editor = make_editor(context, FieldSpec("x", "X", FieldKind.DATE), dict)
        qtbot.addWidget(editor)
        assert isinstance(editor, QLineEdit)
        editor.setReadOnly(True)
        assert not any(action.isVisible() for action in editor.actions())
        editor.setReadOnly(False)
        assert any(action.isVisible() for action in editor.actions())
