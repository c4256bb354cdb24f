"""The editor of a quotation (报价单) as a declaration: fields in the order of work, lines, state actions, its chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _, ngettext
from tradecrm.core.trade_flows import QUOTATION
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import (
    Badge,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    Section,
    Step,
    Tone,
)
from tradecrm.screens.trade.adjusting import ADJUSTING
from tradecrm.screens.trade.contract_panels import amount_words, total_words
from tradecrm.screens.trade.contracts import TERMS, has_days, margin_tone
from tradecrm.screens.trade.listed import QUOTED_PRODUCT, WITHIN
from tradecrm.screens.trade.pickers import ACCOUNT, CONTACT, CUSTOMER, SUPPLIER
from tradecrm.screens.trade.quotation_actions import QUOTATION_ACTIONS
from tradecrm.screens.trade.quotation_draft import (
    blank_quotation,
    build_quotation,
    card_of,
    check_draft,
    derive_quotation,
    load_quotation,
)
from tradecrm.screens.trade.quotation_panels import (
    foot_words,
    lines_below_floor,
    price_tone,
    profit_facts,
)
from tradecrm.screens.trade.repricing import repriced_badges
from tradecrm.screens.trade.words import INCOTERMS, state_badges, states
from tradecrm.services.trade.deal import KIND_TITLES
from tradecrm.services.trade.quotation_card import quotation_card
from tradecrm.services.trade.quotations import EDITABLE, save_quotation

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
QUOTATION_STATES = states(QUOTATION)
_CHAIN = ("inquiry", "quotation", "proforma", "sales_contract", "purchase_contract", "shipment")
_NAMED = 3
"""Lines named in a badge; more of them would push the title away."""
_PART = {"contract": "sales_contract"}


_LOCKED = {
    "submitted": N_("{number} waits for approval. Return it to draft to change it."),
    "accepted": N_("{number} is accepted. Take the answer back to change it, or change what was made of it."),
    "superseded": N_("A newer revision took the place of this one; open it under “Revisions”."),
    "void": N_("{number} is void. Copy it as a new quotation to offer the goods again."),
}
"""Why a quotation that nobody can type in is closed, and what to do, where it is not that a revision opens it."""


def _is_new(draft: Draft) -> bool:
    return draft.id is None


def _sees_cost(draft: Draft) -> bool:
    return draft.flag("sees_cost")


def _has_rate(draft: Draft) -> bool:
    return draft.text("currency") != draft.text("base")


def _badges(draft: Draft) -> tuple[Badge, ...]:
    found = [*state_badges(QUOTATION_STATES, draft), *repriced_badges(draft)]
    below = lines_below_floor(draft)
    if below and draft.text("status") in {"", "draft"}:
        words = ngettext(
            "Below floor on line {lines}: approval needed",
            "Below floor on lines {lines}: approval needed",
            len(below),
        )
        named = ", ".join(str(number) for number in below[:_NAMED]) + ("…" if len(below) > _NAMED else "")
        found.append(Badge(words.format(lines=named), Tone.WARN))
    if draft.id is not None and draft.get("current") is False:
        found.append(Badge(N_("An older revision"), Tone.NEUTRAL))
    return tuple(found)


def _locked(draft: Draft) -> str:
    if draft.id is None or draft.text("status") in EDITABLE:
        return ""
    words = _LOCKED.get(draft.text("status")) or N_(
        "{number} is “{state}”; what the customer has seen stays. Make a new revision to change it."
    )
    return _(words).format(number=draft.text("number"), state=_(QUOTATION.state(draft.text("status")).title))


def _heading(draft: Draft) -> str:
    if draft.id is None:
        return ""
    revision = draft.number("revision")
    return f"{draft.text('number')} R{revision}" if revision else draft.text("number")


def _prints(draft: Draft) -> Link | None:
    return Link.to("paper", kind="quotation", id=draft.id) if draft.id is not None else None


def quotation_steps(reader: Reader, quotation_id: int) -> tuple[Step, ...]:
    """Answer the chain a quotation belongs to; steps not yet reached stand there without a number."""
    card = quotation_card(reader, quotation_id)
    parts: dict[str, list[Step]] = {}
    for part in (*card.before, *card.after):
        kind = _PART.get(part.kind, part.kind)
        title = f"{_(KIND_TITLES[kind])} {part.number}"
        parts.setdefault(kind, []).append(Step(title, part.link))
    itself = KIND_TITLES["quotation"]
    parts["quotation"] = [Step(_(itself), current=True)]
    return tuple(
        step
        for kind in _CHAIN
        for step in parts.get(kind) or [Step(_(KIND_TITLES[kind]), reached=False)]
        if kind != "inquiry" or kind in parts
    )


def revisions_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer the other revisions under the number, each opening; nothing where there is one only."""
    card = card_of(draft)
    if card is None or len(card.revisions) < 2:
        return ()
    return tuple(
        Fact(
            f"R{one.revision}  {one.day:%Y-%m-%d}  {_(QUOTATION.state(one.status).title)}",
            format_money(one.total, one.currency),
            link=Link.to("quotation", id=one.id) if one.id != card.id else None,
            strong=one.id == card.id,
        )
        for one in card.revisions
    )


_HEAD = Section(
    "",
    (
        FieldSpec("customer", N_("Customer"), K.REF, picker=CUSTOMER, required=True, span=4),
        FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=2),
        FieldSpec("rate", N_("Rate"), K.RATE, span=2, visible=_has_rate),
        FieldSpec("incoterm", N_("Incoterm"), K.CHOICE, choices=INCOTERMS, required=True, span=2),
        FieldSpec("valid_until", N_("Valid until"), K.DATE, span=2),
        FieldSpec("incoterm_place", N_("Named place"), required=True, span=2),
        FieldSpec("terms_preset", N_("Payment terms"), K.CHOICE, choices=TERMS, required=True, span=6),
        FieldSpec("terms_days", N_("Days"), K.INTEGER, span=1, visible=has_days),
        FieldSpec("lead_time", N_("Time of shipment"), hint=N_("45 days after deposit"), span=3),
    ),
)
_COSTS = Section(
    N_("Costs in the price"),
    (
        FieldSpec("freight", N_("Ocean freight"), K.MONEY, currency_from="freight_currency", span=2),
        FieldSpec("freight_currency", N_("Freight currency"), K.CURRENCY, required=True, span=2),
        FieldSpec("insurance_rate", N_("Insurance rate"), K.PERCENT, span=2),
        FieldSpec("insurance_markup", N_("Insured above value"), K.PERCENT, span=2),
        FieldSpec("domestic_cost", N_("Inland, port, customs"), K.MONEY, currency_from="base", span=2),
        FieldSpec("bank_fee_rate", N_("Bank fees"), K.PERCENT, span=2),
        FieldSpec("commission_rate", N_("Commission"), K.PERCENT, span=2),
        FieldSpec("commission_hidden", N_("Hidden commission"), K.BOOL, span=4),
    ),
    after_lines=True,
)
_WORDS = Section(
    N_("Remarks and clauses"),
    (
        FieldSpec("remarks", N_("Remarks"), K.LONG_TEXT, span=6),
        FieldSpec("clauses", N_("Clauses"), K.LONG_TEXT, span=6),
    ),
    after_lines=True,
)
_MORE = Section(
    N_("More terms"),
    (
        FieldSpec("day", N_("Date"), K.DATE, required=True, span=3),
        FieldSpec("number", N_("Number"), K.CODE, hint=N_("next number"), span=3, visible=_is_new),
        FieldSpec("contact", N_("Contact"), K.REF, picker=CONTACT, within=("customer",), span=3),
        FieldSpec("customer_po", N_("Customer's order no."), K.CODE, span=3),
        FieldSpec("port_of_loading", N_("Port of loading"), span=3),
        FieldSpec("port_of_discharge", N_("Port of discharge"), span=3),
        FieldSpec("signatory", N_("Signed by"), span=6),
        FieldSpec(
            "bank_account", N_("Bank account to pay to"), K.REF, picker=ACCOUNT, within=("currency",), span=6
        ),
        FieldSpec("partial_allowed", N_("Partial shipment allowed"), K.BOOL, span=6),
        FieldSpec("transhipment_allowed", N_("Transhipment allowed"), K.BOOL, span=6),
        FieldSpec("packing", N_("Packing"), K.LONG_TEXT, span=6),
        FieldSpec("marks", N_("Shipping marks"), K.LONG_TEXT, span=6),
    ),
    after_lines=True,
)
_LINES = LinesSpec(
    "lines",
    "",
    (
        FieldSpec("product", N_("Product"), K.REF, picker=QUOTED_PRODUCT, within=WITHIN, width=80),
        FieldSpec("description_en", N_("Description"), required=True, width=170),
        FieldSpec("quantity", N_("Qty"), K.QUANTITY, required=True, width=60),
        FieldSpec("unit", N_("Unit"), required=True, width=46),
        FieldSpec(
            "price",
            N_("Unit price"),
            K.PRICE,
            required=True,
            width=72,
            currency_from=".currency",
            tone=price_tone,
        ),
        FieldSpec("amount", N_("Amount"), K.MONEY, width=88, read_only=True, currency_from=".currency"),
        FieldSpec("cost", N_("Cost"), K.PRICE, width=62, visible=_sees_cost),
        FieldSpec("floor", N_("Floor"), K.PRICE, width=58, read_only=True, visible=_sees_cost),
        FieldSpec(
            "margin", N_("Margin"), K.PERCENT, width=62, read_only=True, tone=margin_tone, visible=_sees_cost
        ),
        FieldSpec("discount", N_("Discount"), K.PERCENT, width=64, more=True),
        FieldSpec("item_no", N_("Item no."), width=80, more=True),
        FieldSpec("vat_rate", N_("VAT"), K.PERCENT, width=60, more=True, visible=_sees_cost),
        FieldSpec("rebate_rate", N_("Rebate"), K.PERCENT, width=60, more=True, visible=_sees_cost),
        FieldSpec("description_cn", N_("Chinese description"), width=150, more=True),
        FieldSpec("specification", N_("Specification"), width=150, more=True),
        FieldSpec("hs_code", N_("HS code"), width=90, more=True),
        FieldSpec(
            "supplier", N_("Supplier"), K.REF, picker=SUPPLIER, width=150, more=True, visible=_sees_cost
        ),
    ),
    summary=foot_words,
    total=total_words,
    words=amount_words,
    placeholder=N_("type an item no. or a name"),
)

QUOTATION_FORM = FormSpec(
    key="quotation",
    title=N_("New quotation"),
    kind="quotation",
    sections=(_HEAD, ADJUSTING, _COSTS, _WORDS, _MORE),
    load=load_quotation,
    blank=blank_quotation,
    save=save_quotation,
    build=build_quotation,
    lines=(_LINES,),
    derive=derive_quotation,
    check=check_draft,
    heading=_heading,
    badges=_badges,
    locked=_locked,
    steps=quotation_steps,
    panels=(
        PanelSpec("profit", N_("Profit estimate"), compute=profit_facts),
        PanelSpec("revisions", N_("Revisions"), compute=revisions_facts),
    ),
    actions=QUOTATION_ACTIONS,
    prints=_prints,
    watches=frozenset({"quotation", "quotation_line", "proforma", "sales_contract", "approval_request"}),
    needs="quotation.write",
    saved=N_("The quotation is saved."),
)
