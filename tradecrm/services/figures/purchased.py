"""What is bought for sold lines, what of it has come in, and what is still to buy (domain.md section 1.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tradecrm.core.purchases import to_buy
from tradecrm.models import (
    ContractLine,
    GoodsReceipt,
    PurchaseContract,
    PurchaseLine,
    PurchaseLink,
    ShipmentLine,
)
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.quantities import gone_quantities
from tradecrm.services.work import Reader

ZERO = Decimal(0)
DEAD = frozenset({"canceled", "void"})
COMING = frozenset(
    {"draft", "submitted", "approved", "sent", "confirmed", "in_production", "partly_received"}
)
"""States of a purchase whose goods are still to come in."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a sold line needs: ordered and open, bought and come in for it, and still to buy."""

    line_id: int
    ordered: Decimal
    open: Decimal
    bought: Decimal
    received: Decimal
    coming: Decimal
    to_buy: Decimal


@dataclass(frozen=True, slots=True)
class _Link:
    purchase_line: int
    contract_line: int
    quantity: Decimal
    coming: bool


def bought_quantities(reader: Reader, lines: Sequence[int]) -> dict[int, Decimal]:
    """Answer how much is bought for each of these contract lines by purchases that are not canceled."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for link in _links(reader, lines):
        found[link.contract_line] += link.quantity
    return dict(found)


def received_quantities(reader: Reader, purchase_id: int) -> dict[int, Decimal]:
    """Answer how much has come in of each line of a purchase."""
    receipt, line = plain(GoodsReceipt), plain(PurchaseLine)
    statement = (
        select(receipt.purchase_line_id, func.sum(receipt.quantity))
        .join_from(GoodsReceipt.__table__, PurchaseLine.__table__, line.id == receipt.purchase_line_id)
        .where(line.purchase_id == purchase_id)
        .group_by(receipt.purchase_line_id)
    )
    return dict(reader.session.execute(statement).all())


def contract_needs(reader: Reader, contract_id: int) -> dict[int, Need]:
    """Answer what each line of a contract needs; safety stock and free stock are zero without warehouses."""
    line = plain(ContractLine)
    statement = select(line.id, line.quantity, line.short_closed).where(line.contract_id == contract_id)
    rows = reader.session.execute(statement.order_by(line.position)).all()
    gone = gone_quantities(reader, contract_id)
    links = _links(reader, [row[0] for row in rows])
    received = _received(reader, links)
    found = {}
    for key, ordered, short in rows:
        own = [link for link in links if link.contract_line == key]
        got = {link: received[link] for link in own}
        came = sum(got.values(), ZERO)
        shipped = gone.get(key, ZERO)
        still = max(ZERO, ordered - shipped - short)
        coming = sum((link.quantity - got[link] for link in own if link.coming), ZERO)
        reserved = max(ZERO, came - shipped)
        bought = sum((link.quantity for link in own), ZERO)
        found[key] = Need(key, ordered, still, bought, came, coming, to_buy(still, coming, reserved=reserved))
    return found


def _links(reader: Reader, lines: Sequence[int]) -> list[_Link]:
    link, row, head = plain(PurchaseLink), plain(PurchaseLine), plain(PurchaseContract)
    statement = (
        select(link.purchase_line_id, link.contract_line_id, link.quantity, head.status)
        .join_from(PurchaseLink.__table__, PurchaseLine.__table__, row.id == link.purchase_line_id)
        .join(PurchaseContract.__table__, head.id == row.purchase_id)
        .where(link.contract_line_id.in_(lines), head.status.not_in(sorted(DEAD)))
        .order_by(link.id)
    )
    return [
        _Link(line, sold, quantity, status in COMING)
        for line, sold, quantity, status in reader.session.execute(statement)
    ]


def _received(reader: Reader, links: Sequence[_Link]) -> dict[_Link, Decimal]:
    """Answer what has come in for each link: goods for a shipment by its line, others in the order of links."""
    receipt, goods = plain(GoodsReceipt), plain(ShipmentLine)
    statement: Any = (
        select(receipt.purchase_line_id, goods.contract_line_id, func.sum(receipt.quantity))
        .join_from(
            GoodsReceipt.__table__,
            ShipmentLine.__table__,
            goods.id == receipt.shipment_line_id,
            isouter=True,
        )
        .where(receipt.purchase_line_id.in_({link.purchase_line for link in links}))
        .group_by(receipt.purchase_line_id, goods.contract_line_id)
    )
    left: dict[tuple[int, int | None], Decimal] = {
        (line, sold): quantity for line, sold, quantity in reader.session.execute(statement)
    }
    found: dict[_Link, Decimal] = {}
    for link in links:
        named = min(link.quantity, left.get((link.purchase_line, link.contract_line), ZERO))
        loose = min(link.quantity - named, left.get((link.purchase_line, None), ZERO))
        if loose:
            left[link.purchase_line, None] -= loose
        found[link] = named + loose
    return found
