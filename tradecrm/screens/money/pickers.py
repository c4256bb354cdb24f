"""How accounts are chosen by typing, and the choices that money papers share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.rates import RATE_TITLES
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.spec import Choice, FieldSpec, PickerSpec, Tone
from tradecrm.services.crm.parties import party_card
from tradecrm.services.money.cards import ItemCard, account_choices
from tradecrm.services.money.receivables import OpenRow, invoices_of

ITEM_KINDS = (
    Choice("INV", N_("Invoice")),
    Choice("DN", N_("Debit note")),
    Choice("CN", N_("Credit note")),
    Choice("OPEN", N_("Opening item")),
    Choice("RCT", N_("Receipt")),
    Choice("PAY", N_("Payment")),
    Choice("RFD", N_("Refund")),
    Choice("WOF", N_("Write-off")),
    Choice("CTR", N_("Contra")),
)
SIDES = (
    Choice("AR", N_("Receivable")),
    Choice("AP", N_("Payable")),
)
ITEM_STATES = (
    Choice("open", N_("Unpaid"), Tone.ACCENT),
    Choice("partly", N_("Partly paid"), Tone.WARN),
    Choice("paid", N_("Paid"), Tone.GOOD),
)
ACCOUNT_KINDS = (
    Choice("BANK", N_("Bank")),
    Choice("CASH", N_("Cash")),
    Choice("WALLET", N_("Wallet")),
)
HOLDERS = (
    Choice("company", N_("Company")),
    Choice("owner", N_("Owner")),
    Choice("offshore", N_("Offshore company")),
)
EXPENSE_KINDS = (
    Choice("FEE", N_("Bank fee")),
    Choice("INTEREST", N_("Interest")),
    Choice("OFFICE", N_("Office")),
    Choice("SALARY", N_("Salaries")),
    Choice("TRAVEL", N_("Travel")),
    Choice("TAX", N_("Taxes")),
    Choice("OTHER", N_("Other")),
)
DIRECTIONS = (Choice("out", N_("Goes out")), Choice("in", N_("Comes in")))
RATE_KINDS = tuple(Choice(kind.value, title) for kind, title in RATE_TITLES)


def account_ref(key: int, name: str, currency: str) -> Ref:
    """Answer an account as a chosen record, with its currency."""
    return Ref(key, name, detail=currency, extra={"currency": currency})


def currency_of_account(draft: Draft, changed: str) -> Draft:
    """Let an account that was chosen bring its currency."""
    if changed != "account":
        return draft
    account = draft.ref("account")
    return draft.put(currency="" if account is None else str(account.extra.get("currency", "")))


def account_named(reader: Any, link: Link, key: str = "account") -> Ref | None:
    """Answer the account that a link names, as a chosen record; None for none."""
    wanted = link.param(key)
    if wanted is None:
        return None
    found = next((c for c in account_choices(reader, limit=10_000) if c.id == int(wanted)), None)
    return None if found is None else account_ref(found.id, found.name, found.currency)


def party_named(reader: Any, link: Link) -> dict[str, Ref]:
    """Answer the value ``party`` of a paper begun for the partner that a link names; nothing for none."""
    wanted = link.param("party")
    if wanted is None:
        return {}
    card = party_card(reader, int(wanted))
    return {"party": Ref(card.id, card.name, card.code)}


def find_accounts(reader: Any, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:  # noqa: ARG001
    """Answer the accounts in use whose name, bank, number or currency holds what was typed."""
    return [
        Ref(choice.id, choice.name, detail=choice.detail, extra={"currency": choice.currency})
        for choice in account_choices(reader, text)
    ]


def item_ref(card: ItemCard | OpenRow, party_id: int = 0, party: str = "", side: str = "") -> Ref:
    """Answer an invoice or bill as a chosen record, with its partner, side and currency."""
    if isinstance(card, ItemCard):
        party_id, party, side = card.party_id, card.party, card.side
    detail = f"{card.day}  {format_money(card.open_amount, card.currency)}"
    extra = {"currency": card.currency, "party_id": party_id, "party": party, "side": side}
    return Ref(card.id, card.number, detail=detail, extra=extra)


def find_invoices(reader: Any, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer the invoices (or bills) of the chosen partner whose number holds what was typed, the newest first."""
    party, side = within.get("party"), str(within.get("side") or "AR")
    if not isinstance(party, Ref):
        return []
    found = invoices_of(reader, int(party.id), side, text)
    return [item_ref(row, int(party.id), party.label, side) for row in found]


INVOICE = PickerSpec(find_invoices, None, "receivable")
ACCOUNT = PickerSpec(find_accounts, Link.to("account_form"), "account")


def is_new(draft: Draft) -> bool:
    """Tell that the money is still being recorded."""
    return draft.id is None


def is_kept(draft: Draft) -> bool:
    """Tell that the money was posted."""
    return draft.id is not None


SETTLED_COLUMNS = (
    FieldSpec("number", N_("Number"), FieldKind.CODE, read_only=True, width=112),
    FieldSpec("kind", N_("Kind"), FieldKind.CHOICE, choices=ITEM_KINDS, read_only=True, width=80),
    FieldSpec("day", N_("Day"), FieldKind.DATE, read_only=True, visible=is_new),
    FieldSpec("due", N_("Due"), FieldKind.DATE, read_only=True, visible=is_new),
    FieldSpec(
        "open",
        N_("Open amount"),
        FieldKind.MONEY,
        currency_from=".currency",
        read_only=True,
        visible=is_new,
    ),
    FieldSpec("settled_on", N_("Settled on"), FieldKind.DATE, read_only=True, visible=is_kept),
    FieldSpec("amount", N_("Settled now"), FieldKind.MONEY, currency_from=".currency", width=110),
)
"""The open items that money settles, with what each gets; once posted, when it was settled."""


def check_directed(draft: Draft) -> list[Problem]:
    """Answer that an amount is not above zero: which way it goes says the direction, not the sign."""
    amount = draft.number("amount")
    if amount is None or amount > 0:
        return []
    return [Problem("amount", _("The amount must be above zero."))]
