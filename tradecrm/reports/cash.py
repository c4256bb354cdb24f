"""The cash projection (现金流预测) of every account by week or month, and the rows behind each figure (section 3.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.plans import Step, period_start
from tradecrm.core.rates import RateType
from tradecrm.core.table import Chart, ChartKind, RowStyle, Series, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import CURRENCY, Params, ReportParam
from tradecrm.reports.plans import DELAY, FLOOR, RATE, STEP, UNDATED, UNTIL, bucket_title, plan_options
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.cash import AccountPlan, CashOptions, Period, cash_projection, holds_back
from tradecrm.services.figures.collection import collection_plan
from tradecrm.services.figures.papers import party_names
from tradecrm.services.figures.payment_plan import payment_plan
from tradecrm.services.figures.plan_rows import KIND_TITLES, PlanRates, PlanRow, by_day

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

LATER = "later"
LATE = ReportParam("late", N_("Overdue invoices still come"), FieldKind.BOOL, lambda _reader: True)
ACCOUNT = ReportParam("account", N_("Account"), FieldKind.REF, ref="account")
PERIOD = ReportParam("period", N_("Only the period from (or later, undated)"), internal=True)
THROUGH = ReportParam("through", N_("Up to the day"), FieldKind.DATE, internal=True)
_SHARED = (STEP, UNTIL, RATE, CURRENCY, LATE, DELAY, FLOOR)
_VERBS = ("report.run", "receivable.read", "account.read")


def _cash_options(params: Params) -> CashOptions:
    return CashOptions(plan_options(params), Step(params.text("step")), params.flag("late"))


def _behind(params: Params, plan: AccountPlan, **more: str | date | None) -> Link:
    """Answer the link to the rows behind a figure of an account."""
    shared = {key: value for key, value in params.values.items() if key != "currency"}
    return report_link("cash_rows", **shared, currency=plan.currency, account=plan.account_id, **more)


def run_projection(reader: Reader, params: Params) -> Table:
    """Answer opening, in, out and balance of each account by period; overdue counts in the first."""
    options, rates = _cash_options(params), PlanRates(reader, RateType(params.text("rate")))
    plans = sorted(
        cash_projection(reader, options),
        key=lambda plan: (plan.projection.first_negative is None, not _moves(plan)),
    )
    rows = [each for plan in plans for each in _account_rows(plan, options, params, rates)]
    notes = [*_shortages(plans), *_held(plans), *rates.notes]
    return Table(
        "cash_projection",
        _("Cash projection"),
        _("{first} to {last}").format(first=reader.today.isoformat(), last=options.plan.until.isoformat()),
        (
            column("period", _("Account and period")),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("incoming", _("Comes in")),
            money("outgoing", _("Goes out")),
            money("balance", _("Balance")),
            money("least", _("Least balance")),
            money("base", _("Balance in {currency}").format(currency=reader.base), reader.base),
        ),
        tuple(rows),
        (),
        tuple(notes),
        _chart(plans, rates, options.step, reader.base),
    )


def _name(plan: AccountPlan) -> str:
    return plan.name if plan.account_id is not None else _("No account")


def _moves(plan: AccountPlan) -> bool:
    """Tell whether anything is expected on an account within the horizon."""
    return bool(plan.projection.days)


def _shortages(plans: Sequence[AccountPlan]) -> list[str]:
    """Say which account falls below zero, and on which day first (section 3.8)."""
    return [
        _("{account}, {currency}: below zero from {day} on.").format(
            account=_name(plan), currency=plan.currency, day=plan.projection.first_negative.isoformat()
        )
        for plan in plans
        if plan.projection.first_negative is not None
    ]


def _held(plans: Sequence[AccountPlan]) -> list[str]:
    """Say what of which balance cannot be used and is not counted (section 16.19)."""
    return [
        _("{account}: {amount} of its balance is held and does not count until it comes free.").format(
            account=_name(plan), amount=format_money(plan.held, plan.currency)
        )
        for plan in plans
        if plan.held
    ]


def _account_rows(
    plan: AccountPlan, options: CashOptions, params: Params, rates: PlanRates
) -> list[TableRow]:
    code = plan.currency
    opening = plan.projection.opening
    at_bank = _behind(params, plan)
    if plan.account_id is not None:
        at_bank = report_link("account_statement", account=plan.account_id, last=rates.reader.today)
    rows = [
        row(
            (
                _name(plan), code, None, None, Linked(opening, at_bank),
                Linked(plan.projection.least, _behind(params, plan)),
                Linked(rates.value(opening, code), at_bank),
            ),
            currency=code,
            style=RowStyle.SECTION,
        )
    ]  # fmt: skip
    if _moves(plan):
        rows += [_period_row(each, plan, options.step, params, rates) for each in plan.periods]
    for name, words, amount in (
        (LATER, _("Later"), plan.later),
        (UNDATED, _("Day not known"), plan.undated),
    ):
        if amount:
            link = _behind(params, plan, period=name)
            incoming = Linked(amount, link) if amount > 0 else None
            outgoing = Linked(-amount, link) if amount < 0 else None
            cells = (words, code, incoming, outgoing, None, None, None)
            rows.append(row(cells, currency=code, level=1, style=RowStyle.MUTED))
    return rows


def _period_row(each: Period, plan: AccountPlan, step: Step, params: Params, rates: PlanRates) -> TableRow:
    start = period_start(each.first, step)
    inside = _behind(params, plan, period=start.isoformat())
    until = _behind(params, plan, through=each.last)
    words = bucket_title(start, step)
    if each.balance < 0 or each.least < 0:
        words = _("{period}, below zero").format(period=words)
    return row(
        (
            words,
            plan.currency,
            Linked(each.incoming, inside) if each.incoming else None,
            Linked(each.outgoing, inside) if each.outgoing else None,
            Linked(each.balance, until),
            Linked(each.least, until),
            Linked(rates.value(each.balance, plan.currency), until),
        ),
        currency=plan.currency,
        level=1,
    )


def _chart(plans: Sequence[AccountPlan], rates: PlanRates, step: Step, base: str) -> Chart | None:
    """Answer the balance of each account at the end of each period, in base."""
    if not plans:
        return None
    labels = tuple(
        f"{each.first:%m-%d}" if step is Step.WEEK else f"{each.first:%Y-%m}" for each in plans[0].periods
    )
    series = tuple(
        Series(f"{_name(plan)} {plan.currency}" if plan.account_id is None else plan.name, values)
        for plan in plans
        if _moves(plan)
        and any(values := tuple(rates.value(each.balance, plan.currency) for each in plan.periods))
    )
    return Chart(ChartKind.LINE, _("Balance by period"), labels, series, base)


def run_rows(reader: Reader, params: Params) -> Table:
    """Answer what is expected on one account with the running balance; opening is what is available today."""
    options = _cash_options(params)
    account, code = params.number("account"), params.text("currency")
    plan = next(
        (
            each
            for each in cash_projection(reader, options)
            if each.account_id == account and code in ("", each.currency)
        ),
        None,
    )
    rows = [] if plan is None else _entries(reader, options, params, plan)
    names = party_names(reader, (each.party_id for each in rows))
    opening = ZERO if plan is None else plan.projection.opening
    begins = _("Balance today") if plan is None or not plan.held else _("Available today")
    cut = bool(params.text("period"))
    at_bank = report_link("cash_projection", currency=code)
    if account is not None:
        at_bank = report_link("account_statement", account=account, last=reader.today)
    return Table(
        "cash_rows",
        _("Expected on {account}").format(account=_("No account") if plan is None else _name(plan)),
        "" if plan is None else plan.currency,
        (
            column("expected", _("Expected"), FieldKind.DATE),
            column("party", _("Partner")),
            column("kind", _("Kind")),
            column("number", _("Number"), FieldKind.CODE),
            money("amount", _("Amount"), code or None),
            money("balance", _("Balance"), code or None),
        ),
        tuple(_entry_rows(rows, names, (reader.today, begins, opening), at_bank, cut=cut)),
        (_entry_total(rows, params),) if rows else (),
    )


def _entries(reader: Reader, options: CashOptions, params: Params, plan: AccountPlan) -> list[PlanRow]:
    """Answer the rows of an account in the period asked for, as the projection counts them."""
    today, until = reader.today, options.plan.until
    found = []
    for each in by_day(_planned(reader, options)):
        mine = (each.account_id, each.currency) == (plan.account_id, plan.currency)
        late = each.kind == "invoice" and each.day is not None and each.day < today
        if mine and (options.late_expected or not late) and _within(each.day, today, until, params):
            found.append(each)
    return found


def _planned(reader: Reader, options: CashOptions) -> list[PlanRow]:
    """Answer everything the projection counts, one by one."""
    plan = options.plan
    return [*collection_plan(reader, plan), *payment_plan(reader, plan), *holds_back(reader, plan)]


def _within(day: date | None, today: date, until: date, params: Params) -> bool:
    """Tell whether money expected on a day belongs to the period that is asked for."""
    period, through = params.text("period"), params.values.get("through")
    if period == UNDATED:
        return day is None
    if period == LATER:
        return day is not None and day > until
    if day is None or day > until:
        return False
    if isinstance(through, date) and max(day, today) > through:
        return False
    return not period or period_start(max(day, today), Step(params.text("step"))).isoformat() == period


def _entry_rows(
    rows: Sequence[PlanRow],
    names: dict[int, str],
    begin: tuple[date, str, Decimal],
    at_bank: Link,
    *,
    cut: bool,
) -> list[TableRow]:
    """Answer the entries, after the opening balance where all of them are there."""
    found = []
    today, words, balance = begin
    if not cut:
        found.append(row((today, words, None, None, None, Linked(balance, at_bank)), style=RowStyle.MUTED))
    for each in rows:
        balance += each.amount
        party = each.party_id if each.party_id in names else None
        shown = None if cut else Linked(balance, each.link)
        found.append(
            row(
                (
                    each.day,
                    Linked(
                        names.get(party or 0, ""), None if party is None else Link.to("customer", id=party)
                    ),
                    _(KIND_TITLES[each.kind]),
                    Linked(each.number, each.link),
                    Linked(each.amount, each.link),
                    shown,
                ),
                currency=each.currency,
            )
        )
    return found


def _entry_total(rows: Sequence[PlanRow], params: Params) -> TableRow:
    itself = report_link("cash_rows", **dict(params.values.items()))
    total = Linked(sum((each.amount for each in rows), ZERO), itself)
    code = rows[0].currency
    cells = (None, _("Total {currency}").format(currency=code), None, None, total, None)
    return row(cells, currency=code, style=RowStyle.TOTAL)


CASH_PROJECTION = ReportSpec("cash_projection", N_("Cash projection"), _SHARED, run_projection, _VERBS)
CASH_ROWS = ReportSpec(
    "cash_rows",
    N_("What is expected on an account"),
    (ACCOUNT, *_SHARED, PERIOD, THROUGH),
    run_rows,
    _VERBS,
    main=False,
)
