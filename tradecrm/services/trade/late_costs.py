"""Bills that come for a closed shipment: its result stands, they are a late cost of their month (domain.md 2.11).

The cost line of such a bill counts nothing in the result, or what was accrued when it was closed; the ledger keeps
the rest in a book of its own. So every figure made of cost lines stays as it was, and nothing is kept twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.costs import COST_CATEGORIES, DEDUCTIONS, UNBILLED, CostStatus, cost_category, usual_basis
from tradecrm.core.money import currency_problems, decimal_problems, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import CostLine, Party, Shipment
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.closing import is_late
from tradecrm.services.trade.costs import BillCost, bill_cost
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
_CODES = frozenset(category.code for category in COST_CATEGORIES) - DEDUCTIONS


@dataclass(frozen=True, slots=True)
class BillLate:
    """A bill for a closed shipment that no cost line waits for; ``rate`` None takes the selling rate of its day.

    ``due_on`` None means due on the bill's day.
    """

    shipment_id: int
    category: str
    party_id: int
    currency: str
    amount: Decimal
    day: date
    bill_number: str = ""
    description: str = ""
    rate: Decimal | None = None
    due_on: date | None = None


def check_late(command: BillLate) -> list[Problem]:
    """Answer what is wrong with a late bill."""
    problems = []
    if command.category not in _CODES:
        problems.append(
            Problem("category", _("Choose a category of cost; the rebate follows from purchases."))
        )
    if command.amount <= 0:
        problems.append(Problem("amount", _("The amount must be above zero.")))
    return problems + (
        currency_problems("currency", command.currency)
        or decimal_problems(("amount", command.amount, command.currency))
    )


@operation("shipment.write", check=check_late)
def bill_late(work: Work, command: BillLate) -> int:
    """Book a bill for a closed shipment as a payable and a late cost of its month; answers the payable's id.

    Refused for a shipment that is not closed, where the firm reopens it instead, and where an accrued cost of that
    payee waits for the bill: that cost is in the result already.
    """
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    party = work.get(Party, command.party_id, _("Payee"))
    if not is_late(work, shipment.id):
        raise Refusal.of(
            _("{number} is not closed; enter the cost among its costs, and then its bill.").format(
                number=shipment.number
            )
        )
    waiting = waiting_line(work, shipment.id, command.category, party.id, command.currency)
    if waiting is not None:
        raise Refusal.of(
            _(
                "{cost} of {amount} is in the result of {number} and waits for its bill; enter the bill there."
            ).format(
                cost=_(cost_category(waiting.category).title),
                amount=format_money(waiting.amount, waiting.currency),
                number=shipment.number,
            )
        )
    line = late_line(
        work,
        shipment,
        CostLine(
            category=command.category,
            party_id=party.id,
            currency=command.currency,
            description=command.description.strip(),
            rate=rate_for(work, RateType.SELL, command.currency, command.day, manual=command.rate).rate,
        ),
    )
    bill = BillCost(
        line.id, command.day, command.bill_number, command.amount, command.rate, due_on=command.due_on
    )
    return bill_cost.within(work, bill)


def late_line(work: Work, shipment: Shipment, line: CostLine) -> CostLine:
    """Add to a closed shipment a cost line that counts nothing in its result and waits for a bill; answers it.

    ``line`` says category, payee, currency and rate, and whatever else is known. Only a purchase has an amount in
    its currency, which plans of payment are made from; of other costs N would be less by it (section 2.4).
    """
    line.shipment_id, line.owner_id = shipment.id, shipment.owner_id
    line.amount = line.amount or ZERO
    line.base_amount = ZERO
    line.status = CostStatus.ACCRUED.value
    line.basis = usual_basis(line.category, shipment.mode).value
    line.updated_at = work.now
    work.add(line)
    work.session.flush()
    return line


def waiting_line(
    reader: Reader, shipment_id: int, category: str, party_id: int, currency: str
) -> CostLine | None:
    """Answer the oldest cost without bill of a category and currency that a payee may bill, None without one."""
    return reader.session.scalars(
        select(CostLine)
        .where(
            CostLine.shipment_id == shipment_id,
            CostLine.category == category,
            CostLine.currency == currency,
            CostLine.status.in_(UNBILLED),
            CostLine.party_id.is_(None) | (CostLine.party_id == party_id),
        )
        .order_by(CostLine.id)
        .limit(1)
    ).first()
