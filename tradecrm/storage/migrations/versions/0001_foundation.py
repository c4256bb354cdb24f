"""The first schema, as the statements that made it; later changes of the models do not reach it."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table and index of the first release, for the store at hand."""
    store = op.get_bind().dialect.name
    script = Path(__file__).with_name(f"0001_foundation.{store}.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
