"""The profit of each line of a shipment: shared costs allocated by their bases (费用分摊, domain.md section 2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from tradecrm.core.allocate import Basis, allocate, manual_amounts
from tradecrm.core.freight import Divisors
from tradecrm.core.problems import Refusal
from tradecrm.core.profit import ratio
from tradecrm.core.text import _
from tradecrm.models import ContractLine, CostLine, GoodsReturn, GoodsReturnLine, Shipment, ShipmentLine
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.work import Reader

ZERO = Decimal(0)
_AIR = frozenset({"AIR", "EXPRESS"})


@dataclass(frozen=True, slots=True)
class GoodsWeights:
    """What a line of a shipment can share a cost by: amount in its currency, pieces, kg, m³, cartons."""

    line_id: int
    position: int
    description: str
    unit: str
    amount: Decimal
    quantity: Decimal
    net_weight: Decimal
    gross_weight: Decimal
    volume: Decimal
    cartons: int


@dataclass(frozen=True, slots=True)
class LineProfit:
    """The result of one line in base currency: revenue, purchase net of its rebate, its share of other costs."""

    line: GoodsWeights
    revenue: Decimal
    purchase: Decimal
    shared: Decimal

    @property
    def profit(self) -> Decimal:
        """Answer revenue less all costs of the line."""
        return self.revenue - self.purchase - self.shared

    @property
    def margin(self) -> Decimal | None:
        """Answer profit over revenue as a fraction; None without revenue."""
        return ratio(self.profit, self.revenue)

    @property
    def per_unit(self) -> Decimal | None:
        """Answer the unrounded profit of one unit; None without quantity."""
        return ratio(self.profit, self.line.quantity)


@dataclass(frozen=True, slots=True)
class LineProfits:
    """The lines of a shipment with what could not be placed on them: (category, base amount, reason)."""

    number: str
    lines: tuple[LineProfit, ...]
    unplaced: tuple[tuple[str, Decimal, str], ...]


def weights_of(
    lines: Sequence[GoodsWeights], basis: Basis, mode: str, divisors: Divisors
) -> tuple[Decimal, ...]:
    """Answer what each line weighs under a basis (section 2.6); chargeable by RT at sea and kg in the air (9.3)."""
    if basis is Basis.EQUAL:
        return tuple(Decimal(1) for _line in lines)
    if basis is Basis.CARTONS:
        return tuple(Decimal(line.cartons) for line in lines)
    if basis is Basis.CHARGEABLE:
        if mode in _AIR:
            return tuple(max(line.gross_weight, divisors.by_volume(mode, line.volume)) for line in lines)
        return tuple(max(line.volume, line.gross_weight / 1000) for line in lines)
    names = {
        Basis.QUANTITY: "quantity",
        Basis.NET_WEIGHT: "net_weight",
        Basis.GROSS_WEIGHT: "gross_weight",
        Basis.VOLUME: "volume",
    }
    return tuple(getattr(line, names.get(basis, "amount")) for line in lines)


def line_profits(reader: Reader, shipment_id: int) -> LineProfits:
    """Answer the profit of each line of a shipment; with what is unplaced they sum to its trading profit.

    Raises NotFound. A cost that its basis cannot share (all weights zero) is answered as unplaced, with why.
    """
    sheet = shipment_profit(reader, shipment_id)
    mode = reader.get(Shipment, shipment_id, _("Shipment")).mode
    divisors = reader.settings.divisors
    lines = _goods(reader, shipment_id)
    back = _credited(reader, shipment_id)
    values = [line.amount - back.get(line.line_id, ZERO) for line in lines]
    revenue = _shared_by(sheet.result.revenue, values, reader.base)
    purchase = [ZERO] * len(lines)
    shared = [ZERO] * len(lines)
    unplaced: list[tuple[str, Decimal, str]] = []
    places = {line.line_id: place for place, line in enumerate(lines)}
    cost = plain(CostLine)
    rows = reader.session.execute(
        select(
            cost.category,
            cost.base_amount,
            cost.rebate,
            cost.basis,
            cost.shipment_line_id,
            cost.manual_parts,
            cost.currency,
        )
        .where(cost.shipment_id == shipment_id)
        .order_by(cost.id)
    )
    for row in rows:
        amount = row.base_amount - row.rebate
        place = places.get(row.shipment_line_id)
        if place is not None:
            target = purchase if row.category == "PUR" else shared
            target[place] += amount
            continue
        try:
            parts = allocate(
                amount, _weights(lines, row.basis, row.manual_parts, mode, divisors), reader.base
            )
        except Refusal as refusal:
            unplaced.append((row.category, amount, refusal.problems[0].message))
            continue
        target = purchase if row.category == "PUR" else shared
        for at, part in enumerate(parts):
            target[at] += part
    return LineProfits(
        sheet.number,
        tuple(LineProfit(line, revenue[at], purchase[at], shared[at]) for at, line in enumerate(lines)),
        tuple(unplaced),
    )


def _weights(
    lines: Sequence[GoodsWeights], basis: str, manual: str, mode: str, divisors: Divisors
) -> tuple[Decimal, ...]:
    """Answer the weights of a cost; parts typed by hand are in its own currency and share the base amount."""
    if basis == Basis.MANUAL.value:
        parts = manual_amounts(manual)
        return parts if len(parts) == len(lines) else tuple(ZERO for _line in lines)
    return weights_of(lines, Basis(basis), mode, divisors)


def _shared_by(total: Decimal, values: Sequence[Decimal], base: str) -> list[Decimal]:
    """Share the revenue by value; a shipment of free goods only shares it equally."""
    if not values:
        return []
    if not any(values):
        return allocate(total, [Decimal(1)] * len(values), base)
    return allocate(total, values, base)


def _credited(reader: Reader, shipment_id: int) -> dict[int, Decimal]:
    """Answer what was credited of each line for goods that came back, in the invoice's currency (section 1.10)."""
    paper, line = plain(GoodsReturn), plain(GoodsReturnLine)
    rows = reader.session.execute(
        select(line.shipment_line_id, func.sum(line.amount))
        .join_from(GoodsReturn.__table__, GoodsReturnLine.__table__, line.return_id == paper.id)
        .where(paper.shipment_id == shipment_id, paper.status == "received")
        .group_by(line.shipment_line_id)
    )
    return dict(rows.all())


def _goods(reader: Reader, shipment_id: int) -> list[GoodsWeights]:
    goods, sold = plain(ShipmentLine), plain(ContractLine)
    statement: Select[Any] = (
        select(
            goods.id,
            goods.position,
            sold.description_en,
            sold.unit,
            goods.amount,
            goods.quantity,
            goods.net_weight,
            goods.gross_weight,
            goods.volume,
            goods.cartons,
        )
        .join_from(ShipmentLine.__table__, ContractLine.__table__, sold.id == goods.contract_line_id)
        .where(goods.shipment_id == shipment_id)
        .order_by(goods.position)
    )
    return [GoodsWeights(*row) for row in reader.session.execute(statement)]
