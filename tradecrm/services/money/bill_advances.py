"""Advances of a bank on export bills with recourse (押汇, section 16.18): what to borrow, and what to repay of it.

The invoice stays open until the customer has paid; the advance is a loan that names the shipment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.text import _
from tradecrm.models import Instalment, Item, Loan, Receipt, Shipment
from tradecrm.services.figures.loans import owed_of
from tradecrm.services.money.taking_back import standing_rows
from tradecrm.services.work import Reader

ZERO = Decimal(0)
ADVANCES = ("negotiation", "packing")
"""Loans that the money of their shipment pays back: bills with recourse (押汇) and packing loans (打包贷款)."""


@dataclass(frozen=True, slots=True)
class Advance:
    """What a bank may advance on a bill: what is open and not advanced yet, its currency and last due day."""

    shipment_id: int | None
    shipment: str
    currency: str
    amount: Decimal
    due_on: date | None


def advance_on_item(reader: Reader, item_id: int) -> Advance:
    """Answer what may be advanced on one invoice; raises NotFound."""
    reader.actor.demand("account.read")
    item = reader.get(Item, item_id, _("Invoice"))
    return _advance(reader, [item], item.shipment_id, item.currency)


def advance_on_shipment(reader: Reader, shipment_id: int) -> Advance:
    """Answer what may be advanced on the open invoices of a shipment in its currency; raises NotFound."""
    reader.actor.demand("account.read")
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    items = reader.session.scalars(
        select(Item).where(
            Item.shipment_id == shipment.id,
            Item.side == "AR",
            Item.currency == shipment.currency,
            Item.open_amount > 0,
        )
    ).all()
    return _advance(reader, list(items), shipment.id, shipment.currency)


def _advance(reader: Reader, items: list[Item], shipment_id: int | None, currency: str) -> Advance:
    owed = sum((loan.amount for loan in _owed_on(reader, {shipment_id} - {None}, currency)), ZERO)
    left = sum((item.open_amount for item in items), ZERO) - owed
    due_on = reader.session.scalar(
        select(func.max(Instalment.due_on)).where(
            Instalment.item_id.in_([item.id for item in items]), Instalment.open_amount != 0
        )
    )
    number = None
    if shipment_id is not None:
        number = reader.session.scalar(select(Shipment.number).where(Shipment.id == shipment_id))
    # A shipment of another's is not named: the loan is entered without it.
    return Advance(shipment_id if number else None, number or "", currency, max(left, ZERO), due_on)


@dataclass(frozen=True, slots=True)
class ToRepay:
    """A loan that money just received should pay back: what is owed, or the part that came in for its shipment."""

    loan_id: int
    number: str
    lender: str
    currency: str
    amount: Decimal
    account_id: int | None = None
    shipment_id: int | None = None


def loans_to_repay(reader: Reader, receipt_id: int) -> tuple[ToRepay, ...]:
    """Answer the advances still owed on the shipments that a receipt settles, in its currency; none without access."""
    if not reader.actor.can("account.write"):
        return ()
    receipt = reader.get(Receipt, receipt_id, _("Receipt"))
    if receipt.reversed_on is not None or receipt.item_id is None:
        return ()
    came: dict[int | None, Decimal] = {}
    for row in standing_rows(reader, receipt.item_id):
        settled = reader.session.get(Item, row.debit_item_id)
        key = None if settled is None else settled.shipment_id
        came[key] = came.get(key, ZERO) + row.debit_amount
    return tuple(
        ToRepay(
            loan.loan_id,
            loan.number,
            loan.lender,
            loan.currency,
            min(loan.amount, came[loan.shipment_id]),
            receipt.account_id,
            loan.shipment_id,
        )
        for loan in _owed_on(reader, came.keys() - {None}, receipt.currency)
    )


def _owed_on(reader: Reader, shipments: set[int | None], currency: str) -> list[ToRepay]:
    """Answer the advances still owed on shipments in a currency, the earliest first."""
    if not shipments:
        return []
    owed = owed_of(Loan.id)
    rows = reader.session.execute(
        select(Loan.id, Loan.number, Loan.lender, owed, Loan.shipment_id)
        .where(Loan.shipment_id.in_(shipments), Loan.kind.in_(ADVANCES), Loan.currency == currency, owed > 0)
        .order_by(Loan.day, Loan.id)
    )
    return [
        ToRepay(key, number, lender, currency, amount, shipment_id=shipment)
        for key, number, lender, amount, shipment in rows
    ]
