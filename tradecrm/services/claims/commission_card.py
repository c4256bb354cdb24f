"""What the pages and the report of commission show: runs, lines with their papers, what each person is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.text import _
from tradecrm.models import (
    CommissionLine,
    CommissionRule,
    CommissionRun,
    Person,
    Receipt,
    Shipment,
)
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule as its form edits it; the person as (id, name)."""

    id: int
    version: int
    values: dict[str, Any]
    person: tuple[int, str] | None


def rule_card(reader: Reader, rule_id: int) -> RuleCard:
    """Answer one commission rule; raises NotFound."""
    row = reader.get(CommissionRule, rule_id, _("Commission rule"))
    person = None
    if row.person_id is not None:
        name = reader.session.scalar(select(Person.name).where(Person.id == row.person_id))
        person = (row.person_id, name or "")
    names = ("title", "basis", "rate", "above", "from_day", "until_day", "active")
    return RuleCard(row.id, row.version, {name: getattr(row, name) for name in names}, person)


def people_choices(reader: Reader, text: str = "") -> Sequence[tuple[int, str]]:
    """Answer the active people whose name holds ``text``."""
    rows = reader.session.execute(
        select(Person.id, Person.name).where(Person.active.is_(True)).order_by(Person.name)
    )
    typed = text.strip().casefold()
    return [(key, name) for key, name in rows if typed in name.casefold()][:20]


@dataclass(frozen=True, slots=True)
class CommissionRow:
    """A line of a run: whose, for which paper, the amount it is reckoned on in base, rate and commission.

    ``remark`` says what a correction follows, which is below zero when it takes back.
    ``base_amount`` is None for whoever may not see profits.
    """

    id: int
    run_id: int
    run: str
    status: str
    to_day: date
    person_id: int
    person: str
    shipment_id: int | None
    receipt_id: int | None
    paper: str
    basis: str
    base_amount: Decimal | None
    rate: Decimal
    amount: Decimal
    remark: str


def commission_rows(
    reader: Reader,
    *,
    run_id: int | None = None,
    person_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Sequence[CommissionRow]:
    """Answer the lines the actor may see, of a run, a person, or runs that end in a period; reversed ones are out."""
    query = (
        select(
            CommissionLine,
            CommissionRun.number,
            CommissionRun.status,
            CommissionRun.to_day,
            Person.name,
            Shipment.number,
            Receipt.number,
            CommissionRule.basis,
        )
        .join(CommissionRun, CommissionRun.id == CommissionLine.run_id)
        .join(CommissionRule, CommissionRule.id == CommissionLine.rule_id)
        .join(Person, Person.id == CommissionLine.person_id)
        .outerjoin(Shipment, Shipment.id == CommissionLine.shipment_id)
        .outerjoin(Receipt, Receipt.id == CommissionLine.receipt_id)
        .order_by(CommissionRun.to_day, CommissionLine.person_id, CommissionLine.id)
    )
    if run_id is not None:
        query = query.where(CommissionLine.run_id == run_id)
    else:
        query = query.where(CommissionRun.status != "reversed")
    if person_id is not None:
        query = query.where(CommissionLine.person_id == person_id)
    if first is not None:
        query = query.where(CommissionRun.to_day >= first)
    if last is not None:
        query = query.where(CommissionRun.to_day <= last)
    shown = reader.actor.can("profit.read")
    return [
        CommissionRow(
            line.id,
            line.run_id,
            number,
            status,
            to_day,
            line.person_id,
            person,
            line.shipment_id,
            line.receipt_id,
            shipment or receipt or "",
            basis,
            line.base_amount if shown or basis == "collection" else None,
            line.rate,
            line.amount,
            line.remark,
        )
        for line, number, status, to_day, person, shipment, receipt, basis in reader.session.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run as its page shows it, with the lines the actor may see."""

    id: int
    version: int
    values: dict[str, Any]
    lines: tuple[CommissionRow, ...]


def run_card(reader: Reader, run_id: int) -> RunCard:
    """Answer one commission run; raises NotFound."""
    row = reader.get(CommissionRun, run_id, _("Commission run"))
    values = {name: getattr(row, name) for name in ("number", "from_day", "to_day", "status", "total")}
    return RunCard(row.id, row.version, values, tuple(commission_rows(reader, run_id=row.id)))
