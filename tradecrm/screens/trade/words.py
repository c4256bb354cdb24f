"""Choices and small words that several trade pages share: states with their tones, rules, modes, packing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from tradecrm.core import flow as flows
from tradecrm.core.costs import COST_CATEGORIES, DEDUCTIONS
from tradecrm.core.fields import FieldKind
from tradecrm.core.flows import SALES_CONTRACT, SHIPMENT
from tradecrm.core.incoterms import RULES
from tradecrm.core.money import format_amount, format_number
from tradecrm.core.packing import Carton, PackedLine, pack_line, packed_totals
from tradecrm.core.text import N_, _, current_language, ngettext
from tradecrm.core.ways import MODE_TITLES, NO_TITLE_MODES, Thing, name_of
from tradecrm.screens.draft import Draft, as_number
from tradecrm.screens.spec import ActionSpec, Badge, Choice, FieldSpec, Row, Tone

ZERO = Decimal(0)
_TONES = {
    flows.Tone.ACTIVE: Tone.ACCENT,
    flows.Tone.GOOD: Tone.GOOD,
    flows.Tone.WARN: Tone.WARN,
    flows.Tone.BAD: Tone.BAD,
}


def tone_of(state: flows.State) -> Tone:
    """Answer the color in which a state is shown."""
    return _TONES.get(state.tone, Tone.NEUTRAL)


def states(flow: flows.Flow) -> tuple[Choice, ...]:
    """Answer the states of a flow as choices with their tones."""
    return tuple(Choice(state.key, state.title, tone_of(state)) for state in flow.states)


CONTRACT_STATES = states(SALES_CONTRACT)
SHIPMENT_STATES = states(SHIPMENT)
_AWAY_TITLES = {
    "loaded": N_("Loaded, ready to go"),
    "departed": N_("On its way"),
    "arrived": N_("At its destination"),
}
AWAY_STATES = tuple(
    replace(each, label=_AWAY_TITLES.get(str(each.value), each.label)) for each in SHIPMENT_STATES
)
"""The states of a shipment by air, courier, rail or road, where nothing sails and no container is stuffed."""
INCOTERMS = tuple(Choice(rule, rule) for rule in RULES)
MODES = tuple(Choice(mode, title) for mode, title in MODE_TITLES)


def has_title(draft: Draft) -> bool:
    """Tell whether the draft's way of transport has a bill of lading, a document of title (section 16.2)."""
    return draft.text("mode") not in NO_TITLE_MODES


def has_voyage(draft: Draft) -> bool:
    """Tell whether the way has a second number beside ship, flight or train; a parcel has one, once it is typed."""
    return draft.text("mode") != "EXPRESS" or bool(draft.text("voyage"))


def by_way(action: ActionSpec, title: str, done: str = "") -> tuple[ActionSpec, ActionSpec]:
    """Answer an action of a shipment twice: as it is called at sea, and by the other ways of transport."""

    def at_sea(rows: Sequence[Row]) -> bool:
        return rows[0].get("mode") not in NO_TITLE_MODES and (action.enabled is None or action.enabled(rows))

    def elsewhere(rows: Sequence[Row]) -> bool:
        return rows[0].get("mode") in NO_TITLE_MODES and (action.enabled is None or action.enabled(rows))

    other = replace(
        action, key=f"{action.key}_away", title=title, done=done or action.done, enabled=elsewhere
    )
    return replace(action, enabled=at_sea), other


def way_field(
    thing: Thing,
    kind: FieldKind = FieldKind.TEXT,
    *,
    key: str = "",
    required: bool = False,
    hint: str = "",
    span: int = 3,
    visible: Callable[[Draft], bool] | None = None,
) -> FieldSpec:
    """Answer a field that is called as the draft's way of transport calls what it says."""
    return FieldSpec(
        key or thing.value,
        name_of(thing, ""),
        kind,
        required=required,
        hint=hint,
        span=span,
        visible=visible,
        label_for=lambda draft: name_of(thing, draft.text("mode")),
    )


COST_CHOICES = tuple(
    Choice(category.code, category.title) for category in COST_CATEGORIES if category.code not in DEDUCTIONS
)
COST_STATES = (
    Choice("estimated", N_("Estimated"), Tone.WARN),
    Choice("accrued", N_("Accrued"), Tone.WARN),
    Choice("invoiced", N_("Billed"), Tone.GOOD),
    Choice("paid", N_("Paid"), Tone.GOOD),
)


def state_badge(choices: Iterable[Choice], key: str) -> Badge | None:
    """Answer the chip of a state, None before there is one."""
    found = next((choice for choice in choices if choice.value == key), None)
    return None if found is None else Badge(found.label, found.tone)


def state_badges(choices: Iterable[Choice], draft: Draft, field: str = "status") -> tuple[Badge, ...]:
    """Answer the chip of the state of a form's record, none while the record is not in the book."""
    found = None if draft.id is None else state_badge(choices, draft.text(field))
    return () if found is None else (found,)


def in_state(*keys: str) -> Callable[[Sequence[Row]], bool]:
    """Make the question whether the row of an action is in one of the states."""
    return lambda rows: str(rows[0].get("status") or "") in keys


def packed(line: Mapping[str, object]) -> PackedLine | None:
    """Answer how the quantity of a line is packed, None where its product has no packing data (section 9.2)."""
    quantity, pieces = as_number(line.get("quantity")), as_number(line.get("per_carton"))
    if not quantity or quantity < 0 or not pieces or pieces < 0:
        return None
    return pack_line(quantity, carton_of(line), shared_carton=bool(line.get("mixed")))


def carton_of(line: Mapping[str, object]) -> Carton:
    """Answer the carton a line is packed in; what is not known is zero, the tare None."""
    return Carton(
        as_number(line.get("per_carton")) or ZERO,
        as_number(line.get("carton_length")) or ZERO,
        as_number(line.get("carton_width")) or ZERO,
        as_number(line.get("carton_height")) or ZERO,
        as_number(line.get("unit_net_weight")) or ZERO,
        as_number(line.get("carton_tare")),
    )


def packing_words(lines: Iterable[Mapping[str, object]]) -> list[str]:
    """Answer the foot of a grid of goods: lines, cartons, cubic meters, net and gross weight."""
    rows = [line for line in lines if as_number(line.get("quantity"))]
    return packed_words(len(rows), [one for one in map(packed, rows) if one is not None])


def packed_words(count: int, found: Sequence[PackedLine]) -> list[str]:
    """Answer the foot of ``count`` lines of goods of which those ``found`` have packing data."""
    words = [ngettext("{count} line", "{count} lines", count).format(count=count)]
    if not found:
        return words
    whole = packed_totals(found)
    cartons = ngettext("{count} carton", "{count} cartons", whole.cartons)
    words.append(cartons.format(count=f"{whole.cartons:,}"))
    words.append(f"{format_number(whole.volume, 3)} m³")
    words.append(
        _("N.W. {net} kg, G.W. {gross} kg").format(
            net=format_number(whole.net_weight, 2), gross=format_number(whole.gross_weight, 2)
        )
    )
    if len(found) < count:
        missing = count - len(found)
        words.append(
            ngettext(
                "{count} line without packing data", "{count} lines without packing data", missing
            ).format(count=missing)
        )
    return words


def signed(value: Decimal, currency: str) -> str:
    """Answer an amount of a side panel with its sign in front."""
    text = format_amount(value, currency)
    return text if value < 0 else f"+{text}"


def figure(value: Decimal, decimals: int = 2) -> str:
    """Answer a figure as people read it."""
    return format_number(value, decimals)


def rate_figure(rate: Decimal) -> str:
    """Answer a rate with 4 decimals, below a tenth with 6: four say nothing of a won and little of a yen."""
    return figure(rate, 4 if rate >= Decimal("0.1") else 6)


def percent(fraction: Decimal | None) -> str:
    """Answer a fraction as ``17.3 %``, n/a for None."""
    return _("n/a") if fraction is None else f"{figure(fraction * 100, 1)} %"


def paper_language() -> str:
    """Answer ``zh`` or ``en``, the wording of papers that fits the language of the interface."""
    return "zh" if current_language().startswith("zh") else "en"
