"""Parts that the pages of period ends share: a head with a day, and a table under a heading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tradecrm.core.fields import FieldKind
from tradecrm.screens.spec import FieldSpec
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.editors import DayEditor
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

_DAY_WIDTH = 140


def day_field(context: PageContext, title: str, changed: Callable[[date], None]) -> DayEditor:
    """Answer a field for a day that tells each day typed or picked."""
    field = DayEditor(
        FieldSpec("day", title, FieldKind.DATE, required=True), context.seat.book.clock.today, context.theme
    )
    field.setAccessibleName(title)
    field.setFixedWidth(_DAY_WIDTH)

    def _typed(value: object) -> None:
        if isinstance(value, date):
            changed(value)

    def _unreadable(reason: str) -> None:
        if reason:
            context.toast(reason)

    field.typed.connect(_typed)
    field.unreadable.connect(_unreadable)
    return field


def labeled(title: str, field: QWidget) -> QHBoxLayout:
    """Answer a field with its name before it."""
    label = text_label(title, "label")
    label.setBuddy(field)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(label)
    row.addWidget(field)
    return row


def primary(text: str, pressed: Callable[[], object]) -> QPushButton:
    """Answer the button of what the page is for."""
    button = set_role(QPushButton(text), "primary")
    button.clicked.connect(lambda _checked=False: pressed())
    return button


def plain(text: str, pressed: Callable[[], object]) -> QPushButton:
    """Answer an ordinary button."""
    button = QPushButton(text)
    button.clicked.connect(lambda _checked=False: pressed())
    return button


def table_card(heading: str, view: TableView) -> tuple[QFrame, QLabel]:
    """Answer a card with a heading and a table, and the heading."""
    card = set_role(QFrame(), "card")
    box = QVBoxLayout(card)
    box.setContentsMargins(1, 10, 1, 6)
    box.setSpacing(6)
    label = text_label(heading, "section")
    label.setContentsMargins(14, 0, 14, 0)
    box.addWidget(label)
    box.addWidget(view, 1)
    return card, label
