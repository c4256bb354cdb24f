"""Pictures of the main pages of a book, drawn without a screen: for the demonstration, the guide and the eye."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QPoint,
    QSize,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from tradecrm.core.text import LANGUAGES, current_language, use_language
from tradecrm.services.book import Book
from tradecrm.services.control.reminders import TodayRow, today_rows
from tradecrm.services.work import Reader
from tradecrm.ui.charts.chart import load_engine
from tradecrm.ui.context import PageContext
from tradecrm.ui.due import OVERDUE, TODAY, due_row, group_of, in_order
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.popup import DueActions, DueRow, Popup
from tradecrm.ui.present import Presenter
from tradecrm.ui.records import find_records
from tradecrm.ui.registry import all_pages
from tradecrm.ui.safekeeping import Safekeeping
from tradecrm.ui.scenes import EMPTY_SCENES, Scene, main_scenes, temporary_folder
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.shell.window import MainWindow, Supply
from tradecrm.ui.theme import Mode, Theme

if TYPE_CHECKING:
    from tradecrm.ui.shell.palette import Found

SIZE = QSize(1366, 768)
LARGE = QSize(1280, 720)
"""A window of 2560×1440 at 200 %."""

PATIENCE_MS = 30_000
POPUP_ROWS = 5


def draw_pages(
    book: Book,
    out: Path,
    *,
    languages: Sequence[str] = LANGUAGES,
    modes: Sequence[Mode] = (Mode.LIGHT, Mode.DARK),
    only: Sequence[str] = (),
    empty: Book | None = None,
) -> list[Path]:
    """Draw the main pages of an open book into ``out``, in each look and language; answers the files.

    ``empty`` is an open book in which nothing stands yet: its first pages are drawn as well.

    Runs on the offscreen platform when no application is there yet. ``only`` keeps to the scenes of these names.
    Raises OSError when a file cannot be written.
    """
    import os

    if QApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    out.mkdir(parents=True, exist_ok=True)
    load_engine()
    sets = [(book, book.seat().ask(main_scenes))]
    if empty is not None:
        sets.append((empty, EMPTY_SCENES))
    files: list[Path] = []
    with temporary_folder() as folder, _hushed():
        for language in languages:
            use_language(language)
            for mode in modes:
                for shown, scenes in sets:
                    wanted = [one for one in scenes if not only or one.name in only]
                    if wanted:
                        files += _draw_set(Studio(application, shown, mode), wanted, out, Path(folder))
    return files


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep to itself what the offscreen platform says of every window: that it has no frame and no place."""

    def _say(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if not text.startswith("This plugin does not support") and sys.stderr is not None:
            sys.stderr.write(f"{text}\n")

    before = qInstallMessageHandler(_say)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _draw_set(studio: Studio, scenes: Sequence[Scene], out: Path, folder: Path) -> list[Path]:
    """Draw these scenes in the present language; answers the files."""
    files = []
    try:
        for scene in scenes:
            name = f"{scene.name}-{studio.mode.value}-{current_language()}"
            files.append(studio.draw(scene, out / f"{name}.png", SIZE, 1.0, folder))
            if scene.name == "desktop":
                files.append(studio.draw(scene, out / f"{name}-large.png", LARGE, 2.0, folder))
    finally:
        studio.close()
    return files


class Studio:
    """A window over an open book that is never shown on a screen and never writes."""

    def __init__(self, application: QApplication, book: Book, mode: Mode) -> None:
        self.mode = mode
        self._theme = Theme(mode)
        self._theme.apply(application)
        self._jobs = Jobs()
        self.window = MainWindow(self._theme, ShellState(Path()), self._jobs)
        seat = book.seat()
        presenter = Presenter(self.window.toast, self.window.show_dialog)
        self.context = PageContext(seat, self._theme, self._jobs, self.window, presenter)
        name, currency = seat.ask(_firm)
        keeper = self.context.keeper = Safekeeping(self.window, self.context, book, lambda _path: None)
        keeper.rest()
        self._popup = Popup(self._theme, DueActions(_nothing, _nothing, _nothing), book.clock.today)
        self._waiting: list[DueRow] = []
        self.window.restore_tabs("")
        supply = Supply(
            self.context,
            all_pages(),
            "",
            name,
            currency,
            seat.actor.name,
            provider=self._find,
            today=book.clock.today,
        )
        self.window.supply(supply)
        self.window.show()
        self.context.ask(today_rows, then=self._show_due)

    def draw(self, scene: Scene, path: Path, size: QSize, scale: float, folder: Path) -> Path:
        """Open a scene, wait until every lane is idle, and keep the picture; raises OSError when it cannot."""
        self.window.resize(size)
        self.window.open_link(scene.link)
        self.settle()
        if scene.act is not None:
            scene.act(self, folder)
        picture = QPixmap(size * scale)
        picture.setDevicePixelRatio(scale)
        self.window.render(picture)
        if self._popup.isVisible():
            self._add_popup(picture, size)
        if not picture.save(str(path)):
            raise OSError(str(path))
        self._popup.hide()
        self.window.palette_box.hide()
        # What a scene typed is for its picture alone: nobody is there to say what becomes of it.
        self.window.tabs.close_front(asking=False)
        return path

    def remind(self) -> None:
        """Let the corner window tell what waits."""
        self._popup.show_due(self._waiting[:POPUP_ROWS])
        self.settle()

    def _add_popup(self, picture: QPixmap, size: QSize) -> None:
        painter = QPainter(picture)
        place = QPoint(size.width() - self._popup.width() - 16, size.height() - self._popup.height() - 16)
        painter.drawPixmap(place, self._popup.grab())
        painter.end()

    def _find(self, typed: str, found: Found) -> None:
        self.context.ask(find_records, typed, then=found, replaces="palette")

    def _show_due(self, rows: Sequence[TodayRow]) -> None:
        waiting = [row for row in in_order(rows) if group_of(row) in (OVERDUE, TODAY)]
        self._waiting = [due_row(number, row) for number, row in enumerate(waiting)]
        self.window.show_due(self._waiting)

    def settle(self) -> None:
        """Wait until nothing is asked any more and nothing is left to be laid out."""
        wait_idle(self._jobs)

    def close(self) -> None:
        """Take the window away."""
        self._jobs.close()
        self._popup.hide()
        self._popup.deleteLater()
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
    calm = _Calm(jobs, step, loop.quit)
    step.timeout.connect(calm.look)
    step.start(0)
    loop.exec()
    step.stop()
    if late:
        raise TimeoutError("the lanes did not become idle")
    QApplication.processEvents()


class _Calm:
    """Counts turns of the event loop in which nothing was under way: an answer may ask for more.

    While the lanes work the ``step`` is slow, so that looking takes no time from them.
    """

    TURNS = 12
    BUSY_MS = 2

    def __init__(self, jobs: Jobs, step: QTimer, done: Callable[[], Any]) -> None:
        self._jobs = jobs
        self._step = step
        self._done = done
        self._turns = 0

    def look(self) -> None:
        """Count this turn, or begin again."""
        idle = self._jobs.idle
        self._turns = self._turns + 1 if idle else 0
        self._step.setInterval(0 if idle else self.BUSY_MS)
        if self._turns >= self.TURNS:
            self._done()


def _firm(reader: Reader) -> tuple[str, str]:
    settings = reader.settings
    return settings.company_name or settings.company_name_local, settings.base_currency


def _nothing(*_given: object) -> None:
    """Do nothing: a picture has no buttons to press."""
