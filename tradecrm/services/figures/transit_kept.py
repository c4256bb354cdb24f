"""What the ledger holds of the cost of a shipment's goods, as cost and as goods in transit (domain.md section 1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.models import LedgerEntry
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader

TRANSIT = "TRANSIT"
GOODS = ("PUR", "REB", "VAT")
"""The categories of cost that are the value of goods: the purchase, less what does not become cost of it."""


def goods_kept(reader: Reader, shipment_id: int) -> Mapping[tuple[str, str], Decimal]:
    """Answer what stands of a shipment's goods in base, by (book, category), whoever asks."""
    entry = plain(LedgerEntry)
    rows = reader.session.execute(
        select(entry.book, entry.category, func.sum(entry.base_amount, type_=entry.base_amount.type))
        .where(
            entry.shipment_id == shipment_id,
            entry.book.in_(("COST", TRANSIT)),
            entry.category.in_(GOODS),
        )
        .group_by(entry.book, entry.category)
    )
    return {(book, category): amount or Decimal(0) for book, category, amount in rows}
