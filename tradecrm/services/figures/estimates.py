"""The estimate a shipment is compared with: its own approved version, else its share of the contract's (2.10)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.allocate import PartOf
from tradecrm.models import Estimate, EstimateLine, SalesContract, Shipment
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.quantities import contract_amounts
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """A line of the compared estimate: its own money and base amount."""

    category: str
    currency: str
    amount: Decimal
    base_amount: Decimal


@dataclass(frozen=True, slots=True)
class EstimateVersion:
    """The estimate version that is compared: number, rate of the revenue, revenue in base, cost lines.

    ``of_contract`` tells that it is the shipment's share, by value, of its contract's approved estimate.
    """

    version_no: int
    rate: Decimal
    revenue_base: Decimal
    rows: tuple[EstimateRow, ...]
    of_contract: bool = False


def compared_estimate(reader: Reader, shipment: Shipment) -> EstimateVersion | None:
    """Answer what a shipment's result is compared with, None when nothing was approved (section 2.10)."""
    table = plain(Estimate)
    own = reader.session.execute(
        select(table.id, table.version_no, table.rate, table.revenue_base)
        .where(table.shipment_id == shipment.id, table.status == "approved")
        .order_by(table.version_no.desc())
        .limit(1)
    ).one_or_none()
    if own is not None:
        return EstimateVersion(own.version_no, own.rate, own.revenue_base, _rows(reader, own.id))
    return _share_of_contract(reader, shipment)


def _rows(reader: Reader, estimate_id: int) -> tuple[EstimateRow, ...]:
    line = plain(EstimateLine)
    rows = reader.session.execute(
        select(line.category, line.currency, line.amount, line.base_amount)
        .where(line.estimate_id == estimate_id)
        .order_by(line.id)
    )
    return tuple(EstimateRow(*row) for row in rows)


def _share_of_contract(reader: Reader, shipment: Shipment) -> EstimateVersion | None:
    """Answer the part of the contract's estimate that falls to a shipment of one contract, by value (2.6)."""
    parts = contract_amounts(reader, shipment.id)
    if len(parts) != 1:
        return None
    (contract_id, part) = next(iter(parts.items()))
    table, contract = plain(Estimate), plain(SalesContract)
    found = reader.session.execute(
        select(table.id, table.version_no, table.rate, table.revenue_base, contract.total)
        .join_from(Estimate.__table__, SalesContract.__table__, contract.id == table.contract_id)
        .where(table.contract_id == contract_id, table.status == "approved")
    ).one_or_none()
    if found is None or not has_share(part, found.total):
        return None
    rows = tuple(
        EstimateRow(
            row.category,
            row.currency,
            share_of(row.amount, part, found.total, row.currency),
            share_of(row.base_amount, part, found.total, reader.base),
        )
        for row in _rows(reader, found.id)
    )
    revenue = share_of(found.revenue_base, part, found.total, reader.base)
    return EstimateVersion(found.version_no, found.rate, revenue, rows, of_contract=True)


def has_share(part: Decimal | int, total: Decimal | int) -> bool:
    """Tell whether a shipment of ``part`` can have a share of the estimate of a contract over ``total``."""
    return total > 0 and part <= total


def share_of(amount: Decimal, part: Decimal, total: Decimal, currency: str) -> Decimal:
    """Answer what of an estimated amount falls to a shipment of ``part`` of a contract over ``total`` (2.6)."""
    return PartOf(part, total).of(amount, currency)
