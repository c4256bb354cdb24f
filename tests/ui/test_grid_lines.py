"""The line grid: keys as in a spreadsheet, blocks pasted from one, derived cells, two hundred lines."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.small_book import small_context
from tests.ui.small_form import PRODUCTS, Desk, form
from tradecrm.core.links import Link
from tradecrm.ui.context import PageContext
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.grid import LineGrid


@pytest.fixture
def page(tmp_path: Path, qtbot: QtBot) -> Iterator[FormPage]:
    with small_context(tmp_path / "book.db", rows=1) as (context, _host):
        made = FormPage(context, Link.to("quotation", id=63), form(Desk()))
        qtbot.addWidget(made)
        made.resize(1366, 768)
        made.show()
        made.activateWindow()
        qtbot.waitUntil(lambda: made.loaded)
        yield made


def grid_of(page: FormPage) -> LineGrid:
    return page.grids()[0]


def settle(qtbot: QtBot, context: PageContext) -> None:
    qtbot.waitUntil(lambda: not context.jobs._open)


def texts(grid: LineGrid, row: int) -> list[str]:
    return [grid.grid.look(row, column).text for column in range(grid.grid.columnCount())]


def test_an_empty_line_always_waits_at_the_end(page: FormPage) -> None:
    grid = grid_of(page)
    assert grid.grid.rowCount() == 5
    grid.grid.edited.emit(4, "quantity", Decimal(7))
    assert grid.grid.rowCount() == 6
    assert texts(grid, 4)[2] == "7"


def test_typing_a_price_moves_on_and_derives_the_amount(page: FormPage, qtbot: QtBot) -> None:
    grid = grid_of(page)
    grid.setFocus()
    grid.setCurrentIndex(grid.grid.index(0, 2))
    QTest.keyClicks(grid, "1")
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, ",000")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.session.draft.rows()[0]["quantity"] == Decimal(1000))
    assert texts(grid, 0)[5] == "6,850.00"
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (0, 3)
    assert page.lines[0].total.text() == "USD 26,162.50"


def test_enter_skips_derived_cells_and_goes_to_the_next_line(page: FormPage, qtbot: QtBot) -> None:
    grid = grid_of(page)
    grid.setFocus()
    grid.setCurrentIndex(grid.grid.index(0, 4))
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (1, 0)
    QTest.keyClick(grid, Qt.Key.Key_Backtab)
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (0, 4)


def test_enter_on_the_empty_line_leaves_the_grid(page: FormPage, qtbot: QtBot) -> None:
    grid = grid_of(page)
    grid.setFocus()
    grid.setCurrentIndex(grid.grid.index(4, 0))
    with qtbot.waitSignal(grid.left):
        QTest.keyClick(grid, Qt.Key.Key_Return)


def test_a_product_is_typed_by_its_code_and_brings_its_price(page: FormPage, qtbot: QtBot) -> None:
    grid = grid_of(page)
    grid.setFocus()
    grid.setCurrentIndex(grid.grid.index(4, 0))
    QTest.keyClicks(grid, "h")
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "s-08")
    settle(qtbot, page.context)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.session.draft.rows()) == 5)
    line = page.session.draft.rows()[4]
    assert line["product"] == PRODUCTS[2]
    assert line["price"] == Decimal("9.1")
    page.undo()
    assert len(page.session.draft.rows()) == 4


def test_a_block_from_a_spreadsheet_is_one_step_and_says_what_it_cannot_read(
    page: FormPage, qtbot: QtBot
) -> None:
    grid = grid_of(page)
    before = page.session.draft
    QApplication.clipboard().setText(
        "LN-210\tLantern\t1,200\tpcs\t6.5\r\nGK-44\t\tmany\tsets\t14.4\r\nXX-99\tUnknown\t5\tpcs\t1\r\n"
    )
    grid.setCurrentIndex(grid.grid.index(4, 0))
    grid.paste()
    settle(qtbot, page.context)
    rows = page.session.draft.rows()
    assert len(rows) == 7
    assert rows[4]["product"] == PRODUCTS[0]
    assert rows[4]["price"] == Decimal("6.5")
    assert rows[4]["amount"] == Decimal("7800.00")
    problems = grid.grid.problems
    assert '"many" is not a number' in problems[5, "quantity"]
    assert 'Nothing is called "XX-99"' in problems[6, "product"]
    page.undo()
    assert page.session.draft.rows() == before.rows()


def test_lines_are_moved_and_deleted_from_the_keyboard(page: FormPage, qtbot: QtBot) -> None:
    grid = grid_of(page)
    grid.setFocus()
    grid.setCurrentIndex(grid.grid.index(1, 0))
    QTest.keyClick(grid, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [texts(grid, row)[0] for row in range(2)] == ["GK-44", "LN-210"]
    QTest.keyClick(grid, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert [texts(grid, row)[0] for row in range(2)] == ["LN-210", "HS-08"]
    page.undo()
    page.undo()
    assert [texts(grid, row)[0] for row in range(2)] == ["LN-210", "GK-44"]


def test_the_decimals_of_an_amount_are_those_of_its_currency(page: FormPage) -> None:
    page.session.put("currency", "JPY")
    page._show()
    grid = grid_of(page)
    assert texts(grid, 1)[5] == "11,520"


def test_in_two_hundred_lines_a_change_draws_only_its_own_line(page: FormPage) -> None:
    line = page.session.draft.rows()[0]
    page.session.change("lines", page.session.draft.put_rows("lines", [line] * 200))
    page._show()
    grid = grid_of(page)
    drawn: list[tuple[int, int]] = []
    grid.grid.dataChanged.connect(lambda first, last: drawn.append((first.row(), last.row())))
    grid.grid.edited.emit(120, "quantity", Decimal(9))
    assert drawn == [(120, 120)]
    assert cast("Decimal", page.session.draft.rows()[120]["amount"]) == Decimal("61.65")


def test_two_hundred_pasted_lines_are_one_step(page: FormPage, qtbot: QtBot) -> None:
    grid = grid_of(page)
    before = page.session.draft
    QApplication.clipboard().setText(
        "\r\n".join(f"{('LN-210', 'HS-08')[n % 2]}\tLine {n}\t{n + 1}\tpcs\t1.{n:03d}" for n in range(200))
    )
    grid.setCurrentIndex(grid.grid.index(4, 0))
    grid.paste()
    settle(qtbot, page.context)
    rows = page.session.draft.rows()
    assert len(rows) == 204
    assert rows[203]["quantity"] == Decimal(200)
    assert rows[203]["amount"] == Decimal("239.80")
    assert grid.grid.rowCount() == 205
    assert grid.grid.problems == {}
    grid.setFocus()
    for key, row in ((Qt.Key.Key_End, 204), (Qt.Key.Key_Home, 0)):
        QTest.keyClick(grid, key, Qt.KeyboardModifier.ControlModifier)
        assert grid.currentIndex().row() == row
    page.undo()
    assert page.session.draft.rows() == before.rows()


def test_typing_in_two_hundred_lines_costs_little(page: FormPage) -> None:
    """Prints what a key in the head and a value in a cell cost; the time of a computer proves nothing."""
    line = page.session.draft.rows()[0]
    page.session.change("lines", page.session.draft.put_rows("lines", [line] * 200))
    page._show()
    grid = grid_of(page)
    place = page.boxes["place"].editor
    place.setFocus()
    QApplication.processEvents()
    start = time.perf_counter()
    QTest.keyClicks(place, "x")
    QApplication.processEvents()
    between = time.perf_counter()
    grid.grid.edited.emit(120, "quantity", Decimal(9))
    QApplication.processEvents()
    key, value = between - start, time.perf_counter() - between
    print(f"a key in the head {key * 1000:.1f} ms, a value in a cell {value * 1000:.1f} ms")  # noqa: T201
    assert page.session.draft.text("place").endswith("x")
    assert page.session.draft.rows()[120]["quantity"] == Decimal(9)
