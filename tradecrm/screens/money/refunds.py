"""The list of refunds, and the form that gives money in hand back, or takes a prepayment back (section 3.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.crm.pickers import PARTNER
from tradecrm.screens.draft import Draft, Line, Ref, as_number
from tradecrm.screens.money.pickers import ACCOUNT, SETTLED_COLUMNS, account_ref, currency_of_account
from tradecrm.screens.money.receipt_list import MONEY_CHANGES
from tradecrm.screens.money.receipts import shares, used
from tradecrm.screens.money.settled import standing_facts, standing_lines
from tradecrm.screens.money.taking_back import reverse_action
from tradecrm.screens.spec import (
    Badge,
    Choice,
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
    ViewSpec,
)
from tradecrm.services.crm.parties import party_card
from tradecrm.services.money.cards import account_choices
from tradecrm.services.money.receivables import open_items
from tradecrm.services.money.refunds import RecordRefund, record_refund
from tradecrm.services.money.settling_cards import refund_card
from tradecrm.services.money.settling_lists import REFUNDS

K = FieldKind
ZERO = Decimal(0)
REFUND_SIDES = (
    Choice("AR", N_("To a customer")),
    Choice("AP", N_("From a supplier")),
)
REFUND_CHANGES = MONEY_CHANGES | {"refund"}


def open_refund(row: Row) -> Link:
    """Answer the page of a refund's row."""
    return Link.to("refund", id=row["id"])


def refund_facts(reader: Any, identity: int) -> tuple[Fact, ...]:
    """Answer what stands beside a refund: whom, over which account, and of what."""
    card = refund_card(reader, identity)
    facts = [
        Fact(N_("Partner"), card.party, link=Link.to("customer", id=card.party_id)),
        Fact(N_("Account"), card.account, link=Link.to("account", id=card.account_id)),
        Fact(N_("Given back"), format_money(card.amount, card.currency), strong=True),
    ]
    facts += standing_facts(card.settled, card.currency)
    return tuple(facts)


REFUND_LIST = ListSpec(
    key="refunds",
    title=N_("Refunds"),
    kind="refund",
    source=REFUNDS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, link=open_refund),
        ColumnSpec("side", N_("Side"), K.CHOICE, choices=REFUND_SIDES),
        ColumnSpec("day", N_("Day"), K.DATE),
        ColumnSpec("party", N_("Partner"), width=230, link=lambda row: Link.to("customer", id=row["party_id"])),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("amount", N_("Given back"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("charge", N_("Bank charge"), K.MONEY, currency_key="currency"),
        ColumnSpec("account", N_("Account"), link=lambda row: Link.to("account", id=row["account_id"])),
        ColumnSpec("reason", N_("Reason"), width=200),
        ColumnSpec("reference", N_("Reference")),
        ColumnSpec("reversed", N_("Reversed"), K.DATE, tone=lambda _row: Tone.WARN),
    ),
    opens=open_refund,
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("customers", N_("To customers"), (Filter("side", Op.ANY_OF, ("AR",)),)),
        ViewSpec("suppliers", N_("From suppliers"), (Filter("side", Op.ANY_OF, ("AP",)),)),
    ),
    new=Link.to("refund"),
    new_title=N_("Record refund"),
    watches=REFUND_CHANGES,
    preview=refund_facts,
    empty_title=N_("No refunds yet"),
    empty_text=N_("Money given back to customers, and prepayments that suppliers gave back, stand here."),
    icon="undo",
)  # fmt: skip


def blank_refund(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a refund: today, for the partner and side the link names."""
    values: dict[str, Any] = {
        "side": str(link.param("side") or "AR"),
        "day": reader.today,
        "charge": ZERO,
        "currency": "",
        "base": reader.base,
    }
    party = link.param("party")
    if party is not None:
        card = party_card(reader, int(party))
        values["party"] = Ref(card.id, card.name, card.code)
        hand = open_items(reader, card.id, None, values["side"], credits_=True)
        accounts = account_choices(reader, limit=10_000)
        fitting = [each for each in accounts if any(each.currency == row.currency for row in hand)]
        if fitting:
            values["account"] = account_ref(fitting[0].id, fitting[0].name, fitting[0].currency)
            values["currency"] = fitting[0].currency
    return with_credits(reader, Draft(values))


def with_credits(reader: Any, draft: Draft) -> Draft:
    """Answer the draft with the money in hand of its partner in the account's currency."""
    party, currency = draft.ref_id("party"), draft.text("currency")
    if party is None or not currency:
        return draft.put_rows("items", ())
    typed = {line["item_id"]: line.get("amount") for line in draft.rows("items")}
    rows: list[Line] = [
        {
            "item_id": row.id,
            "number": row.number,
            "kind": row.kind,
            "day": row.day,
            "due": None,
            "open": row.open_amount,
            "amount": typed.get(row.id),
        }
        for row in open_items(reader, party, currency, draft.text("side"), credits_=True)
    ]
    return draft.put_rows("items", rows)


def load_refund(reader: Any, identity: int) -> Draft:
    """Answer a posted refund as a draft nobody can type in."""
    card = refund_card(reader, identity)
    values: dict[str, Any] = {
        "number": card.number,
        "side": card.side,
        "party": Ref(card.party_id, card.party),
        "account": account_ref(card.account_id, card.account, card.currency),
        "currency": card.currency,
        "day": card.day,
        "charge": card.charge,
        "rate": card.rate,
        "reason": card.reason,
        "reference": card.reference or None,
        "reversed_on": card.reversed_on,
    }
    return Draft(values, id=card.id, version=1).put_rows("items", standing_lines(card.settled))


def build_refund(draft: Draft) -> RecordRefund:
    """Answer the command that posts what was typed."""
    day = draft.day("day")
    assert day is not None
    return RecordRefund(
        draft.text("side"),
        day,
        draft.ref_id("party") or 0,
        draft.ref_id("account") or 0,
        shares(draft, "items", "item_id"),
        draft.text("reason"),
        draft.number("charge") or ZERO,
        draft.number("rate"),
        draft.text("reference"),
    )


def check_refund_draft(draft: Draft) -> list[Problem]:
    """Answer what is wrong while typing: parts above what is in hand."""
    problems = []
    for number, line in enumerate(draft.rows("items") if draft.id is None else ()):
        amount, opened = as_number(line.get("amount")), as_number(line.get("open"))
        if amount is not None and opened is not None and not 0 <= amount <= opened:
            message = _("{number} has only {open} open.").format(
                number=line.get("number"), open=format_money(opened, draft.text("currency"))
            )
            problems.append(Problem(f"items.{number}.amount", message))
    return problems


def given_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer live what leaves or reaches the account."""
    currency = draft.text("currency")
    if draft.id is not None:
        return ()
    if not currency:
        return (Fact(N_("Choose the partner and the account the money moves over."), "", muted=True),)
    amount, charge = used(draft, "items"), draft.number("charge") or ZERO
    out = draft.text("side") == "AR"
    moved = amount + charge if out else amount - charge
    return (
        Fact(N_("Given back"), format_money(amount, currency), strong=True),
        Fact(N_("Leaves the account") if out else N_("Reaches the account"), format_money(moved, currency)),
    )


def _total(draft: Draft) -> tuple[str, str]:
    currency = draft.text("currency")
    return (N_("Given back"), format_money(used(draft, "items"), currency)) if currency else ("", "")


REFUND_FORM = FormSpec(
    key="refund",
    title=N_("Record refund"),
    kind="refund",
    sections=(
        Section(
            "",
            (
                FieldSpec("side", N_("Refund"), K.CHOICE, choices=REFUND_SIDES, required=True, span=3),
                FieldSpec("party", N_("Partner"), K.REF, picker=PARTNER, required=True, span=5),
                FieldSpec("account", N_("Account"), K.REF, picker=ACCOUNT, required=True, span=4),
                FieldSpec("day", N_("Day"), K.DATE, required=True, span=3),
                FieldSpec("charge", N_("Bank charge"), K.MONEY, currency_from="currency", span=3),
                FieldSpec("rate", N_("Rate, if the bank's own"), K.RATE, span=3, hint=N_("from the table")),
                FieldSpec("reference", N_("Reference"), span=3),
                FieldSpec("reason", N_("Reason"), required=True, span=12),
            ),
        ),
    ),
    load=load_refund,
    blank=blank_refund,
    save=record_refund,
    build=build_refund,
    lines=(
        LinesSpec(
            "items",
            N_("Money in hand"),
            tuple(column for column in SETTLED_COLUMNS if column.key != "due"),
            total=_total,
            fixed=True,
            kept_title=N_("Given back of"),
        ),
    ),
    derive=currency_of_account,
    check=check_refund_draft,
    heading=lambda draft: draft.text("number"),
    badges=lambda draft: (
        () if draft.id is None else (Badge(N_("Reversed"), Tone.WARN),) if draft.get("reversed_on") else
        (Badge(N_("Posted"), Tone.GOOD),)
    ),
    locked=lambda draft: "" if draft.id is None else _("This refund is posted. To correct it, reverse it."),
    panels=(
        PanelSpec("given", N_("Refund"), compute=given_facts),
        PanelSpec(
            "facts",
            N_("Given back"),
            query=lambda reader, draft: () if draft.id is None else refund_facts(reader, draft.id),
        ),
    ),
    actions=(reverse_action("reverse_refund", "receipt.write"),),
    watches=REFUND_CHANGES,
    needs="receipt.write",
    saved=N_("The refund is posted."),
)  # fmt: skip
