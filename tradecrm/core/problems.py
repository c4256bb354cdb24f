"""What the world did: problems at fields, and the refusal that carries them to whoever asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, in a sentence, at one field (``lines.2.price``; empty for the whole record)."""

    field: str
    message: str


class Refusal(Exception):
    """An operation that was not carried out; the book is as it was. Holds every problem at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))

    @classmethod
    def of(cls, message: str, field: str = "") -> Refusal:
        """Build a refusal of one problem."""
        return cls((Problem(field, message),))
