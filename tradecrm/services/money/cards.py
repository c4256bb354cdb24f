"""What the pages of a receipt, payment, receivable, account, transfer and expense show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select

from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import (
    Account,
    AccountExpense,
    Allocation,
    Earmark,
    Instalment,
    Item,
    LedgerEntry,
    Party,
    Payment,
    Posting,
    PurchaseContract,
    PurchaseEarmark,
    Rate,
    Receipt,
    SalesContract,
    Shipment,
    Transfer,
)
from tradecrm.services.figures.collection import latest_promises
from tradecrm.services.figures.holds import held_at
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.rates import rate_for
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Settled:
    """An allocation as a page shows it: the other item, amount in the shown item's currency, exchange difference.

    ``standing`` is False for a row that was taken back, and for the row that took it back.
    """

    id: int
    day: date
    item_id: int
    number: str
    kind: str
    amount: Decimal
    fx: Decimal
    standing: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """Money of a receipt kept for a contract (earmark): what was put aside, less what was moved away."""

    contract_id: int
    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptCard:
    """A posted receipt: amounts in its currency, ``unapplied`` what no invoice has taken yet."""

    id: int
    number: str
    day: date
    party_id: int
    party: str
    account_id: int
    account: str
    currency: str
    gross: Decimal
    charge: Decimal
    interest: Decimal
    rate: Decimal
    payer: str
    third_party: bool
    reference: str
    item_id: int
    unapplied: Decimal
    reversed_on: date | None
    settled: tuple[Settled, ...]
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """A posted payment: amount in the account's currency, ``unapplied`` what no bill has taken yet."""

    id: int
    number: str
    day: date
    party_id: int
    party: str
    account_id: int
    account: str
    currency: str
    amount: Decimal
    rate: Decimal
    charge: Decimal
    payee: str
    reference: str
    item_id: int
    unapplied: Decimal
    reversed_on: date | None
    settled: tuple[Settled, ...]
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """An instalment: its due date (None: not known yet), amount, what is open, and what was promised last."""

    position: int
    due_on: date | None
    amount: Decimal
    open_amount: Decimal
    settled_on: date | None
    id: int
    promised_on: date | None


@dataclass(frozen=True, slots=True)
class ItemCard:
    """A receivable or payable: signed amounts in its currency and in base, instalments, allocations."""

    id: int
    side: str
    kind: str
    number: str
    party_id: int
    party: str
    day: date
    currency: str
    amount: Decimal
    open_amount: Decimal
    rate: Decimal
    base: str
    base_amount: Decimal
    open_base: Decimal
    contract_id: int | None
    contract: str
    shipment_id: int | None
    shipment: str
    parts: tuple[Part, ...]
    settled: tuple[Settled, ...]

    def due(self) -> date | None:
        """Answer the earliest due date of what is open, None when nothing is or none is known."""
        return min(
            (p.due_on for p in self.parts if p.open_amount != 0 and p.due_on is not None), default=None
        )


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account with its balance today in its currency and its carrying in base."""

    id: int
    name: str
    kind: str
    holder: str
    bank: str
    number: str
    swift: str
    bank_address: str
    currency: str
    opened_on: date
    allow_negative: bool
    balance: Decimal
    carrying: Decimal
    base: str
    held: Decimal


def settled_rows(reader: Reader, item_id: int) -> tuple[Settled, ...]:
    """Answer the allocations of an item in the order of entry, from either side."""
    rows = reader.session.scalars(
        select(Allocation)
        .where(or_(Allocation.debit_item_id == item_id, Allocation.credit_item_id == item_id))
        .order_by(Allocation.id)
    ).all()
    undone = {row.reverses_id for row in rows if row.reverses_id is not None}
    others = {row.credit_item_id if row.debit_item_id == item_id else row.debit_item_id for row in rows}
    known = {
        key: (number, kind)
        for key, number, kind in reader.session.execute(
            select(Item.id, Item.number, Item.kind).where(Item.id.in_(others))
        )
    }
    found = []
    for row in rows:
        debit = row.debit_item_id == item_id
        other = row.credit_item_id if debit else row.debit_item_id
        number, kind = known.get(other, ("", ""))
        amount = row.debit_amount if debit else row.credit_amount
        standing = row.reverses_id is None and row.id not in undone
        found.append(Settled(row.id, row.day, other, number, kind, amount, row.fx, standing))
    return tuple(found)


def receipt_card(reader: Reader, receipt_id: int) -> ReceiptCard:
    """Answer a receipt; NotFound when there is none the person may see."""
    row = reader.get(Receipt, receipt_id, _("Receipt"))
    item = reader.get(Item, row.item_id or 0, _("Receipt"))
    marks: dict[int, tuple[str, Decimal]] = {}
    for key, number, amount in reader.session.execute(
        select(Earmark.contract_id, SalesContract.number, Earmark.amount)
        .join(SalesContract, SalesContract.id == Earmark.contract_id)
        .where(Earmark.item_id == item.id, Earmark.applied.is_(False))
        .order_by(Earmark.id)
    ):
        marks[key] = (number, marks.get(key, ("", ZERO))[1] + amount)
    return ReceiptCard(
        row.id,
        row.number,
        row.day,
        row.party_id,
        _name(reader, Party, row.party_id),
        row.account_id,
        _name(reader, Account, row.account_id),
        row.currency,
        row.gross,
        row.charge,
        row.interest,
        row.rate,
        row.payer,
        row.third_party,
        row.reference,
        item.id,
        -item.open_amount,
        row.reversed_on,
        settled_rows(reader, item.id),
        tuple(Kept(key, number, amount) for key, (number, amount) in marks.items() if amount > 0),
    )


def payment_card(reader: Reader, payment_id: int) -> PaymentCard:
    """Answer a payment; NotFound when there is none the person may see."""
    row = reader.get(Payment, payment_id, _("Payment"))
    item = reader.get(Item, row.item_id or 0, _("Payment"))
    return PaymentCard(
        row.id,
        row.number,
        row.day,
        row.party_id,
        _name(reader, Party, row.party_id),
        row.account_id,
        _name(reader, Account, row.account_id),
        row.currency,
        row.amount,
        row.rate,
        row.charge,
        row.payee,
        row.reference,
        item.id,
        -item.open_amount,
        row.reversed_on,
        settled_rows(reader, item.id),
        _prepaid(reader, item.id),
    )


def _prepaid(reader: Reader, item_id: int) -> tuple[Kept, ...]:
    """Answer what of a payment is kept for purchase contracts, applied to their bills or not."""
    kept = func.sum(PurchaseEarmark.amount)
    rows = reader.session.execute(
        select(PurchaseContract.id, PurchaseContract.number, kept)
        .join(PurchaseEarmark, PurchaseEarmark.purchase_id == PurchaseContract.id)
        .where(PurchaseEarmark.item_id == item_id, PurchaseEarmark.applied.is_(False))
        .group_by(PurchaseContract.id, PurchaseContract.number)
        .order_by(PurchaseContract.number)
    )
    return tuple(Kept(*row) for row in rows if row[2] > 0)


def item_card(reader: Reader, item_id: int) -> ItemCard:
    """Answer a receivable or payable; NotFound when there is none the person may see."""
    reader.actor.demand("receivable.read")
    item = reader.get(Item, item_id, _("Item"))
    parts = reader.session.scalars(
        select(Instalment).where(Instalment.item_id == item.id).order_by(Instalment.position)
    ).all()
    promised = latest_promises(reader, [part.id for part in parts])
    return ItemCard(
        item.id,
        item.side,
        item.kind,
        item.number,
        item.party_id,
        _name(reader, Party, item.party_id),
        item.day,
        item.currency,
        item.amount,
        item.open_amount,
        item.rate,
        reader.base,
        item.base_amount,
        item.open_base,
        item.contract_id,
        _number(reader, SalesContract, item.contract_id),
        item.shipment_id,
        _number(reader, Shipment, item.shipment_id),
        tuple(
            Part(p.position, p.due_on, p.amount, p.open_amount, p.settled_on, p.id, promised.get(p.id))
            for p in parts
        ),
        settled_rows(reader, item.id),
    )


def account_card(reader: Reader, account_id: int) -> AccountCard:
    """Answer an account with its balance today; NotFound when there is none the person may see."""
    reader.actor.demand("account.read")
    row = reader.get(Account, account_id, _("Account"))
    held = balance_at(reader, row.id, reader.today)
    return AccountCard(
        row.id,
        row.name,
        row.kind,
        row.holder,
        row.bank,
        row.number,
        row.swift,
        row.bank_address,
        row.currency,
        row.opened_on,
        row.allow_negative,
        held.amount,
        held.base,
        reader.base,
        held_at(reader, row.id, reader.today),
    )


def transfer_values(reader: Reader, transfer_id: int) -> dict[str, Any]:
    """Answer a posted transfer's values by field, accounts as (id, name, currency)."""
    row = reader.get(Transfer, transfer_id, _("Transfer"))
    source = reader.get(Account, row.from_account_id, _("Account"))
    target = reader.get(Account, row.to_account_id, _("Account"))
    return {
        "number": row.number,
        "day": row.day,
        "from_account": (source.id, source.name, source.currency),
        "to_account": (target.id, target.name, target.currency),
        "from_amount": row.from_amount,
        "to_amount": row.to_amount,
        "fee": fee_of(reader, row.id) or None,
        "reference": row.reference or None,
        "reversed_on": row.reversed_on,
    }


def fee_of(reader: Reader, transfer_id: int) -> Decimal:
    """Answer the fee that left with a transfer, in the currency of the account it left."""
    found = reader.session.scalar(
        select(-LedgerEntry.amount)
        .join(Posting, Posting.id == LedgerEntry.posting_id)
        .where(
            Posting.source_kind == "transfer",
            Posting.source_id == transfer_id,
            Posting.reverses_id.is_(None),
            LedgerEntry.account_id.is_not(None),
            LedgerEntry.category == "FEE",
        )
    )
    return found or ZERO


def expense_values(reader: Reader, expense_id: int) -> dict[str, Any]:
    """Answer a posted income or expense's values by field, the account as (id, name, currency)."""
    row = reader.get(AccountExpense, expense_id, _("Expense"))
    account = reader.get(Account, row.account_id, _("Account"))
    return {
        "number": row.number,
        "day": row.day,
        "account": (account.id, account.name, account.currency),
        "category": row.category,
        "amount": row.amount,
        "description": row.description,
        "reversed_on": row.reversed_on,
    }


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """An account in a picker: its currency, and bank with number to tell it by."""

    id: int
    name: str
    currency: str
    detail: str


def account_choices(reader: Reader, text: str = "", limit: int = 20) -> Sequence[AccountChoice]:
    """Answer the accounts in use whose name, bank, number or currency holds ``text``."""
    typed = text.strip().casefold()
    rows = reader.session.execute(
        select(Account.id, Account.name, Account.currency, Account.bank, Account.number)
        .where(Account.archived.is_(False))
        .order_by(Account.currency, Account.name)
    )
    found = [
        AccountChoice(key, name, currency, " ".join(part for part in (currency, bank, number) if part))
        for key, name, currency, bank, number in rows
        if not typed or typed in f"{name} {currency} {bank} {number}".casefold()
    ]
    return found[:limit]


@dataclass(frozen=True, slots=True)
class TableRate:
    """The rate the table holds for a day: its value, the day it is of, and whether that is long ago."""

    rate: Decimal
    day: date
    stale: bool


def table_rate(reader: Reader, kind: str, currency: str, day: date) -> TableRate:
    """Answer the rate that will hold (domain.md section 0); raises RateMissing in words."""
    found = rate_for(reader, RateType(kind), currency, day)
    return TableRate(found.rate, found.day, found.stale)


def _name(reader: Reader, entity: Any, key: int) -> str:
    return reader.session.scalar(select(entity.name).where(entity.id == key)) or ""


def _number(reader: Reader, entity: Any, key: int | None) -> str:
    if key is None:
        return ""
    return reader.session.scalar(select(entity.number).where(entity.id == key)) or ""


def rate_values(reader: Reader, rate_id: int) -> dict[str, Any]:
    """Answer an entered rate's values by field."""
    row = reader.get(Rate, rate_id, _("Rate"))
    return {
        "kind": row.kind,
        "currency": row.currency,
        "day": row.day,
        "quote": row.quote or f"{row.rate.normalize():f}",
        "source": row.source,
    }
