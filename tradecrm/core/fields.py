"""The kinds of field; one enumeration decides form control, cell, import parsing and report format."""

from __future__ import annotations

import enum


class FieldKind(enum.StrEnum):
    """What a value is, wherever it is typed, shown, imported or printed."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CODE = "code"
    CHOICE = "choice"
    REF = "ref"
    BOOL = "bool"
    INTEGER = "integer"
    MONEY = "money"
    PRICE = "price"
    QUANTITY = "quantity"
    RATE = "rate"
    PERCENT = "percent"
    WEIGHT = "weight"
    VOLUME = "volume"
    LENGTH = "length"
    DATE = "date"
    DATETIME = "datetime"
    CURRENCY = "currency"
    COUNTRY = "country"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"


NUMERIC = frozenset(
    {
        FieldKind.INTEGER,
        FieldKind.MONEY,
        FieldKind.PRICE,
        FieldKind.QUANTITY,
        FieldKind.RATE,
        FieldKind.PERCENT,
        FieldKind.WEIGHT,
        FieldKind.VOLUME,
        FieldKind.LENGTH,
    }
)
"""Kinds that are right-aligned, summed where it makes sense, and parsed as exact numbers."""

MAX_DECIMALS = {
    FieldKind.INTEGER: 0,
    FieldKind.MONEY: 4,
    FieldKind.PRICE: 6,
    FieldKind.QUANTITY: 4,
    FieldKind.RATE: 10,
    FieldKind.PERCENT: 6,
    FieldKind.WEIGHT: 4,
    FieldKind.VOLUME: 6,
    FieldKind.LENGTH: 4,
}
"""How many decimals the book keeps of each numeric kind; percentages are kept as fractions."""
