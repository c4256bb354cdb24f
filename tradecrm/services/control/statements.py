"""Which tables a statement reads, so that only their row rules are joined to it."""

from __future__ import annotations

import functools
from typing import Any

from sqlalchemy import Table
from sqlalchemy.sql.visitors import iterate


def tables_of(statement: Any) -> frozenset[str]:
    """Answer the names of every table that a statement reads, in joins, aliases and subqueries too."""
    # The key is made once for each statement: the compiler asks for it next, to find what it compiled before.
    key = statement._generate_cache_key()  # noqa: SLF001
    return _tables(_Shape(key.key if key is not None else (id(statement),), statement))


class _Shape:
    """A statement without its values: two of one key read the same tables."""

    __slots__ = ("key", "statement")

    def __init__(self, key: tuple[Any, ...], statement: Any) -> None:
        self.key = key
        self.statement = statement

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shape) and self.key == other.key


@functools.lru_cache(maxsize=2048)
def _tables(shape: _Shape) -> frozenset[str]:
    return frozenset(part.name for part in iterate(shape.statement) if isinstance(part, Table))
