"""Payment reminders (催款): the stages before and after the due day, and which one is to be sent (section 3.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tradecrm.core.text import N_


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: its number from 1, how many days after the due day it begins (before it: negative), its title."""

    number: int
    offset: int
    title: str


STAGES: tuple[Stage, ...] = (
    Stage(1, -7, N_("Notice")),
    Stage(2, 0, N_("Due day")),
    Stage(3, 3, N_("Reminder")),
    Stage(4, 10, N_("Second reminder")),
    Stage(5, 20, N_("Last reminder")),
)


def stage_on(today: date, due: date) -> Stage | None:
    """Answer the stage in which an unpaid instalment is, None while it is more than 7 days before it is due."""
    late = (today - due).days
    return next((stage for stage in reversed(STAGES) if late >= stage.offset), None)


def stage_to_send(today: date, due: date, promised: date | None, sent: int) -> Stage | None:
    """Answer the stage whose letter is to be sent now, None when none is.

    ``sent`` is the highest stage sent already, 0 for none. A promise for today or later stops the letters; one
    that was broken does not.
    """
    if promised is not None and promised >= today:
        return None
    stage = stage_on(today, due)
    return stage if stage is not None and stage.number > sent else None


def due_days(stage: Stage, today: date) -> tuple[date | None, date]:
    """Answer the first and last due day of instalments in ``stage`` today; no first day for the last stage."""
    later = next((each for each in STAGES if each.number == stage.number + 1), None)
    first = None if later is None else today - timedelta(days=later.offset - 1)
    return first, today - timedelta(days=stage.offset)
