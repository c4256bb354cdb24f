"""Reference rates of the European Central Bank as XML: against the euro, crossed over to the base currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tradecrm.core.currencies import is_currency
from tradecrm.core.money import round_to
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RATE_DECIMALS, RateType
from tradecrm.core.text import _
from tradecrm.importing.rate_tables import ReadRate, ReadTable

MOST_BYTES = 32 * 1024 * 1024
"""The history since 1999 is about 8 MB; a larger file is something else."""

_EURO = "EUR"
_LEAST, _MOST = Decimal("0.000001"), Decimal(100_000_000)
"""No currency is worth less or more; a rate beyond cannot be kept."""


def read_ecb(path: Path, base: str, since: date | None = None) -> ReadTable:
    """Read a file of the bank, ``eurofxref-daily.xml`` or the history, and answer rates in ``base`` a day.

    A day without the base currency is skipped. Raises Refusal for a file that is too large, no XML, holds
    entities, or has no rates; OSError in the words of the system.
    """
    if path.stat().st_size > MOST_BYTES:
        raise Refusal.of(_("{file} is too large for a file of rates.").format(file=path.name), "file")
    rates: list[ReadRate] = []
    skipped: list[str] = []
    for day, quotes in _days(path.read_bytes(), path.name):
        if since is not None and day < since:
            continue
        if base == _EURO:
            quotes[_EURO] = Decimal(1)
        if base not in quotes:
            skipped.append(day.isoformat())
            continue
        rates.extend(_crossed(day, quotes, base))
    if not rates:
        raise Refusal.of(
            _("{file} holds no rates against {currency}.").format(file=path.name, currency=base), "file"
        )
    return ReadTable(tuple(rates), tuple(skipped))


def _days(content: bytes, name: str) -> list[tuple[date, dict[str, Decimal]]]:
    from defusedxml import DefusedXmlException, ElementTree

    try:
        root: Any = ElementTree.fromstring(content, forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError, ValueError) as error:
        raise Refusal.of(
            _("{file} is no file of rates of the European Central Bank.").format(file=name), "file"
        ) from error
    found = []
    for element in root.iter():
        text = element.get("time")
        if text is None:
            continue
        try:
            found.append((date.fromisoformat(text), _quotes(element)))
        except (ValueError, InvalidOperation) as error:
            raise Refusal.of(
                _("{file}: the rates of {day} cannot be read.").format(file=name, day=text[:20]), "file"
            ) from error
    return found


def _quotes(element: Any) -> dict[str, Decimal]:
    """Answer units of each currency for 1 euro."""
    quotes = {each.get("currency"): Decimal(each.get("rate", "")) for each in element if each.get("currency")}
    if any(not (value.is_finite() and _LEAST < value < _MOST) for value in quotes.values()):
        raise ValueError
    return quotes


def _crossed(day: date, quotes: dict[str, Decimal], base: str) -> list[ReadRate]:
    """Answer the middle rates of a day: base units for 1 euro, by the foreign units for 1 euro (section 11)."""
    worth = quotes[base]
    rates = [] if base == _EURO else [ReadRate(RateType.MID, _EURO, day, worth, f"1 EUR = {worth} {base}")]
    rates += [
        ReadRate(
            RateType.MID,
            currency,
            day,
            round_to(worth / units, RATE_DECIMALS),
            f"1 EUR = {worth} {base} = {units} {currency}",
        )
        for currency, units in sorted(quotes.items())
        if currency not in (base, _EURO) and is_currency(currency)
    ]
    return [each for each in rates if each.rate > 0]
