"""The Today page: everything that is due, by group; done, later and open without the mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.services.control.reminders import TodayRow
from tradecrm.services.control.today import read_today
from tradecrm.ui.charts.bricks import chip
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.due import DUE_KINDS, GROUPS, LATER, DueVerbs, group_of, group_title, in_order
from tradecrm.ui.pages.desktop_parts import DueLine, Skeleton, empty, in_columns
from tradecrm.ui.pages.today_rules import RulesPanel
from tradecrm.ui.theme import set_role, text_label
from tradecrm.ui.turns import in_turn
from tradecrm.ui.words import long_day

PANEL_WIDTH = 268
_BESIDE = 900
"""A page as wide as this has room for the rules beside the list."""


class TodayPage(Page):
    """Groups of rows; up and down choose one, Enter opens it, D is done, S asks until when."""

    watches = DUE_KINDS

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._verbs = DueVerbs(context)
        self._lines: list[DueLine] = []
        self._chosen = 0
        self._asked = False
        self._groups = QVBoxLayout()
        self._day = text_label("", "muted")
        self._rules = RulesPanel(context)
        self._panel = set_role(QFrame(), "card")
        self._scroll = QScrollArea()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        self._groups.addWidget(Skeleton(context.theme, 8))
        self.reload()

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Today")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "today"

    @property
    def lines(self) -> tuple[DueLine, ...]:
        """Answer the rows in their order."""
        return tuple(self._lines)

    def reload(self) -> None:
        """Read what is due and the rules again."""
        self.context.ask(read_today, then=self._show, replaces=(id(self), "today"))
        self._rules.reload()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose, open, finish, put off."""
        key = event.key()
        if not self._lines or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_J):
            self._choose(self._chosen + 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_K):
            self._choose(self._chosen - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._verbs.open(self._lines[self._chosen].row)
        elif key == Qt.Key.Key_D:
            self._lines[self._chosen].finish()
        elif key == Qt.Key.Key_S:
            self._lines[self._chosen].put_off()
        else:
            super().keyPressEvent(event)

    def add_task(self) -> None:
        """Write a new task."""
        from tradecrm.ui.pages.tasks import TaskDialog

        TaskDialog(self.context, self).open()

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(text_label(_("Today"), "title"))
        words.addWidget(self._day)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addLayout(words, 1)
        self.rules_button = rules = QPushButton(_("Reminder rules"))
        rules.setCheckable(True)
        rules.setChecked(True)
        rules.toggled.connect(self._panel.setVisible)
        rules.clicked.connect(self._on_rules)
        self._new = new = set_role(QPushButton(_("New task")), "primary")
        new.clicked.connect(self.add_task)
        head.addWidget(rules)
        head.addWidget(new)
        return head

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("groups")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(14)
        self._groups.setSpacing(14)
        column.addLayout(self._groups)
        column.addStretch(1)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        side = QVBoxLayout(self._panel)
        side.setContentsMargins(16, 14, 16, 14)
        side.setSpacing(10)
        side.addWidget(text_label(_("Reminder rules"), "section"))
        side.addWidget(
            text_label(
                _("What the program reminds you of, from what stands in the book."), "muted", wrap=True
            )
        )
        rules_scroll = QScrollArea()
        rules_scroll.setWidgetResizable(True)
        rules_scroll.setFrameShape(QFrame.Shape.NoFrame)
        rules_scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        rules_scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rules_scroll.setWidget(self._rules)
        side.addWidget(rules_scroll, 1)
        side.addWidget(text_label(_("Keys: ↑ ↓ choose, Enter opens, D done, S later"), "label", wrap=True))
        self._panel.setFixedWidth(PANEL_WIDTH)
        body = QHBoxLayout()
        body.setSpacing(14)
        body.addWidget(self._scroll, 1)
        body.addWidget(self._panel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 16)
        whole.setSpacing(14)
        whole.addLayout(self._head())
        whole.addLayout(body, 1)

    def _on_rules(self) -> None:
        self._asked = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the rules stand beside the list where there is room for both, until the person decides it."""
        super().resizeEvent(event)
        if not self._asked:
            self.rules_button.setChecked(self.width() >= _BESIDE)

    def _show(self, found: tuple[TodayRow, ...]) -> None:
        self._day.setText(long_day(self.context.seat.book.clock.today()))
        empty(self._groups)
        self._lines = []
        rows = in_order(found)
        for group in GROUPS:
            mine = [row for row in rows if group_of(row) == group]
            if mine or group != LATER:
                self._groups.addWidget(self._group(group, mine))
        in_columns(self._lines)
        in_turn(self._new, *self._lines)
        self._choose(self._chosen)

    def _group(self, group: str, rows: list[TodayRow]) -> QWidget:
        card = set_role(QFrame(), "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 10)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(text_label(group_title(group), "section"))
        if rows:
            head.addWidget(chip(str(len(rows)), "neutral"))
        head.addStretch(1)
        column.addLayout(head)
        if not rows:
            column.addWidget(text_label(_("Nothing."), "muted"))
        for row in rows:
            line = DueLine(self.context, row, self._verbs, self.reload)
            line.setContentsMargins(4, 0, 4, 0)
            self._lines.append(line)
            column.addWidget(line)
        return card

    def _choose(self, index: int) -> None:
        if not self._lines:
            self._chosen = 0
            return
        self._chosen = max(0, min(index, len(self._lines) - 1))
        for place, line in enumerate(self._lines):
            line.mark(chosen=place == self._chosen)
        if self._scroll.isVisible():
            self._scroll.ensureWidgetVisible(self._lines[self._chosen])
