"""What returned goods cost when they left (domain.md sections 2.2 and 9.1), and how the shipment is relieved of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.allocate import allocate
from tradecrm.core.costs import CostStatus
from tradecrm.core.money import round_money
from tradecrm.core.problems import Refusal
from tradecrm.core.purchases import received_value
from tradecrm.core.rebate import TaxRegime, purchase_vat
from tradecrm.core.text import _
from tradecrm.models import ContractLine, CostLine, GoodsReturn, GoodsReturnLine, Item, Shipment, ShipmentLine
from tradecrm.services.money.ledger import COST, STOCK, Row, Source, post
from tradecrm.services.trade.costs import is_booked
from tradecrm.services.trade.rebate_booking import deduction_rows
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)
STOCK_FATE, SUPPLIER_FATE, SCRAP_FATE = "stock", "supplier", "scrap"


@dataclass(frozen=True, slots=True)
class ReturnedCost:
    """A part of a purchase cost that goods take back with them: amounts above zero.

    ``amount`` is in the currency of the cost; base amount, the rebate and the input VAT in it are in base currency.
    """

    cost: CostLine
    amount: Decimal
    base_amount: Decimal
    rebate: Decimal
    input_vat: Decimal


@dataclass(frozen=True, slots=True)
class Back:
    """What came back of a shipment line: quantity, amount credited, and the quantity whose cost went with it."""

    quantity: Decimal = ZERO
    amount: Decimal = ZERO
    relieved: Decimal = ZERO


def returned_before(reader: Reader, shipment_id: int) -> dict[int, Back]:
    """Answer, a shipment line, what came back of it so far; scrapped goods leave their cost where it is."""
    found: dict[int, Back] = {}
    for line, fate in reader.session.execute(
        select(GoodsReturnLine, GoodsReturn.fate)
        .join(GoodsReturn, GoodsReturn.id == GoodsReturnLine.return_id)
        .where(GoodsReturn.shipment_id == shipment_id, GoodsReturn.status == "received")
    ):
        back = found.get(line.shipment_line_id, Back())
        found[line.shipment_line_id] = Back(
            back.quantity + line.quantity,
            back.amount + line.amount,
            back.relieved + (ZERO if fate == SCRAP_FATE else line.quantity),
        )
    return found


def returned_costs(
    reader: Reader, shipment: Shipment, goods: ShipmentLine, quantity: Decimal, fate: str, before: Back
) -> list[ReturnedCost]:
    """Answer what ``quantity`` of a goods line takes along of what its purchases cost; the last takes the rest.

    Notes that corrected a bill count; refuses purchases whose bill is not entered. Empty where nothing was paid.
    Scrapped goods give back an export rebate, but no input VAT that is credited.
    """
    sources, cost, rebate = _purchases(reader, shipment, goods)
    if not sources:
        return []
    regime = TaxRegime(shipment.tax_regime)
    refunded = regime is TaxRegime.TRADER
    bearing = goods.quantity - (before.quantity if refunded else before.relieved)
    share = round_money(received_value(cost, goods.quantity - before.relieved, quantity), reader.base)
    given = round_money(received_value(rebate, bearing, quantity), reader.base)
    if fate == SCRAP_FATE and not refunded:
        given = ZERO
    weights = [line.base_amount for line in sources]
    rebates = [line.rebate for line in sources]
    return [
        _part(line, base, taken, regime, reader.base)
        for line, base, taken in zip(
            sources,
            allocate(share, weights, reader.base),
            allocate(given, rebates if any(rebates) else weights, reader.base),
            strict=True,
        )
    ]


def _purchases(
    reader: Reader, shipment: Shipment, goods: ShipmentLine
) -> tuple[list[CostLine], Decimal, Decimal]:
    """Answer the bills of a goods line, and what is left on it of their cost and rebate with all corrections."""
    returns = reader.session.scalars(
        select(GoodsReturn.number).where(GoodsReturn.shipment_id == shipment.id)
    ).all()
    rows = reader.session.execute(
        select(CostLine, Item.kind)
        .outerjoin(Item, Item.id == CostLine.item_id)
        .where(CostLine.shipment_line_id == goods.id, CostLine.category == "PUR")
        .order_by(CostLine.id)
    ).all()
    if any(not is_booked(line) for line, _kind in rows):
        words = reader.session.scalar(
            select(ContractLine.description_en).where(ContractLine.id == goods.contract_line_id)
        )
        raise Refusal.of(
            _(
                "The factory's bill for “{goods}” on {number} is not entered yet. Enter it first: "
                "goods come back at the cost they left with."
            ).format(goods=words, number=shipment.number)
        )
    sources = [
        line
        for line, kind in rows
        if line.base_amount > 0 and kind in (None, "INV") and line.bill_number not in returns
    ]
    cost = sum((line.base_amount for line, _kind in rows), ZERO)
    return sources, cost, sum((line.rebate for line, _kind in rows), ZERO)


def _part(line: CostLine, base: Decimal, rebate: Decimal, regime: TaxRegime, currency: str) -> ReturnedCost:
    amount = base
    if line.currency != currency:
        amount = round_money(line.amount * base / line.base_amount, line.currency)
    vat = ZERO
    refunded = regime is not TaxRegime.NO_REFUND and line.rebate != 0
    if refunded and line.vat_rate is not None and line.rebate_rate is not None:
        vat = purchase_vat(base, line.vat_rate, line.rebate_rate, regime, currency=currency).input_vat
    return ReturnedCost(line, amount, base, rebate, vat)


def relieve(
    work: Work, paper: GoodsReturn, shipment: Shipment, parts: Sequence[ReturnedCost], day: date
) -> int | None:
    """Take the cost of goods that went into stock, and the rebate of all, out of a shipment's result.

    Goods in stock are worth their cost without VAT, with the input VAT beside it (sections 9.1 and 16.9); what is
    scrapped stays cost. Answers the posting, None when nothing moves.
    """
    stocked = paper.fate == STOCK_FATE
    rows: list[Row] = []
    for part in parts if stocked else ():
        rows += _stock_rows(work, shipment, part)
    given = sum((part.rebate for part in parts), ZERO)
    rows += deduction_rows(work, shipment, -given, coming=-given)
    if not rows:
        return None
    posting = post(work, day, "goods_return", Source("goods_return", paper.id, paper.number), rows)
    for part in parts:
        _write(
            work,
            paper,
            part.cost,
            (part.amount, part.base_amount) if stocked else (ZERO, ZERO),
            part.rebate,
            day,
        )
    work.session.flush()
    return posting


def _stock_rows(work: Work, shipment: Shipment, part: ReturnedCost) -> list[Row]:
    line, worth = part.cost, part.base_amount - part.input_vat
    return [
        Row(
            COST,
            line.currency,
            -part.amount,
            -part.base_amount,
            "PUR",
            party_id=line.party_id,
            shipment_id=shipment.id,
        ),
        Row(STOCK, work.base, worth, worth, shipment_id=shipment.id),
        Row(STOCK, work.base, part.input_vat, part.input_vat, "VAT", shipment_id=shipment.id),
    ]


def _write(
    work: Work,
    paper: GoodsReturn,
    line: CostLine,
    amounts: tuple[Decimal, Decimal],
    rebate: Decimal,
    day: date,
) -> None:
    """Show among the costs of the shipment what a purchase line is relieved of; below zero it bears it again."""
    work.add(
        CostLine(
            shipment_id=line.shipment_id,
            shipment_line_id=line.shipment_line_id,
            owner_id=line.owner_id,
            category="PUR",
            description=_("Goods returned {number}").format(number=paper.number),
            party_id=line.party_id,
            currency=line.currency,
            amount=-amounts[0],
            rate=line.rate,
            base_amount=-amounts[1],
            status=CostStatus.INVOICED.value,
            basis=line.basis,
            vat_rate=line.vat_rate,
            rebate_rate=line.rebate_rate,
            rebate=-rebate,
            bill_number=paper.number,
            bill_date=day,
        )
    )


def bear_again(work: Work, paper: GoodsReturn, day: date) -> None:
    """Write the purchases that a return relieved its shipment of once more, dated ``day``."""
    for line in work.session.scalars(
        select(CostLine).where(
            CostLine.shipment_id == paper.shipment_id,
            CostLine.category == "PUR",
            CostLine.bill_number == paper.number,
            CostLine.item_id.is_(None),
        )
    ).all():
        _write(work, paper, line, (line.amount, line.base_amount), line.rebate, day)
