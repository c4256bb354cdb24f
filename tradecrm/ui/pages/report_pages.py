"""The index of reports, and the page of one report."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
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
from tradecrm.core.table import Table
from tradecrm.core.text import N_, _
from tradecrm.reports.registry import REPORTS
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.labels import FoldingButton, title_label
from tradecrm.ui.pages.report_view import FORMATS, ReportView
from tradecrm.ui.theme import set_role, text_label

ABOUT = {
    "aging": N_("Who owes what, and how long it is overdue, as of any day."),
    "receivables": N_("Every open invoice with its due date."),
    "party_statement": N_("Every paper of a customer with the running balance, to be sent to the customer."),
    "supplier_reconciliation": N_("What a factory delivered, against what it billed and was paid."),
    "collection_plan": N_("What customers and others will pay, by week or month."),
    "payment_plan": N_("What is to be paid, with purchases and costs that are not billed yet."),
    "cash_projection": N_("What every account will hold, and the first day it falls short."),
    "shipment_profit": N_("Revenue, costs, rebate and profit of one shipment, estimated against actual."),
    "profits": N_("Profit and margin of all shipments of a period."),
    "late_costs": N_("What was billed of shipments after they were closed, by salesperson and month."),
    "contract_profit": N_(
        "What a contract earned over all its shipments, with the costs that it bears itself."
    ),
    "joint_profit": N_(
        "What the shipments of one container earn together, and what a unit of each currency costs."
    ),
    "estimate_actual": N_("What shipments were expected to earn against what they earned, cost by cost."),
    "orders_by_month": N_("Contracts signed, by month, in base currency."),
    "orders": N_("Every contract of a period with its amount."),
    "account_balances": N_("What every account holds, as of any day."),
    "account_statement": N_("Every entry of an account with the running balance."),
    "account_months": N_("What came in and went out of an account, by month."),
    "account_categories": N_("What came in and went out of an account, by what it was for."),
    "expenses": N_("What was spent, by category, person, month or shipment."),
    "rebates": N_("What the tax office owes for every shipment, booked, received and still to come."),
    "manufacturer_month": N_(
        "What a manufacturer who exports may credit, gets refunded and carries on, from a month's exports."
    ),
    "commission": N_("What each salesperson has earned, is paid and is owed."),
    "unrealized": N_("What is open in foreign currency, at the closing rate against its carrying."),
    "fx_exposure": N_("What is held and expected in each foreign currency, and what a change of rates does."),
    "journal": N_("The ledger as the accountant's vouchers, debit and credit by account."),
    "chart_balances": N_("What each account of the chart held, moved and holds."),
    "trial": N_("All books of the ledger, checked to add up to zero."),
}
_MONEY: Changes = frozenset(
    {
        "receipt", "payment", "allocation", "item", "ledger_entry", "shipment", "sales_contract", "cost_line",
        "rate", "account", "transfer", "account_expense", "setting", "promise", "planned_flow", "purchase_contract",
    }
)  # fmt: skip


class ReportIndexPage(Page):
    """All reports a person may run, each with what it answers."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 16)
        box.setSpacing(12)
        box.addWidget(text_label(_("Reports"), "title"))
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        self.buttons: list[QPushButton] = []
        can = context.seat.actor.can
        offered = [spec for spec in REPORTS if spec.main and all(can(verb) for verb in spec.verbs)]
        for number, spec in enumerate(offered):
            grid.addWidget(self._card(spec.key, _(spec.title)), number // 2, number % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(offered), 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        box.addWidget(scroll, 1)

    def _card(self, key: str, title: str) -> QFrame:
        card = set_role(QFrame(), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(12, 10, 16, 12)
        inside.setSpacing(2)
        button = set_role(QPushButton(title), "link")
        button.setFont(self.context.theme.font(14, semibold=True))
        button.clicked.connect(lambda: self.context.open(Link.to(f"report/{key}")))
        self.buttons.append(button)
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        inside.addLayout(row)
        about = text_label(_(ABOUT[key]) if key in ABOUT else "", "muted", wrap=True)
        about.setContentsMargins(5, 0, 0, 0)
        inside.addWidget(about)
        return card

    def title(self) -> str:
        """Answer the title of the tab."""
        return _("Reports")

    def icon(self) -> str:
        """Answer the icon of the tab."""
        return "reports"

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard on the first report."""
        super().showEvent(event)
        if self.buttons:
            self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)


class ReportPage(Page):
    """One report: title and files at the top, parameters, chart and table below."""

    watches = _MONEY

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        key = link.target.removeprefix("report/")
        self.report = ReportView(context, key, dict(link.params))
        self.heading = title_label(_(self.report.spec.title))
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 16)
        box.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.heading)
        head.addStretch(1)
        for button in self._buttons():
            head.addWidget(button)
        box.addLayout(head)
        box.addWidget(self.report, 1)
        self.report.shown.connect(self._on_shown)

    def _buttons(self) -> list[QPushButton]:
        copy = FoldingButton(_("Copy"), self.context.theme.icon("copy"))
        copy.clicked.connect(self.report.copy)
        export = FoldingButton(_("Export"), self.context.theme.icon("export"))
        export.setToolTip("Ctrl+E")
        export.clicked.connect(partial(self._drop_down, export))
        shortcut = QShortcut(QKeySequence("Ctrl+E"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(partial(self._drop_down, export))
        return [copy, export]

    def export_menu(self) -> QMenu:
        """Answer the files a report can be written as."""
        menu = QMenu(self)
        if self.context.seat.actor.can("export.run"):
            for form, title in FORMATS:
                menu.addAction(title, partial(self.report.export, form))
        return menu

    def _drop_down(self, button: QPushButton, _checked: bool = False) -> None:
        self.export_menu().popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    def title(self) -> str:
        """Answer the report's title."""
        table = self.report.table
        return table.title if table is not None else _(self.report.spec.title)

    def icon(self) -> str:
        """Answer the icon of the tab."""
        return "reports"

    def showEvent(self, event: QShowEvent) -> None:
        """Run when first shown."""
        super().showEvent(event)
        self.report.begin()

    def reload(self) -> None:
        """Run again with the same parameters."""
        self.report.run()

    def save_state(self) -> dict[str, Any]:
        """Answer the parameters as texts."""
        return {key: str(value) for key, value in self.report.bar.given().items()}

    def restore_state(self, state: dict[str, Any]) -> None:
        """Begin with the parameters kept."""
        known = {param.key for param in self.report.spec.params}
        self.report.given_first |= {key: value for key, value in state.items() if key in known}

    def _on_shown(self, table: Table) -> None:
        self.heading.setText(table.title)
        self.changed_title.emit()
        if self.isVisible() and not self.report.bar.isAncestorOf(self.focusWidget() or self):
            self.report.focus_table()
