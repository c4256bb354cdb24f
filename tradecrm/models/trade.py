"""Products, sales contracts, shipments, their cost lines and profit estimates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from tradecrm.models.base import (
    Adjusted,
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


class Product(Owned, Versioned, Base):
    """A product (产品) with its packing data: lengths in cm, weights in kg, cost in base currency with VAT."""

    __tablename__ = "product"

    code: Mapped[str] = mapped_column(String(60), unique=True)
    name_en: Mapped[str] = mapped_column(String(300))
    name_cn: Mapped[str] = mapped_column(String(300), default="")
    specification: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(120), default="")
    unit: Mapped[str] = mapped_column(String(20), default="pcs")
    hs_code: Mapped[str] = mapped_column(String(16), default="")
    price: Mapped[Decimal | None] = mapped_column(Price)
    price_currency: Mapped[str] = mapped_column(String(3), default="USD")
    cost: Mapped[Decimal | None] = mapped_column(Price)
    vat_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal("0.13"))
    rebate_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal("0.13"))
    supplier_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"), index=True)
    per_carton: Mapped[Decimal | None] = mapped_column(Quantity)
    carton_length: Mapped[Decimal | None] = mapped_column(Quantity)
    carton_width: Mapped[Decimal | None] = mapped_column(Quantity)
    carton_height: Mapped[Decimal | None] = mapped_column(Quantity)
    unit_net_weight: Mapped[Decimal | None] = mapped_column(Quantity)
    carton_tare: Mapped[Decimal | None] = mapped_column(Quantity)
    floor: Mapped[Decimal | None] = mapped_column(Price)
    floor_currency: Mapped[str] = mapped_column(String(3), default="USD", server_default="USD")
    origin: Mapped[str] = mapped_column(String(120), default="", server_default="")
    declared_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    declared_elements: Mapped[str] = mapped_column(Text, default="", server_default="")
    statutory_unit: Mapped[str] = mapped_column(String(20), default="", server_default="")
    archived: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_product_name_en", "name_en"),)


class SalesContract(Owned, Versioned, Adjusted, Base):
    """A sales contract (外销合同): header; totals are the sums of its rounded lines.

    ``agency`` is empty, as_agent (we export for a principal) or via_agent (an agent exports for us, section 1.10);
    then ``agency_party_id`` is the principal or the agent, ``agency_fee_rate`` the fee as a part of the amount.
    """

    __tablename__ = "sales_contract"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date)
    customer_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    budget_rate: Mapped[Decimal | None] = mapped_column(RateType)
    incoterm: Mapped[str] = mapped_column(String(3))
    incoterm_place: Mapped[str] = mapped_column(String(120))
    port_of_loading: Mapped[str] = mapped_column(String(120), default="")
    port_of_discharge: Mapped[str] = mapped_column(String(120), default="")
    terms: Mapped[str] = mapped_column(String(300))
    deposit_policy: Mapped[str] = mapped_column(String(12), default="PRO_RATA")
    latest_shipment: Mapped[date | None] = mapped_column(Date)
    partial_allowed: Mapped[bool] = mapped_column(default=True)
    transhipment_allowed: Mapped[bool] = mapped_column(default=True)
    tolerance_over: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    tolerance_under: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    packing: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    customer_po: Mapped[str] = mapped_column(String(60), default="")
    signatory: Mapped[str] = mapped_column(String(120), default="")
    bank_account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    commission_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    commission_hidden: Mapped[bool] = mapped_column(default=True, server_default=true())
    commission_party_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"))
    insurance_clause: Mapped[str] = mapped_column(Text, default="", server_default="")
    clauses: Mapped[str] = mapped_column(Text, default="", server_default="")
    contact_id: Mapped[int | None] = mapped_column(Id, ForeignKey("contact.id"))
    inquiry_id: Mapped[int | None] = mapped_column(Id, ForeignKey("inquiry.id"), index=True)
    quotation_id: Mapped[int | None] = mapped_column(Id, ForeignKey("quotation.id"), index=True)
    is_proforma: Mapped[bool] = mapped_column(default=False, server_default=false())
    counted: Mapped[bool] = mapped_column(default=True, server_default=true())
    counted_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    total: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    deposit_due: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    effective_on: Mapped[date | None] = mapped_column(Date)
    agency: Mapped[str] = mapped_column(String(10), default="", server_default="")
    agency_party_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"), index=True)
    agency_fee_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0), server_default="0")

    __table_args__ = (Index("ix_sales_contract_day", "day", "id"),)


class ContractLine(Owned, Base):
    """A line of a sales contract; description, cost and packing are copies as of the day it was written."""

    __tablename__ = "contract_line"

    contract_id: Mapped[int] = mapped_column(Id, ForeignKey("sales_contract.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[int | None] = mapped_column(Id, ForeignKey("product.id"), index=True)
    item_no: Mapped[str] = mapped_column(String(60), default="")
    description_en: Mapped[str] = mapped_column(Text)
    description_cn: Mapped[str] = mapped_column(Text, default="")
    specification: Mapped[str] = mapped_column(Text, default="")
    hs_code: Mapped[str] = mapped_column(String(16), default="")
    unit: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    price: Mapped[Decimal] = mapped_column(Price)
    discount: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    amount: Mapped[Decimal] = mapped_column(Amount)
    adjusted: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0), server_default="0")
    cost: Mapped[Decimal | None] = mapped_column(Price)
    vat_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal("0.13"))
    rebate_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal("0.13"))
    supplier_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"), index=True)
    per_carton: Mapped[Decimal | None] = mapped_column(Quantity)
    carton_length: Mapped[Decimal | None] = mapped_column(Quantity)
    carton_width: Mapped[Decimal | None] = mapped_column(Quantity)
    carton_height: Mapped[Decimal | None] = mapped_column(Quantity)
    unit_net_weight: Mapped[Decimal | None] = mapped_column(Quantity)
    carton_tare: Mapped[Decimal | None] = mapped_column(Quantity)
    short_closed: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))

    __table_args__ = (UniqueConstraint("contract_id", "position"),)


class Shipment(Owned, Versioned, Base):
    """A shipment (出运, 一票业务) to one customer in one currency; its commercial invoice is posted at departure.

    ``joint_id`` names the first of those that share a container, one for each invoice (sections 1.10 and 16.8).
    """

    __tablename__ = "shipment"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date)
    customer_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    mode: Mapped[str] = mapped_column(String(10), default="FCL")
    forwarder_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(120), default="")
    vessel: Mapped[str] = mapped_column(String(120), default="")
    voyage: Mapped[str] = mapped_column(String(40), default="")
    booking_no: Mapped[str] = mapped_column(String(60), default="")
    bl_no: Mapped[str] = mapped_column(String(60), default="")
    port_of_loading: Mapped[str] = mapped_column(String(120), default="")
    port_of_discharge: Mapped[str] = mapped_column(String(120), default="")
    etd: Mapped[date | None] = mapped_column(Date, index=True)
    eta: Mapped[date | None] = mapped_column(Date)
    departed_on: Mapped[date | None] = mapped_column(Date, index=True)
    arrived_on: Mapped[date | None] = mapped_column(Date)
    bl_copy_sent_on: Mapped[date | None] = mapped_column(Date)
    invoice_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    invoice_date: Mapped[date | None] = mapped_column(Date)
    recognition_rate: Mapped[Decimal | None] = mapped_column(RateType)
    tax_regime: Mapped[str] = mapped_column(String(16), default="TRADER")
    broker_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"))
    bl_type: Mapped[str] = mapped_column(String(10), default="original", server_default="original")
    bl_released_on: Mapped[date | None] = mapped_column(Date)
    declaration_no: Mapped[str] = mapped_column(String(60), default="", server_default="")
    export_date: Mapped[date | None] = mapped_column(Date)
    customs_fob_usd: Mapped[Decimal | None] = mapped_column(Amount)
    consignee: Mapped[str] = mapped_column(Text, default="", server_default="")
    notify_party: Mapped[str] = mapped_column(Text, default="", server_default="")
    marks: Mapped[str] = mapped_column(Text, default="", server_default="")
    container_plan: Mapped[str] = mapped_column(String(60), default="", server_default="")
    loaded_on: Mapped[date | None] = mapped_column(Date)
    delivered_on: Mapped[date | None] = mapped_column(Date)
    presented_on: Mapped[date | None] = mapped_column(Date)
    sight_on: Mapped[date | None] = mapped_column(Date)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    credit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("letter_of_credit.id"), index=True)
    rebate_state: Mapped[str] = mapped_column(String(16), default="", server_default="")
    no_further_bill: Mapped[bool] = mapped_column(default=False, server_default=false())
    closed_on: Mapped[date | None] = mapped_column(Date)
    recognized_on: Mapped[date | None] = mapped_column(Date, index=True)
    joint_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    total: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    remarks: Mapped[str] = mapped_column(Text, default="")
    agency_certificate: Mapped[str] = mapped_column(String(60), default="", server_default="")
    agency_certified_on: Mapped[date | None] = mapped_column(Date)


class ShipmentLine(Owned, Base):
    """Goods of a contract line that go with a shipment."""

    __tablename__ = "shipment_line"

    shipment_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    contract_id: Mapped[int] = mapped_column(Id, ForeignKey("sales_contract.id"), index=True)
    contract_line_id: Mapped[int] = mapped_column(Id, ForeignKey("contract_line.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    amount: Mapped[Decimal] = mapped_column(Amount)
    adjusted: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0), server_default="0")
    cartons: Mapped[int] = mapped_column(Integer, default=0)
    net_weight: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    gross_weight: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    volume: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))

    __table_args__ = (UniqueConstraint("shipment_id", "position"),)


class CostLine(Owned, Versioned, Base):
    """A cost of a shipment (费用, domain.md section 2.3): amount in its currency, rate and rounded base amount.

    ``status`` is estimated, accrued, invoiced or paid; purchase lines also carry VAT and rebate.
    """

    __tablename__ = "cost_line"

    shipment_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    shipment_line_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment_line.id"))
    category: Mapped[str] = mapped_column(String(5))
    description: Mapped[str] = mapped_column(String(300), default="")
    party_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal] = mapped_column(RateType)
    base_amount: Mapped[Decimal] = mapped_column(Amount)
    status: Mapped[str] = mapped_column(String(10))
    basis: Mapped[str] = mapped_column(String(16), default="value")
    vat_rate: Mapped[Decimal | None] = mapped_column(Fraction)
    rebate_rate: Mapped[Decimal | None] = mapped_column(Fraction)
    net_amount: Mapped[Decimal | None] = mapped_column(Amount)
    rebate: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    bill_number: Mapped[str] = mapped_column(String(60), default="")
    bill_date: Mapped[date | None] = mapped_column(Date)
    item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"), index=True)
    receipt_id: Mapped[int | None] = mapped_column(Id, ForeignKey("receipt.id"), index=True)
    purchase_line_id: Mapped[int | None] = mapped_column(Id, ForeignKey("purchase_line.id"), index=True)
    quantity: Mapped[Decimal | None] = mapped_column(Quantity)
    recharged: Mapped[bool] = mapped_column(default=False, server_default=false())
    manual_parts: Mapped[str] = mapped_column(Text, default="", server_default="")


class Estimate(Owned, Base):
    """A version of the profit estimate (利润估算表) of a shipment or of a contract, frozen with its rates.

    ``status`` is draft, submitted, approved or superseded; only an approved one is compared (section 2.10).
    """

    __tablename__ = "estimate"

    shipment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(Id, ForeignKey("sales_contract.id"), index=True)
    version_no: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
    rate: Mapped[Decimal] = mapped_column(RateType)
    revenue_base: Mapped[Decimal] = mapped_column(Amount)
    status: Mapped[str] = mapped_column(String(12), default="approved", server_default="approved")
    remarks: Mapped[str] = mapped_column(String(300), default="", server_default="")

    __table_args__ = (
        UniqueConstraint("shipment_id", "version_no"),
        UniqueConstraint("contract_id", "version_no"),
    )


class EstimateLine(Owned, Base):
    """A row of a profit estimate: amount in its currency, the rate it was valued at, and in base currency."""

    __tablename__ = "estimate_line"

    estimate_id: Mapped[int] = mapped_column(Id, ForeignKey("estimate.id"), index=True)
    category: Mapped[str] = mapped_column(String(5))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    base_amount: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal | None] = mapped_column(RateType)
    description: Mapped[str] = mapped_column(String(300), default="", server_default="")
