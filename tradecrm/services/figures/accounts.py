"""Balances of bank, cash and wallet accounts (账户余额) as of any day, in their currency and in base (section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, bindparam, case, extract, func, select, union_all

from tradecrm.models import Account, AccountMonth, LedgerEntry, Posting
from tradecrm.models.base import from_scaled
from tradecrm.services.data.lean import lean_rows
from tradecrm.services.data.sums import money_sum, whole
from tradecrm.services.figures.closing import ClosingRates, add_known
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """An account at the end of a day: its balance, its carrying in base, and its worth at the closing rate.

    ``closing`` is None when the middle rate of the day is missing.
    """

    account_id: int
    name: str
    kind: str
    currency: str
    archived: bool
    balance: Decimal
    carrying: Decimal
    closing: Decimal | None

    @property
    def unrealized(self) -> Decimal | None:
        """Answer the exchange difference not yet realized: closing worth less carrying (section 3.5)."""
        return None if self.closing is None else self.closing - self.carrying


@dataclass(frozen=True, slots=True)
class Balances:
    """All accounts as of ``day``, with what is to be said about rates."""

    day: date
    base: str
    rows: tuple[AccountBalance, ...]
    notes: tuple[str, ...]

    @property
    def carrying(self) -> Decimal:
        """Answer the carrying of all accounts in base."""
        return sum((row.carrying for row in self.rows), ZERO)

    @property
    def closing(self) -> Decimal | None:
        """Answer the worth of all accounts in base at the closing rates; None while a rate is missing."""
        return add_known([row.closing for row in self.rows])


def account_sums(reader: Reader, day: date) -> dict[int, tuple[int, int]]:
    """Answer (balance, base) of every account at the end of ``day`` as scaled integers.

    The kept months before the month of ``day`` are added up, then the days of that month.
    """
    values = {"month": f"{day:%Y-%m}", "first": day.replace(day=1).isoformat(), "day": day.isoformat()}
    sums: dict[int, tuple[int, int]] = {}
    for key, amount, base_amount in lean_rows(reader, _sums, values=values):
        have = sums.get(key, (0, 0))
        sums[key] = have[0] + amount, have[1] + base_amount
    return sums


def _sums() -> Any:
    """Select what each account has of the kept months, and of the days after them."""
    month = plain(AccountMonth)
    kept = (
        select(month.account_id, whole(month.amount), whole(month.base_amount))
        .where(month.month < bindparam("month"))
        .group_by(month.account_id)
    )
    return union_all(kept, days_of_month())


def days_of_month() -> Select[tuple[int, int, int]]:
    """Answer the statement that adds up each account's entries from ``first`` to ``day``.

    It goes account by account through their index; to group the entries by account would read them all.
    """
    entry, account = plain(LedgerEntry), plain(Account)
    return (
        select(account.id, whole(entry.amount), whole(entry.base_amount))
        .join_from(Account.__table__, LedgerEntry.__table__, entry.account_id == account.id)
        .where(entry.account_id.is_not(None), entry.day >= bindparam("first"), entry.day <= bindparam("day"))
        .group_by(account.id)
    )


def _accounts() -> Any:
    """Select the accounts opened by ``day``."""
    account = plain(Account)
    return (
        select(account.id, account.name, account.kind, account.currency, account.archived)
        .where(account.opened_on <= bindparam("day"))
        .order_by(account.currency, account.name)
    )


def account_balances(reader: Reader, day: date, currency: str | None = None) -> Balances:
    """Answer every account opened by ``day``, by currency and name; an archived one only with a balance."""
    reader.actor.demand("account.read")
    sums, rates = account_sums(reader, day), ClosingRates(reader, day)
    rows = []
    for key, name, kind, code, archived in lean_rows(reader, _accounts, values={"day": day.isoformat()}):
        amount, base_amount = sums.get(key, (0, 0))
        if (currency not in (None, code)) or (archived and not (amount or base_amount)):
            continue
        balance = from_scaled(amount)
        rows.append(
            AccountBalance(
                key,
                name,
                kind,
                code,
                bool(archived),
                balance,
                from_scaled(base_amount),
                rates.value(balance, code),
            )
        )
    return Balances(day, reader.base, tuple(rows), tuple(rates.notes))


@dataclass(frozen=True, slots=True)
class MonthFlow:
    """What came in and went out of an account in a month, in its currency; ``outgoing`` is negative."""

    first: date
    incoming: Decimal
    outgoing: Decimal

    @property
    def net(self) -> Decimal:
        """Answer what the month changed."""
        return self.incoming + self.outgoing


def month_flows(reader: Reader, account_id: int, first: date, last: date) -> Sequence[MonthFlow]:
    """Answer income and expense of an account by month, months without entries left out."""
    reader.actor.demand("account.read")
    year, month = extract("year", LedgerEntry.day), extract("month", LedgerEntry.day)
    amount = LedgerEntry.amount
    rows = reader.session.execute(
        select(
            year,
            month,
            func.sum(case((amount > ZERO, amount), else_=ZERO)),
            func.sum(case((amount < ZERO, amount), else_=ZERO)),
        )
        .where(LedgerEntry.account_id == account_id, LedgerEntry.day >= first, LedgerEntry.day <= last)
        .group_by(year, month)
        .order_by(year, month)
    )
    return [MonthFlow(date(int(y), int(m), 1), incoming, outgoing) for y, m, incoming, outgoing in rows]


@dataclass(frozen=True, slots=True)
class CategoryFlow:
    """What came in and went out of an account for one thing, in its currency; ``outgoing`` is negative.

    ``kind`` is the kind of the postings, ``category`` that of their entries on the account.
    """

    kind: str
    category: str
    count: int
    incoming: Decimal
    outgoing: Decimal

    @property
    def net(self) -> Decimal:
        """Answer what it changed."""
        return self.incoming + self.outgoing


def category_flows(reader: Reader, account_id: int, first: date, last: date) -> Sequence[CategoryFlow]:
    """Answer income and expense of an account by what they were for, the largest first (feature T3)."""
    reader.actor.demand("account.read")
    amount = LedgerEntry.amount
    rows = reader.session.execute(
        select(
            Posting.kind,
            LedgerEntry.category,
            func.count(),
            money_sum(case((amount > ZERO, amount), else_=ZERO)),
            money_sum(case((amount < ZERO, amount), else_=ZERO)),
        )
        .join(Posting, Posting.id == LedgerEntry.posting_id)
        .where(
            LedgerEntry.account_id == account_id,
            LedgerEntry.day >= first,
            LedgerEntry.day <= last,
            amount != ZERO,
        )
        .group_by(Posting.kind, LedgerEntry.category)
    )
    found = [CategoryFlow(kind, category, count, into, out) for kind, category, count, into, out in rows]
    return sorted(found, key=lambda flow: (-(flow.incoming - flow.outgoing), flow.kind, flow.category))
