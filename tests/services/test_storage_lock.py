"""The lock holds two processes apart, names its holder, and heals after a crash (safekeeping.md section 1)."""

from __future__ import annotations

import json
import multiprocessing.process
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.services.killer import processes
from tests.services.storage_kit import (
    CLOCK,
    add_entries,
    beside,
    entry_count,
    reopen,
    small_book,
    small_schema,
)
from tradecrm.core.errors import BookLocked
from tradecrm.storage.lock import BookLock, Holder, lock_path
from tradecrm.storage.store import Opening, open_book


def hold(book: Path, pipe: Connection) -> None:
    """Open a book in a process of its own, write, and hold it until told to go."""
    store = reopen(book)
    add_entries(store.writer, 2)
    pipe.send("open")
    pipe.recv()
    store.close()
    pipe.send("closed")


@contextmanager
def _other_process(book: Path) -> Iterator[tuple[multiprocessing.process.BaseProcess, Connection]]:
    context = processes()
    ours, theirs = context.Pipe()
    process = context.Process(target=hold, args=(book, theirs), daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    assert ours.recv() == "open"
    yield process, ours
    process.kill()
    process.join()
    ours.close()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    store = small_book(tmp_path)
    store.close()
    return store.path


def test_second_process_is_refused_until_the_first_closes(book: Path) -> None:
    with _other_process(book) as (_process, pipe):
        with pytest.raises(BookLocked, match=r"firm\.tcrm.*open on this computer since 20.*by Wang Fang"):
            reopen(book)
        pipe.send("go")
        assert pipe.recv() == "closed"
        store = reopen(book)
        assert entry_count(store.reader) == 2
        store.close()
    assert beside(book.parent) == {"firm.tcrm"}


def test_lock_of_a_killed_process_heals_and_its_commits_stay(book: Path) -> None:
    with _other_process(book) as (process, _pipe):
        process.kill()
        process.join()
        assert lock_path(book).exists()
        store = reopen(book)
        assert entry_count(store.reader) == 2
        store.close()
    assert beside(book.parent) == {"firm.tcrm"}


def test_same_process_is_refused_too(book: Path) -> None:
    store = reopen(book)
    with pytest.raises(BookLocked):
        reopen(book)
    store.close()
    store.close()
    reopen(book).close()


def _leave(book: Path, **changed: object) -> None:
    content = {
        "person": "Li Na",
        "machine": "OFFICE-2",
        "pid": 1,
        "started": 1.0,
        "since": "2026-05-01T08:00:00+00:00",
    }
    lock_path(book).write_text(json.dumps(content | changed), encoding="utf-8")


def test_lock_of_another_computer_is_kept_until_taken_over(book: Path) -> None:
    _leave(book)
    with pytest.raises(BookLocked, match=r"computer OFFICE-2 since 2026-05-01.*by Li Na"):
        reopen(book)
    assert lock_path(book).exists()
    store = open_book(book, "Wang Fang", CLOCK, Opening(take_over=True, schema=small_schema()))
    store.close()
    assert not lock_path(book).exists()


def test_lock_held_by_a_running_program_is_never_taken_over(book: Path) -> None:
    store = reopen(book)
    with pytest.raises(BookLocked):
        open_book(book, "Li Na", CLOCK, Opening(take_over=True, schema=small_schema()))
    store.close()


@pytest.mark.parametrize("content", ["", "{", '{"person": 1}', "[]"])
def test_unreadable_lock_that_nobody_holds_is_taken(book: Path, content: str) -> None:
    lock_path(book).write_text(content, encoding="utf-8")
    lock = BookLock.take(book, "Wang Fang", CLOCK)
    assert json.loads(lock_path(book).read_text(encoding="utf-8"))["person"] == "Wang Fang"
    lock.release()


def test_holder_is_known_by_number_and_start_of_its_process() -> None:
    here = Holder.here("Wang Fang", CLOCK)
    assert here.is_here
    assert here.is_alive
    later = Holder(here.person, here.machine, here.pid, here.started - 60, here.since)
    assert not later.is_alive


def test_lock_where_the_disk_knows_no_locks_goes_by_the_process(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradecrm.storage.lock._seize", lambda _descriptor: None)
    store = reopen(book)
    with pytest.raises(BookLocked):
        reopen(book)
    store.close()
    _leave(book, machine=Holder.here("x", CLOCK).machine, pid=1, started=1.0)
    reopen(book).close()
