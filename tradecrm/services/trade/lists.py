"""Where the lists of products, contracts and shipments come from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from tradecrm.core.fields import FieldKind
from tradecrm.models import (
    GoodsReturn,
    GoodsReturnLine,
    Item,
    LetterOfCredit,
    Party,
    Product,
    SalesContract,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.services.data.search import list_search

PRODUCTS = ListSource(
    key="product",
    identity=Product.id,
    columns=(
        ListColumn("code", Product.code, FieldKind.CODE, nullable=False),
        ListColumn("name_en", Product.name_en, nullable=False),
        ListColumn("name_cn", Product.name_cn, nullable=False),
        ListColumn("category", Product.category, nullable=False),
        ListColumn("unit", Product.unit, nullable=False),
        ListColumn("price", Product.price, FieldKind.PRICE),
        ListColumn("price_currency", Product.price_currency, FieldKind.CURRENCY, nullable=False),
        ListColumn("cost", Product.cost, FieldKind.PRICE),
        ListColumn("vat_rate", Product.vat_rate, FieldKind.PERCENT, nullable=False),
        ListColumn("rebate_rate", Product.rebate_rate, FieldKind.PERCENT, nullable=False),
        ListColumn("supplier", Party.name),
        ListColumn("supplier_id", Product.supplier_id, FieldKind.INTEGER),
        ListColumn("per_carton", Product.per_carton, FieldKind.QUANTITY),
        ListColumn("hs_code", Product.hs_code, FieldKind.CODE, nullable=False),
        ListColumn("specification", Product.specification, nullable=False),
        ListColumn("archived", Product.archived, FieldKind.BOOL, nullable=False),
        ListColumn("updated_at", Product.updated_at, FieldKind.DATETIME, nullable=False),
        ListColumn("version", Product.version, FieldKind.INTEGER, nullable=False),
    ),
    joins=lambda query: query.outerjoin(Party, Party.id == Product.supplier_id),
    joined=frozenset({"supplier"}),
    search=list_search("product", Product.id),
)
"""Products with their packing data; the price is in ``price_currency``, the cost in base currency with VAT."""

CONTRACTS = ListSource(
    key="sales_contract",
    identity=SalesContract.id,
    columns=(
        ListColumn("number", SalesContract.number, FieldKind.CODE, nullable=False),
        ListColumn("day", SalesContract.day, FieldKind.DATE, nullable=False),
        ListColumn("customer", Party.name),
        ListColumn("customer_id", SalesContract.customer_id, FieldKind.INTEGER, nullable=False),
        ListColumn("customer_po", SalesContract.customer_po, nullable=False),
        ListColumn("currency", SalesContract.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn(
            "total", SalesContract.total, FieldKind.MONEY, currency="currency", summed=True, nullable=False
        ),
        ListColumn(
            "deposit_due",
            SalesContract.deposit_due,
            FieldKind.MONEY,
            currency="currency",
            summed=True,
            nullable=False,
        ),
        ListColumn("status", SalesContract.status, FieldKind.CHOICE, nullable=False),
        ListColumn("incoterm", SalesContract.incoterm, FieldKind.CHOICE, nullable=False),
        ListColumn("incoterm_place", SalesContract.incoterm_place, nullable=False),
        ListColumn("latest_shipment", SalesContract.latest_shipment, FieldKind.DATE),
        ListColumn("effective_on", SalesContract.effective_on, FieldKind.DATE),
        ListColumn("updated_at", SalesContract.updated_at, FieldKind.DATETIME, nullable=False),
        ListColumn("version", SalesContract.version, FieldKind.INTEGER, nullable=False),
    ),
    joins=lambda query: query.outerjoin(Party, Party.id == SalesContract.customer_id),
    joined=frozenset({"customer"}),
    search=list_search("sales_contract", SalesContract.id),
)
"""Sales contracts; amounts in the contract's currency."""

_Forwarder = aliased(Party)


def _contract_numbers() -> ColumnElement[str]:
    """Answer the numbers of the contracts whose goods are on a shipment, as one text."""
    ids = select(ShipmentLine.contract_id).where(ShipmentLine.shipment_id == Shipment.id)
    return (
        select(func.aggregate_strings(SalesContract.number, ", "))
        .where(SalesContract.id.in_(ids.correlate(Shipment)))
        .correlate(Shipment)
        .scalar_subquery()
    )


def _invoice_item() -> ColumnElement[int]:
    """Answer the receivable that a shipment's commercial invoice became, if it has left."""
    return (
        select(func.min(Item.id))
        .where(Item.shipment_id == Shipment.id, Item.side == "AR", Item.kind == "INV")
        .correlate(Shipment)
        .scalar_subquery()
    )


def _with_parties(query: Select[Any]) -> Select[Any]:
    return query.outerjoin(Party, Party.id == Shipment.customer_id).outerjoin(
        _Forwarder, _Forwarder.id == Shipment.forwarder_id
    )


SHIPMENTS = ListSource(
    key="shipment",
    identity=Shipment.id,
    columns=(
        ListColumn("number", Shipment.number, FieldKind.CODE, nullable=False),
        ListColumn("day", Shipment.day, FieldKind.DATE, nullable=False),
        ListColumn("customer", Party.name),
        ListColumn("customer_id", Shipment.customer_id, FieldKind.INTEGER, nullable=False),
        ListColumn("contracts", _contract_numbers()),
        ListColumn("etd", Shipment.etd, FieldKind.DATE),
        ListColumn("departed_on", Shipment.departed_on, FieldKind.DATE),
        ListColumn("eta", Shipment.eta, FieldKind.DATE),
        ListColumn("arrived_on", Shipment.arrived_on, FieldKind.DATE),
        ListColumn("vessel", Shipment.vessel, nullable=False),
        ListColumn("voyage", Shipment.voyage, nullable=False),
        ListColumn("port_of_discharge", Shipment.port_of_discharge, nullable=False),
        ListColumn("bl_no", Shipment.bl_no, FieldKind.CODE, nullable=False),
        ListColumn("invoice_number", Shipment.invoice_number, FieldKind.CODE),
        ListColumn("invoice_item", _invoice_item(), FieldKind.INTEGER),
        ListColumn("forwarder", _Forwarder.name),
        ListColumn("currency", Shipment.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn(
            "total", Shipment.total, FieldKind.MONEY, currency="currency", summed=True, nullable=False
        ),
        ListColumn("status", Shipment.status, FieldKind.CHOICE, nullable=False),
        ListColumn("version", Shipment.version, FieldKind.INTEGER, nullable=False),
    ),
    joins=_with_parties,
    joined=frozenset({"customer", "forwarder"}),
    search=list_search("shipment", Shipment.id),
)
"""Shipments with the contracts they carry; the amount is what their commercial invoice says or will say."""

LETTERS = ListSource(
    key="letter_of_credit",
    identity=LetterOfCredit.id,
    columns=(
        ListColumn("number", LetterOfCredit.number, FieldKind.CODE, nullable=False),
        ListColumn("customer", Party.name),
        ListColumn("customer_id", LetterOfCredit.customer_id, FieldKind.INTEGER, nullable=False),
        ListColumn("contract", SalesContract.number, FieldKind.CODE),
        ListColumn("currency", LetterOfCredit.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn(
            "amount", LetterOfCredit.amount, FieldKind.MONEY, currency="currency", summed=True, nullable=False
        ),
        ListColumn("latest_shipment", LetterOfCredit.latest_shipment, FieldKind.DATE),
        ListColumn("expires_on", LetterOfCredit.expires_on, FieldKind.DATE, nullable=False),
        ListColumn("status", LetterOfCredit.status, FieldKind.CHOICE, nullable=False),
        ListColumn("issuing_bank", LetterOfCredit.issuing_bank, nullable=False),
        ListColumn("version", LetterOfCredit.version, FieldKind.INTEGER, nullable=False),
    ),
    joins=lambda query: query.outerjoin(Party, Party.id == LetterOfCredit.customer_id).outerjoin(
        SalesContract, SalesContract.id == LetterOfCredit.contract_id
    ),
    joined=frozenset({"customer", "contract"}),
    searched=("number", "customer", "contract", "issuing_bank"),
)
"""Letters of credit with the contract they pay."""


def _returned() -> ColumnElement[Decimal]:
    """Answer what a return credits, in the currency of its shipment's invoice."""
    return (
        select(func.sum(GoodsReturnLine.amount))
        .where(GoodsReturnLine.return_id == GoodsReturn.id)
        .correlate(GoodsReturn)
        .scalar_subquery()
    )


RETURNS = ListSource(
    key="goods_return",
    identity=GoodsReturn.id,
    columns=(
        ListColumn("number", GoodsReturn.number, FieldKind.CODE, nullable=False),
        ListColumn("day", GoodsReturn.day, FieldKind.DATE, nullable=False),
        ListColumn("shipment", Shipment.number, FieldKind.CODE),
        ListColumn("shipment_id", GoodsReturn.shipment_id, FieldKind.INTEGER, nullable=False),
        ListColumn("customer", Party.name),
        ListColumn("customer_id", Shipment.customer_id, FieldKind.INTEGER),
        ListColumn("currency", Shipment.currency, FieldKind.CURRENCY),
        ListColumn("amount", _returned(), FieldKind.MONEY, currency="currency", summed=True),
        ListColumn("fate", GoodsReturn.fate, FieldKind.CHOICE, nullable=False),
        ListColumn("status", GoodsReturn.status, FieldKind.CHOICE, nullable=False),
        ListColumn("received_on", GoodsReturn.received_on, FieldKind.DATE),
        ListColumn("reason", GoodsReturn.reason, nullable=False),
        ListColumn("version", GoodsReturn.version, FieldKind.INTEGER, nullable=False),
    ),
    joins=lambda query: query.outerjoin(Shipment, Shipment.id == GoodsReturn.shipment_id).outerjoin(
        Party, Party.id == Shipment.customer_id
    ),
    joined=frozenset({"shipment", "customer", "customer_id", "currency"}),
    searched=("number", "shipment", "customer", "reason"),
)
"""Goods returned; the amount is what the customer is credited with."""
