"""Garbage is looked for on the GUI thread alone: what Qt draws with must not be taken apart on a lane.

Python looks for cycles wherever memory is asked for, on a lane as well. A widget or an item of a chart that it
found there would be destroyed while the window paints or sends it an event, and the program would end.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 250
WHOLE_SECONDS = 30.0
"""All that lives is looked through no more often than this: it takes as long as a frame or two."""


class Garbage(QObject):
    """Keeps Python from looking by itself, from its making until ``end``, and looks at intervals instead."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._whole = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        if gc.isenabled():
            gc.disable()
            self._timer.start()

    def begin(self) -> None:
        """Begin to look where the start of the program has put it off, past all that is there now and stays."""
        if not self._timer.isActive() and not gc.isenabled():
            gc.freeze()
            self._timer.start()

    def look(self) -> None:
        """Look where as much is new as Python itself would begin to look at."""
        now = time.monotonic()
        new, young, old = (
            count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        if old and now - self._whole > WHOLE_SECONDS:
            self._whole = now
            gc.collect()
        elif young:
            gc.collect(1)
        elif new:
            gc.collect(0)

    def end(self) -> None:
        """Let Python look by itself again: no lane is left on which it could."""
        self._timer.stop()
        gc.enable()
