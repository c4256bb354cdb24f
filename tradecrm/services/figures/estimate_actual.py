"""Estimate against actual for the shipments of a period, in a few statements (domain.md section 2.10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from tradecrm.core.allocate import PartOf
from tradecrm.core.money import minor_units
from tradecrm.core.profit import Variance, cost_variance, ratio, sheet_flagged
from tradecrm.models import Estimate, EstimateLine, SalesContract, Shipment, ShipmentLine
from tradecrm.models.base import AMOUNT_SCALE, from_scaled
from tradecrm.services.data.lean import lean_rows
from tradecrm.services.data.sums import whole
from tradecrm.services.figures.estimates import has_share
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.profit_rows import ProfitRow, profit_rows
from tradecrm.services.work import Reader


class Estimated(NamedTuple):
    """The estimate of one shipment in base currency: revenue and cost."""

    revenue: Decimal
    cost: Decimal

    @property
    def profit(self) -> Decimal:
        """Answer the estimated trading profit."""
        return self.revenue - self.cost


class ComparedShipment(NamedTuple):
    """A shipment whose revenue is booked with its estimate, None where nothing was approved; amounts in base."""

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
    """Answer the visible shipments whose revenue is booked in the period, each beside what it is compared with."""
    rows = profit_rows(reader, first, last, customer_id)
    values = {"first": first.isoformat(), "last": last.isoformat(), "customer": customer_id}
    estimates = _shares(reader, values) | _own(reader, values)
    least = reader.settings.min_margin
    found = []
    for row in rows:
        estimate = estimates.get(row.shipment_id)
        if estimate is None:
            flagged = row.margin is not None and row.margin < least
        else:
            flagged = sheet_flagged(
                actual_margin=row.margin,
                estimated_profit=estimate.profit,
                actual_profit=row.profit,
                minimum_margin=least,
                worst_drop=reader.settings.profit_drop,
            )
        found.append(ComparedShipment(row, estimate, flagged))
    return found


def _booked(*, of_one: bool) -> tuple[ColumnElement[bool], ...]:
    """Answer the condition of the shipments of the period, of all customers or of one; seen ones are picked later."""
    shipment = plain(Shipment)
    within = shipment.recognized_on.between(bindparam("first"), bindparam("last"))
    return (within, shipment.customer_id == bindparam("customer")) if of_one else (within,)


def _asked(
    reader: Reader, make: Callable[[bool], Select[Any]], values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """Answer the rows of a statement over the shipments of the period, money as scaled integers."""
    of_one = values["customer"] is not None
    given = values if of_one else {name: values[name] for name in ("first", "last")}
    return lean_rows(reader, make, of_one, values=given)


def _own(reader: Reader, values: Mapping[str, Any]) -> dict[int, Estimated]:
    """Answer the newest approved estimate of each shipment that has one."""
    rows = _asked(reader, _own_estimates, values)
    return {key: Estimated(from_scaled(revenue), from_scaled(cost)) for key, revenue, cost in rows}


def _own_estimates(of_one: bool) -> Select[Any]:
    table, line = plain(Estimate), plain(EstimateLine)
    spent = (
        select(whole(line.base_amount))
        .where(line.estimate_id == table.id)
        .correlate(Estimate.__table__)
        .scalar_subquery()
    )
    return (
        select(table.shipment_id, table.revenue_base, spent)
        .join_from(Shipment.__table__, Estimate.__table__, table.shipment_id == plain(Shipment).id)
        .where(*_booked(of_one=of_one), table.status == "approved")
        .order_by(table.id)
    )


def _shares(reader: Reader, values: Mapping[str, Any]) -> dict[int, Estimated]:
    """Answer each shipment's share, by value, of its contracts' approved estimates (as one sheet has it).

    Every cost is shared by itself to the minor unit (section 2.6), as integers: a year has thousands of them.
    """
    step = 10 ** (AMOUNT_SCALE - minor_units(reader.base))
    estimates: dict[int, tuple[int, int, list[int]]] = {}
    for contract, revenue, total, cost in _asked(reader, _contract_estimates, values):
        known = estimates.get(contract)
        if known is None:
            known = estimates[contract] = revenue // step, total, []
        known[2].append(cost // step)
    single, mixed = _parted(_asked(reader, _goods, values))
    found: dict[int, Estimated] = {}
    for key, (contract, part) in single.items():
        shares = _share(estimates.get(contract), part)
        if shares is not None:
            found[key] = Estimated(*(from_scaled(units * step) for units in shares))
    for key, parts in mixed.items():
        falling = [_share(estimates.get(contract), part) for contract, part in parts.items()]
        columns = zip(*(each for each in falling if each is not None), strict=True)
        if None not in falling:
            found[key] = Estimated(*(from_scaled(sum(column) * step) for column in columns))
    return found


def _share(estimate: tuple[int, int, list[int]] | None, part: int) -> tuple[int, int] | None:
    """Answer (revenue, cost) of the part of an estimate over (revenue, contract total, costs), None without one."""
    if estimate is None:
        return None
    revenue, total, costs = estimate
    if not has_share(total):
        return None
    share = PartOf(part, total)
    return share.sum_of((revenue,)), share.sum_of(costs)


_Single = dict[int, tuple[int, int]]
_Mixed = dict[int, dict[int, int]]


def _parted(goods: Iterable[tuple[Any, ...]]) -> tuple[_Single, _Mixed]:
    """Answer (contract, value of the goods) of each shipment of one contract alone, and values by contract of others.

    ``goods`` are rows of ``_goods``. Few shipments carry goods of several contracts.
    """
    found: _Single = {}
    mixed: _Mixed = {}
    for key, contract, amount in goods:
        known = found.get(key)
        if known is None:
            found[key] = contract, amount
        elif known[0] == contract:
            found[key] = contract, known[1] + amount
        else:
            others = mixed.setdefault(key, {})
            others[contract] = others.get(contract, 0) + amount
    for key, others in mixed.items():
        first, amount = found.pop(key)
        others[first] = others.get(first, 0) + amount
    return found, mixed


def _goods(of_one: bool) -> Select[Any]:
    """Select (shipment, contract, value) of each line of goods: added up outside, they need no order."""
    goods = plain(ShipmentLine)
    return (
        select(goods.shipment_id, goods.contract_id, goods.amount)
        .join_from(Shipment.__table__, ShipmentLine.__table__, goods.shipment_id == plain(Shipment).id)
        .where(*_booked(of_one=of_one))
    )


def _contract_estimates(of_one: bool) -> Select[Any]:
    """Select the approved estimates of contracts shipped from in the period, once for each of their costs."""
    goods, table, contract, line = (
        plain(ShipmentLine),
        plain(Estimate),
        plain(SalesContract),
        plain(EstimateLine),
    )
    shipped = (
        select(goods.contract_id)
        .join_from(Shipment.__table__, ShipmentLine.__table__, goods.shipment_id == plain(Shipment).id)
        .where(*_booked(of_one=of_one))
    )
    return (
        select(table.contract_id, table.revenue_base, contract.total, func.coalesce(line.base_amount, 0))
        .join_from(Estimate.__table__, SalesContract.__table__, contract.id == table.contract_id)
        .outerjoin(EstimateLine.__table__, line.estimate_id == table.id)
        .where(table.contract_id.in_(shipped), table.status == "approved")
    )


def margin_of(estimate: Estimated) -> Decimal | None:
    """Answer the estimated margin as a fraction; None without revenue."""
    return ratio(estimate.profit, estimate.revenue)
