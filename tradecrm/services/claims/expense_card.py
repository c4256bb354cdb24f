"""What the page, the list and the analysis of expense claims show (domain.md section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tradecrm.core.fields import FieldKind
from tradecrm.core.text import _
from tradecrm.models import Account, ExpenseClaim, ExpenseLine, Person, Shipment
from tradecrm.services.claims.expenses import claim_lines
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.services.work import Reader

_LINES = (
    select(func.count(ExpenseLine.id))
    .where(ExpenseLine.claim_id == ExpenseClaim.id)
    .correlate(ExpenseClaim)
    .scalar_subquery()
)

EXPENSE_CLAIMS = ListSource(
    key="expense_claims",
    identity=ExpenseClaim.id,
    columns=(
        ListColumn("number", ExpenseClaim.number, FieldKind.CODE, nullable=False),
        ListColumn("day", ExpenseClaim.day, FieldKind.DATE, nullable=False),
        ListColumn("title", ExpenseClaim.title, nullable=False),
        ListColumn("payee", ExpenseClaim.payee, nullable=False),
        ListColumn("person", Person.name),
        ListColumn("lines", _LINES, FieldKind.INTEGER),
        ListColumn("total", ExpenseClaim.total_base, FieldKind.MONEY, summed=True, nullable=False),
        ListColumn("status", ExpenseClaim.status, FieldKind.CHOICE, nullable=False),
        ListColumn("paid_on", ExpenseClaim.paid_on, FieldKind.DATE),
        ListColumn("account", Account.name, needs="account.read"),
        ListColumn("version", ExpenseClaim.version, FieldKind.INTEGER, nullable=False),
    ),
    joins=lambda query: query.outerjoin(Person, Person.id == ExpenseClaim.owner_id).outerjoin(
        Account, Account.id == ExpenseClaim.account_id
    ),
    joined=frozenset({"person", "account"}),
    searched=("number", "title", "payee"),
)
"""Expense claims; totals are in base currency."""


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """A claim as its form edits it: ``values`` and lines by name of their columns, shipments as (id, number)."""

    id: int
    version: int
    owner_id: int
    values: dict[str, Any]
    lines: tuple[dict[str, Any], ...]


def claim_card(reader: Reader, claim_id: int) -> ClaimCard:
    """Answer one claim; raises NotFound."""
    claim = reader.get(ExpenseClaim, claim_id, _("Expense claim"))
    rows = claim_lines(reader, claim.id)
    shipped = {row.shipment_id for row in rows if row.shipment_id is not None}
    numbers: dict[int, str] = dict(
        reader.session.execute(select(Shipment.id, Shipment.number).where(Shipment.id.in_(shipped))).all()
    )
    account = None
    if claim.account_id is not None:
        account = reader.session.execute(
            select(Account.id, Account.name).where(Account.id == claim.account_id)
        ).one_or_none()
    values = {
        name: getattr(claim, name)
        for name in ("number", "day", "title", "payee", "status", "total_base", "paid_on", "remarks")
    }
    values["account"] = None if account is None else tuple(account)
    lines = tuple(
        {
            "day": row.day,
            "category": row.category,
            "description": row.description,
            "currency": row.currency,
            "amount": row.amount,
            "rate": row.rate,
            "base_amount": row.base_amount,
            "shipment": None
            if row.shipment_id is None
            else (row.shipment_id, numbers.get(row.shipment_id, "")),
        }
        for row in rows
    )
    return ClaimCard(claim.id, claim.version, claim.owner_id, values, lines)


@dataclass(frozen=True, slots=True)
class SpentRow:
    """A line of a claim for analysis: base amount, what for, by whom, for which shipment; empty is the firm."""

    claim_id: int
    number: str
    day: date
    category: str
    description: str
    person: str
    shipment_id: int | None
    shipment: str
    status: str
    base_amount: Decimal


def spent_rows(reader: Reader, first: date, last: date, *, booked: bool) -> Sequence[SpentRow]:
    """Answer the lines of visible claims spent from ``first`` to ``last``, by day; ``booked`` keeps to paid ones.

    Void claims are left out.
    """
    states = ("posted",) if booked else ("draft", "submitted", "approved", "paid", "posted")
    query: Any = (
        select(
            ExpenseClaim.id,
            ExpenseClaim.number,
            ExpenseLine.day,
            ExpenseLine.category,
            ExpenseLine.description,
            Person.name,
            ExpenseLine.shipment_id,
            func.coalesce(Shipment.number, ""),
            ExpenseClaim.status,
            ExpenseLine.base_amount,
        )
        .join(ExpenseClaim, ExpenseClaim.id == ExpenseLine.claim_id)
        .join(Person, Person.id == ExpenseClaim.owner_id)
        .outerjoin(Shipment, Shipment.id == ExpenseLine.shipment_id)
        .where(ExpenseLine.day >= first, ExpenseLine.day <= last, ExpenseClaim.status.in_(states))
        .order_by(ExpenseLine.day, ExpenseLine.id)
    )
    return [SpentRow(*row) for row in reader.session.execute(query)]


def own_name(reader: Reader) -> str:
    """Answer the name of the acting person, under which a claim begins."""
    return reader.actor.name
