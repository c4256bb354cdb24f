"""The trade cycle: inquiries to closing, purchasing, freight, milestones, letters of credit, credit, approvals."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "approval_rule",
    "holiday",
    "approval_level",
    "approval_request",
    "attachment",
    "deputy",
    "approval_decision",
    "approval_turn",
    "clause",
    "credit_terms",
    "import_job",
    "paper_style",
    "price_list",
    "purchase_contract",
    "import_job_line",
    "inquiry",
    "price_list_line",
    "purchase_line",
    "inquiry_line",
    "quotation",
    "quotation_line",
    "contract_version",
    "letter_of_credit",
    "proforma",
    "proforma_line",
    "purchase_link",
    "container",
    "freight_bill",
    "freight_inquiry",
    "milestone",
    "presentation",
    "release",
    "shipment_document",
    "freight_invite",
    "freight_quote",
    "goods_receipt",
    "milestone_change",
    "freight_charge",
    "freight_bill_line",
)
"""The tables this revision brings; their statements lie beside it, for each store."""


def upgrade() -> None:
    """Bring a book from the revision before to this one."""
    store = op.get_bind().dialect.name
    script = Path(__file__).with_name(f"0002_the_trade_cycle.{store}.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
    _alter_cost_line()
    _alter_estimate()
    _alter_estimate_line()
    _alter_product()
    _alter_sales_contract()
    _alter_shipment()


def _alter_cost_line() -> None:
    with op.batch_alter_table("cost_line") as batch:
        batch.add_column(sa.Column("purchase_line_id", KEY, nullable=True))
        batch.add_column(sa.Column("quantity", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("recharged", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("manual_parts", sa.Text(), server_default="", nullable=False))
        batch.create_index(op.f("ix_cost_line_purchase_line_id"), ["purchase_line_id"])
        batch.create_foreign_key(
            op.f("fk_cost_line_purchase_line_id"), "purchase_line", ["purchase_line_id"], ["id"]
        )


def _alter_estimate() -> None:
    with op.batch_alter_table("estimate") as batch:
        batch.add_column(sa.Column("contract_id", KEY, nullable=True))
        batch.add_column(sa.Column("status", sa.String(length=12), server_default="approved", nullable=False))
        batch.add_column(sa.Column("remarks", sa.String(length=300), server_default="", nullable=False))
        batch.alter_column("shipment_id", existing_type=KEY, nullable=True)
        batch.create_index(op.f("ix_estimate_contract_id"), ["contract_id"])
        batch.create_unique_constraint(
            op.f("uq_estimate_contract_id_version_no"), ["contract_id", "version_no"]
        )
        batch.create_foreign_key(op.f("fk_estimate_contract_id"), "sales_contract", ["contract_id"], ["id"])


def _alter_product() -> None:
    with op.batch_alter_table("product") as batch:
        batch.add_column(sa.Column("floor", sa.BigInteger(), nullable=True))
        batch.add_column(
            sa.Column("floor_currency", sa.String(length=3), server_default="USD", nullable=False)
        )
        batch.add_column(sa.Column("origin", sa.String(length=120), server_default="", nullable=False))
        batch.add_column(sa.Column("declared_name", sa.String(length=200), server_default="", nullable=False))
        batch.add_column(sa.Column("declared_elements", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("statutory_unit", sa.String(length=20), server_default="", nullable=False))


def _alter_sales_contract() -> None:
    with op.batch_alter_table("sales_contract") as batch:
        batch.add_column(
            sa.Column("commission_hidden", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch.add_column(sa.Column("commission_party_id", KEY, nullable=True))
        batch.add_column(sa.Column("insurance_clause", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("clauses", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("contact_id", KEY, nullable=True))
        batch.add_column(sa.Column("inquiry_id", KEY, nullable=True))
        batch.add_column(sa.Column("quotation_id", KEY, nullable=True))
        batch.add_column(sa.Column("is_proforma", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("counted", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch.add_column(
            sa.Column("counted_reason", sa.String(length=300), server_default="", nullable=False)
        )
        batch.create_index(op.f("ix_sales_contract_inquiry_id"), ["inquiry_id"])
        batch.create_index(op.f("ix_sales_contract_quotation_id"), ["quotation_id"])
        batch.create_foreign_key(op.f("fk_sales_contract_inquiry_id"), "inquiry", ["inquiry_id"], ["id"])
        batch.create_foreign_key(op.f("fk_sales_contract_contact_id"), "contact", ["contact_id"], ["id"])
        batch.create_foreign_key(
            op.f("fk_sales_contract_commission_party_id"), "party", ["commission_party_id"], ["id"]
        )
        batch.create_foreign_key(
            op.f("fk_sales_contract_quotation_id"), "quotation", ["quotation_id"], ["id"]
        )


def _alter_shipment() -> None:
    with op.batch_alter_table("shipment") as batch:
        batch.add_column(sa.Column("broker_id", KEY, nullable=True))
        batch.add_column(
            sa.Column("bl_type", sa.String(length=10), server_default="original", nullable=False)
        )
        batch.add_column(sa.Column("bl_released_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("declaration_no", sa.String(length=60), server_default="", nullable=False))
        batch.add_column(sa.Column("export_date", sa.Date(), nullable=True))
        batch.add_column(sa.Column("customs_fob_usd", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("consignee", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("notify_party", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("marks", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("container_plan", sa.String(length=60), server_default="", nullable=False))
        batch.add_column(sa.Column("loaded_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("delivered_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("presented_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("sight_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("accepted_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("credit_id", KEY, nullable=True))
        batch.add_column(sa.Column("rebate_state", sa.String(length=16), server_default="", nullable=False))
        batch.add_column(
            sa.Column("no_further_bill", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        batch.create_index(op.f("ix_shipment_credit_id"), ["credit_id"])
        batch.create_foreign_key(op.f("fk_shipment_broker_id"), "party", ["broker_id"], ["id"])
        batch.create_foreign_key(op.f("fk_shipment_credit_id"), "letter_of_credit", ["credit_id"], ["id"])


def _alter_estimate_line() -> None:
    op.add_column("estimate_line", sa.Column("rate", sa.BigInteger(), nullable=True))
    op.add_column(
        "estimate_line", sa.Column("description", sa.String(length=300), server_default="", nullable=False)
    )
