"""Shows a crash report whole, with Copy."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from tradecrm.core.text import _
from tradecrm.ui.theme import set_role, text_label


class CrashDialog(QDialog):
    """Shows one report whole, so that a person sees what it holds before passing it on."""

    def __init__(
        self, path: Path, parent: QWidget | None = None, seen: Callable[[], None] | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Report of a fault"))
        self.resize(680, 460)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = _("The program failed at this point")
        with suppress(OSError):
            text = path.read_text(encoding="utf-8")
        self.body = QPlainTextEdit(text)
        self.body.setReadOnly(True)
        intro = text_label(
            _(
                "A fault inside the program was recorded. The report names the version and the steps, and "
                "nothing about customers or amounts. Copy it to whoever looks after the program."
            ),
            wrap=True,
        )
        place = text_label(_("Kept as {path}").format(path=path), "label", wrap=True)
        copy = set_role(QPushButton(_("Copy")), "primary")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.body.toPlainText()))
        copy.setDefault(True)
        close = QPushButton(_("Close"))
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(intro)
        column.addWidget(self.body, 1)
        column.addWidget(place)
        column.addLayout(buttons)
        if seen is not None:
            self.finished.connect(lambda _result: seen())
