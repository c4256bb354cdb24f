"""Expense claims, VAT invoices and export rebate claims, closing of periods, commission, the accountant's mapping."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
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
    RateType,
    UtcMoment,
    Versioned,
)


class ExpenseClaim(Owned, Versioned, Base):
    """What a person spent for the firm and asks back (费用报销, domain.md section 4).

    States: draft, submitted, approved, paid, posted, rejected, void.
    """

    __tablename__ = "expense_claim"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    status: Mapped[str] = mapped_column(String(10), index=True)
    title: Mapped[str] = mapped_column(String(200))
    payee: Mapped[str] = mapped_column(String(200), default="")
    total_base: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    paid_on: Mapped[date | None] = mapped_column(Date)
    posting_id: Mapped[int | None] = mapped_column(Id, ForeignKey("posting.id"))
    remarks: Mapped[str] = mapped_column(Text, default="")


class ExpenseLine(Owned, Base):
    """A line of an expense claim; with a shipment it is a cost of that shipment (section 2.3)."""

    __tablename__ = "expense_line"

    claim_id: Mapped[int] = mapped_column(Id, ForeignKey("expense_claim.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    day: Mapped[date] = mapped_column(Date)
    category: Mapped[str] = mapped_column(String(8))
    description: Mapped[str] = mapped_column(String(300))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal] = mapped_column(RateType)
    base_amount: Mapped[Decimal] = mapped_column(Amount)
    shipment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    cost_line_id: Mapped[int | None] = mapped_column(Id, ForeignKey("cost_line.id"), unique=True)

    __table_args__ = (UniqueConstraint("claim_id", "position"),)


class VatInvoice(Owned, Versioned, Base):
    """A VAT invoice received from a factory (增值税专用发票), as printed; rounding tolerance in section 11."""

    __tablename__ = "vat_invoice"

    number: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(20), default="")
    kind: Mapped[str] = mapped_column(String(10), default="special")
    supplier_id: Mapped[int] = mapped_column(Id, ForeignKey("party.id"), index=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    received_on: Mapped[date] = mapped_column(Date)
    net: Mapped[Decimal] = mapped_column(Amount)
    vat: Mapped[Decimal] = mapped_column(Amount)
    remarks: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (UniqueConstraint("supplier_id", "code", "number"),)


class VatInvoiceLine(Owned, Base):
    """Goods on a VAT invoice: quantity, net amount and VAT in base currency; perhaps the purchase line behind it."""

    __tablename__ = "vat_invoice_line"

    invoice_id: Mapped[int] = mapped_column(Id, ForeignKey("vat_invoice.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    description: Mapped[str] = mapped_column(Text)
    hs_code: Mapped[str] = mapped_column(String(16), default="")
    unit: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    net: Mapped[Decimal] = mapped_column(Amount)
    vat_rate: Mapped[Decimal] = mapped_column(Fraction)
    vat: Mapped[Decimal] = mapped_column(Amount)
    purchase_line_id: Mapped[int | None] = mapped_column(Id, ForeignKey("purchase_line.id"), index=True)

    __table_args__ = (UniqueConstraint("invoice_id", "position"),)


class DeclarationLine(Owned, Base):
    """An item of a shipment's customs declaration (报关单商品项): what was declared, in which unit, at which FOB."""

    __tablename__ = "declaration_line"

    shipment_id: Mapped[int] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    hs_code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    fob_usd: Mapped[Decimal | None] = mapped_column(Amount)
    rebate_rate: Mapped[Decimal] = mapped_column(Fraction)

    __table_args__ = (UniqueConstraint("shipment_id", "position"),)


class RebateRate(Keyed, Base):
    """The rebate rate of an HS code from a day on (退税率): data with effective dates (sections 1.8 and 15)."""

    __tablename__ = "rebate_rate"

    hs_code: Mapped[str] = mapped_column(String(16))
    from_day: Mapped[date] = mapped_column(Date)
    rate: Mapped[Decimal] = mapped_column(Fraction)
    source: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (UniqueConstraint("hs_code", "from_day"),)


class RebateClaim(Owned, Versioned, Base):
    """An export VAT rebate claim (退税申报, section 1.8); amounts in base currency.

    States: collecting, ready, filed, approved, received, partly_received, refused.
    """

    __tablename__ = "rebate_claim"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    status: Mapped[str] = mapped_column(String(16), index=True)
    filed_on: Mapped[date | None] = mapped_column(Date)
    approved_on: Mapped[date | None] = mapped_column(Date)
    claimed: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    approved: Mapped[Decimal | None] = mapped_column(Amount)
    received: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    exempt_reason: Mapped[str] = mapped_column(String(300), default="")
    remarks: Mapped[str] = mapped_column(Text, default="")


class RebateClaimLine(Owned, Base):
    """A declared item matched with a line of a VAT invoice: quantity, net E claimed, rate, rebate."""

    __tablename__ = "rebate_claim_line"

    claim_id: Mapped[int] = mapped_column(Id, ForeignKey("rebate_claim.id"), index=True)
    declaration_line_id: Mapped[int] = mapped_column(Id, ForeignKey("declaration_line.id"), index=True)
    invoice_line_id: Mapped[int] = mapped_column(Id, ForeignKey("vat_invoice_line.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    net: Mapped[Decimal] = mapped_column(Amount)
    rebate_rate: Mapped[Decimal] = mapped_column(Fraction)
    rebate: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = (Index("ix_rebate_claim_line_pair", "declaration_line_id", "invoice_line_id"),)


class RebateReceipt(Owned, Base):
    """Rebate money on an account (退税到账)."""

    __tablename__ = "rebate_receipt"

    claim_id: Mapped[int] = mapped_column(Id, ForeignKey("rebate_claim.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    amount: Mapped[Decimal] = mapped_column(Amount)
    posting_id: Mapped[int] = mapped_column(Id, ForeignKey("posting.id"))

    __table_args__ = ({"info": APPEND_ONLY},)


class PeriodEvent(Keyed, Base):
    """Books closed until a day, or opened again (结账, 反结账): who, when, why, and what the checklist said (JSON)."""

    __tablename__ = "period_event"

    action: Mapped[str] = mapped_column(String(8))
    until: Mapped[date | None] = mapped_column(Date)
    before: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcMoment)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    checklist: Mapped[str] = mapped_column(Text, default="[]")

    __table_args__ = ({"info": APPEND_ONLY},)


class CommissionRule(Keyed, Versioned, Base):
    """How a salesperson's commission is reckoned (业务提成): basis, rate, above which base amount, from which day.

    ``basis`` is profit, collection or revenue; without a person it is everyone's.
    """

    __tablename__ = "commission_rule"

    title: Mapped[str] = mapped_column(String(120))
    basis: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"), index=True)
    rate: Mapped[Decimal] = mapped_column(Fraction)
    above: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    from_day: Mapped[date] = mapped_column(Date)
    until_day: Mapped[date | None] = mapped_column(Date)
    active: Mapped[bool] = mapped_column(default=True)


class CommissionRun(Owned, Versioned, Base):
    """Commission of a period reckoned and booked (提成结算); states: draft, posted, paid, reversed."""

    __tablename__ = "commission_run"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    from_day: Mapped[date] = mapped_column(Date)
    to_day: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(10))
    total: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    posting_id: Mapped[int | None] = mapped_column(Id, ForeignKey("posting.id"))


class CommissionLine(Owned, Base):
    """One shipment's or receipt's commission in a run: the base amount it is reckoned on, the rate, the amount.

    A correction of what an earlier run counted (below zero when it takes back) says in ``remark`` what it follows.
    """

    __tablename__ = "commission_line"

    run_id: Mapped[int] = mapped_column(Id, ForeignKey("commission_run.id"), index=True)
    rule_id: Mapped[int] = mapped_column(Id, ForeignKey("commission_rule.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"), index=True)
    shipment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("shipment.id"), index=True)
    receipt_id: Mapped[int | None] = mapped_column(Id, ForeignKey("receipt.id"), index=True)
    base_amount: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal] = mapped_column(Fraction)
    amount: Mapped[Decimal] = mapped_column(Amount)
    remark: Mapped[str] = mapped_column(String(300), default="", server_default="")


class LedgerAccount(Keyed, Versioned, Base):
    """Where a book of the ledger goes in the accountant's chart (会计科目): code and name of the account.

    ``book``, ``category`` and ``account_id`` say which rows; an empty category is every one not named apart.
    """

    __tablename__ = "ledger_account"

    book: Mapped[str] = mapped_column(String(10))
    category: Mapped[str] = mapped_column(String(12), default="")
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))

    __table_args__ = (UniqueConstraint("book", "category", "account_id"),)
