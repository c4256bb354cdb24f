"""What the pages of claims choose from: shipments that a cost, a declaration or a collection belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from tradecrm.models import Party, Shipment
from tradecrm.services.control.settings import APART
from tradecrm.services.data.list_filters import like_pattern
from tradecrm.services.work import Reader

_LIMIT = 20


@dataclass(frozen=True, slots=True)
class ShipmentChoice:
    """A shipment to choose: its number, its customer, and the currency of its invoice."""

    id: int
    number: str
    customer: str
    currency: str


def shipment_choices(
    reader: Reader, text: str = "", *, departed: bool = False, limit: int = _LIMIT
) -> tuple[ShipmentChoice, ...]:
    """Answer shipments whose number, invoice or customer holds ``text``, the latest first; void ones are left out.

    ``departed`` keeps to those that left and are not closed: only they are declared and rebated. A closed one is
    offered where its late costs are booked apart (section 2.11).
    """
    takes_costs = not departed and reader.settings.late_bills == APART
    query = (
        select(Shipment.id, Shipment.number, Party.name, Shipment.currency)
        .join(Party, Party.id == Shipment.customer_id)
        .where(Shipment.status.not_in(("void",) if takes_costs else ("void", "closed")))
        .order_by(Shipment.id.desc())
        .limit(limit)
    )
    if departed:
        query = query.where(Shipment.departed_on.is_not(None))
    if text.strip():
        typed = like_pattern(text.strip())
        query = query.where(
            Shipment.number.ilike(typed, escape="\\")
            | Shipment.invoice_number.ilike(typed, escape="\\")
            | Party.name.ilike(typed, escape="\\")
        )
    return tuple(ShipmentChoice(*row) for row in reader.session.execute(query))
