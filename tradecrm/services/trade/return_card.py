"""Goods returned as their page shows them: what may still come back, what it does to the books, what was booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import ContractLine, GoodsReturn, Item, Party, Shipment, ShipmentLine
from tradecrm.services.claims.choices import shipment_choices
from tradecrm.services.claims.return_rebates import owed_of
from tradecrm.services.trade.return_costs import SCRAP_FATE, Back, returned_before, returned_costs
from tradecrm.services.trade.returns import notes_of, return_lines
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ReturnGoods:
    """Goods of a shipment line: shipped and invoiced, what came back and was credited before, what comes back now."""

    line_id: int
    item_no: str
    description: str
    unit: str
    shipped: Decimal
    invoiced: Decimal
    back: Decimal
    credited: Decimal
    quantity: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReturnShipment:
    """A shipment whose goods may come back, as it is chosen."""

    id: int
    number: str
    customer: str
    currency: str
    goods: tuple[ReturnGoods, ...]


@dataclass(frozen=True, slots=True)
class BookedNote:
    """A note that a return brought: its page, number, signed amount, and what of it is open; in its currency."""

    id: int
    number: str
    supplier: bool
    amount: Decimal
    currency: str
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class ReturnCard:
    """A return as its form edits it; cost, rebate and what the tax office is owed in base currency."""

    id: int
    version: int
    shipment: ReturnShipment
    values: dict[str, Any]
    cost: Decimal
    rebate: Decimal
    owed: Decimal
    repaid_on: date | None
    notes: tuple[BookedNote, ...]


def returnable(reader: Reader, text: str) -> tuple[ReturnShipment, ...]:
    """Answer shipments that have left and are not closed, by number, invoice or customer, with their goods."""
    return tuple(
        ReturnShipment(each.id, each.number, each.customer, each.currency, goods_to_return(reader, each.id))
        for each in shipment_choices(reader, text, departed=True)[:10]
    )


def return_start(reader: Reader, shipment_id: int) -> ReturnShipment:
    """Answer a shipment with what of its goods may come back; raises NotFound."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    name = reader.session.scalar(select(Party.name).where(Party.id == shipment.customer_id)) or ""
    goods = goods_to_return(reader, shipment.id)
    return ReturnShipment(shipment.id, shipment.number, name, shipment.currency, goods)


def goods_to_return(reader: Reader, shipment_id: int) -> tuple[ReturnGoods, ...]:
    """Answer the goods of a shipment in their order, with what came back of them before."""
    before = returned_before(reader, shipment_id)
    rows = reader.session.execute(
        select(ShipmentLine, ContractLine)
        .join(ContractLine, ContractLine.id == ShipmentLine.contract_line_id)
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(ShipmentLine.position)
    )
    found = []
    for goods, sold in rows:
        back = before.get(goods.id, Back())
        found.append(
            ReturnGoods(
                goods.id,
                sold.item_no,
                sold.description_en,
                sold.unit,
                goods.quantity,
                goods.amount,
                back.quantity,
                back.amount,
            )
        )
    return tuple(found)


def return_card(reader: Reader, return_id: int) -> ReturnCard:
    """Answer one return; raises NotFound. What is booked shows its own goods alone, a draft all of the shipment."""
    paper = reader.get(GoodsReturn, return_id, _("Goods returned"))
    start = return_start(reader, paper.shipment_id)
    lines = {line.shipment_line_id: line for line in return_lines(reader, paper.id)}
    goods = []
    for each in start.goods:
        line = lines.get(each.line_id)
        if line is None and paper.status != "draft":
            continue
        typed = (None, None) if line is None else (line.quantity, line.amount)
        goods.append(
            ReturnGoods(
                each.line_id,
                each.item_no,
                each.description,
                each.unit,
                each.shipped,
                each.invoiced,
                each.back,
                each.credited,
                *typed,
            )
        )
    names = ("number", "day", "status", "fate", "reason", "remarks", "received_on")
    return ReturnCard(
        paper.id,
        paper.version,
        ReturnShipment(start.id, start.number, start.customer, start.currency, tuple(goods)),
        {name: getattr(paper, name) for name in names},
        sum((line.cost for line in lines.values()), ZERO),
        sum((line.rebate for line in lines.values()), ZERO),
        owed_of(reader, paper),
        paper.repaid_on,
        _notes(reader, paper),
    )


def _notes(reader: Reader, paper: GoodsReturn) -> tuple[BookedNote, ...]:
    notes = notes_of(reader, paper)
    items = reader.get_all(Item, [note.item_id for note in notes if note.item_id is not None])
    return tuple(
        BookedNote(note.id, note.number, note.side == "AP", item.amount, item.currency, item.open_amount)
        for note in notes
        for item in (items.get(note.item_id or 0),)
        if item is not None
    )


@dataclass(frozen=True, slots=True)
class ReturnEffect:
    """What receiving would book, in base: cost and rebate taken off; ``held`` says what stands against it.

    ``open_amount`` is what the customer still owes of the invoice, in its currency.
    """

    cost: Decimal
    rebate: Decimal
    open_amount: Decimal
    held: str = ""


def return_effect(
    reader: Reader, shipment_id: int, fate: str, quantities: Sequence[tuple[int, Decimal]]
) -> ReturnEffect:
    """Answer what goods that come back take along of a shipment's result; (shipment line, quantity) each."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    unpaid = reader.session.scalar(
        select(func.sum(Item.open_amount)).where(
            Item.shipment_id == shipment.id, Item.side == "AR", Item.kind == "INV"
        )
    )
    before = returned_before(reader, shipment.id)
    cost = rebate = ZERO
    try:
        for line_id, quantity in quantities:
            goods = reader.get(ShipmentLine, line_id, _("Shipment line"))
            for part in returned_costs(reader, shipment, goods, quantity, fate, before.get(line_id, Back())):
                cost += ZERO if fate == SCRAP_FATE else part.base_amount
                rebate += part.rebate
    except Refusal as refusal:
        return ReturnEffect(ZERO, ZERO, unpaid or ZERO, refusal.problems[0].message)
    return ReturnEffect(cost, rebate, unpaid or ZERO)
