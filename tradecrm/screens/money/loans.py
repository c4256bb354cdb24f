"""Loans and capital: their list, the form of one with its movements, and the form that moves its money (section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.loans import LOAN_KINDS, MOVE_KINDS
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.screens.claims.words import SHIPMENT
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.money.pickers import ACCOUNT, account_named, account_ref, is_new
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
from tradecrm.services.money.bill_advances import advance_on_item, advance_on_shipment
from tradecrm.services.money.loans import (
    LOANS,
    LoanRow,
    MoveLoan,
    OpenLoan,
    loan_card,
    move_loan,
    move_values,
    open_loan,
)

ZERO = Decimal(0)
KINDS = tuple(Choice(key, title) for key, title in LOAN_KINDS.items())
MOVES = (Choice("draw", N_("Draw")), Choice("repay", N_("Repay")), Choice("interest", N_("Pay interest")))
_CHANGES = frozenset({"loan", "loan_move", "ledger_entry"})


def open_row(row: Row) -> Link:
    """Answer the page of a loan."""
    return Link.to("loan", id=row["id"])


def loan_facts(reader: Any, identity: int) -> tuple[Fact, ...]:
    """Answer what is owed on a loan, its carrying, and what it has cost."""
    card = loan_card(reader, identity)
    facts = [
        Fact(N_("Money drawn"), format_money(card.drawn, card.currency)),
        Fact(N_("Repaid"), format_money(card.repaid, card.currency)),
        Fact(N_("Owed"), format_money(card.owed, card.currency), strong=True),
    ]
    if card.currency != card.base:
        facts.append(Fact(N_("Carried at"), format_money(card.carrying, card.base)))
    if card.kind != "capital":
        facts.append(Fact(N_("Interest paid"), format_money(card.interest, card.currency)))
    if card.due_on is not None:
        late = card.due_on < reader.today and card.owed > 0
        facts.append(Fact(N_("Due"), card.due_on.isoformat(), Tone.BAD if late else Tone.NEUTRAL))
    if card.shipment_id is not None:
        facts.append(Fact(N_("Shipment"), card.shipment, link=Link.to("shipment", id=card.shipment_id)))
    return tuple(facts)


def moves_facts(reader: Any, draft: Draft) -> tuple[Fact, ...]:
    """Answer the movements of a loan, each opening its page; what was taken back and what did it are muted."""
    if draft.id is None:
        return ()
    card = loan_card(reader, draft.id)
    return tuple(
        Fact(
            f"{move.day.isoformat()}  {_move_title(move)}",
            format_money(move.amount, card.currency),
            link=Link.to("loan_move", id=move.id),
            muted=move.back or move.undone,
        )
        for move in card.moves
    )


def _move_title(move: LoanRow) -> str:
    title = _(MOVE_KINDS[move.kind])
    return _("{what}, taken back").format(what=title) if move.back else title


def _shipment(row: Row) -> Link | None:
    return Link.to("shipment", id=row["shipment_id"]) if row.get("shipment_id") else None


def _move(kind: str) -> Any:
    return lambda rows: Link.to("loan_move", loan=rows[0]["id"], kind=kind)


def _kept(rows: Sequence[Row]) -> bool:
    return len(rows) == 1 and rows[0].get("id") is not None


def _bears_interest(rows: Sequence[Row]) -> bool:
    return _kept(rows) and rows[0].get("kind") != "capital"


ACTIONS = (
    ActionSpec("draw", N_("Draw"), "receipts", needs="account.write", enabled=_kept, opens=_move("draw")),
    ActionSpec("repay", N_("Repay"), "payables", needs="account.write", enabled=_kept, opens=_move("repay")),
    ActionSpec(
        "interest", N_("Pay interest"), "minus", needs="account.write", enabled=_bears_interest, opens=_move("interest")
    ),
)  # fmt: skip

LOAN_LIST = ListSpec(
    key="loans",
    title=N_("Loans and capital"),
    kind="loan",
    source=LOANS,
    columns=(
        ColumnSpec("number", N_("Number"), FieldKind.CODE, link=open_row),
        ColumnSpec("kind", N_("Kind"), FieldKind.CHOICE, choices=KINDS, width=190),
        ColumnSpec("lender", N_("Lender"), width=220),
        ColumnSpec("currency", N_("Currency"), FieldKind.CURRENCY),
        ColumnSpec("drawn", N_("Money drawn"), FieldKind.MONEY, currency_key="currency", summed=True),
        ColumnSpec("owed", N_("Owed"), FieldKind.MONEY, currency_key="currency", summed=True),
        ColumnSpec("day", N_("Begins"), FieldKind.DATE),
        ColumnSpec("due", N_("Due"), FieldKind.DATE),
        ColumnSpec("shipment", N_("Shipment"), FieldKind.CODE, link=_shipment),
    ),
    opens=open_row,
    default_sort=(SortKey("day", descending=True),),
    views=(ViewSpec("owed", N_("Still owed"), (Filter("owed", Op.AT_LEAST, (Decimal("0.01"),)),)),),
    actions=ACTIONS,
    new=Link.to("loan"),
    new_title=N_("New loan"),
    watches=_CHANGES,
    preview=loan_facts,
    empty_title=N_("No loans yet"),
    empty_text=N_(
        "Bank loans, packing loans, bills negotiated with recourse, money of the owner and paid-in capital stand here."
    ),
    icon="bank",
)  # fmt: skip


def blank_loan(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a loan: today, in base currency, from a bank.

    For an invoice or a shipment that the link names it is an advance on its bill (押汇), over what is open.
    """
    draft = Draft({"kind": "bank", "currency": reader.base, "day": reader.today})
    item, shipment = link.param("item"), link.param("shipment")
    if item is None and shipment is None:
        return draft
    found = (
        advance_on_item(reader, int(item))
        if item is not None
        else advance_on_shipment(reader, int(shipment or 0))
    )
    return draft.put(
        kind="negotiation",
        currency=found.currency,
        amount=found.amount or None,
        due_on=None if found.due_on is None or found.due_on < reader.today else found.due_on,
        shipment=None if found.shipment_id is None else Ref(found.shipment_id, found.shipment),
    )


def load_loan(reader: Any, identity: int) -> Draft:
    """Answer a kept loan as a draft nobody can type in."""
    card = loan_card(reader, identity)
    return Draft(
        {
            "number": card.number,
            "kind": card.kind,
            "lender": card.lender,
            "currency": card.currency,
            "day": card.day,
            "due_on": card.due_on,
            "shipment": None if card.shipment_id is None else Ref(card.shipment_id, card.shipment),
            "remarks": card.remarks or None,
        },
        id=card.id,
        version=1,
    )


def build_loan(draft: Draft) -> OpenLoan:
    """Answer the command that enters a loan."""
    day = draft.day("day")
    assert day is not None
    return OpenLoan(
        draft.text("kind"),
        draft.text("lender"),
        draft.text("currency"),
        day,
        draft.day("due_on"),
        draft.ref_id("shipment"),
        draft.text("remarks"),
        draft.text("number"),
        draft.number("amount"),
        draft.ref_id("account"),
    )


LOAN_FORM = FormSpec(
    key="loan",
    title=N_("New loan"),
    kind="loan",
    sections=(
        Section(
            "",
            (
                FieldSpec("kind", N_("Kind"), FieldKind.CHOICE, choices=KINDS, required=True, span=4),
                FieldSpec("lender", N_("Lender"), required=True, span=5),
                FieldSpec("number", N_("Number"), FieldKind.CODE, span=3, hint=N_("given when saved")),
                FieldSpec("currency", N_("Currency"), FieldKind.CURRENCY, required=True, span=2),
                FieldSpec("day", N_("Begins"), FieldKind.DATE, required=True, span=3),
                FieldSpec("due_on", N_("Due"), FieldKind.DATE, span=3),
                FieldSpec("shipment", N_("Shipment it finances"), FieldKind.REF, picker=SHIPMENT, span=4),
                FieldSpec("amount", N_("Money that came"), FieldKind.MONEY, currency_from="currency", span=4,
                          visible=is_new),
                FieldSpec("account", N_("Came in on account"), FieldKind.REF, picker=ACCOUNT, span=8, visible=is_new),
                FieldSpec("remarks", N_("Remarks"), FieldKind.LONG_TEXT, span=12),
            ),
        ),
    ),
    load=load_loan,
    blank=blank_loan,
    save=open_loan,
    build=build_loan,
    heading=lambda draft: draft.text("number") if draft.id else "",
    locked=lambda draft: "" if draft.id is None else _("Its money moves by Draw, Repay and Pay interest."),
    panels=(
        PanelSpec(
            "facts",
            N_("Loan"),
            query=lambda reader, draft: () if draft.id is None else loan_facts(reader, draft.id),
        ),
        PanelSpec("moves", N_("Movements"), query=moves_facts),
    ),
    actions=ACTIONS,
    watches=_CHANGES,
    needs="account.write",
    saved=N_("The loan is kept."),
)  # fmt: skip


def blank_move(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a movement: today, of the loan and kind that the link names; what is owed to repay."""
    card = loan_card(reader, int(link.param("loan") or 0))
    kind = str(link.param("kind") or "draw")
    amount = link.param("amount") or (card.owed if kind == "repay" and card.owed else None)
    return Draft(
        {
            "loan": Ref(card.id, card.number),
            "kind": kind,
            "day": reader.today,
            "currency": card.currency,
            "amount": None if amount is None else Decimal(str(amount)),
            "account": account_named(reader, link),
            "owed": card.owed,
        }
    )


def load_move(reader: Any, identity: int) -> Draft:
    """Answer a posted movement as a draft nobody can type in."""
    values = move_values(reader, identity)
    values["loan"] = Ref(*values["loan"])
    values["account"] = account_ref(*values["account"])
    return Draft(values, id=identity, version=1)


def build_move(draft: Draft) -> MoveLoan:
    """Answer the command that moves money of the loan."""
    day = draft.day("day")
    assert day is not None
    return MoveLoan(
        draft.ref_id("loan") or 0,
        draft.text("kind"),
        day,
        draft.ref_id("account") or 0,
        draft.number("amount") or ZERO,
        draft.number("rate"),
        draft.text("reference"),
    )


def owed_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what is owed now, and after a repayment."""
    owed, amount, currency = draft.number("owed"), draft.number("amount") or ZERO, draft.text("currency")
    if owed is None or not currency:
        return ()
    after = owed + {"draw": amount, "repay": -amount}.get(draft.text("kind"), ZERO)
    tone = Tone.BAD if after < 0 else Tone.NEUTRAL
    return (
        Fact(N_("Owed now"), format_money(owed, currency)),
        Fact(N_("Owed afterwards"), format_money(after, currency), tone, strong=True),
    )


def locked_move(draft: Draft) -> str:
    """Answer why a posted movement cannot be typed in."""
    if draft.id is None:
        return ""
    if draft.get("reversed_on"):
        return _("It was taken back on {day}.").format(day=draft.get("reversed_on"))
    if draft.flag("reverses"):
        return _("This takes another movement back; the amount is below zero.")
    return _("This is posted. To correct it, reverse it and enter it anew.")


def move_badges(draft: Draft) -> tuple[Badge, ...]:
    """Answer whether a movement stands."""
    if draft.id is None:
        return ()
    gone = draft.get("reversed_on") or draft.flag("reverses")
    return (Badge(N_("Reversed"), Tone.WARN) if gone else Badge(N_("Posted"), Tone.GOOD),)


def _stands(rows: Sequence[Row]) -> bool:
    return _kept(rows) and not rows[0].get("reversed_on") and not rows[0].get("reverses")


def _loan_of(rows: Sequence[Row]) -> Link | None:
    loan = rows[0].get("loan")
    return Link.to("loan", id=loan.id) if isinstance(loan, Ref) else None


MOVE_FORM = FormSpec(
    key="loan_move",
    title=N_("Move money of a loan"),
    kind="loan_move",
    sections=(
        Section(
            "",
            (
                FieldSpec("kind", N_("What"), FieldKind.CHOICE, choices=MOVES, required=True, span=4),
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True, span=3),
                FieldSpec("account", N_("Account"), FieldKind.REF, picker=ACCOUNT, required=True, span=5),
                FieldSpec("amount", N_("Amount"), FieldKind.MONEY, currency_from="currency", required=True, span=4),
                FieldSpec("rate", N_("Rate, if the bank's own"), FieldKind.RATE, span=3, hint=N_("from the table")),
                FieldSpec("reference", N_("Reference"), span=5),
            ),
        ),
    ),
    load=load_move,
    blank=blank_move,
    save=move_loan,
    build=build_move,
    heading=lambda draft: str(draft.get("loan") or ""),
    locked=locked_move,
    badges=move_badges,
    panels=(PanelSpec("owed", N_("Owed"), compute=owed_facts),),
    actions=(
        replace(reverse_action("reverse_loan_move", "account.write"), enabled=_stands),
        ActionSpec("loan", N_("Open the loan"), "bank", enabled=_kept, opens=_loan_of),
    ),
    watches=_CHANGES,
    needs="account.write",
    saved=N_("The money of the loan is posted."),
)  # fmt: skip
