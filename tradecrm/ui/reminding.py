"""Looks every minute for what has become due and tells it: corner window, tray, bell; nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from tradecrm.core.changes import Changes
from tradecrm.core.links import Link
from tradecrm.core.text import _, ngettext
from tradecrm.services.control.reminders import MarkShown, TodayRow, due_popup, mark_shown, today_rows
from tradecrm.services.control.reminders import Popup as Due
from tradecrm.ui.due import DUE_KINDS, OVERDUE, TODAY, DueVerbs, due_row, group_of, in_order, what_text
from tradecrm.ui.popup import DueActions, DueRow, Popup, Tray

if TYPE_CHECKING:
    from tradecrm.services.work import Reader
    from tradecrm.ui.context import PageContext
    from tradecrm.ui.shell.window import MainWindow

EVERY_MS = 60_000


def _count_expired(reader: Reader, day: date) -> int:
    """Count the offers that ended; what knows of them is loaded when the first page stands, not before it."""
    from tradecrm.services.trade.quotation_moves import count_expired

    return count_expired(reader, day)


def _count_approvals(reader: Reader) -> int:
    """Count what waits for the person; what knows of it is loaded when the first page stands, not before it."""
    from tradecrm.services.control.approval_cards import waiting_count

    return waiting_count(reader)


class Reminding(QObject):
    """Lives as long as the window. Both queries are indexed and run on a reader lane."""

    def __init__(self, window: MainWindow, context: PageContext) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self._verbs = DueVerbs(context)
        self._numbers: dict[int, TodayRow] = {}
        self._waiting: list[int] = []
        self._next = 1
        self._first = True
        self._was_quiet = False
        self._day: date | None = None
        clock = context.seat.book.clock
        self.actions = DueActions(self._done, self._later, self._open)
        self.popup = Popup(context.theme, self.actions, clock.today)
        self.tray = Tray(context.theme, self._raise, self._leave)
        window.destroyed.connect(self.popup.deleteLater)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        context.changed.connect(self._on_changes)

    def start(self) -> None:
        """Look now and every minute from now on."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Tell nothing more."""
        self._timer.stop()
        self.popup.hide()
        self.tray.hide()

    def look(self) -> None:
        """Ask what came due since the last time, and what waits; on a new day let old offers expire first."""
        self._begin_day()
        if self.quiet:
            # Not asked, so not marked as shown either: it comes when the quiet hours are over.
            self._was_quiet = True
            self.popup.hide()
        else:
            self._context.ask(due_popup, then=self._tell, replaces=(id(self), "due"))
        self._count()

    def _begin_day(self) -> None:
        """Mark quotations whose validity has ended, once a calendar day; pages open overnight are read again."""
        today = self._context.seat.book.clock.today()
        if today == self._day:
            return
        overnight, self._day = self._day is not None, today
        if overnight:
            # What is due, overdue and how old follows from the day.
            self._window.tabs.refresh_all()
        if self._context.seat.actor.can("quotation.write"):
            self._context.ask(_count_expired, today, then=self._expire)

    def _expire(self, count: int) -> None:
        from tradecrm.services.trade.quotation_moves import ExpireQuotations, expire_quotations

        if count and self._day is not None:
            self._context.perform(expire_quotations, ExpireQuotations(self._day))

    @property
    def quiet(self) -> bool:
        """Tell whether the person's quiet hours are now: the bell counts on, nothing else speaks."""
        return self._context.quiet.holds(self._context.seat.book.clock.now())

    def _count(self) -> None:
        self._context.ask(today_rows, then=self._show_waiting, replaces=(id(self), "waiting"))
        self._context.ask(_count_approvals, then=self._show_approvals, replaces=(id(self), "approvals"))

    def _show_approvals(self, count: int) -> None:
        self._window.sidebar.set_count("approvals", count)

    def _tell(self, due: Due) -> None:
        first, self._first = self._first, False
        silent, self._was_quiet = self._was_quiet, False
        title = _("While the program was closed") if first and due.missed else ""
        if silent and not title:
            title = _("During the quiet hours")
        if not due.rows:
            if silent:
                self._show_popup(title)
            return
        rows = in_order(due.rows)
        self._waiting = [*self._waiting, *(self._number(row) for row in rows)]
        self._show_popup(title)
        words = ngettext("{count} reminder", "{count} reminders", len(rows)).format(count=len(rows))
        self.tray.tell(title or words, "\n".join(what_text(row) for row in rows[:5]))
        # Written down at once: a program that is killed now does not tell the same again.
        self._context.perform(mark_shown, MarkShown(tuple(row.occurrence for row in rows)))

    def _show_popup(self, title: str = "") -> None:
        if self.quiet:
            self.popup.hide()
            return
        self.popup.show_due([self._due(number) for number in self._waiting], title)

    def _show_waiting(self, found: Sequence[TodayRow]) -> None:
        rows = [row for row in in_order(found) if group_of(row) in (OVERDUE, TODAY)]
        shown = [self._due(self._number(row)) for row in rows]
        self._window.show_due(shown)
        self.tray.show_due(shown)
        still = {row.occurrence for row in found}
        kept = [number for number in self._waiting if self._numbers[number].occurrence in still]
        if kept != self._waiting:
            self._waiting = kept
            self._show_popup()

    def _number(self, row: TodayRow) -> int:
        for number, known in self._numbers.items():
            if known.occurrence == row.occurrence:
                self._numbers[number] = row
                return number
        number, self._next = self._next, self._next + 1
        self._numbers[number] = row
        return number

    def _due(self, number: int) -> DueRow:
        return due_row(number, self._numbers[number])

    def _done(self, number: int) -> None:
        self._verbs.done(self._numbers[number])
        self._drop(number)

    def _later(self, number: int, when: int | date) -> None:
        self._verbs.later(self._numbers[number], when)
        self._drop(number)

    def _open(self, link: Link) -> None:
        self._raise()
        self._context.open(link)

    def _drop(self, number: int) -> None:
        if number in self._waiting:
            self._waiting.remove(number)
            self._show_popup()

    def _on_changes(self, changes: Changes) -> None:
        if changes & DUE_KINDS:
            self._count()

    def _raise(self) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def _leave(self) -> None:
        self._window.close()
