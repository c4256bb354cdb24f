"""Backups: verified before they are listed, thinned by rule, restored whole (safekeeping.md section 1)."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

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
from tradecrm.core.clock import FixedClock
from tradecrm.core.errors import BookDamaged, BookError, BookLocked, BookMissing, Stopped
from tradecrm.storage.backup import Reason, copy_to, list_backups, make_backup, restore, thin
from tradecrm.storage.engines import connect
from tradecrm.storage.store import Opening, Store, backup_folder, open_book


def _clock() -> FixedClock:
    return FixedClock(datetime(2026, 5, 31, 7, 30, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = small_book(tmp_path)
    add_entries(store.writer, 100)
    return store


def test_backup_of_an_open_book_is_whole_listed_and_one_file(store: Store) -> None:
    backup = store.back_up(_clock(), Reason.CLOSING, verify=lambda copy: [] if copy.exists() else ["gone"])
    assert backup.rows == 100 + 1 + 1
    assert backup.made == datetime(2026, 5, 31, 7, 30, tzinfo=UTC)
    assert store.backups() == [backup]
    assert beside(store.folder) == {backup.path.name, backup.path.name + ".json"}
    store.close()
    assert beside(store.folder) == {backup.path.name, backup.path.name + ".json"}
    copy = open_book(backup.path, "Wang Fang", CLOCK, Opening(schema=small_schema()))
    assert entry_count(copy.reader) == 100
    copy.close()


def test_backup_holds_one_moment_while_writing_goes_on(store: Store) -> None:
    with store.writer.begin() as connection:
        connection.execute(PARTY.insert(), [{"name": "x" * 70} for _ in range(60_000)])
    told: list[int] = []

    def tell(done: int, total: int) -> None:
        told.append(done)
        assert done <= total
        add_entries(store.writer, 5)

    backup = make_backup(store.path, store.folder, _clock(), Reason.REGULAR, tell=tell)
    assert len(told) > 1
    assert backup.rows == 60_000 + 100 + 1 + 1
    assert entry_count(store.reader) == 100 + 5 * len(told)
    store.close()


def test_stopped_backup_leaves_nothing(store: Store) -> None:
    def tell(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        store.back_up(_clock(), Reason.ASKED, tell=tell)
    assert beside(store.folder) == set()
    assert store.backups() == []
    store.close()


def test_copy_that_fails_the_check_is_neither_kept_nor_listed(store: Store) -> None:
    store.mark_changed()
    with pytest.raises(BookDamaged, match="open amount of invoice 7"):
        store.back_up(
            _clock(), Reason.CLOSING, verify=lambda _copy: ["the open amount of invoice 7 is wrong"]
        )
    assert beside(store.folder) == set()
    assert store.changed
    store.close()


def test_orphan_in_the_book_keeps_its_copy_from_the_list(store: Store) -> None:
    store.close()
    connection = connect(store.path)
    connection.execute("INSERT INTO entry (party_id, amount) VALUES (77, 1)")
    connection.close()
    with pytest.raises(BookDamaged, match="entry refers to a row of party"):
        make_backup(store.path, store.folder, _clock(), Reason.CLOSING)
    assert beside(store.folder) == set()


def test_damaged_book_gives_no_backup(store: Store) -> None:
    add_entries(store.writer, 3000)
    store.close()
    content = bytearray(store.path.read_bytes())
    content[len(content) // 2] ^= 4
    store.path.write_bytes(content)
    with pytest.raises(BookDamaged):
        make_backup(store.path, store.folder, _clock(), Reason.CLOSING)
    assert beside(store.folder) == set()


def test_only_files_with_their_record_and_size_are_listed(store: Store) -> None:
    good = store.back_up(_clock(), Reason.CLOSING)
    folder = store.folder
    shutil.copy(good.path, folder / "firm without record.tcrm")
    (folder / "firm empty.tcrm").write_bytes(b"")
    (folder / "firm empty.tcrm.json").write_text("{", encoding="utf-8")
    cut = shutil.copy(good.path, folder / "firm cut.tcrm")
    record = json.loads((folder / (good.path.name + ".json")).read_text(encoding="utf-8"))
    Path(str(cut) + ".json").write_text(
        json.dumps(record | {"size": record["size"] + 4096}), encoding="utf-8"
    )
    other = shutil.copy(good.path, folder / "other.tcrm")
    Path(str(other) + ".json").write_text(json.dumps(record | {"book": "other"}), encoding="utf-8")
    assert store.backups() == [good]
    assert [each.path.name for each in list_backups(folder, Path("other.tcrm"))] == ["other.tcrm"]
    assert list_backups(folder / "none", store.path) == []
    store.close()


def test_two_backups_of_one_second_are_both_kept(store: Store) -> None:
    one, two = (store.back_up(_clock(), Reason.ASKED) for _ in range(2))
    assert one.path != two.path
    assert {each.path for each in store.backups()} == {one.path, two.path}
    store.close()


def test_thinning_removes_file_and_record_by_the_rule(store: Store) -> None:
    clock = _clock()
    now = clock.moment
    for hours in (0, 20, 24 * 5, 24 * 5 + 3, 24 * 5 + 6):
        clock.moment = now - timedelta(hours=hours)
        store.back_up(clock, Reason.REGULAR)
    removed = thin(store.folder, store.path, now)
    assert len(removed) == 2
    kept = store.backups()
    assert [now - each.made for each in kept] == [timedelta(hours=n) for n in (0, 20, 120)]
    assert len(beside(store.folder)) == 6
    store.close()


def test_restore_brings_the_backup_back_and_keeps_the_present_book(store: Store) -> None:
    clock = _clock()
    clock.moment -= timedelta(days=400)
    old = [store.back_up(clock, Reason.REGULAR) for _ in range(3)]
    add_entries(store.writer, 50)
    store.close()
    kept = restore(old[0].path, store.path, store.folder, "Wang Fang", _clock())
    again = reopen(store.path)
    assert entry_count(again.reader) == 100
    again.close()
    assert beside(store.path.parent) == {"firm.tcrm", "firm backups"}
    assert len(list_backups(store.folder, store.path)) == 4, "a restore never thins"
    assert kept is not None
    restore(kept, store.path, store.folder, "Wang Fang", CLOCK)
    again = reopen(store.path)
    assert entry_count(again.reader) == 150
    again.close()


def test_restore_replaces_what_lies_beside_the_book(store: Store, tmp_path: Path) -> None:
    """An old file put beside a newer ``-wal`` would silently become the newer content."""
    backup = store.back_up(_clock(), Reason.REGULAR)
    add_entries(store.writer, 50)
    crashed = tmp_path / "crash"
    crashed.mkdir()
    for each in ("firm.tcrm", "firm.tcrm-wal"):
        shutil.copy(tmp_path / each, crashed / each)
    store.close()
    kept = restore(backup.path, crashed / "firm.tcrm", crashed / "b", "Wang Fang", CLOCK)
    assert beside(crashed) == {"firm.tcrm", "b"}
    again = reopen(crashed / "firm.tcrm")
    assert entry_count(again.reader) == 100
    again.close()
    assert kept is not None
    again = reopen(kept)
    assert entry_count(again.reader) == 150, "the present book was kept with what lay beside it"
    again.close()


def test_restore_over_a_damaged_book_keeps_it_aside(store: Store) -> None:
    backup = store.back_up(_clock(), Reason.REGULAR)
    store.close()
    store.path.write_bytes(b"x" * 9000)
    kept = restore(backup.path, store.path, store.folder, "Wang Fang", _clock())
    assert kept is not None
    assert "damaged" in kept.name
    assert kept.read_bytes() == b"x" * 9000
    again = reopen(store.path)
    assert entry_count(again.reader) == 100
    again.close()


def test_restore_is_refused_while_the_book_is_open_and_from_damaged_backups(store: Store) -> None:
    backup = store.back_up(_clock(), Reason.REGULAR)
    with pytest.raises(BookLocked):
        restore(backup.path, store.path, store.folder, "Li Na", CLOCK)
    with pytest.raises(BookMissing):
        restore(store.folder / "none.tcrm", store.path, store.folder, "Li Na", CLOCK)
    store.close()
    before = store.path.read_bytes()
    content = bytearray(backup.path.read_bytes())
    content[9000] ^= 1
    backup.path.write_bytes(content)
    with pytest.raises(BookDamaged):
        restore(backup.path, store.path, store.folder, "Wang Fang", CLOCK)
    assert store.path.read_bytes() == before
    assert beside(store.path.parent) == {"firm.tcrm", "firm backups"}


def test_book_that_is_gone_is_restored(store: Store) -> None:
    backup = store.back_up(_clock(), Reason.REGULAR)
    store.close()
    store.path.unlink()
    assert restore(backup.path, store.path, store.folder, "Wang Fang", CLOCK) is None
    again = reopen(store.path)
    assert entry_count(again.reader) == 100
    again.close()


def test_copy_to_a_stick_is_whole_and_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    target = copy_to(store.path, stick / "firm.tcrm")
    assert beside(stick) == {"firm.tcrm"}
    with pytest.raises(BookError, match="there already"):
        copy_to(store.path, target)
    copy = reopen(target)
    with copy.reader.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM entry")) == 100
    copy.close()
    store.close()


def test_backups_lie_beside_the_book_unless_another_folder_is_chosen(tmp_path: Path) -> None:
    assert backup_folder(tmp_path / "firm.tcrm") == tmp_path / "firm backups"
