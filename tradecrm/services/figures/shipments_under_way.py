"""Shipments under way (在途出运): where each stands between the plan and the customer's door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.flows import SHIPMENT
from tradecrm.core.text import _
from tradecrm.models import Party, Shipment
from tradecrm.services.work import Reader

STEPS = ("planned", "booked", "cargo_ready", "loaded", "declared", "departed", "arrived", "delivered")
"""The way of a shipment in order; one that was rolled stands where it was booked."""

_OVER = ("delivered", "closed", "void")


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A shipment on its way; ``progress`` is a fraction of the way, ``late`` an ETD or ETA that passed unmet."""

    shipment_id: int
    number: str
    customer_id: int
    customer: str
    status: str
    status_title: str
    etd: date | None
    eta: date | None
    departed_on: date | None
    vessel: str
    port_of_loading: str
    port_of_discharge: str
    currency: str
    total: Decimal
    progress: Decimal
    late: bool
    mode: str


def progress_of(status: str) -> Decimal:
    """Answer how much of the way is behind a shipment in this state, 0 to 1."""
    known = "booked" if status == "rolled" else status
    if known not in STEPS:
        return Decimal(1 if status == "closed" else 0)
    return Decimal(STEPS.index(known)) / (len(STEPS) - 1)


def shipments_under_way(reader: Reader, limit: int = 0) -> Sequence[UnderWay]:
    """Answer the visible shipments not yet delivered, those that leave or arrive next first."""
    reader.actor.demand("shipment.read")
    statement = (
        select(Shipment, Party.name)
        .outerjoin(Party, Party.id == Shipment.customer_id)
        .where(Shipment.status.not_in(_OVER))
        .order_by(Shipment.etd.is_(None), Shipment.etd, Shipment.id)
    )
    if limit:
        statement = statement.limit(limit)
    return [
        UnderWay(
            shipment_id=row.id,
            number=row.number,
            customer_id=row.customer_id,
            customer=name or "",
            status=row.status,
            status_title=_(SHIPMENT.state(row.status).title),
            etd=row.etd,
            eta=row.eta,
            departed_on=row.departed_on,
            vessel=" ".join(part for part in (row.vessel, row.voyage) if part),
            port_of_loading=row.port_of_loading,
            port_of_discharge=row.port_of_discharge,
            currency=row.currency,
            total=row.total,
            progress=progress_of(row.status),
            late=_is_late(row, reader.today),
            mode=row.mode,
        )
        for row, name in reader.session.execute(statement)
    ]


def _is_late(row: Shipment, today: date) -> bool:
    """Tell whether the next estimated date has passed: the ETD before departure, the ETA before arrival."""
    if row.departed_on is None:
        return row.etd is not None and row.etd < today
    return row.arrived_on is None and row.eta is not None and row.eta < today
