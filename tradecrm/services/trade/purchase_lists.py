"""Where the lists of purchase contracts and import jobs come from."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ColumnElement, func, select

from tradecrm.core.fields import FieldKind
from tradecrm.models import (
    ContractLine,
    ImportJob,
    ImportJobLine,
    Party,
    PurchaseContract,
    PurchaseLine,
    PurchaseLink,
    SalesContract,
)
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.services.data.search import list_search
from tradecrm.services.trade.purchase_card import PRICES


def _sold_numbers() -> ColumnElement[str]:
    """Answer the numbers of the sales contracts a purchase is for, as one text."""
    ids = (
        select(ContractLine.contract_id)
        .join(PurchaseLink, PurchaseLink.contract_line_id == ContractLine.id)
        .join(PurchaseLine, PurchaseLine.id == PurchaseLink.purchase_line_id)
        .where(PurchaseLine.purchase_id == PurchaseContract.id)
    )
    return (
        select(func.aggregate_strings(SalesContract.number, ", "))
        .where(SalesContract.id.in_(ids.correlate(PurchaseContract)))
        .correlate(PurchaseContract)
        .scalar_subquery()
    )


PURCHASES = ListSource(
    key="purchase_contract",
    identity=PurchaseContract.id,
    columns=(
        ListColumn("number", PurchaseContract.number, FieldKind.CODE, nullable=False),
        ListColumn("day", PurchaseContract.day, FieldKind.DATE, nullable=False),
        ListColumn("supplier", Party.name),
        ListColumn("supplier_id", PurchaseContract.supplier_id, FieldKind.INTEGER, nullable=False),
        ListColumn("contracts", _sold_numbers()),
        ListColumn("currency", PurchaseContract.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn(
            "total",
            PurchaseContract.total,
            FieldKind.MONEY,
            currency="currency",
            summed=True,
            nullable=False,
            needs=PRICES,
        ),
        ListColumn(
            "deposit_due",
            PurchaseContract.deposit_due,
            FieldKind.MONEY,
            currency="currency",
            summed=True,
            nullable=False,
            needs=PRICES,
        ),
        ListColumn("status", PurchaseContract.status, FieldKind.CHOICE, nullable=False),
        ListColumn("delivery_on", PurchaseContract.delivery_on, FieldKind.DATE),
        ListColumn("stock_purchase", PurchaseContract.stock_purchase, FieldKind.BOOL, nullable=False),
        ListColumn("updated_at", PurchaseContract.updated_at, FieldKind.DATETIME, nullable=False),
        ListColumn("version", PurchaseContract.version, FieldKind.INTEGER, nullable=False),
    ),
    joins=lambda query: query.outerjoin(Party, Party.id == PurchaseContract.supplier_id),
    joined=frozenset({"supplier"}),
    search=list_search("purchase_contract", PurchaseContract.id),
)
"""Purchase contracts; amounts with VAT in the contract's currency, for who may see them."""


def _job_amount() -> ColumnElement[Decimal]:
    """Answer what the goods of an import job cost, in the supplier's currency."""
    return (
        select(func.sum(ImportJobLine.amount))
        .where(ImportJobLine.import_job_id == ImportJob.id)
        .correlate(ImportJob)
        .scalar_subquery()
    )


IMPORT_JOBS = ListSource(
    key="import_job",
    identity=ImportJob.id,
    columns=(
        ListColumn("number", ImportJob.number, FieldKind.CODE, nullable=False),
        ListColumn("day", ImportJob.day, FieldKind.DATE, nullable=False),
        ListColumn("supplier", Party.name),
        ListColumn("supplier_id", ImportJob.supplier_id, FieldKind.INTEGER, nullable=False),
        ListColumn("incoterm", ImportJob.incoterm, FieldKind.CHOICE, nullable=False),
        ListColumn("currency", ImportJob.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn("amount", _job_amount(), FieldKind.MONEY, currency="currency", needs=PRICES),
        ListColumn("booking_rate", ImportJob.booking_rate, FieldKind.RATE, nullable=False),
        ListColumn("customs_rate", ImportJob.customs_rate, FieldKind.RATE, nullable=False),
        ListColumn("updated_at", ImportJob.updated_at, FieldKind.DATETIME, nullable=False),
        ListColumn("version", ImportJob.version, FieldKind.INTEGER, nullable=False),
    ),
    joins=lambda query: query.outerjoin(Party, Party.id == ImportJob.supplier_id),
    joined=frozenset({"supplier"}),
    searched=("number", "supplier"),
)
"""Import jobs with what their goods cost in the supplier's currency."""
