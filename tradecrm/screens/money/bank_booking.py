"""The forms that book a row of a bank's statement, or what a bank's message told: begun with all that is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.importing.bank_message import BankMessage
from tradecrm.screens.draft import Draft, Ref, as_number
from tradecrm.screens.money.accounts import EXPENSE_FORM, TRANSFER_FORM
from tradecrm.screens.money.payments import PAYMENT_FORM
from tradecrm.screens.money.receipts import RECEIPT_FORM
from tradecrm.screens.spec import Fact, FormSpec, PanelSpec, Tone
from tradecrm.services.money.allocations import OpenItem, plan_oldest_first
from tradecrm.services.money.bank_booking import (
    BookRow,
    RowCard,
    expense_of_row,
    payment_of_row,
    receipt_of_row,
    row_card,
    transfer_of_row,
)

ZERO = Decimal(0)
MOST_FEE = Decimal(60)
"""A payer's banks are taken to have kept at most this of an invoice paid in full, in its currency."""


MOST_INTEREST = Decimal("0.15")
"""And the interest on a bill that was bought at most this part of it."""
_BOUGHT = ("福费廷", "贴现", "包买", "forfait", "discount")


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def kept_fee(net: Decimal, opens: list[Decimal]) -> Decimal:
    """Answer what banks probably kept: what is missing of the one invoice that was nearly paid in full, else 0."""
    missing = [open_amount - net for open_amount in opens if 0 <= open_amount - net <= MOST_FEE]
    return missing[0] if len(missing) == 1 else ZERO


def kept_interest(net: Decimal, fee: Decimal, opens: list[Decimal], words: str) -> Decimal:
    """Answer the interest a bank kept that bought a bill, as its words say: what is missing of the one invoice, else 0.

    Forfaiting and discount without recourse pay an invoice in full less interest (section 16.18).
    """
    said = words.casefold()
    if not any(word in said for word in _BOUGHT):
        return ZERO
    missing = [amount - net - fee for amount in opens if 0 < amount - net - fee <= amount * MOST_INTEREST]
    return missing[0] if len(missing) == 1 else ZERO


def spread(draft: Draft, amount: Decimal, words: str) -> Draft:
    """Answer the draft with money spread over its open items: those the words name first, then oldest first."""
    said = _plain(words)
    rows = draft.rows("items")
    items = [
        OpenItem(
            int(str(line["item_id"])),
            as_number(line.get("open")) or ZERO,
            line.get("due"),  # type: ignore[arg-type]
            line["day"],  # type: ignore[arg-type]
            str(line["number"]),
            earmarked=len(_plain(str(line["number"]))) > 3 and _plain(str(line["number"])) in said,
        )
        for line in rows
    ]
    plan = dict(plan_oldest_first(amount, items))
    return draft.put_rows("items", [{**line, "amount": plan.get(int(str(line["item_id"])))} for line in rows])


def _begin_receipt(
    draft: Draft, net: Decimal, fee: Decimal | None, words: dict[str, Any], told: Decimal = ZERO
) -> Draft:
    """Answer a receipt with what came in, fee and interest as told or probable, and the invoices it settles."""
    opens = [as_number(line.get("open")) or ZERO for line in draft.rows("items")]
    text = f"{words['reference'] or ''} {words.pop('text', '') or ''}"
    interest = told or kept_interest(net, fee or ZERO, opens, text)
    charge = (ZERO if interest else kept_fee(net, opens)) if fee is None else fee
    gross = net + charge + interest
    draft = draft.put(
        credited=net, charge=charge, interest=interest, gross=gross, order="charge credited", **words
    )
    return spread(draft, gross, text)


def _card_words(card: RowCard) -> dict[str, Any]:
    return {
        "day": card.day,
        "payer": card.name or None,
        "reference": (card.reference or card.text)[:120] or None,
        "bank_row": card.id,
        "row_amount": card.amount,
        "row_words": " · ".join(word for word in (card.name, card.text, card.reference) if word),
    }


def _of_card(target: str, card: RowCard) -> Link:
    """Answer the link that the ordinary form begins with: the account, and the party if it is known."""
    known = {} if card.party_id is None else {"party": card.party_id}
    return Link.to(target, account=card.account_id, **known)


def blank_row_receipt(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a receipt from a row of a statement."""
    card = row_card(reader, int(link.param("row") or 0))
    draft = RECEIPT_FORM.blank(reader, _of_card("receipt", card)).put(day=card.day)
    words = _card_words(card) | {"text": card.text}
    return _begin_receipt(draft, abs(card.amount), None, words)


def blank_row_payment(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a payment from a row of a statement."""
    card = row_card(reader, int(link.param("row") or 0))
    draft = PAYMENT_FORM.blank(reader, _of_card("payment", card))
    draft = draft.put(amount=abs(card.amount), **_card_words(card))
    return spread(draft, abs(card.amount), f"{card.reference} {card.text}")


def blank_row_expense(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a fee, interest or other income or expense from a row of a statement."""
    card = row_card(reader, int(link.param("row") or 0))
    draft = EXPENSE_FORM.blank(reader, _of_card("expense", card))
    words = _card_words(card) | {
        "amount": abs(card.amount),
        "direction": "in" if card.amount > 0 else "out",
        "category": card.category or "OTHER",
        "description": " ".join(word for word in (card.text, card.name) if word)[:300] or None,
    }
    return draft.put(**words)


def blank_row_transfer(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a transfer or exchange from a row: the row's account is where it leaves or arrives."""
    card = row_card(reader, int(link.param("row") or 0))
    draft = TRANSFER_FORM.blank(reader, _of_card("transfer", card)).put(**_card_words(card))
    if card.amount < 0:
        return draft.put(from_amount=-card.amount)
    target, currency = draft.get("from_account"), draft.get("from_currency")
    return draft.put(
        from_account=None, from_currency="", to_account=target, to_currency=currency, to_amount=card.amount
    )


def row_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what the bank's row says, beside the form that books it."""
    amount = draft.number("row_amount")
    if amount is None or draft.id is not None:
        return ()
    account = draft.ref("account") or draft.ref("from_account") or draft.ref("to_account")
    currency = "" if account is None else str(account.extra.get("currency", ""))
    facts = [Fact(N_("The bank shows"), format_money(amount, currency or "CNY"), strong=True)]
    if draft.text("row_words"):
        facts.append(Fact(draft.text("row_words"), "", muted=True))
    if draft.ref("party") is None and "party" in draft.values:
        facts.append(
            Fact(N_("The bank's name is none of a known partner; choose whose money it is."), "", Tone.WARN)
        )
    return tuple(facts)


def _from_row(spec: FormSpec, save: Any, blank: Any) -> FormSpec:
    """Answer a money form that books a row of a statement and matches it in the same step."""
    build = spec.build
    return replace(
        spec,
        save=save,
        blank=blank,
        build=lambda draft: BookRow(int(str(draft.get("bank_row"))), build(draft)),  # type: ignore[arg-type]
        panels=(PanelSpec("row", N_("Row of the statement"), compute=row_facts), *spec.panels),
    )


ROW_RECEIPT = _from_row(RECEIPT_FORM, receipt_of_row, blank_row_receipt)
ROW_PAYMENT = _from_row(PAYMENT_FORM, payment_of_row, blank_row_payment)
ROW_EXPENSE = _from_row(EXPENSE_FORM, expense_of_row, blank_row_expense)
ROW_TRANSFER = _from_row(TRANSFER_FORM, transfer_of_row, blank_row_transfer)

ROW_TARGETS = {
    "receipt": "row_receipt",
    "payment": "row_payment",
    "expense": "row_expense",
    "transfer": "row_transfer",
}
"""What a row probably is → the page that books it so."""


def message_link(message: BankMessage, account_id: int | None, party_id: int | None) -> Link:
    """Answer the page that records a receipt with what a bank's message told."""
    params: dict[str, Any] = {
        "account": account_id,
        "party": party_id,
        "net": str(message.amount),
        "fee": str(message.fee) if message.fee else None,
        "interest": str(message.interest) if message.interest else None,
        "day": None if message.day is None else message.day.isoformat(),
        "payer": message.payer,
        "reference": message.reference,
    }
    return Link.to("pasted_receipt", **{key: value for key, value in params.items() if value})


def blank_pasted(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a receipt from a bank's message, its day at the latest today."""
    known = {key: link.param(key) for key in ("account", "party") if link.param(key) is not None}
    said = str(link.param("day") or "")
    day = min(date.fromisoformat(said) if said else reader.today, reader.today)
    draft = RECEIPT_FORM.blank(reader, Link.to("receipt", **known)).put(day=day)
    words = {"payer": link.param("payer"), "reference": link.param("reference")}
    fee = link.param("fee")
    return _begin_receipt(
        draft,
        Decimal(str(link.param("net") or 0)),
        None if fee is None else Decimal(str(fee)),
        words,
        Decimal(str(link.param("interest") or 0)),
    )


PASTED_RECEIPT = replace(RECEIPT_FORM, blank=blank_pasted)


def party_words(name: str, party: Ref | None) -> str:
    """Answer who a payer is taken for, as the table of pasted messages shows it."""
    if party is None:
        return _("{name}: not known").format(name=name) if name else _("not said")
    return party.label if party.label == name or not name else f"{party.label} ({name})"
