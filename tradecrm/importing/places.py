"""Countries and currencies by the names people type: English, Chinese and ISO codes."""

from __future__ import annotations

import functools
import tomllib
import unicodedata
from collections.abc import Mapping

from tradecrm.core.resources import resource_path


def _plain(text: str) -> str:
    wide = unicodedata.normalize("NFKD", text).casefold()
    return "".join(one for one in wide if one.isalnum() or one == "$")


@functools.cache
def _names(file: str) -> Mapping[str, str]:
    content = tomllib.loads(resource_path("importing", file).read_text("utf-8"))
    return {_plain(name): code for code, names in content.items() for name in (code, *names)}


@functools.lru_cache(maxsize=4_096)
def country_code(text: str) -> str | None:
    """Answer the two-letter ISO code of a country typed in English, in Chinese or as a code; None if unknown."""
    return _names("countries.toml").get(_plain(text))


@functools.lru_cache(maxsize=1_024)
def currency_code(text: str) -> str | None:
    """Answer the ISO code of a currency typed as code, sign or name in English or Chinese; None if unknown."""
    names = _names("currencies.toml")
    plain = _plain(text)
    return names.get(plain) if plain else _signs().get(unicodedata.normalize("NFKC", text).strip())


@functools.cache
def _signs() -> Mapping[str, str]:
    return {
        "€": "EUR",
        "£": "GBP",
        "₽": "RUB",
        "₩": "KRW",
        "₹": "INR",
        "₫": "VND",
        "₺": "TRY",
        "฿": "THB",
        "₴": "UAH",
    }
