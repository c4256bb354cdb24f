"""A full disk and a folder that cannot be written, for real: a small disk in memory, a process without rights."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.services.killer import processes
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
from tradecrm.core.errors import BookReadOnly, DiskFull, TradeError
from tradecrm.storage.backup import Reason, copy_to, make_backup
from tradecrm.storage.store import Opening, create_book

NOBODY = 65534
MEGABYTE = 1 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Answer a disk of 4 MB; only Linux's root may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if sys.platform != "linux" or os.geteuid() != 0 or mount is None:
        pytest.skip("a small disk needs root on Linux")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], check=False).returncode:
        pytest.skip("no disk may be mounted here")
    yield place
    subprocess.run([str(shutil.which("umount")), place], check=True)


def _fill(disk: Path, leave: int) -> Path:
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    filler.write_bytes(bytes(max(free - leave, 0)))
    return filler


def test_full_disk_is_said_and_nothing_acknowledged_is_lost(small_disk: Path) -> None:
    store = small_book(small_disk)
    add_entries(store.writer, 50)
    filler = _fill(small_disk, 0)
    written = 50

    def write_on() -> None:
        nonlocal written
        for _ in range(500):
            with store.guard():
                add_entries(store.writer, 1000)
            written += 1000

    with pytest.raises(DiskFull, match="no room left on the disk"):
        write_on()
    assert entry_count(store.reader) == written
    filler.unlink()
    add_entries(store.writer, 1)
    store.close()
    store = reopen(store.path)
    assert entry_count(store.reader) == written + 1
    store.close()


def test_backup_and_copy_to_a_full_disk_leave_nothing_behind(small_disk: Path, tmp_path: Path) -> None:
    store = small_book(tmp_path)
    with store.writer.begin() as connection:
        connection.execute(PARTY.insert(), [{"name": "x" * 80} for _ in range(9000)])
    _fill(small_disk, MEGABYTE // 4)
    with pytest.raises(DiskFull, match=str(small_disk)):
        make_backup(store.path, small_disk / "backups", CLOCK, Reason.REGULAR)
    with pytest.raises(DiskFull, match=str(small_disk)):
        copy_to(store.path, small_disk / "firm.tcrm")
    assert beside(small_disk) == {"filler", "backups"}
    assert beside(small_disk / "backups") == set()
    store.close()


@pytest.mark.parametrize("leave", [0, 8192, 40960])
def test_new_book_on_a_full_disk_is_not_half_there(small_disk: Path, leave: int) -> None:
    _fill(small_disk, leave)
    with pytest.raises(DiskFull):
        create_book(small_disk / "firm.tcrm", "Wang Fang", CLOCK, Opening(schema=small_schema()))
    assert beside(small_disk) <= {"filler", "firm.tcrm.lock"}


def use_without_rights(what: str, book: Path, pipe: Connection) -> None:
    """Do ``what`` with a book as a person who may not write there; send the error's class and sentence."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    try:
        if what == "open":
            reopen(book)
        elif what == "create":
            create_book(book.with_name("new.tcrm"), "Wang Fang", CLOCK, Opening(schema=small_schema()))
        else:
            copy_to(book, book.with_name("copy.tcrm"))
    except TradeError as error:
        pipe.send((type(error).__name__, str(error)))
    else:
        pipe.send(("nothing", ""))


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """Answer a folder that everyone may enter, which pytest's own folders are not."""
    folder = Path(tempfile.mkdtemp(prefix="tradecrm-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights of folders in another way")
@pytest.mark.parametrize(
    ("what", "file_mode", "folder_mode"),
    [("open", 0o444, 0o755), ("open", 0o666, 0o555), ("create", 0o444, 0o555), ("copy", 0o666, 0o555)],
)
def test_place_that_cannot_be_written_is_said(
    public_folder: Path, what: str, file_mode: int, folder_mode: int
) -> None:
    store = small_book(public_folder)
    store.close()
    store.path.chmod(file_mode)
    public_folder.chmod(folder_mode)
    before = store.path.read_bytes()
    context = processes()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=use_without_rights, args=(what, store.path, theirs))  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    kind, sentence = ours.recv()
    process.join()
    assert kind == BookReadOnly.__name__
    assert "read-only for you" in sentence
    assert store.path.read_bytes() == before
    assert beside(public_folder) == {"firm.tcrm"}
