"""A discount or charge on a whole paper: domain.md section 11 (document total), 2.6 (shares), 6 (floor)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tradecrm.core.adjusting import Adjustment, SharedLine, adjustment_problems, shares, shipped_share
from tradecrm.core.money import line_amount
from tradecrm.core.price_policy import below_floor, beyond_discount, net_price
from tradecrm.core.problems import Refusal

D = Decimal


def _decimals(*texts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))


THREE = (line_amount(D(3), D("4.1815"), "USD"),) * 3
"""Three lines of 3 × 4.1815, each rounded to 12.54 (section 11)."""


@pytest.mark.parametrize(
    ("plain", "currency", "adjustment", "parts", "total"),
    [
        # 37.62 less 5.00: 1.6666… each; the cent left over goes to the first of equal lines.
        (THREE, "USD", Adjustment(D(-5)), ("-1.67", "-1.67", "-1.66"), "32.62"),
        # 3 % of 37.62 is 1.1286, rounded once to 1.13: 0.3766… each.
        (THREE, "USD", Adjustment(rate=D("-0.03")), ("-0.38", "-0.38", "-0.37"), "36.49"),
        # A charge of 10.00 by value 7 : 11 : 5 gives 304.34…, 478.26…, 217.39… cents.
        (_decimals("7", "11", "5"), "USD", Adjustment(D(10)), ("3.04", "4.78", "2.18"), "33.00"),
        # Yen have no minor units: 2 % of 9,999 is 199.98, so 200 over 3,333 each.
        (
            _decimals("3333", "3333", "3333"),
            "JPY",
            Adjustment(rate=D("-0.02")),
            ("-67", "-67", "-66"),
            "9799",
        ),
        # Goods given free bear nothing; a rate goes before an amount left from before.
        (_decimals("0", "50"), "USD", Adjustment(D(-9), D("-0.1")), ("0", "-5.00"), "45.00"),
        (THREE, "USD", Adjustment(), ("0", "0", "0"), "37.62"),
    ],
)
def test_shares_sum_to_the_adjustment(
    plain: tuple[Decimal, ...], currency: str, adjustment: Adjustment, parts: tuple[str, ...], total: str
) -> None:
    found = shares(adjustment, plain, currency)
    assert found == _decimals(*parts)
    assert sum(found) == adjustment.total(plain, currency)
    assert sum(plain) + sum(found) == D(total)


@pytest.mark.parametrize(
    ("adjustment", "plain", "currency", "word"),
    [
        (Adjustment(D("-37.62")), THREE, "USD", "takes all of USD 37.62"),
        (Adjustment(rate=D(-1)), THREE, "USD", "less than 100 %"),
        (Adjustment(rate=D("1.01")), THREE, "USD", "at most 100 %"),
        (Adjustment(D("-0.5")), _decimals("100"), "JPY", "more decimals than JPY"),
        (Adjustment(D(5)), _decimals("0", "0"), "USD", "no amount"),
    ],
)
def test_what_cannot_be_shared_is_refused_in_words(
    adjustment: Adjustment, plain: tuple[Decimal, ...], currency: str, word: str
) -> None:
    (problem,) = adjustment_problems(adjustment, plain, currency)
    assert word in problem.message
    with pytest.raises(Refusal, match=word):
        shares(adjustment, plain, currency)


def test_lines_shipped_in_full_keep_their_share_and_the_others_bear_the_rest() -> None:
    plain = _decimals("600", "400", "400")
    assert shares(Adjustment(D(-140)), plain, "USD", {0: D(-60)}) == _decimals("-60", "-40", "-40")
    # The discount is dropped: what was invoiced stays, the goods still to go pay it back.
    assert shares(Adjustment(), plain, "USD", {0: D(-60)}) == _decimals("-60", "30", "30")
    with pytest.raises(Refusal, match="credit or debit note"):
        shares(Adjustment(D(-100)), _decimals("600"), "USD", {0: D(-60)})


def test_shipments_of_a_line_add_up_to_its_share() -> None:
    """10.00 off 300 pieces in three shipments of 100: 3.33, then half of 6.67, then what is left."""
    first = shipped_share(SharedLine(D(300), D(-10)), D(100), "USD")
    second = shipped_share(SharedLine(D(300), D(-10), D(100), first), D(100), "USD")
    third = shipped_share(SharedLine(D(300), D(-10), D(200), first + second), D(100), "USD")
    assert (first, second, third) == _decimals("-3.33", "-3.34", "-3.33")
    assert first + second + third == D(-10)


def test_goods_beyond_the_order_bear_what_a_unit_bears_and_missing_ones_nothing() -> None:
    # 105 of 100 ordered: the whole 10.00, and 0.50 for the five pieces more.
    assert shipped_share(SharedLine(D(100), D(-10)), D(105), "USD") == D("-10.50")
    last = shipped_share(SharedLine(D(100), D(-10), D(50), D(-5)), D(55), "USD")
    assert last == D("-5.50")
    assert shipped_share(SharedLine(D(100), D(-10), D(105), D("-10.50")), D(10), "USD") == D(-1)
    # 95 of 100 go: the discount on five pieces is not given.
    assert shipped_share(SharedLine(D(100), D(-10)), D(95), "USD") == D("-9.50")
    assert shipped_share(SharedLine(D(100), D(0)), D(95), "USD") == 0


def test_a_change_after_the_first_shipment_is_spread_over_what_is_left() -> None:
    """60 of 100 went at full price; an amendment then gives 8.00 on the line: the other 40 bear it."""
    half = shipped_share(SharedLine(D(100), D(-8), D(60)), D(20), "USD")
    assert half == D(-4)
    assert shipped_share(SharedLine(D(100), D(-8), D(80), half), D(20), "USD") == D(-4)


@pytest.mark.parametrize(
    ("rate", "below"), [("-0.15", False), ("-0.155", True), ("-0.152380", False), ("-0.152381", True)]
)
def test_the_floor_is_held_against_the_price_after_the_discount_on_the_whole(rate: str, below: bool) -> None:
    """Section 6: list 4.20 less 15 % is 3.57 and passes the floor of 3.56; less 15.5 % is 3.549 and does not."""
    by_rate = Adjustment(rate=D(rate)).factor((D(420),))
    assert below_floor(D("4.20"), D(0), D("3.56"), by_rate) is below
    by_amount = Adjustment(D(rate) * 420).factor((D(300), D(120)))
    assert below_floor(D("4.20"), D(0), D("3.56"), by_amount) is below


def test_the_comparison_is_exact_and_a_charge_lifts_no_price() -> None:
    """4.20 less two thirds is 1.40 to the last decimal, and not below it."""
    third = Adjustment(D(-2)).factor((D(3),))
    assert not below_floor(D("4.20"), D(0), D("1.40"), third)
    assert below_floor(D("4.20"), D(0), D("1.400001"), third)
    assert not beyond_discount(D("4.20"), D(0), D("2.80"), D("0.5"), third)
    charge = Adjustment(D(30)).factor((D(300),))
    assert below_floor(D("3.50"), D(0), D("3.56"), charge)
    # Both discounts count: 4.20 less 10 % less 5 % is 3.591.
    assert net_price(D("4.20"), D("0.1"), Adjustment(rate=D("-0.05")).factor(())) == D("3.591")
