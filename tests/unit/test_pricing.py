"""Price conversion and prices from cost, domain.md section 2.7."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecrm.core.money import round_to
from tradecrm.core.pricing import (
    Cifc,
    Insuring,
    PriceBasis,
    PriceParts,
    cfr_from_cif,
    cfr_from_fob,
    cif_from_cfr,
    cifc_from_cfr,
    commission_in,
    convert_price,
    from_fob,
    price_from_cost,
    to_fob,
    with_commission,
    without_commission,
)
from tradecrm.core.problems import Refusal
from tradecrm.core.profit import insurance_premium

D = Decimal
EXAMPLE = PriceParts(
    freight=D("0.96"), insurance_rate=D("0.0032"), insurance_markup=D("0.10"), commission=D("0.04")
)
COSTED = PriceParts(D(640), D("0.0032"), D("0.10"), D("0.02"), D("0.001"))


def test_the_worked_conversions_of_2_7() -> None:
    cfr = cfr_from_fob(D("12.40"), EXAMPLE)
    assert cfr == D("13.36")
    assert round_to(cif_from_cfr(cfr, EXAMPLE), 4) == D("13.4072")
    assert round_to(cifc_from_cfr(cfr, EXAMPLE), 4) == D("13.9679")
    assert round_to(cifc_from_cfr(cfr, EXAMPLE, Cifc.TWO_STEP), 4) == D("13.9658")


def test_a_premium_is_taken_from_the_price_it_insures() -> None:
    """Never ``CFR x (1 + (1+m)R)`` and never ``net x (1 + c)`` (section 2.7)."""
    cfr = D("13.36")
    assert cif_from_cfr(cfr, EXAMPLE) != cfr * (1 + EXAMPLE.insured)
    cif = cif_from_cfr(cfr, EXAMPLE)
    assert round_to(cif * EXAMPLE.insured + cfr - cif, 10) == 0
    price = with_commission(D(96), EXAMPLE)
    assert (price, commission_in(price, EXAMPLE)) == (D(100), D(4))
    assert without_commission(price, EXAMPLE) == D(96)


def test_what_is_insured_and_for_how_much() -> None:
    """The premium of T1 (2.5), then with each option of section 2.7; in two steps commission is left out."""
    cif, rate, plain = D("15420.60"), D("0.01"), Insuring()
    assert insurance_premium(D(15420), D("0.0015"), "USD") == D("25.44")
    assert plain.amount(cif, D("0.1")) == D("16962.66")
    assert replace(plain, whole=True).amount(cif, D("0.1")) == D(16963)
    assert replace(plain, whole=True).amount(D(15420), D("0.1")) == D(16962), "a whole amount stays"
    two = replace(plain, way=Cifc.TWO_STEP)
    assert two.amount(D("13.9658"), D("0.1"), D("0.04")) == D("13.9658") * D("0.96") * D("1.1")
    premiums = [
        insurance_premium(cif, rate, "USD", insuring=each)
        for each in (plain, replace(plain, least=D(200)), replace(plain, least=D(100)))
    ]
    assert premiums == [D("169.63"), D("200.00"), D("169.63")]
    assert insurance_premium(cif, rate, "JPY", insuring=replace(plain, whole=True)) == D(170)
    assert insurance_premium(cif, D(0), "USD", insuring=replace(plain, least=D(200))) == 0, (
        "nothing is insured"
    )


def test_the_worked_prices_from_cost_of_2_7() -> None:
    assert round_to(price_from_cost(D(46500), D("7.00"), COSTED, margin=D("0.10")), 2) == D("8318.70")
    assert round_to(price_from_cost(D(46500), D("7.00"), COSTED, markup=D("0.15")), 2) == D("8487.40")


def test_the_price_from_cost_keeps_the_margin_wished_for() -> None:
    price = price_from_cost(D(46500), D(7), COSTED, margin=D("0.10"))
    deducted = price * (COSTED.insured + COSTED.commission + COSTED.bank_fee) + COSTED.freight
    assert round_to((price - deducted - D(46500) / 7) / price, 10) == D("0.1")


@pytest.mark.parametrize("basis", list(PriceBasis))
@pytest.mark.parametrize("way", list(Cifc))
@given(fob=st.decimals("0.0001", "99999", places=4))
def test_every_basis_goes_there_and_back(*, basis: PriceBasis, way: Cifc, fob: Decimal) -> None:
    there = from_fob(fob, basis, EXAMPLE, way)
    assert round_to(to_fob(there, basis, EXAMPLE, way), 10) == fob


def test_a_price_is_quoted_again_at_another_insurance_markup() -> None:
    """Back to CFR, then forward (section 2.7)."""
    cif = from_fob(D("12.40"), PriceBasis.CIF, EXAMPLE)
    higher = replace(EXAMPLE, insurance_markup=D("0.30"))
    again = convert_price(cif, PriceBasis.CIF, PriceBasis.CIF, EXAMPLE, anew=higher)
    assert round_to(again, 10) == round_to(D("13.36") / (1 - D("1.3") * D("0.0032")), 10)
    assert round_to(cfr_from_cif(again, higher), 10) == D("13.36")


@pytest.mark.parametrize(
    ("parts", "margin"),
    [
        (PriceParts(commission=D(1)), D(0)),
        (PriceParts(commission=D("0.6"), bank_fee=D("0.4")), D(0)),
        (PriceParts(commission=D("0.5")), D("0.5")),
        (PriceParts(insurance_rate=D("0.95")), D(0)),
    ],
)
def test_a_denominator_of_zero_or_below_is_refused_in_words(*, parts: PriceParts, margin: Decimal) -> None:
    with pytest.raises(Refusal, match="100 % of the price"):
        price_from_cost(D(100), D(7), parts, margin=margin)
    if parts.bank_fee == 0 and margin == 0:
        with pytest.raises(Refusal, match="Lower one of them"):
            from_fob(D(1), PriceBasis.CIFC, parts)


def test_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(Refusal, match="rate must be above zero"):
        price_from_cost(D(100), D(0), COSTED)
