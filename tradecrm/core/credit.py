"""Customer credit (客户信用): what a customer uses of a limit, and what stands against more (domain.md section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.money import format_money, round_to
from tradecrm.core.text import _

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Exposure:
    """The parts of what a customer uses (信用占用), each converted once to ``currency``, the limit's.

    ``receivable`` every open debit; ``unapplied`` credits kept for no contract; ``unposted`` goods that left
    without an invoice posted; ``backlog`` the undelivered part of contracts less their deposits; ``secured``
    what a bank or an insurer answers for.
    """

    currency: str
    receivable: Decimal = ZERO
    unapplied: Decimal = ZERO
    unposted: Decimal = ZERO
    backlog: Decimal = ZERO
    secured: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Answer the exposure; below zero for a net advance."""
        return self.receivable - self.unapplied + self.unposted + self.backlog - self.secured

    @property
    def used(self) -> Decimal:
        """Answer what is shown as used: a net advance uses nothing."""
        return max(ZERO, self.total)


def contract_backlog(undelivered: Decimal, deposit: Decimal) -> Decimal:
    """Answer what a contract counts: its undelivered part less the deposit kept for it, never below zero."""
    return max(ZERO, undelivered - deposit)


def insured_part(insured: Decimal, share: Decimal, cover: Decimal) -> Decimal:
    """Answer what credit insurance (信保) secures: the covered share of insured items, at most the cover amount."""
    return min(max(ZERO, insured) * share, cover)


@dataclass(frozen=True, slots=True)
class CreditRule:
    """What a customer was granted; ``limit`` None is not checked, 0 is prepayment only (section 5)."""

    customer: str
    limit: Decimal | None
    currency: str
    valid_from: date | None = None
    valid_until: date | None = None
    max_overdue_days: int = 15
    hold: bool = False
    hold_reason: str = ""

    def limit_on(self, day: date) -> Decimal | None:
        """Answer the limit that holds on a day: one that ended or has not begun is 0."""
        if self.limit is None:
            return None
        ended = self.valid_until is not None and day > self.valid_until
        early = self.valid_from is not None and day < self.valid_from
        return ZERO if ended or early else self.limit


@dataclass(frozen=True, slots=True)
class CreditAnswer:
    """The answer of a check: sentences that stop, sentences that warn, and the figures behind them.

    ``after`` is the exposure with what is asked about, None when it could not be reckoned or is not checked.
    """

    currency: str
    stops: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    exposure: Decimal | None = None
    after: Decimal | None = None
    limit: Decimal | None = None

    @property
    def passes(self) -> bool:
        """Tell whether nothing stands against it."""
        return not self.stops

    @property
    def excess(self) -> Decimal | None:
        """Answer by how much the limit would be passed, None when it is not."""
        if self.after is None or self.limit is None or self.after <= self.limit:
            return None
        return self.after - self.limit


def check_credit(
    rule: CreditRule,
    exposure: Exposure | None,
    added: Decimal,
    *,
    today: date,
    overdue_days: int = 0,
    warn_at: Decimal = Decimal("0.8"),
) -> CreditAnswer:
    """Test what is asked for (``added`` in the limit's currency) against the limit, hold and overdue days.

    The test is strict: an exposure equal to the limit passes. ``exposure`` None means that no limit is checked.
    """
    limit = rule.limit_on(today)
    stops = _independent(rule, today, overdue_days)
    if limit is None or exposure is None:
        return CreditAnswer(rule.currency, tuple(stops), limit=limit)
    after = max(ZERO, exposure.total + added)
    warnings: tuple[str, ...] = ()
    if after > limit:
        stops.append(_over(rule, after, limit))
    elif limit and after >= limit * warn_at:
        warnings = (
            _("{customer} would use {after} of a limit of {limit} ({share} %).").format(
                customer=rule.customer,
                after=format_money(after, rule.currency),
                limit=format_money(limit, rule.currency),
                share=f"{round_to(after / limit * 100, 0):f}",
            ),
        )
    return CreditAnswer(rule.currency, tuple(stops), warnings, exposure.total, after, limit)


def _independent(rule: CreditRule, today: date, overdue_days: int) -> list[str]:
    """Answer what stops whatever the figures: a hold, a limit that ended, an instalment overdue too long."""
    stops = []
    if rule.hold:
        reason = rule.hold_reason or _("no reason was noted")
        stops.append(_("{customer} is on hold: {reason}.").format(customer=rule.customer, reason=reason))
    if rule.limit is not None and rule.valid_until is not None and today > rule.valid_until:
        stops.append(
            _("The credit limit of {customer} ended on {day}.").format(
                customer=rule.customer, day=rule.valid_until.isoformat()
            )
        )
    if overdue_days > rule.max_overdue_days:
        stops.append(
            _("{customer} has an instalment {days} days overdue; {most} are allowed.").format(
                customer=rule.customer, days=overdue_days, most=rule.max_overdue_days
            )
        )
    return stops


def _over(rule: CreditRule, after: Decimal, limit: Decimal) -> str:
    if limit == 0:
        return _("{customer} ships against prepayment only, and would owe {after}.").format(
            customer=rule.customer, after=format_money(after, rule.currency)
        )
    return _("{customer} would use {after} of a limit of {limit}: {excess} too much.").format(
        customer=rule.customer,
        after=format_money(after, rule.currency),
        limit=format_money(limit, rule.currency),
        excess=format_money(after - limit, rule.currency),
    )
