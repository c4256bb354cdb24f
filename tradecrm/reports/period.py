"""What one check before closing a period found, record by record, each opening its paper."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.table import Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import Linked, column, money, row
from tradecrm.reports.params import Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.period_checks import CHECKS, Finding

if TYPE_CHECKING:
    from datetime import date

    from tradecrm.services.work import Reader


def _last_month(reader: Reader) -> date:
    return reader.today.replace(day=1) - timedelta(days=1)


CHECK = ReportParam(
    "check",
    N_("What is checked"),
    FieldKind.CHOICE,
    lambda _reader: CHECKS[0].key,
    choices=tuple((check.key, check.title) for check in CHECKS),
)
UNTIL = ReportParam("day", N_("Closed until"), FieldKind.DATE, _last_month)


def run_check(reader: Reader, params: Params) -> Table:
    """Answer the records that one check found as of the end of the period."""
    until, key = params.day("day"), params.text("check")
    (check,) = (each for each in CHECKS if each.key == key)
    found = check.find(reader, until)
    return Table(
        "period_check",
        _(check.title),
        _("Before closing until {day}").format(day=until.isoformat()),
        (
            column("name", _("What")),
            column("day", _("Date"), FieldKind.DATE),
            column("detail", _("Detail")),
            money("amount", _("Amount")),
        ),
        tuple(_finding_row(each) for each in found),
    )


def _finding_row(each: Finding) -> TableRow:
    return row(
        (Linked(each.name, each.link), each.day, each.detail, Linked(each.amount, each.link)),
        currency=each.currency,
    )


PERIOD_CHECK = ReportSpec(
    "period_check", N_("Check before closing"), (CHECK, UNTIL), run_check, ("period.close",), main=False
)
