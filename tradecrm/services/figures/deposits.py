"""What is kept of customers' deposits for a contract: received, and not yet taken by an invoice (section 3.3)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, case, func, select

from tradecrm.models import Earmark, Item
from tradecrm.services.figures.plain import plain, plain_rows
from tradecrm.services.work import Reader

ZERO = Decimal(0)


def deposit_of(contract_id: Any) -> ScalarSelect[Any]:
    """Answer, for a statement, the money ever earmarked to a contract, in its currency, applied or not; 0 without any.

    ``contract_id`` is a number or a column of the statement around it. It sums over the plain table: the deposit
    of a contract is the same for everyone who sees the contract.
    """
    mark = plain(Earmark)
    total = func.coalesce(func.sum(mark.amount), 0)
    return select(total).where(mark.contract_id == contract_id, mark.applied.is_(False)).scalar_subquery()


def deposit_received(reader: Reader, contract_id: int) -> Decimal:
    """Answer the money earmarked to a contract so far, in its currency, applied or not."""
    received: Decimal = reader.session.scalars(select(deposit_of(contract_id))).one()
    return received


def deposit_short(reader: Reader, due: Decimal, received: Decimal) -> Decimal:
    """Answer what is missing of a deposit, 0 where that is within the write-off tolerance (section 16.4)."""
    tolerance = min(reader.settings.write_off_limit, due * reader.settings.write_off_share)
    return ZERO if received >= due - tolerance else due - received


@dataclass(frozen=True, slots=True)
class DepositLeft:
    """What one receipt still holds for a contract."""

    item_id: int
    day: date
    amount: Decimal


def deposits_left(reader: Reader, contract_id: int, until: date) -> list[DepositLeft]:
    """Answer what receipts up to ``until`` still hold for a contract, oldest first.

    What was let go of later, as of a deposit that bounced or was given back, cannot be used any more either.
    """
    rows = plain_rows(reader, _deposits_left(), contract=contract_id, until=until)
    left = ((item_id, day, min(then, now)) for item_id, day, then, now in rows)
    return [DepositLeft(item_id, day, amount) for item_id, day, amount in left if amount > 0]


def deposit_left(reader: Reader, contract_id: int, until: date) -> Decimal:
    """Answer what is kept for a contract on a day and not applied yet, in its currency."""
    return sum((part.amount for part in deposits_left(reader, contract_id, until)), Decimal(0))


@functools.cache
def _deposits_left() -> Select[Any]:
    mark, item = plain(Earmark), plain(Item)
    until = bindparam("until", type_=mark.day.type)
    return (
        select(
            mark.item_id,
            item.day,
            func.sum(case((mark.day <= until, mark.amount), else_=Decimal(0))),
            func.sum(mark.amount),
        )
        .join_from(Earmark.__table__, Item.__table__, item.id == mark.item_id)
        .where(mark.contract_id == bindparam("contract"), item.day <= until)
        .group_by(mark.item_id, item.day)
        .order_by(item.day, mark.item_id)
    )
