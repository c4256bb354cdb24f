"""Rules of access that look further than a record's own owner: files of the firm, commission paid to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, or_, select, true

from tradecrm.models import Attachment, CommissionLine, CommissionRun

if TYPE_CHECKING:
    from tradecrm.services.control.access import Actor


def attachment_rule(actor: Actor) -> ColumnElement[bool]:
    """Keep to files of visible owners; the firm's logo and stamp are on everyone's papers."""
    if actor.owners is None:
        return true()
    return or_(
        Attachment.owner_id.in_(sorted(actor.owners)), Attachment.subject_kind.in_(("firm", "product"))
    )


def run_rule(actor: Actor) -> ColumnElement[bool]:
    """Show a commission run to whoever made it and to everyone it pays."""
    if actor.owners is None:
        return true()
    lines: Any = CommissionLine.__table__
    own = select(lines.c.run_id).where(lines.c.owner_id.in_(sorted(actor.owners)))
    return or_(CommissionRun.owner_id.in_(sorted(actor.owners)), CommissionRun.id.in_(own))
