"""Where the lists of inquiries, quotations, proforma invoices and price lists come from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from tradecrm.core.fields import FieldKind
from tradecrm.models import (
    Inquiry,
    Party,
    Person,
    PriceList,
    PriceListLine,
    Proforma,
    Quotation,
    SalesContract,
)
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.services.data.search import list_search

K = FieldKind


def _inquiry_parties(query: Select[Any]) -> Select[Any]:
    return query.outerjoin(Party, Party.id == Inquiry.customer_id).outerjoin(
        Person, Person.id == Inquiry.owner_id
    )


INQUIRIES = ListSource(
    key="inquiry",
    identity=Inquiry.id,
    columns=(
        ListColumn("number", Inquiry.number, K.CODE, nullable=False),
        ListColumn("day", Inquiry.day, K.DATE, nullable=False),
        ListColumn("customer", Party.name),
        ListColumn("customer_id", Inquiry.customer_id, K.INTEGER, nullable=False),
        ListColumn("subject", Inquiry.subject, nullable=False),
        ListColumn("source", Inquiry.source, nullable=False),
        ListColumn("status", Inquiry.status, K.CHOICE, nullable=False),
        ListColumn("reply_by", Inquiry.reply_by, K.DATE),
        ListColumn("person", Person.name),
        ListColumn("lost_reason", Inquiry.lost_reason, nullable=False),
        ListColumn("updated_at", Inquiry.updated_at, K.DATETIME, nullable=False),
        ListColumn("version", Inquiry.version, K.INTEGER, nullable=False),
    ),
    joins=_inquiry_parties,
    joined=frozenset({"customer", "person"}),
    search=list_search("inquiry", Inquiry.id),
)
"""Inquiries with the person who answers them."""


def _quotation_parties(query: Select[Any]) -> Select[Any]:
    return (
        query.outerjoin(Party, Party.id == Quotation.customer_id)
        .outerjoin(Person, Person.id == Quotation.owner_id)
        .outerjoin(Inquiry, Inquiry.id == Quotation.inquiry_id)
    )


QUOTATIONS = ListSource(
    key="quotation",
    identity=Quotation.id,
    columns=(
        ListColumn("number", Quotation.number, K.CODE, nullable=False),
        ListColumn("revision", Quotation.revision, K.INTEGER, nullable=False),
        ListColumn("day", Quotation.day, K.DATE, nullable=False),
        ListColumn("customer", Party.name),
        ListColumn("customer_id", Quotation.customer_id, K.INTEGER, nullable=False),
        ListColumn("currency", Quotation.currency, K.CURRENCY, nullable=False),
        ListColumn("total", Quotation.total, K.MONEY, currency="currency", summed=True, nullable=False),
        ListColumn("status", Quotation.status, K.CHOICE, nullable=False),
        ListColumn("valid_until", Quotation.valid_until, K.DATE),
        ListColumn("sent_on", Quotation.sent_on, K.DATE),
        ListColumn("answer", Quotation.answer, nullable=False),
        ListColumn("incoterm", Quotation.incoterm, K.CHOICE, nullable=False),
        ListColumn("incoterm_place", Quotation.incoterm_place, nullable=False),
        ListColumn("inquiry", Inquiry.number, K.CODE),
        ListColumn("inquiry_id", Quotation.inquiry_id, K.INTEGER),
        ListColumn("person", Person.name),
        ListColumn("current", Quotation.current, K.BOOL, nullable=False),
        ListColumn("updated_at", Quotation.updated_at, K.DATETIME, nullable=False),
        ListColumn("version", Quotation.version, K.INTEGER, nullable=False),
    ),
    joins=_quotation_parties,
    joined=frozenset({"customer", "person", "inquiry"}),
    search=list_search("quotation", Quotation.id),
)
"""Every revision of every quotation; amounts in the quotation's currency."""


def _proforma_papers(query: Select[Any]) -> Select[Any]:
    return (
        query.outerjoin(Party, Party.id == Proforma.customer_id)
        .outerjoin(Quotation, Quotation.id == Proforma.quotation_id)
        .outerjoin(SalesContract, SalesContract.id == Proforma.contract_id)
    )


PROFORMAS = ListSource(
    key="proforma",
    identity=Proforma.id,
    columns=(
        ListColumn("number", Proforma.number, K.CODE, nullable=False),
        ListColumn("day", Proforma.day, K.DATE, nullable=False),
        ListColumn("customer", Party.name),
        ListColumn("customer_id", Proforma.customer_id, K.INTEGER, nullable=False),
        ListColumn("customer_po", Proforma.customer_po, nullable=False),
        ListColumn("currency", Proforma.currency, K.CURRENCY, nullable=False),
        ListColumn("total", Proforma.total, K.MONEY, currency="currency", summed=True, nullable=False),
        ListColumn("status", Proforma.status, K.CHOICE, nullable=False),
        ListColumn("valid_until", Proforma.valid_until, K.DATE),
        ListColumn("is_contract", Proforma.is_contract, K.BOOL, nullable=False),
        ListColumn("quotation", Quotation.number, K.CODE),
        ListColumn("quotation_id", Proforma.quotation_id, K.INTEGER),
        ListColumn("contract", SalesContract.number, K.CODE),
        ListColumn("contract_id", Proforma.contract_id, K.INTEGER),
        ListColumn("updated_at", Proforma.updated_at, K.DATETIME, nullable=False),
        ListColumn("version", Proforma.version, K.INTEGER, nullable=False),
    ),
    joins=_proforma_papers,
    joined=frozenset({"customer", "quotation", "contract"}),
    search=list_search("proforma", Proforma.id),
)
"""Proforma invoices with the quotation behind them and the contract made of them."""


def _line_count() -> ColumnElement[int]:
    """Answer how many prices a list holds."""
    return (
        select(func.count(PriceListLine.id))
        .where(PriceListLine.price_list_id == PriceList.id)
        .correlate(PriceList)
        .scalar_subquery()
    )


PRICE_LISTS = ListSource(
    key="price_list",
    identity=PriceList.id,
    columns=(
        ListColumn("name", PriceList.name, nullable=False),
        ListColumn("currency", PriceList.currency, K.CURRENCY, nullable=False),
        ListColumn("incoterm", PriceList.incoterm, K.CHOICE, nullable=False),
        ListColumn("grade", PriceList.grade, nullable=False),
        ListColumn("customer", Party.name),
        ListColumn("party_id", PriceList.party_id, K.INTEGER),
        ListColumn("valid_from", PriceList.valid_from, K.DATE),
        ListColumn("valid_until", PriceList.valid_until, K.DATE),
        ListColumn("max_discount", PriceList.max_discount, K.PERCENT),
        ListColumn("prices", _line_count(), K.INTEGER),
        ListColumn("active", PriceList.active, K.BOOL, nullable=False),
        ListColumn("updated_at", PriceList.updated_at, K.DATETIME, nullable=False),
        ListColumn("version", PriceList.version, K.INTEGER, nullable=False),
    ),
    joins=lambda query: query.outerjoin(Party, Party.id == PriceList.party_id),
    joined=frozenset({"customer"}),
    searched=("name",),
)
"""Price lists with the number of their prices."""
