"""What settles beside receipts and payments: notes, write-offs, refunds, contra entries, promises, reminders, plans."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tradecrm.models.base import (
    APPEND_ONLY,
    Amount,
    Base,
    Id,
    Keyed,
    Owned,
    RateType,
    UtcMoment,
    Versioned,
)


class Note(Owned, Base):
    """A debit or credit note (借项/贷项通知), or an opening balance, on either side (domain.md section 3.1).

    ``kind`` is DN, CN or OPEN; ``amount`` is without sign, ``invoice_id`` the item it corrects, if any;
    ``category`` says what it changes: the revenue, a cost of the shipment, or the opening of the books.
    """

    __tablename__ = "note"

    number: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(4))
    side: Mapped[str] = mapped_column(String(2))
    day: Mapped[date] = mapped_column(Date, index=True)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal] = mapped_column(RateType)
    category: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    invoice_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(Id, ForeignKey("sales_contract.id"), index=True)
    shipment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"), unique=True)
    reversed_on: Mapped[date | None] = mapped_column(Date)


class WriteOffRequest(Owned, Versioned, Base):
    """A rest of an invoice or bill to be given up (核销差额, 坏账): within the limits at once, above them by approval.

    ``kind`` is small or bad_debt; states: pending, posted, rejected, reversed.
    """

    __tablename__ = "write_off"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    item_id: Mapped[int] = mapped_column(Id, ForeignKey("item.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    day: Mapped[date] = mapped_column(Date)
    amount: Mapped[Decimal] = mapped_column(Amount)
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10))
    credit_item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"), unique=True)
    reversed_on: Mapped[date | None] = mapped_column(Date)


class Refund(Owned, Base):
    """Money given back (退款): to a customer what they paid too much, or by a supplier what was prepaid."""

    __tablename__ = "refund"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    side: Mapped[str] = mapped_column(String(2))
    day: Mapped[date] = mapped_column(Date, index=True)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    charge: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    rate: Mapped[Decimal] = mapped_column(RateType)
    reason: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(String(120), default="")
    item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"), unique=True)
    reversed_on: Mapped[date | None] = mapped_column(Date)


class Contra(Owned, Base):
    """What a party owes the firm set against what the firm owes it (对冲): the only way the two sides meet.

    Both amounts are in the currency of their side; their base value is one and the same.
    """

    __tablename__ = "contra"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    receivable_currency: Mapped[str] = mapped_column(String(3))
    receivable_amount: Mapped[Decimal] = mapped_column(Amount)
    payable_currency: Mapped[str] = mapped_column(String(3))
    payable_amount: Mapped[Decimal] = mapped_column(Amount)
    base_amount: Mapped[Decimal] = mapped_column(Amount)
    reason: Mapped[str] = mapped_column(Text)
    receivable_item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"), unique=True)
    payable_item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"), unique=True)
    reversed_on: Mapped[date | None] = mapped_column(Date)


class PurchaseEarmark(Keyed, Base):
    """Part of a payment kept for a purchase contract (预付账款), a dated row; taken back by a negative row."""

    __tablename__ = "purchase_earmark"

    item_id: Mapped[int] = mapped_column(Id, ForeignKey("item.id"), index=True)
    purchase_id: Mapped[int] = mapped_column(Id, ForeignKey("purchase_contract.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    amount: Mapped[Decimal] = mapped_column(Amount)
    applied: Mapped[bool] = mapped_column(default=False)

    __table_args__ = ({"info": APPEND_ONLY},)


class PayerName(Keyed, Base):
    """A name under which a party's money comes or goes at the bank, learned from what a person chose."""

    __tablename__ = "payer_name"

    name_key: Mapped[str] = mapped_column(String(300), unique=True)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)


class Promise(Owned, Base):
    """A day on which a customer promised to pay an instalment (承诺付款日); the latest counts, None withdraws it."""

    __tablename__ = "promise"

    instalment_id: Mapped[int] = mapped_column(Id, ForeignKey("instalment.id"), index=True)
    promised_on: Mapped[date | None] = mapped_column(Date)
    day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcMoment)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = ({"info": APPEND_ONLY},)


class Dunning(Owned, Base):
    """A payment reminder sent to a customer (催款): which stage, when, for which instalment, in which words."""

    __tablename__ = "dunning"

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    instalment_id: Mapped[int] = mapped_column(Id, ForeignKey("instalment.id"), index=True)
    stage: Mapped[int] = mapped_column(Integer)
    day: Mapped[date] = mapped_column(Date)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = ({"info": APPEND_ONLY},)


class PlannedFlow(Owned, Versioned, Base):
    """Money expected to come or go outside of trade (计划收支): rent, salaries, tax; signed, income positive.

    ``repeats`` is once, monthly, quarterly or yearly, from ``first_on`` until ``until``; without an account it
    belongs to no account of the cash projection but to the firm.
    """

    __tablename__ = "planned_flow"

    title: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(8))
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    repeats: Mapped[str] = mapped_column(String(10))
    first_on: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    active: Mapped[bool] = mapped_column(default=True)


class CollectionMatch(Owned, Base):
    """Part of a receipt shown as the collection of a shipment's declaration (收汇匹配, sections 1.8 and 16.20)."""

    __tablename__ = "collection_match"

    receipt_id: Mapped[int] = mapped_column(Id, ForeignKey("receipt.id"))
    shipment_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = (Index("uq_collection_match_pair", "receipt_id", "shipment_id", unique=True),)
