"""Purchase contracts with factories, their lines' links to sold goods, what came in, and import jobs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tradecrm.models.base import (
    Amount,
    Base,
    Fraction,
    Id,
    Owned,
    Price,
    Quantity,
    RateType,
    UtcMoment,
    Versioned,
)


class PurchaseContract(Owned, Versioned, Base):
    """A purchase contract (采购合同) with one factory; prices include VAT when ``vat_included`` says so."""

    __tablename__ = "purchase_contract"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date)
    supplier_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    vat_included: Mapped[bool] = mapped_column(default=True)
    invoice_type: Mapped[str] = mapped_column(String(10), default="special")
    stock_purchase: Mapped[bool] = mapped_column(default=False)
    terms: Mapped[str] = mapped_column(String(300), default="")
    delivery_on: Mapped[date | None] = mapped_column(Date)
    delivery_place: Mapped[str] = mapped_column(String(200), default="")
    packing: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[str] = mapped_column(Text, default="")
    quality: Mapped[str] = mapped_column(Text, default="")
    clauses: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    signatory: Mapped[str] = mapped_column(String(120), default="")
    total: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    deposit_due: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))

    __table_args__ = (Index("ix_purchase_contract_day", "day", "id"),)


class PurchaseVersion(Owned, Base):
    """A version of a purchase contract: what was in force, or a change the factory is asked for (section 6).

    ``content`` is the whole contract as JSON; ``status`` is draft, submitted, in_force, superseded or dropped.
    """

    __tablename__ = "purchase_version"

    purchase_id: Mapped[int] = mapped_column(Id, ForeignKey("purchase_contract.id"), index=True)
    version_no: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(300), default="")
    total: Mapped[Decimal] = mapped_column(Amount)
    content: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("purchase_id", "version_no"),)


class PurchaseLine(Owned, Base):
    """A line of a purchase contract; ``price`` as the head says, with or without VAT."""

    __tablename__ = "purchase_line"

    purchase_id: Mapped[int] = mapped_column(Id, ForeignKey("purchase_contract.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[int | None] = mapped_column(Id, ForeignKey("product.id"), index=True)
    item_no: Mapped[str] = mapped_column(String(60), default="")
    description_cn: Mapped[str] = mapped_column(Text)
    description_en: Mapped[str] = mapped_column(Text, default="")
    specification: Mapped[str] = mapped_column(Text, default="")
    hs_code: Mapped[str] = mapped_column(String(16), default="")
    unit: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    price: Mapped[Decimal] = mapped_column(Price)
    amount: Mapped[Decimal] = mapped_column(Amount)
    vat_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal("0.13"))
    rebate_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal("0.13"))
    delivery_on: Mapped[date | None] = mapped_column(Date)
    per_carton: Mapped[Decimal | None] = mapped_column(Quantity)
    invoiced: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    inspection: Mapped[str] = mapped_column(String(12), default="")

    __table_args__ = (UniqueConstraint("purchase_id", "position"),)


class PurchaseLink(Owned, Base):
    """How much of a purchase line is bought for a line of a sales contract (section 1.1)."""

    __tablename__ = "purchase_link"

    purchase_line_id: Mapped[int] = mapped_column(Id, ForeignKey("purchase_line.id"), index=True)
    contract_line_id: Mapped[int] = mapped_column(Id, ForeignKey("contract_line.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Quantity)

    __table_args__ = (UniqueConstraint("purchase_line_id", "contract_line_id"),)


class GoodsReceipt(Owned, Base):
    """Goods that came in from a factory; with direct shipment on the day and for the shipment they left with."""

    __tablename__ = "goods_receipt"

    purchase_line_id: Mapped[int] = mapped_column(Id, ForeignKey("purchase_line.id"), index=True)
    shipment_line_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment_line.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    value: Mapped[Decimal] = mapped_column(Amount)
    remarks: Mapped[str] = mapped_column(String(300), default="")


class ImportJob(Owned, Versioned, Base):
    """Goods bought abroad and brought in (进口, section 2.9): customs value, duty and landed cost."""

    __tablename__ = "import_job"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    supplier_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    incoterm: Mapped[str] = mapped_column(String(3), default="CIF")
    booking_rate: Mapped[Decimal] = mapped_column(RateType)
    customs_rate: Mapped[Decimal] = mapped_column(RateType)
    freight: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    insurance: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    port_cost: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    inland_cost: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    basis: Mapped[str] = mapped_column(String(16), default="value")
    remarks: Mapped[str] = mapped_column(Text, default="")


class ImportJobLine(Owned, Base):
    """Goods of an import job with their duty, consumption tax and import VAT as fractions."""

    __tablename__ = "import_job_line"

    import_job_id: Mapped[int] = mapped_column(Id, ForeignKey("import_job.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[int | None] = mapped_column(Id, ForeignKey("product.id"), index=True)
    description: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    amount: Mapped[Decimal] = mapped_column(Amount)
    weight: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    duty_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    consumption_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    vat_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal("0.13"))

    __table_args__ = (UniqueConstraint("import_job_id", "position"),)
