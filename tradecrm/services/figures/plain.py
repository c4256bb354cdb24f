"""Plain tables for figures: what a figure adds up never changes with who is looking (architecture.md section 4)."""

from __future__ import annotations

from typing import Any

from tradecrm.models import Base


def plain(entity: type[Base]) -> Any:
    """Answer the columns of a class's table, past the row rules; only figures, checks and keepers may ask."""
    return entity.__table__.c
