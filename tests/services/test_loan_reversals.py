"""A movement of a loan taken back: figures, postings, and what is refused (domain.md sections 4 and 16.18)."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.services.bank_kit import bring_in, line, open_yuan, statement
from tests.services.conftest import TODAY
from tests.services.test_account_moves import MAY, booked, booked_gain, dollars, held, rates
from tests.services.test_check import plant
from tradecrm.core.clock import FixedClock
from tradecrm.core.problems import Refusal
from tradecrm.models import LoanMove
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.periods import ClosePeriod, close_period
from tradecrm.services.data.check import check_book, verify_book
from tradecrm.services.figures.cash import CashOptions, cash_projection
from tradecrm.services.figures.plan_rows import PlanOptions
from tradecrm.services.figures.revaluing import valuation
from tradecrm.services.money.loan_reversals import ReverseLoanMove, reverse_loan_move
from tradecrm.services.money.loans import MoveLoan, OpenLoan, loan_card, move_loan, open_loan
from tradecrm.services.money.matching import MatchRows, Pair, match_rows, propose_matches
from tradecrm.services.money.reconciling import FinishReconciliation, finish_reconciliation
from tradecrm.services.work import Reader
from tradecrm.storage.store import open_book

D = Decimal


def faults(seat: Seat) -> list[str]:
    if seat.book.store.reader.dialect.name != "sqlite":
        return []
    return [fault.sentence for fault in check_book(seat.book.store.reader)]


def rows(reader: Reader) -> list[tuple[str, Decimal]]:
    return [(kind, amount) for kind, amount in reader.session.execute(select(LoanMove.kind, LoanMove.amount))]


def test_a_repayment_in_dollars_taken_back(seat: Seat) -> None:
    """What it released of the carrying comes back, its exchange difference goes, the account has its dollars again."""
    rates(seat)
    account = dollars(seat, "1000", "7.2")
    loan = seat.perform(open_loan, OpenLoan("negotiation", "Bank of China", "USD", MAY[0])).value
    draw = seat.perform(move_loan, MoveLoan(loan, "draw", MAY[0], account, D(3000))).value
    interest = seat.perform(move_loan, MoveLoan(loan, "interest", MAY[1], account, D(40))).value
    repay = seat.perform(move_loan, MoveLoan(loan, "repay", MAY[1], account, D(1000))).value
    assert booked_gain(seat) == D("-35.00")
    with pytest.raises(Refusal, match=r"Only USD 2,000\.00 of LN-2605-0001 is owed"):
        seat.perform(reverse_loan_move, ReverseLoanMove(draw, MAY[2], "Wrong"))
    with pytest.raises(Refusal, match="Say why"):
        seat.perform(reverse_loan_move, ReverseLoanMove(repay, MAY[2], " "))
    with pytest.raises(Refusal, match="on a day from then until today"):
        seat.perform(reverse_loan_move, ReverseLoanMove(repay, MAY[0], "Wrong"))
    back = seat.perform(reverse_loan_move, ReverseLoanMove(repay, MAY[2], "Paid on another loan")).value
    assert booked_gain(seat) == 0
    card = seat.ask(loan_card, loan)
    assert (card.drawn, card.repaid, card.owed, card.carrying) == (D(3000), D(0), D(3000), D(21180))
    assert [(move.amount, move.back, move.undone) for move in card.moves][2:] == [
        (D(1000), False, True),
        (D(-1000), True, False),
    ]
    row = next(each for each in seat.ask(valuation, MAY[1]).rows if each.book == "LOAN")
    assert (row.amount, row.carrying) == (D(-2000), D(-14120))
    row = next(each for each in seat.ask(valuation, MAY[2]).rows if each.book == "LOAN")
    assert (row.amount, row.carrying) == (D(-3000), D(-21180))
    seat.perform(reverse_loan_move, ReverseLoanMove(interest, MAY[2], "Not ours"))
    assert sum((amount for _day, amount in seat.ask(booked, "EXPENSE", "INTEREST")), D(0)) == 0
    assert held(seat, account) == (D(4000), D(7200) + D(21180))
    for gone, words in ((repay, "was taken back on 2026-05-18 already"), (back, "takes another back")):
        with pytest.raises(Refusal, match=words):
            seat.perform(reverse_loan_move, ReverseLoanMove(gone, MAY[3], "Again"))
    (plan,) = seat.ask(cash_projection, CashOptions(PlanOptions(MAY[3])))
    assert plan.projection.opening == D(4000)
    seat.perform(reverse_loan_move, ReverseLoanMove(draw, MAY[2], "Never came"))
    assert (seat.ask(loan_card, loan).owed, seat.ask(loan_card, loan).carrying) == (D(0), D(0))
    assert faults(seat) == []


def test_what_would_leave_less_than_nothing_owed_on_any_day(seat: Seat) -> None:
    """Drawn, repaid in full and drawn anew: neither the first draw nor a repayment between fits on an earlier day."""
    account = open_yuan(seat, "900")
    loan = seat.perform(open_loan, OpenLoan("bank", "Bank", "CNY", MAY[0])).value
    first = seat.perform(move_loan, MoveLoan(loan, "draw", MAY[0], account, D(500))).value
    seat.perform(move_loan, MoveLoan(loan, "repay", MAY[2], account, D(500)))
    seat.perform(move_loan, MoveLoan(loan, "draw", MAY[3], account, D(500)))
    before = seat.ask(rows)
    with pytest.raises(Refusal, match=r"Only CNY 0\.00 of LN-2605-0001 is owed"):
        seat.perform(reverse_loan_move, ReverseLoanMove(first, MAY[1], "Wrong"))
    with pytest.raises(Refusal, match=r"Only CNY 0\.00 is owed"):
        seat.perform(move_loan, MoveLoan(loan, "repay", MAY[1], account, D(500)))
    assert seat.ask(rows) == before
    assert faults(seat) == []


def test_dollars_repaid_since_keep_what_they_were_valued_with(seat: Seat) -> None:
    """A later repayment released a share of this draw's carrying: that one is taken back first (section 4)."""
    rates(seat)
    account = dollars(seat)
    loan = seat.perform(open_loan, OpenLoan("bank", "Bank", "USD", MAY[0])).value
    seat.perform(move_loan, MoveLoan(loan, "draw", MAY[0], account, D(100), D(7)))
    second = seat.perform(move_loan, MoveLoan(loan, "draw", MAY[1], account, D(100), D("7.2"))).value
    seat.perform(move_loan, MoveLoan(loan, "repay", MAY[2], account, D(100)))
    with pytest.raises(Refusal, match="repayment of 2026-05-18 was valued with what this drew"):
        seat.perform(reverse_loan_move, ReverseLoanMove(second, MAY[3], "Wrong"))
    assert seat.ask(loan_card, loan).carrying == D("710.00")


def test_reconciled_money_of_a_loan_stays(seat: Seat) -> None:
    """Section 4: a reconciled entry must be un-reconciled first."""
    account = open_yuan(seat, "0", MAY[0])
    loan = seat.perform(open_loan, OpenLoan("bank", "Bank", "CNY", MAY[0])).value
    draw = seat.perform(move_loan, MoveLoan(loan, "draw", MAY[0], account, D(500))).value
    bring_in(seat, account, statement(line(MAY[0], "500"), opening="0"))
    (found,) = seat.ask(propose_matches, account)
    seat.perform(match_rows, MatchRows((Pair(found.row_id, found.entry_ids),)))
    seat.perform(finish_reconciliation, FinishReconciliation(account, MAY[1], D(500)))
    with pytest.raises(Refusal, match="Reopen that reconciliation first"):
        seat.perform(reverse_loan_move, ReverseLoanMove(draw, MAY[2], "Wrong"))
    assert seat.ask(rows) == [("draw", D(500))]


def test_nothing_is_taken_back_in_a_closed_period(seat: Seat) -> None:
    account = open_yuan(seat, "0")
    loan = seat.perform(open_loan, OpenLoan("bank", "Bank", "CNY", date(2026, 4, 1))).value
    draw = seat.perform(move_loan, MoveLoan(loan, "draw", date(2026, 4, 2), account, D(500))).value
    seat.perform(close_period, ClosePeriod(date(2026, 4, 30), confirmed=True))
    with pytest.raises(Refusal, match="closed until 2026-04-30"):
        seat.perform(reverse_loan_move, ReverseLoanMove(draw, date(2026, 4, 20), "Wrong"))
    assert seat.ask(rows) == [("draw", D(500))]
    seat.perform(reverse_loan_move, ReverseLoanMove(draw, date(2026, 5, 2), "Wrong"))


def test_the_check_finds_a_row_that_takes_back_too_much(blank_book: Path, tmp_path: Path) -> None:
    path, clock = tmp_path / "loans.tcrm", FixedClock.on(TODAY)
    shutil.copyfile(blank_book, path)
    book = Book(open_book(path, "Tests", clock), clock)
    seat = book.seat()
    account = open_yuan(seat, "0")
    loan = seat.perform(open_loan, OpenLoan("bank", "Bank", "CNY", MAY[0])).value
    draw = seat.perform(move_loan, MoveLoan(loan, "draw", MAY[0], account, D(500))).value
    seat.perform(reverse_loan_move, ReverseLoanMove(draw, MAY[1], "Wrong"))
    book.close()
    plant(path, "UPDATE loan_move SET amount = -6000000 WHERE reverses_id IS NOT NULL")
    assert verify_book(path) == [
        "On loan LN-2605-0001 -100.00 is owed at the end of a day; more was repaid or taken back than drawn.",
        "On loan LN-2605-0001 the row that takes a movement back is over -600.00; it should be -500.00.",
    ]
