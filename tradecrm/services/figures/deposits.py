"""What is kept of customers' deposits for a contract: received, and not yet taken by an invoice (section 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.models import Earmark, Item
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader

ZERO = Decimal(0)


def deposit_received(reader: Reader, contract_id: int) -> Decimal:
    """Answer the money earmarked to a contract so far, in its currency, applied or not."""
    mark = plain(Earmark)
    statement = select(func.sum(mark.amount)).where(mark.contract_id == contract_id, mark.applied.is_(False))
    return reader.session.scalar(statement) or ZERO


@dataclass(frozen=True, slots=True)
class DepositLeft:
    """What one receipt still holds for a contract."""

    item_id: int
    day: date
    amount: Decimal


def deposits_left(reader: Reader, contract_id: int, until: date) -> list[DepositLeft]:
    """Answer what receipts up to ``until`` still hold for a contract, oldest first."""
    mark, item = plain(Earmark), plain(Item)
    rows = reader.session.execute(
        select(mark.item_id, item.day, func.sum(mark.amount))
        .join_from(Earmark.__table__, Item.__table__, item.id == mark.item_id)
        .where(mark.contract_id == contract_id, mark.day <= until, item.day <= until)
        .group_by(mark.item_id, item.day)
        .order_by(item.day, mark.item_id)
    )
    return [DepositLeft(item_id, day, amount) for item_id, day, amount in rows if amount > 0]
