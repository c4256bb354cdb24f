"""What keeps the book quick, done in small pieces while nobody writes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from tradecrm.ui.jobs import Jobs

QUIET_MS = 2_000
"""How long nothing was written before the tending begins."""


class Tending(QObject):
    """Tends a book some time after each writing, a few milliseconds at once, until nothing is left to do."""

    def __init__(
        self,
        owner: QObject,
        jobs: Jobs,
        tend: Callable[[], bool],
        failed: Callable[[Exception], None],
        quiet_ms: int = QUIET_MS,
    ) -> None:
        super().__init__(owner)
        self._jobs = jobs
        self._piece = tend
        self._failed = failed
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(quiet_ms)
        self._quiet.timeout.connect(lambda: jobs.when_idle(self._tend))
        jobs.writing.connect(self._on_writing)

    def _on_writing(self, writing: bool) -> None:
        if writing:
            self._quiet.stop()
        else:
            self._quiet.start()

    def _tend(self) -> None:
        self._jobs.read(self._piece, then=self._go_on, failed=self._failed, name="tend")

    def _go_on(self, more: bool) -> None:
        if more:
            self._jobs.when_idle(self._tend)
