"""A window with small real pages, for the tests of the shell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from PySide6.QtWidgets import QApplication

from tradecrm.core.changes import Outcome
from tradecrm.core.links import Link
from tradecrm.core.progress import Progress
from tradecrm.services.control.access import Actor
from tradecrm.services.control.roles import ROLES
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.shell.window import MainWindow, Supply
from tradecrm.ui.theme import Mode, Theme


class Notebook:
    """A seat over a list of lines: small, but it asks and performs for real, off the GUI thread."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.actor = Actor(1, "Lin Yue", ROLES["owner"], frozenset())

    def ask(self, query: Any, *args: Any, **kw: Any) -> Any:
        return query(self.lines, *args, **kw)

    def perform(self, operation: Any, command: Any, progress: Progress | None = None) -> Outcome[Any]:
        value = operation(self.lines, command, progress)
        return Outcome(value, frozenset({"line"}))


class NotePage(Page):
    watches = frozenset({"line"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.loads = 0
        self.state: dict[str, Any] = {}
        self.stays = False

    def title(self) -> str:
        return f"{self._link.target} {self._link.param('id') or ''}".strip()

    def reload(self) -> None:
        self.loads += 1

    def save_state(self) -> dict[str, Any]:
        return self.state

    def restore_state(self, state: dict[str, Any]) -> None:
        self.state = state

    def leave(self) -> bool:
        return not self.stays


TARGETS = ("desktop", "today", "customers", "customer", "report")


@contextmanager
def shell(folder: Path, mode: Mode = Mode.LIGHT) -> Iterator[tuple[MainWindow, PageContext]]:
    """Answer an open window over a Notebook; its state lives in ``folder``."""
    theme = Theme(mode)
    jobs = Jobs()
    window = MainWindow(theme, ShellState(folder / "window.json"), jobs)
    window.resize(1366, 768)
    window.restore_tabs("book")
    context = PageContext(cast("Any", Notebook()), theme, jobs, window, window.presenter)
    window.supply(Supply(context, dict.fromkeys(TARGETS, NotePage), "book", "Harbor & Co", "CNY", "Lin Yue"))
    window.build_menus()
    window.show()
    window.activateWindow()
    QApplication.processEvents()
    try:
        yield window, context
    finally:
        jobs.close()
        window.deleteLater()
