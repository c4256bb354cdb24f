"""The gates of a shipment: loading, leaving, rolling, the bill of lading (domain.md sections 1.3, 1.6, 16.2)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import BEFORE, COLLECTION, DEPOSIT, OPEN_ACCOUNT, Firm, invoices, start
from tradecrm.core.problems import Refusal
from tradecrm.models import Earmark, Milestone, SalesContract, Shipment
from tradecrm.services.book import Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.credit import SaveCreditTerms, save_credit_terms
from tradecrm.services.trade.milestones import milestone_history, milestone_rows
from tradecrm.services.trade.moving import (
    MoveShipment,
    ReleaseBl,
    SaveShippingData,
    move_shipment,
    release_bl,
    save_shipping_data,
)
from tradecrm.services.trade.presentations import PresentDocuments, present_documents
from tradecrm.services.trade.releases import AskRelease, ask_release
from tradecrm.services.trade.taking_back_departure import TakeDepartureBack, take_departure_back
from tradecrm.services.work import Reader, Work, operation


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


@operation("contract.write")
def cancel_anyway(work: Work, contract_id: int) -> None:
    """Cancel a contract as someone else's book would bring it, past the guard of its shipments."""
    work.session.get_one(SalesContract, contract_id).status = "canceled"


def released(reader: Reader, shipment_id: int) -> object:
    return reader.session.get_one(Shipment, shipment_id).bl_released_on


def test_the_whole_way_in_order(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    firm.move(shipment, "booked", "cargo_ready", "loaded", "declared")
    firm.depart(shipment)
    firm.move(shipment, "arrived", "delivered")
    assert firm.status(shipment) == "delivered"
    met = {row.code for row in firm.seat.ask(milestone_rows, shipment) if row.actual_on is not None}
    assert met == {"BKG", "CRD", "LOAD", "DECL", "ATD", "ATA", "DELIV"}


@pytest.mark.parametrize("target", ["loaded", "declared", "departed", "arrived", "delivered", "closed"])
def test_a_step_that_does_not_follow_is_refused(firm: Firm, target: str) -> None:
    shipment = firm.shipment(firm.contract())
    said = firm.refused(move_shipment, MoveShipment(shipment, target, TODAY))
    assert "not possible from there" in said
    assert firm.status(shipment) == "planned"


def test_loading_waits_for_what_is_due_before_shipment(firm: Firm) -> None:
    contract = firm.contract(BEFORE, effective=False)
    firm.pay(10_000, contract)
    firm.seat.perform(move_contract, MoveContract(contract, "effective", TODAY))
    shipment = firm.ready(contract)
    firm.move(shipment, "loaded")
    assert firm.status(shipment) == "loaded"


def test_the_second_shipment_of_a_contract_without_parts_needs_a_release(firm: Firm) -> None:
    """Where the contract forbids partial shipment the second one needs approval (section 1.4)."""
    line = ContractLineDraft(None, "Lamp", Decimal(1000), Decimal(10))
    paper = SaveContract(
        firm.customer, TODAY, "USD", "FOB", "Ningbo", OPEN_ACCOUNT, (line,), partial_allowed=False
    )
    contract = int(firm.seat.perform(save_contract, paper).value)
    for state in ("signed", "effective"):
        firm.seat.perform(move_contract, MoveContract(contract, state, TODAY))
    first, second = (firm.ready(contract, quantity) for quantity in (600, 400))
    firm.move(first, "loaded")
    said = firm.refused(move_shipment, MoveShipment(second, "loaded", TODAY))
    assert "allows no partial shipment, and SH-" in said
    assert firm.status(second) == "cargo_ready"
    firm.seat.perform(ask_release, AskRelease("parts", "The customer asked for it", shipment_id=second))
    firm.move(second, "loaded")


def test_a_deposit_that_went_elsewhere_stops_the_loading(firm: Firm) -> None:
    contract = firm.contract(DEPOSIT, effective=False)
    firm.pay(2_960, contract)
    said = firm.refused(move_contract, MoveContract(contract, "effective", TODAY))
    assert "waits for its deposit" in said
    firm.pay(40, contract)
    firm.seat.perform(move_contract, MoveContract(contract, "effective", TODAY))
    shipment = firm.ready(contract)
    firm.seat.perform(take_deposit_away, contract)
    said = firm.refused(move_shipment, MoveShipment(shipment, "loaded", TODAY))
    assert "USD 1,000.00 of USD 3,000.00" in said
    assert firm.status(shipment) == "cargo_ready"
    with pytest.raises(Refusal, match="due before shipment"):
        firm.depart(shipment)
    assert firm.seat.ask(invoices) == 0
    firm.seat.perform(ask_release, AskRelease("payment", "He pays next week", shipment_id=shipment))
    firm.move(shipment, "loaded")
    assert firm.status(shipment) == "loaded"


@operation("receipt.write")
def take_deposit_away(work: Work, contract_id: int) -> None:
    """Move 2,000 of a contract's deposit away, by a dated row."""
    first = work.session.scalars(select(Earmark).where(Earmark.contract_id == contract_id)).first()
    assert first is not None
    work.add(Earmark(item_id=first.item_id, contract_id=contract_id, day=work.today, amount=Decimal(-2_000)))


def test_the_guard_may_be_switched_off(firm: Firm) -> None:
    contract = firm.contract(DEPOSIT, effective=False)
    firm.pay(3_000, contract)
    firm.seat.perform(move_contract, MoveContract(contract, "effective", TODAY))
    shipment = firm.ready(contract)
    firm.seat.perform(take_deposit_away, contract)
    firm.seat.perform(change_settings, ChangeSettings((("instalment_guard", False),)))
    firm.move(shipment, "loaded")
    assert firm.status(shipment) == "loaded"


@pytest.mark.parametrize("state", ["planned", "booked", "cargo_ready", "loaded"])
def test_a_contract_canceled_meanwhile_stops_every_step(firm: Firm, state: str) -> None:
    contract = firm.contract()
    shipment = firm.shipment(contract)
    way = ["planned", "booked", "cargo_ready", "loaded", "declared"]
    firm.move(shipment, *way[1 : way.index(state) + 1])
    firm.seat.perform(cancel_anyway, contract)
    said = firm.refused(move_shipment, MoveShipment(shipment, way[way.index(state) + 1], TODAY))
    assert "not in effect any more" in said
    with pytest.raises(Refusal, match="not in effect any more"):
        firm.depart(shipment)
    assert firm.status(shipment) == state
    assert firm.seat.ask(invoices) == 0


def test_a_rolled_shipment_gets_new_days_and_keeps_the_old(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    firm.move(shipment, "booked")
    assert "new ETD" in firm.refused(move_shipment, MoveShipment(shipment, "rolled", TODAY))
    early = MoveShipment(shipment, "rolled", TODAY, etd=TODAY + timedelta(days=10))
    assert "later than the old" in firm.refused(move_shipment, early)
    later = TODAY + timedelta(days=17)
    firm.seat.perform(
        move_shipment, MoveShipment(shipment, "rolled", TODAY, etd=later, reason="Ship was full")
    )
    rows = {row.code: row for row in firm.seat.ask(milestone_rows, shipment)}
    assert rows["ATD"].planned_on == TODAY + timedelta(days=10)
    assert rows["ATD"].revised_on == later
    assert rows["ATA"].revised_on == TODAY + timedelta(days=47)
    assert rows["BKG"].changes == 0
    history = firm.seat.ask(lambda reader: milestone_history(reader, shipment, "SI_CUT"))
    assert history[0].reason == "Ship was full"
    firm.move(shipment, "booked")
    assert firm.status(shipment) == "booked"
    with pytest.raises(Refusal):
        firm.seat.perform(move_shipment, MoveShipment(shipment, "rolled", TODAY, etd=later))


def test_days_out_of_order_and_to_come_are_refused(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    firm.move(shipment, "booked", "cargo_ready", "loaded")
    tomorrow = MoveShipment(shipment, "declared", TODAY + timedelta(days=1))
    assert "after today" in firm.refused(move_shipment, tomorrow)
    firm.move(shipment, "declared", day=TODAY - timedelta(days=5))
    with pytest.raises(Refusal, match="cannot be before"):
        firm.depart(shipment, TODAY - timedelta(days=6))
    assert firm.seat.ask(invoices) == 0
    firm.depart(shipment, TODAY - timedelta(days=4))
    early = MoveShipment(shipment, "arrived", TODAY - timedelta(days=5))
    assert "cannot be before" in firm.refused(move_shipment, early)
    assert firm.status(shipment) == "departed"


def test_a_shipment_with_bills_is_not_voided(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    cost = firm.seat.perform(
        save_cost, SaveCost(shipment, "INL", "CNY", Decimal(100), party_id=firm.customer)
    ).value
    firm.seat.perform(bill_cost, BillCost(cost, TODAY))
    assert "bills booked" in firm.refused(move_shipment, MoveShipment(shipment, "void", TODAY))
    assert firm.status(shipment) == "planned"


def test_an_unpaid_bill_of_lading_is_held_until_paid(firm: Firm) -> None:
    contract = firm.contract(DEPOSIT, effective=False)
    firm.pay(3_000, contract)
    firm.seat.perform(move_contract, MoveContract(contract, "effective", TODAY))
    shipment = firm.shipment(contract)
    assert "goods have left" in firm.refused(release_bl, ReleaseBl(shipment, "telex", TODAY))
    invoice = firm.depart(shipment)
    for way in ("original", "telex", "waybill"):
        said = firm.refused(release_bl, ReleaseBl(shipment, way, TODAY))
        assert "USD 7,000.00 is not paid" in said
    assert "no papers to a bank" in firm.refused(release_bl, ReleaseBl(shipment, "bank", TODAY))
    assert firm.seat.ask(released, shipment) is None
    paid = RecordReceipt(
        TODAY, firm.customer, firm.account, Decimal(7_000), allocations=(Share(invoice, Decimal(7_000)),)
    )
    firm.seat.perform(record_receipt, paid)
    firm.seat.perform(release_bl, ReleaseBl(shipment, "telex", TODAY))
    assert firm.seat.ask(released, shipment) == TODAY
    assert "was given up" in firm.refused(release_bl, ReleaseBl(shipment, "telex", TODAY))


def test_an_approved_exception_gives_it_up_once(firm: Firm) -> None:
    contract = firm.contract("TT;P100@BL_COPY+7D")
    shipment = firm.shipment(contract)
    firm.depart(shipment)
    assert "not paid" in firm.refused(release_bl, ReleaseBl(shipment, "original", TODAY))
    firm.seat.perform(ask_release, AskRelease("bl", "Old friend", shipment_id=shipment))
    firm.seat.perform(release_bl, ReleaseBl(shipment, "original", TODAY))
    assert firm.seat.ask(released, shipment) == TODAY


def test_open_account_gives_it_up_while_the_credit_passes(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    firm.depart(shipment)
    terms = SaveCreditTerms(firm.customer, Decimal(9_999))
    firm.seat.perform(save_credit_terms, terms)
    assert "too much" in firm.refused(release_bl, ReleaseBl(shipment, "original", TODAY))
    assert firm.seat.ask(released, shipment) is None
    firm.seat.perform(save_credit_terms, SaveCreditTerms(firm.customer, Decimal(10_000), version=1))
    firm.seat.perform(release_bl, ReleaseBl(shipment, "original", TODAY))
    assert firm.seat.ask(released, shipment) == TODAY


def test_collection_goes_to_the_bank_and_never_by_telex(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract(COLLECTION))
    firm.depart(shipment)
    said = firm.refused(release_bl, ReleaseBl(shipment, "telex", TODAY))
    assert "go to a bank" in said
    firm.seat.perform(present_documents, PresentDocuments(shipment, TODAY))
    assert firm.seat.ask(released, shipment) == TODAY


def test_without_a_document_of_title_the_gate_is_tested_when_the_goods_leave(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract("TT;P100@BL+7D"), mode="AIR")
    with pytest.raises(Refusal, match="is not paid"):
        firm.depart(shipment)
    assert firm.status(shipment) == "planned"
    assert firm.seat.ask(invoices) == 0
    firm.seat.perform(change_settings, ChangeSettings((("release_gate", False),)))
    firm.depart(shipment)
    assert firm.seat.ask(released, shipment) == TODAY


def test_paid_in_advance_leaves_by_air(firm: Firm) -> None:
    contract = firm.contract("TT;P100@ORDER", effective=False)
    firm.pay(10_000, contract)
    firm.seat.perform(move_contract, MoveContract(contract, "effective", TODAY))
    shipment = firm.shipment(contract, mode="AIR")
    firm.depart(shipment)
    assert firm.status(shipment) == "departed"


def test_the_kind_of_bill_of_lading_stands_once_the_goods_left(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    firm.seat.perform(save_shipping_data, SaveShippingData(shipment, bl_type="telex", marks="VELD"))
    firm.depart(shipment)
    said = firm.refused(save_shipping_data, SaveShippingData(shipment, bl_type="waybill"))
    assert "have left" in said
    firm.seat.perform(save_shipping_data, SaveShippingData(shipment, bl_type="telex", declaration_no="31"))
    row = firm.seat.ask(lambda reader: reader.session.get_one(Shipment, shipment))
    assert (row.bl_type, row.declaration_no) == ("telex", "31")


def test_milestones_belong_to_their_own_shipment(firm: Firm) -> None:
    contract = firm.contract()
    first, second = firm.shipment(contract, 400), firm.shipment(contract, 600)
    firm.move(first, "booked")
    met = firm.seat.ask(
        lambda reader: reader.session.scalars(
            select(Milestone.shipment_id).where(Milestone.actual_on.is_not(None))
        ).all()
    )
    assert met == [first]
    assert second != first


def test_a_departure_is_not_taken_back_once_the_bill_of_lading_was_given_up(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    firm.depart(shipment)
    firm.seat.perform(release_bl, ReleaseBl(shipment, "original", TODAY))
    assert "was given up. Enter the goods as returned" in firm.refused(
        take_departure_back, TakeDepartureBack(shipment, "Wrong ship")
    )
    assert firm.status(shipment) == "departed"
