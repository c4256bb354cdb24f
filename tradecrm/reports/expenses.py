"""The analysis of expense claims by category, person, month or shipment, and the lines behind each sum (费用分析)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.claim_flows import EXPENSE_CLAIM
from tradecrm.core.expenses import EXPENSE_CATEGORIES
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import Chart, ChartKind, RowStyle, Series, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import FIRST, LAST, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.claims.expense_card import SpentRow, spent_rows

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

GROUPS = (
    ("category", N_("Category")),
    ("person", N_("Person")),
    ("month", N_("Month")),
    ("shipment", N_("Shipment")),
)
_BY = {
    "category": N_("Expenses by category"),
    "person": N_("Expenses by person"),
    "month": N_("Expenses by month"),
    "shipment": N_("Expenses by shipment"),
}
_TITLES = {category.code: category.title for category in EXPENSE_CATEGORIES}
BY = ReportParam("by", N_("Sum by"), FieldKind.CHOICE, lambda _reader: "category", GROUPS)
BOOKED = ReportParam("booked", N_("Only what is paid"), FieldKind.BOOL, lambda _reader: True)
PART = ReportParam("part", N_("Only"), internal=True)


def _key(line: SpentRow, by: str) -> str:
    """Answer what a line is summed under: a stored key, the same on every run."""
    if by == "month":
        return f"{line.day:%Y-%m}"
    return {"category": line.category, "person": line.person, "shipment": line.shipment}[by]


def _title(key: str, by: str) -> str:
    if by == "category":
        return _(_TITLES.get(key, key))
    return key or _("No shipment")


def run_expenses(reader: Reader, params: Params) -> Table:
    """Answer what was spent in a period, summed in base by one of the groups, largest first; months in order."""
    first, last, by, booked = (
        params.day("first"),
        params.day("last"),
        params.text("by"),
        params.flag("booked"),
    )
    sums: dict[str, list[SpentRow]] = {}
    for line in spent_rows(reader, first, last, booked=booked):
        sums.setdefault(_key(line, by), []).append(line)
    totals = [
        (key, sum((each.base_amount for each in lines), ZERO), len(lines)) for key, lines in sums.items()
    ]
    totals.sort(key=lambda each: (each[0],) if by == "month" else (-each[1], each[0]))
    base = reader.base

    def lines_link(part: str) -> Link:
        return report_link("expense_lines", first=first, last=last, by=by, booked=booked, part=part)

    rows = tuple(
        row(
            (_title(key, by), Linked(count, lines_link(key or "-")), Linked(amount, lines_link(key or "-"))),
            currency=base,
        )
        for key, amount, count in totals
    )
    whole = sum((amount for _key, amount, _count in totals), ZERO)
    total = row(
        (_("Total"), Linked(sum(each[2] for each in totals), lines_link("")), Linked(whole, lines_link(""))),
        currency=base,
        style=RowStyle.TOTAL,
    )
    names = tuple(_title(key, by) for key, _amount, _count in totals)
    series = Series(
        _("Amount"),
        tuple(amount for _key, amount, _count in totals),
        tuple(lines_link(key or "-") for key, _amount, _count in totals),
    )
    return Table(
        "expenses",
        _(_BY[by]),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("group", _(dict(GROUPS)[by])),
            column("count", _("Lines"), FieldKind.INTEGER),
            money("base", _("In {currency}").format(currency=base), base),
        ),
        rows,
        (total,) if rows else (),
        (),
        Chart(ChartKind.BAR, _("Expenses"), names, (series,), base) if rows else None,
    )


def run_lines(reader: Reader, params: Params) -> Table:
    """Answer the lines of expense claims of a period, or those of one group; each opens its claim."""
    first, last, by, part = params.day("first"), params.day("last"), params.text("by"), params.text("part")
    wanted = "" if part == "-" else part
    found = [
        line
        for line in spent_rows(reader, first, last, booked=params.flag("booked"))
        if not part or _key(line, by) == wanted
    ]
    base = reader.base
    whole = sum((line.base_amount for line in found), ZERO)
    again = report_link(
        "expense_lines", first=first, last=last, by=by, booked=params.flag("booked"), part=part
    )
    total = row((_("Total"), *[None] * 6, Linked(whole, again)), currency=base, style=RowStyle.TOTAL)
    words = [_("{first} to {last}").format(first=first.isoformat(), last=last.isoformat())]
    if part:
        words.append(_title(wanted, by))
    return Table(
        "expense_lines",
        _("Expenses in detail"),
        " · ".join(words),
        (
            column("number", _("Expense claim"), FieldKind.CODE),
            column("day", _("Day"), FieldKind.DATE),
            column("category", _("Category")),
            column("description", _("What it was for")),
            column("person", _("Person")),
            column("shipment", _("Shipment"), FieldKind.CODE),
            column("status", _("Status")),
            money("base", _("In {currency}").format(currency=base), base),
        ),
        tuple(_line(line, base) for line in found),
        (total,) if found else (),
    )


def _line(line: SpentRow, base: str) -> TableRow:
    paper = Link.to("expense_claim", id=line.claim_id)
    shipment = None if line.shipment_id is None else Link.to("shipment", id=line.shipment_id)
    return row(
        (
            Linked(line.number, paper),
            line.day,
            _(_TITLES.get(line.category, line.category)),
            line.description,
            line.person,
            Linked(line.shipment, shipment),
            _(EXPENSE_CLAIM.state(line.status).title),
            Linked(line.base_amount, paper),
        ),
        currency=base,
    )


EXPENSES = ReportSpec("expenses", N_("Expenses"), (FIRST, LAST, BY, BOOKED), run_expenses)
EXPENSE_LINES = ReportSpec(
    "expense_lines", N_("Expenses in detail"), (FIRST, LAST, BY, BOOKED, PART), run_lines, main=False
)
