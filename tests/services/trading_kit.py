"""A small firm at work, made through the operations: deposit, shipment, invoice, costs, receipt, bill, payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.services.conftest import TODAY
from tests.services.scenes import played_once
from tradecrm.core.presets import preset_terms
from tradecrm.core.rates import RateType
from tradecrm.core.terms import encode_terms
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import ContactDraft, SaveParty, save_party
from tradecrm.services.money.accounts import MakeTransfer, OpenAccount, make_transfer, open_account
from tradecrm.services.money.allocations import Allocate, Unallocate, allocate, unallocate
from tradecrm.services.money.payments import RecordPayment, record_payment
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

DAY = TODAY - timedelta(days=40)


@dataclass(frozen=True)
class Deal:
    """The records of the small firm, by their ids."""

    customer: int
    factory: int
    product: int
    contract: int
    shipment: int
    invoice: int
    allocation: int


def rates(seat: Seat) -> None:
    for kind in (RateType.MID, RateType.BUY, RateType.SELL):
        for back in range(0, 49, 7):
            seat.perform(save_rate, SaveRate(kind, "USD", TODAY - timedelta(days=back), "7.12", "bank"))
    seat.perform(save_rate, SaveRate(RateType.BUDGET, "USD", date(TODAY.year, 1, 1), "7.1", "firm"))


def line_of(reader: Reader, contract_id: int) -> int:
    from sqlalchemy import select

    from tradecrm.models import ContractLine

    return reader.session.scalars(
        select(ContractLine.id).where(ContractLine.contract_id == contract_id)
    ).one()


@played_once
def trade(seat: Seat) -> Deal:
    """Draw up a contract over 1,000 lamps, take its deposit, ship 600, bill, collect and pay."""
    rates(seat)
    opened = TODAY - timedelta(days=48)
    cny = seat.perform(open_account, OpenAccount("CNY", "BANK", "CNY", opened, Decimal(90_000))).value
    usd = seat.perform(open_account, OpenAccount("USD", "BANK", "USD", opened)).value
    customer = seat.perform(
        save_party,
        SaveParty(name="Kern Tool Corp.", country="DE", tax_no="DE1", contacts=(ContactDraft("Anna Weiß"),)),
    ).value
    factory = seat.perform(
        save_party, SaveParty(name="宁波明灯厂", is_customer=False, is_supplier=True, country="CN")
    ).value
    product = seat.perform(save_product, SaveProduct("L-1", "Desk lamp", "台灯", supplier_id=factory)).value
    line = ContractLineDraft(product, "Desk lamp", Decimal(1000), Decimal("12.40"), cost=Decimal(60))
    contract = seat.perform(
        save_contract,
        SaveContract(
            customer, DAY, "USD", "FOB", "Ningbo", encode_terms(preset_terms("TT_30_70")), (line,),
            customer_po="PO-881",
        ),
    ).value  # fmt: skip
    seat.perform(move_contract, MoveContract(contract, "signed", DAY))
    deposit = RecordReceipt(DAY, customer, usd, Decimal(3720), earmarks=(Share(contract, Decimal(3720)),))
    seat.perform(record_receipt, deposit)
    seat.perform(move_contract, MoveContract(contract, "effective", DAY))
    goods = (ShipmentLineDraft(seat.ask(line_of, contract), Decimal(600)),)
    shipment = seat.perform(save_shipment, SaveShipment(DAY, goods, etd=TODAY + timedelta(days=3))).value
    cost = seat.perform(save_cost, SaveCost(shipment, "INL", "CNY", Decimal(1200), party_id=factory)).value
    invoice = seat.perform(depart_shipment, DepartShipment(shipment, DAY + timedelta(days=10), "BL7")).value
    paid = RecordReceipt(
        DAY + timedelta(days=20),
        customer,
        usd,
        Decimal(2000),
        Decimal(20),
        allocations=(Share(invoice, Decimal(2000)),),
    )
    seat.perform(record_receipt, paid)
    more = RecordReceipt(DAY + timedelta(days=25), customer, usd, Decimal(500), payer="Kern Holding")
    seat.perform(record_receipt, more)
    credit = seat.ask(last_credit)
    allocation = seat.perform(allocate, Allocate(invoice, credit, Decimal(300))).value
    seat.perform(unallocate, Unallocate(allocation))
    seat.perform(allocate, Allocate(invoice, credit, Decimal(200)))
    bill = seat.perform(bill_cost, BillCost(cost, DAY + timedelta(days=12), "F-1")).value
    seat.perform(
        record_payment,
        RecordPayment(
            DAY + timedelta(days=15), factory, cny, Decimal(1200), allocations=(Share(bill, Decimal(1200)),)
        ),
    )
    exchange = MakeTransfer(DAY + timedelta(days=26), usd, cny, Decimal(1000), Decimal(7110))
    seat.perform(make_transfer, exchange)
    return Deal(customer, factory, product, contract, shipment, invoice, allocation)


def last_credit(reader: Reader) -> int:
    from sqlalchemy import select

    from tradecrm.models import Item

    credits_ = select(Item.id).where(Item.side == "AR", Item.kind == "RCT").order_by(Item.id.desc()).limit(1)
    return reader.session.scalars(credits_).one()
