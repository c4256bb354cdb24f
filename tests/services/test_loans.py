"""Loans and capital: drawn, repaid, interest, and their place in revaluation (domain.md sections 3.5, 4, 16.18)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.services.bank_kit import open_yuan
from tests.services.conftest import TODAY
from tests.services.test_account_moves import MAY, booked, booked_gain, dollars, held, rates
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.services.book import Seat
from tradecrm.services.control.reminders import (
    LOAN_DUE,
    ChangeRule,
    FinishReminder,
    change_rule,
    finish_reminder,
    reminder_rules,
    today_rows,
)
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.cash import CashOptions, cash_projection
from tradecrm.services.figures.payment_plan import payment_plan
from tradecrm.services.figures.plan_rows import PlanOptions
from tradecrm.services.figures.revaluing import valuation
from tradecrm.services.figures.statement import EntryFilter, ledger_totals
from tradecrm.services.money.loans import MoveLoan, OpenLoan, loan_card, move_loan, open_loan

D = Decimal


def test_a_loan_in_dollars_from_drawing_to_the_last_cent(seat: Seat) -> None:
    """Drawn at the MID rate; repaid, the account gives its average and the loan its carrying (sections 3.5 and 4)."""
    rates(seat)
    account = dollars(seat, "1000", "7.2")
    command = OpenLoan("negotiation", "Bank of China", "USD", MAY[0], due_on=date(2026, 6, 1))
    loan = seat.perform(open_loan, command).value
    seat.perform(move_loan, MoveLoan(loan, "draw", MAY[0], account, D(3000)))
    assert held(seat, account) == (D(4000), D(7200) + D(21180))
    seat.perform(move_loan, MoveLoan(loan, "interest", MAY[1], account, D(40)))
    assert seat.ask(booked, "EXPENSE", "INTEREST") == [(MAY[1], D("283.80"))]
    seat.perform(move_loan, MoveLoan(loan, "repay", MAY[2], account, D(1000)))
    # The account gives 7,095.00 for what the loan carries at 7,060.00.
    assert booked_gain(seat) == D("-35.00")
    row = next(each for each in seat.ask(valuation, MAY[3]).rows if each.book == "LOAN")
    assert (row.amount, row.carrying, row.difference) == (D(-2000), D(-14120), D(0))
    with pytest.raises(Refusal, match=r"Only USD 2,000\.00 is owed"):
        seat.perform(move_loan, MoveLoan(loan, "repay", MAY[3], account, D("2000.01")))
    seat.perform(move_loan, MoveLoan(loan, "repay", MAY[3], account, D(2000)))
    card = seat.ask(loan_card, loan)
    assert (card.number, card.owed, card.carrying, card.interest) == ("LN-2605-0001", D(0), D(0), D(40))
    assert [each.book for each in seat.ask(valuation, MAY[3]).rows] == ["BANK"]
    totals = {each.book: each.base_amount for each in seat.ask(ledger_totals, EntryFilter(date(2026, 6, 15)))}
    assert totals["LOAN"] == 0
    assert sum(totals.values()) == 0
    if seat.book.store.reader.dialect.name == "sqlite":
        assert check_book(seat.book.store.reader) == []


def test_what_is_owed_on_a_loan_is_paid_from_its_account_on_its_day(seat: Seat) -> None:
    """domain.md section 3.8: the plan lists everything that is to be paid; capital is paid back by nobody's plan."""
    rates(seat)
    account = dollars(seat, "1000", "7.2")
    until = TODAY + timedelta(days=91)
    due = TODAY + timedelta(days=20)
    loan = seat.perform(open_loan, OpenLoan("bank", "Bank of China", "USD", MAY[0], due_on=due)).value
    seat.perform(move_loan, MoveLoan(loan, "draw", MAY[0], account, D(3000)))
    seat.perform(move_loan, MoveLoan(loan, "repay", MAY[1], account, D(500)))
    capital = seat.perform(open_loan, OpenLoan("capital", "Owner", "USD", MAY[0])).value
    seat.perform(move_loan, MoveLoan(capital, "draw", MAY[0], account, D(100)))
    (row,) = [each for each in seat.ask(payment_plan, PlanOptions(until)) if each.kind == "loan"]
    assert (row.number, row.amount, row.day, row.account_id) == ("LN-2605-0001", D(-2500), due, account)
    (plan,) = [
        each
        for each in seat.ask(cash_projection, CashOptions(PlanOptions(until)))
        if each.account_id == account
    ]
    # 1,000 + 3,000 - 500 + 100, less the 2,500 that are due.
    assert (plan.projection.opening, plan.periods[-1].balance) == (D(3600), D(1100))
    seat.perform(move_loan, MoveLoan(loan, "repay", MAY[2], account, D(2500)))
    assert [each for each in seat.ask(payment_plan, PlanOptions(until)) if each.kind == "loan"] == []


def test_capital_is_equity_and_bears_no_interest(seat: Seat) -> None:
    account = open_yuan(seat, "0")
    capital = seat.perform(open_loan, OpenLoan("capital", "Lin Yue", "CNY", MAY[0])).value
    seat.perform(move_loan, MoveLoan(capital, "draw", MAY[0], account, D(50_000)))
    assert seat.ask(booked, "EQUITY", "CAPITAL") == [(MAY[0], D(-50_000))]
    with pytest.raises(Refusal, match="bears no interest"):
        seat.perform(move_loan, MoveLoan(capital, "interest", MAY[1], account, D(1)))
    assert held(seat, account)[0] == D(50_000)


def test_what_a_loan_refuses(seat: Seat) -> None:
    rates(seat)
    yuan, account = open_yuan(seat), dollars(seat)
    loan = seat.perform(open_loan, OpenLoan("bank", "Bank", "USD", MAY[1])).value
    refusals = (
        (MoveLoan(loan, "draw", MAY[1], yuan, D(1)), "choose an account in that currency"),
        (MoveLoan(loan, "draw", MAY[0], account, D(1)), "from then until today"),
        (MoveLoan(loan, "draw", MAY[1], account, D("1.001")), "more decimals"),
        (MoveLoan(loan, "repay", MAY[1], account, D(1)), "is owed"),
        (MoveLoan(loan, "draw", MAY[1], account, D(0)), "above zero"),
    )
    for command, words in refusals:
        with pytest.raises(Refusal, match=words):
            seat.perform(move_loan, command)
    with pytest.raises(Refusal, match="whose money"):
        seat.perform(open_loan, OpenLoan("bank", " ", "USD", MAY[1]))
    assert seat.ask(loan_card, loan).moves == ()


def test_loans_due_stand_in_today_while_something_is_owed(seat: Seat) -> None:
    """From the days before it on that are set, and past its day; one repaid and capital put in never."""
    account = open_yuan(seat, "0")

    def owe(kind: str, days: int, amount: str) -> int:
        command = OpenLoan(kind, "Bank of Ningbo", "CNY", MAY[0], TODAY + timedelta(days=days))
        loan = seat.perform(open_loan, command).value
        seat.perform(move_loan, MoveLoan(loan, "draw", MAY[0], account, D(amount)))
        return loan

    late, near = owe("bank", -2, "700"), owe("packing", 7, "500")
    owe("bank", 8, "400")
    owe("capital", 0, "300")
    repaid = owe("owner", 0, "200")
    seat.perform(move_loan, MoveLoan(late, "repay", MAY[1], account, D(100)))
    seat.perform(move_loan, MoveLoan(repaid, "repay", MAY[1], account, D(200)))

    def told() -> list[tuple[Link, int, Decimal | None, str]]:
        return [(row.link, row.days_late, row.amount, row.party) for row in seat.ask(today_rows)]

    assert told() == [
        (Link.to("loan", id=late), 2, D(600), "Bank of Ningbo"),
        (Link.to("loan", id=near), -7, D(500), "Bank of Ningbo"),
    ]
    rule = next(each for each in seat.ask(reminder_rules) if each.key == LOAN_DUE)
    seat.perform(change_rule, ChangeRule(LOAN_DUE, True, 6, rule.version))
    assert [link for link, *_rest in told()] == [Link.to("loan", id=late)]
    seat.perform(finish_reminder, FinishReminder(seat.ask(today_rows)[0].occurrence))
    assert told() == []
