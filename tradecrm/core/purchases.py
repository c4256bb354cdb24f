"""How much is still to be bought for a sold line, and how a price stands to the one paid last (sections 1.4 and 6)."""

from __future__ import annotations

from decimal import Decimal

ZERO = Decimal(0)


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
