"""The parent's side of drawing papers in child processes: hands tasks out, gathers answers, survives a child's end."""

from __future__ import annotations

import os
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

from tradecrm.core.child import start_child
from tradecrm.core.money import rounding, shown_whole
from tradecrm.core.text import _, current_language
from tradecrm.documents.drawing import ENDED, MODULE, WORD, Drawn, Task, part_of, read_answer, write_tasks

_AHEAD = 2
"""Bundles that a child holds at a time, so that it never waits for the next."""
_TICK = 0.05
_PATIENCE = 120.0
"""Seconds after which a child that answers nothing is taken for lost."""
_DEATHS = 3
"""Children that may end in a row without having drawn anything, before the crew gives up."""
_PAPERS_EACH = 6
"""Papers for which another child is worth its start."""


def crew_size(papers: int) -> int:
    """Answer how many children draw so many papers: one a processor at most, one for a few papers."""
    return max(1, min(os.cpu_count() or 1, papers // _PAPERS_EACH))


class _Child:
    """One process with the two threads that talk to it; ``pending`` are tasks it was given and has not answered."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self.pending: deque[Task] = deque()
        self.heard = time.monotonic()
        self.over = threading.Event()
        self._room = threading.Semaphore(_AHEAD)
        self._left: deque[int] = deque()
        self.process: subprocess.Popen[bytes] = start_child(
            MODULE,
            [WORD, current_language(), rounding(), ",".join(sorted(shown_whole()))],
            told=True,
            quiet=True,
        )
        self.feeder = threading.Thread(target=self._feed, daemon=True)
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.feeder.start()
        self.listener.start()

    def _feed(self) -> None:
        stream = self.process.stdin
        while stream is not None and not self.over.is_set():
            if not self._room.acquire(timeout=_TICK):
                continue
            tasks = self._crew.next_bundle(self.over)
            if not tasks:
                break
            if not self.pending:
                self.heard = time.monotonic()
            self._left.append(len(tasks))
            self.pending.extend(tasks)
            try:
                write_tasks(stream, tasks)
            except OSError:
                break
        try:
            if stream is not None:
                stream.close()
        except OSError:
            self.over.set()  # it ended before it had read all; the listener says so

    def _listen(self) -> None:
        stream = self.process.stdout
        while stream is not None:
            try:
                answer = read_answer(stream)
            except (OSError, ValueError):
                answer = None
            if answer is None:
                break
            self.heard = time.monotonic()
            self.pending.popleft()
            self._left[0] -= 1
            if not self._left[0]:
                self._left.popleft()
                self._room.release()
            self._crew.answers.put(answer)
        self._crew.answers.put(self)

    def lost(self) -> bool:
        """Tell whether it has been silent for so long that it must hang."""
        return bool(self.pending) and time.monotonic() - self.heard > _PATIENCE

    def end(self) -> list[Task]:
        """Put an end to it; answers what it was given and did not do, files half written are taken away."""
        self.over.set()
        if self.process.poll() is None and self.pending:
            self.process.kill()
        self.feeder.join()
        self.listener.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        self.process.wait()
        for task in self.pending:
            part_of(task.path).unlink(missing_ok=True)
        return list(self.pending)


class Crew:
    """Children that draw. A task whose child ends on it is told as a problem; the others go to another child."""

    def __init__(self, size: int) -> None:
        self.answers: queue.SimpleQueue[Drawn | _Child] = queue.SimpleQueue()
        self._bundles: deque[list[Task]] = deque()
        self._more = threading.Condition()
        self._closed = False
        self._open = 0
        self._deaths = 0
        self.children: list[_Child] = [_Child(self) for _each in range(size)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._more:
            self._closed = True
            self._bundles.clear()
            self._more.notify_all()
        for child in self.children:
            child.end()

    @property
    def waiting(self) -> int:
        """Answer how many tasks no child has taken yet."""
        return sum(map(len, self._bundles))

    @property
    def open(self) -> int:
        """Answer how many tasks have no answer yet."""
        return self._open

    def give(self, tasks: Sequence[Task]) -> None:
        """Hand out tasks that one child is to do one after the other."""
        with self._more:
            if not self.children:
                self.children.append(_Child(self))
            self._open += len(tasks)
            self._bundles.append(list(tasks))
            self._more.notify()

    def next_bundle(self, over: threading.Event) -> list[Task]:
        """Answer the next tasks to a child, waiting for some; nothing when there will be none for it."""
        with self._more:
            while not self._bundles and not self._closed and not over.is_set():
                self._more.wait(_TICK)
            return self._bundles.popleft() if self._bundles and not over.is_set() else []

    def gather(self, wait: Callable[[], bool]) -> Iterator[Drawn]:
        """Answer what was done, as long as ``wait`` says that more is to be waited for."""
        while True:
            waiting = wait()
            try:
                found = self.answers.get(timeout=_TICK) if waiting else self.answers.get_nowait()
            except queue.Empty:
                if not waiting:
                    return
                self._look_for_lost()
                continue
            if isinstance(found, _Child):
                yield from map(self._unmade, self._after(found))
            else:
                self._open -= 1
                self._deaths = 0
                yield found

    def _look_for_lost(self) -> None:
        for child in self.children:
            if child.lost():
                child.process.kill()

    def _after(self, child: _Child) -> list[Task]:
        """Replace a child that ended; answers the task it ended on, the others go to the rest of the crew.

        When one after the other ends like that, nothing can be drawn at all: then every task is answered.
        """
        left = child.end()
        self.children.remove(child)
        self._deaths += 1
        with self._more:
            if self._deaths < _DEATHS:
                if left[1:]:
                    self._bundles.appendleft(left[1:])
                self.children.append(_Child(self))
                return left[:1]
            waiting = [task for bundle in self._bundles for task in bundle]
            self._bundles.clear()
        return left + waiting

    def _unmade(self, task: Task) -> Drawn:
        self._open -= 1
        return Drawn(task.place, (), _("The process that drew it ended unexpectedly."), ENDED)
