"""Filters by keyboard: quick chips, the pop-up and the calendar; views that are there after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCalendarWidget, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.small_book import BILL_LIST, Host, small_context
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.screens.spec import ColumnSpec, FieldSpec
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.editors import DayEditor, make_editor
from tradecrm.ui.lists.filters import FilterBar, FilterPopup
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.lists.state import SettingsViews
from tradecrm.ui.shell.state import ShellState

Desk = tuple[PageContext, Host]
DAY = date(2026, 5, 20)


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    with small_context(tmp_path / "bills.db", rows=40) as made:
        yield made


def settle(qtbot: QtBot, context: PageContext) -> None:
    qtbot.waitUntil(lambda: not context.jobs._open)


def chips(bar: FilterBar) -> list[str]:
    return [chip.text() for chip in bar._shown_chips]


def receiver() -> QWidget:
    """Answer who gets the next key: an open pop-up's focus, else the window's."""
    popup = QApplication.activePopupWidget()
    widget = (popup.focusWidget() or popup) if popup is not None else QApplication.focusWidget()
    assert widget is not None
    return widget


def test_quick_filters_stand_as_chips_before_anything_is_filtered(desk: Desk, qtbot: QtBot) -> None:
    paid = ColumnSpec("paid", "Paid & closed", FieldKind.BOOL)
    columns = (*BILL_LIST.columns, paid)
    bar = FilterBar(desk[0].theme, columns, lambda: DAY, quick=("state", "paid", "unknown"))
    qtbot.addWidget(bar)
    assert chips(bar) == ["State", "Paid && closed"]
    bar._shown_chips[1].click()
    assert bar.filters() == (Filter("paid", Op.YES),)
    assert chips(bar) == ["State", "Paid && closed: yes"]
    bar.put(Filter("number", Op.CONTAINS, ("9",)))
    assert chips(bar) == ["State", "Paid && closed: yes", "Number contains 9"]
    bar.drop("paid")
    assert chips(bar) == ["State", "Paid && closed", "Number contains 9"]


def test_a_choice_is_filtered_by_keys_alone(desk: Desk, qtbot: QtBot) -> None:
    page = ListPage(desk[0], Link.to("bills"), replace(BILL_LIST, quick_filters=("state",)))
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    settle(qtbot, desk[0])
    page.bar._shown_chips[0].setFocus()
    QTest.keyClick(receiver(), Qt.Key.Key_Space)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, FilterPopup)
    popup.boxes[3][0].setFocus()
    QTest.keyClick(receiver(), Qt.Key.Key_Space)
    QTest.keyClick(receiver(), Qt.Key.Key_Return)
    settle(qtbot, desk[0])
    assert page.bar.filters() == (Filter("state", Op.ANY_OF, ("late",)),)
    assert page.model.rowCount() == 10


def test_a_number_is_typed_into_the_pop_up_and_refused_in_words(desk: Desk, qtbot: QtBot) -> None:
    bar = FilterBar(desk[0].theme, BILL_LIST.columns, lambda: DAY)
    qtbot.addWidget(bar)
    bar.show()
    popup = bar.edit("amount")
    popup.ops.setCurrentIndex(popup.ops.findData(Op.AT_LEAST))
    QTest.keyClicks(popup.first, "12x")
    QTest.keyClick(popup.first, Qt.Key.Key_Return)
    assert '"12x" is not a number' in popup.problem.text()
    assert bar.filters() == ()
    popup.first.selectAll()
    QTest.keyClicks(popup.first, "1,200.50")
    QTest.keyClick(popup.first, Qt.Key.Key_Return)
    assert bar.filters() == (Filter("amount", Op.AT_LEAST, (Decimal("1200.50"),)),)


def test_escape_leaves_the_pop_up_without_a_filter(desk: Desk, qtbot: QtBot) -> None:
    bar = FilterBar(desk[0].theme, BILL_LIST.columns, lambda: DAY)
    qtbot.addWidget(bar)
    bar.show()
    popup = bar.edit("day")
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert bar.filters() == ()


@pytest.mark.parametrize("at", [QPoint(5000, 5000), QPoint(-50, -50)])
def test_the_pop_up_lies_whole_on_the_screen(desk: Desk, qtbot: QtBot, at: QPoint) -> None:
    bar = FilterBar(desk[0].theme, BILL_LIST.columns, lambda: DAY)
    qtbot.addWidget(bar)
    bar.show()
    popup = bar.edit("state", at)
    assert popup.screen().availableGeometry().contains(QRect(popup.pos(), popup.size()))
    popup.close()


def test_many_long_chips_go_on_in_the_next_line(desk: Desk, qtbot: QtBot) -> None:
    page = ListPage(desk[0], Link.to("bills"), BILL_LIST)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    for key in ("number", "buyer", "note"):
        page.bar.put(Filter(key, Op.CONTAINS, ("Qasr Al Noor General Trading and Contracting " * 4,)))
    settle(qtbot, desk[0])
    assert page.width() == 1000
    assert {chip.y() for chip in page.bar._shown_chips} != {page.bar.search.y()}
    for chip in page.bar.findChildren(QPushButton):
        if chip.isVisible():
            assert page.bar.rect().contains(chip.geometry()), chip.text()


def test_the_calendar_is_used_by_keys(desk: Desk, qtbot: QtBot) -> None:
    editor = make_editor(desk[0], FieldSpec("valid", "Valid until", FieldKind.DATE), dict)
    assert isinstance(editor, DayEditor)
    qtbot.addWidget(editor)
    editor.show()
    editor.activateWindow()
    editor.setFocus()
    editor.put(DAY)
    taken: list[object] = []
    editor.typed.connect(taken.append)
    QTest.keyClick(editor, Qt.Key.Key_Up)
    QTest.keyClick(editor, Qt.Key.Key_PageUp)
    assert taken == [date(2026, 5, 21), date(2026, 6, 21)]
    QTest.keyClick(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    view = QApplication.activePopupWidget()
    assert isinstance(view, QCalendarWidget)
    table = view.findChild(QTableView)
    assert table is not None
    QTest.keyClick(table, Qt.Key.Key_Right)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert editor.value() == date(2026, 6, 29)
    assert QApplication.activePopupWidget() is None
    QTest.keyClick(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    opened = QApplication.activePopupWidget()
    assert opened is not None
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    assert editor.value() == date(2026, 6, 29)


def test_kept_views_are_there_after_a_restart_and_are_ones_own(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "settings" / "window.json"
    store = SettingsViews(ShellState(path), "firm", 1)
    desk[0].views = store
    page = ListPage(desk[0], Link.to("bills"), BILL_LIST)
    qtbot.addWidget(page)
    page.show_request(
        (Filter("amount", Op.BETWEEN, (Decimal("0.10"), Decimal(99))), Filter("day", Op.IS, (DAY,))),
        (SortKey("due", descending=True),),
        "veld",
    )
    page.set_columns(["amount", "number"])
    page.menus.keep("逾期 & mine")
    again = SettingsViews(ShellState(path), "firm", 1)
    desk[0].views = again
    other = ListPage(desk[0], Link.to("bills"), BILL_LIST)
    qtbot.addWidget(other)
    entry = next(a for a in other.menus.views_menu().actions() if a.text() == "逾期 && mine")
    entry.trigger()
    assert other.save_state() == page.save_state()
    assert other.bar.filters()[0].values == (Decimal("0.10"), Decimal(99))
    assert SettingsViews(ShellState(path), "firm", 2).views("bills") == {}
    assert SettingsViews(ShellState(path), "another", 1).views("bills") == {}
    other.menus.forget("逾期 & mine")
    assert SettingsViews(ShellState(path), "firm", 1).views("bills") == {}


@pytest.mark.parametrize("text", ["", "[]", '{"views": 3}', '{"views": {"firm#1": {"bills": [1]}}}'])
def test_a_damaged_settings_file_counts_as_no_views(tmp_path: Path, text: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(text, encoding="utf-8")
    store = SettingsViews(ShellState(path), "firm", 1)
    assert store.views("bills") == {}
    store.save("bills", {"mine": {"search": "x"}})
    assert SettingsViews(ShellState(path), "firm", 1).views("bills") == {"mine": {"search": "x"}}
