"""A purchase contract as its page shows it: head, lines with what came in, the chain, and what can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.models import (
    ContractLine,
    CostLine,
    GoodsReceipt,
    Item,
    Party,
    Product,
    PurchaseContract,
    PurchaseLine,
    PurchaseLink,
    SalesContract,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.figures.purchased import contract_needs, received_quantities
from tradecrm.services.trade.contract_card import ChainPart
from tradecrm.services.trade.purchase_moves import sold_contracts
from tradecrm.services.trade.purchase_receipts import RECEIVABLE
from tradecrm.services.trade.purchase_split import SPLIT_STATES
from tradecrm.services.trade.purchases import HEADER, LINE
from tradecrm.services.work import Reader

ZERO = Decimal(0)
PRICES = "purchase.price"
"""The verb without which nobody sees what a factory is paid (section 6, visibility)."""
_HIDDEN = ("price", "amount")


@dataclass(frozen=True, slots=True)
class SoldFor:
    """A sold line that goods are bought for, with how many."""

    line_id: int
    contract: str
    goods: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class PurchaseLineCard:
    """A line with its product, what came in, and for which sold lines it is bought."""

    id: int
    product_id: int | None
    product_code: str
    product_name: str
    received: Decimal
    sold_for: tuple[SoldFor, ...]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PurchaseCard:
    """A purchase contract as its form edits it; without the right to see prices (``priced``) they are None."""

    id: int
    version: int
    supplier_code: str
    supplier: str
    priced: bool
    values: dict[str, Any]
    lines: tuple[PurchaseLineCard, ...]


HEAD = ("number", "status", *HEADER, "total", "deposit_due")


def purchase_card(reader: Reader, purchase_id: int) -> PurchaseCard:
    """Answer one purchase contract; raises NotFound."""
    purchase = reader.get(PurchaseContract, purchase_id, _("Purchase contract"))
    code, name = reader.session.execute(
        select(Party.code, Party.name).where(Party.id == purchase.supplier_id)
    ).one_or_none() or ("", "")
    priced = reader.actor.can(PRICES)
    received = received_quantities(reader, purchase_id)
    sold = _sold_for(reader, purchase_id)
    rows = reader.session.execute(
        select(PurchaseLine, Product.code, Product.name_en)
        .outerjoin(Product, Product.id == PurchaseLine.product_id)
        .where(PurchaseLine.purchase_id == purchase_id)
        .order_by(PurchaseLine.position)
    )
    lines = tuple(
        PurchaseLineCard(
            line.id,
            line.product_id,
            product_code or line.item_no,
            product_name or line.description_cn,
            received.get(line.id, ZERO),
            sold.get(line.id, ()),
            _open(line, (*LINE, "amount", "invoiced"), priced=priced),
        )
        for line, product_code, product_name in rows
    )
    values = {key: getattr(purchase, key) for key in HEAD}
    if not priced:
        values.update(total=None, deposit_due=None)
    return PurchaseCard(purchase.id, purchase.version, code, name, priced, values, lines)


def _open(line: PurchaseLine, names: Sequence[str], *, priced: bool) -> dict[str, Any]:
    values = {name: getattr(line, name) for name in names}
    if not priced:
        values.update(dict.fromkeys(_HIDDEN))
    return values


def _sold_for(reader: Reader, purchase_id: int) -> dict[int, tuple[SoldFor, ...]]:
    rows = reader.session.execute(
        select(PurchaseLink, ContractLine, SalesContract.number)
        .join(PurchaseLine, PurchaseLine.id == PurchaseLink.purchase_line_id)
        .join(ContractLine, ContractLine.id == PurchaseLink.contract_line_id)
        .join(SalesContract, SalesContract.id == ContractLine.contract_id)
        .where(PurchaseLine.purchase_id == purchase_id)
        .order_by(PurchaseLink.id)
    )
    found: dict[int, tuple[SoldFor, ...]] = {}
    for link, line, number in rows:
        each = SoldFor(line.id, number, line.item_no or line.description_en, link.quantity)
        found[link.purchase_line_id] = (*found.get(link.purchase_line_id, ()), each)
    return found


def purchase_chain(reader: Reader, purchase_id: int) -> tuple[ChainPart, ...]:
    """Answer the papers around a purchase: sold contracts, itself, the shipments of its goods, its bills."""
    purchase = reader.get(PurchaseContract, purchase_id, _("Purchase contract"))
    lines = select(PurchaseLine.id).where(PurchaseLine.purchase_id == purchase_id)
    by_cost = select(CostLine.shipment_id).where(CostLine.purchase_line_id.in_(lines))
    by_goods = (
        select(ShipmentLine.shipment_id)
        .join(GoodsReceipt, GoodsReceipt.shipment_line_id == ShipmentLine.id)
        .where(GoodsReceipt.purchase_line_id.in_(lines))
    )
    shipments = reader.session.execute(
        select(Shipment.id, Shipment.number)
        .where(Shipment.id.in_(by_cost) | Shipment.id.in_(by_goods), Shipment.status != "void")
        .order_by(Shipment.id)
    ).all()
    bills = reader.session.execute(
        select(Item.id, Item.number)
        .where(Item.id.in_(select(CostLine.item_id).where(CostLine.purchase_line_id.in_(lines))))
        .order_by(Item.id)
    ).all()
    return (
        *(
            ChainPart("contract", each.number, Link.to("contract", id=each.id))
            for each in sold_contracts(reader, purchase_id)
        ),
        ChainPart("purchase", purchase.number, Link.to("purchase", id=purchase.id)),
        *(ChainPart("shipment", row.number, Link.to("shipment", id=row.id)) for row in shipments),
        *(ChainPart("bill", row.number, Link.to("receivable", id=row.id)) for row in bills),
    )


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """A purchase contract of a sold contract, in a few words; the total is None for who may not see it."""

    id: int
    number: str
    supplier: str
    status: str
    currency: str
    total: Decimal | None


def contract_purchases(reader: Reader, contract_id: int) -> tuple[PurchaseRow, ...]:
    """Answer the purchase contracts that buy for a sales contract."""
    ids = (
        select(PurchaseLine.purchase_id)
        .join(PurchaseLink, PurchaseLink.purchase_line_id == PurchaseLine.id)
        .join(ContractLine, ContractLine.id == PurchaseLink.contract_line_id)
        .where(ContractLine.contract_id == contract_id)
    )
    rows = reader.session.execute(
        select(PurchaseContract, Party.name)
        .outerjoin(Party, Party.id == PurchaseContract.supplier_id)
        .where(PurchaseContract.id.in_(ids), PurchaseContract.status != "void")
        .order_by(PurchaseContract.id)
    )
    priced = reader.actor.can(PRICES)
    return tuple(
        PurchaseRow(
            head.id, head.number, name or "", head.status, head.currency, head.total if priced else None
        )
        for head, name in rows
    )


@dataclass(frozen=True, slots=True)
class GoodsToBuy:
    """A sold line with goods to buy, and all that a purchase line takes over from it; ``cost`` with VAT in base."""

    line_id: int
    contract: str
    to_buy: Decimal
    product_id: int | None
    product_code: str
    product_name: str
    supplier_id: int | None
    item_no: str
    description_en: str
    description_cn: str
    specification: str
    hs_code: str
    unit: str
    cost: Decimal | None
    vat_rate: Decimal
    rebate_rate: Decimal
    per_carton: Decimal | None


_GOODS = (
    "product_id",
    "supplier_id",
    "item_no",
    "description_en",
    "description_cn",
    "specification",
    "hs_code",
    "unit",
    "cost",
    "vat_rate",
    "rebate_rate",
    "per_carton",
)


def goods_to_buy(reader: Reader, text: str, limit: int = 20) -> tuple[GoodsToBuy, ...]:
    """Answer lines of contracts approved or later, those with something to buy, newest contract first."""
    rows = reader.session.execute(
        select(ContractLine, SalesContract, Product.code, Product.name_en, Product.name_cn)
        .join(SalesContract, SalesContract.id == ContractLine.contract_id)
        .outerjoin(Product, Product.id == ContractLine.product_id)
        .where(SalesContract.status.in_(sorted(SPLIT_STATES)))
        .order_by(SalesContract.day.desc(), SalesContract.id, ContractLine.position)
        .limit(400)
    )
    typed = text.strip().lower()
    needs: dict[int, Any] = {}
    found: list[GoodsToBuy] = []
    for line, contract, code, name, local in rows:
        words = f"{contract.number} {code or line.item_no} {line.description_en} {line.description_cn}"
        if typed not in words.lower() or len(found) >= limit:
            continue
        if contract.id not in needs:
            needs[contract.id] = contract_needs(reader, contract.id)
        quantity = needs[contract.id][line.id].to_buy
        if quantity <= 0:
            continue
        values = {key: getattr(line, key) for key in _GOODS}
        values["description_cn"] = line.description_cn or local or line.description_en
        found.append(
            GoodsToBuy(
                line_id=line.id,
                contract=contract.number,
                to_buy=quantity,
                product_code=code or line.item_no,
                product_name=name or line.description_en,
                **values,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ComingLine:
    """A purchase line whose goods are still to come."""

    id: int
    goods: str
    unit: str
    coming: Decimal


def coming_lines(reader: Reader, purchase_id: int) -> tuple[ComingLine, ...]:
    """Answer the lines of a purchase with goods still to come; none while the factory does not have it."""
    purchase = reader.get(PurchaseContract, purchase_id, _("Purchase contract"))
    if purchase.status not in RECEIVABLE:
        return ()
    received = received_quantities(reader, purchase_id)
    rows = reader.session.scalars(
        select(PurchaseLine).where(PurchaseLine.purchase_id == purchase_id).order_by(PurchaseLine.position)
    )
    found = (
        ComingLine(
            line.id,
            f"{line.item_no} {line.description_cn}".strip(),
            line.unit,
            line.quantity - received.get(line.id, ZERO),
        )
        for line in rows
    )
    return tuple(line for line in found if line.coming > 0)


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt of goods: its day, goods, quantity, value in base, and the shipment they left with."""

    day: date
    goods: str
    unit: str
    quantity: Decimal
    value: Decimal | None
    shipment_id: int | None
    shipment: str


def purchase_receipts(reader: Reader, purchase_id: int) -> tuple[ReceiptRow, ...]:
    """Answer the receipts of a purchase contract, oldest first."""
    rows = reader.session.execute(
        select(GoodsReceipt, PurchaseLine, Shipment.id, Shipment.number)
        .join(PurchaseLine, PurchaseLine.id == GoodsReceipt.purchase_line_id)
        .outerjoin(ShipmentLine, ShipmentLine.id == GoodsReceipt.shipment_line_id)
        .outerjoin(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(PurchaseLine.purchase_id == purchase_id)
        .order_by(GoodsReceipt.day, GoodsReceipt.id)
    )
    priced = reader.actor.can(PRICES)
    return tuple(
        ReceiptRow(
            receipt.day,
            line.item_no or line.description_cn,
            line.unit,
            receipt.quantity,
            receipt.value if priced else None,
            key,
            number or "",
        )
        for receipt, line, key, number in rows
    )


@dataclass(frozen=True, slots=True)
class BillableShipment:
    """A shipment with goods of a purchase contract that have no bill: what the contract says they cost."""

    id: int
    number: str
    departed_on: date | None


def billable_shipments(reader: Reader, purchase_id: int) -> tuple[BillableShipment, ...]:
    """Answer the shipments that carry goods bought by a purchase contract, not void, oldest first."""
    sold = (
        select(PurchaseLink.contract_line_id)
        .join(PurchaseLine, PurchaseLine.id == PurchaseLink.purchase_line_id)
        .where(PurchaseLine.purchase_id == purchase_id, PurchaseLine.invoiced < PurchaseLine.quantity)
    )
    carried = select(ShipmentLine.shipment_id).where(ShipmentLine.contract_line_id.in_(sold))
    lines = select(PurchaseLine.id).where(PurchaseLine.purchase_id == purchase_id)
    billed = select(CostLine.shipment_id).where(
        CostLine.purchase_line_id.in_(lines), CostLine.item_id.is_not(None)
    )
    rows = reader.session.execute(
        select(Shipment.id, Shipment.number, Shipment.departed_on)
        .where(Shipment.id.in_(carried), Shipment.id.not_in(billed), Shipment.status != "void")
        .order_by(Shipment.id)
    )
    return tuple(BillableShipment(*row) for row in rows)
