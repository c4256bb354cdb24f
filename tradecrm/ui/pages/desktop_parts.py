"""Small widgets of the desktop: elided texts, what stands in while figures load, a row of something due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.services.control.reminders import TodayRow
from tradecrm.ui.charts.bricks import ClickLabel, chip
from tradecrm.ui.context import PageContext
from tradecrm.ui.due import DueVerbs, tone_of, what_text, when_text
from tradecrm.ui.labels import direction
from tradecrm.ui.popup import later_menu
from tradecrm.ui.theme import Theme, plain_tip, set_role

ROW_HEIGHT = 32
CHIP_WIDTH = 98
GAP = 8


class Elided(ClickLabel):
    """A text that opens something and gives way: what does not fit is cut with dots and shown as a tip."""

    def __init__(self, text: str = "", link: Link | None = None, role: str = "") -> None:
        super().__init__(text, link, role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(40)
        self.setToolTip(plain_tip(text))

    def minimumSizeHint(self) -> QSize:
        """Answer the width below which nothing is readable."""
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint as much of the text as there is room for."""
        painter = QPainter(self)
        ink = self.palette().color(self.foregroundRole())
        painter.setPen(ink)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        flags = int(self.alignment() | Qt.AlignmentFlag.AlignVCenter) | direction(shown)
        painter.drawText(self.rect(), flags, shown)
        if self.hasFocus():
            painter.drawLine(
                0, self.height() - 2, self.fontMetrics().horizontalAdvance(shown), self.height() - 2
            )


class Skeleton(QWidget):
    """Pale bars where rows will stand; they do not move."""

    def __init__(self, theme: Theme, rows: int = 3) -> None:
        super().__init__()
        self._theme = theme
        self._rows = rows
        self.setMinimumHeight(26 * rows)
        self.setAccessibleName(_("Loading"))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.sunken)
        for row in range(self._rows):
            share = 0.92 if row % 3 == 0 else 0.74 if row % 3 == 1 else 0.83
            painter.drawRoundedRect(QRectF(0, 6 + 26 * row, self.width() * share, 12), 6, 6)


class DueLine(QWidget):
    """One thing to do: when, what, about whom, done, later; shared by the desktop and the Today page."""

    def __init__(
        self, context: PageContext, row: TodayRow, verbs: DueVerbs, changed: Callable[[], None]
    ) -> None:
        super().__init__()
        self.row = row
        self._context = context
        self._verbs = verbs
        self._changed = changed
        self._chosen = False
        self._widest = (0, 0)
        self.setFixedHeight(ROW_HEIGHT)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        holder = QWidget()
        holder.setFixedWidth(CHIP_WIDTH)
        inner = QHBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(chip(when_text(row), tone_of(row)))
        inner.addStretch(1)
        line.addWidget(holder)
        self.what = Elided(what_text(row), row.link)
        self.what.opened.connect(context.open)
        line.addWidget(self.what, 1)
        about = Link.to("customer", id=row.party_id) if row.party_id is not None else None
        self.party = Elided(row.party, about, "muted")
        self.party.opened.connect(context.open)
        # By far the greater stretch: it takes its width first, the title what is left.
        line.addWidget(self.party, 1000)
        self._buttons: list[QPushButton] = []
        for text, act in ((_("Done"), self.finish), (_("Later"), self.put_off)):
            button = set_role(QPushButton(text), "link")
            button.clicked.connect(act)
            button.setAccessibleName(f"{text}: {what_text(row)}")
            line.addWidget(button)
            self._buttons.append(button)
        self._later = button
        outer.addLayout(line, 1)
        outer.addWidget(set_role(QFrame(), "line"))

    def natural(self) -> tuple[int, int]:
        """Answer how wide the title and the party would like to be."""
        title, party = (one.fontMetrics().horizontalAdvance(one.text()) for one in (self.what, self.party))
        return title + 4, party + 4

    def keep_column(self, widest: tuple[int, int]) -> None:
        """Let the party begin where the parties of the other rows do; ``widest`` is ``natural`` over all rows."""
        self._widest = widest
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Give the party what titles do not use; a long title keeps its room, up to four fifths: it has the amount."""
        edges = self.contentsMargins()
        buttons = sum(button.sizeHint().width() + GAP for button in self._buttons)
        room = self.width() - CHIP_WIDTH - buttons - 2 * GAP - edges.left() - edges.right()
        column = min(self._widest[1], max(room // 2, room - self._widest[0]))
        title, party = self.natural()
        fits = title + party <= room
        # A title that names the party says all of it alone; its amount is worth more than the name said twice.
        self.party.setVisible(fits or self.row.party not in self.what.text())
        rest = room - title
        width = min(max(column, party), rest) if fits else min(party, max(rest, room // 5))
        self.party.setMaximumWidth(max(40, width))

    def mark(self, *, chosen: bool) -> None:
        """Show that the keys act on this row."""
        self._chosen = chosen
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the ground of a chosen row."""
        if self._chosen:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._context.theme.accent_soft)
            painter.drawRoundedRect(self.rect().adjusted(0, 1, 0, -1), 6, 6)

    def finish(self) -> None:
        """Deal with it."""
        self.setEnabled(False)
        self._verbs.done(self.row, self._changed)

    def put_off(self) -> None:
        """Ask until when, and put it off."""
        today = self._context.seat.book.clock.today()
        menu = later_menu(self, today, self._pick)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._later.mapToGlobal(QPoint(0, self._later.height())))

    def _pick(self, when: int | date) -> None:
        self.setEnabled(False)
        self._verbs.later(self.row, when, self._changed)


def in_columns(lines: Sequence[DueLine]) -> None:
    """Let the parties of these rows stand below each other, as wide as there is room for."""
    natural = [line.natural() for line in lines]
    widest = (max((one[0] for one in natural), default=0), max((one[1] for one in natural), default=0))
    for line in lines:
        line.keep_column(widest)


def empty(layout: QLayout) -> None:
    """Take everything out of a layout, hidden at once."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty(inner)
