"""Exchange rates: their types, the one order of look-up, and the reading of quotes (domain.md section 0)."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.errors import RateMissing
from tradecrm.core.money import round_to
from tradecrm.core.problems import Refusal
from tradecrm.core.text import N_, _

RATE_DECIMALS = 10
MAX_STALE_DAYS = 7


class RateType(enum.StrEnum):
    """What a rate is for: bank buying, bank selling, middle, customs, budget, or a deal made."""

    BUY = "BUY"
    SELL = "SELL"
    MID = "MID"
    CUSTOMS = "CUSTOMS"
    BUDGET = "BUDGET"
    DEAL = "DEAL"


RATE_TITLES: tuple[tuple[RateType, str], ...] = (
    (RateType.BUY, N_("Bank buying rate")),
    (RateType.SELL, N_("Bank selling rate")),
    (RateType.MID, N_("Middle rate")),
    (RateType.CUSTOMS, N_("Customs rate")),
    (RateType.BUDGET, N_("Budget rate")),
    (RateType.DEAL, N_("Deal rate")),
)


class Found(enum.StrEnum):
    """How a rate was found, in the order of the look-up."""

    BASE = "base"
    DEAL = "deal"
    MANUAL = "manual"
    TABLE = "table"
    EARLIER = "earlier"


@dataclass(frozen=True, slots=True)
class RateRow:
    """A row of the rate table: base units per 1 unit of ``currency`` on ``day``, with its source."""

    type: RateType
    currency: str
    day: date
    rate: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True)
class FoundRate:
    """A rate, the day it stands for, whether it is older than asked (show a warning), and how it was found."""

    rate: Decimal
    day: date
    stale: bool
    how: Found


@dataclass(frozen=True, slots=True)
class Quote:
    """A rate in base units per 1 foreign unit, with the quote as it was typed, kept for display."""

    rate: Decimal
    text: str


def shown_rate(rate: Decimal) -> str:
    """Answer a rate as people read it: four decimals, and six below one, where four would lose figures (JPY)."""
    return f"{round_to(rate, 4):,f}" if abs(rate) >= 1 else f"{round_to(rate, 6):f}"


def rate_title(rate_type: RateType) -> str:
    """Answer the translated name of a rate type."""
    return _(dict(RATE_TITLES)[rate_type])


def _same_period(rate_type: RateType, row_day: date, day: date) -> bool:
    if rate_type is RateType.BUDGET:
        return row_day.year == day.year
    return (row_day.year, row_day.month) == (day.year, day.month)


def _from_table(rows: list[RateRow], rate_type: RateType, day: date, max_stale_days: int) -> FoundRate | None:
    if rate_type in (RateType.BUDGET, RateType.CUSTOMS):
        # One rate holds for the whole year or month (section 0), whichever day it was entered for.
        period = [row for row in rows if _same_period(rate_type, row.day, day)]
        if not period:
            return None
        best = max(period, key=lambda row: (row.day <= day, row.day if row.day <= day else date.min))
        return FoundRate(best.rate, best.day, stale=False, how=Found.TABLE)
    oldest = day - timedelta(days=max_stale_days)
    fitting = [row for row in rows if oldest <= row.day <= day]
    if not fitting:
        return None
    best = max(fitting, key=lambda row: row.day)
    stale = best.day != day
    return FoundRate(best.rate, best.day, stale, Found.EARLIER if stale else Found.TABLE)


def find_rate(
    rows: Iterable[RateRow],
    rate_type: RateType,
    currency: str,
    day: date,
    *,
    base: str = "CNY",
    deal: Decimal | None = None,
    manual: Decimal | None = None,
    max_stale_days: int = MAX_STALE_DAYS,
) -> FoundRate:
    """Answer the rate of ``currency`` on ``day`` by the order of section 0; the base currency is always 1.

    Order: deal rate on the document, manual rate on the document, table rate of the day, latest earlier one
    not older than ``max_stale_days`` (``stale`` is set). Raises RateMissing; there is no fall-back to 1.
    """
    if currency == base:
        return FoundRate(Decimal(1), day, stale=False, how=Found.BASE)
    if deal is not None:
        return FoundRate(deal, day, stale=False, how=Found.DEAL)
    if manual is not None:
        return FoundRate(manual, day, stale=False, how=Found.MANUAL)
    own = [row for row in rows if row.type is rate_type and row.currency == currency]
    found = _from_table(own, rate_type, day, max_stale_days)
    if found is None:
        raise RateMissing(
            _(
                "No {type} for {currency} on {day}, nor in the {days} days before. "
                "Enter it in the rate table or type a rate on the document."
            ).format(type=rate_title(rate_type), currency=currency, day=day.isoformat(), days=max_stale_days)
        )
    return found


def stale_warning(found: FoundRate, rate_type: RateType, currency: str, day: date) -> str:
    """Answer the sentence to show when an earlier rate stands in, empty when none is needed."""
    if not found.stale:
        return ""
    return _("{type} of {currency} for {day} is missing; the rate of {earlier} is used.").format(
        type=rate_title(rate_type), currency=currency, day=day.isoformat(), earlier=found.day.isoformat()
    )


_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_DIRECT = re.compile(_NUMBER)
_PER = re.compile(_NUMBER + r"\s*(?:/|per|PER)\s*(1|10|100|1000|10000)")
_RECIPROCAL = re.compile(r"1\s*/\s*" + _NUMBER)


def parse_quote(text: str, *, per: int = 1, reciprocal: bool = False) -> Quote:
    """Read a quote: ``7.06``, ``706 / 100`` (per 100 units) or ``1/0.1416`` (foreign units per base unit).

    ``per`` and ``reciprocal`` say how a bare number is meant. The rate has up to 10 decimals.
    Raises Refusal when the text is no positive number.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := _PER.fullmatch(plain):
        value, per, reciprocal = match[1], int(match[2]), False
    elif match := _RECIPROCAL.fullmatch(plain):
        value, reciprocal = match[1], True
    elif match := _DIRECT.fullmatch(plain):
        value = match[1]
    else:
        raise _unreadable(text)
    number = Decimal(value.replace(",", ""))
    if number == 0:
        raise _unreadable(text)
    rate = round_to(per / number if reciprocal else number / per, RATE_DECIMALS)
    if rate == 0:
        raise _unreadable(text)
    return Quote(rate, text.strip())


def _unreadable(text: str) -> Refusal:
    message = _("{text} is not a rate. Type a number above zero such as 7.0612, 706.12/100 or 1/0.1416.")
    return Refusal.of(message.format(text=text.strip() or "?"), "rate")
