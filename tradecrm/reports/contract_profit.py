"""The result of a contract: its shipments and its own costs in one table (合同利润, domain.md section 1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.profit import ratio
from tradecrm.core.table import RowStyle, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import Params, ReportParam
from tradecrm.reports.profit import VERBS
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.contract_profit import (
    ContractCost,
    ContractPart,
    ContractProfit,
    contract_profit,
)
from tradecrm.services.figures.papers import party_names

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

CONTRACT = ReportParam("contract", N_("Contract"), FieldKind.REF, ref="contract", required=True)


def run_contract_profit(reader: Reader, params: Params) -> Table:
    """Answer revenue, costs and profit of each shipment of a contract, with its share of the contract's own costs."""
    key = params.number("contract") or 0
    found, base = contract_profit(reader, key), reader.base
    itself = report_link("contract_profit", contract=key)
    customer = party_names(reader, [found.customer_id]).get(found.customer_id, "")
    return Table(
        "contract_profit",
        _("Result of contract {number}").format(number=found.number),
        " · ".join((customer, format_money(found.total, found.currency))),
        (
            column("number", _("Shipment"), FieldKind.CODE),
            column("day", _("Date"), FieldKind.DATE),
            money("revenue", _("Revenue"), base),
            money("cost", _("Costs"), base),
            money("own_cost", _("Costs of the contract itself"), base),
            money("profit", _("Trading profit"), base),
            column("margin", _("Margin"), FieldKind.PERCENT),
            money("realized_fx", _("Realized exchange difference"), base),
        ),
        (
            *(_part_row(part, itself) for part in found.parts),
            *(_waiting_row(cost, itself) for cost in found.costs if found.waiting),
        ),
        (_total_row(found, itself),) if found.parts or found.costs else (),
        _notes(found, base),
    )


def _part_row(part: ContractPart, itself: Link) -> TableRow:
    sheet = report_link("shipment_profit", shipment=part.shipment_id)
    return row(
        (
            Linked(part.number, Link.to("shipment", id=part.shipment_id)),
            part.departed_on,
            Linked(part.revenue, sheet),
            Linked(part.cost, sheet),
            Linked(part.own_cost, itself),
            Linked(part.profit, sheet),
            Linked(part.margin, sheet),
            Linked(part.realized_fx, report_link("realized_fx", shipment=part.shipment_id)),
        ),
        style=RowStyle.MUTED if part.provisional else RowStyle.NORMAL,
    )


def _waiting_row(cost: ContractCost, itself: Link) -> TableRow:
    """Answer the row of a cost of the contract that no shipment shares yet."""
    link = cost.link or itself
    return row(
        (cost.title, cost.day, None, None, Linked(cost.amount, link), Linked(-cost.amount, link), None, None)
    )


def _total_row(found: ContractProfit, itself: Link) -> TableRow:
    revenue = sum((part.revenue for part in found.parts), ZERO)
    cost = sum((part.cost for part in found.parts), ZERO)
    own = sum((each.amount for each in found.costs), ZERO)
    fx = sum((part.realized_fx for part in found.parts), ZERO)
    profit = revenue - cost - own
    cells = (revenue, cost, own, profit, ratio(profit, revenue), fx)
    return row(
        (_("Total"), None, *(Linked(value, itself) for value in cells)),
        style=RowStyle.TOTAL,
    )


def _notes(found: ContractProfit, base: str) -> tuple[str, ...]:
    """Say what the contract's own costs are, and that figures may still change."""
    notes = [
        _("{cost} of {day}: {amount}, shared over the shipments by their value.").format(
            cost=cost.title, day=cost.day.isoformat(), amount=format_money(cost.amount, base)
        )
        for cost in found.costs
        if not found.waiting
    ]
    if any(part.provisional for part in found.parts):
        notes.append(
            _("Shipments in gray have costs that are not billed yet, or revenue that is not booked.")
        )
    return tuple(notes)


CONTRACT_PROFIT = ReportSpec(
    "contract_profit",
    N_("Result of a contract"),
    (CONTRACT,),
    run_contract_profit,
    (*VERBS, "contract.read"),
)
