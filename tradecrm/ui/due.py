"""Reminders in words, and what a person does with them: shared by the desktop, the Today page and the corner window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from tradecrm.core.clock import Clock
from tradecrm.core.money import format_money
from tradecrm.core.text import _, ngettext
from tradecrm.services.control.reminders import (
    APPROVAL_WAITING,
    ARRIVAL_NEAR,
    BALANCE_OVERDUE,
    COLLECTION_DEADLINE,
    CREDIT_PRESENTATION,
    CUT_OFF_NEAR,
    DEPARTURE_NEAR,
    DEPOSIT_WAITING,
    FREIGHT_QUOTES,
    INVOICE_LATE,
    LOAN_DUE,
    PAPERS_DUE,
    PAYMENT_REMINDER,
    REBATE_DEADLINE,
    REBATE_LAST,
    TASK_DUE,
    FinishReminder,
    SnoozeReminder,
    TodayRow,
    finish_reminder,
    snooze_reminder,
)
from tradecrm.ui.context import PageContext
from tradecrm.ui.popup import DueRow
from tradecrm.ui.words import short_day

OVERDUE, TODAY, SOON, LATER = "overdue", "today", "soon", "later"
GROUPS = (OVERDUE, TODAY, SOON, LATER)
SOON_DAYS = 7
MORNING = time(8)
"""What is put off to a day comes again at this hour of it, on the clock of this computer."""

DUE_KINDS = frozenset(
    {
        "approval_request",
        "approval_turn",
        "freight_inquiry",
        "freight_quote",
        "letter_of_credit",
        "milestone",
        "shipment_document",
        "reminder",
        "reminder_rule",
        "task",
        "dunning",
        "instalment",
        "item",
        "promise",
        "allocation",
        "shipment",
        "sales_contract",
        "loan",
        "loan_move",
    }
)
"""Kinds of record whose change may change what is due."""


def group_title(group: str) -> str:
    """Answer the heading of a group of the Today page."""
    return {
        OVERDUE: _("Overdue"),
        TODAY: _("Today"),
        SOON: _("Next 7 days"),
        LATER: _("Later"),
    }[group]


def group_of(row: TodayRow) -> str:
    """Answer where a row stands: a contract that waits for its deposit is for today, however long it waits."""
    if row.rule == DEPOSIT_WAITING:
        return TODAY
    if row.days_late > 0:
        return OVERDUE
    if row.days_late == 0:
        return TODAY
    return SOON if row.days_late >= -SOON_DAYS else LATER


def tone_of(row: TodayRow) -> str:
    """Answer the tone of the chip: red for what is late, amber for today, else none."""
    group = group_of(row)
    if row.rule == DEPOSIT_WAITING:
        return "neutral"
    return {OVERDUE: "bad", TODAY: "warn"}.get(group, "neutral")


def when_text(row: TodayRow) -> str:
    """Answer when, as the chip says it: ``3 days late``, ``Today``, ``Mon 23``."""
    days = row.days_late
    if row.rule == DEPOSIT_WAITING:
        return ngettext("waits {count} day", "waits {count} days", days).format(count=days)
    if days > 0:
        return ngettext("{count} day late", "{count} days late", days).format(count=days)
    if days == 0:
        return _("Today")
    return _("Tomorrow") if days == -1 else short_day(row.due_on, -days)


def what_text(row: TodayRow) -> str:
    """Answer what is to be done, in a line."""
    plain = {
        APPROVAL_WAITING: _("Decide on {title}"),
        FREIGHT_QUOTES: _("Ask again for the freight quotes of {number}"),
    }
    plain |= {
        PAYMENT_REMINDER: _("Send the payment reminder to {number}"),
        CUT_OFF_NEAR: _("{number}: send what the carrier waits for"),
        ARRIVAL_NEAR: _("{number} arrives: tell the customer"),
        PAPERS_DUE: _("{number}: finish and send"),
        CREDIT_PRESENTATION: _("Present the papers of {number}"),
        REBATE_DEADLINE: _("File the VAT rebate of {number}"),
        COLLECTION_DEADLINE: _("Prove the collection of {number}"),
        REBATE_LAST: _("Claim the rebate of {number}, or its export is taxed"),
        INVOICE_LATE: _("Get the VAT invoices of {number}; its rebate is at risk"),
    }
    if row.rule in plain and not (row.rule == PAYMENT_REMINDER and row.amount is not None):
        return plain[row.rule].format(number=row.subject, title=row.subject)
    if row.rule == DEPARTURE_NEAR:
        late = row.days_late > 0
        words = (
            _("{number} should have departed: ask the forwarder")
            if late
            else _("{number} departs: ask for the draft B/L or waybill")
        )
        return words.format(number=row.subject)
    if row.amount is None:
        return row.subject
    words = {
        DEPOSIT_WAITING: _("Deposit of {amount} on {number} is not in yet"),
        LOAN_DUE: _("Repay {amount} of loan {number}"),
        BALANCE_OVERDUE: _("Collect {amount} on {number}"),
        PAYMENT_REMINDER: _("Remind {number} of {amount}"),
    }.get(row.rule, _("{amount} on {number} falls due"))
    return words.format(amount=format_money(row.amount, row.currency), number=row.subject)


def in_order(rows: Sequence[TodayRow]) -> list[TodayRow]:
    """Answer the rows by group and day, the longest due first."""
    return sorted(rows, key=lambda row: (GROUPS.index(group_of(row)), row.due_on, row.subject))


def due_row(number: int, row: TodayRow) -> DueRow:
    """Answer a row as the corner window and the bell show it."""
    return DueRow(number, what_text(row), when_text(row), tone_of(row), row.link, row.party)


def moment_of(when: int | date, clock: Clock) -> datetime:
    """Answer the moment "later" means: so many hours from now, or the morning of a day, in UTC."""
    if isinstance(when, int):
        return clock.now() + timedelta(hours=when)
    return datetime.combine(when, MORNING).astimezone().astimezone(UTC)


class DueVerbs:
    """Done, later and open of a reminder, carried out through the services."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._clock = context.seat.book.clock

    def done(self, row: TodayRow, then: Callable[[], None] | None = None) -> None:
        """Deal with it for good."""
        self._context.perform(
            finish_reminder, FinishReminder(row.occurrence), then=lambda _value: self._told(row, then)
        )

    def later(self, row: TodayRow, when: int | date, then: Callable[[], None] | None = None) -> None:
        """Put it off."""
        command = SnoozeReminder(row.occurrence, moment_of(when, self._clock))
        self._context.perform(snooze_reminder, command, then=lambda _value: then and then())

    def open(self, row: TodayRow) -> None:
        """Open what it is about."""
        self._context.open(row.link)

    def _told(self, row: TodayRow, then: Callable[[], None] | None) -> None:
        if row.rule == TASK_DUE:
            from tradecrm.services.control.tasks import MarkTask, mark_task

            key = row.occurrence.subject_id

            def _undo() -> None:
                self._context.perform(mark_task, MarkTask(key, done=False))

            self._context.toast(_("Done: {title}").format(title=row.subject), _("Undo"), _undo)
        if then is not None:
            then()
