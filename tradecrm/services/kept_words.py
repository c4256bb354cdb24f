"""Words that services write into the book of themselves, and how they are shown to readers of another language."""

from __future__ import annotations

from tradecrm.core.retold import retold
from tradecrm.core.text import N_

MEMOS = (
    N_("Average after a backdated entry"),
    N_("Revaluation of {day}"),
    N_("Revaluation of {day} taken back"),
    N_("{number} taxed as a domestic sale"),
    N_("Rebate given up: {reason}"),
    N_("Allocation taken back"),
    N_("Goods returned {number}: {reason}"),
)
"""What a posting says of itself, where no paper or person names it."""

COSTS = (
    N_("Bank charge on {number}"),
    N_("Interest kept from {number}"),
    N_("Interest on {number}"),
    N_("Note {number}"),
    N_("Goods returned {number}"),
    N_("Agency fee, {percent} % of the invoice"),
    N_("Domestic costs as quoted"),
    *MEMOS,
)
"""What a cost line says it is for, where a service wrote it."""

REASONS = (
    N_("Goods returned {number}: {reason}"),
    N_("Closed short: {reason}"),
    N_("Refused on {day}: {reason}"),
)
"""Why a paper was written that another one brought with it; what a person typed follows as typed."""


def memo_words(kept: str) -> str:
    """Answer what a posting says of itself in the language of the reader; numbers of papers stay as they are."""
    return retold(kept, MEMOS)


def cost_words(kept: str) -> str:
    """Answer what a cost line is for in the language of the reader; what a person typed stays as typed."""
    return retold(kept, COSTS)


def reason_words(kept: str) -> str:
    """Answer why a paper was written in the language of the reader; what a person typed stays as typed."""
    return retold(kept, REASONS)
