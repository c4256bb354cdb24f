"""What comes before a contract: inquiries, quotations with revisions, proforma invoices, price lists, clauses."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tradecrm.models.base import (
    Adjusted,
    Amount,
    Base,
    Fraction,
    Id,
    Keyed,
    Owned,
    Price,
    Quantity,
    RateType,
    UtcMoment,
    Versioned,
)


class SaleTerms(Adjusted):
    """What quotation and proforma invoice agree on beside the goods (domain.md section 1.2)."""

    customer_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(Id, ForeignKey("contact.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    rate: Mapped[Decimal | None] = mapped_column(RateType)
    incoterm: Mapped[str] = mapped_column(String(3))
    incoterm_place: Mapped[str] = mapped_column(String(120))
    port_of_loading: Mapped[str] = mapped_column(String(120), default="")
    port_of_discharge: Mapped[str] = mapped_column(String(120), default="")
    terms: Mapped[str] = mapped_column(String(300))
    valid_until: Mapped[date | None] = mapped_column(Date)
    lead_time: Mapped[str] = mapped_column(String(120), default="")
    partial_allowed: Mapped[bool] = mapped_column(default=True)
    transhipment_allowed: Mapped[bool] = mapped_column(default=True)
    packing: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    clauses: Mapped[str] = mapped_column(Text, default="")
    customer_po: Mapped[str] = mapped_column(String(60), default="")
    signatory: Mapped[str] = mapped_column(String(120), default="")
    bank_account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    commission_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    commission_hidden: Mapped[bool] = mapped_column(default=False)
    total: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))


class GoodsLine:
    """A line of goods: copies of the product's texts, cost and packing as of the day it was written.

    ``amount`` contains ``adjusted``, the line's share of the paper's discount or charge.
    """

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
    floor: Mapped[Decimal | None] = mapped_column(Price)
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


class Inquiry(Owned, Versioned, Base):
    """What a customer asks for (询盘); it is answered by quotations and ends won or lost."""

    __tablename__ = "inquiry"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    customer_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(Id, ForeignKey("contact.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(80), default="")
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    reply_by: Mapped[date | None] = mapped_column(Date)
    wanted: Mapped[str] = mapped_column(Text, default="")
    lost_reason: Mapped[str] = mapped_column(String(300), default="")
    remarks: Mapped[str] = mapped_column(Text, default="")


class InquiryLine(Owned, Base):
    """Goods a customer asks about, perhaps with a price they have in mind."""

    __tablename__ = "inquiry_line"

    inquiry_id: Mapped[int] = mapped_column(Id, ForeignKey("inquiry.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[int | None] = mapped_column(Id, ForeignKey("product.id"), index=True)
    description_en: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal | None] = mapped_column(Quantity)
    unit: Mapped[str] = mapped_column(String(20), default="pcs")
    target_price: Mapped[Decimal | None] = mapped_column(Price)

    __table_args__ = (UniqueConstraint("inquiry_id", "position"),)


class Quotation(Owned, Versioned, SaleTerms, Base):
    """One revision of a quotation (报价单); of all revisions under a number only one is current.

    The costs beside the goods are those the estimate was made with: ``freight`` in ``freight_currency``,
    ``domestic_cost`` in base currency, insurance and bank charges as fractions of the price (section 2.7).
    """

    __tablename__ = "quotation"

    number: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(Integer, default=0)
    current: Mapped[bool] = mapped_column(default=True)
    day: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(20), index=True)
    inquiry_id: Mapped[int | None] = mapped_column(Id, ForeignKey("inquiry.id"), index=True)
    freight: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    freight_currency: Mapped[str] = mapped_column(String(3), default="USD")
    insurance_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    insurance_markup: Mapped[Decimal] = mapped_column(Fraction, default=Decimal("0.1"))
    bank_fee_rate: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    domestic_cost: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    sent_on: Mapped[date | None] = mapped_column(Date)
    answer: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (UniqueConstraint("number", "revision"), Index("ix_quotation_day", "day", "id"))


class QuotationLine(Owned, GoodsLine, Base):
    """A line of a quotation."""

    __tablename__ = "quotation_line"

    quotation_id: Mapped[int] = mapped_column(Id, ForeignKey("quotation.id"), index=True)

    __table_args__ = (UniqueConstraint("quotation_id", "position"),)


class Proforma(Owned, Versioned, SaleTerms, Base):
    """A proforma invoice (形式发票, PI).

    Where the PI is itself the contract, ``contract_id`` names the contract that was made of it in the same step;
    it follows the contract's flow from there (section 1.1).
    """

    __tablename__ = "proforma"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    quotation_id: Mapped[int | None] = mapped_column(Id, ForeignKey("quotation.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(Id, ForeignKey("sales_contract.id"), index=True)
    is_contract: Mapped[bool] = mapped_column(default=False)
    latest_shipment: Mapped[date | None] = mapped_column(Date)


class ProformaLine(Owned, GoodsLine, Base):
    """A line of a proforma invoice."""

    __tablename__ = "proforma_line"

    proforma_id: Mapped[int] = mapped_column(Id, ForeignKey("proforma.id"), index=True)

    __table_args__ = (UniqueConstraint("proforma_id", "position"),)


class ContractVersion(Owned, Base):
    """A version of a sales contract: what was in force, or an amendment that waits (section 1.3).

    ``content`` is the whole contract as JSON; ``status`` is draft, submitted, in_force, superseded or dropped.
    """

    __tablename__ = "contract_version"

    contract_id: Mapped[int] = mapped_column(Id, ForeignKey("sales_contract.id"), index=True)
    version_no: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
    status: Mapped[str] = mapped_column(String(12))
    effective_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(300), default="")
    total: Mapped[Decimal] = mapped_column(Amount)
    content: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("contract_id", "version_no"),)


class PriceList(Keyed, Versioned, Base):
    """A price list (价格表) in one currency: for everyone, for customers of a grade, or for one customer."""

    __tablename__ = "price_list"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    incoterm: Mapped[str] = mapped_column(String(3), default="FOB")
    grade: Mapped[str] = mapped_column(String(2), default="")
    party_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"), index=True)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    max_discount: Mapped[Decimal | None] = mapped_column(Fraction)
    active: Mapped[bool] = mapped_column(default=True)


class PriceListLine(Keyed, Base):
    """A price from a quantity on, with the floor (底价) below which a quotation needs approval."""

    __tablename__ = "price_list_line"

    price_list_id: Mapped[int] = mapped_column(Id, ForeignKey("price_list.id"), index=True)
    product_id: Mapped[int] = mapped_column(Id, ForeignKey("product.id"), index=True)
    from_quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    price: Mapped[Decimal] = mapped_column(Price)
    floor: Mapped[Decimal | None] = mapped_column(Price)

    __table_args__ = (UniqueConstraint("price_list_id", "product_id", "from_quantity"),)


class Clause(Keyed, Versioned, Base):
    """A clause of a kind of paper (条款), in both languages; with a party only on papers to that party."""

    __tablename__ = "clause"

    paper: Mapped[str] = mapped_column(String(24), index=True)
    party_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    title_en: Mapped[str] = mapped_column(String(120), default="")
    title_cn: Mapped[str] = mapped_column(String(120), default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    text_cn: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)


class PaperStyle(Keyed, Versioned, Base):
    """How a kind of paper is drawn, for everyone or for one party: language and what is shown, as JSON."""

    __tablename__ = "paper_style"

    paper: Mapped[str] = mapped_column(String(24))
    party_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"), index=True)
    language: Mapped[str] = mapped_column(String(8), default="both")
    options: Mapped[str] = mapped_column(Text, default="{}")
