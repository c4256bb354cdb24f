"""The command line as a process of its own: it needs no Qt, speaks both languages, and serves as the worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.sources import ROOT
from tradecrm.cli import _hoisted
from tradecrm.core.child import free_environment

NO_QT = (
    "import sys; sys.modules['PySide6'] = None; from tradecrm.cli import main; sys.exit(main(sys.argv[1:]))"
)


def call(*words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **extra}
    return subprocess.run(
        [sys.executable, "-c", NO_QT, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )


def test_a_book_from_nothing_without_qt(tmp_path: Path) -> None:
    book = str(tmp_path / "a.tcrm")
    made = call("new", book, "--company", "宁波海悦", "--lang", "zh")
    assert made.returncode == 0, made.stderr
    told = call("report", "aging", "--json", TRADECRM_BOOK=book)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["rows"] == []
    wrong = call("report", "none", TRADECRM_BOOK=book)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "none" in wrong.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes and devices of POSIX")
def test_a_reader_that_has_gone_is_no_failure_and_a_full_disk_is_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", NO_QT, "reports"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    reading, writing = os.pipe()
    os.close(reading)
    gone = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(writing)
    assert (gone.returncode, gone.stderr) == (0, b"")
    if Path("/dev/full").exists():
        with Path("/dev/full").open("wb") as full:
            told = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment, check=False)
        assert told.returncode == 1
        assert b"no room left" in told.stderr
        assert told.stderr.count(b"\n") == 1


def test_the_worker_comes_first() -> None:
    command = [sys.executable, "-m", "tradecrm", "--worker"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (2, b"")


def test_a_book_alone_is_for_the_window() -> None:
    assert _hoisted(["C:/Books/宁波.TCRM"]) == ["--book", "C:/Books/宁波.TCRM"]
    assert _hoisted(["new", "a.tcrm", "--company", "A"])[:2] == ["new", "a.tcrm"]


def test_without_streams_nothing_is_written_and_nothing_breaks() -> None:
    # A program with a window has none on Windows.
    code = "import sys; sys.stdout = sys.stderr = sys.stdin = None; from tradecrm.cli import main; "
    for words, status in ((["reports"], 0), (["--book", "nowhere.tcrm", "check"], 1)):
        done = subprocess.run(
            [sys.executable, "-c", f"{code}sys.exit(main({words!r}))"], cwd=ROOT, check=False
        )
        assert done.returncode == status, words


def test_what_the_program_opens_finds_the_libraries_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("LD_LIBRARY_PATH", "inside")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    free_environment()
    assert os.environ["LD_LIBRARY_PATH"] == "inside"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    free_environment()
    assert "LD_LIBRARY_PATH" not in os.environ
    monkeypatch.setenv("LD_LIBRARY_PATH", "inside")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "outside")
    free_environment()
    assert os.environ["LD_LIBRARY_PATH"] == "outside"
