"""Containers and bills of lading of a shipment (domain.md sections 1.6, 3.2, 9.3 and 16.16)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import Firm, start
from tradecrm.models import Instalment
from tradecrm.services.book import Seat
from tradecrm.services.trade.bills_of_lading import DropBill, SaveBill, bills_of, drop_bill, save_bill
from tradecrm.services.trade.container_types import SaveContainerType, container_types, save_container_type
from tradecrm.services.trade.containers import (
    ContainerRow,
    DropContainer,
    SaveContainer,
    container_rows,
    drop_container,
    save_container,
)
from tradecrm.services.trade.milestones import MeetMilestone, meet_milestone, milestone_rows
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.paper_shipment import shipment_facts
from tradecrm.services.work import Reader


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def box(shipment: int, number: str = "CSQU3054383", **more: Any) -> SaveContainer:
    return SaveContainer(shipment, "40HQ", number, "SL1", **more)


def rows(firm: Firm, shipment: int) -> tuple[ContainerRow, ...]:
    return firm.seat.ask(container_rows, shipment)


def met(firm: Firm, shipment: int, code: str) -> date | None:
    return {row.code: row.actual_on for row in firm.seat.ask(milestone_rows, shipment)}[code]


def test_milestones_follow_the_last_container(firm: Firm) -> None:
    shipment = firm.ready(firm.contract())
    first = firm.seat.perform(save_container, box(shipment, picked_up_on=TODAY)).value
    assert met(firm, shipment, "PICKUP") == TODAY
    firm.seat.perform(save_container, box(shipment, "MSKU1234565", gated_in_on=TODAY))
    assert met(firm, shipment, "GATE_IN") is None
    firm.seat.perform(save_container, box(shipment, id=first, picked_up_on=TODAY, gated_in_on=TODAY))
    assert met(firm, shipment, "GATE_IN") == TODAY
    assert [row.number for row in rows(firm, shipment)] == ["CSQU3054383", "MSKU1234565"]
    printed = firm.seat.ask(shipment_facts, shipment).containers
    assert [(one.number, one.seal) for one in printed] == [("CSQU3054383", "SL1"), ("MSKU1234565", "SL1")]


def test_a_wrong_check_digit_is_said_and_kept(firm: Firm) -> None:
    """ISO 6346: CSQU3054383 fits, CSQU3054384 does not; the door decides."""
    shipment = firm.ready(firm.contract())
    outcome = firm.seat.perform(save_container, box(shipment, "csqu 305438-4"))
    assert "check digit" in outcome.warnings[0]
    assert rows(firm, shipment)[0].number == "CSQU3054384"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"gated_in_on": TODAY + timedelta(days=1)}, "after today"),
        ({"returned_on": TODAY}, "after the arrival"),
        ({"gross_weight": Decimal(9), "vgm": Decimal(8)}, "gross mass"),
        ({"picked_up_on": TODAY, "gated_in_on": TODAY - timedelta(days=1)}, "picked up, then"),
        ({"bl_id": 77}, "another shipment"),
    ],
)
def test_a_container_that_cannot_be_is_refused(firm: Firm, more: dict[str, Any], words: str) -> None:
    shipment = firm.ready(firm.contract())
    assert words in firm.refused(save_container, box(shipment, **more))
    assert rows(firm, shipment) == ()


def test_the_yard_closes_before_the_container_comes(firm: Firm) -> None:
    """GATE_IN ≤ CY_CUT (1.6), by the container and by the milestone alike."""
    shipment = firm.ready(firm.contract())
    firm.seat.perform(meet_milestone, MeetMilestone(shipment, "CY_CUT", TODAY - timedelta(days=1)))
    assert "The yard closes" in firm.refused(save_container, box(shipment, gated_in_on=TODAY))
    assert "The yard closes" in firm.refused(meet_milestone, MeetMilestone(shipment, "GATE_IN", TODAY))
    assert rows(firm, shipment) == ()


def gone(firm: Firm, day: date = TODAY - timedelta(days=20)) -> int:
    shipment = firm.ready(firm.contract())
    firm.seat.perform(save_container, box(shipment, free_days=7))
    firm.move(shipment, "loaded", "declared", day=day)
    firm.depart(shipment, day)
    return shipment


def test_detention_counts_the_days_beyond_the_free_ones(firm: Firm) -> None:
    """Arrived 12 days ago, 7 free: 5 days; back 9 days after arrival: 2 days (1.6)."""
    shipment = gone(firm)
    assert rows(firm, shipment)[0].detention is None
    arrived = TODAY - timedelta(days=12)
    firm.seat.perform(move_shipment, MoveShipment(shipment, "arrived", arrived))
    assert rows(firm, shipment)[0].detention == 5
    back = box(shipment, id=rows(firm, shipment)[0].id, free_days=7, returned_on=arrived + timedelta(days=9))
    firm.seat.perform(save_container, back)
    assert rows(firm, shipment)[0].detention == 2
    assert met(firm, shipment, "RETURN") == arrived + timedelta(days=9)


def test_a_container_goes_off_only_before_departure(firm: Firm) -> None:
    shipment = firm.ready(firm.contract())
    key = firm.seat.perform(save_container, box(shipment)).value
    firm.seat.perform(drop_container, DropContainer(key))
    assert rows(firm, shipment) == ()
    shipment = gone(firm)
    assert "has left" in firm.refused(drop_container, DropContainer(rows(firm, shipment)[0].id))
    assert len(rows(firm, shipment)) == 1


def test_several_bills_date_the_invoice_from_the_latest(firm: Firm) -> None:
    """Section 3.2: several B/L in one draft, the latest on-board date; O/A 30 days from it."""
    shipment = gone(firm)
    left = TODAY - timedelta(days=20)
    for number, day in (("BL1", left), ("BL2", left + timedelta(days=3))):
        firm.seat.perform(save_bill, SaveBill(shipment, number, on_board_on=day))

    def due(reader: Reader) -> date | None:
        return reader.session.scalars(
            select(Instalment.due_on).where(Instalment.side == "AR", Instalment.is_credit.is_(False))
        ).one()

    assert firm.seat.ask(due) == left + timedelta(days=33)
    assert "on this shipment already" in firm.refused(save_bill, SaveBill(shipment, "bl2"))
    assert "not issued before" in firm.refused(
        save_bill, SaveBill(shipment, "BL3", on_board_on=left, issued_on=left - timedelta(days=1))
    )
    first = firm.seat.ask(bills_of, shipment)[0].id
    firm.seat.perform(drop_bill, DropBill(first))
    assert [row.number for row in firm.seat.ask(bills_of, shipment)] == ["BL2"]


def test_the_firm_sets_what_a_container_holds(seat: Seat) -> None:
    seat.perform(save_container_type, SaveContainerType("40HQ", Decimal(68), Decimal(22_000)))
    found = {each.code: (each.usable, each.payload) for each in seat.ask(container_types)}
    assert found["40HQ"] == (Decimal(68), Decimal(22_000))
    assert found["20GP"] == (Decimal(27), Decimal(21_000))
