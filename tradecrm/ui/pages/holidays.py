"""The page of bank holidays: dates of letters of credit and collections move to a banking day by it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.table import Table
from tradecrm.core.text import _
from tradecrm.screens.trade.holidays import DROP, HOLIDAY_FORM, holidays_table
from tradecrm.services.control.holidays import DropHoliday, drop_holiday
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label


class HolidaysPage(Page):
    """The days in a table, the latest first; one that is wrong is removed from its row."""

    watches = frozenset({"holiday"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.table = TableView(context.theme)
        self.table.opened.connect(self._open)
        self._may = context.seat.actor.can("settings.write")
        self.add_button = set_role(QPushButton(_("Add days")), "primary")
        self.add_button.clicked.connect(lambda _checked=False: self.ask_days())
        if not self._may:
            self.add_button.hide()
        head = QHBoxLayout()
        head.addWidget(text_label(_("Bank holidays"), "title"), 1)
        head.addWidget(self.add_button)
        hint = _(
            "Weekends count as closed by themselves. Enter the holidays of the year and the weekend days "
            "on which banks work, so that dates of letters of credit fall on banking days."
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 18)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(text_label(hint, "muted", wrap=True))
        box.addWidget(self.table, 1)
        self.reload()

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Bank holidays")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "bank"

    def reload(self) -> None:
        """Read the days again."""
        self.context.ask(holidays_table, then=self._show, replaces=(id(self), "holidays"))

    def ask_days(self) -> OperationDialog:
        """Open the dialog that adds days."""
        dialog = OperationDialog(
            self, self.context, Link.to(HOLIDAY_FORM.key), HOLIDAY_FORM, lambda _value: self.reload()
        )
        dialog.open()
        return dialog

    def _open(self, link: Link) -> None:
        if link.target == DROP and self._may:
            command = DropHoliday(int(str(link.param("id") or 0)))
            self.context.perform(drop_holiday, command, then=lambda _value: self.reload())

    def _show(self, table: Table) -> None:
        self.table.show_table(table)
        if not table.rows:
            self.table.nothing.setText(_("No holidays are entered yet; only weekends count."))
