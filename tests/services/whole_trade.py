"""T1 of domain.md section 1.9 from inquiry to closing, each step made from the one before; nothing typed twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.clock import FixedClock
from tradecrm.core.presets import preset_terms
from tradecrm.core.rates import RateType
from tradecrm.core.terms import encode_terms
from tradecrm.models import ContractLine, CostLine, Item, PurchaseLine, PurchaseLink, Quotation, ShipmentLine
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import save_party
from tradecrm.services.data.sample.running_example import _FORWARDER, Cast, _cast, _enter_rates
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.payments import RecordPayment, record_payment
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.checklist import SendDocuments, send_documents
from tradecrm.services.trade.closing import MarkSettled, mark_settled
from tradecrm.services.trade.contracts import MoveContract, move_contract
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.departure import DepartShipment, SendBlCopy, depart_shipment, send_bl_copy
from tradecrm.services.trade.estimate_card import contract_estimate
from tradecrm.services.trade.estimates import (
    SaveEstimate,
    SubmitEstimate,
    save_estimate,
    submit_estimate,
)
from tradecrm.services.trade.freight import (
    InviteDraft,
    MakeFreightInquiry,
    SaveFreightInquiry,
    SendFreightInquiry,
    make_freight_inquiry,
    save_freight_inquiry,
    send_freight_inquiry,
)
from tradecrm.services.trade.freight_bills import (
    BillLineDraft,
    PostFreightBill,
    SaveFreightBill,
    post_freight_bill,
    save_freight_bill,
)
from tradecrm.services.trade.freight_card import inquiry_draft
from tradecrm.services.trade.freight_choice import BookFreight, ChooseQuote, book_freight, choose_quote
from tradecrm.services.trade.freight_quotes import ChargeDraft, SaveFreightQuote, save_freight_quote
from tradecrm.services.trade.inquiries import (
    InquiryLineDraft,
    QuotationOfInquiry,
    SaveInquiry,
    quotation_of_inquiry,
    save_inquiry,
)
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.purchase_bills import BillPurchase, bill_purchase
from tradecrm.services.trade.purchase_moves import MovePurchase, move_purchase
from tradecrm.services.trade.purchase_split import SplitContract, split_contract
from tradecrm.services.trade.quotation_makes import ContractOfQuotation, contract_of_quotation
from tradecrm.services.trade.quotation_moves import MoveQuotation, move_quotation
from tradecrm.services.trade.quotations import SaveQuotation, quotation_draft, save_quotation
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

D = Decimal


@dataclass
class Trade:
    """The records of the trade as they come about; ``cast`` the parties and products."""

    seat: Seat
    clock: FixedClock
    cast: Cast
    dollars: int
    yuan: int
    forwarders: tuple[int, ...]
    inquiry: int = 0
    quotation: int = 0
    contract: int = 0
    purchases: tuple[int, ...] = ()
    first: int = 0
    second: int = 0

    def on(self, day: date) -> None:
        """Let the day come."""
        self.clock.moment = FixedClock.on(day).moment


def begin(seat: Seat, clock: FixedClock) -> Trade:
    """Enter the firm's accounts, rates, partners and products before the first inquiry."""
    clock.moment = FixedClock.on(date(2026, 1, 2)).moment
    dollars = seat.perform(open_account, OpenAccount("BOC USD", "BANK", "USD", date(2026, 1, 1))).value
    yuan = seat.perform(
        open_account, OpenAccount("BOC CNY", "BANK", "CNY", date(2026, 1, 1), D(300_000))
    ).value
    _enter_rates(seat)
    for kind, day, quote in (
        (RateType.SELL, date(2026, 5, 1), "7.08"),
        (RateType.MID, date(2026, 12, 2), "7.05"),
        (RateType.SELL, date(2026, 11, 20), "7.07"),
        (RateType.SELL, date(2026, 12, 2), "7.07"),
        (RateType.BUY, date(2026, 12, 18), "7.04"),
        (RateType.SELL, date(2026, 12, 30), "7.07"),
        (RateType.SELL, date(2026, 6, 29), "7.08"),
    ):
        seat.perform(save_rate, SaveRate(kind, "USD", day, quote, "Bank of China"))
    cast = _cast(seat)
    others = tuple(
        seat.perform(save_party, replace(_FORWARDER, name=name, name_local="")).value
        for name in ("Bluewater Logistics", "Sinoway Freight")
    )
    return Trade(seat, clock, cast, dollars, yuan, (cast.forwarder, *others))


def quote_and_sign(trade: Trade) -> None:
    """Take the inquiry, answer it, have it accepted, make the contract of it, estimate and sign it."""
    seat, cast = trade.seat, trade.cast
    trade.on(date(2026, 3, 20))
    trade.inquiry = seat.perform(
        save_inquiry,
        SaveInquiry(
            cast.customer,
            date(2026, 3, 20),
            "Garden season",
            lines=(
                InquiryLineDraft("Solar garden lantern", cast.lantern, D(1200)),
                InquiryLineDraft("Garden tool kit", cast.kit, D(800), "sets"),
            ),
        ),
    ).value
    trade.quotation = seat.perform(quotation_of_inquiry, QuotationOfInquiry(trade.inquiry)).value

    def draft(reader: Reader) -> SaveQuotation:
        quotation = reader.session.get_one(Quotation, trade.quotation)
        return replace(
            quotation_draft(reader, quotation),
            incoterm="CIF",
            incoterm_place="Rotterdam",
            terms=encode_terms(preset_terms("TT_30_70")),
            port_of_loading="Ningbo, China",
            port_of_discharge="Rotterdam, Netherlands",
            valid_until=date(2026, 4, 20),
            commission_rate=D("0.02"),
            commission_hidden=True,
            bank_account_id=trade.dollars,
            freight=D(1025),
            insurance_rate=D("0.0015"),
            domestic_cost=D(3600),
        )

    seat.perform(save_quotation, seat.ask(draft))
    for step in ("submit", "send"):
        seat.perform(move_quotation, MoveQuotation(trade.quotation, step, date(2026, 3, 20)))
    trade.on(date(2026, 3, 27))
    seat.perform(move_quotation, MoveQuotation(trade.quotation, "accept", date(2026, 3, 27)))
    trade.contract = seat.perform(
        contract_of_quotation, ContractOfQuotation(trade.quotation, date(2026, 3, 27), date(2026, 12, 31))
    ).value
    rows = seat.ask(contract_estimate, trade.contract).rows
    estimate = seat.perform(save_estimate, SaveEstimate(trade.contract, D("7.00"), rows)).value
    seat.perform(submit_estimate, SubmitEstimate(estimate))
    trade.on(date(2026, 3, 30))
    seat.perform(move_contract, MoveContract(trade.contract, "signed", date(2026, 3, 30)))


def take_deposit(trade: Trade) -> None:
    """Receive the deposit of 5,922.00 at 7.02 and put the contract into effect."""
    trade.on(date(2026, 4, 3))
    deposit = RecordReceipt(
        date(2026, 4, 3),
        trade.cast.customer,
        trade.dollars,
        D(5922),
        rate=D("7.02"),
        earmarks=(Share(trade.contract, D(5922)),),
    )
    trade.seat.perform(record_receipt, deposit)
    trade.seat.perform(move_contract, MoveContract(trade.contract, "effective", date(2026, 4, 3)))


def buy(trade: Trade) -> None:
    """Split the contract by factory and take both purchases to the factory."""
    trade.on(date(2026, 4, 7))
    trade.purchases = trade.seat.perform(
        split_contract, SplitContract(trade.contract, date(2026, 4, 7))
    ).value
    for purchase in trade.purchases:
        for step in ("submit", "send", "confirm", "produce"):
            trade.seat.perform(move_purchase, MovePurchase(purchase, step))


def lines_of(reader: Reader, contract: int) -> list[int]:
    return list(
        reader.session.scalars(
            select(ContractLine.id)
            .where(ContractLine.contract_id == contract)
            .order_by(ContractLine.position)
        )
    )


def plan(trade: Trade, number: str, day: date, etd: date, quantities: tuple[int, ...]) -> int:
    """Plan a shipment with so much of each line."""
    trade.on(day)
    lines = trade.seat.ask(lines_of, trade.contract)
    goods = tuple(
        ShipmentLineDraft(line, D(quantity))
        for line, quantity in zip(lines, quantities, strict=True)
        if quantity
    )
    command = SaveShipment(day, goods, number=number, mode="LCL", etd=etd, vessel="OOCL SPAIN")
    return trade.seat.perform(save_shipment, command).value


def ask_freight(
    trade: Trade, shipment: int, day: date, etd: date, prices: tuple[str, ...], port: str
) -> None:
    """Ask three forwarders, note their quotes, choose the cheapest, book it."""
    seat = trade.seat
    trade.on(day)
    inquiry = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=shipment)).value
    draft: SaveFreightInquiry = seat.ask(inquiry_draft, inquiry)
    invites = tuple(InviteDraft(forwarder) for forwarder in trade.forwarders)
    seat.perform(save_freight_inquiry, replace(draft, invites=invites))
    seat.perform(send_freight_inquiry, SendFreightInquiry(inquiry))
    quotes = [
        seat.perform(
            save_freight_quote,
            SaveFreightQuote(
                inquiry,
                forwarder,
                (
                    ChargeDraft("FREIGHT", "shipment", D(1), "USD", D(price)),
                    ChargeDraft("LOCAL", "shipment", D(1), "CNY", D(port)),
                ),
                draft.port_of_loading,
                draft.port_of_discharge,
                valid_from=day,
                valid_until=etd,
                etd=etd,
                transit_days=34,
            ),
        ).value
        for forwarder, price in zip(trade.forwarders, prices, strict=True)
    ]
    seat.perform(choose_quote, ChooseQuote(inquiry, quotes[0]))
    seat.perform(book_freight, BookFreight(inquiry))


def load(trade: Trade, shipment: int, day: date) -> None:
    """Take a booked shipment to the quay: ready, loaded, declared."""
    trade.on(day)
    for state in ("cargo_ready", "loaded", "declared"):
        trade.seat.perform(move_shipment, MoveShipment(shipment, state, day))


def add_costs(trade: Trade, shipment: int, costs: tuple[tuple[str, str, str, str, int], ...]) -> None:
    """Enter the costs that no other paper brings."""
    for category, currency, amount, rate, party in costs:
        command = SaveCost(shipment, category, currency, D(amount), party_id=party, rate=D(rate))
        trade.seat.perform(save_cost, command)


def bill(trade: Trade, shipment: int, day: date, freight: str, rate: str, port: str) -> None:
    """Enter the bills: the factories', the forwarder's over its quote, and all others at their rates."""
    seat = trade.seat
    trade.on(day)
    for purchase in trade.purchases:
        if seat.ask(_carries, purchase, shipment):
            seat.perform(bill_purchase, BillPurchase(purchase, shipment, day))
    lines = (
        BillLineDraft("FREIGHT", "USD", D(freight), "accepted", rate=D(rate)),
        BillLineDraft("LOCAL", "CNY", D(port), "accepted", rate=D(1)),
    )
    command = SaveFreightBill(shipment, trade.cast.forwarder, f"FB-{shipment}", day, lines)
    seat.perform(post_freight_bill, PostFreightBill(seat.perform(save_freight_bill, command).value))
    for cost_id, cost_rate in seat.ask(_unbilled, shipment):
        seat.perform(bill_cost, BillCost(cost_id, day, rate=cost_rate))


def _carries(reader: Reader, purchase: int, shipment: int) -> bool:
    """Tell whether goods of a purchase go with a shipment."""
    found = reader.session.scalars(
        select(ShipmentLine.id)
        .join(PurchaseLink, PurchaseLink.contract_line_id == ShipmentLine.contract_line_id)
        .join(PurchaseLine, PurchaseLine.id == PurchaseLink.purchase_line_id)
        .where(PurchaseLine.purchase_id == purchase, ShipmentLine.shipment_id == shipment)
    )
    return found.first() is not None


def _unbilled(reader: Reader, shipment: int) -> list[tuple[int, Decimal]]:
    rows = reader.session.execute(
        select(CostLine.id, CostLine.rate)
        .where(CostLine.shipment_id == shipment, CostLine.item_id.is_(None), CostLine.receipt_id.is_(None))
        .order_by(CostLine.id)
    )
    return [(row.id, row.rate) for row in rows]


def collect(trade: Trade, invoice: int, day: date, amount: str, charge: str, rate: str) -> None:
    """Receive the balance of an invoice with the foreign bank's charge."""
    trade.on(day)
    receipt = RecordReceipt(
        day,
        trade.cast.customer,
        trade.dollars,
        D(amount),
        D(charge),
        D(rate),
        allocations=(Share(invoice, D(amount)),),
    )
    trade.seat.perform(record_receipt, receipt)


def pay_all(trade: Trade, shipment: int, day: date) -> None:
    """Pay every open bill of a shipment, each at the rate it was booked with."""
    trade.on(day)
    for item, party, currency, amount, rate in trade.seat.ask(_open_bills, shipment):
        account = trade.dollars if currency == "USD" else trade.yuan
        payment = RecordPayment(day, party, account, amount, rate, (Share(item, amount),))
        trade.seat.perform(record_payment, payment)


def _open_bills(reader: Reader, shipment: int) -> list[tuple[int, int, str, Decimal, Decimal]]:
    rows = reader.session.execute(
        select(Item.id, Item.party_id, Item.currency, Item.open_amount, Item.rate)
        .where(Item.shipment_id == shipment, Item.side == "AP", Item.open_amount > 0)
        .order_by(Item.id)
    )
    return [(row.id, row.party_id, row.currency, row.open_amount, row.rate) for row in rows]


def arrive_and_close(trade: Trade, shipment: int, arrived: date, delivered: date) -> None:
    """Send the papers, arrive, deliver, settle rebate and close."""
    seat = trade.seat
    seat.perform(send_documents, SendDocuments(shipment, trade.clock.today()))
    trade.on(arrived)
    seat.perform(move_shipment, MoveShipment(shipment, "arrived", arrived))
    trade.on(delivered)
    seat.perform(move_shipment, MoveShipment(shipment, "delivered", delivered))
    seat.perform(mark_settled, MarkSettled(shipment, "received", no_further_bill=True))
    seat.perform(move_shipment, MoveShipment(shipment, "closed", delivered))


def play(seat: Seat, clock: FixedClock) -> Trade:
    """Play the whole of T1: both shipments from inquiry to closing."""
    trade = begin(seat, clock)
    quote_and_sign(trade)
    take_deposit(trade)
    buy(trade)
    cast = trade.cast
    trade.first = plan(trade, "SH-26001", date(2026, 4, 28), date(2026, 5, 20), (1200, 500))
    ask_freight(trade, trade.first, date(2026, 5, 1), date(2026, 5, 20), ("820", "870", "905"), "980")
    load(trade, trade.first, date(2026, 5, 16))
    add_costs(
        trade,
        trade.first,
        (
            ("INS", "USD", "25.44", "7.06", cast.insurer),
            ("INL", "CNY", "1450", "1", cast.forwarder),
            ("CUS", "CNY", "300", "1", cast.forwarder),
            ("BKD", "CNY", "130", "1", cast.forwarder),
            ("COM-H", "USD", "308.40", "7.06", cast.agent),
        ),
    )
    trade.on(date(2026, 5, 20))
    invoice = seat.perform(
        depart_shipment, DepartShipment(trade.first, date(2026, 5, 20), "OOLU2694418820", "CI-26001")
    ).value
    bill(trade, trade.first, date(2026, 5, 20), "820", "7.08", "980")
    trade.on(date(2026, 5, 29))
    seat.perform(send_bl_copy, SendBlCopy(trade.first, date(2026, 5, 29)))
    collect(trade, invoice, date(2026, 6, 12), "10794", "28", "7.03")
    pay_all(trade, trade.first, date(2026, 6, 15))
    arrive_and_close(trade, trade.first, date(2026, 6, 24), date(2026, 6, 29))
    trade.second = plan(trade, "SH-26002", date(2026, 11, 10), date(2026, 12, 2), (0, 300))
    ask_freight(trade, trade.second, date(2026, 11, 20), date(2026, 12, 2), ("210", "240", "255"), "260")
    load(trade, trade.second, date(2026, 11, 28))
    add_costs(
        trade,
        trade.second,
        (
            ("INS", "USD", "7.13", "7.05", cast.insurer),
            ("INL", "CNY", "420", "1", cast.forwarder),
            ("CUS", "CNY", "300", "1", cast.forwarder),
            ("BKD", "CNY", "130", "1", cast.forwarder),
            ("COM-H", "USD", "86.40", "7.05", cast.agent),
        ),
    )
    trade.on(date(2026, 12, 2))
    invoice = seat.perform(
        depart_shipment, DepartShipment(trade.second, date(2026, 12, 2), "OOLU2700000000", "CI-26002")
    ).value
    bill(trade, trade.second, date(2026, 12, 2), "210", "7.07", "260")
    trade.on(date(2026, 12, 8))
    seat.perform(send_bl_copy, SendBlCopy(trade.second, date(2026, 12, 8)))
    collect(trade, invoice, date(2026, 12, 18), "3024", "18", "7.04")
    pay_all(trade, trade.second, date(2026, 12, 21))
    arrive_and_close(trade, trade.second, date(2027, 1, 5), date(2027, 1, 8))
    for purchase in trade.purchases:
        seat.perform(move_purchase, MovePurchase(purchase, "close"))
    return trade
