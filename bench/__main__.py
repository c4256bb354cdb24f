"""The door of the benchmarks: ``python -m bench --scale S|M|L [task ...] [--json file]``."""

from __future__ import annotations

import argparse
import importlib
import platform
import sys
from pathlib import Path

from bench.books import book_path
from bench.measure import Line, save
from bench.story import SCALES

TASKS = (
    "proof",
    "figures",
    "plans",
    "periods",
    "search",
    "posting",
    "matching",
    "imports",
    "start",
    "scroll",
    "paper",
    "papers",
    "quotation",
    "trade",
)


def main() -> int:
    """Run the tasks and print a line for each figure; answers 1 when a goal is missed."""
    parser = argparse.ArgumentParser(
        prog="bench", description="Ratios to the limit measured in the same run."
    )
    parser.add_argument("tasks", nargs="*", metavar="task", help=f"of {', '.join(TASKS)}; all without")
    parser.add_argument("--scale", choices=sorted(SCALES), default="S", help="how large the book is")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    chosen = parser.parse_args()
    unknown = set(chosen.tasks) - set(TASKS)
    if unknown:
        parser.error(f"there is no task {', '.join(sorted(unknown))}; there are {', '.join(TASKS)}")
    path = book_path(chosen.scale)
    print(f"scale {chosen.scale}, Python {platform.python_version()}, {platform.machine()}")
    lines: list[Line] = []
    for task in chosen.tasks or TASKS:
        for line in importlib.import_module(f"bench.task_{task}").run(path, chosen.scale):
            print(line.text(), flush=True)
            lines.append(line)
    if chosen.json:
        save(chosen.json, chosen.scale, lines)
    return 0 if all(line.passed for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
