"""Crash reports: a file with version, platform, traceback and last steps, and nothing of the customers."""

from __future__ import annotations

import sys
import threading
from collections import deque
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from tradecrm.core.clock import Clock

KEPT_STEPS = 30
KEPT_REPORTS = 5


def describe(error: BaseException) -> str:
    """Answer the traceback with places and code only; messages may hold values of the book, so they go.

    Kinds of error stay, for each link of the chain; driver messages, names, amounts and file paths do not.
    """
    import traceback

    lines: list[str] = []
    one: BaseException | None = error
    seen: set[int] = set()
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        lines.append(f"{type(one).__module__}.{type(one).__qualname__} (message left out)")
        for frame in traceback.extract_tb(one.__traceback__):
            lines.append(f"  {_module_path(frame.filename)}:{frame.lineno} in {frame.name}")
            if frame.line and "tradecrm" in _module_path(frame.filename):
                lines.append(f"    {frame.line}")
        one = one.__cause__ or one.__context__
        if one is not None:
            lines.append("caused by")
    return "\n".join(lines)


def _module_path(filename: str) -> str:
    """Answer a source path from its package on: the folders before it name the person."""
    parts = Path(filename).parts
    for root in ("tradecrm", "site-packages"):
        if root in parts:
            at = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[at + (root == "site-packages") :])
    return parts[-1] if parts else filename


class CrashReports(QObject):
    """Writes reports into one folder, keeps the last five, remembers the last steps (names only)."""

    written = Signal(object)
    """The Path of a report that was just written; emitted on the thread that failed."""

    def __init__(self, folder: Path, version: str, clock: Clock) -> None:
        super().__init__()
        self._folder = folder
        self._version = version
        self._clock = clock
        self._steps: deque[str] = deque(maxlen=KEPT_STEPS)
        self._lock = threading.Lock()

    def step(self, name: str) -> None:
        """Remember that an action of this name began: a name out of the code, never typed text."""
        self._steps.append(f"{self._clock.now():%H:%M:%S} {name}")

    def record(self, error: BaseException) -> Path | None:
        """Write a report; None when the disk refuses, for a report must not become a second failure."""
        import platform

        from PySide6 import __version__ as qt_version

        moment = self._clock.now()
        text = "\n".join(
            [
                f"TradeCRM {self._version}",
                f"{moment:%Y-%m-%d %H:%M:%S} UTC",
                f"{platform.system()} {platform.release()} {platform.machine()}",
                f"Python {platform.python_version()}, Qt {qt_version}",
                "",
                describe(error),
                "",
                "Last steps:",
                *self._steps,
                "",
            ]
        )
        with self._lock, suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._free_path(moment)
            path.write_text(text, encoding="utf-8")
            for old in self.all()[:-KEPT_REPORTS]:
                old.unlink(missing_ok=True)
            self.written.emit(path)
            return path
        return None

    def all(self) -> list[Path]:
        """Answer the reports kept, oldest first."""
        return sorted(self._folder.glob("crash-*.txt"))

    def unseen(self) -> list[Path]:
        """Answer the reports not yet offered, oldest first."""
        return [path for path in self.all() if not path.with_suffix(".seen").exists()]

    def mark_seen(self) -> None:
        """Remember that every report was offered."""
        with suppress(OSError):
            for path in self.all():
                path.with_suffix(".seen").touch()
            for mark in self._folder.glob("crash-*.seen"):
                if not mark.with_suffix(".txt").exists():
                    mark.unlink()

    def install(self) -> None:
        """Catch what nobody caught, on every thread."""

        def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            if not issubclass(kind, KeyboardInterrupt):
                self.record(error)
            sys.__excepthook__(kind, error, trace)

        def _thread_hook(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None:
                self.record(args.exc_value)

        sys.excepthook = _hook
        threading.excepthook = _thread_hook

    def _free_path(self, moment: datetime) -> Path:
        stem = f"crash-{moment:%Y%m%d-%H%M%S}"
        number = 0
        while (path := self._folder / f"{stem}-{number:02d}.txt").exists():
            number += 1
        return path
