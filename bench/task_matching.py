"""Proposing what 5,000 rows of a bank are among 100,000 entries, against raw reading and indexing of both."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.books import opened
from bench.measure import PROCESSOR, Line, ratio
from tradecrm.services.money.matching import propose_matches
from tradecrm.storage.engines import connect

ENTRIES = 100_000
ROWS = 5_000
_FIRST = date(2023, 1, 2)
_DAYS = 1_000


def run(path: Path, scale: str) -> Iterator[Line]:
    """Measure on a copy of the book at ``path``, with an account of its own."""
    del scale
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        account = _fill(copy)
        book = opened(copy)
        connection = connect(copy)
        seat = book.seat()
        found = seat.ask(propose_matches, account)
        sure = sum(1 for each in found if each.sure)
        print(f"      {len(found):,} of {ROWS:,} rows proposed, {sure:,} of them sure")
        yield ratio(
            "5,000 bank rows matched to 100,000 entries",
            2,
            lambda: seat.ask(propose_matches, account),
            lambda: _raw(connection, account),
            clock=PROCESSOR,
        )
        connection.close()
        book.close()


def _raw(connection: Any, account: int) -> int:
    """Read both sides with their words, and index the entries by amount and the words by entry."""
    entries = connection.execute(
        "SELECT entry.id, entry.day, entry.amount, entry.party_id, posting.memo FROM ledger_entry AS entry "
        "JOIN posting ON posting.id = entry.posting_id WHERE entry.account_id = ? ORDER BY entry.day, entry.id",
        (account,),
    ).fetchall()
    rows = connection.execute(
        "SELECT id, day, amount, name, text, reference FROM bank_row WHERE account_id = ? ORDER BY day, id",
        (account,),
    ).fetchall()
    by_amount: dict[int, list[Any]] = {}
    for entry in entries:
        by_amount.setdefault(entry[2], []).append(entry)
    by_row = {row[0]: row for row in rows}
    return len(by_amount) + len(by_row)


def _fill(path: Path) -> int:
    """Write the account, its entries over four years, and a statement of rows of which nine in ten are entries."""
    dice = random.Random(7)
    connection = connect(path)
    person = connection.execute("SELECT min(id) FROM person").fetchone()[0]
    account = connection.execute("SELECT max(id) + 1 FROM account").fetchone()[0]
    first = connection.execute("SELECT max(id) + 1 FROM posting").fetchone()[0]
    moment = "2026-01-01T00:00:00.000000+00:00"
    connection.execute("BEGIN")
    connection.execute(
        "INSERT INTO account (id, name, kind, holder, bank, number, swift, bank_address, currency, opened_on, "
        "allow_negative, archived, version, created_at, updated_at) "
        "VALUES (?, 'Matched', 'BANK', 'company', '', '', '', '', 'CNY', '2023-01-01', 1, 0, 1, ?, ?)",
        (account, moment, moment),
    )
    moves = []
    for number in range(ENTRIES):
        day = (_FIRST + timedelta(days=number * _DAYS // ENTRIES)).isoformat()
        moves.append((first + number, day, dice.choice((-1, 1)) * dice.randrange(1_000, 90_000_000) * 100))
    connection.executemany(
        "INSERT INTO posting (id, day, kind, source_kind, source_id, person_id, entered_at, memo) "
        f"VALUES (?, ?, 'expense', 'account_expense', 0, {person}, '{moment}', ?)",
        [(key, day, f"EX-{key:06d}") for key, day, _amount in moves],
    )
    connection.executemany(
        "INSERT INTO ledger_entry (posting_id, day, book, category, account_id, currency, amount, base_amount) "
        f"VALUES (?, ?, 'BANK', 'OTHER', {account}, 'CNY', ?, ?)",
        [(key, day, amount, amount) for key, day, amount in moves],
    )
    statement = connection.execute(
        "INSERT INTO bank_statement (account_id, format, file_name, sha256, from_day, to_day, at, person_id) "
        "VALUES (?, 'csv', 'bench.csv', '', ?, ?, ?, ?)",
        (account, moves[0][1], moves[-1][1], moment, person),
    ).lastrowid
    picked = sorted(dice.sample(range(ENTRIES), ROWS))
    connection.executemany(
        "INSERT INTO bank_row (statement_id, account_id, position, day, amount, name, text, reference, "
        f"fingerprint, status, remark) VALUES ({statement}, {account}, ?, ?, ?, ?, ?, ?, ?, 'open', '')",
        [_row(number, moves[place], dice) for number, place in enumerate(picked)],
    )
    connection.execute("COMMIT")
    connection.close()
    return int(account)


def _row(number: int, move: tuple[int, str, int], dice: random.Random) -> tuple[Any, ...]:
    """Answer a line of the bank: an entry some days later, every tenth one an amount of nobody's."""
    key, day, amount = move
    later = date.fromisoformat(day) + timedelta(days=dice.randrange(4))
    known = number % 10 != 0
    return (
        number,
        later.isoformat(),
        amount if known else amount + 37,
        "",
        f"payment EX-{key:06d}" if known else "unknown",
        f"BK{number:06d}",
        f"{number:064d}",
    )
