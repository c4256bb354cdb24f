"""Money of an account that cannot be used for now (冻结款): what is held, what is available (section 16.19)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select

from tradecrm.models import Account, AccountHold, LedgerEntry
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.figures.plain import plain, plain_rows
from tradecrm.services.work import Reader

ZERO = Decimal(0)


def held_of(account_id: Any) -> Any:
    """Answer the expression of what is held of an account today, for statements over accounts."""
    return (
        select(func.coalesce(func.sum(AccountHold.amount), ZERO))
        .where(AccountHold.account_id == account_id, AccountHold.released_on.is_(None))
        .correlate(Account)
        .scalar_subquery()
    )


def held_sums(reader: Reader) -> dict[int, Decimal]:
    """Answer what is held of each account today, only of those with holds."""
    hold = plain(AccountHold)
    rows = reader.session.execute(
        select(hold.account_id, func.sum(hold.amount))
        .where(hold.released_on.is_(None))
        .group_by(hold.account_id)
    )
    return dict(rows.all())


def held_at(reader: Reader, account_id: int, day: date) -> Decimal:
    """Answer what of an account was held at the end of a day."""
    return sum(
        (amount for start, end, amount in _holds(reader, account_id) if _holds_on(start, end, day)), ZERO
    )


class Available(NamedTuple):
    """The least that is available of an account from a day on, and what of its balance is held on that least day."""

    amount: Decimal
    held: Decimal


def available_from(reader: Reader, account_id: int, day: date) -> Available:
    """Answer the least balance less holds of an account at the end of ``day`` or of any later day."""
    holds = _holds(reader, account_id)
    later = plain_rows(reader, _later(), account=account_id, day=day)
    moved: dict[date, Decimal] = dict(later.all())
    days = {day, *moved} | {at for start, end, _amount in holds for at in (start, end) if at and at > day}
    running, found = balance_at(reader, account_id, day).amount, []
    for at in sorted(days):
        running += moved.get(at, ZERO)
        held = sum((amount for start, end, amount in holds if _holds_on(start, end, at)), ZERO)
        found.append(Available(running - held, held))
    return min(found)


@functools.cache  # Both are built once: every payment asks for them.
def _later() -> Select[Any]:
    entry = plain(LedgerEntry)
    return (
        select(entry.day, func.sum(entry.amount))
        .where(entry.account_id == bindparam("account"), entry.day > bindparam("day"))
        .group_by(entry.day)
    )


@functools.cache
def _held() -> Select[Any]:
    hold = plain(AccountHold)
    return select(hold.day, hold.released_on, hold.amount).where(hold.account_id == bindparam("account"))


def _holds(reader: Reader, account_id: int) -> Sequence[tuple[date, date | None, Decimal]]:
    rows = plain_rows(reader, _held(), account=account_id)
    return [(start, end, amount) for start, end, amount in rows]


def _holds_on(start: date, end: date | None, day: date) -> bool:
    """Tell whether money is held at the end of a day: from its first day on, no longer on that of its release."""
    return start <= day and (end is None or day < end)
