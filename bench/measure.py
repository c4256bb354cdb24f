"""Measuring side by side: ours and the limit in turn, medians, and one honest line for each task."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

ROUNDS = 5

Clock = Callable[[], float]
PROCESSOR: Clock = time.process_time
"""The processor's time: what the machine does for others meanwhile does not count, waiting for a disk neither."""


@dataclass(frozen=True, slots=True)
class Line:
    """The outcome of one task: ``value`` compared with ``goal``, both in ``unit`` (``x`` is a ratio)."""

    task: str
    value: float
    goal: float
    unit: str
    ours: str
    limit: str

    @property
    def passed(self) -> bool:
        """Tell whether the goal is met."""
        return self.value <= self.goal

    def text(self) -> str:
        """Answer the line as it is printed."""
        mark = "PASS" if self.passed else "MISS"
        shown = f"{self.value:.2f}{self.unit}" if self.unit == "x" else f"{self.value:.1f} {self.unit}"
        goal = f"<= {self.goal:g}{'' if self.unit == 'x' else ' '}{self.unit}"
        return f"{mark}  {self.task:<48} {shown:>10}  {goal:<10}  {self.ours} | {self.limit}"


def seconds(work: Callable[[], Any], clock: Clock = time.perf_counter) -> float:
    """Answer how long ``work`` takes once."""
    started = clock()
    work()
    return clock() - started


def alternate(
    ours: Callable[[], Any],
    limit: Callable[[], Any],
    rounds: int = ROUNDS,
    *,
    warm: bool = True,
    clock: Clock = time.perf_counter,
) -> tuple[float, float]:
    """Answer the medians of both in seconds, measured in turn; each runs once before to warm up."""
    if warm:
        ours()
        limit()
    mine: list[float] = []
    theirs: list[float] = []
    for turn in range(rounds):
        # What one leaves behind is not to be swept up in the other's time; who begins changes.
        for work, times in (
            ((ours, mine), (limit, theirs)) if turn % 2 == 0 else ((limit, theirs), (ours, mine))
        ):
            gc.collect()
            times.append(seconds(work, clock))
    return statistics.median(mine), statistics.median(theirs)


def ratio(
    task: str,
    goal: float,
    ours: Callable[[], Any],
    limit: Callable[[], Any],
    rounds: int = ROUNDS,
    *,
    warm: bool = True,
    clock: Clock = time.perf_counter,
) -> Line:
    """Measure ours against the limit."""
    mine, theirs = alternate(ours, limit, rounds, warm=warm, clock=clock)
    return compared(task, goal, mine, theirs)


def compared(task: str, goal: float, mine: float, theirs: float, what: str = "limit") -> Line:
    """Make the line of two times in seconds."""
    return Line(task, mine / theirs, goal, "x", f"ours {spell(mine)}", f"{what} {spell(theirs)}")


def percentile(times: Sequence[float], share: float) -> float:
    """Answer the time that so large a share of ``times`` does not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spell(value: float) -> str:
    """Answer seconds as they are read best."""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def save(path: Path, scale: str, lines: Sequence[Line]) -> None:
    """Write the lines for programs."""
    rows = [{**asdict(line), "passed": line.passed} for line in lines]
    path.write_text(
        json.dumps(
            {"scale": scale, "day": f"{datetime.now().astimezone():%Y-%m-%d}", "lines": rows},
            indent=1,
            ensure_ascii=False,
        ),
        encoding="utf-8",
    )
