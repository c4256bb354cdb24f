"""The accountant's journal and the balances of the chart, as reports that are exported and whose figures open."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.table import RowStyle, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, more_note, report_link, row
from tradecrm.reports.params import FIRST, LAST, LIMIT, OFFSET, Params, ReportParam, month_start
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.journal import JournalLine, TrialRow, journal, trial_by_chart

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

VERBS = ("report.run", "account.read")
CODE = ReportParam("code", N_("Account of the chart"))
MONTH_FIRST = ReportParam("first", FIRST.title, FieldKind.DATE, month_start)


def run_journal(reader: Reader, params: Params) -> Table:
    """Answer the vouchers of a period row by row; debits equal credits, in base, of all rows."""
    first, last, base = params.day("first"), params.day("last"), reader.base
    code = params.text("code")
    found = journal(
        reader, first, last, 0 if code else params.number("limit") or 0, params.number("offset") or 0
    )
    lines = found.lines if not code else tuple(line for line in found.lines if line.code == code)
    notes = () if code or len(lines) == found.count else (more_note(len(lines), found.count),)
    debit = found.debit
    credit = debit
    if code:
        debit = sum((line.base_amount for line in lines if line.base_amount > 0), ZERO)
        credit = -sum((line.base_amount for line in lines if line.base_amount < 0), ZERO)
    behind = report_link("journal", first=first, last=last, code=code or None)
    total = row(
        (_("Total"), *[None] * 5, Linked(debit, behind), Linked(credit, behind), *[None] * 4),
        currency=base,
        style=RowStyle.TOTAL,
    )
    return Table(
        "journal",
        _("Journal"),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("day", _("Date"), FieldKind.DATE),
            column("voucher", _("Voucher"), FieldKind.CODE),
            column("kind", _("Kind")),
            column("code", _("Account code"), FieldKind.CODE),
            column("name", _("Name of the account")),
            column("summary", _("Summary")),
            money("debit", _("Debit in {currency}").format(currency=base), base),
            money("credit", _("Credit in {currency}").format(currency=base), base),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("amount", _("Amount")),
            column("party", _("Partner")),
            column("shipment", _("Shipment"), FieldKind.CODE),
        ),
        tuple(_line_row(line) for line in lines),
        (total,) if lines else (),
        notes,
    )


def _line_row(line: JournalLine) -> TableRow:
    value, link = line.base_amount, line.link
    return row(
        (
            line.day,
            str(line.voucher),
            line.kind,
            line.code,
            line.name,
            Linked(line.summary, link),
            Linked(value, link) if value > 0 else None,
            Linked(-value, link) if value < 0 else None,
            line.currency,
            Linked(line.amount, link),
            line.party,
            line.shipment,
        ),
        currency=line.currency,
    )


def run_chart_balances(reader: Reader, params: Params) -> Table:
    """Answer what each account of the chart held, moved and holds (科目余额表); the base columns add up to zero."""
    first, last, base = params.day("first"), params.day("last"), reader.base
    rows = trial_by_chart(reader, first, last)
    sums = [
        sum((each.opening for each in rows), ZERO),
        sum((each.debit for each in rows), ZERO),
        sum((each.credit for each in rows), ZERO),
        sum((each.closing for each in rows), ZERO),
    ]
    behind = report_link("journal", first=first, last=last)
    total = row(
        (_("Total"), None, None, *(Linked(value, behind) for value in sums), None),
        currency=base,
        style=RowStyle.TOTAL,
    )
    return Table(
        "chart_balances",
        _("Balances by account"),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("code", _("Account code"), FieldKind.CODE),
            column("name", _("Name of the account")),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("opening", _("Opening in {currency}").format(currency=base), base),
            money("debit", _("Debit in {currency}").format(currency=base), base),
            money("credit", _("Credit in {currency}").format(currency=base), base),
            money("closing", _("Closing in {currency}").format(currency=base), base),
            money("amount", _("Closing balance")),
        ),
        tuple(_trial_row(each, first, last) for each in rows),
        (total,) if rows else (),
    )


def _trial_row(each: TrialRow, first: date, last: date) -> TableRow:
    period = report_link("journal", first=first, last=last, code=each.code)
    whole = report_link("journal", first=date(1900, 1, 1), last=last, code=each.code)
    return row(
        (
            each.code,
            each.name,
            each.currency,
            Linked(each.opening, whole),
            Linked(each.debit, period),
            Linked(each.credit, period),
            Linked(each.closing, whole),
            Linked(each.amount, whole),
        ),
        currency=each.currency,
    )


JOURNAL = ReportSpec("journal", N_("Journal"), (MONTH_FIRST, LAST, CODE, OFFSET, LIMIT), run_journal, VERBS)
CHART_BALANCES = ReportSpec(
    "chart_balances", N_("Balances by account"), (MONTH_FIRST, LAST), run_chart_balances, VERBS
)
