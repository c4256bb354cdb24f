"""Long work beside a window: a thread that lets go of the interpreter after every few milliseconds it took of it."""

from __future__ import annotations

import time
from collections.abc import Callable

_GRAIN = 0.002
"""Seconds of the processor worked in one piece: a frame of the window can wait for that long."""
_REST = 3
"""How much longer than a piece of work the rest after it is, so that a frame stays whole beside it."""


class Pace:
    """Of one thread; made and asked to rest on that thread alone. ``sleep`` waits for so many seconds.

    Threads share one interpreter: work that never waits would hold up what the window has to paint.
    """

    def __init__(self, sleep: Callable[[float], object] = time.sleep) -> None:
        self._sleep = sleep
        self._since = time.thread_time()

    def rest(self) -> None:
        """Rest as long as the work since the last rest demands; at once back where there was next to none."""
        worked = time.thread_time() - self._since
        if worked >= _GRAIN:
            self._sleep(worked * _REST)
            self._since = time.thread_time()
