"""The result of a contract: its shipments, and its own costs shared over them by shipped value (section 1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.allocate import PartOf, allocate
from tradecrm.core.costs import cost_category
from tradecrm.core.links import Link
from tradecrm.core.profit import ratio
from tradecrm.core.text import _
from tradecrm.models import LedgerEntry, Posting, SalesContract, Shipment, ShipmentLine
from tradecrm.services.figures.debtors import debtor
from tradecrm.services.figures.papers import source_link
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.figures.quantities import contract_amounts
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ContractPart:
    """What a shipment brought a contract, in base: the part of its result, and the share of the contract's own costs.

    ``value`` is that of the contract's goods on it, in the contract's currency.
    """

    shipment_id: int
    number: str
    departed_on: date | None
    value: Decimal
    revenue: Decimal
    cost: Decimal
    own_cost: Decimal
    realized_fx: Decimal
    provisional: bool

    @property
    def profit(self) -> Decimal:
        """Answer the trading profit after the contract's own costs."""
        return self.revenue - self.cost - self.own_cost

    @property
    def margin(self) -> Decimal | None:
        """Answer the profit over the revenue as a fraction; None without revenue."""
        return ratio(self.profit, self.revenue)


@dataclass(frozen=True, slots=True)
class ContractCost:
    """A cost that no shipment bears but the contract, such as the bank charge on its deposit (section 16.4)."""

    day: date
    title: str
    amount: Decimal
    link: Link | None


@dataclass(frozen=True, slots=True)
class ContractProfit:
    """The result of a contract: its shipments that left, its own costs, and what of these waits for a shipment."""

    number: str
    customer_id: int
    currency: str
    total: Decimal
    parts: tuple[ContractPart, ...]
    costs: tuple[ContractCost, ...]

    @property
    def waiting(self) -> Decimal:
        """Answer the own costs that are not shared yet: nothing has left."""
        return sum((cost.amount for cost in self.costs), ZERO) - sum(
            (part.own_cost for part in self.parts), ZERO
        )


def contract_profit(reader: Reader, contract_id: int) -> ContractProfit:
    """Answer the result of a contract the actor may see; NotFound otherwise.

    Of a shipment with goods of several contracts it takes the part that its goods are of the invoice, by value.
    """
    reader.actor.demand("profit.read")
    contract = reader.get(SalesContract, contract_id, _("Contract"))
    costs = _own_costs(reader, contract)
    found = [_part(reader, shipment, contract.id) for shipment in _departed(reader, contract.id)]
    values = [part.value for part in found]
    whole = sum((cost.amount for cost in costs), ZERO)
    shares = allocate(whole, values, reader.base) if any(values) else [ZERO for _part_of in found]
    return ContractProfit(
        contract.number,
        contract.customer_id,
        contract.currency,
        contract.total,
        tuple(replace(part, own_cost=share) for part, share in zip(found, shares, strict=True)),
        costs,
    )


def _departed(reader: Reader, contract_id: int) -> Sequence[Shipment]:
    """Answer the shipments with goods of a contract that left, in the order in which they did."""
    ids = select(ShipmentLine.shipment_id).where(ShipmentLine.contract_id == contract_id)
    return reader.session.scalars(
        select(Shipment)
        .where(Shipment.id.in_(ids), Shipment.departed_on.is_not(None), Shipment.status != "void")
        .order_by(Shipment.departed_on, Shipment.id)
    ).all()


def _part(reader: Reader, shipment: Shipment, contract_id: int) -> ContractPart:
    sheet = shipment_profit(reader, shipment.id)
    amounts = contract_amounts(reader, shipment.id)
    value, whole = amounts[contract_id], sum(amounts.values(), ZERO)
    figures = [sheet.result.revenue, sheet.result.total_cost, sheet.result.realized_fx]
    if len(amounts) > 1 and whole > 0:
        share = PartOf(value, whole)
        figures = [share.of(each, reader.base) for each in figures]
    revenue, cost, fx = figures
    return ContractPart(
        shipment.id,
        shipment.number,
        shipment.departed_on,
        value,
        revenue,
        cost,
        ZERO,
        fx,
        sheet.provisional,
    )


def _own_costs(reader: Reader, contract: SalesContract) -> tuple[ContractCost, ...]:
    """Answer what the ledger holds of costs that name the contract and no shipment, by day."""
    entry, posting = plain(LedgerEntry), plain(Posting)
    rows = reader.session.execute(
        select(entry.day, entry.category, entry.base_amount, posting.source_kind, posting.source_id)
        .join_from(LedgerEntry.__table__, Posting.__table__, posting.id == entry.posting_id)
        .where(
            entry.book == "COST",
            entry.party_id.in_({contract.customer_id, debtor(contract)}),
            entry.contract_id == contract.id,
            entry.shipment_id.is_(None),
        )
        .order_by(entry.day, entry.id)
    )
    return tuple(
        ContractCost(day, _(cost_category(category).title), amount, source_link(kind, key))
        for day, category, amount, kind, key in rows
    )
