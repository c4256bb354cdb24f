"""Which entries of the books a line of the bank's statement is: proposals with their reasons (section 4)."""

from __future__ import annotations

import enum
import functools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tradecrm.core.names import name_keys, similarity

DAYS = 5
"""So many days the bank and the books may differ."""

_SAME_DAY = 40
_A_DAY = 6
_REFERENCE = 45
_NAME = 30
_MARGIN = 15
_MOST_PARTS = 6
_MOST_NEAR = 16
_MOST_WINDOW = 400
"""Where more entries lie near a line, sums are not looked for: some of so many would add up by chance."""
_LEAST_WORD = 4


class Why(enum.StrEnum):
    """What speaks for a proposal."""

    SAME_DAY = "same_day"
    NEAR_DAY = "near_day"
    REFERENCE = "reference"
    NAME = "name"
    ONLY_ONE = "only_one"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class BankSide:
    """A line of the bank: the ordinal of its day, its amount as a scaled integer, and the words on it."""

    id: int
    day: int
    amount: int
    name: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class BookSide:
    """An entry of the books: the ordinal of its day, its amount as a scaled integer, its party and papers."""

    id: int
    day: int
    amount: int
    name: str = ""
    words: str = ""
    party_id: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The entries that a line probably is; ``sure`` when nothing else could be meant."""

    row_id: int
    entry_ids: tuple[int, ...]
    score: int
    why: tuple[Why, ...]
    sure: bool


Entry = tuple[int, str, int]
"""An entry as it is read in bulk: its id, its day as ISO text, its amount as a scaled integer."""

Fill = Callable[[Iterable[int]], Mapping[int, BookSide]]
"""Answers the entries with their words, asked once for all that may be meant."""


@functools.lru_cache(maxsize=8192)
def ordinal(day: str) -> int:
    """Answer the ordinal of a day in ISO form."""
    return date.fromisoformat(day).toordinal()


@functools.lru_cache(maxsize=8192)
def _numbers(words: str) -> frozenset[str]:
    """Answer the words that can tell one paper from another: those of four signs or more that hold a digit."""
    bare = "".join(sign if sign.isalnum() else " " for sign in words.casefold())
    joined = "".join(sign for sign in words.casefold() if sign.isalnum() or sign.isspace())
    return frozenset(
        word
        for word in (*bare.split(), *joined.split())
        if len(word) >= _LEAST_WORD and any(sign.isdigit() for sign in word)
    )


@functools.lru_cache(maxsize=8192)
def _alike(first: str, second: str) -> bool:
    """Tell whether two names are one: equal keys, one the beginning of the other, or nearly equal."""
    for left in name_keys(first):
        for right in name_keys(second):
            short, long = sorted((left, right), key=len)
            if short == long or (len(short) >= _LEAST_WORD and long.startswith(short)):
                return True
            if len(short) >= 6 and similarity(left, right) >= 0.85:
                return True
    return False


def weigh(row: BankSide, entry: BookSide) -> tuple[int, tuple[Why, ...]]:
    """Answer how well an entry of the right amount fits a line, and why (date, reference, name)."""
    apart = abs(row.day - entry.day)
    score, why = _SAME_DAY - _A_DAY * apart, [Why.NEAR_DAY if apart else Why.SAME_DAY]
    if row.words and entry.words and _numbers(row.words) & _numbers(entry.words):
        score += _REFERENCE
        why.append(Why.REFERENCE)
    if row.name and entry.name and _alike(row.name, entry.name):
        score += _NAME
        why.append(Why.NAME)
    return score, tuple(why)


def propose(rows: Sequence[BankSide], entries: Sequence[Entry], fill: Fill) -> list[Proposal]:
    """Answer at most one proposal a line: exact amount, at most five days apart, the best fit first.

    ``entries`` come by their day. A line that fits two entries about equally well is left to the person: its
    proposal is not sure. A line that fits no single entry may be the sum of several of one day or one party.
    ``fill`` adds the words of the entries that may be meant.
    """
    wanted = {row.amount for row in rows}
    by_amount: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry[2] in wanted:
            by_amount.setdefault(entry[2], []).append(entry)
    pairs = [
        (row, entry[0])
        for row in rows
        for entry in by_amount.get(row.amount, ())
        if abs(ordinal(entry[1]) - row.day) <= DAYS
    ]
    known = fill({key for _row, key in pairs}) if pairs else {}
    proposals = _singles([(row, known[key]) for row, key in pairs])
    taken = {key for proposal in proposals for key in proposal.entry_ids}
    done = {proposal.row_id for proposal in proposals}
    left = [row for row in rows if row.id not in done]
    return [
        *proposals,
        *_sums(left, [entry for entry in entries if entry[0] not in taken] if left else [], fill),
    ]


def _singles(pairs: Sequence[tuple[BankSide, BookSide]]) -> list[Proposal]:
    """Take the pairs greedily by their score; equal scores by day, so that equal rows keep their order."""
    scored = [(*weigh(row, entry), row, entry) for row, entry in pairs]
    scored.sort(key=lambda each: (-each[0], each[2].day, each[2].id, each[3].day, each[3].id))
    of_row: dict[int, list[tuple[int, int]]] = {}
    of_entry: dict[int, list[tuple[int, int]]] = {}
    for score, _why, row, entry in scored:
        of_row.setdefault(row.id, []).append((score, entry.id))
        of_entry.setdefault(entry.id, []).append((score, row.id))
    rows: set[int] = set()
    taken: set[int] = set()
    found = []
    for score, why, row, entry in scored:
        if row.id in rows or entry.id in taken:
            continue
        rows.add(row.id)
        taken.add(entry.id)
        rivals = [other for other, key in of_row[row.id] if key != entry.id]
        rivals += [other for other, key in of_entry[entry.id] if key != row.id]
        best = max(rivals, default=None)
        sure = best is None or score - best >= _MARGIN
        reasons = (*why, Why.ONLY_ONE) if best is None else why
        found.append(Proposal(row.id, (entry.id,), score, reasons, sure))
    return found


def _sums(rows: Sequence[BankSide], free: Sequence[Entry], fill: Fill) -> list[Proposal]:
    """Propose several entries for a line that no single entry fits: of one party, or of one day."""
    days = [entry[1] for entry in free]
    near: dict[int, list[int]] = {}
    for row in rows:
        first, last = (date.fromordinal(row.day + by).isoformat() for by in (-DAYS, DAYS))
        begin, end = bisect_left(days, first), bisect_right(days, last)
        if not 2 <= end - begin <= _MOST_WINDOW:
            continue
        found = [e[0] for e in free[begin:end] if e[2] * row.amount > 0 and abs(e[2]) < abs(row.amount)]
        if 2 <= len(found) <= _MOST_NEAR:
            near[row.id] = found
    known = fill({key for found in near.values() for key in found}) if near else {}
    used: set[int] = set()
    answers = []
    for row in rows:
        parts = _one_sum(row.amount, [known[key] for key in near.get(row.id, ()) if key not in used])
        if parts:
            used.update(part.id for part in parts)
            answers.append(_sum_proposal(row, parts))
    return answers


def _sum_proposal(row: BankSide, parts: Sequence[BookSide]) -> Proposal:
    one_party = len({part.party_id for part in parts}) == 1 and parts[0].party_id is not None
    named = one_party and bool(row.name) and _alike(row.name, parts[0].name)
    referred = all(_numbers(row.words) & _numbers(part.words) for part in parts)
    why = [Why.SUM]
    if named:
        why.append(Why.NAME)
    if referred:
        why.append(Why.REFERENCE)
    score = _NAME * named + _REFERENCE * referred
    return Proposal(row.id, tuple(part.id for part in parts), score, tuple(why), named or referred)


def _one_sum(amount: int, candidates: Sequence[BookSide]) -> tuple[BookSide, ...]:
    """Answer the only set of two to six candidates that makes ``amount``; nothing when none or several do.

    Candidates of one party are tried alone first, for what one payer sends is mostly meant together.
    """
    groups: dict[int | None, list[BookSide]] = {}
    for entry in candidates:
        groups.setdefault(entry.party_id, []).append(entry)
    tries = [group for key, group in groups.items() if key is not None and len(group) > 1]
    for group in (*tries, list(candidates)):
        found = _subsets(abs(amount), group)
        if len(found) == 1:
            return found[0]
        if found:
            return ()
    return ()


def _subsets(amount: int, group: Sequence[BookSide]) -> list[tuple[BookSide, ...]]:
    """Answer at most two sets of two to six entries that add up to ``amount``."""
    ordered = sorted(group, key=lambda entry: -abs(entry.amount))
    rest = [0] * (len(ordered) + 1)
    for at in range(len(ordered) - 1, -1, -1):
        rest[at] = rest[at + 1] + abs(ordered[at].amount)
    found: list[tuple[BookSide, ...]] = []

    def walk(at: int, left: int, chosen: tuple[BookSide, ...]) -> None:
        if left == 0 and len(chosen) > 1:
            found.append(chosen)
            return
        if len(found) > 1 or len(chosen) >= _MOST_PARTS or at == len(ordered) or left <= 0 or rest[at] < left:
            return
        walk(at + 1, left - abs(ordered[at].amount), (*chosen, ordered[at]))
        walk(at + 1, left, chosen)

    walk(0, amount, ())
    return found
