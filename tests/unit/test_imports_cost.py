"""Customs value, duty, taxes and landed cost of imports: the worked example of domain.md section 2.9."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tradecrm.core.allocate import Basis
from tradecrm.core.imports_cost import ImportGoods, ImportTerms, landed_costs, paid_apart
from tradecrm.core.problems import Refusal

D = Decimal
TERMS = ImportTerms("CIF", "EUR", D("7.80"), D("7.80"), port_cost=D("3280"))
GOODS = ImportGoods(D(8000), D("30000"), duty_rate=D("0.08"), vat_rate=D("0.13"))


def test_the_worked_example_of_2_9() -> None:
    """234,000; duty 18,720; VAT 32,853.60; landed 256,000.00; 32.00 a piece."""
    (found,) = landed_costs(TERMS, [GOODS])
    assert found.customs_value == D("234000.00")
    assert found.duty == D("18720.00")
    assert found.consumption_tax == 0
    assert found.import_vat == D("32853.60")
    assert found.landed == D("256000.00")
    assert found.unit_cost == D("32.00")


def test_fob_adds_freight_and_insurance_to_the_value_and_to_the_cost() -> None:
    """Section 2.9: customs value = CIF; what the price does not hold is added and paid."""
    fob = replace(TERMS, incoterm="FOB", freight=D("1400"), insurance=D("100"))
    (found,) = landed_costs(fob, [replace(GOODS, amount=D("28500"))])
    assert found.customs_value == D("234000.00")
    assert found.supplier == D("222300.00")
    assert found.landed == D("256000.00")
    assert paid_apart("CFR", D(1400), D(100)) == 100
    assert paid_apart("CIF", D(1400), D(100)) == 0


def test_the_booking_rate_makes_the_cost_and_the_customs_rate_the_taxes() -> None:
    (found,) = landed_costs(replace(TERMS, booking_rate=D("7.70")), [GOODS])
    assert found.duty == D("18720.00")
    assert found.landed == D("253000.00")


def test_consumption_tax_is_in_its_own_base() -> None:
    """Section 2.9: ``(value + duty) / (1 - t) x t``; 252,720 at 10 % gives 28,080.00."""
    (found,) = landed_costs(TERMS, [replace(GOODS, consumption_rate=D("0.10"))])
    assert found.consumption_tax == D("28080.00")
    assert found.import_vat == D("36504.00")
    assert found.landed == D("284080.00")


def test_local_costs_are_shared_without_a_rest() -> None:
    """Section 2.6: parts sum to the cost, by value, quantity, weight or equally."""
    goods = [
        replace(GOODS, quantity=D(n), amount=D(a), weight=D(w))
        for n, a, w in ((1, 100, 7), (2, 100, 2), (3, 100, 1))
    ]
    terms = replace(TERMS, port_cost=D("100"), inland_cost=D("0.01"))
    shares = {
        basis: [line.shared for line in landed_costs(replace(terms, basis=basis), goods)]
        for basis in (Basis.VALUE, Basis.QUANTITY, Basis.GROSS_WEIGHT, Basis.EQUAL)
    }
    assert shares[Basis.VALUE] == [D("33.34"), D("33.34"), D("33.33")]
    assert shares[Basis.QUANTITY] == [D("16.67"), D("33.34"), D("50.00")]
    assert shares[Basis.GROSS_WEIGHT] == [D("70.01"), D("20.00"), D("10.00")]
    assert shares[Basis.EQUAL] == shares[Basis.VALUE]
    assert all(sum(parts, D(0)) == D("100.01") for parts in shares.values())


def test_a_weight_of_nothing_shares_nothing() -> None:
    with pytest.raises(Refusal, match="nothing to share the cost by"):
        landed_costs(replace(TERMS, basis=Basis.GROSS_WEIGHT), [GOODS])
