"""The preview of a paper as it will print: pages below each other, zoom, print, save."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence, QPixmap, QShortcut, QShowEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.text import _, ngettext
from tradecrm.documents.preview import pdf_pages
from tradecrm.ui.context import PageContext
from tradecrm.ui.theme import set_role, text_label

_ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)
_BASE = 96 / 72
"""PDF points at 72 to the inch, drawn at 96: paper in its own size at 100 %."""

_GAP = 16
_ALL = 1_000_000


class _Pages(QScrollArea):
    """Scrolls the pages; Ctrl and the wheel zoom."""

    zoomed = Signal(int)
    turned = Signal(int)
    """Pages to go on or back."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn pages with the page keys; Home and End go to the first and the last."""
        turns = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_Home: -_ALL, Qt.Key.Key_End: _ALL}
        by = turns.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.turned.emit(by)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, scroll without."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)


class PaperPreview(QWidget):
    """Shows a PDF held in memory; drawn on a reader lane, so that a long paper never holds up the window."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._data = b""
        self._name = "paper.pdf"
        self._zoom = _ZOOMS.index(1.0)
        self.sheets: list[QLabel] = []
        self.pages = text_label("", "muted")
        self.warning = text_label("", "warn", wrap=True)
        self.percent = text_label("100 %", "muted")
        self._lay_out()
        for keys, by in ((QKeySequence.StandardKey.ZoomIn, 1), (QKeySequence.StandardKey.ZoomOut, -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=by: self.zoom(step))

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.pages)
        bar.addStretch(1)
        for icon, by in (("minus", -1), ("plus", 1)):
            button = QToolButton()
            button.setIcon(self._context.theme.icon(icon))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(_("Zoom out") if by < 0 else _("Zoom in"))
            button.clicked.connect(lambda _checked=False, step=by: self.zoom(step))
            bar.addWidget(button)
            if by < 0:
                bar.addWidget(self.percent)
        save = QPushButton(_("Save as PDF"))
        save.setIcon(self._context.theme.icon("save"))
        save.clicked.connect(self._ask_file)
        bar.addWidget(save)
        print_it = set_role(QPushButton(_("Print")), "primary")
        print_it.clicked.connect(self.print_paper)
        bar.addWidget(print_it)
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setSpacing(_GAP)
        self._column.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        self._column.addStretch(1)
        self.area = _Pages()
        self.area.setWidgetResizable(True)
        self.area.setWidget(body)
        self.area.zoomed.connect(self.zoom)
        self.area.turned.connect(self.turn)
        self.area.verticalScrollBar().valueChanged.connect(self._say_page)
        self.area.verticalScrollBar().rangeChanged.connect(self._on_range)
        self.setFocusProxy(self.area)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(bar)
        box.addWidget(self.warning)
        self.warning.hide()
        box.addWidget(self.area, 1)

    def showEvent(self, event: QShowEvent) -> None:
        """Let the page keys work at once."""
        super().showEvent(event)
        self.area.setFocus()

    def show_pdf(self, data: bytes, name: str = "paper.pdf", warning: str = "") -> None:
        """Show a paper; ``name`` is offered when saving, ``warning`` names what the fonts cannot print."""
        self._data, self._name = data, Path(name).name
        self.warning.setText(warning)
        self.warning.setVisible(bool(warning))
        self._draw()

    def zoom(self, by: int) -> None:
        """Zoom in or out by one step."""
        wanted = min(len(_ZOOMS) - 1, max(0, self._zoom + by))
        if wanted != self._zoom:
            self._zoom = wanted
            self._draw()

    def page(self) -> int:
        """Answer the page that fills most of the window, counted from 0; -1 when there is none."""
        middle = self.area.verticalScrollBar().value() + self.area.viewport().height() // 2
        above = [number for number in range(len(self.sheets)) if self._top(number) <= middle]
        return above[-1] if above else len(self.sheets) - 1

    def _top(self, number: int) -> int:
        """Answer where a page begins, known from the pages' sizes before they are laid out."""
        return _GAP + sum(sheet.height() + _GAP for sheet in self.sheets[:number])

    def turn(self, by: int) -> None:
        """Go some pages on or back; further than the last is the last."""
        if self.sheets:
            wanted = min(len(self.sheets) - 1, max(0, self.page() + by))
            self.area.verticalScrollBar().setValue(self._top(wanted) - _GAP)

    def _say_page(self) -> None:
        count = len(self.sheets)
        words = ngettext("{count} page", "{count} pages", count).format(count=count)
        if count > 1:
            words = _("Page {number} of {count}").format(number=self.page() + 1, count=count)
        self.pages.setText(words)

    def _draw(self) -> None:
        if not self._data:
            return
        factor = _ZOOMS[self._zoom]
        self.percent.setText(f"{round(factor * 100)} %")
        ratio = self.devicePixelRatioF()
        self._context.jobs.read(
            lambda: _images(self._data, factor * _BASE * ratio),
            then=self._on_drawn,
            failed=self._context.presenter.show,
            replaces=(id(self), "pages"),
            name="preview",
        )

    def _on_drawn(self, images: list[QImage]) -> None:
        ratio = self.devicePixelRatioF()
        bar = self.area.verticalScrollBar()
        self._place = bar.value() / max(1, bar.maximum())
        while len(self.sheets) > len(images):
            gone = self.sheets.pop()
            gone.hide()
            gone.deleteLater()
        while len(self.sheets) < len(images):
            sheet = QLabel()
            sheet.setAccessibleName(_("Page {number}").format(number=len(self.sheets) + 1))
            self._column.insertWidget(self._column.count() - 1, sheet, 0, Qt.AlignmentFlag.AlignHCenter)
            self.sheets.append(sheet)
        for sheet, image in zip(self.sheets, images, strict=True):
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(ratio)
            sheet.setPixmap(pixmap)
            sheet.setFixedSize(pixmap.deviceIndependentSize().toSize())
        self._say_page()

    def _on_range(self, _least: int, most: int) -> None:
        """Keep the place in the paper when zooming has changed how long it is."""
        self.area.verticalScrollBar().setValue(round(self._place * most))
        self._say_page()

    _place = 0.0

    def _ask_file(self) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save as PDF"), self._name, "PDF (*.pdf)")
        if chosen:
            self.save(Path(chosen))

    def save(self, path: Path) -> None:
        """Write the paper to a file; a full disk or a read-only folder is told in words."""
        if self._write(path):
            self._context.toast(_("Written to {file}.").format(file=path.name))

    def _write(self, path: Path) -> bool:
        try:
            path.write_bytes(self._data)
        except OSError as error:
            self._context.toast(
                _("{file} could not be written: {reason}").format(file=path.name, reason=error.strerror)
            )
            return False
        return True

    def print_paper(self) -> None:
        """Hand the paper to the system's own PDF program, which knows the printers."""
        import tempfile

        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        # A folder that only this person may read: a contract is nobody else's business on this computer.
        path = Path(tempfile.mkdtemp(prefix="tradecrm-")) / self._name
        if self._write(path) and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._context.toast(
                _("No program for PDF files was found; save the paper and print it elsewhere.")
            )


def _images(data: bytes, scale: float) -> list[QImage]:
    """Draw the pages; copied, so that the picture outlives the bytes it was made from."""
    return [
        QImage(pixels, width, height, width * 4, QImage.Format.Format_RGBA8888).copy()
        for width, height, pixels in pdf_pages(data, scale)
    ]
