"""Amounts in English words for papers: ``SAY US DOLLARS ... ONLY`` (domain.md section 10.2)."""

from __future__ import annotations

import enum
from decimal import Decimal

from tradecrm.core.money import minor_units, round_money

_NUMBERS = """
ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN SIXTEEN
SEVENTEEN EIGHTEEN NINETEEN
"""
_SMALL = _NUMBERS.split()
_TENS = ("", "", "TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY")
_GROUPS = ("", "THOUSAND", "MILLION", "BILLION", "TRILLION", "QUADRILLION")

CURRENCY_WORDS: tuple[tuple[str, str, str], ...] = (
    ("USD", "US DOLLARS", "CENTS"),
    ("EUR", "EUROS", "CENTS"),
    ("GBP", "POUNDS STERLING", "PENCE"),
    ("CNY", "CHINESE YUAN", "FEN"),
    ("HKD", "HONG KONG DOLLARS", "CENTS"),
    ("AUD", "AUSTRALIAN DOLLARS", "CENTS"),
    ("CAD", "CANADIAN DOLLARS", "CENTS"),
    ("SGD", "SINGAPORE DOLLARS", "CENTS"),
    ("NZD", "NEW ZEALAND DOLLARS", "CENTS"),
    ("TWD", "NEW TAIWAN DOLLARS", "CENTS"),
    ("JPY", "JAPANESE YEN", ""),
    ("KRW", "KOREAN WON", ""),
    ("VND", "VIETNAMESE DONG", ""),
    ("CHF", "SWISS FRANCS", "CENTIMES"),
    ("SEK", "SWEDISH KRONOR", "ORE"),
    ("NOK", "NORWEGIAN KRONER", "ORE"),
    ("DKK", "DANISH KRONER", "ORE"),
    ("PLN", "POLISH ZLOTYS", "GROSZY"),
    ("CZK", "CZECH KORUNY", "HALERU"),
    ("TRY", "TURKISH LIRAS", "KURUS"),
    ("RUB", "RUSSIAN ROUBLES", "KOPECKS"),
    ("INR", "INDIAN RUPEES", "PAISE"),
    ("THB", "THAI BAHT", "SATANG"),
    ("MYR", "MALAYSIAN RINGGIT", "SEN"),
    ("IDR", "INDONESIAN RUPIAHS", "SEN"),
    ("PHP", "PHILIPPINE PESOS", "CENTAVOS"),
    ("MXN", "MEXICAN PESOS", "CENTAVOS"),
    ("BRL", "BRAZILIAN REAIS", "CENTAVOS"),
    ("ZAR", "SOUTH AFRICAN RAND", "CENTS"),
    ("SAR", "SAUDI RIYALS", "HALALAS"),
    ("AED", "UAE DIRHAMS", "FILS"),
    ("KWD", "KUWAITI DINARS", "FILS"),
    ("BHD", "BAHRAINI DINARS", "FILS"),
    ("OMR", "OMANI RIALS", "BAISA"),
    ("JOD", "JORDANIAN DINARS", "FILS"),
)


class MinorStyle(enum.StrEnum):
    """How the minor units are written: words (default), a fraction, or decimal digits."""

    WORDS = "words"
    FRACTION = "fraction"
    POINT = "point"


def currency_words(currency: str) -> tuple[str, str]:
    """Answer (major, minor) names in capitals; an unlisted currency uses its code and ``MINOR UNITS``.

    Major names stay plural for 1 (section 16 number 25); the minor name is empty where there is none.
    """
    for code, major, minor in CURRENCY_WORDS:
        if code == currency:
            return major, minor
    return currency, "MINOR UNITS" if minor_units(currency) else ""


def _below_hundred(number: int) -> str:
    if number < 20:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")


def _group(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    text = f"{_SMALL[hundreds]} HUNDRED"
    return f"{text} AND {_below_hundred(rest)}" if rest else text


def integer_words(number: int) -> str:
    """Write a whole number from 0 to below 10^18 in English capitals (section 10.2)."""
    if number == 0:
        return "ZERO"
    words: list[str] = []
    groups: list[int] = []
    left = number
    while left:
        left, group = divmod(left, 1000)
        groups.append(group)
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            continue
        if place == 0 and group < 100 and len(groups) > 1:
            words.append("AND")
        words.append(_group(group))
        if place:
            words.append(_GROUPS[place])
    return " ".join(words)


def amount_in_words(amount: Decimal, currency: str, style: MinorStyle = MinorStyle.WORDS) -> str:
    """Write ``SAY <CURRENCY> <words> [AND <MINOR> <words>] ONLY``; rounds first, the sign is left to the title."""
    decimals = minor_units(currency)
    units = int(abs(round_money(amount, currency)).scaleb(decimals))
    whole, minor = divmod(units, 10**decimals)
    major_name, minor_name = currency_words(currency)
    words = f"SAY {major_name} {integer_words(whole)}"
    if minor:
        if style is MinorStyle.WORDS:
            words += f" AND {minor_name} {integer_words(minor)}"
        elif style is MinorStyle.FRACTION:
            words += f" AND {minor:0{decimals}d}/{10**decimals}"
        else:
            words += " AND POINT " + " ".join(_SMALL[int(digit)] for digit in f"{minor:0{decimals}d}")
    return f"{words} ONLY"
