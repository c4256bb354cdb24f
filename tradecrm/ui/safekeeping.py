"""Backups beside the window: every 30 minutes of use, on closing, when asked; the status line says the last one."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMessageBox, QProgressBar, QPushButton, QVBoxLayout

from tradecrm.core.errors import Stopped
from tradecrm.core.progress import Progress
from tradecrm.core.text import _
from tradecrm.services.data.safekeeping import (
    ASKED,
    CLOSING,
    REGULAR,
    BackupRow,
    back_up_before_import,
    back_up_book,
    backup_rows,
    regular_backup_due,
)
from tradecrm.ui.jobs import still_there
from tradecrm.ui.theme import text_label
from tradecrm.ui.words import plain_day

if TYPE_CHECKING:
    from tradecrm.services.book import Book
    from tradecrm.ui.context import PageContext
    from tradecrm.ui.jobs import Job
    from tradecrm.ui.shell.window import MainWindow

LOOK_MS = 60_000
LATE = timedelta(days=7)


class Safekeeping(QObject):
    """Keeps one open book safe; ``restore(path)`` is what the window does to put a backup in its place."""

    kept = Signal()
    """The list of backups is another: one was made, or they lie elsewhere."""
    moved = Signal(object)
    """The folder chosen for the backups from now on."""
    stayed = Signal()
    """The window was to be closed, and stays open after all."""

    def __init__(
        self, window: MainWindow, context: PageContext, book: Book, restore: Callable[[Path], None]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self._book = book
        self.restore = restore
        self._busy = False
        self._closing: _ClosingDialog | None = None
        self._free = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        if book.in_file:
            self._timer.start()
        window.on_closing(self.may_close)
        self.tell_last()

    def rest(self) -> None:
        """Make no backup of itself any more."""
        self._timer.stop()

    @property
    def in_file(self) -> bool:
        """Tell whether backups are made here; those of a book on a server are its administrator's."""
        return self._book.in_file

    @property
    def folder(self) -> Path:
        """Answer where the backups lie."""
        return self._book.file.folder

    def move_to(self, folder: Path) -> bool:
        """Let the next backups go to ``folder``; answers False when nothing can be written there."""
        if not (folder.is_dir() and os.access(folder, os.W_OK)):
            return False
        self._book.file.folder = folder
        self.moved.emit(folder)
        self.tell_last()
        self.kept.emit()
        return True

    def rows(self, then: Callable[[tuple[BackupRow, ...]], None]) -> None:
        """Answer the verified backups to ``then``."""
        self._context.jobs.read(lambda: backup_rows(self._book), then=then, name="backups")

    def tell_last(self) -> None:
        """Say in the status line when the last good backup was made, or who makes them."""
        if not self.in_file:
            self._window.status.show_backup(_("Kept and backed up on the server"))
            return
        self.rows(self._show_last)

    def look(self) -> None:
        """Make the backup of every 30 minutes when it is due."""
        if not self._busy:
            self._context.jobs.read(
                lambda: regular_backup_due(self._book), then=self._on_due, name="backup_due"
            )

    def back_up(self) -> None:
        """Make a backup now, because the person asked for it."""
        self._make(ASKED)

    def before_import(
        self, then: Callable[[BackupRow | None], None], failed: Callable[[Exception], None]
    ) -> None:
        """Make the backup that comes before a bulk import; ``then`` gets it, None when the book holds nothing.

        None also for a book on a server.
        """
        progress = Progress()

        def _then(row: BackupRow | None) -> None:
            if row is not None:
                self._show_last((row,))
                self.kept.emit()
            if still_there(then):
                then(row)

        # In the writer lane: what is still being written comes before it, and is in it.
        self._context.jobs.write(
            lambda: back_up_before_import(self._book, progress),
            then=_then,
            failed=failed,
            progress=progress,
            title=_("Backup before the import"),
            stoppable=True,
            name="back_up_before_import",
        )

    @property
    def closing(self) -> bool:
        """Tell whether the window closes of itself as soon as its backup is made."""
        return self._closing is not None

    def may_close(self) -> bool:
        """Tell whether the window may close: at once when nothing changed, else after the backup."""
        if self._free or not self._book.store.changed:
            return True
        if self._closing is None:
            self._closing = _ClosingDialog(self._window, self._stop_closing)
            self._closing.open()
            progress = Progress()
            self._closing.follow(
                # In the writer lane: whatever is still being written comes before it, and is in it.
                self._context.jobs.write(
                    lambda: back_up_book(self._book, CLOSING, progress),
                    then=self._close_now,
                    failed=self._not_closed,
                    progress=progress,
                    name="back_up_on_closing",
                )
            )
        return False

    def _on_due(self, due: object) -> None:
        if due is True:
            self._make(REGULAR)

    def _make(self, reason: str) -> None:
        if self._busy:
            return
        self._busy = True
        progress = Progress()
        job = self._context.jobs.read(
            lambda: back_up_book(self._book, reason, progress),
            then=lambda row: self._made(row, asked=reason == ASKED),
            failed=self._not_made,
            progress=progress,
            name="back_up",
        )
        job.title = _("Backup")

    def _made(self, row: BackupRow, *, asked: bool) -> None:
        self._busy = False
        self._show_last((row,))
        self.kept.emit()
        if asked:
            self._context.toast(_("The backup is made and checked: {path}").format(path=row.path.name))

    def _not_made(self, error: Exception) -> None:
        self._busy = False
        self._context.presenter.show(error)

    def _close_now(self, _row: object) -> None:
        self._free = True
        self._end_dialog()
        self._window.close()

    def _stop_closing(self) -> None:
        self._free = True

    def _not_closed(self, error: Exception) -> None:
        self._end_dialog()
        if isinstance(error, Stopped):
            self._window.close()
            return
        self._free = False
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(_("No backup was made"))
        box.setText(str(error))
        leave = box.addButton(_("Close without a backup"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(_("Stay"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        leave.clicked.connect(self._leave)
        stay.clicked.connect(self.stayed)
        box.open()

    def _leave(self) -> None:
        self._free = True
        self._window.close()

    def _end_dialog(self) -> None:
        if self._closing is not None:
            self._closing.done(0)
            self._closing = None

    def _show_last(self, rows: tuple[BackupRow, ...]) -> None:
        now = self._book.clock.now()
        if not rows:
            self._window.status.show_backup(_("No backup yet"))
            return
        made = rows[0].made
        words = _("Last good backup {when}").format(when=moment_words(made, now))
        self._window.status.show_backup(words, late=now - made > LATE)


class _ClosingDialog(QDialog):
    """Says that a backup is being made before the window closes, and lets the person go without it."""

    def __init__(self, window: MainWindow, leave: Callable[[], None]) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Closing"))
        self._leave = leave
        self._job: Job | None = None
        self._what = text_label(_("Making a backup of the book and checking it…"), wrap=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        skip = QPushButton(_("Close without a backup"))
        # No key may press it in passing: what it gives up is the backup of the day.
        skip.setAutoDefault(False)
        skip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        skip.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(skip)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(self._what)
        column.addWidget(self._bar)
        column.addLayout(row)
        self.setMinimumWidth(420)
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self._show_step)
        self._timer.start()

    def follow(self, job: Job) -> None:
        """Show how far this job is."""
        self._job = job

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take no Esc: it would give up the backup, which only the button says."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Go without the backup."""
        self._leave()
        if self._job is not None:
            self._job.stop()

    def _show_step(self) -> None:
        if self._job is not None and not self._job.finished:
            step = self._job.progress.step
            self._bar.setRange(0, step.total)
            self._bar.setValue(step.done)


def moment_words(moment: datetime, now: datetime) -> str:
    """Answer a moment on the clock of this computer: ``today 09:12``, ``23 Nov 09:12``."""
    here, today = moment.astimezone(), now.astimezone().date()
    time = f"{here:%H:%M}"
    if here.date() == today:
        return _("today {time}").format(time=time)
    if here.year == today.year:
        return f"{plain_day(here.date())} {time}"
    return f"{here.date().isoformat()} {time}"
