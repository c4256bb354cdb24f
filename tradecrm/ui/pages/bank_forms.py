"""The pages that book a row of a statement or a pasted message, and the page where bank messages are pasted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from tradecrm.core.links import Link
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft
from tradecrm.screens.money.bank_booking import (
    PASTED_RECEIPT,
    ROW_EXPENSE,
    ROW_PAYMENT,
    ROW_RECEIPT,
    ROW_TRANSFER,
)
from tradecrm.screens.money.bank_paste import Pasted, paste_table, read_pasted
from tradecrm.screens.money.payments import with_bills
from tradecrm.screens.money.receipts import with_book
from tradecrm.screens.spec import FormSpec
from tradecrm.ui.asking import may_drop
from tradecrm.ui.context import Page, PageContext, PageFactory
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.pages.money_receipt import MoneyPage, ReceiptPage, propose_repaying
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

_WAITING = N_("What the text tells of money stands here.")
_PAUSE = 300
"""Milliseconds after the last key before a text is read."""


class RowMoneyPage(MoneyPage):
    """Recording money that a row of a statement shows, over what is open with its party."""

    def __init__(
        self, context: PageContext, link: Link, spec: FormSpec, query: Callable[..., Draft], amount: str
    ) -> None:
        super().__init__(context, link, spec, query)
        self._amount = amount

    def _money(self) -> Draft:
        return self.session.draft.put(gross=self.session.draft.get(self._amount))

    def _on_saved(self, value: Any) -> None:
        super()._on_saved(value)
        self.context.toast(_("It is booked and matched to the row of the bank."))
        if self.spec.kind == "receipt":
            propose_repaying(self.context, int(value))


class PastedReceiptPage(ReceiptPage):
    """Recording a receipt that a bank's message told of."""

    form = PASTED_RECEIPT


def row_pages() -> dict[str, PageFactory]:
    """Answer the pages that book a row of a statement."""
    return {
        "row_receipt": lambda context, link: RowMoneyPage(context, link, ROW_RECEIPT, with_book, "gross"),
        "row_payment": lambda context, link: RowMoneyPage(context, link, ROW_PAYMENT, with_bills, "amount"),
        "row_expense": lambda context, link: FormPage(context, link, ROW_EXPENSE),
        "row_transfer": lambda context, link: FormPage(context, link, ROW_TRANSFER),
        "pasted_receipt": PastedReceiptPage,
        "bank_paste": BankPastePage,
    }


class BankPastePage(Page):
    """A text from the bank at the left, what it tells of money at the right; a receipt is recorded from a line."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.found: tuple[Pasted, ...] = ()
        self._offered = ""
        self._opened: set[int] = set()
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText(
            _("Paste a message of your bank, a payment advice, or rows copied from the e-bank or Excel.")
        )
        self.text.setTabChangesFocus(True)
        self.view = TableView(context.theme)
        self.view.nothing.setText(_(_WAITING))
        body = self.view.body
        body.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        body.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.record = set_role(QPushButton(_("Record receipt")), "primary")
        self.record.setToolTip("Alt+R")
        self.record.setShortcut("Alt+R")
        self.record.clicked.connect(self.record_receipt)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self.read)
        self.text.textChanged.connect(self._timer.start)
        body.selectionModel().selectionChanged.connect(lambda *_any: self._enable())
        self._lay_out()
        self._enable()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 16)
        box.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(text_label(self.title(), "title"))
        head.addStretch(1)
        head.addWidget(self.record)
        box.addLayout(head)
        said = text_label(_("The payer, account, fee and invoices are proposed; you confirm them."), "muted")
        box.addWidget(said)
        card = set_role(QFrame(), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 10, 1, 8)
        inside.addWidget(self.view)
        box.addWidget(self.text, 2)
        box.addWidget(card, 3)

    def title(self) -> str:
        """Answer the title of the tab."""
        return _("Receipt from a bank message")

    def icon(self) -> str:
        """Answer the icon of the tab."""
        return "receipts"

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with what lies on the clipboard when it tells of money."""
        super().showEvent(event)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.text.toPlainText():
            held = QApplication.clipboard().text()
            if held.strip():
                self.context.ask(read_pasted, held, then=lambda found: self._take(held, found))

    def _take(self, held: str, found: tuple[Pasted, ...]) -> None:
        if found and not self.text.toPlainText():
            self._offered = held
            self.text.setPlainText(held)

    @property
    def unsaved(self) -> bool:
        """Tell whether a text stands here that was pasted or typed, with a payment that was not gone on with."""
        text = self.text.toPlainText()
        if not text.strip() or text == self._offered:
            return False
        waiting = [line for line, one in enumerate(self.found) if one.message.incoming]
        return self._timer.isActive() or not waiting or not self._opened.issuperset(waiting)

    def leave(self) -> bool:
        """Ask before a pasted text is dropped; one that was only offered lies on the clipboard still."""
        return not self.unsaved or may_drop(self)

    def read(self) -> None:
        """Read the text that stands there now."""
        self.context.ask(
            read_pasted, self.text.toPlainText(), then=self._on_read, replaces=(id(self), "read")
        )

    def _on_read(self, found: tuple[Pasted, ...]) -> None:
        if found != self.found:
            self._opened.clear()
        self.found = found
        self.view.show_table(paste_table(found))
        told = bool(self.text.toPlainText().strip())
        self.view.nothing.setText(
            _("No payment is told in this text: it needs an amount with its currency, and who paid.")
            if told
            else _(_WAITING)
        )
        if found:
            self.view.body.selectRow(0)
        self._enable()

    def _chosen(self) -> Pasted | None:
        lines = {index.row() for index in self.view.body.selectedIndexes()}
        line = min(lines, default=-1)
        return self.found[line] if 0 <= line < len(self.found) else None

    def _enable(self) -> None:
        chosen = self._chosen()
        may = self.context.seat.actor.can("receipt.write")
        self.record.setEnabled(chosen is not None and chosen.message.incoming and may)

    def record_receipt(self) -> None:
        """Open the receipt with what the chosen line tells."""
        chosen = self._chosen()
        if chosen is not None:
            self._opened.add(self.found.index(chosen))
            self.context.open(chosen.link())
