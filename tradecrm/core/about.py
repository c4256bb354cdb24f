"""“About” in a letter of credit: ten per cent on the item it stands before, and on that item only (section 1.4)."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from tradecrm.core.currencies import is_currency

LEEWAY = Decimal("0.1")
"""What “about” or “approximately” allows above and below (UCP 600 article 30a), as a fraction."""


class Item(enum.StrEnum):
    """What a credit states, and “about” may stand before."""

    AMOUNT = "amount"
    QUANTITY = "quantity"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class About:
    """A place where a credit says “about”: the item, the words as they stand, the number and its currency or unit."""

    item: Item
    words: str
    number: Decimal
    unit: str = ""

    @property
    def least(self) -> Decimal:
        """Answer the least that the words allow, not rounded."""
        return self.number * (1 - LEEWAY)

    @property
    def most(self) -> Decimal:
        """Answer the most that the words allow, not rounded."""
        return self.number * (1 + LEEWAY)


_WORD = (
    r"(?:\bABOUT\b|\bAPPROXIMATELY\b|\bAPPROX\b\.?|\bCIRCA\b|\bCA\.|大约"
    r"|(?<![合签契违公条特预节制履大])约(?![定束]))"
)
"""约 inside of 合约 or 约定 is a contract, and no “about”."""
_CHINESE = r"美元|欧元|人民币|英镑|港元|日元"
_MARK = rf"(?:US\$|HK\$|RMB|[$€£¥]|{_CHINESE}|[A-Z]{{3}})"
_PLACE = re.compile(rf"{_WORD}\s*(?P<before>{_MARK})?\s*(?P<number>\d[\d.,]*)\s*(?P<after>{_MARK}\b)?")
_LEADING = re.compile(rf"^\s*{_WORD}\s*")
_CURRENCY_BEFORE = re.compile(rf"({_MARK})\s*$")
_SIGNS = {
    "US$": "USD", "$": "USD", "HK$": "HKD", "RMB": "CNY", "€": "EUR", "£": "GBP", "¥": "CNY", "美元": "USD",
    "欧元": "EUR", "人民币": "CNY", "英镑": "GBP", "港元": "HKD", "日元": "JPY", "元": "CNY",
}  # fmt: skip
_MONEY_AFTER = re.compile(rf"\s*({_CHINESE}|元)")
_NO_ITEM = re.compile(
    r"\s*(?:%|PCT\b|PER ?CENT\b|(?:DAY|WEEK|MONTH|YEAR|HOUR)S?\b|TH\b|ST\b|ND\b|RD\b|天|日|周|个?月|年|号|小时|"
    r"(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*\b)"
)
_OF_EACH = re.compile(r"\s*(?:/|PER\b|EACH\b|A\s+PIECE|每)")
_PRICE_BEFORE = re.compile(rf"(?:@|\bAT|\bPRICE(?:\s+OF)?|单价)[\s:：为]*(?:{_MARK})?\s*$")
_AMOUNT_BEFORE = re.compile(
    rf"(?:\b(?:AMOUNT|VALUE|SUM|TOTAL)|金额|总额|总值)[^\d\n]{{0,16}}(?:{_MARK})?\s*$"
)
_QUANTITY_BEFORE = re.compile(r"(?:\b(?:QUANTITY|QTY)|数量)[^\d\n]{0,10}$")
_UNIT = re.compile(r"\s*([A-Z]{1,12}|公斤|千克|公吨|平方米|立方米|[\u4e00-\u9fff])")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_SWIFT = re.compile(r"\d+,\d{0,2}")
"""An amount as SWIFT writes it: no mark between thousands, a comma before the decimals."""
_DATED = re.compile(r"\bON\s+OR\s+$")
"""“On or about” speaks of a day, five days either side (article 3), and of no amount."""


def abouts(text: str) -> tuple[About, ...]:
    """Answer every item of a credit's text before which “about”, “approximately”, “circa” or 约 stands, in its order.

    Days, dates and percentages are no items; what cannot be told apart is left out, for a person to judge.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    found = []
    for place in _PLACE.finditer(plain):
        before, rest = plain[: place.start()][-40:], plain[place.end() :][:40]
        number = _number(place["number"])
        if number is None or _DATED.search(before) or _NO_ITEM.match((place["after"] or "") + rest):
            continue
        kind = _kind(place, before, rest)
        if kind is not None:
            item, unit = kind
            shown = plain[place.start() : place.end("number")].rstrip(".,")
            words = f"{shown} {unit}" if unit and unit not in shown else shown
            found.append(About(item, " ".join(words.split()), number, unit))
    return tuple(found)


def without_about(text: str) -> tuple[str, str]:
    """Answer the “about” that a typed number begins with, as typed, and the rest; empty and all of it without one."""
    plain = unicodedata.normalize("NFKC", text)
    place = _LEADING.match(plain.upper())
    return ("", text) if place is None else (plain[: place.end()].strip(), plain[place.end() :])


def _kind(place: re.Match[str], before: str, rest: str) -> tuple[Item, str] | None:
    """Answer the item and its currency or unit, None where the words do not tell."""
    after = place["after"] if place["after"] and _code(place["after"]) else ""
    if place["after"] and not after:
        rest = place["after"] + rest
    behind, ahead = _MONEY_AFTER.match(rest), _CURRENCY_BEFORE.search(before)
    marks = (place["before"], after, behind and behind[1], ahead and ahead[1])
    currency = next((code for code in map(_code, marks) if code), "")
    if place["before"] and not _code(place["before"]):
        return None
    if currency:
        left = rest if behind is None else rest[behind.end() :]
        each = _OF_EACH.match(left) or _PRICE_BEFORE.search(before)
        return (Item.PRICE if each else Item.AMOUNT), currency
    if _AMOUNT_BEFORE.search(before):
        return Item.AMOUNT, ""
    if _PRICE_BEFORE.search(before):
        return Item.PRICE, ""
    unit = _UNIT.match(rest)
    if unit is not None or _QUANTITY_BEFORE.search(before):
        return Item.QUANTITY, "" if unit is None else unit[1]
    return None


def _code(mark: str | None) -> str:
    """Answer the currency of a mark, empty for three letters that are none."""
    return "" if mark is None else _SIGNS.get(mark, mark if is_currency(mark) else "")


def _number(text: str) -> Decimal | None:
    """Answer a number as credits write it, None for what may be read in two ways."""
    plain = text.rstrip(".,")
    if _THOUSANDS.fullmatch(plain):
        return Decimal(plain.replace(",", ""))
    if _PLAIN.fullmatch(plain):
        return Decimal(plain)
    return Decimal(plain.replace(",", ".")) if _SWIFT.fullmatch(plain) else None
