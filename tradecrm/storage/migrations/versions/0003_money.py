"""Money: notes, write-offs, refunds, bank statements, revaluation, claims, rebates, closing, commission."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "purchase_version",
    "container_type",
    "rebate_rate",
    "bank_layout",
    "ledger_account",
    "bank_statement",
    "commission_rule",
    "issued_paper",
    "period_event",
    "planned_flow",
    "rebate_claim",
    "reconciliation",
    "bank_row",
    "commission_run",
    "expense_claim",
    "party_bank",
    "payer_name",
    "rebate_receipt",
    "revaluation",
    "vat_invoice",
    "vat_invoice_line",
    "bill_of_lading",
    "declaration_line",
    "loan",
    "bank_match",
    "contra",
    "loan_move",
    "note",
    "purchase_earmark",
    "rebate_claim_line",
    "reconciled_entry",
    "refund",
    "revaluation_line",
    "write_off",
    "collection_match",
    "commission_line",
    "dunning",
    "promise",
    "expense_line",
)
"""The tables this revision brings; their statements lie beside it, for each store."""


def upgrade() -> None:
    """Bring a book from the revision before to this one."""
    store = op.get_bind().dialect.name
    script = Path(__file__).with_name(f"0003_money.{store}.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
    _alter_money()
    _alter_container()
    op.add_column("shipment", sa.Column("recognized_on", sa.Date(), nullable=True))
    # Until now revenue always came with the on-board date.
    op.execute("UPDATE shipment SET recognized_on = departed_on WHERE departed_on IS NOT NULL")


def _alter_money() -> None:
    op.add_column(
        "receipt", sa.Column("third_party", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("payment", sa.Column("charge", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("payment", sa.Column("payee", sa.String(length=300), server_default="", nullable=False))
    op.add_column("allocation", sa.Column("reason", sa.String(length=300), server_default="", nullable=False))
    for table in ("payment", "transfer", "account_expense"):
        op.add_column(table, sa.Column("reversed_on", sa.Date(), nullable=True))


def _alter_container() -> None:
    with op.batch_alter_table("container") as batch:
        batch.add_column(sa.Column("bl_id", KEY, nullable=True))
        batch.add_column(sa.Column("packages", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("gross_weight", sa.BigInteger(), server_default="0", nullable=False))
        batch.add_column(sa.Column("volume", sa.BigInteger(), server_default="0", nullable=False))
        batch.add_column(sa.Column("vgm", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("picked_up_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("gated_in_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("free_days", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("returned_on", sa.Date(), nullable=True))
        batch.create_index(op.f("ix_container_bl_id"), ["bl_id"])
        batch.create_foreign_key(op.f("fk_container_bl_id"), "bill_of_lading", ["bl_id"], ["id"])
