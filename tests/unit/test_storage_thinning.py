"""When backups are due and which may go (safekeeping.md section 1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from tradecrm.storage.thinning import due, plan_thinning

NOW = datetime(2026, 5, 31, 15, 0, tzinfo=UTC)


def test_due_after_thirty_minutes_of_changes() -> None:
    assert due(NOW, None, changed=True)
    assert due(NOW, NOW - timedelta(minutes=30), changed=True)
    assert not due(NOW, NOW - timedelta(minutes=29), changed=True)
    assert not due(NOW, NOW - timedelta(days=3), changed=False)
    assert not due(NOW, None, changed=False)


def test_all_of_today_and_yesterday_stay() -> None:
    moments = [NOW - timedelta(minutes=30 * step) for step in range(78)]
    assert min(moments).date() == NOW.date() - timedelta(days=1)
    assert plan_thinning(moments, NOW) == frozenset()


def test_twelve_days_ten_weeks_nine_months_stay() -> None:
    moments = [NOW - timedelta(hours=12 * step) for step in range(2 * 800)]
    kept = sorted(set(moments) - plan_thinning(moments, NOW), reverse=True)
    recent = [each for each in kept if each.date() >= NOW.date() - timedelta(days=1)]
    older = kept[len(recent) :]
    assert len(recent) == 4
    assert len(older) == 12 + 10 + 9
    assert [each.date() for each in older[:12]] == [NOW.date() - timedelta(days=2 + n) for n in range(12)]
    assert len({tuple(each.isocalendar())[:2] for each in older[12:22]}) == 10
    assert len({(each.year, each.month) for each in older[22:]}) == 9
    assert older[-1].year == 2025


def test_the_newest_of_a_day_stays() -> None:
    morning, evening = NOW - timedelta(days=5, hours=6), NOW - timedelta(days=5)
    assert plan_thinning([morning, evening], NOW) == {morning}


def test_days_without_use_cost_no_history() -> None:
    moments = [NOW - timedelta(days=40 * step) for step in range(1, 13)]
    assert plan_thinning(moments, NOW) == frozenset()


def test_days_are_those_of_the_persons_zone() -> None:
    zone = timezone(timedelta(hours=8))
    now = datetime(2026, 5, 31, 9, 0, tzinfo=zone)
    # 16:30 and 17:00 UTC are the 29th in Shanghai at half past midnight and one: one day, the later stays.
    first = datetime(2026, 5, 28, 16, 30, tzinfo=UTC)
    second = datetime(2026, 5, 29, 15, 0, tzinfo=UTC)
    assert plan_thinning([first, second], now) == {first}
    assert plan_thinning([first, second], now.astimezone(UTC)) == frozenset()


@given(st.lists(st.integers(min_value=-2000, max_value=60 * 24 * 900), max_size=80, unique=True))
def test_thinning_twice_is_thinning_once(minutes: list[int]) -> None:
    moments = [NOW - timedelta(minutes=each) for each in minutes]
    gone = plan_thinning(moments, NOW)
    kept = [each for each in moments if each not in gone]
    assert plan_thinning(kept, NOW) == frozenset()
    assert not gone or max(moments) not in gone
