"""The command line as a process of its own: it needs no Qt, speaks both languages, and serves as the worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.meta.sources import ROOT

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


def test_the_worker_comes_first() -> None:
    assert call("--worker").returncode == 2
