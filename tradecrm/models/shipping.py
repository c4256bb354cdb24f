"""Shipments on their way: milestones, containers, papers, letters of credit, the customer's credit, attachments."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tradecrm.models.base import (
    APPEND_ONLY,
    Amount,
    Base,
    Fraction,
    Id,
    Keyed,
    Owned,
    Quantity,
    UtcMoment,
    Versioned,
)


class Milestone(Owned, Base):
    """A milestone (节点) of a shipment with planned, revised and actual day (section 1.6)."""

    __tablename__ = "milestone"

    shipment_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    code: Mapped[str] = mapped_column(String(12))
    planned_on: Mapped[date | None] = mapped_column(Date)
    revised_on: Mapped[date | None] = mapped_column(Date, index=True)
    actual_on: Mapped[date | None] = mapped_column(Date)
    remarks: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (UniqueConstraint("shipment_id", "code"),)


class MilestoneChange(Owned, Base):
    """What was once planned or said of a milestone: the history is kept."""

    __tablename__ = "milestone_change"

    milestone_id: Mapped[int] = mapped_column(Id, ForeignKey("milestone.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcMoment)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    field: Mapped[str] = mapped_column(String(12))
    old: Mapped[date | None] = mapped_column(Date)
    new: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = ({"info": APPEND_ONLY},)


class Container(Owned, Base):
    """A container of a shipment, with what is in it; weights in kg, volume in m³, ``free_days`` at destination."""

    __tablename__ = "container"

    shipment_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(8))
    number: Mapped[str] = mapped_column(String(20), default="")
    seal: Mapped[str] = mapped_column(String(30), default="")
    bl_id: Mapped[int | None] = mapped_column(Id, ForeignKey("bill_of_lading.id"), index=True)
    packages: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    gross_weight: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), server_default="0")
    volume: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), server_default="0")
    vgm: Mapped[Decimal | None] = mapped_column(Quantity)
    picked_up_on: Mapped[date | None] = mapped_column(Date)
    gated_in_on: Mapped[date | None] = mapped_column(Date)
    free_days: Mapped[int | None] = mapped_column(Integer)
    returned_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (UniqueConstraint("shipment_id", "position"),)


class BillOfLading(Owned, Versioned, Base):
    """One of a shipment's bills of lading (提单); a shipment with a single one keeps it on itself.

    Vessel and voyage decide which on-board date starts the presentation period (domain.md section 16.16).
    """

    __tablename__ = "bill_of_lading"

    shipment_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    number: Mapped[str] = mapped_column(String(60))
    vessel: Mapped[str] = mapped_column(String(120), default="")
    voyage: Mapped[str] = mapped_column(String(40), default="")
    on_board_on: Mapped[date | None] = mapped_column(Date)
    originals: Mapped[int] = mapped_column(Integer, default=3)
    issued_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (UniqueConstraint("shipment_id", "position"),)


class ContainerType(Keyed, Versioned, Base):
    """A type of container (柜型, section 9.3): inside in m, usable m³, payload in kg, as the firm set them."""

    __tablename__ = "container_type"

    code: Mapped[str] = mapped_column(String(8), unique=True)
    length: Mapped[Decimal] = mapped_column(Quantity)
    width: Mapped[Decimal] = mapped_column(Quantity)
    height: Mapped[Decimal] = mapped_column(Quantity)
    usable: Mapped[Decimal] = mapped_column(Quantity)
    payload: Mapped[Decimal] = mapped_column(Quantity)


class IssuedPaper(Owned, Base):
    """A paper as it went out (已发单证): the file itself with its digest, never drawn again from newer data."""

    __tablename__ = "issued_paper"

    kind: Mapped[str] = mapped_column(String(24))
    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int] = mapped_column(Id)
    number: Mapped[str] = mapped_column(String(60))
    version_no: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UtcMoment)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_issued_paper_subject", "subject_kind", "subject_id"), {"info": APPEND_ONLY})


class ShipmentDocument(Owned, Versioned, Base):
    """A row of a shipment's document checklist (单证清单, section 1.5)."""

    __tablename__ = "shipment_document"

    shipment_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(200), default="")
    originals: Mapped[int] = mapped_column(Integer, default=1)
    copies: Mapped[int] = mapped_column(Integer, default=0)
    issuer: Mapped[str] = mapped_column(String(120), default="")
    responsible_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"))
    due_on: Mapped[date | None] = mapped_column(Date, index=True)
    status: Mapped[str] = mapped_column(String(12), default="to_do")
    number: Mapped[str] = mapped_column(String(60), default="")
    issued_on: Mapped[date | None] = mapped_column(Date)
    sent_on: Mapped[date | None] = mapped_column(Date)
    wording: Mapped[str] = mapped_column(Text, default="")
    of_credit: Mapped[bool] = mapped_column(default=False)


class LetterOfCredit(Owned, Versioned, Base):
    """A letter of credit (信用证, section 1.7); ``presentation_days`` None is 21, fractions for the tolerances."""

    __tablename__ = "letter_of_credit"

    number: Mapped[str] = mapped_column(String(60), unique=True)
    customer_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(Id, ForeignKey("sales_contract.id"), index=True)
    status: Mapped[str] = mapped_column(String(12), default="received")
    issuing_bank: Mapped[str] = mapped_column(String(200), default="")
    advising_bank: Mapped[str] = mapped_column(String(200), default="")
    confirming_bank: Mapped[str] = mapped_column(String(200), default="")
    confirmed: Mapped[bool] = mapped_column(default=False)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    tolerance_over: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    tolerance_under: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    issued_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date] = mapped_column(Date)
    expiry_place: Mapped[str] = mapped_column(String(120), default="")
    expiry_country: Mapped[str] = mapped_column(String(2), default="CN")
    latest_shipment: Mapped[date | None] = mapped_column(Date)
    presentation_days: Mapped[int | None] = mapped_column(Integer)
    tenor: Mapped[str] = mapped_column(String(8), default="SIGHT")
    tenor_days: Mapped[int] = mapped_column(Integer, default=0)
    tenor_basis: Mapped[str] = mapped_column(String(8), default="SIGHT")
    partial_allowed: Mapped[bool] = mapped_column(default=True)
    transhipment_allowed: Mapped[bool] = mapped_column(default=True)
    port_of_loading: Mapped[str] = mapped_column(String(120), default="")
    port_of_discharge: Mapped[str] = mapped_column(String(120), default="")
    beneficiary: Mapped[str] = mapped_column(Text, default="")
    goods: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[str] = mapped_column(Text, default="")
    documents: Mapped[str] = mapped_column(Text, default="")
    checked_on: Mapped[date | None] = mapped_column(Date)
    remarks: Mapped[str] = mapped_column(Text, default="")


class Presentation(Owned, Versioned, Base):
    """Documents presented under a letter of credit, or sent for collection, for one shipment."""

    __tablename__ = "presentation"

    shipment_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    credit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("letter_of_credit.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Amount)
    deadline: Mapped[date | None] = mapped_column(Date)
    presented_on: Mapped[date | None] = mapped_column(Date)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    matures_on: Mapped[date | None] = mapped_column(Date)
    paid_on: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(12), default="presented")
    discrepancies: Mapped[str] = mapped_column(Text, default="")


class CreditTerms(Owned, Versioned, Base):
    """What credit a customer has (信用额度, section 5); ``limit`` None is unchecked, 0 is prepayment only."""

    __tablename__ = "credit_terms"

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), unique=True)
    limit: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    max_overdue_days: Mapped[int] = mapped_column(Integer, default=15)
    hold: Mapped[bool] = mapped_column(default=False)
    hold_reason: Mapped[str] = mapped_column(String(300), default="")
    cover_amount: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    cover_share: Mapped[Decimal] = mapped_column(Fraction, default=Decimal(0))
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"), index=True)
    approved_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"))


class Release(Owned, Versioned, Base):
    """An exception asked for (超限审批, 放单): load over the limit or unpaid, or give the bill of lading up.

    ``kind`` is credit, payment, bl, reopen or parts; ``maximum`` the commercial invoice it is good for, in
    ``maximum_currency``. It is tied to a shipment, or to a contract that is put into effect.
    States: requested, approved, rejected, consumed, expired, void (section 5).
    """

    __tablename__ = "release"

    kind: Mapped[str] = mapped_column(String(10))
    shipment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(Id, ForeignKey("sales_contract.id"), index=True)
    customer_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(String(3))
    exposure: Mapped[Decimal | None] = mapped_column(Amount)
    limit: Mapped[Decimal | None] = mapped_column(Amount)
    excess: Mapped[Decimal | None] = mapped_column(Amount)
    maximum: Mapped[Decimal] = mapped_column(Amount)
    maximum_currency: Mapped[str] = mapped_column(String(3))
    valid_until: Mapped[date] = mapped_column(Date)
    consumed_on: Mapped[date | None] = mapped_column(Date)


class Holiday(Keyed, Base):
    """A day on which banks of a country are closed, or (``working``) a weekend day on which they work (调休)."""

    __tablename__ = "holiday"

    country: Mapped[str] = mapped_column(String(2))
    day: Mapped[date] = mapped_column(Date)
    working: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(120), default="")

    __table_args__ = (UniqueConstraint("country", "day"),)


class Attachment(Owned, Base):
    """A file kept with a record: the firm's logo and stamp, a product's picture, a customer's order."""

    __tablename__ = "attachment"

    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int] = mapped_column(Id)
    purpose: Mapped[str] = mapped_column(String(16), default="file")
    name: Mapped[str] = mapped_column(String(260))
    media_type: Mapped[str] = mapped_column(String(80), default="application/octet-stream")
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcMoment)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_attachment_subject", "subject_kind", "subject_id"),)
