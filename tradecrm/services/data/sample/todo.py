"""The tasks of the sample firm: some done, some overdue, some for today, some for the days to come."""

from __future__ import annotations

from datetime import timedelta

from tradecrm.services.control.tasks import MarkTask, SaveTask, mark_task, save_task
from tradecrm.services.data.sample.firm import SAMPLE_DAY, Firm
from tradecrm.services.work import Work, operation

_TASKS: tuple[tuple[str, int, int | None, bool], ...] = (
    ("task_sample", -16, 5, True),
    ("task_fair", -12, None, True),
    ("task_inspection", -8, 0, True),
    ("task_balance", -6, 3, False),
    ("task_artwork", -3, 9, False),
    ("task_rebate", -1, None, False),
    ("task_booking", 0, 0, False),
    ("task_balance", 0, 10, False),
    ("task_quote", 0, 6, False),
    ("task_lc", 1, 11, False),
    ("task_sample", 2, 8, False),
    ("task_inspection", 3, 2, False),
    ("task_quote", 6, 12, False),
    ("task_visit", 11, 1, False),
    ("task_fair", 24, None, False),
)
"""Each task: its text, the day from the sample's today on, the customer it is about, done or not."""


@operation("task.write")
def write_tasks(work: Work, firm: Firm) -> None:
    """Write the tasks as they stand on SAMPLE_DAY."""
    for key, days, customer, done in _TASKS:
        party = None if customer is None else firm.customers[customer]
        name = "" if customer is None else firm.buyers[customer].name
        title = firm.words[key].format(party=name)
        task = save_task.within(work, SaveTask(title, SAMPLE_DAY + timedelta(days=days), party_id=party))
        if done:
            mark_task.within(work, MarkTask(task))
