"""Figures of accounts, orders and the desktop on the small firm and on T1 (domain.md sections 4, 16.23)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from tests.services.conftest import TODAY, Seats
from tests.services.test_running_example import dollars, example
from tests.services.trading_kit import DAY, line_of, trade
from tradecrm.core.table import Table
from tradecrm.models import Account
from tradecrm.reports.walk import follow
from tradecrm.services.book import Book, Seat
from tradecrm.services.data.sample.running_example import Example
from tradecrm.services.figures.accounts import account_balances, days_of_month, month_flows
from tradecrm.services.figures.desktop import desktop_figures
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.figures.orders import orders_between, orders_by_month
from tradecrm.services.figures.shipments_under_way import progress_of, shipments_under_way
from tradecrm.services.figures.statement import EntryFilter, StatementQuery, account_statement, ledger_totals
from tradecrm.services.money.accounts import BookExpense, OpenAccount, book_expense, open_account
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

__all__ = ["dollars", "example"]
D = Decimal


def account_ids(reader: Reader) -> list[int]:
    return list(reader.session.scalars(select(Account.id).order_by(Account.id)))


def test_balances_of_every_day_are_those_of_the_single_account(seat: Seat) -> None:
    trade(seat)
    keys = seat.ask(account_ids)
    for back in range(0, 60, 3):
        day = TODAY - timedelta(days=back)
        found = {row.account_id: row for row in seat.ask(account_balances, day).rows}
        for key in keys:
            single = seat.ask(balance_at, key, day)
            row = found.get(key)
            assert (single.amount, single.base) == (
                (D(0), D(0)) if row is None else (row.balance, row.carrying)
            )


def test_a_missing_rate_is_said_and_never_taken_for_one(seat: Seat) -> None:
    command = OpenAccount("Pounds", "BANK", "GBP", date(2026, 1, 1), D(100), opening_rate=D("9.1"))
    seat.perform(open_account, command)
    found = seat.ask(account_balances, TODAY)
    assert found.rows[0].closing is None
    assert found.rows[0].unrealized is None
    assert found.closing is None
    assert found.carrying == D(910)
    assert "GBP" in found.notes[0]


def test_the_worth_at_closing_takes_the_rate_of_the_day(seat: Seat, example: Example, dollars: int) -> None:
    from tradecrm.core.rates import RateType

    seat.perform(save_rate, SaveRate(RateType.MID, "USD", TODAY, "7.05"))
    row = seat.ask(account_balances, TODAY).rows[0]
    assert row.balance == D("16688.00")
    assert row.closing == D("117650.40")
    assert row.unrealized == row.closing - row.carrying


def test_statement_runs_from_opening_to_closing(seat: Seat, example: Example, dollars: int) -> None:
    query = StatementQuery(dollars, date(2026, 5, 1), TODAY)
    found = seat.ask(account_statement, query)
    assert (found.opening, found.closing) == (D(5922), D(16688))
    assert [entry.balance for entry in found.rows] == [D(16688)]
    whole = seat.ask(account_statement, StatementQuery(dollars, date(2026, 1, 1), TODAY))
    assert whole.rows[-1].balance == whole.closing == whole.opening + whole.incoming + whole.outgoing
    first = whole.rows[0]
    until = seat.ask(account_statement, StatementQuery(dollars, whole.first, first.day, until=first.entry_id))
    assert until.closing == first.balance
    page = seat.ask(account_statement, StatementQuery(dollars, whole.first, TODAY, offset=1, limit=1))
    assert page.rows == whole.rows[1:2]
    assert page.count == whole.count


def test_months_add_up_to_the_statement(seat: Seat) -> None:
    trade(seat)
    for key in seat.ask(account_ids):
        statement = seat.ask(account_statement, StatementQuery(key, date(2026, 1, 1), TODAY))
        flows = seat.ask(month_flows, key, date(2026, 1, 1), TODAY)
        assert sum(flow.incoming for flow in flows) == statement.incoming
        assert sum(flow.outgoing for flow in flows) == statement.outgoing


def test_the_ledger_is_in_balance(seat: Seat) -> None:
    trade(seat)
    assert sum(total.base_amount for total in seat.ask(ledger_totals, EntryFilter(TODAY))) == 0


def test_orders_stand_in_the_month_they_took_effect(seat: Seat, example: Example) -> None:
    months = seat.ask(orders_by_month, date(2026, 3, 1), date(2026, 5, 31))
    assert [(month.count, month.base_amount) for month in months] == [
        (0, D(0)),
        (1, D("138180.00")),
        (0, D(0)),
    ]
    (order,) = seat.ask(orders_between, date(2026, 4, 1), date(2026, 4, 30))
    assert (order.number, order.customer) == ("SC-26001", "Veld B.V.")


def test_shipments_under_way(seat: Seat) -> None:
    deal = trade(seat)
    (row,) = seat.ask(shipments_under_way)
    assert (row.shipment_id, row.status) == (deal.shipment, "departed")
    assert row.progress == progress_of("departed")
    assert progress_of("planned") == 0
    assert progress_of("delivered") == 1
    assert progress_of("rolled") == progress_of("booked")


def test_desktop_figures(seat: Seat, book: Book) -> None:
    trade(seat)
    found = seat.ask(desktop_figures)
    assert found.money is not None
    assert (found.money.accounts, found.money.currencies) == (2, 2)
    assert found.money.amount == seat.ask(account_balances, TODAY).closing
    assert found.orders.count == len(seat.ask(orders_between, TODAY.replace(day=1), TODAY))
    assert found.profit is not None
    assert (found.profit.count == 0) == (found.profit.margin is None)


def late_invoice(seat: Seat, customer: int) -> int:
    """Ship 100 lamps on open account, due 7 days after the bill of lading, which is 23 days ago."""
    line = ContractLineDraft(None, "Lamp", D(100), D("10.01"))
    command = SaveContract(customer, DAY, "USD", "FOB", "Ningbo", "OA;B@BL+7D", (line,))
    contract = seat.perform(save_contract, command).value
    for state in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(contract, state, DAY))
    goods = (ShipmentLineDraft(seat.ask(line_of, contract), D(100)),)
    shipment = seat.perform(save_shipment, SaveShipment(DAY, goods)).value
    return seat.perform(depart_shipment, DepartShipment(shipment, DAY + timedelta(days=10), "BL8")).value


def test_overdue_is_what_the_aging_shows_as_late(seat: Seat) -> None:
    deal = trade(seat)
    late_invoice(seat, deal.customer)
    found = seat.ask(desktop_figures).overdue
    assert (found.amount, found.customers, found.oldest_days) == (D("7127.12"), 1, 23)
    opened = seat.ask(follow, found.link)
    assert isinstance(opened, Table)
    assert opened.totals[-1].cells[-1] == found.amount
    assert [row.cells[-1] for row in opened.rows] == [D("1001.00")]


def test_people_see_their_own_figures_only(seats: Seats, seat: Seat) -> None:
    trade(seat)
    theirs = seats.other.ask(desktop_figures)
    assert (theirs.money, theirs.profit) == (None, None)
    assert (theirs.orders.count, theirs.overdue.customers) == (0, 0)
    assert seats.other.ask(shipments_under_way) == []


@pytest.mark.file_book
def test_balances_read_the_index_of_each_account(book: Book) -> None:
    """The days of the month are looked up account by account, never by reading all entries."""
    with book.store.reader.connect() as connection:
        days = days_of_month().params(first=TODAY.replace(day=1), day=TODAY)
        statement = days.compile(connection, compile_kwargs={"literal_binds": True})
        plan = " ".join(str(row) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {statement}")))
    assert "ix_ledger_entry_account (account_id=? AND day>? AND day<?)" in plan


def test_an_expense_shows_in_the_statement(seat: Seat) -> None:
    key = seat.perform(open_account, OpenAccount("Till", "CASH", "CNY", date(2026, 1, 1), D(500))).value
    seat.perform(book_expense, BookExpense(TODAY, key, "OFFICE", D(-80), "Paper"))
    found = seat.ask(account_statement, StatementQuery(key, date(2026, 1, 1), TODAY))
    assert [(entry.kind, entry.amount) for entry in found.rows] == [("opening", D(500)), ("expense", D(-80))]
    with pytest.raises(Exception, match="not found"):
        seat.ask(account_statement, StatementQuery(99, TODAY, TODAY))
