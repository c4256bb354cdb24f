"""Rules of access that look further than a record's own owner: debts, the ledger, files of the firm, commission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm.util import LoaderCriteriaOption

from tradecrm.models import (
    Allocation,
    Attachment,
    CommissionLine,
    CommissionRun,
    DueChange,
    Instalment,
    Item,
    LedgerEntry,
    Party,
)

if TYPE_CHECKING:
    from tradecrm.services.control.access import Actor

PRICES = "purchase.price"
"""The right to see what factories are paid."""


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


def visible_parties(actor: Actor) -> Any:
    """Answer the ids of the parties the actor sees, over the plain table (no rule is applied twice)."""
    table: Any = Party.__table__
    owners = sorted(actor.owners or ())
    return select(table.c.id).where(or_(table.c.owner_id.in_(owners), table.c.is_customer.is_(False)))


def _own_customers(actor: Actor) -> Any:
    table: Any = Party.__table__
    owners = sorted(actor.owners or ())
    return select(table.c.id).where(table.c.owner_id.in_(owners), table.c.is_customer.is_(True))


def visible_debts(actor: Actor, party_id: Any, side: Any) -> ColumnElement[bool]:
    """Answer the condition that keeps the rows of a figure to parties whose balance the actor may see.

    A balance is seen whole or not at all, so that it is the same for everyone. Factories and forwarders are
    everyone's, but what they are owed is for those who may see what factories are paid (section 6, visibility).
    """
    if actor.owners is None:
        return true()
    seen: ColumnElement[bool] = party_id.in_(visible_parties(actor))
    if actor.can(PRICES):
        return seen
    customers: ColumnElement[bool] = party_id.in_(_own_customers(actor))
    if isinstance(side, str):
        return seen if side == "AR" else customers
    return and_(seen, or_(side == "AR", customers))


def ledger_rule(actor: Actor) -> ColumnElement[bool]:
    """Show the ledger whole to whoever may see accounts: a part of it would not add up to any balance.

    Others see the rows of parties whose balance they may see, and never those of accounts alone.
    """
    if actor.can("account.read"):
        return true()
    if actor.owners is None:
        return LedgerEntry.account_id.is_(None)
    return visible_debts(actor, LedgerEntry.party_id, LedgerEntry.book)


def _own_items(actor: Actor) -> Any:
    table: Any = Item.__table__
    return select(table.c.id).where(table.c.owner_id.in_(sorted(actor.owners or ())))


def instalment_rule(actor: Actor) -> ColumnElement[bool]:
    """Keep to instalments of balances the actor may see, and of items that are their own."""
    if actor.owners is None:
        return true()
    mine = Instalment.item_id.in_(_own_items(actor))
    return or_(mine, visible_debts(actor, Instalment.party_id, Instalment.side))


def allocation_rule(actor: Actor) -> ColumnElement[bool]:
    """Keep to what settled balances the actor may see, and items that are their own."""
    if actor.owners is None:
        return true()
    mine = _own_items(actor)
    return or_(
        Allocation.debit_item_id.in_(mine),
        Allocation.credit_item_id.in_(mine),
        visible_debts(actor, Allocation.party_id, Allocation.side),
    )


def due_change_rule(actor: Actor) -> ColumnElement[bool]:
    """Keep to changes of due dates of the instalments the actor may see."""
    if actor.owners is None:
        return true()
    part: Any = Instalment.__table__
    visible = select(part.c.id).where(
        or_(part.c.item_id.in_(_own_items(actor)), visible_debts(actor, part.c.party_id, part.c.side))
    )
    return DueChange.instalment_id.in_(visible)
