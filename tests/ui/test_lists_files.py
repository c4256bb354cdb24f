"""Exports read back: Excel, CSV and PDF hold exactly what the list shows, and nothing a person may not see."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from tests.ui.small_book import BILL_LIST, BILLS, Bill, Everything, Host, small_context
from tests.unit.render_samples import letters, page_texts
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.ui.context import PageContext
from tradecrm.ui.lists.page import ListPage

Desk = tuple[PageContext, Host]
ATTACK = '=HYPERLINK("http://evil","x")'


class Discreet(Everything):
    def can(self, verb: str) -> bool:
        return verb != "profit.read"


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    with small_context(tmp_path / "bills.db", rows=60) as (context, host):
        seat: Any = context.seat
        with seat.engine.begin() as connection:
            connection.execute(update(Bill).where(Bill.id == 2).values(note=ATTACK, amount=Decimal(-5)))
            connection.execute(update(Bill).where(Bill.id == 6).values(note="+1 234", amount=Decimal(11)))
        yield context, host


def settle(qtbot: QtBot, context: PageContext) -> None:
    qtbot.waitUntil(lambda: not context.jobs._open)


def narrowed(qtbot: QtBot, context: PageContext, spec: Any = BILL_LIST) -> ListPage:
    """Open the list on yen bills by amount, with four columns in another order."""
    page = ListPage(context, Link.to("bills"), spec)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    page.show_request((Filter("currency", Op.ANY_OF, ("JPY",)),), (SortKey("amount"),))
    page.set_columns(["note", "number", "day", "amount", "currency"])
    settle(qtbot, context)
    return page


def on_screen(page: ListPage) -> list[list[str]]:
    return [
        [page.model.look(row, column).text for column in range(page.model.columnCount())]
        for row in range(page.model.rowCount())
    ]


def exported(qtbot: QtBot, page: ListPage, path: Path) -> Path:
    page.menus.export(path)
    settle(qtbot, page.context)
    assert path.stat().st_size
    return path


def test_the_csv_holds_the_rows_and_columns_of_the_screen(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    page = narrowed(qtbot, desk[0])
    path = exported(qtbot, page, tmp_path / "bills.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    start = next(n for n, row in enumerate(rows) if row[1:2] == ["Number"])
    body = rows[start + 1 : start + 1 + page.model.rowCount()]
    shown = on_screen(page)
    assert len(shown) == 15
    assert [row[1] for row in body] == [row[1] for row in shown]
    assert [row[2] for row in body] == [row[2] for row in shown]
    amounts = [Decimal(row[3].replace(",", "")) for row in body]
    assert amounts == [Decimal(row[3].replace(",", "").replace("−", "-")) for row in shown]
    attack = next(row[0] for row in body if "HYPERLINK" in row[0])
    assert not attack.startswith("=")
    assert not any(row[0].startswith(("=", "+", "-", "@")) for row in body)


def test_the_workbook_holds_numbers_dates_and_text_that_stays_text(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    page = narrowed(qtbot, desk[0])
    sheet = load_workbook(exported(qtbot, page, tmp_path / "bills.xlsx")).worksheets[0]
    rows = list(sheet.iter_rows())
    start = next(n for n, row in enumerate(rows) if row[1].value == "Number")
    body = rows[start + 1 : start + 1 + page.model.rowCount()]
    assert [row[1].value for row in body] == [row[1] for row in on_screen(page)]
    assert all(isinstance(row[2].value, date | datetime) for row in body)
    assert all(row[3].data_type == "n" for row in body)
    attack = next(row[0] for row in body if "HYPERLINK" in str(row[0].value))
    assert attack.value == ATTACK
    assert attack.data_type == "s"
    assert not any(cell.data_type == "f" for row in rows for cell in row if row in body)
    totals = page.model.totals
    assert totals is not None
    last = [row for row in rows[start + 1 + len(body) :] if row[3].value is not None]
    assert Decimal(str(last[0][3].value)) == totals.sums["amount"]["JPY"]


def test_the_pdf_says_title_filter_and_every_row(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    page = narrowed(qtbot, desk[0])
    text = letters("".join(page_texts(exported(qtbot, page, tmp_path / "bills.pdf").read_bytes())))
    assert text.startswith("Bills")
    assert letters("Currency: JPY") in text
    for row in on_screen(page):
        assert letters(row[1]) in text
    assert letters(ATTACK) in text


def test_a_field_one_may_not_see_is_in_no_column_filter_or_file(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    context, _host = desk
    columns = tuple(replace(c, needs="profit.read") if c.key == "amount" else c for c in BILLS.columns)
    spec = replace(BILL_LIST, source=replace(BILLS, columns=columns), quick_filters=("amount", "state"))
    seat: Any = context.seat
    seat.actor = Discreet()
    page = narrowed(qtbot, context, spec)
    assert "amount" not in [column.key for column in page.columns()]
    assert "Amount" not in [action.text() for action in page.menus.columns_menu().actions()]
    assert "Amount" not in [chip.text() for chip in page.bar._shown_chips]
    assert page.sums.text() == ""
    # Even a request that was kept from better days brings nothing back.
    page.model.columns = BILL_LIST.columns
    path = exported(qtbot, page, tmp_path / "bills.csv")
    assert "Amount" not in path.read_text(encoding="utf-8-sig")


def test_a_folder_that_cannot_be_written_is_told(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    context, host = desk
    page = narrowed(qtbot, context)
    page.menus.export(tmp_path / "none" / "bills.csv")
    settle(qtbot, context)
    assert len(host.toasts) == 1
    assert not host.toasts[0].startswith("Written")
