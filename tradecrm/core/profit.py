"""The measures of a shipment's profit (每票业务盈亏) from plain inputs (domain.md sections 2.4, 2.5, 2.10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from tradecrm.core.costs import CostSide, cost_category
from tradecrm.core.money import convert, round_money, round_to
from tradecrm.core.pricing import PLAIN_INSURING, Insuring

_ZERO = Decimal(0)


class CostLine(NamedTuple):
    """A cost: category code, currency, amount in it, and its base amount at its own rate (rounded).

    A rebate (REB) is entered with a minus sign.
    """

    code: str
    currency: str
    amount: Decimal
    base: Decimal


@dataclass(frozen=True, slots=True)
class ShipmentResult:
    """The measures of section 2.4; ratios are fractions, None stands for "n/a".

    ``reference_rate`` is R, what K/N is compared with, in base units per unit of the contract's currency.
    """

    revenue: Decimal
    total_cost: Decimal
    trading_profit: Decimal
    realized_fx: Decimal
    profit_after_fx: Decimal
    fx_net_income: Decimal
    export_cost: Decimal
    cost_per_unit: Decimal | None
    reference_profit: Decimal
    profit_rate: Decimal | None
    margin: Decimal | None
    markup: Decimal | None
    reference_rate: Decimal


def ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    """Answer ``part / whole`` unrounded, None ("n/a") when ``whole`` is zero or below."""
    return part / whole if whole > 0 else None


def fx_amount(line: CostLine, currency: str, reference_rate: Decimal) -> Decimal:
    """Answer an FX-side cost in the contract currency: its own amount, else base / recognition rate."""
    # Divided, for times the reciprocal misses an exact half: 0.17 at 6.8 is 0.025 and becomes 0.03.
    return line.amount if line.currency == currency else round_money(line.base / reference_rate, currency)


def fx_net_income(
    invoice_total: Decimal, currency: str, costs: Iterable[CostLine], reference_rate: Decimal
) -> Decimal:
    """Answer N, the FX net income (出口外汇净收入) in the contract currency."""
    deducted = (
        fx_amount(line, currency, reference_rate)
        for line in costs
        if cost_category(line.code).side is CostSide.FX
    )
    return invoice_total - sum(deducted, _ZERO)


def export_cost(costs: Iterable[CostLine]) -> Decimal:
    """Answer K, the export total cost (出口总成本) in base money."""
    return sum((line.base for line in costs if cost_category(line.code).side is CostSide.EXPORT), _ZERO)


def cost_per_unit(cost: Decimal, net_income: Decimal) -> Decimal | None:
    """Answer K/N, the export cost per unit of foreign money (换汇成本), 4 decimals; None if N or K is not above 0."""
    if net_income <= 0 or cost <= 0:
        return None
    return round_to(cost / net_income, 4)


def shipment_result(
    *,
    invoice_total: Decimal,
    currency: str,
    revenue: Decimal,
    costs: Iterable[CostLine],
    reference_rate: Decimal,
    base_currency: str = "CNY",
    realized_fx: Decimal = _ZERO,
    collected_rate: Decimal | None = None,
) -> ShipmentResult:
    """Answer every measure of section 2.4 for one shipment.

    ``invoice_total`` is in ``currency`` net of credit notes, ``revenue`` and ``realized_fx`` in base money,
    ``reference_rate`` the recognition rate in base units per unit of ``currency``. N is always reckoned with it;
    ``collected_rate``, where everything is collected and the firm compares with it, takes its place as R.
    """
    lines = tuple(costs)
    income = fx_net_income(invoice_total, currency, lines, reference_rate)
    cost = export_cost(lines)
    total = sum((line.base for line in lines), _ZERO)
    profit = revenue - total
    compared = reference_rate if collected_rate is None else collected_rate
    reference = convert(income, compared, base_currency) - cost
    rate_fits = income > 0 and cost > 0
    return ShipmentResult(
        revenue=revenue,
        total_cost=total,
        trading_profit=profit,
        realized_fx=realized_fx,
        profit_after_fx=profit + realized_fx,
        fx_net_income=income,
        export_cost=cost,
        cost_per_unit=cost_per_unit(cost, income),
        reference_profit=reference,
        profit_rate=(income * compared - cost) / cost if rate_fits else None,
        margin=ratio(profit, revenue),
        markup=ratio(profit, total),
        reference_rate=compared,
    )


def insurance_premium(
    invoice_total: Decimal,
    premium_rate: Decimal,
    currency: str,
    markup: Decimal = Decimal("0.10"),
    *,
    insuring: Insuring = PLAIN_INSURING,
    commission: Decimal = _ZERO,
) -> Decimal:
    """Answer ``round(CIF x (1 + m) x R)`` in ``currency`` (section 2.7; m, R and commission are fractions).

    ``insuring`` is how the firm insures; where something is insured it pays the least premium at least.
    """
    insured = insuring.amount(invoice_total, markup, commission)
    if insured <= 0 or premium_rate <= 0:
        return round_money(_ZERO, currency)
    return max(convert(insured, premium_rate, currency), round_money(insuring.least, currency))


@dataclass(frozen=True, slots=True)
class Variance:
    """Estimate against actual: the difference, its fraction of the estimate (None: n/a), and whether to flag it."""

    estimate: Decimal
    actual: Decimal
    difference: Decimal
    fraction: Decimal | None
    flagged: bool


def cost_variance(
    estimate: Decimal,
    actual: Decimal,
    *,
    threshold: Decimal = Decimal("0.10"),
    minimum: Decimal = _ZERO,
) -> Variance:
    """Compare a cost row: flagged when the variance is strictly above ``threshold`` and reaches ``minimum`` (2.10)."""
    difference = actual - estimate
    fraction = difference / abs(estimate) if estimate else None
    flagged = fraction is not None and fraction > threshold and abs(difference) >= minimum
    return Variance(estimate, actual, difference, fraction, flagged)


def sheet_flagged(
    *,
    actual_margin: Decimal | None,
    estimated_profit: Decimal,
    actual_profit: Decimal,
    minimum_margin: Decimal = Decimal("0.08"),
    worst_drop: Decimal = Decimal("0.20"),
) -> bool:
    """Tell whether the whole sheet is flagged: margin below the least, or profit down by over ``worst_drop`` (2.10)."""
    if actual_margin is not None and actual_margin < minimum_margin:
        return True
    return estimated_profit - actual_profit > worst_drop * abs(estimated_profit)
