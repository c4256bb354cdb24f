"""Income and expense of an account by what they were for (feature T3), and the entries behind each figure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import Chart, ChartKind, RowStyle, Series, Table
from tradecrm.core.text import N_, _
from tradecrm.reports.accounts import ACCOUNT, VERBS, statement_link
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import FIRST, LAST, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.accounts import CategoryFlow, category_flows
from tradecrm.services.figures.papers import entry_title
from tradecrm.services.figures.statement import StatementQuery, account_entries, account_statement

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

KIND = ReportParam("kind", N_("Kind"), internal=True)
CATEGORY = ReportParam("category", N_("Category"), internal=True)
_CATEGORIES = {
    "FEE": N_("Bank fee"),
    "INTEREST": N_("Interest"),
    "OFFICE": N_("Office"),
    "SALARY": N_("Salaries"),
    "TRAVEL": N_("Travel"),
    "TAX": N_("Taxes"),
    "OTHER": N_("Other"),
}


def flow_title(kind: str, category: str) -> str:
    """Answer in words what a flow was for: the kind of paper, and its category where that says more."""
    if category in _CATEGORIES:
        return f"{entry_title(kind)}: {_(_CATEGORIES[category])}"
    return entry_title(kind)


def run_categories(reader: Reader, params: Params) -> Table:
    """Answer what came in and went out of an account in a period, by what it was for."""
    account, first, last = params.number("account") or 0, params.day("first"), params.day("last")
    about = account_statement(reader, StatementQuery(account, first, last, limit=1))
    flows = category_flows(reader, account, first, last)

    def link(flow: CategoryFlow) -> Link:
        return report_link(
            "account_category_rows",
            account=account,
            kind=flow.kind,
            category=flow.category,
            first=first,
            last=last,
        )

    rows = tuple(
        row(
            (
                flow_title(flow.kind, flow.category),
                Linked(flow.count, link(flow)),
                Linked(flow.incoming, link(flow)) if flow.incoming else None,
                Linked(-flow.outgoing, link(flow)) if flow.outgoing else None,
                Linked(flow.net, link(flow)),
            ),
            currency=about.currency,
        )
        for flow in flows
    )
    period = statement_link(account, first, last)
    sums: tuple[Decimal, ...] = (
        sum((flow.incoming for flow in flows), ZERO),
        -sum((flow.outgoing for flow in flows), ZERO),
        sum((flow.net for flow in flows), ZERO),
    )
    total = row(
        (_("Total"), None, *(Linked(value, period) for value in sums)),
        currency=about.currency,
        style=RowStyle.TOTAL,
    )
    return Table(
        "account_categories",
        _("What {account} was for").format(account=about.name),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("what", _("What for")),
            column("count", _("Entries"), FieldKind.INTEGER),
            money("in", _("In"), about.currency),
            money("out", _("Out"), about.currency),
            money("net", _("Net"), about.currency),
        ),
        rows,
        (total,) if rows else (),
        (),
        _chart(flows, tuple(link(flow) for flow in flows), about.currency),
    )


def _chart(flows: Sequence[CategoryFlow], links: tuple[Link, ...], currency: str) -> Chart | None:
    if not flows:
        return None
    titles = tuple(flow_title(flow.kind, flow.category) for flow in flows)
    series = (
        Series(_("In"), tuple(flow.incoming for flow in flows), links),
        Series(_("Out"), tuple(-flow.outgoing for flow in flows), links),
    )
    return Chart(ChartKind.BAR, _("In and out"), titles, series, currency)


def run_category_rows(reader: Reader, params: Params) -> Table:
    """Answer the entries of an account of one kind and category, each opening its paper."""
    account, first, last = params.number("account") or 0, params.day("first"), params.day("last")
    about = account_statement(reader, StatementQuery(account, first, last, limit=1))
    kind, category = params.text("kind"), params.text("category")
    entries = account_entries(reader, account, kind, category, first, last)
    rows = tuple(
        row(
            (
                entry.day,
                Linked(entry.memo or entry.title, entry.link),
                entry.party or None,
                Linked(entry.amount, entry.link),
            ),
            currency=about.currency,
        )
        for entry in entries
    )
    moved = sum((entry.amount for entry in entries), ZERO)
    behind = statement_link(account, first, last)
    total = row(
        (None, _("Total"), None, Linked(moved, behind)), currency=about.currency, style=RowStyle.TOTAL
    )
    return Table(
        "account_category_rows",
        _("{what} on {account}").format(what=flow_title(kind, category), account=about.name),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("day", _("Date"), FieldKind.DATE),
            column("paper", _("Paper")),
            column("party", _("Partner")),
            money("amount", _("Amount"), about.currency),
        ),
        rows,
        (total,) if rows else (),
    )


ACCOUNT_CATEGORIES = ReportSpec(
    "account_categories",
    N_("Income and expense of an account by what for"),
    (ACCOUNT, FIRST, LAST),
    run_categories,
    VERBS,
)
ACCOUNT_CATEGORY_ROWS = ReportSpec(
    "account_category_rows",
    N_("Entries of an account of one kind"),
    (ACCOUNT, KIND, CATEGORY, FIRST, LAST),
    run_category_rows,
    VERBS,
    main=False,
)
