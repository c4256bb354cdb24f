"""Exact money: ISO 4217 minor units and the one rounding of the program (domain.md section 11)."""

from __future__ import annotations

import enum
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from tradecrm.core.problems import Problem
from tradecrm.core.text import _

_ZERO_DECIMALS = frozenset(
    [
        "JPY",
        "KRW",
        "VND",
        "CLP",
        "ISK",
        "PYG",
        "UGX",
        "RWF",
        "XAF",
        "XOF",
        "XPF",
        "BIF",
        "DJF",
        "GNF",
        "KMF",
        "VUV",
        "UYI",
    ]
)
_THREE_DECIMALS = frozenset(["KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"])
_FOUR_DECIMALS = frozenset(("CLF", "UYW"))
_QUANTA = {n: Decimal(1).scaleb(-n) for n in range(11)}


class Rounding(enum.StrEnum):
    """The firm's rounding mode; half up means away from zero, so -0.5 becomes -1."""

    HALF_UP = ROUND_HALF_UP
    HALF_EVEN = ROUND_HALF_EVEN


def minor_units(currency: str) -> int:
    """Answer the number of decimals of an ISO 4217 currency (0, 2, 3 or 4)."""
    if currency in _ZERO_DECIMALS:
        return 0
    if currency in _THREE_DECIMALS:
        return 3
    if currency in _FOUR_DECIMALS:
        return 4
    return 2


def round_to(value: Decimal, decimals: int, mode: Rounding = Rounding.HALF_UP) -> Decimal:
    """Round ``value`` to ``decimals`` places; the only rounding of numbers in the program."""
    return value.quantize(_QUANTA[decimals], mode)


def round_money(amount: Decimal, currency: str, mode: Rounding = Rounding.HALF_UP) -> Decimal:
    """Round a computed amount to the minor units of ``currency`` (JPY 98.5 becomes 99)."""
    return round_to(amount, minor_units(currency), mode)


def fits_currency(amount: Decimal, currency: str) -> bool:
    """Tell whether a typed amount has no more decimals than its currency allows (JPY 98.5 does not fit)."""
    return amount == round_to(amount, minor_units(currency))


def decimal_problems(*typed: tuple[str, Decimal, str]) -> list[Problem]:
    """Answer a problem for each typed (field, amount, currency) that does not fit its currency (section 11)."""
    return [
        Problem(
            field,
            _("{amount} has more decimals than {currency} allows.").format(amount=amount, currency=currency),
        )
        for field, amount, currency in typed
        if not fits_currency(amount, currency)
    ]


def currency_problems(field: str, currency: str) -> list[Problem]:
    """Answer the problem of a typed currency that is no code of three capital letters; none when it is one."""
    if len(currency) == 3 and currency.isupper():
        return []
    return [Problem(field, _("The currency is a code of three letters, such as USD."))]


def convert(amount: Decimal, rate: Decimal, to_currency: str, mode: Rounding = Rounding.HALF_UP) -> Decimal:
    """Convert ``amount`` at ``rate`` (units of ``to_currency`` per 1 unit) with one rounding at the end."""
    return round_money(amount * rate, to_currency, mode)


def cross(
    amount: Decimal,
    rate_from: Decimal,
    rate_to: Decimal,
    to_currency: str,
    mode: Rounding = Rounding.HALF_UP,
) -> Decimal:
    """Convert between two foreign currencies by their base rates; the cross rate itself is never rounded."""
    return round_money(amount * rate_from / rate_to, to_currency, mode)


def line_amount(
    quantity: Decimal,
    price: Decimal,
    currency: str,
    discount: Decimal = Decimal(0),
    mode: Rounding = Rounding.HALF_UP,
) -> Decimal:
    """Answer ``round(quantity x price x (1 - discount))`` in ``currency``; ``discount`` is a fraction."""
    return round_money(quantity * price * (1 - discount), currency, mode)


MINUS = "\N{MINUS SIGN}"
"""What people read before a number below zero; what programs read (CSV, JSON) carries the hyphen of ASCII."""


def format_number(value: Decimal, decimals: int) -> str:
    """Write ``value`` for people: thousands commas, a fixed number of decimals, a true minus, never minus zero."""
    text = f"{round_to(value, decimals):,f}"
    if not text.startswith("-"):
        return text
    return f"{MINUS}{text[1:]}" if text.strip("-0.,") else text[1:]


def format_amount(amount: Decimal, currency: str) -> str:
    """Write an amount as documents show it, ``12,345.00``, with the decimals of its currency."""
    return format_number(amount, minor_units(currency))


def format_money(amount: Decimal, currency: str) -> str:
    """Write an amount with its currency code before it, ``USD 12,345.00``."""
    return f"{currency} {format_amount(amount, currency)}"
