"""When a backup is due and which ones may go: pure rules over moments."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime, timedelta, tzinfo

EVERY = timedelta(minutes=30)
DAILY, WEEKLY, MONTHLY = 12, 10, 9


def due(now: datetime, last: datetime | None, *, changed: bool) -> bool:
    """Tell whether a backup is due during use: something changed, and the last one is 30 minutes old or none."""
    return changed and (last is None or now - last >= EVERY)


def plan_thinning(moments: Iterable[datetime], now: datetime) -> frozenset[datetime]:
    """Answer the moments that may be removed.

    Kept are all of today and yesterday (in the zone of ``now``), then the newest of each of the 12 next days
    that have any, of the 10 next weeks, and of the 9 next months. Days without use do not count, so that a
    holiday costs no history. Moments in the future (a clock set back) are kept.
    """
    zone = now.tzinfo
    yesterday = now.date() - timedelta(days=1)
    older = sorted((each for each in moments if each.astimezone(zone).date() < yesterday), reverse=True)
    removed: set[datetime] = set()
    for slots, bucket in ((DAILY, _day), (WEEKLY, _week), (MONTHLY, _month)):
        older, gone = _newest_of_each(older, slots, bucket, zone)
        removed |= gone
    return frozenset(removed | set(older))


def _day(day: date) -> Hashable:
    return day


def _week(day: date) -> Hashable:
    return tuple(day.isocalendar())[:2]


def _month(day: date) -> Hashable:
    return (day.year, day.month)


def _newest_of_each(
    newest_first: list[datetime], slots: int, bucket: Callable[[date], Hashable], zone: tzinfo | None
) -> tuple[list[datetime], set[datetime]]:
    """Keep the newest of each of ``slots`` buckets; answer what lies before them, and what goes within them."""
    seen: set[Hashable] = set()
    gone: set[datetime] = set()
    for at, moment in enumerate(newest_first):
        name = bucket(moment.astimezone(zone).date())
        if name in seen:
            gone.add(moment)
        elif len(seen) == slots:
            return newest_first[at:], gone
        else:
            seen.add(name)
    return [], gone
