"""The search box: English, Chinese, pinyin initials; the newest answer wins; keys alone suffice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.shell_parts import shell
from tradecrm.core.links import Link
from tradecrm.ui.shell.matching import Entry, initials, matches, score, with_words

AGING = with_words(
    Entry("Aging of receivables", "", "report", "chart", Link.to("report/aging")), ("应收账款账龄",)
)
OWED = with_words(Entry("Receivables", "", "page", "receivables", Link.to("customers")), ("应收账款",))


def test_initials_of_chinese_and_latin() -> None:
    assert initials("应收账款") == "yszk"
    assert initials("Aging of receivables") == "aor"
    assert initials("") == ""


def test_found_in_both_languages_and_by_initials() -> None:
    for typed in ("aging", "AOR", "账龄", "yszkzl", "receiv"):
        assert AGING in matches([OWED, AGING], typed), typed
    assert matches([AGING, OWED], "yszk") == [OWED, AGING], "the whole name stands before a beginning"
    assert matches([AGING, OWED], "zzz") == []
    assert matches([AGING, OWED], " ") == [AGING, OWED]


def test_score_prefers_whole_then_beginning_then_word_then_inside() -> None:
    assert [score(OWED, typed) for typed in ("receivables", "rec", "vab", "q")] == [4, 3, 1, 0]
    assert score(AGING, "rec") == 2


def test_enter_opens_the_best_and_escape_leaves(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, _context):
        box = window.palette_box
        window.set_entries([AGING, OWED], None)
        QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        assert box.isVisible()
        QTest.keyClicks(box.field, "yszk")
        QTest.keyClick(box.field, Qt.Key.Key_Down)
        QTest.keyClick(box.field, Qt.Key.Key_Return)
        assert window.tabs.front == Link.to("report/aging")
        box.pop_up()
        QTest.keyClick(box.field, Qt.Key.Key_Escape)
        assert not box.isVisible()


def test_records_of_an_older_text_are_dropped(qtbot: QtBot, tmp_path: Path) -> None:
    asked: list[tuple[str, Callable[[Sequence[Entry]], None]]] = []
    with shell(tmp_path) as (window, _context):
        window.set_entries([], lambda text, found: asked.append((text, found)))
        box = window.palette_box
        box.pop_up()
        box.field.setText("v")
        box.field.setText("ve")
        veld = Entry("Veld B.V.", "Customer", "record", "customers", Link.to("customer", id=1))
        old = Entry("Vita", "Customer", "record", "customers", Link.to("customer", id=2))
        assert [text for text, _found in asked] == ["v", "ve"]
        asked[1][1]([veld])
        asked[0][1]([old])
        assert box.shown() == [veld]
