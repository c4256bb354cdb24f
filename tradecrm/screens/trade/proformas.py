"""The form of a proforma invoice (形式发票): terms, goods, its state, and the contract made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.core.trade_flows import PROFORMA
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Line, Ref, Value
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    Row,
    Section,
    Step,
    Tone,
)
from tradecrm.screens.trade.adjusting import ADJUSTING, adjusting_problems, adjustment_values
from tradecrm.screens.trade.contract_draft import preset_of
from tradecrm.screens.trade.contract_panels import amount_words, goods_words, total_words
from tradecrm.screens.trade.contracts import TERMS, has_days, margin_tone
from tradecrm.screens.trade.deal_lists import PROFORMA_STATES
from tradecrm.screens.trade.listed import QUOTED_PRODUCT, WITHIN
from tradecrm.screens.trade.pickers import ACCOUNT, CONTACT, CUSTOMER, SUPPLIER
from tradecrm.screens.trade.quotation_draft import (
    blank_quotation,
    build_quotation,
    derive_quotation,
    with_estimate,
)
from tradecrm.screens.trade.quotation_panels import profit_facts
from tradecrm.screens.trade.repricing import repriced_badges
from tradecrm.screens.trade.words import INCOTERMS, state_badges
from tradecrm.services.trade.proforma_card import proforma_card
from tradecrm.services.trade.proformas import (
    ContractOfProforma,
    MoveProforma,
    SaveProforma,
    check_proforma,
    contract_of_proforma,
    move_proforma,
    save_proforma,
)
from tradecrm.services.trade.quotation_card import SaleLineCard
from tradecrm.services.trade.sale_papers import SalePaperDraft

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
_WRITE = "quotation.write"
_SHARED = tuple(each.name for each in fields(SalePaperDraft))
_MOVED = {"terms": "terms_preset", "customer_id": "customer", "contact_id": "contact"}
"""Fields of the command that stand under another name in the form."""


def load_proforma(reader: Reader, proforma_id: int) -> Draft:
    """Answer a proforma invoice's draft; raises NotFound."""
    card = proforma_card(reader, proforma_id)
    start = blank_quotation(reader, Link.to("quotation"))
    values: dict[str, Value] = {**start.values, **card.costs, **card.values}
    values["customer"] = Ref(card.values["customer_id"], card.customer, card.customer_code)
    for key, name in (("contact", card.contact), ("bank_account", card.bank_account)):
        identity = card.values[f"{key}_id"]
        values[key] = None if identity is None else Ref(identity, name)
    code, days = preset_of(card.values["terms"])
    values.update(
        number=card.number,
        status=card.status,
        contract=card.contract,
        contract_id=card.contract_id,
        terms_preset=code,
        terms_days=days,
        **adjustment_values(card.values["adjustment"], card.values["adjustment_rate"]),
    )
    sees = start.flag("sees_cost")
    lines = tuple(_line(line, sees=sees) for line in card.lines)
    return with_estimate(Draft(values, {"lines": lines}, card.id, card.version))


def _line(line: SaleLineCard, *, sees: bool) -> Line:
    values = dict(line.values)
    product = None
    if line.product_id is not None:
        product = Ref(line.product_id, values["description_en"], line.product_code)
    supplier = None if values["supplier_id"] is None else Ref(values["supplier_id"], line.supplier)
    if not sees:
        values.update(cost=None, floor=None)
    return {**values, "line_id": line.id, "product": product, "supplier": supplier}


def blank_proforma(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new proforma invoice of today; the link may name its ``customer``."""
    return blank_quotation(reader, link).put(is_contract=False, latest_shipment=None, quotation_id=None)


def build_proforma(draft: Draft) -> SaveProforma:
    """Answer the command that saves the draft."""
    paper = build_quotation(draft)
    quotation = draft.get("quotation_id")
    return SaveProforma(
        **{name: getattr(paper, name) for name in _SHARED},
        quotation_id=quotation if isinstance(quotation, int) else None,
        is_contract=draft.flag("is_contract"),
        latest_shipment=draft.day("latest_shipment"),
    )


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed, at the fields of this form."""
    if draft.day("day") is None:
        return []
    found = check_proforma(build_proforma(draft))
    moved = [Problem(_MOVED.get(problem.field, problem.field), problem.message) for problem in found]
    return adjusting_problems(draft, moved)


def proforma_steps(reader: Reader, proforma_id: int) -> tuple[Step, ...]:
    """Answer the chain: the quotation behind it, itself, the contract made of it."""
    card = proforma_card(reader, proforma_id)
    before = [Step(f"{_('Quotation')} {part.number}", part.link) for part in card.before]
    after = [Step(f"{_('Contract')} {part.number}", part.link) for part in card.after]
    return (
        *before,
        Step(f"{_('Proforma invoice')} {card.number}", current=True),
        *(after or [Step(_("Contract"), reached=False)]),
    )


def _badges(draft: Draft) -> tuple[Badge, ...]:
    found = [*state_badges(PROFORMA_STATES, draft), *repriced_badges(draft)]
    if draft.flag("is_contract"):
        found.append(Badge(N_("Is the contract"), Tone.ACCENT))
    return tuple(found)


def _locked(draft: Draft) -> str:
    if draft.id is None:
        return ""
    if draft.flag("is_contract"):
        return _(
            "{number} is itself the contract. Work on contract {contract}; this paper follows it."
        ).format(number=draft.text("number"), contract=draft.text("contract"))
    if draft.text("status") == "draft":
        return ""
    return _("{number} is “{state}” and cannot be edited any more.").format(
        number=draft.text("number"), state=_(PROFORMA.state(draft.text("status")).title)
    )


def _can(step: str) -> Callable[[Sequence[Row]], bool]:
    """Make the question whether a step is possible; a paper that is the contract takes none of its own."""
    sources = {source for each in PROFORMA.transitions if each.key == step for source in each.sources}
    sources -= {"submitted"} if step == "issue" else set()

    def enabled(rows: Sequence[Row]) -> bool:
        return str(rows[0].get("status") or "") in sources and not rows[0].get("is_contract")

    return enabled


def _move(key: str, title: str, done: str, *, primary: bool = False) -> ActionSpec:
    def command(rows: Sequence[Row]) -> MoveProforma:
        day = rows[0]["today"]
        assert isinstance(day, date)
        return MoveProforma(int(rows[0]["id"]), key, day)

    return ActionSpec(
        key,
        title,
        primary=primary,
        needs=_WRITE,
        enabled=_can(key),
        operation=move_proforma,
        command=command,
        done=done,
    )


def _contract_possible(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") in {"issued", "confirmed"} and not rows[0].get("contract_id")


def _contract_command(rows: Sequence[Row]) -> ContractOfProforma:
    day = rows[0]["today"]
    assert isinstance(day, date)
    return ContractOfProforma(int(rows[0]["id"]), day)


PROFORMA_ACTIONS = (
    _move("issue", N_("Issue"), N_("The step is done."), primary=True),
    _move("confirm", N_("Confirmed by the customer"), N_("The proforma invoice is confirmed."), primary=True),
    ActionSpec(
        "contract",
        N_("Make the contract"),
        icon="contracts",
        primary=True,
        needs="contract.write",
        enabled=_contract_possible,
        operation=contract_of_proforma,
        command=_contract_command,
        done=N_("The contract is drawn up."),
        leads_to=lambda key: Link.to("contract", id=key),
    ),
    ActionSpec(
        "to_contract",
        N_("To the contract"),
        icon="contracts",
        enabled=lambda rows: bool(rows[0].get("contract_id")),
        opens=lambda rows: Link.to("contract", id=int(rows[0]["contract_id"])),
    ),
    _move("return", N_("Return to draft"), N_("The proforma invoice is a draft again.")),
    ActionSpec(
        "cancel",
        N_("Cancel"),
        needs=_WRITE,
        enabled=_can("cancel"),
        opens=lambda rows: Link.to("proforma_cancel", proforma=int(rows[0]["id"])),
    ),
    _move("void", N_("Void the draft"), N_("The draft is void.")),
)


def _blank_cancel(reader: Reader, link: Link) -> Draft:
    card = proforma_card(reader, int(str(link.param("proforma") or 0)))
    return Draft({"proforma": card.id, "number": card.number, "day": reader.today, "reason": ""})


CANCEL_FORM = FormSpec(
    key="proforma_cancel",
    title=N_("Cancel the proforma invoice"),
    kind="proforma",
    sections=(Section("", (FieldSpec("reason", N_("Why"), required=True, span=12),)),),
    load=load_nothing,
    blank=_blank_cancel,
    save=move_proforma,
    build=lambda draft: MoveProforma(
        int(draft.number("proforma") or 0), "cancel", draft.day("day") or date.min, draft.text("reason")
    ),
    heading=lambda draft: draft.text("number"),
    saved=N_("The proforma invoice is canceled."),
)


def _is_new(draft: Draft) -> bool:
    return draft.id is None


def _sees_cost(draft: Draft) -> bool:
    return draft.flag("sees_cost")


_HEAD = Section(
    "",
    (
        FieldSpec("customer", N_("Customer"), K.REF, picker=CUSTOMER, required=True, span=4),
        FieldSpec("contact", N_("Contact"), K.REF, picker=CONTACT, within=("customer",), span=2),
        FieldSpec("number", N_("Number"), K.CODE, hint=N_("next number"), span=3, visible=_is_new),
        FieldSpec("day", N_("Date"), K.DATE, required=True, span=3),
        FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=2),
        FieldSpec("rate", N_("Rate"), K.RATE, span=2),
        FieldSpec("incoterm", N_("Incoterm"), K.CHOICE, choices=INCOTERMS, required=True, span=2),
        FieldSpec("incoterm_place", N_("Named place"), required=True, span=3),
        FieldSpec("valid_until", N_("Valid until"), K.DATE, span=3),
        FieldSpec("terms_preset", N_("Payment terms"), K.CHOICE, choices=TERMS, required=True, span=5),
        FieldSpec("terms_days", N_("Days"), K.INTEGER, span=1, visible=has_days),
        FieldSpec("latest_shipment", N_("Latest shipment"), K.DATE, span=3),
        FieldSpec("customer_po", N_("Customer's order no."), K.CODE, span=3),
        FieldSpec("is_contract", N_("This paper is the contract"), K.BOOL, span=5, visible=_is_new),
    ),
)
_MORE = Section(
    N_("More terms"),
    (
        FieldSpec("port_of_loading", N_("Port of loading"), span=3),
        FieldSpec("port_of_discharge", N_("Port of discharge"), span=3),
        FieldSpec("lead_time", N_("Shipment"), hint=N_("45 days after deposit"), span=3),
        FieldSpec("commission_rate", N_("Commission"), K.PERCENT, span=3),
        FieldSpec("commission_hidden", N_("Hidden commission"), K.BOOL, span=6),
        FieldSpec(
            "bank_account", N_("Bank account to pay to"), K.REF, picker=ACCOUNT, within=("currency",), span=6
        ),
        FieldSpec("signatory", N_("Signed by"), span=6),
        FieldSpec("partial_allowed", N_("Partial shipment allowed"), K.BOOL, span=3),
        FieldSpec("transhipment_allowed", N_("Transhipment allowed"), K.BOOL, span=3),
        FieldSpec("packing", N_("Packing"), K.LONG_TEXT, span=6),
        FieldSpec("marks", N_("Shipping marks"), K.LONG_TEXT, span=6),
        FieldSpec("remarks", N_("Remarks"), K.LONG_TEXT, span=6),
        FieldSpec("clauses", N_("Clauses"), K.LONG_TEXT, span=6),
    ),
    after_lines=True,
)
_LINES = LinesSpec(
    "lines",
    "",
    (
        FieldSpec("product", N_("Product"), K.REF, picker=QUOTED_PRODUCT, within=WITHIN, width=80),
        FieldSpec("description_en", N_("Description"), required=True, width=190),
        FieldSpec("quantity", N_("Quantity"), K.QUANTITY, required=True, width=72),
        FieldSpec("unit", N_("Unit"), required=True, width=48),
        FieldSpec("price", N_("Price"), K.PRICE, required=True, width=70, currency_from=".currency"),
        FieldSpec("amount", N_("Amount"), K.MONEY, width=92, read_only=True, currency_from=".currency"),
        FieldSpec("cost", N_("Cost"), K.PRICE, width=64, visible=_sees_cost),
        FieldSpec(
            "margin", N_("Margin"), K.PERCENT, width=64, read_only=True, tone=margin_tone, visible=_sees_cost
        ),
        FieldSpec("discount", N_("Discount"), K.PERCENT, width=64, more=True),
        FieldSpec("item_no", N_("Item no."), width=80, more=True),
        FieldSpec("hs_code", N_("HS code"), width=90, more=True),
        FieldSpec("description_cn", N_("Chinese description"), width=150, more=True),
        FieldSpec("specification", N_("Specification"), width=150, more=True),
        FieldSpec(
            "supplier", N_("Supplier"), K.REF, picker=SUPPLIER, width=150, more=True, visible=_sees_cost
        ),
    ),
    summary=goods_words,
    total=total_words,
    words=amount_words,
    placeholder=N_("type an item no. or a name"),
)

PROFORMA_FORM = FormSpec(
    key="proforma",
    title=N_("New proforma invoice"),
    kind="proforma",
    sections=(_HEAD, ADJUSTING, _MORE),
    load=load_proforma,
    blank=blank_proforma,
    save=save_proforma,
    build=build_proforma,
    lines=(_LINES,),
    derive=derive_quotation,
    check=check_draft,
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    badges=_badges,
    locked=_locked,
    steps=proforma_steps,
    panels=(PanelSpec("profit", N_("Profit estimate"), compute=profit_facts),),
    actions=PROFORMA_ACTIONS,
    prints=lambda draft: Link.to("paper", kind="proforma", id=draft.id) if draft.id is not None else None,
    watches=frozenset({"proforma", "proforma_line", "sales_contract", "approval_request"}),
    needs=_WRITE,
    saved=N_("The proforma invoice is saved."),
)
