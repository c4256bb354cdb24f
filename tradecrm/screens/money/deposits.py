"""The dialogs that move money kept for a contract, and that ask to prepay more than agreed (sections 3.3 and 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.spec import FieldSpec, FormSpec, PickerSpec, Section
from tradecrm.services.money.cards import item_card
from tradecrm.services.money.earmarks import MoveDeposit, free_of, kept_contracts, move_deposit
from tradecrm.services.money.prepayments import (
    AskPrepayment,
    OpenPurchase,
    ask_prepayment,
    open_purchases,
    prepayment_start,
)
from tradecrm.services.money.receivables import OpenContract, open_contracts

K = FieldKind


def _contracts(reader: Any, item_id: int) -> Sequence[OpenContract | OpenPurchase]:
    """Answer the contracts that may take the money of a receipt, or the purchases that may take a payment's."""
    card = item_card(reader, item_id)
    if card.side == "AR":
        return open_contracts(reader, card.party_id, card.currency)
    return open_purchases(reader, card.party_id, card.currency)


def find_targets(reader: Any, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer the contracts that a deposit may move to, by what was typed of their number."""
    typed, item = text.strip().casefold(), int(within.get("item") or 0)
    return [
        Ref(row.id, row.number, detail=format_money(row.total, row.currency))
        for row in _contracts(reader, item)
        if typed in row.number.casefold()
    ]


def find_kept(reader: Any, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer the contracts that the money is kept for, with how much of it."""
    typed, item = text.strip().casefold(), int(within.get("item") or 0)
    card = item_card(reader, item)
    return [
        Ref(key, number, detail=format_money(amount, card.currency), extra={"amount": amount})
        for key, number, amount in kept_contracts(reader, item)
        if typed in number.casefold()
    ]


def blank_move(reader: Any, link: Link) -> Draft:
    """Answer the dialog for the receipt or payment of the link: all of what the first contract keeps."""
    item = int(str(link.param("item") or 0))
    card = item_card(reader, item)
    kept = find_kept(reader, "", {"item": item})
    first = kept[0] if kept else None
    amount = free_of(reader, item) if first is None else first.extra["amount"]
    return Draft(
        {
            "item": Decimal(item),
            "title": card.number,
            "from": first,
            "amount": amount if isinstance(amount, Decimal) else None,
            "currency": card.currency,
            "free": free_of(reader, item),
            "day": reader.today,
        }
    )


def derive_move(draft: Draft, changed: str) -> Draft:
    """Let the contract bring what is kept for it; without one it is what is free."""
    if changed != "from":
        return draft
    found = draft.ref("from")
    amount = draft.number("free") if found is None else found.extra.get("amount")
    return draft.put(amount=amount if isinstance(amount, Decimal) else None)


MOVE_DEPOSIT_FORM = FormSpec(
    key="move_deposit",
    title=N_("Move the money"),
    kind="earmark",
    sections=(
        Section(
            "",
            (
                FieldSpec("from", N_("Kept for"), K.REF, picker=PickerSpec(find_kept), within=("item",),
                          hint=N_("no contract yet"), span=6),
                FieldSpec("amount", N_("Amount"), K.MONEY, currency_from="currency", required=True, span=6),
                FieldSpec("to", N_("To contract"), K.REF, picker=PickerSpec(find_targets), within=("item",),
                          hint=N_("free for any use"), span=6),
                FieldSpec("day", N_("On"), K.DATE, required=True, span=6),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_move,
    save=move_deposit,
    build=lambda draft: MoveDeposit(
        int(draft.number("item") or 0),
        draft.ref_id("from"),
        draft.number("amount") or Decimal(0),
        draft.ref_id("to"),
        draft.day("day"),
    ),
    derive=derive_move,
    heading=lambda draft: _("Money of {number}").format(number=draft.text("title")),
    saved=N_("The money is kept elsewhere from that day on."),
)  # fmt: skip


def blank_prepayment(reader: Any, link: Link) -> Draft:
    """Answer the wish to prepay the purchase contract of the link: what its terms agree."""
    start = prepayment_start(reader, int(str(link.param("purchase") or 0)))
    return Draft(
        {
            "purchase": Decimal(start.id),
            "title": start.number,
            "currency": start.currency,
            "amount": start.deposit_due,
        }
    )


ASK_PREPAYMENT_FORM = FormSpec(
    key="ask_prepayment",
    title=N_("Ask to prepay more"),
    kind="purchase_contract",
    sections=(
        Section(
            "",
            (
                FieldSpec("amount", N_("To be prepaid in all"), K.MONEY, currency_from="currency", required=True,
                          span=6),
                FieldSpec("reason", N_("Reason"), required=True, span=12),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_prepayment,
    save=ask_prepayment,
    build=lambda draft: AskPrepayment(
        int(draft.number("purchase") or 0), draft.number("amount") or Decimal(0), draft.text("reason")
    ),
    heading=lambda draft: _("Prepayment of {number}").format(number=draft.text("title")),
    saved=N_("Approval is asked for; the payment can be recorded once it is given."),
)  # fmt: skip
