"""The bank of the sample firm: a month of statements reconciled, the next one brought in, and a packing loan."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.bank_rows import BankFile, BankLine, with_balances
from tradecrm.models.base import from_scaled
from tradecrm.services.book import Seat
from tradecrm.services.data.sample.firm import SAMPLE_DAY, Firm
from tradecrm.services.figures.bank_entries import books_of, unmatched_entries
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.loans import MoveLoan, OpenLoan, move_loan, open_loan
from tradecrm.services.money.matching import MatchRows, Pair, match_rows, propose_matches
from tradecrm.services.money.reconciling import (
    FinishReconciliation,
    agreement,
    finish_reconciliation,
)
from tradecrm.services.money.statements import ImportStatement, import_statement

_SEED = 10
_FIRST = date(2026, 10, 1)
_LAST = date(2026, 10, 31)
_LATE = timedelta(days=2)


def bring_statements(seat: Seat, firm: Firm) -> None:
    """Bring in October and November of the dollar account; October is matched and reconciled."""
    account = firm.account("USD")
    dice = random.Random(_SEED)  # noqa: S311 - a story, no secret
    opening = seat.ask(balance_at, account, _FIRST - timedelta(days=1)).amount
    october = _statement(seat, account, dice, opening, _FIRST, _LAST, ())
    _bring_in(seat, account, october, "2026-10.csv")
    pairs = tuple(Pair(each.row_id, each.entry_ids) for each in seat.ask(propose_matches, account))
    seat.perform(match_rows, MatchRows(pairs))
    found = seat.ask(agreement, account, _LAST)
    seat.perform(finish_reconciliation, FinishReconciliation(account, _LAST, found.statement_balance))
    extra = (
        BankLine(date(2026, 11, 12), Decimal("-18.50"), "", firm.words["bank_fee"], "FT26316001"),
        BankLine(
            date(2026, 11, 18), Decimal("4985.00"), "BLUE HARBOR HOLDINGS", "INV SETTLEMENT", "FT26322007"
        ),
    )
    november = _statement(
        seat, account, dice, found.statement_balance, _LAST + timedelta(days=1), SAMPLE_DAY, extra
    )
    _bring_in(seat, account, november, "2026-11.csv")


def _statement(
    seat: Seat,
    account: int,
    dice: random.Random,
    opening: Decimal,
    first: date,
    last: date,
    extra: tuple[BankLine, ...],
) -> BankFile:
    """Answer a statement as the bank would print what is booked, each some days later; the last days are missing."""
    entries = seat.ask(unmatched_entries, account, first - _LATE, last - _LATE)
    words = seat.ask(books_of, [entry[0] for entry in entries])
    lines = [
        BankLine(
            max(first, date.fromisoformat(day) + timedelta(days=dice.randrange(3))),
            from_scaled(amount),
            words[key].name.upper(),
            words[key].words,
            f"FT{key:08d}",
        )
        for key, day, amount in entries
        if day >= first.isoformat() or first > _FIRST
    ]
    ordered = tuple(sorted((*lines, *extra), key=lambda line: line.day))
    return with_balances(BankFile("csv", ordered, opening=opening, from_day=first, to_day=last))


def _bring_in(seat: Seat, account: int, file: BankFile, name: str) -> None:
    if file.lines:
        seat.perform(import_statement, ImportStatement(account, file, name, "0" * 64))


def borrow(seat: Seat, firm: Firm) -> None:
    """Draw a packing loan in yuan, pay interest on it and repay a part."""
    account = firm.account("CNY")
    begun = date(2026, 9, 1)
    command = OpenLoan("packing", "Bank of Ningbo", "CNY", begun, due_on=date(2026, 12, 1))
    loan = seat.perform(open_loan, command).value
    for kind, day, amount in (
        ("draw", begun, 60_000),
        ("interest", date(2026, 10, 21), 262),
        ("repay", date(2026, 11, 2), 20_000),
    ):
        seat.perform(move_loan, MoveLoan(loan, kind, day, account, Decimal(amount)))
