"""Shipments that share a container, one for each currency; profits of a period by when revenue is booked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_EMPTY_TEXTS = (
    ("consignee", sa.Text()),
    ("notify_party", sa.Text()),
    ("marks", sa.Text()),
    ("declaration_no", sa.String(length=60)),
    ("container_plan", sa.String(length=60)),
    ("rebate_state", sa.String(length=16)),
    ("agency_certificate", sa.String(length=60)),
)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring a book from the revision before to this one."""
    with op.batch_alter_table("shipment") as batch:
        for name, kind in _EMPTY_TEXTS:
            # Alembic reads an empty text back as an expression and would set it in brackets.
            batch.alter_column(name, existing_type=kind, server_default="")
        batch.add_column(sa.Column("joint_id", KEY, nullable=True))
        batch.create_index(op.f("ix_shipment_joint_id"), ["joint_id"])
        batch.create_index(op.f("ix_shipment_recognized_on"), ["recognized_on"])
        batch.create_foreign_key(op.f("fk_shipment_joint_id"), "shipment", ["joint_id"], ["id"])
