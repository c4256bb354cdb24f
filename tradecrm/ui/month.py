"""The month from which a day is picked, in the language of the interface; it marks no day in red."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QWidget

from tradecrm.ui.words import interface_locale

_WEEKEND = (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday)


def month_view(parent: QWidget | None = None) -> QCalendarWidget:
    """Answer a calendar whose weeks begin on Monday."""
    view = QCalendarWidget(parent)
    view.setLocale(interface_locale())
    view.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
    view.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    quiet = QTextCharFormat()
    quiet.setForeground(view.palette().brush(QPalette.ColorRole.PlaceholderText))
    for day in _WEEKEND:
        # Qt draws the weekend in red, and nothing is red here but what is overdue, lost or refused.
        view.setWeekdayTextFormat(day, quiet)
    return view
