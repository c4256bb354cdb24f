"""Walking a page by the keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

MOST = 120


def walk_by_tab(page: QWidget) -> list[QWidget]:
    """Press Tab until the keyboard is where it was; answers the widgets it went through, the first included."""
    page.activateWindow()
    first = QApplication.focusWidget()
    assert first is not None, "nothing has the keyboard"
    reached = [first]
    for _step in range(MOST):
        QTest.keyClick(reached[-1], Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        if now in reached:
            return reached
        reached.append(now)
    raise AssertionError("Tab never comes back")
