"""Estimate against actual of the shipments of a period (预估与实际对比, domain.md section 2.10)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import Chart, ChartKind, RowStyle, Series, Table, TableRow
from tradecrm.core.text import N_, _, ngettext
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import FIRST, LAST, PARTY, Params
from tradecrm.reports.profit import FLAG, VERBS
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.estimate_actual import ComparedShipment, compared_shipments, margin_of

if TYPE_CHECKING:
    from tradecrm.services.work import Reader


def run_compared(reader: Reader, params: Params) -> Table:
    """Answer the profit of each shipment whose revenue is booked as estimated and as it is; flagged ones are marked."""
    first, last, party = params.day("first"), params.day("last"), params.number("party")
    found, base = compared_shipments(reader, first, last, party), reader.base
    compared = [line for line in found if line.estimate is not None]
    estimated = sum((line.estimate.profit for line in found if line.estimate is not None), ZERO)
    actual = sum((line.actual.profit for line in compared), ZERO)
    itself = report_link("estimate_actual", first=first, last=last, party=party)
    cells = (estimated, actual, actual - estimated)
    total = row(
        (_("Compared in all"), None, None, *(Linked(value, itself) for value in cells), None, None, None, ""),
        style=RowStyle.TOTAL,
    )
    missing = len(found) - len(compared)
    notes = []
    if missing:
        notes.append(
            ngettext(
                "{count} shipment has no approved estimate and is not in the total.",
                "{count} shipments have no approved estimate and are not in the total.",
                missing,
            ).format(count=missing)
        )
    return Table(
        "estimate_actual",
        _("Estimate against actual"),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("number", _("Shipment"), FieldKind.CODE),
            column("day", _("Revenue date"), FieldKind.DATE),
            column("customer", _("Customer")),
            money("estimate", _("Estimated profit"), base),
            money("actual", _("Trading profit"), base),
            money("variance", _("Variance"), base),
            column("percent", _("Variance %"), FieldKind.PERCENT),
            column("estimate_margin", _("Estimated margin"), FieldKind.PERCENT),
            column("margin", _("Margin"), FieldKind.PERCENT),
            column("flag", ""),
        ),
        tuple(_row(line) for line in found),
        (total,) if found else (),
        tuple(notes),
        _chart(compared, base),
    )


def _row(line: ComparedShipment) -> TableRow:
    actual, estimate, variance = line.actual, line.estimate, line.variance
    sheet = report_link("shipment_profit", shipment=actual.shipment_id)
    figures: tuple[Decimal | None, ...] = (
        None if estimate is None else estimate.profit,
        actual.profit,
        None if variance is None else variance.difference,
        None if variance is None else variance.fraction,
        None if estimate is None else margin_of(estimate),
        actual.margin,
    )
    return row(
        (
            Linked(actual.number, Link.to("shipment", id=actual.shipment_id)),
            actual.day,
            Linked(actual.customer, Link.to("customer", id=actual.customer_id)),
            *(Linked(value, None if value is None else sheet) for value in figures),
            FLAG if line.flagged else "",
        )
    )


def _chart(found: Sequence[ComparedShipment], base: str) -> Chart | None:
    """Answer the last twenty shipments, estimate beside actual."""
    last = found[-20:]
    if not last:
        return None
    links = tuple(report_link("shipment_profit", shipment=line.actual.shipment_id) for line in last)
    series = (
        Series(
            _("Estimated profit"),
            tuple(None if line.estimate is None else line.estimate.profit for line in last),
            links,
        ),
        Series(_("Trading profit"), tuple(line.actual.profit for line in last), links),
    )
    numbers = tuple(line.actual.number for line in last)
    return Chart(ChartKind.BAR, _("Estimated and actual profit"), numbers, series, base)


ESTIMATE_ACTUAL = ReportSpec(
    "estimate_actual", N_("Estimate against actual"), (FIRST, LAST, PARTY), run_compared, VERBS
)
