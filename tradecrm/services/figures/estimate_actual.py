"""Estimate against actual for the shipments of a period, in a few statements (domain.md section 2.10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.allocate import PartOf
from tradecrm.core.profit import Variance, cost_variance, ratio, sheet_flagged
from tradecrm.models import Estimate, EstimateLine, SalesContract, ShipmentLine
from tradecrm.services.figures.estimates import has_share
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.profit_rows import ProfitRow, profit_rows
from tradecrm.services.work import Reader

ZERO = Decimal(0)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Estimated:
    """The estimate of one shipment in base currency: revenue and cost."""

    revenue: Decimal
    cost: Decimal

    @property
    def profit(self) -> Decimal:
        """Answer the estimated trading profit."""
        return self.revenue - self.cost


@dataclass(frozen=True, slots=True)
class ComparedShipment:
    """A departed shipment with its estimate, None where nothing was approved; amounts in base currency."""

    actual: ProfitRow
    estimate: Estimated | None
    flagged: bool

    @property
    def variance(self) -> Variance | None:
        """Answer actual less estimated profit, and its fraction of the estimate."""
        if self.estimate is None:
            return None
        return cost_variance(self.estimate.profit, self.actual.profit)


def compared_shipments(
    reader: Reader, first: date, last: date, customer_id: int | None = None
) -> Sequence[ComparedShipment]:
    """Answer the visible shipments that departed in the period, each beside the estimate it is compared with."""
    rows = profit_rows(reader, first, last, customer_id)
    keys = [row.shipment_id for row in rows]
    own = _own(reader, keys)
    shares = _shares(reader, [key for key in keys if key not in own])
    least = reader.settings.min_margin
    found = []
    for row in rows:
        estimate = own.get(row.shipment_id) or shares.get(row.shipment_id)
        if estimate is None:
            flagged = row.margin is not None and row.margin < least
        else:
            flagged = sheet_flagged(
                actual_margin=row.margin,
                estimated_profit=estimate.profit,
                actual_profit=row.profit,
                minimum_margin=least,
            )
        found.append(ComparedShipment(row, estimate, flagged))
    return found


def _chunks(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))


def _own(reader: Reader, shipments: Sequence[int]) -> dict[int, Estimated]:
    """Answer the newest approved estimate of each shipment that has one."""
    table, line = plain(Estimate), plain(EstimateLine)
    found: dict[int, Estimated] = {}
    for some in _chunks(shipments):
        newest = (
            select(func.max(table.id))
            .where(table.shipment_id.in_(some), table.status == "approved")
            .group_by(table.shipment_id)
        )
        rows = reader.session.execute(
            select(table.shipment_id, table.revenue_base, func.sum(line.base_amount))
            .join_from(Estimate.__table__, EstimateLine.__table__, line.estimate_id == table.id, isouter=True)
            .where(table.id.in_(newest))
            .group_by(table.id, table.shipment_id, table.revenue_base)
        )
        found |= {key: Estimated(revenue, cost or ZERO) for key, revenue, cost in rows}
    return found


def _shares(reader: Reader, shipments: Sequence[int]) -> dict[int, Estimated]:
    """Answer each shipment's share, by value, of its single contract's approved estimate (as one sheet has it)."""
    goods, table, contract = plain(ShipmentLine), plain(Estimate), plain(SalesContract)
    found: dict[int, Estimated] = {}
    for some in _chunks(shipments):
        parts: dict[int, list[tuple[int, Decimal]]] = {}
        for key, contract_id, amount in reader.session.execute(
            select(goods.shipment_id, goods.contract_id, func.sum(goods.amount))
            .where(goods.shipment_id.in_(some))
            .group_by(goods.shipment_id, goods.contract_id)
        ):
            parts.setdefault(key, []).append((contract_id, amount))
        single = {key: each[0] for key, each in parts.items() if len(each) == 1}
        estimates = {
            row.contract_id: row
            for row in reader.session.execute(
                select(table.id, table.contract_id, table.revenue_base, contract.total)
                .join_from(Estimate.__table__, SalesContract.__table__, contract.id == table.contract_id)
                .where(
                    table.contract_id.in_({contract_id for contract_id, _amount in single.values()}),
                    table.status == "approved",
                )
            )
        }
        costs = _lines(reader, [row.id for row in estimates.values()])
        for key, (contract_id, part) in single.items():
            row = estimates.get(contract_id)
            if row is None or not has_share(part, row.total):
                continue
            share, base = PartOf(part, row.total), reader.base
            spent = sum((share.of(cost, base) for cost in costs.get(row.id, ())), ZERO)
            found[key] = Estimated(share.of(row.revenue_base, base), spent)
    return found


def _lines(reader: Reader, estimates: Sequence[int]) -> dict[int, list[Decimal]]:
    line = plain(EstimateLine)
    found: dict[int, list[Decimal]] = {}
    for key, amount in reader.session.execute(
        select(line.estimate_id, line.base_amount).where(line.estimate_id.in_(estimates)).order_by(line.id)
    ):
        found.setdefault(key, []).append(amount)
    return found


def margin_of(estimate: Estimated) -> Decimal | None:
    """Answer the estimated margin as a fraction; None without revenue."""
    return ratio(estimate.profit, estimate.revenue)
