"""The tabs of open pages: opened by link, closable, movable, reopened, reloaded when stale and shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QTabBar, QToolButton, QWidget

from tradecrm.core.changes import Changes
from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.ui.labels import direction
from tradecrm.ui.shell.state import link_from_json, link_to_json
from tradecrm.ui.theme import Theme, plain_tip

CLOSED_KEPT = 20
LONGEST_TITLE = 60


@dataclass(slots=True)
class Tab:
    """An open page; ``page`` is None until it is first shown, so that a start opens only one."""

    link: Link
    title: str
    state: dict[str, Any] = field(default_factory=dict)
    page: QWidget | None = None
    stale: bool = False


class TabStrip(QTabBar):
    """The strip itself: wide enough for the semibold title, middle click and menu close.

    Its own font is the semibold one (see the style sheet), so that titles are elided by the widest they become.
    """

    close_asked = Signal(int)
    close_others_asked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("tabs")
        self.setMovable(True)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(_("Open pages"))
        # What was opened from a list is closed back to the list, not to what happens to stand beside it.
        self.setSelectionBehaviorOnRemove(QTabBar.SelectionBehavior.SelectPreviousTab)
        self._theme = theme

    def tabSizeHint(self, index: int) -> QSize:
        """Answer the size a tab would like."""
        metrics = QFontMetrics(self._theme.font(semibold=True))
        closable = self.tabButton(index, QTabBar.ButtonPosition.RightSide) is not None
        width = metrics.horizontalAdvance(self.tabText(index)) + 30 + (28 if closable else 0)
        return QSize(min(max(width, 60), 230), 46)

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Answer the size below which the strip scrolls."""
        return QSize(min(110, self.tabSizeHint(index).width()), 46)

    def add_close_button(self, index: int, name: str) -> None:
        """Give a tab its close button; the tooltip says which shortcut does the same."""
        button = QToolButton(self)
        button.setIcon(self._theme.icon("close"))
        button.setIconSize(QSize(14, 14))
        button.setFixedSize(18, 18)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(lambda: self._on_close(button))
        self.setTabButton(index, QTabBar.ButtonPosition.RightSide, button)

    def redress(self) -> None:
        """Color the close buttons anew after the theme changed."""
        for index in range(self.count()):
            button = self.tabButton(index, QTabBar.ButtonPosition.RightSide)
            if isinstance(button, QToolButton):
                button.setIcon(self._theme.icon("close"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the middle button as close."""
        if event.button() is Qt.MouseButton.MiddleButton:
            self.close_asked.emit(self.tabAt(event.position().toPoint()))
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to close this tab or the others."""
        index = self.tabAt(event.pos())
        if index < 0:
            return
        menu = QMenu(self)
        menu.addAction(_("Close"), lambda: self.close_asked.emit(index)).setEnabled(index > 0)
        menu.addAction(_("Close the others"), lambda: self.close_others_asked.emit(index))
        menu.exec(event.globalPos())
        menu.deleteLater()

    def _on_close(self, button: QToolButton) -> None:
        for index in range(self.count()):
            if self.tabButton(index, QTabBar.ButtonPosition.RightSide) is button:
                self.close_asked.emit(index)
                return


class Tabs(QStackedWidget):
    """The pages behind the strip. ``build(link)`` answers the page, None for a link nobody can open."""

    fronted = Signal(object)
    """The Link of the page that came to the front, None when there is none."""

    def __init__(self, theme: Theme, build: Callable[[Link], QWidget | None], home: Link) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.strip = TabStrip(theme)
        self._build = build
        self._home = home
        self._tabs: list[Tab] = []
        self._closed: list[Tab] = []
        self._quiet = False
        self.strip.currentChanged.connect(self._on_current)
        self.strip.tabMoved.connect(self._on_moved)
        self.strip.close_asked.connect(self.close_tab)
        self.strip.close_others_asked.connect(self._close_others)
        theme.changed.connect(self.strip.redress)

    @property
    def links(self) -> list[Link]:
        """Answer the links of the open tabs, in order."""
        return [tab.link for tab in self._tabs]

    @property
    def front(self) -> Link | None:
        """Answer the link of the tab in front."""
        index = self.strip.currentIndex()
        return self._tabs[index].link if 0 <= index < len(self._tabs) else None

    def front_page(self) -> QWidget | None:
        """Answer the page in front."""
        index = self.strip.currentIndex()
        return self._tabs[index].page if 0 <= index < len(self._tabs) else None

    def open_link(self, link: Link, state: dict[str, Any] | None = None) -> None:
        """Bring the tab of ``link`` to the front; open it behind the present one if there is none."""
        for index, tab in enumerate(self._tabs):
            if tab.link == link:
                self.strip.setCurrentIndex(index)
                self._hand_over()
                return
        tab = Tab(link, "", dict(state or {}))
        if not self._fill(tab):
            return
        at = self.strip.currentIndex() + 1 if self._tabs else 0
        self._insert(at, tab)
        self.strip.setCurrentIndex(at)
        self._show(at)
        self._hand_over()

    def _hand_over(self) -> None:
        """Give the keyboard to the page that was opened; Qt leaves it where it was, or gives it to the sidebar."""
        page, now = self.front_page(), QApplication.focusWidget()
        if page is not None and (now is None or not page.isAncestorOf(now)):
            (page.focusWidget() or page).setFocus()

    def close_tab(self, index: int, *, asking: bool = True) -> None:
        """Close a tab, unless it is the home page or its page wants to stay; without ``asking`` it has no say."""
        if not 0 <= index < len(self._tabs) or self._tabs[index].link == self._home:
            return
        tab = self._tabs[index]
        leave = getattr(tab.page, "leave", None)
        if asking and leave is not None and not leave():
            return
        self._keep_state(tab)
        page, tab.page = tab.page, None
        self._closed = [*self._closed[-CLOSED_KEPT:], tab]
        del self._tabs[index]
        self._quiet = True
        self.strip.removeTab(index)
        self._quiet = False
        if page is not None:
            self.removeWidget(page)
            page.deleteLater()
        self._show(self.strip.currentIndex())
        self._hand_over()

    def close_front(self, *, asking: bool = True) -> None:
        """Close the tab in front, as ``close_tab`` does."""
        self.close_tab(self.strip.currentIndex(), asking=asking)

    def reopen(self) -> None:
        """Open again the tab closed last, as it was."""
        if self._closed:
            tab = self._closed.pop()
            self.open_link(tab.link, tab.state)

    def step(self, by: int) -> None:
        """Bring the next tab to the front, or the one before."""
        if self._tabs:
            self.strip.setCurrentIndex((self.strip.currentIndex() + by) % len(self._tabs))

    def may_close(self) -> bool:
        """Ask every page whether the window may close; the first that says no comes to the front."""
        for index, tab in enumerate(self._tabs):
            leave = getattr(tab.page, "leave", None)
            if leave is not None:
                if getattr(tab.page, "unsaved", False):
                    self.strip.setCurrentIndex(index)
                if not leave():
                    return False
        return True

    def on_changes(self, changes: Changes) -> None:
        """Mark every page that watches these kinds; the visible one reloads, once, with the next event.

        How the firm shows amounts touches whatever shows what is in the book; what is typed there stays.
        """
        for tab in self._tabs:
            watches: Changes = getattr(tab.page, "watches", frozenset())
            anew = "setting" in changes and not getattr(tab.page, "unsaved", False)
            if watches & changes or (watches and anew):
                tab.stale = True
        QTimer.singleShot(0, self, self._refresh_front)

    def refresh(self) -> None:
        """Read the page in front again."""
        index = self.strip.currentIndex()
        if 0 <= index < len(self._tabs):
            self._tabs[index].stale = True
            self._refresh_front()

    def refresh_all(self) -> None:
        """Read every page again that shows what is in the book: the one in front now, the others when shown."""
        for tab in self._tabs:
            if getattr(tab.page, "watches", frozenset()) and not getattr(tab.page, "unsaved", False):
                tab.stale = True
        self._refresh_front()

    def kept(self) -> tuple[list[dict[str, Any]], int]:
        """Answer the open tabs as JSON values, and which is in front."""
        answer = []
        for tab in self._tabs:
            self._keep_state(tab)
            answer.append({"link": link_to_json(tab.link), "title": tab.title, "state": tab.state})
        return answer, self.strip.currentIndex()

    def restore(self, tabs: list[dict[str, Any]], front: int) -> None:
        """Put back the tabs of last time; only the one in front is built now."""
        self._quiet = True
        if self._home not in self.links:
            self._insert(0, Tab(self._home, _("My Desktop")))
        chosen = 0
        for number, value in enumerate(tabs):
            link = link_from_json(value.get("link"))
            if link is None:
                continue
            if link not in self.links:
                state = value.get("state")
                title = str(value.get("title") or link.target)
                self._insert(len(self._tabs), Tab(link, title, state if isinstance(state, dict) else {}))
            if number == front:
                chosen = self.links.index(link)
        self.strip.setCurrentIndex(chosen)
        self._quiet = False

    def forget(self) -> None:
        """Take away the captions put back for a book that could not be opened."""
        self._quiet = True
        for index in reversed(range(len(self._tabs))):
            if self._tabs[index].page is None:
                self._drop(index)
        self._quiet = False

    def show_front(self) -> None:
        """Build and show the tab in front; called once pages can be built."""
        self._show(self.strip.currentIndex())

    def _insert(self, at: int, tab: Tab) -> None:
        was, self._quiet = self._quiet, True
        self._tabs.insert(at, tab)
        self.strip.insertTab(at, _caption(tab.title))
        self.strip.setTabToolTip(at, _tip(tab.title))
        if tab.link != self._home:
            self.strip.add_close_button(at, _("Close ({shortcut})").format(shortcut="Ctrl+W"))
        self._quiet = was

    def _fill(self, tab: Tab) -> bool:
        page = self._build(tab.link)
        if page is None:
            return False
        tab.page = page
        title = getattr(page, "title", None)
        tab.title = title() if callable(title) else tab.link.target
        restore = getattr(page, "restore_state", None)
        if tab.state and restore is not None:
            restore(tab.state)
        renamed = getattr(page, "changed_title", None)
        if renamed is not None:
            renamed.connect(lambda: self._on_renamed(page))
        self.addWidget(page)
        return True

    def _show(self, index: int) -> None:
        if not 0 <= index < len(self._tabs):
            self.fronted.emit(None)
            return
        tab = self._tabs[index]
        if tab.page is None:
            if not self._fill(tab):
                self._drop(index)
                return
            self._name(index)
        if tab.page is not None:
            self.setCurrentWidget(tab.page)
            self.fronted.emit(tab.link)
            self._refresh_front()

    def _drop(self, index: int) -> None:
        del self._tabs[index]
        self.strip.removeTab(index)

    def _name(self, index: int) -> None:
        self.strip.setTabText(index, _caption(self._tabs[index].title))
        self.strip.setTabToolTip(index, _tip(self._tabs[index].title))

    def _refresh_front(self) -> None:
        index = self.strip.currentIndex()
        if 0 <= index < len(self._tabs) and self._tabs[index].stale and self._tabs[index].page is not None:
            self._tabs[index].stale = False
            reload_page = getattr(self._tabs[index].page, "reload", None)
            if reload_page is not None:
                reload_page()

    def _keep_state(self, tab: Tab) -> None:
        save = getattr(tab.page, "save_state", None)
        if save is not None:
            tab.state = save()

    def _close_others(self, index: int) -> None:
        keep = self._tabs[index]
        for other in reversed(range(len(self._tabs))):
            if self._tabs[other] is not keep:
                self.close_tab(other)

    def _on_current(self, index: int) -> None:
        if not self._quiet:
            self._show(index)

    def _on_moved(self, old: int, new: int) -> None:
        self._tabs.insert(new, self._tabs.pop(old))

    def _on_renamed(self, page: QWidget) -> None:
        for index, tab in enumerate(self._tabs):
            if tab.page is page:
                title = getattr(page, "title", None)
                tab.title = title() if callable(title) else tab.title
                link = getattr(page, "link", None)
                tab.link = link() if callable(link) else tab.link
                self._name(index)


def _caption(title: str) -> str:
    """Answer the text of a tab: an ampersand is no shortcut, and a very long name is cut."""
    short = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
    # The strip draws from left to right; within the mark an Arabic name has its beginning and its dots in place.
    run = "\u202b" if direction(short) else ""
    return run + short.replace("&", "&&")


def _tip(title: str) -> str:
    """Answer the whole title as a tip, empty when the tab shows all of it."""
    return "" if len(title) < 12 else plain_tip(title)
