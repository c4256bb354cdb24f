"""My Desktop: the day at a glance, arranged by its person."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.changes import Changes
from tradecrm.core.links import Link
from tradecrm.core.text import N_, _
from tradecrm.services.control.desktop import (
    CARD,
    SHORTCUT,
    ArrangeDesktop,
    Desktop,
    arrange_desktop,
    desktop,
)
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.pages.desktop_arrange import Handle, moved
from tradecrm.ui.pages.desktop_cards import (
    AccountsCard,
    AgesCard,
    FiguresCard,
    OrdersCard,
    TodayCard,
    UnderWayCard,
)
from tradecrm.ui.pages.desktop_data import Head, read_head
from tradecrm.ui.pages.desktop_due import DueWeeksCard
from tradecrm.ui.pages.desktop_shortcuts import ShortcutsCard, offered
from tradecrm.ui.pages.desktop_steps import StepsCard
from tradecrm.ui.theme import set_role, text_label
from tradecrm.ui.words import greeting, long_day

UNITS = 24
_NARROW = 900
"""Pixels of the page below which its cards stand in fewer columns."""
GAP = 12
SHARE = 4
"""What the rows that grow take of spare height, against one part for each other row of cards."""


@dataclass(frozen=True, slots=True)
class CardKind:
    """A card a person can put on the desktop: its title, how many of the 24 units it is wide, how it is built.

    It is offered to those who have the right ``verb``.
    """

    title: str
    units: int
    build: Any
    verb: str = ""


CARDS: dict[str, CardKind] = {
    "figures": CardKind(N_("Figures"), 24, FiguresCard),
    "today": CardKind(N_("Today"), 16, TodayCard),
    "orders_by_month": CardKind(N_("Orders by month"), 8, OrdersCard),
    "aging": CardKind(N_("Receivables by age"), 7, AgesCard),
    "shipments_under_way": CardKind(N_("Under way"), 9, UnderWayCard),
    "shortcuts": CardKind(N_("Shortcuts"), 8, ShortcutsCard),
    "accounts": CardKind(N_("Bank accounts"), 8, AccountsCard, "account.read"),
    "due_weeks": CardKind(N_("Due in the next 30 days"), 8, DueWeeksCard, "receivable.read"),
}


class _Column(QVBoxLayout):
    """Does not let wrapped texts decide the height: a scroll area would then give every card all it would like."""

    def hasHeightForWidth(self) -> bool:
        """Say no."""
        return False


class DesktopPage(Page):
    """The home page. Cards are built at once, empty, and filled as their answers arrive."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._layout = Desktop((), ())
        self._cards: dict[str, Any] = {}
        self._arranging = False
        self._narrow = False
        self._focus: str | None = None
        self._hello = text_label("", "title")
        self._day = text_label("", "muted")
        self._add_card = QPushButton(_("Add a card"))
        self._add_shortcut = QPushButton(_("Add a shortcut"))
        self._arrange = QPushButton()
        self._import = QPushButton(_("Import spreadsheet"))
        self._new = set_role(QPushButton(_("New contract")), "primary")
        self._steps = StepsCard(context)
        self._grid = QGridLayout()
        self._lay_out()
        self._connect()
        self.watches: Changes = frozenset({"desktop_card", "party", "sales_contract", "account", "rate"})
        for kind in CARDS.values():
            self.watches = self.watches | kind.build.watches
        self.reload()

    def title(self) -> str:
        """Answer the name of the page."""
        return _("My Desktop")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "desktop"

    def reload(self) -> None:
        """Read the head, the arrangement and every card again."""
        self.context.ask(read_head, then=self._show_head, replaces=(id(self), "head"))
        self.context.ask(desktop, then=self._show_layout, replaces=(id(self), "layout"))

    def arrange(self, *, arranging: bool) -> None:
        """Begin or end arranging."""
        self._arranging = arranging
        for button in (self._add_card, self._add_shortcut):
            button.setVisible(arranging)
        for button in (self._import, self._new):
            button.setVisible(not arranging)
        self._arrange.setText(_("Ready") if arranging else "")
        self._arrange.setIcon(self.context.theme.icon("edit"))
        set_role(self._arrange, "primary" if arranging else "bell")
        self._place()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._hello)
        words.addWidget(self._day)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addLayout(words, 1)
        for button in (self._add_card, self._add_shortcut, self._arrange, self._import, self._new):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._arrange.setIconSize(QSize(16, 16))
        self._arrange.setMinimumWidth(34)
        self._arrange.setAccessibleName(_("Arrange"))
        self._arrange.setToolTip(_("Arrange: add, remove and reorder cards and shortcuts"))
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(GAP)
        for column in range(UNITS):
            self._grid.setColumnStretch(column, 1)
        inner = QWidget()
        stack = _Column(inner)
        stack.setContentsMargins(24, 12, 24, 12)
        stack.setSpacing(GAP)
        stack.addLayout(head)
        stack.addWidget(self._steps)
        stack.addLayout(self._grid, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self._steps.hide()
        self.arrange(arranging=False)

    def _connect(self) -> None:
        self._import.clicked.connect(lambda: self.context.open(Link.to("import")))
        self._new.clicked.connect(lambda: self.context.open(Link.to("contract")))
        self._arrange.clicked.connect(lambda: self.arrange(arranging=not self._arranging))
        self._add_card.clicked.connect(lambda: self._offer(self._add_card, CARD))
        self._add_shortcut.clicked.connect(lambda: self._offer(self._add_shortcut, SHORTCUT))
        self.context.theme.changed.connect(self._redress)

    def _redress(self) -> None:
        self._arrange.setIcon(self.context.theme.icon("edit"))

    def _show_head(self, head: Head) -> None:
        self._hello.setText(greeting(head.hour, head.name))
        words = [long_day(head.today)]
        if head.dollar is not None:
            rate = _("USD 1 = {base} {rate}").format(base=head.base, rate=f"{head.dollar.rate:.4f}")
            words.append(f"{rate} ({head.dollar.day.isoformat()})" if head.dollar.stale else rate)
        elif head.steps.begun:
            words.append(_("no rate of USD for today"))
        self._day.setText("  •  ".join(words))
        self._steps.show_steps(head.steps)
        self._steps.setVisible(not head.steps.begun)

    def _show_layout(self, layout: Desktop) -> None:
        changed = layout.cards != self._layout.cards
        self._layout = layout
        if changed or not self._cards:
            self._place()
        else:
            self._show_shortcuts()
        for card in self._cards.values():
            if not getattr(card, "after", False):
                card.load()
        self.context.jobs.when_idle(self._load_rest)

    def _load_rest(self) -> None:
        """Read what may come after the figures and the list."""
        for card in self._cards.values():
            if getattr(card, "after", False):
                card.load()

    def _place(self) -> None:
        """Put the cards where they belong: rows of 24 units, the last of a row as wide as there is room."""
        wanted = [key for key in self._layout.cards if key in CARDS and self._may(key)]
        for key in [key for key in self._cards if key not in wanted]:
            gone = self._cards.pop(key)
            gone.hide()
            gone.deleteLater()
        for handle in self.findChildren(Handle):
            handle.hide()
            handle.setParent(None)
            handle.deleteLater()
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        self._narrow = self.width() < _NARROW
        for row, line in enumerate(rows_of(wanted, narrow=self._narrow)):
            used = 0
            for place, (key, units) in enumerate(line):
                card = self._card(key)
                last = place == len(line) - 1
                if isinstance(card, FiguresCard):
                    card.fold(narrow=self._narrow)
                self._grid.addWidget(card, row, used, 1, UNITS - used if last else units)
                used += units
                if not isinstance(card, FiguresCard):
                    share = SHARE if card.grows else 1
                    self._grid.setRowStretch(row, max(share, self._grid.rowStretch(row)))
        self._grid.setRowStretch(self._grid.rowCount(), 0 if any(self._stretched()) else 1)
        self._show_shortcuts()
        if self._arranging:
            for key in wanted:
                self._handle(key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the cards anew when the page has become narrow, or wide again."""
        super().resizeEvent(event)
        if self._cards and self._narrow != (self.width() < _NARROW):
            self._place()

    def _may(self, key: str) -> bool:
        """Tell whether the person may see what a card shows."""
        verb = CARDS[key].verb
        return not verb or self.context.seat.actor.can(verb)

    def _stretched(self) -> list[bool]:
        return [card.grows for card in self._cards.values()]

    def _card(self, key: str) -> Any:
        if key not in self._cards:
            card = CARDS[key].build(self.context)
            card.opened.connect(self.context.open)
            if isinstance(card, ShortcutsCard):
                card.arranged.connect(lambda targets: self._keep(SHORTCUT, targets))
            self._cards[key] = card
        return self._cards[key]

    def _show_shortcuts(self) -> None:
        card = self._cards.get("shortcuts")
        if card is not None:
            card.show_targets(self._layout.shortcuts, arranging=self._arranging)

    def _handle(self, key: str) -> None:
        handle = Handle(self.context.theme, key, _(CARDS[key].title), self._cards[key])
        if key == "shortcuts":
            handle.keep_to_top()
        handle.stepped.connect(self._on_step)
        handle.dropped.connect(self._on_drop)
        handle.removed.connect(self._on_remove)
        if key == self._focus:
            handle.setFocus()

    def _on_step(self, key: str, by: int) -> None:
        self._keep(CARD, moved(self._layout.cards, key, self._layout.cards.index(key) + by), key)

    def _on_drop(self, key: str, on: str) -> None:
        if on in self._layout.cards:
            self._keep(CARD, moved(self._layout.cards, key, self._layout.cards.index(on)), key)

    def _on_remove(self, key: str) -> None:
        self._keep(CARD, tuple(one for one in self._layout.cards if one != key))

    def _keep(self, slot: str, targets: tuple[str, ...], focus: str | None = None) -> None:
        """Show the new order at once, and write it into the book."""
        self._focus = focus
        before = self._layout
        self._layout = Desktop(
            targets if slot == CARD else before.cards, targets if slot == SHORTCUT else before.shortcuts
        )
        self._place()
        for key, card in self._cards.items():
            if key not in before.cards:
                card.load()
        self.context.perform(arrange_desktop, ArrangeDesktop(slot, targets))

    def _offer(self, button: QPushButton, slot: str) -> None:
        """Offer what is not there yet."""
        present = self._layout.of(slot)
        titles = (
            {key: kind.title for key, kind in CARDS.items() if self._may(key)}
            if slot == CARD
            else {target: item.title for target, item in offered(self.context.seat.actor.can).items()}
        )
        menu = QMenu(button)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key, title in titles.items():
            if key not in present:
                act = functools.partial(self._keep, slot, (*present, key))
                menu.addAction(_(title).replace("&", "&&"), act)
        if menu.isEmpty():
            menu.addAction(_("Everything is there")).setEnabled(False)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))


def rows_of(keys: list[str], *, narrow: bool = False) -> list[list[tuple[str, int]]]:
    """Answer the cards in rows of at most 24 units, in their order; on a narrow page each takes half as much more."""
    rows: list[list[tuple[str, int]]] = []
    room = 0
    for key in keys:
        units = min(UNITS, CARDS[key].units * 3 // 2) if narrow else CARDS[key].units
        if units > room:
            rows.append([])
            room = UNITS
        rows[-1].append((key, units))
        room -= units
    return rows
