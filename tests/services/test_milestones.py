"""Milestones and checklist of a shipment at work, and the reminders that follow (domain.md sections 1.5, 1.6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.services.conftest import TODAY
from tests.services.shipping_kit import Firm, start
from tradecrm.core.milestones import Light
from tradecrm.services.book import Seat
from tradecrm.services.control.reminders import today_rows
from tradecrm.services.trade.checklist import (
    MoveDocument,
    SaveDocument,
    SendDocuments,
    document_rows,
    move_document,
    save_document,
    send_documents,
)
from tradecrm.services.trade.milestones import (
    LayMilestones,
    MeetMilestone,
    PlanMilestone,
    delays,
    lay_out,
    meet_milestone,
    milestone_history,
    milestone_rows,
    plan_milestone,
)
from tradecrm.services.work import Reader


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def rules(reader: Reader) -> list[tuple[str, date]]:
    return [(row.rule, row.due_on) for row in today_rows(reader)]


def test_a_new_shipment_has_its_plan_and_its_papers(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    rows = {row.code: row for row in firm.seat.ask(milestone_rows, shipment)}
    assert rows["SI_CUT"].planned_on == TODAY + timedelta(days=5)
    assert "TLX" not in rows
    kinds = {row.kind for row in firm.seat.ask(document_rows, shipment)}
    assert kinds == {
        "commercial_invoice", "packing_list", "bill_of_lading", "customs_declaration", "shipping_advice",
    }  # fmt: skip
    firm.seat.perform(lay_out, LayMilestones(shipment))
    assert len(firm.seat.ask(milestone_rows, shipment)) == len(rows)


def test_a_revised_day_keeps_the_old_one(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    day = TODAY + timedelta(days=12)
    firm.seat.perform(plan_milestone, PlanMilestone(shipment, "ATD", day, "Port closed"))
    row = next(row for row in firm.seat.ask(milestone_rows, shipment) if row.code == "ATD")
    assert (row.planned_on, row.revised_on, row.changes) == (TODAY + timedelta(days=10), day, 1)
    history = firm.seat.ask(lambda reader: milestone_history(reader, shipment, "ATD"))
    assert (history[0].old, history[0].new) == (TODAY + timedelta(days=10), day)
    firm.depart(shipment)
    found = delays(firm.seat.ask(milestone_rows, shipment))
    assert found.departure == -10


def test_a_milestone_of_a_state_takes_the_shipment_there_with_its_guards(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    firm.seat.perform(meet_milestone, MeetMilestone(shipment, "BKG", TODAY))
    assert firm.status(shipment) == "booked"
    said = firm.refused(meet_milestone, MeetMilestone(shipment, "LOAD", TODAY))
    assert "not possible from there" in said
    assert "Depart" in firm.refused(meet_milestone, MeetMilestone(shipment, "ATD", TODAY))
    tomorrow = MeetMilestone(shipment, "PICKUP", TODAY + timedelta(days=1))
    assert "after today" in firm.refused(meet_milestone, tomorrow)
    assert "no milestone" in firm.refused(meet_milestone, MeetMilestone(shipment, "MOON", TODAY))
    assert firm.status(shipment) == "booked"
    met = [row.code for row in firm.seat.ask(milestone_rows, shipment) if row.actual_on]
    assert met == ["BKG"]


def test_what_is_met_is_not_planned_and_what_posted_is_not_changed(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    firm.depart(shipment)
    assert "nothing to plan" in firm.refused(plan_milestone, PlanMilestone(shipment, "ATD", TODAY))
    earlier = MeetMilestone(shipment, "ATD", TODAY - timedelta(days=1))
    assert "cannot be changed here" in firm.refused(meet_milestone, earlier)
    late = MeetMilestone(shipment, "DECL", TODAY)
    firm.seat.perform(meet_milestone, late)
    lights = {row.code: row.light for row in firm.seat.ask(milestone_rows, shipment)}
    assert lights["DECL"] is Light.MET


def test_cut_offs_remind_a_day_before(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    cut = TODAY + timedelta(days=1)
    firm.seat.perform(plan_milestone, PlanMilestone(shipment, "SI_CUT", cut))
    assert ("cut_off_near", cut) not in firm.seat.ask(rules)
    firm.move(shipment, "booked")
    assert ("cut_off_near", cut) in firm.seat.ask(rules)
    firm.seat.perform(meet_milestone, MeetMilestone(shipment, "SI_CUT", TODAY))
    assert all(rule != "cut_off_near" for rule, _day in firm.seat.ask(rules))


def test_arrival_papers_and_rebate_remind(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    left = TODAY - timedelta(days=20)
    firm.depart(shipment, left)
    firm.seat.perform(plan_milestone, PlanMilestone(shipment, "ATA", TODAY + timedelta(days=3)))
    found = firm.seat.ask(rules)
    assert ("arrival_near", TODAY + timedelta(days=3)) in found
    assert ("papers_due", left) in found
    firm.move(shipment, "arrived")
    firm.seat.perform(send_documents, SendDocuments(shipment, TODAY))
    assert {rule for rule, _day in firm.seat.ask(rules)} & {"arrival_near", "papers_due"} == set()


def test_papers_go_their_way_in_order(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    rows = {row.kind: row for row in firm.seat.ask(document_rows, shipment)}
    invoice, lading = rows["commercial_invoice"].id, rows["bill_of_lading"].id
    assert "not possible" in firm.refused(move_document, MoveDocument(invoice, "send"))
    assert "when the goods have left" in firm.refused(move_document, MoveDocument(lading, "issue"))
    assert "have left" in firm.refused(send_documents, SendDocuments(shipment, TODAY))
    to_come = MoveDocument(invoice, "issue", TODAY + timedelta(days=1))
    assert "after today" in firm.refused(move_document, to_come)
    firm.seat.perform(move_document, MoveDocument(invoice, "issue", TODAY))
    too_early = MoveDocument(invoice, "send", TODAY - timedelta(days=1))
    assert "before it is issued" in firm.refused(move_document, too_early)
    states = {row.kind: row.status for row in firm.seat.ask(document_rows, shipment)}
    assert (states["commercial_invoice"], states["bill_of_lading"]) == ("issued", "to_do")


def test_a_paper_of_one_s_own(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    assert "name" in firm.refused(save_document, SaveDocument(shipment, "other"))
    firm.seat.perform(save_document, SaveDocument(shipment, "other", "Fumigation certificate"))
    assert firm.seat.ask(document_rows, shipment)[-1].title == "Fumigation certificate"
