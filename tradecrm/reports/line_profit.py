"""The profit of each line of a shipment after its shared costs are allocated (每行利润, section 2.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.costs import cost_category
from tradecrm.core.fields import FieldKind
from tradecrm.core.money import format_money, round_to
from tradecrm.core.profit import ratio
from tradecrm.core.table import Chart, ChartKind, RowStyle, Series, Table
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import Params
from tradecrm.reports.profit import SHIPMENT, VERBS
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.line_profit import LineProfits, line_profits

if TYPE_CHECKING:
    from tradecrm.services.work import Reader


def run_line_profit(reader: Reader, params: Params) -> Table:
    """Answer revenue, purchase, shared costs, profit and margin of each line, in base currency."""
    shipment = params.number("shipment") or 0
    found, base = line_profits(reader, shipment), reader.base
    sheet = report_link("shipment_profit", shipment=shipment)
    costs = report_link("shipment_lines", shipment=shipment, part="costs")
    revenue_of = report_link("shipment_lines", shipment=shipment, part="revenue")
    rows = tuple(
        row(
            (
                line.line.description,
                line.line.quantity,
                line.line.unit,
                Linked(line.revenue, revenue_of),
                Linked(line.purchase, costs),
                Linked(line.shared, costs),
                Linked(line.profit, sheet),
                Linked(line.margin, sheet),
                None if line.per_unit is None else round_to(line.per_unit, 4),
            )
        )
        for line in found.lines
    )
    sums = [
        sum((getattr(line, name) for line in found.lines), ZERO)
        for name in ("revenue", "purchase", "shared", "profit")
    ]
    total = row(
        (_("Total"), None, "", *(Linked(value, sheet) for value in sums), ratio(sums[3], sums[0]), None),
        style=RowStyle.TOTAL,
    )
    return Table(
        "line_profit",
        _("Profit by line of {number}").format(number=found.number),
        "",
        (
            column("goods", _("Goods")),
            column("quantity", _("Quantity"), FieldKind.QUANTITY),
            column("unit", _("Unit")),
            money("revenue", _("Revenue"), base),
            money("purchase", _("Purchase net of rebate"), base),
            money("shared", _("Shared costs"), base),
            money("profit", _("Profit"), base),
            column("margin", _("Margin"), FieldKind.PERCENT),
            column("per_unit", _("Profit of one"), FieldKind.RATE),
        ),
        rows,
        (total,) if rows else (),
        _notes(found, base),
        _chart(found, base),
    )


def _notes(found: LineProfits, base: str) -> tuple[str, ...]:
    """Say which costs are on no line, and why."""
    return tuple(
        _("{cost}, {amount}, is on no line: {why}").format(
            cost=_(cost_category(category).title), amount=format_money(amount, base), why=why
        )
        for category, amount, why in found.unplaced
    )


def _chart(found: LineProfits, base: str) -> Chart | None:
    if not found.lines:
        return None
    values: tuple[Decimal | None, ...] = tuple(line.profit for line in found.lines)
    names = tuple(line.line.description[:24] for line in found.lines)
    return Chart(ChartKind.BAR, _("Profit by line"), names, (Series(_("Profit"), values),), base)


LINE_PROFIT = ReportSpec(
    "line_profit",
    N_("Profit by line of a shipment"),
    (SHIPMENT,),
    run_line_profit,
    (*VERBS, "shipment.read"),
    main=False,
)
