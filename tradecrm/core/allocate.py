"""Sharing an amount over weights by largest remainder, so that the parts always sum to the total."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

from tradecrm.core.money import fits_currency, format_amount, minor_units
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import N_, _


class Basis(enum.StrEnum):
    """By what a shared cost is spread over lines (分摊依据), domain.md section 2.6."""

    VALUE = "value"
    QUANTITY = "quantity"
    NET_WEIGHT = "net_weight"
    GROSS_WEIGHT = "gross_weight"
    VOLUME = "volume"
    CARTONS = "cartons"
    CHARGEABLE = "chargeable"
    EQUAL = "equal"
    MANUAL = "manual"
    DIRECT = "direct"


BASIS_TITLES: tuple[tuple[Basis, str], ...] = (
    (Basis.VALUE, N_("By value")),
    (Basis.QUANTITY, N_("By quantity")),
    (Basis.NET_WEIGHT, N_("By net weight")),
    (Basis.GROSS_WEIGHT, N_("By gross weight")),
    (Basis.VOLUME, N_("By volume")),
    (Basis.CARTONS, N_("By cartons")),
    (Basis.CHARGEABLE, N_("By chargeable weight")),
    (Basis.EQUAL, N_("Equally")),
    (Basis.MANUAL, N_("By hand")),
    (Basis.DIRECT, N_("Direct to the line")),
)


def allocate(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Split ``total`` (in ``currency``) over ``weights``; the parts sum to it exactly (section 2.6).

    Left-over minor units go by descending fraction, then larger weight, then lower line number.
    Raises Refusal when the weights sum to zero, one is negative, or ``total`` has too many decimals.
    """
    if any(weight < 0 for weight in weights):
        raise Refusal.of(_("A weight below zero cannot share a cost. Choose another basis."), "basis")
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = math.lcm(*(below for _above, below in ratios))
    shares = [above * (common // below) for above, below in ratios]
    whole = sum(shares)
    if whole == 0:
        raise Refusal.of(
            _("The lines hold nothing to share the cost by. Fill it in or choose another basis."), "basis"
        )
    if not fits_currency(total, currency):
        raise Refusal.of(
            _("{amount} has more decimals than {currency} allows. Round it first.").format(
                amount=total, currency=currency
            ),
            "amount",
        )
    decimals = minor_units(currency)
    units = int(abs(total).scaleb(decimals))
    floors = [units * share // whole for share in shares]
    left = units - sum(floors)
    if left:
        order = sorted(range(len(shares)), key=lambda i: (-(units * shares[i] % whole), -shares[i], i))
        for index in order[:left]:
            floors[index] += 1
    sign = -1 if total < 0 else 1
    return [Decimal(sign * part).scaleb(-decimals) for part in floors]


class PartOf:
    """A part of a whole that amounts are shared with: what ``allocate`` gives it beside the rest, for many amounts.

    Both are in the same unit whatever it is, the whole above zero. A part above the whole, such as goods shipped
    beyond what was ordered, is rounded to the nearest unit.
    """

    __slots__ = ("_part", "_rest", "_whole")

    def __init__(self, part: Decimal | int, whole: Decimal | int) -> None:
        above, below = part.as_integer_ratio()
        over, under = whole.as_integer_ratio()
        self._part, self._whole = above * under, over * below
        self._rest = self._whole - self._part

    def of(self, amount: Decimal, currency: str) -> Decimal:
        """Answer the part's share of ``amount``, which fits ``currency``, in whole minor units (section 2.6)."""
        decimals = minor_units(currency)
        return Decimal(self._share(int(amount.scaleb(decimals)))).scaleb(-decimals)

    def sum_of(self, amounts: Iterable[int]) -> int:
        """Answer the sum of the part's shares of amounts in minor units, each shared by itself (section 2.6)."""
        return sum(map(self._share, amounts))

    def _share(self, units: int) -> int:
        """Answer the part's share of an amount in minor units."""
        whole = self._whole
        share, own = divmod(abs(units) * self._part, whole)
        # One unit is left over unless both parts are whole. The larger fraction has it; of equal ones the larger
        # part, else the first. The two fractions add up to one.
        twice = 2 * own
        if twice > whole or (own and twice == whole and self._part >= self._rest):
            share += 1
        return share if units >= 0 else -share


def check_manual(total: Decimal, parts: Sequence[Decimal], currency: str) -> list[Problem]:
    """Answer what is wrong with parts typed by hand: they must fit the currency and sum to ``total``."""
    problems = [
        Problem(
            f"parts.{index}",
            _("{amount} has more decimals than {currency} allows. Round it first.").format(
                amount=part, currency=currency
            ),
        )
        for index, part in enumerate(parts)
        if not fits_currency(part, currency)
    ]
    rest = total - sum(parts, Decimal(0))
    if not problems and rest != 0:
        message = _("The parts must sum to {total}; {rest} is still to be placed.").format(
            total=format_amount(total, currency), rest=format_amount(rest, currency)
        )
        problems.append(Problem("parts", message))
    return problems


def manual_amounts(text: str) -> tuple[Decimal, ...]:
    """Read the amounts typed by hand, one a line, parted by semicolons; raises Refusal for what is no amount."""
    found = []
    for part in text.replace("；", ";").split(";"):
        if not part.strip():
            continue
        try:
            found.append(Decimal(part.strip().replace(",", "")))
        except ArithmeticError:
            raise Refusal.of(_("“{text}” is no amount.").format(text=part.strip()), "manual_parts") from None
    return tuple(found)
