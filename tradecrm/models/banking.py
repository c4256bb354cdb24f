"""Bank statements brought in, their matching to the books, reconciliation, loans, and revaluation at period ends."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
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


class BankLayout(Keyed, Base):
    """Which column of a bank's table means what (JSON), remembered for the account it was first used for."""

    __tablename__ = "bank_layout"

    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    heads: Mapped[str] = mapped_column(String(64))
    columns: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("account_id", "heads"),)


class BankStatement(Keyed, Base):
    """A bank statement brought in from a file (银行对账单): its account, days, balances, and the file's digest."""

    __tablename__ = "bank_statement"

    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), index=True)
    format: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(260))
    sha256: Mapped[str] = mapped_column(String(64))
    from_day: Mapped[date] = mapped_column(Date)
    to_day: Mapped[date] = mapped_column(Date)
    opening: Mapped[Decimal | None] = mapped_column(Amount)
    closing: Mapped[Decimal | None] = mapped_column(Amount)
    at: Mapped[datetime] = mapped_column(UtcMoment)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))


class BankRow(Keyed, Base):
    """A line of a bank statement: signed amount in the account's currency; ``fingerprint`` finds it again.

    States: open, matched, ignored (with a reason in ``remark``).
    """

    __tablename__ = "bank_row"

    statement_id: Mapped[int] = mapped_column(Id, ForeignKey("bank_statement.id"), index=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    position: Mapped[int] = mapped_column(Integer)
    day: Mapped[date] = mapped_column(Date)
    value_day: Mapped[date | None] = mapped_column(Date)
    amount: Mapped[Decimal] = mapped_column(Amount)
    name: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    reference: Mapped[str] = mapped_column(String(120), default="")
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10), default="open")
    remark: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (
        UniqueConstraint("account_id", "fingerprint"),
        Index("ix_bank_row_day", "account_id", "status", "day"),
    )


class BankMatch(Keyed, Base):
    """A ledger entry of an account matched to a line of its statement; one line may match several entries."""

    __tablename__ = "bank_match"

    row_id: Mapped[int] = mapped_column(Id, ForeignKey("bank_row.id"), index=True)
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("ledger_entry.id"), unique=True)


class Reconciliation(Keyed, Versioned, Base):
    """An account agreed with its bank as of a day (银行对账, domain.md section 4).

    States: open, finished, reopened. The amounts are those of the identity when it was finished.
    """

    __tablename__ = "reconciliation"

    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    until: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(10))
    statement_balance: Mapped[Decimal] = mapped_column(Amount)
    in_transit: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    outstanding: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    book_balance: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    unbooked_credits: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    unbooked_debits: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    finished_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    remark: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (Index("ix_reconciliation_account", "account_id", "until"),)


class ReconciledEntry(Base):
    """A ledger entry locked by a finished reconciliation: it is not reversed before that is reopened."""

    __tablename__ = "reconciled_entry"

    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("ledger_entry.id"), primary_key=True)
    reconciliation_id: Mapped[int] = mapped_column(Id, ForeignKey("reconciliation.id"), index=True)


class Loan(Owned, Versioned, Base):
    """Money borrowed or put in (借款, 押汇, 股东投入): its lender, currency, terms; moved by ``LoanMove`` rows.

    ``kind`` is bank, packing, negotiation or owner (a loan), or capital.
    """

    __tablename__ = "loan"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    lender: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    day: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date, index=True)
    shipment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    remarks: Mapped[str] = mapped_column(Text, default="")


class LoanMove(Owned, Base):
    """Money of a loan drawn, repaid, or interest paid on it, through an account in the loan's currency."""

    __tablename__ = "loan_move"

    loan_id: Mapped[int] = mapped_column(Id, ForeignKey("loan.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    day: Mapped[date] = mapped_column(Date)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    amount: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal] = mapped_column(RateType)
    base_amount: Mapped[Decimal] = mapped_column(Amount)
    reference: Mapped[str] = mapped_column(String(120), default="")
    reverses_id: Mapped[int | None] = mapped_column(Id, ForeignKey("loan_move.id"), unique=True)

    __table_args__ = ({"info": APPEND_ONLY},)


class AccountHold(Keyed, Versioned, Base):
    """Money on an account that cannot be used for now (平台冻结款, section 16.19): in its balance, not available."""

    __tablename__ = "account_hold"

    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    amount: Mapped[Decimal] = mapped_column(Amount)
    reason: Mapped[str] = mapped_column(String(300), default="")
    expected_on: Mapped[date | None] = mapped_column(Date)
    released_on: Mapped[date | None] = mapped_column(Date)


class Revaluation(Keyed, Base):
    """A revaluation of what is open in foreign currency at a period end (期末调汇), reversed on the next day.

    One that was taken back stays, with ``undone_at``; a day has one that counts.
    """

    __tablename__ = "revaluation"

    day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcMoment)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    total: Mapped[Decimal] = mapped_column(Amount)
    posting_id: Mapped[int | None] = mapped_column(Id, ForeignKey("posting.id"))
    reversal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("posting.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcMoment)

    __table_args__ = (
        Index(
            "ix_revaluation_day",
            "day",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            info=on_server("undone_at IS NULL"),
        ),
    )


class RevaluationLine(Keyed, Base):
    """One open item, account or loan as it was revalued: open amount, closing rate, carrying and value in base.

    Signed as in the ledger (a debt is negative), so that a ``difference`` above zero is a gain.
    """

    __tablename__ = "revaluation_line"

    revaluation_id: Mapped[int] = mapped_column(Id, ForeignKey("revaluation.id"), index=True)
    book: Mapped[str] = mapped_column(String(10))
    item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("item.id"))
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    loan_id: Mapped[int | None] = mapped_column(Id, ForeignKey("loan.id"))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal] = mapped_column(RateType)
    carrying: Mapped[Decimal] = mapped_column(Amount)
    value: Mapped[Decimal] = mapped_column(Amount)
    difference: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = ({"info": APPEND_ONLY},)
