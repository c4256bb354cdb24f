"""Entries of the ledger with a running balance: statement of an account, and the rows behind any total."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from tradecrm.core.links import Link
from tradecrm.models import Account, LedgerEntry, Posting
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.figures.papers import entry_title, party_names, source_link
from tradecrm.services.kept_words import memo_words
from tradecrm.services.work import Reader

ZERO = Decimal(0)
PAGE = 1000


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of the ledger: day, what it is, its paper; ``balance`` is the running balance in ``currency``.

    ``reversal`` marks a row that takes another back.
    """

    entry_id: int
    day: date
    kind: str
    title: str
    memo: str
    book: str
    category: str
    party_id: int | None
    party: str
    currency: str
    amount: Decimal
    base_amount: Decimal
    balance: Decimal
    link: Link | None
    reversal: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """An account's entries from ``first`` to ``last`` in its currency (section 4); its life began on ``start``.

    ``opening`` stands before the first row of all pages, ``closing`` after the last of all; ``count`` rows in all.
    """

    account_id: int
    name: str
    currency: str
    start: date
    first: date
    last: date
    opening: Decimal
    closing: Decimal
    incoming: Decimal
    outgoing: Decimal
    count: int
    rows: tuple[EntryRow, ...]


@dataclass(frozen=True, slots=True)
class StatementQuery:
    """Which account, which days, and which page; ``until`` ends with the entry of that id on the last day.

    Without ``first`` it begins where the account does.
    """

    account_id: int
    first: date | None
    last: date
    until: int | None = None
    offset: int = 0
    limit: int = PAGE


def account_statement(reader: Reader, query: StatementQuery) -> Statement:
    """Answer a page of an account's statement; NotFound for an account that is not there."""
    reader.actor.demand("account.read")
    account = reader.get(Account, query.account_id, "Account")
    start = _start(reader, account)
    first = query.first or start
    before = date.fromordinal(first.toordinal() - 1)
    opening = balance_at(reader, account.id, before).amount
    conditions: list[ColumnElement[bool]] = [
        LedgerEntry.account_id == account.id,
        LedgerEntry.day >= first,
        LedgerEntry.day <= query.last,
    ]
    if query.until is not None:
        earlier = LedgerEntry.day < query.last
        conditions.append(or_(earlier, and_(LedgerEntry.day == query.last, LedgerEntry.id <= query.until)))
    count, moved = reader.session.execute(
        select(func.count(), func.sum(LedgerEntry.amount)).where(*conditions)
    ).one()
    incoming = reader.session.scalar(
        select(func.sum(LedgerEntry.amount)).where(*conditions, LedgerEntry.amount > ZERO)
    )
    rows = _rows(reader, conditions, query.offset, query.limit, opening)
    return Statement(
        account.id,
        account.name,
        account.currency,
        start,
        first,
        query.last,
        opening,
        opening + (moved or ZERO),
        incoming or ZERO,
        (moved or ZERO) - (incoming or ZERO),
        count,
        rows,
    )


def account_entries(
    reader: Reader, account_id: int, kind: str, category: str, first: date, last: date, limit: int = PAGE
) -> tuple[EntryRow, ...]:
    """Answer the entries of an account of one kind and category by day; ``balance`` is their running sum."""
    reader.actor.demand("account.read")
    conditions: list[ColumnElement[bool]] = [
        LedgerEntry.account_id == account_id,
        LedgerEntry.day >= first,
        LedgerEntry.day <= last,
        LedgerEntry.category == category,
        LedgerEntry.amount != ZERO,
        Posting.kind == kind,
    ]
    return _rows(reader, conditions, 0, limit, ZERO)


def _start(reader: Reader, account: Account) -> date:
    """Answer the day an account was opened, or that of its first entry when one was entered for an earlier day."""
    entered = select(func.min(LedgerEntry.day)).where(LedgerEntry.account_id == account.id)
    earliest = reader.session.scalar(entered)
    return account.opened_on if earliest is None else min(account.opened_on, earliest)


def _select(conditions: list[ColumnElement[bool]]) -> Select[Any]:
    order = (LedgerEntry.day, LedgerEntry.id)
    running = func.sum(LedgerEntry.amount).over(order_by=order)
    columns: tuple[Any, ...] = (
        LedgerEntry.id,
        LedgerEntry.day,
        LedgerEntry.book,
        LedgerEntry.category,
        LedgerEntry.party_id,
        LedgerEntry.currency,
        LedgerEntry.amount,
        LedgerEntry.base_amount,
        running,
        Posting.kind,
        Posting.memo,
        Posting.source_kind,
        Posting.source_id,
        Posting.reverses_id,
    )
    return (
        select(*columns)
        .join(Posting, Posting.id == LedgerEntry.posting_id)
        .where(*conditions)
        .order_by(*order)
    )


def _rows(
    reader: Reader, conditions: list[ColumnElement[bool]], offset: int, limit: int, opening: Decimal
) -> tuple[EntryRow, ...]:
    """Answer a page of entries by day and entry, each with the balance after it."""
    statement = _select(conditions).offset(offset)
    if limit:
        statement = statement.limit(limit)
    found = reader.session.execute(statement).all()
    names = party_names(reader, (row.party_id for row in found))
    return tuple(
        EntryRow(
            entry_id=row.id,
            day=row.day,
            kind=row.kind,
            title=entry_title(row.kind),
            memo=memo_words(row.memo),
            book=row.book,
            category=row.category,
            party_id=row.party_id if row.party_id in names else None,
            party=names.get(row.party_id, ""),
            currency=row.currency,
            amount=row.amount,
            base_amount=row.base_amount,
            balance=opening + row[8],
            link=source_link(row.source_kind, row.source_id),
            reversal=row.reverses_id is not None,
        )
        for row in found
    )


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which rows of the ledger: all that is not None must match; up to and with ``last``."""

    last: date
    first: date | None = None
    book: str | None = None
    category: str | None = None
    currency: str | None = None
    party_id: int | None = None
    shipment_id: int | None = None
    offset: int = 0
    limit: int = PAGE


def _conditions(query: EntryFilter) -> list[ColumnElement[bool]]:
    wanted = (
        (LedgerEntry.book, query.book),
        (LedgerEntry.category, query.category),
        (LedgerEntry.currency, query.currency),
        (LedgerEntry.party_id, query.party_id),
        (LedgerEntry.shipment_id, query.shipment_id),
    )
    found: list[ColumnElement[bool]] = [LedgerEntry.day <= query.last]
    if query.first is not None:
        found.append(LedgerEntry.day >= query.first)
    found.extend(column == value for column, value in wanted if value is not None)
    return found


@dataclass(frozen=True, slots=True)
class LedgerTotal:
    """The total of a book of the ledger in one currency and in base; debit positive."""

    book: str
    currency: str
    count: int
    amount: Decimal
    base_amount: Decimal


def ledger_rows(reader: Reader, query: EntryFilter) -> tuple[EntryRow, ...]:
    """Answer the rows of the ledger that the actor may see, by day."""
    return _rows(reader, _conditions(query), query.offset, query.limit, ZERO)


def ledger_totals(reader: Reader, query: EntryFilter) -> tuple[LedgerTotal, ...]:
    """Answer the totals of the same rows by book and currency; the base totals of a whole ledger add up to zero."""
    rows = reader.session.execute(
        select(
            LedgerEntry.book,
            LedgerEntry.currency,
            func.count(),
            func.sum(LedgerEntry.amount),
            func.sum(LedgerEntry.base_amount),
        )
        .where(*_conditions(query))
        .group_by(LedgerEntry.book, LedgerEntry.currency)
        .order_by(LedgerEntry.book, LedgerEntry.currency)
    )
    return tuple(LedgerTotal(*row) for row in rows)
