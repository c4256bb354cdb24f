"""The first page of a person without a book: begin a new one, or open one that is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tradecrm.core.address import SUFFIX, book_file
from tradecrm.core.text import LANGUAGE_NAMES, _, current_language
from tradecrm.ui.theme import set_role, text_label


class Welcome(QWidget):
    """Asks for the firm's name and a place, and answers with a path: ``create(path, firm)`` or ``open(path)``."""

    def __init__(
        self,
        create: Callable[[Path, str], None],
        open_book: Callable[[Path], None],
        folder: Path,
        open_sample: Callable[[], None] | None = None,
        open_server: Callable[[], None] | None = None,
        speak: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._create = create
        self._open = open_book
        self._folder = folder
        self._open_sample = open_sample
        self._open_server = open_server
        self._speak = speak
        self.firm = QLineEdit()
        self.firm.setPlaceholderText(_("Name of your firm"))
        self.firm.returnPressed.connect(self._on_new)
        self.note = text_label("", "problem", wrap=True)
        self._lay_out()

    def say(self, text: str) -> None:
        """Show why the last try did not work."""
        self.note.setText(text)

    def _lay_out(self) -> None:
        card = set_role(QFrame(), "card")
        card.setFixedWidth(460)
        column = QVBoxLayout(card)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(text_label(_("Welcome to TradeCRM"), "title"))
        words = _(
            "A book holds the customers, contracts and money of one firm, in one file on this computer."
        )
        column.addWidget(text_label(words, "muted", wrap=True))
        column.addWidget(self.firm)
        column.addWidget(self.note)
        new = set_role(QPushButton(_("New book")), "primary")
        new.clicked.connect(self._on_new)
        present = QPushButton(_("Open a book…"))
        present.clicked.connect(self._on_open)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(present)
        row.addWidget(new)
        column.addLayout(row)
        if self._open_server is not None:
            server = set_role(QPushButton(_("Open a book on the firm's server…")), "link")
            server.clicked.connect(self._open_server)
            column.addWidget(server, 0, Qt.AlignmentFlag.AlignHCenter)
        if self._open_sample is not None:
            sample = set_role(QPushButton(_("Look around in a sample book")), "link")
            sample.clicked.connect(self._open_sample)
            column.addWidget(sample, 0, Qt.AlignmentFlag.AlignHCenter)
        if self._speak is not None:
            column.addLayout(self._tongues(self._speak))
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        # Within a row, not by an alignment: only so do wrapped words get the height of their lines.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(3)

    def _tongues(self, speak: Callable[[str], None]) -> QHBoxLayout:
        """Answer the row that offers the other language; a new book begins in the one that is spoken."""
        row = QHBoxLayout()
        row.addStretch(1)
        for code, name in LANGUAGE_NAMES.items():
            if code == current_language():
                row.addWidget(text_label(name, "muted"))
            else:
                other = set_role(QPushButton(name), "link")
                other.setObjectName("other-language")
                other.clicked.connect(lambda _on=False, code=code: speak(code))
                row.addWidget(other)
        row.addStretch(1)
        return row

    def _on_new(self) -> None:
        firm = self.firm.text().strip()
        if not firm:
            self.say(_("Type the name of your firm first: it stands on every paper."))
            self.firm.setFocus()
            return
        path = ask_place(self, firm, self._folder)
        if path is not None:
            self._create(path, firm)

    def _on_open(self) -> None:
        path = ask_book(self, self._folder)
        if path is not None:
            self._open(path)


def own_folder() -> Path:
    """Answer where the system keeps a person's documents; a book is looked for and made there first."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(folder) if folder and Path(folder).is_dir() else Path.home()


def ask_place(parent: QWidget, firm: str, folder: Path) -> Path | None:
    """Ask where the new book of ``firm`` shall lie, beginning in ``folder``; None when the person goes back."""
    safe = "".join(sign if sign.isalnum() or sign in "-_&" else " " for sign in firm)
    safe = " ".join(safe.split())[:60].strip()
    start = str(folder / f"{safe}{SUFFIX}")
    chosen, _kind = QFileDialog.getSaveFileName(parent, _("Where the book shall lie"), start, f"*{SUFFIX}")
    if not chosen:
        return None
    return book_file(Path(chosen))


def ask_book(parent: QWidget, folder: Path) -> Path | None:
    """Ask which book to open, beginning in ``folder``; None when the person goes back."""
    chosen, _kind = QFileDialog.getOpenFileName(parent, _("Open a book…"), str(folder), f"*{SUFFIX};;*")
    return Path(chosen) if chosen else None
