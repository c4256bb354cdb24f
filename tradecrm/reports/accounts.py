"""Reports of bank, cash and wallet accounts: balances, statement, income and expense by month (section 4)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.dates import month_end
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import Chart, ChartKind, RowStyle, Series, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, more_note, report_link, row
from tradecrm.reports.params import (
    AS_OF,
    CURRENCY,
    FIRST,
    LAST,
    LIMIT,
    OFFSET,
    Params,
    ReportParam,
)
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.accounts import AccountBalance, Balances, account_balances, month_flows
from tradecrm.services.figures.closing import add_known
from tradecrm.services.figures.statement import EntryRow, Statement, StatementQuery, account_statement

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

VERBS = ("report.run", "account.read")
ACCOUNT = ReportParam("account", N_("Account"), FieldKind.REF, ref="account", required=True)
UNTIL = ReportParam("until", N_("Up to entry no."), FieldKind.INTEGER)
KINDS = {"BANK": N_("Bank"), "CASH": N_("Cash"), "WALLET": N_("Wallet")}


def run_balances(reader: Reader, params: Params) -> Table:
    """Answer the balance of every account as of a day, in its currency and in base."""
    day, code = params.day("as_of"), params.text("currency") or None
    found = account_balances(reader, day, code)
    base = found.base
    return Table(
        "account_balances",
        _("Account balances"),
        _("As of {day}").format(day=day.isoformat()),
        (
            column("account", _("Account")),
            column("kind", _("Kind")),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("balance", _("Balance")),
            money("carrying", _("Carrying in {currency}").format(currency=base), base),
            money("closing", _("Worth in {currency} at closing").format(currency=base), base),
            money("unrealized", _("Unrealized difference"), base),
        ),
        tuple(_balance_row(account, day) for account in found.rows),
        _balance_totals(found, code),
        found.notes,
        _balance_chart(found),
    )


def statement_link(account_id: int, first: date | None, last: date, until: int | None = None) -> Link:
    """Answer the link to the entries of an account, from its opening when ``first`` is None."""
    return report_link("account_statement", account=account_id, first=first, last=last, until=until)


def _balance_row(account: AccountBalance, day: date) -> TableRow:
    behind = statement_link(account.account_id, None, day)
    return row(
        (
            Linked(account.name, Link.to("account", id=account.account_id)),
            _(KINDS.get(account.kind, account.kind)),
            account.currency,
            Linked(account.balance, behind),
            Linked(account.carrying, behind),
            Linked(account.closing, behind),
            Linked(account.unrealized, behind),
        ),
        currency=account.currency,
        style=RowStyle.MUTED if account.archived else RowStyle.NORMAL,
    )


def _balance_totals(found: Balances, only: str | None) -> tuple[TableRow, ...]:
    by_currency: dict[str, list[AccountBalance]] = {}
    for account in found.rows:
        by_currency.setdefault(account.currency, []).append(account)
    rows = []
    for code, group in by_currency.items():
        behind = report_link("account_balances", as_of=found.day, currency=code)
        rows.append(
            row(
                (
                    _("Total {currency}").format(currency=code),
                    None,
                    code,
                    Linked(sum((each.balance for each in group), ZERO), behind),
                    Linked(sum((each.carrying for each in group), ZERO), behind),
                    Linked(add_known([each.closing for each in group]), behind),
                    Linked(add_known([each.unrealized for each in group]), behind),
                ),
                currency=code,
                style=RowStyle.TOTAL,
            )
        )
    if found.rows:
        rows.append(_all_row(found, only))
    return tuple(rows)


def _all_row(found: Balances, only: str | None) -> TableRow:
    behind = report_link("account_balances", as_of=found.day, currency=only)
    return row(
        (
            _("All in {currency}").format(currency=found.base),
            None,
            None,
            None,
            Linked(found.carrying, behind),
            Linked(found.closing, behind),
            Linked(add_known([each.unrealized for each in found.rows]), behind),
        ),
        currency=found.base,
        style=RowStyle.TOTAL,
    )


def _balance_chart(found: Balances) -> Chart | None:
    if not found.rows:
        return None
    rows = sorted(found.rows, key=lambda each: -(each.closing or ZERO))[:12]
    links = tuple(statement_link(each.account_id, None, found.day) for each in rows)
    series = Series(_("Worth at closing"), tuple(each.closing for each in rows), links)
    return Chart(
        ChartKind.BAR, _("Accounts in base"), tuple(each.name for each in rows), (series,), found.base
    )


def run_statement(reader: Reader, params: Params) -> Table:
    """Answer a page of an account's statement: opening, entries with running balance, closing.

    Without a first day it begins with the account's opening, and says which day that is.
    """
    begins = params.values["first"]
    query = StatementQuery(
        account_id=params.number("account") or 0,
        first=begins if isinstance(begins, date) else None,
        last=params.day("last"),
        until=params.number("until"),
        offset=params.number("offset") or 0,
        limit=params.number("limit") or 0,
    )
    found = account_statement(reader, query)
    shown = len(found.rows)
    notes = () if shown == found.count else (more_note(shown, found.count),)
    return Table(
        "account_statement",
        _("Statement of {account}").format(account=found.name),
        _("{first} to {last}").format(first=found.first.isoformat(), last=found.last.isoformat()),
        (
            column("day", _("Date"), FieldKind.DATE),
            column("kind", _("Kind")),
            column("party", _("Partner")),
            column("paper", _("Paper")),
            money("in", _("In"), found.currency),
            money("out", _("Out"), found.currency),
            money("balance", _("Balance"), found.currency),
        ),
        (_opening_row(found), *(_entry_row(found, entry) for entry in found.rows)),
        (_closing_row(found),),
        notes,
        params=(("first", found.first.isoformat()),),
    )


def _opening_row(found: Statement) -> TableRow:
    before = found.first - timedelta(days=1)
    link = Link.to("account", id=found.account_id)
    if found.first > found.start:
        link = statement_link(found.account_id, None, before)
    cells = (found.first, _("Balance before"), None, None, None, None, Linked(found.opening, link))
    return row(cells, currency=found.currency, style=RowStyle.MUTED)


def _entry_row(found: Statement, entry: EntryRow) -> TableRow:
    party = None if entry.party_id is None else Link.to("customer", id=entry.party_id)
    words = _("{what}, taken back").format(what=entry.title) if entry.reversal else entry.title
    behind = statement_link(found.account_id, found.first, entry.day, entry.entry_id)
    return row(
        (
            entry.day,
            words,
            Linked(entry.party, party),
            Linked(entry.memo, entry.link),
            Linked(entry.amount, entry.link) if entry.amount > 0 else None,
            Linked(-entry.amount, entry.link) if entry.amount < 0 else None,
            Linked(entry.balance, behind),
        ),
        currency=found.currency,
    )


def _closing_row(found: Statement) -> TableRow:
    period = statement_link(found.account_id, found.first, found.last)
    return row(
        (
            found.last,
            _("Balance at the end"),
            None,
            None,
            Linked(found.incoming, period),
            Linked(-found.outgoing, period),
            Linked(found.closing, statement_link(found.account_id, None, found.last)),
        ),
        currency=found.currency,
        style=RowStyle.TOTAL,
    )


def run_months(reader: Reader, params: Params) -> Table:
    """Answer income and expense of an account by month."""
    account, first, last = params.number("account") or 0, params.day("first"), params.day("last")
    query = StatementQuery(account, first, last, limit=1)
    about = account_statement(reader, query)
    flows = month_flows(reader, account, first, last)

    def link(day: date) -> Link:
        return statement_link(account, max(day, first), min(month_end(day), last))

    rows = tuple(
        row(
            (
                f"{flow.first:%Y-%m}",
                Linked(flow.incoming, link(flow.first)),
                Linked(-flow.outgoing, link(flow.first)),
                Linked(flow.net, link(flow.first)),
            ),
            currency=about.currency,
        )
        for flow in flows
    )
    sums: list[Decimal] = [
        sum((flow.incoming for flow in flows), ZERO),
        -sum((flow.outgoing for flow in flows), ZERO),
        sum((flow.net for flow in flows), ZERO),
    ]
    period = statement_link(account, first, last)
    total = row(
        (_("Total"), *(Linked(value, period) for value in sums)),
        currency=about.currency,
        style=RowStyle.TOTAL,
    )
    months, links = tuple(f"{flow.first:%Y-%m}" for flow in flows), tuple(link(flow.first) for flow in flows)
    series = (
        Series(_("In"), tuple(flow.incoming for flow in flows), links),
        Series(_("Out"), tuple(flow.outgoing for flow in flows), links),
    )
    return Table(
        "account_months",
        _("Income and expense of {account}").format(account=about.name),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("month", _("Month")),
            money("in", _("In"), about.currency),
            money("out", _("Out"), about.currency),
            money("net", _("Net"), about.currency),
        ),
        rows,
        (total,) if rows else (),
        (),
        Chart(ChartKind.BAR, _("In and out by month"), months, series, about.currency) if flows else None,
    )


ACCOUNT_BALANCES = ReportSpec(
    "account_balances", N_("Account balances"), (AS_OF, CURRENCY), run_balances, VERBS
)
ACCOUNT_STATEMENT = ReportSpec(
    "account_statement",
    N_("Account statement"),
    (ACCOUNT, ReportParam("first", N_("From"), FieldKind.DATE), LAST, UNTIL, OFFSET, LIMIT),
    run_statement,
    VERBS,
)
ACCOUNT_MONTHS = ReportSpec(
    "account_months",
    N_("Income and expense of an account by month"),
    (ACCOUNT, FIRST, LAST),
    run_months,
    VERBS,
)
