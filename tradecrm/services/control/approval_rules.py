"""The rules of approval as data: which trigger of which paper, from what threshold, decided by whom (section 6)."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy import select

from tradecrm.core.errors import Conflict
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import N_, _
from tradecrm.models import ApprovalLevel, ApprovalRule, Person
from tradecrm.services.control.approval_values import NeededLevel
from tradecrm.services.control.roles import ROLES
from tradecrm.services.work import Reader, Work, operation

ANY = "ANY"
ALL = "ALL"


class Unit(enum.StrEnum):
    """What the threshold of a trigger is: nothing, an amount in US dollars or base currency, a share, a count."""

    NONE = "none"
    USD = "usd"
    BASE = "base"
    SHARE = "share"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class TriggerDefault:
    """A trigger as a book has it before anyone changes it: ``levels`` are roles, the first to decide first."""

    kind: str
    trigger: str
    title: str
    levels: tuple[str, ...]
    unit: Unit = Unit.NONE
    threshold: str = ""


KIND_TITLES: tuple[tuple[str, str], ...] = (
    ("quotation", N_("Quotation")),
    ("proforma", N_("Proforma invoice")),
    ("sales_contract", N_("Sales contract")),
    ("contract_version", N_("Contract amendment")),
    ("estimate", N_("Profit estimate")),
    ("purchase_contract", N_("Purchase contract")),
    ("purchase_version", N_("Purchase amendment")),
    ("freight_inquiry", N_("Freight choice")),
    ("release", N_("Credit and release")),
    ("cost", N_("Cost")),
    ("write_off", N_("Write-off")),
    ("prepayment", N_("Supplier prepayment")),
    ("period", N_("Closed period")),
    ("expense_claim", N_("Expense claim")),
    ("party_bank", N_("Partner's bank account")),
)
"""Every kind of paper that may ask for approval, with its title."""

_FLOOR = N_("Price below the floor")
_MARGIN = N_("Low margin")
_COMMISSION = N_("Hidden commission")
_BANK = N_("Bank account changed")
_AMOUNT = N_("Large amount")
_RISKY = N_("Risky payment terms")
_SHORT = ("manager",)
_LONG = ("manager", "owner")
_OWNER = ("owner",)
_FINANCE = ("finance",)

TRIGGERS: tuple[TriggerDefault, ...] = (
    TriggerDefault("quotation", "below_floor", _FLOOR, _SHORT),
    TriggerDefault("quotation", "low_margin", _MARGIN, _SHORT, Unit.SHARE, "0.08"),
    TriggerDefault("quotation", "hidden_commission", _COMMISSION, _OWNER, Unit.SHARE, "0"),
    TriggerDefault("proforma", "below_floor", _FLOOR, _SHORT),
    TriggerDefault("proforma", "low_margin", _MARGIN, _SHORT, Unit.SHARE, "0.08"),
    TriggerDefault("proforma", "hidden_commission", _COMMISSION, _OWNER, Unit.SHARE, "0"),
    TriggerDefault("proforma", "bank_account", _BANK, _OWNER),
    TriggerDefault("sales_contract", "amount", _AMOUNT, _LONG, Unit.USD, "50000"),
    TriggerDefault("sales_contract", "first_order", N_("First order of a customer"), _LONG),
    TriggerDefault("sales_contract", "risky_terms", _RISKY, _LONG, Unit.SHARE, "0.30"),
    TriggerDefault("sales_contract", "low_margin", _MARGIN, _SHORT, Unit.SHARE, "0.08"),
    TriggerDefault("sales_contract", "hidden_commission", _COMMISSION, _OWNER, Unit.SHARE, "0"),
    TriggerDefault("sales_contract", "bank_account", _BANK, _OWNER),
    TriggerDefault("contract_version", "protected_change", N_("Protected field changed"), _SHORT),
    TriggerDefault("contract_version", "amount", _AMOUNT, _LONG, Unit.USD, "50000"),
    TriggerDefault("contract_version", "risky_terms", _RISKY, _LONG, Unit.SHARE, "0.30"),
    TriggerDefault("contract_version", "low_margin", _MARGIN, _SHORT, Unit.SHARE, "0.08"),
    TriggerDefault("contract_version", "hidden_commission", _COMMISSION, _OWNER, Unit.SHARE, "0"),
    TriggerDefault("contract_version", "bank_account", _BANK, _OWNER),
    TriggerDefault("estimate", "every", N_("Every estimate"), _SHORT),
    TriggerDefault("estimate", "loss", N_("Estimate shows a loss"), _LONG),
    TriggerDefault(
        "purchase_contract", "price_rise", N_("Price above the last one"), _SHORT, Unit.SHARE, "0.05"
    ),
    TriggerDefault("purchase_contract", "prepayment", N_("Share prepaid"), _FINANCE, Unit.SHARE, "0.30"),
    TriggerDefault(
        "purchase_contract", "prepayment_amount", N_("Amount prepaid"), _FINANCE, Unit.BASE, "50000"
    ),
    TriggerDefault("purchase_version", "protected_change", N_("Protected field changed"), _SHORT),
    TriggerDefault(
        "purchase_version", "price_rise", N_("Price above the last one"), _SHORT, Unit.SHARE, "0.05"
    ),
    TriggerDefault("freight_inquiry", "few_quotes", N_("Too few valid quotes"), _SHORT, Unit.COUNT, "3"),
    TriggerDefault("freight_inquiry", "not_cheapest", N_("Not the cheapest quote"), _SHORT),
    TriggerDefault("release", "over_credit", N_("Over the credit limit"), ("finance", "owner")),
    TriggerDefault("release", "overdue", N_("Customer overdue or on hold"), ("finance", "owner")),
    TriggerDefault("release", "unpaid_loading", N_("Loading before payment"), ("finance", "owner")),
    TriggerDefault("release", "parts", N_("Second shipment of a contract without partial shipment"), _SHORT),
    TriggerDefault("release", "bl_release", N_("B/L release before payment"), _OWNER),
    TriggerDefault("release", "reopen", N_("Reopening a closed shipment"), _OWNER),
    TriggerDefault("expense_claim", "every", N_("Every expense claim"), _SHORT),
    TriggerDefault("expense_claim", "amount", _AMOUNT, ("manager", "finance"), Unit.BASE, "2000"),
    TriggerDefault("party_bank", "bank_changed", _BANK, _OWNER),
    TriggerDefault("period", "reopen", N_("Opening a closed period"), _OWNER),
    TriggerDefault("cost", "over_estimate", N_("Cost above the estimate"), _SHORT, Unit.SHARE, "0.10"),
    TriggerDefault("write_off", "above_tolerance", N_("Write-off above the limits"), _FINANCE),
    TriggerDefault("write_off", "bad_debt", N_("Bad debt"), _FINANCE),
    TriggerDefault("write_off", "forfeit", N_("Deposit forfeited"), _FINANCE),
    TriggerDefault("prepayment", "prepayment", N_("Share prepaid"), _FINANCE, Unit.SHARE, "0.30"),
    TriggerDefault("prepayment", "prepayment_amount", N_("Amount prepaid"), _FINANCE, Unit.BASE, "50000"),
)
"""The default rules of section 6. All are off until someone switches them on, as suits a trader alone."""


@dataclass(frozen=True, slots=True)
class LevelDraft:
    """A level of a rule: a role, or one person; up to ``ceiling`` (base currency) no further level is asked."""

    role: str
    person_id: int | None = None
    mode: str = ANY
    ceiling: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as the settings show it; ``version`` 0 means that nobody changed it yet."""

    kind: str
    trigger: str
    title: str
    unit: Unit
    active: bool
    threshold: str
    levels: tuple[LevelDraft, ...]
    version: int = 0


@dataclass(frozen=True, slots=True)
class SaveRule:
    """A rule as it shall be from now on; requests that wait already keep the levels they were asked with."""

    kind: str
    trigger: str
    active: bool
    threshold: str
    levels: tuple[LevelDraft, ...]
    version: int


@dataclass(frozen=True, slots=True)
class SwitchRules:
    """All rules of a kind of paper on, or off; off means that papers pass and only the log says so (16.3)."""

    kind: str
    active: bool


def approval_rules(reader: Reader, kind: str = "") -> tuple[RuleRow, ...]:
    """Answer every rule, or those of a kind, in the order of section 6; what is not kept has its default."""
    kept = {(row.kind, row.trigger): row for row in reader.session.scalars(select(ApprovalRule))}
    levels: dict[int, list[LevelDraft]] = {}
    for each in reader.session.scalars(select(ApprovalLevel).order_by(ApprovalLevel.position)):
        levels.setdefault(each.rule_id, []).append(
            LevelDraft(each.role, each.person_id, each.mode, each.ceiling)
        )
    found = []
    for default in TRIGGERS:
        if kind and default.kind != kind:
            continue
        row = kept.get((default.kind, default.trigger))
        if row is None:
            found.append(_default_row(default))
        else:
            own = tuple(levels.get(row.id, ()))
            found.append(
                RuleRow(
                    row.kind,
                    row.trigger,
                    default.title,
                    default.unit,
                    row.active,
                    row.threshold,
                    own,
                    row.version,
                )
            )
    return tuple(found)


def _default_row(default: TriggerDefault) -> RuleRow:
    levels = tuple(LevelDraft(role) for role in default.levels)
    return RuleRow(
        default.kind, default.trigger, default.title, default.unit, False, default.threshold, levels
    )


def active_triggers(reader: Reader, kind: str) -> dict[str, Decimal | None]:
    """Answer trigger to threshold of the active rules of a kind; empty while approval is off for it."""
    return {
        rule.trigger: Decimal(rule.threshold) if rule.threshold else None
        for rule in approval_rules(reader, kind)
        if rule.active
    }


def needed_levels(
    reader: Reader, kind: str, triggers: Collection[str], base_amount: Decimal | None
) -> tuple[NeededLevel, ...]:
    """Answer the levels that decide when ``triggers`` fired, merged: each needed level once, the highest last.

    Within a rule a level whose ceiling covers ``base_amount`` (base currency) ends the chain.
    """
    place: dict[tuple[str, int | None], int] = {}
    mode: dict[tuple[str, int | None], str] = {}
    for rule in approval_rules(reader, kind):
        if not rule.active or rule.trigger not in triggers:
            continue
        for position, level in enumerate(rule.levels):
            key = (level.role, level.person_id)
            place[key] = max(place.get(key, 0), position)
            mode[key] = ALL if ALL in (level.mode, mode.get(key)) else ANY
            if level.ceiling is not None and base_amount is not None and base_amount <= level.ceiling:
                break
    ordered = sorted(place, key=lambda key: (place[key], key[0] == "owner"))
    return tuple(NeededLevel(role, person_id, mode[role, person_id]) for role, person_id in ordered)


def check_rule(command: SaveRule) -> Sequence[Problem]:
    """Answer what is wrong with a rule."""
    default = _find(command.kind, command.trigger)
    if default is None:
        return [Problem("trigger", _("There is no approval rule {name}.").format(name=command.trigger))]
    problems = list(_check_threshold(default.unit, command.threshold))
    if not command.levels:
        problems.append(Problem("levels", _("A rule needs at least one level: who decides?")))
    for number, level in enumerate(command.levels):
        at = f"levels.{number}"
        if level.person_id is None and level.role not in ROLES:
            problems.append(Problem(f"{at}.role", _("Choose a role or a person for every level.")))
        if level.mode not in (ANY, ALL):
            problems.append(Problem(f"{at}.mode", _("A level is decided by any of them or by all.")))
        if level.ceiling is not None and level.ceiling <= 0:
            problems.append(Problem(f"{at}.ceiling", _("The ceiling must be above zero.")))
    return problems


def _check_threshold(unit: Unit, text: str) -> Sequence[Problem]:
    if unit is Unit.NONE:
        return () if text == "" else [Problem("threshold", _("This rule has no threshold."))]
    try:
        number = Decimal(text)
    except InvalidOperation:
        return [Problem("threshold", _("The threshold is a number."))]
    if not number.is_finite() or number < 0 or (unit is Unit.SHARE and number > 1):
        return [Problem("threshold", _("The threshold must not be below zero, a share not above 100 %."))]
    return ()


def _find(kind: str, trigger: str) -> TriggerDefault | None:
    return next((each for each in TRIGGERS if (each.kind, each.trigger) == (kind, trigger)), None)


def _kept_rule(work: Work, default: TriggerDefault) -> tuple[ApprovalRule, bool]:
    """Answer the row of a rule, made with its default levels when it is the first change, and whether it is new."""
    row = work.session.scalars(
        select(ApprovalRule).where(ApprovalRule.kind == default.kind, ApprovalRule.trigger == default.trigger)
    ).one_or_none()
    if row is not None:
        return row, False
    row = ApprovalRule(kind=default.kind, trigger=default.trigger, active=False, threshold=default.threshold)
    work.add(row)
    _write_levels(work, row.id, _default_row(default).levels)
    return row, True


def _write_levels(work: Work, rule_id: int, levels: Sequence[LevelDraft]) -> None:
    for old in work.session.scalars(select(ApprovalLevel).where(ApprovalLevel.rule_id == rule_id)):
        work.session.delete(old)
    work.session.flush()
    for position, level in enumerate(levels, 1):
        work.session.add(
            ApprovalLevel(
                rule_id=rule_id,
                position=position,
                role="" if level.person_id is not None else level.role,
                person_id=level.person_id,
                mode=level.mode,
                ceiling=level.ceiling,
            )
        )
    work.session.flush()


@operation("settings.write", check=check_rule)
def save_rule(work: Work, command: SaveRule) -> None:
    """Change a rule: on or off, its threshold, its levels; raises Conflict when it was changed meanwhile."""
    default = _find(command.kind, command.trigger)
    assert default is not None  # check_rule refused it
    for level in command.levels:
        if level.person_id is not None:
            person = work.get(Person, level.person_id, _("Person"))
            if not person.active:
                raise Refusal.of(
                    _("{name} has left; choose someone else.").format(name=person.name), "levels"
                )
    row, is_new = _kept_rule(work, default)
    if row.version != command.version and not (is_new and command.version == 0):
        raise Conflict(_("Someone else changed this rule meanwhile. Look at its new state first."))
    row.active = command.active
    row.threshold = command.threshold
    row.updated_at = work.now
    _write_levels(work, row.id, command.levels)


@operation("settings.write")
def switch_rules(work: Work, command: SwitchRules) -> None:
    """Switch all rules of a kind on or off; their thresholds and levels stay."""
    found = [each for each in TRIGGERS if each.kind == command.kind]
    if not found:
        raise Refusal.of(_("There is no approval for {name}.").format(name=command.kind), "kind")
    for default in found:
        row, _is_new = _kept_rule(work, default)
        row.active = command.active
        row.updated_at = work.now
