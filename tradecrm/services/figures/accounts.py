"""Balances of bank, cash and wallet accounts (账户余额) as of any day, in their currency and in base (section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, case, extract, func, select

from tradecrm.models import Account, AccountMonth, LedgerEntry
from tradecrm.models.base import from_scaled
from tradecrm.services.data.sums import whole
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
    month = plain(AccountMonth)
    kept = (
        select(month.account_id, whole(month.amount), whole(month.base_amount))
        .where(month.month < f"{day:%Y-%m}")
        .group_by(month.account_id)
    )
    sums: dict[int, tuple[int, int]] = {}
    for statement in (kept, days_of_month(day)):
        for key, amount, base_amount in reader.session.execute(statement):
            have = sums.get(key, (0, 0))
            sums[key] = have[0] + amount, have[1] + base_amount
    return sums


def days_of_month(day: date) -> Select[tuple[int, int, int]]:
    """Answer the statement that adds up each account's entries from the first of the month to ``day``.

    It goes account by account through their index; to group the entries by account would read them all.
    """
    entry, account = plain(LedgerEntry), plain(Account)
    return (
        select(account.id, whole(entry.amount), whole(entry.base_amount))
        .join_from(Account.__table__, LedgerEntry.__table__, entry.account_id == account.id)
        .where(entry.account_id.is_not(None), entry.day >= day.replace(day=1), entry.day <= day)
        .group_by(account.id)
    )


def account_balances(reader: Reader, day: date, currency: str | None = None) -> Balances:
    """Answer every account opened by ``day``, by currency and name; an archived one only with a balance."""
    reader.actor.demand("account.read")
    sums, rates = account_sums(reader, day), ClosingRates(reader, day)
    statement = (
        select(Account.id, Account.name, Account.kind, Account.currency, Account.archived)
        .where(Account.opened_on <= day)
        .order_by(Account.currency, Account.name)
    )
    if currency is not None:
        statement = statement.where(Account.currency == currency)
    rows = []
    for key, name, kind, code, archived in reader.session.execute(statement):
        amount, base_amount = sums.get(key, (0, 0))
        if archived and not (amount or base_amount):
            continue
        balance = from_scaled(amount)
        rows.append(
            AccountBalance(
                key,
                name,
                kind,
                code,
                archived,
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
