"""Shares the width of a table among its columns: figures whole, texts narrowed first when room is short."""

from __future__ import annotations

from collections.abc import Sequence

from tradecrm.core.fields import FieldKind

LEAST_TEXT = 120
"""Pixels a text column keeps; what does not fit is elided or wrapped, and stands whole in the tip."""
LEAST_FIRST = 150
"""Pixels of the first column, which says what the row is."""
ELASTIC = frozenset({FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.REF, FieldKind.EMAIL, FieldKind.URL})
"""Kinds whose text may be elided; numbers, dates, codes and chips never are."""


def fitted(natural: Sequence[int], elastic: Sequence[int], room: int, keep: int = LEAST_TEXT) -> list[int]:
    """Answer the widths that fit ``room`` where they can: the widest of the ``elastic`` columns give way first.

    They keep ``keep`` pixels, or their natural width where that is less; then the table scrolls. Nothing is widened.
    """
    widths = list(natural)
    over = sum(widths) - room
    if over <= 0 or not elastic:
        return widths
    least = {n: min(natural[n], LEAST_FIRST if n == 0 else keep) for n in elastic}
    low, high = 0, max(natural[n] for n in elastic)
    fixed = sum(width for n, width in enumerate(natural) if n not in least)
    while low < high:
        cap = (low + high + 1) // 2
        taken = fixed + sum(max(least[n], min(natural[n], cap)) for n in elastic)
        low, high = (cap, high) if taken <= room else (low, cap - 1)
    for n in elastic:
        widths[n] = max(least[n], min(natural[n], low))
    return widths
