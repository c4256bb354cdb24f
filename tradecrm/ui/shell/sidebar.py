"""The sidebar: function groups with icons, collapsible to icons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.menu import MenuGroup, MenuItem
from tradecrm.ui.theme import Theme, set_role, text_label

WIDE, NARROW = 204, 56


class Sidebar(QWidget):
    """The groups of functions; the one whose page is in front is marked."""

    opened = Signal(object)
    """The Link of a function that was clicked."""
    folded = Signal(bool)

    def __init__(self, groups: Sequence[MenuGroup], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._buttons: dict[str, QPushButton] = {}
        self._items: dict[str, MenuItem] = {}
        self._captions: list[tuple[QLabel, str]] = []
        self._counts: dict[str, int] = {}
        self._collapsed = False
        self._brand = text_label("TradeCRM")
        self._brand.setObjectName("brand")
        self._fold = set_role(QPushButton(), "nav")
        self._fold.setIconSize(QSize(16, 16))
        self._fold.clicked.connect(lambda: self.set_collapsed(not self._collapsed))
        self._lay_out(groups)
        self._redraw()
        theme.changed.connect(self._redraw)

    @property
    def collapsed(self) -> bool:
        """Tell whether only icons are shown."""
        return self._collapsed

    def set_collapsed(self, collapsed: bool) -> None:
        """Show only icons, or icons and names."""
        if collapsed != self._collapsed:
            self._collapsed = collapsed
            self._redraw()
            self.folded.emit(collapsed)

    def set_count(self, target: str, count: int) -> None:
        """Say beside the name of a function how much waits there; zero says nothing."""
        if self._counts.get(target, 0) != count and target in self._buttons:
            self._counts[target] = count
            self._redraw()

    def mark(self, link: Link | None) -> None:
        """Mark the function that ``link`` belongs to; a record marks the list it stands in."""
        target = link.target if link is not None else ""
        home = target if target in self._buttons else f"{target.split('/')[0]}s"
        for key, button in self._buttons.items():
            button.setChecked(key == home)

    def _lay_out(self, groups: Sequence[MenuGroup]) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(10, 4, 9, 4)
        column.setSpacing(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 8)
        outer.setSpacing(0)
        self._brand.setFixedHeight(46)
        outer.addWidget(self._brand)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        outer.addWidget(scroll, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(10, 0, 9, 0)
        foot.setSpacing(1)
        outer.addLayout(foot)
        for group in groups:
            place = foot if group.at_bottom else column
            if group.title:
                caption = text_label()
                caption.setObjectName("group")
                self._captions.append((caption, group.title))
                place.addWidget(caption)
            for item in group.items:
                place.addWidget(self._button(item))
        column.addStretch(1)
        foot.addWidget(self._fold)

    def _button(self, item: MenuItem) -> QPushButton:
        button = set_role(QPushButton(), "nav")
        button.setCheckable(True)
        button.setIconSize(QSize(16, 16))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self._on_clicked(item))
        self._buttons[item.link.target] = button
        self._items[item.link.target] = item
        return button

    def _on_clicked(self, item: MenuItem) -> None:
        # A click toggles a checkable button; the mark follows the page in front, not the click.
        self._buttons[item.link.target].toggle()
        self.opened.emit(item.link)

    def _redraw(self) -> None:
        narrow = self._collapsed
        self.setFixedWidth(NARROW if narrow else WIDE)
        self._brand.setText("T" if narrow else "TradeCRM")
        self._brand.setAlignment(
            (Qt.AlignmentFlag.AlignHCenter if narrow else Qt.AlignmentFlag.AlignLeft)
            | Qt.AlignmentFlag.AlignVCenter
        )
        for caption, title in self._captions:
            caption.setText("" if narrow else _(title).upper())
            caption.setFixedHeight(12 if narrow else 29)
        for target, item in self._items.items():
            count = self._counts.get(target, 0)
            title = f"{_(item.title)}  {count}" if count else _(item.title)
            self._dress(self._buttons[target], item.icon, title)
        name = _("Show names") if narrow else _("Collapse")
        self._dress(self._fold, "expand" if narrow else "collapse", name)

    def _dress(self, button: QPushButton, icon: str, title: str) -> None:
        button.setIcon(self._theme.icon(icon))
        button.setText("" if self._collapsed else f"  {title}")
        button.setToolTip(title if self._collapsed else "")
        button.setAccessibleName(title)
