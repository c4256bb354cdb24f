"""Tasks: written, changed only in the version that was read, done and opened again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.services.conftest import TODAY, Seats
from tradecrm.core.errors import Conflict, NotFound
from tradecrm.core.problems import Refusal
from tradecrm.services.book import Seat
from tradecrm.services.control.tasks import MarkTask, SaveTask, mark_task, open_tasks, save_task, task_card


def test_a_task_is_saved_changed_and_done(seat: Seat) -> None:
    key = seat.perform(save_task, SaveTask(" Send samples ", TODAY)).value
    card = seat.ask(task_card, key)
    assert (card.title, card.due_on, card.done_at) == ("Send samples", TODAY, None)
    outcome = seat.perform(save_task, SaveTask("Send three samples", TODAY, id=key, version=card.version))
    assert "task" in outcome.changes
    with pytest.raises(Conflict, match="meanwhile"):
        seat.perform(save_task, SaveTask("Late", TODAY, id=key, version=card.version))
    seat.perform(mark_task, MarkTask(key))
    assert seat.ask(open_tasks) == ()
    seat.perform(mark_task, MarkTask(key, done=False))
    assert [task.title for task in seat.ask(open_tasks)] == ["Send three samples"]


def test_what_is_wrong_stands_at_its_field(seat: Seat) -> None:
    with pytest.raises(Refusal) as caught:
        seat.perform(save_task, SaveTask("  ", None))
    assert [problem.field for problem in caught.value.problems] == ["title", "due_on"]
    with pytest.raises(Refusal, match="300"):
        seat.perform(save_task, SaveTask("x" * 301, TODAY))


def test_tasks_come_by_day_and_only_those_of_ones_scope(seats: Seats) -> None:
    for days, who in ((3, seats.sales), (1, seats.sales), (2, seats.other)):
        due = TODAY + timedelta(days=days)
        who.perform(save_task, SaveTask(f"In {days}", due))
    assert [t.title for t in seats.owner.ask(open_tasks)] == ["In 1", "In 2", "In 3"]
    assert [t.title for t in seats.manager.ask(open_tasks)] == ["In 1", "In 3"]
    hidden = seats.other.ask(open_tasks)[0].id
    with pytest.raises(NotFound):
        seats.sales.ask(task_card, hidden)
    with pytest.raises(NotFound):
        seats.sales.perform(mark_task, MarkTask(hidden))


def test_a_task_about_a_partner_nobody_knows_is_refused(seat: Seat) -> None:
    with pytest.raises(NotFound, match="Partner no"):
        seat.perform(save_task, SaveTask("Call", date(2026, 7, 1), party_id=99))
