"""The backups of the book: where they lie, every verified one, a new one now, and putting one back."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.text import _, ngettext
from tradecrm.services.data.safekeeping import BackupRow
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.safekeeping import moment_words
from tradecrm.ui.theme import set_role, text_label

MOST_SHOWN = 12
MEGA = 1_000_000


class BackupsPanel(QWidget):
    """Shown within the settings; without a keeper (a book opened by no window) it says so."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._folder = text_label("", "muted", wrap=True)
        self._folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(4, 1)
        now = set_role(QPushButton(_("Back up now")), "primary")
        now.clicked.connect(self._back_up)
        show = QPushButton(_("Open the folder"))
        show.clicked.connect(self._open_folder)
        change = QPushButton(_("Change the folder…"))
        change.clicked.connect(self._ask_folder)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (now, show, change):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._folder)
        keeper = context.keeper
        if keeper is not None and not keeper.in_file:
            self._folder.setText(
                _(
                    "This book lies on the firm's server. The server's administrator makes its backups, for "
                    "everybody: ask when the last one was made, and that it is tried out. The program makes none."
                )
            )
            for button in (now, show, change):
                button.hide()
            return
        column.addLayout(row)
        column.addLayout(self._grid)
        if keeper is not None:
            keeper.kept.connect(self.reload)

    def reload(self) -> None:
        """Read the list of backups again."""
        keeper = self._context.keeper
        if keeper is not None and keeper.in_file:
            self._folder.setText(str(keeper.folder))
            keeper.rows(self._show)

    def _show(self, rows: tuple[BackupRow, ...]) -> None:
        empty(self._grid)
        if not rows:
            words = _("No backup yet. One is made when the window closes, and every 30 minutes of work.")
            self._grid.addWidget(text_label(words, "muted", wrap=True), 0, 0, 1, 5)
        now = self._context.seat.book.clock.now()
        for place, row in enumerate(rows[:MOST_SHOWN]):
            count = ngettext("{count} row", "{count} rows", row.rows).format(count=f"{row.rows:,}")
            texts = (moment_words(row.made, now), row.why, count, f"{row.size / MEGA:.1f} MB")
            for column, text in enumerate(texts):
                self._grid.addWidget(text_label(text, "" if column == 0 else "muted"), place, column)
            put = set_role(QPushButton(_("Restore…")), "link")
            put.setAccessibleName(f"{_('Restore…')} {texts[0]}")
            put.clicked.connect(functools.partial(self._ask, row.path, texts[0]))
            self._grid.addWidget(put, place, 4, Qt.AlignmentFlag.AlignLeft)
        if len(rows) > MOST_SHOWN:
            more = ngettext("and {count} more", "and {count} more", len(rows) - MOST_SHOWN)
            label = text_label(more.format(count=len(rows) - MOST_SHOWN), "muted")
            self._grid.addWidget(label, MOST_SHOWN, 0, 1, 5)

    def _back_up(self) -> None:
        if self._context.keeper is not None:
            self._context.keeper.back_up()

    def _open_folder(self) -> None:
        keeper = self._context.keeper
        if keeper is None:
            return
        if keeper.folder.is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(keeper.folder)))
        else:
            self._context.toast(_("There is no backup yet, so there is no folder."))

    def _ask_folder(self) -> None:
        keeper = self._context.keeper
        if keeper is None:
            return
        near = keeper.folder if keeper.folder.is_dir() else keeper.folder.parent
        chosen = QFileDialog.getExistingDirectory(self, _("Folder for the backups"), str(near))
        if chosen:
            self.change_folder(Path(chosen))

    def change_folder(self, folder: Path) -> None:
        """Let the next backups go to ``folder``; those made before stay where they are."""
        keeper = self._context.keeper
        if keeper is None or folder == keeper.folder:
            return
        before = keeper.folder
        if not keeper.move_to(folder):
            words = _("Nothing can be written into {folder}. Choose another folder.")
            self._context.toast(words.format(folder=folder))
        elif before.is_dir():
            self._context.toast(_("Backups made until now stay in {folder}.").format(folder=before))

    def _ask(self, path: Path, when: str, *_checked: bool) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(_("Restore a backup"))
        words = _(
            "The book will be as it was {when}. As it is now, it is kept as a backup first, so that this too "
            "can be taken back. The window closes the book and opens it again."
        )
        box.setText(words.format(when=when))
        go = box.addButton(_("Restore"), QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        go.clicked.connect(lambda: self._restore(path))
        box.open()

    def _restore(self, path: Path) -> None:
        if self._context.keeper is not None:
            self._context.keeper.restore(path)
