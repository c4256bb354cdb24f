"""Costs charged on to the customer (代垫费用): a debit note beside the cost, so that both show and net to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.costs import cost_category
from tradecrm.core.errors import RateMissing
from tradecrm.core.incoterms import check_costs
from tradecrm.core.money import round_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import CostLine, Note, SalesContract, Shipment, ShipmentLine
from tradecrm.services.money.notes import REVENUE_NOTE, WriteNote, write_note
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.closing import demand_unclosed
from tradecrm.services.work import Reader, Work, operation


@dataclass(frozen=True, slots=True)
class RechargeCost:
    """Charge a cost on to the customer: ``amount`` in the invoice's currency as agreed, ``reason`` as printed."""

    cost_id: int
    day: date
    amount: Decimal
    reason: str = ""


def check_recharge(command: RechargeCost) -> list[Problem]:
    """Answer what is wrong with a recharge."""
    if command.amount <= 0:
        return [Problem("amount", _("The amount must be above zero."))]
    return []


@operation("receipt.write", check=check_recharge)
def recharge_cost(work: Work, command: RechargeCost) -> int:
    """Write a debit note for a cost of a shipment and mark the cost as charged on; answers the note's id.

    Refuses a cost that was charged on before, a closed shipment, and what a debit note refuses (section 2.11).
    """
    line = work.get(CostLine, command.cost_id, _("Cost line"))
    shipment = work.get(Shipment, line.shipment_id, _("Shipment"))
    demand_unclosed(work, shipment.id)
    if line.recharged:
        raise Refusal.of(_("This cost has been charged on to the customer already."))
    reason = command.reason.strip() or _("{cost} for {number}").format(
        cost=_(cost_category(line.category).title), number=shipment.invoice_number or shipment.number
    )
    note = WriteNote(
        "DN",
        "AR",
        command.day,
        command.amount,
        reason,
        party_id=shipment.customer_id,
        currency=shipment.currency,
        category=REVENUE_NOTE,
        shipment_id=shipment.id,
    )
    line.recharged = True
    line.updated_at = work.now
    return write_note.within(work, note)


def take_charge_back(work: Work, note: Note) -> None:
    """Let a cost be charged on again, and be warned of, whose debit note was taken back (section 2.11).

    Which cost it was is told by the amount; a note that charged nothing on leaves every cost as it is.
    """
    if note.shipment_id is None:
        return
    work.session.flush()
    costs = work.session.scalars(
        select(CostLine)
        .where(CostLine.shipment_id == note.shipment_id, CostLine.recharged.is_(True))
        .order_by(CostLine.id.desc())
    ).all()
    standing = work.session.scalar(
        select(func.count(Note.id)).where(
            Note.shipment_id == note.shipment_id,
            Note.kind == "DN",
            Note.side == "AR",
            Note.category == REVENUE_NOTE,
            Note.reversed_on.is_(None),
        )
    )
    if len(costs) <= (standing or 0):
        return
    alike = [cost for cost in costs if (cost.currency, cost.amount) == (note.currency, note.amount)]
    cost = (alike or costs)[0]
    cost.recharged = False
    cost.updated_at = work.now


@dataclass(frozen=True, slots=True)
class RechargeStart:
    """What a recharge begins with: whom it goes to, the invoice's currency, the cost in it (None: no rate)."""

    cost_id: int
    title: str
    customer_id: int
    currency: str
    amount: Decimal | None


def recharge_start(reader: Reader, cost_id: int) -> RechargeStart:
    """Answer what charging a cost on begins with; raises NotFound."""
    line = reader.get(CostLine, cost_id, _("Cost line"))
    shipment = reader.get(Shipment, line.shipment_id, _("Shipment"))
    amount: Decimal | None = line.amount
    if line.currency != shipment.currency:
        try:
            rate = rate_for(reader, RateType.MID, shipment.currency, reader.today).rate
            amount = round_money(line.base_amount / rate, shipment.currency)
        except RateMissing:
            amount = None
    title = _(cost_category(line.category).title)
    return RechargeStart(
        line.id, f"{title} · {shipment.number}", shipment.customer_id, shipment.currency, amount
    )


def warn_of_buyers_cost(work: Work, line: CostLine) -> None:
    """Warn when the buyer bears a cost by the Incoterm of the contract and it is not charged on (section 2.8)."""
    if line.recharged or line.base_amount <= 0:
        return
    rules = work.session.scalars(
        select(SalesContract.incoterm)
        .join(ShipmentLine, ShipmentLine.contract_id == SalesContract.id)
        .where(ShipmentLine.shipment_id == line.shipment_id)
        .group_by(SalesContract.incoterm)
    ).all()
    for rule in rules:
        for problem in check_costs(rule, (line.category,)):
            if problem.field == f"costs.{line.category}":
                work.warn(problem.message)
