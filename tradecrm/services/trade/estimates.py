"""Profit estimates of a contract (利润估算表): proposed, kept as versions, approved and frozen (section 2.10)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.costs import COST_CATEGORIES, DEDUCTIONS
from tradecrm.core.money import convert, currency_problems, decimal_problems, format_money, round_to
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.profit import CostLine as Cost
from tradecrm.core.profit import ShipmentResult, shipment_result
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import Estimate, EstimateLine, SalesContract
from tradecrm.services.control.approval_titles import approval_title
from tradecrm.services.control.approvals import (
    Figure,
    Reason,
    Subject,
    active_triggers,
    ask_approval,
    demand_unchanged,
    void_approval,
)
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.agency import own_total
from tradecrm.services.trade.contract_approval import asked_of, protected_fields
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
CODES = frozenset(category.code for category in COST_CATEGORIES)


@dataclass(frozen=True, slots=True)
class EstimateRowDraft:
    """A cost as estimated: in its currency at ``rate`` (None: the budget rate); a rebate (REB) is below zero."""

    category: str
    currency: str
    amount: Decimal
    rate: Decimal | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class SaveEstimate:
    """An estimate of a contract; ``rate`` values the revenue. Every saving is a version of its own."""

    contract_id: int
    rate: Decimal
    rows: tuple[EstimateRowDraft, ...]
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class SubmitEstimate:
    """Submit a version of an estimate for approval."""

    estimate_id: int


def check_estimate(command: SaveEstimate) -> list[Problem]:
    """Answer what is wrong with an estimate, each at its field."""
    problems = []
    if command.rate <= 0:
        problems.append(Problem("rate", _("The rate must be above zero.")))
    for position, row in enumerate(command.rows):
        at = f"lines.{position}"
        if row.category not in CODES:
            problems.append(Problem(f"{at}.category", _("Choose a category of cost.")))
        problems += currency_problems(f"{at}.currency", row.currency) or decimal_problems(
            (f"{at}.amount", row.amount, row.currency)
        )
        if (row.amount > 0) if row.category in DEDUCTIONS else (row.amount < 0):
            problems.append(
                Problem(f"{at}.amount", _("A cost is above zero; rebate and credited VAT are below zero."))
            )
        if row.rate is not None and row.rate <= 0:
            problems.append(Problem(f"{at}.rate", _("The rate must be above zero.")))
    return problems


@operation("contract.write", check=check_estimate)
def save_estimate(work: Work, command: SaveEstimate) -> int:
    """Keep an estimate as the next version of its contract, a draft; answers its id. RateMissing as rates say."""
    work.actor.demand("profit.read")
    contract = work.get(SalesContract, command.contract_id, _("Contract"))
    last = work.session.scalar(
        select(func.max(Estimate.version_no)).where(Estimate.contract_id == contract.id)
    )
    estimate = work.add(
        Estimate(
            contract_id=contract.id,
            version_no=(last or 0) + 1,
            made_at=work.now,
            rate=command.rate,
            revenue_base=convert(own_total(contract), command.rate, work.base),
            status="draft",
            remarks=command.remarks,
            owner_id=contract.owner_id,
        )
    )
    for row in command.rows:
        rate = row.rate
        if rate is None:
            rate = rate_for(work, RateType.BUDGET, row.currency, work.today).rate
        work.session.add(
            EstimateLine(
                estimate_id=estimate.id,
                category=row.category,
                currency=row.currency,
                amount=row.amount,
                base_amount=convert(row.amount, rate, work.base),
                rate=rate,
                description=row.description,
                owner_id=contract.owner_id,
            )
        )
    work.session.flush()
    return estimate.id


def estimate_result(reader: Reader, estimate: Estimate, contract: SalesContract) -> ShipmentResult:
    """Answer the measures of an estimate (section 2.4)."""
    rows = reader.session.scalars(
        select(EstimateLine).where(EstimateLine.estimate_id == estimate.id).order_by(EstimateLine.id)
    )
    return shipment_result(
        invoice_total=own_total(contract),
        currency=contract.currency,
        revenue=estimate.revenue_base,
        costs=[Cost(row.category, row.currency, row.amount, row.base_amount) for row in rows],
        reference_rate=estimate.rate,
        base_currency=reader.base,
    )


def protected_of(reader: Reader, estimate: Estimate, contract: SalesContract) -> tuple[tuple[str, str], ...]:
    """Answer what of contract and estimate may not change once it is approved (section 6, snapshot)."""
    found = protected_fields(asked_of(reader, contract))
    goods = [each for each in found if each[0] in _ESTIMATED or each[0].startswith("line ")]
    return (*_sums(reader, estimate, contract), *goods)


_ESTIMATED = frozenset({"incoterm", "commission", "hidden", "agency"})
"""What of a contract's head an estimate hangs on, beside its sums."""


def _sums(reader: Reader, estimate: Estimate, contract: SalesContract) -> tuple[tuple[str, str], ...]:
    """Answer the sums of contract and estimate: all that earlier versions of the program took the hash of."""
    result = estimate_result(reader, estimate, contract)
    return (
        ("customer", str(contract.customer_id)),
        ("currency", contract.currency),
        ("total", f"{own_total(contract):f}"),
        ("rate", f"{estimate.rate:f}"),
        ("cost", f"{result.total_cost:f}"),
    )


@operation("contract.write")
def submit_estimate(work: Work, command: SubmitEstimate) -> str:
    """Submit the latest draft of an estimate; answers “approved” or “pending”. An older version is refused."""
    work.actor.demand("profit.read")
    estimate = work.get(Estimate, command.estimate_id, _("Estimate"))
    contract = work.get(SalesContract, estimate.contract_id or 0, _("Contract"))
    newest = work.session.scalar(
        select(func.max(Estimate.version_no)).where(Estimate.contract_id == contract.id)
    )
    if estimate.status != "draft" or estimate.version_no != newest:
        raise Refusal.of(
            _("Only the newest draft can be submitted; version {number} is not it.").format(
                number=estimate.version_no
            )
        )
    if estimate.revenue_base != convert(own_total(contract), estimate.rate, work.base):
        raise Refusal.of(
            _("The contract was changed after version {number}; estimate it again.").format(
                number=estimate.version_no
            )
        )
    for older in work.session.scalars(
        select(Estimate).where(Estimate.contract_id == contract.id, Estimate.status == "submitted")
    ).all():
        _withdraw(work, older)
        older.status = "superseded"
    result = estimate_result(work, estimate, contract)
    subject = Subject(
        "estimate",
        estimate.id,
        approval_title("estimate", version=estimate.version_no, number=contract.number),
        _reasons(work, contract, result),
        protected_of(work, estimate, contract),
        _figures(work, result),
        result.revenue,
    )
    answer = ask_approval(work, subject)
    if answer == "approved":
        estimate_approved(work, estimate.id)
    else:
        estimate.status = "submitted"
        work.session.flush()
    return answer


def _reasons(work: Work, contract: SalesContract, result: ShipmentResult) -> tuple[Reason, ...]:
    """Answer the triggers of section 6 that this estimate sets off."""
    active = active_triggers(work, "estimate")
    reasons = []
    if "every" in active:
        reasons.append(
            Reason(
                "every", _("Estimates are approved before {number} is signed.").format(number=contract.number)
            )
        )
    if "loss" in active and result.trading_profit < 0:
        reasons.append(
            Reason(
                "loss",
                _("The estimate of {number} shows a loss of {amount}.").format(
                    number=contract.number, amount=format_money(-result.trading_profit, work.base)
                ),
            )
        )
    return tuple(reasons)


def _figures(work: Work, result: ShipmentResult) -> tuple[Figure, ...]:
    margin = _("n/a") if result.margin is None else f"{round_to(result.margin * 100, 2):f} %"
    return (
        Figure(_("Revenue"), format_money(result.revenue, work.base)),
        Figure(_("Costs in all"), format_money(result.total_cost, work.base)),
        Figure(_("Trading profit"), format_money(result.trading_profit, work.base)),
        Figure(_("Margin"), margin),
    )


def estimate_approved(work: Work, estimate_id: int) -> None:
    """Freeze an approved version; the one approved before is superseded."""
    estimate = work.get(Estimate, estimate_id, _("Estimate"))
    for old in work.session.scalars(
        select(Estimate).where(
            Estimate.contract_id == estimate.contract_id,
            Estimate.status.in_(("approved", "submitted")),
            Estimate.id != estimate.id,
        )
    ):
        _withdraw(work, old)
        old.status = "superseded"
    estimate.status = "approved"
    work.session.flush()


def _withdraw(work: Work, estimate: Estimate) -> None:
    """Ask nobody any more about a version that waits while a newer one is submitted."""
    if estimate.status == "submitted":
        void_approval(work, "estimate", estimate.id, _("A newer version was submitted."))


def estimate_returned(work: Work, estimate_id: int) -> None:
    """Take a rejected or withdrawn version back to draft (section 16.3)."""
    work.get(Estimate, estimate_id, _("Estimate")).status = "draft"
    work.session.flush()


def demand_estimate(work: Work, contract: SalesContract, *, signing: bool = True) -> None:
    """Refuse a contract without an approved estimate that still fits it, where the rule is on (section 6).

    One that was signed before the rule was on takes effect without (``signing`` off), but not with another's.
    """
    if "every" not in active_triggers(work, "estimate"):
        return
    estimate = work.session.scalars(
        select(Estimate).where(Estimate.contract_id == contract.id, Estimate.status == "approved")
    ).one_or_none()
    if estimate is None:
        if not signing:
            return
        raise Refusal.of(
            _("{number} has no approved profit estimate; draw one up and have it approved first.").format(
                number=contract.number
            )
        )
    kept = (protected_of(work, estimate, contract), _sums(work, estimate, contract))
    if not any(demand_unchanged(work, "estimate", estimate.id, each) for each in kept):
        raise Refusal.of(
            _("{number} was changed after its profit estimate was approved; estimate it again.").format(
                number=contract.number
            )
        )
