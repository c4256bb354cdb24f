"""Freight inquiries, the forwarders asked, their quotes by charge, and the bills laid over them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tradecrm.models.base import Amount, Base, Id, Owned, Price, Quantity, RateType, UtcMoment, Versioned


class FreightInquiry(Owned, Versioned, Base):
    """What forwarders are asked (运费询价): cargo and route, never customer, price or factory."""

    __tablename__ = "freight_inquiry"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    shipment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(Id, ForeignKey("sales_contract.id"), index=True)
    mode: Mapped[str] = mapped_column(String(10), default="FCL")
    port_of_loading: Mapped[str] = mapped_column(String(120))
    port_of_discharge: Mapped[str] = mapped_column(String(120))
    place_of_delivery: Mapped[str] = mapped_column(String(120), default="")
    incoterm: Mapped[str] = mapped_column(String(3), default="")
    container_type: Mapped[str] = mapped_column(String(8), default="")
    container_count: Mapped[int] = mapped_column(Integer, default=0)
    cargo: Mapped[str] = mapped_column(Text)
    hs_code: Mapped[str] = mapped_column(String(60), default="")
    packages: Mapped[int] = mapped_column(Integer, default=0)
    gross_weight: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    volume: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    ready_on: Mapped[date | None] = mapped_column(Date)
    target_etd: Mapped[date | None] = mapped_column(Date)
    quote_by: Mapped[date | None] = mapped_column(Date)
    dangerous: Mapped[bool] = mapped_column(default=False)
    remarks: Mapped[str] = mapped_column(Text, default="")
    chosen_quote_id: Mapped[int | None] = mapped_column(Id)
    choice_reason: Mapped[str] = mapped_column(String(300), default="")


class FreightInvite(Owned, Base):
    """A forwarder that was asked, in which language, when, and whether it declined."""

    __tablename__ = "freight_invite"

    inquiry_id: Mapped[int] = mapped_column(Id, ForeignKey("freight_inquiry.id"), index=True)
    forwarder_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    language: Mapped[str] = mapped_column(String(8), default="zh")
    sent_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    declined: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("inquiry_id", "forwarder_id"),)


class FreightQuote(Owned, Versioned, Base):
    """What a forwarder offers; its charges stand apart. Amounts are compared all-in, in base (section 6)."""

    __tablename__ = "freight_quote"

    inquiry_id: Mapped[int] = mapped_column(Id, ForeignKey("freight_inquiry.id"), index=True)
    forwarder_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(120), default="")
    port_of_loading: Mapped[str] = mapped_column(String(120), default="")
    port_of_discharge: Mapped[str] = mapped_column(String(120), default="")
    container_type: Mapped[str] = mapped_column(String(8), default="")
    container_count: Mapped[int] = mapped_column(Integer, default=0)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    etd: Mapped[date | None] = mapped_column(Date)
    transit_days: Mapped[int | None] = mapped_column(Integer)
    free_days: Mapped[int | None] = mapped_column(Integer)
    received_at: Mapped[datetime] = mapped_column(UtcMoment)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    remarks: Mapped[str] = mapped_column(Text, default="")


class FreightCharge(Owned, Base):
    """One charge of a quote: price a unit (container, RT, bill of lading, shipment) times quantity.

    ``cost_line_id`` is the estimated cost that it became when the quote was chosen.
    """

    __tablename__ = "freight_charge"

    quote_id: Mapped[int] = mapped_column(Id, ForeignKey("freight_quote.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(12))
    unit: Mapped[str] = mapped_column(String(12), default="container")
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1))
    currency: Mapped[str] = mapped_column(String(3))
    price: Mapped[Decimal] = mapped_column(Price)
    description: Mapped[str] = mapped_column(String(120), default="")
    cost_line_id: Mapped[int | None] = mapped_column(Id, ForeignKey("cost_line.id"))

    __table_args__ = (UniqueConstraint("quote_id", "position"),)


class FreightBill(Owned, Versioned, Base):
    """A forwarder's bill for a shipment, laid over the chosen quote line by line; posted when accepted."""

    __tablename__ = "freight_bill"

    number: Mapped[str] = mapped_column(String(60))
    shipment_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    forwarder_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(12), default="draft")
    remarks: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (UniqueConstraint("forwarder_id", "number"),)


class FreightBillLine(Owned, Base):
    """A line of a forwarder's bill: what was quoted, what is billed, and whether it is accepted."""

    __tablename__ = "freight_bill_line"

    bill_id: Mapped[int] = mapped_column(Id, ForeignKey("freight_bill.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(12))
    description: Mapped[str] = mapped_column(String(120), default="")
    currency: Mapped[str] = mapped_column(String(3))
    quoted: Mapped[Decimal | None] = mapped_column(Amount)
    amount: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal | None] = mapped_column(RateType)
    state: Mapped[str] = mapped_column(String(10), default="open")
    cost_line_id: Mapped[int | None] = mapped_column(Id, ForeignKey("cost_line.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (UniqueConstraint("bill_id", "position"),)
