"""The table of bank holidays with make-up working days (调休), one for each country (domain.md section 16.15)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, bindparam, select

from tradecrm.core.dates import Holidays
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Holiday
from tradecrm.services.work import Reader, Work, operation


def banking_days(reader: Reader, country: str = "CN") -> Holidays:
    """Answer the days off and the make-up days of a country, for dates that move to a banking day."""
    rows = reader.session.execute(_days_of(), {"country": country or "CN"}).all()
    return Holidays(
        frozenset(day for day, working in rows if not working),
        frozenset(day for day, working in rows if working),
        reader.settings.due_on_banking_days,
    )


@functools.cache
def _days_of() -> Select[date, bool]:
    return select(Holiday.day, Holiday.working).where(Holiday.country == bindparam("country"))


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A day of the table; ``working`` is a weekend day on which banks work."""

    id: int
    country: str
    day: date
    working: bool
    name: str


def holiday_rows(reader: Reader, country: str = "CN") -> tuple[HolidayRow, ...]:
    """Answer the table of a country, the latest day first."""
    rows = reader.session.scalars(
        select(Holiday).where(Holiday.country == country).order_by(Holiday.day.desc())
    )
    return tuple(HolidayRow(row.id, row.country, row.day, row.working, row.name) for row in rows)


@dataclass(frozen=True, slots=True)
class SaveHoliday:
    """Days from ``first`` to ``last`` (None: one day) on which banks are closed, or work (``working``)."""

    first: date
    last: date | None = None
    working: bool = False
    name: str = ""
    country: str = "CN"


_MOST_DAYS = 31


def check_holiday(command: SaveHoliday) -> Sequence[Problem]:
    """Answer what is wrong with the days."""
    problems = []
    last = command.last or command.first
    if not 0 <= (last - command.first).days < _MOST_DAYS:
        problems.append(Problem("last", _("The last day is the first one or up to a month later.")))
    if len(command.country) != 2 or not command.country.isupper():
        problems.append(Problem("country", _("The country is a code of two letters, such as CN.")))
    return problems


@operation("settings.write", check=check_holiday)
def save_holiday(work: Work, command: SaveHoliday) -> int:
    """Enter days off or make-up days; a day entered before is changed. Answers how many days were written."""
    last = command.last or command.first
    days = [command.first + timedelta(days=n) for n in range((last - command.first).days + 1)]
    known = {
        row.day: row
        for row in work.session.scalars(
            select(Holiday).where(Holiday.country == command.country, Holiday.day.in_(days))
        )
    }
    for day in days:
        row = known.get(day) or Holiday(country=command.country, day=day)
        row.working, row.name = command.working, command.name.strip()
        work.session.add(row)
    work.session.flush()
    return len(days)


@dataclass(frozen=True, slots=True)
class DropHoliday:
    """A day of the table that was wrong."""

    holiday_id: int


@operation("settings.write")
def drop_holiday(work: Work, command: DropHoliday) -> None:
    """Take a day out of the table; Refusal when it is not there."""
    row = work.session.get(Holiday, command.holiday_id)
    if row is None:
        raise Refusal.of(_("That day is not in the table any more."))
    work.session.delete(row)
