"""The process map of a deal: its steps as cards in a row that goes on below, each opening its papers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from tradecrm.core.phrases import told_of
from tradecrm.core.text import N_, _
from tradecrm.services.trade.deal_steps import DealStep, StepState
from tradecrm.ui import tokens
from tradecrm.ui.charts.scale import in_lines
from tradecrm.ui.theme import Theme, plain_tip

_LEAST, _HEIGHT, _GAP, _DOWN = 148, 98, 18, 14
"""Pixels: the narrowest card, its height, the room of an arrow, the room between two rows."""

_TONES = {
    StepState.DONE: "good",
    StepState.ACTIVE: "accent",
    StepState.STOPPED: "warn",
    StepState.AHEAD: "",
    StepState.SKIPPED: "",
}
_STATES = {
    StepState.DONE: N_("Done"),
    StepState.ACTIVE: N_("In progress"),
    StepState.STOPPED: N_("Held up"),
    StepState.AHEAD: N_("Ahead"),
    StepState.SKIPPED: N_("Not used"),
}


class ProcessMap(QWidget):
    """Steps from inquiry to closing; arrow keys choose one, Enter or a click opens its latest paper."""

    opened = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._steps: tuple[DealStep, ...] = ()
        self._boxes: list[QRect] = []
        self._chosen = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Process map"))
        theme.changed.connect(self.update)

    def show_steps(self, steps: Sequence[DealStep]) -> None:
        """Show the steps of a deal."""
        self._steps = tuple(steps)
        self._chosen = min(self._chosen, max(0, len(self._steps) - 1))
        self._place()

    @property
    def steps(self) -> tuple[DealStep, ...]:
        """Answer the steps shown."""
        return self._steps

    def box(self, index: int) -> QRect:
        """Answer where the card of a step stands."""
        return self._boxes[index]

    def sizeHint(self) -> QSize:
        """Answer the height of all rows at the present width."""
        bottom = self._boxes[-1].bottom() + 1 if self._boxes else _HEIGHT
        return QSize(600, bottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the cards anew."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Spread the cards over the width: as many in a row as fit, all of one width."""
        count = len(self._steps)
        in_row = max(1, min(count or 1, (self.width() + _GAP) // (_LEAST + _GAP)))
        rows = -(-count // in_row) if count else 1
        in_row = -(-count // rows) if count else 1
        wide = (self.width() - _GAP * (in_row - 1)) // in_row
        self._boxes = [
            QRect((n % in_row) * (wide + _GAP), (n // in_row) * (_HEIGHT + _DOWN), wide, _HEIGHT)
            for n in range(count)
        ]
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cards and the arrows between them."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, (step, box) in enumerate(zip(self._steps, self._boxes, strict=True)):
            self._draw(painter, step, box, chosen=self.hasFocus() and index == self._chosen)
            if index and self._boxes[index - 1].top() == box.top():
                self._arrow(painter, box)

    def _arrow(self, painter: QPainter, box: QRect) -> None:
        painter.setPen(QPen(self._theme.muted, 1.4))
        tip, middle = box.left() - 4, box.center().y()
        painter.drawLine(tip - 9, middle, tip, middle)
        painter.drawLine(tip - 4, middle - 3, tip, middle)
        painter.drawLine(tip - 4, middle + 3, tip, middle)

    def _draw(self, painter: QPainter, step: DealStep, box: QRect, *, chosen: bool) -> None:
        theme, tone = self._theme, _TONES[step.state]
        ink = theme.color(tone) if tone else theme.muted
        frame = theme.accent if chosen else theme.border
        quiet = step.state is StepState.SKIPPED
        painter.setPen(QPen(frame, 2 if chosen else 1))
        painter.setBrush(theme.background if quiet else theme.surface)
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), tokens.RADIUS_CARD, tokens.RADIUS_CARD)
        left, room = box.left() + 12, box.width() - 24
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(QPoint(left + 4, box.top() + 20), 4, 4)
        painter.setFont(theme.font(tokens.BODY, semibold=True))
        painter.setPen(theme.muted if quiet else theme.text)
        self._text(painter, QRect(left + 15, box.top() + 10, room - 15, 20), _(step.title))
        painter.setFont(theme.font(tokens.LABEL))
        painter.setPen(theme.muted)
        self._text(painter, QRect(left, box.top() + 34, room, 16), step.words)
        note = step.waits_for or (step.stops[0] if step.stops else "")
        painter.setPen(ink if note else theme.muted)
        last = "" if quiet else note or _(_STATES[step.state])
        # What is wrong may name an amount, which is worth a second line.
        metrics = QFontMetrics(painter.font())
        lines = in_lines(last, 2, lambda words: float(metrics.horizontalAdvance(words)), room)
        for line, text in enumerate(lines):
            self._text(painter, QRect(left, box.top() + 54 + 17 * line, room, 16), text)

    @staticmethod
    def _text(painter: QPainter, room: QRect, text: str) -> None:
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)

    def _at(self, where: QPoint) -> int | None:
        return next((n for n, box in enumerate(self._boxes) if box.contains(where)), None)

    def _open(self, index: int) -> None:
        link = self._steps[index].link
        if link is not None:
            self.opened.emit(link)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the step under the pointer."""
        index = self._at(event.position().toPoint())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self._chosen = index
            self._open(index)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand where something opens."""
        index = self._at(event.position().toPoint())
        opens = index is not None and self._steps[index].link is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        """Say everything of a step in its tip."""
        if event.type() == QEvent.Type.ToolTip:
            where = self.mapFromGlobal(self.cursor().pos())
            index = self._at(where)
            if index is not None:
                QToolTip.showText(self.cursor().pos(), plain_tip(step_tip(self._steps[index])), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with the arrows, open with Enter."""
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        key = Qt.Key(event.key())
        if not self._steps:
            super().keyPressEvent(event)
        elif key in steps:
            self._chosen = max(0, min(len(self._steps) - 1, self._chosen + steps[key]))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self._chosen)
        else:
            super().keyPressEvent(event)


def step_tip(step: DealStep) -> str:
    """Answer all that is known of a step, a line each."""
    lines = [told_of(_(step.title), _(_STATES[step.state])), step.words, step.waits_for, *step.stops]
    return "\n".join(line for line in lines if line)
