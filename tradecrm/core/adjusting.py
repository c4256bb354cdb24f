"""A discount or a charge on a whole paper (整单折扣, 附加费), shared over its lines (domain.md sections 2.6 and 11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from tradecrm.core.allocate import allocate
from tradecrm.core.money import fits_currency, format_money, line_amount, round_money, round_to
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _

_ZERO = Decimal(0)
FIELD = "adjustment"
"""Where problems of an adjustment are shown."""
RATE_DECIMALS = 6
"""Decimals of a rate as a fraction."""


class Adjustable(Protocol):
    """A paper that has a discount or charge on the whole."""

    @property
    def adjustment(self) -> Decimal:
        """Answer its amount, a discount below zero."""
        ...

    @property
    def adjustment_rate(self) -> Decimal | None:
        """Answer its rate, None for a fixed amount."""
        ...


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is taken off a whole paper (below zero) or charged on it: an ``amount`` in the paper's currency.

    With a ``rate``, signed, a fraction of the lines' sum, the amount follows the lines and ``amount`` is not read.
    """

    amount: Decimal = _ZERO
    rate: Decimal | None = None

    @classmethod
    def of(cls, paper: Adjustable) -> Adjustment:
        """Answer the adjustment of a quotation, proforma invoice or contract, as kept or as typed."""
        return cls(paper.adjustment, paper.adjustment_rate)

    def __bool__(self) -> bool:
        """Tell whether there is a discount or a charge at all."""
        return bool(self.rate if self.rate is not None else self.amount)

    def total(self, plain: Sequence[Decimal], currency: str) -> Decimal:
        """Answer the amount over lines whose rounded amounts are ``plain``, in ``currency``."""
        if self.rate is None:
            return self.amount
        return round_money(sum(plain, _ZERO) * self.rate, currency)

    def factor(self, plain: Sequence[Decimal]) -> Fraction:
        """Answer what a unit price is multiplied by after a discount on the whole, exactly; 1 without one.

        A charge pays for something beside the goods: it lifts no price over its floor (section 6).
        """
        whole = sum(plain, _ZERO)
        if self.rate is not None:
            return 1 + Fraction(min(_ZERO, self.rate))
        return 1 + Fraction(min(_ZERO, self.amount)) / Fraction(whole) if whole > 0 else Fraction(1)


def adjustment_problems(adjustment: Adjustment, plain: Sequence[Decimal], currency: str) -> list[Problem]:
    """Answer what is wrong with a discount or charge over lines of the rounded amounts ``plain``."""
    told = _what_is_wrong(adjustment, plain, currency) if adjustment else ""
    return [Problem(FIELD, told)] if told else []


def shared_problems(paper: Adjustable, lines: Iterable[Sold], currency: str) -> list[Problem]:
    """Answer what is wrong with the discount or charge of a paper over its lines; nothing where it has none."""
    adjustment = Adjustment.of(paper)
    return adjustment_problems(adjustment, plain_amounts(lines, currency), currency) if adjustment else []


def _what_is_wrong(adjustment: Adjustment, plain: Sequence[Decimal], currency: str) -> str:
    rate, whole = adjustment.rate, sum(plain, _ZERO)
    if rate is not None and not -1 < rate <= 1:
        return _("A discount on the whole is less than 100 %, a charge at most 100 %.")
    if rate is not None and rate != round_to(rate, RATE_DECIMALS):
        return _("A rate has at most four decimals, such as 3.3333 %.")
    amount, told = adjustment.total(plain, currency), ""
    if not fits_currency(amount, currency):
        told = _("{amount} has more decimals than {currency} allows.").format(
            amount=abs(amount), currency=currency
        )
    elif whole <= 0:
        told = _("The lines have no amount that a discount or charge could be shared over.")
    elif whole + amount <= 0:
        words = _("The discount takes all of {total}; it must leave something to pay.")
        told = words.format(total=format_money(whole, currency))
    return told


def shares(
    adjustment: Adjustment,
    plain: Sequence[Decimal],
    currency: str,
    kept: Mapping[int, Decimal] | None = None,
) -> tuple[Decimal, ...]:
    """Answer the share of each line, by value with the largest remainder; the shares sum to the adjustment.

    ``plain`` are the rounded amounts before it. ``kept`` holds, by place from 0, the shares of lines that are
    shipped in full: they stay as they were invoiced, and the other lines bear the rest. Raises Refusal as
    ``adjustment_problems`` tells, and where no line is left to bear the rest.
    """
    fixed = dict(kept or {})
    if not adjustment and not any(fixed.values()):
        return (_ZERO,) * len(plain)
    problems = adjustment_problems(adjustment, plain, currency)
    if problems:
        raise Refusal(problems)
    rest = adjustment.total(plain, currency) - sum(fixed.values(), _ZERO)
    if not rest:
        return tuple(fixed.get(place, _ZERO) for place in range(len(plain)))
    weights = [_ZERO if place in fixed else amount for place, amount in enumerate(plain)]
    if sum(weights, _ZERO) + min(_ZERO, rest) <= 0:
        raise Refusal.of(
            _(
                "{amount} of the discount or charge would fall on goods that are shipped and invoiced. "
                "Give it by a credit or debit note instead."
            ).format(amount=format_money(rest, currency)),
            FIELD,
        )
    parts = allocate(rest, weights, currency)
    return tuple(fixed.get(place, part) for place, part in enumerate(parts))


class Sold(Protocol):
    """A line of goods that is priced: a quantity at a price, with the line's own discount as a fraction."""

    @property
    def quantity(self) -> Decimal:
        """Answer how much is sold."""
        ...

    @property
    def price(self) -> Decimal:
        """Answer the price of a unit."""
        ...

    @property
    def discount(self) -> Decimal:
        """Answer the line's own discount as a fraction."""
        ...


@dataclass(frozen=True, slots=True)
class Priced:
    """The lines of a paper in its currency: the rounded amount of each before the whole's discount, and its share."""

    plain: tuple[Decimal, ...]
    shares: tuple[Decimal, ...]

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """Answer what each line is worth: its rounded amount and its share."""
        return tuple(amount + share for amount, share in zip(self.plain, self.shares, strict=True))

    @property
    def adjustment(self) -> Decimal:
        """Answer the discount (below zero) or charge on the whole."""
        return sum(self.shares, _ZERO)

    @property
    def total(self) -> Decimal:
        """Answer the total of the paper, the sum of its lines' amounts."""
        return sum(self.plain, _ZERO) + self.adjustment


def plain_amounts(lines: Iterable[Sold], currency: str) -> tuple[Decimal, ...]:
    """Answer the rounded amount of each line before any share of a discount on the whole (section 11)."""
    return tuple(line_amount(line.quantity, line.price, currency, line.discount) for line in lines)


def priced(
    lines: Iterable[Sold],
    currency: str,
    adjustment: Adjustment,
    kept: Mapping[int, Decimal] | None = None,
) -> Priced:
    """Answer the amounts of a paper's lines with their shares of ``adjustment``; ``kept``, refusals as ``shares``."""
    plain = plain_amounts(lines, currency)
    return Priced(plain, shares(adjustment, plain, currency, kept))


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A contract line's quantity and share, and what of both is on other shipments already."""

    ordered: Decimal
    adjusted: Decimal
    taken: Decimal = _ZERO
    taken_adjusted: Decimal = _ZERO


def shipped_share(line: SharedLine, quantity: Decimal, currency: str) -> Decimal:
    """Answer what a shipment of ``quantity`` takes of its contract line's share of a discount or charge.

    It takes the part of what other shipments left that its quantity is of the quantity they left, so the
    shipment that completes the line takes the rest and all of them add up to the share exactly. Goods beyond the
    ordered quantity (溢装) are reckoned like the price: a unit bears share / ordered. Of a line that is delivered
    short the part of the missing goods is taken by none.
    """
    if not line.adjusted and not line.taken_adjusted:
        return _ZERO
    left = max(_ZERO, line.ordered - line.taken)
    within = min(quantity, left)
    share = (line.adjusted - line.taken_adjusted) * within / left if left else _ZERO
    beyond = (quantity - within) * line.adjusted / line.ordered if line.ordered else _ZERO
    return round_money(share, currency) + round_money(beyond, currency)
