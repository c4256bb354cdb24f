"""Tasks: something to do by a day, perhaps about a customer or another partner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tradecrm.core.errors import Conflict
from tradecrm.core.problems import Problem
from tradecrm.core.text import _
from tradecrm.models import Party, Person, Task
from tradecrm.services.work import Reader, Work, operation


@dataclass(frozen=True, slots=True)
class TaskCard:
    """A task as its form shows it."""

    id: int
    version: int
    title: str
    notes: str
    due_on: date
    party_id: int | None
    party_name: str
    owner_id: int
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class SaveTask:
    """A task to be written; without ``id`` a new one, without ``owner_id`` one's own."""

    title: str
    due_on: date | None
    notes: str = ""
    party_id: int | None = None
    owner_id: int | None = None
    id: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class MarkTask:
    """A task that is done, or not done after all."""

    task_id: int
    done: bool = True


def check_task(command: SaveTask) -> Sequence[Problem]:
    """Answer what is wrong with a task."""
    problems = []
    if not command.title.strip():
        problems.append(Problem("title", _("Say in a few words what is to be done.")))
    elif len(command.title.strip()) > 300:
        problems.append(
            Problem("title", _("The title has more than 300 letters; put the rest into the notes."))
        )
    if command.due_on is None:
        problems.append(Problem("due_on", _("Give the day by which it is to be done.")))
    return problems


@operation("task.write", check=check_task)
def save_task(work: Work, command: SaveTask) -> int:
    """Write a task and answer its id; raises Conflict when it is no longer the version that was read."""
    if command.party_id is not None:
        work.get(Party, command.party_id, _("Partner"))
    if command.owner_id is not None:
        work.get(Person, command.owner_id, _("Person"))
    assert command.due_on is not None  # check_task refused it
    if command.id is None:
        task = Task(owner_id=command.owner_id or work.actor.person_id)
    else:
        task = work.get(Task, command.id, _("Task"))
        if task.version != command.version:
            raise Conflict(_("Someone else changed the task “{title}” meanwhile.").format(title=task.title))
        task.owner_id = command.owner_id or task.owner_id
    task.title = command.title.strip()
    task.notes = command.notes.strip()
    task.due_on = command.due_on
    task.party_id = command.party_id
    task.updated_at = work.now
    return work.add(task).id


@operation("task.write")
def mark_task(work: Work, command: MarkTask) -> None:
    """Mark a task done, or open again."""
    task = work.get(Task, command.task_id, _("Task"))
    if command.done == (task.done_at is not None):
        return
    task.done_at = work.now if command.done else None
    task.updated_at = work.now


def task_card(reader: Reader, task_id: int) -> TaskCard:
    """Answer one task; NotFound when there is none that the person may see."""
    task = reader.get(Task, task_id, _("Task"))
    name = ""
    if task.party_id is not None:
        name = reader.session.scalar(select(Party.name).where(Party.id == task.party_id)) or ""
    return TaskCard(
        task.id,
        task.version,
        task.title,
        task.notes,
        task.due_on,
        task.party_id,
        name,
        task.owner_id,
        task.done_at,
    )


def open_tasks(reader: Reader, party_id: int | None = None, limit: int = 200) -> tuple[TaskCard, ...]:
    """Answer the tasks still to be done, the earliest first; with ``party_id`` those about that partner."""
    query = (
        select(Task, Party.name)
        .outerjoin(Party, Party.id == Task.party_id)
        .where(Task.done_at.is_(None))
        .order_by(Task.due_on, Task.id)
        .limit(limit)
    )
    if party_id is not None:
        query = query.where(Task.party_id == party_id)
    return tuple(
        TaskCard(t.id, t.version, t.title, t.notes, t.due_on, t.party_id, name or "", t.owner_id, t.done_at)
        for t, name in reader.session.execute(query)
    )
