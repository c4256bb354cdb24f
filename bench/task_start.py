"""The cold start in fresh processes, and the memory after work, against a bare window and one filled by the ORM."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.books import book_path
from bench.measure import Line, compared, spell

_PATIENCE = 120
_TURNS = 3
_ROOT = Path(__file__).resolve().parents[1]


def started(mode: str, book: Path) -> dict[str, float]:
    """Start a window; answers the seconds to its first paint and to its first usable page, and its peak memory."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "bench.window_child", mode, str(book)],
        cwd=_ROOT, env=_compiled(), capture_output=True, text=True, timeout=_PATIENCE, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return {"first": told["first"] - begun, "usable": told["usable"] - begun, "peak": told["peak"]}


def _compiled() -> dict[str, str]:
    """Answer an environment in which modules are compiled once, as they are in an installed program.

    What keeps compiled modules from being written would have every start compile the whole program anew.
    """
    kept = Path(tempfile.gettempdir()) / "tradecrm-bench-modules"
    rest = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**rest, "PYTHONPYCACHEPREFIX": str(kept)}


def run(path: Path, scale: str) -> Iterator[Line]:
    """Start the windows in turn, each once before to have the files in memory."""
    small = book_path("S")
    modes = {"bare": path, "orm": path, "ours": path, "small": small}
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for turn in range(_TURNS + 1):
        for name, book in modes.items():
            told = started("ours" if name == "small" else name, book)
            for key, value in told.items():
                if turn:
                    found[name][key].append(value)
    median = {
        name: {key: statistics.median(each) for key, each in one.items()} for name, one in found.items()
    }
    ours = median["ours"]
    yield compared("start to first paint", 1.4, ours["first"], median["bare"]["first"], "bare window")
    yield compared(
        "start to first usable page", 1.4, ours["usable"], median["orm"]["usable"], "window by the ORM"
    )
    yield compared(
        f"start to first usable page, {scale} to S", 1.1, ours["usable"], median["small"]["usable"], "S"
    )
    worked, window = started("work", path), median["orm"]["peak"]
    yield Line(
        "peak memory after aging, search and scroll",
        worked["peak"] / window,
        3,
        "x",
        f"ours {worked['peak'] / 1e6:.0f} MB in {spell(worked['usable'])}",
        f"window by the ORM {window / 1e6:.0f} MB",
    )
