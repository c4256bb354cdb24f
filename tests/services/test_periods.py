"""Closing a period (domain.md sections 0 and 6): the checklist, every door that refuses, opening again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.services.approval_kit import switch
from tests.services.conftest import Seats
from tests.services.money_kit import Invoice, customer, enter_item
from tradecrm.core.errors import NotAllowed
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.control.periods import (
    ClosePeriod,
    ReopenPeriod,
    close_period,
    period_events,
    reopen_period,
)
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.figures.period_checks import run_checks
from tradecrm.services.money.accounts import (
    BookExpense,
    MakeTransfer,
    OpenAccount,
    book_expense,
    make_transfer,
    open_account,
)
from tradecrm.services.money.allocations import Allocate, Unallocate, allocate, unallocate
from tradecrm.services.money.notes import ReverseNote, WriteNote, reverse_note, write_note
from tradecrm.services.money.payments import RecordPayment, record_payment
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import RecordReceipt, ReverseReceipt, record_receipt, reverse_receipt
from tradecrm.services.work import Reader

D = Decimal
END = date(2026, 5, 31)
MAY = date(2026, 5, 20)
OWN: dict[str, Any] = {"currency": "CNY", "rate": D(1)}


def closed(seat: Seat) -> date | None:
    return seat.ask(lambda reader: reader.settings.closed_until)


def open_cash(seat: Seat, name: str, amount: str = "10000") -> int:
    command = OpenAccount(name, "CASH", "CNY", date(2026, 5, 1), D(amount))
    return seat.perform(open_account, command).value


def found(seat: Seat, until: date = END) -> dict[str, int]:
    return {answer.check.key: answer.count for answer in seat.ask(run_checks, until) if answer.count}


def test_every_door_refuses_what_is_dated_in_a_closed_period(seat: Seat) -> None:
    # Section 0, posting lock: no row with an effective date on or before it may be added or reversed.
    party, one, two = customer(seat), open_cash(seat, "Cash"), open_cash(seat, "Till")
    invoice = seat.perform(enter_item, Invoice(party, MAY, D(100), number="I1", **OWN)).value
    money = seat.perform(record_receipt, RecordReceipt(MAY, party, one, D(40))).value
    credit = seat.perform(enter_item, Invoice(party, MAY, D(-60), number="R1", **OWN)).value
    row = seat.perform(allocate, Allocate(invoice, credit, D(50))).value
    note = seat.perform(write_note, WriteNote("DN", "AR", MAY, D(7), "samples", party, "CNY")).value
    seat.perform(close_period, ClosePeriod(END, confirmed=True))
    doors: tuple[tuple[Any, Any], ...] = (
        (enter_item, Invoice(party, END, D(5), number="I2", **OWN)),
        (allocate, Allocate(invoice, credit, D(10), day=END)),
        (unallocate, Unallocate(row, END)),
        (record_receipt, RecordReceipt(MAY, party, one, D(1))),
        (reverse_receipt, ReverseReceipt(money, END, "bounced")),
        (record_payment, RecordPayment(MAY, party, one, D(1))),
        (make_transfer, MakeTransfer(END, one, two, D(1), D(1))),
        (book_expense, BookExpense(END, one, "FEE", D(-1), "fee")),
        (write_note, WriteNote("DN", "AR", END, D(7), "samples", party, "CNY")),
        (write_note, WriteNote("CN", "AR", END, D(7), "discount", invoice_id=invoice)),
        (reverse_note, ReverseNote(note, END, "wrong")),
        (open_account, OpenAccount("Late", "CASH", "CNY", END, D(1))),
    )
    for operation, command in doors:
        with pytest.raises(Refusal, match=r"closed until 2026-05-31|settled before 2026-06-01"):
            seat.perform(operation, command)
    # What follows the closed day is free, and without a day an allocation takes the first that is open.
    seat.perform(allocate, Allocate(invoice, credit, D(10)))
    seat.perform(book_expense, BookExpense(date(2026, 6, 1), one, "FEE", D(-1), "fee"))


def test_the_checklist_blocks_warns_and_counts(seat: Seat) -> None:
    # A missing rate is an error (section 3.5); warnings are read, then confirmed.
    party = customer(seat)
    seat.perform(enter_item, Invoice(party, MAY, D(100), D("7.1"), number="I1"))
    seat.perform(open_account, OpenAccount("Bank", "BANK", "CNY", date(2026, 5, 1), D(5)))
    assert found(seat) == {"rates": 1, "revaluation": 1, "reconciliation": 1}, "the rate, then two warnings"
    with pytest.raises(Refusal, match="Closing rates are missing: 1"):
        seat.perform(close_period, ClosePeriod(END, confirmed=True))
    seat.perform(save_rate, SaveRate(RateType.MID, "USD", END, "7.06"))
    with pytest.raises(Refusal, match="not reconciled with the bank: 1"):
        seat.perform(close_period, ClosePeriod(END))
    assert closed(seat) is None
    seat.perform(close_period, ClosePeriod(END, confirmed=True))
    assert closed(seat) == END
    event = seat.ask(period_events)[0]
    assert (event.action, event.until, event.before, event.findings) == ("close", END, None, 2)


@pytest.mark.parametrize(
    ("until", "words"), [(date(2026, 6, 30), "after today"), (date(2026, 4, 30), "closed until 2026-05-31")]
)
def test_a_day_that_cannot_be_closed_is_refused(seat: Seat, until: date, words: str) -> None:
    seat.perform(close_period, ClosePeriod(END))
    with pytest.raises(Refusal, match=words):
        seat.perform(close_period, ClosePeriod(until))
    assert closed(seat) == END


def test_only_the_operation_of_its_own_moves_the_day(seat: Seat) -> None:
    with pytest.raises(Refusal, match="under Close period"):
        seat.perform(change_settings, ChangeSettings((("closed_until", END),)))
    assert closed(seat) is None


def test_opening_again_needs_a_reason_and_the_right(book: Book, seats: Seats) -> None:
    # Section 6: reopening is the owner's; finance may close.
    clerk = book.seat(seats.owner.perform(add_person, AddPerson("Sun Li", "finance")).value)
    with pytest.raises(Refusal, match="not closed"):
        seats.owner.perform(reopen_period, ReopenPeriod(None, "why"))
    with pytest.raises(NotAllowed):
        seats.sales.perform(close_period, ClosePeriod(END))
    clerk.perform(close_period, ClosePeriod(END))
    for seat, command, error, words in (
        (seats.owner, ReopenPeriod(None, " "), Refusal, "Say why"),
        (seats.owner, ReopenPeriod(END, "late bill"), Refusal, "choose an earlier day"),
        (clerk, ReopenPeriod(None, "late bill"), NotAllowed, "may not open closed periods"),
    ):
        with pytest.raises(error, match=words):
            seat.perform(reopen_period, command)
    assert closed(seats.owner) == END
    reopen = ReopenPeriod(date(2026, 4, 30), "late bill")
    assert seats.owner.perform(reopen_period, reopen).value == "approved"
    assert closed(seats.owner) == date(2026, 4, 30)
    assert [row.action for row in seats.owner.ask(period_events)] == ["open", "close"]


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_with_the_rule_on_the_owner_decides_on_the_wish_of_finance(
    book: Book, seats: Seats, decision: str
) -> None:
    # Section 6: reopen / posting before closed_until, always, by the admin; nobody approves their own wish.
    clerk = book.seat(seats.owner.perform(add_person, AddPerson("Sun Li", "finance")).value)
    switch(seats.owner, "period", "reopen")
    clerk.perform(close_period, ClosePeriod(END))
    assert clerk.perform(reopen_period, ReopenPeriod(None, "late bill")).value == "pending"
    assert closed(clerk) == END
    with pytest.raises(Refusal, match="waits for approval already"):
        clerk.perform(reopen_period, ReopenPeriod(None, "again"))
    request = seats.owner.ask(first_waiting)
    seats.owner.perform(decide, Decide(request, decision, "the bill is large"))
    assert closed(clerk) == (None if decision == "approve" else END)
    assert [row.action for row in clerk.ask(period_events)] == (
        ["open", "ask", "close"] if decision == "approve" else ["ask", "close"]
    )


def first_waiting(reader: Reader) -> int:
    """Answer the request that waits."""
    from sqlalchemy import select

    from tradecrm.models import ApprovalRequest

    return reader.session.scalars(select(ApprovalRequest.id).where(ApprovalRequest.status == "pending")).one()
