"""The menu bar: native on macOS, elsewhere shown while Alt asks for it; every shortcut stands in it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.menu import BOOKS, NEW, REPORTS, MenuItem, pages
from tradecrm.ui.theme import Mode, Theme


@dataclass(frozen=True, slots=True)
class WindowVerbs:
    """What the menus and shortcuts do to the window."""

    open_link: Callable[[Link], None]
    search: Callable[[], None]
    close_tab: Callable[[], None]
    reopen_tab: Callable[[], None]
    step_tab: Callable[[int], None]
    refresh: Callable[[], None]
    fold_sidebar: Callable[[], None]
    choose_theme: Callable[[Mode], None]
    show_reports_of_faults: Callable[[], None]
    about: Callable[[], None]
    quit: Callable[[], None]


class Menus(QObject):
    """Builds the menus of a window and lets Alt show the bar where it is not native."""

    def __init__(self, window: QMainWindow, theme: Theme, verbs: WindowVerbs) -> None:
        super().__init__(window)
        self._window = window
        self._verbs = verbs
        self._alt_alone = False
        self._functions: list[tuple[QAction, MenuItem]] = []
        self.bar: QMenuBar = window.menuBar()
        self._file()
        self._view(theme)
        self._go()
        self._help()
        if sys.platform != "darwin":
            self.bar.hide()
            window.installEventFilter(self)
            for menu in self.bar.findChildren(QMenu):
                menu.aboutToHide.connect(self._hide_soon)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch what happens to other widgets."""
        if isinstance(event, QKeyEvent):
            alt = event.key() == Qt.Key.Key_Alt
            if event.type() is QEvent.Type.KeyPress:
                self._alt_alone = alt
            elif event.type() is QEvent.Type.KeyRelease and alt and self._alt_alone:
                self._alt_alone = False
                self.toggle()
                return True
        return super().eventFilter(watched, event)

    def toggle(self) -> None:
        """Show the bar and go into it, or hide it."""
        self.bar.setVisible(not self.bar.isVisible())
        if self.bar.isVisible():
            self.bar.setFocus()
            self.bar.setActiveAction(self.bar.actions()[0])

    def _hide_soon(self) -> None:
        if self.bar.activeAction() is None:
            self.bar.hide()

    def _add(
        self,
        menu: QMenu,
        text: str,
        act: Callable[[], object],
        *keys: str,
        role: QAction.MenuRole | None = None,
    ) -> QAction:
        action = QAction(text, self._window)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setMenuRole(role or QAction.MenuRole.NoRole)
        action.triggered.connect(lambda _checked=False: act())
        menu.addAction(action)
        # The window holds the action too, so that its shortcut works while the bar is hidden.
        self._window.addAction(action)
        return action

    def _open(self, menu: QMenu, item: MenuItem, *keys: str) -> None:
        action = self._add(menu, _(item.title), lambda: self._verbs.open_link(item.link), *keys)
        self._functions.append((action, item))

    def limit(self, can: Callable[[str], bool]) -> None:
        """Hide the functions a person has no right to; their shortcuts do nothing then."""
        for action, item in self._functions:
            action.setVisible(item.is_for(can))
            action.setEnabled(item.is_for(can))

    def _file(self) -> None:
        menu = self.bar.addMenu(_("&File"))
        for items in (NEW, BOOKS):
            for item in items:
                self._open(menu, item, *([item.shortcut] if item.shortcut else []))
            menu.addSeparator()
        self._add(menu, _("Search or jump to…"), self._verbs.search, "Ctrl+K")
        self._add(menu, _("Close tab"), self._verbs.close_tab, "Ctrl+W")
        self._add(menu, _("Reopen closed tab"), self._verbs.reopen_tab, "Ctrl+Shift+T")
        menu.addSeparator()
        self._add(menu, _("Quit"), self._verbs.quit, "Ctrl+Q", role=QAction.MenuRole.QuitRole)

    def _view(self, theme: Theme) -> None:
        menu = self.bar.addMenu(_("&View"))
        self._add(menu, _("Reload"), self._verbs.refresh, "F5")
        self._add(menu, _("Collapse or widen the sidebar"), self._verbs.fold_sidebar, "Ctrl+B")
        tab = "Meta+Tab" if sys.platform == "darwin" else "Ctrl+Tab"
        self._add(menu, _("Next tab"), lambda: self._verbs.step_tab(1), tab, "Ctrl+PgDown")
        back = "Meta+Shift+Tab" if sys.platform == "darwin" else "Ctrl+Shift+Tab"
        self._add(menu, _("Previous tab"), lambda: self._verbs.step_tab(-1), back, "Ctrl+PgUp")
        menu.addSeparator()
        group = QActionGroup(menu)
        modes = ((Mode.SYSTEM, _("Look of the system")), (Mode.LIGHT, _("Light")), (Mode.DARK, _("Dark")))
        for mode, text in modes:
            action = self._add(menu, text, functools.partial(self._verbs.choose_theme, mode))
            action.setCheckable(True)
            action.setChecked(theme.mode is mode)
            group.addAction(action)

    def _go(self) -> None:
        menu = self.bar.addMenu(_("&Go"))
        for number, item in enumerate(pages(), start=1):
            settings = item.link.target == "settings"
            keys = ["Ctrl+,"] if settings else [f"Ctrl+{number}"] if number <= 9 else []
            self._open(menu, item, *keys)
        menu.addSeparator()
        for item in REPORTS:
            self._open(menu, item)

    def _help(self) -> None:
        menu = self.bar.addMenu(_("&Help"))
        self._add(menu, _("Reports of faults"), self._verbs.show_reports_of_faults)
        self._add(menu, _("About TradeCRM"), self._verbs.about, role=QAction.MenuRole.AboutRole)
