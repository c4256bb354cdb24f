"""Due reminders at the corner of the screen and in the tray: done, later, open; it never takes the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QDate, QPoint, QRect, Qt
from PySide6.QtGui import QAction, QFocusEvent, QGuiApplication, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSystemTrayIcon,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from tradecrm.core.links import Link
from tradecrm.core.text import _, ngettext
from tradecrm.ui.labels import ElidedLabel
from tradecrm.ui.month import month_view
from tradecrm.ui.theme import Theme, set_role, text_label

WIDTH = 420
MOST_ROWS = 6


@dataclass(frozen=True, slots=True)
class DueRow:
    """A reminder that is due: what it says, when in words (``3 days late``), tone ``bad|warn|neutral``."""

    id: int
    title: str
    when_text: str
    tone: str = "neutral"
    link: Link | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DueActions:
    """What a person can do with a reminder; ``later`` gets hours (1) or the day it should come again."""

    done: Callable[[int], None]
    later: Callable[[int, int | date], None]
    open: Callable[[Link], None]


def later_menu(parent: QWidget, today: date, pick: Callable[[int | date], None]) -> QMenu:
    """Answer the menu of "later": 1 hour, tomorrow, next Monday, a date from the calendar."""
    menu = QMenu(parent)
    menu.addAction(_("In 1 hour"), lambda: pick(1))
    menu.addAction(_("Tomorrow"), lambda: pick(today + timedelta(days=1)))
    menu.addAction(_("Next Monday"), lambda: pick(today + timedelta(days=7 - today.weekday())))
    dates = menu.addMenu(_("On a date"))
    calendar = month_view()
    calendar.setMinimumDate(QDate(today.year, today.month, today.day).addDays(1))

    def _picked(day: QDate) -> None:
        menu.close()
        pick(date(day.year(), day.month(), day.day()))

    calendar.clicked.connect(_picked)
    holder = QWidgetAction(dates)
    holder.setDefaultWidget(calendar)
    dates.addAction(holder)
    return menu


class DueList(QWidget):
    """The rows themselves, as the corner window and the bell show them."""

    def __init__(self, theme: Theme, actions: DueActions, today: Callable[[], date]) -> None:
        super().__init__()
        self._theme = theme
        self._actions = actions
        self._today = today
        self._rows: Sequence[DueRow] = ()
        self._frames: list[QWidget] = []
        self._chosen = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_rows(self, rows: Sequence[DueRow]) -> None:
        """Show these rows instead of those before."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._rows = rows
        self._frames = [self._row(row) for row in rows]
        for frame in self._frames:
            self._column.addWidget(frame)
        self._choose(self._chosen)

    def stand(self, width: int) -> int:
        """Take this width and the height at which every row is whole; answers the height."""
        self.setFixedWidth(width)
        self._column.activate()
        height = max(self.sizeHint().height(), self.heightForWidth(width))
        self.setFixedHeight(height)
        return height

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down choose a row, Enter opens it, D is done, S asks until when."""
        key = event.key()
        row = self._rows[self._chosen] if self._rows else None
        if row is None:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._choose(self._chosen + (1 if key == Qt.Key.Key_Down else -1))
        elif key == Qt.Key.Key_D:
            self._actions.done(row.id)
        elif key == Qt.Key.Key_S:
            self._ask_later(self._frames[self._chosen], row)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row.link is not None:
            self._actions.open(row.link)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the row the keys act on."""
        super().focusInEvent(event)
        self._choose(self._chosen)

    def _choose(self, index: int) -> None:
        """Choose a row; it is marked only where the keys can come at all."""
        self._chosen = max(0, min(index, len(self._rows) - 1))
        for place, frame in enumerate(self._frames):
            set_role(frame, "chosen" if self.hasFocus() and place == self._chosen else "")

    def _row(self, row: DueRow) -> QWidget:
        frame = QFrame()
        outer = QVBoxLayout(frame)
        outer.setContentsMargins(6, 8, 6, 8)
        outer.setSpacing(4)
        head = QHBoxLayout()
        tone = f"chip-{row.tone}" if row.tone in ("good", "warn", "bad") else "chip"
        head.setSpacing(8)
        head.addWidget(text_label(row.when_text, tone), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(text_label(row.title, wrap=True), 1)
        outer.addLayout(head)
        foot = QHBoxLayout()
        note = set_role(ElidedLabel(right=False), "muted")
        note.setText(row.note)
        foot.addWidget(note, 1)
        done = set_role(QPushButton(_("Done")), "link")
        done.clicked.connect(lambda: self._actions.done(row.id))
        later = set_role(QPushButton(_("Later")), "link")
        later.clicked.connect(lambda: self._ask_later(later, row))
        foot.addWidget(done)
        foot.addWidget(later)
        link = row.link
        if link is not None:
            opened = set_role(QPushButton(_("Open")), "link")
            opened.clicked.connect(lambda: self._actions.open(link))
            foot.addWidget(opened)
        outer.addLayout(foot)
        return frame

    def _ask_later(self, button: QWidget, row: DueRow) -> None:
        menu = later_menu(self, self._today(), lambda when: self._actions.later(row.id, when))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))


class Popup(QWidget):
    """The corner window. It shows without being activated: typing elsewhere goes on undisturbed."""

    def __init__(self, theme: Theme, actions: DueActions, today: Callable[[], date]) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, flags | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setFixedWidth(WIDTH)
        self._title = text_label("", "section")
        close = set_role(QPushButton(), "bell")
        close.setIcon(theme.icon("close"))
        close.setAccessibleName(_("Close"))
        close.setFixedSize(24, 24)
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self.hide)
        self.rows = DueList(theme, actions, today)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.rows)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close)
        # The window itself is clear, so that the corners of the card within can be round.
        card = QFrame()
        card.setObjectName("popup")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put the window away with Esc; every other key is for the rows."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            self.rows.keyPressEvent(event)

    def show_due(self, rows: Sequence[DueRow], title: str = "") -> None:
        """Show what is due, under ``title`` or how many there are; with nothing due the window goes away."""
        if not rows:
            self.hide()
            return
        words = ngettext("{count} reminder", "{count} reminders", len(rows)).format(count=len(rows))
        self._title.setText(f"{title} • {words}" if title else words)
        self.rows.show_rows(rows)
        height = self.rows.stand(WIDTH - 40)
        self._scroll.setFixedHeight(min(height + 2, MOST_ROWS * 62))
        self.adjustSize()
        area = QGuiApplication.primaryScreen().availableGeometry()
        self.move(area.right() - self.width() - 16, area.bottom() - self.height() - 16)
        self.show()


class Tray:
    """The icon in the system's tray with the count of what waits, where the system has a tray."""

    def __init__(self, theme: Theme, show: Callable[[], None], leave: Callable[[], None]) -> None:
        self._theme = theme
        self._icon: QSystemTrayIcon | None = None
        self._menu: QMenu | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._menu = QMenu()
            for text, act in ((_("Show TradeCRM"), show), (_("Quit"), leave)):
                action = QAction(text, self._menu)
                action.triggered.connect(act)
                self._menu.addAction(action)
            self._icon = QSystemTrayIcon(count_icon(theme, 0))
            self._icon.setContextMenu(self._menu)
            self._icon.activated.connect(lambda _reason: show())
            self._icon.show()

    def show_due(self, rows: Sequence[DueRow]) -> None:
        """Show how many wait."""
        if self._icon is not None:
            self._icon.setIcon(count_icon(self._theme, len(rows)))
            words = ngettext("{count} reminder", "{count} reminders", len(rows)).format(count=len(rows))
            self._icon.setToolTip(f"TradeCRM • {words}")

    def tell(self, title: str, text: str) -> None:
        """Show the system's own notification."""
        if self._icon is not None:
            self._icon.showMessage(title, text)

    def hide(self) -> None:
        """Take the icon away."""
        if self._icon is not None:
            self._icon.hide()


def count_icon(theme: Theme, count: int) -> QIcon:
    """Answer the tray icon: the initial of the program, or how many things wait."""
    pixmap = QPixmap(64, 64)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.accent)
    painter.drawRoundedRect(QRect(2, 2, 60, 60), 14, 14)
    text = "T" if not count else str(count) if count < 100 else "99+"
    painter.setFont(theme.font(38 if len(text) < 2 else 32 if len(text) < 3 else 24, semibold=True))
    painter.setPen(theme.on_accent)
    painter.drawText(QRect(2, 2, 60, 60), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return QIcon(pixmap)
