"""Days as people type them, in English and Chinese; which of day and month comes first is never guessed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = re.compile(
    r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AP]M)?(?:Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$", re.ASCII)
_COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$", re.ASCII)
_TWO_WAYS = re.compile(r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})$", re.ASCII)
_DAY_NAMED = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th)?[\s\-/.,]*([A-Za-z]{3,9})\.?[\s\-/.,]*(\d{4}|\d{2})$", re.ASCII
)
_MONTH_NAMED = re.compile(
    r"^([A-Za-z]{3,9})\.?[\s\-/.]*(\d{1,2})(?:st|nd|rd|th)?[\s\-/.,]+(\d{4})$", re.ASCII
)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> int:
    number = int(text)
    if len(text) > 2:
        return number
    return number + (2000 if number < 70 else 1900)


def _month(name: str) -> int:
    start = name[:3].casefold()
    return _MONTHS.index(start) + 1 if start in _MONTHS else 0


def _bare(text: str) -> str:
    return _CLOCK.sub("", unicodedata.normalize("NFKC", text).strip()).strip()


def _named(bare: str) -> dt.date | None:
    found = _DAY_NAMED.match(bare)
    if found is not None:
        return _day(_year(found[3]), _month(found[2]), int(found[1]))
    found = _MONTH_NAMED.match(bare)
    if found is not None:
        return _day(_year(found[3]), _month(found[1]), int(found[2]))
    return None


def parse_day(text: str, order: str = "") -> dt.date | None:
    """Answer the day that ``text`` writes; ``order`` (``dmy`` or ``mdy``) reads ``03/04/2026``.

    Without an order a text that could be read both ways answers None, as does what is no day.
    """
    bare = _bare(text)
    found = _YEAR_FIRST.match(bare) or _COMPACT.match(bare)
    if found is not None:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = _TWO_WAYS.match(bare)
    if found is None:
        return _named(bare)
    first, second, year = int(found[1]), int(found[2]), _year(found[3])
    if first == second or first > 12 or (order == "dmy" and second <= 12):
        return _day(year, second, first)
    if second > 12 or order == "mdy":
        return _day(year, first, second)
    return None


def day_order(texts: Sequence[str]) -> tuple[str, str]:
    """Answer the order that the days of a column show (``dmy``, ``mdy`` or ""), and an example to ask about.

    The example is empty when nothing needs to be asked. A column that shows both orders is asked about too.
    """
    shown: set[str] = set()
    open_example = ""
    for text in texts:
        found = _TWO_WAYS.match(_bare(text))
        if found is None:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second:
            shown.add("dmy")
        elif second > 12 >= first:
            shown.add("mdy")
        elif first != second and not open_example:
            open_example = text
    if len(shown) == 1:
        return shown.pop(), ""
    return "", open_example
