"""Pairing typed amounts (domain.md sections 3.1 and 3.4): earmarked first, both sides exactly used."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tradecrm.core.pairing import Part, pair_up

D = Decimal
amounts = st.lists(st.integers(1, 10_000_000).map(lambda n: D(n).scaleb(-2)), min_size=1, max_size=5)


def test_kept_money_settles_its_own_contract_first() -> None:
    debits = [Part(1, D(500), 7), Part(2, D(300), 8)]
    credits_ = [Part(11, D(300), 8), Part(12, D(400))]
    pairs = pair_up(debits, credits_, "USD", "USD")
    assert [(p.debit_id, p.credit_id, p.amount) for p in pairs] == [(2, 11, D(300)), (1, 12, D(400))]


def test_across_currencies_the_rate_follows_from_both_totals() -> None:
    """900.00 EUR settle 1,000.00 USD: 0.90 each, no cent left on either side."""
    pairs = pair_up([Part(1, D("333.33")), Part(2, D("666.67"))], [Part(11, D(900))], "USD", "EUR")
    assert [p.credit_amount for p in pairs] == [D("300.00"), D("600.00")]
    assert pair_up([Part(1, D(100))], [], "USD", "EUR") == []


@settings(max_examples=50)
@given(left=amounts, right=amounts)
def test_both_sides_are_used_up_across_currencies_and_never_overdrawn(
    left: list[Decimal], right: list[Decimal]
) -> None:
    debits = [Part(n, amount) for n, amount in enumerate(left)]
    credits_ = [Part(100 + n, amount) for n, amount in enumerate(right)]
    for code in ("USD", "JPY"):
        used = [Part(p.id, D(int(p.amount) + 1) if code == "JPY" else p.amount) for p in credits_]
        pairs = pair_up(debits, used, "EUR", code)
        for part in debits:
            assert sum(p.amount for p in pairs if p.debit_id == part.id) == part.amount
        for part in used:
            mine = [p.credit_amount for p in pairs if p.credit_id == part.id]
            assert not mine or sum(mine) == part.amount
    same = pair_up(debits, credits_, "USD", "USD")
    assert sum(p.amount for p in same) == min(sum(left), sum(right))
