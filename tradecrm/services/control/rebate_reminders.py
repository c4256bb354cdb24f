"""Reminders of rebates: filing, collection, the last day before an export is taxed, late invoices (1.8, 2.11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from tradecrm.core.dates import add_months
from tradecrm.core.links import Link
from tradecrm.core.rebate import TaxRegime
from tradecrm.core.rebate_claims import FIRST_LIMITED, LAST_MONTHS, filing_deadline, warning_stage
from tradecrm.models import (
    CollectionMatch,
    CostLine,
    DeclarationLine,
    Instalment,
    Item,
    Party,
    RebateClaim,
    RebateClaimLine,
    Shipment,
    VatInvoice,
    VatInvoiceLine,
)
from tradecrm.services.control.reminders import (
    COLLECTION_DEADLINE,
    INVOICE_LATE,
    REBATE_DEADLINE,
    REBATE_LAST,
    Asked,
    Occurrence,
    TodayRow,
)
from tradecrm.services.figures.quantities import GONE

_SETTLED = ("received", "refused", "none")
_FILED = ("filed", "approved", "partly_received", "received", "refused")
_DAYS = 40
"""So many different export days of one deadline are asked about at once; the next ones follow when these are done."""

_EXPORTED = func.coalesce(Shipment.export_date, Shipment.departed_on)


def _wanted() -> ColumnElement[bool]:
    """Tell a shipment that left, bears a rebate and whose rebate is not settled."""
    return and_(
        Shipment.rebate_state.not_in(_SETTLED),
        Shipment.tax_regime == TaxRegime.TRADER.value,
        Shipment.status.in_(sorted(GONE - {"closed"})),
    )


def _unfiled() -> ColumnElement[bool]:
    """Tell a shipment without declared items in filed claims, or with items that bear a rebate and are in none."""
    filed = (
        select(RebateClaimLine.declaration_line_id)
        .join(RebateClaim, RebateClaim.id == RebateClaimLine.claim_id)
        .where(RebateClaim.status.in_(_FILED))
    )
    of_shipment = select(DeclarationLine.id).where(DeclarationLine.shipment_id == Shipment.id)
    some = of_shipment.where(DeclarationLine.id.in_(filed)).exists()
    rest = of_shipment.where(DeclarationLine.rebate_rate > 0, DeclarationLine.id.not_in(filed)).exists()
    return or_(~some, rest)


def _shipments(due: Any) -> Any:
    return select(Shipment.id, due, Shipment.number, Party.id, Party.name).join(
        Party, Party.id == Shipment.customer_id
    )


def _rows(asked: Asked, query: Any, kind: str, due: Any, target: str) -> Iterator[TodayRow]:
    """Make the lines of a query that answers id, due day, number, party id and name."""
    narrowed = asked.narrow(query, kind, Shipment.id, due)
    for key, due_on, number, party_id, party in asked.reader.session.execute(narrowed):
        yield TodayRow(
            Occurrence(asked.rule, kind, key, due_on),
            number,
            party_id,
            party or "",
            None,
            "",
            asked.late(due_on),
            Link.to(target, id=key),
        )


def _years(asked: Asked) -> Sequence[tuple[int, date]]:
    """Answer the export years whose filing is near or past, with its last day."""
    found = []
    for year in (asked.today.year, asked.today.year - 1):
        deadline = filing_deadline(date(year, 1, 1), asked.reader.settings.rebate_filing_day)
        if deadline <= asked.horizon and not (asked.unshown and deadline < asked.today):
            found.append((year, deadline))
    return found


def _stage(asked: Asked, kind: str, deadline: date) -> str:
    """Answer the kind of a reminder at its present warning, so that each of 90, 30 and 7 days speaks anew."""
    stage = warning_stage(deadline, asked.today, asked.reader.settings.rebate_warnings)
    first = max(asked.reader.settings.rebate_warnings, default=0)
    return kind if stage is None or stage == first else f"{kind}{stage}"


def rebates(asked: Asked) -> Iterator[TodayRow]:
    """Shipments whose rebate is to be filed by the last day of the year after the export."""
    for year, deadline in _years(asked):
        due = literal(deadline)
        query = _shipments(due).where(
            date(year, 1, 1) <= _EXPORTED, date(year, 12, 31) >= _EXPORTED, _wanted(), _unfiled()
        )
        for row in _rows(asked, query, _stage(asked, "rebate", deadline), due, "declaration"):
            yield _on(row, deadline)


def _on(row: TodayRow, due_on: date) -> TodayRow:
    """Answer the line with its day as a date, whichever way the store answered a literal."""
    from dataclasses import replace

    return replace(row, occurrence=replace(row.occurrence, due_on=due_on))


def collections(asked: Asked) -> Iterator[TodayRow]:
    """Shipments whose money is to be in by that day, or by a later one that the contract allows.

    Where the firm demands proof, those whose receipts are not matched; else those with an open receivable.
    """
    matched = (
        select(func.coalesce(func.sum(CollectionMatch.amount), 0))
        .where(CollectionMatch.shipment_id == Shipment.id)
        .correlate(Shipment)
        .scalar_subquery()
    )
    owed = select(Item.id).where(
        Item.shipment_id == Shipment.id, Item.side == "AR", Item.kind == "INV", Item.open_amount != 0
    )
    latest = (
        select(func.max(Instalment.due_on))
        .join(Item, Item.id == Instalment.item_id)
        .where(Item.shipment_id == Shipment.id, Item.side == "AR", Item.kind == "INV")
        .correlate(Shipment)
        .scalar_subquery()
    )
    proof = asked.reader.settings.rebate_needs_collection
    missing: Any = matched < Shipment.total if proof else owed.exists()
    for year, deadline in _years(asked):
        due = case((latest > deadline, latest), else_=deadline)
        query = _shipments(due).where(
            date(year, 1, 1) <= _EXPORTED,
            date(year, 12, 31) >= _EXPORTED,
            _wanted(),
            missing,
            due <= asked.horizon,
        )
        yield from _rows(asked, query, _stage(asked, "collection", deadline), due, "collection")


def _by_day(
    asked: Asked, day: Any, latest: date, earliest: date, due_of: Callable[[date], date], kind: str, more: Any
) -> Iterator[TodayRow]:
    """Ask for each day of export apart, so that due days need no date arithmetic in SQL."""
    days = asked.reader.session.scalars(
        select(day)
        .where(day <= latest, day >= earliest, _wanted(), more)
        .distinct()
        .order_by(day)
        .limit(_DAYS)
    ).all()
    for each in days:
        due_on = due_of(each)
        if asked.unshown and due_on < asked.today:
            continue
        due = literal(due_on)
        query = _shipments(due).where(day == each, _wanted(), more)
        for row in _rows(asked, query, kind, due, "declaration"):
            yield _on(row, due_on)


def lasts(asked: Asked) -> Iterator[TodayRow]:
    """Find exports that are soon taxed as domestic sales: 36 months have passed (exports from 2026 on)."""
    latest = add_months(asked.horizon, -LAST_MONTHS)
    yield from _by_day(
        asked,
        _EXPORTED,
        latest,
        FIRST_LIMITED,
        lambda day: add_months(day, LAST_MONTHS),
        "rebate_last",
        _unfiled(),
    )


def late_invoices(asked: Asked) -> Iterator[TodayRow]:
    """Shipments with a rebate whose VAT invoices did not come within the days of section 2.11: it is at risk.

    A firm that keeps no VAT invoices is not reminded of any.
    """
    session = asked.reader.session
    if session.scalar(select(VatInvoice.id).limit(1)) is None:
        return
    wait = timedelta(days=asked.reader.settings.rebate_invoice_days)
    invoiced = select(VatInvoiceLine.purchase_line_id).where(VatInvoiceLine.purchase_line_id.is_not(None))
    bought = select(CostLine.id).where(
        CostLine.shipment_id == Shipment.id,
        CostLine.rebate != 0,
        or_(CostLine.purchase_line_id.is_(None), CostLine.purchase_line_id.not_in(invoiced)),
    )
    claimed = (
        select(RebateClaimLine.id)
        .join(DeclarationLine, DeclarationLine.id == RebateClaimLine.declaration_line_id)
        .where(DeclarationLine.shipment_id == Shipment.id)
    )
    first = session.scalar(select(func.min(VatInvoice.day))) or asked.today
    yield from _by_day(
        asked,
        Shipment.departed_on,
        asked.horizon - wait,
        first - wait,
        lambda day: day + wait,
        "invoice_late",
        and_(bought.exists(), ~claimed.exists()),
    )


DERIVE: Mapping[str, Callable[[Asked], Iterator[TodayRow]]] = {
    REBATE_DEADLINE: rebates,
    COLLECTION_DEADLINE: collections,
    REBATE_LAST: lasts,
    INVOICE_LATE: late_invoices,
}
"""The reminders of this module by the key of their rule."""
