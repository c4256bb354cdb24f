"""The form of an inquiry (询盘): what a customer asks for, who answers it, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.crm.pickers import PERSON
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.spec import (
    ActionSpec,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    Row,
    Section,
    Step,
)
from tradecrm.screens.trade.deal_lists import INQUIRY_STATES
from tradecrm.screens.trade.pickers import CONTACT, CUSTOMER, PRODUCT, party_ref
from tradecrm.screens.trade.words import in_state, state_badges
from tradecrm.services.crm.parties import party_card, party_picker
from tradecrm.services.trade.inquiries import (
    OPEN,
    InquiryLineDraft,
    QuotationOfInquiry,
    SaveInquiry,
    check_inquiry,
    inquiry_card,
    quotation_of_inquiry,
    save_inquiry,
)
from tradecrm.services.trade.inquiry_moves import AssignInquiry, MoveInquiry, assign_inquiry, move_inquiry

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
_WRITE = "quotation.write"
_TEXTS = ("number", "subject", "source", "currency", "wanted", "remarks")


def load_inquiry(reader: Reader, inquiry_id: int) -> Draft:
    """Answer an inquiry's draft; raises NotFound."""
    card = inquiry_card(reader, inquiry_id)
    values: dict[str, Value] = dict(card.values)
    contact = card.values["contact_id"]
    values.update(
        number=card.number,
        status=card.status,
        lost_reason=card.lost_reason,
        person=card.person,
        answered=bool(card.after),
        customer=Ref(card.values["customer_id"], card.customer, card.customer_code),
        contact=None if contact is None else Ref(contact, card.contact),
    )
    lines: list[Line] = []
    for line in card.lines:
        product = None
        if line.product_id is not None:
            product = Ref(line.product_id, str(line.values["description_en"]), line.product_code)
        lines.append({**line.values, "product": product})
    return Draft(values, {"lines": tuple(lines)}, card.id, card.version)


def blank_inquiry(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new inquiry of today; the link may name its ``customer``."""
    draft = Draft({"number": "", "day": reader.today, "status": "", "currency": "USD", "customer": None})
    customer = link.param("customer")
    if customer is None:
        return draft
    card = party_card(reader, int(customer))
    found = [one for one in party_picker(reader, card.code, ("is_customer",)) if one.id == card.id]
    return derive_inquiry(draft.put(customer=party_ref(found[0])), "customer") if found else draft


def derive_inquiry(draft: Draft, changed: str) -> Draft:
    """Take the customer's currency, and the words and unit of a product that was chosen."""
    customer = draft.ref("customer")
    if changed == "customer" and customer is not None:
        currency = str(customer.extra.get("currency") or "")
        return draft.put(contact=None, **({"currency": currency} if currency else {}))
    if not (changed.startswith("lines.") and changed.endswith(".product")):
        return draft
    number = int(changed.split(".", 2)[1])
    rows = list(draft.rows())
    product = rows[number].get("product") if number < len(rows) else None
    if not isinstance(product, Ref):
        return draft
    unit = str(product.extra.get("unit") or rows[number].get("unit") or "pcs")
    rows[number] = {**rows[number], "description_en": product.label, "unit": unit}
    return draft.put_rows("lines", rows)


def build_inquiry(draft: Draft) -> SaveInquiry:
    """Answer the command that saves the draft."""
    return SaveInquiry(
        customer_id=draft.ref_id("customer") or 0,
        day=draft.day("day") or date.min,
        contact_id=draft.ref_id("contact"),
        reply_by=draft.day("reply_by"),
        lines=tuple(_command_line(line) for line in draft.rows()),
        id=draft.id,
        version=draft.version,
        **{name: draft.text(name).strip() for name in _TEXTS},
    )


def _command_line(line: Line) -> InquiryLineDraft:
    product = line.get("product")
    return InquiryLineDraft(
        str(line.get("description_en") or ""),
        int(product.id) if isinstance(product, Ref) else None,
        as_number(line.get("quantity")),
        str(line.get("unit") or "pcs"),
        as_number(line.get("target_price")),
    )


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed."""
    return [] if draft.day("day") is None else check_inquiry(build_inquiry(draft))


def inquiry_steps(reader: Reader, inquiry_id: int) -> tuple[Step, ...]:
    """Answer the chain of an inquiry: itself, its quotations, the contracts made of them."""
    card = inquiry_card(reader, inquiry_id)
    words = {"quotation": N_("Quotation"), "contract": N_("Contract")}
    reached = [Step(f"{_(words[part.kind])} {part.number}", part.link) for part in card.after]
    missing = [
        Step(_(title), reached=False)
        for kind, title in words.items()
        if kind not in {part.kind for part in card.after}
    ]
    return (Step(f"{_('Inquiry')} {card.number}", current=True), *reached, *missing)


def _facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer who answers the inquiry and how far it has come."""
    if draft.id is None:
        return (Fact(_("One action makes the quotation of these lines."), "", muted=True),)
    facts = [Fact(_("Answered by"), draft.text("person"))]
    if draft.text("lost_reason"):
        facts.append(Fact(_("Lost because"), draft.text("lost_reason")))
    targets = [as_number(line.get("target_price")) for line in draft.rows()]
    quantities = [as_number(line.get("quantity")) for line in draft.rows()]
    pairs = [(a, b) for a, b in zip(targets, quantities, strict=True) if a and b]
    if pairs:
        worth = sum((a * b for a, b in pairs), Decimal(0))
        facts.append(Fact(_("Worth at target prices"), format_money(worth, draft.text("currency"))))
    return tuple(facts)


def _locked(draft: Draft) -> str:
    if draft.id is None or draft.text("status") in OPEN:
        return ""
    title = next((each.label for each in INQUIRY_STATES if each.value == draft.text("status")), "")
    return _("{number} is “{state}” and cannot be edited any more.").format(
        number=draft.text("number"), state=_(title)
    )


def _move(key: str, title: str, state: str, done: str) -> ActionSpec:
    return ActionSpec(
        key,
        title,
        needs=_WRITE,
        enabled=in_state(*state.split()),
        operation=move_inquiry,
        command=lambda rows: MoveInquiry(int(rows[0]["id"]), key),
        done=done,
    )


def _dialog(target: str) -> Callable[[Sequence[Row]], Link | None]:
    return lambda rows: Link.to(target, inquiry=int(rows[0]["id"]))


INQUIRY_ACTIONS = (
    ActionSpec(
        "quote",
        N_("Make the quotation"),
        icon="quotation",
        primary=True,
        needs=_WRITE,
        enabled=lambda rows: in_state(*OPEN)(rows) and not rows[0].get("answered"),
        operation=quotation_of_inquiry,
        command=lambda rows: QuotationOfInquiry(int(rows[0]["id"])),
        done=N_("The quotation is a draft of today."),
        leads_to=lambda key: Link.to("quotation", id=key),
    ),
    ActionSpec(
        "quote_again",
        N_("Make another quotation"),
        needs=_WRITE,
        enabled=lambda rows: in_state(*OPEN)(rows) and bool(rows[0].get("answered")),
        operation=quotation_of_inquiry,
        command=lambda rows: QuotationOfInquiry(int(rows[0]["id"])),
        done=N_("The quotation is a draft of today."),
        leads_to=lambda key: Link.to("quotation", id=key),
    ),
    ActionSpec(
        "assign",
        N_("Assign"),
        needs=_WRITE,
        enabled=in_state("new", "assigned"),
        opens=_dialog("inquiry_assign"),
    ),
    ActionSpec(
        "lose",
        N_("Mark as lost"),
        needs=_WRITE,
        enabled=in_state(*sorted(OPEN)),
        opens=_dialog("inquiry_lose"),
    ),
    _move("reopen", N_("Reopen"), "lost", N_("The inquiry is open again.")),
    _move("void", N_("Void"), "new assigned", N_("The customer's inquiry is void.")),
)


def _blank_dialog(reader: Reader, link: Link) -> Draft:
    card = inquiry_card(reader, int(str(link.param("inquiry") or 0)))
    return Draft({"inquiry": card.id, "number": card.number, "reason": "", "person": None})


LOSE_FORM = FormSpec(
    key="inquiry_lose",
    title=N_("Mark as lost"),
    kind="inquiry",
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "reason", N_("Why"), required=True, span=12, hint=N_("such as the price or a competitor")
                ),
            ),
        ),
    ),
    load=load_nothing,
    blank=_blank_dialog,
    save=move_inquiry,
    build=lambda draft: MoveInquiry(int(draft.number("inquiry") or 0), "lose", draft.text("reason")),
    heading=lambda draft: draft.text("number"),
    saved=N_("The inquiry is lost; it can be reopened."),
)
ASSIGN_FORM = FormSpec(
    key="inquiry_assign",
    title=N_("Assign"),
    kind="inquiry",
    sections=(
        Section("", (FieldSpec("person", N_("Answered by"), K.REF, picker=PERSON, required=True, span=6),)),
    ),
    load=load_nothing,
    blank=_blank_dialog,
    save=assign_inquiry,
    build=lambda draft: AssignInquiry(int(draft.number("inquiry") or 0), draft.ref_id("person") or 0),
    heading=lambda draft: draft.text("number"),
    saved=N_("The inquiry is assigned."),
)
INQUIRY_DIALOGS = (LOSE_FORM, ASSIGN_FORM)
"""The steps that ask something first."""

INQUIRY_FORM = FormSpec(
    key="inquiry",
    title=N_("New inquiry"),
    kind="inquiry",
    sections=(
        Section(
            "",
            (
                FieldSpec("customer", N_("Customer"), K.REF, picker=CUSTOMER, required=True, span=5),
                FieldSpec("contact", N_("Contact"), K.REF, picker=CONTACT, within=("customer",), span=3),
                FieldSpec("day", N_("Date"), K.DATE, required=True, span=2),
                FieldSpec("reply_by", N_("Reply by"), K.DATE, span=2),
                FieldSpec("subject", N_("Asks for"), required=True, span=6),
                FieldSpec("source", N_("Source"), hint=N_("such as a fair or the website"), span=3),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=3),
            ),
        ),
        Section(
            N_("In the customer's words"),
            (
                FieldSpec("wanted", N_("What was written"), K.LONG_TEXT),
                FieldSpec("remarks", N_("Remarks"), K.LONG_TEXT),
            ),
            after_lines=True,
        ),
    ),
    load=load_inquiry,
    blank=blank_inquiry,
    save=save_inquiry,
    build=build_inquiry,
    lines=(
        LinesSpec(
            "lines",
            "",
            (
                FieldSpec("product", N_("Product"), K.REF, picker=PRODUCT, width=110),
                FieldSpec("description_en", N_("Description"), required=True, width=280),
                FieldSpec("quantity", N_("Quantity"), K.QUANTITY, width=90),
                FieldSpec("unit", N_("Unit"), required=True, width=60),
                FieldSpec("target_price", N_("Target price"), K.PRICE, width=100, currency_from=".currency"),
            ),
            placeholder=N_("type an item no. or a name"),
        ),
    ),
    derive=derive_inquiry,
    check=check_draft,
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    badges=partial(state_badges, INQUIRY_STATES),
    locked=_locked,
    steps=inquiry_steps,
    panels=(PanelSpec("answer", N_("Answer"), compute=_facts),),
    actions=INQUIRY_ACTIONS,
    watches=frozenset({"inquiry", "inquiry_line", "quotation", "sales_contract"}),
    needs=_WRITE,
    saved=N_("The inquiry is saved."),
)
