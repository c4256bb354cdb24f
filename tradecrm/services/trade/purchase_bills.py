"""A factory's bill for goods of a purchase contract on a shipment: one payable, costs with rebate (section 2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.allocate import allocate
from tradecrm.core.costs import CostStatus
from tradecrm.core.money import convert, fits_currency
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.terms import Event, decode_terms, due_date
from tradecrm.core.text import _
from tradecrm.models import CostLine, PurchaseContract, PurchaseLine, Shipment, ShipmentLine
from tradecrm.services.control.holidays import banking_days
from tradecrm.services.money.ledger import AP, NewItem, Part, Source, add_item
from tradecrm.services.money.prepayments import apply_prepayments
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.taking_back import keep_paid_marks
from tradecrm.services.trade.closing import is_late
from tradecrm.services.trade.costs import billed_rows, set_deduction
from tradecrm.services.trade.late_purchases import draw_late
from tradecrm.services.trade.purchase_receipts import settle_state
from tradecrm.services.trade.purchases import state_title
from tradecrm.services.trade.rebate_booking import deduction_rows
from tradecrm.services.trade.shipment_purchases import add_purchases, covered, draw_purchases
from tradecrm.services.trade.transit import settle_billed
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
BILLABLE = frozenset({"sent", "confirmed", "in_production", "partly_received", "received"})


@dataclass(frozen=True, slots=True)
class BillPurchase:
    """The factory's bill for the goods of a purchase contract that go with a shipment.

    ``amount`` None bills what the contract says; ``net_amount`` is E as printed on the special VAT invoice, in
    base currency. ``due_on`` None takes the terms of the contract, else the day of the bill.
    """

    purchase_id: int
    shipment_id: int
    day: date
    bill_number: str = ""
    amount: Decimal | None = None
    net_amount: Decimal | None = None
    rate: Decimal | None = None
    due_on: date | None = None


@operation("purchase.write")
def bill_purchase(work: Work, command: BillPurchase) -> int:
    """Book the bill as one payable and turn the shipment's purchase costs into billed ones; answers the payable's id.

    The costs are drawn from the purchase contract first, so that nothing is typed twice. Those of a closed shipment
    stay as they were frozen; what the bill differs by is a late cost (section 2.11).
    """
    purchase = work.get(PurchaseContract, command.purchase_id, _("Purchase contract"))
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    if purchase.status not in BILLABLE:
        raise Refusal.of(
            _("{number} is “{status}”; a bill belongs to a contract that was sent to the factory.").format(
                number=purchase.number, status=state_title(purchase.status)
            )
        )
    work.actor.demand(add_purchases.verb)
    late = is_late(work, shipment.id)
    if late:
        draw_late(work, shipment, purchase.id)
    else:
        draw_purchases(work, shipment)
    costs = unbilled_costs(work, purchase.id, shipment.id)
    _check(work, command, purchase, shipment, costs)
    reckon = _late if late else _take_amounts
    billed = reckon(work, command, purchase, costs)
    number = command.bill_number.strip() or work.number("bill", command.day)
    for cost in costs:
        cost.bill_number, cost.bill_date = number, command.day
        cost.status = CostStatus.INVOICED.value
        cost.updated_at = work.now
        if not late:
            set_deduction(work, cost, shipment)
    item = _post(work, command, purchase, shipment, costs, billed, number, late=late)
    if late:
        _lay(billed.amount, purchase, costs)
    for cost in costs:
        note_billed(work, cost)
    return item


@dataclass(frozen=True, slots=True)
class _Billed:
    """What a bill comes to: in the currency of the contract, in base, and the rate between."""

    amount: Decimal
    base_amount: Decimal
    rate: Decimal


def note_billed(work: Work, cost: CostLine) -> None:
    """Count a billed cost as invoiced on the purchase line it comes from, if it comes from one."""
    if cost.purchase_line_id is None:
        return
    line = work.get(PurchaseLine, cost.purchase_line_id, _("Purchase line"))
    line.invoiced += cost.quantity or ZERO
    settle_state(work, work.get(PurchaseContract, line.purchase_id, _("Purchase contract")))


def unbilled_costs(reader: Reader, purchase_id: int, shipment_id: int | None = None) -> list[CostLine]:
    """Answer the costs of shipments that come from a purchase contract and have no bill."""
    statement = (
        select(CostLine)
        .join(PurchaseLine, PurchaseLine.id == CostLine.purchase_line_id)
        .where(PurchaseLine.purchase_id == purchase_id, CostLine.item_id.is_(None))
        .order_by(CostLine.id)
    )
    if shipment_id is not None:
        statement = statement.where(CostLine.shipment_id == shipment_id)
    return list(reader.session.scalars(statement))


def bill_due(reader: Reader, purchase: PurchaseContract, shipment: Shipment, day: date) -> date:
    """Answer when the balance of a bill is due: by the last line of the terms, else on the bill's day (section 3.2)."""
    known = {Event.INVOICE: day, Event.ORDER: purchase.day}
    if shipment.departed_on is not None:
        known[Event.BL] = shipment.departed_on
    terms = decode_terms(purchase.terms)
    due = due_date(terms.lines[-1], known, method=terms.method, holidays=banking_days(reader))
    return day if due is None else max(due, day)


def _check(
    work: Work,
    command: BillPurchase,
    purchase: PurchaseContract,
    shipment: Shipment,
    costs: Sequence[CostLine],
) -> None:
    """Refuse a bill of tomorrow, of goods that are not on the shipment or billed already, and odd amounts."""
    problems = []
    if command.day > work.today:
        problems.append(Problem("day", _("A bill cannot be dated after today.")))
    if not costs:
        problems.append(
            Problem(
                "shipment",
                _("Nothing of {number} is unbilled on {shipment}.").format(
                    number=purchase.number, shipment=shipment.number
                ),
            )
        )
    amount = command.amount
    if amount is not None and (amount <= 0 or not fits_currency(amount, purchase.currency)):
        problems.append(
            Problem(
                "amount",
                _("The amount must be above zero and fit {currency}.").format(currency=purchase.currency),
            )
        )
    if command.net_amount is not None and not fits_currency(command.net_amount, work.base):
        problems.append(
            Problem(
                "net_amount",
                _("The amount must be above zero and fit {currency}.").format(currency=work.base),
            )
        )
    if problems:
        raise Refusal(problems)


def _late(
    work: Work, command: BillPurchase, purchase: PurchaseContract, costs: Sequence[CostLine]
) -> _Billed:
    """Answer what a bill for a closed shipment comes to; what its costs count stays as it was frozen."""
    amount = command.amount if command.amount is not None else sum((cost.amount for cost in costs), ZERO)
    rate = _rate(work, command, purchase)
    return _Billed(amount, convert(amount, rate, work.base), rate)


def _take_amounts(
    work: Work, command: BillPurchase, purchase: PurchaseContract, costs: Sequence[CostLine]
) -> _Billed:
    """Lay the billed amount over the costs, in their proportion, at the rate of the bill; likewise E as printed."""
    if command.amount is not None:
        _lay(command.amount, purchase, costs)
    rate = _rate(work, command, purchase)
    for cost in costs:
        cost.rate = rate
        cost.base_amount = convert(cost.amount, rate, work.base)
    if command.net_amount is not None:
        nets = [cost.base_amount / (1 + (cost.vat_rate or ZERO)) for cost in costs]
        for cost, part in zip(costs, allocate(command.net_amount, nets, work.base), strict=True):
            cost.net_amount = part
    return _Billed(
        sum((cost.amount for cost in costs), ZERO), sum((cost.base_amount for cost in costs), ZERO), rate
    )


def _lay(amount: Decimal, purchase: PurchaseContract, costs: Sequence[CostLine]) -> None:
    """Lay an amount over the costs, in their proportion, in the currency of the contract."""
    weights = [cost.amount for cost in costs]
    if amount != sum(weights, ZERO):
        for cost, part in zip(costs, allocate(amount, weights, purchase.currency), strict=True):
            cost.amount = part


def _rate(work: Work, command: BillPurchase, purchase: PurchaseContract) -> Decimal:
    return rate_for(work, RateType.SELL, purchase.currency, command.day, manual=command.rate).rate


def _post(
    work: Work,
    command: BillPurchase,
    purchase: PurchaseContract,
    shipment: Shipment,
    costs: Sequence[CostLine],
    billed: _Billed,
    number: str,
    *,
    late: bool,
) -> int:
    """Post the payable against the costs and their rebates; answers its id."""
    due = command.due_on or bill_due(work, purchase, shipment, command.day)
    new = NewItem(
        side=AP,
        kind="INV",
        number=number,
        party_id=purchase.supplier_id,
        day=command.day,
        currency=purchase.currency,
        amount=billed.amount,
        rate=billed.rate,
        base_amount=billed.base_amount,
        shipment_id=shipment.id,
        owner_id=shipment.owner_id,
        parts=(Part(billed.amount, "", due, command.day),),
    )
    rows = [
        *billed_rows(costs, purchase.supplier_id, billed.amount, billed.base_amount, late=late),
        *deduction_rows(work, shipment, sum((cost.rebate for cost in costs), ZERO)),
    ]
    item = add_item(work, new, "bill", Source("purchase_contract", purchase.id, number), tuple(rows))
    for cost in costs:
        cost.item_id = item.id
    work.session.flush()
    settle_billed(work, shipment, command.day)
    apply_prepayments(work, item, purchase.id)
    keep_paid_marks(work, {item.id})
    return item.id


@dataclass(frozen=True, slots=True)
class BillStart:
    """What a bill begins with: what the contract says the shipment's goods cost, and when that is due."""

    amount: Decimal
    due_on: date


def bill_start(reader: Reader, purchase_id: int, shipment_id: int, day: date) -> BillStart:
    """Answer what a bill of ``day`` for a purchase on a shipment begins with, in its currency."""
    purchase = reader.get(PurchaseContract, purchase_id, _("Purchase contract"))
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    rows = reader.session.scalars(
        select(ShipmentLine).where(ShipmentLine.shipment_id == shipment_id).order_by(ShipmentLine.position)
    ).all()
    amount = sum(
        (
            part.amount
            for goods in rows
            for part in covered(reader, goods, goods.quantity)
            if part.purchase_id == purchase_id
        ),
        ZERO,
    )
    return BillStart(amount, bill_due(reader, purchase, shipment, day))
