"""The shipments whose milestones, papers, containers and bills of lading may still change."""

from __future__ import annotations

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Shipment
from tradecrm.services.work import Work


def open_shipment(work: Work, shipment_id: int) -> Shipment:
    """Answer a shipment that is neither closed nor void, and refuse any other; raises NotFound."""
    shipment = work.get(Shipment, shipment_id, _("Shipment"))
    demand_open(shipment)
    return shipment


def demand_open(shipment: Shipment) -> None:
    """Refuse to change what belongs to a shipment that is closed or void."""
    if shipment.status == "closed":
        raise Refusal.of(
            _("{number} is closed and its result stands. Ask to reopen it first.").format(
                number=shipment.number
            )
        )
    if shipment.status == "void":
        raise Refusal.of(_("{number} is void; nothing of it can be changed.").format(number=shipment.number))
