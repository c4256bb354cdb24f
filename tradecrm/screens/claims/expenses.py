"""Expense claims (费用报销): the list, the form with its steps, and the dialogs of paying and taking back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from tradecrm.core.claim_flows import EXPENSE_CLAIM
from tradecrm.core.errors import RateMissing
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import convert, format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _, ngettext
from tradecrm.screens.claims.words import CLAIM_STATES, SHIPMENT, SPENT_FOR, is_kept, record_id
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.money.pickers import ACCOUNT
from tradecrm.screens.spec import (
    ActionSpec,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    ListSpec,
    PanelSpec,
    Row,
    Section,
    ViewSpec,
)
from tradecrm.screens.trade.words import in_state, state_badges
from tradecrm.services.claims.expense_card import EXPENSE_CLAIMS, claim_card, own_name
from tradecrm.services.claims.expense_payment import PayClaim, ReverseClaim, pay_claim, reverse_claim
from tradecrm.services.claims.expenses import (
    ClaimLineDraft,
    MoveClaim,
    SaveClaim,
    check_claim,
    move_claim,
    save_claim,
)
from tradecrm.services.money.cards import table_rate

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
ONE = Decimal(1)


def open_claim(row: Row) -> Link:
    """Answer the page of a claim's row."""
    return Link.to("expense_claim", id=row["id"])


CLAIM_LIST = ListSpec(
    key="expense_claims",
    title=N_("Expense claims"),
    kind="expense_claim",
    source=EXPENSE_CLAIMS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, 124, link=open_claim),
        ColumnSpec("day", N_("Day"), K.DATE),
        ColumnSpec("title", N_("Purpose"), width=240),
        ColumnSpec("payee", N_("Payee"), width=120),
        ColumnSpec("person", N_("Written by"), width=120),
        ColumnSpec("lines", N_("Lines"), K.INTEGER, 64),
        ColumnSpec("total", N_("Total"), K.MONEY, summed=True),
        ColumnSpec("status", N_("Status"), K.CHOICE, choices=CLAIM_STATES),
        ColumnSpec("paid_on", N_("Paid on"), K.DATE),
        ColumnSpec("account", N_("Account"), hidden_by_default=True),
    ),
    opens=open_claim,
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("to_pay", N_("To be paid"), (Filter("status", Op.ANY_OF, ("approved",)),)),
        ViewSpec("waiting", N_("Waiting for approval"), (Filter("status", Op.ANY_OF, ("submitted",)),)),
        ViewSpec("month", N_("This month"), (Filter("day", Op.PERIOD, ("this_month",)),)),
    ),
    quick_filters=("status", "day"),
    new=Link.to("expense_claim"),
    new_title=N_("New expense claim"),
    watches=frozenset({"expense_claim", "expense_line", "approval_request"}),
    empty_title=N_("No expense claims yet"),
    empty_text=N_("What a person spent for the firm is claimed here, approved, paid and booked."),
    icon="receipts",
)


def load_claim(reader: Reader, claim_id: int) -> Draft:
    """Answer the draft of a claim; raises NotFound."""
    card = claim_card(reader, claim_id)
    values: dict[str, Value] = dict(card.values)
    account = card.values["account"]
    values["account"] = None if account is None else Ref(account[0], account[1])
    values["base"] = reader.base
    values["own"] = card.owner_id == reader.actor.person_id
    lines: list[dict[str, Value]] = []
    for line in card.lines:
        shipment = line["shipment"]
        lines.append(line | {"shipment": None if shipment is None else Ref(shipment[0], shipment[1])})
    return Draft(values, {"lines": tuple(lines)}, card.id, card.version)


def blank_claim(reader: Reader, link: Link) -> Draft:
    """Answer the beginning of a claim: today, by the acting person, for the shipment the link names."""
    del link
    return Draft(
        {
            "number": "",
            "day": reader.today,
            "title": "",
            "payee": own_name(reader),
            "status": EXPENSE_CLAIM.start,
            "remarks": "",
            "base": reader.base,
            "own": True,
        }
    )


def derive_claim(draft: Draft, changed: str) -> Draft:
    """Begin a line with the claim's day and base currency, and reckon what it comes to in base."""
    base, rows = draft.text("base"), []
    for line in draft.rows():
        row = dict(line)
        if row.get("day") is None:
            row["day"] = draft.get("day")
        if not row.get("currency"):
            row["currency"] = base
        if row["currency"] == base:
            row["rate"] = ONE
        elif changed.endswith(".currency") or row.get("rate") == ONE:
            row["rate"] = (
                None if line.get("currency") != row["currency"] or row.get("rate") == ONE else row["rate"]
            )
        amount, rate = as_number(row.get("amount")), as_number(row.get("rate"))
        row["base_amount"] = None if amount is None or rate is None else convert(amount, rate, base)
        rows.append(line if row == dict(line) else row)
    return draft.put_rows("lines", rows)


def build_claim(draft: Draft) -> SaveClaim:
    """Answer the command that saves the claim."""
    return SaveClaim(
        day=draft.day("day") or date.min,
        title=draft.text("title"),
        lines=tuple(_command_line(draft, line) for line in draft.rows()),
        payee=draft.text("payee"),
        remarks=draft.text("remarks").strip(),
        id=draft.id,
        version=draft.version,
    )


def _command_line(draft: Draft, line: Line) -> ClaimLineDraft:
    day, shipment = line.get("day"), line.get("shipment")
    return ClaimLineDraft(
        day=day if isinstance(day, date) else draft.day("day") or date.min,
        category=str(line.get("category") or ""),
        description=str(line.get("description") or ""),
        currency=str(line.get("currency") or ""),
        amount=as_number(line.get("amount")) or ZERO,
        rate=as_number(line.get("rate")),
        shipment_id=int(shipment.id) if isinstance(shipment, Ref) else None,
    )


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed."""
    return [] if draft.day("day") is None else check_claim(build_claim(draft))


def claim_total(draft: Draft) -> tuple[str, str]:
    """Answer what the lines come to in base; those without a rate are valued when it is saved."""
    total = sum((as_number(line.get("base_amount")) or ZERO for line in draft.rows()), ZERO)
    return N_("Total"), format_money(total, draft.text("base"))


def claim_words(draft: Draft) -> tuple[str, ...]:
    """Answer how many lines there are and how many belong to shipments."""
    rows = draft.rows()
    shipped = sum(1 for line in rows if line.get("shipment") is not None)
    words = [ngettext("{count} line", "{count} lines", len(rows)).format(count=len(rows))]
    if shipped:
        words.append(_("{count} of shipments").format(count=shipped))
    return tuple(words)


def way_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer how far the claim has come, and which rates the book has for what it names."""
    facts = []
    if draft.day("paid_on") is not None:
        facts.append(Fact(_("Paid on"), str(draft.get("paid_on"))))
    account = draft.ref("account")
    if account is not None:
        facts.append(Fact(_("Account"), account.label, link=Link.to("account", id=int(account.id))))
    base = draft.text("base")
    for code in sorted({str(line.get("currency") or base) for line in draft.rows()} - {base}):
        try:
            found = table_rate(reader, "SELL", code, reader.today)
        except RateMissing as error:
            facts.append(Fact(str(error), "", muted=True))
        else:
            facts.append(
                Fact(_("{currency}, bank selling rate").format(currency=code), f"{found.rate.normalize():f}")
            )
    facts.append(
        Fact(_("A line with a shipment becomes a cost of that shipment when it is paid."), "", muted=True)
    )
    return tuple(facts)


def _locked(draft: Draft) -> str:
    if draft.id is None or draft.text("status") == EXPENSE_CLAIM.start:
        return ""
    return _("The claim is “{status}”; only a draft can be changed.").format(
        status=_(EXPENSE_CLAIM.state(draft.text("status")).title)
    )


def _move(key: str, title: str, done: str, sources: tuple[str, ...], *, primary: bool = False) -> ActionSpec:
    return ActionSpec(
        key,
        title,
        primary=primary,
        needs="claim.write",
        enabled=in_state(*sources),
        operation=move_claim,
        command=lambda rows: MoveClaim(record_id(rows), key),
        done=done,
    )


def blank_payment(reader: Reader, link: Link) -> Draft:
    """Answer the draft of paying a claim: today, from an account still to choose."""
    card = claim_card(reader, int(str(link.param("claim") or 0)))
    words = _("{number}: {total} to {payee}").format(
        number=card.values["number"],
        total=format_money(card.values["total_base"], reader.base),
        payee=card.values["payee"],
    )
    return Draft({"claim": card.id, "words": words, "day": reader.today, "account": None})


def build_payment(draft: Draft) -> PayClaim:
    """Answer the command that pays and books the claim."""
    return PayClaim(int(draft.text("claim") or 0), draft.ref_id("account") or 0, draft.day("day") or date.min)


PAY_CLAIM_FORM = FormSpec(
    key="pay_claim",
    title=N_("Pay the claim"),
    kind="expense_claim",
    sections=(
        Section(
            "",
            (
                FieldSpec("account", N_("Account"), K.REF, picker=ACCOUNT, required=True, span=8),
                FieldSpec("day", N_("Day"), K.DATE, required=True, span=4),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_payment,
    save=pay_claim,
    build=build_payment,
    heading=lambda draft: draft.text("words"),
    saved=N_("The claim is paid and booked."),
)


def blank_reversal(reader: Reader, link: Link) -> Draft:
    """Answer the draft of taking the payment of a claim back: today, with a reason to type."""
    card = claim_card(reader, int(str(link.param("claim") or 0)))
    return Draft({"claim": card.id, "number": card.values["number"], "day": reader.today, "reason": ""})


REVERSE_CLAIM_FORM = FormSpec(
    key="reverse_claim",
    title=N_("Take payment back"),
    kind="expense_claim",
    sections=(
        Section(
            "",
            (
                FieldSpec("reason", N_("Reason"), required=True, span=8),
                FieldSpec("day", N_("Day"), K.DATE, required=True, span=4),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_reversal,
    save=reverse_claim,
    build=lambda draft: ReverseClaim(
        int(draft.text("claim") or 0), draft.day("day") or date.min, draft.text("reason")
    ),
    heading=lambda draft: draft.text("number"),
    saved=N_("The payment is taken back; the claim is approved again."),
)


def _link(target: str) -> Callable[[Sequence[Row]], Link | None]:
    return lambda rows: Link.to(target, claim=record_id(rows))


CLAIM_ACTIONS: tuple[ActionSpec, ...] = (
    _move("submit", N_("Submit for approval"), N_("The claim is submitted."), ("draft",), primary=True),
    ActionSpec(
        "pay_claim",
        N_("Pay"),
        primary=True,
        needs="payment.write",
        enabled=in_state("approved"),
        opens=_link("pay_claim"),
    ),
    ActionSpec(
        "reverse_claim",
        N_("Take payment back"),
        needs="payment.write",
        enabled=in_state("posted"),
        opens=_link("reverse_claim"),
    ),
    _move("return", N_("Return to draft"), N_("The claim is a draft again."), ("approved",)),
    _move("void", N_("Void"), N_("The claim is void."), ("draft", "approved")),
)

CLAIM_FORM = FormSpec(
    key="expense_claim",
    title=N_("New expense claim"),
    kind="expense_claim",
    sections=(
        Section(
            "",
            (
                FieldSpec("title", N_("Purpose"), required=True, span=6),
                FieldSpec("payee", N_("Payee"), required=True, span=3),
                FieldSpec("day", N_("Day"), K.DATE, required=True, span=3),
                FieldSpec("remarks", N_("Remarks"), span=12, visible=is_kept),
            ),
        ),
    ),
    load=load_claim,
    blank=blank_claim,
    save=save_claim,
    build=build_claim,
    lines=(
        LinesSpec(
            "lines",
            "",
            (
                FieldSpec("category", N_("Category"), K.CHOICE, choices=SPENT_FOR, required=True, width=118),
                FieldSpec("description", N_("What it was for"), required=True, width=150),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, width=70),
                FieldSpec("amount", N_("Amount"), K.MONEY, required=True, width=84, currency_from="currency"),
                FieldSpec(
                    "base_amount", N_("In base"), K.MONEY, width=84, read_only=True, currency_from=".base"
                ),
                FieldSpec("shipment", N_("Shipment"), K.REF, picker=SHIPMENT, width=104),
                FieldSpec("rate", N_("Rate"), K.RATE, width=66, hint=N_("bank rate")),
                FieldSpec("day", N_("Day"), K.DATE, width=96, more=True),
            ),
            summary=claim_words,
            total=claim_total,
            placeholder=N_("what was paid for"),
        ),
    ),
    derive=derive_claim,
    check=check_draft,
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    badges=partial(state_badges, CLAIM_STATES),
    locked=_locked,
    panels=(PanelSpec("way", N_("Payment"), query=way_facts, depends=("lines",)),),
    actions=CLAIM_ACTIONS,
    watches=frozenset({"expense_claim", "expense_line", "attachment"}),
    needs="claim.write",
    saved=N_("The claim is saved."),
)
"""The page of a claim."""

CLAIM_DIALOGS: tuple[FormSpec, ...] = (PAY_CLAIM_FORM, REVERSE_CLAIM_FORM)
