"""Goods in transit (发出商品): between departure and delivery under D rules goods are no cost yet (domain.md 1.3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tradecrm.models import Shipment
from tradecrm.services.figures.transit_kept import GOODS, TRANSIT, goods_kept
from tradecrm.services.money.ledger import COST, Row, Source, post
from tradecrm.services.work import Work

ZERO = Decimal(0)


def settle_transit(work: Work, shipment: Shipment, day: date) -> Decimal:
    """Bring the goods of a shipment where they belong on ``day``: in transit, or into cost once the revenue is booked.

    Answers what moved into transit, in base, below zero what came out of it. What is billed between the two days is
    moved when it is billed; the result of the shipment is told by its costs, and does not change.
    """
    travels = shipment.departed_on is not None and shipment.recognized_on is None
    kept = goods_kept(work, shipment.id)
    rows: list[Row] = []
    moved = ZERO
    for category in GOODS:
        held = kept.get((TRANSIT, category), ZERO)
        whole = held + kept.get((COST, category), ZERO)
        change = (whole if travels else ZERO) - held
        if change != 0:
            moved += change
            rows.append(Row(TRANSIT, work.base, change, change, category, shipment_id=shipment.id))
            rows.append(Row(COST, work.base, -change, -change, category, shipment_id=shipment.id))
    if rows:
        post(work, day, "transit", Source("shipment", shipment.id, shipment.number), rows)
    return moved


def settle_billed(work: Work, shipment: Shipment, day: date) -> None:
    """Move what was just billed, when the goods are on their way; nothing before departure or after the revenue."""
    if shipment.departed_on is not None and shipment.recognized_on is None:
        settle_transit(work, shipment, day)
