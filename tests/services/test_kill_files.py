"""kill -9 at random moments of what moves whole files or many rows: nothing lost, nothing half, nothing left lying."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.services.conftest import open_copy
from tests.services.killer import Announce, Loop, Verify, trials
from tests.services.play_kit import THOROUGH, examples
from tests.services.storage_kit import (
    CLOCK,
    SECOND,
    add_entries,
    beside,
    entry_count,
    reopen,
    schema_at,
    second_metadata,
    small_book,
)
from tests.services.test_imports import batch
from tradecrm.core.progress import Progress
from tradecrm.models import ImportRun, Party
from tradecrm.services.data.check import check_book
from tradecrm.services.data.imports import run_import
from tradecrm.services.work import Reader
from tradecrm.storage.backup import Reason, list_backups, make_backup, restore
from tradecrm.storage.inspection import inspect_file
from tradecrm.storage.store import Opening, backup_folder, open_book

TRIALS = examples(4)
AT_ONCE = 40


def back_up_for_ever(book: Path, seed: int, announce: Announce) -> None:
    """Open, write three entries, back up and close, as at the end of every day."""
    for number in range(1, 10_000):
        store = reopen(book)
        add_entries(store.writer, 3)
        store.back_up(CLOCK, Reason.CLOSING)
        store.close()
        announce(number)


def verify_backups(book: Path, acknowledged: list[int]) -> list[str]:
    """Demand whole backups, one for each announced, and a whole book with all of their entries."""
    kept = list_backups(backup_folder(book), book)
    faults = [fault for each in kept for fault in inspect_file(each.path)]
    if len(kept) < len(acknowledged):
        faults.append("a backup was acknowledged and is not listed")
    store = reopen(book)
    entries = entry_count(store.writer)
    store.close()
    if entries < 3 * len(acknowledged) or entries % 3:
        faults.append(f"{entries} entries after {len(acknowledged)} backups")
    return faults + inspect_file(book)


def upgrade_for_ever(book: Path, seed: int, announce: Announce) -> None:
    """Bring copies of an older book up to the next revision."""
    schema = schema_at(book.parent / f"scripts {seed}", SECOND, metadata=second_metadata())
    content = book.read_bytes()
    for number in range(1, 10_000):
        older = book.with_name(f"older {seed} {number}.tcrm")
        older.write_bytes(content)
        open_book(older, "Wang Fang", CLOCK, Opening(schema=schema)).close()
        announce(number)


def verify_upgrades(book: Path, acknowledged: list[int]) -> list[str]:
    """Demand that each copy opens, has all its rows, and that a cut upgrade is made up for with nothing left."""
    seed = book.stem.removeprefix("trial ")
    scripts = book.parent / f"scripts {seed}"
    if not (scripts / "versions" / "0002.py").exists():
        return []
    schema = schema_at(scripts, SECOND, metadata=second_metadata())
    faults = []
    for older in book.parent.glob(f"older {seed} *.tcrm"):
        if older.stat().st_size != book.stat().st_size and not list_backups(backup_folder(older), older):
            continue  # It was killed while the test itself was writing it.
        store = open_book(older, "Wang Fang", CLOCK, Opening(schema=schema))
        if entry_count(store.writer) != 20:
            faults.append(f"{older.name} lost entries")
        store.close()
        faults += inspect_file(older)
        left = [name for name in beside(older.parent) if name.startswith(f".{older.name}")]
        faults += [f"{name} is left lying" for name in left]
    return faults


def restore_for_ever(book: Path, seed: int, announce: Announce) -> None:
    """Put a backup in the place of the book again and again, with other entries each time."""
    (backup,) = list_backups(book.parent / "kept", book.with_name("blank.tcrm"))
    for number in range(1, 10_000):
        store = reopen(book)
        add_entries(store.writer, 5)
        store.close()
        restore(backup.path, book, backup_folder(book), "Wang Fang", CLOCK)
        announce(number)


def verify_restored(book: Path, acknowledged: list[int]) -> list[str]:
    """Demand the book as it was before or as the backup has it, with nothing beside it once it was opened."""
    store = reopen(book)
    entries = entry_count(store.writer)
    store.close()
    faults = [] if entries in (20, 25) else [f"{entries} entries after restoring"]
    left = [name for name in beside(book.parent) if name.startswith((f".{book.name}", f"..{book.name}"))]
    return faults + [f"{name} is left lying" for name in left] + inspect_file(book)


def import_for_ever(path: Path, seed: int, announce: Announce) -> None:
    """Bring lists of customers in."""
    seat = open_copy(path).seat()
    for number in range(1, 10_000):
        rows = [{"name": f"Firm {number} {each} GmbH", "country": "DE"} for each in range(AT_ONCE)]
        seat.perform(run_import, batch("customers", *rows), Progress())
        announce(number)


def verify_imports(path: Path, acknowledged: list[int]) -> list[str]:
    """Demand every announced import with all of its customers, at most one more, and a sound book."""
    book = open_copy(path)
    try:

        def read(reader: Reader) -> tuple[int, int]:
            one, two = (
                reader.session.scalar(select(func.count()).select_from(entity)) or 0
                for entity in (ImportRun, Party)
            )
            return one, two

        runs, parties = book.seat().ask(read)
        faults = [] if parties == runs * AT_ONCE else [f"{parties} customers of {runs} imports"]
        if not len(acknowledged) <= runs <= len(acknowledged) + 1:
            faults.append(f"{runs} imports of {len(acknowledged)} acknowledged")
        return faults + [fault.sentence for fault in check_book(book.store.reader)]
    finally:
        book.close()


@pytest.mark.timeout(120 if THOROUGH == 1 else 0)
@pytest.mark.parametrize(
    ("loop", "verify"),
    [
        (back_up_for_ever, verify_backups),
        (upgrade_for_ever, verify_upgrades),
        (restore_for_ever, verify_restored),
        (import_for_ever, verify_imports),
    ],
)
def test_nothing_is_lost_or_half_when_it_is_killed(
    loop: Loop, verify: Verify, blank_book: Path, tmp_path: Path
) -> None:
    blank = blank_book
    if loop is not import_for_ever:
        store = small_book(tmp_path, "blank.tcrm")
        add_entries(store.writer, 18 if loop is back_up_for_ever else 20)
        store.close()
        blank = store.path
        make_backup(blank, tmp_path / "kept", CLOCK, Reason.ASKED)
    found = trials(loop, verify, blank, tmp_path, TRIALS, most=2)
    assert [each for each in found if each.faults] == []


def test_what_a_killed_backup_left_is_cleared_away_by_a_later_one(tmp_path: Path) -> None:
    store = small_book(tmp_path, "firm.tcrm")
    folder = backup_folder(store.path)
    folder.mkdir()
    old, new = folder / ".firm 2026-01-02 101500 close.tcrm.part", folder / ".firm of now close.tcrm.part"
    others = folder / ".other 2026-01-02 101500 close.tcrm.part"
    for path in (old, new, others, old.with_name(f"{old.name}-journal")):
        path.write_bytes(b"half")
        if path is not new:
            long_ago = time.time() - timedelta(hours=2).total_seconds()
            os.utime(path, (long_ago, long_ago))
    made = store.back_up(CLOCK, Reason.ASKED)
    store.close()
    assert {each for each in beside(folder) if each.startswith(".")} == {new.name, others.name}
    assert [each.path for each in list_backups(folder, store.path)] == [made.path]
