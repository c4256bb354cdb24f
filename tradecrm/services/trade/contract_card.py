"""A sales contract as its page shows it: head, lines, the chain of its papers, and prices agreed before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tradecrm.core.links import Link
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import (
    Account,
    ContractLine,
    Earmark,
    Inquiry,
    Item,
    Party,
    Product,
    Proforma,
    Quotation,
    Rate,
    Receipt,
    SalesContract,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.figures.deposits import deposit_received
from tradecrm.services.figures.quantities import gone_quantities
from tradecrm.services.trade.contracts import HEADER
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ContractLineCard:
    """A line of a contract with the code of its product and what has left of it; the price in the contract's money."""

    id: int
    product_id: int | None
    product_code: str
    product_name: str
    supplier_id: int | None
    supplier: str
    shipped: Decimal
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ContractCard:
    """A contract as its form edits it: ``values`` holds the columns of the head by name."""

    id: int
    version: int
    customer_code: str
    customer: str
    bank_account: str
    agency_party: str
    received: Decimal
    values: dict[str, Any]
    lines: tuple[ContractLineCard, ...]


HEAD = (
    "number",
    "status",
    *HEADER,
    "agency",
    "agency_party_id",
    "agency_fee_rate",
    "counted",
    "counted_reason",
    "total",
    "deposit_due",
    "effective_on",
)
LINE = (
    "item_no",
    "description_en",
    "description_cn",
    "specification",
    "hs_code",
    "unit",
    "quantity",
    "price",
    "discount",
    "amount",
    "adjusted",
    "cost",
    "vat_rate",
    "rebate_rate",
    "per_carton",
    "carton_length",
    "carton_width",
    "carton_height",
    "unit_net_weight",
    "carton_tare",
)


def contract_card(reader: Reader, contract_id: int) -> ContractCard:
    """Answer one contract; raises NotFound."""
    contract = reader.get(SalesContract, contract_id, _("Contract"))
    code, name = _party(reader, contract.customer_id)
    account = ""
    if contract.bank_account_id is not None:
        query = select(Account.name).where(Account.id == contract.bank_account_id)
        account = reader.session.scalar(query) or ""
    gone = gone_quantities(reader, contract_id)
    rows = reader.session.execute(
        select(ContractLine, Product.code, Product.name_en, Party.name)
        .outerjoin(Product, Product.id == ContractLine.product_id)
        .outerjoin(Party, Party.id == ContractLine.supplier_id)
        .where(ContractLine.contract_id == contract_id)
        .order_by(ContractLine.position)
    )
    lines = tuple(
        ContractLineCard(
            line.id,
            line.product_id,
            product_code or line.item_no,
            product_name or line.description_en,
            line.supplier_id,
            supplier or "",
            gone.get(line.id, ZERO),
            {name: getattr(line, name) for name in LINE},
        )
        for line, product_code, product_name, supplier in rows
    )
    return ContractCard(
        contract.id,
        contract.version,
        code,
        name,
        account,
        "" if contract.agency_party_id is None else _party(reader, contract.agency_party_id)[1],
        deposit_received(reader, contract_id),
        {key: getattr(contract, key) for key in HEAD},
        lines,
    )


def _party(reader: Reader, party_id: int) -> tuple[str, str]:
    """Answer code and name of a party; empty where the actor may not see it."""
    found = reader.session.execute(select(Party.code, Party.name).where(Party.id == party_id)).one_or_none()
    return ("", "") if found is None else (found[0], found[1])


def budget_rates(reader: Reader, day: date) -> dict[str, Decimal]:
    """Answer the budget rate of each currency in the year of ``day``; base is 1."""
    first, last = day.replace(month=1, day=1), day.replace(month=12, day=31)
    rows = reader.session.execute(
        select(Rate.currency, Rate.rate)
        .where(Rate.kind == RateType.BUDGET.value, Rate.day >= first, Rate.day <= last)
        .order_by(Rate.day)
    )
    return {**dict(rows.all()), reader.base: Decimal(1)}


@dataclass(frozen=True, slots=True)
class ChainPart:
    """One paper of a chain: its kind, its number, its state, and what it opens."""

    kind: str
    number: str
    link: Link


def contract_chain(reader: Reader, contract_id: int) -> tuple[ChainPart, ...]:
    """Answer the papers a contract led to: itself, shipments, invoices, receipts (section 1.1)."""
    contract = reader.get(SalesContract, contract_id, _("Contract"))
    on_board = select(ShipmentLine.shipment_id).where(ShipmentLine.contract_id == contract_id)
    shipments = reader.session.execute(
        select(Shipment.id, Shipment.number)
        .where(Shipment.id.in_(on_board), Shipment.status != "void")
        .order_by(Shipment.id)
    ).all()
    invoices, receipts = papers_of(reader, [row.id for row in shipments], [contract_id])
    return (
        ChainPart("contract", contract.number, Link.to("contract", id=contract.id)),
        *(ChainPart("shipment", row.number, Link.to("shipment", id=row.id)) for row in shipments),
        *invoices,
        *receipts,
    )


def contract_origin(reader: Reader, contract_id: int) -> tuple[ChainPart, ...]:
    """Answer inquiry, quotation and proforma invoice that a contract was made of (section 1.1)."""
    contract = reader.get(SalesContract, contract_id, _("Contract"))
    proforma = select(Proforma.id, Proforma.number).where(Proforma.contract_id == contract.id)
    sources: tuple[tuple[str, Any], ...] = (
        ("inquiry", select(Inquiry.id, Inquiry.number).where(Inquiry.id == contract.inquiry_id)),
        ("quotation", select(Quotation.id, Quotation.number).where(Quotation.id == contract.quotation_id)),
        ("proforma", proforma),
    )
    return tuple(
        ChainPart(kind, row.number, Link.to(kind, id=row.id))
        for kind, query in sources
        for row in reader.session.execute(query)
    )


def papers_of(
    reader: Reader, shipments: Sequence[int], contracts: Sequence[int]
) -> tuple[list[ChainPart], list[ChainPart]]:
    """Answer the invoices of shipments, and the receipts allocated to them or earmarked to contracts."""
    from tradecrm.models import Allocation

    invoices = reader.session.execute(
        select(Item.id, Item.number)
        .where(Item.shipment_id.in_(shipments), Item.side == "AR", Item.kind == "INV")
        .order_by(Item.id)
    ).all()
    paid = select(Allocation.credit_item_id).where(Allocation.debit_item_id.in_([row.id for row in invoices]))
    marked = select(Earmark.item_id).where(Earmark.contract_id.in_(contracts))
    receipts = reader.session.execute(
        select(Receipt.id, Receipt.number)
        .where(Receipt.item_id.in_(paid) | Receipt.item_id.in_(marked), Receipt.reversed_on.is_(None))
        .order_by(Receipt.day, Receipt.id)
    ).all()
    return (
        [ChainPart("invoice", row.number, Link.to("receivable", id=row.id)) for row in invoices],
        [ChainPart("receipt", row.number, Link.to("receipt", id=row.id)) for row in receipts],
    )


@dataclass(frozen=True, slots=True)
class AgreedPrice:
    """A price agreed before: the contract, its day, how many, and at what price in its currency."""

    product_id: int
    contract_id: int
    number: str
    day: date
    quantity: Decimal
    unit: str
    price: Decimal
    currency: str


def agreed_prices(
    reader: Reader, customer_id: int, products: Sequence[int], *, but: int | None = None, each: int = 2
) -> tuple[AgreedPrice, ...]:
    """Answer what a customer paid for products before, newest first, ``each`` a product; contract ``but`` left out."""
    if not products:
        return ()
    place = func.row_number().over(
        partition_by=ContractLine.product_id, order_by=(SalesContract.day.desc(), ContractLine.id.desc())
    )
    statement = (
        select(ContractLine.id.label("line_id"), place.label("place"))
        .join(SalesContract, SalesContract.id == ContractLine.contract_id)
        .where(
            SalesContract.customer_id == customer_id,
            ContractLine.product_id.in_(products),
            SalesContract.status.not_in(("canceled", "void")),
        )
    )
    if but is not None:
        statement = statement.where(SalesContract.id != but)
    ranked = statement.subquery()
    rows = reader.session.execute(
        select(ContractLine, SalesContract)
        .join(SalesContract, SalesContract.id == ContractLine.contract_id)
        .join(ranked, ranked.c.line_id == ContractLine.id)
        .where(ranked.c.place <= each)
        .order_by(SalesContract.day.desc(), ContractLine.id.desc())
    )
    return tuple(
        AgreedPrice(
            line.product_id or 0,
            contract.id,
            contract.number,
            contract.day,
            line.quantity,
            line.unit,
            line.price,
            contract.currency,
        )
        for line, contract in rows
    )


def account_choices(reader: Reader, text: str, currency: str = "") -> tuple[tuple[int, str, str, str], ...]:
    """Answer (id, name, bank, currency) of the firm's accounts for a picker, those in ``currency`` first."""
    rows = reader.session.execute(
        select(Account.id, Account.name, Account.bank, Account.currency).order_by(Account.name)
    )
    typed = text.strip().lower()
    found = [
        (row.id, row.name, row.bank, row.currency)
        for row in rows
        if typed in f"{row.name} {row.bank} {row.currency}".lower()
    ]
    return tuple(sorted(found, key=lambda row: row[3] != currency))[:20]
