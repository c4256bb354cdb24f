"""The currencies of trade for pickers: ISO 4217 codes with English and Chinese names (from Unicode CLDR)."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from tradecrm.core.resources import resource_path


@dataclass(frozen=True, slots=True)
class Named:
    """A code of a standard with its English and Chinese names."""

    code: str
    english: str
    chinese: str

    def name(self, language: str = "en") -> str:
        """Answer the name in ``en`` or a Chinese language code such as ``zh_CN``."""
        return self.chinese if language.startswith("zh") else self.english


def read_names(file: str) -> tuple[Named, ...]:
    """Read a table of code, English name and Chinese name from the resources; keeps its order."""
    lines = resource_path("data", file).read_text(encoding="utf-8").splitlines()
    return tuple(Named(*line.split("\t")) for line in lines)


@functools.cache
def currencies() -> tuple[Named, ...]:
    """Answer the currencies of the pickers, the most used first; read once."""
    return read_names("currencies.tsv")


@functools.cache
def _by_code() -> dict[str, Named]:
    return {each.code: each for each in currencies()}


def is_currency(code: str) -> bool:
    """Tell whether a code is one of the currencies offered."""
    return code in _by_code()


def currency_name(code: str, language: str = "en") -> str:
    """Answer the name of a currency, the code itself when it is not listed."""
    found = _by_code().get(code)
    return found.name(language) if found else code
