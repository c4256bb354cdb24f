"""The board of shipments under way (在途看板): one column a stage, each card with what is next and what is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.milestones import Light, is_moot, light_of, milestone_kind
from tradecrm.core.text import N_
from tradecrm.models import Milestone, ShipmentDocument
from tradecrm.services.figures.shipments_under_way import UnderWay, shipments_under_way
from tradecrm.services.work import Reader

STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Planned"), ("planned", "rolled")),
    (N_("Booked"), ("booked",)),
    (N_("Cargo ready"), ("cargo_ready",)),
    (N_("Loaded, declared"), ("loaded", "declared")),
    (N_("At sea"), ("departed",)),
    (N_("Arrived"), ("arrived",)),
)
"""The columns of the board with the states of a shipment that stand in each."""

MOST = 300
"""Shipments on the board; more of them are no board any more, the list has them all."""


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A shipment on the board; ``next_code`` is its next unmet milestone, ``papers_late`` papers past their day."""

    shipment_id: int
    number: str
    status: str
    customer: str
    vessel: str
    etd: date | None
    eta: date | None
    currency: str
    total: Decimal
    next_title: str
    next_on: date | None
    light: Light
    overdue: int
    papers_late: int


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A stage of the way with its shipments, those that need most first."""

    title: str
    cards: tuple[BoardCard, ...]


def shipment_board(reader: Reader) -> tuple[BoardColumn, ...]:
    """Answer the columns of the board with the visible shipments that are not delivered."""
    rows = shipments_under_way(reader, MOST)
    keys = [row.shipment_id for row in rows]
    steps = _unmet(reader, keys)
    late = _late_papers(reader, keys)
    cards = [_card(reader, row, steps.get(row.shipment_id, ()), late) for row in rows]
    urgency = {Light.OVERDUE: 0, Light.NEAR: 1, Light.AHEAD: 2, Light.OPEN: 3, Light.MET: 4}
    cards.sort(key=lambda card: (urgency[card.light], card.next_on or date.max, card.number))
    return tuple(
        BoardColumn(title, tuple(card for card in cards if card.status in states)) for title, states in STAGES
    )


def _unmet(reader: Reader, keys: Sequence[int]) -> dict[int, list[tuple[str, date]]]:
    found: defaultdict[int, list[tuple[str, date]]] = defaultdict(list)
    rows = reader.session.execute(
        select(Milestone.shipment_id, Milestone.code, Milestone.revised_on)
        .where(
            Milestone.shipment_id.in_(keys), Milestone.actual_on.is_(None), Milestone.revised_on.is_not(None)
        )
        .order_by(Milestone.revised_on, Milestone.id)
    )
    for key, code, day in rows:
        if day is not None:
            found[key].append((code, day))
    return dict(found)


def _late_papers(reader: Reader, keys: Sequence[int]) -> dict[int, int]:
    rows = reader.session.execute(
        select(ShipmentDocument.shipment_id, func.count())
        .where(
            ShipmentDocument.shipment_id.in_(keys),
            ShipmentDocument.status.not_in(("sent", "not_needed")),
            ShipmentDocument.due_on < reader.today,
        )
        .group_by(ShipmentDocument.shipment_id)
    )
    return dict(rows.all())


def _card(
    reader: Reader, row: UnderWay, steps: Sequence[tuple[str, date]], late: dict[int, int]
) -> BoardCard:
    open_steps = [step for step in steps if not is_moot(step[0], row.status)]
    code, day = open_steps[0] if open_steps else ("", None)
    return BoardCard(
        shipment_id=row.shipment_id,
        number=row.number,
        status=row.status,
        customer=row.customer,
        vessel=row.vessel,
        etd=row.etd,
        eta=row.eta,
        currency=row.currency,
        total=row.total,
        next_title=milestone_kind(code, row.mode).title if code else "",
        next_on=day,
        light=light_of(day, None, reader.today),
        overdue=sum(1 for _code, at in open_steps if at < reader.today),
        papers_late=late.get(row.shipment_id, 0),
    )
