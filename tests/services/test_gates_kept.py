"""Ways round a gate that stay shut: another person, customer, amount or order of steps (domain.md 1.3, 5, 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.approval_kit import customer, draft, move, requests, said, state, switch, waiting
from tests.services.conftest import TODAY, Seats
from tests.services.shipping_kit import BEFORE, DAY, OPEN_ACCOUNT, Firm, start
from tradecrm.core.presets import preset_terms
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import encode_terms
from tradecrm.models import ApprovalRequest, ContractLine, ContractVersion, SalesContract, Shipment
from tradecrm.services.book import Seat
from tradecrm.services.control.approval_rules import ALL, LevelDraft
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.people import (
    AddPerson,
    ChangePerson,
    add_person,
    change_person,
    people_rows,
)
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.trade.amendments import AmendContract, amend_contract
from tradecrm.services.trade.checklist import SendDocuments, send_documents
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.credit import SaveCreditTerms, save_credit_terms
from tradecrm.services.trade.estimates import (
    EstimateRowDraft,
    SaveEstimate,
    SubmitEstimate,
    save_estimate,
    submit_estimate,
)
from tradecrm.services.trade.milestones import MeetMilestone, meet_milestone
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.releases import AskRelease, ask_release, releases_of
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

CONTRACT = "sales_contract"
MANAGER = (LevelDraft("manager"),)


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def change(seats: Seats, who: Seat, role: str, *, active: bool = True) -> None:
    """Give a person another role, or let them leave."""
    key = who.actor.person_id
    row = next(each for each in seats.owner.ask(people_rows) if each.id == key)
    seats.owner.perform(change_person, ChangePerson(key, row.name, role, row.department_id, active))


def submitted(seats: Seats, levels: tuple[LevelDraft, ...] = MANAGER) -> int:
    """Answer a contract that waits."""
    switch(seats.owner, CONTRACT, "first_order", levels)
    contract = draft(seats.sales, customer(seats.sales))
    move(seats.sales, contract, "submitted")
    return contract


@pytest.mark.parametrize(("role", "active"), [("sales", True), ("manager", False)])
def test_whoever_lost_the_role_decides_no_more_and_the_next_one_is_asked(
    seats: Seats, role: str, active: bool
) -> None:
    contract = submitted(seats)
    request = waiting(seats.sales, contract).id
    change(seats, seats.manager, role, active=active)
    assert waiting(seats.sales, contract).waits_for == ("Lin Yue",)  # no other manager: the owner answers
    with pytest.raises(Refusal) as caught:
        seats.manager.perform(decide, Decide(request, "approve"))
    assert "waits for Lin Yue, not for you" in said(caught.value)
    assert seats.sales.ask(state, contract) == "submitted"
    assert seats.owner.perform(decide, Decide(request, "approve")).value == "approved"


def test_a_level_of_all_goes_on_with_those_who_are_left(seats: Seats) -> None:
    europe = next(
        row.department_id for row in seats.owner.ask(people_rows) if row.id == seats.manager.actor.person_id
    )
    second = seats.owner.perform(add_person, AddPerson("Hu Bo", "manager", europe)).value
    contract = submitted(seats, (LevelDraft("manager", mode=ALL),))
    request = waiting(seats.sales, contract)
    assert request.waits_for == ("Chen Jie", "Hu Bo")
    seats.manager.perform(decide, Decide(request.id, "approve"))
    assert seats.sales.ask(state, contract) == "submitted"
    seats.owner.perform(change_person, ChangePerson(second, "Hu Bo", "manager", europe, False))
    assert seats.sales.ask(state, contract) == "approved"


def test_nobody_left_is_told_and_whoever_comes_is_asked(seats: Seats) -> None:
    switch(seats.owner, CONTRACT, "first_order", (LevelDraft("manager"),))
    contract = draft(seats.owner, customer(seats.owner))
    move(seats.owner, contract, "submitted")
    manager = seats.manager.actor.person_id
    done = seats.owner.perform(change_person, ChangePerson(manager, "Chen Jie", "sales", None, True))
    assert "nobody is left who may decide on it" in " ".join(done.warnings)
    assert waiting(seats.owner, contract).waits_for == ()
    seats.owner.perform(add_person, AddPerson("Hu Bo", "manager"))
    assert waiting(seats.owner, contract).waits_for == ("Hu Bo",)


def test_a_release_is_for_its_customer_and_amount(firm: Firm) -> None:
    other = firm.seat.perform(save_party, SaveParty(name="Zed GmbH", country="DE")).value
    for party, limit in ((firm.customer, 5000), (other, 1)):
        firm.seat.perform(save_credit_terms, SaveCreditTerms(party, Decimal(limit)))
    contract = firm.contract(OPEN_ACCOUNT, 10_000, effective=False)
    firm.seat.perform(ask_release, AskRelease("credit", "Insured", contract_id=contract))
    line = ContractLineDraft(None, "Lamp", Decimal(1000), Decimal(10), cost=Decimal(40))
    command = SaveContract(other, DAY, "USD", "FOB", "Ningbo", OPEN_ACCOUNT, (line,), id=contract)
    done = firm.seat.perform(save_contract, replace(command, version=_version(firm.seat, contract)))
    assert "its customer or currency is another one now" in " ".join(done.warnings)
    assert [row.status for row in firm.seat.ask(releases_of, contract_id=contract)] == ["void"]
    words = firm.refused(move_contract, MoveContract(contract, "effective", TODAY))
    assert "Zed GmbH would use USD 10,000.00 of a limit of USD 1.00" in words
    assert firm.seat.ask(state, contract) == "signed"


def test_an_amendment_needs_a_release_for_its_own_amount(firm: Firm) -> None:
    firm.seat.perform(save_credit_terms, SaveCreditTerms(firm.customer, Decimal(12_000)))
    contract = firm.contract(OPEN_ACCOUNT, 10_000)

    def more(quantity: int) -> AmendContract:
        line = ContractLineDraft(None, "Lamp", Decimal(quantity), Decimal(10), cost=Decimal(40))
        command = SaveContract(firm.customer, DAY, "USD", "FOB", "Ningbo", OPEN_ACCOUNT, (line,), id=contract)
        return AmendContract(replace(command, version=_version(firm.seat, contract)), "more lamps")

    assert "Ask for a release of" in firm.refused(amend_contract, more(1500))
    ask = AskRelease("credit", "Insured", contract_id=contract, maximum=Decimal(15_000))
    firm.seat.perform(ask_release, ask)
    assert "USD 28,000.00 too much" in firm.refused(amend_contract, more(4000))
    assert [row.status for row in firm.seat.ask(releases_of, contract_id=contract)] == ["approved"]
    firm.seat.perform(amend_contract, more(1500))
    assert [row.status for row in firm.seat.ask(releases_of, contract_id=contract)] == ["consumed"]


def test_goods_put_on_after_loading_meet_the_gate_of_loading(firm: Firm) -> None:
    contract = firm.contract(BEFORE, 10_000)
    firm.pay(1000, contract)
    shipment = firm.ready(contract, 100)
    firm.move(shipment, "loaded")
    refused = firm.refused(save_shipment, _enlarged(firm, contract, shipment, 600))
    assert "USD 1,000.00 of USD 6,000.00 that is due before shipment" in refused
    assert "ask for a release of SH-2605-0001 up to USD 6,000.00" in refused
    assert firm.seat.ask(_total, shipment) == 1000
    ask = AskRelease("payment", "The rest comes on Friday", shipment_id=shipment, maximum=Decimal(6000))
    firm.seat.perform(ask_release, ask)
    firm.seat.perform(save_shipment, _enlarged(firm, contract, shipment, 500))
    firm.seat.perform(save_shipment, _enlarged(firm, contract, shipment, 600))  # within what was approved
    assert [row.status for row in firm.seat.ask(releases_of, shipment_id=shipment)] == ["consumed"]
    assert "up to USD 7,000.00" in firm.refused(save_shipment, _enlarged(firm, contract, shipment, 700))
    firm.seat.perform(save_shipment, _enlarged(firm, contract, shipment, 50))  # less is always right
    assert firm.seat.ask(_total, shipment) == 500


def test_goods_loaded_one_by_one_count_before_the_first_leaves(firm: Firm) -> None:
    """Without orders in the exposure, 4,000 hold two of four parts of 2,500 with 500 paid, whichever leaves first."""
    contract = firm.contract()
    firm.pay(2000, contract)  # a fifth of each part, 500, is paid
    parts = [firm.ready(contract, 250) for _each in range(4)]
    firm.seat.perform(change_settings, ChangeSettings((("credit_backlog", False),)))
    firm.seat.perform(save_credit_terms, SaveCreditTerms(firm.customer, Decimal(4000)))
    for part in parts[:2]:
        firm.move(part, "loaded")
    words = firm.refused(move_shipment, MoveShipment(parts[2], "loaded", TODAY))
    assert "Veld B.V. would use USD 6,000.00 of a limit of USD 4,000.00" in words
    assert firm.status(parts[2]) == "cargo_ready"
    firm.depart(parts[0])
    words = firm.refused(move_shipment, MoveShipment(parts[2], "loaded", TODAY))
    assert "Veld B.V. would use USD 6,000.00 of a limit of USD 4,000.00" in words


def test_the_milestone_of_the_telex_release_goes_through_its_gate(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract("TT;P100@BL_COPY+7D"))
    firm.depart(shipment)
    words = firm.refused(meet_milestone, MeetMilestone(shipment, "TLX", TODAY))
    assert "USD 10,000.00 is not paid" in words
    assert firm.seat.ask(_released, shipment) is None
    sent = firm.seat.perform(send_documents, SendDocuments(shipment, TODAY))
    assert "Keep the originals of the bill of lading of SH-2605-0001, send a copy only" in sent.warnings[0]
    firm.seat.perform(ask_release, AskRelease("bl", "Old friend", shipment_id=shipment))
    firm.seat.perform(meet_milestone, MeetMilestone(shipment, "TLX", TODAY))
    assert firm.seat.ask(_released, shipment) == TODAY


def test_what_waits_for_a_canceled_contract_waits_no_more(seats: Seats) -> None:
    switch(seats.owner, "contract_version", "protected_change")
    party = customer(seats.sales)
    contract = draft(seats.sales, party, terms="OA_N")
    for target in ("signed", "effective"):
        move(seats.sales, contract, target)
    line = ContractLineDraft(None, "Desk lamp", Decimal(2000), Decimal("12.40"), cost=Decimal(60))
    command = SaveContract(
        party, TODAY, "USD", "FOB", "Ningbo", encode_terms(preset_terms("OA_N")), (line,),
        budget_rate=Decimal("7.1"), id=contract, version=_version(seats.sales, contract),
    )  # fmt: skip
    seats.sales.perform(amend_contract, AmendContract(command, "twice as many"))
    request = _pending(seats.owner)
    move(seats.sales, contract, "canceled")
    assert [row[1] for row in seats.owner.ask(requests)] == ["void", "void"]
    with pytest.raises(Refusal) as caught:
        seats.manager.perform(decide, Decide(request, "approve"))
    assert "decided already" in said(caught.value)
    found = select(ContractVersion.status).order_by(ContractVersion.version_no)
    assert seats.sales.ask(lambda reader: reader.session.scalars(found).all()) == ["in_force", "dropped"]


def test_a_release_asked_for_a_void_shipment_is_void(seats: Seats) -> None:
    firm = start(seats.owner)
    switch(seats.owner, "release", "unpaid_loading", MANAGER)
    shipment = firm.ready(firm.contract(BEFORE, 10_000), 100)
    firm.seat.perform(ask_release, AskRelease("payment", "Good customer", shipment_id=shipment))
    request = _pending(seats.owner)
    firm.move(shipment, "void")
    assert [row.status for row in firm.seat.ask(releases_of, shipment_id=shipment)] == ["void"]
    with pytest.raises(Refusal):
        seats.manager.perform(decide, Decide(request, "approve"))


def test_only_the_newest_estimate_waits_for_approval(seats: Seats) -> None:
    switch(seats.owner, "estimate", "every")
    contract = draft(seats.manager, customer(seats.manager))
    made = []
    for freight in (500, 900):
        rows = (EstimateRowDraft("FRT", "CNY", Decimal(freight)),)
        made.append(seats.manager.perform(save_estimate, SaveEstimate(contract, Decimal("7.1"), rows)).value)
        seats.manager.perform(submit_estimate, SubmitEstimate(made[-1]))
    assert [row[1] for row in seats.owner.ask(requests)] == ["void", "pending"]
    assert seats.owner.perform(decide, Decide(_pending(seats.owner), "approve")).value == "approved"


def test_an_estimate_is_of_these_goods_and_no_others_of_the_same_amount(seats: Seats) -> None:
    """USD 12,400 of lamps at a cost of 60 each are not USD 12,400 of lamps at 900 delivered to Berlin (section 6)."""
    switch(seats.owner, "estimate", "every")
    party = customer(seats.manager)
    contract = draft(seats.manager, party)
    rows = (EstimateRowDraft("FRT", "CNY", Decimal(500)),)
    made = seats.manager.perform(save_estimate, SaveEstimate(contract, Decimal("7.1"), rows)).value
    seats.manager.perform(submit_estimate, SubmitEstimate(made))
    seats.owner.perform(decide, Decide(_pending(seats.owner), "approve"))
    line = ContractLineDraft(None, "Gold lamp", Decimal(100), Decimal(124), cost=Decimal(900))
    terms = encode_terms(preset_terms("TT_30_70"))
    other = SaveContract(
        party, TODAY, "USD", "DDP", "Berlin", terms, (line,), budget_rate=Decimal("7.1"), id=contract
    )

    def refused(target: str) -> str:
        with pytest.raises(Refusal) as caught:
            move(seats.manager, contract, target)
        return said(caught.value)

    as_approved = ContractLineDraft(None, "Desk lamp", Decimal(1000), Decimal("12.40"), cost=Decimal(60))
    seats.manager.perform(save_contract, replace(other, version=_version(seats.manager, contract)))
    assert "was changed after its profit estimate was approved" in refused("signed")
    back = replace(other, incoterm="FOB", incoterm_place="Ningbo", lines=(as_approved,))
    seats.manager.perform(save_contract, replace(back, version=_version(seats.manager, contract)))
    assert move(seats.manager, contract, "signed") == "signed"
    seats.manager.perform(save_contract, replace(other, version=_version(seats.manager, contract)))
    assert "was changed after its profit estimate was approved" in refused("effective")
    assert seats.manager.ask(state, contract) == "signed"


def _version(seat: Seat, contract: int) -> int:
    return seat.ask(lambda reader: reader.session.get_one(SalesContract, contract).version)


def _pending(seat: Seat) -> int:
    found = select(ApprovalRequest.id).where(ApprovalRequest.status == "pending")
    return seat.ask(lambda reader: reader.session.scalars(found).one())


def _released(reader: Reader, shipment: int) -> date | None:
    return reader.session.get_one(Shipment, shipment).bl_released_on


def _total(reader: Reader, shipment: int) -> Decimal:
    return reader.session.get_one(Shipment, shipment).total


def _enlarged(firm: Firm, contract: int, shipment: int, quantity: int) -> SaveShipment:
    """Answer a shipment as it would be saved with another quantity."""

    def read(reader: Reader) -> tuple[int, int]:
        line = select(ContractLine.id).where(ContractLine.contract_id == contract)
        return reader.session.scalars(line).one(), reader.session.get_one(Shipment, shipment).version

    line, version = firm.seat.ask(read)
    etd = TODAY + timedelta(days=10)
    goods = (ShipmentLineDraft(line, Decimal(quantity)),)
    return SaveShipment(DAY, goods, etd=etd, eta=etd + timedelta(days=30), id=shipment, version=version)
