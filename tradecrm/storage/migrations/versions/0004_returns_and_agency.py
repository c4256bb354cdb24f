"""Goods returned, agency export, discounts on a whole paper, holds on an account, interest kept from a receipt."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("account_hold", "goods_return", "goods_return_line", "goods_return_note")
"""The tables this revision brings; their statements lie beside it, for each store."""

_PAPERS = ("quotation", "proforma", "sales_contract")
_EMPTY_TEXTS = (
    ("insurance_clause", sa.Text()),
    ("clauses", sa.Text()),
    ("counted_reason", sa.String(length=300)),
    ("adjustment_text", sa.String(length=120)),
)
_LINES = ("quotation_line", "proforma_line", "contract_line", "shipment_line")


def upgrade() -> None:
    """Bring a book from the revision before to this one."""
    store = op.get_bind().dialect.name
    script = Path(__file__).with_name(f"0004_returns_and_agency.{store}.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
    for table in _PAPERS:
        _add_adjustment(table)
    for table in _LINES:
        op.add_column(table, sa.Column("adjusted", sa.BigInteger(), server_default="0", nullable=False))
    _alter_contract()
    _alter_shipment()
    op.add_column("receipt", sa.Column("interest", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(
        "commission_line", sa.Column("remark", sa.String(length=300), server_default="", nullable=False)
    )
    with op.batch_alter_table("loan_move") as batch:
        batch.add_column(sa.Column("reverses_id", KEY, nullable=True))
        batch.create_unique_constraint(op.f("uq_loan_move_reverses_id"), ["reverses_id"])
        batch.create_foreign_key(op.f("fk_loan_move_reverses_id"), "loan_move", ["reverses_id"], ["id"])


def _add_adjustment(table: str) -> None:
    op.add_column(table, sa.Column("adjustment", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(table, sa.Column("adjustment_rate", sa.BigInteger(), nullable=True))
    op.add_column(
        table, sa.Column("adjustment_text", sa.String(length=120), server_default="", nullable=False)
    )


def _alter_contract() -> None:
    with op.batch_alter_table("sales_contract") as batch:
        for name, kind in _EMPTY_TEXTS:
            # Alembic reads an empty text back as an expression and would set it in brackets.
            batch.alter_column(name, existing_type=kind, server_default="")
        batch.add_column(sa.Column("agency", sa.String(length=10), server_default="", nullable=False))
        batch.add_column(sa.Column("agency_party_id", KEY, nullable=True))
        batch.add_column(sa.Column("agency_fee_rate", sa.BigInteger(), server_default="0", nullable=False))
        batch.create_index(op.f("ix_sales_contract_agency_party_id"), ["agency_party_id"])
        batch.create_foreign_key(
            op.f("fk_sales_contract_agency_party_id"), "party", ["agency_party_id"], ["id"]
        )


def _alter_shipment() -> None:
    op.add_column(
        "shipment", sa.Column("agency_certificate", sa.String(length=60), server_default="", nullable=False)
    )
    op.add_column("shipment", sa.Column("agency_certified_on", sa.Date(), nullable=True))
