"""What the pages of notes, write-offs, refunds, contra entries and of settling show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import aliased

from tradecrm.core.text import _
from tradecrm.models import (
    Account,
    Allocation,
    Contra,
    Item,
    Note,
    Party,
    Refund,
    SalesContract,
    Shipment,
    WriteOffRequest,
)
from tradecrm.services.kept_words import reason_words
from tradecrm.services.money.cards import Settled, settled_rows
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class NoteCard:
    """A posted note or opening balance; ``amount`` and ``open_amount`` are its item's, signed, in ``currency``."""

    id: int
    number: str
    kind: str
    side: str
    day: date
    party_id: int
    party: str
    currency: str
    amount: Decimal
    open_amount: Decimal
    rate: Decimal
    category: str
    reason: str
    reference: str
    invoice_id: int | None
    invoice: str
    contract_id: int | None
    contract: str
    shipment_id: int | None
    shipment: str
    item_id: int
    reversed_on: date | None
    settled: tuple[Settled, ...]


def note_card(reader: Reader, note_id: int) -> NoteCard:
    """Answer a note; NotFound when there is none the person may see."""
    reader.actor.demand("receivable.read")
    row = reader.get(Note, note_id, _("Note"))
    item = reader.get(Item, row.item_id or 0, _("Note"))
    return NoteCard(
        row.id,
        row.number,
        row.kind,
        row.side,
        row.day,
        row.party_id,
        _party(reader, row.party_id),
        row.currency,
        item.amount,
        item.open_amount,
        row.rate,
        row.category,
        reason_words(row.reason),
        "" if item.number == row.number else item.number,
        row.invoice_id,
        _number(reader, Item, row.invoice_id),
        row.contract_id,
        _number(reader, SalesContract, row.contract_id),
        row.shipment_id,
        _number(reader, Shipment, row.shipment_id),
        item.id,
        row.reversed_on,
        settled_rows(reader, item.id),
    )


@dataclass(frozen=True, slots=True)
class WriteOffCard:
    """A write-off with the item it gives up a part of; amounts in the item's currency."""

    id: int
    number: str
    kind: str
    day: date
    status: str
    amount: Decimal
    currency: str
    reason: str
    item_id: int
    item: str
    side: str
    party_id: int
    party: str
    credit_item_id: int | None
    reversed_on: date | None


def write_off_card(reader: Reader, write_off_id: int) -> WriteOffCard:
    """Answer a write-off; NotFound when there is none the person may see."""
    reader.actor.demand("receivable.read")
    row = reader.get(WriteOffRequest, write_off_id, _("Write-off"))
    item = reader.get(Item, row.item_id, _("Invoice"))
    return WriteOffCard(
        row.id,
        row.number,
        row.kind,
        row.day,
        row.status,
        row.amount,
        item.currency,
        row.reason,
        item.id,
        item.number,
        item.side,
        item.party_id,
        _party(reader, item.party_id),
        row.credit_item_id,
        row.reversed_on,
    )


@dataclass(frozen=True, slots=True)
class RefundCard:
    """A posted refund with what it gave back; amounts in the account's currency."""

    id: int
    number: str
    side: str
    day: date
    party_id: int
    party: str
    account_id: int
    account: str
    currency: str
    amount: Decimal
    charge: Decimal
    rate: Decimal
    reason: str
    reference: str
    reversed_on: date | None
    settled: tuple[Settled, ...]


def refund_card(reader: Reader, refund_id: int) -> RefundCard:
    """Answer a refund; NotFound when there is none the person may see."""
    row = reader.get(Refund, refund_id, _("Refund"))
    account = reader.session.scalar(select(Account.name).where(Account.id == row.account_id)) or ""
    return RefundCard(
        row.id,
        row.number,
        row.side,
        row.day,
        row.party_id,
        _party(reader, row.party_id),
        row.account_id,
        account,
        row.currency,
        row.amount,
        row.charge,
        row.rate,
        row.reason,
        row.reference,
        row.reversed_on,
        settled_rows(reader, row.item_id or 0),
    )


@dataclass(frozen=True, slots=True)
class ContraCard:
    """A posted contra entry: what it settled on either side, in the currency of that side, and its base value."""

    id: int
    number: str
    day: date
    party_id: int
    party: str
    receivable_currency: str
    receivable_amount: Decimal
    payable_currency: str
    payable_amount: Decimal
    base: str
    base_amount: Decimal
    reason: str
    reversed_on: date | None
    receivables: tuple[Settled, ...]
    payables: tuple[Settled, ...]


def contra_card(reader: Reader, contra_id: int) -> ContraCard:
    """Answer a contra entry; NotFound when there is none the person may see."""
    row = reader.get(Contra, contra_id, _("Contra entry"))
    return ContraCard(
        row.id,
        row.number,
        row.day,
        row.party_id,
        _party(reader, row.party_id),
        row.receivable_currency,
        row.receivable_amount,
        row.payable_currency,
        row.payable_amount,
        reader.base,
        row.base_amount,
        row.reason,
        row.reversed_on,
        settled_rows(reader, row.receivable_item_id or 0),
        settled_rows(reader, row.payable_item_id or 0),
    )


def _party(reader: Reader, key: int) -> str:
    return reader.session.scalar(select(Party.name).where(Party.id == key)) or ""


def _number(reader: Reader, entity: type[Item | SalesContract | Shipment], key: int | None) -> str:
    if key is None:
        return ""
    return reader.session.scalar(select(entity.number).where(entity.id == key)) or ""


@dataclass(frozen=True, slots=True)
class StandingRow:
    """An allocation that stands: which paper settles which, amounts in either currency, difference in base."""

    id: int
    day: date
    debit_id: int
    debit: str
    credit_id: int
    credit: str
    currency: str
    amount: Decimal
    credit_currency: str
    credit_amount: Decimal
    fx: Decimal


def standing_allocations(reader: Reader, party_id: int, side: str) -> tuple[StandingRow, ...]:
    """Answer the allocations of a party's side that were not taken back, the newest first, at most 200."""
    reader.actor.demand("receivable.read")
    debit, credit = aliased(Item), aliased(Item)
    undone = select(Allocation.reverses_id).where(
        Allocation.party_id == party_id, Allocation.reverses_id.is_not(None)
    )
    rows = reader.session.execute(
        select(
            Allocation.id,
            Allocation.day,
            debit.id,
            debit.number,
            credit.id,
            credit.number,
            debit.currency,
            Allocation.debit_amount,
            credit.currency,
            Allocation.credit_amount,
            Allocation.fx,
        )
        .join(debit, debit.id == Allocation.debit_item_id)
        .join(credit, credit.id == Allocation.credit_item_id)
        .where(
            Allocation.party_id == party_id,
            Allocation.side == side,
            Allocation.reverses_id.is_(None),
            Allocation.id.not_in(undone),
        )
        .order_by(Allocation.day.desc(), Allocation.id.desc())
        .limit(200)
    )
    return tuple(StandingRow(*row) for row in rows)
