"""The instalments behind each cell of the aging (账龄明细): the same definition, row by row (section 3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, func, or_, select
from sqlalchemy import type_coerce as coerce

from tradecrm.core.aging import AgingBasis, bucket_index, overdue_days
from tradecrm.core.allocate import allocate
from tradecrm.models import Allocation, Instalment, Item
from tradecrm.models.base import from_scaled
from tradecrm.services.figures.aging import AgingQuery, aging_source, changed_items
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader

UNAPPLIED = -1
"""The bucket of what is not aged: advances and credit notes."""

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class AgingPart:
    """An instalment as it stood at the end of the day; amounts in ``currency``, credits negative.

    ``due_on`` None: its event had not happened by then. ``days`` are counted from due or document date, None
    while unknown. ``bucket`` is the index of the aging's column, UNAPPLIED for a credit.
    """

    item_id: int
    kind: str
    number: str
    party_id: int
    currency: str
    shipment_id: int | None
    position: int
    document_day: date
    due_on: date | None
    days: int | None
    bucket: int
    amount: Decimal
    open_amount: Decimal
    item_amount: Decimal


def aging_detail(reader: Reader, query: AgingQuery, bucket: int | None = None) -> list[AgingPart]:
    """Answer what was open at the end of the day, oldest due first within party and currency.

    Their sums are the cells of `aging` for the same query; ``bucket`` keeps to one column.
    """
    reader.actor.demand("receivable.read")
    found = [row for row in _open_rows(reader, query) if row[3]]
    about = _about(reader, [row[0] for row in found])
    parts = [_part(about[key], query, due_on, day, opened) for key, due_on, day, opened in found]
    kept = [part for part in parts if bucket is None or part.bucket == bucket]
    kept.sort(key=lambda p: (p.party_id, p.currency, p.due_on or date.max, p.document_day, p.item_id))
    return kept


def _open_rows(reader: Reader, query: AgingQuery) -> Iterator[tuple[int, date | None, date, int]]:
    """Yield (instalment id, due date known that day, document date, scaled open amount)."""
    source = aging_source(reader, query, ids=True)
    rows = reader.session.execute(
        select(source.c.instalment_id, source.c.due_on, source.c.document_day, _whole(source.c.open_amount))
    )
    yield from rows
    if query.as_of < reader.today:
        for item in changed_items(reader, query):
            yield from item.parts


def _whole(column: Any) -> Any:
    """Answer a scaled column as the integer that is stored."""
    return coerce(column, BigInteger)


def _about(reader: Reader, keys: Sequence[int]) -> dict[int, Any]:
    """Answer what is printed of each instalment: its item's number, kind and papers."""
    part, item = plain(Instalment), plain(Item)
    found: dict[int, Any] = {}
    for chunk in _chunks(keys):
        rows = reader.session.execute(
            select(
                part.id,
                part.item_id,
                part.position,
                part.amount,
                part.is_credit,
                part.party_id,
                part.currency,
                item.kind,
                item.number,
                item.shipment_id,
                item.amount.label("item_amount"),
            )
            .join_from(Instalment.__table__, Item.__table__, item.id == part.item_id)
            .where(part.id.in_(chunk))
        )
        found.update({row.id: row for row in rows})
    return found


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]


def _part(about: Any, query: AgingQuery, due_on: date | None, day: date, opened: int) -> AgingPart:
    """Answer the printed part of one instalment."""
    days = overdue_days(query.as_of, due_on if query.basis is AgingBasis.DUE else day)
    bucket = UNAPPLIED if about.is_credit else bucket_index(days, query.edges, query.basis)
    return AgingPart(
        item_id=about.item_id,
        kind=about.kind,
        number=about.number,
        party_id=about.party_id,
        currency=about.currency,
        shipment_id=about.shipment_id,
        position=about.position,
        document_day=day,
        due_on=None if about.is_credit else due_on,
        days=None if about.is_credit else days,
        bucket=bucket,
        amount=about.amount,
        open_amount=from_scaled(opened),
        item_amount=about.item_amount,
    )


def carrying(reader: Reader, query: AgingQuery, parts: Iterable[AgingPart]) -> list[Decimal]:
    """Answer the base amount at which each part was carried that day (mode ``booking``, section 3.6.5).

    An item's carrying is its booked base less what allocations up to the day released; it is shared out over
    its open parts by the largest remainder, so that the sums tie to the ledger.
    """
    parts = list(parts)
    whole = _item_carrying(reader, query.as_of, sorted({part.item_id for part in parts}))
    by_item: dict[int, list[int]] = {}
    for index, part in enumerate(parts):
        by_item.setdefault(part.item_id, []).append(index)
    values = [Decimal(0)] * len(parts)
    for item_id, places in by_item.items():
        weights = [abs(parts[index].open_amount) for index in places]
        shares = allocate(whole[item_id], weights, reader.base)
        for index, share in zip(places, shares, strict=True):
            values[index] = share
    return values


def _item_carrying(reader: Reader, day: date, keys: Sequence[int]) -> dict[int, Decimal]:
    """Answer the carrying of each item at the end of ``day``: a credit's is negative."""
    item, row = plain(Item), plain(Allocation)
    found: dict[int, Decimal] = {}
    for chunk in _chunks(keys):
        booked = select(item.id, item.base_amount).where(item.id.in_(chunk))
        found.update(dict(reader.session.execute(booked).all()))
        moves = reader.session.execute(
            select(row.debit_item_id, row.credit_item_id, func.sum(row.debit_base), func.sum(row.credit_base))
            .where(or_(row.debit_item_id.in_(chunk), row.credit_item_id.in_(chunk)), row.day <= day)
            .group_by(row.debit_item_id, row.credit_item_id)
        )
        wanted = set(chunk)
        for debit, credit, debit_base, credit_base in moves:
            if debit in wanted:
                found[debit] -= debit_base
            if credit in wanted:
                found[credit] += credit_base
    return found
