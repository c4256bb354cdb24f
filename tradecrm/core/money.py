"""Exact money: ISO 4217 minor units and the one rounding of the program (domain.md section 11)."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _

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


ROUNDING_TITLES: tuple[tuple[Rounding, str], ...] = (
    (Rounding.HALF_UP, N_("Half away from zero: 4.345 becomes 4.35")),
    (Rounding.HALF_EVEN, N_("Half to the even digit: 4.345 becomes 4.34")),
)


def _half_up() -> Rounding:
    return Rounding.HALF_UP


_firm: ContextVar[Callable[[], Rounding]] = ContextVar("rounding", default=_half_up)
# Who asks a book or performs on it rounds as its firm does; a thread that serves nobody rounds half up.


def rounding() -> Rounding:
    """Answer the rounding of the firm whose book is being worked on here (section 11)."""
    return _firm.get()()


def round_as(firm: Callable[[], Rounding] | None) -> None:
    """Round as ``firm()`` says from now on, in this thread; None is for nobody, half up."""
    _firm.set(firm or _half_up)


@contextmanager
def rounding_of(firm: Callable[[], Rounding]) -> Iterator[None]:
    """Round as ``firm()`` says within the block; it is asked only when something is rounded."""
    before = _firm.set(firm)
    try:
        yield
    finally:
        _firm.reset(before)


def _none_whole() -> frozenset[str]:
    return frozenset()


_whole: ContextVar[Callable[[], frozenset[str]]] = ContextVar("shown_whole", default=_none_whole)
# Carried like the rounding, so that no drawing of a cell needs to be told; who serves nobody shows every decimal.


def shown_whole() -> frozenset[str]:
    """Answer the currencies whose whole amounts the firm reads without decimals (section 11)."""
    return _whole.get()()


def show_whole_as(firm: Callable[[], frozenset[str]] | None) -> None:
    """Show amounts as ``firm()`` says from now on, in this thread; None is for nobody, every decimal."""
    _whole.set(firm or _none_whole)


@contextmanager
def shown_whole_of(firm: Callable[[], frozenset[str]]) -> Iterator[None]:
    """Show amounts as ``firm()`` says within the block; it is asked only when an amount is written."""
    before = _whole.set(firm)
    try:
        yield
    finally:
        _whole.reset(before)


def minor_units(currency: str) -> int:
    """Answer the number of decimals of an ISO 4217 currency (0, 2, 3 or 4)."""
    if currency in _ZERO_DECIMALS:
        return 0
    if currency in _THREE_DECIMALS:
        return 3
    if currency in _FOUR_DECIMALS:
        return 4
    return 2


def round_to(value: Decimal, decimals: int) -> Decimal:
    """Round ``value`` to ``decimals`` places as the firm does; the only rounding of numbers in the program."""
    return value.quantize(_QUANTA[decimals], _firm.get()())


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round a computed amount to the minor units of ``currency`` (JPY 98.5 becomes 99)."""
    return round_to(amount, minor_units(currency))


def shown_units(currency: str, *amounts: Decimal) -> int:
    """Answer with how many decimals amounts are shown together: none where the firm shows ``currency`` whole.

    Only idle zeros are left out: as soon as one of the amounts has cents, all show them. An amount is never
    rounded to be shown, so that what people read is what was kept, and two that look alike are alike.
    """
    units = minor_units(currency)
    if not units or currency not in _whole.get()():
        return units
    return units if any(round_to(amount, units) % 1 for amount in amounts) else 0


def fits_scale(number: Decimal, decimals: int) -> bool:
    """Tell whether a number has no more than so many decimals."""
    return not number % _QUANTA[decimals]


def percent_text(fraction: Decimal, decimals: int) -> str:
    """Answer a fraction as a percentage of at most so many decimals, without its sign: 0.125 is ``12.5``."""
    return f"{round_to(fraction * 100, decimals).normalize():f}"


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


def convert(amount: Decimal, rate: Decimal, to_currency: str) -> Decimal:
    """Convert ``amount`` at ``rate`` (units of ``to_currency`` per 1 unit) with one rounding at the end."""
    return round_money(amount * rate, to_currency)


def line_amount(
    quantity: Decimal,
    price: Decimal,
    currency: str,
    discount: Decimal = Decimal(0),
) -> Decimal:
    """Answer ``round(quantity x price x (1 - discount))`` in ``currency``; ``discount`` is a fraction."""
    return round_money(quantity * price * (1 - discount), currency)


MINUS = "\N{MINUS SIGN}"
"""What people read before a number below zero; what programs read (CSV, JSON) carries the hyphen of ASCII."""


def format_number(value: Decimal, decimals: int) -> str:
    """Write ``value`` for people: thousands commas, a fixed number of decimals, a true minus, never minus zero."""
    text = f"{round_to(value, decimals):,f}"
    if not text.startswith("-"):
        return text
    return f"{MINUS}{text[1:]}" if text.strip("-0.,") else text[1:]


def format_amount(amount: Decimal, currency: str) -> str:
    """Write an amount as documents show it, ``12,345.00``, with the decimals of its currency (`shown_units`)."""
    return format_number(amount, shown_units(currency, amount))


def format_money(amount: Decimal, currency: str) -> str:
    """Write an amount with its currency code before it, ``USD 12,345.00``."""
    return f"{currency} {format_amount(amount, currency)}"
