"""Closing a shipment and its contract: what stands against it, freezing, reopening (domain.md section 1.8)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.services.conftest import TODAY
from tests.services.shipping_kit import Firm, start
from tradecrm.models import SalesContract, Shipment
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approval_rules import LevelDraft, SaveRule, save_rule
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.checklist import SendDocuments, send_documents
from tradecrm.services.trade.closing import MarkSettled, closing_gaps, contract_gaps, mark_settled
from tradecrm.services.trade.contracts import MoveContract, move_contract
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.releases import AskRelease, ask_release
from tradecrm.services.work import Reader

CLOSE = "closed"
LEFT = TODAY - timedelta(days=40)


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def purchase(firm: Firm, shipment: int) -> int:
    """Enter the purchase with a rebate, estimated."""
    line = firm.seat.ask(_goods, shipment)
    command = SaveCost(
        shipment, "PUR", "CNY", Decimal(1_130), party_id=firm.customer, shipment_line_id=line,
        vat_rate=Decimal("0.13"), rebate_rate=Decimal("0.13"), rate=Decimal(1), status="estimated",
    )  # fmt: skip
    return int(firm.seat.perform(save_cost, command).value)


def _goods(reader: Reader, shipment_id: int) -> int:
    from sqlalchemy import select

    from tradecrm.models import ShipmentLine

    return reader.session.scalars(
        select(ShipmentLine.id).where(ShipmentLine.shipment_id == shipment_id)
    ).one()


def contract_state(reader: Reader, contract_id: int) -> str:
    return reader.session.get_one(SalesContract, contract_id).status


def pay(firm: Firm, invoice: int, amount: int = 10_000) -> None:
    share = (Share(invoice, Decimal(amount)),)
    firm.seat.perform(
        record_receipt,
        RecordReceipt(TODAY, firm.customer, firm.account, Decimal(amount), allocations=share),
    )


def test_every_gap_is_named_and_the_last_one_mended_closes_both(firm: Firm) -> None:
    contract = firm.contract()
    shipment = firm.shipment(contract)
    cost = purchase(firm, shipment)
    invoice = firm.depart(shipment, LEFT)
    firm.move(shipment, "arrived", day=TODAY - timedelta(days=29))

    def mend_delivery() -> None:
        firm.move(shipment, "delivered")

    def mend_papers() -> None:
        firm.seat.perform(send_documents, SendDocuments(shipment, TODAY))

    def mend_receivable() -> None:
        pay(firm, invoice)

    def mend_cost() -> None:
        firm.seat.perform(bill_cost, BillCost(cost, TODAY, rate=Decimal(1)))

    def mend_rebate() -> None:
        firm.seat.perform(mark_settled, MarkSettled(shipment, "received", no_further_bill=False))

    def mend_bills() -> None:
        firm.seat.perform(mark_settled, MarkSettled(shipment, "received", no_further_bill=True))

    steps = (
        ("is not delivered", mend_delivery),
        ("Papers not sent yet: Commercial invoice", mend_papers),
        ("still owes USD 10,000.00", mend_receivable),
        ("1 cost is still estimated", mend_cost),
        ("VAT rebate", mend_rebate),
        ("Bills of CNY 1,130.00 are not paid", mend_bills),
    )
    for words, mend in steps:
        said = firm.refused(move_shipment, MoveShipment(shipment, CLOSE, TODAY))
        assert words in said
        assert firm.status(shipment) != CLOSE
        mend()
        assert words not in " ".join(firm.seat.ask(closing_gaps, shipment))
    firm.move(shipment, CLOSE)
    assert firm.status(shipment) == CLOSE
    assert firm.seat.ask(contract_state, contract) == CLOSE


def closed(firm: Firm, contract: int, quantity: int | None = None) -> int:
    shipment = firm.shipment(contract, quantity)
    invoice = firm.depart(shipment, LEFT)
    pay(firm, invoice, (quantity or 1_000) * 10)
    firm.seat.perform(send_documents, SendDocuments(shipment, TODAY))
    firm.move(shipment, "arrived", day=TODAY - timedelta(days=30))
    firm.move(shipment, CLOSE)
    return shipment


def test_thirty_days_at_the_port_stand_for_delivery(firm: Firm) -> None:
    shipment = closed(firm, firm.contract())
    assert firm.seat.ask(lambda reader: reader.session.get_one(Shipment, shipment).closed_on) == TODAY


def test_a_contract_closes_with_its_last_shipment(firm: Firm) -> None:
    contract = firm.contract()
    closed(firm, contract, 400)
    assert firm.seat.ask(contract_state, contract) == "partly_shipped"
    second = firm.shipment(contract, 600)
    firm.depart(second)
    said = firm.refused(move_contract, MoveContract(contract, CLOSE, TODAY))
    assert "Shipments not closed yet" in said
    assert firm.seat.ask(contract_state, contract) == "shipped"


def test_open_lines_are_named(firm: Firm) -> None:
    contract = firm.contract()
    firm.shipment(contract, 400)
    gaps = firm.seat.ask(contract_gaps, contract)
    assert "1,000 pcs are neither shipped" in gaps[0]


def test_a_closed_shipment_keeps_its_result(firm: Firm) -> None:
    shipment = closed(firm, firm.contract())
    cost = SaveCost(shipment, "INL", "CNY", Decimal(1), party_id=firm.customer)
    assert "its result stands" in firm.refused(save_cost, cost)
    settled = MarkSettled(shipment, "none", no_further_bill=True)
    assert "its result stands" in firm.refused(mark_settled, settled)
    straight = MoveShipment(shipment, "delivered", TODAY)
    assert "Ask for a release" in firm.refused(move_shipment, straight)
    assert firm.status(shipment) == CLOSE


def test_reopening_is_approved_and_opens_the_contract_too(firm: Firm, book: Book) -> None:
    contract = firm.contract()
    shipment = closed(firm, contract)
    admin = book.seat(firm.seat.perform(add_person, AddPerson("Gu Min", "finance")).value)
    level = (LevelDraft("finance"),)
    firm.seat.perform(save_rule, SaveRule("release", "reopen", True, "", level, 0))
    firm.seat.perform(ask_release, AskRelease("reopen", "A bill came late", shipment_id=shipment))
    assert firm.status(shipment) == CLOSE
    request = firm.seat.ask(_request)
    admin.perform(decide, Decide(request, "approve"))
    assert firm.status(shipment) == "arrived"
    assert firm.seat.ask(contract_state, contract) == "shipped"


def _request(reader: Reader) -> int:
    from sqlalchemy import select

    from tradecrm.models import ApprovalRequest

    return reader.session.scalars(select(ApprovalRequest.id)).all()[-1]
