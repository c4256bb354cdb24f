"""The running example T1 (domain.md sections 1.9 and 2.5): contract SC-26001 and its first shipment, to the cent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.rates import RateType
from tradecrm.models import ContractLine, CostLine
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import AddressDraft, ContactDraft, SaveParty, save_party
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.checklist import SendDocuments, send_documents
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
from tradecrm.services.trade.departure import DepartShipment, SendBlCopy, depart_shipment, send_bl_copy
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.trade.purchase_moves import MovePurchase, move_purchase
from tradecrm.services.trade.purchase_split import SplitContract, split_contract
from tradecrm.services.trade.shipment_purchases import AddPurchases, add_purchases
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

D = Decimal
TERMS = "TT;P30@ORDER;B@BL_COPY+7D"

_LOCAL = SaveParty(is_customer=False, country="CN", city="Ningbo")
_CUSTOMER = SaveParty(
    name="Veld B.V.",
    country="NL",
    city="Rotterdam",
    industry="Garden and home",
    grade="A",
    website="www.veld-garden.nl",
    email="purchase@veld-garden.nl",
    phone="+31 10 413 2280",
    tax_no="NL809163160B01",
    currency="USD",
    incoterm="CIF",
    incoterm_place="Rotterdam",
    terms=TERMS,
    contacts=(ContactDraft("Joost de Wit", "Head of purchasing", "joost@veld-garden.nl", is_main=True),),
    addresses=(AddressDraft("registered", "Waalhaven Z.z. 19\n3089 JH Rotterdam", "Rotterdam", "NL"),),
)
_LANTERN_FACTORY = replace(
    _LOCAL,
    name="Yuyao Brightfield Lighting Co., Ltd.",
    name_local="余姚市明野灯具有限公司",
    city="Yuyao",
    is_supplier=True,
)
_KIT_FACTORY = replace(
    _LOCAL,
    name="Yongkang Greenhand Tools Co., Ltd.",
    name_local="永康市绿手工具有限公司",
    city="Yongkang",
    is_supplier=True,
)
_FORWARDER = replace(
    _LOCAL,
    name="Ningbo Beilun Sealink Logistics Co., Ltd.",
    name_local="宁波北仑海联物流有限公司",
    is_forwarder=True,
)
_INSURER = replace(
    _LOCAL,
    name="Ningbo Harbor Marine Insurance Brokers",
    name_local="宁波港湾海上保险经纪",
    is_service=True,
)
_AGENT = SaveParty(
    name="De Wit Trade Agency", is_customer=False, is_service=True, country="NL", city="Utrecht"
)
_LANTERN = SaveProduct(
    code="LN-210",
    name_en="Solar garden lantern",
    name_cn="太阳能花园灯",
    specification="Stainless steel, 2 LED, H 38 cm",
    category="Lighting",
    unit="pcs",
    hs_code="9405419000",
    price=D("6.85"),
    cost=D("39.55"),
    vat_rate=D("0.13"),
    rebate_rate=D("0.13"),
    per_carton=D(24),
    carton_length=D(60),
    carton_width=D(40),
    carton_height=D(30),
    unit_net_weight=D("0.42"),
    carton_tare=D("1.1"),
)
_KIT = SaveProduct(
    code="GK-44",
    name_en="Garden tool kit, 5 pieces, in carrying bag",
    name_cn="园艺工具五件套（手提袋装）",
    specification="Carbon steel, ash handle",
    category="Garden tools",
    unit="sets",
    hs_code="8201900090",
    price=D("14.40"),
    cost=D("72.32"),
    vat_rate=D("0.13"),
    rebate_rate=D("0.09"),
    per_carton=D(4),
    carton_length=D(50),
    carton_width=D(40),
    carton_height=D("33.9"),
    unit_net_weight=D("1.85"),
    carton_tare=D("0.9"),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The parties and products of the example."""

    customer: int
    lantern_factory: int
    kit_factory: int
    forwarder: int
    insurer: int
    agent: int
    lantern: int
    kit: int


@dataclass(frozen=True, slots=True)
class Example:
    """The records of the example: the contract, both shipments, the receivable and the two receipts."""

    cast: Cast
    contract: int
    shipment: int
    second_shipment: int
    invoice: int
    deposit: int
    balance: int


def play_example(seat: Seat, dollar_account: int, *, with_rates: bool = True) -> Example:
    """Play T1 through the services: the deposit, shipment 1 with all its costs, the balance.

    ``dollar_account`` is the USD account that receives the money. Shipment 2 stays planned.
    """
    if with_rates:
        _enter_rates(seat)
    cast = _cast(seat)
    contract = _contract(seat, cast, dollar_account)
    deposit = seat.perform(
        record_receipt,
        RecordReceipt(
            date(2026, 4, 3),
            cast.customer,
            dollar_account,
            D(5922),
            rate=D("7.02"),
            earmarks=(Share(contract, D(5922)),),
            reference="SC-26001 deposit",
        ),
    ).value
    seat.perform(move_contract, MoveContract(contract, "effective", date(2026, 4, 3)))
    _buy(seat, contract)
    lantern, kit = seat.ask(_line_ids, contract)
    shipment = _first_shipment(seat, cast, lantern, kit)
    _bill_all(seat, shipment, date(2026, 5, 20))
    departure = DepartShipment(shipment, date(2026, 5, 20), "OOLU2694418820", "CI-26001", rate=D("7.06"))
    invoice = seat.perform(depart_shipment, departure).value
    seat.perform(send_bl_copy, SendBlCopy(shipment, date(2026, 5, 29)))
    seat.perform(send_documents, SendDocuments(shipment, date(2026, 5, 29)))
    balance = seat.perform(
        record_receipt,
        RecordReceipt(
            date(2026, 6, 12),
            cast.customer,
            dollar_account,
            D(10794),
            D(28),
            D("7.03"),
            allocations=(Share(invoice, D(10794)),),
            reference="CI-26001 balance",
        ),
    ).value
    second = seat.perform(
        save_shipment,
        SaveShipment(
            date(2026, 6, 15),
            (ShipmentLineDraft(kit, D(300)),),
            number="SH-26002",
            forwarder_id=cast.forwarder,
            etd=date(2026, 12, 2),
            eta=date(2027, 1, 5),
        ),
    ).value
    seat.perform(add_purchases, AddPurchases(second))
    return Example(cast, contract, shipment, second, invoice, deposit, balance)


def _enter_rates(seat: Seat) -> None:
    """Enter the rates of the example's days."""
    for kind, day, quote in (
        (RateType.BUDGET, date(2026, 1, 1), "7.00"),
        (RateType.BUY, date(2026, 4, 3), "7.02"),
        (RateType.MID, date(2026, 5, 20), "7.06"),
        (RateType.SELL, date(2026, 5, 20), "7.08"),
        (RateType.BUY, date(2026, 6, 12), "7.03"),
    ):
        seat.perform(save_rate, SaveRate(kind, "USD", day, quote, "Bank of China"))


def _cast(seat: Seat) -> Cast:
    """Write the parties and products."""

    def party(draft: SaveParty) -> int:
        return seat.perform(save_party, draft).value

    def product(draft: SaveProduct, factory: int) -> int:
        return seat.perform(save_product, replace(draft, supplier_id=factory)).value

    lantern_factory, kit_factory = party(_LANTERN_FACTORY), party(_KIT_FACTORY)
    return Cast(
        customer=party(_CUSTOMER),
        lantern_factory=lantern_factory,
        kit_factory=kit_factory,
        forwarder=party(_FORWARDER),
        insurer=party(_INSURER),
        agent=party(_AGENT),
        lantern=product(_LANTERN, lantern_factory),
        kit=product(_KIT, kit_factory),
    )


def _contract(seat: Seat, cast: Cast, account: int) -> int:
    """Draw up and sign SC-26001."""
    contract = seat.perform(
        save_contract,
        SaveContract(
            customer_id=cast.customer,
            day=date(2026, 3, 27),
            currency="USD",
            incoterm="CIF",
            incoterm_place="Rotterdam",
            terms=TERMS,
            lines=(
                ContractLineDraft(
                    cast.lantern,
                    "Solar garden lantern",
                    D(1200),
                    D("6.85"),
                    description_cn="太阳能花园灯",
                    item_no="LN-210",
                    specification="Stainless steel, 2 LED, H 38 cm",
                    hs_code="9405419000",
                    cost=D("39.55"),
                ),
                ContractLineDraft(
                    cast.kit,
                    "Garden tool kit, 5 pieces, in carrying bag",
                    D(800),
                    D("14.40"),
                    unit="sets",
                    description_cn="园艺工具五件套（手提袋装）",
                    item_no="GK-44",
                    specification="Carbon steel, ash handle",
                    hs_code="8201900090",
                    cost=D("72.32"),
                    rebate_rate=D("0.09"),
                ),
            ),
            number="SC-26001",
            port_of_loading="Ningbo, China",
            port_of_discharge="Rotterdam, Netherlands",
            latest_shipment=date(2026, 12, 31),
            packing="Export cartons",
            marks="VELD\nROTTERDAM\nC/NO. 1-UP",
            customer_po="PO-88213",
            bank_account_id=account,
            commission_rate=D("0.02"),
            budget_rate=D("7.00"),
        ),
    ).value
    seat.perform(move_contract, MoveContract(contract, "signed", date(2026, 3, 30)))
    return contract


def _buy(seat: Seat, contract: int) -> None:
    """Split the contract by factory and send both purchase contracts: 47,460.00 and 57,856.00."""
    for purchase in seat.perform(split_contract, SplitContract(contract, date(2026, 4, 7))).value:
        for step in ("submit", "send"):
            seat.perform(move_purchase, MovePurchase(purchase, step))


def _line_ids(reader: Reader, contract: int) -> list[int]:
    """Answer the ids of a contract's lines in their order."""
    return list(
        reader.session.scalars(
            select(ContractLine.id)
            .where(ContractLine.contract_id == contract)
            .order_by(ContractLine.position)
        )
    )


def _first_shipment(seat: Seat, cast: Cast, lantern: int, kit: int) -> int:
    """Plan shipment 1 with its estimated costs and keep the estimate."""
    shipment = seat.perform(
        save_shipment,
        SaveShipment(
            date(2026, 4, 28),
            (ShipmentLineDraft(lantern, D(1200)), ShipmentLineDraft(kit, D(500))),
            number="SH-26001",
            mode="LCL",
            forwarder_id=cast.forwarder,
            carrier="OOCL",
            vessel="OOCL SPAIN",
            voyage="012W",
            booking_no="2694418820",
            etd=date(2026, 5, 20),
            eta=date(2026, 6, 24),
        ),
    ).value
    seat.perform(add_purchases, AddPurchases(shipment))
    for category, currency, amount, rate, party, words in (
        ("FRT", "USD", "820", "7.08", cast.forwarder, "Ningbo–Rotterdam, LCL"),
        ("INS", "USD", "25.44", "7.06", cast.insurer, "110 % of CIF at 0.15 %"),
        ("INL", "CNY", "1450", "1", cast.forwarder, "Haulage to Beilun"),
        ("CUS", "CNY", "300", "1", cast.forwarder, "Customs declaration"),
        ("PRT", "CNY", "980", "1", cast.forwarder, "THC, documents, VGM"),
        ("BKD", "CNY", "130", "1", cast.forwarder, "Courier of documents"),
        ("COM-H", "USD", "308.40", "7.06", cast.agent, "2 % of the invoice"),
    ):
        seat.perform(
            save_cost,
            SaveCost(
                shipment, category, currency, D(amount), party_id=party, rate=D(rate), description=words
            ),
        )
    seat.perform(keep_estimate, KeepEstimate(shipment, D("7.00")))
    return shipment


def _bill_all(seat: Seat, shipment: int, day: date) -> None:
    """Enter the bill of every cost line at the rate it was written with."""
    for cost_id, rate in seat.ask(_unbilled, shipment):
        seat.perform(bill_cost, BillCost(cost_id, day, rate=rate))


def _unbilled(reader: Reader, shipment: int) -> list[tuple[int, Decimal]]:
    """Answer (id, rate) of the cost lines without a bill."""
    statement = (
        select(CostLine.id, CostLine.rate)
        .where(CostLine.shipment_id == shipment, CostLine.item_id.is_(None), CostLine.receipt_id.is_(None))
        .order_by(CostLine.id)
    )
    return list(reader.session.execute(statement))
