"""Engines on a real keyed book: durability, transactions by statement, refusals (safekeeping.md section 1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlcipher3 import dbapi2

from tests.services.storage_kit import ENTRY, add_entries, entry_count, small_book
from tradecrm.core.errors import BookError, BookLocked, BookReadOnly, DiskFull, Stopped
from tradecrm.storage.engines import connect, require_sqlite
from tradecrm.storage.objects import SEARCH_INDEX, search_record, search_rowid
from tradecrm.storage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = small_book(tmp_path)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("query_only", 0),
    ],
)
def test_writer_is_durable_and_strict(store: Store, pragma: str, value: object) -> None:
    with store.writer.connect() as connection:
        assert connection.scalar(text(f"PRAGMA {pragma}")) == value


def test_old_sqlite_is_refused() -> None:
    require_sqlite()
    with pytest.raises(BookError, match=r"3\.51\.2.*3\.53\.0"):
        require_sqlite((3, 51, 2))


def test_writer_takes_the_write_lock_before_its_first_read(store: Store) -> None:
    other = connect(store.path, wait=0)
    with store.writer.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM entry")) == 0
        with pytest.raises(dbapi2.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BookLocked), store.guard():
            other.execute("INSERT INTO party (name) VALUES ('x')")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_leaving_a_transaction_by_an_error_rolls_back(store: Store) -> None:
    def fail_within() -> None:
        with store.writer.begin() as connection:
            connection.execute(ENTRY.insert().values(party_id=1, amount=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_within()
    assert entry_count(store.reader) == 0


def test_savepoint_rolls_back_its_part_only(store: Store) -> None:
    with store.writer.begin() as connection:
        connection.execute(ENTRY.insert().values(party_id=1, amount=1))
        inner = connection.begin_nested()
        connection.execute(ENTRY.insert().values(party_id=1, amount=2))
        inner.rollback()
    assert entry_count(store.reader) == 1


def test_reader_sees_one_moment(store: Store) -> None:
    with store.reader.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM entry")) == 0
        add_entries(store.writer, 3)
        assert connection.scalar(text("SELECT count(*) FROM entry")) == 0
    assert entry_count(store.reader) == 3


def test_reader_cannot_write(store: Store) -> None:
    with pytest.raises(BookReadOnly), store.guard(), store.reader.begin() as connection:
        connection.execute(ENTRY.insert().values(party_id=1, amount=1))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET amount = 8",
        "UPDATE entry SET settled = 1, amount = amount",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry (id, party_id, amount) VALUES (1, 1, 9)",
        "DELETE FROM party",
    ],
)
def test_append_only_rows_stay(store: Store, statement: str) -> None:
    add_entries(store.writer, 1)
    with pytest.raises(IntegrityError, match="entry is append-only"), store.writer.begin() as connection:
        connection.execute(text(statement))
    with store.writer.begin() as connection:
        connection.execute(text("UPDATE entry SET settled = 5"))
        assert connection.execute(text("SELECT amount, settled FROM entry")).all() == [(7, 5)]


def test_constraint_is_no_error_of_the_world(store: Store) -> None:
    with pytest.raises(IntegrityError), store.guard(), store.writer.begin() as connection:
        connection.execute(ENTRY.insert().values(party_id=99, amount=1))


def test_book_that_may_grow_no_more_says_disk_full_and_loses_nothing(store: Store) -> None:
    add_entries(store.writer, 10)
    with store.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.rollback()
    with pytest.raises(DiskFull, match=r"firm\.tcrm"), store.guard():
        add_entries(store.writer, 5000)
    assert entry_count(store.reader) == 10


def test_interrupted_query_says_stopped(store: Store) -> None:
    endless = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n")
    with store.reader.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(lambda: 1, 1000)
        with pytest.raises(Stopped), store.guard():
            connection.execute(endless)
        driver.set_progress_handler(None, 0)


def test_file_opens_with_its_key_only(store: Store) -> None:
    store.close()
    plain = dbapi2.connect(str(store.path))
    with pytest.raises(dbapi2.DatabaseError, match="not a database"):
        plain.execute("SELECT * FROM party")
    plain.close()
    assert b"Huaqiang" not in store.path.read_bytes()


def test_connecting_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(dbapi2.OperationalError):
        connect(tmp_path / "none.tcrm")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a b.tcrm", "100% #1 ?x=y.tcrm", "外贸账册 堃.tcrm", "it's.tcrm"])
def test_any_file_name_serves(tmp_path: Path, name: str) -> None:
    store = small_book(tmp_path, name)
    store.close()
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_search_index_answers_phrases_and_prefixes(store: Store) -> None:
    terms = {1: "z0534e05f3a z05f3a whuaqiang", 2: "z0534e04e3a z04e3a whuawei", 3: "z05f3a z0534e wrom"}
    with store.writer.begin() as connection:
        for record, words in terms.items():
            connection.execute(SEARCH_INDEX.insert().values(rowid=search_rowid(1, record), terms=words))

    def found(query: str) -> list[int]:
        statement = text("SELECT rowid FROM search_index WHERE search_index MATCH :query")
        with store.reader.connect() as connection:
            return sorted(search_record(row[0])[1] for row in connection.execute(statement, {"query": query}))

    assert found("z0534e*") == [1, 2, 3]
    assert found('"z0534e05f3a z05f3a"') == [1]
    assert found('"z05f3a z0534e"') == [3]
    assert found("whua*") == [1, 2]
    with store.writer.begin() as connection:
        connection.execute(SEARCH_INDEX.delete().where(SEARCH_INDEX.c.rowid == search_rowid(1, 1)))
    assert found("whua*") == [2]


def test_errors_carry_no_key(store: Store) -> None:
    with pytest.raises(DBAPIError) as caught, store.reader.connect() as connection:
        connection.execute(text("SELECT * FROM nothing"))
    assert store.key.raw not in str(caught.value)
    assert store.key.raw not in repr(store.reader) + repr(store.writer)
