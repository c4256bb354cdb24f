"""What is open in foreign currency at the end of a day, worth at the closing rate against its carrying (section 3.5).

Receivables, payables, accounts and loans; advances (unapplied receipts and payments, and opening balances below
zero, which are money paid ahead before the book began) are left out. Amounts are signed as in the ledger: a debt
is negative, so that a difference above zero is a gain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy import type_coerce as coerce

from tradecrm.core.carrying import ClosingRate, Side
from tradecrm.models import Account, Allocation, Item, Loan, Party
from tradecrm.models.base import AMOUNT_SCALE, from_scaled
from tradecrm.services.data.lean import lean_rows
from tradecrm.services.data.sums import whole
from tradecrm.services.figures.accounts import account_sums
from tradecrm.services.figures.closing import ClosingRates
from tradecrm.services.figures.loans import foreign_debts
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader

ZERO = Decimal(0)
ADVANCES = ("RCT", "PAY")
"""Kinds of items that are advances while they are unapplied (section 16 number 5)."""

_CHUNK = 500


OpenRow = tuple[str, int, str, int, int]
"""One open item or account: its book, id, currency, and amount and carrying as scaled integers."""


class ValuedRow(NamedTuple):
    """An open row at its closing rate, as scaled integers; ``gain`` is None while the rate is missing."""

    book: str
    key: int
    currency: str
    units: int
    carried: int
    rate: Decimal | None
    gain: int | None

    @property
    def amount(self) -> Decimal:
        """Answer the open amount in its currency."""
        return from_scaled(self.units)

    @property
    def carrying(self) -> Decimal:
        """Answer what the row is carried at in base."""
        return from_scaled(self.carried)

    @property
    def difference(self) -> Decimal | None:
        """Answer the unrealized gain (+) or loss (-) in base."""
        return None if self.gain is None else from_scaled(self.gain)

    @property
    def value(self) -> Decimal | None:
        """Answer what the row is worth in base at the closing rate."""
        return None if self.gain is None else from_scaled(self.carried + self.gain)


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one book in one currency, added up; each row was rounded for itself."""

    book: str
    currency: str
    count: int
    amount: Decimal
    carrying: Decimal
    rate: Decimal | None
    difference: Decimal | None


@dataclass(frozen=True, slots=True)
class Valuation:
    """What is open at the end of ``day``, row by row, with what is to be said about rates.

    ``missing`` names the currencies without a closing rate: nothing can be posted before they have one.
    """

    day: date
    base: str
    rows: tuple[ValuedRow, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def total(self) -> Decimal | None:
        """Answer the unrealized gain (+) or loss (-) of everything in base; None while a rate is missing."""
        if self.missing:
            return None
        return from_scaled(sum(row.gain for row in self.rows if row.gain is not None))

    def of(self, book: str, currency: str) -> Valuation:
        """Answer only the rows of a book and a currency; empty ones are all."""
        rows = tuple(row for row in self.rows if book in ("", row.book) and currency in ("", row.currency))
        missing = tuple(sorted({row.currency for row in rows if row.rate is None}))
        return replace(self, rows=rows, missing=missing)

    def groups(self) -> tuple[Group, ...]:
        """Answer a sum for each book and currency, in the order of the rows."""
        found: dict[tuple[str, str], list[ValuedRow]] = {}
        for row in self.rows:
            found.setdefault((row.book, row.currency), []).append(row)
        return tuple(_added(book, code, rows) for (book, code), rows in sorted(found.items()))


def _added(book: str, currency: str, rows: Sequence[ValuedRow]) -> Group:
    rate = rows[0].rate
    return Group(
        book,
        currency,
        len(rows),
        from_scaled(sum(row.units for row in rows)),
        from_scaled(sum(row.carried for row in rows)),
        rate,
        None if rate is None else from_scaled(sum(row.gain or 0 for row in rows)),
    )


def valuation(reader: Reader, day: date) -> Valuation:
    """Answer everything open in foreign currency at the end of ``day`` at its closing rate, whoever owns it.

    A missing rate leaves the value open and stands in the notes; it is never taken for 1.
    """
    reader.actor.demand("account.read")
    rates, base = ClosingRates(reader, day), reader.base
    values: dict[str, tuple[Decimal | None, ClosingRate | None]] = {}
    rows = []
    for book, key, currency, units, carried in open_rows(reader, day):
        if currency not in values:
            rate = rates.rate(currency)
            values[currency] = rate, None if rate is None else ClosingRate(rate, base, AMOUNT_SCALE)
        rate, closing = values[currency]
        gain = None if closing is None else closing.unrealized(units, carried)
        rows.append(ValuedRow(book, key, currency, units, carried, rate, gain))
    missing = sorted(currency for currency, (rate, _closing) in values.items() if rate is None)
    return Valuation(day, base, tuple(rows), tuple(rates.notes), tuple(missing))


def open_rows(reader: Reader, day: date) -> list[OpenRow]:
    """Answer receivables and payables, then accounts, then loans, open in foreign currency at the end of ``day``."""
    rows = lean_rows(reader, _items, values={"day": day.isoformat(), "base": reader.base})
    # Sorted here: an order of both halves together would let the store walk through every item there ever was.
    # What was settled then and is open again since is open at neither rate.
    still_open = (row for row in rows if row[3] or row[4])
    found: list[Any] = sorted(still_open, key=lambda row: (row[0], row[2], row[1]))
    debts: list[OpenRow] = [("LOAN", *row) for row in foreign_debts(reader, day)]
    return [*found, *_accounts(reader, day), *debts]


def _items() -> Any:
    """Select items that are no advances: what is open now, and what was settled since is given back.

    The allocations after ``day`` are few when the day is near, and one range of an index.
    """
    later, item, table = _later(), plain(Item), Item.__table__
    open_now = table.outerjoin(later, later.c.item_id == item.id)
    settled = table.join(later, later.c.item_id == item.id)
    wanted = (
        item.day <= bindparam("day"),
        item.currency != bindparam("base"),
        *(item.kind != kind for kind in ADVANCES),
        or_(item.kind != "OPEN", item.amount > 0),
    )
    # A bare zero lets SQLite see that the small index of open items answers this.
    nothing: ColumnElement[Any] = literal_column("0")
    side = case((item.side == Side.AR.value, 1), else_=-1)
    sign = case((item.amount > 0, 1), else_=-1)

    def columns(source: Any) -> Select[Any]:
        amount = coerce(item.open_amount, BigInteger) + sign * func.coalesce(later.c.amount, 0)
        carrying = coerce(item.open_base, BigInteger) + sign * func.coalesce(later.c.base, 0)
        return select(
            item.side,
            item.id,
            item.currency,
            (side * amount).label("amount"),
            (side * carrying).label("carrying"),
        ).select_from(source)

    return union_all(
        columns(open_now).where(*wanted, item.open_amount != nothing),
        columns(settled).where(*wanted, item.open_amount == nothing, later.c.amount != nothing),
    )


def _later() -> Any:
    """Select what was settled of each item after a day, in its currency and in base, as one range of an index."""
    row = plain(Allocation)
    sides: list[ColumnElement[Any]] = [literal_column(f"'{side.value}'") for side in Side]

    def half(item_id: Any, amount: Any, base: Any) -> Select[Any]:
        return select(
            item_id.label("item_id"),
            coerce(amount, BigInteger).label("amount"),
            coerce(base, BigInteger).label("base"),
        ).where(row.side.in_(sides), row.day > bindparam("day"))

    both = union_all(
        half(row.debit_item_id, row.debit_amount, row.debit_base),
        half(row.credit_item_id, row.credit_amount, row.credit_base),
    ).subquery()
    return (
        select(both.c.item_id, whole(both.c.amount).label("amount"), whole(both.c.base).label("base"))
        .group_by(both.c.item_id)
        .cte("later")
    )


def _accounts(reader: Reader, day: date) -> list[OpenRow]:
    account = plain(Account)
    sums = account_sums(reader, day)
    foreign = select(account.id, account.currency).where(account.currency != reader.base)
    rows = reader.session.connection().execute(foreign.order_by(account.currency, account.id))
    return [("BANK", key, code, *sums[key]) for key, code in rows if any(sums.get(key, (0, 0)))]


def names_of(reader: Reader, rows: Iterable[ValuedRow]) -> dict[tuple[str, int], tuple[str, str]]:
    """Answer the number or name of each row's paper, and its partner, as far as the actor may see them."""
    keys: dict[str, list[int]] = {}
    for row in rows:
        keys.setdefault(row.book if row.book in ("BANK", "LOAN") else "ITEM", []).append(row.key)
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for start in range(0, len(keys.get("ITEM", ())), _CHUNK):
        chunk = keys["ITEM"][start : start + _CHUNK]
        statement = (
            select(Item.side, Item.id, Item.number, Party.name)
            .join(Party, Party.id == Item.party_id)
            .where(Item.id.in_(chunk))
        )
        for side, key, number, party in reader.session.execute(statement):
            found[side, key] = number, party
    names = select(Account.id, Account.name).where(Account.id.in_(keys.get("BANK", ())))
    for key, name in reader.session.execute(names):
        found["BANK", key] = name, ""
    debts = select(Loan.id, Loan.number, Loan.lender).where(Loan.id.in_(keys.get("LOAN", ())))
    for key, number, lender in reader.session.execute(debts):
        found["LOAN", key] = number, lender
    return found
