"""What is to be done today, derived from the data by rules that are rows, and what each person did with it.

Nothing is copied: a reminder exists as long as the data says so. The book only keeps that a person saw one,
put it off or dealt with it, one row an occurrence, so that none comes twice over a restart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal_column, or_, select

from tradecrm.core.errors import Conflict
from tradecrm.core.links import Link
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import N_, _
from tradecrm.models import Instalment, Item, Party, Reminder, ReminderRule, SalesContract, Shipment, Task
from tradecrm.services.control.tasks import MarkTask, mark_task
from tradecrm.services.figures.deposits import deposit_of
from tradecrm.services.work import Reader, Work, operation

BALANCE_OVERDUE = "balance_overdue"
BALANCE_DUE = "balance_due"
DEPARTURE_NEAR = "departure_near"
DEPOSIT_WAITING = "deposit_waiting"
TASK_DUE = "task_due"
APPROVAL_WAITING = "approval_waiting"
CUT_OFF_NEAR = "cut_off_near"
ARRIVAL_NEAR = "arrival_near"
PAPERS_DUE = "papers_due"
CREDIT_PRESENTATION = "credit_presentation"
REBATE_DEADLINE = "rebate_deadline"
COLLECTION_DEADLINE = "collection_deadline"
REBATE_LAST = "rebate_last"
INVOICE_LATE = "invoice_late"
FREIGHT_QUOTES = "freight_quotes"
PAYMENT_REMINDER = "payment_reminder"
LOAN_DUE = "loan_due"

TODAY_LIMIT = 200
POPUP_DAYS = 30
"""The pop-up tells what came due in these days; what is older stays on the Today page until dealt with."""

_DEPARTURE_DAYS = 90


@dataclass(frozen=True, slots=True)
class RuleDefault:
    """A rule as a new book has it; the title is translated when shown."""

    key: str
    title: str
    days_before: int


RULE_DEFAULTS: tuple[RuleDefault, ...] = (
    RuleDefault(APPROVAL_WAITING, N_("Approval waiting for you"), 0),
    RuleDefault(BALANCE_OVERDUE, N_("Balance overdue"), 0),
    RuleDefault(BALANCE_DUE, N_("Balance due soon"), 3),
    RuleDefault(PAYMENT_REMINDER, N_("Payment reminder to send"), 0),
    RuleDefault(LOAN_DUE, N_("Loan to repay"), 7),
    RuleDefault(DEPARTURE_NEAR, N_("Departure near"), 5),
    RuleDefault(CUT_OFF_NEAR, N_("Cut-off near"), 1),
    RuleDefault(ARRIVAL_NEAR, N_("Arrival near"), 3),
    RuleDefault(FREIGHT_QUOTES, N_("Freight quotes wanted"), 0),
    RuleDefault(PAPERS_DUE, N_("Papers of a shipment due"), 1),
    RuleDefault(CREDIT_PRESENTATION, N_("L/C presentation due"), 5),
    RuleDefault(REBATE_DEADLINE, N_("Rebate to be filed"), 90),
    RuleDefault(COLLECTION_DEADLINE, N_("Export money to be in"), 90),
    RuleDefault(REBATE_LAST, N_("Export about to be taxed"), 90),
    RuleDefault(INVOICE_LATE, N_("VAT invoice late"), 30),
    RuleDefault(DEPOSIT_WAITING, N_("Contract waiting for its deposit"), 0),
    RuleDefault(TASK_DUE, N_("Task due"), 0),
)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A reminder rule as the settings show it; ``days_before`` is how early it speaks."""

    key: str
    title: str
    active: bool
    days_before: int
    version: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One reminder: the rule, what it is about, and the day that thing falls due."""

    rule: str
    subject_kind: str
    subject_id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One line of the Today page; ``days_late`` is negative while the day is still to come.

    ``subject`` is a number or a task's title, ``amount`` what is open in ``currency`` (None for what is no
    money), ``link`` what opens.
    """

    occurrence: Occurrence
    subject: str
    party_id: int | None
    party: str
    amount: Decimal | None
    currency: str
    days_late: int
    link: Link

    @property
    def rule(self) -> str:
        """Answer the key of the rule that made the line."""
        return self.occurrence.rule

    @property
    def due_on(self) -> date:
        """Answer the day the thing falls due."""
        return self.occurrence.due_on


@dataclass(frozen=True, slots=True)
class Popup:
    """What to tell now; ``missed`` of the rows came due on an earlier day, while the program was closed."""

    rows: tuple[TodayRow, ...]
    missed: int


@dataclass(frozen=True, slots=True)
class SnoozeReminder:
    """A reminder put off until a moment."""

    occurrence: Occurrence
    until: datetime


@dataclass(frozen=True, slots=True)
class FinishReminder:
    """A reminder dealt with; a task is done by it."""

    occurrence: Occurrence


@dataclass(frozen=True, slots=True)
class MarkShown:
    """Reminders that were shown, so that they are not shown again."""

    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """A rule switched on or off, and how many days early it speaks."""

    key: str
    active: bool
    days_before: int
    version: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What one rule is asked: by whom, when, how early, how many, and whether only what was not shown.

    ``active`` are the rules that speak beside it.
    """

    reader: Reader
    rule: str
    days_before: int
    limit: int
    unshown: bool
    active: frozenset[str] = frozenset()

    @property
    def today(self) -> date:
        """Answer the day of the book."""
        return self.reader.today

    @property
    def horizon(self) -> date:
        """Answer the last day the rule speaks of."""
        return self.today + timedelta(days=self.days_before)

    def narrow(self, query: Any, kind: str, key: Any, due_on: Any) -> Any:
        """Leave out what the person dealt with or put off, and order by day."""
        query = query.where(~self._handled(kind, key, due_on))
        if self.unshown:
            query = query.where(due_on >= self.today - timedelta(days=POPUP_DAYS))
        return query.order_by(due_on, key).limit(self.limit)

    def _handled(self, kind: str, key: Any, due_on: Any) -> ColumnElement[bool]:
        ways = [Reminder.done_at.is_not(None), Reminder.snoozed_until > self.reader.clock.now()]
        if self.unshown:
            shown_since = or_(Reminder.snoozed_until.is_(None), Reminder.shown_at >= Reminder.snoozed_until)
            ways.append(and_(Reminder.shown_at.is_not(None), shown_since))
        return (
            select(Reminder.id)
            .where(
                Reminder.person_id == self.reader.actor.person_id,
                Reminder.rule_key == self.rule,
                Reminder.subject_kind == kind,
                Reminder.subject_id == key,
                Reminder.due_on == due_on,
                or_(*ways),
            )
            .exists()
        )

    def late(self, due_on: date) -> int:
        """Answer how many days ``due_on`` is past; negative while it is to come."""
        return (self.today - due_on).days


def reminder_rules(reader: Reader) -> tuple[RuleRow, ...]:
    """Answer every rule, in the order in which the Today page shows them.

    A rule that came after the book was made speaks as by default; its version is 0 until it is changed.
    """
    kept = {row.key: row for row in reader.session.scalars(select(ReminderRule))}
    return tuple(
        RuleRow(rule.key, rule.title, True, rule.days_before, 0)
        if (row := kept.get(rule.key)) is None
        else RuleRow(rule.key, rule.title, row.active, row.days_before, row.version)
        for rule in RULE_DEFAULTS
    )


def today_rows(reader: Reader, limit: int = TODAY_LIMIT) -> tuple[TodayRow, ...]:
    """Answer what is to be done by rule and day: at most ``limit`` of each rule, the longest due first."""
    return tuple(_rows(reader, limit, unshown=False))


def due_popup(reader: Reader, limit: int = 50) -> Popup:
    """Answer what came due and was not shown yet, or was put off until now."""
    rows = tuple(_rows(reader, limit, unshown=True))
    days = {rule.key: rule.days_before for rule in reminder_rules(reader)}
    missed = sum(1 for row in rows if row.due_on - timedelta(days=days[row.rule]) < reader.today)
    return Popup(rows, missed)


def _rows(reader: Reader, limit: int, *, unshown: bool) -> Iterator[TodayRow]:
    from tradecrm.services.control.approval_reminders import approvals_due
    from tradecrm.services.control.freight_reminders import quotes_due
    from tradecrm.services.control.money_reminders import loans_due, payment_reminders
    from tradecrm.services.control.rebate_reminders import DERIVE as OF_REBATES
    from tradecrm.services.control.shipping_reminders import DERIVE

    derive = {
        APPROVAL_WAITING: approvals_due,
        BALANCE_OVERDUE: _balances,
        BALANCE_DUE: _balances,
        DEPARTURE_NEAR: _departures,
        DEPOSIT_WAITING: _deposits,
        FREIGHT_QUOTES: quotes_due,
        LOAN_DUE: loans_due,
        PAYMENT_REMINDER: payment_reminders,
        TASK_DUE: _tasks,
        **DERIVE,
        **OF_REBATES,
    }
    rules = [rule for rule in reminder_rules(reader) if rule.active]
    active = frozenset(rule.key for rule in rules)
    for rule in rules:
        yield from derive[rule.key](Asked(reader, rule.key, rule.days_before, limit, unshown, active))


def _balances(asked: Asked) -> Iterator[TodayRow]:
    """Open instalments of receivables: past their day, or within the days before it.

    One whose payment reminder is to be sent yields to that reminder, which stands for both.
    """
    from tradecrm.services.control.money_reminders import letter_due, written_about

    query = (
        select(
            Instalment.id,
            Instalment.due_on,
            Instalment.open_amount,
            Instalment.currency,
            Item.id,
            Item.number,
            Party.id,
            Party.name,
        )
        .join(Item, Item.id == Instalment.item_id)
        .join(Party, Party.id == Instalment.party_id)
        .where(
            Instalment.side == "AR",
            # Written out, not bound: only so the partial index of what is open serves.
            Instalment.is_credit == false(),
            Instalment.open_amount != literal_column("0"),
        )
    )
    reminded = PAYMENT_REMINDER in asked.active
    if asked.rule == BALANCE_OVERDUE:
        query = query.where(Instalment.due_on < asked.today)
        if reminded:
            # What is overdue is in a stage: where nothing was sent or promised its letter is due, so only few remain.
            query = query.where(Instalment.id.in_(written_about()))
    else:
        query = query.where(Instalment.due_on >= asked.today, Instalment.due_on <= asked.horizon)
    if reminded:
        query = query.where(~letter_due(asked.today))
    query = asked.narrow(query, "instalment", Instalment.id, Instalment.due_on)
    for key, due_on, amount, currency, item_id, number, party_id, party in asked.reader.session.execute(
        query
    ):
        yield TodayRow(
            Occurrence(asked.rule, "instalment", key, due_on),
            number,
            party_id,
            party,
            amount,
            currency,
            asked.late(due_on),
            Link.to("receivable", id=item_id),
        )


def _departures(asked: Asked) -> Iterator[TodayRow]:
    """Shipments that leave soon, or should have left and are not marked departed."""
    query = (
        select(Shipment.id, Shipment.etd, Shipment.number, Party.id, Party.name)
        .join(Party, Party.id == Shipment.customer_id)
        .where(
            Shipment.etd <= asked.horizon,
            Shipment.etd >= asked.today - timedelta(days=_DEPARTURE_DAYS),
            Shipment.departed_on.is_(None),
            Shipment.status.not_in(("void", "closed")),
        )
    )
    query = asked.narrow(query, "shipment", Shipment.id, Shipment.etd)
    for key, etd, number, party_id, party in asked.reader.session.execute(query):
        yield TodayRow(
            Occurrence(asked.rule, "shipment", key, etd),
            number,
            party_id,
            party,
            None,
            "",
            asked.late(etd),
            Link.to("shipment", id=key),
        )


def _deposits(asked: Asked) -> Iterator[TodayRow]:
    """Contracts signed whose deposit is not in yet; their day is the contract's."""
    received = deposit_of(SalesContract.id)
    query = (
        select(
            SalesContract.id,
            SalesContract.day,
            SalesContract.number,
            SalesContract.deposit_due,
            received,
            SalesContract.currency,
            Party.id,
            Party.name,
        )
        .join(Party, Party.id == SalesContract.customer_id)
        .where(
            SalesContract.status == "signed",
            SalesContract.effective_on.is_(None),
            SalesContract.day <= asked.horizon,
            SalesContract.deposit_due > received,
        )
    )
    query = asked.narrow(query, "sales_contract", SalesContract.id, SalesContract.day)
    for key, day, number, due, paid, currency, party_id, party in asked.reader.session.execute(query):
        yield TodayRow(
            Occurrence(asked.rule, "sales_contract", key, day),
            number,
            party_id,
            party,
            due - paid,
            currency,
            asked.late(day),
            Link.to("contract", id=key),
        )


def _tasks(asked: Asked) -> Iterator[TodayRow]:
    """One's own tasks that are not done, up to their day."""
    query = (
        select(Task.id, Task.due_on, Task.title, Party.id, Party.name)
        .outerjoin(Party, Party.id == Task.party_id)
        .where(
            Task.owner_id == asked.reader.actor.person_id,
            Task.done_at.is_(None),
            Task.due_on <= asked.horizon,
        )
    )
    query = asked.narrow(query, "task", Task.id, Task.due_on)
    for key, due_on, title, party_id, party in asked.reader.session.execute(query):
        yield TodayRow(
            Occurrence(asked.rule, "task", key, due_on),
            title,
            party_id,
            party or "",
            None,
            "",
            asked.late(due_on),
            Link.to("task", id=key),
        )


def _kept(work: Work, occurrence: Occurrence) -> Reminder:
    """Answer what the book keeps of an occurrence for the acting person, made when it is the first time."""
    row = work.session.scalars(
        select(Reminder).where(
            Reminder.person_id == work.actor.person_id,
            Reminder.rule_key == occurrence.rule,
            Reminder.subject_kind == occurrence.subject_kind,
            Reminder.subject_id == occurrence.subject_id,
            Reminder.due_on == occurrence.due_on,
        )
    ).one_or_none()
    if row is None:
        row = Reminder(
            person_id=work.actor.person_id,
            rule_key=occurrence.rule,
            subject_kind=occurrence.subject_kind,
            subject_id=occurrence.subject_id,
            due_on=occurrence.due_on,
        )
        work.session.add(row)
    return row


@operation("reminder.write")
def snooze_reminder(work: Work, command: SnoozeReminder) -> None:
    """Put a reminder off; it comes again at that moment. Refused for a moment that is past."""
    if command.until <= work.now:
        raise Refusal.of(_("Choose a moment that is still to come."), "until")
    _kept(work, command.occurrence).snoozed_until = command.until


@operation("reminder.write")
def finish_reminder(work: Work, command: FinishReminder) -> None:
    """Deal with a reminder for good; a task is marked done."""
    if command.occurrence.subject_kind == "task":
        mark_task.within(work, MarkTask(command.occurrence.subject_id))
    _kept(work, command.occurrence).done_at = work.now


@operation("reminder.write")
def mark_shown(work: Work, command: MarkShown) -> None:
    """Remember that reminders were shown."""
    for occurrence in command.occurrences:
        _kept(work, occurrence).shown_at = work.now


def check_rule(command: ChangeRule) -> Sequence[Problem]:
    """Answer what is wrong with a rule."""
    if 0 <= command.days_before <= 365:
        return ()
    return (Problem("days_before", _("Days before are a number from 0 to 365.")),)


@operation("settings.write", check=check_rule)
def change_rule(work: Work, command: ChangeRule) -> None:
    """Switch a rule on or off and set its days; raises Conflict when it was changed meanwhile."""
    row = work.session.scalars(select(ReminderRule).where(ReminderRule.key == command.key)).one_or_none()
    if row is None:
        if all(rule.key != command.key for rule in RULE_DEFAULTS):
            raise Refusal.of(_("There is no reminder rule {key}.").format(key=command.key), "key")
        row = work.add(ReminderRule(key=command.key, active=True, days_before=0, version=0))
    if row.version != command.version:
        raise Conflict(_("Someone else changed this rule meanwhile. Look at its new state first."))
    row.active = command.active
    row.days_before = command.days_before
    row.version += 1
