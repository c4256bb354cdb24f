"""The window: sidebar, tabs, search, bell, status line; it knows where things stand and nothing of the trade."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.menu import HOME, SIDEBAR
from tradecrm.ui.context import PageContext, PageFactory
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.keys import is_enter
from tradecrm.ui.popup import DueActions, DueList, DueRow
from tradecrm.ui.present import Presenter
from tradecrm.ui.shell.bell import Bell
from tradecrm.ui.shell.sidebar import Sidebar
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.shell.status import StatusLine
from tradecrm.ui.shell.tabs import Tabs
from tradecrm.ui.theme import Theme, set_role
from tradecrm.ui.toasts import ToastAction, Toasts
from tradecrm.ui.turns import bring_into_sight

if TYPE_CHECKING:
    from tradecrm.ui.shell.matching import Entry
    from tradecrm.ui.shell.menus import Menus, WindowVerbs
    from tradecrm.ui.shell.palette import Palette, Provider

SMALLEST, USUAL = QSize(860, 430), QSize(1360, 860)
"""The smallest is what a screen of 1366×768 at 150 % leaves beside the system's own bars."""
FOLD_BELOW = 960
"""A window narrower than this shows its sidebar as icons until it is wide again or the person unfolds it."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What the window gets once the book is open: context, page factories, search, who sits here."""

    context: PageContext
    registry: Mapping[str, PageFactory]
    book_key: str
    book_name: str
    currency: str
    person: str
    entries: Sequence[Entry] = ()
    provider: Provider | None = None
    due_actions: DueActions | None = None
    today: Callable[[], date] = date.today


class MainWindow(QMainWindow):
    """Paints itself without a book; ``supply`` fills it once the services are loaded."""

    def __init__(self, theme: Theme, state: ShellState, jobs: Jobs) -> None:
        super().__init__()
        self.setWindowTitle("TradeCRM")
        self.setMinimumSize(SMALLEST)
        self.theme = theme
        self._state = state
        self._jobs = jobs
        self._supply: Supply | None = None
        self._welcome: QWidget | None = None
        self._due: Sequence[DueRow] = ()
        self._show_faults: Callable[[], None] | None = None
        self._may_close: Callable[[], bool] | None = None
        self._book_verbs: Mapping[str, Callable[[], None]] = {}
        self.sidebar = Sidebar(SIDEBAR, theme)
        self.tabs = Tabs(theme, self._build_page, HOME)
        self.bell = Bell(theme)
        self.status = StatusLine()
        self._search = QPushButton()
        self._person = set_role(QPushButton(), "person")
        self._lay_out()
        self.toasts = Toasts(self)
        self._palette_box: Palette | None = None
        self._menus: Menus | None = None
        self._findable: tuple[Sequence[Entry], Provider | None] = ((), None)
        self.presenter = Presenter(self.toast, self.show_dialog)
        self._connect()
        self._restore()
        self.tabs.setFocus()

    def open_link(self, link: Link) -> None:
        """Open a link in its tab, or bring the tab to the front; a page that comes before is answered first.

        While the book is being opened it is ignored. What is done about books is no page, and is done without one.
        """
        about_books = self._book_verbs.get(link.target)
        if about_books is not None:
            about_books()
        elif self._supply is not None:
            self.tabs.open_link(link)
        elif self.welcoming:
            self.toast(_("Answer this page first: the functions come with the book."))

    def toast(
        self,
        text: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        *more: ToastAction,
    ) -> None:
        """Show a sentence for some seconds, with what one may do next, such as Undo."""
        self.toasts.show(text, action_text, action, *more)

    def supply(self, supply: Supply) -> None:
        """Take what the open book brings: the tabs of last time come back, the front page is built."""
        self._supply = supply
        supply.context.habits = self._state.part("habits")
        self._leave_welcome()
        can = supply.context.seat.actor.can
        self.sidebar.limit(can)
        if self._menus is not None:
            self._menus.limit(can)
        supply.context.changed.connect(self.tabs.on_changes)
        self.setWindowTitle(f"{supply.book_name} – TradeCRM")
        self.status.show_book(supply.book_name, supply.currency)
        metrics = self._person.fontMetrics()
        name = metrics.elidedText(supply.person, Qt.TextElideMode.ElideRight, 140)
        self._person.setText(name.replace("&", "&&"))
        self._person.setAccessibleName(supply.person)
        self.set_entries(supply.entries, supply.provider)
        self.tabs.show_front()

    def set_entries(self, entries: Sequence[Entry], provider: Provider | None) -> None:
        """Give the search box what it can open."""
        self._findable = (entries, provider)
        if self._palette_box is not None:
            self._palette_box.set_entries(entries, provider)

    def show_due(self, rows: Sequence[DueRow]) -> None:
        """Show on the bell what waits."""
        self._due = rows
        self.bell.show_due(rows)

    def show_dialog(self, title: str, text: str) -> None:
        """Show a sentence that must be read."""
        box = QMessageBox(self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(title)
        box.setText(text)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    @property
    def welcoming(self) -> bool:
        """Tell whether the window stands without a book."""
        return self._welcome is not None

    def show_welcome(self, page: QWidget) -> None:
        """Show ``page`` in place of the tabs until a book is open."""
        self._leave_welcome()
        self.tabs.forget()
        self._welcome = page
        self.tabs.addWidget(page)
        self.tabs.setCurrentWidget(page)
        self.status.show_book(_("No book is open"), "")

    def _leave_welcome(self) -> None:
        if self._welcome is not None:
            self.tabs.removeWidget(self._welcome)
            self._welcome.deleteLater()
            self._welcome = None

    @property
    def palette_box(self) -> Palette:
        """Answer the search box; it is built on first use, for the first paint should not wait for it."""
        if self._palette_box is None:
            from tradecrm.ui.shell.palette import Palette

            self._palette_box = Palette(self, self.theme)
            self._palette_box.chosen.connect(self._on_entry)
            self._palette_box.set_entries(*self._findable)
        return self._palette_box

    @property
    def menus(self) -> Menus:
        """Answer the menus with their shortcuts; built right after the first paint."""
        if self._menus is None:
            from tradecrm.ui.shell.menus import Menus

            self._menus = Menus(self, self.theme, self._verbs())
            if self._supply is not None:
                self._menus.limit(self._supply.context.seat.actor.can)
        return self._menus

    def build_menus(self) -> None:
        """Build the menus and arm their shortcuts."""
        self.menus.setObjectName("menus")

    def search(self) -> None:
        """Show the search box."""
        self.palette_box.pop_up()

    def on_faults_asked(self, show: Callable[[], None]) -> None:
        """Say what the help menu does for "Reports of faults"."""
        self._show_faults = show

    def on_books_asked(self, verbs: Mapping[str, Callable[[], None]]) -> None:
        """Say what "Open book", "New book" and the sample do, by the targets of their links."""
        self._book_verbs = verbs

    def on_closing(self, may_close: Callable[[], bool]) -> None:
        """Say what is asked before the window closes; who answers no closes it again when ready."""
        self._may_close = may_close

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the keyboard, as Space does, and as Enter does in dialogs."""
        focused = self.focusWidget()
        # A key held down has run through the fields, and must not end in pressing what comes after them.
        if is_enter(event) and not event.isAutoRepeat() and isinstance(focused, QPushButton | QToolButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the sidebar when the window becomes narrow, and unfold what was folded for that."""
        super().resizeEvent(event)
        self.sidebar.give_room(event.size().width() < FOLD_BELOW)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the pages, remember the tabs, let writing finish."""
        if not self.tabs.may_close() or (self._may_close is not None and not self._may_close()):
            event.ignore()
            return
        if self._supply is not None:
            self._state.keep_tabs(self._supply.book_key, *self.tabs.kept())
        self._state.set("geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        self._state.set("folded", self.sidebar.collapsed and not self.sidebar.folded_for_room)
        self._state.set("folded_groups", self.sidebar.folded_groups)
        self._state.set("theme", self.theme.mode.value)
        self._state.save()
        self._jobs.close()
        event.accept()

    def _lay_out(self) -> None:
        self._search.setObjectName("search")
        self._search.setText(_("Search or jump to…") + "     Ctrl K")
        self._search.setFixedWidth(250)
        self._search.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._person.setIconSize(QSize(16, 16))
        top = QWidget()
        top.setObjectName("topbar")
        top.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        top.setFixedHeight(46)
        row = QHBoxLayout(top)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(12)
        row.addWidget(self.tabs.strip, 1)
        for part in (self._search, self.bell, self._person):
            row.addWidget(part)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(top)
        right.addWidget(self.tabs, 1)
        right.addWidget(self.status)
        center = QWidget()
        whole = QHBoxLayout(center)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.sidebar)
        whole.addLayout(right, 1)
        self.setCentralWidget(center)

    def _connect(self) -> None:
        self.sidebar.opened.connect(self.open_link)
        self.tabs.fronted.connect(self.sidebar.mark)
        self._search.clicked.connect(self.search)
        self.bell.pressed.connect(self._on_bell)
        self._person.clicked.connect(self._on_person)
        self._jobs.busy.connect(self.status.show_job)
        self._jobs.writing.connect(self.status.show_saving)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    def _on_focus(self, _left: QWidget | None, now: QWidget | None) -> None:
        """Bring into sight what the keyboard came to, such as the first function of a sidebar scrolled down."""
        if now is not None and now.window() is self and now.isVisible() and now.visibleRegion().isEmpty():
            bring_into_sight(now)

    def _verbs(self) -> WindowVerbs:
        from tradecrm.ui.shell.menus import WindowVerbs

        return WindowVerbs(
            open_link=self.open_link,
            search=self.search,
            close_tab=self.tabs.close_front,
            reopen_tab=self.tabs.reopen,
            step_tab=self.tabs.step,
            refresh=self.tabs.refresh,
            fold_sidebar=lambda: self.sidebar.set_collapsed(not self.sidebar.collapsed),
            choose_theme=self.theme.set_mode,
            show_reports_of_faults=self._on_faults,
            about=self._on_about,
            quit=self._on_quit,
        )

    def _restore(self) -> None:
        self.sidebar.set_collapsed(self._state.flag("folded"))
        groups = self._state.values.get("folded_groups")
        if isinstance(groups, list):
            self.sidebar.fold_groups([str(title) for title in groups])
        kept = self._state.text("geometry")
        if not kept or not self.restoreGeometry(QByteArray.fromBase64(kept.encode())):
            room = QGuiApplication.primaryScreen().availableGeometry().size()
            self.resize(USUAL.boundedTo(room).expandedTo(SMALLEST))

    def restore_tabs(self, book_key: str) -> None:
        """Put back the captions of the tabs open last time; pages are built when first shown."""
        self.tabs.restore(*self._state.tabs(book_key))

    def _build_page(self, link: Link) -> QWidget | None:
        if self._supply is None:
            return None
        registry = self._supply.registry
        factory = registry.get(link.target) or registry.get(link.target.split("/")[0])
        if factory is None:
            self.toast(_("This page is not part of this version of the program."))
            return None
        try:
            return factory(self._supply.context, link)
        except Exception as error:  # noqa: BLE001 - one page that fails leaves the others open
            self._supply.context.presenter.show(error)
            return None

    def _on_entry(self, entry: Entry) -> None:
        self.open_link(entry.link)

    def _on_bell(self) -> None:
        if self._supply is None or self._supply.due_actions is None or not self._due:
            self.open_link(Link.to("today"))
            return
        menu = QFrame(self, Qt.WindowType.Popup)
        menu.setObjectName("menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(menu)
        column.setContentsMargins(16, 8, 16, 8)
        rows = DueList(self.theme, self._supply.due_actions, self._supply.today)
        rows.show_rows(self._due[:8])
        rows.stand(360)
        column.addWidget(rows)
        every = set_role(QPushButton(_("All of today")), "link")
        every.clicked.connect(menu.close)
        every.clicked.connect(lambda: self.open_link(Link.to("today")))
        column.addWidget(every)
        menu.adjustSize()
        corner = self.bell.mapToGlobal(QPoint(self.bell.width(), self.bell.height() + 6))
        menu.move(corner.x() - menu.width(), corner.y())
        menu.show()
        rows.setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_person(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self.menus.bar.actions():
            menu.addAction(action)
        menu.popup(self._person.mapToGlobal(QPoint(0, self._person.height() + 4)))

    def _on_faults(self) -> None:
        if self._show_faults is not None:
            self._show_faults()

    def _on_about(self) -> None:
        from tradecrm import __version__

        about = _("Customers, trade and money of a small exporter, offline.")
        self.show_dialog(_("About TradeCRM"), f"TradeCRM {__version__}\n\n{about}")

    def _on_quit(self) -> None:
        self.close()
