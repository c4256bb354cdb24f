"""The papers of a deal, each kind read as the actor may see it (domain.md section 1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, func, or_, select

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.models import (
    ContractLine,
    Earmark,
    FreightInquiry,
    GoodsReturn,
    GoodsReturnLine,
    Inquiry,
    Item,
    Party,
    Proforma,
    PurchaseContract,
    PurchaseLine,
    PurchaseLink,
    Quotation,
    Receipt,
    SalesContract,
    Shipment,
    ShipmentDocument,
    ShipmentLine,
)
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class DealPaper:
    """A paper of the deal: what it is, its state, its amount in its currency, what is open of it, what it opens."""

    kind: str
    id: int
    number: str
    day: date | None
    status: str
    currency: str
    amount: Decimal | None
    party: str
    link: Link
    open_amount: Decimal | None = None
    late: bool = False


def papers_before(reader: Reader, contract: SalesContract) -> list[DealPaper]:
    """Answer inquiry, quotations in all their revisions, and proforma invoices that led to the contract."""
    if not reader.actor.can("quotation.read"):
        return []
    found: list[DealPaper] = []
    number = None
    inquiry_id = contract.inquiry_id
    if contract.quotation_id is not None:
        quoted = reader.session.execute(
            select(Quotation.number, Quotation.inquiry_id).where(Quotation.id == contract.quotation_id)
        ).one_or_none()
        number, of_quotation = (None, None) if quoted is None else quoted
        inquiry_id = inquiry_id or of_quotation
    if inquiry_id is not None:
        found += [
            DealPaper(
                "inquiry",
                row.id,
                row.number,
                row.day,
                row.status,
                "",
                None,
                "",
                Link.to("inquiry", id=row.id),
            )
            for row in reader.session.scalars(select(Inquiry).where(Inquiry.id == inquiry_id))
        ]
    if number is not None:
        for row in reader.session.scalars(
            select(Quotation).where(Quotation.number == number).order_by(Quotation.revision)
        ):
            title = row.number if row.revision == 0 else f"{row.number}-R{row.revision}"
            link = Link.to("quotation", id=row.id)
            found.append(
                DealPaper("quotation", row.id, title, row.day, row.status, row.currency, row.total, "", link)
            )
    found += [
        DealPaper(
            "proforma",
            row.id,
            row.number,
            row.day,
            row.status,
            row.currency,
            row.total,
            "",
            Link.to("proforma", id=row.id),
        )
        for row in reader.session.scalars(
            select(Proforma).where(Proforma.contract_id == contract.id).order_by(Proforma.id)
        )
    ]
    return found


def purchases_of(reader: Reader, contract_id: int) -> list[DealPaper]:
    """Answer the purchase contracts with a line for one of the contract's; prices only for whoever may see them."""
    if not reader.actor.can("purchase.read"):
        return []
    bought = (
        select(PurchaseLine.purchase_id)
        .join(PurchaseLink, PurchaseLink.purchase_line_id == PurchaseLine.id)
        .join(ContractLine, ContractLine.id == PurchaseLink.contract_line_id)
        .where(ContractLine.contract_id == contract_id)
    )
    priced = reader.actor.can("profit.read")
    rows = reader.session.execute(
        select(PurchaseContract, Party.name)
        .join(Party, Party.id == PurchaseContract.supplier_id)
        .where(PurchaseContract.id.in_(bought), PurchaseContract.status != "void")
        .order_by(PurchaseContract.id)
    )
    return [
        DealPaper(
            "purchase_contract",
            row.id,
            row.number,
            row.day,
            row.status,
            row.currency,
            row.total if priced else None,
            name,
            Link.to("purchase", id=row.id),
        )
        for row, name in rows
    ]


def freight_of(reader: Reader, contract_id: int, shipments: Sequence[int]) -> list[DealPaper]:
    """Answer the freight inquiries of the contract and of its shipments."""
    if not reader.actor.can("freight.read"):
        return []
    rows = reader.session.scalars(
        select(FreightInquiry)
        .where(
            or_(FreightInquiry.contract_id == contract_id, FreightInquiry.shipment_id.in_(shipments)),
            FreightInquiry.status != "void",
        )
        .order_by(FreightInquiry.id)
    )
    return [
        DealPaper(
            "freight_inquiry",
            row.id,
            row.number,
            row.day,
            row.status,
            "",
            None,
            "",
            Link.to("freight_inquiry", id=row.id),
        )
        for row in rows
    ]


def shipments_of(reader: Reader, contract_id: int) -> list[DealPaper]:
    """Answer the shipments that carry goods of the contract; ``late`` when the planned day has passed."""
    mine = select(ShipmentLine.shipment_id).where(ShipmentLine.contract_id == contract_id)
    rows = reader.session.scalars(
        select(Shipment).where(Shipment.id.in_(mine), Shipment.status != "void").order_by(Shipment.id)
    )
    return [
        DealPaper(
            "shipment",
            row.id,
            row.number,
            row.departed_on or row.etd or row.day,
            row.status,
            row.currency,
            row.total,
            " ".join(part for part in (row.vessel, row.voyage) if part),
            Link.to("shipment", id=row.id),
            late=row.departed_on is None and row.etd is not None and row.etd < reader.today,
        )
        for row in rows
    ]


def documents_of(reader: Reader, shipments: Sequence[DealPaper]) -> list[DealPaper]:
    """Answer the checklist of every shipment; ``late`` when a paper was due and is not sent."""
    numbers = {paper.id: paper.number for paper in shipments}
    rows = reader.session.scalars(
        select(ShipmentDocument)
        .where(ShipmentDocument.shipment_id.in_(numbers), ShipmentDocument.status != "not_needed")
        .order_by(ShipmentDocument.shipment_id, ShipmentDocument.id)
    )
    return [
        DealPaper(
            "shipment_document",
            row.id,
            _(row.title or row.kind),
            row.sent_on or row.issued_on or row.due_on,
            row.status,
            "",
            None,
            numbers[row.shipment_id],
            Link.to("shipment", id=row.shipment_id),
            late=row.status != "sent" and row.due_on is not None and row.due_on < reader.today,
        )
        for row in rows
    ]


def returns_of(reader: Reader, shipments: Sequence[DealPaper]) -> list[DealPaper]:
    """Answer the goods that came back of the deal's shipments, each with what it credits (section 1.10)."""
    numbers = {paper.id: paper for paper in shipments}
    rows = reader.session.execute(
        select(GoodsReturn, func.sum(GoodsReturnLine.amount))
        .join(GoodsReturnLine, GoodsReturnLine.return_id == GoodsReturn.id)
        .where(GoodsReturn.shipment_id.in_(numbers))
        .group_by(GoodsReturn.id)
        .order_by(GoodsReturn.id)
    )
    return [
        DealPaper(
            "goods_return",
            row.id,
            row.number,
            row.received_on or row.day,
            row.status,
            numbers[row.shipment_id].currency,
            amount,
            numbers[row.shipment_id].number,
            Link.to("goods_return", id=row.id),
        )
        for row, amount in rows
    ]


def money_of(reader: Reader, contract_id: int, shipments: Sequence[int]) -> list[DealPaper]:
    """Answer invoices, bills and receipts of the deal, with what is open of each."""
    from tradecrm.services.figures.papers import item_links

    if not reader.actor.can("receivable.read"):
        return []
    items = reader.session.execute(
        select(Item, Party.name)
        .join(Party, Party.id == Item.party_id)
        .where(
            or_(
                Item.shipment_id.in_(shipments),
                and_(Item.contract_id == contract_id, Item.shipment_id.is_(None)),
            ),
            Item.kind.in_(("INV", "DN", "CN")),
        )
        .order_by(Item.side.desc(), Item.id)
    ).all()
    links: dict[int, Link] = {}
    for side in ("AR", "AP"):
        links |= item_links(reader, [(row.id, row.kind) for row, _name in items if row.side == side], side)
    found = [
        DealPaper(
            "receivable" if row.side == "AR" else "payable",
            row.id,
            row.number,
            row.day,
            "paid" if row.open_amount == 0 else ("open" if row.open_amount == row.amount else "partly_paid"),
            row.currency,
            row.amount,
            name,
            links[row.id],
            row.open_amount,
        )
        for row, name in items
        if row.side == "AR" or reader.actor.can("profit.read")
    ]
    marked = select(Earmark.item_id).where(Earmark.contract_id == contract_id)
    receipts = reader.session.scalars(
        select(Receipt)
        .where(Receipt.item_id.in_(marked), Receipt.reversed_on.is_(None))
        .order_by(Receipt.day, Receipt.id)
    )
    return found + [
        DealPaper(
            "receipt",
            row.id,
            row.number,
            row.day,
            "posted",
            row.currency,
            row.gross,
            row.payer,
            Link.to("receipt", id=row.id),
        )
        for row in receipts
    ]
