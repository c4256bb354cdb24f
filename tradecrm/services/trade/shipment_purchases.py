"""The purchase costs of a shipment: drawn from the purchase contracts of its goods, else from factory prices (2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.allocate import Basis
from tradecrm.core.money import convert
from tradecrm.core.text import _
from tradecrm.models import (
    ContractLine,
    CostLine,
    PurchaseContract,
    PurchaseLine,
    PurchaseLink,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.figures.quantities import GONE
from tradecrm.services.trade.agency import exported_for
from tradecrm.services.trade.costs import SaveCost, set_deduction, write_cost
from tradecrm.services.trade.purchases import with_vat_of
from tradecrm.services.trade.rebate_booking import book_rebate
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
ONE = Decimal(1)
PRICED = frozenset(
    {
        "approved",
        "sent",
        "confirmed",
        "in_production",
        "partly_received",
        "received",
        "invoiced",
        "closed",
    }
)
"""States of a purchase whose prices stand."""


@dataclass(frozen=True, slots=True)
class AddPurchases:
    """Draft the purchase lines of a shipment from its purchase contracts and the factory prices of its goods."""

    shipment_id: int


@operation("shipment.write")
def add_purchases(work: Work, command: AddPurchases) -> int:
    """Draft the estimated purchases of every goods line of a shipment; answers how many lines were written.

    What a purchase contract covers is taken at its price, the rest at the factory price of the sold line. Lines
    with a bill and lines changed by hand stay; drafted ones are drawn anew. Once the revenue is booked, so is the
    rebate of what is drafted (section 16.12).
    """
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    count = draw_purchases(work, shipment)
    book_rebate(work, shipment, work.today)
    return count


def draw_purchases(work: Work, shipment: Shipment) -> int:
    """Draft the purchases of a shipment as `add_purchases` does, the rebate left to the caller; answers how many.

    A principal's goods are no purchase of the firm (section 1.10).
    """
    if exported_for(work, shipment.id) is not None:
        return 0
    rows = work.session.execute(
        select(ShipmentLine, ContractLine)
        .join(ContractLine, ContractLine.id == ShipmentLine.contract_line_id)
        .where(ShipmentLine.shipment_id == shipment.id)
        .order_by(ShipmentLine.position)
    ).all()
    return sum(_draw(work, shipment, goods, line) for goods, line in rows)


def refresh_purchases(work: Work, contract_lines: Sequence[int]) -> None:
    """Draw anew the drafted purchases of the shipments that carry these sold lines and have not left."""
    statement = (
        select(ShipmentLine.shipment_id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(CostLine, CostLine.shipment_line_id == ShipmentLine.id)
        .where(
            ShipmentLine.contract_line_id.in_(contract_lines),
            Shipment.status.not_in(sorted(GONE | {"void"})),
            CostLine.category == "PUR",
        )
        .distinct()
    )
    for shipment_id in work.session.scalars(statement).all():
        add_purchases.within(work, AddPurchases(shipment_id))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A purchase cost to be: how much of the goods, from which purchase line if any."""

    command: SaveCost
    quantity: Decimal
    purchase_line_id: int | None


def _draw(work: Work, shipment: Shipment, goods: ShipmentLine, line: ContractLine) -> int:
    """Draw the purchases of one goods line; answers how many lines are new or changed."""
    kept = work.session.scalars(
        select(CostLine).where(CostLine.shipment_line_id == goods.id, CostLine.category == "PUR")
    ).all()
    drafted = [cost for cost in kept if cost.item_id is None and cost.quantity is not None]
    if any(cost.quantity is None for cost in kept):
        return 0
    fixed = sum((cost.quantity or ZERO for cost in kept if cost not in drafted), ZERO)
    wanted = _wanted(work, shipment, goods, line, goods.quantity - fixed)
    before = [(cost.rebate, *_same(cost, cost.quantity, cost.purchase_line_id)) for cost in drafted]
    for cost in drafted:
        set_deduction(work, cost, shipment)
    after = [(cost.rebate, *_same(cost, cost.quantity, cost.purchase_line_id)) for cost in drafted]
    if before == after and [row[1:] for row in after] == [
        _same(each.command, each.quantity, each.purchase_line_id) for each in wanted
    ]:
        return 0
    for cost in drafted:
        work.session.delete(cost)
    work.session.flush()
    for each in wanted:
        cost = write_cost(work, each.command)
        cost.quantity, cost.purchase_line_id = each.quantity, each.purchase_line_id
        set_deduction(work, cost, shipment)  # By the invoice that its purchase contract promises.
    work.session.flush()
    return len(wanted)


def _same(
    cost: CostLine | SaveCost, quantity: Decimal | None, purchase_line: int | None
) -> tuple[object, ...]:
    """Answer what a drafted purchase is told apart by."""
    return cost.amount, quantity, purchase_line, cost.party_id, cost.vat_rate, cost.rebate_rate


def _wanted(
    work: Work,
    shipment: Shipment,
    goods: ShipmentLine,
    line: ContractLine,
    quantity: Decimal,
) -> list[_Wanted]:
    """Answer the purchases of ``quantity`` of a goods line: by purchase contracts in their order, then the rest."""
    start = SaveCost(
        shipment_id=shipment.id,
        category="PUR",
        currency=work.base,
        amount=ZERO,
        description=line.description_en,
        basis=Basis.DIRECT.value,
        shipment_line_id=goods.id,
    )
    found = []
    for part in covered(work, goods, quantity):
        quantity -= part.quantity
        command = replace(
            start,
            currency=part.currency,
            amount=part.amount,
            rate=ONE if part.currency == work.base else None,
            party_id=part.supplier_id,
            vat_rate=part.vat_rate,
            rebate_rate=part.rebate_rate,
        )
        found.append(_Wanted(command, part.quantity, part.purchase_line_id))
    if quantity > 0 and line.cost is not None:
        command = replace(
            start,
            amount=convert(quantity * line.cost, ONE, work.base),
            rate=ONE,
            party_id=line.supplier_id,
            vat_rate=line.vat_rate,
            rebate_rate=line.rebate_rate,
        )
        found.append(_Wanted(command, quantity, None))
    return found


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of a goods line a purchase line covers: ``amount`` with VAT in the contract's currency."""

    purchase_id: int
    purchase_line_id: int
    supplier_id: int
    quantity: Decimal
    amount: Decimal
    currency: str
    vat_rate: Decimal
    rebate_rate: Decimal


def covered(reader: Reader, goods: ShipmentLine, quantity: Decimal) -> tuple[Covered, ...]:
    """Answer what purchase contracts cover of ``quantity`` of a goods line, oldest first, up to what they are for.

    Without a special VAT invoice nothing is refunded (section 2.2).
    """
    rows = reader.session.execute(
        select(PurchaseLink, PurchaseLine, PurchaseContract)
        .join(PurchaseLine, PurchaseLine.id == PurchaseLink.purchase_line_id)
        .join(PurchaseContract, PurchaseContract.id == PurchaseLine.purchase_id)
        .where(
            PurchaseLink.contract_line_id == goods.contract_line_id,
            PurchaseContract.status.in_(sorted(PRICED)),
        )
        .order_by(PurchaseContract.day, PurchaseLink.id)
    )
    found = []
    for link, row, head in rows.all():
        take = min(quantity, link.quantity - _used(reader, link, goods.id))
        if take <= 0:
            continue
        quantity -= take
        found.append(
            Covered(
                head.id,
                row.id,
                head.supplier_id,
                take,
                with_vat_of(reader, head, row, take),
                head.currency,
                row.vat_rate,
                row.rebate_rate if head.invoice_type == "special" else ZERO,
            )
        )
    return tuple(found)


def _used(reader: Reader, link: PurchaseLink, but: int) -> Decimal:
    """Answer how much of a link is a cost of goods lines, unbilled costs of the goods line ``but`` left out."""
    statement = (
        select(func.sum(CostLine.quantity))
        .join(ShipmentLine, ShipmentLine.id == CostLine.shipment_line_id)
        .join(Shipment, Shipment.id == CostLine.shipment_id)
        .where(
            CostLine.purchase_line_id == link.purchase_line_id,
            ShipmentLine.contract_line_id == link.contract_line_id,
            (CostLine.shipment_line_id != but) | CostLine.item_id.is_not(None),
            Shipment.status != "void",
        )
    )
    return reader.session.scalar(statement) or ZERO
