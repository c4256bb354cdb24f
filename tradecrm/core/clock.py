"""The clock, handed down from the composition root, so that tests and reminders choose the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol


def local_moment(moment: datetime) -> datetime:
    """Answer a kept moment (UTC) as the clock on the wall shows it; one without a zone stays as it is."""
    return moment.astimezone() if moment.tzinfo else moment


def local_day(moment: datetime) -> date:
    """Answer the calendar day a kept moment fell on here: seven in the morning in China is yesterday in UTC."""
    return local_moment(moment).date()


class Clock(Protocol):
    """Tells the local calendar day and the moment."""

    def today(self) -> date:
        """Answer the local calendar day."""
        ...

    def now(self) -> datetime:
        """Answer the present moment in UTC."""
        ...


class SystemClock:
    """The clock of this computer."""

    def today(self) -> date:
        """Answer the local calendar day."""
        return datetime.now().astimezone().date()

    def now(self) -> datetime:
        """Answer the present moment in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """A clock that stands where it was put; ``moment`` may be moved by its owner."""

    moment: datetime

    @classmethod
    def on(cls, day: date, hour: int = 9) -> FixedClock:
        """Answer a clock standing on ``day`` at ``hour`` o'clock UTC."""
        return cls(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))

    def today(self) -> date:
        """Answer the day the clock stands on."""
        return self.moment.date()

    def now(self) -> datetime:
        """Answer the moment the clock stands at."""
        return self.moment
