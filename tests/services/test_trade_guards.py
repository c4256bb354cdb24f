"""Guards of the trade that stand nowhere else: each refuses in words, and the book stays as it was (1.3-1.7, 5, 6)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import DAY, Firm, start
from tests.services.test_letters_of_credit import letter
from tradecrm.models import ContractLine, CostLine, Shipment, ShipmentLine
from tradecrm.models.base import Base
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.trade.bills_of_lading import SaveBill, save_bill
from tradecrm.services.trade.contracts import MoveContract, move_contract
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.trade.credit import SaveCreditTerms, save_credit_terms
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.letters import save_letter
from tradecrm.services.trade.moving import SaveShippingData, save_shipping_data
from tradecrm.services.trade.releases import AskRelease, ask_release
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Operation, Reader

D = Decimal


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
