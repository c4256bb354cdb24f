"""The page of a shipment: its form, its costs, and the profit sheet with the way from revenue to profit."""

from __future__ import annotations

import functools
from dataclasses import replace

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.table import Table, TableRow
from tradecrm.core.text import _
from tradecrm.reports.profit import SHIPMENT_PROFIT
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import ActionSpec
from tradecrm.screens.trade.containers import (
    BILL_OF_LADING_FORM,
    CONTAINER_FORM,
    bills_table,
    containers_table,
)
from tradecrm.screens.trade.costs import BILL_FORM, COST_FORM, costs_table
from tradecrm.screens.trade.departing import ARRIVE_FORM, BACK_FORM, COPY_FORM, DEPART_FORM
from tradecrm.screens.trade.joint import JOIN_FORM
from tradecrm.screens.trade.late_bill import LATE_BILL_FORM
from tradecrm.screens.trade.shipments import COST_ACTIONS, SHIPMENT_FORM
from tradecrm.screens.trade.shipping import SHIPPING_DIALOGS
from tradecrm.screens.trade.shipping_tables import milestones_table, papers_table
from tradecrm.services.work import Reader
from tradecrm.ui.charts.chart import ChartView
from tradecrm.ui.columns import LEAST_TEXT
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.trade_form import TradeFormPage
from tradecrm.ui.pages.trade_shipping import (
    CONTAINER_ACTIONS,
    MILESTONE_ACTIONS,
    PAPER_ACTIONS,
    WayCard,
)
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

DIALOGS = {
    spec.key: spec
    for spec in (
        DEPART_FORM,
        COPY_FORM,
        ARRIVE_FORM,
        BACK_FORM,
        COST_FORM,
        BILL_FORM,
        LATE_BILL_FORM,
        CONTAINER_FORM,
        BILL_OF_LADING_FORM,
        JOIN_FORM,
        *SHIPPING_DIALOGS,
    )
}

WAY_TABLES = (milestones_table, papers_table, containers_table, bills_table)
"""What the cards of a shipment's way show, in their order."""
_NARROW = 960
"""Pixels of a card in which the costs stand without their rate."""
_LEAST = 100
"""Pixels of a text in a narrow card: names of firms go on in the next line."""


def profit_table(reader: Reader, shipment_id: int) -> Table:
    """Answer the profit sheet of a shipment, as the report of that name does."""
    return SHIPMENT_PROFIT.table(reader, {"shipment": shipment_id})


def narrowed(table: Table) -> Table:
    """Answer the costs without their rates, the codes of their currencies speaking for themselves."""
    kept = [n for n, column in enumerate(table.columns) if column.key != "rate"]

    def cut(rows: tuple[TableRow, ...]) -> tuple[TableRow, ...]:
        return tuple(
            replace(
                row,
                cells=tuple(row.cells[n] for n in kept),
                links=tuple(row.links[n] for n in kept if n < len(row.links)),
            )
            for row in rows
        )

    columns = (table.columns[n] for n in kept)
    shorter = tuple(replace(each, title="") if each.key == "currency" else each for each in columns)
    return replace(table, columns=shorter, rows=cut(table.rows), totals=cut(table.totals))


class CostsCard(QFrame):
    """The costs of a shipment with what can be done with them."""

    def __init__(self, context: PageContext, page: TradeFormPage) -> None:
        super().__init__()
        set_role(self, "card")
        self._context = context
        self._page = page
        self.table = TableView(context.theme)
        self.table.opened.connect(context.open)
        self.buttons: dict[str, QPushButton] = {}
        self.bill: QPushButton | None = None
        self._whole: Table | None = None
        self._narrow = False
        head = QHBoxLayout()
        head.setContentsMargins(15, 4, 11, 4)
        head.addWidget(text_label(_("Costs"), "section"))
        head.addStretch(1)
        can = context.seat.actor.can
        for action in COST_ACTIONS:
            if can(action.needs):
                self._add_button(head, action)
        if can("shipment.write"):
            self.bill = QPushButton(_("Enter bill"))
            self.bill.clicked.connect(self.enter_bill)
            head.addWidget(self.bill)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 8, 1, 8)
        box.setSpacing(6)
        box.addLayout(head)
        box.addWidget(self.table)

    def _add_button(self, head: QHBoxLayout, action: ActionSpec) -> None:
        button = QPushButton(_(action.title))
        button.clicked.connect(lambda _checked=False: self._page.run_action(action))
        head.addWidget(button)
        self.buttons[action.key] = button

    def current_cost(self) -> int | None:
        """Answer the cost of the current row, None on the totals or without a row."""
        index = self.table.body.currentIndex()
        link = self.table.body.table.link(index.row(), 0) if index.isValid() else None
        return int(str(link.param("id"))) if link is not None and link.target == "cost" else None

    def enter_bill(self) -> None:
        """Ask for the bill of the current cost."""
        cost = self.current_cost()
        if cost is None:
            self._context.toast(_("Choose the cost whose bill arrived."))
        else:
            self._page.ask_for(Link.to("bill_cost", cost=cost))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show or leave out what a narrow card has no room for."""
        super().resizeEvent(event)
        if self._whole is not None and (self.width() < _NARROW) != self._narrow:
            self.show_table(self._whole)

    def show_table(self, table: Table) -> None:
        """Show the costs; nothing scrolls inside the card. A narrow one leaves the rate to the cost's own page."""
        self._whole, self._narrow = table, self.width() < _NARROW
        self.table.least_text = _LEAST if self._narrow else LEAST_TEXT
        self.table.show_table(narrowed(table) if self._narrow else table)
        self.table.setMinimumHeight(min(self.table.sizeHint().height() + 8, 560))
        if not table.rows:
            self.table.nothing.setText(
                _("No costs yet. Draft the purchases, and add freight and local charges.")
            )


class ProfitCard(QFrame):
    """The waterfall from revenue to profit, and below it the sheet it is drawn from."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        set_role(self, "card")
        self.table = TableView(context.theme)
        self.chart = ChartView(context.theme)
        self.chart.setMinimumHeight(260)
        for part in (self.table, self.chart):
            part.opened.connect(context.open)
        self.title = text_label("", "section")
        self.title.setContentsMargins(15, 4, 15, 4)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 8, 1, 12)
        box.setSpacing(8)
        box.addWidget(self.title)
        around = QVBoxLayout()
        around.setContentsMargins(15, 0, 15, 0)
        around.addWidget(self.chart)
        box.addLayout(around)
        box.addWidget(self.table)

    def show_table(self, table: Table) -> None:
        """Show the sheet whole, and its chart."""
        currency = table.chart.unit if table.chart is not None else ""
        self.title.setText(_("Profit in {currency}: estimate and actual").format(currency=currency))
        short = {"estimate": _("Estimate"), "actual": _("Actual"), "variance": _("Variance"), "percent": "%"}
        columns = tuple(replace(each, title=short.get(each.key, each.title)) for each in table.columns)
        self.table.show_table(replace(table, columns=columns))
        rows = self.table.body.table.rowCount() + 2
        height = rows * self.table.body.verticalHeader().defaultSectionSize()
        self.table.setMinimumHeight(height + self.table.notes.sizeHint().height() + 16)
        self.chart.set_chart(table.chart)


class ShipmentPage(TradeFormPage):
    """The shipment's form with its costs and its profit below the goods."""

    def __init__(self, context: PageContext, link: Link) -> None:
        self.costs: CostsCard | None = None
        self.profit: ProfitCard | None = None
        self.way: tuple[WayCard, ...] = ()
        super().__init__(context, link, SHIPMENT_FORM, DIALOGS)

    def extend(self, column: QVBoxLayout) -> None:
        """Put milestones, papers, costs and profit below the goods."""
        dialogs = frozenset(DIALOGS)
        self.way = (
            WayCard(self.context, self, _("Milestones"), MILESTONE_ACTIONS, dialogs),
            WayCard(self.context, self, _("Papers"), PAPER_ACTIONS, dialogs),
            WayCard(
                self.context,
                self,
                _("Containers"),
                CONTAINER_ACTIONS,
                dialogs,
                _("No containers yet. Enter numbers and seals when the goods are loaded."),
            ),
            WayCard(self.context, self, _("Bills of lading"), (), dialogs),
        )
        for card in self.way:
            column.addWidget(card)
            card.hide()
        self.costs = CostsCard(self.context, self)
        column.addWidget(self.costs)
        self.costs.hide()
        can = self.context.seat.actor.can
        if all(can(verb) for verb in SHIPMENT_PROFIT.verbs):
            self.profit = ProfitCard(self.context)
            column.addWidget(self.profit)
            self.profit.hide()

    def _ask_panels(self) -> None:
        super()._ask_panels()
        self._ask_sheets(self.session.draft)

    def _ask_sheets(self, draft: Draft) -> None:
        if draft.id is None or self.costs is None:
            return
        for card, query in zip(self.way, WAY_TABLES, strict=False):
            shows = functools.partial(self._show_way, card)
            self.context.ask(query, draft.id, then=shows, replaces=(id(card), "way"))
        self.costs.show()
        self.context.ask(costs_table, draft.id, then=self.costs.show_table, replaces=(id(self), "costs"))
        if self.profit is not None:
            self.profit.show()
            self.context.ask(
                profit_table, draft.id, then=self.profit.show_table, replaces=(id(self), "sheet")
            )

    def _show_way(self, card: WayCard, table: Table) -> None:
        """Show a card of the way; containers and bills of lading only where there are, or may be, some."""
        card.show_table(table)
        boxes = table.key == "containers" and self.session.draft.text("mode") == "FCL"
        card.setVisible(bool(table.rows) or boxes or table.key in {"milestones", "papers"})

    def _show(self) -> None:
        super()._show()
        if self.costs is None:
            return
        rows = [self._row()]
        ready = self.session.draft.id is not None and not self.session.dirty
        open_ = self.session.draft.text("status") not in {"closed", "void"}
        for action in COST_ACTIONS:
            button = self.costs.buttons.get(action.key)
            if button is not None:
                button.setEnabled(ready and open_ and (action.enabled is None or action.enabled(rows)))
        if self.costs.bill is not None:
            self.costs.bill.setEnabled(ready and open_)
        for card in self.way:
            for button in card.buttons.values():
                button.setEnabled(ready and open_)
