"""Plain tables for figures: what a figure adds up never changes with who is looking (architecture.md section 4)."""

from __future__ import annotations

from typing import Any

from tradecrm.models import Base
from tradecrm.services.prepared import Prepared, Rows, prepared_rows
from tradecrm.services.work import Reader


def plain(entity: type[Base]) -> Any:
    """Answer the columns of a class's table, past the row rules; only figures, checks and keepers may ask."""
    return entity.__table__.c


def plain_rows(reader: Reader, statement: Prepared, **values: Any) -> Rows:
    """Answer the rows of a statement over plain tables that was built once; see ``prepared_rows``."""
    return prepared_rows(reader.session, statement, **values)
