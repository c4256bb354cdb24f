"""What stands on today's list: what the rules say is due, and one's own tasks of the days to come."""

from __future__ import annotations

from tradecrm.core.links import Link
from tradecrm.services.control.reminders import TASK_DUE, Occurrence, TodayRow, today_rows
from tradecrm.services.control.tasks import open_tasks
from tradecrm.services.work import Reader


def read_today(reader: Reader) -> tuple[TodayRow, ...]:
    """Answer what the rules say is due, and one's own tasks of the days to come, which no rule tells yet."""
    rows = today_rows(reader)
    known = {row.occurrence for row in rows}
    more = []
    for task in open_tasks(reader):
        occurrence = Occurrence(TASK_DUE, "task", task.id, task.due_on)
        mine = task.owner_id == reader.actor.person_id
        if mine and task.due_on > reader.today and occurrence not in known:
            late = (reader.today - task.due_on).days
            link = Link.to("task", id=task.id)
            more.append(
                TodayRow(occurrence, task.title, task.party_id, task.party_name, None, "", late, link)
            )
    return (*rows, *more)
