"""A finished table on the screen: every figure opens by mouse and keys, totals stay, nothing is cut."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import Theme

LONG = "Qasr Al Noor General Trading and Contracting Establishment for Household Articles LLC, Jebel Ali Free Zone"


def aging() -> Table:
    rows = (
        TableRow(("Receivables",), style=RowStyle.SECTION),
        TableRow(
            ("Veld B.V.", Decimal(10794), Decimal("-5.5")), (None, Link.to("a"), Link.to("b")), "USD", 1
        ),
        TableRow(("青岛蓝湾 <b>x</b>", Decimal(98500), None), (None, Link.to("c")), "JPY", 1),
        TableRow((LONG, Decimal("1234567890.12"), Decimal(0)), (Link.to("d"), Link.to("e")), "USD", 1),
    )
    totals = (
        TableRow(
            ("Total USD", Decimal("1234578684.12"), None), (None, Link.to("f")), "USD", style=RowStyle.TOTAL
        ),
    )
    columns = (
        TableColumn("party", "Customer"),
        TableColumn("open", "Open", FieldKind.MONEY),
        TableColumn("late", "Over 90 days", FieldKind.MONEY),
    )
    return Table("aging", "Aging", "As of 2026-05-31", columns, rows, totals, ("Amounts by currency.",))


@pytest.fixture
def view(qtbot: QtBot) -> TableView:
    made = TableView(Theme())
    qtbot.addWidget(made)
    made.resize(900, 400)
    made.show()
    made.show_table(aging())
    return made


def test_amounts_take_the_decimals_of_their_row(view: TableView) -> None:
    look = view.body.table.look
    assert [look(row, 1).text for row in (1, 2, 3)] == ["10,794.00", "98,500", "1,234,567,890.12"]
    assert look(1, 2).text == "−5.50"
    assert look(2, 0).text == "青岛蓝湾 <b>x</b>"


def test_every_linked_figure_opens_by_mouse_and_by_keys(view: TableView, qtbot: QtBot) -> None:
    opened: list[Link] = []
    view.opened.connect(opened.append)
    for part in (view.body, view.totals):
        for row, each in enumerate(part.table.rows):
            for column, link in enumerate(each.links):
                if link is None:
                    continue
                part.setCurrentIndex(part.table.index(row, column))
                QTest.keyClick(part, Qt.Key.Key_Return)
                place = part.visualRect(part.table.index(row, column)).center()
                QTest.mouseClick(part.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == [link for link in view.links() for _way in range(2)]
    assert len(view.links()) == 6


def test_no_number_is_cut_and_long_text_wraps(view: TableView) -> None:
    for part in (view.body, view.totals):
        for row in range(part.table.rowCount()):
            for column in (1, 2):
                assert part.cells.width(part.table.look(row, column)) <= part.columnWidth(column)
    assert view.body.rowHeight(3) > view.body.rowHeight(1)


def test_totals_stand_below_their_columns(view: TableView) -> None:
    widths = [view.body.columnWidth(n) for n in range(3)]
    assert [view.totals.columnWidth(n) for n in range(3)] == widths
    view.body.setColumnWidth(0, 300)
    assert view.totals.columnWidth(0) == 300


def test_chosen_cells_are_copied_for_a_spreadsheet(view: TableView) -> None:
    view.body.setCurrentIndex(view.body.table.index(1, 0))
    view.body.selectAll()
    view.body.copy()
    lines = QApplication.clipboard().text().split("\n")
    assert lines[1] == "Veld B.V.\t10,794.00\t−5.50"


def test_an_empty_table_says_so(view: TableView) -> None:
    view.show_table(Table("a", "Aging", "", aging().columns, ()))
    assert view.nothing.isVisible()
    assert not view.body.isVisible()
