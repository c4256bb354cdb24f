"""Expected days, average delay, repeats, running cash and stages of reminders: domain.md sections 3.8 and 16.13."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecrm.core.dunning import STAGES, due_days, stage_on, stage_to_send
from tradecrm.core.plans import (
    Every,
    Ground,
    Step,
    average_delay,
    expected_day,
    period_of,
    periods_between,
    project,
    repeats,
    undelivered,
)

D = Decimal
TODAY = date(2026, 6, 15)
DUE = date(2026, 7, 12)


def test_expected_is_promised_else_due_with_delay_else_estimated() -> None:
    """§3.8: promised date, else due date + customer average delay (optional), else estimated due."""
    promised = date(2026, 7, 20)
    assert expected_day(promised, DUE, 9) == expected_day(promised, None)
    assert expected_day(promised, DUE, 9).day == promised
    assert expected_day(None, DUE).day == DUE
    late = expected_day(None, DUE, 9)
    assert (late.day, late.ground) == (date(2026, 7, 21), Ground.DELAYED)
    assert expected_day(None, DUE, -3).day == date(2026, 7, 9)
    guessed = expected_day(None, None, 9, date(2026, 8, 1))
    assert (guessed.day, guessed.ground) == (date(2026, 8, 1), Ground.ESTIMATED)
    assert expected_day(None, None).ground is Ground.UNKNOWN


def test_average_delay_weighs_by_amount() -> None:
    """§3.8: Σ(days late × amount)/Σ amount; early is negative, the option takes it as 0."""
    # 10 days late on 3,000 and 2 days early on 1,000: (30,000 − 2,000) / 4,000 = 7.
    assert average_delay(D(28000), D(4000)) == 7
    assert average_delay(D(-8000), D(2000)) == -4
    assert average_delay(D(-8000), D(2000), floor=True) == 0
    assert average_delay(D(5), D(2)) == 3  # 2.5 days, half up
    assert average_delay(D(0), D(0)) is None


def test_planned_money_repeats_on_month_ends() -> None:
    first = date(2026, 1, 31)
    days = list(repeats(first, Every.MONTHLY, None, date(2026, 2, 1), date(2026, 4, 30)))
    assert days == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    assert list(repeats(first, Every.QUARTERLY, date(2026, 5, 1), first, date(2027, 1, 1))) == [
        first,
        date(2026, 4, 30),
    ]
    assert list(repeats(first, Every.ONCE, None, date(2026, 2, 1), date(2027, 1, 1))) == []
    assert len(list(repeats(first, Every.YEARLY, None, first, date(2028, 12, 31)))) == 3


def test_buckets_of_weeks_and_months() -> None:
    assert period_of(None, TODAY, Step.WEEK) is None
    assert period_of(TODAY - timedelta(days=1), TODAY, Step.WEEK) == date.min
    assert period_of(date(2026, 6, 21), TODAY, Step.WEEK) == TODAY  # a Sunday; weeks begin on Monday
    assert period_of(date(2026, 7, 3), TODAY, Step.MONTH) == date(2026, 7, 1)
    assert periods_between(TODAY, date(2026, 6, 29), Step.WEEK) == [
        TODAY,
        date(2026, 6, 22),
        date(2026, 6, 29),
    ]


def test_running_cash_finds_the_first_negative_day() -> None:
    """§3.8: opening + in − out, and the first negative date; what was expected before today counts today."""
    flows = [
        (TODAY - timedelta(days=9), D(500)),
        (TODAY + timedelta(days=3), D(-2000)),
        (TODAY + timedelta(days=3), D(100)),
        (TODAY + timedelta(days=20), D(5000)),
    ]
    found = project(D(1000), TODAY, flows)
    assert [(each.day, each.balance) for each in found.days] == [
        (TODAY, D(1500)),
        (TODAY + timedelta(days=3), D(-400)),
        (TODAY + timedelta(days=20), D(4600)),
    ]
    assert (found.first_negative, found.least) == (TODAY + timedelta(days=3), D(-400))
    assert project(D(-1), TODAY, []).first_negative == TODAY


def test_what_is_still_to_come_of_t1() -> None:
    """§16.13 on T1: 4,320.00 not shipped, 1,296.00 of the deposit left: 3,024.00 to come, no deposit to ask for."""
    share = D("1296.00")
    after = undelivered(
        rest=D(4320), total=D(19740), deposit_due=D(5922), received=D(5922), left=D(1296), share=share
    )
    assert (after.deposit, after.balance) == (D(0), D(3024))
    # Before the deposit came nothing is left: the share is asked for, the rest is the balance.
    asked = undelivered(
        rest=D(19740), total=D(19740), deposit_due=D(5922), received=D(0), left=D(0), share=D(5922)
    )
    assert (asked.deposit, asked.balance) == (D(5922), D(13818))


money = st.decimals(0, 100_000, places=2)


@given(total=money, part=st.integers(0, 100), due=money, received=money, left=money)
def test_nothing_still_to_come_is_counted_twice(
    total: Decimal, part: int, due: Decimal, received: Decimal, left: Decimal
) -> None:
    rest = total * part / 100
    share = due * part / 100
    found = undelivered(rest=rest, total=total, deposit_due=due, received=received, left=left, share=share)
    assert found.deposit >= 0
    assert found.balance >= 0
    assert found.deposit + found.balance == (max(D(0), rest - left) if total > 0 else 0)
    assert found.deposit <= max(D(0), due - received)


@pytest.mark.parametrize(
    ("late", "number"),
    [(-8, None), (-7, 1), (-1, 1), (0, 2), (2, 2), (3, 3), (9, 3), (10, 4), (19, 4), (20, 5), (400, 5)],
)
def test_stages_of_reminders(late: int, number: int | None) -> None:
    """§3.8: 7 days before, on the due day, +3, +10, +20."""
    due = TODAY - timedelta(days=late)
    stage = stage_on(TODAY, due)
    assert (None if stage is None else stage.number) == number
    if stage is not None:
        first, last = due_days(stage, TODAY)
        assert due <= last
        assert first is None or first <= due


def test_letters_stop_when_promised_and_go_on_when_the_promise_is_broken() -> None:
    """§3.8: stop when promised; each stage is sent once."""
    due = TODAY - timedelta(days=11)
    assert stage_to_send(TODAY, due, None, 0) == STAGES[3]
    assert stage_to_send(TODAY, due, TODAY, 0) is None
    assert stage_to_send(TODAY, due, TODAY - timedelta(days=1), 0) == STAGES[3]
    assert stage_to_send(TODAY, due, None, 4) is None
    assert stage_to_send(TODAY, due, None, 3) == STAGES[3]
