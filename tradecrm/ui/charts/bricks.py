"""Small painted bricks: aging strip, milestones, figure card, chip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from tradecrm.core.links import Link
from tradecrm.ui.theme import Theme, plain_tip, set_role, text_label

STRIP_HEIGHT = 14
STRIP_ORDER = (1, 0, 2, 3, 4)
"""Aging runs from the pale series color (not due) over blue and amber to red (over 90 days)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a whole: its name, amount, the amount in words of the screen, and what it opens."""

    name: str
    amount: Decimal
    text: str
    link: Link | None = None


class Strip(QWidget):
    """The horizontal bar of an aging strip; parts of nothing take no room, negative ones neither."""

    opened = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._parts: Sequence[Part] = ()
        self.setFixedHeight(STRIP_HEIGHT)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Draw these parts."""
        self._parts = parts
        self.setAccessibleName("; ".join(f"{part.name} {part.text}" for part in parts))
        self.update()

    def spans(self) -> list[tuple[int, float, float]]:
        """Answer (index, left, width) of every part that has room."""
        whole = sum((part.amount for part in self._parts if part.amount > 0), Decimal(0))
        spans, left = [], 0.0
        for index, part in enumerate(self._parts):
            if part.amount > 0:
                width = self.width() * float(part.amount / whole)
                spans.append((index, left, width))
                left += width
        return spans

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), self._theme.sunken)
        for index, left, width in self.spans():
            color = self._theme.series[STRIP_ORDER[index % len(STRIP_ORDER)]]
            painter.fillRect(QRectF(left, 0, max(1.0, width - 1.5), STRIP_HEIGHT), color)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what lies under the mouse."""
        part = self._at(event.position().x())
        self.setToolTip(plain_tip(f"{part.name} • {part.text}") if part else "")
        linked = part is not None and part.link is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if linked else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open what lies under the mouse."""
        part = self._at(event.position().x())
        if part is not None and part.link is not None:
            self.opened.emit(part.link)

    def _at(self, x: float) -> Part | None:
        for index, left, width in self.spans():
            if left <= x < left + width:
                return self._parts[index]
        return None


class AgingStrip(QWidget):
    """A strip with its legend below: name and amount of every part, each opening its rows."""

    opened = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._strip = Strip(theme)
        self._strip.opened.connect(self.opened)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._strip)
        column.addLayout(self._grid)
        column.addStretch(1)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show these parts; their amounts are in one currency."""
        self._strip.show_parts(parts)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for index, part in enumerate(parts):
            amount = ClickLabel(part.text, part.link)
            amount.setFont(self._theme.font(tabular=True))
            amount.opened.connect(self.opened)
            self._grid.addWidget(text_label(part.name, "muted"), 0, index)
            self._grid.addWidget(amount, 1, index)
            self._grid.setColumnStretch(index, 1)


class ClickLabel(QLabel):
    """A text that opens something: by mouse, or by Enter when it has the focus."""

    opened = Signal(object)

    def __init__(self, text: str = "", link: Link | None = None, role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self._link: Link | None = None
        if role:
            set_role(self, role)
        self.set_link(link)

    def set_link(self, link: Link | None) -> None:
        """Choose what it opens; None for nothing."""
        self._link = link
        self.setCursor(Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if link else Qt.FocusPolicy.NoFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open what lies under the mouse."""
        if self._link is not None and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(self._link)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and open with the keyboard."""
        if self._link is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self._link)
        else:
            super().keyPressEvent(event)


class Milestones(QWidget):
    """A row of dashes: done ones in the accent, the rest in the neutral color."""

    def __init__(self, theme: Theme, done: int, total: int, name: str = "", step: int = 20) -> None:
        super().__init__()
        self._theme = theme
        self._done, self._total, self._step = done, total, step
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name or f"{done} / {total}")
        self.setToolTip(plain_tip(name))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Answer the size it would like."""
        return QSize(self._step * self._total, 8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap = 3 if self._step > 8 else 1
        wide = self._step - gap
        high = min(5, wide)
        for index in range(self._total):
            painter.setBrush(self._theme.accent if index < self._done else self._theme.border)
            painter.drawRoundedRect(
                QRectF(self._step * index, 4.5 - high / 2, wide, high), high / 2, high / 2
            )


def chip(text: str, tone: str = "neutral") -> QLabel:
    """Answer a chip: ``good``, ``warn``, ``bad``, ``accent``, else neutral."""
    label = text_label(text, f"chip-{tone}" if tone in ("good", "warn", "bad", "accent") else "chip")
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return label


class FigureCard(QFrame):
    """A card with one figure: caption, the figure itself, a chip that says how it stands; a click opens it."""

    opened = Signal(object)

    def __init__(self, theme: Theme, caption: str) -> None:
        super().__init__()
        set_role(self, "card")
        self._caption = text_label(caption, "muted")
        self._figure = ClickLabel("–", None, "figure")
        self._figure.setFont(theme.font(23, semibold=True, tabular=True))
        self._figure.opened.connect(self.opened)
        self._chip = chip("")
        self._chip.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 11, 16, 11)
        column.setSpacing(4)
        column.addWidget(self._caption)
        column.addWidget(self._figure)
        row = QHBoxLayout()
        row.addWidget(self._chip)
        row.addStretch(1)
        column.addLayout(row)

    def show_figure(self, text: str, note: str = "", tone: str = "neutral", link: Link | None = None) -> None:
        """Show the figure as text (``CNY 482,150``), a note in a chip, and what a click opens."""
        self._figure.setText(text)
        self._figure.set_link(link)
        self._chip.setText(note)
        set_role(self._chip, f"chip-{tone}" if tone in ("good", "warn", "bad", "accent") else "chip")
        self._chip.setVisible(bool(note))
