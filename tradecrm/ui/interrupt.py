"""Ctrl+C in the terminal closes the window as its own button does, so that the book is backed up and closed."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, QSocketNotifier


class Interrupts(QObject):
    """Calls ``close`` when the system asks the program to stop (Ctrl+C, or a plain kill).

    While Qt waits for events Python runs no handler of signals: the byte that Python writes at once into a pair of
    sockets wakes Qt, and with it Python. On Windows signals write no byte Qt could wait for: there nothing changes.
    """

    def __init__(self, close: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._close = close
        self._before: dict[signal.Signals, object] = {}
        if os.name != "posix":
            return
        self._read, self._write = socket.socketpair()
        for each in (self._read, self._write):
            each.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)
        self._wakeup = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, _leave_to_qt)

    def stop(self) -> None:
        """Give the signals back to whoever had them before."""
        if not self._before:
            return
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._before = {}
        signal.set_wakeup_fd(self._wakeup)
        self._notifier.setEnabled(False)
        self._read.close()
        self._write.close()

    def _on_woken(self) -> None:
        with suppress(BlockingIOError):
            self._read.recv(64)
        self._close()


def _leave_to_qt(*_given: object) -> None:
    """Do nothing in Python: the byte in the socket is what the window hears."""
