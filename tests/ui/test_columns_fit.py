"""Columns fit the room there is: figures whole, texts give way first, down to a least width."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tradecrm.core.fields import FieldKind
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.ui.columns import LEAST_FIRST, LEAST_TEXT, fitted
from tradecrm.ui.labels import HELD, SumsLabel
from tradecrm.ui.tables import TableView, two_lines
from tradecrm.ui.theme import Theme

MONEY = FieldKind.MONEY
NAME = "Ningbo Zhenhai Yuanyang Freight Forwarding Co., Ltd."


def statement(totals: int = 1, notes: int = 1) -> Table:
    columns = (
        TableColumn("day", "Date", FieldKind.DATE),
        TableColumn("partner", "Partner"),
        TableColumn("paper", "Paper"),
        TableColumn("in", "Received in the period", MONEY, "USD"),
        TableColumn("out", "Paid in the period", MONEY, "USD"),
        TableColumn("balance", "Balance", MONEY, "USD"),
    )
    cells = ("2026-05-23", NAME, NAME, Decimal("160000.00"), Decimal("485.00"), Decimal("2113595.66"))
    last = TableRow(("Total", "", "", *cells[3:]), style=RowStyle.TOTAL)
    return Table(
        "s", "Statement", "", columns, (TableRow(cells),) * 30, (last,) * totals, ("A note.",) * notes
    )


def shown(qtbot: QtBot, table: Table, width: int, height: int) -> TableView:
    view = TableView(Theme())
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show()
    view.show_table(table)
    QApplication.processEvents()
    return view


def test_what_fits_is_left_alone() -> None:
    assert fitted([100, 200, 90], [1], 400) == [100, 200, 90]


def test_the_widest_text_gives_way_first() -> None:
    assert fitted([90, 380, 160, 100], [1, 2], 610) == [90, 260, 160, 100]
    assert fitted([90, 380, 300, 100], [1, 2], 490) == [90, 150, 150, 100]


def test_texts_keep_a_least_width_and_then_the_table_scrolls() -> None:
    assert fitted([300, 380, 80, 500], [0, 1, 2], 200) == [LEAST_FIRST, LEAST_TEXT, 80, 500]
    assert fitted([300, 380], [], 200) == [300, 380]


def test_titles_break_in_the_middle() -> None:
    assert two_lines("Total in CNY at closing") == ("Total in CNY", "at closing")
    assert two_lines("Balance") == ("Balance",)
    assert two_lines("In CNY") == ("In CNY",)
    assert two_lines("折合 CNY") == ("折合 CNY",)
    assert two_lines("期末汇率折合人民币") == ("期末汇率折", "合人民币")
    assert two_lines("借方（CNY）") == ("借方", "（CNY）")
    assert two_lines("账面FOBUSD值") == ("账面FOBUSD值",)


def test_the_running_balance_is_in_sight_beside_long_names(qtbot: QtBot) -> None:
    view = shown(qtbot, statement(), 760, 500)
    last = view.body.table.index(0, 5)
    assert view.body.visualRect(last).right() <= view.body.viewport().width()
    for column in (3, 4, 5):
        assert view.body.cells.width(view.body.table.look(0, column)) <= view.body.columnWidth(column)


def test_totals_take_a_third_at_most_and_notes_stand_whole_below(qtbot: QtBot) -> None:
    view = shown(qtbot, statement(totals=12, notes=3), 900, 600)
    assert view.totals.height() <= 200
    assert view.totals.verticalScrollBar().maximum() > 0
    assert view.notes.geometry().top() >= view.totals.geometry().bottom()
    assert view.notes.height() >= view.notes.heightForWidth(view.notes.width())


def test_five_rows_stay_in_sight(qtbot: QtBot) -> None:
    view = shown(qtbot, statement(totals=12, notes=3), 900, 100)
    for _turn in range(5):
        QApplication.processEvents()
    assert view.minimumSizeHint().height() >= 6 * 32 + view.totals.height() + view.notes.height()
    view.resize(900, 10)
    QApplication.processEvents()
    assert view.body.height() >= 6 * 32


def test_sums_go_on_in_the_next_line_and_none_is_cut(qtbot: QtBot) -> None:
    label = SumsLabel()
    qtbot.addWidget(label)
    label.show_sums((("Amount", ("JPY 1,129,055", "USD 400,008.91")), ("Open amount", ("EUR 28,695.24",))))
    whole = label.fontMetrics().horizontalAdvance(label.text())
    assert label.heightForWidth(whole // 2 + 40) > label.heightForWidth(whole + 20)
    assert all(
        sum_ in label.text().replace(HELD, " ") for sum_ in ("JPY 1,129,055", "Open amount  EUR 28,695.24")
    )
