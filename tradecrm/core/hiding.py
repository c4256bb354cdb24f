"""What a text for outsiders gives away: the name of a partner in any spelling, a price or amount (domain.md 10.1)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal

from tradecrm.core.currencies import is_currency
from tradecrm.core.names import is_chinese, name_keys, without_marks

_LEAST_KEY = 3
"""Names that are shorter without their legal form, such as AB Ltd., are looked for as a whole only."""
_PLACE = 2
"""A Chinese firm mostly begins with its place in two characters, which people leave out: 宁波明灯厂, 明灯厂."""
_WORD = re.compile(r"[^\W_]+")
_CHINESE_RUN = re.compile("([\u3400-\u4dbf\u4e00-\u9fff]+)")
_DELETED = str.maketrans("", "", ".'’`‘")
_NUMBER = re.compile(
    r"(?P<before>RMB|\b[A-Z]{3}|[$€£¥])?\s*(?<![0-9.,])(?P<number>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
    r"(?P<part>\.[0-9]+)?\s*(?P<after>M³|[A-Z]+|[%$€£¥元美]|立方|千克|公斤)?"
)
_SIGNS = frozenset("$€£¥元美") | {"RMB"}
_MEASURES = frozenset({"KG", "KGS", "CBM", "M³", "M", "MM", "CM", "T", "MT", "%", "立方", "千克", "公斤"})


def names_partner(text: str, name: str) -> bool:
    """Tell whether a text names a partner: as written, in other letters or spacing, or without its legal form."""
    if not name.strip():
        return False
    if name.strip().casefold() in text.casefold():
        return True
    words, chinese = _words(text), _chinese(text)
    for key in name_keys(name):
        if is_chinese(key):
            short = key[_PLACE:]
            if key in chinese or (len(short) >= _LEAST_KEY and short in chinese):
                return True
        elif len(key) >= _LEAST_KEY and f" {key} " in words:
            return True
    return False


def without_partner(text: str, name: str) -> str:
    """Answer a text without the words of a partner's name; as it was where nothing else would be left."""
    found = text
    for key in (name.strip(), *name_keys(name)):
        if len(key) < _LEAST_KEY:
            continue
        words = r"[\W_]+".join(re.escape(word) for word in key.split())
        if not is_chinese(key):
            words = rf"(?<!\w){words}(?!\w)"
        found = re.sub(rf"{words}[\W_]*", "", found, flags=re.IGNORECASE)
    found = found.strip(" ,;/-–")
    return found if _WORD.search(found) else text


def amounts_in(text: str, amounts: Collection[Decimal]) -> tuple[str, ...]:
    """Answer the numbers in a text that are one of ``amounts`` and written like money, as they are written.

    Written like money: with a currency beside it, with decimals and no measure after it, or thousands parted.
    """
    found = []
    for hit in _NUMBER.finditer(unicodedata.normalize("NFKC", text).upper().replace("M3", "M³")):
        written = hit["number"] + (hit["part"] or "")
        beside = hit["after"] or ""
        money = any(one in _SIGNS or is_currency(one) for one in (hit["before"] or "", beside))
        parted = beside not in _MEASURES if hit["part"] else "," in hit["number"] and not beside
        if (money or parted) and Decimal(written.replace(",", "")) in amounts:
            found.append(written)
    return tuple(dict.fromkeys(found))


def _words(text: str) -> str:
    """Answer the Latin words of a text, upper case without accents, parted and enclosed by blanks."""
    folded = unicodedata.normalize("NFKC", text).upper().replace("&", " AND ").translate(_DELETED)
    parted = _CHINESE_RUN.sub(" ", folded)
    return f" {' '.join(_WORD.findall(without_marks(parted)))} "


def _chinese(text: str) -> str:
    """Answer a text with nothing but its letters and figures, upper case."""
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", text).upper()))
