"""The list of debit and credit notes and opening balances, and the form that writes one (sections 3.1 and 3.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradecrm.core.costs import COST_CATEGORIES, DEDUCTIONS
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.rates import shown_rate
from tradecrm.core.text import N_, _
from tradecrm.screens.crm.pickers import PARTNER
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.money.pickers import INVOICE, SIDES, is_new, item_ref
from tradecrm.screens.money.receipt_list import MONEY_CHANGES
from tradecrm.screens.money.settled import standing_facts
from tradecrm.screens.money.taking_back import reverse_action
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    Choice,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    ListSpec,
    PanelSpec,
    Row,
    Section,
    Tone,
    ViewSpec,
)
from tradecrm.services.crm.parties import party_card
from tradecrm.services.money.cards import item_card
from tradecrm.services.money.notes import OTHER_NOTE, REVENUE_NOTE, WriteNote, write_note
from tradecrm.services.money.settling_cards import NoteCard, note_card
from tradecrm.services.money.settling_lists import NOTES
from tradecrm.services.trade.paper_notes import papers_of_notes

K = FieldKind
NOTE_CHANGES = MONEY_CHANGES | {"note"}
NOTE_KINDS = (
    Choice("DN", N_("Debit note")),
    Choice("CN", N_("Credit note")),
    Choice("OPEN", N_("Opening balance")),
)
NOTE_STATES = (
    Choice("open", N_("Not settled"), Tone.ACCENT),
    Choice("settled", N_("Settled in full"), Tone.GOOD),
    Choice("reversed", N_("Reversed"), Tone.WARN),
)
CATEGORIES = (
    Choice(REVENUE_NOTE, N_("Revenue")),
    Choice(OTHER_NOTE, N_("Other income or expense")),
    *(Choice(each.code, each.title) for each in COST_CATEGORIES if each.code not in DEDUCTIONS and each.code != "PUR"),
)  # fmt: skip
_CHOSEN = frozenset(choice.value for choice in CATEGORIES)
_TITLES = {each.code: each.title for each in COST_CATEGORIES} | {
    choice.value: choice.label for choice in (*CATEGORIES, Choice("OPENING", N_("Opening of the books")))
}
"""What a note of any kind changes; of those that the program writes some change what nobody chooses, as purchases."""


def open_note(row: Row) -> Link:
    """Answer the page of a note's row."""
    return Link.to("note", id=row["id"])


def note_facts(reader: Any, identity: int) -> tuple[Fact, ...]:
    """Answer what stands beside a note: whom it is for, what it corrects, what it settled."""
    return _facts(note_card(reader, identity))


def _facts(card: NoteCard) -> tuple[Fact, ...]:
    facts = [
        Fact(N_("Partner"), card.party, link=Link.to("customer", id=card.party_id)),
        Fact(N_("Amount"), format_money(card.amount, card.currency), strong=True),
        Fact(N_("Open amount"), format_money(card.open_amount, card.currency)),
        Fact(N_("What it changes"), _(_TITLES.get(card.category, card.category))),
    ]
    if card.invoice_id is not None:
        facts.append(Fact(N_("Corrects"), card.invoice, link=Link.to("receivable", id=card.invoice_id)))
    if card.contract_id is not None:
        facts.append(Fact(N_("Contract"), card.contract, link=Link.to("contract", id=card.contract_id)))
    if card.shipment_id is not None:
        facts.append(Fact(N_("Shipment"), card.shipment, link=Link.to("shipment", id=card.shipment_id)))
    facts += standing_facts(card.settled, card.currency)
    facts.append(
        Fact(N_("In the books"), _("Item {number}").format(number=card.reference or card.number),
             link=Link.to("receivable", id=card.item_id))
    )  # fmt: skip
    return tuple(facts)


NOTE_LIST = ListSpec(
    key="notes",
    title=N_("Notes and opening balances"),
    kind="note",
    source=NOTES,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, link=open_note),
        ColumnSpec("kind", N_("Kind"), K.CHOICE, choices=NOTE_KINDS),
        ColumnSpec("side", N_("Side"), K.CHOICE, choices=SIDES),
        ColumnSpec("day", N_("Day"), K.DATE),
        ColumnSpec("party", N_("Partner"), width=220, link=lambda row: Link.to("customer", id=row["party_id"])),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("amount", N_("Amount"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("open", N_("Open amount"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec(
            "invoice",
            N_("Corrects"),
            K.CODE,
            link=lambda row: Link.to("receivable", id=row["invoice_id"]) if row.get("invoice_id") else None,
        ),
        ColumnSpec("state", N_("State"), K.CHOICE, choices=NOTE_STATES),
        ColumnSpec("reason", N_("Reason"), width=200),
    ),
    opens=open_note,
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("open", N_("Not settled"), (Filter("state", Op.ANY_OF, ("open",)),)),
        ViewSpec("credit", N_("Credit notes"), (Filter("kind", Op.ANY_OF, ("CN",)),)),
        ViewSpec("opening", N_("Opening balances"), (Filter("kind", Op.ANY_OF, ("OPEN",)),)),
    ),
    new=Link.to("note"),
    new_title=N_("Write note"),
    import_kind="open_receivables",
    paste_kind="open_receivables",
    watches=NOTE_CHANGES,
    preview=note_facts,
    empty_title=N_("No notes yet"),
    empty_text=N_("Discounts, claims and corrections of invoices and bills stand here, and what was open at first."),
    icon="edit",
    papers=("debit_note", "credit_note"),
    paper_ids=papers_of_notes,
)  # fmt: skip


def blank_note(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a note: a credit note of today, for the invoice or partner the link names."""
    values: dict[str, Any] = {
        "kind": str(link.param("kind") or "CN"),
        "side": str(link.param("side") or "AR"),
        "day": reader.today,
        "settle": True,
        "currency": reader.base,
    }
    item, party = link.param("item"), link.param("party")
    if item is not None:
        card = item_card(reader, int(item))
        values["invoice"] = item_ref(card)
        values |= {"side": card.side, "currency": card.currency, "party": Ref(card.party_id, card.party)}
    elif party is not None:
        found = party_card(reader, int(party))
        values["party"] = Ref(found.id, found.name, found.code)
        values["currency"] = found.draft.currency or reader.base
    values["category"] = REVENUE_NOTE if values["side"] == "AR" else OTHER_NOTE
    return Draft(values)


def load_note(reader: Any, identity: int) -> Draft:
    """Answer a posted note as a draft nobody can type in."""
    card = note_card(reader, identity)
    values: dict[str, Any] = {
        "number": card.number,
        "kind": card.kind,
        "side": card.side,
        "party": Ref(card.party_id, card.party),
        "invoice": None if card.invoice_id is None else Ref(card.invoice_id, card.invoice),
        "day": card.day,
        "currency": card.currency,
        "amount": card.amount if card.kind == "OPEN" else abs(card.amount),
        "rate": card.rate,
        "category": card.category,
        "reason": card.reason,
        "reference": card.reference or None,
        "reversed_on": card.reversed_on,
        "item_id": Decimal(card.item_id),
        "open": card.open_amount,
    }
    return Draft(values, id=card.id, version=1)


def derive_note(draft: Draft, changed: str) -> Draft:
    """Let the invoice bring its partner and currency, and the side what a note usually changes."""
    if changed == "invoice":
        found = draft.ref("invoice")
        if found is not None:
            extra = found.extra
            party = Ref(int(str(extra["party_id"])), str(extra["party"]))
            return draft.put(party=party, currency=str(extra["currency"]), side=str(extra["side"]))
    if changed == "party":
        party_ref = draft.ref("party")
        currency = "" if party_ref is None else str(party_ref.extra.get("currency") or "")
        return draft.put(invoice=None, currency=currency or draft.get("currency"))
    if changed in ("side", "kind"):
        usual = REVENUE_NOTE if draft.text("side") == "AR" else OTHER_NOTE
        return draft.put(invoice=None if changed == "side" else draft.get("invoice"), category=usual)
    return draft


def build_note(draft: Draft) -> WriteNote:
    """Answer the command that posts what was typed."""
    day = draft.day("day")
    assert day is not None
    opening = draft.text("kind") == "OPEN"
    return WriteNote(
        kind=draft.text("kind"),
        side=draft.text("side"),
        day=day,
        amount=draft.number("amount") or Decimal(0),
        reason=draft.text("reason"),
        party_id=draft.ref_id("party") or 0,
        currency=draft.text("currency"),
        category="" if opening else draft.text("category"),
        rate=draft.number("rate") if draft.ref("invoice") is None else None,
        invoice_id=None if opening else draft.ref_id("invoice"),
        due_on=draft.day("due"),
        reference=draft.text("reference"),
        settle=draft.flag("settle"),
    )


def check_note_draft(draft: Draft) -> list[Problem]:
    """Answer what is wrong while typing: a note without sign, one on an invoice that is open for less."""
    amount = draft.number("amount")
    if draft.id is not None or amount is None:
        return []
    if draft.text("kind") != "OPEN" and amount <= 0:
        return [Problem("amount", _("The amount must be above zero."))]
    return []


def effect_facts(reader: Any, draft: Draft) -> tuple[Fact, ...]:
    """Answer what a note will do: at which rate, and what of its invoice is then open."""
    if draft.id is not None:
        return note_facts(reader, draft.id)
    invoice, amount = draft.ref_id("invoice"), draft.number("amount") or Decimal(0)
    if invoice is None:
        return (Fact(_("Without an invoice it stands in hand until it is settled."), "", muted=True),)
    card = item_card(reader, invoice)
    facts = [
        Fact(N_("Open amount"), format_money(card.open_amount, card.currency)),
        Fact(N_("Booked at"), shown_rate(card.rate)),
    ]
    if draft.text("kind") == "CN" and draft.flag("settle") and amount > 0:
        left = max(Decimal(0), card.open_amount - amount)
        facts.append(Fact(N_("Then open"), format_money(left, card.currency), strong=True))
        if amount > card.open_amount:
            over = format_money(amount - card.open_amount, card.currency)
            facts.append(Fact(N_("Stays in hand"), over, Tone.WARN))
    return tuple(facts)


def _no_opening(draft: Draft) -> bool:
    return draft.text("kind") != "OPEN"


def _is_chosen(draft: Draft) -> bool:
    """Tell whether what the note changes is one that a person can choose; the panel names every other one."""
    return _no_opening(draft) and draft.text("category") in _CHOSEN


def _paper(draft: Draft) -> Link | None:
    """Answer the paper of a note to a customer."""
    item = draft.number("item_id")
    if item is None or draft.text("side") != "AR" or draft.text("kind") == "OPEN":
        return None
    kind = "debit_note" if draft.text("kind") == "DN" else "credit_note"
    return Link.to("paper", kind=kind, id=int(item))


NOTE_FORM = FormSpec(
    key="note",
    title=N_("Write note"),
    kind="note",
    sections=(
        Section(
            "",
            (
                FieldSpec("kind", N_("Kind"), K.CHOICE, choices=NOTE_KINDS, required=True, span=3),
                FieldSpec("side", N_("Side"), K.CHOICE, choices=SIDES, required=True, span=2),
                FieldSpec("party", N_("Partner"), K.REF, picker=PARTNER, required=True, span=4),
                FieldSpec("day", N_("Day"), K.DATE, required=True, span=3),
                FieldSpec("invoice", N_("Invoice or bill it corrects"), K.REF, picker=INVOICE,
                          within=("party", "side"), span=5, visible=_no_opening),
                FieldSpec("amount", N_("Amount"), K.MONEY, currency_from="currency", required=True, span=3),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=2),
                FieldSpec("rate", N_("Rate"), K.RATE, span=2, hint=N_("from the table")),
                FieldSpec("category", N_("What it changes"), K.CHOICE, choices=CATEGORIES, span=4, visible=_is_chosen),
                FieldSpec("due", N_("Due"), K.DATE, span=3, hint=N_("at once"), visible=is_new),
                FieldSpec("reference", N_("Their number"), K.CODE, span=3),
                FieldSpec("settle", N_("Settle the invoice at once"), K.BOOL, span=2,
                          visible=lambda draft: is_new(draft) and _no_opening(draft)),
                FieldSpec("reason", N_("Reason, printed on the note"), span=12),
            ),
        ),
    ),
    load=load_note,
    blank=blank_note,
    save=write_note,
    build=build_note,
    derive=derive_note,
    check=check_note_draft,
    heading=lambda draft: draft.text("number"),
    badges=lambda draft: (
        () if draft.id is None else (Badge(N_("Reversed"), Tone.WARN),) if draft.get("reversed_on") else
        (Badge(N_("Posted"), Tone.GOOD),)
    ),
    locked=lambda draft: "" if draft.id is None else _("This note is posted. To correct it, reverse it."),
    panels=(PanelSpec("effect", N_("Effect"), query=effect_facts, depends=("invoice", "amount", "kind", "settle")),),
    actions=(
        reverse_action("reverse_note", "receipt.write"),
        ActionSpec(
            "settle",
            N_("Settle"),
            "check",
            needs="receipt.write",
            enabled=lambda rows: bool(rows[0].get("open")) and not rows[0].get("reversed_on"),
            opens=lambda rows: Link.to("settle", party=rows[0]["party"].id, side=rows[0]["side"]),
        ),
    ),
    prints=_paper,
    watches=NOTE_CHANGES,
    needs="receipt.write",
    saved=N_("The note is posted."),
)  # fmt: skip
