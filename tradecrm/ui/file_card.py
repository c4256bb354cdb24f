"""The card where a file is chosen or dropped, which every way of bringing one in begins with."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QPushButton, QVBoxLayout

from tradecrm.core.text import _
from tradecrm.ui.context import PageContext
from tradecrm.ui.theme import set_role, text_label


class FileCard(QFrame):
    """Where a file is chosen, or dropped; ``chosen`` carries its path.

    It tells what may be dropped and which formats are read; what else the card holds goes below into ``box``.
    """

    chosen = Signal(str)

    def __init__(self, context: PageContext, icon: str, invitation: str, formats: str) -> None:
        super().__init__()
        set_role(self, "card")
        self.setAcceptDrops(True)
        self.choose = set_role(QPushButton(_("Choose a file…")), "primary")
        picture = text_label("")
        picture.setPixmap(context.theme.icon(icon, "muted").pixmap(44, 44))
        middle = Qt.AlignmentFlag.AlignHCenter
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(24, 24, 24, 24)
        self.box.setSpacing(10)
        self.box.addStretch(1)
        self.box.addWidget(picture, 0, middle)
        self.box.addWidget(text_label(invitation, "section"), 0, middle)
        self.box.addWidget(text_label(formats, "muted"), 0, middle)

    def ask_for(self, suffixes: Iterable[str], title: str, kinds: str) -> None:
        """Ask for a file with one of the suffixes; ``kinds`` names them, with a place for their {pattern}."""
        pattern = " ".join(f"*.{suffix}" for suffix in suffixes)
        path, _filter = QFileDialog.getOpenFileName(self, title, "", kinds.format(pattern=pattern))
        if path:
            self.chosen.emit(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one local file."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the file that was dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.chosen.emit(paths[0])
