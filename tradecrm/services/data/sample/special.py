"""What is out of the ordinary at the sample firm: a factory's goods it exports for a fee, and goods that came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Select, select

from tradecrm.core.agency import Agency
from tradecrm.core.money import round_money
from tradecrm.models import ContractLine, CostLine, Item, SalesContract, Shipment, ShipmentLine
from tradecrm.services.data.sample.claims import EXAMPLE
from tradecrm.services.data.sample.firm import SAMPLE_DAY, Firm
from tradecrm.services.data.sample.plan import workday
from tradecrm.services.data.sample.stock import Goods, goods
from tradecrm.services.money.payments import RecordPayment, record_payment
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.checklist import SendDocuments, send_documents
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.departure import DepartShipment, SendBlCopy, depart_shipment, send_bl_copy
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.return_costs import SUPPLIER_FATE
from tradecrm.services.trade.returns import (
    ReceiveReturn,
    ReturnLineDraft,
    SaveReturn,
    receive_return,
    save_return,
)
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Work, operation

D = Decimal
_NUMBER = "AE-26001"
_FEE = D("0.03")
_PRICE, _CARTONS = D("3.10"), 50
_GONE = date(2026, 10, 9)
_RETURNED = workday(SAMPLE_DAY - timedelta(days=3))
_AWAY = 60
"""Days, at least, that goods are on their way to a customer and back."""


def export_for_factory(firm: Firm) -> None:
    """Note in the diary what the firm does for a factory that exports through it."""
    buyer = next(
        place
        for place, each in enumerate(firm.buyers)
        if (each.currency, each.incoterm) == ("USD", "FOB") and "P30@ORDER" in each.terms
    )
    deal = Entrusted(firm, buyer, goods()[0])
    for day, step in (
        (date(2026, 8, 31), deal.draw_up),
        (date(2026, 9, 4), deal.take_effect),
        (date(2026, 9, 21), deal.plan),
        (date(2026, 9, 24), deal.book),
        (date(2026, 10, 6), deal.load),
        (_GONE, deal.depart),
        (date(2026, 10, 14), deal.send_papers),
        (date(2026, 10, 21), deal.collect),
        (date(2026, 11, 4), deal.pay_factory),
    ):
        firm.diary.at(day, step)


@dataclass(slots=True)
class Entrusted:
    """A contract that the firm carries out for a factory without the right to export, for a fee."""

    firm: Firm
    customer: int
    goods: Goods
    contract: int = 0
    shipment: int = 0
    invoice: int = 0

    @property
    def quantity(self) -> Decimal:
        """Answer the pieces, in full cartons."""
        return self.goods.per_carton * _CARTONS

    def draw_up(self, work: Work, day: date) -> None:
        """Write and sign the contract with the factory's customer."""
        firm = self.firm
        line = ContractLineDraft(
            firm.products[self.goods.code],
            self.goods.name_en,
            self.quantity,
            _PRICE,
            unit=self.goods.unit,
            description_cn=self.goods.name_cn,
            item_no=self.goods.code,
            specification=self.goods.specification,
            hs_code=self.goods.hs_code,
            rebate_rate=self.goods.rebate,
        )
        command = SaveContract(
            firm.customers[self.customer],
            day,
            "USD",
            "FOB",
            "Ningbo",
            "TT;P30@ORDER;B@BL_COPY+7D",
            (line,),
            number=_NUMBER,
            port_of_loading="Ningbo, China",
            latest_shipment=_GONE + timedelta(days=20),
            packing=firm.words["packing"],
            bank_account_id=firm.account("USD"),
            agency=Agency.AS_AGENT.value,
            agency_party_id=firm.suppliers[self.goods.supplier],
            agency_fee_rate=_FEE,
        )
        self.contract = save_contract.within(work, command)
        move_contract.within(work, MoveContract(self.contract, "signed", day))

    def take_effect(self, work: Work, day: date) -> None:
        """Receive the deposit; the contract is in force."""
        amount = work.session.get_one(SalesContract, self.contract).deposit_due
        self._receive(work, day, amount, earmarks=(Share(self.contract, amount),), words="deposit")
        move_contract.within(work, MoveContract(self.contract, "effective", day))

    def plan(self, work: Work, day: date) -> None:
        """Plan the one shipment."""
        line = work.session.scalars(
            select(ContractLine.id).where(ContractLine.contract_id == self.contract)
        ).one()
        command = SaveShipment(
            day,
            (ShipmentLineDraft(line, self.quantity),),
            number=f"SH-{_NUMBER}",
            mode="LCL",
            forwarder_id=self.firm.suppliers["W1"],
            carrier="COSCO SHIPPING",
            vessel="COSCO SHIPPING ARIES",
            voyage="041W",
            etd=_GONE,
            eta=_GONE + timedelta(days=self.firm.buyers[self.customer].transit),
        )
        self.shipment = save_shipment.within(work, command)

    def book(self, work: Work, day: date) -> None:
        """Book the space; the factory has the goods ready."""
        self._move(work, day, "booked", "cargo_ready")

    def load(self, work: Work, day: date) -> None:
        """Load and declare the goods."""
        self._move(work, day, "loaded", "declared")

    def depart(self, work: Work, day: date) -> None:
        """Let the goods leave: the fee is the revenue, all else is owed to the factory."""
        self.invoice = depart_shipment.within(
            work, DepartShipment(self.shipment, day, "NGB26100917", f"CI-{_NUMBER}")
        )
        arrives = day + timedelta(days=self.firm.buyers[self.customer].transit)
        for target, at in (("arrived", arrives), ("delivered", workday(arrives + timedelta(days=4)))):
            self.firm.diary.at(at, lambda w, on, to=target: self._move(w, on, to))  # type: ignore[misc]

    def send_papers(self, work: Work, day: date) -> None:
        """Send the papers; the balance waits for the copy of the bill of lading."""
        send_bl_copy.within(work, SendBlCopy(self.shipment, day))
        send_documents.within(work, SendDocuments(self.shipment, day))

    def collect(self, work: Work, day: date) -> None:
        """Receive the balance."""
        amount = work.session.get_one(Item, self.invoice).open_amount
        self._receive(work, day, amount, allocations=(Share(self.invoice, amount),), words="balance")

    def pay_factory(self, work: Work, day: date) -> None:
        """Pay the factory a first part of what was collected for it; the rest is still owed."""
        owed = work.session.scalars(
            select(Item).where(Item.shipment_id == self.shipment, Item.side == "AP", Item.open_amount > 0)
        ).one()
        amount = round_money(owed.open_amount * D("0.7"), owed.currency)
        command = RecordPayment(
            day, owed.party_id, self.firm.account("USD"), amount, allocations=(Share(owed.id, amount),)
        )
        record_payment.within(work, command)

    def _move(self, work: Work, day: date, *targets: str) -> None:
        for target in targets:
            move_shipment.within(work, MoveShipment(self.shipment, target, day))

    def _receive(
        self,
        work: Work,
        day: date,
        amount: Decimal,
        words: str,
        *,
        earmarks: tuple[Share, ...] = (),
        allocations: tuple[Share, ...] = (),
    ) -> None:
        firm = self.firm
        command = RecordReceipt(
            day,
            firm.customers[self.customer],
            firm.account("USD"),
            amount,
            earmarks=earmarks,
            allocations=allocations,
            payer=firm.buyers[self.customer].name,
            reference=firm.words[words].format(number=_NUMBER),
        )
        record_receipt.within(work, command)


@operation("receipt.write")
def take_goods_back(work: Work, firm: Firm) -> None:
    """Take back some cartons that a customer refused: credited, claimed from the factory, their rebate given back."""
    shipment = work.session.scalars(_returnable()).first()
    if shipment is None:
        return
    line = work.session.scalars(
        select(ShipmentLine).where(ShipmentLine.shipment_id == shipment.id).order_by(ShipmentLine.position)
    ).first()
    assert line is not None
    sold = work.session.get_one(ContractLine, line.contract_line_id)
    quantity = min(line.quantity, (sold.per_carton or D(1)) * 4)
    command = SaveReturn(
        shipment.id,
        workday(_RETURNED - timedelta(days=2)),
        (ReturnLineDraft(line.id, quantity),),
        firm.words["returned"],
        SUPPLIER_FATE,
    )
    paper = save_return.within(work, command)
    receive_return.within(work, ReceiveReturn(paper, _RETURNED))


def _returnable() -> Select[Shipment]:
    """Answer the shipments in USD that are delivered and whose goods had the time to come back, the latest first."""
    unbilled = select(CostLine.shipment_id).where(CostLine.category == "PUR", CostLine.item_id.is_(None))
    bought = select(CostLine.shipment_id).where(CostLine.category == "PUR")
    return (
        select(Shipment)
        .where(
            Shipment.status == "delivered",
            Shipment.currency == "USD",
            Shipment.number != EXAMPLE,
            Shipment.departed_on <= _RETURNED - timedelta(days=_AWAY),
            Shipment.id.in_(bought),
            Shipment.id.not_in(unbilled),
        )
        .order_by(Shipment.departed_on.desc(), Shipment.id)
        .limit(1)
    )
