"""The accountant's journal: mapped, balanced in base and in each currency, and read back by beancount."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import realization
from beancount.core.convert import get_weight
from beancount.core.data import Transaction

from tests.services.money_kit import Invoice, customer, enter_item
from tradecrm.core.chart import Key, Target, resolve
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.reports.journal_text import account_name, write_journal
from tradecrm.reports.registry import report_table
from tradecrm.services.book import Seat
from tradecrm.services.figures.journal import balances, journal
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.allocations import Allocate, allocate
from tradecrm.services.money.chart import (
    DropChartLine,
    SaveChartLine,
    chart_rows,
    drop_chart_line,
    save_chart_line,
)
from tradecrm.services.money.ledger import Row, Source, post
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.revaluations import Revalue, revalue
from tradecrm.services.work import Work, operation

END = date(2026, 5, 31)
FIRST = date(2026, 1, 1)


def read_back(path: Path) -> tuple[dict[tuple[str, str], Decimal], dict[str, Decimal]]:
    """Answer what beancount makes of a journal: units by account and currency, and values in base by account."""
    entries, errors, _options = loader.load_file(str(path))
    assert not errors, [error.message for error in errors[:3]]
    units: dict[tuple[str, str], Decimal] = {}
    root = realization.realize(entries)  # type: ignore[no-untyped-call]
    for account in realization.iter_children(root):  # type: ignore[no-untyped-call]
        for position in account.balance:
            key = account.account, position.units.currency
            units[key] = units.get(key, Decimal(0)) + position.units.number
    values: dict[str, Decimal] = {}
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                weight = get_weight(posting)  # type: ignore[no-untyped-call]
                values[posting.account] = values.get(posting.account, Decimal(0)) + weight.number
    # A value for a whole amount is kept as a rate of 28 digits, so that the last of them may be lost.
    rounded = {account: round(value, 10) for account, value in values.items()}
    return units, {account: value for account, value in rounded.items() if value}


def ours(seat: Seat, last: date) -> tuple[dict[tuple[str, str], Decimal], dict[str, Decimal]]:
    """Answer the same from the ledger, added up by the store."""
    units: dict[tuple[str, str], Decimal] = {}
    values: dict[str, Decimal] = {}
    for held in seat.ask(balances, last):
        account = account_name(held.root, held.code)
        if held.amount:
            units[account, held.currency] = held.amount
        values[account] = values.get(account, Decimal(0)) + held.base
    return units, {account: value for account, value in values.items() if value}


@operation("account.write")
def post_strange(work: Work, book: str) -> int:
    """Post to a book that the chart does not know."""
    rows = (
        Row(book, work.base, Decimal(5), Decimal(5), "ODD"),
        Row("FX", work.base, Decimal(-5), Decimal(-5), "EXCHANGE"),
    )
    return post(work, END, "opening", Source("party", 1), rows)


@pytest.fixture
def traded(seat: Seat) -> Seat:
    """Answer a book with an invoice partly paid, a bank account, an exchange difference and a revaluation."""
    party = customer(seat, 'Kern "Tool" \\ Corp.')
    ids = [
        seat.perform(enter_item, each).value
        for each in (
            Invoice(party, date(2026, 5, 10), Decimal(8650), Decimal("7.1120"), number="CI-1"),
            Invoice(party, date(2026, 5, 20), Decimal(-5000), Decimal("7.09"), number="R-1"),
        )
    ]
    seat.perform(allocate, Allocate(ids[0], ids[1], Decimal(5000), day=date(2026, 5, 20)))
    seat.perform(
        open_account, OpenAccount("Dollars", "BANK", "USD", date(2026, 5, 1), Decimal(1000), Decimal("7.10"))
    )
    seat.perform(save_rate, SaveRate(RateType.MID, "USD", END, "7.06"))
    seat.perform(revalue, Revalue(END))
    return seat


def test_beancount_loads_it_and_finds_our_balances(traded: Seat, tmp_path: Path) -> None:
    # Section 3.5: 8,650.00 less 5,000.00 open; the realized -110.00 and the unrealized -189.80 - 40.00 in base.
    path = tmp_path / "book.beancount"
    assert traded.ask(write_journal, END, path) == 11
    units, values = read_back(path)
    assert (units, values) == ours(traded, END)
    assert units["Assets:1122", "USD"] == Decimal(3650)
    assert units["Assets:1122", "CNY"] == Decimal("-110.00") + Decimal("-189.80")
    assert values["Expenses:660301"] == Decimal("339.80")
    assert sum(values.values()) == 0


def test_a_book_without_a_place_in_the_chart_is_named_and_never_left_out(
    traded: Seat, tmp_path: Path
) -> None:
    traded.perform(post_strange, "MYSTERY")
    path = tmp_path / "book.beancount"
    for query in (
        lambda reader: write_journal(reader, END, path),
        lambda reader: journal(reader, FIRST, END),
        lambda reader: report_table(reader, "journal", {"first": "2026-01-01", "last": "2026-05-31"}),
        lambda reader: report_table(reader, "chart_balances", {"last": "2026-05-31"}),
    ):
        with pytest.raises(Refusal, match="1 rows of MYSTERY ODD have no account"):
            traded.ask(query)
    assert not path.exists()
    (row,) = (row for row in traded.ask(chart_rows) if row.book == "MYSTERY")
    assert (row.code, row.rows) == ("", 1)
    traded.perform(save_chart_line, SaveChartLine("MYSTERY", "9999", "Mystery"))
    assert traded.ask(write_journal, END, path) == 13
    assert read_back(path) == ours(traded, END)


def test_a_line_is_changed_refused_and_put_back(traded: Seat) -> None:
    account = next(row.account_id for row in traded.ask(chart_rows) if row.account == "Dollars")
    for code, name, words in (
        ("", "x", "made of letters"),
        ("10 02", "x", "made of letters"),
        ("1", " ", "needs a name"),
    ):
        with pytest.raises(Refusal, match=words):
            traded.perform(save_chart_line, SaveChartLine("BANK", code, name, "", account))
    traded.perform(save_chart_line, SaveChartLine("BANK", "1002.02", "中行美元户", "", account))
    held = {(row.code, row.currency): row.amount for row in traded.ask(balances, END)}
    assert held["1002.02", "USD"] == Decimal(1000)
    assert held["1002", "CNY"] == Decimal("-40.00"), "what was revalued stays with the wider account"
    traded.perform(drop_chart_line, DropChartLine("BANK", "", account))
    assert ("1002", "USD") in {(row.code, row.currency) for row in traded.ask(balances, END)}


def test_the_narrower_line_comes_before_the_wider() -> None:
    defaults: dict[Key, Target] = {
        ("COST", "", None): Target("6601", ""),
        ("COST", "PUR", None): Target("6401", ""),
    }
    own: dict[Key, Target] = {("COST", "", None): Target("5", "")}
    assert resolve(("COST", "PUR", None), own, defaults) == Target("6401", "")
    assert resolve(("COST", "FRT", None), own, defaults) == Target("5", "")
    assert resolve(("OTHER", "", None), own, defaults) is None


def test_the_reports_balance_and_their_totals_are_those_of_the_ledger(traded: Seat) -> None:
    table = traded.ask(report_table, "journal", {"first": FIRST.isoformat(), "last": END.isoformat()})
    debit, credit = table.totals[0].cells[6:8]
    assert debit == credit == sum(row.cells[6] or Decimal(0) for row in table.rows)  # type: ignore[misc]
    trial = traded.ask(report_table, "chart_balances", {"first": "2026-05-15", "last": END.isoformat()})
    total = [trial.totals[0].cells[place] for place in (3, 6)]
    assert total == [0, 0], "the base columns of a whole ledger add up to zero"
    rows = {(row.cells[0], row.cells[2]): row.cells[3:] for row in trial.rows}
    assert rows["1122", "USD"] == (
        Decimal("61518.80"),
        Decimal(0),
        Decimal("35749.80"),
        Decimal("25769.00"),
        Decimal(3650),
    )
