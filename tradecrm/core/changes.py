"""What an operation changed: kinds of record, so that open pages know when to reload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)

Changes = frozenset[str]
"""Kinds of record that changed, such as ``{"receipt", "allocation"}``."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T_co]):
    """The answer of an operation: its value, the kinds it changed, and warnings worth showing."""

    value: T_co
    changes: Changes
    warnings: tuple[str, ...] = ()
