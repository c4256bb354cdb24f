"""Salesperson commission (业务提成): which rules apply to whom, and what each shipment or receipt earns."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.money import round_money
from tradecrm.core.text import N_


class CommissionBasis(enum.StrEnum):
    """What commission is reckoned on: a shipment's trading profit, its revenue, or money received."""

    PROFIT = "profit"
    REVENUE = "revenue"
    COLLECTION = "collection"


BASIS_TITLES: tuple[tuple[CommissionBasis, str], ...] = (
    (CommissionBasis.PROFIT, N_("Trading profit of shipments")),
    (CommissionBasis.REVENUE, N_("Revenue of shipments")),
    (CommissionBasis.COLLECTION, N_("Money received")),
)


@dataclass(frozen=True, slots=True)
class CommissionTerms:
    """A rule: on what, for whom (None: everyone), the rate, the base amount above which it pays, and its days."""

    id: int
    basis: CommissionBasis
    person_id: int | None
    rate: Decimal
    above: Decimal
    from_day: date
    until_day: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether the rule holds on a day."""
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)


@dataclass(frozen=True, slots=True)
class Earned:
    """A shipment or receipt that may earn commission: whose, its day, and its amount in base."""

    basis: CommissionBasis
    record_id: int
    person_id: int
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Commission:
    """What one rule pays for one shipment or receipt, in base."""

    rule_id: int
    earned: Earned
    rate: Decimal
    amount: Decimal


def commission_amount(base_amount: Decimal, rate: Decimal, above: Decimal, currency: str = "CNY") -> Decimal:
    """Answer ``round((base - above) x rate)``, nothing at or below the threshold; several rules stack as steps."""
    return round_money(max(Decimal(0), base_amount - above) * rate, currency)


def commission_left(
    base_amount: Decimal, amount: Decimal, now: Decimal, rate: Decimal, above: Decimal, currency: str = "CNY"
) -> Decimal:
    """Answer what is left of an ``amount`` that was reckoned on ``base_amount`` once that has fallen to ``now``.

    As the rule would reckon it now; by the rate alone, down to nothing, where the threshold was changed since. What
    rises earns nothing more: a record is reckoned once.
    """
    if now >= base_amount:
        return amount
    if commission_amount(base_amount, rate, above, currency) == amount:
        return commission_amount(now, rate, above, currency)
    return max(Decimal(0), amount - round_money((base_amount - now) * rate, currency))


def rules_for(rules: Iterable[CommissionTerms], earned: Earned) -> tuple[CommissionTerms, ...]:
    """Answer the rules that pay for a record: a person's own replace everyone's on the same basis and day."""
    fitting = [rule for rule in rules if rule.basis is earned.basis and rule.covers(earned.day)]
    own = tuple(rule for rule in fitting if rule.person_id == earned.person_id)
    return own or tuple(rule for rule in fitting if rule.person_id is None)


def reckon(
    rules: Sequence[CommissionTerms], records: Iterable[Earned], currency: str = "CNY"
) -> tuple[Commission, ...]:
    """Answer what every record earns under every rule that pays for it; what earns nothing is left out."""
    found = []
    for earned in records:
        for rule in rules_for(rules, earned):
            amount = commission_amount(earned.amount, rule.rate, rule.above, currency)
            if amount != 0:
                found.append(Commission(rule.id, earned, rule.rate, amount))
    return tuple(found)
