"""The parent's side of reading a file: starts the child, gathers its rows, watches the clock and Stop."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tradecrm.core.child import start_child
from tradecrm.core.errors import Stopped
from tradecrm.importing.frames import read_frame
from tradecrm.importing.limits import Limits
from tradecrm.importing.notices import notice_text
from tradecrm.importing.refusals import ImportRefused, Reason
from tradecrm.importing.sheets import Area, Sheet, Workbook
from tradecrm.importing.worker import ReadRequest

Progress = Callable[[int, int], None]
"""Called with rows done and rows in all (0 while unknown)."""

Stop = Callable[[], bool]
"""Answers whether the person pressed Stop."""

WORKER = "tradecrm.importing.worker"
"""The module that a child runs."""

_TICK = 0.05
_AGAIN = frozenset({Reason.DAMAGED, Reason.CRASHED, Reason.TOO_MUCH_MEMORY})


@dataclass(slots=True)
class _Gathered:
    """What one run of the child has handed over so far."""

    sheets: list[Sheet] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    counted: int = 0
    rows: int = 0
    total: int = 0
    ended: bool = False
    refused: Reason | None = None

    def take(self, frame: list[Any]) -> None:
        """Take one frame; what does not fit the protocol raises ``ValueError`` or the like."""
        match frame:
            case ["rows", list() as numbers, list() as rows]:
                sheet = self.sheets[-1]
                sheet.numbers.extend(map(int, numbers))
                sheet.rows.extend(rows)
                self.rows += len(rows)
            case ["sheet", str() as name, dict() as flags]:
                self._begin(name, flags)
            case ["scan", counted, str() as kind]:
                self.counted, self.kind = int(counted), kind
            case ["progress", _, total]:
                self.total = int(total)
            case ["notice", str() as code, dict() as values]:
                self.notices.append(notice_text(code, values))
            case ["end", dict() as about]:
                self.ended, self.about = True, about
            case ["refused", str() as code]:
                self.refused = Reason(code)
            case _:
                raise ValueError("no such frame")

    def _begin(self, name: str, flags: dict[str, Any]) -> None:
        rows = frozenset(map(int, flags.get("hidden_rows", ())))
        columns = frozenset(int(column) - 1 for column in flags.get("hidden_columns", ()))
        merged = tuple(
            Area(int(top) + 1, int(left), int(bottom) + 1, int(right))
            for top, left, bottom, right in flags.get("merged", ())
        )
        self.sheets.append(Sheet(name, [], [], bool(flags.get("hidden")), rows, columns, merged))
        for code, count in (
            ("hidden_rows", len(rows)),
            ("hidden_columns", len(columns)),
            ("merged", len(merged)),
        ):
            if count:
                self.notices.append(notice_text(code, {"sheet": name, "count": count}))
        for flag, code in (("hidden", "hidden_sheet"), ("uncached", "uncached"), ("errors", "errors")):
            if flags.get(flag):
                self.notices.append(notice_text(code, {"sheet": name}))


def _pump(
    child: subprocess.Popen[bytes], frames: queue.Queue[list[Any] | None], over: threading.Event
) -> None:
    """Read frames until the child's output ends; None in the queue says so."""
    stream = child.stdout
    frame: list[Any] | None = None
    while stream is not None and not over.is_set():
        try:
            frame = read_frame(stream)
        except (ValueError, OSError, RecursionError):
            frame = None
        while not over.is_set():
            try:
                frames.put(frame, timeout=_TICK)
                break
            except queue.Full:
                continue
        if frame is None:
            return


def _too_fat(child: subprocess.Popen[bytes], memory: int) -> bool:
    """Watch the child's memory where the system does not limit it."""
    if sys.platform.startswith(("linux", "win")):
        return False
    import psutil

    try:
        return psutil.Process(child.pid).memory_info().rss > memory
    except psutil.Error:
        return False


def _verdict(status: int) -> Reason:
    """Answer why a child ended without a word, from its exit status."""
    if sys.platform != "win32":
        if status == -signal.SIGXCPU:
            return Reason.TOO_SLOW
        if status in {-signal.SIGABRT, -signal.SIGKILL}:
            return Reason.TOO_MUCH_MEMORY
    return Reason.CRASHED


class _Run:
    """One run of the child over one file."""

    def __init__(self, request: ReadRequest, began: float) -> None:
        self._request = request
        self._began = began
        self.gathered = _Gathered()

    def _check(self, child: subprocess.Popen[bytes], stop: Stop | None) -> Reason | None:
        limits = self._request.limits
        if stop is not None and stop():
            raise Stopped
        if time.monotonic() - self._began > limits.seconds_for(self.gathered.counted):
            return Reason.TOO_SLOW
        if _too_fat(child, limits.memory_for(self.gathered.counted)):
            return Reason.TOO_MUCH_MEMORY
        return None

    def _gather(
        self,
        child: subprocess.Popen[bytes],
        frames: queue.Queue[list[Any] | None],
        progress: Progress | None,
        stop: Stop | None,
    ) -> Reason | None:
        while True:
            reason = self._check(child, stop)
            if reason is not None:
                return reason
            try:
                frame = frames.get(timeout=_TICK)
            except queue.Empty:
                continue
            if frame is None:
                return None
            try:
                self.gathered.take(frame)
            except (ValueError, TypeError, IndexError):
                return Reason.CRASHED
            if progress is not None and frame[0] == "rows":
                progress(self.gathered.rows, self.gathered.total)

    def go(self, progress: Progress | None, stop: Stop | None) -> Reason | None:
        """Run the child to its end; answers why the file is refused, None when it was read."""
        frames: queue.Queue[list[Any] | None] = queue.Queue(maxsize=8)
        over = threading.Event()
        with start_child(WORKER, ["read", self._request.to_argument()]) as child:
            pump = threading.Thread(target=_pump, args=(child, frames, over), daemon=True)
            pump.start()
            try:
                reason = self._gather(child, frames, progress, stop)
            finally:
                over.set()
                if not self.gathered.ended:
                    self._put_down(child)
                pump.join()
            if reason is None and not self.gathered.ended:
                reason = self.gathered.refused or _verdict(child.wait())
        return reason

    def _put_down(self, child: subprocess.Popen[bytes]) -> None:
        """End the child; one that is ending by itself gets a moment, so that its status can be read."""
        try:
            if self.gathered.refused is None and child.stdout is not None:
                child.wait(timeout=_TICK)
        except subprocess.TimeoutExpired:
            pass
        if child.poll() is None:
            child.kill()


def read_workbook(
    path: Path,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    most_rows: int | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
    limits: Limits | None = None,
    bank: bool = False,
) -> Workbook:
    """Read a spreadsheet or text table of any supported kind in a limited child process.

    ``encoding`` (a codec name of ``encoding.ENCODINGS``) overrides the guess for texts; ``sheet`` reads one
    sheet only; ``most_rows`` ends each sheet early, for a preview; ``bank`` reads the exchange formats of banks
    too (``read_bank``). Blocks the calling thread, never the
    interpreter for long. Raises ``ImportRefused`` with one of the fixed sentences, ``Stopped`` after Stop.
    """
    request = ReadRequest(str(path), encoding, sheet, most_rows, bank=bank, limits=limits or Limits())
    began = time.monotonic()
    run = _Run(request, began)
    reason = run.go(progress, stop)
    if reason in _AGAIN and run.gathered.kind in {"xlsx", "ods"}:
        run = _Run(replace(request, patient=True), began)
        reason = run.go(progress, stop)
    if reason is not None:
        raise ImportRefused(reason, path.name)
    found = run.gathered
    return Workbook(
        tuple(found.sheets),
        found.kind,
        str(found.about.get("encoding", "")),
        str(found.about.get("delimiter", "")),
        tuple(dict.fromkeys(found.notices)),
    )
