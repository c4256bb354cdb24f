"""The sidebar: function groups with icons, each group foldable, the whole collapsible to icons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QIcon
from PySide6.QtWidgets import QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.menu import MenuGroup, MenuItem, home_of
from tradecrm.ui.theme import Theme, set_role, text_label

WIDE, NARROW = 204, 56
_LEFT, _RIGHT = 9, 3
NAME_ROOM = 141
"""Pixels that a name has beside its icon; a longer one is cut, and told whole by its tip."""


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
        self._captions: dict[str, QPushButton] = {}
        self._members: dict[str, tuple[str, ...]] = {
            group.title: tuple(item.link.target for item in group.items) for group in groups if group.title
        }
        self._closed = {group.title for group in groups if group.folded}
        self._hidden: set[str] = set()
        self._marked = ""
        self._counts: dict[str, int] = {}
        self._collapsed = False
        self._narrow: bool | None = None
        self._for_room = False
        self._brand = text_label("TradeCRM")
        self._brand.setObjectName("brand")
        self._scroll = QScrollArea()
        self._fold = set_role(QPushButton(), "nav")
        self._fold.setIconSize(QSize(16, 16))
        self._fold.clicked.connect(lambda _checked=False: self.set_collapsed(not self._collapsed))
        self._lay_out(groups)
        self._redraw()
        theme.changed.connect(self._redraw)

    @property
    def collapsed(self) -> bool:
        """Tell whether only icons are shown."""
        return self._collapsed

    def set_collapsed(self, collapsed: bool) -> None:
        """Show only icons, or icons and names."""
        self._for_room = False
        if collapsed != self._collapsed:
            self._collapsed = collapsed
            self._redraw()
            self.folded.emit(collapsed)

    @property
    def folded_for_room(self) -> bool:
        """Tell whether only icons are shown because the window is narrow, not because the person wished it."""
        return self._for_room

    def give_room(self, narrow: bool) -> None:
        """Fold when the window becomes narrow and unfold when it is wide again; what the person chose stays."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        if narrow and not self._collapsed:
            self.set_collapsed(True)
            self._for_room = True
        elif not narrow and self._for_room:
            self.set_collapsed(False)

    @property
    def folded_groups(self) -> list[str]:
        """Answer the titles of the groups that are folded."""
        return sorted(self._closed)

    def fold_groups(self, titles: Collection[str]) -> None:
        """Fold the groups of these titles and open the others."""
        self._closed = {title for title in titles if title in self._members}
        self._redraw()

    def _turn_group(self, title: str) -> None:
        self._closed ^= {title}
        self._redraw()

    def limit(self, can: Callable[[str], bool]) -> None:
        """Hide the functions a person has no right to; ``can`` answers whether they have one."""
        self._hidden = {target for target, item in self._items.items() if not item.is_for(can)}
        for target, button in self._buttons.items():
            button.setVisible(target not in self._hidden)
        self._redraw()

    def set_count(self, target: str, count: int) -> None:
        """Say beside the name of a function how much waits there; zero says nothing."""
        if self._counts.get(target, 0) != count and target in self._buttons:
            self._counts[target] = count
            self._redraw()

    def mark(self, link: Link | None) -> None:
        """Mark the function that ``link`` belongs to; a record marks the list it stands in."""
        home = home_of(link.target) if link is not None else ""
        for key, button in self._buttons.items():
            button.setChecked(key == home)
        self._marked = home
        self._show_groups()
        if home in self._buttons:
            self._scroll.ensureWidgetVisible(self._buttons[home], 0, 40)

    def _lay_out(self, groups: Sequence[MenuGroup]) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(_LEFT, 4, _RIGHT, 4)
        column.setSpacing(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 8)
        outer.setSpacing(0)
        self._brand.setFixedHeight(46)
        outer.addWidget(self._brand)
        scroll = self._scroll
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        outer.addWidget(scroll, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(_LEFT, 0, _RIGHT, 0)
        foot.setSpacing(1)
        outer.addLayout(foot)
        for group in groups:
            place = foot if group.at_bottom else column
            if group.title:
                caption = QPushButton()
                caption.setObjectName("group")
                caption.setIconSize(QSize(10, 10))
                caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
                caption.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
                caption.setCursor(Qt.CursorShape.PointingHandCursor)
                caption.clicked.connect(partial(self._on_caption, group.title))
                self._captions[group.title] = caption
                place.addWidget(caption)
            for item in group.items:
                place.addWidget(self._button(item))
        column.addStretch(1)
        foot.addWidget(self._fold)

    def _button(self, item: MenuItem) -> QPushButton:
        button = set_role(QPushButton(), "nav")
        button.setCheckable(True)
        # Nothing in it may be wider than the sidebar, or the whole would be pushed to the left for one that is.
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setIconSize(QSize(16, 16))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self._on_clicked(item))
        self._buttons[item.link.target] = button
        self._items[item.link.target] = item
        return button

    def _on_caption(self, title: str, _checked: bool = False) -> None:
        if not self._collapsed:
            self._turn_group(title)

    def _show_groups(self) -> None:
        """Show the functions of open groups, and in a folded one the function whose page is in front."""
        for title, targets in self._members.items():
            for target in targets:
                shown = title not in self._closed or target == self._marked
                self._buttons[target].setVisible(shown and target not in self._hidden)
            self._captions[title].setVisible(not self._hidden.issuperset(targets))

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
        for title, caption in self._captions.items():
            closed = title in self._closed
            caption.setText("" if narrow else _(title).upper())
            caption.setIcon(
                QIcon() if narrow else self._theme.icon("chevron-right" if closed else "chevron-down")
            )
            caption.setAccessibleName(_("{group}, folded").format(group=_(title)) if closed else _(title))
            caption.setFixedHeight(12 if narrow else 29)
        self._show_groups()
        for target, item in self._items.items():
            count = self._counts.get(target, 0)
            title = f"{_(item.title)}  {count}" if count else _(item.title)
            self._dress(self._buttons[target], item.icon, title)
        name = _("Show names") if narrow else _("Collapse")
        self._dress(self._fold, "expand" if narrow else "collapse", name)

    def _dress(self, button: QPushButton, icon: str, title: str) -> None:
        button.setIcon(self._theme.icon(icon))
        shown = QFontMetrics(self._theme.font()).elidedText(title, Qt.TextElideMode.ElideRight, NAME_ROOM)
        button.setText("" if self._collapsed else f"  {shown}")
        button.setToolTip(title if self._collapsed or shown != title else "")
        button.setAccessibleName(title)
