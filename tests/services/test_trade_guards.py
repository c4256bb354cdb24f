"""Guards of the trade that stand nowhere else: each refuses in words, and the book stays as it was (1.3-1.7, 5, 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.purchase_kit import plan_shipment
from tests.services.quoting_kit import offer_book, quote
from tests.services.shipping_kit import DAY, Firm, start
from tests.services.test_letters_of_credit import letter
from tests.services.test_purchases_received import ABOARD, buy, depart, first_line
from tradecrm.models import ContractLine, CostLine, Quotation, Shipment, ShipmentLine
from tradecrm.models.base import Base
from tradecrm.screens.trade.contract_draft import build_contract, load_contract
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.trade.bills_of_lading import SaveBill, save_bill
from tradecrm.services.trade.contracts import MoveContract, move_contract, save_contract
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.trade.credit import SaveCreditTerms, save_credit_terms
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.estimates import (
    EstimateRowDraft,
    SaveEstimate,
    SubmitEstimate,
    save_estimate,
    submit_estimate,
)
from tradecrm.services.trade.letters import MoveLetter, move_letter, save_letter
from tradecrm.services.trade.milestones import MeetMilestone, meet_milestone, milestone_rows
from tradecrm.services.trade.moving import SaveShippingData, save_shipping_data
from tradecrm.services.trade.purchase_receipts import ReceiveGoods, receive_goods
from tradecrm.services.trade.quotation_moves import MoveQuotation, move_quotation
from tradecrm.services.trade.releases import AskRelease, ask_release
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Operation, Reader, Work, operation

D = Decimal
_DAY = timedelta(days=1)


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def whole_book(reader: Reader) -> dict[str, list[tuple[object, ...]]]:
    """Answer every row of the book."""
    connection = reader.session.connection()
    return {
        name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
        for name, table in Base.metadata.tables.items()
    }


def demand_refused(firm: Firm, operation: Operation[Any, Any], command: object, words: str) -> None:
    """Perform what must be refused with these words, and compare the book with what it was."""
    before = firm.seat.ask(whole_book)
    assert words in firm.refused(operation, command)
    assert firm.seat.ask(whole_book) == before


def goods(firm: Firm, shipment: int) -> ShipmentLineDraft:
    query = select(ShipmentLine).where(ShipmentLine.shipment_id == shipment)
    line = firm.seat.ask(lambda reader: reader.session.scalars(query).one())
    return ShipmentLineDraft(line.contract_line_id, line.quantity)


def test_a_shipment_is_planned_only_of_what_may_go(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract(), 100)
    line = goods(firm, shipment)
    number = firm.seat.ask(lambda reader: reader.get(Shipment, shipment, "").number)
    demand_refused(firm, save_shipment, SaveShipment(DAY, ()), "at least one line")
    demand_refused(firm, save_shipment, SaveShipment(DAY, (line, line)), "stand on the shipment already")
    demand_refused(firm, save_shipment, SaveShipment(DAY, (line,), mode="SHIP"), "how the goods travel")
    demand_refused(firm, save_shipment, SaveShipment(DAY, (line,), number=number), "already a shipment")
    turned = SaveShipment(DAY, (line,), etd=TODAY, eta=TODAY - timedelta(days=1))
    demand_refused(firm, save_shipment, turned, "cannot arrive before they leave")
    waiting = firm.contract(effective=False)
    draft = firm.seat.ask(_first_line, waiting)
    demand_refused(firm, save_shipment, SaveShipment(DAY, (draft,)), "when the contract is in effect")


def _first_line(reader: Reader, contract: int) -> ShipmentLineDraft:
    row = reader.session.scalars(select(ContractLine).where(ContractLine.contract_id == contract)).one()
    return ShipmentLineDraft(row.id, row.quantity)


def test_what_has_left_leaves_once_and_stays_as_it_was_invoiced(firm: Firm) -> None:
    contract = firm.contract()
    first, second = firm.ready(contract, 100), firm.ready(contract, 200)
    for shipment in (first, second):
        firm.move(shipment, "loaded", "declared")
    firm.depart(first)
    gone = firm.seat.ask(lambda reader: reader.get(Shipment, first, ""))
    demand_refused(firm, depart_shipment, DepartShipment(first, TODAY), "it has left already")
    edit = SaveShipment(DAY, (goods(firm, first),), id=first, version=gone.version)
    demand_refused(firm, save_shipment, edit, "has left and cannot be edited")
    again = DepartShipment(second, TODAY, invoice_number=gone.invoice_number or "")
    demand_refused(firm, depart_shipment, again, "already an invoice")
    demand_refused(firm, move_contract, MoveContract(contract, "canceled", TODAY), "not possible from there")
    other = firm.contract()
    firm.shipment(other)
    demand_refused(firm, move_contract, MoveContract(other, "canceled", TODAY), "void the shipment first")


def test_data_of_a_shipment_and_its_bills_of_lading_are_checked(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    demand_refused(firm, save_shipping_data, SaveShippingData(shipment, bl_type="paper"), "kind of bill")
    blank = SaveBill(shipment, "")
    demand_refused(firm, save_bill, blank, "number of the bill of lading")
    early = SaveBill(shipment, "BL-9", on_board_on=TODAY)
    demand_refused(firm, save_bill, early, "has not left yet")


def test_a_letter_of_credit_that_cannot_be_is_refused(firm: Firm) -> None:
    contract = firm.contract()
    late = letter(firm, contract, issued_on=TODAY, expires_on=TODAY - timedelta(days=1))
    demand_refused(firm, save_letter, late, "before it is issued")
    stranger = firm.seat.perform(save_party, SaveParty(name="Bremer KG", country="DE")).value
    theirs = Firm(firm.seat, stranger, firm.account).contract()
    demand_refused(firm, save_letter, letter(firm, theirs, customer_id=firm.customer), "another customer")


def test_credit_terms_that_cannot_be_are_refused(firm: Firm) -> None:
    for more, words in (
        ({"limit": D(-1)}, "not below zero"),
        ({"valid_from": date(2026, 6, 1), "valid_until": date(2026, 5, 1)}, "cannot end before"),
        ({"max_overdue_days": -1}, "0 to 3650"),
        ({"hold": True}, "Say why"),
        ({"cover_share": D(2)}, "from 0 to 100"),
        ({"group_id": firm.customer}, "its own parent"),
    ):
        values: dict[str, Any] = {"limit": D(100), **more}
        demand_refused(firm, save_credit_terms, SaveCreditTerms(firm.customer, **values), words)


def test_a_release_names_what_it_is_for(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    demand_refused(firm, ask_release, AskRelease("gift", "why", shipment), "Choose what is to be released")
    demand_refused(firm, ask_release, AskRelease("credit", "why"), "one shipment or for one contract")


def test_a_cost_that_cannot_be_is_refused(firm: Firm) -> None:
    first, second = firm.shipment(firm.contract()), firm.shipment(firm.contract())
    line = firm.seat.ask(
        lambda reader: reader.session.scalars(
            select(ShipmentLine.id).where(ShipmentLine.shipment_id == second)
        ).one()
    )
    for command, words in (
        (SaveCost(first, "REB", "CNY", D(1)), "category of cost"),
        (SaveCost(first, "INL", "CNY", D(1), status="invoiced"), "until its bill"),
        (SaveCost(first, "PUR", "CNY", D(1)), "VAT rate"),
        (SaveCost(first, "INL", "CNY", D(1), shipment_line_id=line), "another shipment"),
    ):
        demand_refused(firm, save_cost, command, words)
    assert firm.seat.ask(lambda reader: reader.session.scalars(select(CostLine)).all()) == []


def test_a_letter_in_other_money_or_without_transhipment_does_not_fit_its_contract(firm: Firm) -> None:
    contract = firm.contract(effective=False)
    key = firm.seat.perform(
        save_letter, letter(firm, contract, currency="EUR", transhipment_allowed=False)
    ).value
    demand_refused(firm, move_letter, MoveLetter(key, "check"), "The credit is in EUR, the contract in USD.")
    demand_refused(firm, move_letter, MoveLetter(key, "check"), "allows transhipment, the credit does not")


def test_an_estimate_of_another_amount_is_not_submitted(firm: Firm) -> None:
    """Section 6: the snapshot holds; what was estimated before the price changed says nothing of the new one."""
    contract = firm.contract(effective=False)
    rows = (EstimateRowDraft("PUR", "CNY", D(40_000)),)
    estimate = firm.seat.perform(save_estimate, SaveEstimate(contract, D(7), rows)).value
    draft = build_contract(firm.seat.ask(load_contract, contract))
    dearer = tuple(replace(line, price=D(11)) for line in draft.lines)
    firm.seat.perform(save_contract, replace(draft, lines=dearer))
    demand_refused(firm, submit_estimate, SubmitEstimate(estimate), "estimate it again")


@operation("quotation.write")
def change_rate(work: Work, key: int) -> None:
    """Change a protected field as a book that came from elsewhere would have it."""
    work.get(Quotation, key, "Quotation").rate = D("7.5")


def test_what_is_not_what_was_approved_is_not_sent(seat: Seat) -> None:
    firm = Firm(seat, 0, 0)
    key = quote(seat, offer_book(seat), rate=D(7))
    assert seat.perform(move_quotation, MoveQuotation(key, "submit", DAY)).value == "approved"
    seat.perform(change_rate, key)
    demand_refused(firm, move_quotation, MoveQuotation(key, "send", DAY), "is not what was approved any more")


def test_cargo_is_not_ready_before_its_goods_came_in(seat: Seat) -> None:
    """Section 1.6: CRD is not before the receipt; that of goods shipped directly is only dated by the ship (9.1)."""
    deal, lantern, _kit = buy(seat)
    seat.perform(receive_goods, ReceiveGoods(seat.ask(first_line, lantern), D(1200), ABOARD - 3 * _DAY))
    by_hand, direct = plan_shipment(seat, deal, kits="0"), plan_shipment(seat, deal, lanterns="0")
    for shipment in (by_hand, direct):
        depart(seat, shipment)
    early = MeetMilestone(by_hand, "CRD", ABOARD - 4 * _DAY)
    demand_refused(Firm(seat, deal.customer, 0), meet_milestone, early, "they were not ready before")
    for shipment in (by_hand, direct):
        day = ABOARD - 2 * _DAY  # noted late: the ship has left meanwhile
        seat.perform(meet_milestone, MeetMilestone(shipment, "CRD", day))
        rows = {row.code: row.actual_on for row in seat.ask(milestone_rows, shipment)}
        assert rows["CRD"] == day
