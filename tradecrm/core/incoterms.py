"""Incoterms 2020 (贸易术语): the eleven rules, who bears what, and what to warn of (domain.md section 2.8)."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _


class Bears(enum.StrEnum):
    """Who bears a cost: seller, buyer, seller within the freight contract or before the place, or nobody."""

    SELLER = "S"
    BUYER = "B"
    SELLER_IF_INSIDE = "(S)"
    NOBODY = "-"


RULES = ("EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP")
SEA_ONLY = frozenset(("FAS", "FOB", "CFR", "CIF"))
DELIVERED = frozenset(("DAP", "DPU", "DDP"))
"""Rules whose revenue is recognized at delivery (section 1.3)."""

SEA_MODES = frozenset(("SEA", "LCL", "BULK"))
"""Modes of transport that are sea and not a full container; sea-only rules draw a warning on any other."""

SUGGESTED = (("FAS", "FCA"), ("FOB", "FCA"), ("CFR", "CPT"), ("CIF", "CIP"))


@dataclass(frozen=True, slots=True)
class CostItem:
    """A row of the table: key, title, the cost categories it stands for, who bears it under each rule."""

    key: str
    title: str
    codes: tuple[str, ...]
    bearers: tuple[Bears, ...]


def _bearers(text: str) -> tuple[Bears, ...]:
    return tuple(Bears(word) for word in text.split())


COST_ITEMS: tuple[CostItem, ...] = (
    CostItem("packing", N_("Packing, marking, checking"), (), _bearers("S S S S S S S S S S S")),
    CostItem("loading", N_("Loading at seller's premises"), (), _bearers("B S S S S S S S S S S")),
    CostItem(
        "pre_carriage", N_("Pre-carriage to port or terminal"), ("INL",), _bearers("B S S S S S S S S S S")
    ),
    CostItem(
        "export_clearance", N_("Export clearance, export duty"), ("CUS",), _bearers("B S S S S S S S S S S")
    ),
    CostItem("origin_terminal", N_("Origin terminal charges"), ("PRT",), _bearers("B B S S S S S S S S S")),
    CostItem("on_board", N_("Loading on the main vessel"), (), _bearers("B B B S S S S S S S S")),
    CostItem("main_carriage", N_("Main carriage"), ("FRT",), _bearers("B B B B S S S S S S S")),
    CostItem("insurance", N_("Cargo insurance"), ("INS",), _bearers("- - - - - S - S - - -")),
    CostItem(
        "discharge",
        N_("Unloading at port of discharge"),
        (),
        _bearers("B B B B (S) (S) (S) (S) S S S"),
    ),
    CostItem("import_clearance", N_("Import clearance"), (), _bearers("B B B B B B B B B B S")),
    CostItem("import_duty", N_("Import duty, VAT or GST"), ("DES",), _bearers("B B B B B B B B B B S")),
    CostItem("on_carriage", N_("On-carriage to named place"), (), _bearers("B B B B B B (S) (S) S S S")),
    CostItem("unloading", N_("Unloading at named place"), (), _bearers("B B B B B B B B B S B")),
)


def bearer(item_key: str, rule: str, *, fca_at_premises: bool = False) -> Bears:
    """Answer who bears a cost item under a rule; FCA at the seller's premises leaves pre-carriage to the buyer.

    Raises KeyError for an unknown item, ValueError for an unknown rule.
    """
    if rule == "FCA" and fca_at_premises and item_key == "pre_carriage":
        return Bears.BUYER
    item = {each.key: each for each in COST_ITEMS}[item_key]
    return item.bearers[RULES.index(rule)]


def insurance_clause(rule: str) -> str:
    """Answer the least cover the seller must buy: ``ICC C`` for CIF, ``ICC A`` for CIP, else empty."""
    return {"CIF": "ICC C", "CIP": "ICC A"}.get(rule, "")


def estimate_codes(rule: str) -> tuple[str, ...]:
    """Answer the cost categories to pre-tick in an estimate under ``rule``: those the seller bears."""
    codes = [code for item in COST_ITEMS if bearer(item.key, rule) is Bears.SELLER for code in item.codes]
    if rule in DELIVERED and "DES" not in codes:
        codes.append("DES")
    return tuple(codes)


def check_incoterm(rule: str, place: str, mode: str = "") -> list[Problem]:
    """Answer what is wrong with an Incoterm: unknown rule, no named place, a sea rule on another mode.

    ``mode`` is that of the shipment: ``FCL LCL SEA BULK AIR EXPRESS RAIL TRUCK``, empty when not known.
    """
    if rule not in RULES:
        return [
            Problem(
                "incoterm",
                _("{rule} is not one of the eleven Incoterms 2020 rules.").format(rule=rule or "?"),
            )
        ]
    problems: list[Problem] = []
    if not place.strip():
        problems.append(
            Problem(
                "incoterm_place", _("{rule} needs a named place, such as a port or a town.").format(rule=rule)
            )
        )
    if rule in SEA_ONLY and mode and mode.upper() not in SEA_MODES:
        problems.append(
            Problem(
                "incoterm",
                _(
                    "{rule} is for sea freight that is loaded on board by the seller; use {other} here."
                ).format(rule=rule, other=dict(SUGGESTED)[rule]),
            )
        )
    return problems


def check_costs(rule: str, codes: Iterable[str], recharged: Iterable[str] = ()) -> list[Problem]:
    """Warn of costs the seller does not bear (unless recharged) and of seller's costs that are missing.

    ``codes`` are the cost categories with an amount above zero, ``recharged`` those charged on to the customer.
    """
    present, passed_on = frozenset(codes), frozenset(recharged)
    problems: list[Problem] = []
    for item in COST_ITEMS:
        who = bearer(item.key, rule)
        for code in item.codes:
            # Under a delivered rule destination costs stand for the on-carriage too, which the seller bears.
            if code == "DES" and rule in DELIVERED:
                continue
            if who is Bears.BUYER and code in present and code not in passed_on:
                text = _(
                    "{rule}: the buyer bears {cost}, yet it is entered as our cost. Recharge it or remove it."
                )
            elif who is Bears.SELLER and code not in present:
                text = _("{rule}: the seller bears {cost}, yet no amount is entered.")
            else:
                continue
            problems.append(Problem(f"costs.{code}", text.format(rule=rule, cost=_(item.title))))
    return problems
