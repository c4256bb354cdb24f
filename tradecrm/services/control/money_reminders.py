"""Reminders of money: customers whose next payment reminder is to be sent (3.8), loans that fall due (section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import false, literal_column, select
from sqlalchemy.orm import aliased

from tradecrm.core.dunning import STAGES, Stage, due_days
from tradecrm.core.links import Link
from tradecrm.models import Dunning, Instalment, Loan, Party, Promise, Reminder
from tradecrm.services.control.reminders import POPUP_DAYS, Asked, Occurrence, TodayRow
from tradecrm.services.figures.loans import CAPITAL, owed_of


def payment_reminders(asked: Asked) -> Iterator[TodayRow]:
    """Yield customers with open instalments in a stage whose letter was not sent, not promised.

    The day is that on which the last of their stages began: a line that was dealt with comes again with the next.
    """
    begun: dict[int, tuple[date, str]] = {}
    for stage in STAGES:
        for party_id, party, due_on in asked.reader.session.execute(_in_stage(asked, stage)):
            day = due_on + timedelta(days=stage.offset)
            if party_id not in begun or begun[party_id][0] < day:
                begun[party_id] = (day, party)
    handled = _handled(asked)
    oldest = asked.today - timedelta(days=POPUP_DAYS)
    for party_id, (day, party) in sorted(begun.items(), key=lambda each: (each[1][0], each[0])):
        if (party_id, day) in handled or (asked.unshown and day < oldest):
            continue
        yield TodayRow(
            Occurrence(asked.rule, "party", party_id, day),
            party,
            party_id,
            party,
            None,
            "",
            asked.late(day),
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
    """Select (party, name, due day) of the instalments whose letter of a stage is to be sent."""
    first, last = due_days(stage, asked.today)
    part, promise, newer = Instalment, Promise, aliased(Promise)
    sent = select(Dunning.id).where(Dunning.instalment_id == part.id, Dunning.stage >= stage.number)
    changed = select(newer.id).where(newer.instalment_id == promise.instalment_id, newer.id > promise.id)
    promised = select(promise.id).where(
        promise.instalment_id == part.id, promise.promised_on >= asked.today, ~changed.exists()
    )
    query = (
        select(part.party_id, Party.name, part.due_on)
        .join(Party, Party.id == part.party_id)
        .where(
            part.side == "AR",
            # Written out, not bound: only so the partial index of what is open serves.
            part.is_credit == false(),
            part.open_amount != literal_column("0"),
            part.due_on <= last,
            ~sent.exists(),
            ~promised.exists(),
        )
        .order_by(part.due_on.desc(), part.id)
        .limit(asked.limit)
    )
    return query if first is None else query.where(part.due_on >= first)


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
