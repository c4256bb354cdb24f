"""Ctrl+C in the terminal: the window closes by its regular way, and the signals are given back."""

from __future__ import annotations

import os
import signal

import pytest
from pytestqt.qtbot import QtBot

from tradecrm.ui.interrupt import Interrupts


@pytest.mark.skipif(os.name != "posix", reason="signals wake Qt on POSIX only")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_while_qt_waits(qtbot: QtBot, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    closed: list[bool] = []
    interrupts = Interrupts(lambda: closed.append(True))
    try:
        os.kill(os.getpid(), number)
        qtbot.waitUntil(lambda: closed == [True], timeout=5_000)
    finally:
        interrupts.stop()
    assert signal.getsignal(number) is before
    interrupts.stop()
