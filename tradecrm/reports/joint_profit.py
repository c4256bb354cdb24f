"""The result of shipments that share a container, and what a unit of each currency costs (domain.md section 16.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money, format_number
from tradecrm.core.table import RowStyle, Table
from tradecrm.core.text import N_, _
from tradecrm.reports.build import Linked, column, money, report_link, row
from tradecrm.reports.params import Params
from tradecrm.reports.profit import SHIPMENT, VERBS
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.joint_profit import CurrencyGroup, joint_profit

if TYPE_CHECKING:
    from tradecrm.services.work import Reader


def run_joint_profit(reader: Reader, params: Params) -> Table:
    """Answer invoice, revenue, costs and profit of each shipment of a container, their sums, and K/N by currency."""
    key = params.number("shipment") or 0
    found, base = joint_profit(reader, key), reader.base
    itself = report_link("joint_profit", shipment=key)
    rows = []
    for part in found.parts:
        sheet = report_link("shipment_profit", shipment=part.shipment_id)
        result = part.result
        figures = (result.revenue, result.total_cost, result.trading_profit, result.margin)
        rows.append(
            row(
                (
                    Linked(part.number, Link.to("shipment", id=part.shipment_id)),
                    Linked(format_money(part.invoice_total, part.currency), sheet),
                    *(Linked(value, sheet) for value in figures),
                ),
                style=RowStyle.MUTED if part.provisional else RowStyle.NORMAL,
            )
        )
    sums = (found.revenue, found.cost, found.profit, found.margin)
    return Table(
        "joint_profit",
        _("Result of a container"),
        " · ".join(part.number for part in found.parts),
        (
            column("number", _("Shipment"), FieldKind.CODE),
            column("invoiced", _("Invoice amount")),
            money("revenue", _("Revenue"), base),
            money("cost", _("Costs"), base),
            money("profit", _("Trading profit"), base),
            column("margin", _("Margin"), FieldKind.PERCENT),
        ),
        tuple(rows),
        (
            row(
                (_("Total"), None, *(Linked(value, itself) for value in sums)),
                style=RowStyle.TOTAL,
            ),
        ),
        tuple(_group_words(group, base) for group in found.groups),
    )


def _group_words(group: CurrencyGroup, base: str) -> str:
    """Tell what comes in net in a currency, what of the costs falls to it, and what a unit of it costs."""
    unit = group.cost_per_unit
    return _("{currency}: net income N {income}, export cost K {cost}, cost of 1 {currency} {unit}.").format(
        currency=group.currency,
        income=format_money(group.net_income, group.currency),
        cost=_("n/a") if group.export_cost is None else format_money(group.export_cost, base),
        unit=_("n/a") if unit is None else format_number(unit, 4),
    )


JOINT_PROFIT = ReportSpec(
    "joint_profit",
    N_("Result of a container"),
    (SHIPMENT,),
    run_joint_profit,
    (*VERBS, "shipment.read"),
)
