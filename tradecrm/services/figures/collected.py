"""What a shipment brought once all of it was collected: the rate its export cost is compared with (section 2.4)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from tradecrm.models import Allocation, Item
from tradecrm.services.figures.plain import plain, plain_rows
from tradecrm.services.work import Reader

ZERO = Decimal(0)
RECEIPT, CREDIT_NOTE = "RCT", "CN"
COLLECTED = "collected"
"""The setting under which R is the rate collected; else it is the recognition rate."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What receipts settled of a shipment's receivables, gross of charges: in the contract currency and in base."""

    amount: Decimal
    base_amount: Decimal

    @property
    def rate(self) -> Decimal:
        """Answer base units per unit of the contract currency, unrounded."""
        return self.base_amount / self.amount


def collected(reader: Reader, shipment_id: int, currency: str) -> Collected | None:
    """Answer what was collected of a shipment, None until receipts have settled all of it (section 2.4).

    A deposit counts with the base amount it came in at, money with that of its value date. Credit notes make the
    invoice smaller; whatever else settles a part of it (write-off, contra) leaves the rate unknown.
    """
    owed = plain_rows(reader, _receivables(), shipment=shipment_id).all()
    if not owed or any(code != currency or left != ZERO for code, left in owed):
        return None
    amount = base = ZERO
    for kind, settled, worth in plain_rows(reader, _settled(), shipment=shipment_id):
        if kind == RECEIPT:
            amount, base = amount + settled, base + worth
        elif kind != CREDIT_NOTE and settled != ZERO:
            return None
    return Collected(amount, base) if amount > 0 else None


@functools.cache
def _receivables() -> Select[Any]:
    """Select (currency, open amount) of what a shipment bills; by the shipment alone, for its own index."""
    item = plain(Item)
    return select(item.currency, item.open_amount).where(
        item.shipment_id == bindparam("shipment"), item.side == "AR"
    )


@functools.cache
def _settled() -> Select[Any]:
    """Select what settled a shipment's receivables, by the kind of what settled it; what was taken back nets out."""
    row, owed = plain(Allocation), Item.__table__.alias("owed")
    money = Item.__table__.alias("money")
    settled, worth = (func.sum(each, type_=each.type) for each in (row.debit_amount, row.credit_base))
    return (
        select(money.c.kind, settled, worth)
        .join_from(owed, Allocation.__table__, row.debit_item_id == owed.c.id)
        .join(money, money.c.id == row.credit_item_id)
        .where(owed.c.shipment_id == bindparam("shipment"), owed.c.side == "AR")
        .group_by(money.c.kind)
    )
