"""The list of invoices a full page at a time, against a table of Qt's own over a model in C++."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView

from bench.books import opened
from bench.measure import Line, percentile, spell
from tradecrm.core.links import Link
from tradecrm.screens.money.items import receivables_list
from tradecrm.ui.context import PageContext
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.theme import Mode, Theme

GOAL = 1.5
STEPS = 60
JUMPS = 20
_ITEMS = 4_000


class _Host:
    """Opens and says nothing."""

    def open_link(self, link: Link) -> None:
        """Open nothing."""

    def toast(self, *words: object) -> None:
        """Say nothing."""


class ListRoom:
    """The page of receivables of a book, shown and read."""

    def __init__(self, application: QApplication, path: Path) -> None:
        self.application = application
        self.book = opened(path)
        self.seat = self.book.seat()
        self.jobs = Jobs()
        theme = Theme(Mode.LIGHT)
        theme.apply(application)
        self.context = PageContext(self.seat, theme, self.jobs, _Host())
        self.page = ListPage(self.context, Link.to("receivables"), receivables_list(self.book.clock.today))
        self.page.resize(1366, 860)
        self.page.show()
        self.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.page.hide()
        self.jobs.close()
        self.book.close()

    def wait(self) -> None:
        """Let everything that was asked for arrive."""
        while True:
            self.application.processEvents()
            if self.jobs.idle and not self.page.model._wanted:  # noqa: SLF001 - what is asked for a moment later
                return
            time.sleep(0.0002)

    def page_down(self) -> float:
        """Go on by a page; answers the seconds until the rows themselves are painted."""
        bar = self.page.table.verticalScrollBar()
        return self._go(bar.value() + bar.pageStep())

    def jump(self, share: float) -> float:
        """Go to a place of the list; answers the seconds until its rows are painted."""
        return self._go(int(self.page.table.verticalScrollBar().maximum() * share))

    def _go(self, value: int) -> float:
        table, model = self.page.table, self.page.model
        started = time.perf_counter()
        table.verticalScrollBar().setValue(value)
        table.viewport().repaint()
        rows = (table.rowAt(0), table.rowAt(table.viewport().height() - 1))
        if any(model.row(row) is None for row in rows if row >= 0):
            while any(model.row(row) is None for row in rows if row >= 0):
                self.application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            table.viewport().repaint()
        return time.perf_counter() - started


def plain_table(room: ListRoom) -> QTableView:
    """Answer a table of Qt's own with the texts of the list, as large and with the same columns."""
    own = room.page.table
    model = QStandardItemModel()
    columns = len(room.page.model.columns)
    texts = [[room.page.model.look(row, column).text for column in range(columns)] for row in range(200)]
    for row in range(_ITEMS):
        model.appendRow([QStandardItem(text) for text in texts[row % len(texts)]])
    table = QTableView()
    model.setParent(table)
    table.setModel(model)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setDefaultSectionSize(own.verticalHeader().defaultSectionSize())
    for column in range(columns):
        table.setColumnWidth(column, own.columnWidth(column))
    table.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=False)
    table.resize(own.size())
    table.show()
    room.application.processEvents()
    return table


def run(path: Path, scale: str) -> Iterator[Line]:
    """Scroll both in turn."""
    del scale
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    with ListRoom(application, path) as room:
        table = plain_table(room)
        bar = table.verticalScrollBar()
        ours: list[float] = []
        limit: list[float] = []
        for _step in range(STEPS):
            ours.append(room.page_down())
            started = time.perf_counter()
            bar.setValue((bar.value() + bar.pageStep()) % bar.maximum())
            table.viewport().repaint()
            limit.append(time.perf_counter() - started)
        mine, theirs = statistics.median(ours), statistics.median(limit)
        rows = room.page.model.rowCount()
        yield Line(
            f"scroll {rows:,} invoices, a full page",
            mine / theirs,
            GOAL,
            "x",
            f"ours {spell(mine)}, 95 of 100 {spell(percentile(ours, 0.95))}",
            f"C++ model {spell(theirs)}",
        )
        jumps = [room.jump((at * 7 % JUMPS) / JUMPS) for at in range(JUMPS)]
        yield Line(
            "jump anywhere in the list, rows read and painted",
            statistics.median(jumps) * 1000,
            100,
            "ms",
            f"most {spell(max(jumps))}",
            "what feels at once",
        )
        table.close()
