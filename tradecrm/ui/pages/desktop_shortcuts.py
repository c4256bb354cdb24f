"""The shortcuts of the desktop: tiles that open a page, begin a record or run a report."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy

from tradecrm.core.changes import Changes
from tradecrm.core.text import _
from tradecrm.screens.menu import NEW, REPORTS, MenuItem, pages
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.desktop_arrange import Handle, moved
from tradecrm.ui.pages.desktop_cards import Card
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.theme import set_role

COLUMNS = 2
BESIDE_TITLE = 44
"""What the icon and the edges of a tile take."""


def offered() -> dict[str, MenuItem]:
    """Answer everything a shortcut can open, by the target of its link."""
    return {item.link.target: item for item in (*NEW, *REPORTS, *pages()) if item.link.target != "desktop"}


class Tile(QPushButton):
    """A shortcut; a title that does not fit is cut with dots."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._title = title
        self.setAccessibleName(title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the title to the room there is."""
        super().resizeEvent(event)
        room = self.width() - BESIDE_TITLE
        shown = self.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        self.setText(shown.replace("&", "&&"))


class ShortcutsCard(Card):
    """Tiles in the person's own order."""

    watches: Changes = frozenset()
    arranged = Signal(object)
    """The targets in their new order."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, _("Shortcuts"), 3)
        self.targets: tuple[str, ...] = ()
        self._arranging = False
        self._tiles: list[QPushButton] = []
        self.setMinimumHeight(136)
        context.theme.changed.connect(self._redress)

    def show_targets(self, targets: Sequence[str], *, arranging: bool) -> None:
        """Show these shortcuts; while arranging each has a handle over it."""
        self.targets = tuple(targets)
        self._arranging = arranging
        known = offered()
        items = [(target, known[target]) for target in targets if target in known]
        self._tiles = []
        if not items:
            self.say(_("No shortcut yet. “Arrange” adds what you open often."))
            return
        empty(self.body)
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, (target, item) in enumerate(items):
            tile = set_role(Tile(_(item.title)), "tile")
            tile.setIcon(self.context.theme.icon(item.icon, "accent"))
            tile.setIconSize(QSize(16, 16))
            tile.setProperty("icon_name", item.icon)
            tile.setCursor(Qt.CursorShape.PointingHandCursor)
            tile.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            tile.setToolTip(_(item.title))
            tile.clicked.connect(lambda _checked=False, link=item.link: self.opened.emit(link))
            grid.addWidget(tile, place // COLUMNS, place % COLUMNS)
            self._tiles.append(tile)
            if arranging:
                handle = Handle(self.context.theme, f"shortcut:{target}", _(item.title), tile)
                handle.stepped.connect(self._on_step)
                handle.dropped.connect(self._on_drop)
                handle.removed.connect(self._on_remove)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        self.body.addLayout(grid)
        self.body.addStretch(1)

    def _redress(self) -> None:
        for tile in self._tiles:
            tile.setIcon(self.context.theme.icon(str(tile.property("icon_name")), "accent"))

    def _on_step(self, key: str, by: int) -> None:
        target = key.partition(":")[2]
        self.arranged.emit(moved(self.targets, target, self.targets.index(target) + by))

    def _on_drop(self, key: str, on: str) -> None:
        target, other = key.partition(":")[2], on.partition(":")[2]
        if other in self.targets:
            self.arranged.emit(moved(self.targets, target, self.targets.index(other)))

    def _on_remove(self, key: str) -> None:
        target = key.partition(":")[2]
        self.arranged.emit(tuple(one for one in self.targets if one != target))
