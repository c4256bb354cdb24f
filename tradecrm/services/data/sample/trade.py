"""How a deal of the sample book goes: contract, deposit, production, shipments with their costs, closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.money import round_money, round_to
from tradecrm.models import ContractLine, CostLine, SalesContract, Shipment
from tradecrm.services.data.sample.claims import settle_rebate
from tradecrm.services.data.sample.collect import collect_deposit, expect_money
from tradecrm.services.data.sample.firm import SAMPLE_DAY, Bill, Firm
from tradecrm.services.data.sample.letters import open_letter
from tradecrm.services.data.sample.plan import (
    FCL_FROM,
    Deal,
    local_costs,
    ocean_freight,
    split_parts,
    workday,
)
from tradecrm.services.data.sample.stock import Customer
from tradecrm.services.trade.checklist import SendDocuments, send_documents
from tradecrm.services.trade.closing import closing_gaps
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.costs import (
    BillCost,
    KeepEstimate,
    SaveCost,
    bill_cost,
    keep_estimate,
    save_cost,
)
from tradecrm.services.trade.departure import (
    DepartShipment,
    SendBlCopy,
    depart_shipment,
    send_bl_copy,
)
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.presentations import (
    MovePresentation,
    PresentDocuments,
    move_presentation,
    present_documents,
)
from tradecrm.services.trade.shipment_purchases import AddPurchases, add_purchases
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Work

D = Decimal
_VESSELS = (
    ("COSCO SHIPPING", "COSCO SHIPPING ARIES"),
    ("OOCL", "OOCL HONG KONG"),
    ("MSC", "MSC OSCAR"),
    ("CMA CGM", "CMA CGM MARCO POLO"),
    ("Evergreen", "EVER GIVEN"),
    ("ONE", "ONE APUS"),
)
_REBATE_DAYS = 120
_BEFORE = (("booked", 13), ("cargo_ready", 6), ("loaded", 4), ("declared", 2))


def _after(day: date, days: int) -> date:
    return workday(day + timedelta(days=days))


@dataclass(slots=True)
class Trade:
    """One deal under way: its contract and how much of it is gone."""

    firm: Firm
    deal: Deal
    contract: int = 0
    number: str = ""

    @property
    def buyer(self) -> Customer:
        """Answer the customer as the sample tells of it."""
        return self.firm.buyers[self.deal.customer]

    @property
    def customer(self) -> int:
        """Answer the customer's id."""
        return self.firm.customers[self.deal.customer]

    def start(self) -> None:
        """Note the first step in the diary."""
        self.firm.diary.at(workday(self.deal.day), self.draw_up)

    def draw_up(self, work: Work, day: date) -> None:
        """Write the contract as a draft; it is signed within the week."""
        buyer, firm = self.buyer, self.firm
        cif = buyer.incoterm == "CIF"
        command = SaveContract(
            customer_id=self.customer,
            day=day,
            currency=buyer.currency,
            incoterm=buyer.incoterm,
            incoterm_place=buyer.place,
            terms=buyer.terms,
            lines=tuple(
                ContractLineDraft(
                    firm.products[line.goods.code],
                    line.goods.name_en,
                    line.quantity,
                    line.price,
                    unit=line.goods.unit,
                    description_cn=line.goods.name_cn,
                    item_no=line.goods.code,
                    specification=line.goods.specification,
                    hs_code=line.goods.hs_code,
                    rebate_rate=line.goods.rebate,
                )
                for line in self.deal.lines
            ),
            port_of_loading="Ningbo, China",
            port_of_discharge=buyer.place if cif else "",
            latest_shipment=day + timedelta(days=75 + 30 * self.deal.parts),
            packing=firm.words["packing"],
            marks=f"{buyer.name.split()[0].upper()}\n{buyer.place.upper() if cif else buyer.city.upper()}\nC/NO. 1-UP",
            customer_po=f"PO-{firm.rng.randint(10400, 98700)}",
            bank_account_id=firm.account(buyer.currency),
        )
        self.contract = save_contract.within(work, command)
        self.number = work.session.get_one(SalesContract, self.contract).number
        firm.diary.at(_after(day, firm.rng.randint(3, 7)), self.sign)

    def sign(self, work: Work, day: date) -> None:
        """Sign it; without a deposit it takes effect at once, with one it waits for the money."""
        self._move(work, "signed", day)
        due = work.session.get_one(SalesContract, self.contract).deposit_due
        if due == 0:
            wait = 10 if self.buyer.terms.startswith("LC") else 1
            self.firm.diary.at(_after(day, wait), self.take_effect)
            return
        # Who ordered lately takes time to pay, so that contracts wait for their deposit today.
        wait = self.firm.rng.randint(4, 13) + (25 if (SAMPLE_DAY - day).days < 30 else 0)
        self.firm.diary.at(_after(day, wait), self.deposit)

    def deposit(self, work: Work, day: date) -> None:
        """Receive the deposit and put the contract into effect."""
        due = work.session.get_one(SalesContract, self.contract).deposit_due
        collect_deposit(self.firm, work, day, self.deal.customer, self.contract, self.number, due)
        self.take_effect(work, day)

    def take_effect(self, work: Work, day: date) -> None:
        """Put the contract into effect and plan its shipments; on L/C terms its letter of credit has come."""
        if self.buyer.terms.startswith("LC"):
            open_letter(work, work.session.get_one(SalesContract, self.contract), self.buyer, day)
        self._move(work, "effective", day)
        leaves = day + timedelta(days=self.firm.rng.randint(30, 48))
        for part in range(self.deal.parts):
            Voyage(self, part, leaves).start(day)
            leaves += timedelta(days=self.firm.rng.randint(20, 30))

    def _move(self, work: Work, target: str, day: date) -> None:
        move_contract.within(work, MoveContract(self.contract, target, day))


@dataclass(slots=True)
class Voyage:
    """One shipment of a deal."""

    trade: Trade
    part: int
    leaves: date
    shipment: int = 0
    invoice: int = 0
    forwarder: str = "W1"

    @property
    def firm(self) -> Firm:
        """Answer the firm."""
        return self.trade.firm

    def start(self, earliest: date) -> None:
        """Note the planning in the diary."""
        planned = max(earliest + timedelta(days=2), self.leaves - timedelta(days=24))
        self.firm.diary.at(workday(planned), self.plan)

    def plan(self, work: Work, day: date) -> None:
        """Plan the shipment with its estimated costs, and note its steps."""
        trade, firm = self.trade, self.firm
        deal = trade.deal
        parts = [
            split_parts(line.quantity, line.goods.per_carton, deal.parts)[self.part] for line in deal.lines
        ]
        volume = sum((n * line.goods.volume for n, line in zip(parts, deal.lines, strict=True)), D(0))
        ids = work.session.scalars(
            select(ContractLine.id)
            .where(ContractLine.contract_id == trade.contract)
            .order_by(ContractLine.position)
        )
        self.forwarder = "W2" if firm.chance(25) else "W1"
        carrier, vessel = firm.rng.choice(_VESSELS)
        air = deal.trouble == "air" and self.part == 0
        command = SaveShipment(
            day,
            tuple(ShipmentLineDraft(key, n) for key, n in zip(ids, parts, strict=True) if n > 0),
            mode="FCL" if volume >= FCL_FROM else "LCL",
            forwarder_id=firm.suppliers[self.forwarder],
            carrier=carrier,
            vessel=vessel,
            voyage=f"{firm.rng.randint(11, 89):03d}W",
            booking_no=str(firm.rng.randint(2_600_000_000, 2_799_999_999)),
            etd=self.leaves,
            eta=self.leaves + timedelta(days=trade.buyer.transit),
        )
        self.shipment = save_shipment.within(work, command)
        add_purchases.within(work, AddPurchases(self.shipment))
        self._estimate(work, volume, "" if not air else "AIR")
        keep_estimate.within(work, KeepEstimate(self.shipment))
        for target, days in _BEFORE:
            step = max(self.leaves - timedelta(days=days), day)
            firm.diary.at(step, lambda w, at, target=target: self._move(w, target, at))  # type: ignore[misc]
        firm.diary.at(max(self.leaves - timedelta(days=3), day), self._bill_goods)
        firm.diary.at(self.leaves + timedelta(days=firm.rng.choice((0, 0, 1, 2))), self.depart)

    def _estimate(self, work: Work, volume: Decimal, trouble: str) -> None:
        """Write the costs expected; freight and insurance where the price includes them (section 2.8)."""
        firm, buyer = self.firm, self.trade.buyer
        ports = f"Ningbo – {buyer.place}"
        for category, party, amount in local_costs(volume):
            payee = self.forwarder if party == "W1" else party
            self._cost(work, category, payee, "CNY", amount, firm.words[category])
        if buyer.incoterm != "CIF":
            return
        freight = ocean_freight(buyer, volume)
        self._cost(work, "FRT", self.forwarder, "USD", freight, firm.words["FRT"].format(ports=ports))
        if trouble == "AIR":
            # Late goods of a fair: a part goes by air at the firm's expense, which eats the profit.
            air = round_to(self._goods_value(work) * D("0.30"), 0)
            self._cost(work, "FRT", "W3", "USD", air, firm.words["AIR"].format(ports=ports))
        premium = round_money(self._goods_value(work) * D("1.1") * D("0.0015"), "USD")
        self._cost(work, "INS", "V3", "USD", max(premium, D(12)), firm.words["INS"])

    def _goods_value(self, work: Work) -> Decimal:
        """Answer about what the goods of the shipment cost, in USD."""
        costs = work.session.scalars(
            select(CostLine.amount).where(CostLine.shipment_id == self.shipment, CostLine.category == "PUR")
        )
        return sum(costs, D(0)) / 7

    def _cost(self, work: Work, category: str, party: str, currency: str, amount: Decimal, text: str) -> int:
        command = SaveCost(
            self.shipment,
            category,
            currency,
            amount,
            party_id=self.firm.suppliers[party],
            description=text,
        )
        return save_cost.within(work, command)

    def _bill_goods(self, work: Work, day: date) -> None:
        """Enter the factories' bills, due a month later."""
        for line in self._unbilled(work):
            if line.category == "PUR":
                self._bill(work, line, day, line.amount, 30)

    def _bill_services(self, work: Work, day: date) -> None:
        """Enter the bills of forwarder, haulier, broker and insurer; they stray a little from the estimate."""
        for line in self._unbilled(work):
            if line.category == "CLM":
                continue
            stray = self.firm.rng.randint(96, 105) + (12 if self.firm.chance(8) else 0)
            amount = round_to(line.amount * stray / 100, 0) if line.category != "INS" else line.amount
            self._bill(work, line, day, amount, 30)

    def _unbilled(self, work: Work) -> list[CostLine]:
        statement = select(CostLine).where(
            CostLine.shipment_id == self.shipment, CostLine.item_id.is_(None), CostLine.receipt_id.is_(None)
        )
        return list(work.session.scalars(statement.order_by(CostLine.id)))

    def _bill(self, work: Work, line: CostLine, day: date, amount: Decimal, days: int) -> None:
        firm = self.firm
        due = day + timedelta(days=days)
        number = f"{'FP' if line.category == 'PUR' else 'DN'}{firm.rng.randint(10_000_000, 99_999_999)}"
        item = bill_cost.within(work, BillCost(line.id, day, number, amount, due_on=due))
        late = firm.rng.randint(15, 60) if firm.chance(6) else 0
        if not firm.stays_open("AP", due):
            firm.bills.append(Bill(due + timedelta(days=late), line.party_id or 0, line.currency, item))

    def depart(self, work: Work, day: date) -> None:
        """Let the goods leave: revenue and receivable are posted, what follows is noted."""
        firm, trade = self.firm, self.trade
        bl_no = f"NGB{firm.rng.randint(10_000_000, 99_999_999)}"
        self.invoice = depart_shipment.within(work, DepartShipment(self.shipment, day, bl_no))
        firm.diary.at(_after(day, 7), self._bill_services)
        terms = trade.buyer.terms
        paper = day
        if "BL_COPY" in terms:
            paper = _after(day, firm.rng.randint(4, 8))
            firm.diary.at(paper, self._send_copy)
        firm.diary.at(_after(day, 10), self._send_papers)
        if terms.startswith(("LC", "DP", "DA")):
            firm.diary.at(_after(day, 11), self._present)
            paper = _after(day, 17)
            firm.diary.at(paper, self._seen)
        if trade.deal.trouble == "claim" and self.part == 0:
            firm.diary.at(_after(day, trade.buyer.transit + 12), self._claim)
        expect_money(firm, work, paper, trade.deal.customer, self.invoice)
        arrives = day + timedelta(days=trade.buyer.transit + firm.rng.randint(-1, 4))
        firm.diary.at(arrives, lambda w, at: self._move(w, "arrived", at))
        firm.diary.at(_after(arrives, 4), lambda w, at: self._move(w, "delivered", at))
        firm.diary.at(_after(arrives, 40), self._close)

    def _send_copy(self, work: Work, day: date) -> None:
        send_bl_copy.within(work, SendBlCopy(self.shipment, day))

    def _send_papers(self, work: Work, day: date) -> None:
        send_documents.within(work, SendDocuments(self.shipment, day))

    def _present(self, work: Work, day: date) -> None:
        present_documents.within(work, PresentDocuments(self.shipment, day))

    def _seen(self, work: Work, day: date) -> None:
        move_presentation.within(work, MovePresentation(self.shipment, "sight", day))

    def _claim(self, work: Work, day: date) -> None:
        """Settle a claim for broken goods: a cost of the shipment, owed to the customer."""
        shipment = work.session.get_one(Shipment, self.shipment)
        amount = round_to(shipment.total * D("0.28"), 0)
        command = SaveCost(
            self.shipment,
            "CLM",
            shipment.currency,
            amount,
            party_id=self.trade.customer,
            description=self.firm.words["CLM"],
        )
        line = work.session.get_one(CostLine, save_cost.within(work, command))
        self._bill(work, line, day, amount, 14)

    def _close(self, work: Work, day: date) -> None:
        """Close the shipment once nothing stands against it; look again a month later while something does."""
        gaps = closing_gaps(work, self.shipment)
        if gaps and (day - self.leaves).days > _REBATE_DAYS:
            settle_rebate(work, self.shipment, self.firm.account("CNY"), day)
            gaps = closing_gaps(work, self.shipment)
        if gaps:
            self.firm.diary.at(_after(day, 30), self._close)
        else:
            self._move(work, "closed", day)

    def _move(self, work: Work, target: str, day: date) -> None:
        move_shipment.within(work, MoveShipment(self.shipment, target, day))
