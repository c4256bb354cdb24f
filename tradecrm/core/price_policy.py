"""Floors (底价), price steps and which price of which list holds (domain.md section 6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tradecrm.core.incoterms import RULES
from tradecrm.core.pricing import PriceBasis, PriceParts, convert_price, price_from_cost
from tradecrm.core.problems import Refusal

_ZERO = Decimal(0)
_WHOLE = Fraction(1)
_WITHOUT_FREIGHT = frozenset(("EXW", "FCA", "FAS", "FOB"))
_WITH_FREIGHT = frozenset(("CFR", "CPT"))


@dataclass(frozen=True, slots=True)
class ListPrice:
    """A price of a list from a quantity on, with its floor, both in the list's currency and on its Incoterm.

    ``party_id`` or ``grade`` say whom the list is for, neither: everyone. ``max_discount`` is a fraction.
    """

    list_name: str
    incoterm: str
    price: Decimal
    floor: Decimal | None = None
    from_quantity: Decimal = _ZERO
    grade: str = ""
    party_id: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    max_discount: Decimal | None = None

    @property
    def rank(self) -> int:
        """Answer 2 for a list of one customer, 1 for one of a grade, 0 for one of everyone."""
        if self.party_id is not None:
            return 2
        return 1 if self.grade else 0

    def holds(self, party_id: int, grade: str, day: date, quantity: Decimal) -> bool:
        """Tell whether the price is for this customer, on this day and for so many."""
        if self.party_id is not None and self.party_id != party_id:
            return False
        if self.party_id is None and self.grade and self.grade != grade:
            return False
        begun = self.valid_from is None or self.valid_from <= day
        return (
            begun and (self.valid_until is None or day <= self.valid_until) and self.from_quantity <= quantity
        )


def best_price(
    prices: Iterable[ListPrice], *, party_id: int, grade: str, day: date, quantity: Decimal
) -> ListPrice | None:
    """Answer the price that holds: the customer's own list before the grade's before everyone's.

    Of several lists of one rank the one that began last counts, and in it the largest quantity reached.
    """
    fitting = [each for each in prices if each.holds(party_id, grade, day, quantity)]
    if not fitting:
        return None
    return max(
        fitting, key=lambda each: (each.rank, each.valid_from or date.min, each.list_name, each.from_quantity)
    )


def round_up(price: Decimal, step: Decimal) -> Decimal:
    """Round a price up to the price step, 0.01 as a rule; one that is on a step stays."""
    steps = price // step
    return steps * step if steps * step == price else (steps + 1) * step


def floor_price(
    net_unit_cost: Decimal,
    rate: Decimal,
    margin: Decimal,
    *,
    step: Decimal = Decimal("0.01"),
    parts: PriceParts | None = None,
) -> Decimal:
    """Answer ``net unit cost / (rate x (1 - margin))`` with the deductions of section 2.7, up to the step.

    ``net_unit_cost`` is base money after the rebate, ``rate`` base money per unit of the currency. Raises
    Refusal where margin and deductions take the whole price.
    """
    return round_up(price_from_cost(net_unit_cost, rate, parts or PriceParts(), margin=margin), step)


def net_price(price: Decimal, discount: Decimal, factor: Fraction = _WHOLE) -> Decimal:
    """Answer the unit price after the line's discount and that on the whole paper (``factor``), unrounded."""
    net = price * (1 - discount)
    return net if factor == 1 else net * factor.numerator / factor.denominator


def below_floor(price: Decimal, discount: Decimal, floor: Decimal | None, factor: Fraction = _WHOLE) -> bool:
    """Tell whether the exact net unit price is strictly below the floor; without a floor it is not.

    ``factor`` is what a discount on the whole paper leaves of a price.
    """
    return floor is not None and _short_of(floor, price, discount, factor)


def _short_of(least: Decimal, price: Decimal, discount: Decimal, factor: Fraction) -> bool:
    """Tell whether a net price falls short of ``least``, compared as it is, without rounding."""
    net = price * (1 - discount)
    return net < least if factor == 1 else Fraction(net) * factor < Fraction(least)


def price_basis(incoterm: str) -> PriceBasis:
    """Answer what a price on an Incoterm holds: goods, goods and freight, or insurance too."""
    if incoterm not in RULES:
        raise ValueError(f"{incoterm} is no Incoterm")
    if incoterm in _WITHOUT_FREIGHT:
        return PriceBasis.FOB
    return PriceBasis.CFR if incoterm in _WITH_FREIGHT else PriceBasis.CIF


def on_terms(price: Decimal, source: str, target: str, parts: PriceParts) -> Decimal | None:
    """Answer a listed price on another Incoterm, unrounded; None where it cannot be said (section 2.7).

    Freight and insurance are added to a price without them; they are never taken out of one that holds them,
    for the list's own freight is not known.
    """
    have, want = price_basis(source), price_basis(target)
    if have is want:
        return price
    if have is not PriceBasis.FOB:
        return None
    try:
        return convert_price(price, have, want, replace(parts, commission=_ZERO))
    except Refusal:
        return None


def beyond_discount(
    price: Decimal, discount: Decimal, listed: Decimal, most: Decimal | None, factor: Fraction = _WHOLE
) -> bool:
    """Tell whether a net price is strictly less than the listed one allows; without a limit it is not."""
    return most is not None and _short_of(listed * (1 - most), price, discount, factor)
