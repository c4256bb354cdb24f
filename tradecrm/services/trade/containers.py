"""Containers of a shipment: what is in each, its seal and weights, and its days beyond the free ones (section 1.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.containers import CONTAINER_TYPES, container_number_fits, detention_days
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import BillOfLading, Container, FreightInquiry, FreightQuote, Shipment
from tradecrm.services.trade.milestones import meet, yard_closes
from tradecrm.services.trade.open_shipments import open_shipment
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SaveContainer:
    """A container as typed: weights in kg, volume in cubic meters; ``id`` None is a new one."""

    shipment_id: int
    kind: str
    number: str = ""
    seal: str = ""
    bl_id: int | None = None
    packages: int = 0
    gross_weight: Decimal = ZERO
    volume: Decimal = ZERO
    vgm: Decimal | None = None
    picked_up_on: date | None = None
    gated_in_on: date | None = None
    free_days: int | None = None
    returned_on: date | None = None
    id: int | None = None


def check_container(command: SaveContainer) -> list[Problem]:
    """Answer what is wrong with a container, each at its field."""
    problems = []
    if command.kind not in {each.code for each in CONTAINER_TYPES}:
        problems.append(Problem("kind", _("Choose the type of the container.")))
    amounts = (command.packages, command.gross_weight, command.volume, command.vgm or 0)
    if any(each < 0 for each in amounts):
        problems.append(Problem("gross_weight", _("Packages, weights and volume are not below zero.")))
    if command.vgm is not None and command.vgm < command.gross_weight:
        problems.append(
            Problem("vgm", _("The verified gross mass holds goods and container: it is not below the goods."))
        )
    if command.free_days is not None and not 0 <= command.free_days <= 366:
        problems.append(Problem("free_days", _("Free days are a number from 0 to 366.")))
    order = (command.picked_up_on, command.gated_in_on, command.returned_on)
    days = [day for day in order if day is not None]
    if days != sorted(days):
        problems.append(
            Problem("gated_in_on", _("A container is picked up, then goes into the yard, then comes back."))
        )
    return problems


_FIELDS = tuple(field.name for field in fields(SaveContainer) if field.name not in {"shipment_id", "id"})


@operation("shipment.write", check=check_container)
def save_container(work: Work, command: SaveContainer) -> int:
    """Write a container and note the milestones that all containers have met; answers its id.

    Refuses what is dated after today, a yard that was closed before, a return before arrival, a number twice.
    """
    shipment = open_shipment(work, command.shipment_id)
    rows = containers_of(work, shipment.id)
    row = next((each for each in rows if each.id == command.id), None)
    number = command.number.replace(" ", "").replace("-", "").upper()
    _check_days(work, shipment, command)
    if number and any(each.number == number and each is not row for each in rows):
        raise Refusal.of(_("Container {number} is on this shipment already.").format(number=number), "number")
    if command.bl_id is not None:
        bill = work.session.get(BillOfLading, command.bl_id)
        if bill is None or bill.shipment_id != shipment.id:
            raise Refusal.of(_("This bill of lading belongs to another shipment."), "bl_id")
    if number and not container_number_fits(number):
        work.warn(
            _("Container number {number} has a wrong check digit; compare it with the door.").format(
                number=number
            )
        )
    if row is None:
        place = max((each.position for each in rows), default=0) + 1
        row = Container(shipment_id=shipment.id, owner_id=shipment.owner_id, position=place)
    for name in _FIELDS:
        value = getattr(command, name)
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.number = number
    if row.free_days is None:
        row.free_days = _quoted_free_days(work, shipment.id)
    work.add(row)
    _note_milestones(work, shipment)
    shipment.updated_at = work.now
    return row.id


def containers_of(reader: Reader, shipment_id: int) -> Sequence[Container]:
    """Answer the containers of a shipment in their order."""
    return reader.session.scalars(
        select(Container).where(Container.shipment_id == shipment_id).order_by(Container.position)
    ).all()


def _check_days(work: Work, shipment: Shipment, command: SaveContainer) -> None:
    """Refuse days that cannot be: to come, in a yard that had closed, back before the ship came (1.6)."""
    problems = [
        Problem(name, _("What has happened cannot be dated after today."))
        for name in ("picked_up_on", "gated_in_on", "returned_on")
        if (getattr(command, name) or date.min) > work.today
    ]
    closing = yard_closes(work, shipment.id)
    if command.gated_in_on is not None and closing is not None and command.gated_in_on > closing:
        problems.append(
            Problem(
                "gated_in_on",
                _(
                    "The yard closes on {day}; if the carrier extended it, plan its closing anew first."
                ).format(day=closing.isoformat()),
            )
        )
    arrived = shipment.arrived_on
    if command.returned_on is not None and (arrived is None or command.returned_on < arrived):
        problems.append(Problem("returned_on", _("An empty container comes back after the arrival.")))
    if problems:
        raise Refusal(problems)


def _note_milestones(work: Work, shipment: Shipment) -> None:
    """Note pick-up, yard and return once the last container has met them."""
    rows = containers_of(work, shipment.id)
    for code, name in (("PICKUP", "picked_up_on"), ("GATE_IN", "gated_in_on"), ("RETURN", "returned_on")):
        days = [getattr(row, name) for row in rows]
        if days and None not in days:
            meet(work, shipment, code, max(days))


def _quoted_free_days(reader: Reader, shipment_id: int) -> int | None:
    """Answer the free days at destination of the chosen freight quote."""
    return reader.session.scalars(
        select(FreightQuote.free_days)
        .join(FreightInquiry, FreightInquiry.chosen_quote_id == FreightQuote.id)
        .where(FreightInquiry.shipment_id == shipment_id)
        .order_by(FreightInquiry.id.desc())
    ).first()


@dataclass(frozen=True, slots=True)
class DropContainer:
    """Take a container off a shipment that has not left."""

    container_id: int


@operation("shipment.write")
def drop_container(work: Work, command: DropContainer) -> int:
    """Take a container off; answers the shipment's id. Refused once the goods have left."""
    row = work.get(Container, command.container_id, _("Container"))
    shipment = open_shipment(work, row.shipment_id)
    if shipment.departed_on is not None:
        raise Refusal.of(
            _("{number} has left with this container; correct its number or seal instead.").format(
                number=shipment.number
            )
        )
    work.session.delete(row)
    work.touch("container")
    work.session.flush()
    shipment.updated_at = work.now
    return shipment.id


@dataclass(frozen=True, slots=True)
class ContainerRow:
    """A container as pages show it; ``detention`` are the days beyond the free ones, None before arrival."""

    id: int
    kind: str
    number: str
    seal: str
    bl_id: int | None
    bl_number: str
    packages: int
    gross_weight: Decimal
    volume: Decimal
    vgm: Decimal | None
    picked_up_on: date | None
    gated_in_on: date | None
    free_days: int | None
    returned_on: date | None
    detention: int | None


def container_rows(reader: Reader, shipment_id: int) -> tuple[ContainerRow, ...]:
    """Answer the containers of a shipment with the detention (滞箱) of each as of today."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    bills = dict(
        reader.session.execute(
            select(BillOfLading.id, BillOfLading.number).where(BillOfLading.shipment_id == shipment_id)
        ).all()
    )
    found = []
    for row in containers_of(reader, shipment_id):
        late = None
        if shipment.arrived_on is not None and row.free_days is not None:
            late = detention_days(shipment.arrived_on, row.free_days, row.returned_on, reader.today)
        found.append(
            ContainerRow(
                row.id,
                row.kind,
                row.number,
                row.seal,
                row.bl_id,
                bills.get(row.bl_id or 0, ""),
                row.packages,
                row.gross_weight,
                row.volume,
                row.vgm,
                row.picked_up_on,
                row.gated_in_on,
                row.free_days,
                row.returned_on,
                late,
            )
        )
    return tuple(found)
