"""How a value is written in cells, fields and facts, by its kind."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from tradecrm.core.clock import local_moment
from tradecrm.core.fields import MAX_DECIMALS, NUMERIC, FieldKind
from tradecrm.core.money import format_number, shown_units, shown_whole
from tradecrm.core.text import _
from tradecrm.screens.spec import Choice

_LEAST_DECIMALS = {FieldKind.PRICE: 2, FieldKind.RATE: 4, FieldKind.VOLUME: 3}
"""Kinds that show at least so many decimals, so that their points stand below each other."""


def shown(
    value: object,
    kind: FieldKind,
    *,
    currency: str = "",
    choices: Sequence[Choice] = (),
    decimals: int | None = None,
) -> str:
    """Answer the text of a value; empty for None. Percentages are fractions, shown times one hundred."""
    if value is None:
        return ""
    if kind is FieldKind.BOOL:
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return _shown_day(value)
    if isinstance(value, Decimal | int) and not isinstance(value, bool) and kind in NUMERIC:
        return shown_number(Decimal(value), kind, currency=currency, decimals=decimals)
    if choices:
        return next((_(choice.label) for choice in choices if choice.value == value), str(value))
    return str(value)


def shown_number(value: Decimal, kind: FieldKind, *, currency: str = "", decimals: int | None = None) -> str:
    """Answer a number with thousands commas, the decimals of its kind or currency, and a true minus sign."""
    if kind is FieldKind.PERCENT:
        value *= 100
    if decimals is None:
        decimals = _decimals(value, kind, currency)
    text = format_number(value, decimals)
    return f"{text} %" if kind is FieldKind.PERCENT else text


def plain_number(value: Decimal, kind: FieldKind) -> str:
    """Answer a number as it is typed: no commas, no trailing zeros, percentages times one hundred."""
    if kind is FieldKind.PERCENT:
        value *= 100
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_tip(text: str) -> str:
    """Answer a tooltip that shows ``text`` as it is, wrapped, never as markup."""
    return f"<p style='white-space:pre-wrap'>{html.escape(text)}</p>" if text else ""


def _shown_day(value: date) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    return f"{local_moment(value):%Y-%m-%d %H:%M}"


def _decimals(value: Decimal, kind: FieldKind, currency: str) -> int:
    if kind is FieldKind.MONEY:
        return shown_units(currency, value) if currency else 2
    if kind is FieldKind.PERCENT:
        return 1 if value == value.quantize(Decimal("0.1")) else 2
    used = max(0, -int(value.normalize().as_tuple().exponent)) if value else 0
    if kind is FieldKind.PRICE and not used and currency in shown_whole():
        return 0
    return min(max(used, _LEAST_DECIMALS.get(kind, 0)), MAX_DECIMALS[kind])
