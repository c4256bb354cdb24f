"""Reminders of money: customers whose next payment reminder is to be sent (3.8), loans that fall due (section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal_column, or_, select, union
from sqlalchemy.orm import aliased

from tradecrm.core.dunning import STAGES, Stage, due_days
from tradecrm.core.links import Link
from tradecrm.models import Dunning, Instalment, Loan, Party, Promise, Reminder
from tradecrm.services.control.reminders import POPUP_DAYS, Asked, Occurrence, TodayRow
from tradecrm.services.figures.loans import CAPITAL, owed_of


def payment_reminders(asked: Asked) -> Iterator[TodayRow]:
    """Yield customers with open instalments in a stage whose letter was not sent, not promised.

    The day is that on which the last of their stages began: a line that was dealt with comes again with the next.
    It is as late as the oldest instalment, for it stands for the line of each that is overdue.
    """
    begun: dict[int, tuple[date, str]] = {}
    owed: dict[int, dict[str, Decimal]] = {}
    oldest_due: dict[int, date] = {}
    for stage in STAGES:
        rows = asked.reader.session.execute(_in_stage(asked, stage))
        for party_id, party, due_on, currency, amount in rows:
            sums = owed.setdefault(party_id, {})
            sums[currency] = sums.get(currency, Decimal(0)) + amount
            oldest_due[party_id] = min(due_on, oldest_due.get(party_id, due_on))
            day = due_on + timedelta(days=stage.offset)
            if party_id not in begun or begun[party_id][0] < day:
                begun[party_id] = (day, party)
    handled = _handled(asked)
    oldest = asked.today - timedelta(days=POPUP_DAYS)
    for party_id, (day, party) in sorted(begun.items(), key=lambda each: (each[1][0], each[0])):
        if (party_id, day) in handled or (asked.unshown and day < oldest):
            continue
        # Of two currencies no sum can be told in one line; the letter names each.
        (currency, amount), *more = owed[party_id].items()
        yield TodayRow(
            Occurrence(asked.rule, "party", party_id, day),
            party,
            party_id,
            party,
            None if more else amount,
            "" if more else currency,
            max(asked.late(day), asked.late(oldest_due[party_id])),
            Link.to("dunning", party=party_id),
        )


def loans_due(asked: Asked) -> Iterator[TodayRow]:
    """Yield loans of which something is still owed and that are due by the horizon, those past their day with them.

    Only to whom accounts are open: a loan says what the firm owes.
    """
    if not asked.reader.actor.can("account.read"):
        return
    owed = owed_of(Loan.id)
    query = select(Loan.id, Loan.due_on, Loan.number, Loan.lender, owed, Loan.currency).where(
        Loan.due_on <= asked.horizon, Loan.kind != CAPITAL, owed > 0
    )
    query = asked.narrow(query, "loan", Loan.id, Loan.due_on)
    for key, due_on, number, lender, amount, currency in asked.reader.session.execute(query):
        yield TodayRow(
            Occurrence(asked.rule, "loan", key, due_on),
            number,
            None,
            lender,
            amount,
            currency,
            asked.late(due_on),
            Link.to("loan", id=key),
        )


def _in_stage(asked: Asked, stage: Stage) -> Any:
    """Select (party, name, due day, currency, open) of the instalments whose letter of a stage is to be sent."""
    part = Instalment
    return (
        select(part.party_id, Party.name, part.due_on, part.currency, part.open_amount)
        .join(Party, Party.id == part.party_id)
        .where(
            part.side == "AR",
            # Written out, not bound: only so the partial index of what is open serves.
            part.is_credit == false(),
            part.open_amount != literal_column("0"),
            *_unsent(stage, asked.today),
            ~_promised(asked.today),
        )
        # Both the same way round: so the index gives them in order, and what is over the limit is not read.
        .order_by(part.due_on.desc(), part.id.desc())
        .limit(asked.limit)
    )


def letter_due(today: date) -> ColumnElement[bool]:
    """Answer which instalments are in a stage whose letter is to be sent: not sent yet, and not promised."""
    return and_(or_(*(and_(*_unsent(stage, today)) for stage in STAGES)), ~_promised(today))


def written_about() -> Any:
    """Select the instalments that a letter was ever sent about, or a promise was made for."""
    return union(select(Dunning.instalment_id), select(Promise.instalment_id))


def _unsent(stage: Stage, today: date) -> list[ColumnElement[bool]]:
    """Answer which instalments are in a stage today whose letter was not sent."""
    first, last = due_days(stage, today)
    part = Instalment
    sent = select(Dunning.id).where(Dunning.instalment_id == part.id, Dunning.stage >= stage.number)
    found = [part.due_on <= last, ~sent.exists()]
    return found if first is None else [*found, part.due_on >= first]


def _promised(today: date) -> ColumnElement[bool]:
    """Answer which instalments the customer has promised for today or later, and not taken back."""
    part, promise, newer = Instalment, Promise, aliased(Promise)
    changed = select(newer.id).where(newer.instalment_id == promise.instalment_id, newer.id > promise.id)
    promised = select(promise.id).where(
        promise.instalment_id == part.id, promise.promised_on >= today, ~changed.exists()
    )
    return promised.exists()


def _handled(asked: Asked) -> set[tuple[int, date]]:
    """Answer the (customer, day) that the person dealt with, put off, or was shown where only new ones are asked."""
    now = asked.reader.clock.now()
    rows = asked.reader.session.scalars(
        select(Reminder).where(
            Reminder.person_id == asked.reader.actor.person_id,
            Reminder.rule_key == asked.rule,
            Reminder.subject_kind == "party",
        )
    )
    found = set()
    for row in rows:
        put_off = row.snoozed_until is not None and row.snoozed_until > now
        shown = row.shown_at is not None and (row.snoozed_until is None or row.shown_at >= row.snoozed_until)
        if row.done_at is not None or put_off or (asked.unshown and shown):
            found.add((row.subject_id, row.due_on))
    return found
