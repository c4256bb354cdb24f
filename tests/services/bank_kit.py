"""Accounts, entries and statements for tests of matching and reconciling."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tradecrm.core.bank_rows import BankFile, BankLine, with_balances
from tradecrm.services.book import Seat
from tradecrm.services.figures.bank_entries import unmatched_entries
from tradecrm.services.money.accounts import BookExpense, OpenAccount, book_expense, open_account
from tradecrm.services.money.statements import ImportedStatement, ImportStatement, import_statement

D = Decimal


def line(day: date, amount: str, name: str = "", text: str = "", reference: str = "") -> BankLine:
    return BankLine(day, D(amount), name, text, reference, place=day.isoformat())


def statement(*lines: BankLine, opening: str | None = None, **about: object) -> BankFile:
    begin = None if opening is None else D(opening)
    return with_balances(BankFile("csv", lines, opening=begin, **about))  # type: ignore[arg-type]


def bring_in(seat: Seat, account: int, file: BankFile, name: str = "may.csv") -> ImportedStatement:
    return seat.perform(import_statement, ImportStatement(account, file, name, "0" * 64)).value


def open_yuan(seat: Seat, balance: str = "30000", day: date = date(2026, 4, 1), number: str = "") -> int:
    command = OpenAccount("Yuan", "BANK", "CNY", day, D(balance), number=number)
    return seat.perform(open_account, command).value


def book(seat: Seat, account: int, day: date, amount: str, text: str = "Paid") -> int:
    return seat.perform(book_expense, BookExpense(day, account, "OTHER", D(amount), text)).value


def entry_over(seat: Seat, account: int, amount: str) -> int:
    found = seat.ask(unmatched_entries, account, date(2026, 1, 1), date(2026, 12, 31))
    return next(key for key, _day, scaled in found if scaled == int(D(amount) * 10_000))
