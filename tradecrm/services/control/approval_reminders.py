"""Approvals in Today and the pop-up of the person they wait for; again after one working day (section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from tradecrm.core.dates import Holidays
from tradecrm.core.links import Link
from tradecrm.models import ApprovalRequest, ApprovalTurn, Person, Reminder
from tradecrm.services.control.approval_cards import own_turns
from tradecrm.services.control.approval_titles import shown_title
from tradecrm.services.control.holidays import banking_days

if TYPE_CHECKING:
    from tradecrm.services.control.reminders import Asked, TodayRow

WORKING_DAYS = 1
"""After so many working days a request that still waits is told once more; it is never approved by itself."""


def approvals_due(asked: Asked) -> Iterator[TodayRow]:
    """Answer the requests that wait for the acting person, the longest first; the submitter stands as the party."""
    from tradecrm.services.control.reminders import Occurrence, TodayRow

    reader = asked.reader
    rows = reader.session.execute(
        select(ApprovalRequest.id, ApprovalRequest.title, ApprovalTurn.since, Person.name)
        .join(ApprovalTurn, ApprovalTurn.request_id == ApprovalRequest.id)
        .join(Person, Person.id == ApprovalRequest.owner_id)
        .where(
            ApprovalRequest.status == "pending",
            ApprovalRequest.id.in_(own_turns(reader)),
            ApprovalTurn.level == ApprovalRequest.level,
            ApprovalTurn.person_id == reader.actor.person_id,
        )
        .order_by(ApprovalTurn.since, ApprovalRequest.id)
        .limit(asked.limit)
    ).all()
    holidays = banking_days(reader) if rows else Holidays()
    kept = {
        (row.subject_id, row.due_on): row
        for row in reader.session.scalars(
            select(Reminder).where(
                Reminder.person_id == reader.actor.person_id, Reminder.rule_key == asked.rule
            )
        )
    }
    for key, title, since, submitter in rows:
        day = since.astimezone().date()
        due_on, late = _due(day, asked.today, holidays)
        if _handled(kept.get((key, due_on)), reader.clock.now(), unshown=asked.unshown):
            continue
        yield TodayRow(
            Occurrence(asked.rule, "approval_request", key, due_on),
            shown_title(title),
            None,
            submitter,
            None,
            "",
            late,
            Link.to("approval", id=key),
        )


def _due(since: date, today: date, holidays: Holidays) -> tuple[date, int]:
    """Answer the day an occurrence is of and how late it is: a new one after the working days have passed."""
    again = holidays.add_banking_days(since, WORKING_DAYS)
    return (since, 0) if today < again else (again, (today - since).days)


def _handled(row: Reminder | None, now: datetime, *, unshown: bool) -> bool:
    """Tell whether the person dealt with it, put it off, or (``unshown``) was shown it already."""
    if row is None:
        return False
    if row.done_at is not None or (row.snoozed_until is not None and row.snoozed_until > now):
        return True
    if not unshown or row.shown_at is None:
        return False
    return row.snoozed_until is None or row.shown_at >= row.snoozed_until
