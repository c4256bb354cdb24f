"""The page of container capacity: what quotations and freight inquiries reckon with (section 9.3)."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.trade.containers import CONTAINER_TYPE_FORM, capacity_table
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import text_label


class ContainerTypesPage(Page):
    """The types with their usable volume and payload; a row opens what the firm reckons with."""

    watches = frozenset({"container_type"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.table = TableView(context.theme)
        self.table.opened.connect(self.edit)
        hint = _(
            "The payload is what road and carrier allow, often far below the plate of the container. "
            "Open a row to set what your firm reckons with."
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 18)
        box.setSpacing(12)
        box.addWidget(text_label(_("Container capacity"), "title"))
        box.addWidget(text_label(hint, "muted", wrap=True))
        box.addWidget(self.table, 1)
        self.reload()

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Container capacity")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "ship"

    def reload(self) -> None:
        """Read the table again."""
        self.context.ask(capacity_table, then=self.table.show_table, replaces=(id(self), "types"))

    def edit(self, link: Link) -> OperationDialog | None:
        """Open the dialog of a type, for who may change the firm's settings; None for others."""
        if not self.context.seat.actor.can("settings.write"):
            return None
        dialog = OperationDialog(self, self.context, link, CONTAINER_TYPE_FORM, lambda _value: self.reload())
        dialog.open()
        return dialog
