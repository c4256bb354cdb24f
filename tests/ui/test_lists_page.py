"""The page of a list: windows, chips, order, sums, opening, previews, empty states, export, one state kept."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.small_book import BILL_LIST, BILLS, Host, small_context
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, Period, SortKey
from tradecrm.services.data import lists
from tradecrm.ui.context import PageContext
from tradecrm.ui.lists.model import cell_look, telling_places
from tradecrm.ui.lists.page import ListPage

Desk = tuple[PageContext, Host]


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    with small_context(tmp_path / "bills.db") as made:
        yield made


def opened(qtbot: QtBot, context: PageContext, link: Link | None = None, spec: Any = BILL_LIST) -> ListPage:
    page = ListPage(context, link or Link.to("bills"), spec)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    with qtbot.waitSignal(page.model.counted):
        page.show()
    settle(qtbot, page)
    return page


def settle(qtbot: QtBot, page: ListPage) -> None:
    context = page.context
    qtbot.waitUntil(lambda: not context.jobs._open)


def is_read(page: ListPage, number: int) -> bool:
    return page.model.row(number) is not None


def asked(context: PageContext, **request: Any) -> Any:
    return context.seat.ask(lists.fetch_window, BILLS, lists.ListRequest(limit=2000, **request))


def test_every_row_is_the_row_the_book_has_at_that_place(desk: Desk, qtbot: QtBot) -> None:
    context, _host = desk
    page = opened(qtbot, context)
    expected = asked(context, sort=BILL_LIST.default_sort)
    assert page.model.rowCount() == len(expected.ids) == 1500
    for number in (0, 255, 256, 1023, 1499):
        page.model.look(number, 0)
        qtbot.waitUntil(partial(is_read, page, number))
        row = page.model.row(number)
        assert row is not None
        assert row["id"] == expected.ids[number]


def test_painting_asks_nothing_of_the_book(desk: Desk, qtbot: QtBot) -> None:
    context, _host = desk
    page = opened(qtbot, context)
    seat: Any = context.seat
    before = len(seat.asked)
    page.grab()
    page.grab()
    assert len(seat.asked) == before


def test_a_row_not_read_yet_shows_a_placeholder_and_then_itself(desk: Desk, qtbot: QtBot) -> None:
    context, _host = desk
    page = opened(qtbot, context)
    page.model._pages.pop(3, None)
    assert page.model.look(900, 0).ink == "border"
    qtbot.waitUntil(lambda: page.model.row(900) is not None)
    assert page.model.look(900, 0).text.startswith("CI-")


def test_search_and_chips_narrow_rows_count_and_sums_alike(desk: Desk, qtbot: QtBot) -> None:
    context, _host = desk
    page = opened(qtbot, context)
    late = Filter("state", Op.ANY_OF, ("late",))
    page.bar.put(late)
    page.bar.search.setText("veld")
    settle(qtbot, page)
    expected = asked(context, search="veld", filters=(late,))
    assert page.model.rowCount() == len(expected.ids) > 0
    assert page.count.text() == f"{len(expected.ids)} rows"
    total = sum((row[expected.keys.index("amount")] for row in expected.rows), Decimal(0))
    assert f"CNY {total:,.2f}" in page.sums.text().replace("\u00a0", " ")
    assert "State: Overdue" in [button.text() for button in page.bar.findChildren(QPushButton)]


def test_pressing_a_title_orders_and_pressing_again_turns_round(desk: Desk, qtbot: QtBot) -> None:
    context, _host = desk
    page = opened(qtbot, context)
    head = page.table.horizontalHeader()
    for descending in (False, True):
        head.sectionClicked.emit(5)
        settle(qtbot, page)
        assert page.model.request.sort == (SortKey("amount", descending),)
        row = page.model.row(0)
        assert row is not None
        assert row["id"] == asked(context, sort=(SortKey("amount", descending),)).ids[0]


def test_enter_opens_the_row_and_a_click_opens_the_link(desk: Desk, qtbot: QtBot) -> None:
    context, host = desk
    page = opened(qtbot, context)
    row = page.model.row(0)
    assert row is not None
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert host.opened == [Link.to("bill", id=row["id"])]
    place = page.table.visualRect(page.model.index(1, 0)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    second = page.model.row(1)
    assert second is not None
    assert host.opened[-1] == Link.to("bill", id=second["id"])


def test_space_shows_facts_that_follow_the_current_row(desk: Desk, qtbot: QtBot) -> None:
    context, _host = desk
    page = opened(qtbot, context)
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    settle(qtbot, page)
    assert page.facts.isVisible()
    first = page.facts.heading.text()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    settle(qtbot, page)
    assert page.facts.heading.text() != first
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert not page.facts.isVisible()


def test_an_empty_book_offers_the_two_ways_to_begin(tmp_path: Path, qtbot: QtBot) -> None:
    with small_context(tmp_path / "empty.db", rows=0) as (context, host):
        page = opened(qtbot, context)
        assert page.stack.currentWidget() is page.empty
        buttons = {button.text(): button for button in page.empty.findChildren(QPushButton)}
        assert set(buttons) == {"New bill", "Import a spreadsheet"}
        buttons["New bill"].click()
        buttons["Import a spreadsheet"].click()
        assert host.opened == [Link.to("bill"), Link.to("import", kind="bill")]


def test_where_nothing_matches_the_filters_can_be_taken_off(desk: Desk, qtbot: QtBot) -> None:
    context, _host = desk
    page = opened(qtbot, context)
    page.bar.search.setText("no such bill")
    settle(qtbot, page)
    assert page.empty.heading.text() == "Nothing matches"
    page.empty.findChildren(QPushButton)[-1].click()
    settle(qtbot, page)
    assert page.stack.currentWidget() is page.table
    assert page.bar.text() == ""


def test_what_was_set_comes_back_at_the_next_start(desk: Desk, qtbot: QtBot) -> None:
    context, _host = desk
    page = opened(qtbot, context)
    page.bar.put(Filter("day", Op.PERIOD, (Period.THIS_MONTH,)))
    page.bar.put(Filter("amount", Op.AT_LEAST, (Decimal("100.50"),)))
    page.set_columns(["number", "amount"])
    state = page.save_state()
    again = ListPage(context, Link.to("bills"), BILL_LIST)
    qtbot.addWidget(again)
    again.restore_state(state)
    assert again.bar.filters() == page.bar.filters()
    assert [column.key for column in again.columns()] == ["number", "amount"]
    again.restore_state({"filters": [{"key": "gone"}], "sort": "x", "columns": ["never"]})
    assert [column.key for column in again.columns()] == ["number", "amount"]


def test_a_view_named_by_the_link_is_taken_up(desk: Desk, qtbot: QtBot) -> None:
    context, _host = desk
    page = opened(qtbot, context, Link.to("bills", view="late"))
    assert page.bar.filters() == BILL_LIST.views[0].filters
    assert page.model.rowCount() == 375


def test_the_export_holds_exactly_what_is_shown(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    context, host = desk
    page = opened(qtbot, context)
    page.set_columns(["number", "amount"])
    page.bar.put(Filter("currency", Op.ANY_OF, ("JPY",)))
    settle(qtbot, page)
    page.menus.export(tmp_path / "bills.csv")
    settle(qtbot, page)
    text = (tmp_path / "bills.csv").read_text(encoding="utf-8-sig")
    numbers = [cells[0] for cells in csv.reader(text.splitlines()) if cells and cells[0].startswith("CI-")]
    window = asked(context, sort=BILL_LIST.default_sort, filters=page.bar.filters())
    assert numbers == [row[window.keys.index("number")] for row in window.rows]
    assert host.toasts == ["Written to bills.csv."]


def test_copied_rows_go_into_a_spreadsheet_with_their_titles(desk: Desk, qtbot: QtBot) -> None:
    context, _host = desk
    page = opened(qtbot, context)
    page.table.selectRow(0)
    page.table.copy()
    lines = QApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:2] == ["Number", "Customer"]
    assert len(lines) == 2


def test_numbers_are_never_cut(desk: Desk, qtbot: QtBot) -> None:
    context, _host = desk
    page = opened(qtbot, context)
    column = [each.key for each in page.model.columns].index("amount")
    looks = [page.model.look(row, column) for row in range(page.model.rowCount())]
    assert page.table.columnWidth(column) >= max(page.table.cells.width(look) for look in looks)


@pytest.mark.parametrize("key", ["amount", "day", "note"])
def test_the_widest_cell_is_found_without_making_every_text(desk: Desk, qtbot: QtBot, key: str) -> None:
    context, _host = desk
    page = opened(qtbot, context)
    column = next(each for each in page.model.columns if each.key == key)
    amounts = [
        Decimal("-1234.5"),
        Decimal("0.4"),
        Decimal(0),
        None,
        Decimal(1234567),
        Decimal("999.995"),
        Decimal("-88888888.1"),
        Decimal(7),
    ]
    rows: dict[int, dict[str, Any]] = {
        place: {
            "amount": amount,
            "currency": ("USD", "JPY", "KWD")[place % 3],
            "day": date(2026, 1 + place % 12, 3),
            "note": "Crate " + "W" * (place % 5),
        }
        for place, amount in enumerate(amounts * 3)
    }
    places = telling_places(column, rows)
    cells = page.table.cells
    assert len(places) < len(rows)
    widest = max(cells.width(cell_look(column, values)) for values in rows.values())
    told = [cell_look(column, rows[place]) for place in places]
    assert cells.widest(told) == widest
    assert cells.widest(told, known=widest + 200) == widest + 200
    enough = [cell_look(column, rows[place]) for place in telling_places(column, rows, known=widest)]
    assert cells.widest(enough, widest) == widest
