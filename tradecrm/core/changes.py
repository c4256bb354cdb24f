"""What an operation changed: kinds of record, so that open pages know when to reload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", covariant=True)

Changes = frozenset[str]
"""Kinds of record that changed, such as ``{"receipt", "allocation"}``."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """The answer of an operation: its value, the kinds it changed, and warnings worth showing."""

    value: T
    changes: Changes
    warnings: tuple[str, ...] = ()
