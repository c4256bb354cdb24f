"""Milestones of a shipment at work: planned, revised with its history, met (domain.md section 1.6)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, bindparam, func, select

from tradecrm.core.clock import local_day
from tradecrm.core.flows import SHIPMENT
from tradecrm.core.milestones import (
    EVERY,
    MILESTONES,
    OF_STATE,
    TRANSHIPMENT,
    Anchor,
    Light,
    MilestoneKind,
    arrival_delay,
    check_actual,
    departure_delay,
    is_moot,
    light_of,
    milestone_kind,
    milestones_of,
    planned_day,
)
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import (
    GoodsReceipt,
    Milestone,
    MilestoneChange,
    Person,
    PurchaseLink,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.trade.open_shipments import open_shipment
from tradecrm.services.work import Reader, Work, operation

_TIED = frozenset({"ATD", "ATA", "DELIV"})
"""Milestones that only the step of the shipment itself may set: they post, or date instalments."""


def lay_milestones(work: Work, shipment: Shipment) -> None:
    """Write the milestones that a shipment's way of transport has and that are not there yet."""
    have = set(work.session.scalars(select(Milestone.code).where(Milestone.shipment_id == shipment.id)))
    for kind in milestones_of(shipment.mode):
        if kind.code in have or (kind.code == "TLX" and shipment.bl_type != "telex"):
            continue
        day = planned_day(kind, shipment.etd, shipment.eta)
        work.session.add(
            Milestone(
                shipment_id=shipment.id,
                owner_id=shipment.owner_id,
                code=kind.code,
                planned_on=day,
                revised_on=day,
            )
        )
    work.session.flush()


def shift_milestones(
    work: Work, shipment: Shipment, before: tuple[date | None, date | None], reason: str
) -> None:
    """Move what is not met by as much as ETD and ETA moved from ``before``; the old days stay in the history."""
    anchors = {
        Anchor.ETD: (before[0], shipment.etd),
        Anchor.ETA: (before[1], shipment.eta),
    }
    if all(old == new for old, new in anchors.values()):
        return
    for row in _rows(work, shipment.id):
        kind = milestone_kind(row.code)
        old, new = anchors[kind.anchor]
        if row.actual_on is not None or old == new:
            continue
        if old is None or row.revised_on is None:
            day = planned_day(kind, shipment.etd, shipment.eta)
        else:
            day = None if new is None else row.revised_on + (new - old)
        _revise(work, row, day, reason)


def follow_way(work: Work, shipment: Shipment) -> None:
    """Take off the plan what another way of transport does not have; it is planned anew when it has it again.

    The days planned before stay in the history, and what has happened stays as it was noted.
    """
    for row in _rows(work, shipment.id):
        kind = milestone_kind(row.code)
        if row.actual_on is not None or kind.modes == EVERY:
            continue
        if shipment.mode not in kind.modes:
            _revise(work, row, None, _("The goods go another way."))
        elif row.revised_on is None:
            _revise(work, row, planned_day(kind, shipment.etd, shipment.eta), "")


def _rows(reader: Reader, shipment_id: int) -> list[Milestone]:
    return list(reader.session.scalars(_of_shipment(), {"shipment": shipment_id}))


@functools.cache
def _of_shipment() -> Select[Milestone]:
    return select(Milestone).where(Milestone.shipment_id == bindparam("shipment"))


def _revise(work: Work, row: Milestone, day: date | None, reason: str) -> None:
    if row.revised_on == day:
        return
    if row.planned_on is None:
        row.planned_on = day
    _keep(work, row, "planned", row.revised_on, day, reason)
    row.revised_on = day


def _keep(work: Work, row: Milestone, field: str, old: date | None, new: date | None, reason: str) -> None:
    """Keep what was said before; the first day is no change."""
    if old is None:
        return
    work.session.add(
        MilestoneChange(
            milestone_id=row.id,
            owner_id=row.owner_id,
            at=work.now,
            person_id=work.actor.person_id,
            field=field,
            old=old,
            new=new,
            reason=reason,
        )
    )


def actual_days(reader: Reader, shipment: Shipment) -> dict[str, date]:
    """Answer the days of what has happened, by milestone; the shipment's own dates come first."""
    return _happened(shipment, _rows(reader, shipment.id))


def _happened(shipment: Shipment, rows: Sequence[Milestone]) -> dict[str, date]:
    found = {row.code: row.actual_on for row in rows if row.actual_on is not None}
    own = {"ATD": shipment.departed_on, "ATA": shipment.arrived_on, "DELIV": shipment.delivered_on}
    return {**found, **{code: day for code, day in own.items() if day is not None}}


def meet_state(work: Work, shipment: Shipment, state: str, day: date) -> None:
    """Note the milestone of a state on ``day``; refuses a day out of order or to come (section 1.6)."""
    code = OF_STATE.get(state)
    if code is not None:
        meet(work, shipment, code, day)


def meet(work: Work, shipment: Shipment, code: str, day: date, reason: str = "") -> None:
    """Note that a milestone was met on ``day``."""
    rows = _rows(work, shipment.id)
    problems = check_actual(code, day, _happened(shipment, rows), work.today)
    problems += _tied_problems(work, shipment.id, code, day)
    if problems:
        raise Refusal(problems)
    row = next((row for row in rows if row.code == code), None)
    if row is None:
        row = Milestone(shipment_id=shipment.id, owner_id=shipment.owner_id, code=code)
        work.session.add(row)
        work.session.flush()
    _keep(work, row, "actual", row.actual_on, day, reason)
    row.actual_on = day


def take_back(work: Work, shipment: Shipment, code: str, reason: str = "") -> None:
    """Take back that a milestone was met, which was noted too early; the day and the reason stay in its history."""
    for row in _rows(work, shipment.id):
        if row.code == code and row.actual_on is not None:
            _keep(work, row, "actual", row.actual_on, None, (reason or _("Noted too early"))[:300])
            row.actual_on = None


def _tied_problems(reader: Reader, shipment_id: int, code: str, day: date) -> list[Problem]:
    """Answer what stands against a day by other papers: goods not in yet, a yard that had closed (1.6)."""
    if code == "CRD":
        came = _came_in(reader, shipment_id)
        if came is not None and day < came:
            sentence = _("Goods of this shipment came in on {day}; they were not ready before.")
            return [Problem("day", sentence.format(day=came.isoformat()))]
    closing = yard_closes(reader, shipment_id) if code == "GATE_IN" else None
    if closing is not None and day > closing:
        sentence = _("The yard closes on {day}; if the carrier extended it, plan its closing anew first.")
        return [Problem("day", sentence.format(day=closing.isoformat()))]
    return []


def _came_in(reader: Reader, shipment_id: int) -> date | None:
    """Answer when the first goods bought for a shipment came in by hand, None where none did.

    Goods shipped directly have their receipt on the on-board date (9.1), whenever the factory had them ready.
    """
    direct = select(GoodsReceipt.shipment_line_id).where(GoodsReceipt.shipment_line_id.is_not(None))
    return reader.session.scalar(
        select(func.min(GoodsReceipt.day))
        .join(PurchaseLink, PurchaseLink.purchase_line_id == GoodsReceipt.purchase_line_id)
        .join(ShipmentLine, ShipmentLine.contract_line_id == PurchaseLink.contract_line_id)
        .where(
            ShipmentLine.shipment_id == shipment_id,
            ShipmentLine.id.not_in(direct),
            GoodsReceipt.shipment_line_id.is_(None),
        )
    )


def yard_closes(reader: Reader, shipment_id: int) -> date | None:
    """Answer the day on which the yard closes as it is planned now, or did close; None while not known."""
    return reader.session.scalar(
        select(func.coalesce(Milestone.actual_on, Milestone.revised_on)).where(
            Milestone.shipment_id == shipment_id, Milestone.code == "CY_CUT"
        )
    )


@dataclass(frozen=True, slots=True)
class PlanMilestone:
    """A new planned day of a milestone, with the reason; TRANS adds a transhipment."""

    shipment_id: int
    code: str
    day: date
    reason: str = ""


@operation("shipment.write")
def plan_milestone(work: Work, command: PlanMilestone) -> None:
    """Revise the planned day of a milestone; the old day stays in the history."""
    shipment = open_shipment(work, command.shipment_id)
    _demand_code(command.code)
    row = work.session.scalars(
        select(Milestone).where(Milestone.shipment_id == shipment.id, Milestone.code == command.code)
    ).one_or_none()
    if row is None:
        row = Milestone(
            shipment_id=shipment.id,
            owner_id=shipment.owner_id,
            code=command.code,
            planned_on=command.day,
            revised_on=command.day,
        )
        work.session.add(row)
    elif row.actual_on is not None:
        raise Refusal.of(
            _("“{what}” was met on {day}; there is nothing to plan.").format(
                what=_(milestone_kind(row.code).title), day=row.actual_on.isoformat()
            )
        )
    _revise(work, row, command.day, command.reason.strip())
    if command.code == "ATD":
        shipment.etd = command.day
    if command.code == "ATA":
        shipment.eta = command.day
    shipment.updated_at = work.now


@dataclass(frozen=True, slots=True)
class MeetMilestone:
    """A milestone met on a day; one that marks a state takes the shipment there."""

    shipment_id: int
    code: str
    day: date
    reason: str = ""


@operation("shipment.write")
def meet_milestone(work: Work, command: MeetMilestone) -> str:
    """Note the day, and take the shipment to the state it marks with the guards of that step; answers its state."""
    from tradecrm.services.trade.moving import MoveShipment, ReleaseBl, move_shipment, release_bl

    shipment = open_shipment(work, command.shipment_id)
    _demand_code(command.code)
    state = milestone_kind(command.code).state
    order = [each.key for each in SHIPMENT.states]
    here = "booked" if shipment.status == "rolled" else shipment.status
    if state and order.index(state) > order.index(here):
        if command.code == "ATD":
            raise Refusal.of(
                _("Leaving posts the invoice: take the step “Depart” of {number}.").format(
                    number=shipment.number
                )
            )
        return move_shipment.within(work, MoveShipment(shipment.id, state, command.day))
    if command.code in _TIED:
        raise Refusal.of(
            _("“{what}” is noted by the step of the shipment and cannot be changed here.").format(
                what=_(milestone_kind(command.code).title)
            )
        )
    if command.code == "TLX" and shipment.bl_released_on is None:
        release_bl.within(work, ReleaseBl(shipment.id, "telex", command.day))  # Through its gate (1.6).
        return shipment.status
    if command.code == "TLX" and shipment.bl_type != "telex":
        raise Refusal.of(
            _("The bill of lading of {number} was given up in another way than by telex.").format(
                number=shipment.number
            )
        )
    meet(work, shipment, command.code, command.day, command.reason.strip())
    shipment.updated_at = work.now
    return shipment.status


def _demand_code(code: str) -> None:
    known = {kind.code for kind in (*MILESTONES, TRANSHIPMENT)}
    if code not in known and not (code.startswith("TRANS") and code[5:].isdigit()):
        raise Refusal([Problem("code", _("There is no milestone {code}.").format(code=code))])


@dataclass(frozen=True, slots=True)
class LayMilestones:
    """Draw up the plan of a shipment that was made without one."""

    shipment_id: int


@operation("shipment.write")
def lay_out(work: Work, command: LayMilestones) -> None:
    """Write the milestones and the checklist of a shipment that has none, such as an imported one."""
    from tradecrm.services.trade.checklist import lay_checklist

    shipment = open_shipment(work, command.shipment_id)
    lay_milestones(work, shipment)
    lay_checklist(work, shipment)
    for state, day in (
        ("loaded", shipment.loaded_on),
        ("departed", shipment.departed_on),
        ("arrived", shipment.arrived_on),
        ("delivered", shipment.delivered_on),
    ):
        if day is not None:
            meet_state(work, shipment, state, day)


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone as pages show it: first planned, planned now, met, its light, and how often it was changed."""

    code: str
    kind: MilestoneKind
    planned_on: date | None
    revised_on: date | None
    actual_on: date | None
    light: Light
    changes: int


def milestone_rows(reader: Reader, shipment_id: int) -> tuple[MilestoneRow, ...]:
    """Answer the milestones of a shipment in the order of the way; none when no plan was drawn up."""
    counts = dict(
        reader.session.execute(
            select(MilestoneChange.milestone_id, func.count())
            .join(Milestone, Milestone.id == MilestoneChange.milestone_id)
            .where(Milestone.shipment_id == shipment_id)
            .group_by(MilestoneChange.milestone_id)
        ).all()
    )
    state, mode = reader.session.execute(
        select(Shipment.status, Shipment.mode).where(Shipment.id == shipment_id)
    ).one_or_none() or ("", "")
    order = {kind.code: place for place, kind in enumerate(MILESTONES)}
    own = [
        row
        for row in _rows(reader, shipment_id)
        if row.actual_on is not None or mode in milestone_kind(row.code).modes
    ]
    rows = sorted(own, key=lambda row: (order.get(row.code, 14.5), row.code))
    return tuple(
        MilestoneRow(
            row.code,
            milestone_kind(row.code, mode),
            row.planned_on,
            row.revised_on,
            row.actual_on,
            light_of(None if is_moot(row.code, state) else row.revised_on, row.actual_on, reader.today),
            counts.get(row.id, 0),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Delays:
    """By how many days the departure was late, and how far the expected arrival moved; None while not known."""

    departure: int | None
    arrival: int | None


def delays(rows: tuple[MilestoneRow, ...]) -> Delays:
    """Answer the delays of a shipment from its milestones (section 1.6)."""
    found = {row.code: row for row in rows}
    left, came = found.get("ATD"), found.get("ATA")
    return Delays(
        None if left is None else departure_delay(left.planned_on, left.actual_on),
        None if came is None else arrival_delay(came.planned_on, came.actual_on or came.revised_on),
    )


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One earlier day of a milestone: when, by whom, what it was, what it became, why."""

    at: date
    person: str
    field: str
    old: date | None
    new: date | None
    reason: str


def milestone_history(reader: Reader, shipment_id: int, code: str) -> tuple[ChangeRow, ...]:
    """Answer what was once planned or said of a milestone, the latest first."""
    rows = reader.session.execute(
        select(MilestoneChange, Person.name)
        .join(Milestone, Milestone.id == MilestoneChange.milestone_id)
        .join(Person, Person.id == MilestoneChange.person_id)
        .where(Milestone.shipment_id == shipment_id, Milestone.code == code)
        .order_by(MilestoneChange.id.desc())
    )
    return tuple(
        ChangeRow(local_day(row.at), name, row.field, row.old, row.new, row.reason) for row, name in rows
    )
