"""A shipment waiting for its freight, four forwarders, and the quotes of the worked example (section 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.scenes import played_once
from tests.services.trading_kit import line_of
from tradecrm.core.presets import preset_terms
from tradecrm.core.rates import RateType
from tradecrm.core.terms import encode_terms
from tradecrm.models import CostLine, FreightInquiry
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.freight import (
    MakeFreightInquiry,
    SendFreightInquiry,
    make_freight_inquiry,
    send_freight_inquiry,
)
from tradecrm.services.trade.freight_quotes import ChargeDraft, SaveFreightQuote, save_freight_quote
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

D = Decimal
ETD = TODAY + timedelta(days=25)
CUSTOMER, FACTORY = "Kern Tool Corp.", "宁波明灯厂"


@dataclass(frozen=True)
class Freight:
    """The records of the kit, by their ids."""

    contract: int
    shipment: int
    forwarders: tuple[int, ...]


@played_once
def prepare(seat: Seat, forwarders: int = 4, *, rates: Seat | None = None) -> Freight:
    """Answer a shipment of 9,600 lamps (400 cartons of 0.150 m³, 60 m³) CIF Rotterdam at USD 7.00."""
    (rates or seat).perform(save_rate, SaveRate(RateType.SELL, "USD", TODAY, "7.00", "bank"))
    (rates or seat).perform(
        save_rate, SaveRate(RateType.BUDGET, "USD", date(TODAY.year, 1, 1), "7.1", "firm")
    )
    customer = seat.perform(save_party, SaveParty(name=CUSTOMER, country="DE", tax_no="DE1")).value
    factory = seat.perform(
        save_party, SaveParty(name=FACTORY, is_customer=False, is_supplier=True, country="CN")
    ).value
    names = ("Bluewater Logistics", "Sinoway Freight", "Pacific Bridge", "Harbor Star")
    partners = tuple(
        seat.perform(
            save_party, SaveParty(name=name, is_customer=False, is_forwarder=True, country="CN")
        ).value
        for name in names[:forwarders]
    )
    lamp = SaveProduct(
        "L-1",
        "Desk lamp",
        "台灯",
        hs_code="9405",
        supplier_id=factory,
        per_carton=D(24),
        carton_length=D(60),
        carton_width=D(50),
        carton_height=D(50),
        unit_net_weight=D("0.9"),
        carton_tare=D("0.9"),
    )
    product = seat.perform(save_product, lamp).value
    line = ContractLineDraft(
        product, "Desk lamp", D(9600), D("12.40"), description_cn="台灯", hs_code="9405", cost=D(60),
        supplier_id=factory,
    )  # fmt: skip
    contract = seat.perform(
        save_contract,
        SaveContract(
            customer, TODAY, "USD", "CIF", "Rotterdam", encode_terms(preset_terms("OA_N")), (line,),
            port_of_loading="Ningbo", port_of_discharge="Rotterdam",
        ),
    ).value  # fmt: skip
    for state in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(contract, state, TODAY))
    goods = (ShipmentLineDraft(seat.ask(line_of, contract), D(9600)),)
    shipment = seat.perform(save_shipment, SaveShipment(TODAY, goods, etd=ETD)).value
    return Freight(contract, shipment, partners)


def asked(seat: Seat, kit: Freight) -> int:
    """Answer an inquiry of the shipment that was sent."""
    inquiry = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    seat.perform(send_freight_inquiry, SendFreightInquiry(inquiry))
    return inquiry


def charge(code: str, currency: str, price: str, unit: str = "shipment") -> ChargeDraft:
    return ChargeDraft(code, unit, D(1), currency, D(price))


F1 = (charge("FREIGHT", "USD", "1900", "container"), charge("THC", "CNY", "1100", "container"))
F2 = (
    charge("FREIGHT", "USD", "1760", "container"),
    charge("BAF", "USD", "150", "container"),
    charge("THC", "CNY", "1050"),
)
F3 = (charge("ALL_IN", "CNY", "14950"),)


def quote(seat: Seat, inquiry: int, forwarder: int, charges: tuple[ChargeDraft, ...], **more: Any) -> int:
    """Record a quote that fits the shipment; answers its id."""
    command = SaveFreightQuote(
        inquiry, forwarder, charges, "Ningbo", "Rotterdam", "40HQ", 1,
        valid_from=TODAY, valid_until=ETD + timedelta(days=5), transit_days=30, free_days=14,
    )  # fmt: skip
    return seat.perform(save_freight_quote, replace(command, **more)).value


def quotes(seat: Seat, kit: Freight, inquiry: int) -> list[int]:
    """Record F1, F2 and F3 of the worked example."""
    return [quote(seat, inquiry, kit.forwarders[at], charges) for at, charges in enumerate((F1, F2, F3))]


def inquiry_of(reader: Reader, inquiry: int) -> FreightInquiry:
    return reader.session.scalars(select(FreightInquiry).where(FreightInquiry.id == inquiry)).one()


def costs(reader: Reader, shipment: int) -> list[tuple[str, str, Decimal, Decimal, str]]:
    """Answer (category, currency, amount, base amount, state) of the costs of a shipment."""
    rows = reader.session.scalars(
        select(CostLine).where(CostLine.shipment_id == shipment).order_by(CostLine.id)
    )
    return [(row.category, row.currency, row.amount, row.base_amount, row.status) for row in rows]
