"""What an approval is asked with: reasons, figures, the paper, and the hash of what may not change (section 6)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Reason:
    """One trigger that fired, in a sentence that the approver reads."""

    trigger: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure to decide by, such as “Margin” and “4.7 %”."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A paper that asks for approval.

    ``protected`` are the names and texts of the fields that may not change afterwards, ``base_amount`` the
    amount in base currency that the ceilings of levels are compared with.
    """

    kind: str
    id: int
    title: str
    reasons: tuple[Reason, ...]
    protected: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...] = ()
    base_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NeededLevel:
    """A level that has to decide: holders of a role, or one person; ANY of them or ALL."""

    role: str
    person_id: int | None
    mode: str


def snapshot_of(protected: Iterable[tuple[str, str]]) -> str:
    """Answer the hash of the protected fields; their order does not matter (section 6, snapshot)."""
    text = json.dumps(sorted(protected), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def encode_reasons(reasons: Iterable[Reason]) -> str:
    """Write reasons as the JSON that a request keeps."""
    return json.dumps([[each.trigger, each.sentence] for each in reasons], ensure_ascii=False)


def decode_reasons(text: str) -> tuple[Reason, ...]:
    """Read the reasons of a request."""
    return tuple(Reason(trigger, sentence) for trigger, sentence in json.loads(text))


def encode_figures(figures: Iterable[Figure]) -> str:
    """Write figures as the JSON that a request keeps."""
    return json.dumps([[each.title, each.text] for each in figures], ensure_ascii=False)


def decode_figures(text: str) -> tuple[Figure, ...]:
    """Read the figures of a request."""
    return tuple(Figure(title, shown) for title, shown in json.loads(text))


def encode_levels(levels: Iterable[NeededLevel]) -> str:
    """Write levels as the JSON that a request keeps."""
    return json.dumps([[each.role, each.person_id, each.mode] for each in levels])


def decode_levels(text: str) -> tuple[NeededLevel, ...]:
    """Read the levels of a request, the first to decide first."""
    return tuple(NeededLevel(role, person_id, mode) for role, person_id, mode in json.loads(text))
