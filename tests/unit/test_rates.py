"""Look-up and reading of exchange rates, domain.md section 0."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tradecrm.core.errors import RateMissing
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import (
    Found,
    FoundRate,
    RateRow,
    RateType,
    find_rate,
    parse_quote,
    shown_rate,
    stale_warning,
)

DAY = date(2026, 5, 20)


def _row(day: date, rate: str, kind: RateType = RateType.MID) -> RateRow:
    return RateRow(kind, "USD", day, Decimal(rate))


TABLE = [_row(date(2026, 5, 13), "7.01"), _row(date(2026, 5, 18), "7.04"), _row(date(2026, 5, 21), "7.99")]


def test_the_order_of_the_look_up() -> None:
    today = [*TABLE, _row(DAY, "7.06")]
    deal, manual = Decimal("7.1"), Decimal("7.2")
    assert find_rate(today, RateType.MID, "USD", DAY, deal=deal, manual=manual).rate == deal
    assert find_rate(today, RateType.MID, "USD", DAY, manual=manual) == FoundRate(
        manual, DAY, stale=False, how=Found.MANUAL
    )
    assert find_rate(today, RateType.MID, "USD", DAY).rate == Decimal("7.06")
    earlier = find_rate(TABLE, RateType.MID, "USD", DAY)
    assert earlier == FoundRate(Decimal("7.04"), date(2026, 5, 18), stale=True, how=Found.EARLIER)
    assert "2026-05-18" in stale_warning(earlier, RateType.MID, "USD", DAY)


def test_seven_days_are_the_oldest_and_there_is_never_a_fall_back_to_one() -> None:
    old = [_row(date(2026, 5, 13), "7.01")]
    assert find_rate(old, RateType.MID, "USD", DAY).rate == Decimal("7.01")
    with pytest.raises(RateMissing, match=r"Middle rate for USD on 2026-05-21.*Enter it in the rate table"):
        find_rate(old, RateType.MID, "USD", date(2026, 5, 21))
    with pytest.raises(RateMissing):
        find_rate(old, RateType.BUY, "USD", DAY)


def test_the_base_currency_is_always_one() -> None:
    assert find_rate([], RateType.BUY, "CNY", DAY, manual=Decimal(7)).rate == 1


def test_budget_holds_for_its_year_and_customs_for_its_month() -> None:
    rows = [_row(date(2026, 1, 1), "7.00", RateType.BUDGET), _row(date(2026, 5, 1), "7.07", RateType.CUSTOMS)]
    assert find_rate(rows, RateType.BUDGET, "USD", DAY).rate == Decimal("7.00")
    assert find_rate(rows, RateType.CUSTOMS, "USD", DAY).how is Found.TABLE
    with pytest.raises(RateMissing):
        find_rate(rows, RateType.CUSTOMS, "USD", date(2026, 6, 1))


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("7.0612", "7.0612"),
        ("706.12/100", "7.0612"),
        ("706.12 per 100", "7.0612"),
        ("1/0.125", "8"),
        ("1/7", "0.1428571429"),
        ("1,234.5", "1234.5"),
        ("７．０６", "7.06"),
    ],
)
def test_quotes_are_read_with_their_text_kept(text: str, rate: str) -> None:
    quote = parse_quote(text)
    assert quote.rate == Decimal(rate)
    assert quote.text == text


def test_bare_numbers_follow_the_declared_quotation() -> None:
    assert parse_quote("4.61", per=100).rate == Decimal("0.0461")
    assert parse_quote("0.125", reciprocal=True).rate == 8


@pytest.mark.parametrize("text", ["", "0", "7,06", "abc", "-7", "1/0"])
def test_unreadable_quotes_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="not a rate"):
        parse_quote(text)


def test_a_rate_below_one_is_shown_with_six_decimals() -> None:
    """Four would take figures off the rate of a yen (domain.md section 0)."""
    assert shown_rate(Decimal("7.02776")) == "7.0278"
    assert shown_rate(Decimal("0.045465")) == "0.045465"
    assert shown_rate(Decimal("12345.6")) == "12,345.6000"
