"""The page of a deal: the process map of one contract, what holds it up, and every paper of it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from tradecrm.core.flows import SALES_CONTRACT
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.phrases import told_of
from tradecrm.core.text import _
from tradecrm.screens.trade.deal import DealSheet, deal_sheet
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.labels import ElidedLabel
from tradecrm.ui.pages.deal_map import ProcessMap
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

_ROWS_SEEN = 12
"""Rows of a table that are seen at once; a longer one scrolls."""


class DealPage(Page):
    """Map above, then what holds the deal up, then papers, goods, money, tasks and history; each row opens."""

    watches = frozenset(
        {
            "inquiry",
            "quotation",
            "proforma",
            "sales_contract",
            "purchase_contract",
            "freight_inquiry",
            "shipment",
            "shipment_document",
            "item",
            "receipt",
            "earmark",
            "allocation",
            "approval_request",
            "approval_turn",
            "task",
        }
    )

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._sheet: DealSheet | None = None
        self.title_label = set_role(ElidedLabel(right=False), "title")
        self._state = text_label("", "chip")
        self._facts = text_label("", "muted")
        self.map = ProcessMap(context.theme)
        self.map.opened.connect(context.open)
        self._stops = set_role(QFrame(), "card")
        self._stop_lines = QVBoxLayout(self._stops)
        self._stop_lines.setContentsMargins(16, 12, 16, 12)
        self._stop_lines.setSpacing(4)
        self.tables: dict[str, TableView] = {}
        self._column = QVBoxLayout()
        self._lay_out()
        self.reload()

    def title(self) -> str:
        """Answer the number of the contract and its customer."""
        if self._sheet is None:
            return _("Deal")
        return _("Deal {number}").format(number=self._sheet.deal.number)

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "contracts"

    def reload(self) -> None:
        """Read the deal again."""
        self.context.ask(
            deal_sheet, int(str(self.link().param("id"))), then=self._show, replaces=(id(self), "deal")
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title_label, 1)
        head.addWidget(self._state)
        contract = QPushButton(_("Open contract"))
        contract.clicked.connect(self._open_contract)
        head.addWidget(contract)
        inner = QWidget()
        inner.setObjectName("groups")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(14)
        self._column.addWidget(self.map)
        self._column.addWidget(self._stops)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 16)
        whole.setSpacing(12)
        whole.addLayout(head)
        whole.addWidget(self._facts)
        whole.addWidget(scroll, 1)

    def _open_contract(self) -> None:
        self.context.open(Link.to("contract", id=int(str(self.link().param("id")))))

    def _show(self, sheet: DealSheet) -> None:
        self._sheet = sheet
        found = sheet.deal
        self.title_label.setText(f"{found.number}  {found.customer}")
        state = SALES_CONTRACT.state(found.status)
        self._state.setText(_(state.title))
        self._facts.setText(
            _("Contract value {total}, deposit {received} of {due}").format(
                total=format_money(found.total, found.currency),
                received=format_money(found.deposit_received, found.currency),
                due=format_money(found.deposit_due, found.currency),
            )
        )
        self.map.show_steps(sheet.steps)
        self._show_stops(sheet)
        for title, table in sheet.tables:
            view = self.tables.get(title) or self._add_table(title)
            view.show_table(table)
            view.body.setCurrentIndex(QModelIndex())
            rows = min(len(table.rows), _ROWS_SEEN)
            height = (rows + 1) * view.body.verticalHeader().defaultSectionSize() + 16
            view.setFixedHeight(max(height, 76))
        self.changed_title.emit()

    def _add_table(self, title: str) -> TableView:
        card = set_role(QFrame(), "card")
        box = QVBoxLayout(card)
        box.setContentsMargins(1, 8, 1, 8)
        box.setSpacing(6)
        words = text_label(_(title), "section")
        words.setContentsMargins(15, 4, 15, 4)
        view = TableView(self.context.theme)
        view.nothing.setMinimumHeight(56)
        view.opened.connect(self.context.open)
        box.addWidget(words)
        box.addWidget(view)
        self._column.addWidget(card)
        self.tables[title] = view
        return view

    def _show_stops(self, sheet: DealSheet) -> None:
        """Say what holds the deal up and whom it waits for, a line each; nothing when nothing does."""
        empty(self._stop_lines)
        lines = [
            (step, words)
            for step in sheet.steps
            for words in (*((step.waits_for,) if step.waits_for else ()), *step.stops)
        ]
        self._stops.setVisible(bool(lines))
        self._stop_lines.addWidget(text_label(_("What is next"), "section"))
        for step, words in lines:
            self._stop_lines.addWidget(text_label(told_of(_(step.title), words), "", wrap=True))
