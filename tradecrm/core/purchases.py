"""How much is still to be bought for a sold line, and how a price stands to the one paid last (sections 1.4 and 6)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from decimal import Decimal

from tradecrm.core.allocate import allocate
from tradecrm.core.money import round_money
from tradecrm.core.text import N_

ZERO = Decimal(0)


class VatRounding(enum.StrEnum):
    """Where VAT is rounded that comes on top of prices: on each line, or once on the sum (section 11)."""

    LINE = "LINE"
    TOTAL = "TOTAL"


VAT_ROUNDING_TITLES: tuple[tuple[VatRounding, str], ...] = (
    (VatRounding.LINE, N_("On each line; the total is their sum")),
    (VatRounding.TOTAL, N_("Once, on the sum of the lines")),
)


def vat_on_top(
    lines: Sequence[tuple[Decimal, Decimal]], currency: str, how: VatRounding = VatRounding.LINE
) -> list[Decimal]:
    """Answer the VAT of each line (net amount, rate as a fraction) in ``currency``, so that they add up to the whole.

    Rounded on the sum, the lines share it by the largest remainder (sections 11 and 2.6).
    """
    exact = [net * rate for net, rate in lines]
    if how is VatRounding.LINE or not any(exact):
        return [round_money(each, currency) for each in exact]
    return allocate(round_money(sum(exact, ZERO), currency), exact, currency)


def to_buy(
    open_quantity: Decimal,
    coming: Decimal,
    *,
    reserved: Decimal = ZERO,
    safety: Decimal = ZERO,
    free: Decimal = ZERO,
) -> Decimal:
    """Answer what is to be bought for a sold line, never below zero (section 1.4).

    ``open_quantity`` is ordered and not shipped, ``coming`` the linked purchases that have not come in,
    ``reserved`` what came in for the line and has not left, ``free`` stock that nobody has reserved.
    """
    return max(ZERO, open_quantity + safety - reserved - coming - free)


def price_rise(price: Decimal, last: Decimal) -> Decimal | None:
    """Answer by which fraction ``price`` is above ``last``; None when nothing was paid last time."""
    return None if last <= 0 else price / last - 1


def received_value(amount: Decimal, ordered: Decimal, received: Decimal) -> Decimal:
    """Answer the unrounded value of ``received`` of ``ordered`` goods that cost ``amount`` together (section 9.1)."""
    return amount if received >= ordered else amount * received / ordered
