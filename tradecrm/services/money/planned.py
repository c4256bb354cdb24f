"""Planned income and expenses outside of trade (计划收支): rent, salaries, tax, with how often they repeat (3.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tradecrm.core.errors import Conflict
from tradecrm.core.fields import FieldKind
from tradecrm.core.money import fits_currency
from tradecrm.core.plans import Every
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, PlannedFlow
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.services.work import Reader, Work, operation

PLANNED = ListSource(
    key="planned_flows",
    identity=PlannedFlow.id,
    columns=(
        ListColumn("title", PlannedFlow.title, nullable=False),
        ListColumn("category", PlannedFlow.category, FieldKind.CHOICE, nullable=False),
        ListColumn("currency", PlannedFlow.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn("amount", PlannedFlow.amount, FieldKind.MONEY, "currency", summed=True, nullable=False),
        ListColumn("repeats", PlannedFlow.repeats, FieldKind.CHOICE, nullable=False),
        ListColumn("first_on", PlannedFlow.first_on, FieldKind.DATE, nullable=False),
        ListColumn("until", PlannedFlow.until, FieldKind.DATE),
        ListColumn("account", Account.name),
        ListColumn("active", PlannedFlow.active, FieldKind.BOOL, nullable=False),
    ),
    joins=lambda query: query.outerjoin(Account, Account.id == PlannedFlow.account_id),
    joined=frozenset({"account"}),
    searched=("title",),
)


@dataclass(frozen=True, slots=True)
class SavePlannedFlow:
    """Planned money, signed in its currency (income positive); ``until`` None repeats without end."""

    title: str
    category: str
    currency: str
    amount: Decimal
    repeats: Every
    first_on: date
    until: date | None = None
    account_id: int | None = None
    active: bool = True
    id: int | None = None
    version: int = 0


def check_planned_flow(command: SavePlannedFlow) -> list[Problem]:
    """Answer what is wrong with planned money."""
    problems = []
    if not command.title.strip():
        problems.append(Problem("title", _("Say what the money is for.")))
    if command.amount == 0 or not fits_currency(command.amount, command.currency):
        problems.append(
            Problem(
                "amount",
                _("The amount must be above zero and fit {currency}.").format(currency=command.currency),
            )
        )
    if command.until is not None and command.until < command.first_on:
        problems.append(Problem("until", _("It cannot end before it begins.")))
    return problems


@operation("account.write", check=check_planned_flow)
def save_planned_flow(work: Work, command: SavePlannedFlow) -> int:
    """Enter or change planned money; answers its id. An account must be in the currency of the money."""
    if command.account_id is not None:
        account = work.get(Account, command.account_id, _("Account"))
        if account.currency != command.currency:
            raise Refusal.of(
                _("{account} is in {own}, the planned money in {currency}. Choose another account.").format(
                    account=account.name, own=account.currency, currency=command.currency
                ),
                "account",
            )
    row = PlannedFlow(owner_id=work.actor.person_id)
    if command.id is not None:
        row = work.get(PlannedFlow, command.id, _("Planned income or expense"))
        if row.version != command.version:
            raise Conflict(_("Someone else changed this plan meanwhile. Look at its new state first."))
    row.title = command.title.strip()
    row.category, row.currency, row.amount = command.category, command.currency, command.amount
    row.repeats, row.first_on, row.until = command.repeats.value, command.first_on, command.until
    row.account_id, row.active = command.account_id, command.active
    return work.add(row).id


def planned_values(reader: Reader, flow_id: int) -> dict[str, Any]:
    """Answer planned money by field, the account as (id, name, currency); NotFound when there is none."""
    row = reader.get(PlannedFlow, flow_id, _("Planned income or expense"))
    account = None if row.account_id is None else reader.get(Account, row.account_id, _("Account"))
    return {
        "title": row.title,
        "category": row.category,
        "currency": row.currency,
        "amount": row.amount,
        "repeats": row.repeats,
        "first_on": row.first_on,
        "until": row.until,
        "active": row.active,
        "version": row.version,
        "account": None if account is None else (account.id, account.name, account.currency),
    }
