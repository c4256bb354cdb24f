"""Where the list of approvals comes from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from tradecrm.core.fields import FieldKind
from tradecrm.models import ApprovalRequest, ApprovalTurn, Person
from tradecrm.services.control.approval_titles import shown_title
from tradecrm.services.data.lists import ListColumn, ListSource

_Asked = aliased(Person)


def _waits_for() -> ColumnElement[str]:
    """Answer the names of those whose turn it is, as one text."""
    ids = select(ApprovalTurn.person_id).where(
        ApprovalTurn.request_id == ApprovalRequest.id,
        ApprovalTurn.level == ApprovalRequest.level,
        ApprovalTurn.done.is_(False),
    )
    return (
        select(func.aggregate_strings(_Asked.name, ", "))
        .where(_Asked.id.in_(ids.correlate(ApprovalRequest)))
        .correlate(ApprovalRequest)
        .scalar_subquery()
    )


def _with_submitter(query: Select[Any]) -> Select[Any]:
    return query.outerjoin(Person, Person.id == ApprovalRequest.owner_id)


APPROVALS = ListSource(
    key="approval_request",
    identity=ApprovalRequest.id,
    columns=(
        ListColumn("title", ApprovalRequest.title, nullable=False, shown=shown_title),
        ListColumn("kind", ApprovalRequest.subject_kind, FieldKind.CHOICE, nullable=False),
        ListColumn("status", ApprovalRequest.status, FieldKind.CHOICE, nullable=False),
        ListColumn("waits_for", _waits_for()),
        ListColumn("submitter", Person.name),
        ListColumn("submitted_at", ApprovalRequest.submitted_at, FieldKind.DATETIME, nullable=False),
        ListColumn("decided_at", ApprovalRequest.decided_at, FieldKind.DATETIME),
        ListColumn("version", ApprovalRequest.version, FieldKind.INTEGER, nullable=False),
    ),
    joins=_with_submitter,
    joined=frozenset({"submitter"}),
    searched=("title",),
)
"""Requests for approval, with whose turn it is."""
