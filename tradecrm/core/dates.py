"""Calendar arithmetic of payment terms: months, month ends and banking days."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days off of a country and its make-up working days (调休), domain.md section 16 number 15.

    ``for_all`` tells that the firm moves every due date to a banking day, that of open account too (section 3.2).
    """

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    for_all: bool = False

    def is_banking_day(self, day: date) -> bool:
        """Tell whether banks work: a weekday that is no holiday, or a weekend day worked as make-up."""
        if day in self.working:
            return True
        return day.weekday() < _SATURDAY and day not in self.off

    def next_banking_day(self, day: date) -> date:
        """Answer ``day`` itself if banks work on it, else the first later day on which they do."""
        while not self.is_banking_day(day):
            day += timedelta(days=1)
        return day

    def add_banking_days(self, day: date, count: int) -> date:
        """Answer the ``count``-th banking day after ``day``; zero gives the next banking day or the day."""
        if count <= 0:
            return self.next_banking_day(day)
        for _step in range(count):
            day = self.next_banking_day(day + timedelta(days=1))
        return day

    def take_banking_days(self, day: date, count: int) -> date:
        """Answer the ``count``-th banking day before ``day``; zero gives the last banking day before it, or the day."""
        if count <= 0:
            return self._last_banking_day(day)
        for _step in range(count):
            day = self._last_banking_day(day - timedelta(days=1))
        return day

    def _last_banking_day(self, day: date) -> date:
        while not self.is_banking_day(day):
            day -= timedelta(days=1)
        return day


WEEKENDS_ONLY = Holidays()


def day_in_month(year: int, month: int, day: int) -> date:
    """Answer a day of a month, clamped to the month's end (31 in February is its last day)."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def add_months(day: date, count: int) -> date:
    """Answer the same day ``count`` months later, clamped (31 Jan + 1 month = 28 Feb), section 3.2."""
    months = day.year * 12 + day.month - 1 + count
    return day_in_month(months // 12, months % 12 + 1, day.day)


def month_end(day: date, months: int = 0) -> date:
    """Answer the last day of the month that lies ``months`` after the month of ``day``."""
    moved = add_months(day.replace(day=1), months)
    return day_in_month(moved.year, moved.month, 31)


def forward_to_day(day: date, wanted: int) -> date:
    """Answer the first date on or after ``day`` whose day of the month is ``wanted`` (clamped)."""
    here = day_in_month(day.year, day.month, wanted)
    if here >= day:
        return here
    later = add_months(day.replace(day=1), 1)
    return day_in_month(later.year, later.month, wanted)
