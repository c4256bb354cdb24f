"""Pictures of the main pages of a book, drawn without a screen: for the demonstration, the guide and the eye."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from tradecrm.core.links import Link
from tradecrm.core.listing import SortKey
from tradecrm.core.text import LANGUAGES, use_language
from tradecrm.services.book import Book
from tradecrm.services.control.reminders import TodayRow, today_rows
from tradecrm.services.data.lists import ListRequest, fetch_window
from tradecrm.services.work import Reader
from tradecrm.ui.context import PageContext
from tradecrm.ui.due import OVERDUE, TODAY, due_row, group_of
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.present import Presenter
from tradecrm.ui.registry import all_pages
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.shell.window import MainWindow, Supply
from tradecrm.ui.theme import Mode, Theme

SIZE = QSize(1366, 768)
LARGE = QSize(1280, 720)
"""A window of 2560×1440 at 200 %."""

PATIENCE_MS = 30_000


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: the name of its file, and what is opened."""

    name: str
    link: Link


def draw_pages(
    book: Book,
    out: Path,
    *,
    languages: Sequence[str] = LANGUAGES,
    modes: Sequence[Mode] = (Mode.LIGHT, Mode.DARK),
    only: Sequence[str] = (),
) -> list[Path]:
    """Draw the main pages of an open book into ``out``, in each look and language; answers the files.

    Runs on the offscreen platform when no application is there yet. ``only`` keeps to the scenes of these names.
    Raises OSError when a file cannot be written.
    """
    import os

    if QApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    out.mkdir(parents=True, exist_ok=True)
    scenes = [one for one in book.seat().ask(main_scenes) if not only or one.name in only]
    files: list[Path] = []
    for language in languages:
        use_language(language)
        for mode in modes:
            studio = Studio(application, book, mode)
            try:
                for scene in scenes:
                    name = f"{scene.name}-{mode.value}-{language}"
                    files.append(studio.draw(scene.link, out / f"{name}.png", SIZE, 1.0))
                    if scene.name == "desktop":
                        files.append(studio.draw(scene.link, out / f"{name}-large.png", LARGE, 2.0))
            finally:
                studio.close()
    return files


def main_scenes(reader: Reader) -> tuple[Scene, ...]:
    """Answer the main pages, each with a record of the book that shows most."""
    scenes = [
        Scene("desktop", Link.to("desktop")),
        Scene("today", Link.to("today")),
        Scene("customers", Link.to("customers")),
        Scene("contracts", Link.to("contracts")),
        Scene("shipments", Link.to("shipments")),
        Scene("receivables", Link.to("receivables")),
        Scene("bank-accounts", Link.to("bank_accounts")),
        Scene("aging", Link.to("report/aging", as_of=reader.today.isoformat())),
        Scene("import", Link.to("import")),
        Scene("settings", Link.to("settings")),
    ]
    from tradecrm.services.figures.accounts import account_balances
    from tradecrm.services.figures.profit import profits_between

    shipped = profits_between(reader, reader.today.replace(year=reader.today.year - 1), reader.today)
    if shipped:
        best = max(shipped, key=lambda row: row.revenue)
        scenes.append(Scene("shipment", Link.to("shipment", id=best.shipment_id)))
        scenes.append(Scene("profit", Link.to("report/shipment_profit", shipment=best.shipment_id)))
    accounts = account_balances(reader, reader.today).rows
    if accounts:
        from tradecrm.reports.accounts import statement_link

        busiest = next((row for row in accounts if row.currency == "USD"), accounts[0])
        scenes.append(Scene("statement", statement_link(busiest.account_id, None, reader.today)))
    for name, found in _newest(reader):
        scenes.append(Scene(name, found))
    return tuple(scenes)


def _newest(reader: Reader) -> list[tuple[str, Link]]:
    """Answer the newest contract and receipt, and the customer of that contract."""
    from tradecrm.screens.money.receipts import RECEIPT_LIST
    from tradecrm.screens.trade.contract_list import CONTRACT_LIST

    found = []
    for name, spec in (("contract", CONTRACT_LIST), ("receipt", RECEIPT_LIST)):
        request = ListRequest(sort=(SortKey("day", descending=True),), limit=1)
        window = fetch_window(reader, spec.source, request)
        for key, row in zip(window.ids, window.rows, strict=True):
            values = dict(zip(window.keys, row, strict=True))
            found.append((name, Link.to(name, id=key)))
            if values.get("customer_id"):
                found.append(("customer", Link.to("customer", id=int(values["customer_id"]))))
    return found


class Studio:
    """A window over an open book that is never shown on a screen and never writes."""

    def __init__(self, application: QApplication, book: Book, mode: Mode) -> None:
        self._theme = Theme(mode)
        self._theme.apply(application)
        self._jobs = Jobs()
        self.window = MainWindow(self._theme, ShellState(Path()), self._jobs)
        seat = book.seat()
        presenter = Presenter(self.window.toast, self.window.show_dialog)
        self.context = PageContext(seat, self._theme, self._jobs, self.window, presenter)
        name, currency = seat.ask(_firm)
        pages = all_pages()
        self.window.restore_tabs("")
        self.window.supply(
            Supply(self.context, pages, "", name, currency, seat.actor.name, today=book.clock.today)
        )
        self.window.show()
        self.context.ask(today_rows, then=self._show_due)

    def draw(self, link: Link, path: Path, size: QSize, scale: float) -> Path:
        """Open a link, wait until every lane is idle, and keep the picture."""
        self.window.resize(size)
        self.window.open_link(link)
        self.settle()
        picture = QPixmap(size * scale)
        picture.setDevicePixelRatio(scale)
        self.window.render(picture)
        if not picture.save(str(path)):
            raise OSError(str(path))
        self.window.tabs.close_front()
        return path

    def _show_due(self, rows: Sequence[TodayRow]) -> None:
        waiting = [row for row in rows if group_of(row) in (OVERDUE, TODAY)]
        self.window.show_due([due_row(number, row) for number, row in enumerate(waiting)])

    def settle(self) -> None:
        """Wait until nothing is asked any more and nothing is left to be laid out."""
        wait_idle(self._jobs)

    def close(self) -> None:
        """Take the window away."""
        self._jobs.close()
        self.window.hide()
        self.window.deleteLater()
        QApplication.processEvents()


def wait_idle(jobs: Jobs, patience_ms: int = PATIENCE_MS) -> None:
    """Run the event loop until the lanes are idle, answers handed over and their layouts done.

    Raises TimeoutError after ``patience_ms``.
    """
    loop = QEventLoop()
    late: list[bool] = []
    guard = QTimer()
    guard.setSingleShot(True)

    def _give_up() -> None:
        late.append(True)
        loop.quit()

    guard.timeout.connect(_give_up)
    guard.start(patience_ms)
    step = QTimer()
    calm = _Calm(jobs, loop.quit)
    step.timeout.connect(calm.look)
    step.start(0)
    loop.exec()
    step.stop()
    if late:
        raise TimeoutError("the lanes did not become idle")
    QApplication.processEvents()


class _Calm:
    """Counts turns of the event loop in which nothing was under way: an answer may ask for more."""

    TURNS = 12

    def __init__(self, jobs: Jobs, done: Callable[[], Any]) -> None:
        self._jobs = jobs
        self._done = done
        self._turns = 0

    def look(self) -> None:
        """Count this turn, or begin again."""
        self._turns = self._turns + 1 if self._jobs.idle else 0
        if self._turns >= self.TURNS:
            self._done()


def _firm(reader: Reader) -> tuple[str, str]:
    settings = reader.settings
    return settings.company_name or settings.company_name_local, settings.base_currency
