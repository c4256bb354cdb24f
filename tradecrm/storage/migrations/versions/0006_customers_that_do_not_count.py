"""Customers whose orders do not count in orders and targets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring a book from the revision before to this one."""
    op.add_column("party", sa.Column("counted", sa.Boolean(), server_default=sa.true(), nullable=False))
