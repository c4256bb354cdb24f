"""The window without a mouse: Tab follows the reading order, comes to nothing unseen, and never loses the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QWidget

from tests.ui.desk_book import Desk, desk, new_book
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.ui.lists.filters import FilterPopup
from tradecrm.ui.lists.page import ListPage

BUILT = (
    "accountant", "board", "contract", "customers", "holidays", "product", "receipt", "report/aging",
    "report/party_statement", "report/profits", "revaluation", "settings",
)  # fmt: skip
"""One page of each build."""

TAB, SHIFT = Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def made(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    book = new_book(tmp_path_factory.mktemp("keys"))
    with desk(book) as window:
        yield window
    book.close()


def come(made: Desk, link: Link) -> Any:
    """Open a page in the window in front; answers it."""
    made.window.open_link(link)
    made.settle()
    made.window.activateWindow()
    QTest.qWaitForWindowActive(made.window, 5_000)
    made.settle()
    return made.window.tabs.front_page()


def held() -> QWidget:
    """Answer what has the keyboard, which is always something in sight."""
    widget = QApplication.focusWidget()
    assert widget is not None, "the keyboard is lost"
    assert widget.isVisible()
    assert not widget.visibleRegion().isEmpty(), widget
    return widget


def tab(*, back: bool = False) -> QWidget:
    """Press Tab; answers where it went."""
    QTest.keyClick(held(), TAB, SHIFT if back else Qt.KeyboardModifier.NoModifier)
    QApplication.processEvents()
    return held()


def walk(page: QWidget, start: QWidget, most: int = 60) -> list[QWidget]:
    """Go on with Tab from a widget of the page until the page is left; answers the stops, each once."""
    start.setFocus(Qt.FocusReason.TabFocusReason)
    stops = [held()]
    for _turn in range(most):
        now = tab()
        if not page.isAncestorOf(now):
            return stops
        if now is not stops[-1]:
            stops.append(now)
    raise AssertionError(f"Tab never leaves the page: {stops[-1].accessibleName()}")


def test_tab_walks_a_list_as_it_is_read(made: Desk) -> None:
    page: ListPage = come(made, Link.to("contracts"))
    stops = walk(page, page.bar.search)
    places = [each.mapTo(page, QPoint(0, 0)) for each in stops]
    assert [at.x() for at in places[:-1]] == sorted(at.x() for at in places[:-1])
    assert (stops[0], stops[-2], stops[-1]) == (page.bar.search, page.bar.add, page.table)
    assert all(each.accessibleName() or isinstance(each, QPushButton) for each in stops)


def test_a_filter_set_by_keys_leaves_the_keyboard_on_its_chip(made: Desk) -> None:
    page: ListPage = come(made, Link.to("contracts"))
    page.bar._shown_chips[-1].setFocus(Qt.FocusReason.TabFocusReason)
    key = page.bar._quick[-1]
    page.bar.put(Filter(key, Op.FILLED))
    made.settle()
    assert held() is page.bar._shown_chips[-1]
    page.bar.drop(key)
    assert held() is page.bar._shown_chips[-1]
    page.bar.add.setFocus()
    column = next(each for each in page.spec.columns if each.kind is FieldKind.MONEY)
    popup: FilterPopup = page.bar.edit(column.key)
    named = {each.accessibleName() for each in (popup.ops, popup.periods, popup.first, popup.second)}
    assert len(named) == 3
    assert all(named)
    popup.close()


def test_the_lines_are_left_at_both_ends(made: Desk) -> None:
    """Shift+Tab in the first cell goes to the field before; behind the last stands what can be done next."""
    page = come(made, Link.to("contract", id=1))
    grid = page.grids()[0]
    assert grid.accessibleName()
    grid.setFocus()
    grid.setCurrentIndex(grid.grid.index(0, 0))
    before = tab(back=True)
    assert page.isAncestorOf(before)
    assert before is not grid
    assert tab() is grid
    stops = walk(page, grid)
    assert page.save_button in stops
    assert {button for button, _action in page._next if button.isVisible()} <= set(stops)


def test_tab_leaves_a_locked_record(made: Desk) -> None:
    """A contract in effect has no Save: its lines handed the keyboard to a button nobody saw, and kept it."""
    line = ContractLineDraft(None, "lantern", Decimal(10), Decimal("6.85"))
    draft = SaveContract(1, date(2026, 6, 1), "CNY", "FOB", "Ningbo", "TT;P100@BL+7D", (line,))
    contract = made.context.seat.perform(save_contract, draft).value
    for state in ("signed", "effective"):
        made.context.seat.perform(move_contract, MoveContract(contract, state, date(2026, 6, 3)))
    page = come(made, Link.to("contract", id=contract))
    assert not page.save_button.isVisible()
    stops = walk(page, page.grids()[0])
    assert {button for button, _action in page._next if button.isVisible()} <= set(stops)


def test_tab_comes_to_the_rows_of_today_before_the_rules(made: Desk) -> None:
    page = come(made, Link.to("today"))
    stops = walk(page, page._new, 200)
    rows = [n for n, each in enumerate(stops) if any(line.isAncestorOf(each) for line in page.lines)]
    rules = [n for n, each in enumerate(stops) if page._rules.isAncestorOf(each)]
    assert rows
    assert rules
    assert max(rows) < min(rules)
    assert not any(isinstance(each, QScrollArea) for each in stops)


def test_the_cards_of_the_desktop_are_walked_one_by_one(made: Desk) -> None:
    page = come(made, Link.to("desktop"))
    owners: list[str] = []
    for stop in walk(page, page._new, 200):
        owner = next((key for key, card in page._cards.items() if card.isAncestorOf(stop)), "")
        if not owners or owners[-1] != owner:
            owners.append(owner)
    assert len(owners) == len(set(owners)), owners
    assert len(owners) > 3


def test_what_the_keyboard_comes_to_is_scrolled_into_sight(made: Desk) -> None:
    made.window.resize(1366, 500)
    come(made, Link.to("contracts"))
    sidebar = made.window.sidebar
    bar = sidebar._scroll.verticalScrollBar()
    bar.setValue(bar.maximum())
    QApplication.processEvents()
    first = next(iter(sidebar._buttons.values()))
    assert first.visibleRegion().isEmpty()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert held() is first
    made.window.resize(1366, 768)


class Windows(QObject):
    """Keeps the names of what was shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note a widget that is shown while it has no parent."""
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(f"{type(watched).__name__} {watched.property('text') or ''}")
        return False


def test_no_part_of_a_page_is_a_window_before_it_stands_in_it(made: Desk, qapp: QApplication) -> None:
    """A button shown before it has its place takes the keyboard from the window, and flashes on the screen."""
    come(made, Link.to("contracts"))
    windows = Windows()
    qapp.installEventFilter(windows)
    told = {}
    try:
        for target in BUILT:
            made.window.open_link(Link.to(target))
            made.settle()
            if windows.shown:
                told[target] = sorted(set(windows.shown))
                windows.shown.clear()
            made.window.tabs.close_front(asking=False)
    finally:
        qapp.removeEventFilter(windows)
    assert told == {}


def test_opening_a_number_and_coming_back_keeps_the_keyboard(made: Desk) -> None:
    """Closed, it goes back to the list it came from, though another page stands beside it."""
    page: ListPage = come(made, Link.to("contracts"))
    come(made, Link.to("customers"))
    come(made, Link.to("contracts"))
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    row = page.table.currentIndex().row()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    made.settle()
    contract: Any = made.window.tabs.front_page()
    assert contract is not page
    assert contract is held() or contract.isAncestorOf(held())
    made.window.tabs.close_front()
    made.settle()
    table: Any = page.table
    assert held() is table
    assert page.table.currentIndex().row() == row
    report = come(made, Link.to("report/aging"))
    assert report is held() or report.isAncestorOf(held())
    bar = report.report.bar
    stops = walk(report, next(iter(bar.editors.values())))
    fields = [n for n, each in enumerate(stops) if each in bar.editors.values()]
    assert stops.index(bar.more) == max(fields) + 1
