"""What the pages of closing, revaluation and handing over show: their tables, and the forms of their dialogs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tradecrm.core.costs import COST_CATEGORIES
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.loans import LOAN_KINDS
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import N_, _, ngettext
from tradecrm.reports.build import book_title, report_link
from tradecrm.reports.revaluing import unrealized_table
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft
from tradecrm.screens.money.pickers import EXPENSE_KINDS
from tradecrm.screens.spec import FieldSpec, FormSpec, Section
from tradecrm.services.control.periods import (
    PeriodRow,
    ReopenPeriod,
    pending_reopening,
    period_events,
    reopen_period,
)
from tradecrm.services.figures.period_checks import Answer, run_checks, suggested_end
from tradecrm.services.figures.revaluing import valuation
from tradecrm.services.money.chart import ChartRow, SaveChartLine, chart_rows, save_chart_line
from tradecrm.services.money.revaluations import (
    RevaluationRow,
    is_stale,
    posted_valuation,
    revaluation_of,
    revaluations,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
TAKE_BACK = "take_back_revaluation"
CHART_LINE = "chart_line"
CHART_DEFAULT = "chart_default"
"""Targets of links that the pages follow themselves."""

_ACTIONS = {"close": N_("Books closed"), "open": N_("Opened again"), "ask": N_("Opening asked for")}


@dataclass(frozen=True, slots=True)
class ClosingState:
    """The page of closing: the day in question, what the checks found, how the books were closed so far."""

    until: date
    closed: date | None
    checks: Table
    history: Table
    blocking: int
    warnings: int
    pending: bool


def closing_state(reader: Reader, until: date | None = None) -> ClosingState:
    """Answer what stands against closing until a day, by default the next month end."""
    closed = reader.settings.closed_until
    until = until or suggested_end(reader.today, closed)
    answers = run_checks(reader, until)
    return ClosingState(
        until,
        closed,
        _checks_table(answers, until),
        _history_table(period_events(reader)),
        sum(1 for each in answers if each.count and each.check.blocking),
        sum(1 for each in answers if each.count and not each.check.blocking),
        pending_reopening(reader),
    )


def _checks_table(answers: tuple[Answer, ...], until: date) -> Table:
    rows = tuple(
        TableRow(
            (_said(answer), _(answer.check.title), answer.count),
            (None, link := _behind(answer, until), link),
            style=RowStyle.NORMAL if answer.count else RowStyle.MUTED,
        )
        for answer in sorted(answers, key=lambda each: (not each.count, not each.check.blocking))
    )
    columns = (
        TableColumn("state", _("State"), width=140),
        TableColumn("check", _("What is checked")),
        TableColumn("count", _("Found"), K.INTEGER),
    )
    return Table("period_checks", "", "", columns, rows)


def _behind(answer: Answer, until: date) -> Link:
    """Answer where a finding is mended: the page of rates, of the revaluation, or the list of records."""
    if answer.count and answer.check.key == "rates":
        return Link.to("rates_in")
    if answer.count and answer.check.key in ("stale", "revaluation"):
        return Link.to("revaluation", day=until.isoformat())
    return report_link("period_check", check=answer.check.key, day=until)


def _said(answer: Answer) -> str:
    if not answer.count:
        return _("Fine")
    return _("Stops closing") if answer.check.blocking else _("To be looked at")


def _history_table(events: Sequence[PeriodRow]) -> Table:
    rows = tuple(_event_row(each) for each in events)
    columns = (
        TableColumn("at", _("When"), K.DATETIME),
        TableColumn("action", _("What")),
        TableColumn("until", _("Closed until"), K.DATE),
        TableColumn("before", _("Before that"), K.DATE),
        TableColumn("person", _("Who")),
        TableColumn("reason", _("Reason or findings")),
    )
    return Table("period_events", "", "", columns, rows)


def _event_row(event: PeriodRow) -> TableRow:
    words = event.reason
    if not words and event.findings:
        words = ngettext(
            "closed with {count} finding", "closed with {count} findings", event.findings
        ).format(count=event.findings)
    return TableRow((event.at, _(_ACTIONS[event.action]), event.until, event.before, event.person, words))


def _blank_reopening(reader: Reader, link: Link) -> Draft:
    del link
    closed = reader.settings.closed_until
    return Draft({"until": None if closed is None else suggested_end(closed, None), "reason": ""})


REOPEN_FORM = FormSpec(
    key="reopen_period",
    title=N_("Open the books again"),
    kind="period_event",
    sections=(
        Section(
            "",
            (
                FieldSpec("until", N_("Stay closed until"), K.DATE, span=4, hint=N_("nothing stays closed")),
                FieldSpec("reason", N_("Reason"), required=True, span=8),
            ),
        ),
    ),
    load=load_nothing,
    blank=_blank_reopening,
    save=reopen_period,
    build=lambda draft: ReopenPeriod(draft.day("until"), draft.text("reason")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RevaluationState:
    """The page of revaluation: the day, what is open then or was posted, earlier revaluations.

    ``posted`` is the id of the one that counts, ``stale`` tells that it no longer fits.
    """

    day: date
    preview: Table
    history: Table
    posted: int | None
    stale: bool
    can_post: bool


def revaluation_state(
    reader: Reader, day: date | None = None, identity: int | None = None
) -> RevaluationState:
    """Answer the page of a day, by default the next month end, or of one revaluation."""
    known = revaluations(reader)
    if identity is not None:
        day = next((each.day for each in known if each.id == identity), day)
    day = day or suggested_end(reader.today, reader.settings.closed_until)
    now = valuation(reader, day)
    posted = revaluation_of(reader, day)
    shown = identity if identity is not None else posted
    return RevaluationState(
        day,
        unrealized_table(now if shown is None else posted_valuation(reader, shown), shown),
        _revaluations_table(reader, known),
        posted,
        is_stale(reader, day, now),
        bool(now.rows) and not now.missing and posted is None,
    )


def _revaluations_table(reader: Reader, known: Sequence[RevaluationRow]) -> Table:
    may, closed = reader.actor.can("account.write"), reader.settings.closed_until
    rows = tuple(_revaluation_row(each, may=may and (closed is None or each.day > closed)) for each in known)
    columns = (
        TableColumn("day", _("Day"), K.DATE),
        TableColumn("total", _("Gain or loss"), K.MONEY, reader.base),
        TableColumn("at", _("When"), K.DATETIME),
        TableColumn("person", _("Who")),
        TableColumn("state", _("State")),
        TableColumn("undo", ""),
    )
    return Table("revaluations", "", "", columns, rows)


def _revaluation_row(each: RevaluationRow, *, may: bool) -> TableRow:
    link = Link.to("revaluation", id=each.id)
    standing = each.undone_at is None
    return TableRow(
        (
            each.day,
            each.total,
            each.at,
            each.person,
            _("Posted, reversed on the next day") if standing else _("Taken back"),
            _("Take back") if standing and may else None,
        ),
        (link, link, None, None, None, Link.to(TAKE_BACK, id=each.id) if standing and may else None),
        style=RowStyle.NORMAL if standing else RowStyle.MUTED,
    )


def chart_table(reader: Reader) -> Table:
    """Answer the mapping of the ledger to the accountant's chart; what has no account stands first."""
    may = reader.actor.can("period.close")
    rows = sorted(chart_rows(reader), key=lambda each: bool(each.code))
    columns = (
        TableColumn("book", _("Book of the ledger")),
        TableColumn("category", _("Category or account")),
        TableColumn("rows", _("Rows"), K.INTEGER),
        TableColumn("code", _("Account code"), K.CODE),
        TableColumn("name", _("Name of the account")),
        TableColumn("state", _("State")),
        TableColumn("edit", ""),
    )
    return Table("chart", "", "", columns, tuple(_chart_row(each, may=may) for each in rows))


def _chart_row(each: ChartRow, *, may: bool) -> TableRow:
    key: dict[str, str | int] = {
        "book": each.book,
        "category": each.category,
        "account": each.account_id or 0,
    }
    link, back = Link.to(CHART_LINE, **key), Link.to(CHART_DEFAULT, **key)
    state = _("Back to the default") if each.changed else ""
    if not each.code:
        state = _("No account: nothing is exported")
    edit = link if may else None
    return TableRow(
        (
            book_title(each.book),
            each.account or category_title(each.book, each.category),
            each.rows,
            each.code,
            each.name,
            state,
            _("Change") if may else None,
        ),
        (None, None, None, edit, None, back if may and each.changed else None, edit),
        style=RowStyle.MUTED if not each.rows else RowStyle.NORMAL,
    )


_CATEGORIES = {
    "OPENING": N_("Opening balance"),
    "COMMIS": N_("Sales commission"),
    "SMALL": N_("Small difference"),
    "BAD_DEBT": N_("Bad debt"),
    "REALIZED": N_("Realized exchange difference"),
    "CAPITAL": N_("Capital"),
}
"""Categories of the ledger that are neither a cost of a shipment nor a kind of expense."""


def category_title(book: str, category: str) -> str:
    """Answer the words of a category of a book; every other one where it is empty."""
    if not category:
        return _("everything else")
    if book == "REVAL":
        return book_title(category)
    costs = {each.code: each.title for each in COST_CATEGORIES}
    kinds = {each.value: each.label for each in EXPENSE_KINDS}
    loans = {key[:8].upper(): title for key, title in LOAN_KINDS.items()} if book == "LOAN" else {}
    words = _CATEGORIES | loans | kinds | costs
    return _(words[category]) if category in words else category


def _blank_line(reader: Reader, link: Link) -> Draft:
    account = int(str(link.param("account") or 0)) or None
    book, category = str(link.param("book") or ""), str(link.param("category") or "")
    row = next(
        each
        for each in chart_rows(reader)
        if (each.book, each.category, each.account_id) == (book, category, account)
    )
    return Draft(
        {
            "book": book,
            "category": category,
            "account": account,
            "what": f"{book_title(book)}: {row.account or category_title(book, category)}",
            "code": row.code,
            "name": row.name,
        }
    )


CHART_FORM = FormSpec(
    key="chart_line",
    title=N_("Change the account"),
    kind="ledger_account",
    sections=(
        Section(
            "",
            (
                FieldSpec("code", N_("Account code"), required=True, span=4, hint="1002.01"),
                FieldSpec("name", N_("Name of the account"), required=True, span=8),
            ),
        ),
    ),
    load=load_nothing,
    blank=_blank_line,
    save=save_chart_line,
    build=lambda draft: SaveChartLine(
        draft.text("book"),
        draft.text("code"),
        draft.text("name"),
        draft.text("category"),
        int(str(draft.get("account"))) if draft.get("account") else None,
    ),
    heading=lambda draft: draft.text("what"),
    saved=N_("The account is kept."),
)  # fmt: skip
