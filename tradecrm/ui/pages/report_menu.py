"""What a figure of a report offers by the right mouse button or the menu key: open it, explain it, copy it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from tradecrm.core.text import _
from tradecrm.reports.explained import explanation_of
from tradecrm.ui.context import PageContext
from tradecrm.ui.tables import TableView


class FigureMenu:
    """The context menu of the figures of a table, on its rows and on its totals."""

    def __init__(self, context: PageContext, view: TableView) -> None:
        self._context = context
        self._view = view
        for rows in (view.body, view.totals):
            rows.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            rows.customContextMenuRequested.connect(partial(self._show, of_totals=rows is view.totals))

    def menu(self, row: int, column: int, *, of_totals: bool = False) -> QMenu:
        """Answer the menu of a cell; what it cannot do is not in it."""
        rows = self._view.totals if of_totals else self._view.body
        menu = QMenu(rows)
        link = rows.table.link(row, column)
        if link is not None:
            menu.addAction(_("Open"), partial(self._context.open, link))
        explained = explanation_of(link)
        if explained is not None:
            menu.addAction(_("How this figure comes about"), partial(self._context.open, explained))
        menu.addAction(_("Copy"), rows.copy)
        return menu

    def _show(self, place: QPoint, *, of_totals: bool) -> None:
        rows = self._view.totals if of_totals else self._view.body
        index = rows.indexAt(place)
        if index.isValid():
            rows.setCurrentIndex(index)
            self.menu(index.row(), index.column(), of_totals=of_totals).popup(
                rows.viewport().mapToGlobal(place)
            )
