"""Commission (业务提成): rules, the list of runs, the page of a run with its lines and steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from tradecrm.core.commission import BASIS_TITLES
from tradecrm.core.dates import add_months, month_end
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _, ngettext
from tradecrm.screens.claims.words import RUN_STATES, Within, record_id
from tradecrm.screens.dialogs import dialog_form
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.money.pickers import ACCOUNT
from tradecrm.screens.spec import (
    ActionSpec,
    Choice,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    ListSpec,
    PanelSpec,
    PickerSpec,
    Row,
    Section,
    Tone,
    ViewSpec,
)
from tradecrm.screens.trade.words import in_state, state_badges
from tradecrm.services.claims.commission import (
    MoveRun,
    PayRun,
    ReckonCommission,
    SaveCommissionRule,
    check_commission_rule,
    check_period,
    move_run,
    pay_run,
    reckon_commission,
    save_commission_rule,
)
from tradecrm.services.claims.commission_card import CommissionRow, people_choices, rule_card, run_card
from tradecrm.services.claims.lists import COMMISSION_RULES, COMMISSION_RUNS

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
BASES = tuple(Choice(basis.value, title) for basis, title in BASIS_TITLES)


def find_people(reader: Reader, text: str, _within: Within) -> Sequence[Ref]:
    """Answer the people of the firm by name."""
    return [Ref(key, name) for key, name in people_choices(reader, text)]


PERSON = PickerSpec(find_people, None, "")


def open_rule(row: Row) -> Link:
    """Answer the page of a rule's row."""
    return Link.to("commission_rule", id=row["id"])


def open_run(row: Row) -> Link:
    """Answer the page of a run's row."""
    return Link.to("commission_run", id=row["id"])


RULE_LIST = ListSpec(
    key="commission_rules",
    title=N_("Commission rules"),
    kind="commission_rule",
    source=COMMISSION_RULES,
    columns=(
        ColumnSpec("title", N_("Rule"), width=240, link=open_rule),
        ColumnSpec("basis", N_("Reckoned on"), K.CHOICE, choices=BASES, width=200),
        ColumnSpec("person", N_("Person"), width=140),
        ColumnSpec("rate", N_("Commission rate"), K.PERCENT),
        ColumnSpec("above", N_("Above"), K.MONEY),
        ColumnSpec("from_day", N_("From"), K.DATE),
        ColumnSpec("until_day", N_("Until"), K.DATE),
        ColumnSpec("active", N_("In use"), K.BOOL),
    ),
    opens=open_rule,
    default_sort=(SortKey("title"),),
    new=Link.to("commission_rule"),
    new_title=N_("New commission rule"),
    watches=frozenset({"commission_rule"}),
    empty_title=N_("No commission rules yet"),
    empty_text=N_("A rule says on what commission is reckoned, for whom, at which rate, and from which day."),
    icon="star",
)


def load_rule(reader: Reader, rule_id: int) -> Draft:
    """Answer the draft of a rule; raises NotFound."""
    card = rule_card(reader, rule_id)
    values: dict[str, Value] = dict(card.values)
    values["person"] = None if card.person is None else Ref(card.person[0], card.person[1])
    values["base"] = reader.base
    return Draft(values, id=card.id, version=card.version)


def blank_rule(reader: Reader, link: Link) -> Draft:
    """Answer the beginning of a rule: on profit, for everyone, from this year on."""
    del link
    return Draft(
        {
            "title": "",
            "basis": "profit",
            "person": None,
            "rate": None,
            "above": ZERO,
            "from_day": reader.today.replace(month=1, day=1),
            "until_day": None,
            "active": True,
            "base": reader.base,
        }
    )


def build_rule(draft: Draft) -> SaveCommissionRule:
    """Answer the command that saves the rule."""
    return SaveCommissionRule(
        draft.text("title"),
        draft.text("basis"),
        draft.number("rate") or ZERO,
        draft.day("from_day") or date.min,
        draft.ref_id("person"),
        draft.number("above") or ZERO,
        draft.day("until_day"),
        draft.flag("active"),
        draft.id,
        draft.version,
    )


RULE_FORM = FormSpec(
    key="commission_rule",
    title=N_("New commission rule"),
    kind="commission_rule",
    sections=(
        Section(
            "",
            (
                FieldSpec("title", N_("Rule"), required=True, span=6),
                FieldSpec("basis", N_("Reckoned on"), K.CHOICE, choices=BASES, required=True, span=6),
                FieldSpec("person", N_("Person"), K.REF, picker=PERSON, hint=N_("everyone"), span=4),
                FieldSpec("rate", N_("Commission rate"), K.PERCENT, required=True, span=2),
                FieldSpec("above", N_("Only above"), K.MONEY, currency_from="base", span=3),
                FieldSpec("active", N_("In use"), K.BOOL, span=3),
                FieldSpec("from_day", N_("From"), K.DATE, required=True, span=3),
                FieldSpec("until_day", N_("Until"), K.DATE, span=3),
            ),
        ),
    ),
    load=load_rule,
    blank=blank_rule,
    save=save_commission_rule,
    build=build_rule,
    check=lambda draft: check_commission_rule(build_rule(draft)) if draft.text("title") else (),
    heading=lambda draft: draft.text("title") if draft.id is not None else "",
    watches=frozenset({"commission_rule"}),
    needs="commission.write",
    saved=N_("The commission rule is saved."),
)

RUN_LIST = ListSpec(
    key="commission_runs",
    title=N_("Sales commission"),
    kind="commission_run",
    source=COMMISSION_RUNS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, 124, link=open_run),
        ColumnSpec("from_day", N_("From"), K.DATE),
        ColumnSpec("to_day", N_("To"), K.DATE),
        ColumnSpec("total", N_("Sales commission"), K.MONEY, summed=True),
        ColumnSpec("status", N_("Status"), K.CHOICE, choices=RUN_STATES),
    ),
    opens=open_run,
    default_sort=(SortKey("to_day", descending=True),),
    views=(ViewSpec("owed", N_("Owed"), (Filter("status", Op.ANY_OF, ("posted",)),)),),
    quick_filters=("status",),
    new=Link.to("commission_run"),
    new_title=N_("Reckon commission"),
    watches=frozenset({"commission_run", "commission_line"}),
    empty_title=N_("No commission yet"),
    empty_text=N_("Write a rule, then reckon a period: each shipment or receipt is counted once."),
    icon="star",
)


def load_run(reader: Reader, run_id: int) -> Draft:
    """Answer the draft of a run with its lines; raises NotFound."""
    card = run_card(reader, run_id)
    values: dict[str, Value] = dict(card.values)
    values["base"] = reader.base
    return Draft(values, {"lines": tuple(_shown(line) for line in card.lines)}, card.id, card.version)


def _shown(line: CommissionRow) -> Line:
    return {
        "person": line.person,
        "paper": line.paper,
        "basis": line.basis,
        "base_amount": line.base_amount,
        "rate": line.rate,
        "amount": line.amount,
        "remark": line.remark or None,
    }


def blank_run(reader: Reader, link: Link) -> Draft:
    """Answer the beginning of a run: the month before this one."""
    del link
    first = add_months(reader.today.replace(day=1), -1)
    return Draft(
        {"number": "", "from_day": first, "to_day": month_end(first), "status": "draft", "base": reader.base}
    )


def build_run(draft: Draft) -> ReckonCommission:
    """Answer the command that reckons the period."""
    return ReckonCommission(draft.day("from_day") or date.min, draft.day("to_day") or date.min, draft.id)


def run_words(draft: Draft) -> tuple[str, ...]:
    """Answer how many lines there are."""
    count = len(draft.rows())
    return (ngettext("{count} line", "{count} lines", count).format(count=count),)


def run_total(draft: Draft) -> tuple[str, str]:
    """Answer the commission of the lines shown."""
    total = sum((as_number(line.get("amount")) or ZERO for line in draft.rows()), ZERO)
    return N_("Sales commission"), format_money(total, draft.text("base"))


def people_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what each person gets, and what corrects earlier runs, each with its reason."""
    sums: dict[str, Decimal] = {}
    for line in draft.rows():
        name = str(line.get("person") or "")
        sums[name] = sums.get(name, ZERO) + (as_number(line.get("amount")) or ZERO)
    facts = [
        Fact(name, format_money(amount, draft.text("base")), strong=True) for name, amount in sums.items()
    ]
    for line in draft.rows():
        if line.get("remark"):
            amount = format_money(as_number(line.get("amount")) or ZERO, draft.text("base"))
            facts.append(Fact(f"{line.get('paper')}: {line.get('remark')}", amount, Tone.WARN))
    facts.append(
        Fact(_("A shipment counts once its costs are all known; nothing is counted twice."), "", muted=True)
    )
    return tuple(facts)


def _locked(draft: Draft) -> str:
    if draft.id is None or draft.text("status") == "draft":
        return ""
    return _("What is posted stays; take it back to reckon it anew.")


def blank_step(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a dialog about a run: its last day or today, no account and no reason yet."""
    card = run_card(reader, int(str(link.param("run") or 0)))
    words = f"{card.values['number']} · {format_money(card.values['total'], reader.base)}"
    return Draft({"run": card.id, "words": words, "day": reader.today, "account": None, "reason": ""})


_DAY = FieldSpec("day", N_("Day"), K.DATE, required=True, span=4)
_REASON = FieldSpec("reason", N_("Reason"), required=True, span=8)


_dialog = partial(dialog_form, kind="commission_run", heading="words")


def _mover(step: str) -> Callable[[Draft], MoveRun]:
    return lambda draft: MoveRun(
        int(draft.text("run") or 0), step, draft.day("day") or date.min, draft.text("reason")
    )


RUN_DIALOGS: tuple[FormSpec, ...] = (
    _dialog(
        "run_post",
        N_("Post"),
        (_DAY,),
        blank_step,
        move_run,
        _mover("post"),
        N_("The commission is owed to the staff."),
    ),
    _dialog(
        "run_pay",
        N_("Pay"),
        (FieldSpec("account", N_("Account"), K.REF, picker=ACCOUNT, required=True, span=8), _DAY),
        blank_step,
        pay_run,
        lambda draft: PayRun(
            int(draft.text("run") or 0), draft.ref_id("account") or 0, draft.day("day") or date.min
        ),
        N_("The commission is paid."),
    ),
    _dialog(
        "run_unpay",
        N_("Take payment back"),
        (_REASON, _DAY),
        blank_step,
        move_run,
        _mover("unpay"),
        N_("The payment is taken back."),
    ),
    _dialog(
        "run_reverse",
        N_("Reverse"),
        (_REASON, _DAY),
        blank_step,
        move_run,
        _mover("reverse"),
        N_("The run is reversed; its shipments and receipts may be reckoned again."),
    ),
)


def _asks(key: str, title: str, needs: str, *sources: str, primary: bool = False) -> ActionSpec:
    return ActionSpec(
        key,
        title,
        primary=primary,
        needs=needs,
        enabled=in_state(*sources),
        opens=lambda rows: Link.to(key, run=record_id(rows)),
    )


RUN_FORM = FormSpec(
    key="commission_run",
    title=N_("Reckon commission"),
    kind="commission_run",
    sections=(
        Section(
            "",
            (
                FieldSpec("from_day", N_("From"), K.DATE, required=True, span=3),
                FieldSpec("to_day", N_("To"), K.DATE, required=True, span=3),
            ),
        ),
    ),
    load=load_run,
    blank=blank_run,
    save=reckon_commission,
    build=build_run,
    lines=(
        LinesSpec(
            "lines",
            "",
            (
                FieldSpec("person", N_("Person"), read_only=True, width=90),
                FieldSpec("paper", N_("Shipment or receipt"), K.CODE, read_only=True, width=140),
                FieldSpec("basis", N_("Reckoned on"), K.CHOICE, choices=BASES, read_only=True, width=180),
                FieldSpec(
                    "base_amount", N_("Amount"), K.MONEY, read_only=True, width=110, currency_from=".base"
                ),
                FieldSpec("rate", N_("Commission rate"), K.PERCENT, read_only=True, width=70),
                FieldSpec(
                    "amount",
                    N_("Sales commission"),
                    K.MONEY,
                    read_only=True,
                    width=100,
                    currency_from=".base",
                ),
            ),
            summary=run_words,
            total=run_total,
            fixed=True,
        ),
    ),
    check=lambda draft: check_period(build_run(draft)),
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    badges=partial(state_badges, RUN_STATES),
    locked=_locked,
    panels=(PanelSpec("people", N_("By person"), compute=people_facts),),
    actions=(
        _asks("run_post", N_("Post"), "commission.write", "draft", primary=True),
        _asks("run_pay", N_("Pay"), "payment.write", "posted", primary=True),
        _asks("run_unpay", N_("Take payment back"), "commission.write", "paid"),
        _asks("run_reverse", N_("Reverse"), "commission.write", "draft", "posted"),
    ),
    watches=frozenset({"commission_run", "commission_line"}),
    needs="commission.write",
    saved=N_("The commission is reckoned."),
)
