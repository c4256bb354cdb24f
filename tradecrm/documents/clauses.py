"""The standard clauses of a paper, read from the data file that a firm may replace by its own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tradecrm.core.resources import resource_path
from tradecrm.documents.words import Words


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause: its key, heading and text in both languages."""

    key: str
    title: Words
    text: Words


def read_clauses(path: Path) -> tuple[Clause, ...]:
    """Read a file of ``[[clause]]`` tables with ``key``, ``title_en``, ``title_zh``, ``text_en``, ``text_zh``.

    Raises ``tomllib.TOMLDecodeError`` for a file that is no TOML and ``KeyError`` for a clause without text.
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Clause(
            item["key"],
            Words(item["title_en"], item["title_zh"]),
            Words(item["text_en"], item["text_zh"]),
        )
        for item in data["clause"]
    )


@lru_cache(maxsize=1)
def sales_contract_clauses() -> tuple[Clause, ...]:
    """Answer the general terms of the sales contract (domain.md section 10.1, column SC)."""
    return read_clauses(resource_path("clauses", "sales_contract.toml"))


@lru_cache(maxsize=1)
def purchase_contract_clauses() -> tuple[Clause, ...]:
    """Answer the general terms of the purchase contract (domain.md section 10.1, column PC)."""
    return read_clauses(resource_path("clauses", "purchase_contract.toml"))
