"""Rules of access that look further than a record's own owner: files of the firm, commission paid to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm.util import LoaderCriteriaOption

from tradecrm.models import Attachment, CommissionLine, CommissionRun

if TYPE_CHECKING:
    from tradecrm.services.control.access import Actor


class RowRule(LoaderCriteriaOption):
    """The rule of a class as an option of a statement; of an alias it names the alias, in joins as well.

    SQLAlchemy puts a rule that is an expression into the ON clause of a joined alias as it stands, naming a table
    that is not there; made anew for each alias by a function it would be compiled anew for each person.
    """

    __slots__ = ()
    _traverse_internals = LoaderCriteriaOption._traverse_internals  # noqa: SLF001 - what a statement is cached by

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        """Answer the rule for an entity of the statement."""
        rule = super()._resolve_where_criteria(ext_info)
        if not ext_info.is_aliased_class:
            return rule
        adapted: ColumnElement[bool] = ext_info._adapter.traverse(rule)  # noqa: SLF001 - as joins do
        return adapted


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
