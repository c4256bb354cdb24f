"""What a customer or payee still has open, ready to be settled: items, contracts waiting for deposits, credits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.models import Instalment, Item, SalesContract
from tradecrm.services.figures.debtors import owed_by
from tradecrm.services.figures.deposits import deposit_received
from tradecrm.services.money.ledger import AR
from tradecrm.services.work import Reader

ZERO = Decimal(0)
_MOST = 500
_AWAITING = ("approved", "signed", "effective", "partly_shipped")


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An item with something open: amounts in its currency, without sign; ``contract_ids`` it belongs to."""

    id: int
    number: str
    kind: str
    day: date
    due_on: date | None
    currency: str
    amount: Decimal
    open_amount: Decimal
    contract_id: int | None
    shipment_id: int | None


@dataclass(frozen=True, slots=True)
class OpenContract:
    """A contract that may take a deposit: its total, the deposit agreed, and what has come in of it."""

    id: int
    number: str
    day: date
    currency: str
    total: Decimal
    deposit_due: Decimal
    received: Decimal

    @property
    def missing(self) -> Decimal:
        """Answer what of the deposit has not come in yet."""
        return max(ZERO, self.deposit_due - self.received)


def open_items(
    reader: Reader, party_id: int, currency: str | None = None, side: str = AR, *, credits_: bool = False
) -> tuple[OpenRow, ...]:
    """Answer the open debit items of a party (section 3.1), oldest due first; ``credits_`` those it has in hand."""
    reader.actor.demand("receivable.read")
    due = (
        select(func.min(Instalment.due_on))
        .where(Instalment.item_id == Item.id, Instalment.open_amount != 0)
        .correlate(Item)
        .scalar_subquery()
    )
    query = (
        select(Item, due)
        .where(Item.side == side, Item.party_id == party_id, Item.open_amount != 0)
        .where(Item.open_amount < 0 if credits_ else Item.open_amount > 0)
        .order_by(due.asc().nulls_last(), Item.day, Item.number)
        .limit(_MOST)
    )
    if currency:
        query = query.where(Item.currency == currency)
    return tuple(
        OpenRow(
            item.id,
            item.number,
            item.kind,
            item.day,
            due_on,
            item.currency,
            abs(item.amount),
            abs(item.open_amount),
            item.contract_id,
            item.shipment_id,
        )
        for item, due_on in reader.session.execute(query)
    )


def invoices_of(
    reader: Reader, party_id: int, side: str, text: str = "", limit: int = 20
) -> tuple[OpenRow, ...]:
    """Answer the invoices or bills of a party whose number holds ``text``, paid ones too, the newest first."""
    reader.actor.demand("receivable.read")
    query = (
        select(Item)
        .where(Item.side == side, Item.party_id == party_id, Item.amount > 0, Item.reverses_id.is_(None))
        .where(Item.kind.in_(("INV", "DN", "OPEN")))
        .order_by(Item.day.desc(), Item.id.desc())
        .limit(limit)
    )
    if text.strip():
        query = query.where(Item.number.icontains(text.strip(), autoescape=True))
    return tuple(
        OpenRow(
            item.id,
            item.number,
            item.kind,
            item.day,
            None,
            item.currency,
            item.amount,
            item.open_amount,
            item.contract_id,
            item.shipment_id,
        )
        for item in reader.session.scalars(query)
    )


def open_contracts(reader: Reader, party_id: int, currency: str | None = None) -> tuple[OpenContract, ...]:
    """Answer the contracts that a party may pay in advance (section 3.3), the oldest first."""
    query = (
        select(SalesContract)
        .where(owed_by(SalesContract, (party_id,)), SalesContract.status.in_(_AWAITING))
        .order_by(SalesContract.day, SalesContract.number)
        .limit(_MOST)
    )
    if currency:
        query = query.where(SalesContract.currency == currency)
    return tuple(
        OpenContract(
            row.id,
            row.number,
            row.day,
            row.currency,
            row.total,
            row.deposit_due,
            deposit_received(reader, row.id),
        )
        for row in reader.session.scalars(query)
    )
