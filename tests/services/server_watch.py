"""Ends the tests' server when the run that started it is gone without a word: killed, or out of memory."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path


def alive(process: int) -> bool:
    """Tell whether a process runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def watch(run: int, folder: Path, place: Path) -> None:
    """Wait until the run has ended or has taken the server away itself; then end what is left of it."""
    note = folder / "data" / "postmaster.pid"
    while alive(run) and folder.exists():
        time.sleep(1)
    if note.exists():
        os.kill(int(note.read_text(encoding="ascii").split()[0]), signal.SIGQUIT)
        while note.exists():
            time.sleep(0.2)
    shutil.rmtree(folder, ignore_errors=True)
    if not alive(run):
        for each in (place, place.with_suffix(".lock")):
            each.unlink(missing_ok=True)


if __name__ == "__main__":
    watch(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
