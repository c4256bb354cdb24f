"""Closing a period (结账) and opening it again (反结账): the only way that the day of closing changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tradecrm.core.links import Link
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import ApprovalRequest, PeriodEvent, Person
from tradecrm.services.control.approval_people import sight_of_firm, trades_alone
from tradecrm.services.control.approval_titles import FROM_THE_BEGINNING, approval_title
from tradecrm.services.control.approvals import Figure, Reason, Subject, active_triggers, ask_approval
from tradecrm.services.control.settings import keep_setting
from tradecrm.services.figures.period_checks import run_checks
from tradecrm.services.work import Reader, Work, operation

KIND = "period"
_TRIGGER = "reopen"


@dataclass(frozen=True, slots=True)
class ClosePeriod:
    """The day until which the books are to be closed; ``confirmed`` closes in spite of warnings."""

    until: date
    confirmed: bool = False


@operation("period.close")
def close_period(work: Work, command: ClosePeriod) -> int:
    """Close the books until a day; from then on nothing dated on or before it is entered or reversed.

    Refuses while a blocking check finds something, and warnings that are not confirmed. Answers the event's id.
    """
    before, until = work.settings.closed_until, command.until
    if until > work.today:
        raise Refusal.of(
            _("{day} is after today; a period is closed when it is over.").format(day=until), "until"
        )
    if before is not None and until <= before:
        raise Refusal.of(_("The books are closed until {closed} already.").format(closed=before), "until")
    answers = [answer for answer in run_checks(work, until) if answer.count]
    problems = [
        Problem("until", _("{title}: {count}.").format(title=_(answer.check.title), count=answer.count))
        for answer in answers
        if answer.check.blocking or not command.confirmed
    ]
    if problems:
        raise Refusal(problems)
    said = [{"key": answer.check.key, "count": answer.count} for answer in answers]
    return _note(work, "close", until, "", json.dumps(said))


def _note(work: Work, action: str, until: date | None, reason: str, checklist: str = "[]") -> int:
    """Write the event and move the day until which the books are closed."""
    event = work.add(
        PeriodEvent(
            action=action,
            until=until,
            before=work.settings.closed_until,
            at=work.now,
            person_id=work.actor.person_id,
            reason=reason,
            checklist=checklist,
        )
    )
    if action != "ask":
        keep_setting(work, "closed_until", until)
    return event.id


@dataclass(frozen=True, slots=True)
class ReopenPeriod:
    """The books are to be closed until ``until`` only, an earlier day than now, or not at all (None); and why."""

    until: date | None
    reason: str


def check_reopening(command: ReopenPeriod) -> list[Problem]:
    """Answer what is wrong with a wish to reopen."""
    return [] if command.reason.strip() else [Problem("reason", _("Say why the period is opened again."))]


@operation("period.close", check=check_reopening)
def reopen_period(work: Work, command: ReopenPeriod) -> str:
    """Open a closed period again; answers “approved” when it is open now, “pending” when it waits for approval.

    With the rule of section 6 switched on whoever closes may ask, and the approver decides; else it needs the
    right to reopen. Raises Refusal when nothing is closed, or the day is not an earlier one.
    """
    closed = work.settings.closed_until
    if closed is None:
        raise Refusal.of(_("The books are not closed."))
    if command.until is not None and command.until >= closed:
        raise Refusal.of(
            _("The books are closed until {closed}; choose an earlier day.").format(closed=closed), "until"
        )
    reason = command.reason.strip()
    if _TRIGGER not in active_triggers(work, KIND) or trades_alone(work):
        work.actor.demand("period.reopen")
        _note(work, "open", command.until, reason)
        return "approved"
    if pending_reopening(work):
        raise Refusal.of(_("A wish to open the books waits for approval already."))
    event = _note(work, "ask", command.until, reason)
    open_from = _(FROM_THE_BEGINNING) if command.until is None else command.until.isoformat()
    subject = Subject(
        KIND,
        event,
        approval_title(KIND, day=open_from),
        (Reason(_TRIGGER, reason),),
        (("until", str(command.until)), ("before", str(closed))),
        (Figure(_("Closed until"), closed.isoformat()), Figure(_("Open after"), open_from)),
    )
    return ask_approval(work, subject)


def pending_reopening(reader: Reader) -> bool:
    """Tell whether a wish to open the books waits for approval."""
    waiting = select(ApprovalRequest.id).where(
        ApprovalRequest.subject_kind == KIND, ApprovalRequest.status == "pending"
    )
    with sight_of_firm(reader):
        return reader.session.scalar(waiting.limit(1)) is not None


def reopening_approved(work: Work, event_id: int) -> None:
    """Open the books as was asked; refused when they were closed or opened otherwise meanwhile."""
    asked = work.get(PeriodEvent, event_id, _("Period"))
    if asked.before != work.settings.closed_until:
        raise Refusal.of(_("The books were closed or opened meanwhile; ask again."))
    _note(work, "open", asked.until, asked.reason)


def reopening_returned(work: Work, event_id: int) -> None:
    """Leave the books closed; the request itself says by whom and why."""
    del work, event_id


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """An event of the books: closed, asked to be opened, or opened; until which day before and after."""

    id: int
    action: str
    until: date | None
    before: date | None
    at: datetime
    person: str
    reason: str
    findings: int


def period_events(reader: Reader) -> Sequence[PeriodRow]:
    """Answer how the books were closed and opened, the latest first."""
    rows = reader.session.execute(
        select(PeriodEvent, Person.name)
        .join(Person, Person.id == PeriodEvent.person_id)
        .order_by(PeriodEvent.id.desc())
    )
    return [
        PeriodRow(
            event.id,
            event.action,
            event.until,
            event.before,
            event.at,
            name,
            event.reason,
            sum(each["count"] for each in json.loads(event.checklist)),
        )
        for event, name in rows
    ]


def period_link(reader: Reader, event_id: int) -> Link:
    """Answer the page of closing, where a wish to open the books stands."""
    del reader, event_id
    return Link.to("closing")
