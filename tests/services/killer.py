"""Kills a writing process at a random moment and looks at what it left: a tool for every writing operation.

``trials(loop, verify, blank, folder, count)`` copies the closed book ``blank``, starts a process that runs
``loop(book, seed, announce)`` until it is killed, and calls ``verify(book, acknowledged)`` on what is left.
``loop`` opens the book, writes without end, and calls ``announce(number)`` right after each commit.
Both are functions of a module, so that another process can import them.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path

Announce = Callable[[int], None]
Loop = Callable[[Path, int, Announce], None]
Verify = Callable[[Path, list[int]], list[str]]

_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Trial:
    """One killing: its seed, what was acknowledged before it, and the faults found after it."""

    seed: int
    acknowledged: tuple[int, ...]
    faults: tuple[str, ...]


def processes() -> BaseContext:
    """Answer the way to start processes here: forked from a clean, loaded server where there is one."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # One that cannot be loaded is passed over: it is then loaded by every process itself.
    context.set_forkserver_preload(["__main__", "pytest", "tests.services.killer_load"])
    return context


def _run(loop: Loop, book: Path, seed: int, pipe: Connection) -> None:
    def announce(number: int) -> None:
        pipe.send(number)

    pipe.send(None)
    loop(book, seed, announce)


def trial(loop: Loop, verify: Verify, blank: Path, folder: Path, seed: int, most: int = 12) -> Trial:
    """Let ``loop`` acknowledge a random number of commits, 0 to ``most``, and kill it at a random moment after."""
    chance = random.Random(seed)
    book = folder / f"trial {seed}{blank.suffix}"
    shutil.copy(blank, book)
    context = processes()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(loop, book, seed, theirs), daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    heard: list[int] = []
    faults: list[str] = []
    try:
        if not ours.poll(_START_SECONDS):
            faults.append("the writer did not start")
        ours.recv()
        started = time.perf_counter()
        heard.extend(ours.recv() for _ in range(chance.randint(0, most)))
        pace = (time.perf_counter() - started) / max(len(heard), 1)
        time.sleep(chance.uniform(0, 2 * max(pace, 0.002)))
    except EOFError:
        faults.append("the writer ended before it was killed")
    process.kill()
    process.join()
    heard += _rest(ours)
    faults += verify(book, heard)
    return Trial(seed, tuple(heard), tuple(faults))


def _rest(pipe: Connection) -> list[int]:
    rest = []
    try:
        while pipe.poll():
            rest.append(pipe.recv())
    except EOFError:
        pass
    pipe.close()
    return rest


def trials(
    loop: Loop, verify: Verify, blank: Path, folder: Path, count: int, first: int = 0, most: int = 12
) -> list[Trial]:
    """Answer ``count`` trials with the seeds from ``first`` on; the caller demands that none has faults."""
    return [trial(loop, verify, blank, folder, first + number, most) for number in range(count)]
