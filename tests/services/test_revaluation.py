"""Revaluation at a period end (domain.md section 3.5): posted, reversed, taken back, refused in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from tests.services.money_kit import Invoice, customer, enter_item
from tradecrm.core.aging import AgingBasis
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.models import LedgerEntry, Posting, Revaluation, RevaluationLine
from tradecrm.services.book import Book, Seat
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.aging import AgingQuery, aging, ledger_balances
from tradecrm.services.figures.revaluing import valuation
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.allocations import Allocate, Unallocate, allocate, unallocate
from tradecrm.services.money.notes import WriteNote, write_note
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.revaluations import (
    Revalue,
    UndoRevaluation,
    is_stale,
    revaluations,
    revalue,
    undo_revaluation,
)
from tradecrm.services.work import Reader

END = date(2026, 5, 31)
NEXT = date(2026, 6, 1)


def rate(seat: Seat, day: date, quote: str, currency: str = "USD") -> None:
    seat.perform(save_rate, SaveRate(RateType.MID, currency, day, quote))


def worked(seat: Seat) -> tuple[int, int]:
    """Enter the worked example of section 3.5: an invoice of 8,650.00 at 7.1120, 5,000.00 received at 7.09."""
    party = customer(seat)
    invoice = Invoice(party, date(2026, 5, 10), Decimal(8650), Decimal("7.1120"), number="CI-1")
    money = Invoice(party, date(2026, 5, 20), Decimal(-5000), Decimal("7.09"), number="R-1")
    ids = [seat.perform(enter_item, each).value for each in (invoice, money)]
    seat.perform(allocate, Allocate(ids[0], ids[1], Decimal(5000), day=date(2026, 5, 20)))
    return party, ids[0]


def total(seat: Seat, book: str, day: date) -> Decimal:
    """Answer the base amount of a book of the ledger at the end of a day."""

    def query(reader: Reader) -> Decimal:
        rows = reader.session.scalars(
            select(LedgerEntry.base_amount).where(LedgerEntry.book == book, LedgerEntry.day <= day)
        )
        return sum(rows, Decimal(0))

    return seat.ask(query)


def test_the_worked_example_is_posted_and_reversed_on_the_next_day(seat: Seat) -> None:
    # Section 3.5: open 3,650.00 carried 25,958.80; closing 7.06 is 25,769.00; unrealized -189.80.
    party, invoice = worked(seat)
    rate(seat, END, "7.06")
    before = seat.ask(ledger_balances, "AR", END)
    aged = list(seat.ask(aging, AgingQuery("AR", END, AgingBasis.DUE)))
    realized = total(seat, "FX", END)
    seat.perform(revalue, Revalue(END))
    assert total(seat, "FX", END) - realized == Decimal("189.80"), "a loss is a debit"
    assert total(seat, "REVAL", END) == Decimal("-189.80")
    assert total(seat, "FX", NEXT) == realized, "what is realized later compares with the booking rate"
    assert total(seat, "REVAL", NEXT) == 0
    assert seat.ask(ledger_balances, "AR", END) == before
    assert list(seat.ask(aging, AgingQuery("AR", END, AgingBasis.DUE))) == aged

    # The rest is received at 7.155: realized +156.95 against the booking rate; the lifetime sum is +46.95.
    money = Invoice(party, date(2026, 6, 5), Decimal(-3650), Decimal("7.155"), number="R-2")
    credit = seat.perform(enter_item, money).value
    seat.perform(allocate, Allocate(invoice, credit, Decimal(3650), day=date(2026, 6, 5)))
    assert total(seat, "FX", date(2026, 6, 10)) == Decimal("-46.95")
    assert total(seat, "FX", date(2026, 6, 5)) - total(seat, "FX", NEXT) == Decimal("-156.95")
    rows = seat.ask(lambda reader: reader.session.scalars(select(RevaluationLine)).all())
    assert [(row.item_id, row.amount, row.carrying, row.value, row.difference) for row in rows] == [
        (invoice, Decimal(3650), Decimal("25958.80"), Decimal("25769.00"), Decimal("-189.80"))
    ]


def test_debts_accounts_and_advances(seat: Seat) -> None:
    # Section 3.5: accounts count, advances do not (section 16 number 5); a past day is rebuilt from dated rows.
    # An opening balance below zero was paid ahead before the book began: an advance, whatever it is called.
    party, invoice = worked(seat)
    ahead = WriteNote(
        "OPEN", "AR", date(2026, 5, 20), Decimal(-700), "Paid in 2025", party, "USD", rate=Decimal("7.00")
    )
    seat.perform(write_note, ahead)
    seat.perform(
        enter_item, Invoice(party, date(2026, 5, 22), Decimal(-900), Decimal("7.00"), number="ADVANCE")
    )
    account = seat.perform(
        open_account,
        OpenAccount("Dollars", "BANK", "USD", date(2026, 5, 1), Decimal(1000), Decimal("7.10")),
    ).value
    rate(seat, END, "7.06")
    late = Invoice(party, date(2026, 6, 5), Decimal(-3650), Decimal("7.155"), number="R-2")
    seat.perform(
        allocate,
        Allocate(invoice, seat.perform(enter_item, late).value, Decimal(3650), day=date(2026, 6, 5)),
    )
    found = seat.ask(valuation, END)
    assert [(row.book, row.key, row.amount, row.difference) for row in found.rows] == [
        ("AR", invoice, Decimal(3650), Decimal("-189.80")),
        ("BANK", account, Decimal(1000), Decimal("-40.00")),
    ]
    assert found.total == Decimal("-229.80")


def test_what_was_settled_on_the_day_and_is_open_again_since_is_not_valued(seat: Seat) -> None:
    # Section 3.1: un-allocation is a row of its own day, so on the day before nothing was open.
    party, invoice = worked(seat)
    rate(seat, END, "7.06")
    (standing,) = (row.amount for row in seat.ask(valuation, END).rows)
    credit = seat.perform(
        enter_item, Invoice(party, date(2026, 5, 20), -standing, Decimal("7.10"), number="R-2")
    ).value
    row = seat.perform(allocate, Allocate(invoice, credit, standing, day=date(2026, 5, 20))).value
    seat.perform(unallocate, Unallocate(row, date(2026, 6, 5)))
    assert seat.ask(valuation, END).rows == ()
    assert [row.amount for row in seat.ask(valuation, date(2026, 6, 5)).rows] == [standing]


@pytest.mark.parametrize("case", ["missing", "twice", "future", "closed", "nothing"])
def test_it_is_refused_in_words_and_nothing_is_posted(seat: Seat, case: str) -> None:
    # Section 3.5 with section 0: a missing rate is an error, never 1; a closed period takes nothing.
    from tradecrm.services.control.periods import ClosePeriod, close_period

    day, wanted = END, ""
    if case != "nothing":
        worked(seat)
    if case == "missing":
        wanted = "closing rate of 2026-05-31 is missing for USD"
    else:
        rate(seat, END, "7.06")
    if case == "nothing":
        wanted = "Nothing was open"
    if case == "twice":
        seat.perform(revalue, Revalue(END))
        wanted = "has been revalued already"
    if case == "future":
        day, wanted = date(2026, 6, 30), "is after today"
    if case == "closed":
        seat.perform(close_period, ClosePeriod(END, confirmed=True))
        wanted = "books are closed until 2026-05-31"
    count = len(seat.ask(revaluations))
    postings = seat.ask(lambda reader: len(reader.session.scalars(select(Posting.id)).all()))
    with pytest.raises(Refusal, match=wanted):
        seat.perform(revalue, Revalue(day))
    assert len(seat.ask(revaluations)) == count
    assert seat.ask(lambda reader: len(reader.session.scalars(select(Posting.id)).all())) == postings


def test_it_can_be_taken_back_and_done_again_and_says_when_it_no_longer_fits(seat: Seat) -> None:
    # Section 0, history: a correction is a reversing row; the day may then be revalued anew.
    party, _invoice = worked(seat)
    rate(seat, END, "7.06")
    first = seat.perform(revalue, Revalue(END)).value
    assert not seat.ask(lambda reader: is_stale(reader, END, valuation(reader, END)))
    seat.perform(enter_item, Invoice(party, date(2026, 5, 30), Decimal(100), Decimal("7.00"), number="CI-2"))
    assert seat.ask(lambda reader: is_stale(reader, END, valuation(reader, END)))
    seat.perform(undo_revaluation, UndoRevaluation(first))
    assert total(seat, "REVAL", END) == 0
    assert total(seat, "REVAL", NEXT) == 0
    with pytest.raises(Refusal, match="taken back already"):
        seat.perform(undo_revaluation, UndoRevaluation(first))
    seat.perform(revalue, Revalue(END))
    assert total(seat, "REVAL", END) == Decimal("-183.80"), "-189.80 and +6.00 of the new invoice"
    assert [row.undone_at is None for row in seat.ask(revaluations)] == [True, False]


def test_the_check_of_the_book_finds_a_revaluation_that_is_not_what_it_says(book: Book) -> None:
    # Section 3.5: each line is value less carrying, the total their sum, and all of it is reversed.
    seat = book.seat()
    worked(seat)
    rate(seat, END, "7.06")
    seat.perform(revalue, Revalue(END))
    assert check_book(book.store.reader) == []
    with book.store.writer.begin() as connection:
        connection.execute(update(Revaluation).values(total=Decimal(-1)))
    assert [fault.sentence for fault in check_book(book.store.reader)] == [
        "The revaluation of 2026-05-31 says -1.00; its lines add up to -189.80.",
        "The revaluation of 2026-05-31 says -1.00; the ledger says -189.80.",
    ]
