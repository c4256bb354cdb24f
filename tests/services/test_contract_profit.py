"""The result of a contract: its shipments and the costs it bears itself (domain.md sections 1.1, 12.5 and 16.4)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.shipping_kit import DAY, DEPOSIT, OPEN_ACCOUNT, Firm, start
from tradecrm.core.errors import NotAllowed, NotFound
from tradecrm.core.table import Table
from tradecrm.models import ContractLine
from tradecrm.reports.registry import report_table
from tradecrm.reports.walk import unlinked_figures, walk
from tradecrm.services.book import Seat
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.figures.contract_profit import contract_profit
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contracts import MoveContract, move_contract
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

D = Decimal


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def charged(firm: Firm) -> int:
    """Put a contract over 10,000 into effect whose deposit of 3,000 came less USD 30.01 at 7.00: 210.07."""
    contract = firm.contract(DEPOSIT, effective=False)
    kept = (Share(contract, D(3000)),)
    receipt = RecordReceipt(DAY, firm.customer, firm.account, D(3000), D("30.01"), D("7.00"), earmarks=kept)
    firm.seat.perform(record_receipt, receipt)
    firm.seat.perform(move_contract, MoveContract(contract, "effective", DAY))
    return contract


def first_line(reader: Reader, contract: int) -> int:
    return reader.session.scalars(select(ContractLine.id).where(ContractLine.contract_id == contract)).one()


def test_the_charge_on_a_deposit_is_shared_by_shipped_value(firm: Firm) -> None:
    """210.07 over 6,000 and 4,000: 126.04 and 84.03; before anything left it waits."""
    contract = charged(firm)
    waiting = firm.seat.ask(contract_profit, contract)
    assert (waiting.parts, waiting.waiting) == ((), D("210.07"))
    for quantity in (600, 400):
        shipment = firm.shipment(contract, quantity)
        firm.seat.perform(save_cost, SaveCost(shipment, "INL", "CNY", D(100)))
        firm.depart(shipment)
    found = firm.seat.ask(contract_profit, contract)
    assert [part.own_cost for part in found.parts] == [D("126.04"), D("84.03")]
    assert [part.profit for part in found.parts] == [D("41773.96"), D("27815.97")]
    assert (found.waiting, sum(part.profit for part in found.parts)) == (D(0), D("69589.93"))


def test_of_a_shared_shipment_a_contract_takes_its_part(firm: Firm) -> None:
    """4,000 of 10,000 on one invoice: 40 % of revenue 70,000.00 and of costs 100.01, the rest the other's (2.6)."""
    contracts = [firm.contract(OPEN_ACCOUNT), firm.contract(OPEN_ACCOUNT)]
    lines = [firm.seat.ask(first_line, contract) for contract in contracts]
    goods = (ShipmentLineDraft(lines[0], D(400)), ShipmentLineDraft(lines[1], D(600)))
    shipment = int(firm.seat.perform(save_shipment, SaveShipment(DAY, goods)).value)
    firm.seat.perform(save_cost, SaveCost(shipment, "INL", "CNY", D("100.01")))
    firm.depart(shipment)
    parts = [firm.seat.ask(contract_profit, contract).parts[0] for contract in contracts]
    assert [part.revenue for part in parts] == [D("28000.00"), D("42000.00")]
    assert [part.cost for part in parts] == [D("40.00"), D("60.01")]


def test_every_number_of_the_report_opens(firm: Firm) -> None:
    contract = charged(firm)
    before: Table = firm.seat.ask(report_table, "contract_profit", {"contract": contract})
    assert before.rows[0].cells[4] == D("210.07")
    firm.depart(firm.shipment(contract, 600))
    table: Table = firm.seat.ask(report_table, "contract_profit", {"contract": contract})
    for opened in (before, table):
        firm.seat.ask(walk, opened)
        assert unlinked_figures(opened) == []
    assert table.totals[0].cells[2:6] == (D("42000.00"), D(0), D("210.07"), D("41789.93"))
    assert "210.07, shared over the shipments" in table.notes[0]


def test_who_may_not_see_profit_or_the_contract_sees_nothing(firm: Firm) -> None:
    contract = charged(firm)
    clerk = firm.seat.book.seat(firm.seat.perform(add_person, AddPerson("Wu Fan", "sales")).value)
    with pytest.raises((NotAllowed, NotFound)):
        clerk.ask(report_table, "contract_profit", {"contract": contract})
