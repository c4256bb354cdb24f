"""The steps that bring an older book to the schema of this program; Alembic reads them, only to upgrade."""

from __future__ import annotations

REVISIONS: tuple[str, ...] = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
)
"""Every revision this program knows, oldest first; at start a book's revision is compared with the last."""
