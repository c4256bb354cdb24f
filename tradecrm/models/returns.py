"""Goods that come back from a customer (退运)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tradecrm.models.base import Amount, Base, Id, Owned, Quantity, Versioned


class GoodsReturn(Owned, Versioned, Base):
    """Goods of a shipment that come back (退运, domain.md section 1.10): received, credited, their rebate given back.

    States: draft, received, reversed. ``fate`` says where they go: stock, supplier or scrap. ``note_id`` is the
    customer's credit note; ``repaid_on`` the day on which rebate that was claimed went back to the tax office.
    """

    __tablename__ = "goods_return"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    shipment_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    status: Mapped[str] = mapped_column(String(10), index=True)
    fate: Mapped[str] = mapped_column(String(10), default="stock")
    reason: Mapped[str] = mapped_column(String(300))
    received_on: Mapped[date | None] = mapped_column(Date)
    note_id: Mapped[int | None] = mapped_column(Id, ForeignKey("note.id"), unique=True)
    posting_id: Mapped[int | None] = mapped_column(Id, ForeignKey("posting.id"))
    repaid_on: Mapped[date | None] = mapped_column(Date)
    repay_posting_id: Mapped[int | None] = mapped_column(Id, ForeignKey("posting.id"))
    remarks: Mapped[str] = mapped_column(Text, default="")


class GoodsReturnLine(Owned, Base):
    """Returned goods of a shipment line: quantity, amount credited in the invoice's currency, cost and rebate in base.

    The cost, with VAT, is what the shipment is relieved of (section 9.1), ``rebate`` the part of its rebate that falls
    away with it. ``claimed`` is the quantity whose rebate was claimed before, ``owed`` what of that is to be paid back.
    """

    __tablename__ = "goods_return_line"

    return_id: Mapped[int] = mapped_column(Id, ForeignKey("goods_return.id"), index=True)
    shipment_line_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment_line.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    amount: Mapped[Decimal] = mapped_column(Amount)
    cost: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    rebate: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    claimed: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    owed: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))

    __table_args__ = (UniqueConstraint("return_id", "position"),)


class GoodsReturnNote(Owned, Base):
    """A supplier's credit note for goods that went back to the factory, on the bill they were bought with."""

    __tablename__ = "goods_return_note"

    return_id: Mapped[int] = mapped_column(Id, ForeignKey("goods_return.id"), index=True)
    note_id: Mapped[int] = mapped_column(Id, ForeignKey("note.id"), unique=True)
