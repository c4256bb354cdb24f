"""Reminders of goods on their way: cut-offs, arrivals, papers, letters of credit (sections 1.6 and 1.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import func, or_, select

from tradecrm.core.links import Link
from tradecrm.core.milestones import MILESTONES
from tradecrm.core.text import _
from tradecrm.models import LetterOfCredit, Milestone, Party, Shipment, ShipmentDocument, ShipmentLine
from tradecrm.services.control.reminders import (
    ARRIVAL_NEAR,
    CREDIT_PRESENTATION,
    CUT_OFF_NEAR,
    PAPERS_DUE,
    Asked,
    Occurrence,
    TodayRow,
)
from tradecrm.services.figures.quantities import GONE

_CUT_OFFS = tuple(kind.code for kind in MILESTONES if kind.cut_off)


def _row(asked: Asked, kind: str, record: Any, words: str, link: Link) -> TodayRow:
    """Make a line of a query that answers key, due day, words, party id and name first."""
    key, due_on, _text, party_id, party = record[:5]
    return TodayRow(
        Occurrence(asked.rule, kind, key, due_on),
        words,
        party_id,
        party or "",
        None,
        "",
        asked.late(due_on),
        link,
    )


def cut_offs(asked: Asked) -> Iterator[TodayRow]:
    """Cut-offs that are near, or passed unmet while the goods are still here."""
    query = (
        select(
            Milestone.id,
            Milestone.revised_on,
            Shipment.number,
            Party.id,
            Party.name,
            Milestone.code,
            Shipment.id,
        )
        .join(Shipment, Shipment.id == Milestone.shipment_id)
        .join(Party, Party.id == Shipment.customer_id)
        .where(
            Milestone.code.in_(_CUT_OFFS),
            Milestone.actual_on.is_(None),
            Milestone.revised_on <= asked.horizon,
            Shipment.departed_on.is_(None),
            Shipment.status.not_in(("void", "rolled", "planned")),
        )
    )
    titles = {kind.code: kind.title for kind in MILESTONES}
    for row in asked.reader.session.execute(
        asked.narrow(query, "milestone", Milestone.id, Milestone.revised_on)
    ):
        words = f"{row[2]} · {_(titles[row[5]])}"
        yield _row(asked, "milestone", row, words, Link.to("shipment", id=row[6]))


def arrivals(asked: Asked) -> Iterator[TodayRow]:
    """Ships that arrive soon, or should have and are not marked arrived."""
    query = (
        select(Shipment.id, Shipment.eta, Shipment.number, Party.id, Party.name)
        .join(Party, Party.id == Shipment.customer_id)
        .where(Shipment.status == "departed", Shipment.eta <= asked.horizon)
    )
    for row in asked.reader.session.execute(asked.narrow(query, "shipment", Shipment.id, Shipment.eta)):
        yield _row(asked, "shipment", row, row[2], Link.to("shipment", id=row[0]))


def papers(asked: Asked) -> Iterator[TodayRow]:
    """Papers of the checklist that are due and not sent; one line a shipment and day."""
    paper = ShipmentDocument
    query = (
        select(
            Shipment.id,
            paper.due_on,
            Shipment.number,
            Party.id,
            Party.name,
            func.count(paper.id),
            func.min(paper.title),
        )
        .join(Shipment, Shipment.id == paper.shipment_id)
        .join(Party, Party.id == Shipment.customer_id)
        .where(
            paper.due_on <= asked.horizon,
            paper.status.not_in(("sent", "not_needed")),
            Shipment.status.not_in(("void", "closed", "planned", "rolled")),
        )
        .group_by(Shipment.id, paper.due_on, Shipment.number, Party.id, Party.name)
    )
    for row in asked.reader.session.execute(asked.narrow(query, "papers", Shipment.id, paper.due_on)):
        what = _(row[6]) if row[5] == 1 else _("{count} papers").format(count=row[5])
        yield _row(asked, "papers", row, f"{row[2]} · {what}", Link.to("shipment", id=row[0]))


def presentations(asked: Asked) -> Iterator[TodayRow]:
    """Papers that must be at the bank: the day that the credit's own rows of the checklist are due."""
    letter = LetterOfCredit
    of_contract = select(ShipmentLine.contract_id).where(ShipmentLine.shipment_id == Shipment.id)
    # A paper that was sent early keeps the day it was due on, which says nothing of the bank's.
    due = (
        select(func.min(ShipmentDocument.due_on))
        .where(
            ShipmentDocument.shipment_id == Shipment.id,
            ShipmentDocument.of_credit.is_(True),
            ShipmentDocument.status.not_in(("sent", "not_needed")),
        )
        .scalar_subquery()
    )
    last = func.coalesce(due, letter.expires_on)
    query = (
        select(Shipment.id, last, Shipment.number, Party.id, Party.name, letter.number)
        .join(Party, Party.id == Shipment.customer_id)
        .join(letter, or_(letter.id == Shipment.credit_id, letter.contract_id.in_(of_contract)))
        .where(
            Shipment.status.in_(sorted(GONE - {"closed"})),
            Shipment.presented_on.is_(None),
            letter.status != "canceled",
            last <= asked.horizon,
        )
    )
    for row in asked.reader.session.execute(asked.narrow(query, "presentation", Shipment.id, last)):
        words = _("{shipment} under credit {letter}").format(shipment=row[2], letter=row[5])
        yield _row(asked, "presentation", row, words, Link.to("shipment", id=row[0]))


DERIVE: Mapping[str, Callable[[Asked], Iterator[TodayRow]]] = {
    CUT_OFF_NEAR: cut_offs,
    ARRIVAL_NEAR: arrivals,
    PAPERS_DUE: papers,
    CREDIT_PRESENTATION: presentations,
}
"""The reminders of this module by the key of their rule."""
