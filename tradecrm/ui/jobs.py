"""Work off the GUI thread: one lane that writes, three that read, one queued signal back."""

from __future__ import annotations

import inspect
import queue
import threading
import time
from collections.abc import Callable, Hashable
from contextvars import copy_context
from functools import partial
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from tradecrm.core.progress import Progress
from tradecrm.ui.garbage import Garbage

READERS = 3
PATIENCE_MS = 600
"""Work that lasts longer shows its progress line (look.md, "Long work")."""
_IDLE_MS = 30
"""How often the lanes are looked at while something waits for them to be empty."""


def takes_progress(function: Callable[..., Any]) -> bool:
    """Tell whether a query or an operation accepts a ``progress`` argument."""
    try:
        return "progress" in inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def still_there(callback: Callable[..., Any] | None) -> bool:
    """Tell whether the widget a bound method belongs to still lives; plain functions always do.

    A method with arguments given beforehand (``partial``) belongs to its widget all the same.
    """
    while isinstance(callback, partial):
        callback = callback.func
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)


class Job:
    """One piece of work under way: drop its answer, or ask it to stop."""

    __slots__ = ("answer", "dropped", "error", "failed", "finished", "name", "progress", "replaces",
                 "started", "stoppable", "then", "title", "work", "writes")  # fmt: skip

    def __init__(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None] | None,
        failed: Callable[[Exception], None] | None,
        progress: Progress,
        name: str,
    ) -> None:
        # A lane serves whoever hands something in: it rounds as the firm of that window does.
        self.work: Callable[[], Any] = partial(copy_context().run, work)
        self.then = then
        self.failed = failed
        self.progress = progress
        self.name = name
        self.title = ""
        self.stoppable = False
        self.writes = False
        self.replaces: Hashable = None
        self.started = 0.0
        self.dropped = False
        self.finished = False
        self.answer: Any = None
        self.error: Exception | None = None

    def drop(self) -> None:
        """Forget the answer: nobody waits for it any more; reading that can stop, stops."""
        self.dropped = True
        if not self.writes:
            self.progress.stop()

    def stop(self) -> None:
        """Ask the work to stop; a stopped operation rolls back and is told as Stopped."""
        self.progress.stop()


def _nothing() -> None:
    """Stand for work that is over."""


class Jobs(QObject):
    """The lanes. Answers arrive on the GUI thread in the order they became ready, one event each."""

    busy = Signal(object)
    """A Job that has lasted longer than 600 ms, repeated every 100 ms while it runs; None when none does."""
    writing = Signal(bool)
    """True while anything is in the writer lane."""
    begun = Signal(str)
    """The name of a query or operation that was handed in: a step for the crash report."""
    _ready = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reads: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._writes: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._latest: dict[Hashable, Job] = {}
        self._open: list[Job] = []
        self._later: list[Callable[[], object]] = []
        self._shown: Job | None = None
        self._closed = False
        self.garbage = Garbage(self)
        self._ready.connect(self._on_ready, Qt.ConnectionType.QueuedConnection)
        self._watch = QTimer(self)
        self._watch.setInterval(100)
        self._watch.timeout.connect(self._on_watch)
        lanes = [(self._writes, "writer")] + [(self._reads, f"reader {n + 1}") for n in range(READERS)]
        self._threads = [
            threading.Thread(target=self._lane, args=(work,), name=name, daemon=True) for work, name in lanes
        ]
        for thread in self._threads:
            thread.start()

    def read(
        self,
        work: Callable[[], Any],
        *,
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        replaces: Hashable = None,
        progress: Progress | None = None,
        name: str = "read",
    ) -> Job:
        """Run ``work`` on a reader lane; see ``PageContext.ask`` for ``replaces``."""
        job = Job(work, then, failed, progress or Progress(), name)
        job.stoppable = True
        if replaces is not None:
            job.replaces = replaces
            older = self._latest.get(replaces)
            if older is not None:
                older.drop()
            self._latest[replaces] = job
        return self._start(job, self._reads)

    def write(
        self,
        work: Callable[[], Any],
        *,
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        progress: Progress | None = None,
        title: str = "",
        stoppable: bool = False,
        name: str = "write",
    ) -> Job:
        """Run ``work`` in the writer lane, after everything given to it before."""
        job = Job(work, then, failed, progress or Progress(), name)
        job.title, job.stoppable, job.writes = title, stoppable, True
        started = self._start(job, self._writes)
        self.writing.emit(True)
        return started

    @property
    def pending_writes(self) -> int:
        """Answer how many operations wait or run."""
        return sum(1 for job in self._open if job.writes)

    @property
    def idle(self) -> bool:
        """Tell whether nothing waits or runs, and every answer was handed over."""
        return not self._open and not self._later

    def when_idle(self, then: Callable[[], object]) -> None:
        """Call ``then`` on the GUI thread once nothing waits or runs: for what may come after all that was asked."""
        self._later.append(then)
        if len(self._later) == 1:
            QTimer.singleShot(_IDLE_MS, self, self._on_later)

    def _on_later(self) -> None:
        """Call what waits for the lanes to be empty, or look again soon."""
        if self._open and not self._closed:
            QTimer.singleShot(_IDLE_MS, self, self._on_later)
            return
        waiting, self._later = self._later, []
        for then in waiting:
            if not self._closed and still_there(then):
                then()

    def close(self, wait_seconds: float = 10.0) -> None:
        """Let every write finish, drop every read, end the threads."""
        if self._closed:
            return
        self._closed = True
        for job in self._open:
            if not job.writes:
                job.drop()
        self._watch.stop()
        for lane in [self._writes] + [self._reads] * READERS:
            lane.put(None)
        deadline = time.monotonic() + wait_seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self.garbage.end()

    def _start(self, job: Job, lane: queue.SimpleQueue[Job | None]) -> Job:
        if self._closed:
            job.dropped = job.finished = True
            return job
        job.started = time.monotonic()
        self._open.append(job)
        if not self._watch.isActive():
            self._watch.start()
        self.begun.emit(job.name)
        lane.put(job)
        return job

    def _lane(self, lane: queue.SimpleQueue[Job | None]) -> None:
        while (job := lane.get()) is not None:
            if not job.dropped or job.writes:
                try:
                    job.answer = job.work()
                except Exception as error:  # noqa: BLE001 - carried to the presenter on the GUI thread
                    job.error = error
            if self._closed and not shiboken6.isValid(self):
                return
            self._ready.emit(job)

    def _on_ready(self, job: Job) -> None:
        job.finished = True
        self._open.remove(job)
        if job.replaces is not None and self._latest.get(job.replaces) is job:
            del self._latest[job.replaces]
        if not self._open:
            self._watch.stop()
        if job is self._shown:
            self._shown = None
            self.busy.emit(None)
        if job.writes and not self.pending_writes:
            self.writing.emit(False)
        work, then, failed, answer, error = job.work, job.then, job.failed, job.answer, job.error
        # The lane may hold the job until its next one: a page whose last holder is a lane would be
        # destroyed there, outside of the GUI thread.
        job.work, job.then, job.failed, job.answer = _nothing, None, None, None
        if job.dropped:
            return
        if error is None:
            if then is not None and still_there(then):
                then(answer)
        elif failed is not None and still_there(failed):
            failed(error)
        del work

    def _on_watch(self) -> None:
        old = time.monotonic() - PATIENCE_MS / 1000
        late = [job for job in self._open if job.started <= old and not job.dropped]
        if late:
            self._shown = min(late, key=lambda job: (not job.writes, job.started))
            self.busy.emit(self._shown)
        elif self._shown is not None:
            self._shown = None
            self.busy.emit(None)
