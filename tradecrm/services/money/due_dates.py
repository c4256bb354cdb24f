"""When instalments are due, as dated rows, and what customers promise: both count from the day they were said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import DueChange, Instalment, Item, Promise
from tradecrm.services.money.standing import keep_item
from tradecrm.services.work import Reader, Work, operation


def change_due(work: Work, part: Instalment, known_on: date, due_on: date | None, reason: str) -> None:
    """Change an instalment's due date by a dated row, so that reports of earlier days stay as they were (3.6).

    A date that was unknown until ``known_on`` needs no row: the instalment itself says since when it is known.
    """
    if part.due_known_on is not None:
        _keep_first(work, part, part.due_known_on)
        _add_change(work, part, known_on, due_on, reason)
    part.due_on = due_on
    part.due_known_on = known_on


def _keep_first(work: Work, part: Instalment, known_on: date) -> None:
    """Keep the date that held until now as the first dated row of the instalment."""
    if part.due_changes == 0:
        work.add(DueChange(instalment_id=part.id, known_on=known_on, due_on=part.due_on, reason=""))


def _add_change(work: Work, part: Instalment, known_on: date, due_on: date | None, reason: str) -> None:
    work.add(DueChange(instalment_id=part.id, known_on=known_on, due_on=due_on, reason=reason))
    part.due_changes += 1


@dataclass(frozen=True, slots=True)
class ChangeDueDate:
    """An agreed new due date of an instalment, and why it was agreed on."""

    instalment_id: int
    due_on: date
    reason: str


def check_due_date(command: ChangeDueDate) -> list[Problem]:
    """Answer what is missing of an agreed date."""
    if command.reason.strip():
        return []
    return [Problem("reason", _("Say why the due date changes, such as who agreed to it and when."))]


@operation("receipt.write", check=check_due_date)
def change_due_date(work: Work, command: ChangeDueDate) -> int:
    """Agree on another due date from today on; earlier reports stay. Answers the item's id.

    From then on the agreed day stands: an event of the terms, such as the copy of the bill of lading, no longer
    moves it.
    """
    part, item = _open_part(work, command.instalment_id)
    if command.due_on < item.document_day:
        raise Refusal.of(
            _("{number} is dated {day}; it cannot be due before that.").format(
                number=item.number, day=item.document_day
            ),
            "due_on",
        )
    if command.due_on == part.due_on:
        raise Refusal.of(
            _("{number} is due on {day} already.").format(number=item.number, day=part.due_on), "due_on"
        )
    known_on = max(work.today, item.day)
    _keep_first(work, part, part.due_known_on or item.day)
    _add_change(work, part, known_on, command.due_on, command.reason.strip())
    part.due_on, part.due_known_on, part.term = command.due_on, known_on, ""
    keep_item(work, item)
    return item.id


@dataclass(frozen=True, slots=True)
class SavePromise:
    """The day on which a customer promised to pay an instalment; None takes the promise back."""

    instalment_id: int
    promised_on: date | None
    note: str = ""


@operation("reminder.write")
def save_promise(work: Work, command: SavePromise) -> int:
    """Keep what was promised; the latest row counts, and letters stop until that day. Answers the item's id."""
    part, item = _open_part(work, command.instalment_id)
    if command.promised_on is not None and command.promised_on < work.today:
        raise Refusal.of(_("A promise is for today or later."), "promised_on")
    if command.promised_on is None and latest_promise(work, part.id) is None:
        raise Refusal.of(
            _("Nothing was promised that could be taken back; type the promised day."), "promised_on"
        )
    work.add(
        Promise(
            instalment_id=part.id,
            promised_on=command.promised_on,
            day=work.today,
            at=work.now,
            person_id=work.actor.person_id,
            note=command.note.strip(),
            owner_id=item.owner_id,
        )
    )
    return item.id


def _open_part(work: Work, instalment_id: int) -> tuple[Instalment, Item]:
    """Answer an instalment with something open, and its item; NotFound, or Refusal when it is settled."""
    part = work.get(Instalment, instalment_id, _("Instalment"))
    item = work.get(Item, part.item_id, _("Item"))
    if part.is_credit or part.open_amount == 0:
        raise Refusal.of(
            _("Nothing of this instalment of {number} is open any more.").format(number=item.number)
        )
    return part, item


@dataclass(frozen=True, slots=True)
class DueCard:
    """An instalment as the forms of due date and promise show it."""

    instalment_id: int
    number: str
    party: int
    currency: str
    open_amount: Decimal
    due_on: date | None
    promised_on: date | None


def due_card(reader: Reader, instalment_id: int) -> DueCard:
    """Answer an instalment with its promise; NotFound when there is none the person may see."""
    part = reader.get(Instalment, instalment_id, _("Instalment"))
    item = reader.get(Item, part.item_id, _("Item"))
    promised = latest_promise(reader, instalment_id)
    return DueCard(
        part.id, item.number, part.party_id, part.currency, part.open_amount, part.due_on, promised
    )


def latest_promise(reader: Reader, instalment_id: int) -> date | None:
    """Answer what was promised last for an instalment, None when nothing stands."""
    rows = reader.session.scalars(
        select(Promise.promised_on)
        .where(Promise.instalment_id == instalment_id)
        .order_by(Promise.id.desc())
        .limit(1)
    ).all()
    return rows[0] if rows else None
