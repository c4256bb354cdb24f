"""Where the lists of VAT invoices, rebate rates, rebate claims, commission rules and runs come from."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select, type_coerce

from tradecrm.core.fields import FieldKind
from tradecrm.models import (
    CommissionRule,
    CommissionRun,
    DeclarationLine,
    Party,
    Person,
    RebateClaim,
    RebateClaimLine,
    RebateRate,
    Shipment,
    VatInvoice,
    VatInvoiceLine,
)
from tradecrm.services.data.lists import ListColumn, ListSource

_INVOICED = (
    select(func.coalesce(func.sum(VatInvoiceLine.net), Decimal(0)))
    .where(VatInvoiceLine.invoice_id == VatInvoice.id)
    .correlate(VatInvoice)
    .scalar_subquery()
)
_CLAIMED = (
    select(func.coalesce(func.sum(RebateClaimLine.net), Decimal(0)))
    .join(VatInvoiceLine, VatInvoiceLine.id == RebateClaimLine.invoice_line_id)
    .where(VatInvoiceLine.invoice_id == VatInvoice.id)
    .correlate(VatInvoice)
    .scalar_subquery()
)

VAT_INVOICES = ListSource(
    key="vat_invoices",
    identity=VatInvoice.id,
    columns=(
        ListColumn("number", VatInvoice.number, FieldKind.CODE, nullable=False),
        ListColumn("code", VatInvoice.code, FieldKind.CODE, nullable=False),
        ListColumn("kind", VatInvoice.kind, FieldKind.CHOICE, nullable=False),
        ListColumn("supplier", Party.name),
        ListColumn("supplier_id", VatInvoice.supplier_id, FieldKind.INTEGER, nullable=False),
        ListColumn("day", VatInvoice.day, FieldKind.DATE, nullable=False),
        ListColumn("received_on", VatInvoice.received_on, FieldKind.DATE, nullable=False),
        ListColumn("net", VatInvoice.net, FieldKind.MONEY, summed=True, nullable=False),
        ListColumn("vat", VatInvoice.vat, FieldKind.MONEY, summed=True, nullable=False),
        ListColumn("left", type_coerce(_INVOICED - _CLAIMED, VatInvoice.net.type), FieldKind.MONEY),
        ListColumn("version", VatInvoice.version, FieldKind.INTEGER, nullable=False),
    ),
    joins=lambda query: query.outerjoin(Party, Party.id == VatInvoice.supplier_id),
    joined=frozenset({"supplier"}),
    searched=("number", "supplier"),
)
"""VAT invoices in base currency; ``left`` is the net amount no claim has taken."""

REBATE_RATES = ListSource(
    key="rebate_rates",
    identity=RebateRate.id,
    columns=(
        ListColumn("hs_code", RebateRate.hs_code, FieldKind.CODE, nullable=False),
        ListColumn("from_day", RebateRate.from_day, FieldKind.DATE, nullable=False),
        ListColumn("rate", RebateRate.rate, FieldKind.PERCENT, nullable=False),
        ListColumn("source", RebateRate.source, nullable=False),
    ),
    searched=("hs_code", "source"),
)

_SHIPMENTS = (
    select(func.aggregate_strings(Shipment.number, ", "))
    .where(
        Shipment.id.in_(
            select(DeclarationLine.shipment_id)
            .join(RebateClaimLine, RebateClaimLine.declaration_line_id == DeclarationLine.id)
            .where(RebateClaimLine.claim_id == RebateClaim.id)
            .correlate(RebateClaim)
        )
    )
    .correlate(RebateClaim)
    .scalar_subquery()
)

REBATE_CLAIMS = ListSource(
    key="rebate_claims",
    identity=RebateClaim.id,
    columns=(
        ListColumn("number", RebateClaim.number, FieldKind.CODE, nullable=False),
        ListColumn("day", RebateClaim.day, FieldKind.DATE, nullable=False),
        ListColumn("shipments", _SHIPMENTS),
        ListColumn("status", RebateClaim.status, FieldKind.CHOICE, nullable=False),
        ListColumn("claimed", RebateClaim.claimed, FieldKind.MONEY, summed=True, nullable=False),
        ListColumn("approved", RebateClaim.approved, FieldKind.MONEY, summed=True),
        ListColumn("received", RebateClaim.received, FieldKind.MONEY, summed=True, nullable=False),
        ListColumn("filed_on", RebateClaim.filed_on, FieldKind.DATE),
        ListColumn("approved_on", RebateClaim.approved_on, FieldKind.DATE),
        ListColumn("version", RebateClaim.version, FieldKind.INTEGER, nullable=False),
    ),
    searched=("number",),
)
"""Rebate claims in base currency with the shipments they are for."""

COMMISSION_RULES = ListSource(
    key="commission_rules",
    identity=CommissionRule.id,
    columns=(
        ListColumn("title", CommissionRule.title, nullable=False),
        ListColumn("basis", CommissionRule.basis, FieldKind.CHOICE, nullable=False),
        ListColumn("person", Person.name),
        ListColumn("rate", CommissionRule.rate, FieldKind.PERCENT, nullable=False),
        ListColumn("above", CommissionRule.above, FieldKind.MONEY, nullable=False),
        ListColumn("from_day", CommissionRule.from_day, FieldKind.DATE, nullable=False),
        ListColumn("until_day", CommissionRule.until_day, FieldKind.DATE),
        ListColumn("active", CommissionRule.active, FieldKind.BOOL, nullable=False),
    ),
    joins=lambda query: query.outerjoin(Person, Person.id == CommissionRule.person_id),
    joined=frozenset({"person"}),
    searched=("title", "person"),
)

COMMISSION_RUNS = ListSource(
    key="commission_runs",
    identity=CommissionRun.id,
    columns=(
        ListColumn("number", CommissionRun.number, FieldKind.CODE, nullable=False),
        ListColumn("from_day", CommissionRun.from_day, FieldKind.DATE, nullable=False),
        ListColumn("to_day", CommissionRun.to_day, FieldKind.DATE, nullable=False),
        ListColumn("total", CommissionRun.total, FieldKind.MONEY, summed=True, nullable=False),
        ListColumn("status", CommissionRun.status, FieldKind.CHOICE, nullable=False),
        ListColumn("version", CommissionRun.version, FieldKind.INTEGER, nullable=False),
    ),
    searched=("number",),
)
"""Commission runs; totals are in base currency."""
