"""The rows behind a shipment's profit: estimate lines, exchange differences, and profits of a period (section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from tradecrm.core.profit import ratio
from tradecrm.models import Allocation, Item, Party, Shipment
from tradecrm.models.base import from_scaled
from tradecrm.services.data.lean import lean_rows
from tradecrm.services.figures.estimates import EstimateVersion, compared_estimate
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.profit import profits_between
from tradecrm.services.work import Reader

ZERO = Decimal(0)


def estimate_version(reader: Reader, shipment_id: int) -> EstimateVersion | None:
    """Answer the estimate a shipment the actor may see is compared with, None without one; else NotFound."""
    return compared_estimate(reader, reader.look(Shipment, shipment_id, "Shipment").id)


@dataclass(frozen=True, slots=True)
class FxRow:
    """An allocation with its realized difference in base (gain positive), and the items on both sides."""

    allocation_id: int
    day: date
    side: str
    debit_item_id: int
    debit_number: str
    credit_item_id: int
    credit_number: str
    credit_kind: str
    currency: str
    amount: Decimal
    debit_base: Decimal
    credit_base: Decimal
    fx: Decimal


def fx_rows(reader: Reader, shipment_id: int) -> Sequence[FxRow]:
    """Answer the allocations on a shipment's receivables and payables, by day; their ``fx`` is its realized FX."""
    reader.get(Shipment, shipment_id, "Shipment")
    row, item = plain(Allocation), Item.__table__
    debit, credit = item.alias("debit"), item.alias("credit")
    statement: Select[Any] = (
        select(
            row.id,
            row.day,
            row.side,
            debit.c.id,
            debit.c.number,
            credit.c.id,
            credit.c.number,
            credit.c.kind,
            debit.c.currency,
            row.debit_amount,
            row.debit_base,
            row.credit_base,
            row.fx,
        )
        .join_from(Allocation.__table__, debit, debit.c.id == row.debit_item_id)
        .join(credit, credit.c.id == row.credit_item_id)
        .where(debit.c.shipment_id == shipment_id)
        .order_by(row.day, row.id)
    )
    return [FxRow(*found) for found in reader.session.execute(statement)]


class ProfitRow(NamedTuple):
    """The result of one shipment on the day its revenue is booked, in base; ``realized_fx`` stands below the profit."""

    shipment_id: int
    number: str
    day: date
    customer_id: int
    customer: str
    revenue: Decimal
    cost: Decimal
    realized_fx: Decimal

    @property
    def profit(self) -> Decimal:
        """Answer the trading profit."""
        return self.revenue - self.cost

    @property
    def margin(self) -> Decimal | None:
        """Answer trading profit over revenue as a fraction; None without revenue."""
        return ratio(self.profit, self.revenue)


def profit_rows(
    reader: Reader, first: date, last: date, customer_id: int | None = None
) -> Sequence[ProfitRow]:
    """Answer the results of the visible shipments whose revenue is booked from ``first`` to ``last``, by day."""
    totals = profits_between(reader, first, last)
    gains = _realized(reader, first, last)
    names = _customers(reader, first, last)
    return [
        ProfitRow(
            row.shipment_id,
            row.number,
            row.day,
            row.customer_id,
            names.get(row.customer_id, ""),
            row.revenue,
            row.cost,
            gains.get(row.shipment_id, ZERO),
        )
        for row in totals
        if customer_id is None or row.customer_id == customer_id
    ]


def _customers(reader: Reader, first: date, last: date) -> dict[int, str]:
    """Answer the names of the customers the actor may see whose shipments count in the period."""
    shipment = plain(Shipment)
    within = select(shipment.customer_id).where(
        shipment.recognized_on >= first, shipment.recognized_on <= last
    )
    return dict(reader.session.execute(select(Party.id, Party.name).where(Party.id.in_(within))).all())


def _realized(reader: Reader, first: date, last: date) -> dict[int, Decimal]:
    """Answer the realized exchange difference of each shipment that counts in the period."""
    days = {"first": first.isoformat(), "last": last.isoformat()}
    found: dict[int, int] = {}
    for key, fx in lean_rows(reader, _differences, values=days):
        found[key] = found.get(key, 0) + fx
    return {key: from_scaled(fx) for key, fx in found.items()}


def _differences() -> Select[Any]:
    """Select (shipment, difference) of each allocation: added up outside, they need no order."""
    row, item, shipment = plain(Allocation), plain(Item), plain(Shipment)
    return (
        select(item.shipment_id, row.fx)
        .join_from(Shipment.__table__, Item.__table__, item.shipment_id == shipment.id)
        .join(Allocation.__table__, row.debit_item_id == item.id)
        .where(shipment.recognized_on.between(bindparam("first"), bindparam("last")))
    )
