"""How the balance of an account and the base amount it is carried at come about (section 4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import case, func, select

from tradecrm.core.links import Link
from tradecrm.core.money import format_amount
from tradecrm.core.text import _
from tradecrm.models import Account, LedgerEntry, Posting
from tradecrm.services.figures.closing import ClosingRates
from tradecrm.services.figures.explain import ZERO, Ask, ExplainedStep, Explanation, joined, less, wanted_id
from tradecrm.services.figures.papers import entry_title
from tradecrm.services.work import Reader


def explain_account(reader: Reader, ask: Ask) -> Explanation:
    """Explain a balance: opening + in − out by kind of entry, then its carrying, average rate and worth at closing."""
    reader.actor.demand("account.read")
    account = reader.get(Account, wanted_id(ask), _("Account"))
    code, base = account.currency, reader.base
    everything = _statement(account.id, ask.as_of)
    steps: list[ExplainedStep] = []
    amount = carried = ZERO
    for kind, incoming, outgoing, worth in _sums(reader, account.id, ask.as_of):
        formula = joined([format_amount(value, code) for value in (incoming, outgoing) if value]) or "0"
        steps.append(ExplainedStep(entry_title(kind), formula, incoming + outgoing, code, everything))
        amount += incoming + outgoing
        carried += worth
    shown = [format_amount(step.value or ZERO, code) for step in steps]
    steps.append(ExplainedStep(_("Balance"), joined(shown), amount, code, everything, result=True))
    notes: tuple[str, ...] = ()
    if code != base:
        more, notes = _in_base(reader, ask.as_of, amount, carried, code, everything)
        steps += more
    return Explanation(
        _("Balance of {account} as of {day}").format(account=account.name, day=ask.as_of),
        _("Balance = opening + all that came in − all that went out, posted up to the day"),
        tuple(steps),
        notes,
    )


def _statement(account_id: int, day: date) -> Link:
    return Link.to("report/account_statement", account=account_id, last=day.isoformat())


def _sums(reader: Reader, account_id: int, day: date) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """Answer (kind of posting, what came in, what went out below zero, base) of an account's entries."""
    entry = LedgerEntry
    rows = reader.session.execute(
        select(
            Posting.kind,
            func.sum(case((entry.amount > ZERO, entry.amount), else_=ZERO)),
            func.sum(case((entry.amount < ZERO, entry.amount), else_=ZERO)),
            func.sum(entry.base_amount),
        )
        .join(Posting, Posting.id == entry.posting_id)
        .where(entry.account_id == account_id, entry.day <= day)
        .group_by(Posting.kind)
        .order_by(func.min(entry.id))
    )
    return [(kind, incoming, outgoing, worth) for kind, incoming, outgoing, worth in rows]


def _in_base(
    reader: Reader, day: date, amount: Decimal, carried: Decimal, code: str, link: Link
) -> tuple[list[ExplainedStep], tuple[str, ...]]:
    """Answer carrying, average rate, worth at the closing rate and the difference not realized yet."""
    base, rates = reader.base, ClosingRates(reader, day)
    words = _("Carried in {currency}").format(currency=base)
    rule = _("inflows at their rate, outflows at the moving average")
    steps = [ExplainedStep(words, rule, carried, base, link)]
    if amount:
        formula = f"{format_amount(carried, base)} ÷ {format_amount(amount, code)}"
        steps.append(ExplainedStep(_("Average rate"), formula, carried / amount, "", link, unit="rate"))
    rate, worth = rates.rate(code), rates.value(amount, code)
    if rate is not None and worth is not None:
        formula = f"{format_amount(amount, code)} × {rate.normalize():f}"
        steps.append(ExplainedStep(_("Worth at the closing rate"), formula, worth, base, link))
        difference = less(format_amount(worth, base), format_amount(carried, base))
        steps.append(ExplainedStep(_("Not realized yet"), difference, worth - carried, base, link))
    return steps, tuple(rates.notes)
