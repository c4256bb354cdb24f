"""The order in which Tab goes from part to part, and what it comes to stands in sight."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget


def in_turn(first: QWidget, *parts: QWidget) -> None:
    """Let Tab go from ``first`` on through these parts, each with what was made in it, in this order.

    What is made later stands last by itself: the rows of an answer would come behind the whole rest of the window.
    """
    last = first
    for part in parts:
        for each in (part, *part.findChildren(QWidget)):
            if each.focusPolicy() & Qt.FocusPolicy.TabFocus:
                QWidget.setTabOrder(last, each)
                last = each


def bring_into_sight(widget: QWidget) -> None:
    """Scroll to a widget the keyboard came to; Qt does so only from one neighbor within the same area."""
    place = widget.parentWidget()
    while place is not None:
        if isinstance(place, QScrollArea):
            place.ensureWidgetVisible(widget, 0, 40)
        place = place.parentWidget()
