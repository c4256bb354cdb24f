"""Booking what a row of a bank's statement is: a receipt, payment, expense or transfer, matched at once (section 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, type_coerce

from tradecrm.core.bank_matching import DAYS
from tradecrm.core.money import format_money
from tradecrm.core.names import name_keys
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, BankRow, Party, PartyKey, Posting, Receipt
from tradecrm.services.money.accounts import BookExpense, MakeTransfer, book_expense, make_transfer
from tradecrm.services.money.matching import match_posted
from tradecrm.services.money.payers import party_of_payer
from tradecrm.services.money.payments import RecordPayment, record_payment
from tradecrm.services.money.receipts import RecordReceipt, record_receipt
from tradecrm.services.work import Operation, Reader, Work, operation

_FEE_WORDS = ("手续费", "汇费", "邮电费", "账户管理费", "年费", "工本费", "fee", "charge", "commission")
_INTEREST_WORDS = ("结息", "利息", "interest")
_BOUGHT_WORDS = ("福费廷", "贴现款", "贴现入账", "包买", "forfait", "discounted bill")
_TRANSFER_WORDS = ("结汇", "购汇", "内部转账", "本行转账", "同名划转", "transfer between own", "exchange")
_TAX_WORDS = ("税款", "缴税", "国税", "地税", "tax payment")


@dataclass(frozen=True, slots=True)
class RowCard:
    """A row of a statement as the form that books it begins: its account, signed amount, words, and its party.

    ``guess`` is what it probably is: receipt, payment, transfer, or an expense of ``category``.
    """

    id: int
    account_id: int
    account: str
    currency: str
    day: date
    amount: Decimal
    name: str
    text: str
    reference: str
    party_id: int | None
    party: str
    guess: str
    category: str


def probable_party(reader: Reader, name: str) -> Party | None:
    """Answer the party a payer's or payee's name stands for: as learned, else the only one of that name."""
    if not name.strip():
        return None
    learned = party_of_payer(reader, name)
    if learned is not None:
        return learned
    found = reader.session.scalars(
        select(Party)
        .join(PartyKey, PartyKey.party_id == Party.id)
        .where(PartyKey.kind == "name", PartyKey.value.in_(name_keys(name)), Party.archived.is_(False))
        .distinct()
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def recorded_receipt(
    reader: Reader, net: Decimal, currency: str, day: date | None, account_id: int | None
) -> str:
    """Answer the number of a standing receipt that left ``net`` on an account within 5 days of ``day``, or nothing.

    Without an account any in ``currency`` counts: the same message pasted again would be recorded twice.
    """
    reader.actor.demand("receivable.read")
    if day is None:
        return ""
    left = Receipt.gross - Receipt.charge - Receipt.interest
    query = (
        select(Receipt.number)
        .where(
            type_coerce(left, Receipt.gross.type) == net,
            Receipt.day.between(day - timedelta(days=DAYS), day + timedelta(days=DAYS)),
            Receipt.reversed_on.is_(None),
            Receipt.account_id == account_id if account_id is not None else Receipt.currency == currency,
        )
        .order_by(Receipt.day.desc(), Receipt.id.desc())
        .limit(1)
    )
    return reader.session.scalars(query).first() or ""


def _guess(amount: Decimal, words: str, party: Party | None) -> tuple[str, str]:
    """Answer what a row probably is by its words and its party."""
    plain = words.casefold()
    kinds = ((_INTEREST_WORDS, "INTEREST"), (_FEE_WORDS, "FEE"), (_TAX_WORDS, "TAX"))
    if any(word in plain for word in _TRANSFER_WORDS):
        return "transfer", ""
    bought = amount > 0 and any(word in plain for word in _BOUGHT_WORDS)
    if not bought and (party is None or not party.is_customer):
        for known, category in kinds:
            if any(word in plain for word in known):
                return "expense", category
    if amount > 0:
        return "receipt", ""
    return ("payment", "") if party is not None else ("expense", "OTHER")


def row_card(reader: Reader, row_id: int) -> RowCard:
    """Answer a row of a statement with what it probably is; NotFound when it is not there."""
    reader.actor.demand("account.write")
    row = reader.get(BankRow, row_id, _("Row of the statement"))
    account = reader.get(Account, row.account_id, _("Account"))
    party = probable_party(reader, row.name)
    guess, category = _guess(row.amount, f"{row.text} {row.name}", party)
    return RowCard(
        row.id,
        account.id,
        account.name,
        account.currency,
        row.day,
        row.amount,
        row.name,
        row.text,
        row.reference,
        None if party is None else party.id,
        "" if party is None else party.name,
        guess,
        category,
    )


@dataclass(frozen=True, slots=True)
class BookRow:
    """What a row of a statement is, as the command that books it."""

    row_id: int
    command: RecordReceipt | RecordPayment | BookExpense | MakeTransfer


def _booking(save: Operation[Any, int], kind: str) -> Callable[[Work, BookRow], int]:
    """Make the body that books a paper and matches the row to it; refused when the amounts differ."""

    def body(work: Work, command: BookRow) -> int:
        row = work.get(BankRow, command.row_id, _("Row of the statement"))
        key = save.within(work, command.command)
        postings = work.session.scalars(
            select(Posting.id).where(Posting.source_kind == kind, Posting.source_id == key)
        ).all()
        if not match_posted(work, row.id, postings):
            account = work.session.get_one(Account, row.account_id)
            raise Refusal.of(
                _(
                    "The row of the bank is over {amount} on {account}; what you booked moves another amount "
                    "there. Correct the amounts, or book it without the row."
                ).format(amount=format_money(row.amount, account.currency), account=account.name)
            )
        return key

    return body


def _problems(check: Callable[[Any], Any]) -> Callable[[BookRow], Any]:
    return lambda command: check(command.command)


def _operation(save: Operation[Any, int], kind: str, name: str) -> Operation[BookRow, int]:
    body = _booking(save, kind)
    body.__name__ = name
    return operation(save.verb, check=_problems(save.check))(body)


receipt_of_row = _operation(record_receipt, "receipt", "receipt_of_row")
payment_of_row = _operation(record_payment, "payment", "payment_of_row")
expense_of_row = _operation(book_expense, "account_expense", "expense_of_row")
transfer_of_row = _operation(make_transfer, "transfer", "transfer_of_row")
