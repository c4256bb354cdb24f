"""The shortcuts of the desktop: tiles that open a page, begin a record or run a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
)

from tradecrm.core.changes import Changes
from tradecrm.core.text import _
from tradecrm.screens.menu import NEW, REPORTS, MenuItem, pages
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.desktop_arrange import Handle, moved
from tradecrm.ui.pages.desktop_cards import Card
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.theme import Theme, plain_tip, set_role

COLUMNS = 2
EDGE = 10
HEAD = 5
BEFORE_TITLE = 31
"""What the edge and the icon of a tile take."""


def offered(can: Callable[[str], bool]) -> dict[str, MenuItem]:
    """Answer everything a shortcut can open for a person with these rights, by the target of its link."""
    every = (*NEW, *REPORTS, *pages())
    return {item.link.target: item for item in every if item.link.target != "desktop" and item.is_for(can)}


class Tile(QPushButton):
    """A shortcut; a title that does not fit goes on in a second line, and is cut with dots only there."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__(title)
        self._theme = theme
        self._title = title
        self._lines: tuple[str, ...] = (title,)
        self.setAccessibleName(title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the title out in the room there is."""
        super().resizeEvent(event)
        self._lines = self._in_lines(self.width() - BEFORE_TITLE - EDGE)
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * len(self._lines) + 2 * HEAD)
        self.setToolTip(plain_tip(self._title) if "…" in self._lines[-1] else "")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the button as the style does, and the icon and the lines into it: no style breaks lines."""
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        size = self.iconSize()
        top = (self.height() - size.height()) // 2
        self.icon().paint(painter, QRect(EDGE, top, size.width(), size.height()))
        painter.setPen(self._theme.text)
        room = self.rect().adjusted(BEFORE_TITLE, 0, -EDGE // 2, 0)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, middle, "\n".join(self._lines))

    def _in_lines(self, room: int) -> tuple[str, ...]:
        """Answer the title in one line, or broken at the last space of the first line that fits."""
        metrics = self.fontMetrics()
        words = self._title.split(" ")
        count = len(words)
        while count > 1 and metrics.horizontalAdvance(" ".join(words[:count])) > room:
            count -= 1
        lines = (" ".join(words[:count]), " ".join(words[count:]))
        dots = Qt.TextElideMode.ElideRight
        return tuple(metrics.elidedText(line, dots, room) for line in lines if line)


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
        context.theme.changed.connect(self._redress)

    def show_targets(self, targets: Sequence[str], *, arranging: bool) -> None:
        """Show these shortcuts; while arranging each has a handle over it."""
        self.targets = tuple(targets)
        self._arranging = arranging
        known = offered(self.context.seat.actor.can)
        items = [(target, known[target]) for target in targets if target in known]
        self._tiles = []
        if not items:
            self.say(_("No shortcut yet. “Arrange” adds what you open often."))
            return
        empty(self.body)
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, (target, item) in enumerate(items):
            tile = set_role(Tile(self.context.theme, _(item.title)), "tile")
            tile.setIcon(self.context.theme.icon(item.icon, "accent"))
            tile.setIconSize(QSize(16, 16))
            tile.setProperty("icon_name", item.icon)
            tile.setCursor(Qt.CursorShape.PointingHandCursor)
            tile.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
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
