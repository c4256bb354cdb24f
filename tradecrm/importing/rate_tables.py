"""Rates out of a bank's page or a table, pasted or from a file: names, pairs, quotes per 100 and reciprocal ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.currencies import currencies
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType, parse_quote
from tradecrm.core.text import _
from tradecrm.importing.days import parse_day

MOST_CHARACTERS = 2_000_000
"""A longer text is no table of rates that a person copied."""

_KINDS: tuple[tuple[RateType, tuple[str, ...]], ...] = (
    (RateType.BUY, ("现汇买入价", "买入价", "buying rate", "buy")),
    (RateType.SELL, ("现汇卖出价", "卖出价", "selling rate", "sell")),
    (RateType.MID, ("中行折算价", "中间价", "基准价", "折算价", "middle rate", "mid", "reference")),
)
_CASH = ("现钞", "cash")
_NAMES = {
    "港币": "HKD", "港元": "HKD", "澳大利亚元": "AUD", "澳元": "AUD", "加拿大元": "CAD", "加元": "CAD",
    "瑞士法郎": "CHF", "新加坡元": "SGD", "新西兰元": "NZD", "韩国元": "KRW", "韩元": "KRW", "泰国铢": "THB",
    "泰铢": "THB", "卢布": "RUB", "林吉特": "MYR", "兰特": "ZAR", "丹麦克朗": "DKK", "瑞典克朗": "SEK",
    "挪威克朗": "NOK", "日元": "JPY", "阿联酋迪拉姆": "AED", "沙特里亚尔": "SAR", "印度卢比": "INR",
    "印尼卢比": "IDR", "菲律宾比索": "PHP", "新台币": "TWD", "巴西里亚尔": "BRL", "土耳其里拉": "TRY",
    "澳门元": "MOP", "匈牙利福林": "HUF", "兹罗提": "PLN", "比索": "MXN", "里拉": "TRY", "福林": "HUF",
    "迪拉姆": "AED", "里亚尔": "SAR",
}  # fmt: skip
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_PAIR = re.compile(r"(\d{1,5})?\s*([A-Z]{3})\s*/\s*(\d{1,5})?\s*([A-Z]{3})")


@dataclass(frozen=True, slots=True)
class Reading:
    """How bare numbers of a table are meant: for ``per`` units, foreign units per base unit, of which kind and day."""

    kind: RateType
    day: date
    base: str = "CNY"
    per: int = 1
    reciprocal: bool = False


@dataclass(frozen=True, slots=True)
class ReadRate:
    """A rate as it was read: base units per 1 foreign unit, with the quote as it stood there."""

    kind: RateType
    currency: str
    day: date
    rate: Decimal
    quote: str


@dataclass(frozen=True, slots=True)
class ReadTable:
    """What a table holds; ``skipped`` names the lines out of which no rate could be read."""

    rates: tuple[ReadRate, ...]
    skipped: tuple[str, ...]


def read_rates(text: str, reading: Reading) -> ReadTable:
    """Read the rates of a pasted table; Refusal when there is none in it, or it is too long to be one."""
    if len(text) > MOST_CHARACTERS:
        raise Refusal.of(_("This is too long for a table of rates."), "text")
    rows = [_cells(line) for line in unicodedata.normalize("NFKC", text).splitlines() if line.strip()]
    found: list[ReadRate] = []
    skipped: list[str] = []
    head: list[str] = []
    for cells in rows:
        if _is_head(cells, reading.base):
            head = cells
            continue
        read = _row(cells, head, reading)
        found.extend(read)
        if not read:
            skipped.append(" ".join(cells)[:80])
    if not found:
        raise Refusal.of(
            _("No rates were found. Each line needs a currency, such as USD or 美元, and a number."), "text"
        )
    latest = {(each.kind, each.currency, each.day): each for each in found}
    return ReadTable(tuple(latest.values()), tuple(skipped))


def _cells(line: str) -> list[str]:
    parts = re.split(r"\t|;|\|| {2,}", line.strip())
    if len([part for part in parts if part.strip()]) < 2:
        parts = re.split(r"\s+|,(?!\d{3}\b)", line.strip())
    return [part.strip() for part in parts]


def currency_of(text: str) -> str:
    """Answer the code of a currency written as a code or a name, empty when it is none."""
    plain = text.strip().strip("()")
    codes = {each.code for each in currencies()}
    if plain.upper() in codes:
        return plain.upper()
    names = {name.casefold(): each.code for each in currencies() for name in (each.english, each.chinese)}
    return _NAMES.get(plain) or names.get(plain.casefold(), "")


def _is_head(cells: Sequence[str], base: str) -> bool:
    """Tell a line of titles: kinds of rates, or at least two currencies, and no number among them."""
    if any(_NUMBER.fullmatch(cell) for cell in cells):
        return False
    kinds = sum(1 for cell in cells if _kind_of(cell) is not None)
    named = sum(1 for cell in cells if currency_of(cell) or _pair(cell, base))
    return kinds >= 1 or named >= 2


def _kind_of(title: str) -> RateType | None:
    plain = title.casefold()
    if any(word in plain for word in _CASH):
        return None
    for kind, words in _KINDS:
        if any(word in plain for word in words):
            return kind
    return None


def _pair(text: str, base: str) -> tuple[str, int, bool] | None:
    """Answer (currency, units, reciprocal) of a pair such as USD/CNY, 100JPY/CNY or CNY/MYR."""
    match = _PAIR.fullmatch(text.strip().upper())
    if match is None:
        return None
    if match[4] == base and match[2] != base:
        return match[2], int(match[1] or 1), False
    if match[2] == base and match[4] != base:
        return match[4], int(match[1] or 1), True
    return None


def _row(cells: Sequence[str], head: Sequence[str], reading: Reading) -> list[ReadRate]:
    """Read a line: by its titles where there are some, else as a currency or a pair with one number."""
    day = next((found for cell in cells if (found := parse_day(cell.split(" ")[0])) is not None), reading.day)
    if head and any(currency_of(cell) or _pair(cell, reading.base) for cell in head):
        return _across(cells, head, day, reading)
    name = next((cell for cell in cells if currency_of(cell) or _pair(cell, reading.base)), "")
    if not name:
        return []
    kinds = [_kind_of(title) for title in head]
    if any(kinds):
        # A bank's page quotes for 100 units of the foreign currency (section 0).
        per = 100 if reading.per == 1 and not reading.reciprocal else reading.per
        return [
            rate
            for cell, kind in zip(cells, kinds, strict=False)
            if kind is not None
            for rate in _one(name, cell, kind, day, reading, per)
        ]
    number = next((cell for cell in cells if cell != name and _NUMBER.fullmatch(cell)), "")
    return _one(name, number, reading.kind, day, reading, reading.per) if number else []


def _across(cells: Sequence[str], head: Sequence[str], day: date, reading: Reading) -> list[ReadRate]:
    """Read a line of a matrix: a day, then a rate below each currency."""
    return [
        rate
        for title, cell in zip(head, cells, strict=False)
        if (currency_of(title) or _pair(title, reading.base)) and _NUMBER.fullmatch(cell)
        for rate in _one(title, cell, reading.kind, day, reading, reading.per)
    ]


def _one(name: str, number: str, kind: RateType, day: date, reading: Reading, per: int) -> list[ReadRate]:
    if not _NUMBER.fullmatch(number):
        return []
    pair = _pair(name, reading.base)
    currency, units, reciprocal = (currency_of(name), per, reading.reciprocal) if pair is None else pair
    if not currency or currency == reading.base:
        return []
    try:
        quote = parse_quote(number, per=units, reciprocal=reciprocal)
    except Refusal:
        return []
    words = f"1/{number}" if reciprocal and units == 1 else f"{number}/{units}" if units != 1 else number
    return [ReadRate(kind, currency, day, quote.rate, words)]
