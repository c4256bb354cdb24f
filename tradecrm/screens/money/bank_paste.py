"""What a pasted bank message proposes: the payer's party, the account, the amounts (receipt by paste)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tradecrm.core.bank_rows import same_account
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import _
from tradecrm.importing.bank_message import BankMessage, read_message
from tradecrm.screens.draft import Ref
from tradecrm.screens.money.bank_booking import message_link, party_words
from tradecrm.services.money.bank_booking import probable_party, recorded_receipt
from tradecrm.services.money.cards import account_card, account_choices


@dataclass(frozen=True, slots=True)
class Pasted:
    """A movement of money that a text tells of, with the party and the account it probably is of.

    ``recorded`` is the number of a receipt that it probably is already.
    """

    message: BankMessage
    party: Ref | None
    account: Ref | None
    recorded: str = ""

    @property
    def currency(self) -> str:
        """Answer the currency the message says, else that of its account."""
        if self.message.currency or self.account is None:
            return self.message.currency
        return str(self.account.extra["currency"])

    def link(self) -> Link:
        """Answer the page that records it as a receipt."""
        account = None if self.account is None else int(self.account.id)
        return message_link(self.message, account, None if self.party is None else int(self.party.id))


def read_pasted(reader: Any, text: str) -> tuple[Pasted, ...]:
    """Answer what a text tells of money, each with its probable party and account."""
    messages = read_message(text, reader.today)
    if not messages:
        return ()
    accounts = [
        (choice, account_card(reader, choice.id).number) for choice in account_choices(reader, limit=200)
    ]
    found = (Pasted(each, _party(reader, each), _account(each, accounts)) for each in messages)
    return tuple(replace(each, recorded=_recorded(reader, each)) for each in found)


def _recorded(reader: Any, pasted: Pasted) -> str:
    told, account = pasted.message, pasted.account
    if not told.incoming or not reader.actor.can("receivable.read"):
        return ""
    key = None if account is None else int(account.id)
    return recorded_receipt(reader, told.amount, pasted.currency, told.day, key)


def _party(reader: Any, message: BankMessage) -> Ref | None:
    found = probable_party(reader, message.payer)
    return None if found is None else Ref(found.id, found.name, found.code)


def _account(message: BankMessage, accounts: list[tuple[Any, str]]) -> Ref | None:
    """Answer the only account of the message's number, else the only one of its currency."""
    fitting = [each for each in accounts if message.currency in ("", each[0].currency)]
    if message.account:
        numbered = [each for each in fitting if each[1] and same_account(message.account, each[1])]
        fitting = numbered or fitting
    if len(fitting) != 1:
        return None
    choice = fitting[0][0]
    return Ref(choice.id, choice.name, extra={"currency": choice.currency})


def paste_table(found: tuple[Pasted, ...]) -> Table:
    """Answer what was read as a table; money that went out, or is recorded already, is muted."""
    known = any(each.recorded for each in found)
    columns = (
        *((TableColumn("recorded", _("Recorded already")),) if known else ()),
        TableColumn("day", _("Date"), FieldKind.DATE),
        TableColumn("way", _("Way")),
        TableColumn("amount", _("Credited"), FieldKind.MONEY),
        TableColumn("fee", _("Fee kept"), FieldKind.MONEY),
        TableColumn("interest", _("Interest kept"), FieldKind.MONEY),
        TableColumn("currency", _("Currency"), FieldKind.CURRENCY),
        TableColumn("payer", _("Payer")),
        TableColumn("account", _("Account")),
        TableColumn("reference", _("Reference")),
    )
    rows = tuple(
        TableRow(
            (
                *((each.recorded or None,) if known else ()),
                each.message.day,
                _("came in") if each.message.incoming else _("went out"),
                each.message.amount,
                each.message.fee or None,
                each.message.interest or None,
                each.currency or None,
                party_words(each.message.payer, each.party),
                each.account.label if each.account is not None else _("to be chosen"),
                each.message.reference,
            ),
            currency=each.currency or None,
            style=RowStyle.NORMAL if each.message.incoming and not each.recorded else RowStyle.MUTED,
        )
        for each in found
    )
    return Table("pasted", "", "", columns, rows)
