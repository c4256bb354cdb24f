"""What shipments take of a contract's discount or charge on the whole, and what an amendment may do to it (2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.adjusting import Priced, SharedLine, shipped_share
from tradecrm.core.money import format_money, line_amount
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import ContractLine, SalesContract, Shipment, ShipmentLine
from tradecrm.services.figures.quantities import GONE, gone_shares, taken_shares
from tradecrm.services.trade.contracts import SaveContract, priced_lines
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)


def price_goods(
    work: Work, shipment: Shipment, goods: Sequence[tuple[ShipmentLine, ContractLine]]
) -> Decimal:
    """Write amount and share of each line of a shipment and answer its total, in the shipment's currency."""
    taken = taken_shares(work, [line.id for _row, line in goods], but=shipment.id)
    total = ZERO
    for row, line in goods:
        others = taken.get(line.id, (ZERO, ZERO))
        shared = SharedLine(line.quantity, line.adjusted, *others)
        row.adjusted = shipped_share(shared, row.quantity, shipment.currency)
        plain = line_amount(row.quantity, line.price, shipment.currency, line.discount)
        row.amount = plain + row.adjusted
        total += row.amount
    return total


def amended_prices(reader: Reader, contract: SalesContract, new: SaveContract) -> Priced:
    """Answer the amounts of an amended contract; what was invoiced of its discount stays as it was.

    Lines that have left in full keep their share. Raises Refusal where the goods still to go cannot bear the rest.
    """
    gone = gone_shares(reader, contract.id)
    left = {
        place: gone[line.id]
        for place, line in enumerate(new.lines)
        if line.id is not None and line.id in gone
    }
    kept = {place: adjusted for place, (much, adjusted) in left.items() if much >= new.lines[place].quantity}
    prices = priced_lines(new, kept)
    problems = []
    for place, (much, adjusted) in left.items():
        line = new.lines[place]
        if place in kept:
            continue
        still = line_amount(line.quantity - much, line.price, new.currency, line.discount)
        rest = prices.shares[place] - adjusted
        if still + rest < 0:
            words = _(
                "{goods}: goods for {amount} are still to go; they cannot bear a discount of {discount}. "
                "Give it by a credit note instead."
            )
            told = words.format(
                goods=line.item_no or line.description_en,
                amount=format_money(still, new.currency),
                discount=format_money(-rest, new.currency),
            )
            problems.append(Problem("adjustment", told))
    if problems:
        raise Refusal(problems)
    return prices


def share_anew(work: Work, contract: SalesContract) -> None:
    """Let the shipments of a contract that have not left take their part of its discount as it is now.

    They take it in the order they were planned; what has left stays as it was invoiced.
    """
    rows = work.session.execute(
        select(ShipmentLine, ContractLine, Shipment)
        .join(ContractLine, ContractLine.id == ShipmentLine.contract_line_id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(ShipmentLine.contract_id == contract.id, Shipment.status.not_in(sorted(GONE | {"void"})))
        .order_by(Shipment.id, ShipmentLine.position)
    ).all()
    taken = gone_shares(work, contract.id)
    for row, line, shipment in rows:
        much, adjusted = taken.get(line.id, (ZERO, ZERO))
        shared = SharedLine(line.quantity, line.adjusted, much, adjusted)
        share = shipped_share(shared, row.quantity, shipment.currency)
        taken[line.id] = (much + row.quantity, adjusted + share)
        if share != row.adjusted:
            shipment.total += share - row.adjusted
            shipment.updated_at = work.now
            row.amount, row.adjusted = row.amount + share - row.adjusted, share
    work.session.flush()
