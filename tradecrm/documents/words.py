"""Words of a paper in English and Chinese, and how they print in a document's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

PaperLanguage = Literal["en", "zh", "both"]
"""The language of a document, chosen for it and never taken from the interface (architecture.md section 8)."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """A text in English and Chinese; what is missing in one is printed in the other, never left out."""

    en: str = ""
    zh: str = ""

    def texts(self, language: PaperLanguage) -> tuple[str, ...]:
        """Answer what prints: one text, or in ``both`` the English and then the Chinese one if it differs."""
        if language == "both":
            return tuple(dict.fromkeys(text for text in (self.en, self.zh) if text.strip()))
        first, second = (self.en, self.zh) if language == "en" else (self.zh, self.en)
        chosen = first if first.strip() else second
        return (chosen,) if chosen.strip() else ()

    def label(self, language: PaperLanguage) -> str:
        """Answer a label on one line, such as ``Buyer 买方``."""
        return " ".join(self.texts(language))


NO_WORDS = Words()
"""Nothing to print."""


def same(text: str) -> Words:
    """Answer words that are the same in both languages: a number, a name, a code."""
    return Words(text, text)


def long_date(day: date) -> Words:
    """Answer a date as contracts write it: ``12 March 2026`` and ``2026年3月12日``."""
    return Words(f"{day.day} {_MONTHS[day.month - 1]} {day.year}", f"{day.year}年{day.month}月{day.day}日")


def plain_number(value: Decimal, at_least: int = 0) -> str:
    """Write a quantity or price with thousands commas, exactly, with no fewer than ``at_least`` decimals."""
    return f"{value:,.{max(at_least, decimals_of(value))}f}"


def decimals_of(value: Decimal) -> int:
    """Answer how many decimals ``value`` needs to be written exactly."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
