"""A contract in force and a shipment of it, made through the operations, for the gates of shipping."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.scenes import played_once
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.models import ContractLine, Item, Shipment
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Operation, Reader

OPEN_ACCOUNT = "OA;P100@BL+30D"
DEPOSIT = "TT;P30@ORDER;B@BL_COPY+7D"
BEFORE = "TT;P100@BEFORE_SHIP"
CREDIT_SIGHT = "LC;P100@SIGHT+7W"
COLLECTION = "DA;P100@ACCEPT+90D"
DAY = TODAY - timedelta(days=30)


@dataclass(frozen=True)
class Firm:
    """A seat with a customer and a dollar account."""

    seat: Seat
    customer: int
    account: int

    def contract(self, terms: str = OPEN_ACCOUNT, total: int = 10_000, *, effective: bool = True) -> int:
        """Draw up a contract over lamps at 10 dollars and put it into effect."""
        line = ContractLineDraft(None, "Lamp", Decimal(total) / 10, Decimal(10), cost=Decimal(40))
        command = SaveContract(
            self.customer, DAY, "USD", "FOB", "Ningbo", terms, (line,), port_of_loading="Ningbo"
        )
        contract = int(self.seat.perform(save_contract, command).value)
        self.seat.perform(move_contract, MoveContract(contract, "signed", DAY))
        if effective:
            self.seat.perform(move_contract, MoveContract(contract, "effective", DAY))
        return contract

    def pay(self, amount: int, contract: int) -> None:
        """Record money that is kept for a contract."""
        share = (Share(contract, Decimal(amount)),)
        self.seat.perform(
            record_receipt,
            RecordReceipt(DAY, self.customer, self.account, Decimal(amount), earmarks=share),
        )

    def shipment(self, contract: int, quantity: int | None = None, mode: str = "FCL") -> int:
        """Plan a shipment of a contract, whole or in part."""
        line, ordered = self.seat.ask(_line, contract)
        goods = (ShipmentLineDraft(line, Decimal(quantity) if quantity else ordered),)
        etd = TODAY + timedelta(days=10)
        command = SaveShipment(DAY, goods, mode=mode, etd=etd, eta=etd + timedelta(days=30))
        return int(self.seat.perform(save_shipment, command).value)

    def move(self, shipment: int, *targets: str, day: date | None = None) -> None:
        """Take a shipment through states."""
        for target in targets:
            self.seat.perform(move_shipment, MoveShipment(shipment, target, day or TODAY))

    def ready(self, contract: int, quantity: int | None = None) -> int:
        """Plan a shipment and bring it to the point of loading."""
        shipment = self.shipment(contract, quantity)
        self.move(shipment, "booked", "cargo_ready")
        return shipment

    def depart(self, shipment: int, day: date = TODAY) -> int:
        """Let a shipment leave; answers its receivable."""
        return int(self.seat.perform(depart_shipment, DepartShipment(shipment, day, "BL1")).value)

    def status(self, shipment: int) -> str:
        """Answer the state of a shipment."""
        return self.seat.ask(_status, shipment)

    def refused(self, operation: Operation[Any, Any], command: object) -> str:
        """Perform what must be refused; answers its sentences."""
        try:
            self.seat.perform(operation, command)
        except Refusal as refusal:
            return str(refusal)
        raise AssertionError("it was not refused")


def start(seat: Seat) -> Firm:
    """Make a customer, an account and rates."""
    return Firm(seat, *_started(seat))


@played_once
def _started(seat: Seat) -> tuple[int, int]:
    for kind in (RateType.MID, RateType.BUY, RateType.SELL):
        for back in range(0, 70, 7):
            seat.perform(save_rate, SaveRate(kind, "USD", TODAY - timedelta(days=back), "7.00", "bank"))
    seat.perform(save_rate, SaveRate(RateType.BUDGET, "USD", date(TODAY.year, 1, 1), "7", "firm"))
    account = seat.perform(open_account, OpenAccount("USD", "BANK", "USD", DAY)).value
    customer = seat.perform(save_party, SaveParty(name="Veld B.V.", country="NL")).value
    return customer, account


def _line(reader: Reader, contract_id: int) -> tuple[int, Decimal]:
    row = reader.session.execute(
        select(ContractLine.id, ContractLine.quantity).where(ContractLine.contract_id == contract_id)
    ).one()
    return row[0], row[1]


def _status(reader: Reader, shipment_id: int) -> str:
    return reader.session.get_one(Shipment, shipment_id).status


def invoices(reader: Reader) -> int:
    """Answer how many receivables are posted."""
    return len(reader.session.scalars(select(Item.id).where(Item.kind == "INV")).all())
