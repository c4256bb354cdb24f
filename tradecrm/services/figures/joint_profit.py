"""The result of shipments that share a container, one for each invoice (拼柜, domain.md sections 1.10 and 16.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.allocate import allocate
from tradecrm.core.profit import cost_per_unit, ratio
from tradecrm.core.text import _
from tradecrm.models import Shipment
from tradecrm.services.figures.profit import ShipmentProfit, shipment_profit
from tradecrm.services.work import Reader

ZERO = Decimal(0)


def joint_shipments(reader: Reader, shipment_id: int) -> Sequence[Shipment]:
    """Answer the shipments that share a container with one the actor may see, it among them, in order of entry.

    It alone where it shares none; void ones are left out. Raises NotFound.
    """
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    if shipment.joint_id is None:
        return (shipment,)
    rows = reader.session.scalars(
        select(Shipment)
        .where(Shipment.joint_id == shipment.joint_id, Shipment.status != "void")
        .order_by(Shipment.id)
    )
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class CurrencyGroup:
    """What is invoiced in one currency of a container: N in it, its part of K in base, and K/N (None: n/a)."""

    currency: str
    invoiced: Decimal
    revenue: Decimal
    net_income: Decimal
    export_cost: Decimal | None

    @property
    def cost_per_unit(self) -> Decimal | None:
        """Answer the export cost of one unit of the currency, 4 decimals; None where it says nothing."""
        return None if self.export_cost is None else cost_per_unit(self.export_cost, self.net_income)


@dataclass(frozen=True, slots=True)
class JointProfit:
    """One result in base money over the shipments of a container, and N and K/N by currency (section 16.8)."""

    parts: tuple[ShipmentProfit, ...]
    groups: tuple[CurrencyGroup, ...]

    @property
    def revenue(self) -> Decimal:
        """Answer the revenue of all in base."""
        return sum((part.result.revenue for part in self.parts), ZERO)

    @property
    def cost(self) -> Decimal:
        """Answer the costs of all in base."""
        return sum((part.result.total_cost for part in self.parts), ZERO)

    @property
    def profit(self) -> Decimal:
        """Answer the trading profit of all in base."""
        return self.revenue - self.cost

    @property
    def margin(self) -> Decimal | None:
        """Answer the trading profit over the revenue; None without revenue."""
        return ratio(self.profit, self.revenue)


def joint_profit(reader: Reader, shipment_id: int) -> JointProfit:
    """Answer the result of all shipments of a container together; NotFound when the actor may not see it.

    K of all is allocated to the currencies by what they bring in base money (sections 2.6 and 16.8).
    """
    reader.actor.demand("profit.read")
    parts = tuple(shipment_profit(reader, each.id) for each in joint_shipments(reader, shipment_id))
    currencies = tuple(dict.fromkeys(part.currency for part in parts))
    revenues = [
        sum((part.result.revenue for part in parts if part.currency == code), ZERO) for code in currencies
    ]
    whole = sum((part.result.export_cost for part in parts), ZERO)
    shareable = all(value >= 0 for value in revenues) and any(revenues)
    shares = allocate(whole, revenues, reader.base) if shareable else [None] * len(currencies)
    groups = tuple(
        CurrencyGroup(
            code,
            sum((part.invoice_total for part in parts if part.currency == code), ZERO),
            revenue,
            sum((part.result.fx_net_income for part in parts if part.currency == code), ZERO),
            share,
        )
        for code, revenue, share in zip(currencies, revenues, shares, strict=True)
    )
    return JointProfit(parts, groups)
