"""The list of write-offs, and the form that gives up a rest of an invoice or bill, or keeps a deposit (section 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.settling_flows import WRITE_OFF as FLOW
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.money.pickers import SIDES
from tradecrm.screens.money.receipt_list import MONEY_CHANGES
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
from tradecrm.services.money.cards import ItemCard, item_card
from tradecrm.services.money.settling_cards import write_off_card
from tradecrm.services.money.settling_lists import WRITE_OFFS
from tradecrm.services.money.write_offs import (
    BAD_DEBT,
    FORFEIT,
    KIND_TITLES,
    SMALL,
    WriteOff,
    asks_approval,
    rest_limit,
    write_off,
)

K = FieldKind
ZERO = Decimal(0)
_TONES = {"pending": Tone.WARN, "posted": Tone.GOOD, "rejected": Tone.BAD, "reversed": Tone.NEUTRAL}
WRITE_OFF_KINDS = tuple(Choice(key, title) for key, title in KIND_TITLES)
WRITE_OFF_STATES = tuple(Choice(state.key, state.title, _TONES[state.key]) for state in FLOW.states)
WRITE_OFF_CHANGES = MONEY_CHANGES | {"write_off", "approval_request"}


def open_write_off(row: Row) -> Link:
    """Answer the page of a write-off's row."""
    return Link.to("write_off", id=row["id"])


WRITE_OFF_LIST = ListSpec(
    key="write_offs",
    title=N_("Write-offs"),
    kind="write_off",
    source=WRITE_OFFS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, link=open_write_off),
        ColumnSpec("kind", N_("Kind"), K.CHOICE, choices=WRITE_OFF_KINDS),
        ColumnSpec("side", N_("Side"), K.CHOICE, choices=SIDES),
        ColumnSpec("day", N_("Day"), K.DATE),
        ColumnSpec("party", N_("Partner"), width=220, link=lambda row: Link.to("customer", id=row["party_id"])),
        ColumnSpec("invoice", N_("Of"), K.CODE, link=lambda row: Link.to("receivable", id=row["item_id"])),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("amount", N_("Given up"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("state", N_("State"), K.CHOICE, choices=WRITE_OFF_STATES),
        ColumnSpec("reason", N_("Reason"), width=220),
    ),
    opens=open_write_off,
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("pending", N_("Waiting for approval"), (Filter("state", Op.ANY_OF, ("pending",)),)),
        ViewSpec("bad", N_("Bad debt"), (Filter("kind", Op.ANY_OF, (BAD_DEBT,)),)),
    ),
    watches=WRITE_OFF_CHANGES,
    empty_title=N_("Nothing was written off"),
    empty_text=N_("Small rests, bad debt and forfeited deposits stand here. Begin one on the page of the invoice."),
    icon="minus",
)  # fmt: skip


def blank_write_off(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a write-off of all that the item of the link has open."""
    card = item_card(reader, int(link.param("item") or 0))
    return Draft(
        {
            "item": _item(card),
            "kind": FORFEIT if card.amount < 0 else SMALL,
            "day": reader.today,
            "currency": card.currency,
            "amount": abs(card.open_amount),
            "open": abs(card.open_amount),
        }
    )


def _item(card: ItemCard) -> Ref:
    return Ref(card.id, card.number, detail=card.party)


def load_write_off(reader: Any, identity: int) -> Draft:
    """Answer a write-off as a draft nobody can type in."""
    card = write_off_card(reader, identity)
    values: dict[str, Any] = {
        "number": card.number,
        "item": Ref(card.item_id, card.item, detail=card.party),
        "kind": card.kind,
        "day": card.day,
        "currency": card.currency,
        "amount": card.amount,
        "reason": card.reason,
        "status": card.status,
        "reversed_on": card.reversed_on or (None if card.status == "posted" else card.day),
    }
    return Draft(values, id=card.id, version=1)


def build_write_off(draft: Draft) -> WriteOff:
    """Answer the command that gives up what was typed."""
    day = draft.day("day")
    assert day is not None
    return WriteOff(
        draft.ref_id("item") or 0,
        draft.number("amount") or ZERO,
        day,
        draft.text("reason"),
        draft.text("kind"),
    )


def check_write_off_draft(draft: Draft) -> Sequence[Problem]:
    """Answer what is wrong while typing: more than is open."""
    amount, opened = draft.number("amount"), draft.number("open")
    if draft.id is None and amount is not None and opened is not None and amount > opened:
        words = _("Only {open} are open.").format(open=format_money(opened, draft.text("currency")))
        return [Problem("amount", words)]
    return ()


def limit_facts(reader: Any, draft: Draft) -> tuple[Fact, ...]:
    """Answer whether the write-off is posted at once or waits for approval, and why."""
    item = draft.ref_id("item")
    if item is None:
        return ()
    card = item_card(reader, item)
    facts = [
        Fact(N_("Partner"), card.party, link=Link.to("customer", id=card.party_id)),
        Fact(card.number, format_money(card.amount, card.currency), link=Link.to("receivable", id=card.id)),
        Fact(N_("Open amount"), format_money(card.open_amount, card.currency)),
    ]
    if draft.id is not None:
        return tuple(facts)
    limit, earlier = rest_limit(reader, item)
    facts.append(Fact(N_("Without approval up to"), format_money(limit, card.currency)))
    amount = draft.number("amount") or ZERO
    within = draft.text("kind") == SMALL and earlier <= 0 and amount <= limit
    if not within and not asks_approval(reader, draft.text("kind")):
        words = _("No approval rule is on for this: it is posted at once, and the log keeps the reason.")
        facts.append(Fact(words, "", Tone.WARN))
    elif draft.text("kind") != SMALL:
        facts.append(
            Fact(_("Bad debt and forfeited deposits are always decided by approval."), "", muted=True)
        )
    elif earlier > 0:
        words = _("{amount} of it were written off before; a second time needs approval.")
        facts.append(Fact(words.format(amount=format_money(earlier, card.currency)), "", Tone.WARN))
    elif amount > limit:
        facts.append(Fact(_("This is above the limit and needs approval."), "", Tone.WARN))
    else:
        facts.append(Fact(_("This is within the limit and is posted at once."), "", Tone.GOOD))
    return tuple(facts)


def _badges(draft: Draft) -> tuple[Badge, ...]:
    if draft.id is None:
        return ()
    state = FLOW.state(draft.text("status"))
    return (Badge(state.title, _TONES[state.key]),)


WRITE_OFF_FORM = FormSpec(
    key="write_off",
    title=N_("Write off"),
    kind="write_off",
    sections=(
        Section(
            "",
            (
                FieldSpec("item", N_("What is given up"), K.REF, read_only=True, span=4),
                FieldSpec("kind", N_("Kind"), K.CHOICE, choices=WRITE_OFF_KINDS, required=True, span=3),
                FieldSpec("amount", N_("Amount"), K.MONEY, currency_from="currency", required=True, span=3),
                FieldSpec("day", N_("Day"), K.DATE, required=True, span=2),
                FieldSpec("reason", N_("Reason"), required=True, span=12),
            ),
        ),
    ),
    load=load_write_off,
    blank=blank_write_off,
    save=write_off,
    build=build_write_off,
    check=check_write_off_draft,
    heading=lambda draft: draft.text("number"),
    badges=_badges,
    locked=lambda draft: "" if draft.id is None else _("A write-off stays as it is; reverse it to take it back."),
    panels=(PanelSpec("limit", N_("Write-off"), query=limit_facts, depends=("amount", "kind")),),
    actions=(
        reverse_action("reverse_write_off", "receipt.write"),
        ActionSpec(
            "approvals",
            N_("Approvals"),
            "check",
            primary=True,
            enabled=lambda rows: rows[0].get("status") == "pending",
            opens=lambda _rows: Link.to("approvals"),
        ),
    ),
    watches=WRITE_OFF_CHANGES,
    needs="receipt.write",
    saved=N_("The write-off is entered."),
)  # fmt: skip
