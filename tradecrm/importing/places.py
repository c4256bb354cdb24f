"""Countries and currencies by the names people type: English, Chinese and ISO codes."""

from __future__ import annotations

import functools
import tomllib
import unicodedata
from collections.abc import Mapping

from tradecrm.core.resources import resource_path

_SIMPLIFIED = str.maketrans(
    "國臺灣蘭亞羅馬爾維納島倫聯韓緬賓來東烏買內諾萊魯達麥貝寧喬薩頓澤庫門約幾剛賽盧茲聖蘇紐時圖濟愛紹嶼臘贊華區龍湯勞衛",
    "国台湾兰亚罗马尔维纳岛伦联韩缅宾来东乌买内诺莱鲁达麦贝宁乔萨顿泽库门约几刚赛卢兹圣苏纽时图济爱绍屿腊赞华区龙汤劳卫",
)
"""The traditional characters in names of countries, as lists from Hong Kong and Taiwan write them."""


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
    names, plain = _names("countries.toml"), _plain(text)
    return names.get(plain) or names.get(plain.translate(_SIMPLIFIED))


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
