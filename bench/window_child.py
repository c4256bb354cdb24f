"""A window in a process of its own: what a start costs, and how much memory it takes at most.

``python -m bench.window_child bare|orm|ours|work BOOK`` writes when it painted first and when its first page could be
used, as moments of the monotonic clock, and the most memory it took, in bytes.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROWS = 100
FIRST_PAGE = frozenset({"read_head", "desktop", "desktop_figures", "read_today"})
"""What the desktop asks for its figures and its list; charts arrive after."""


def tell(first: float, usable: float) -> None:
    """Write the moments and the memory for the process that waits for them."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"first": first, "usable": usable, "peak": peak}), flush=True)


def plain_window(fill: Callable[[Any], Any] | None) -> None:
    """Show a window of Qt's own, filled by ``fill(window)``, until it has painted."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication(sys.argv[:1])

    class Window(QMainWindow):
        painted = 0.0

        def paintEvent(self, event: Any) -> None:  # noqa: ARG002, N802 - Qt's signature
            self.painted = self.painted or time.monotonic()

    window = Window()
    window.resize(1360, 860)
    kept = fill(window) if fill else None
    window.show()
    while not window.painted:
        application.processEvents()
    tell(window.painted, time.monotonic())
    del kept


def fill_by_orm(book: Path) -> Callable[[Any], Any]:
    """Answer what fills a window with 100 customers, each an object of the ORM."""

    def fill(window: Any) -> Any:
        from PySide6.QtWidgets import QTableWidget, QTableWidgetItem
        from sqlalchemy import select
        from sqlalchemy.orm import Session

        from tradecrm.models import Party
        from tradecrm.storage.engines import reader_engine

        names = ("code", "name", "name_local", "country", "city", "phone")
        table = QTableWidget(ROWS, len(names))
        with Session(reader_engine(book)) as session:
            parties = session.scalars(select(Party).order_by(Party.id.desc()).limit(ROWS)).all()
            for row, party in enumerate(parties):
                for column, name in enumerate(names):
                    table.setItem(row, column, QTableWidgetItem(str(getattr(party, name))))
        window.setCentralWidget(table)
        return table

    return fill


def own_window(book: Path) -> None:
    """Start the program on ``book`` as a person does, and end it when its first page can be used."""
    from tradecrm.ui.front import show_front
    from tradecrm.ui.shell.state import ShellState

    with tempfile.TemporaryDirectory() as folder:
        state = ShellState(Path(folder) / "window.json")
        front = show_front(state)
        first = time.monotonic()
        from dataclasses import replace

        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        from bench.story import TODAY
        from tradecrm.app import window_rooms
        from tradecrm.core.clock import FixedClock
        from tradecrm.ui.start import run

        timer, clock = QTimer(), FixedClock.on(TODAY)

        def ready(window: Any, context: Any, _book: Any) -> None:
            def look() -> None:
                asked = {job.name for job in context.jobs._open}  # noqa: SLF001 - which ones, not how many
                if FIRST_PAGE.isdisjoint(asked):
                    timer.stop()
                    window.repaint()
                    tell(first, time.monotonic())
                    QTimer.singleShot(0, QApplication.exit)

            timer.timeout.connect(look)
            timer.start(0)

        run(book, replace(window_rooms(clock), ready=ready), clock, state, front=front)


def working_window(book: Path) -> None:
    """Age, search and scroll on ``book``, as the memory of it is asked for."""
    from random import Random

    from PySide6.QtWidgets import QApplication

    from bench.story import TODAY
    from bench.task_scroll import ListRoom
    from bench.task_search import typed
    from tradecrm.services.data.search import search
    from tradecrm.services.figures.aging import AgingQuery, aging

    application = QApplication(sys.argv[:1])
    started = time.monotonic()
    with ListRoom(application, book) as room:
        rows = room.seat.ask(aging, AgingQuery("AR", TODAY))
        for text in room.seat.ask(typed, Random(5))[:300]:
            room.seat.ask(search, text)
        for _step in range(300):
            room.page_down()
        for part in range(20):
            room.jump(part / 20)
        del rows
        tell(started, time.monotonic())


def main() -> None:
    """Run the window that was asked for."""
    mode, book = sys.argv[1], Path(sys.argv[2])
    if mode == "ours":
        own_window(book)
    elif mode == "work":
        working_window(book)
    else:
        plain_window(fill_by_orm(book) if mode == "orm" else None)


if __name__ == "__main__":
    main()
