"""The files of a paper in a card below its lines: attach one, open one, take one out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tradecrm.core.text import _
from tradecrm.services.claims.attachments import (
    LARGEST,
    SUFFIXES,
    AttachFile,
    DropFile,
    FileContent,
    FileRow,
    attach_file,
    attached_files,
    drop_file,
    file_content,
)
from tradecrm.ui.context import PageContext
from tradecrm.ui.theme import set_role, text_label


class FilesCard(QFrame):
    """The attachments of a paper of ``kind``; empty and without a button until the paper is saved."""

    def __init__(self, context: PageContext, kind: str) -> None:
        super().__init__()
        set_role(self, "card")
        self._context = context
        self._kind = kind
        self._subject: int | None = None
        self._locked = False
        box = QVBoxLayout(self)
        box.setContentsMargins(15, 6, 11, 10)
        box.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(text_label(_("Attachments"), "section"))
        head.addStretch(1)
        self.add_button = QPushButton(_("Attach a file"))
        self.add_button.clicked.connect(self.choose)
        head.addWidget(self.add_button)
        box.addLayout(head)
        self._hint = text_label("", "muted", wrap=True)
        box.addWidget(self._hint)
        self._body = QWidget()
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        box.addWidget(self._body)
        self.names: list[str] = []

    def show_for(self, subject_id: int | None, *, locked: bool) -> None:
        """Show the files of a paper; ``locked`` lets them be opened only."""
        self._subject, self._locked = subject_id, locked
        self.add_button.setVisible(subject_id is not None and not locked)
        if subject_id is None:
            self._show(())
        else:
            self._context.ask(
                attached_files, self._kind, subject_id, then=self._show, replaces=(id(self), "files")
            )

    def choose(self) -> None:
        """Let the person pick files and attach them."""
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        chosen, _kind = QFileDialog.getOpenFileNames(
            self, _("Attach a file"), "", _("Papers and pictures ({patterns})").format(patterns=patterns)
        )
        for name in chosen:
            self.attach(Path(name))

    def attach(self, path: Path) -> None:
        """Attach one file; one too large is refused before it is read."""
        if self._subject is None:
            return
        try:
            if path.stat().st_size > LARGEST:
                self._context.toast(
                    _("{file} is larger than {limit} MB. Attach a smaller copy of it.").format(
                        file=path.name, limit=LARGEST // 1024 // 1024
                    )
                )
                return
            content = path.read_bytes()
        except OSError as error:
            self._context.toast(
                _("{file} could not be read: {reason}").format(file=path.name, reason=error.strerror)
            )
            return
        command = AttachFile(self._kind, self._subject, path.name, content)
        self._context.perform(attach_file, command, then=lambda _id: self._again(), title=_("Attach a file"))

    def _again(self) -> None:
        self.show_for(self._subject, locked=self._locked)

    def _show(self, files: Sequence[FileRow]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.names = [file.name for file in files]
        for file in files:
            self._rows.addWidget(self._row(file))
        saved = self._subject is not None
        self._hint.setText("" if files else _("None yet.") if saved else _("Save first, then attach files."))
        self._hint.setVisible(not files)

    def _row(self, file: FileRow) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        opener = set_role(QPushButton(file.name.replace("&", "&&")), "link")
        opener.clicked.connect(partial(self._open, file.id))
        line.addWidget(opener)
        line.addWidget(text_label(f"{max(1, round(file.size / 1024)):,} KB", "muted"))
        line.addStretch(1)
        if not self._locked:
            drop = set_role(QPushButton(_("Take out")), "link")
            drop.clicked.connect(partial(self._drop, file.id))
            line.addWidget(drop)
        return row

    def _open(self, attachment_id: int, _checked: bool = False) -> None:
        self._context.ask(file_content, attachment_id, then=self._show_file)

    def _drop(self, attachment_id: int, _checked: bool = False) -> None:
        self._context.perform(
            drop_file, DropFile(attachment_id), then=lambda _none: self._again(), title=_("Take out")
        )

    def _show_file(self, file: FileContent) -> None:
        import tempfile

        # A folder that only this person may read; the name is kept, so that the right program opens it.
        path = Path(tempfile.mkdtemp(prefix="tradecrm-")) / Path(file.name).name
        path.write_bytes(file.content)
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._context.toast(_("No program to open {file} was found.").format(file=file.name))
