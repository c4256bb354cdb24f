"""Orders (接单): contracts by the day they took effect, in base at their budget rate (domain.md section 16.23)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.dates import add_months
from tradecrm.core.money import convert
from tradecrm.models import Party, SalesContract
from tradecrm.services.figures.closing import add_known
from tradecrm.services.work import Reader

_NO_ORDER = ("canceled", "void")


@dataclass(frozen=True, slots=True)
class Order:
    """A contract in force: its total in ``currency``, and in base at its own budget rate (None: no rate)."""

    contract_id: int
    number: str
    effective_on: date
    customer_id: int
    customer: str
    status: str
    currency: str
    total: Decimal
    budget_rate: Decimal | None
    base_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class OrderMonth:
    """The orders of one calendar month; ``base_amount`` is None while one of them has no budget rate."""

    first: date
    count: int
    base_amount: Decimal | None


def orders_between(reader: Reader, first: date, last: date) -> Sequence[Order]:
    """Answer the visible contracts that took effect from ``first`` to ``last``; a canceled one is no order.

    One that does not count (section 8), as the goods of a principal, is none either, see `uncounted_between`.
    """
    return _between(reader, first, last, counted=True)


def uncounted_between(reader: Reader, first: date, last: date) -> Sequence[Order]:
    """Answer the contracts of the same days that do not count as orders (section 8)."""
    return _between(reader, first, last, counted=False)


def _between(reader: Reader, first: date, last: date, *, counted: bool) -> Sequence[Order]:
    reader.actor.demand("contract.read")
    rows = reader.session.execute(
        select(
            SalesContract.id,
            SalesContract.number,
            SalesContract.effective_on,
            SalesContract.customer_id,
            Party.name,
            SalesContract.status,
            SalesContract.currency,
            SalesContract.total,
            SalesContract.budget_rate,
        )
        .outerjoin(Party, Party.id == SalesContract.customer_id)
        .where(
            SalesContract.effective_on >= first,
            SalesContract.effective_on <= last,
            SalesContract.status.not_in(_NO_ORDER),
            SalesContract.counted.is_(counted),
        )
        .order_by(SalesContract.effective_on, SalesContract.id)
    )
    return [
        Order(
            key,
            number,
            day,
            customer_id,
            customer or "",
            status,
            currency,
            total,
            rate,
            _in_base(total, currency, rate, reader.base),
        )
        for key, number, day, customer_id, customer, status, currency, total, rate in rows
        if day is not None
    ]


def _in_base(total: Decimal, currency: str, rate: Decimal | None, base: str) -> Decimal | None:
    """Answer a contract's total in base, rounded once a document (section 11); None without a rate."""
    if currency == base:
        return total
    return None if rate is None else convert(total, rate, base)


def orders_by_month(reader: Reader, first: date, last: date) -> Sequence[OrderMonth]:
    """Answer every month from the one of ``first`` to the one of ``last``, months without orders included."""
    months: dict[date, list[Decimal | None]] = {}
    month = first.replace(day=1)
    while month <= last:
        months[month] = []
        month = add_months(month, 1)
    for order in orders_between(reader, first, last):
        months[order.effective_on.replace(day=1)].append(order.base_amount)
    return [OrderMonth(month, len(values), add_known(values)) for month, values in months.items()]
