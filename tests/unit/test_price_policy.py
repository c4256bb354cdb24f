"""Floors, steps, discounts and the precedence of price lists: the worked numbers of domain.md section 6."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tradecrm.core.price_policy import (
    ListPrice,
    below_floor,
    best_price,
    beyond_discount,
    floor_price,
    on_terms,
    round_up,
)
from tradecrm.core.pricing import PriceParts
from tradecrm.core.problems import Refusal

FLOOR = Decimal("3.56")
LIST = Decimal("4.20")
DAY = date(2026, 3, 20)


def test_the_floor_of_section_6() -> None:
    """Net cost 22.40, BUDGET 7.00, min margin 10 %: 3.5555... becomes 3.56."""
    assert floor_price(Decimal("22.40"), Decimal(7), Decimal("0.1")) == FLOOR


@pytest.mark.parametrize(
    ("discount", "below"), [("0.15", False), ("0.155", True), ("0.152380", False), ("0.152381", True)]
)
def test_the_unrounded_net_price_is_compared_strictly(discount: str, below: bool) -> None:
    """List 4.20 less 15 % is 3.57 and passes; less 15.5 % is 3.549 and needs approval."""
    assert below_floor(LIST, Decimal(discount), FLOOR) is below


def test_a_price_on_the_floor_passes_and_without_a_floor_all_pass() -> None:
    assert not below_floor(FLOOR, Decimal(0), FLOOR)
    assert below_floor(Decimal("3.559999"), Decimal(0), FLOOR)
    assert not below_floor(Decimal("0.01"), Decimal(0), None)


@pytest.mark.parametrize(
    ("price", "step", "up"),
    [("3.551", "0.01", "3.56"), ("3.56", "0.01", "3.56"), ("3.5601", "0.05", "3.60"), ("98.1", "1", "99")],
)
def test_prices_are_rounded_up_to_the_step(price: str, step: str, up: str) -> None:
    assert round_up(Decimal(price), Decimal(step)) == Decimal(up)


def test_the_floor_carries_the_deductions_of_section_2_7() -> None:
    """K 46,500 at 7.00, F 640, R 0.32 %, c 2 %, b 0.1 %, p 10 % give 8,318.70 there (8,318.7019), rounded up here."""
    parts = PriceParts(
        Decimal(640),
        Decimal("0.0032"),
        commission=Decimal("0.02"),
        bank_fee=Decimal("0.001"),
    )
    assert floor_price(Decimal(46500), Decimal(7), Decimal("0.1"), parts=parts) == Decimal("8318.71")


def test_a_margin_that_takes_everything_is_refused() -> None:
    with pytest.raises(Refusal, match="100 %"):
        floor_price(Decimal(10), Decimal(7), Decimal(1))


ALL = ListPrice("All", "FOB", Decimal(10))
GRADE = ListPrice("Grade A", "FOB", Decimal(9), grade="A")
OWN = ListPrice("Veld", "FOB", Decimal(8), party_id=7)


@pytest.mark.parametrize(
    ("prices", "party", "grade", "found"),
    [
        ((ALL, GRADE, OWN), 7, "A", OWN),
        ((ALL, GRADE, OWN), 8, "A", GRADE),
        ((ALL, GRADE, OWN), 8, "B", ALL),
        ((GRADE, OWN), 8, "B", None),
    ],
)
def test_own_list_before_grade_before_everyone(
    prices: tuple[ListPrice, ...], party: int, grade: str, found: ListPrice | None
) -> None:
    assert best_price(prices, party_id=party, grade=grade, day=DAY, quantity=Decimal(1)) is found


def test_the_largest_quantity_reached_counts_and_only_within_the_validity() -> None:
    breaks = tuple(
        replace(ALL, price=Decimal(price), from_quantity=Decimal(quantity))
        for quantity, price in ((0, 10), (100, 9), (500, 8))
    )
    assert _price(breaks, 99) == 10
    assert _price(breaks, 100) == 9
    assert _price(breaks, 5000) == 8
    old = replace(ALL, valid_until=DAY.replace(day=19))
    new = replace(ALL, list_name="New", price=Decimal(11), valid_from=DAY)
    assert _price((old, new), 1) == 11
    assert _price((old, replace(new, valid_from=DAY.replace(day=21))), 1) is None
    assert _price((ALL, new), 1) == 11


def _price(prices: tuple[ListPrice, ...], quantity: int) -> Decimal | None:
    found = best_price(prices, party_id=1, grade="", day=DAY, quantity=Decimal(quantity))
    return None if found is None else found.price


def test_a_listed_price_on_other_terms() -> None:
    """FOB 12.40 with F 0.96, m 10 %, R 0.32 % is CFR 13.36 and CIF 13.4072 (section 2.7)."""
    parts = PriceParts(Decimal("0.96"), Decimal("0.0032"), commission=Decimal("0.04"))
    fob = Decimal("12.40")
    assert on_terms(fob, "FOB", "FCA", parts) == fob
    assert on_terms(fob, "FOB", "CFR", parts) == Decimal("13.36")
    cif = on_terms(fob, "FOB", "CIF", parts)
    assert cif is not None
    assert round(cif, 4) == Decimal("13.4072")
    assert on_terms(Decimal(14), "CIF", "FOB", parts) is None
    assert on_terms(fob, "FOB", "CIF", replace(parts, insurance_rate=Decimal(1))) is None
    with pytest.raises(ValueError, match="no Incoterm"):
        on_terms(fob, "XXX", "FOB", parts)


def test_a_discount_within_the_limit_of_the_list() -> None:
    assert not beyond_discount(LIST, Decimal("0.1"), LIST, Decimal("0.1"))
    assert beyond_discount(LIST, Decimal("0.100001"), LIST, Decimal("0.1"))
    assert beyond_discount(Decimal("3.77"), Decimal(0), LIST, Decimal("0.1"))
    assert not beyond_discount(Decimal(1), Decimal(0), LIST, None)
