"""Aging (账龄): days, buckets, labels, and how payments fill instalments (domain.md section 3.6)."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.problems import Problem
from tradecrm.core.text import _

DEFAULT_EDGES = (30, 60, 90)


class AgingBasis(enum.StrEnum):
    """What the days are counted from: the due date or the document date."""

    DUE = "DUE"
    DOCUMENT = "DOCUMENT"


@dataclass(frozen=True, slots=True)
class OpenPart:
    """An instalment and what is open of it; ``due`` None while its event is unknown."""

    due: date | None
    amount: Decimal
    open_amount: Decimal


def check_edges(edges: Sequence[int]) -> list[Problem]:
    """Answer what is wrong with typed bucket edges: at least one, above zero, rising."""
    if edges and edges[0] > 0 and all(a < b for a, b in itertools.pairwise(edges)):
        return []
    return [
        Problem("edges", _("Aging edges must be whole days above zero in rising order, such as 30, 60, 90."))
    ]


def overdue_days(as_of: date, due: date | None) -> int | None:
    """Answer ``as_of - due`` in days (negative before it is due), None when the date is unknown."""
    return None if due is None else (as_of - due).days


def bucket_index(
    days: int | None, edges: Sequence[int] = DEFAULT_EDGES, basis: AgingBasis = AgingBasis.DUE
) -> int:
    """Answer the bucket of a number of days: 0 current, 1 up to the first edge, ..., last above all edges.

    DUE: zero or less, or unknown, is current. DOCUMENT has no current: everything to the first edge is 1.
    """
    if basis is AgingBasis.DUE and (days is None or days <= 0):
        return 0
    number = days or 0
    return 1 + sum(number > edge for edge in edges)


def bucket_labels(
    edges: Sequence[int] = DEFAULT_EDGES, basis: AgingBasis = AgingBasis.DUE
) -> tuple[str, ...]:
    """Answer the translated labels, the label of ``bucket_index`` i at place i: Current, 1-30, ..., 90+."""
    first = f"1–{edges[0]}" if basis is AgingBasis.DUE else f"≤ {edges[0]}"
    middle = (f"{low + 1}–{high}" for low, high in itertools.pairwise(edges))
    return (_("Current"), first, *middle, f"{edges[-1]}+")


def fill_instalments(
    instalments: Sequence[tuple[date | None, Decimal]], paid: Decimal
) -> tuple[OpenPart, ...]:
    """Lay allocations without an instalment onto instalments in due order, unknown dates last.

    ``paid`` has the sign of the amounts. The answer keeps the order of ``instalments``.
    """
    order = sorted(range(len(instalments)), key=lambda i: (instalments[i][0] or date.max, i))
    opens = [amount for _due, amount in instalments]
    left = paid
    for index in order:
        part = min(left, opens[index], key=abs)
        opens[index] -= part
        left -= part
    return tuple(
        OpenPart(due, amount, opened) for (due, amount), opened in zip(instalments, opens, strict=True)
    )
