"""Making, opening and closing a book, and every refusal in words (issue: Bad input)."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlcipher3 import dbapi2

from tests.services.storage_kit import (
    CLOCK,
    PARTY,
    add_entries,
    beside,
    entry_count,
    reopen,
    small_book,
    small_schema,
)
from tradecrm.core.errors import BookDamaged, BookError, BookMissing, BookTooNew
from tradecrm.storage.engines import connect
from tradecrm.storage.failures import explain
from tradecrm.storage.inspection import inspect_file
from tradecrm.storage.keys import BookKey
from tradecrm.storage.store import Opening, create_book, open_book

FLIPS = 40


@pytest.fixture
def book(tmp_path: Path) -> Path:
    store = small_book(tmp_path)
    with store.writer.begin() as connection:
        connection.execute(PARTY.insert(), [{"name": f"Party {n} 华强" * 5} for n in range(400)])
    add_entries(store.writer, 2000)
    store.close()
    return store.path


def test_closed_book_is_one_file_and_holds_everything(book: Path) -> None:
    assert beside(book.parent) == {"firm.tcrm"}
    store = reopen(book)
    assert entry_count(store.reader) == 2000
    add_entries(store.writer, 1)
    assert beside(book.parent) == {"firm.tcrm", "firm.tcrm-wal", "firm.tcrm-shm", "firm.tcrm.lock"}
    store.close()
    moved = shutil.copy(book, book.with_name("stick.tcrm"))
    book.unlink()
    store = reopen(Path(moved))
    assert entry_count(store.reader) == 2001
    store.close()


def test_nothing_is_written_over_what_stands_there(book: Path) -> None:
    before = book.read_bytes()
    with pytest.raises(BookError, match="there already"):
        create_book(book, "Wang Fang", CLOCK, Opening(schema=small_schema()))
    assert book.read_bytes() == before


def test_missing_book_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(BookMissing, match=r"no book at .*none\.tcrm"):
        reopen(tmp_path / "none.tcrm")
    with pytest.raises(BookMissing):
        create_book(tmp_path / "none" / "firm.tcrm", "Wang Fang", CLOCK)
    assert beside(tmp_path) == set()


@pytest.mark.parametrize(
    "content", [b"", b"not a book", b"SQLite format 3\x00" + bytes(4080), b"\xd0\xcf" * 3000]
)
def test_what_is_no_book_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "firm.tcrm"
    path.write_bytes(content)
    with pytest.raises(BookDamaged, match="not a book of this program"):
        reopen(path)
    assert path.read_bytes() == content
    assert beside(tmp_path) == {"firm.tcrm"}


def test_another_programs_keyed_file_is_no_book(tmp_path: Path) -> None:
    path = tmp_path / "other.tcrm"
    connection = connect(path, mode="rwc")
    connection.execute("CREATE TABLE party (id INTEGER)")
    connection.close()
    with pytest.raises(BookDamaged, match="not a book of this program"):
        reopen(path)


def test_newer_book_is_refused_and_left_as_it_is(book: Path) -> None:
    connection = connect(book)
    connection.execute("UPDATE alembic_version SET version_num = '0099'")
    connection.close()
    before = book.read_bytes()
    with pytest.raises(BookTooNew, match=r"revision 0099; this one knows up to 0001.*Update the program"):
        reopen(book)
    assert book.read_bytes() == before
    assert beside(book.parent) == {"firm.tcrm"}


def test_wrong_password_and_damaged_first_page_are_told_apart(book: Path) -> None:
    good = reopen(book)
    left = good.fingerprint
    good.close()
    wrong = Opening(key=BookKey("ab" * 32), last=left, schema=small_schema())
    with pytest.raises(BookDamaged, match="password is probably wrong"):
        open_book(book, "Wang Fang", CLOCK, wrong)
    _flip(book, 100)
    with pytest.raises(BookDamaged, match="key is the right one: its beginning is damaged"):
        open_book(book, "Wang Fang", CLOCK, Opening(last=left, schema=small_schema()))
    with pytest.raises(BookDamaged, match="the password is wrong, its beginning is damaged, or"):
        reopen(book)


def test_damaged_first_page_is_told_by_the_last_backup(book: Path) -> None:
    from tradecrm.storage.backup import Reason

    store = reopen(book)
    store.back_up(CLOCK, Reason.ASKED)
    store.close()
    _flip(book, 5)
    with pytest.raises(BookDamaged, match="key is the right one"):
        reopen(book)
    with pytest.raises(BookDamaged, match="password is probably wrong"):
        open_book(book, "Wang Fang", CLOCK, Opening(key=BookKey("ab" * 32), schema=small_schema()))


def _flip(path: Path, at: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


def _all_rows(path: Path) -> list[object]:
    store = reopen(path)
    try:
        with store.guard(), store.reader.connect() as connection:
            return [
                list(connection.execute(text(f"SELECT * FROM {name} ORDER BY 1")))
                for name in ("party", "entry")
            ]
    finally:
        store.close()


def _noticed(path: Path) -> bool:
    try:
        return inspect_file(path) != []
    except dbapi2.DatabaseError as error:
        return isinstance(explain(error, path), BookDamaged)


def test_every_flipped_bit_is_noticed_and_no_wrong_row_is_shown(book: Path, tmp_path: Path) -> None:
    right = _all_rows(book)
    chance = random.Random(20260531)
    flipped = tmp_path / "flipped.tcrm"
    size = book.stat().st_size
    for _ in range(FLIPS):
        shutil.copy(book, flipped)
        _flip(flipped, chance.randrange(size), chance.randrange(8))
        assert _noticed(flipped)
        with suppress(BookDamaged):
            assert _all_rows(flipped) == right
    assert beside(tmp_path) == {"firm.tcrm", "flipped.tcrm"}


def test_cut_book_is_refused(book: Path) -> None:
    content = book.read_bytes()
    book.write_bytes(content[: len(content) // 2 // 4096 * 4096])
    with pytest.raises(dbapi2.DatabaseError):
        inspect_file(book)


def test_application_and_backup_are_asked_for_by_change(book: Path) -> None:
    from datetime import timedelta

    from tradecrm.storage.backup import Reason

    store = reopen(book)
    now = CLOCK.now()
    assert not store.backup_due(now)
    store.mark_changed()
    assert store.changed
    assert store.backup_due(now)
    made = store.back_up(CLOCK, Reason.REGULAR)
    assert not store.backup_due(made.made + timedelta(days=1))
    store.mark_changed()
    assert not store.backup_due(made.made + timedelta(minutes=29))
    assert store.backup_due(made.made + timedelta(minutes=30))
    store.close()


def test_real_schema_makes_a_book_and_refuses_changes_of_what_is_append_only(tmp_path: Path) -> None:
    from sqlalchemy.exc import IntegrityError

    from tradecrm.models import Base
    from tradecrm.storage.objects import append_only

    store = create_book(tmp_path / "firm.tcrm", "Wang Fang", CLOCK)
    tables = [entry.name for entry, _mutable in append_only(Base.metadata)]
    assert "ledger_entry" in tables
    with store.reader.connect() as connection:
        names = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    assert names == {f"{table}_no_{verb}" for table in tables for verb in ("update", "delete")}
    moment = {"at": "2026-05-31T00:00:00+00:00", "op": "x"}
    with store.writer.begin() as connection:
        connection.execute(text("INSERT INTO person (id, name, role, active) VALUES (1, 'Wang', 'owner', 1)"))
        connection.execute(
            text(
                "INSERT INTO audit_entry (at, person_id, operation, action, kind, detail) "
                "VALUES (:at, 1, :op, 'add', 'person', '{}')"
            ),
            moment,
        )
    with (
        pytest.raises(IntegrityError, match="audit_entry is append-only"),
        store.writer.begin() as connection,
    ):
        connection.execute(text("DELETE FROM audit_entry"))
    store.close()
