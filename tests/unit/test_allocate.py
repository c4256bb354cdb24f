"""Sharing by largest remainder, domain.md section 2.6."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecrm.core.allocate import PartOf, allocate, check_manual
from tradecrm.core.money import minor_units
from tradecrm.core.problems import Refusal


def _decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        ("500.00", ("7", "11", "5"), ("152.17", "239.13", "108.70")),
        ("5805.60", ("3.600", "8.475"), ("1730.86", "4074.74")),
        ("5805.60", ("8220", "7200"), ("3094.81", "2710.79")),
        ("-500.00", ("7", "11", "5"), ("-152.17", "-239.13", "-108.70")),
        ("0.01", ("1", "1"), ("0.01", "0.00")),
        ("0.01", ("1", "1", "2"), ("0.00", "0.00", "0.01")),
    ],
)
def test_worked_numbers_of_2_6(total: str, weights: tuple[str, ...], parts: tuple[str, ...]) -> None:
    assert allocate(Decimal(total), _decimals(*weights), "CNY") == _decimals(*parts)


def test_tie_goes_to_the_larger_weight_and_then_the_lower_line() -> None:
    # 3 units over 1 : 3 : 2 leave 0.5, 1.5, 1.0: the tie of the halves goes to the larger weight.
    assert allocate(Decimal(3), _decimals("1", "3", "2"), "JPY") == _decimals("0", "2", "1")


def test_no_weight_is_refused() -> None:
    with pytest.raises(Refusal, match="another basis"):
        allocate(Decimal(5), _decimals("0", "0"), "USD")
    with pytest.raises(Refusal, match="below zero"):
        allocate(Decimal(5), _decimals("2", "-1"), "USD")
    with pytest.raises(Refusal, match="decimals"):
        allocate(Decimal("98.5"), _decimals("1"), "JPY")


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=30).filter(any),
    st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_parts_sum_exactly(units: int, weights: list[Decimal], currency: str) -> None:
    total = Decimal(units).scaleb(-minor_units(currency))
    parts = allocate(total, weights, currency)
    assert sum(parts) == total
    smallest = Decimal(1).scaleb(-minor_units(currency))
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / whole) <= smallest


def test_manual_parts_must_sum() -> None:
    assert check_manual(Decimal(10), _decimals("4", "6"), "USD") == []
    assert "0.50 is still" in check_manual(Decimal(10), _decimals("4", "5.5"), "USD")[0].message
    assert check_manual(Decimal(10), _decimals("4.005", "5.995"), "USD")[0].field == "parts.0"


@given(
    st.decimals("-99999", "99999", places=2),
    st.decimals("0.0001", "9999", places=4),
    st.decimals("0", "9999", places=4),
)
def test_a_part_of_a_whole_is_what_sharing_gives_it(amount: Decimal, part: Decimal, rest: Decimal) -> None:
    assert PartOf(part, part + rest).of(amount, "CNY") == allocate(amount, (part, rest), "CNY")[0]
