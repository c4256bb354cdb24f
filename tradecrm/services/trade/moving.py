"""The steps of a shipment (domain.md section 1.3): each with its guards, all but leaving, which posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tradecrm.core.flows import SHIPMENT
from tradecrm.core.milestones import OF_STATE
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.terms import Event, decode_terms
from tradecrm.core.text import _
from tradecrm.core.ways import NO_TITLE_MODES
from tradecrm.models import CostLine, Shipment
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.agency import contracts_of
from tradecrm.services.trade.checklist import date_checklist
from tradecrm.services.trade.closing import close_shipment
from tradecrm.services.trade.departure import date_event
from tradecrm.services.trade.ends import end_shipment
from tradecrm.services.trade.gates import (
    TO_BANK,
    demand_in_force,
    demand_loading,
    demand_release,
)
from tradecrm.services.trade.letters import letter_of
from tradecrm.services.trade.milestones import meet, meet_state, shift_milestones, take_back
from tradecrm.services.trade.open_shipments import open_shipment
from tradecrm.services.trade.revenue import RevenueEvent, recognize, revenue_event
from tradecrm.services.trade.transit import settle_transit
from tradecrm.services.work import Work, operation

_BEFORE_LEAVING = frozenset({"booked", "cargo_ready", "loaded", "declared"})


@dataclass(frozen=True, slots=True)
class MoveShipment:
    """Take a shipment to its next state on a day; leaving is `DepartShipment`.

    ``etd`` and ``eta`` are the new dates of a shipment that the carrier rolled, ``reason`` why.
    """

    shipment_id: int
    target: str
    day: date
    etd: date | None = None
    eta: date | None = None
    reason: str = ""


@operation("shipment.write")
def move_shipment(work: Work, command: MoveShipment) -> str:
    """Take a shipment to ``target`` along its flow with the guards of that step; answers its state."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    _demand_step(shipment, command.target)
    if command.day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    if command.target in _BEFORE_LEAVING:
        demand_in_force(work, shipment)
    if command.target == "closed":
        close_shipment(work, shipment)
    elif command.target == "rolled":
        _roll(work, shipment, command)
    elif command.target == "void":
        _demand_nothing_posted(work, shipment)
        end_shipment(work, shipment)
    elif command.target == "loaded":
        demand_loading(work, shipment, contracts_of(work, shipment.id), letter_of(work, shipment))
        shipment.loaded_on = command.day
    elif command.target == "arrived":
        meet_state(work, shipment, "arrived", command.day)
        shipment.arrived_on = command.day
        date_event(work, shipment, "ARRIVAL", command.day)
    elif command.target == "delivered":
        meet_state(work, shipment, "delivered", command.day)
        shipment.delivered_on = command.day
        _recognize_delivered(work, shipment, command.day)
    if command.target in _BEFORE_LEAVING:
        meet_state(work, shipment, command.target, command.day)
    shipment.status = command.target
    shipment.updated_at = work.now
    return shipment.status


def _recognize_delivered(work: Work, shipment: Shipment, day: date) -> None:
    """Post the revenue of a shipment whose revenue comes with its delivery (section 1.3)."""
    contracts = contracts_of(work, shipment.id)
    if shipment.recognized_on is not None or revenue_event(work, contracts) is not RevenueEvent.DELIVERED:
        return
    rate = rate_for(work, RateType.MID, shipment.currency, day).rate
    shipment.recognized_on, shipment.recognition_rate = day, rate
    recognize(work, shipment, contracts, day, rate)
    settle_transit(work, shipment, day)


def _demand_step(shipment: Shipment, target: str) -> None:
    """Refuse a step that the flow does not have from here; opening again needs its release."""
    if shipment.status == "closed" and target == "delivered":
        raise Refusal.of(
            _("{number} is closed. Ask for a release to reopen it.").format(number=shipment.number)
        )
    steps = {step.target for step in SHIPMENT.next(shipment.status) if step.key not in _BACKWARD}
    if target not in steps or target == "departed":
        raise Refusal.of(
            _("{number} is “{status}”; that step is not possible from there.").format(
                number=shipment.number, status=_(SHIPMENT.state(shipment.status).title)
            )
        )


def _roll(work: Work, shipment: Shipment, command: MoveShipment) -> None:
    """Give a rolled shipment (甩柜) its new dates; what was planned stays in the history (section 1.10)."""
    if command.etd is None:
        raise Refusal.of(_("Give the new ETD of {number}.").format(number=shipment.number), "etd")
    if shipment.etd is not None and command.etd <= shipment.etd:
        raise Refusal.of(_("The new ETD must be later than the old one."), "etd")
    if command.eta is not None and command.eta < command.etd:
        raise Refusal.of(_("The goods cannot arrive before they leave."), "eta")
    before = (shipment.etd, shipment.eta)
    if command.eta is not None:
        shipment.eta = command.eta
    elif shipment.eta is not None and shipment.etd is not None:
        shipment.eta += command.etd - shipment.etd
    shipment.etd = command.etd
    shift_milestones(work, shipment, before, command.reason.strip() or _("Rolled by the carrier"))
    date_checklist(work, shipment)


def _demand_nothing_posted(work: Work, shipment: Shipment) -> None:
    """Refuse to void a shipment with bills booked for it (section 1.3)."""
    billed = select(CostLine.id).where(
        CostLine.shipment_id == shipment.id,
        CostLine.item_id.is_not(None) | CostLine.receipt_id.is_not(None),
    )
    if work.session.scalar(billed.limit(1)) is not None:
        raise Refusal.of(
            _("{number} has bills booked for it and cannot be voided.").format(number=shipment.number)
        )


@dataclass(frozen=True, slots=True)
class TakeStepBack:
    """The last step of a shipment was noted too early: cargo ready, loaded, declared or arrived."""

    shipment_id: int


_BACK = {"cargo_ready": "unready", "loaded": "unload", "declared": "undeclare", "arrived": "unarrive"}
"""The step that takes back the step to a state. What posted money is never taken back so."""
_BACKWARD = frozenset({*_BACK.values(), "undepart", "undeliver"})
"""Every step back; those of the departure and the delivery are `TakeDepartureBack`."""
STEPS_BACK = frozenset(_BACK)
"""The states whose step can be taken back."""


@operation("shipment.write")
def take_step_back(work: Work, command: TakeStepBack) -> str:
    """Take a shipment one step back and answer its state; its milestone is open again, with the day in its history.

    Refused for a step that money hangs on, and for an arrival that payment counts from.
    """
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    state = shipment.status
    if state not in _BACK:
        raise Refusal.of(
            _("{number} is “{status}”; that step cannot be taken back.").format(
                number=shipment.number, status=_(SHIPMENT.state(state).title)
            )
        )
    if state == "arrived":
        _demand_undated(work, shipment)
        shipment.arrived_on = None
    if state == "loaded":
        shipment.loaded_on = None
    take_back(work, shipment, OF_STATE[state])
    shipment.status = SHIPMENT.step(state, _BACK[state]).target
    shipment.updated_at = work.now
    return shipment.status


def _demand_undated(work: Work, shipment: Shipment) -> None:
    """Refuse to take an arrival back that dated what the customer owes."""
    for contract in contracts_of(work, shipment.id):
        if any(line.event is Event.ARRIVAL for line in decode_terms(contract.terms).lines):
            raise Refusal.of(
                _("Payment of {contract} counts from the arrival; correct its day under Milestones.").format(
                    contract=contract.number
                )
            )


@dataclass(frozen=True, slots=True)
class ReleaseBl:
    """The bill of lading is given up on a day: original, telex or waybill to the buyer, or bank."""

    shipment_id: int
    way: str
    day: date


WAYS = ("original", "telex", "waybill", TO_BANK)


@operation("shipment.write")
def release_bl(work: Work, command: ReleaseBl) -> None:
    """Give the bill of lading up, when the gate lets it go or an approved release covers it (section 1.6)."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    problems = []
    if shipment.mode in NO_TITLE_MODES:
        words = _("{number} has no document of title: the carrier hands the goods over without a paper.")
        raise Refusal.of(words.format(number=shipment.number))
    if command.way not in WAYS:
        problems.append(Problem("way", _("Choose how the bill of lading is given up.")))
    if shipment.departed_on is None or command.day < shipment.departed_on:
        problems.append(Problem("day", _("The bill of lading is issued when the goods have left.")))
    if command.day > work.today:
        problems.append(Problem("day", _("What has happened cannot be dated after today.")))
    if shipment.bl_released_on is not None:
        problems.append(
            Problem(
                "",
                _("The bill of lading of {number} was given up on {day}.").format(
                    number=shipment.number, day=shipment.bl_released_on.isoformat()
                ),
            )
        )
    if problems:
        raise Refusal(problems)
    demand_release(work, shipment, command.way)
    shipment.bl_released_on = command.day
    if command.way != TO_BANK:
        shipment.bl_type = command.way
    if command.way == "telex":
        meet(work, shipment, "TLX", command.day)
    shipment.updated_at = work.now


@dataclass(frozen=True, slots=True)
class SaveShippingData:
    """What is known of a shipment's papers before and after it left, until it is closed.

    The certificate is that of the agent who exports for the firm (代理出口货物证明, section 1.10).
    """

    shipment_id: int
    broker_id: int | None = None
    bl_no: str = ""
    bl_type: str = "original"
    declaration_no: str = ""
    export_date: date | None = None
    consignee: str = ""
    notify_party: str = ""
    marks: str = ""
    agency_certificate: str = ""
    agency_certified_on: date | None = None


@operation("shipment.write")
def save_shipping_data(work: Work, command: SaveShippingData) -> int:
    """Write consignee, marks, B/L and declaration of a shipment; answers its id. A given-up B/L keeps its type."""
    shipment = open_shipment(work, command.shipment_id)
    if command.bl_type not in {"original", "telex", "waybill"}:
        raise Refusal.of(_("Choose the kind of bill of lading."), "bl_type")
    if shipment.departed_on is not None and shipment.bl_type != command.bl_type:
        raise Refusal.of(_("The goods have left; give the bill of lading up to change its kind."), "bl_type")
    if command.export_date is not None and command.export_date > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "export_date")
    if command.agency_certified_on is not None and command.agency_certified_on > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "agency_certified_on")
    for name in _DATA:
        value = getattr(command, name)
        setattr(shipment, name, value.strip() if isinstance(value, str) else value)
    shipment.updated_at = work.now
    return shipment.id


_DATA = (
    "broker_id",
    "bl_no",
    "bl_type",
    "declaration_no",
    "export_date",
    "consignee",
    "notify_party",
    "marks",
    "agency_certificate",
    "agency_certified_on",
)
