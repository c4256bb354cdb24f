"""Books of the story written in bulk: rows straight into the tables, indexes made after; each book made once."""

from __future__ import annotations

import hashlib
import inspect
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.schema import CreateTable

from bench import story, words
from bench.story import ACCOUNTS, BASE, FIRST, SCALES, TODAY, Expense, Invoice, Receipt, Size, Story
from tradecrm.core.clock import FixedClock
from tradecrm.core.rates import RateType
from tradecrm.models import Base
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.services.data.search_keys import KeySource
from tradecrm.services.data.search_texts import KIND_NUMBERS, party_texts
from tradecrm.services.data.terms import document_terms
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.rates import SaveRate, SaveRates, save_rates
from tradecrm.storage import objects
from tradecrm.storage.engines import building_engine, connect
from tradecrm.storage.store import create_book, open_book

FOLDER = Path(__file__).resolve().parent / "books"
FORM = b"3"
"""Counted up whenever this module writes the same story otherwise."""

OWNER = 1
_BATCH = 20_000
_ENTERED = datetime(2026, 6, 15, 1, 0, tzinfo=UTC).isoformat(timespec="microseconds")
_PARTIES = KIND_NUMBERS["party"]
_ITEMS = KIND_NUMBERS["item"]
_RECEIPTS = KIND_NUMBERS["receipt"]


def fingerprint() -> str:
    """Answer a mark of everything a book is made by; a book of another mark is made anew."""
    mark = hashlib.sha256(FORM)
    for module in (story, words):
        mark.update(inspect.getsource(module).encode())
    for table in Base.metadata.sorted_tables:
        mark.update(str(CreateTable(table)).encode())
    return mark.hexdigest()[:10]


def book_path(scale: str) -> Path:
    """Answer the book of a scale, made when it is not there yet; its indexes are those of today's schema."""
    path = FOLDER / f"{scale}-{fingerprint()}.tcrm"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        started = time.perf_counter()
        print(f"making the book of scale {scale} ...", flush=True)
        make_book(path, SCALES[scale])
        print(
            f"made in {time.perf_counter() - started:.0f} s: {path.stat().st_size / 1e6:.0f} MB", flush=True
        )
    else:
        renew_indexes(path)
    return path


def make_book(path: Path, size: Size, seed: int = 1) -> None:
    """Write the story of ``seed`` into a new book at ``path``."""
    fresh = path.with_name(f"new-{path.name}")
    for old in path.parent.glob(f"new-{path.name}*"):
        old.unlink()
    tale = Story(size, seed)
    firms = words.firms(Random(seed), size.parties)
    clock = FixedClock.on(TODAY)
    store = create_book(fresh, "Bench", clock)
    set_up_book(store, clock, SetUp("Ningbo Harbor Trading Co., Ltd.", owner_name="Lin Yue", language="en"))
    begin_book(Book(store, clock).seat(), tale)
    store.close()
    connection = connect(fresh)
    try:
        for statement in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
            connection.execute(f"PRAGMA {statement}").fetchall()
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        for (name,) in rows.fetchall():
            connection.execute(f"DROP INDEX {name}")
        connection.execute("BEGIN")
        writer = BulkWriter(connection)
        writer.parties(firms)
        for day, invoices, receipts, expenses in tale.days():
            writer.day(day, invoices, receipts, expenses)
        writer.finish()
        connection.execute("COMMIT")
    finally:
        connection.close()
    renew_indexes(fresh)
    connection = connect(fresh)
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute(
        "INSERT INTO account_month (account_id, month, amount, base_amount) "
        "SELECT account_id, substr(day, 1, 7), sum(amount), sum(base_amount) FROM ledger_entry "
        "WHERE account_id IS NOT NULL GROUP BY 1, 2"
    )
    connection.close()
    fresh.rename(path)
    for rest in path.parent.glob(f"*new-{path.name}*"):
        rest.unlink()


def begin_book(seat: Seat, tale: Story) -> None:
    """Enter the rates and open the accounts of a story, through the services."""
    rates = tuple(
        SaveRate(kind, code, day, str(Decimal(tale.rate(code, day)).scaleb(-10)), "bench")
        for code in sorted(set(ACCOUNTS) - {BASE})
        for day in _month_firsts()
        for kind in (RateType.MID, RateType.BUY, RateType.SELL)
    )
    seat.perform(save_rates, SaveRates(rates))
    for number, code in enumerate(ACCOUNTS, 1):
        opening = Decimal(tale.opening(code)).scaleb(-4)
        seat.perform(open_account, OpenAccount(f"{code} {number}", "BANK", code, FIRST, opening))


def _month_firsts() -> list[date]:
    days = [date(year, month, 1) for year in range(FIRST.year, TODAY.year + 1) for month in range(1, 13)]
    return [max(day, FIRST) for day in days if FIRST.replace(day=1) <= day <= TODAY] + [TODAY]


def renew_indexes(path: Path) -> None:
    """Give a book the indexes, triggers and the search index of today's models."""
    _renew_search(path)
    engine = building_engine(path)
    wanted = {index.name for table in Base.metadata.sorted_tables for index in table.indexes}
    with engine.connect() as connection:
        have = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).all()
        fresh = _index_ddl()
        if {name: " ".join(sql.split()) for name, sql in have} == fresh:
            engine.dispose()
            return
        for name, sql in have:
            if name not in wanted or " ".join(sql.split()) != fresh[name]:
                connection.exec_driver_sql(f"DROP INDEX {name}")
        connection.exec_driver_sql("PRAGMA cache_size = -500000")
        objects.apply(connection, Base.metadata)
        connection.commit()
    engine.dispose()


def _renew_search(path: Path) -> None:
    """Make the search index anew from its own terms where it was made another way."""
    connection = connect(path)
    name = objects.SEARCH_NAME
    (have,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    if have != objects.SEARCH_DDL:
        connection.execute("PRAGMA cache_size = -500000").fetchall()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"ALTER TABLE {name} RENAME TO search_before")
        connection.execute(objects.SEARCH_DDL)
        connection.execute(f"INSERT INTO {name} (rowid, terms) SELECT rowid, terms FROM search_before")
        connection.execute("DROP TABLE search_before")
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()


def _index_ddl() -> dict[str, str]:
    from sqlalchemy.dialects import sqlite
    from sqlalchemy.schema import CreateIndex

    return {
        str(index.name): " ".join(str(CreateIndex(index).compile(dialect=sqlite.dialect())).split())
        for table in Base.metadata.sorted_tables
        for index in table.indexes
    }


class BulkWriter:
    """Writes the days of a story as the services would: postings, items, instalments, allocations, terms."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._statements: dict[str, str] = {}
        self._last = {name: self._highest(name) for name in ("posting", "item", "receipt", "account_expense")}
        self._numbers: Counter[tuple[str, str]] = Counter()

    def _highest(self, table: str) -> int:
        found = self._connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
        return int(found)

    def _next(self, table: str) -> int:
        self._last[table] += 1
        return self._last[table]

    def _number(self, prefix: str, period: str) -> str:
        self._numbers[prefix, period] += 1
        return f"{self._numbers[prefix, period]:04d}"

    def _add(self, table: str, row: tuple[Any, ...]) -> None:
        rows = self._rows[table]
        rows.append(row)
        if len(rows) >= _BATCH:
            self._write(table)

    def _write(self, table: str) -> None:
        rows = self._rows[table]
        if rows:
            if table not in self._statements:
                self._statements[table] = _insert(table)
            self._connection.executemany(self._statements[table], rows)
            rows.clear()

    def parties(self, firms: Iterable[words.Firm]) -> None:
        """Write customers with the keys of duplicates and what they are found by."""
        period = f"{TODAY:%y%m}"
        for key, firm in enumerate(firms, 1):
            code = f"P-{period}-{self._number('P', period)}"
            row = (code, firm.name, firm.name_local, firm.tax_no, firm.website, firm.email, firm.phone)
            updated = datetime(2023 + key % 3, 1 + key % 12, 1 + key % 28, tzinfo=UTC)
            moment = updated.isoformat(timespec="microseconds")
            self._add("party", (key, OWNER, 1, 1, *row, firm.country, firm.city, moment, moment))
            source = KeySource(
                tuple(filter(None, (firm.name, firm.name_local))),
                firm.country,
                (firm.website,),
                (firm.email,),
                (firm.phone,),
                (firm.tax_no,),
            )
            keys = {(each.kind.value, each.value[:300]) for each in source.keys()}  # noqa: SIM118
            for kind, value in sorted(keys):
                self._add("party_key", (key, kind, value))
            terms = document_terms(party_texts(row, ()))
            self._add("search_index", (objects.search_rowid(_PARTIES, key), terms))
        self._write("search_index")

    def day(
        self, day: date, invoices: list[Invoice], receipts: list[Receipt], expenses: list[Expense]
    ) -> None:
        """Write what happened on a day."""
        text, period = day.isoformat(), f"{day:%y%m}"
        for invoice in invoices:
            self._invoice(invoice, text, period)
        for receipt in receipts:
            self._receipt(receipt, text, period)
        for expense in expenses:
            self._expense(expense, text, period)

    def _posting(self, day: str, kind: str, source: str, record: int, memo: str) -> int:
        key = self._next("posting")
        self._add("posting", (key, day, kind, source, record, OWNER, _ENTERED, memo))
        return key

    def _invoice(self, invoice: Invoice, day: str, period: str) -> None:
        digits = self._number("CI", period)
        number = f"CI-{period}-{digits}"
        party, code, amount, base = invoice.party, invoice.currency, invoice.amount, invoice.base
        posting = self._posting(day, "opening", "party", party, "")
        self._add("ledger_entry", (posting, day, "AR", "", None, party, code, amount, base))
        self._add("ledger_entry", (posting, day, "REVENUE", "", None, party, BASE, -base, -base))
        invoice.id = key = self._next("item")
        paper, settled = invoice.document_day.isoformat(), _text(invoice.settled_on)
        head = (key, "AR", "INV", number, party, day, paper, code, amount, invoice.rate, base)
        self._add("item", (*head, posting, invoice.open_amount, invoice.open_base, settled, OWNER))
        taken = amount - invoice.open_amount
        for position, (part, due) in enumerate(invoice.parts, 1):
            used = min(taken, part)
            taken -= used
            tail = (due.isoformat(), day, part, part - used, settled)
            self._add(
                "instalment",
                (key, position, "AR", 0, len(invoice.parts) == 1, party, code, day, paper, *tail),
            )
        terms = number_terms("ci", period, digits)
        self._add("search_index", (objects.search_rowid(_ITEMS, key), terms))

    def _receipt(self, receipt: Receipt, day: str, period: str) -> None:
        digits = self._number("RC", period)
        number = f"RC-{period}-{digits}"
        party, code, gross, base = receipt.party, receipt.currency, receipt.gross, receipt.base
        paper, item = self._next("receipt"), self._next("item")
        posting = self._posting(day, "receipt", "receipt", paper, number)
        net, worth = gross - receipt.charge, base - receipt.charge_base
        self._add("ledger_entry", (posting, day, "AR", "", None, party, code, -gross, -base))
        self._add("ledger_entry", (posting, day, "BANK", "RECEIPT", receipt.account, party, code, net, worth))
        if receipt.charge:
            cost = ("COST", "BKF", None, party, code, receipt.charge, receipt.charge_base)
            self._add("ledger_entry", (posting, day, *cost))
        settled = None if receipt.open_amount else day
        head = (item, "AR", "RCT", number, party, day, day, code, -gross, receipt.rate, -base)
        self._add("item", (*head, posting, -receipt.open_amount, -receipt.open_base, settled, OWNER))
        tail = (None, day, -gross, -receipt.open_amount, settled)
        self._add("instalment", (item, 1, "AR", 1, 1, party, code, day, day, *tail))
        money = (gross, receipt.charge, receipt.rate)
        self._add("receipt", (paper, number, day, party, receipt.account, code, *money, item, OWNER))
        for part in receipt.settled:
            fx = part.credit_base - part.debit_base
            moved = None
            if fx:
                moved = self._posting(day, "allocation", "item", part.invoice.id, number)
                self._add("ledger_entry", (moved, day, "AR", "", None, party, code, 0, fx))
                self._add("ledger_entry", (moved, day, "FX", "REALIZED", None, party, BASE, -fx, -fx))
            amounts = (part.amount, part.amount, part.debit_base, part.credit_base, fx)
            self._add("allocation", ("AR", party, part.invoice.id, item, day, *amounts, moved, _ENTERED))
        self._rows["receipt_terms"].append(
            (objects.search_rowid(_RECEIPTS, paper), number_terms("rc", period, digits))
        )

    def _expense(self, expense: Expense, day: str, period: str) -> None:
        number = f"EX-{period}-{self._number('EX', period)}"
        key, amount = self._next("account_expense"), expense.amount
        posting = self._posting(day, "expense", "account_expense", key, "Bank fee")
        self._add("ledger_entry", (posting, day, "BANK", "FEE", expense.account, None, BASE, amount, amount))
        self._add("ledger_entry", (posting, day, "EXPENSE", "FEE", None, None, BASE, -amount, -amount))
        row = (key, number, day, expense.account, "FEE", amount, "Bank fee", OWNER)
        self._add("account_expense", row)

    def finish(self) -> None:
        """Write what is left, and the next number of each series."""
        # The search index takes rows in order of their numbers quickest: receipts after all items.
        receipts = self._rows.pop("receipt_terms", [])
        for table in list(self._rows):
            self._write(table)
        for row in receipts:
            self._add("search_index", row)
        self._write("search_index")
        series = [
            (prefix, period, count + 1) for (prefix, period), count in self._numbers.items() if prefix != "CI"
        ]
        self._connection.execute("DELETE FROM account_month")
        self._connection.executemany("INSERT INTO number_series VALUES (?, ?, ?)", series)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def number_terms(prefix: str, period: str, digits: str) -> str:
    """Answer what ``document_terms`` answers for ``CI-2606-0001``, without taking it apart."""
    if digits == period:
        return document_terms((f"{prefix}-{period}-{digits}",))
    long = f" d{digits[::-1]}" if len(digits) > 4 else ""
    tail = f"d{digits[::-1]}{period[::-1]}"
    return f"w{prefix} w{period} w{digits} w{prefix}{period}{digits}{long} {tail}"


COLUMNS = {
    "party": (
        "id owner_id version is_customer code name name_local tax_no website email phone country city "
        "created_at updated_at"
    ),
    "party_key": "party_id kind value",
    "search_index": "rowid terms",
    "posting": "id day kind source_kind source_id person_id entered_at memo",
    "ledger_entry": "posting_id day book category account_id party_id currency amount base_amount",
    "item": (
        "id side kind number party_id day document_day currency amount rate base_amount posting_id "
        "open_amount open_base settled_on owner_id"
    ),
    "instalment": (
        "item_id position side is_credit is_whole party_id currency item_day document_day due_on due_known_on "
        "amount open_amount settled_on"
    ),
    "receipt": "id number day party_id account_id currency gross charge rate item_id owner_id",
    "allocation": (
        "side party_id debit_item_id credit_item_id day debit_amount credit_amount debit_base credit_base fx "
        "posting_id entered_at"
    ),
    "account_expense": "id number day account_id category amount description owner_id",
}


def _insert(name: str) -> str:
    """Make the INSERT of a table: a mark for each of its columns, and the models' defaults for the others."""
    marked = COLUMNS[name].split()
    values = dict.fromkeys(marked, "?")
    table = Base.metadata.tables.get(name)
    for column in () if table is None else table.columns:
        if column.name in values or column.nullable or column.primary_key:
            continue
        default = getattr(column.default, "arg", "")
        values[column.name] = "''" if isinstance(default, str) else str(int(default))
    return f"INSERT INTO {name} ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def opened(path: Path) -> Book:
    """Open a book as the program opens it."""
    clock = FixedClock.on(TODAY)
    return Book(open_book(path, "Bench", clock), clock)
