"""How statements are written for a server so that they answer as in a file: where the empty stand in an order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, ColumnClause, Dialect, Engine, Join
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg
from sqlalchemy.sql import visitors


class LikeInFile(PGCompiler_psycopg):
    """Puts NULL before everything, as SQLite does: a server would put it last."""

    def order_by_clause(self, select: Any, **kw: Any) -> str:
        """Write an ORDER BY; one that says itself where NULL stands is left as it is."""
        outer = _has_outer_join(select)
        clauses = select._order_by_clauses  # noqa: SLF001 - as the compiler itself reads them
        parts = [_placed(each, self.process(each, **kw), outer=outer) for each in clauses]
        return f" ORDER BY {', '.join(filter(None, parts))}" if any(parts) else ""


def _placed(element: Any, text: str, *, outer: bool) -> str:
    if not text or " NULLS " in text or (not outer and _never_null(element)):
        # An index serves the order only as it is.
        return text
    return f"{text} NULLS {'LAST' if text.endswith(' DESC') else 'FIRST'}"


def _never_null(element: Any) -> bool:
    while hasattr(element, "element"):
        element = element.element
    return isinstance(element, ColumnClause) and not getattr(element, "nullable", True)


def _has_outer_join(select: Any) -> bool:
    sources = select.get_final_froms() if hasattr(select, "get_final_froms") else ()
    return any(
        isinstance(each, Join) and (each.isouter or each.full)
        for source in sources
        for each in visitors.iterate(source)
    )


def write_alike(engine: Engine) -> Engine:
    """Let an engine write statements so; answers it."""
    engine.dialect.statement_compiler = LikeInFile
    return engine


def server_dialect() -> Dialect:
    """Answer the dialect of a server for statements that are written before there is a connection."""
    dialect: Dialect = URL.create("postgresql+psycopg").get_dialect()()
    dialect.statement_compiler = LikeInFile
    return dialect
