"""Progress of long work: told by the one who works, read by the one who shows, stopped by the person."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from tradecrm.core.errors import Stopped
from tradecrm.core.text import _


@dataclass(frozen=True, slots=True)
class Step:
    """How far the work is: ``done`` of ``total`` (0 when unknown) and what is being done."""

    done: int = 0
    total: int = 0
    what: str = ""


class Progress:
    """Handed to work that may be long; safe to use from two threads."""

    def __init__(self) -> None:
        self._step = Step()
        self._stop = threading.Event()

    def tell(self, done: int, total: int = 0, what: str = "") -> None:
        """Say how far the work is; raises Stopped when the person pressed Stop, so that it rolls back."""
        self._step = Step(done, total, what)
        if self._stop.is_set():
            raise Stopped(_("Stopped. Nothing was changed."))

    def stop(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Tell whether a stop was asked for."""
        return self._stop.is_set()

    @property
    def step(self) -> Step:
        """Answer the last step told."""
        return self._step
