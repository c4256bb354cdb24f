"""Parties with their contacts, addresses and the keys by which duplicates are found; imports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from tradecrm.models.base import Base, Id, Keyed, Owned, UtcMoment, Versioned


class Party(Owned, Versioned, Base):
    """A business partner (往来单位): one table, role flags; a party may be customer and supplier at once."""

    __tablename__ = "party"

    code: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    name_local: Mapped[str] = mapped_column(String(300), default="")
    is_customer: Mapped[bool] = mapped_column(default=False)
    is_supplier: Mapped[bool] = mapped_column(default=False)
    is_forwarder: Mapped[bool] = mapped_column(default=False)
    is_service: Mapped[bool] = mapped_column(default=False)
    country: Mapped[str] = mapped_column(String(2), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    industry: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[str] = mapped_column(String(80), default="")
    grade: Mapped[str] = mapped_column(String(2), default="")
    tax_no: Mapped[str] = mapped_column(String(60), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(80), default="")
    currency: Mapped[str] = mapped_column(String(3), default="")
    incoterm: Mapped[str] = mapped_column(String(3), default="")
    incoterm_place: Mapped[str] = mapped_column(String(120), default="")
    terms: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    archived: Mapped[bool] = mapped_column(default=False)
    counted: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether new contracts of the customer count in orders and targets."""

    __table_args__ = (
        Index("ix_party_name", "name"),
        Index("ix_party_customer_name", "is_customer", "archived", "name"),
        Index("ix_party_updated_at", "updated_at"),
    )


class Contact(Owned, Base):
    """A person at a party (联系人)."""

    __tablename__ = "contact"

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    position: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(80), default="")
    messenger: Mapped[str] = mapped_column(String(120), default="")
    is_main: Mapped[bool] = mapped_column(default=False)


class Address(Owned, Base):
    """An address of a party (地址): registered, delivery or notify, as printed on papers."""

    __tablename__ = "address"

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20), default="registered")
    text: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str] = mapped_column(String(2), default="")


class PartyBank(Owned, Versioned, Base):
    """A bank account of a partner (对方银行账户), to which money is sent; changing one wants approval."""

    __tablename__ = "party_bank"

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    holder: Mapped[str] = mapped_column(String(300), default="")
    bank: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(60))
    swift: Mapped[str] = mapped_column(String(16), default="")
    bank_address: Mapped[str] = mapped_column(String(300), default="")
    currency: Mapped[str] = mapped_column(String(3))
    is_main: Mapped[bool] = mapped_column(default=False)
    confirmed: Mapped[bool] = mapped_column(default=True)


class PartyKey(Keyed, Base):
    """A normalized key of a party by which duplicates are found (查重, domain.md section 7.4)."""

    __tablename__ = "party_key"

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(String(300))

    __table_args__ = (
        UniqueConstraint("party_id", "kind", "value"),
        Index("ix_party_key_lookup", "kind", "value", "party_id"),
    )


class ImportRun(Keyed, Base):
    """One import of a spreadsheet (导入记录); it can be undone as a whole."""

    __tablename__ = "import_run"

    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(260))
    at: Mapped[datetime] = mapped_column(UtcMoment)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    created_count: Mapped[int] = mapped_column(Integer, default=0)
    undone_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class ImportedRecord(Base):
    """A record that an import made, with the row of the sheet it came from."""

    __tablename__ = "imported_record"

    run_id: Mapped[int] = mapped_column(Id, ForeignKey("import_run.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    record_id: Mapped[int] = mapped_column(Id, primary_key=True)
    sheet_row: Mapped[int] = mapped_column(Integer)
    undone: Mapped[bool] = mapped_column(default=False)
