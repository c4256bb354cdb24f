"""The journal as plain text for beancount: every voucher a transaction, proved by balances at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from tradecrm.core.chart import legs
from tradecrm.core.money import minor_units
from tradecrm.services.figures.journal import Balance, Journal, JournalLine, balances, first_day, journal
from tradecrm.services.work import Reader


def account_name(root: str, code: str) -> str:
    """Answer the account as beancount writes it: its kind and its code, whose dots become dashes."""
    plain = code.replace(".", "-")
    return f"{root}:{plain if plain[0].isdigit() else plain[0].upper() + plain[1:]}"


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _quoted(text: str) -> str:
    clean = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{clean}"'


def _posting(account: str, currency: str, amount: Decimal, value: Decimal, base: str) -> str:
    worth = "" if currency == base else f" @@ {_number(abs(value))} {base}"
    return f"  {account}  {_number(amount)} {currency}{worth}"


def journal_lines(journal: Journal, closing: tuple[Balance, ...]) -> Iterator[str]:
    """Answer the lines of the file: options, accounts, vouchers, and the balances that beancount is to find."""
    yield f'option "title" {_quoted(journal.company or "TradeCRM")}'
    yield f'option "operating_currency" "{journal.base}"'
    # A value for a whole amount becomes a rate of 28 digits there: less than half a cent is no difference.
    half = Decimal(5).scaleb(-minor_units(journal.base) - 1)
    yield f'option "inferred_tolerance_default" "{journal.base}:{half:f}"'
    yield ""
    yield from _accounts(journal)
    for voucher, lines in groupby(journal.lines, key=lambda line: line.voucher):
        yield from _transaction(voucher, tuple(lines), journal.base)
    yield from _proof(closing, journal.last + timedelta(days=1))


def _accounts(journal: Journal) -> Iterator[str]:
    known: dict[str, str] = {}
    for line in journal.lines:
        known.setdefault(account_name(line.root, line.code), line.name)
    for account, name in sorted(known.items()):
        yield f"{journal.first} open {account}"
        yield f"  name: {_quoted(name)}"
    yield ""


def _transaction(voucher: int, lines: tuple[JournalLine, ...], base: str) -> Iterator[str]:
    head = lines[0]
    party = next((line.party for line in lines if line.party), "")
    yield f"{head.day} * {_quoted(party)} {_quoted(f'{head.kind} {head.summary}')}"
    yield f"  voucher: {voucher}"
    for line in lines:
        account = account_name(line.root, line.code)
        for leg in legs(line.currency, line.amount, line.base_amount, base):
            yield _posting(account, leg.currency, leg.amount, leg.base, base)
    yield ""


def _proof(closing: Iterable[Balance], day: date) -> Iterator[str]:
    for held in closing:
        account = account_name(held.root, held.code)
        yield f"{day} balance {account}  {_number(held.amount)} {held.currency}"


def write_journal(reader: Reader, last: date, path: Path) -> int:
    """Write the whole journal until a day in UTF-8, and answer the count of its rows.

    It begins where the ledger does: only so are the balances at its end those of the book. Raises Refusal for what
    has no account in the chart, OSError in the words of the system.
    """
    found = journal(reader, first_day(reader), last)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in journal_lines(found, balances(reader, last)))
    return found.count
