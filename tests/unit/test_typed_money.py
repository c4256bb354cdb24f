"""Typed amounts against their currency (domain.md section 11: yen have no decimals, dinars three)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tradecrm.core.money import currency_problems, decimal_problems


def test_every_typed_amount_is_told_at_its_field_when_its_currency_has_fewer_decimals() -> None:
    found = decimal_problems(
        ("gross", Decimal("98.5"), "JPY"),
        ("charge", Decimal("1.234"), "KWD"),
        ("lines.2.amount", Decimal("1.001"), "USD"),
    )
    assert [(problem.field, problem.message) for problem in found] == [
        ("gross", "98.5 has more decimals than JPY allows."),
        ("lines.2.amount", "1.001 has more decimals than USD allows."),
    ]


@pytest.mark.parametrize("typed", ["", "US", "usd", "USDT"])
def test_a_currency_is_a_code_of_three_capital_letters(typed: str) -> None:
    (problem,) = currency_problems("currency", typed)
    assert problem.field == "currency"
    assert "three letters" in problem.message
    assert currency_problems("currency", "USD") == []
