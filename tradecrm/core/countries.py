"""Countries and regions: ISO 3166 two-letter codes with English and Chinese names (from Unicode CLDR)."""

from __future__ import annotations

import functools
import unicodedata

from tradecrm.core.currencies import Named, read_names


@functools.cache
def countries() -> tuple[Named, ...]:
    """Answer the countries and regions in the order of their codes; read once."""
    return read_names("countries.tsv")


@functools.cache
def _by_code() -> dict[str, Named]:
    return {each.code: each for each in countries()}


@functools.cache
def _by_name() -> dict[str, str]:
    names = {
        _fold(name): each.code for each in countries() for name in (each.english, each.chinese, each.code)
    }
    return names | {_fold(name): code for name, code in _ALIASES}


_ALIASES = (
    ("USA", "US"),
    ("U.S.A.", "US"),
    ("United States of America", "US"),
    ("UK", "GB"),
    ("Great Britain", "GB"),
    ("England", "GB"),
    ("Holland", "NL"),
    ("The Netherlands", "NL"),
    ("UAE", "AE"),
    ("Korea", "KR"),
    ("Republic of Korea", "KR"),
    ("Viet Nam", "VN"),
    ("Russian Federation", "RU"),
    ("Turkey", "TR"),
    ("Czech Republic", "CZ"),
    ("香港", "HK"),
    ("澳门", "MO"),
    ("台湾", "TW"),
    ("阿联酋", "AE"),
    ("沙特", "SA"),
)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_country(code: str) -> bool:
    """Tell whether a two-letter code is known."""
    return code in _by_code()


def country_name(code: str, language: str = "en") -> str:
    """Answer the name of a country or region, the code itself when it is not known."""
    found = _by_code().get(code)
    return found.name(language) if found else code


def find_country(text: str) -> str | None:
    """Answer the code for a code, English or Chinese name or usual short form; None when unknown."""
    return _by_name().get(_fold(text))
