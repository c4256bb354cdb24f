"""The board of shipments under way: a column for each stage, red for what is overdue, amber for what is near."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.links import Link
from tradecrm.core.milestones import Light
from tradecrm.core.money import format_money
from tradecrm.core.text import _, ngettext
from tradecrm.services.figures.board import BoardCard, BoardColumn, shipment_board
from tradecrm.ui.charts.bricks import chip
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.labels import ElidedLabel
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.theme import set_role, text_label

_LEAST_COLUMN = 168
"""Pixels of a column; on a small screen the board scrolls sideways."""

_TONES = {Light.OVERDUE: "bad", Light.NEAR: "warn"}


def _line(text: str, role: str = "") -> ElidedLabel:
    """Answer one line of a card, cut where its room ends."""
    label = ElidedLabel(right=False)
    label.setText(text)
    return set_role(label, role) if role else label


class CardFrame(QFrame):
    """One shipment on the board; a click, Enter or Space opens it."""

    opened = Signal(object)

    def __init__(self, card: BoardCard) -> None:
        super().__init__()
        set_role(self, "card")
        self.card = card
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{card.number} {card.customer}")
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 10)
        box.setSpacing(3)
        box.addWidget(_line(card.number, "strong"))
        box.addWidget(_line(card.customer))
        if card.vessel:
            box.addWidget(_line(card.vessel, "muted"))
        days = " → ".join(f"{day:%m-%d}" for day in (card.etd, card.eta) if day is not None)
        if days:
            box.addWidget(_line(days, "muted"))
        box.addWidget(_line(format_money(card.total, card.currency), "muted"))
        if card.next_title and card.next_on is not None:
            words = f"{card.next_on:%m-%d} {_(card.next_title)}"
            step = _line(words, f"chip-{_TONES[card.light]}" if card.light in _TONES else "chip")
            step.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            box.addWidget(step)
        if card.overdue > 1:
            text = ngettext("{count} step overdue", "{count} steps overdue", card.overdue)
            box.addWidget(chip(text.format(count=card.overdue), "bad"))
        if card.papers_late:
            text = ngettext("{count} paper late", "{count} papers late", card.papers_late)
            box.addWidget(chip(text.format(count=card.papers_late), "warn"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the shipment."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(Link.to("shipment", id=self.card.shipment_id))
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the shipment by Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(Link.to("shipment", id=self.card.shipment_id))
            return
        super().keyPressEvent(event)


class BoardPage(Page):
    """Columns of cards; the most urgent stand on top."""

    watches = frozenset({"shipment", "milestone", "shipment_document", "party"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.columns: tuple[BoardColumn, ...] = ()
        self._nothing = text_label("", "muted", wrap=True)
        self._board = QHBoxLayout()
        self._board.setSpacing(10)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 16, 24, 18)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(text_label(_("Shipments under way"), "title"))
        head.addStretch(1)
        self.new_button = set_role(QPushButton(_("New shipment")), "primary")
        if not context.seat.actor.can("shipment.write"):
            self.new_button.hide()
        self.new_button.clicked.connect(lambda: self.context.open(Link.to("shipment")))
        head.addWidget(self.new_button)
        column.addLayout(head)
        column.addWidget(self._nothing)
        column.addLayout(self._board, 1)
        self._nothing.hide()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.reload()

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Shipments under way")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "shipments"

    def reload(self) -> None:
        """Read the board again."""
        self.context.ask(shipment_board, then=self._show, replaces=(id(self), "board"))

    def _show(self, columns: tuple[BoardColumn, ...]) -> None:
        self.columns = columns
        empty(self._board)
        nothing = not any(column.cards for column in columns)
        self._nothing.setVisible(nothing)
        if nothing:
            self._nothing.setText(
                _("Nothing is under way. A shipment stands here from the day it is planned until delivery.")
            )
        for column in columns:
            self._board.addWidget(self._column(column), 1)

    def _column(self, column: BoardColumn) -> QWidget:
        holder = QWidget()
        holder.setMinimumWidth(_LEAST_COLUMN)
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(text_label(f"{_(column.title)}  {len(column.cards)}", "section"))
        for card in column.cards:
            frame = CardFrame(card)
            frame.opened.connect(self.context.open)
            box.addWidget(frame)
        box.addStretch(1)
        return holder
