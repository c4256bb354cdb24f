"""Late costs (已结案票后续费用): what was billed of shipments after closing, of the month of the bill (2.11)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, type_coerce

from tradecrm.models import Item, LedgerEntry, Party, Person, Posting, Shipment
from tradecrm.services.figures.plain import plain, plain_rows
from tradecrm.services.work import Reader

ZERO = Decimal(0)
EVER = date(2000, 1, 1)
"""Before any bill: from when the bills of one shipment are listed."""


class LateCost(NamedTuple):
    """A late cost on the day of its bill: whose shipment, of whom, in the bill's currency and in base.

    What takes one back counts below zero. ``item_id`` is the payable of the bill, None for what was paid at once;
    ``source_kind`` and ``source_id`` name the paper it was posted from.
    """

    day: date
    shipment_id: int
    shipment: str
    closed_on: date | None
    owner_id: int | None
    owner: str
    customer_id: int
    customer: str
    category: str
    currency: str
    amount: Decimal
    base_amount: Decimal
    source_kind: str
    source_id: int
    memo: str
    item_id: int | None
    payee_id: int | None


def late_costs(
    reader: Reader,
    first: date,
    last: date,
    *,
    customer_id: int | None = None,
    owner_id: int | None = None,
    shipment_id: int | None = None,
) -> Sequence[LateCost]:
    """Answer the late costs of the visible shipments from ``first`` to ``last``, by salesperson and day."""
    if not _any(reader):
        return []
    entry, posting, shipment = plain(LedgerEntry), plain(Posting), plain(Shipment)
    item, person, party = plain(Item), plain(Person), plain(Party)
    query: Select[Any] = (
        select(
            entry.day, Shipment.id, Shipment.number, Shipment.closed_on, Shipment.owner_id, person.name,
            Shipment.customer_id, party.name, entry.category, entry.currency, entry.amount, entry.base_amount,
            posting.source_kind, posting.source_id, posting.memo, item.id, item.party_id,
        )
        .join_from(LedgerEntry.__table__, Posting.__table__, posting.id == entry.posting_id)
        .join(Shipment, Shipment.id == entry.shipment_id)
        .join(Party.__table__, party.id == shipment.customer_id)
        .outerjoin(Person.__table__, person.id == shipment.owner_id)
        # By its shipment: who asks for the side as well is led along an index of all items.
        .outerjoin(
            Item.__table__, (item.shipment_id == entry.shipment_id) & (item.posting_id == entry.posting_id)
        )
        .where(*_booked_late(first, last))
        .order_by(person.name, shipment.owner_id, entry.day, entry.id)
    )  # fmt: skip
    for column, wanted in (
        (shipment.customer_id, customer_id),
        (shipment.owner_id, owner_id),
        (shipment.id, shipment_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return [LateCost(*row) for row in reader.session.execute(query)]


def _booked_late(first: date, last: date) -> tuple[Any, ...]:
    """Answer what finds late costs of a period; each names a party, by which they are indexed."""
    entry = plain(LedgerEntry)
    return entry.book == "PRIOR", entry.party_id.is_not(None), entry.day.between(first, last)


def _any(reader: Reader) -> bool:
    """Tell whether there are late costs at all: most books have none, and every first page asks."""
    return plain_rows(reader, _one()).first() is not None


@functools.cache
def _one() -> Select[Any]:
    entry = plain(LedgerEntry)
    return select(entry.id).where(entry.book == "PRIOR", entry.party_id.is_not(None)).limit(1)


def late_total(reader: Reader, first: date, last: date, customer_id: int | None = None) -> Decimal:
    """Answer in base what the late costs of the visible shipments come to from ``first`` to ``last``."""
    if not _any(reader):
        return ZERO
    entry = plain(LedgerEntry)
    query = (
        select(_whole())
        .select_from(LedgerEntry.__table__)
        .join(Shipment, Shipment.id == entry.shipment_id)
        .where(*_booked_late(first, last))
    )
    if customer_id is not None:
        query = query.where(Shipment.customer_id == customer_id)
    return reader.session.scalar(query) or ZERO


def late_by_shipment(reader: Reader, shipments: Sequence[int]) -> dict[int, Decimal]:
    """Answer in base what was billed late of each of these shipments that was, whoever asks and whenever it came."""
    entry = plain(LedgerEntry)
    rows = reader.session.execute(
        select(entry.shipment_id, _whole())
        .where(entry.shipment_id.in_(shipments), entry.book == "PRIOR")
        .group_by(entry.shipment_id)
    )
    return {key: amount for key, amount in rows if amount}


def _whole() -> Any:
    amount = plain(LedgerEntry).base_amount
    return type_coerce(func.sum(amount), amount.type)
