"""The marks between the parts of a phrase, which every language writes its own way."""

from __future__ import annotations

from collections.abc import Iterable

from tradecrm.core.text import _


def told_of(title: str, text: str) -> str:
    """Answer what is told of something, such as ``Archived: no``; both are words already translated."""
    return _("{title}: {text}").format(title=title, text=text)


def enumerated(parts: Iterable[str]) -> str:
    """Answer parts one after the other, such as ``USD, EUR``; they are words already translated."""
    return _(", ").join(parts)
