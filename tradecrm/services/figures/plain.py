"""Plain tables for figures: what a figure adds up never changes with who is looking (architecture.md section 4)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, Select

from tradecrm.models import Base
from tradecrm.services.work import Reader


def plain(entity: type[Base]) -> Any:
    """Answer the columns of a class's table, past the row rules; only figures, checks and keepers may ask."""
    return entity.__table__.c


def plain_rows(reader: Reader, statement: Select[Any], **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """Answer the rows of a statement over plain tables that was built once, with ``values`` for its parameters.

    It goes past the session, which would look for records and row rules in it: building a statement anew costs
    seven times as much as this, and asking the session twice. What is not written yet is written first, as there.
    """
    if reader.session.autoflush:
        reader.session.flush()
    return reader.session.connection().execute(statement, values)
