"""Milestones of a shipment (节点): codes, titles, planned days, and the order of what happened (section 1.6)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _

SEA = frozenset({"FCL", "LCL"})
FULL = frozenset({"FCL"})
EVERY = frozenset({"FCL", "LCL", "AIR", "EXPRESS", "RAIL", "TRUCK"})


class Anchor(enum.StrEnum):
    """The day a milestone is planned from."""

    ETD = "etd"
    ETA = "eta"


@dataclass(frozen=True, slots=True)
class MilestoneKind:
    """A milestone: its title, the ways of transport that have it, and its days after (before: minus) an anchor.

    ``cut_off`` ones are reminded of the day before. ``state`` is the state of the shipment that it marks.
    """

    code: str
    title: str
    modes: frozenset[str]
    anchor: Anchor
    days: int
    cut_off: bool = False
    state: str = ""


MILESTONES: tuple[MilestoneKind, ...] = (
    MilestoneKind("BKG", N_("Space booked"), EVERY, Anchor.ETD, -14, state="booked"),
    MilestoneKind("CRD", N_("Goods ready"), EVERY, Anchor.ETD, -6, state="cargo_ready"),
    MilestoneKind("PICKUP", N_("Empty container picked up"), FULL, Anchor.ETD, -5),
    MilestoneKind("SI_CUT", N_("Shipping instruction cut-off"), SEA, Anchor.ETD, -5, cut_off=True),
    MilestoneKind("LOAD", N_("Goods loaded"), EVERY, Anchor.ETD, -4, state="loaded"),
    MilestoneKind("VGM_CUT", N_("VGM cut-off"), FULL, Anchor.ETD, -3, cut_off=True),
    MilestoneKind("GATE_IN", N_("Full container in the yard"), FULL, Anchor.ETD, -3),
    MilestoneKind("DECL", N_("Declared and released by customs"), EVERY, Anchor.ETD, -2, state="declared"),
    MilestoneKind("CY_CUT", N_("Yard closing"), SEA, Anchor.ETD, -2, cut_off=True),
    MilestoneKind("BL_DRAFT", N_("B/L draft confirmed"), SEA, Anchor.ETD, -1),
    MilestoneKind("ATD", N_("Departure"), EVERY, Anchor.ETD, 0, state="departed"),
    MilestoneKind("BL_ISSUE", N_("B/L issued"), SEA, Anchor.ETD, 3),
    MilestoneKind("DOCS_SENT", N_("Documents sent"), EVERY, Anchor.ETD, 10),
    MilestoneKind("TLX", N_("B/L surrendered"), SEA, Anchor.ETA, -5),
    MilestoneKind("ATA", N_("Arrival"), EVERY, Anchor.ETA, 0, state="arrived"),
    MilestoneKind("CLR", N_("Import cleared"), EVERY, Anchor.ETA, 3),
    MilestoneKind("DELIV", N_("Goods delivered"), EVERY, Anchor.ETA, 5, state="delivered"),
    MilestoneKind("RETURN", N_("Empty container returned"), FULL, Anchor.ETA, 10),
)
TRANSHIPMENT = MilestoneKind("TRANS", N_("Transhipment"), EVERY, Anchor.ETA, -10)
"""There may be none of these, or several (TRANS, TRANS2, ...)."""

_KNOWN = {kind.code: kind for kind in (*MILESTONES, TRANSHIPMENT)}
OF_STATE: Mapping[str, str] = {kind.state: kind.code for kind in MILESTONES if kind.state}
"""The milestone that a state of the shipment marks."""


_ASHORE = {"ATD": N_("Dispatch"), "ATA": N_("Arrival at destination")}
"""Milestones that are called otherwise where no ship sails."""


def milestone_kind(code: str, mode: str = "FCL") -> MilestoneKind:
    """Answer a milestone by its code (TRANS2 is a transhipment), titled as its way; KeyError for an unknown one."""
    kind = _KNOWN["TRANS" if code.startswith("TRANS") else code]
    return kind if mode in SEA or code not in _ASHORE else replace(kind, title=_ASHORE[code])


def milestones_of(mode: str) -> tuple[MilestoneKind, ...]:
    """Answer the milestones of a way of transport, in their order."""
    return tuple(kind for kind in MILESTONES if mode in kind.modes)


def planned_day(kind: MilestoneKind, etd: date | None, eta: date | None) -> date | None:
    """Answer when a milestone is planned, None while its anchor is not known."""
    anchor = etd if kind.anchor is Anchor.ETD else eta
    return None if anchor is None else anchor + timedelta(days=kind.days)


_BEFORE_LEAVING = frozenset(
    {"BKG", "CRD", "PICKUP", "SI_CUT", "LOAD", "VGM_CUT", "GATE_IN", "DECL", "CY_CUT", "BL_DRAFT"}
)


def is_moot(code: str, state: str) -> bool:
    """Tell whether an unmet milestone asks for nothing any more: the goods have left, or are with the buyer."""
    if state in {"delivered", "closed", "void"}:
        return code != "RETURN"
    return state in {"departed", "arrived"} and code in _BEFORE_LEAVING


class Light(enum.StrEnum):
    """How a milestone stands: met, overdue (red), near (amber), ahead, or without a day."""

    MET = "met"
    OVERDUE = "overdue"
    NEAR = "near"
    AHEAD = "ahead"
    OPEN = "open"


_NEAR_DAYS = 2


def light_of(planned: date | None, actual: date | None, today: date) -> Light:
    """Answer the light of a milestone: unmet and past its day is overdue, due within 2 days is near (1.6)."""
    if actual is not None:
        return Light.MET
    if planned is None:
        return Light.OPEN
    if planned < today:
        return Light.OVERDUE
    return Light.NEAR if (planned - today).days <= _NEAR_DAYS else Light.AHEAD


def departure_delay(first_planned: date | None, departed: date | None) -> int | None:
    """Answer the days between the departure first planned and the real one (ATD - planned ETD)."""
    return None if first_planned is None or departed is None else (departed - first_planned).days


def arrival_delay(first_planned: date | None, now_planned: date | None) -> int | None:
    """Answer by how many days the arrival expected now differs from the one first expected."""
    return None if first_planned is None or now_planned is None else (now_planned - first_planned).days


_ORDER = ("DECL", "ATD", "ATA", "DELIV")


def check_actual(code: str, day: date, known: Mapping[str, date], today: date) -> list[Problem]:
    """Answer what is wrong with an actual day: it is to come, or breaks DECL ≤ ATD ≤ ATA ≤ DELIV (1.6)."""
    if day > today:
        return [Problem("day", _("What has happened cannot be dated after today."))]
    if code not in _ORDER:
        return []
    here = _ORDER.index(code)
    title = _(milestone_kind(code).title)
    problems = []
    for place, other in enumerate(_ORDER):
        at = known.get(other)
        if at is None or place == here:
            continue
        if place < here and day < at:
            text = _("{what} cannot be before {other}, which was on {day}.")
        elif place > here and day > at:
            text = _("{what} cannot be after {other}, which was on {day}.")
        else:
            continue
        other_title = _(milestone_kind(other).title)
        problems.append(Problem("day", text.format(what=title, other=other_title, day=at.isoformat())))
    return problems
