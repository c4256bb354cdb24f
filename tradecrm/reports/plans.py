"""Collection plan and payment plan (收款计划, 付款计划): what is to come and to go, by week or month (section 3.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.plans import GROUND_TITLES, Step, next_period, period_of, periods_between
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType, rate_title
from tradecrm.core.table import Chart, ChartKind, RowStyle, Series, Table, TableColumn, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, more_note, report_link, row
from tradecrm.reports.params import CURRENCY, LIMIT, PARTY, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.closing import add_known
from tradecrm.services.figures.collection import collection_plan
from tradecrm.services.figures.papers import party_names
from tradecrm.services.figures.payment_plan import other_rows, payment_plan
from tradecrm.services.figures.plan_rows import KIND_TITLES, Accounts, PlanOptions, PlanRates, PlanRow, by_day

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

HORIZON = 91
"""Days of the horizon without another wish: thirteen weeks."""

_AHEAD = 30
OVERDUE, UNDATED = "overdue", "undated"
STEPS = (("week", N_("By week")), ("month", N_("By month")))
RATES = (("MID", N_("Middle rate")), ("BUDGET", N_("Budget rate")))

STEP = ReportParam("step", N_("Period"), FieldKind.CHOICE, lambda _reader: "week", STEPS)
UNTIL = ReportParam(
    "ahead", N_("Until"), FieldKind.DATE, lambda reader: reader.today + timedelta(days=HORIZON)
)
DELAY = ReportParam("delay", N_("Add the usual delay"), FieldKind.BOOL, lambda _reader: False)
FLOOR = ReportParam("floor", N_("Early payers count as on time"), FieldKind.BOOL, lambda _reader: True)
RATE = ReportParam("rate", N_("Base amounts at"), FieldKind.CHOICE, lambda _reader: "MID", RATES)
BUCKET = ReportParam("bucket", N_("Only the period from (or overdue, undated)"), internal=True)


def plan_options(params: Params) -> PlanOptions:
    """Answer what the plan is asked for by the parameters that all plans share."""
    return PlanOptions(
        params.day("ahead"),
        with_delay=params.values.get("delay") is True,
        floor=params.values.get("floor") is True,
        party_id=None if params.values.get("party") is None else params.number("party"),
        currency=params.text("currency") or None,
    )


def bucket_name(start: date | None) -> str:
    """Answer the name of a bucket in links: ``overdue``, ``undated`` or its first day."""
    if start is None:
        return UNDATED
    return OVERDUE if start == date.min else start.isoformat()


def bucket_title(start: date | None, step: Step) -> str:
    """Answer the title of a bucket as a heading shows it."""
    if start is None:
        return _("Day not known")
    if start == date.min:
        return _("Overdue")
    if step is Step.MONTH:
        return f"{start:%Y-%m}"
    return f"{start:%m-%d} – {next_period(start, step) - timedelta(days=1):%m-%d}"


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the plan without sign, its bucket, and what it is in base."""

    row: PlanRow
    amount: Decimal
    bucket: date | None
    base: Decimal | None


def _incoming(reader: Reader, options: PlanOptions) -> list[PlanRow]:
    """Answer everything that comes in: from customers, and planned income and rebates."""
    rows = collection_plan(reader, options)
    if options.party_id is None:
        rows += [each for each in other_rows(reader, options, Accounts(reader)) if each.amount > 0]
    return rows


def _outgoing(reader: Reader, options: PlanOptions) -> list[PlanRow]:
    """Answer everything that goes out."""
    return [each for each in payment_plan(reader, options) if each.amount < 0]


def run_collection(reader: Reader, params: Params) -> Table:
    """Answer what is expected from customers and others, by expected day within its period."""
    rows = _incoming(reader, plan_options(params))
    return _plan(reader, params, "collection_plan", _("Collection plan"), rows)


def run_payment(reader: Reader, params: Params) -> Table:
    """Answer what is to be paid, by expected day within its period."""
    rows = _outgoing(reader, plan_options(params))
    return _plan(reader, params, "payment_plan", _("Payment plan"), rows)


def _plan(reader: Reader, params: Params, key: str, title: str, rows: Sequence[PlanRow]) -> Table:
    step, rates = Step(params.text("step")), PlanRates(reader, RateType(params.text("rate")))
    lines = [
        _Line(
            each,
            abs(each.amount),
            period_of(each.day, reader.today, step),
            rates.value(abs(each.amount), each.currency),
        )
        for each in by_day(rows)
    ]
    lines = _wanted(lines, params.text("bucket"))
    shown = lines[: params.number("limit") or len(lines)]
    names = party_names(reader, (line.row.party_id for line in shown))
    notes = list(rates.notes)
    if len(shown) < len(lines):
        notes.append(more_note(len(shown), len(lines)))
    subtitle = " · ".join(
        (
            _("As of {day}").format(day=reader.today.isoformat()),
            _("base amounts at the {rate}").format(rate=rate_title(rates.kind).lower()),
        )
    )
    return Table(
        key,
        title,
        subtitle,
        _columns(reader.base),
        tuple(_rows(lines, shown, names, step, key, params)),
        tuple(_totals(lines, key, params, reader.base)),
        tuple(notes),
        _chart(lines, step, key, params, reader.base),
    )


@dataclass(frozen=True, slots=True)
class DueWeek:
    """What comes in and goes out in base by its plans, in a whole week or overdue; None: a rate is missing.

    ``collect`` and ``pay`` open the rows of either plan.
    """

    title: str
    incoming: Decimal | None
    outgoing: Decimal | None
    collect: Link
    pay: Link
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class DueWeeks:
    """What is overdue and what is due in the weeks that begin within 30 days; ``rows`` is empty without any."""

    base: str
    rows: tuple[DueWeek, ...]
    notes: tuple[str, ...]


def due_weeks(reader: Reader) -> DueWeeks:
    """Answer the next 30 days of both plans by week, as the reports show them; overdue stands first."""
    starts = [date.min, *periods_between(reader.today, reader.today + timedelta(days=_AHEAD), Step.WEEK)]
    until = next_period(starts[-1], Step.WEEK) - timedelta(days=1)
    options, rates = PlanOptions(until), PlanRates(reader, RateType.MID)
    sides: list[dict[date | None, list[Decimal | None]]] = []
    for rows in (_incoming(reader, options), _outgoing(reader, options)):
        sums: dict[date | None, list[Decimal | None]] = {}
        for each in rows:
            bucket = period_of(each.day, reader.today, Step.WEEK)
            if bucket in starts:
                sums.setdefault(bucket, []).append(rates.value(abs(each.amount), each.currency))
        sides.append(sums)
    incoming, outgoing = sides
    if not incoming and not outgoing:
        return DueWeeks(reader.base, (), ())
    found = []
    for start in starts:
        if start == date.min and start not in incoming and start not in outgoing:
            continue
        asked = {"ahead": until.isoformat(), "bucket": bucket_name(start)}
        found.append(
            DueWeek(
                bucket_title(start, Step.WEEK),
                add_known(incoming.get(start, [])),
                add_known(outgoing.get(start, [])),
                report_link("collection_plan", **asked),
                report_link("payment_plan", **asked),
                overdue=start == date.min,
            )
        )
    return DueWeeks(reader.base, tuple(found), tuple(rates.notes))


def _wanted(lines: list[_Line], bucket: str) -> list[_Line]:
    """Keep to one bucket; Refusal for one that cannot be."""
    if not bucket:
        return lines
    if bucket not in (OVERDUE, UNDATED):
        try:
            date.fromisoformat(bucket)
        except ValueError:
            raise Refusal.of(_("There is no bucket {bucket}.").format(bucket=bucket), "bucket") from None
    return [line for line in lines if bucket_name(line.bucket) == bucket]


def _columns(base: str) -> tuple[TableColumn, ...]:
    return (
        column("expected", _("Expected"), FieldKind.DATE),
        column("party", _("Partner")),
        column("kind", _("Kind")),
        column("number", _("Number")),
        column("due", _("Due"), FieldKind.DATE),
        column("ground", _("Because")),
        column("currency", _("Currency"), FieldKind.CURRENCY),
        money("amount", _("Amount")),
        money("base", _("In {currency}").format(currency=base), base),
    )


def same_report(key: str, params: Params, **more: str | int | None) -> Link:
    """Answer the link to a report with the same parameters, something else asked for, and all its rows."""
    given: dict[str, str | int | None] = {**dict(params.shown()), **more, "limit": "0"}
    if params.values.get("party") is not None:
        given["party"] = params.number("party")
    return Link.to(f"report/{key}", **given)


def _rows(
    lines: Sequence[_Line],
    shown: Sequence[_Line],
    names: dict[int, str],
    step: Step,
    key: str,
    params: Params,
) -> list[TableRow]:
    """Answer the rows under a heading for each bucket, with its total in base."""
    sums: dict[date | None, list[Decimal | None]] = {}
    for line in lines:
        sums.setdefault(line.bucket, []).append(line.base)
    titles = dict(GROUND_TITLES)
    found: list[TableRow] = []
    for bucket, own in groupby(shown, key=lambda line: line.bucket):
        total = Linked(add_known(sums[bucket]), same_report(key, params, bucket=bucket_name(bucket)))
        heading = (None, bucket_title(bucket, step), *[None] * 6, total)
        found.append(row(heading, style=RowStyle.SECTION))
        found += [_row(line, names, _(titles[line.row.expected.ground])) for line in own]
    return found


def _row(line: _Line, names: dict[int, str], ground: str) -> TableRow:
    each = line.row
    party = each.party_id if each.party_id in names else None
    return row(
        (
            each.day,
            Linked(names.get(party or 0, ""), None if party is None else Link.to("customer", id=party)),
            _(KIND_TITLES[each.kind]),
            Linked(each.number, each.link),
            each.due_on,
            ground,
            each.currency,
            Linked(line.amount, each.link),
            Linked(line.base, each.link),
        ),
        currency=each.currency,
        level=1,
    )


def _totals(lines: Sequence[_Line], key: str, params: Params, base: str) -> list[TableRow]:
    """Answer a total a currency, then all in base."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.row.currency] = sums.get(line.row.currency, ZERO) + line.amount
    found = []
    for code, amount in sorted(sums.items()):
        behind = same_report(key, params, currency=code)
        worth = add_known([line.base for line in lines if line.row.currency == code])
        cells = (None, _("Total {currency}").format(currency=code), *[None] * 4, code, Linked(amount, behind))
        found.append(row((*cells, Linked(worth, behind)), currency=code, style=RowStyle.TOTAL))
    if lines:
        total = Linked(add_known([line.base for line in lines]), same_report(key, params))
        words = _("All in {currency}").format(currency=base)
        found.append(row((None, words, *[None] * 4, base, None, total), currency=base, style=RowStyle.TOTAL))
    return found


def _chart(lines: Sequence[_Line], step: Step, key: str, params: Params, base: str) -> Chart | None:
    """Answer the amounts of each bucket in base."""
    buckets = list(dict.fromkeys(line.bucket for line in lines))
    if len(buckets) < 2:
        return None
    values = tuple(add_known([line.base for line in lines if line.bucket == bucket]) for bucket in buckets)
    links = tuple(same_report(key, params, bucket=bucket_name(bucket)) for bucket in buckets)
    labels = tuple(_short(bucket, step) for bucket in buckets)
    series = Series(_("Amount"), values, links)
    return Chart(ChartKind.BAR, _("Expected by period"), labels, (series,), base)


def _short(bucket: date | None, step: Step) -> str:
    if bucket is None:
        return _("No day")
    return bucket_title(bucket, step) if bucket == date.min or step is Step.MONTH else f"{bucket:%m-%d}"


_PARAMS = (STEP, UNTIL, RATE, PARTY, CURRENCY, DELAY, FLOOR, BUCKET, LIMIT)
_VERBS = ("report.run", "receivable.read")

COLLECTION_PLAN = ReportSpec("collection_plan", N_("Collection plan"), _PARAMS, run_collection, _VERBS)
PAYMENT_PLAN = ReportSpec(
    "payment_plan",
    N_("Payment plan"),
    (STEP, UNTIL, RATE, PARTY, CURRENCY, BUCKET, LIMIT),
    run_payment,
    _VERBS,
)
