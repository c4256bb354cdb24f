"""What is owed on loans as of any day, in their currency and at its carrying in base (domain.md section 4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy import type_coerce as coerce
from sqlalchemy.types import BigInteger

from tradecrm.core.carrying import FxBalance
from tradecrm.models import Loan, LoanMove
from tradecrm.models.base import from_scaled
from tradecrm.services.data.sums import whole
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader

CAPITAL = "capital"


def owed_of(loan_id: Any) -> Any:
    """Answer the expression of what is owed on a loan by all its movements, for statements over loans."""
    return (
        select(func.coalesce(func.sum(_signed(LoanMove) * LoanMove.amount), Decimal(0)))
        .where(LoanMove.loan_id == loan_id)
        .correlate(Loan)
        .scalar_subquery()
    )


def loan_sums(reader: Reader, day: date) -> dict[int, tuple[int, int]]:
    """Answer, a loan, what was drawn less what was repaid by ``day``, and its carrying in base, as scaled integers."""
    move = plain(LoanMove)
    sign = _signed(move)
    rows = reader.session.execute(
        select(
            move.loan_id,
            whole(sign * coerce(move.amount, BigInteger)),
            whole(sign * coerce(move.base_amount, BigInteger)),
        )
        .where(move.day <= day)
        .group_by(move.loan_id)
    )
    return {key: (amount, base) for key, amount, base in rows}


def _signed(move: Any) -> Any:
    """Answer which way a movement goes; one that takes another back has that one's kind, below zero."""
    return case((move.kind == "draw", 1), (move.kind == "repay", -1), else_=0)


def loan_owed(reader: Reader, loan_id: int, day: date) -> FxBalance:
    """Answer what is owed on a loan at the end of ``day``, and what that is carried at in base."""
    amount, base = loan_sums(reader, day).get(loan_id, (0, 0))
    return FxBalance(from_scaled(amount), from_scaled(base))


def least_owed(reader: Reader, loan_id: int, day: date) -> Decimal:
    """Answer the least that is owed on a loan at the end of ``day`` or of any later day with a movement."""
    move = plain(LoanMove)
    running = least = loan_owed(reader, loan_id, day).amount
    later = reader.session.execute(
        select(move.day, whole(_signed(move) * coerce(move.amount, BigInteger)))
        .where(move.loan_id == loan_id, move.day > day)
        .group_by(move.day)
        .order_by(move.day)
    )
    for _day, moved in later:
        running += from_scaled(moved)
        least = min(least, running)
    return least


def foreign_debts(reader: Reader, day: date) -> list[tuple[int, str, int, int]]:
    """Answer (loan, currency, owed, carrying) of loans in foreign currency at the end of ``day``, as debts below zero.

    Capital is no debt and is never valued anew (section 3.5).
    """
    loan, sums = plain(Loan), loan_sums(reader, day)
    rows = reader.session.execute(
        select(loan.id, loan.currency)
        .where(loan.currency != reader.base, loan.kind != CAPITAL)
        .order_by(loan.currency, loan.id)
    )
    return [(key, code, -sums[key][0], -sums[key][1]) for key, code in rows if sums.get(key, (0, 0))[0]]
