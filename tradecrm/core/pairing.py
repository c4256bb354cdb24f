"""Which credit settles which debit when only the amounts of either side are typed (domain.md sections 3.1, 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tradecrm.core.allocate import allocate
from tradecrm.core.money import round_money

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """What of an item is settled: its id, the amount in its currency, and the contract it belongs to or is kept for."""

    id: int
    amount: Decimal
    contract_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A credit settles a debit: the amount in the debit's currency, and what of the credit that takes."""

    debit_id: int
    credit_id: int
    amount: Decimal
    credit_amount: Decimal


def pair_up(
    debits: Sequence[Part], credits_: Sequence[Part], currency: str, credit_currency: str
) -> list[Pair]:
    """Answer the pairs that settle the typed amounts: money kept for a contract with its invoices first, else in order.

    Within one currency the shorter side ends it; across currencies both sides are used up, at the rate that the two
    totals give, and the last pair of each credit takes what rounding left (section 3.4).
    """
    left = {part.id: part.amount for part in debits if part.amount > 0}
    given = [part for part in credits_ if part.amount > 0]
    if currency == credit_currency:
        worth = {part.id: part.amount for part in given}
    elif left and given:
        total = sum(left.values(), ZERO)
        shares = allocate(total, [part.amount for part in given], currency)
        worth = dict(zip((part.id for part in given), shares, strict=True))
    else:
        return []
    taken: list[tuple[int, int, Decimal]] = []
    for own in (True, False):
        for credit in given:
            for debit in debits:
                if own and (credit.contract_id is None or credit.contract_id != debit.contract_id):
                    continue
                part = min(left.get(debit.id, ZERO), worth[credit.id])
                if part > 0:
                    taken.append((debit.id, credit.id, part))
                    left[debit.id] -= part
                    worth[credit.id] -= part
    return _valued(taken, given, currency, credit_currency)


def _valued(
    taken: Sequence[tuple[int, int, Decimal]], given: Sequence[Part], currency: str, credit_currency: str
) -> list[Pair]:
    """Answer the pairs with what each takes of its credit; the last of a credit takes the rest of it."""
    if currency == credit_currency:
        return [Pair(debit, credit, amount, amount) for debit, credit, amount in taken]
    pairs = []
    for credit in given:
        mine = [(debit, amount) for debit, key, amount in taken if key == credit.id]
        whole = sum((amount for _debit, amount in mine), ZERO)
        rest = credit.amount
        for place, (debit, amount) in enumerate(mine):
            last = place == len(mine) - 1
            part = rest if last else round_money(credit.amount * amount / whole, credit_currency)
            pairs.append(Pair(debit, credit.id, amount, part))
            rest -= part
    return pairs
