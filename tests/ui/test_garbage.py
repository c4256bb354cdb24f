"""What Qt draws with is destroyed on the GUI thread, whatever a lane is doing."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsObject
from pytestqt.qtbot import QtBot

from tradecrm.ui.jobs import Jobs


class Shape(QGraphicsObject):
    """A shape of a chart that holds itself, as those of pyqtgraph do."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        return QRectF(0, 0, 1, 1)

    def paint(self, painter: QPainter, *_args: object) -> None:
        return


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


def test_a_lane_destroys_nothing_of_the_window(jobs: Jobs, qtbot: QtBot) -> None:
    ended: list[int] = []
    for _each in range(3):
        Shape().destroyed.connect(
            lambda *_: ended.append(threading.get_ident()), Qt.ConnectionType.DirectConnection
        )
    done: list[object] = []
    # As many new lists as Python itself would look for garbage after, several times over.
    jobs.read(lambda: [[each] for each in range(200_000)], then=done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    qtbot.waitUntil(lambda: len(ended) == 3, timeout=20_000)
    assert set(ended) == {threading.get_ident()}


def test_python_looks_by_itself_again_when_the_lanes_are_closed(qtbot: QtBot) -> None:
    jobs = Jobs()
    assert not gc.isenabled()
    jobs.close()
    assert gc.isenabled()


def test_a_start_that_put_it_off_is_not_disturbed_before_it_says_so(qtbot: QtBot) -> None:
    gc.disable()
    jobs = Jobs()
    try:
        shape = Shape()
        gone: list[int] = []
        shape.destroyed.connect(lambda *_: gone.append(1), Qt.ConnectionType.DirectConnection)
        jobs.garbage.begin()
        del shape
        kept = [[each] for each in range(2_000)]
        jobs.garbage.look()
        assert not gone, "what was there before the window stood is looked at no more"
        assert kept
    finally:
        jobs.close()
        gc.unfreeze()
        gc.collect()
    assert gone == [1]
