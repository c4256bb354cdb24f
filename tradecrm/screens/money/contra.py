"""The list of contra entries, and the form that sets a partner's invoices off against its bills (section 3.1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import SortKey
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.crm.pickers import PARTNER
from tradecrm.screens.draft import Draft, Line, Ref, as_number
from tradecrm.screens.money.pickers import ITEM_KINDS, is_kept, is_new, party_named
from tradecrm.screens.money.receipt_list import MONEY_CHANGES
from tradecrm.screens.money.receipts import shares, used
from tradecrm.screens.money.settled import standing_lines
from tradecrm.screens.money.taking_back import reverse_action
from tradecrm.screens.spec import (
    Badge,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    ListSpec,
    PanelSpec,
    Row,
    Section,
    Tone,
)
from tradecrm.services.money.contra import RecordContra, record_contra
from tradecrm.services.money.receivables import open_items
from tradecrm.services.money.settling_cards import contra_card
from tradecrm.services.money.settling_lists import CONTRAS

K = FieldKind
ZERO = Decimal(0)
CONTRA_CHANGES = MONEY_CHANGES | {"contra"}


def open_contra(row: Row) -> Link:
    """Answer the page of a contra entry's row."""
    return Link.to("contra", id=row["id"])


CONTRA_LIST = ListSpec(
    key="contras",
    title=N_("Contra entries"),
    kind="contra",
    source=CONTRAS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, link=open_contra),
        ColumnSpec("day", N_("Day"), K.DATE),
        ColumnSpec("party", N_("Partner"), width=260, link=lambda row: Link.to("customer", id=row["party_id"])),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("amount", N_("Of invoices"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("payable_currency", N_("Currency of bills"), K.CURRENCY),
        ColumnSpec("payable", N_("Of bills"), K.MONEY, currency_key="payable_currency", summed=True),
        ColumnSpec("reason", N_("Reason"), width=220),
        ColumnSpec("reversed", N_("Reversed"), K.DATE, tone=lambda _row: Tone.WARN),
    ),
    opens=open_contra,
    default_sort=(SortKey("day", descending=True),),
    new=Link.to("contra"),
    new_title=N_("Record contra entry"),
    watches=CONTRA_CHANGES,
    empty_title=N_("No contra entries yet"),
    empty_text=N_("Where a partner both buys and sells, what it owes can be set off against what it is owed."),
    icon="refresh",
)  # fmt: skip


def blank_contra(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a contra entry: today, for the partner the link names."""
    values: dict[str, Any] = {
        "day": reader.today,
        "base": reader.base,
        "currency": "",
        "credit_currency": "",
    }
    values |= party_named(reader, link)
    return with_both(reader, Draft(values))


def with_both(reader: Any, draft: Draft) -> Draft:
    """Answer the draft with the open invoices and bills of its partner, each side in one currency."""
    party = draft.ref_id("party")
    if party is None:
        return draft.put_rows("receivables", ()).put_rows("payables", ())
    for side, key, field in (("AR", "receivables", "currency"), ("AP", "payables", "credit_currency")):
        rows = open_items(reader, party, None, side)
        currencies = list(dict.fromkeys(row.currency for row in rows))
        currency = draft.text(field) if draft.text(field) in currencies else (currencies or [""])[0]
        typed = {line["item_id"]: line.get("amount") for line in draft.rows(key)}
        lines: list[Line] = [
            {
                "item_id": row.id,
                "number": row.number,
                "kind": row.kind,
                "due": row.due_on,
                "open": row.open_amount,
                "amount": typed.get(row.id),
            }
            for row in rows
            if row.currency == currency
        ]
        draft = draft.put_value(field, currency).put_rows(key, lines)
    return draft


def load_contra(reader: Any, identity: int) -> Draft:
    """Answer a posted contra entry as a draft nobody can type in."""
    card = contra_card(reader, identity)
    values: dict[str, Any] = {
        "number": card.number,
        "party": Ref(card.party_id, card.party),
        "day": card.day,
        "currency": card.receivable_currency,
        "credit_currency": card.payable_currency,
        "reason": card.reason,
        "reversed_on": card.reversed_on,
        "base_amount": card.base_amount,
        "base": card.base,
    }
    draft = Draft(values, id=card.id, version=1)
    return draft.put_rows("receivables", standing_lines(card.receivables)).put_rows(
        "payables", standing_lines(card.payables)
    )


def build_contra(draft: Draft) -> RecordContra:
    """Answer the command that posts what was typed."""
    day = draft.day("day")
    assert day is not None
    return RecordContra(
        day,
        draft.ref_id("party") or 0,
        shares(draft, "receivables", "item_id"),
        shares(draft, "payables", "item_id"),
        draft.text("reason"),
        draft.number("rate"),
    )


def check_contra_draft(draft: Draft) -> list[Problem]:
    """Answer what is wrong while typing: more than is open, two sides of one currency that differ."""
    if draft.id is not None:
        return []
    problems = []
    for key, field in (("receivables", "currency"), ("payables", "credit_currency")):
        for number, line in enumerate(draft.rows(key)):
            amount, opened = as_number(line.get("amount")), as_number(line.get("open"))
            if amount is not None and opened is not None and not 0 <= amount <= opened:
                message = _("{number} has only {open} open.").format(
                    number=line.get("number"), open=format_money(opened, draft.text(field))
                )
                problems.append(Problem(f"{key}.{number}.amount", message))
    left, right = used(draft, "receivables"), used(draft, "payables")
    if draft.text("currency") == draft.text("credit_currency") and left != right:
        message = _("{left} at the left and {right} at the right: both sides must be equal.").format(
            left=format_money(left, draft.text("currency")), right=format_money(right, draft.text("currency"))
        )
        problems.append(Problem("payables", message))
    return problems


def contra_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer live what both sides add up to, and the rate that follows."""
    left, right = draft.text("currency"), draft.text("credit_currency")
    if not left or not right:
        return (Fact(N_("Both an open invoice and an open bill of one partner are needed."), "", muted=True),)
    owed, owes = used(draft, "receivables"), used(draft, "payables")
    facts = [
        Fact(N_("Of invoices"), format_money(owed, left), strong=True),
        Fact(N_("Of bills"), format_money(owes, right), strong=True),
    ]
    if left != right and owed and owes:
        facts.append(Fact(N_("Rate that follows"), f"{owes / owed:.6f} {right}/{left}"))
    base_amount = draft.number("base_amount")
    if base_amount is not None:
        facts.append(Fact(N_("Value in base"), format_money(base_amount, draft.text("base"))))
    return tuple(facts)


def _total(key: str, field: str) -> Any:
    def total(draft: Draft) -> tuple[str, str]:
        currency = draft.text(field)
        return (N_("Set off"), format_money(used(draft, key), currency)) if currency else ("", "")

    return total


def _columns(currency: str) -> tuple[FieldSpec, ...]:
    return (
        FieldSpec("number", N_("Number"), K.CODE, read_only=True, width=120),
        FieldSpec("kind", N_("Kind"), K.CHOICE, choices=ITEM_KINDS, read_only=True, width=80, more=True),
        FieldSpec("due", N_("Due"), K.DATE, read_only=True, visible=is_new),
        FieldSpec(
            "open", N_("Open amount"), K.MONEY, currency_from=f".{currency}", read_only=True, visible=is_new
        ),
        FieldSpec("settled_on", N_("Settled on"), K.DATE, read_only=True, visible=is_kept),
        FieldSpec("amount", N_("Set off"), K.MONEY, currency_from=f".{currency}", width=110),
    )


CONTRA_FORM = FormSpec(
    key="contra",
    title=N_("Record contra entry"),
    kind="contra",
    sections=(
        Section(
            "",
            (
                FieldSpec("party", N_("Partner"), K.REF, picker=PARTNER, required=True, span=5),
                FieldSpec("day", N_("Day"), K.DATE, required=True, span=3),
                FieldSpec("rate", N_("Rate of the invoices"), K.RATE, span=4, hint=N_("from the table")),
                FieldSpec("reason", N_("What was agreed"), required=True, span=12),
            ),
        ),
    ),
    load=load_contra,
    blank=blank_contra,
    save=record_contra,
    build=build_contra,
    lines=(
        LinesSpec(
            "receivables",
            N_("Invoices it owes"),
            _columns("currency"),
            total=_total("receivables", "currency"),
            fixed=True,
        ),
        LinesSpec(
            "payables",
            N_("Bills owed to it"),
            _columns("credit_currency"),
            total=_total("payables", "credit_currency"),
            fixed=True,
        ),
    ),
    check=check_contra_draft,
    heading=lambda draft: draft.text("number"),
    badges=lambda draft: (
        () if draft.id is None else (Badge(N_("Reversed"), Tone.WARN),) if draft.get("reversed_on") else
        (Badge(N_("Posted"), Tone.GOOD),)
    ),
    locked=lambda draft: "" if draft.id is None else _("This entry is posted. To correct it, reverse it."),
    panels=(PanelSpec("sums", N_("Both sides"), compute=contra_facts),),
    actions=(reverse_action("reverse_contra", "payment.write"),),
    watches=CONTRA_CHANGES,
    needs="payment.write",
    saved=N_("The contra entry is posted."),
)  # fmt: skip
