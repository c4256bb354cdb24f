"""Goods that come in from factories: by hand, or on the day they leave with a shipment (直发, domain.md 9.1)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, bindparam, func, select

from tradecrm.core.errors import RateMissing
from tradecrm.core.money import convert
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.purchases import received_value
from tradecrm.core.rates import RateType
from tradecrm.core.rebate import TaxRegime, purchase_vat
from tradecrm.core.text import _
from tradecrm.core.trade_flows import PURCHASE_CONTRACT
from tradecrm.models import (
    GoodsReceipt,
    PurchaseContract,
    PurchaseLine,
    PurchaseLink,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.figures.purchased import received_quantities
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.purchases import purchase_lines, state_title, with_vat_of
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)
RECEIVABLE = frozenset({"sent", "confirmed", "in_production", "partly_received", "received"})
"""States of a purchase the factory knows, so that goods may come in."""


@dataclass(frozen=True, slots=True)
class ReceiveGoods:
    """Goods of a purchase line came in on ``day``; with a shipment line they left on that day too.

    ``final`` says that the rest of the contract will not come.
    """

    purchase_line_id: int
    quantity: Decimal
    day: date
    shipment_line_id: int | None = None
    remarks: str = ""
    final: bool = False


def check_receipt(command: ReceiveGoods) -> list[Problem]:
    """Answer what is wrong with a receipt of goods."""
    if command.quantity <= 0:
        return [Problem("quantity", _("The quantity must be above zero."))]
    return []


@operation("purchase.write", check=check_receipt)
def receive_goods(work: Work, command: ReceiveGoods) -> int:
    """Write a receipt of goods and move the contract to partly received or received; answers the receipt's id.

    More than ordered is refused, as is a day after today; with a shipment the day is that of its departure.
    """
    line = work.get(PurchaseLine, command.purchase_line_id, _("Purchase line"))
    purchase = work.get(PurchaseContract, line.purchase_id, _("Purchase contract"))
    _demand_receivable(work, command, purchase, line)
    if command.shipment_line_id is not None:
        _demand_shipment(work, command, line)
    receipt = _write(work, purchase, line, command)
    settle_state(work, purchase, final=command.final)
    return receipt.id


def _demand_receivable(
    work: Work, command: ReceiveGoods, purchase: PurchaseContract, line: PurchaseLine
) -> None:
    """Refuse goods of a contract the factory does not have, goods of tomorrow, and more than was ordered."""
    if purchase.status not in RECEIVABLE:
        raise Refusal.of(
            _("{number} is “{status}”; goods come in once the contract is sent to the factory.").format(
                number=purchase.number, status=state_title(purchase.status)
            )
        )
    if command.day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    if command.day < purchase.day:
        raise Refusal.of(_("Goods cannot come in before the contract was made."), "day")
    left = line.quantity - received_quantities(work, purchase.id).get(line.id, ZERO)
    if command.quantity > left:
        raise Refusal.of(
            _("{number} line {line}: {quantity} {unit} came in, but only {left} are still to come.").format(
                number=purchase.number,
                line=line.position,
                quantity=f"{command.quantity.normalize():,f}",
                left=f"{left.normalize():,f}",
                unit=line.unit,
            ),
            "quantity",
        )


def _demand_shipment(work: Work, command: ReceiveGoods, line: PurchaseLine) -> None:
    """Refuse a shipment that carries other goods, has not left, left on another day, or is full already."""
    goods = work.get(ShipmentLine, command.shipment_line_id or 0, _("Shipment line"))
    shipment = work.get(Shipment, goods.shipment_id, _("Shipment"))
    linked = select(func.count()).where(
        PurchaseLink.purchase_line_id == line.id, PurchaseLink.contract_line_id == goods.contract_line_id
    )
    if not work.session.scalar(linked):
        raise Refusal.of(
            _("{number} carries other goods than this line was bought for.").format(number=shipment.number),
            "goods",
        )
    if shipment.departed_on is None or shipment.departed_on != command.day:
        raise Refusal.of(
            _("Goods shipped directly come in on the day {number} leaves, not before and not after.").format(
                number=shipment.number
            ),
            "day",
        )
    left = goods.quantity - _assigned(work, goods.id)
    if command.quantity > left:
        raise Refusal.of(
            _("{number} carried {carried} {unit} of these goods; {left} have no receipt yet.").format(
                number=shipment.number,
                carried=f"{goods.quantity.normalize():,f}",
                left=f"{left.normalize():,f}",
                unit=line.unit,
            ),
            "quantity",
        )


def _assigned(work: Work, shipment_line_id: int) -> Decimal:
    """Answer how much of a shipment line has come in by receipts."""
    statement = select(func.sum(GoodsReceipt.quantity)).where(
        GoodsReceipt.shipment_line_id == shipment_line_id
    )
    return work.session.scalar(statement) or ZERO


def _write(work: Work, purchase: PurchaseContract, line: PurchaseLine, command: ReceiveGoods) -> GoodsReceipt:
    """Write the receipt; its value is what all receipts are worth now less what they were before, so none is lost."""
    before, valued = work.session.execute(
        select(func.sum(GoodsReceipt.quantity), func.sum(GoodsReceipt.value)).where(
            GoodsReceipt.purchase_line_id == line.id
        )
    ).one()
    whole = received_value(
        stock_value(work, purchase, line, command.day), line.quantity, (before or ZERO) + command.quantity
    )
    return work.add(
        GoodsReceipt(
            purchase_line_id=line.id,
            shipment_line_id=command.shipment_line_id,
            day=command.day,
            quantity=command.quantity,
            value=convert(whole, Decimal(1), work.base) - (valued or ZERO),
            remarks=command.remarks,
            owner_id=purchase.owner_id,
        )
    )


def stock_value(work: Work, purchase: PurchaseContract, line: PurchaseLine, day: date) -> Decimal:
    """Answer what a whole purchase line is worth in base: net of VAT where VAT comes back (section 9.1)."""
    with_vat = with_vat_of(work, purchase, line, line.quantity)
    try:
        rate = rate_for(work, RateType.SELL, purchase.currency, day).rate
    except RateMissing:
        rate = rate_for(work, RateType.BUDGET, purchase.currency, day).rate
    amount = convert(with_vat, rate, work.base)
    regime = TaxRegime(work.settings.tax_regime)
    if purchase.invoice_type != "special" or regime is TaxRegime.NO_REFUND:
        return amount
    return purchase_vat(amount, line.vat_rate, line.rebate_rate, regime, currency=work.base).net


def receive_direct(work: Work, shipment: Shipment) -> int:
    """Let goods that leave with a shipment come in from their factories on the same day; answers how many receipts.

    Oldest purchase first; what has come in before, or has no purchase the factory knows, is left alone.
    """
    if shipment.departed_on is None:
        return 0
    goods = work.session.scalars(_goods_of(), {"shipment": shipment.id}).all()
    touched: dict[int, PurchaseContract] = {}
    count = 0
    links = _links(work, [each.contract_line_id for each in goods], shipment.departed_on)
    for each in goods:
        for purchase, command in _direct(
            work, each, shipment.departed_on, links.get(each.contract_line_id, ())
        ):
            line = work.get(PurchaseLine, command.purchase_line_id, _("Purchase line"))
            _write(work, purchase, line, command)
            touched[purchase.id] = purchase
            count += 1
    for purchase in touched.values():
        settle_state(work, purchase)
    return count


@functools.cache
def _goods_of() -> Select[ShipmentLine]:
    lines = select(ShipmentLine).where(ShipmentLine.shipment_id == bindparam("shipment"))
    return lines.order_by(ShipmentLine.position)


_Link = tuple[PurchaseLink, PurchaseLine, PurchaseContract]


def _links(work: Work, sold: Sequence[int], day: date) -> dict[int, list[_Link]]:
    """Answer, a sold line, what was bought for it of purchases the factory knows on ``day``, oldest purchase first."""
    rows = work.session.execute(_bought_for(), {"sold": sold, "day": day})
    found: dict[int, list[_Link]] = {}
    for link, line, purchase in rows:
        found.setdefault(link.contract_line_id, []).append((link, line, purchase))
    return found


@functools.cache
def _bought_for() -> Select[PurchaseLink, PurchaseLine, PurchaseContract]:
    until = bindparam("day", type_=PurchaseContract.day.type)
    return (
        select(PurchaseLink, PurchaseLine, PurchaseContract)
        .join(PurchaseLine, PurchaseLine.id == PurchaseLink.purchase_line_id)
        .join(PurchaseContract, PurchaseContract.id == PurchaseLine.purchase_id)
        .where(
            PurchaseLink.contract_line_id.in_(bindparam("sold", expanding=True)),
            PurchaseContract.status.in_(sorted(RECEIVABLE)),
            PurchaseContract.day <= until,
        )
        .order_by(PurchaseContract.day, PurchaseLink.id)
    )


def _direct(
    work: Work, goods: ShipmentLine, day: date, links: Sequence[_Link]
) -> list[tuple[PurchaseContract, ReceiveGoods]]:
    """Answer the receipts that goods of a shipment line make: of each purchase what of its link is still to come."""
    if not links:
        return []
    left = goods.quantity - _assigned(work, goods.id)
    found = []
    for link, line, purchase in links:
        coming = line.quantity - received_quantities(work, purchase.id).get(line.id, ZERO)
        take = min(left, coming, link.quantity - _came_for(work, link))
        if take > 0:
            left -= take
            found.append((purchase, ReceiveGoods(line.id, take, day, goods.id)))
    return found


def _came_for(work: Work, link: PurchaseLink) -> Decimal:
    """Answer how much of a link has come in with shipments of its sold line."""
    statement = (
        select(func.sum(GoodsReceipt.quantity))
        .join(ShipmentLine, ShipmentLine.id == GoodsReceipt.shipment_line_id)
        .where(
            GoodsReceipt.purchase_line_id == link.purchase_line_id,
            ShipmentLine.contract_line_id == link.contract_line_id,
        )
    )
    return work.session.scalar(statement) or ZERO


def settle_state(work: Work, purchase: PurchaseContract, *, final: bool = False) -> None:
    """Set the state by what has come in and what is billed: partly received, received, invoiced (section 1.3)."""
    work.session.flush()
    lines = purchase_lines(work, purchase.id)
    received = received_quantities(work, purchase.id)
    if any(received.values()) and purchase.status in RECEIVABLE:
        whole = final or _is_whole(lines, received)
        target = "received" if whole else "partly_received"
        if purchase.status != target:
            purchase.status = PURCHASE_CONTRACT.step(
                purchase.status, "receive" if whole else "receive_part"
            ).target
    if purchase.status == "received" and all(line.invoiced >= received.get(line.id, ZERO) for line in lines):
        purchase.status = PURCHASE_CONTRACT.step(purchase.status, "invoice").target
    purchase.updated_at = work.now


def _is_whole(lines: Sequence[PurchaseLine], received: dict[int, Decimal]) -> bool:
    return all(received.get(line.id, ZERO) >= line.quantity for line in lines)
