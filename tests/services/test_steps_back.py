"""A step of a shipment noted too early is taken back, unless money hangs on it (domain.md sections 1.3, 1.6)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import start
from tradecrm.models import Milestone, MilestoneChange, Shipment
from tradecrm.services.book import Seat
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.milestones import actual_days
from tradecrm.services.trade.moving import MoveShipment, TakeStepBack, move_shipment, take_step_back
from tradecrm.services.work import Reader


def stands(reader: Reader, key: int) -> tuple[str, set[str], date | None]:
    shipment = reader.get(Shipment, key, "Shipment")
    return shipment.status, set(actual_days(reader, shipment)), shipment.loaded_on


def changes(reader: Reader, key: int) -> list[tuple[str, date | None]]:
    rows = select(Milestone.code, MilestoneChange.new).join(Milestone).where(Milestone.shipment_id == key)
    return [(code, new) for code, new in reader.session.execute(rows.order_by(MilestoneChange.id))]


def test_steps_on_the_quay_are_taken_back_one_by_one(seat: Seat) -> None:
    firm = start(seat)
    key = firm.shipment(firm.contract())
    for target in ("booked", "cargo_ready", "loaded", "declared"):
        seat.perform(move_shipment, MoveShipment(key, target, TODAY))
    assert seat.ask(stands, key) == ("declared", {"BKG", "CRD", "LOAD", "DECL"}, TODAY)
    back = [seat.perform(take_step_back, TakeStepBack(key)).value for _step in range(3)]
    assert back == ["loaded", "cargo_ready", "booked"]
    assert seat.ask(stands, key) == ("booked", {"BKG"}, None)
    assert seat.ask(changes, key) == [("DECL", None), ("LOAD", None), ("CRD", None)]
    assert "is “Booked”; that step cannot be taken back" in firm.refused(take_step_back, TakeStepBack(key))
    assert "that step is not possible from there" in firm.refused(
        move_shipment, MoveShipment(key, "planned", TODAY)
    )
    assert seat.ask(stands, key) == ("booked", {"BKG"}, None)


def test_an_arrival_is_taken_back_and_a_departure_is_not(seat: Seat) -> None:
    """What was posted with the departure stands; an arrival that payment counts from stands, too."""
    firm = start(seat)
    key = firm.shipment(firm.contract())
    seat.perform(depart_shipment, DepartShipment(key, TODAY, "BL1"))
    assert "is “Departed”; that step cannot be taken back" in firm.refused(take_step_back, TakeStepBack(key))
    seat.perform(move_shipment, MoveShipment(key, "arrived", TODAY))
    assert seat.perform(take_step_back, TakeStepBack(key)).value == "departed"
    status, met, _loaded = seat.ask(stands, key)
    assert (status, "ATA" in met) == ("departed", False)
    seat.perform(move_shipment, MoveShipment(key, "arrived", TODAY))

    other = firm.shipment(firm.contract("TT;B@ARRIVAL+30D"))
    seat.perform(depart_shipment, DepartShipment(other, TODAY, "BL2"))
    seat.perform(move_shipment, MoveShipment(other, "arrived", TODAY))
    assert "counts from the arrival" in firm.refused(take_step_back, TakeStepBack(other))
    assert seat.ask(stands, other)[0] == "arrived"
