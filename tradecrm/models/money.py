"""Rates, accounts, the append-only ledger, receivable and payable items, and how they settle each other."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint, false, text
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
    on_server,
)


class Rate(Keyed, Base):
    """An exchange rate (汇率): base units per 1 foreign unit, by type and day, with its source."""

    __tablename__ = "rate"

    kind: Mapped[str] = mapped_column(String(8))
    currency: Mapped[str] = mapped_column(String(3))
    day: Mapped[date] = mapped_column(Date)
    rate: Mapped[Decimal] = mapped_column(RateType)
    source: Mapped[str] = mapped_column(String(120), default="")
    quote: Mapped[str] = mapped_column(String(60), default="")

    __table_args__ = (UniqueConstraint("kind", "currency", "day"),)


class Account(Keyed, Versioned, Base):
    """A bank, cash or wallet account (银行账户, 现金) in one currency."""

    __tablename__ = "account"

    name: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    holder: Mapped[str] = mapped_column(String(12), default="company")
    bank: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[str] = mapped_column(String(60), default="")
    swift: Mapped[str] = mapped_column(String(16), default="")
    bank_address: Mapped[str] = mapped_column(String(300), default="")
    currency: Mapped[str] = mapped_column(String(3))
    opened_on: Mapped[date] = mapped_column(Date)
    allow_negative: Mapped[bool] = mapped_column(default=False)
    archived: Mapped[bool] = mapped_column(default=False)


class Posting(Keyed, Base):
    """A set of ledger rows that belong together and whose base amounts add up to zero; never changed."""

    __tablename__ = "posting"

    day: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(20))
    source_kind: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcMoment)
    reverses_id: Mapped[int | None] = mapped_column(Id, ForeignKey("posting.id"), unique=True)
    memo: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (
        Index("ix_posting_source", "source_kind", "source_id"),
        {"info": APPEND_ONLY},
    )


class LedgerEntry(Keyed, Base):
    """A row of the ledger (总账分录): debit positive, credit negative, in its currency and in base."""

    __tablename__ = "ledger_entry"

    posting_id: Mapped[int] = mapped_column(Id, ForeignKey("posting.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    book: Mapped[str] = mapped_column(String(10))
    category: Mapped[str] = mapped_column(String(8), default="")
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    party_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"))
    contract_id: Mapped[int | None] = mapped_column(Id, ForeignKey("sales_contract.id"))
    shipment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment.id"))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    base_amount: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = (
        Index(
            "ix_ledger_entry_account",
            "account_id",
            "day",
            "amount",
            "base_amount",
            sqlite_where=text("account_id IS NOT NULL"),
            info=on_server("account_id IS NOT NULL"),
        ),
        Index(
            "ix_ledger_entry_party",
            "book",
            "party_id",
            "currency",
            "day",
            "amount",
            "base_amount",
            sqlite_where=text("party_id IS NOT NULL"),
            info=on_server("party_id IS NOT NULL"),
        ),
        Index("ix_ledger_entry_partner", "party_id"),
        Index(
            "ix_ledger_entry_shipment",
            "shipment_id",
            "book",
            "category",
            "amount",
            "base_amount",
            sqlite_where=text("shipment_id IS NOT NULL"),
            info=on_server("shipment_id IS NOT NULL"),
        ),
        {"info": APPEND_ONLY},
    )


class AccountMonth(Base):
    """What moved on an account in one month; kept, recomputed from the ledger, so that balances are instant."""

    __tablename__ = "account_month"

    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    amount: Mapped[Decimal] = mapped_column(Amount)
    base_amount: Mapped[Decimal] = mapped_column(Amount)


class Item(Owned, Base):
    """A receivable or payable item (应收/应付项, domain.md section 3.1): signed amount, booking rate, base.

    ``open_amount``, ``open_base`` and ``settled_on`` are kept: recomputed from the allocations, never counted on.
    """

    __tablename__ = "item"

    side: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(4))
    number: Mapped[str] = mapped_column(String(60))
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"))
    day: Mapped[date] = mapped_column(Date)
    document_day: Mapped[date] = mapped_column(Date)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal] = mapped_column(RateType)
    base_amount: Mapped[Decimal] = mapped_column(Amount)
    contract_id: Mapped[int | None] = mapped_column(Id, ForeignKey("sales_contract.id"), index=True)
    shipment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    posting_id: Mapped[int] = mapped_column(Id, ForeignKey("posting.id"))
    reverses_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"))
    open_amount: Mapped[Decimal] = mapped_column(Amount)
    open_base: Mapped[Decimal] = mapped_column(Amount)
    settled_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        Index("ix_item_party", "party_id", "side", "currency", "day"),
        Index("ix_item_day", "side", "kind", "day", "id"),
        Index("ix_item_number", "side", "number"),
        Index(
            "ix_item_open",
            "side",
            "party_id",
            "currency",
            "day",
            sqlite_where=text("open_amount <> 0"),
            info=on_server("open_amount <> 0"),
        ),
    )


class Tranche(Keyed, Base):
    """A part of an item with a booking rate of its own (policy A: the deposit part, then the rest)."""

    __tablename__ = "tranche"

    item_id: Mapped[int] = mapped_column(Id, ForeignKey("item.id"))
    position: Mapped[int] = mapped_column(Integer)
    credit_item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"))
    amount: Mapped[Decimal] = mapped_column(Amount)
    base_amount: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = (UniqueConstraint("item_id", "position"), {"info": APPEND_ONLY})


class Instalment(Keyed, Base):
    """A part of an item with a due date (分期); a credit has one. Copies of its item's keys let aging read one index.

    ``term`` is the line of payment terms it follows, as stored terms of one line. ``due_known_on`` is the day
    from which ``due_on`` counts in as-of reports; ``due_changes`` counts later
    changes, whose history is in ``due_change``.
    """

    __tablename__ = "instalment"

    item_id: Mapped[int] = mapped_column(Id, ForeignKey("item.id"))
    position: Mapped[int] = mapped_column(Integer)
    side: Mapped[str] = mapped_column(String(2))
    is_credit: Mapped[bool]
    is_whole: Mapped[bool]
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"))
    currency: Mapped[str] = mapped_column(String(3))
    item_day: Mapped[date] = mapped_column(Date)
    document_day: Mapped[date] = mapped_column(Date)
    term: Mapped[str] = mapped_column(String(60), default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    due_known_on: Mapped[date | None] = mapped_column(Date)
    due_changes: Mapped[int] = mapped_column(Integer, default=0)
    amount: Mapped[Decimal] = mapped_column(Amount)
    open_amount: Mapped[Decimal] = mapped_column(Amount)
    settled_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        UniqueConstraint("item_id", "position"),
        Index(
            "ix_instalment_open",
            "side",
            "party_id",
            "currency",
            "is_credit",
            "due_on",
            "document_day",
            "open_amount",
            sqlite_where=text("open_amount <> 0"),
            info=on_server("open_amount <> 0"),
        ),
        Index("ix_instalment_settled", "side", "is_whole", "settled_on", "item_day", "item_id"),
        Index("ix_instalment_party", "party_id", "settled_on", "item_day"),
        Index(
            "ix_instalment_redated",
            "side",
            "due_changes",
            "item_id",
            sqlite_where=text("due_changes > 0"),
            info=on_server("due_changes > 0"),
        ),
        Index(
            "ix_instalment_due",
            "side",
            "due_on",
            sqlite_where=text("open_amount <> 0 AND is_credit = 0"),
            info=on_server("open_amount <> 0 AND NOT is_credit"),
        ),
    )


class DueChange(Keyed, Base):
    """A dated change of an instalment's due date: known on a day, due from then on another."""

    __tablename__ = "due_change"

    instalment_id: Mapped[int] = mapped_column(Id, ForeignKey("instalment.id"), index=True)
    known_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = ({"info": APPEND_ONLY},)


class Allocation(Keyed, Base):
    """A credit item settles part of a debit item on a day (核销行); reversed by a row of its own, never edited.

    ``debit_base`` and ``credit_base`` are the base carrying released on both sides, ``fx`` the realized
    difference (gain positive). A reversing row has negative amounts and says why.
    """

    __tablename__ = "allocation"

    side: Mapped[str] = mapped_column(String(2))
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"))
    debit_item_id: Mapped[int] = mapped_column(Id, ForeignKey("item.id"))
    credit_item_id: Mapped[int] = mapped_column(Id, ForeignKey("item.id"))
    instalment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("instalment.id"))
    day: Mapped[date] = mapped_column(Date)
    debit_amount: Mapped[Decimal] = mapped_column(Amount)
    credit_amount: Mapped[Decimal] = mapped_column(Amount)
    debit_base: Mapped[Decimal] = mapped_column(Amount)
    credit_base: Mapped[Decimal] = mapped_column(Amount)
    fx: Mapped[Decimal] = mapped_column(Amount)
    posting_id: Mapped[int | None] = mapped_column(Id, ForeignKey("posting.id"))
    reverses_id: Mapped[int | None] = mapped_column(Id, ForeignKey("allocation.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    entered_at: Mapped[datetime] = mapped_column(UtcMoment)

    __table_args__ = (
        # Without these, deleting a party would look through every row for one that names it.
        Index("ix_allocation_party", "party_id"),
        Index("ix_allocation_debit", "debit_item_id", "day", "debit_amount"),
        Index("ix_allocation_credit", "credit_item_id", "day", "credit_amount"),
        Index(
            "ix_allocation_day",
            "side",
            "day",
            "debit_item_id",
            "debit_amount",
            "credit_item_id",
            "credit_amount",
        ),
        {"info": APPEND_ONLY},
    )


class Earmark(Keyed, Base):
    """Part of a receipt kept for a contract (定金), a dated row; moved by a negative row and a new one.

    ``applied`` marks the negative row by which an invoice of the contract took its share.
    """

    __tablename__ = "earmark"

    item_id: Mapped[int] = mapped_column(Id, ForeignKey("item.id"), index=True)
    contract_id: Mapped[int] = mapped_column(Id, ForeignKey("sales_contract.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    amount: Mapped[Decimal] = mapped_column(Amount)
    applied: Mapped[bool] = mapped_column(default=False)

    __table_args__ = ({"info": APPEND_ONLY},)


class Receipt(Owned, Base):
    """Money from a customer (收款): gross = net + bank charge + interest (贴现息, section 16.18), on one account."""

    __tablename__ = "receipt"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    currency: Mapped[str] = mapped_column(String(3))
    gross: Mapped[Decimal] = mapped_column(Amount)
    charge: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    interest: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0), server_default="0")
    rate: Mapped[Decimal] = mapped_column(RateType)
    payer: Mapped[str] = mapped_column(String(300), default="")
    third_party: Mapped[bool] = mapped_column(default=False, server_default=false())
    reference: Mapped[str] = mapped_column(String(120), default="")
    item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"), unique=True)
    reversed_on: Mapped[date | None] = mapped_column(Date)


class Payment(Owned, Base):
    """Money to a supplier, forwarder or other payee (付款), from one account in the account's currency."""

    __tablename__ = "payment"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal] = mapped_column(RateType)
    charge: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0), server_default="0")
    payee: Mapped[str] = mapped_column(String(300), default="", server_default="")
    reference: Mapped[str] = mapped_column(String(120), default="")
    item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"), unique=True)
    reversed_on: Mapped[date | None] = mapped_column(Date)


class Transfer(Owned, Base):
    """Money from one account to another (内部转账, 结汇, 购汇): both amounts are given, the rate follows."""

    __tablename__ = "transfer"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    from_account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    to_account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    from_amount: Mapped[Decimal] = mapped_column(Amount)
    to_amount: Mapped[Decimal] = mapped_column(Amount)
    reference: Mapped[str] = mapped_column(String(120), default="")
    reversed_on: Mapped[date | None] = mapped_column(Date)


class AccountExpense(Owned, Base):
    """A bank fee, interest or other income or expense booked straight on an account (费用); signed, income positive."""

    __tablename__ = "account_expense"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    category: Mapped[str] = mapped_column(String(8))
    amount: Mapped[Decimal] = mapped_column(Amount)
    description: Mapped[str] = mapped_column(String(300))
    reversed_on: Mapped[date | None] = mapped_column(Date)
