"""The cards of a shipment's way on its page: milestones and papers, each row opening what can be done with it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.table import Table
from tradecrm.core.text import N_, _
from tradecrm.screens.spec import ActionSpec
from tradecrm.screens.trade.containers import DROP_BILL, DROP_CONTAINER
from tradecrm.services.trade.bills_of_lading import DropBill, drop_bill
from tradecrm.services.trade.checklist import CopyCredit, copy_credit
from tradecrm.services.trade.containers import DropContainer, drop_container
from tradecrm.services.trade.milestones import LayMilestones, lay_out
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.trade_form import TradeFormPage
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

LAY_OUT = ActionSpec(
    "lay_out",
    N_("Draw up the plan"),
    needs="shipment.write",
    operation=lay_out,
    command=lambda rows: LayMilestones(int(rows[0]["id"])),
    done=N_("Milestones and papers are drawn up."),
)
TRANSHIPMENT = ActionSpec(
    "transhipment",
    N_("Add transhipment"),
    needs="shipment.write",
    opens=lambda rows: Link.to("milestone_plan", shipment=int(rows[0]["id"]), code="TRANS"),
)
COPY_CREDIT = ActionSpec(
    "copy_credit",
    N_("Take over from the L/C"),
    needs="shipment.write",
    operation=copy_credit,
    command=lambda rows: CopyCredit(int(rows[0]["id"])),
    done=N_("The papers of the letter of credit are on the list."),
)
ADD_PAPER = ActionSpec(
    "add_paper",
    N_("Add paper"),
    needs="shipment.write",
    opens=lambda rows: Link.to("shipment_paper", shipment=int(rows[0]["id"])),
)
SEND_ALL = ActionSpec(
    "send_papers",
    N_("Send all papers"),
    needs="shipment.write",
    opens=lambda rows: Link.to("send_papers", shipment=int(rows[0]["id"])),
)
ADD_CONTAINER = ActionSpec(
    "add_container",
    N_("Add container"),
    needs="shipment.write",
    opens=lambda rows: Link.to("container", shipment=int(rows[0]["id"])),
)
ADD_BILL = ActionSpec(
    "add_bill_of_lading",
    N_("Add another B/L"),
    needs="shipment.write",
    opens=lambda rows: Link.to("bill_of_lading", shipment=int(rows[0]["id"])),
)
MILESTONE_ACTIONS = (LAY_OUT, TRANSHIPMENT)
PAPER_ACTIONS = (COPY_CREDIT, ADD_PAPER, SEND_ALL)
CONTAINER_ACTIONS = (ADD_CONTAINER, ADD_BILL)


class WayCard(QFrame):
    """A table of the shipment's way under its title, with buttons; a row opens a dialog of the page."""

    def __init__(
        self,
        context: PageContext,
        page: TradeFormPage,
        title: str,
        actions: tuple[ActionSpec, ...],
        dialogs: frozenset[str],
        nothing: str = "",
    ) -> None:
        super().__init__()
        set_role(self, "card")
        self._context = context
        self._page = page
        self._dialogs = dialogs
        self._nothing = nothing or _("Nothing is planned for this shipment yet.")
        self.table = TableView(context.theme)
        self.table.opened.connect(self._open)
        self.buttons: dict[str, QPushButton] = {}
        head = QHBoxLayout()
        head.setContentsMargins(15, 4, 11, 4)
        head.addWidget(text_label(title, "section"))
        head.addStretch(1)
        for action in actions:
            if context.seat.actor.can(action.needs):
                self._add_button(head, action)
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

    def _open(self, link: Link) -> None:
        may = self._context.seat.actor.can("shipment.write")
        if link.target in self._dialogs:
            if may:
                self._page.ask_for(link)
        elif link.target in {DROP_CONTAINER, DROP_BILL}:
            if may:
                self._drop(link.target, int(str(link.param("id") or 0)))
        else:
            self._context.open(link)

    def _drop(self, target: str, key: int) -> None:
        """Take a container or a bill of lading off the shipment."""

        def done(_value: int) -> None:
            self._page.reload()

        if target == DROP_CONTAINER:
            self._context.perform(drop_container, DropContainer(key), then=done)
        else:
            self._context.perform(drop_bill, DropBill(key), then=done)

    def show_table(self, table: Table) -> None:
        """Show the table whole; nothing scrolls inside the card."""
        if "lay_out" in self.buttons:
            self.buttons["lay_out"].setVisible(not table.rows)
        self.table.show_table(table)
        rows = self.table.body.table.rowCount() + 2
        height = rows * self.table.body.verticalHeader().defaultSectionSize()
        self.table.setMinimumHeight(height + self.table.notes.sizeHint().height() + 8)
        if not table.rows:
            self.table.nothing.setText(self._nothing)
