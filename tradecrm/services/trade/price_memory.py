"""Price memory (历史价格): what a customer was offered and paid for a product, and what it cost last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.links import Link
from tradecrm.core.money import round_to
from tradecrm.models import (
    ContractLine,
    Party,
    Product,
    PurchaseContract,
    PurchaseLine,
    Quotation,
    QuotationLine,
    SalesContract,
)
from tradecrm.services.work import Reader

PRICE_DECIMALS = 6
_NOT_OFFERED = ("draft", "submitted", "approved", "void")
"""Quotations that the customer has not seen."""
_NOT_AGREED = ("draft", "submitted", "approved", "canceled", "void")
_NOT_BOUGHT = ("draft", "submitted", "canceled", "void")


@dataclass(frozen=True, slots=True)
class PastPrice:
    """A price told to or agreed with a customer: unit price after discount, in ``currency``, under its Incoterm."""

    kind: str
    number: str
    day: date
    quantity: Decimal
    unit: str
    price: Decimal
    currency: str
    incoterm: str
    link: Link


@dataclass(frozen=True, slots=True)
class PastPurchase:
    """What a unit cost last, VAT included; without ``number`` it is the factory price of the product itself."""

    number: str
    day: date | None
    supplier: str
    price: Decimal
    currency: str
    link: Link | None


@dataclass(frozen=True, slots=True)
class PriceMemory:
    """What is remembered of one product for one customer, newest first; ``bought`` only for who may see costs."""

    product: str
    customer: str
    sold: tuple[PastPrice, ...]
    bought: PastPurchase | None


def price_memory(
    reader: Reader, customer_id: int | None, product_id: int, *, but: int | None = None, limit: int = 4
) -> PriceMemory:
    """Answer the last ``limit`` prices of a product to a customer, quotation ``but`` left out, and its last cost.

    Papers outside the actor's scope are not among them; the purchase needs the right to see costs (section 6).
    """
    sold: list[PastPrice] = []
    if customer_id is not None:
        sold = [
            *_quoted(reader, customer_id, product_id, but, limit),
            *_contracted(reader, customer_id, product_id, limit),
        ]
        sold.sort(key=lambda one: one.day, reverse=True)
    return PriceMemory(
        reader.session.scalar(select(Product.code).where(Product.id == product_id)) or "",
        reader.session.scalar(select(Party.name).where(Party.id == customer_id)) or "",
        tuple(sold[:limit]),
        _bought(reader, product_id) if reader.actor.can("profit.read") else None,
    )


def _quoted(
    reader: Reader, customer_id: int, product_id: int, but: int | None, limit: int
) -> list[PastPrice]:
    statement = (
        select(QuotationLine, Quotation)
        .join(Quotation, Quotation.id == QuotationLine.quotation_id)
        .where(
            QuotationLine.product_id == product_id,
            Quotation.customer_id == customer_id,
            Quotation.status.not_in(_NOT_OFFERED),
        )
        .order_by(Quotation.day.desc(), QuotationLine.id.desc())
        .limit(limit)
    )
    if but is not None:
        statement = statement.where(Quotation.id != but)
    return [
        _past("quotation", line, paper, Link.to("quotation", id=paper.id))
        for line, paper in reader.session.execute(statement)
    ]


def _contracted(reader: Reader, customer_id: int, product_id: int, limit: int) -> list[PastPrice]:
    statement = (
        select(ContractLine, SalesContract)
        .join(SalesContract, SalesContract.id == ContractLine.contract_id)
        .where(
            ContractLine.product_id == product_id,
            SalesContract.customer_id == customer_id,
            SalesContract.status.not_in(_NOT_AGREED),
        )
        .order_by(SalesContract.day.desc(), ContractLine.id.desc())
        .limit(limit)
    )
    return [
        _past("contract", line, paper, Link.to("contract", id=paper.id))
        for line, paper in reader.session.execute(statement)
    ]


def _past(kind: str, line: Any, paper: Any, link: Link) -> PastPrice:
    return PastPrice(
        kind,
        paper.number,
        paper.day,
        line.quantity,
        line.unit,
        round_to(_net(line), PRICE_DECIMALS),
        paper.currency,
        paper.incoterm,
        link,
    )


def _net(line: Any) -> Decimal:
    """Answer the unit price after the line's discount and its share of a discount on the whole paper."""
    net: Decimal = line.price * (1 - line.discount)
    plain = line.amount - line.adjusted
    return net * line.amount / plain if line.adjusted < 0 < plain else net


def _bought(reader: Reader, product_id: int) -> PastPurchase | None:
    """Answer the last purchase of a product, else the factory price that stands on the product."""
    found = reader.session.execute(
        select(PurchaseLine, PurchaseContract, Party.name)
        .join(PurchaseContract, PurchaseContract.id == PurchaseLine.purchase_id)
        .outerjoin(Party, Party.id == PurchaseContract.supplier_id)
        .where(PurchaseLine.product_id == product_id, PurchaseContract.status.not_in(_NOT_BOUGHT))
        .order_by(PurchaseContract.day.desc(), PurchaseLine.id.desc())
        .limit(1)
    ).first()
    if found is not None:
        line, paper, supplier = found
        price = line.price if paper.vat_included else line.price * (1 + line.vat_rate)
        link = Link.to("purchase", id=paper.id)
        return PastPurchase(
            paper.number, paper.day, supplier or "", round_to(price, PRICE_DECIMALS), paper.currency, link
        )
    row = reader.session.execute(
        select(Product.cost, Party.name)
        .outerjoin(Party, Party.id == Product.supplier_id)
        .where(Product.id == product_id)
    ).first()
    if row is None or row[0] is None:
        return None
    return PastPurchase("", None, row[1] or "", row[0], reader.base, Link.to("product", id=product_id))
