"""Orders by month (月度接单) and the contracts behind each month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tradecrm.core.dates import add_months, month_end
from tradecrm.core.fields import FieldKind
from tradecrm.core.flows import SALES_CONTRACT
from tradecrm.core.links import Link
from tradecrm.core.table import Chart, ChartKind, RowStyle, Series, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import Linked, column, money, report_link, row
from tradecrm.reports.params import LAST, Params, ReportParam, month_start
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.closing import add_known
from tradecrm.services.figures.orders import Order, orders_between, orders_by_month, uncounted_between

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

VERBS = ("report.run", "contract.read")
NO_RATE = N_("Some orders have no budget rate; their months have no amount in base. Enter the budget rate.")

NOT_COUNTED = N_("Contracts in gray do not count as orders: samples, goods of a principal and the like.")


def _year_back(reader: Reader) -> date:
    """Answer the first day of the month eleven months ago, so that a year is shown."""
    return add_months(reader.today.replace(day=1), -11)


def run_months(reader: Reader, params: Params) -> Table:
    """Answer the number of contracts that took effect in each month, and their worth in base."""
    first, last = params.day("first").replace(day=1), params.day("last")
    found, base = orders_by_month(reader, first, last), reader.base
    links = [
        report_link("orders", first=month.first, last=min(month_end(month.first), last)) for month in found
    ]
    names = tuple(f"{month.first:%Y-%m}" for month in found)
    worth = add_known([month.base_amount for month in found])
    period = report_link("orders", first=first, last=last)
    total = row(
        (_("Total"), Linked(sum(month.count for month in found), period), Linked(worth, period)),
        currency=base,
        style=RowStyle.TOTAL,
    )
    series = Series(_("Orders"), tuple(month.base_amount for month in found), tuple(links))
    return Table(
        "orders_by_month",
        _("Orders by month"),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("month", _("Month")),
            column("count", _("Contracts"), FieldKind.INTEGER),
            money("base", _("In {currency} at the budget rate").format(currency=base), base),
        ),
        tuple(
            row((name, Linked(month.count, link), Linked(month.base_amount, link)), currency=base)
            for name, month, link in zip(names, found, links, strict=True)
        ),
        (total,) if found else (),
        (_(NO_RATE),) if worth is None else (),
        Chart(ChartKind.BAR, _("Orders by month"), names, (series,), base) if found else None,
    )


def run_orders(reader: Reader, params: Params) -> Table:
    """Answer the contracts that took effect in a period; those that do not count stand below, in gray."""
    first, last = params.day("first"), params.day("last")
    others = uncounted_between(reader, first, last)
    found, base = orders_between(reader, first, last), reader.base
    worth = add_known([order.base_amount for order in found])
    period = report_link("orders", first=first, last=last)
    total = row((_("Total"), *[None] * 5, Linked(worth, period)), currency=base, style=RowStyle.TOTAL)
    return Table(
        "orders",
        _("Orders"),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("number", _("Contract"), FieldKind.CODE),
            column("effective_on", _("In force since"), FieldKind.DATE),
            column("customer", _("Customer")),
            column("status", _("Status")),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("total", _("Amount")),
            money("base", _("In {currency} at the budget rate").format(currency=base), base),
        ),
        (
            *(_order_row(order) for order in found),
            *(_order_row(replace(order, base_amount=None), RowStyle.MUTED) for order in others),
        ),
        (total,) if found else (),
        tuple(_(note) for note, told in ((NO_RATE, worth is None), (NOT_COUNTED, bool(others))) if told),
    )


def _order_row(order: Order, style: RowStyle = RowStyle.NORMAL) -> TableRow:
    paper = Link.to("contract", id=order.contract_id)
    return row(
        (
            Linked(order.number, paper),
            order.effective_on,
            Linked(order.customer, Link.to("customer", id=order.customer_id) if order.customer else None),
            _(SALES_CONTRACT.state(order.status).title),
            order.currency,
            Linked(order.total, paper),
            Linked(order.base_amount, paper),
        ),
        currency=order.currency,
        style=style,
    )


ORDERS_BY_MONTH = ReportSpec(
    "orders_by_month",
    N_("Orders by month"),
    (ReportParam("first", N_("From"), FieldKind.DATE, _year_back), LAST),
    run_months,
    VERBS,
)
ORDERS = ReportSpec(
    "orders",
    N_("Orders of a period"),
    (ReportParam("first", N_("From"), FieldKind.DATE, month_start), LAST),
    run_orders,
    VERBS,
)
