"""How a figure comes about: its formula with the numbers put in, step by step, each step with what it opens.

A figure is explained by one builder. Another figure joins by a builder of its own in `explainers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from tradecrm.core.aging import AgingBasis
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Ask:
    """Which figure is to be explained: of a record (``id``), or of a party in a currency, as of a day."""

    as_of: date
    id: int | None = None
    side: str = "AR"
    party_id: int | None = None
    currency: str | None = None
    basis: AgingBasis = AgingBasis.DUE
    edges: tuple[int, ...] = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One step: what it is, the formula with its numbers, its result in ``currency``, and what it opens.

    ``unit`` other than money: ``days``, ``rate`` or ``share``; ``result`` marks what the explanation is about.
    """

    words: str
    formula: str
    value: Decimal | None
    currency: str = ""
    link: Link | None = None
    result: bool = False
    unit: str = "money"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure explained: its name, the rule in words, the steps, and what is to be known besides."""

    title: str
    rule: str
    steps: tuple[ExplainedStep, ...]
    notes: tuple[str, ...] = ()


Explain = Callable[[Reader, Ask], Explanation]


def explainers() -> Mapping[str, Explain]:
    """Answer the builder of every figure that can be explained, by its key in links."""
    from tradecrm.services.figures.explain_accounts import explain_account
    from tradecrm.services.figures.explain_open import explain_aging, explain_difference, explain_open
    from tradecrm.services.figures.explain_results import explain_delay, explain_expected, explain_shipment

    return MappingProxyType(
        {
            "aging": explain_aging,
            "open": explain_open,
            "difference": explain_difference,
            "account": explain_account,
            "shipment": explain_shipment,
            "delay": explain_delay,
            "expected": explain_expected,
        }
    )


def explained(reader: Reader, figure: str, ask: Ask) -> Explanation:
    """Answer how a figure comes about; Refusal for a figure nobody explains, NotFound for a record not there."""
    known = explainers()
    if figure not in known:
        raise Refusal.of(
            _("There is no explanation of {figure}; there are: {known}.").format(
                figure=figure, known=", ".join(known)
            ),
            "figure",
        )
    return known[figure](reader, ask)


def wanted_id(ask: Ask) -> int:
    """Answer the record a figure is of; Refusal when none was named."""
    if ask.id is None:
        raise Refusal.of(_("Say which record the figure is of."), "id")
    return ask.id


def joined(amounts: list[str]) -> str:
    """Write a sum of formatted amounts, long ones shortened; those below zero are subtracted."""
    if len(amounts) > _MOST:
        amounts = [*amounts[: _MOST - 1], "…", amounts[-1]]
    text = " + ".join(amounts)
    return text.replace("+ -", "− ").replace("+ −", "− ")


def less(first: str, second: str) -> str:
    """Write ``first − second`` of two formatted amounts; below zero the second is added."""
    return f"{first} + {second[1:]}" if second[:1] in "-−" else f"{first} − {second}"


_MOST = 8
