"""A supplier's goods against bills (供应商对账): received quantity × price, billed, paid, by purchase line (3.7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from tradecrm.core.allocate import allocate
from tradecrm.core.money import round_money
from tradecrm.core.purchases import received_value
from tradecrm.models import Allocation, CostLine, GoodsReceipt, Item, PurchaseContract, PurchaseLine
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.purchased import DEAD
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """A line of a purchase contract at the end of a day; money in ``currency``, as its contract says it."""

    purchase_id: int
    number: str
    goods: str
    unit: str
    currency: str
    ordered: Decimal
    received: Decimal
    price: Decimal
    value: Decimal
    billed: Decimal
    paid: Decimal

    @property
    def unbilled(self) -> Decimal:
        """Answer what was received and not billed; below zero when more was billed than came in."""
        return self.value - self.billed


def received_lines(reader: Reader, supplier_id: int, day: date) -> tuple[ReceivedLine, ...]:
    """Answer the purchase lines of a supplier of which something came in or was billed by ``day``."""
    return received_of_many(reader, (supplier_id,), day).get(supplier_id, ())


def received_of_many(
    reader: Reader, suppliers: Sequence[int], day: date
) -> dict[int, tuple[ReceivedLine, ...]]:
    """Answer the same of many suppliers, read together; a supplier without such a line is left out."""
    reader.actor.demand("purchase.price")
    head, line = plain(PurchaseContract), plain(PurchaseLine)
    bought = (
        select(line.id)
        .join_from(PurchaseLine.__table__, PurchaseContract.__table__, head.id == line.purchase_id)
        .where(head.supplier_id.in_(suppliers), head.day <= day, head.status.not_in(sorted(DEAD)))
    )
    rows = reader.session.execute(
        bought.add_columns(
            head.supplier_id,
            head.id.label("purchase_id"),
            head.number,
            line.description_cn,
            line.description_en,
            line.unit,
            head.currency,
            line.quantity,
            line.price,
            line.amount,
        ).order_by(head.day, head.id, line.position)
    ).all()
    came, money = _came_in(reader, bought, day), _billed(reader, bought, {row.id for row in rows}, day)
    found: dict[int, list[ReceivedLine]] = defaultdict(list)
    for row in rows:
        received = came.get(row.id, ZERO)
        billed, paid = money.get(row.id, (ZERO, ZERO))
        if received or billed:
            value = round_money(received_value(row.amount, row.quantity, received), row.currency)
            goods = row.description_cn or row.description_en
            found[row.supplier_id].append(
                ReceivedLine(
                    row.purchase_id,
                    row.number,
                    goods,
                    row.unit,
                    row.currency,
                    row.quantity,
                    received,
                    row.price,
                    value,
                    billed,
                    paid,
                )
            )
    return {key: tuple(lines) for key, lines in found.items()}


def _came_in(reader: Reader, lines: Select[Any], day: date) -> dict[int, Decimal]:
    receipt = plain(GoodsReceipt)
    rows = reader.session.execute(
        select(receipt.purchase_line_id, func.sum(receipt.quantity))
        .where(receipt.purchase_line_id.in_(lines), receipt.day <= day)
        .group_by(receipt.purchase_line_id)
    )
    return dict(rows.all())


def _billed(
    reader: Reader, lines: Select[Any], wanted: set[int], day: date
) -> dict[int, tuple[Decimal, Decimal]]:
    """Answer for each line (billed, paid of it) by ``day``; what was paid of a bill is shared by its costs."""
    cost, item = plain(CostLine), plain(Item)
    mine = select(cost.item_id).where(cost.purchase_line_id.in_(lines), cost.item_id.is_not(None))
    rows = reader.session.execute(
        select(cost.item_id, cost.purchase_line_id, cost.amount, item.currency)
        .join_from(CostLine.__table__, Item.__table__, item.id == cost.item_id)
        .where(cost.item_id.in_(mine), item.day <= day)
        .order_by(cost.item_id, cost.id)
    ).all()
    bills: dict[int, list[tuple[int | None, Decimal, str]]] = defaultdict(list)
    for item_id, line, amount, currency in rows:
        bills[item_id].append((line, amount, currency))
    paid = _paid(reader, mine, day)
    sums: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for item_id, costs in bills.items():
        weights = [abs(amount) for _line, amount, _currency in costs]
        shares = (
            allocate(paid.get(item_id, ZERO), weights, costs[0][2]) if any(weights) else [ZERO] * len(costs)
        )
        for (line, amount, _currency), share in zip(costs, shares, strict=True):
            if line in wanted and line is not None:
                sums[line][0] += amount
                sums[line][1] += share
    return {line: (billed, settled) for line, (billed, settled) in sums.items()}


def _paid(reader: Reader, items: Select[Any], day: date) -> dict[int, Decimal]:
    row = plain(Allocation)
    rows = reader.session.execute(
        select(row.debit_item_id, func.sum(row.debit_amount))
        .where(row.debit_item_id.in_(items), row.day <= day)
        .group_by(row.debit_item_id)
    )
    return dict(rows.all())
