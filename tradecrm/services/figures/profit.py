"""The profit of a shipment (每票业务盈亏): one definition for sheet, list, chart and check (section 2)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from sqlalchemy import BindParameter, Select, bindparam, func, select, type_coerce

from tradecrm.core.agency import Agency, agency_fee
from tradecrm.core.costs import UNBILLED
from tradecrm.core.money import convert
from tradecrm.core.profit import CostLine as Cost
from tradecrm.core.profit import ShipmentResult, shipment_result
from tradecrm.core.rebate import TaxRegime, deduction_code
from tradecrm.core.text import _
from tradecrm.models import (
    Allocation,
    CostLine,
    Item,
    LedgerEntry,
    Shipment,
    Tranche,
)
from tradecrm.services.figures.collected import COLLECTED, Collected, collected
from tradecrm.services.figures.estimates import EstimateVersion, compared_estimate
from tradecrm.services.figures.plain import plain, plain_rows
from tradecrm.services.figures.quantities import GoodsOfContract, goods_on_board
from tradecrm.services.work import Reader

ZERO = Decimal(0)


class OnBoard(Protocol):
    """What a result needs to know of a shipment, of its record or of the columns that were read of it.

    ``total`` is what its goods are sold for, in its currency; ``tax_regime`` a TaxRegime (section 2.2).
    """

    id: int
    currency: str
    total: Decimal
    tax_regime: str


class CostRow(NamedTuple):
    """A cost of the sheet: category, words, payee, its own money, base amount, how certain, and its record."""

    category: str
    description: str
    party_id: int | None
    currency: str
    amount: Decimal
    rate: Decimal
    base_amount: Decimal
    status: str
    cost_id: int
    item_id: int | None


class RevenueRow(NamedTuple):
    """A part of the revenue at one rate; the deposit part names the receipt it came from, a note its number."""

    amount: Decimal
    base_amount: Decimal
    deposit_item_id: int | None
    note_item_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShipmentProfit:
    """Everything of a shipment's result: revenue, costs, the measures, and whether it is provisional.

    Amounts in base currency unless said otherwise; ``estimate`` is the approved estimate's result;
    ``provisional_share`` is the part of the costs, by their size in base, that is estimated or accrued.
    ``rate`` is the recognition rate, or that of the estimate until the revenue is booked (``booked``); ``collected``
    is what gives R instead, None where it does not (section 2.4).
    """

    shipment_id: int
    number: str
    customer_id: int
    currency: str
    invoice_total: Decimal
    rate: Decimal
    booked: bool
    collected: Collected | None
    invoice_item_id: int | None
    revenue: tuple[RevenueRow, ...]
    costs: tuple[CostRow, ...]
    result: ShipmentResult
    estimate: ShipmentResult | None
    estimate_costs: tuple[tuple[str, Decimal], ...]
    estimate_revenue: Decimal | None
    provisional: bool
    provisional_share: Decimal


def shipment_profit(reader: Reader, shipment_id: int) -> ShipmentProfit:
    """Answer the profit of one shipment the actor may see; NotFound otherwise.

    Before departure the revenue is the goods at the budget rate of the estimate, marked provisional.
    """
    reader.actor.demand("shipment.read")
    shipment: Any = reader.look(Shipment, shipment_id, _("Shipment"))
    costs = _costs(reader, shipment)
    item_id, revenue, notes = _revenue(reader, shipment_id)
    goods = goods_on_board(reader, shipment_id)
    estimate = compared_estimate(reader, shipment_id, goods)
    rate = shipment.recognition_rate or _budget_rate(reader, shipment, estimate)
    planned = _planned(shipment, goods)
    own = shipment.total
    if revenue:
        owed, owed_base = (ZERO, ZERO) if planned == own else _principals_part(reader, shipment.id)
        if owed:
            own -= owed
            worth = sum((row.base_amount for row in revenue), ZERO) - owed_base
            revenue = (RevenueRow(own, worth, None),)
    else:
        own = planned
        revenue = (RevenueRow(own, convert(own, rate, reader.base), None),)
    revenue = (*revenue, *notes)
    brought = None
    if reader.settings.reference_rate == COLLECTED and shipment.recognition_rate is not None:
        brought = collected(reader, shipment_id, shipment.currency)
    result = shipment_result(
        invoice_total=own + sum((row.amount for row in notes), ZERO),
        currency=shipment.currency,
        revenue=sum((row.base_amount for row in revenue), ZERO),
        costs=[Cost(row.category, row.currency, row.amount, row.base_amount) for row in costs],
        reference_rate=rate,
        base_currency=reader.base,
        realized_fx=realized_fx(reader, shipment_id),
        collected_rate=None if brought is None else brought.rate,
    )
    estimated, estimate_costs = _estimate(reader, shipment, planned, estimate)
    return ShipmentProfit(
        shipment_id=shipment.id,
        number=shipment.number,
        customer_id=shipment.customer_id,
        currency=shipment.currency,
        invoice_total=own,
        rate=rate,
        booked=shipment.recognition_rate is not None,
        collected=brought,
        invoice_item_id=item_id,
        revenue=revenue,
        costs=costs,
        result=result,
        estimate=estimated,
        estimate_costs=estimate_costs,
        estimate_revenue=None if estimate is None else estimate.revenue_base,
        provisional=item_id is None or any(row.status in UNBILLED for row in costs),
        provisional_share=_uncertain_share(costs),
    )


def _budget_rate(reader: Reader, shipment: Any, estimate: EstimateVersion | None) -> Decimal:
    """Answer the rate of a shipment whose revenue is not booked: that of its estimate, else the budget rate."""
    if estimate is not None:
        return estimate.rate
    from tradecrm.core.rates import RateType
    from tradecrm.services.money.rates import rate_for

    return rate_for(reader, RateType.BUDGET, shipment.currency, shipment.day).rate


def _uncertain_share(costs: Sequence[CostRow]) -> Decimal:
    """Answer how much of the costs is not billed yet, as a fraction of their sum by size; 0 without costs."""
    whole = sum((abs(row.base_amount) for row in costs), ZERO)
    open_part = sum((abs(row.base_amount) for row in costs if row.status in UNBILLED), ZERO)
    return open_part / whole if whole else ZERO


def _costs(reader: Reader, shipment: OnBoard) -> tuple[CostRow, ...]:
    """Answer the cost lines of a shipment in order of entry; each purchase is followed by what is kept back of it.

    A bill that came after closing counts nothing, and is left out (section 2.11).
    """
    code = deduction_code(TaxRegime(shipment.tax_regime))
    rows: list[CostRow] = []
    for row in plain_rows(reader, _cost_lines(), shipment=shipment.id):
        rebate = row[-1]
        if row.item_id is not None and row.base_amount == 0 == rebate and _is_late(row):
            continue
        rows.append(CostRow(*row[:-1]))
        if rebate != 0:
            rows.append(
                CostRow(
                    code, row.description, None, reader.base, -rebate, Decimal(1), -rebate, row.status, row.id,
                    row.item_id,
                )
            )  # fmt: skip
    return tuple(rows)


def _is_late(row: Any) -> bool:
    """Tell whether a billed line that counts nothing in base is a late bill's: only a purchase has its amount then."""
    return bool(row.amount == 0 or row.category == "PUR")


@functools.cache
def _cost_lines() -> Select[Any]:
    """Build the columns of a CostRow in their order, and the rebate."""
    line = plain(CostLine)
    columns = (
        line.category, line.description, line.party_id, line.currency, line.amount, line.rate, line.base_amount,
        line.status, line.id, line.item_id, line.rebate,
    )  # fmt: skip
    return select(*columns).where(line.shipment_id == bindparam("shipment")).order_by(line.id)


def _revenue(
    reader: Reader, shipment_id: int
) -> tuple[int | None, tuple[RevenueRow, ...], tuple[RevenueRow, ...]]:
    """Answer the invoice item of a shipment, its revenue by rate, nothing before departure, and the notes on it.

    Of debit and credit notes those that stand, signed (section 16.8).
    """
    rows = [row for row in plain_rows(reader, _items(), shipment=shipment_id) if row.side == "AR"]
    invoice = [row for row in rows if row.kind == "INV"]
    notes = [row for row in rows if row.kind in {"DN", "CN"}]
    undone = {row.reverses_id for row in notes}
    standing = tuple(
        RevenueRow(row.amount, row.base_amount, None, row.id, row.number)
        for row in notes
        if row.reverses_id is None and row.id not in undone
    )
    if not invoice:
        return None, (), standing
    head = invoice[0]
    if head.part is None:
        return head.id, (RevenueRow(head.amount, head.base_amount, None),), standing
    parts = tuple(RevenueRow(row.part, row.part_base, row.credit_item_id) for row in invoice)
    return head.id, parts, standing


@functools.cache
def _items() -> Select[Any]:
    """Build what a shipment bills and is billed: an item once for each of its tranches, if it has any.

    By the shipment alone: who asks for a side and a kind as well is led along an index of all items.
    """
    item, part = plain(Item), plain(Tranche)
    return (
        select(
            item.id, item.side, item.kind, item.number, item.amount, item.base_amount, item.reverses_id,
            part.amount.label("part"), part.base_amount.label("part_base"), part.credit_item_id,
        )
        .join_from(Item.__table__, Tranche.__table__, part.item_id == item.id, isouter=True)
        .where(item.shipment_id == bindparam("shipment"))
        .order_by(item.day, item.id, part.position)
    )  # fmt: skip


def _principals_part(reader: Reader, shipment_id: int) -> tuple[Decimal, Decimal]:
    """Answer what of an invoice is owed to the principal of the goods, in its currency and in base (1.10)."""
    found = plain_rows(reader, _owed_to_principal(), shipment=shipment_id).one()
    return found[0] or ZERO, found[1] or ZERO


@functools.cache
def _owed_to_principal() -> Select[Any]:
    item = plain(Item)
    shipment: BindParameter[int] = bindparam("shipment")
    invoice = select(item.posting_id).where(
        item.shipment_id == shipment, item.side == "AR", item.kind == "INV"
    )
    return select(func.sum(item.amount), func.sum(item.base_amount)).where(
        item.shipment_id == shipment, item.side == "AP", item.posting_id.in_(invoice)
    )


def planned_revenue(reader: Reader, shipment: OnBoard) -> Decimal:
    """Answer what a shipment will bring the firm, in its currency: its goods, or the fee on a principal's goods."""
    return _planned(shipment, goods_on_board(reader, shipment.id))


def _planned(shipment: OnBoard, goods: Sequence[GoodsOfContract]) -> Decimal:
    fees = [(part.amount, part.fee_rate) for part in goods if part.agency == Agency.AS_AGENT.value]
    return agency_fee(fees, shipment.currency) if fees else shipment.total


def realized_fx(reader: Reader, shipment_id: int) -> Decimal:
    """Answer the realized exchange difference of the allocations on a shipment's receivables and payables."""
    return plain_rows(reader, _differences(), shipment=shipment_id).scalar() or ZERO


@functools.cache
def _differences() -> Select[Any]:
    item, settled = plain(Item), plain(Allocation)
    items = select(item.id).where(item.shipment_id == bindparam("shipment"))
    return select(func.sum(settled.fx)).where(settled.debit_item_id.in_(items))


def _estimate(
    reader: Reader, shipment: OnBoard, planned: Decimal, estimate: EstimateVersion | None
) -> tuple[ShipmentResult | None, tuple[tuple[str, Decimal], ...]]:
    """Answer the result of an estimate version and its base amounts by category."""
    if estimate is None:
        return None, ()
    result = shipment_result(
        invoice_total=planned,
        currency=shipment.currency,
        revenue=estimate.revenue_base,
        costs=[Cost(row.category, row.currency, row.amount, row.base_amount) for row in estimate.rows],
        reference_rate=estimate.rate,
        base_currency=reader.base,
    )
    sums: dict[str, Decimal] = {}
    for row in estimate.rows:
        sums[row.category] = sums.get(row.category, ZERO) + row.base_amount
    return result, tuple(sums.items())


class ProfitTotal(NamedTuple):
    """The result of one shipment in a list, on the day its revenue is booked: revenue and cost in base currency."""

    shipment_id: int
    number: str
    day: date
    revenue: Decimal
    cost: Decimal
    customer_id: int

    @property
    def profit(self) -> Decimal:
        """Answer the trading profit."""
        return self.revenue - self.cost


def profits_between(reader: Reader, first: date, last: date) -> Sequence[ProfitTotal]:
    """Answer the results of the visible shipments whose revenue is booked from ``first`` to ``last``, by that day.

    It is the day of the revenue event (sections 1.3 and 2.1), which for most is the on-board date. Until it has
    happened a shipment has no result: its goods are in transit.
    """
    entry, line, shipment = plain(LedgerEntry), plain(CostLine), plain(Shipment)
    # Asked for by shipment, of each by itself: joined, every invoice of the book would be walked.
    sold = (
        select(type_coerce(-func.sum(entry.base_amount), entry.base_amount.type))
        .where(entry.shipment_id == shipment.id, entry.book == "REVENUE")
        .correlate(Shipment.__table__)
        .scalar_subquery()
    )
    spent = (
        select(type_coerce(func.sum(line.base_amount) - func.sum(line.rebate), line.base_amount.type))
        .where(line.shipment_id == shipment.id)
        .correlate(Shipment.__table__)
        .scalar_subquery()
    )
    rows = reader.session.execute(
        select(Shipment.id, Shipment.number, Shipment.recognized_on, sold, spent, Shipment.customer_id)
        .where(Shipment.recognized_on >= first, Shipment.recognized_on <= last)
        .order_by(Shipment.recognized_on, Shipment.id)
    )
    return [
        ProfitTotal(key, number, day, revenue or ZERO, cost or ZERO, customer)
        for key, number, day, revenue, cost, customer in rows
        if day is not None
    ]
