"""The status line: book, base currency, last good backup, saved or saving, and long work with Stop."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from tradecrm.core.text import _
from tradecrm.ui.jobs import Job
from tradecrm.ui.theme import plain_tip, set_role, text_label

BOOK_WIDTH = 320


class _Elided(QLabel):
    """A text that gives way to the others: cut in the middle where the line is too narrow for it."""

    def minimumSizeHint(self) -> QSize:
        """Answer the size below which it cannot be read."""
        return QSize(80, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Answer the size it would like."""
        hint = super().sizeHint()
        return QSize(min(hint.width(), BOOK_WIDTH), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint."""
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class StatusLine(QWidget):
    """One quiet line at the lower edge of the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(26)
        self._job: Job | None = None
        self._book = _Elided()
        self._book.setTextFormat(Qt.TextFormat.PlainText)
        self._backup = text_label()
        self._saved = text_label()
        self._what = text_label()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(140, 4)
        self._stop = set_role(QPushButton(_("Stop")), "link")
        self._stop.clicked.connect(self._on_stop)
        self._dots = [text_label("•") for _each in range(2)]
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 12, 0)
        row.setSpacing(10)
        for part in (self._book, self._dots[0], self._backup, self._dots[1], self._saved):
            row.addWidget(part)
        row.addStretch(1)
        for side in (self._what, self._bar, self._stop):
            row.addWidget(side)
        self.show_book("", "")
        self.show_backup("")
        self.show_saving(False)
        self.show_job(None)

    def show_book(self, name: str, currency: str) -> None:
        """Say which book is open and its base currency; a very long name is cut."""
        text = " • ".join(part for part in (name, currency) if part) or _("Opening the book…")
        self._book.setText(text)
        self._book.setToolTip(plain_tip(text))

    def show_backup(self, text: str, *, late: bool = False) -> None:
        """Say when the last good backup was made; ``late`` marks one that is too old."""
        set_role(self._backup, "warn" if late else "")
        self._backup.setText(text)
        self._backup.setVisible(bool(text))
        self._dots[0].setVisible(bool(text))

    def show_saving(self, saving: bool) -> None:
        """Say whether everything typed and confirmed is in the book."""
        self._saved.setText(_("Saving…") if saving else _("All changes saved"))

    def show_job(self, job: Job | None) -> None:
        """Show how far long work is, or nothing."""
        self._job = job
        for part in (self._what, self._bar):
            part.setVisible(job is not None)
        self._stop.setVisible(job is not None and job.stoppable)
        if job is None:
            return
        step = job.progress.step
        words = [job.title or _("Working"), step.what]
        if step.total:
            words.append(_("{done} of {total}").format(done=f"{step.done:,}", total=f"{step.total:,}"))
        elif step.done:
            words.append(f"{step.done:,}")
        if job.progress.stopped:
            words = [_("Stopping…")]
        self._what.setText(" • ".join(word for word in words if word))
        self._bar.setRange(0, 1000 if step.total else 0)
        self._bar.setValue(1000 * step.done // step.total if step.total else 0)
        self._stop.setEnabled(not job.progress.stopped)

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self.show_job(self._job)
