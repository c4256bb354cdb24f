"""Currencies and countries to choose from: by code, by English and Chinese name, and by pinyin initials."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.text import current_language
from tradecrm.screens.draft import Ref
from tradecrm.screens.spec import PickerSpec

_FIRST_CURRENCIES = ("USD", "CNY", "EUR", "GBP", "JPY", "HKD", "AUD", "CAD")
_NOT_MONEY = frozenset(
    {"XXX", "XTS", "XAU", "XAG", "XPT", "XPD", "XDR", "XUA", "XSU", "XBA", "XBB", "XBC", "XBD"}
)
_NO_COUNTRY = frozenset({"ZZ", "EU", "EZ", "UN", "XA", "XB", "QO"})
_SHOWN = 20


@functools.cache
def _names(kind: FieldKind) -> tuple[tuple[str, str, str, str], ...]:
    """Answer (code, English name, Chinese name, pinyin initials); read once, on a reader lane."""
    from babel import Locale
    from babel.numbers import get_territory_currencies

    english, chinese = Locale("en"), Locale("zh")
    lands = sorted(str(code) for code in english.territories if len(str(code)) == 2)
    if kind is FieldKind.COUNTRY:
        codes = [code for code in lands if code not in _NO_COUNTRY]
        pairs = [(code, english.territories[code], chinese.territories.get(code, "")) for code in codes]
    else:
        tender = {code for land in lands for code in get_territory_currencies(land)}
        found = sorted(code for code in tender if code not in _NOT_MONEY)
        first = [code for code in _FIRST_CURRENCIES if code in tender]
        rest = [code for code in found if code not in _FIRST_CURRENCIES]
        pairs = [
            (code, english.currencies.get(code, code), chinese.currencies.get(code, ""))
            for code in first + rest
        ]
    return tuple((code, name, hanzi, _initials(hanzi)) for code, name, hanzi in pairs)


def _initials(hanzi: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(hanzi, style=Style.FIRST_LETTER)).lower() if hanzi else ""


def _rank(entry: tuple[str, str, str, str], typed: str) -> int | None:
    """Answer how well an entry fits, 0 best, None not at all."""
    code, english, chinese, initials = entry
    name = english.lower()
    tests = (
        code.lower() == typed,
        code.lower().startswith(typed),
        name.startswith(typed) or chinese.startswith(typed),
        initials.startswith(typed),
        any(word.startswith(typed) for word in name.split()),
        typed in name or typed in chinese,
    )
    return next((rank for rank, fits in enumerate(tests) if fits), None)


def find_codes(kind: FieldKind, text: str) -> tuple[Ref, ...]:
    """Answer at most twenty currencies or countries that fit what was typed, best first."""
    typed = text.strip().lower()
    ranked = [(0 if not typed else _rank(entry, typed), entry) for entry in _names(kind)]
    found = sorted(((rank, n, entry) for n, (rank, entry) in enumerate(ranked) if rank is not None))
    chinese_first = current_language() == "zh_CN"
    return tuple(
        Ref(code, (chinese or english) if chinese_first else english, code=code)
        for _rank_of, _place, (code, english, chinese, _letters) in found[:_SHOWN]
    )


def currencies(_reader: Any, text: str, _within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer currencies for what was typed, as a picker's query."""
    return find_codes(FieldKind.CURRENCY, text)


def countries(_reader: Any, text: str, _within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer countries for what was typed, as a picker's query."""
    return find_codes(FieldKind.COUNTRY, text)


CODE_PICKERS = {FieldKind.CURRENCY: PickerSpec(currencies), FieldKind.COUNTRY: PickerSpec(countries)}
"""The pickers of the kinds whose values are codes."""
