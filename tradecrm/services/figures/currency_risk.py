"""Exposure to exchange rates (外汇敞口): what is held and expected in each foreign currency, by month (section 3.5).

Accounts, open receivables and payables, contracts not yet shipped and purchases not yet billed, by expected month;
nothing is covered forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.links import Link
from tradecrm.core.money import convert
from tradecrm.services.figures.accounts import account_balances
from tradecrm.services.figures.closing import ClosingRates
from tradecrm.services.figures.collection import collection_plan
from tradecrm.services.figures.payment_plan import payment_plan
from tradecrm.services.figures.plan_rows import KIND_TITLES, PlanOptions
from tradecrm.services.work import Reader

ZERO = Decimal(0)
BANK = "bank"
_SPAN = timedelta(days=366)
_PARTS = {"invoice": "receivable", "bill": "payable"}


@dataclass(frozen=True, slots=True)
class RiskRow:
    """One paper or account that moves with a rate: ``amount`` is signed, ``part`` says what it is.

    Parts are bank, receivable, payable and ahead (not yet invoiced). ``month`` is its first day.
    """

    currency: str
    month: date
    part: str
    kind: str
    number: str
    day: date | None
    amount: Decimal
    link: Link


@dataclass(frozen=True, slots=True)
class Risk:
    """Everything that moves with rates as of ``day``, with the middle rates; a missing one is None and noted."""

    day: date
    base: str
    rows: tuple[RiskRow, ...]
    rates: tuple[tuple[str, Decimal | None], ...]
    notes: tuple[str, ...]

    def rate(self, currency: str) -> Decimal | None:
        """Answer the middle rate of a currency."""
        return dict(self.rates).get(currency)

    def months(self) -> tuple[tuple[str, date], ...]:
        """Answer each currency and month that has something, in order."""
        return tuple(sorted({(row.currency, row.month) for row in self.rows}))

    def of(self, currency: str = "", month: date | None = None, part: str = "") -> Sequence[RiskRow]:
        """Answer the rows of a currency, month and part; what is empty is all."""
        return [
            row
            for row in self.rows
            if currency in ("", row.currency) and month in (None, row.month) and part in ("", row.part)
        ]

    def amount(self, currency: str, month: date | None = None, part: str = "") -> Decimal:
        """Answer what is exposed of a currency, month and part; above zero the firm gains when the rate rises."""
        return sum((row.amount for row in self.of(currency, month, part)), ZERO)

    def effect(self, amount: Decimal, currency: str, percent: Decimal) -> Decimal | None:
        """Answer what a change of the rate by ``percent`` does to the result in base, rounded once."""
        rate = self.rate(currency)
        return None if rate is None else convert(amount, rate * percent / 100, self.base)


def currency_risk(reader: Reader) -> Risk:
    """Answer what moves with rates today. What is overdue or has no day counts for this month."""
    reader.actor.demand("account.read")
    base, now = reader.base, reader.today.replace(day=1)
    rows = [
        RiskRow(each.currency, now, BANK, "", each.name, reader.today, each.balance,
                Link.to("account", id=each.account_id))
        for each in account_balances(reader, reader.today).rows
        if each.currency != base and each.balance
    ]  # fmt: skip
    options = PlanOptions(reader.today + _SPAN)
    for plan in (*collection_plan(reader, options), *payment_plan(reader, options)):
        if plan.currency == base or not plan.amount:
            continue
        month = now if plan.day is None else max(now, plan.day.replace(day=1))
        part = _PARTS.get(plan.kind, "ahead")
        title = KIND_TITLES[plan.kind]
        rows.append(RiskRow(plan.currency, month, part, title, plan.number, plan.day, plan.amount, plan.link))
    rates = ClosingRates(reader, reader.today)
    known = tuple((code, rates.rate(code)) for code in sorted({row.currency for row in rows}))
    rows.sort(key=lambda row: (row.currency, row.month, row.part, row.number))
    return Risk(reader.today, base, tuple(rows), known, tuple(rates.notes))
