"""The list of approvals (审批): what waits, for whom, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.text import N_
from tradecrm.screens.spec import Choice, ColumnSpec, Fact, ListSpec, Tone, ViewSpec
from tradecrm.services.control.approval_cards import STATUS_TITLES, request_card
from tradecrm.services.control.approval_lists import APPROVALS
from tradecrm.services.control.approval_rules import KIND_TITLES

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
_TONES = {"pending": Tone.WARN, "approved": Tone.GOOD, "rejected": Tone.BAD}
STATES = tuple(Choice(key, title, _TONES.get(key, Tone.NEUTRAL)) for key, title in STATUS_TITLES)
KINDS = tuple(Choice(key, title) for key, title in KIND_TITLES)


def approval_facts(reader: Reader, request_id: int) -> tuple[Fact, ...]:
    """Answer what the side of the list shows of a request: its reasons and the figures to decide by."""
    card = request_card(reader, request_id)
    reasons = tuple(Fact(reason.sentence, "", Tone.WARN) for reason in card.reasons)
    return (*reasons, *(Fact(figure.title, figure.text) for figure in card.figures))


APPROVAL_LIST = ListSpec(
    key="approvals",
    title=N_("Approvals"),
    kind="approval_request",
    source=APPROVALS,
    columns=(
        ColumnSpec("title", N_("Paper"), width=260, link=lambda row: Link.to("approval", id=row["id"])),
        ColumnSpec("kind", N_("Kind"), K.CHOICE, 150, choices=KINDS),
        ColumnSpec("status", N_("State"), K.CHOICE, 150, choices=STATES),
        ColumnSpec("waits_for", N_("Waits for"), width=200),
        ColumnSpec("submitter", N_("Submitted by"), width=130),
        ColumnSpec("submitted_at", N_("Submitted at"), K.DATETIME),
        ColumnSpec("decided_at", N_("Decided at"), K.DATETIME),
    ),
    opens=lambda row: Link.to("approval", id=row["id"]),
    default_sort=(SortKey("submitted_at", descending=True),),
    views=(
        ViewSpec("waiting", N_("Waiting"), (Filter("status", Op.ANY_OF, ("pending",)),)),
        ViewSpec("approved", N_("Approved"), (Filter("status", Op.ANY_OF, ("approved",)),)),
        ViewSpec("returned", N_("Not approved"), (Filter("status", Op.ANY_OF, ("rejected", "withdrawn")),)),
    ),
    quick_filters=("status", "kind", "submitted_at"),
    watches=frozenset({"approval_request", "approval_turn", "approval_decision"}),
    preview=approval_facts,
    empty_title=N_("No approvals yet"),
    empty_text=N_(
        "What needs a second pair of eyes stands here: large orders, risky terms, prices below the floor. "
        "Switch the rules on under Approval rules; a trader alone does not need them."
    ),
    icon="check",
)
