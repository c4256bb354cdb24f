"""A quotation as its page shows it: head, lines, the revisions under its number, and what came before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.models import (
    Account,
    Contact,
    Inquiry,
    Party,
    Product,
    Proforma,
    Quotation,
    QuotationLine,
    SalesContract,
)
from tradecrm.services.trade.contract_card import ChainPart
from tradecrm.services.trade.quotations import HEADER
from tradecrm.services.trade.sale_papers import SALE_LINE, name_of
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class SaleLineCard:
    """A line of goods with the code of its product and the name of its factory; ``values`` by column."""

    id: int
    product_id: int | None
    product_code: str
    supplier: str
    amount: Decimal
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a quotation: its record, its place, its day, its state, its total and the currency of that."""

    id: int
    revision: int
    day: date
    status: str
    total: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class QuotationCard:
    """A quotation as its editor shows it: ``values`` holds the columns of the head by name.

    ``before`` and ``after`` are the papers it came from and led to; ``revisions`` are all under its number,
    newest first.
    """

    id: int
    version: int
    number: str
    revision: int
    current: bool
    status: str
    customer_code: str
    customer: str
    contact: str
    bank_account: str
    total: Decimal
    sent_on: date | None
    answer: str
    values: dict[str, Any]
    lines: tuple[SaleLineCard, ...]
    revisions: tuple[Revision, ...]
    before: tuple[ChainPart, ...]
    after: tuple[ChainPart, ...]


def quotation_card(reader: Reader, quotation_id: int) -> QuotationCard:
    """Answer one revision of a quotation; raises NotFound."""
    quotation = reader.get(Quotation, quotation_id, _("Quotation"))
    code, name = party_words(reader, quotation.customer_id)
    return QuotationCard(
        quotation.id,
        quotation.version,
        quotation.number,
        quotation.revision,
        quotation.current,
        quotation.status,
        code,
        name,
        name_of(reader, Contact, quotation.contact_id),
        name_of(reader, Account, quotation.bank_account_id),
        quotation.total,
        quotation.sent_on,
        quotation.answer,
        {key: getattr(quotation, key) for key in HEADER},
        sale_lines(reader, QuotationLine, QuotationLine.quotation_id, quotation.id),
        _revisions(reader, quotation.number),
        inquiry_part(reader, quotation.inquiry_id),
        _after(reader, quotation),
    )


def party_words(reader: Reader, party_id: int) -> tuple[str, str]:
    """Answer code and name of a party; empty where the actor may not see it."""
    found = reader.session.execute(select(Party.code, Party.name).where(Party.id == party_id)).one_or_none()
    return ("", "") if found is None else (found[0], found[1])


def sale_lines(reader: Reader, entity: Any, parent: Any, key: int) -> tuple[SaleLineCard, ...]:
    """Answer the lines of a quotation or proforma invoice in their order."""
    rows = reader.session.execute(
        select(entity, Product.code, Party.name)
        .outerjoin(Product, Product.id == entity.product_id)
        .outerjoin(Party, Party.id == entity.supplier_id)
        .where(parent == key)
        .order_by(entity.position)
    )
    return tuple(
        SaleLineCard(
            line.id,
            line.product_id,
            code or line.item_no,
            supplier or "",
            line.amount,
            {name: getattr(line, name) for name in SALE_LINE},
        )
        for line, code, supplier in rows
    )


def inquiry_part(reader: Reader, inquiry_id: int | None) -> tuple[ChainPart, ...]:
    """Answer the inquiry a paper came from, as a part of its chain."""
    if inquiry_id is None:
        return ()
    number = reader.session.scalar(select(Inquiry.number).where(Inquiry.id == inquiry_id))
    return () if number is None else (ChainPart("inquiry", number, Link.to("inquiry", id=inquiry_id)),)


def quotation_part(reader: Reader, quotation_id: int | None) -> tuple[ChainPart, ...]:
    """Answer the quotation a paper came from, as a part of its chain."""
    if quotation_id is None:
        return ()
    number = reader.session.scalar(select(Quotation.number).where(Quotation.id == quotation_id))
    if number is None:
        return ()
    return (ChainPart("quotation", number, Link.to("quotation", id=quotation_id)),)


def _revisions(reader: Reader, number: str) -> tuple[Revision, ...]:
    rows = reader.session.execute(
        select(
            Quotation.id,
            Quotation.revision,
            Quotation.day,
            Quotation.status,
            Quotation.total,
            Quotation.currency,
        )
        .where(Quotation.number == number)
        .order_by(Quotation.revision.desc())
    )
    return tuple(Revision(*row) for row in rows)


def _after(reader: Reader, quotation: Quotation) -> tuple[ChainPart, ...]:
    """Answer the proforma invoices and contracts made of any revision under the number."""
    family = select(Quotation.id).where(Quotation.number == quotation.number)
    invoices = reader.session.execute(
        select(Proforma.id, Proforma.number).where(Proforma.quotation_id.in_(family)).order_by(Proforma.id)
    )
    contracts = reader.session.execute(
        select(SalesContract.id, SalesContract.number)
        .where(SalesContract.quotation_id.in_(family))
        .order_by(SalesContract.id)
    )
    return (
        *(ChainPart("proforma", row.number, Link.to("proforma", id=row.id)) for row in invoices),
        *(ChainPart("contract", row.number, Link.to("contract", id=row.id)) for row in contracts),
    )
