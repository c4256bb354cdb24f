"""Late costs of closed shipments (已结案票后续费用) by salesperson and month, each row a bill (section 2.11)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tradecrm.core.costs import cost_category
from tradecrm.core.dates import month_end
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import Cell, RowStyle, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.aging import PERSON
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import FIRST, LAST, PARTY, Params, ReportParam
from tradecrm.reports.profit import VERBS
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.papers import party_names, source_link
from tradecrm.services.figures.prior import LateCost, late_costs

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

SHIPMENT = ReportParam("shipment", N_("Shipment"), FieldKind.REF, ref="shipment")


def run_late(reader: Reader, params: Params) -> Table:
    """Answer what was billed of closed shipments in a period, with the sum of each salesperson's month."""
    first, last, base = params.day("first"), params.day("last"), reader.base
    person, party, shipment = params.number("person"), params.number("party"), params.number("shipment")
    found = late_costs(reader, first, last, customer_id=party, owner_id=person, shipment_id=shipment)
    itself = report_link("late_costs", first=first, last=last, person=person, party=party, shipment=shipment)
    payees = party_names(reader, (line.payee_id for line in found))
    rows: list[TableRow] = []
    by_month = itertools.groupby(found, lambda line: (line.owner_id, line.day.replace(day=1)))
    for (owner, start), lines in by_month:
        mine = list(lines)
        rows.extend(_row(line, payees) for line in mine)
        words = f"{mine[0].owner or _('No salesperson')} · {start:%Y-%m}"
        month = report_link(
            "late_costs",
            first=max(first, start),
            last=min(last, month_end(start)),
            person=owner,
            party=party,
            shipment=shipment,
        )
        rows.append(_sum(words, mine, month, RowStyle.SUBTOTAL))
    return Table(
        "late_costs",
        _("Late costs of closed shipments"),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("day", _("Bill date"), FieldKind.DATE),
            column("person", _("Salesperson")),
            column("shipment", _("Shipment"), FieldKind.CODE),
            column("closed", _("Closed on"), FieldKind.DATE),
            column("customer", _("Customer")),
            column("payee", _("Payee")),
            column("category", _("Category")),
            column("bill", _("Bill no."), FieldKind.CODE),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("amount", _("Amount")),
            money("base", _("In {currency}").format(currency=base), base),
        ),
        tuple(rows),
        (_sum(_("Total"), found, itself, RowStyle.TOTAL),) if found else (),
        (
            _(
                "These costs lower the profit of the month of their bill; the closed shipments keep their results."
            ),
        ),
    )


def _row(line: LateCost, payees: dict[int, str]) -> TableRow:
    bill = bill_link(line)
    payee = line.payee_id if line.payee_id in payees else None
    return row(
        (
            line.day,
            line.owner,
            Linked(line.shipment, Link.to("shipment", id=line.shipment_id)),
            line.closed_on,
            Linked(line.customer, Link.to("customer", id=line.customer_id)),
            Linked(payees.get(payee or 0, ""), None if payee is None else Link.to("customer", id=payee)),
            _(cost_category(line.category).title),
            Linked(line.memo, bill),
            line.currency,
            Linked(line.amount, bill),
            Linked(line.base_amount, bill),
        ),
        currency=line.currency,
    )


def bill_link(line: LateCost) -> Link | None:
    """Answer what opens the bill of a late cost: its payable, else the paper that was paid at once."""
    if line.item_id is not None:
        return Link.to("receivable", id=line.item_id)
    return source_link(line.source_kind, line.source_id)


def _sum(words: str, lines: Iterable[LateCost], link: Link, style: RowStyle) -> TableRow:
    total: Sequence[Cell | Linked] = (
        words,
        *[None] * 9,
        Linked(sum((line.base_amount for line in lines), ZERO), link),
    )
    return row(total, style=style)


LATE_COSTS = ReportSpec(
    "late_costs",
    N_("Late costs of closed shipments"),
    (FIRST, LAST, PERSON, PARTY, SHIPMENT),
    run_late,
    VERBS,
)
