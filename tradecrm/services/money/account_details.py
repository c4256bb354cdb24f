"""What may change of an open account: its name, the bank's particulars, the overdraft, and whether it is in use."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, LedgerEntry, Posting
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.accounts import free_name, name_problems
from tradecrm.services.work import Reader, Work, operation


@dataclass(frozen=True, slots=True)
class ChangeAccount:
    """The particulars of an open account; kind, currency and opening stay as they were posted."""

    id: int
    version: int
    name: str
    bank: str = ""
    number: str = ""
    swift: str = ""
    bank_address: str = ""
    holder: str = "company"
    allow_negative: bool = False
    archived: bool = False


def check_change(command: ChangeAccount) -> list[Problem]:
    """Answer what is wrong with the particulars of an account."""
    return name_problems(command.name)


@operation("account.write", check=check_change)
def change_account(work: Work, command: ChangeAccount) -> int:
    """Change the particulars of an account; answers its id. No figure changes: an account with money stays in use.

    Raises Conflict when someone else changed it meanwhile.
    """
    account = work.get(Account, command.id, _("Account"))
    work.demand_version(account, command.version, account.name)
    name = free_name(work, command.name, but=account.id)
    balance = balance_at(work, account.id, work.today).amount
    if command.archived and balance:
        raise Refusal.of(
            _("{account} still holds {amount}. Transfer it to another account first.").format(
                account=account.name, amount=format_money(balance, account.currency)
            ),
            "archived",
        )
    if balance < 0 and not command.allow_negative:
        raise Refusal.of(
            _("{account} is overdrawn by {amount}. It can be forbidden once the account is covered.").format(
                account=account.name, amount=format_money(-balance, account.currency)
            ),
            "allow_negative",
        )
    account.name = name
    account.bank, account.number = command.bank.strip(), command.number.strip()
    account.swift, account.bank_address = command.swift.strip(), command.bank_address.strip()
    account.holder, account.allow_negative = command.holder, command.allow_negative
    account.archived = command.archived
    return work.add(account).id


def account_values(reader: Reader, account_id: int) -> dict[str, Any]:
    """Answer an account by field, with its opening balance in its currency and the rate it was posted at.

    NotFound when there is none the person may see.
    """
    reader.actor.demand("account.read")
    row = reader.get(Account, account_id, _("Account"))
    opening = reader.session.execute(
        select(LedgerEntry.amount, LedgerEntry.base_amount)
        .join(Posting, Posting.id == LedgerEntry.posting_id)
        .where(
            Posting.source_kind == "account",
            Posting.source_id == row.id,
            Posting.kind == "opening",
            LedgerEntry.account_id == row.id,
        )
    ).first()
    amount, base = (Decimal(0), Decimal(0)) if opening is None else opening
    return {
        "name": row.name,
        "kind": row.kind,
        "holder": row.holder,
        "bank": row.bank,
        "number": row.number,
        "swift": row.swift,
        "bank_address": row.bank_address,
        "currency": row.currency,
        "opened_on": row.opened_on,
        "opening_balance": amount,
        "opening_rate": base / amount if amount else None,
        "allow_negative": row.allow_negative,
        "archived": row.archived,
        "version": row.version,
    }
