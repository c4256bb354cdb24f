"""The pages that record money: a receipt over open invoices, a payment over open bills, several rates at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton

from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import _, ngettext
from tradecrm.screens.draft import Draft, Value
from tradecrm.screens.money.deposits import MOVE_DEPOSIT_FORM
from tradecrm.screens.money.payments import PAYMENT_FORM, with_bills
from tradecrm.screens.money.rates import RATES_FORM
from tradecrm.screens.money.receipts import RECEIPT_FORM, oldest_first, repay_link, with_book
from tradecrm.screens.money.taking_back import REVERSE_PAYMENT_FORM, REVERSE_RECEIPT_FORM
from tradecrm.screens.spec import ActionSpec, FormSpec
from tradecrm.services.money.bill_advances import ToRepay, loans_to_repay
from tradecrm.services.money.receipts import ReverseReceipt, reverse_receipt
from tradecrm.ui.context import PageContext
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.pages.trade_dialog import OperationDialog

_ASKED = frozenset({"party", "account", "day"})
_ANSWERED = ("rate_words", "table_rate")
_DIALOGS = {spec.key: spec for spec in (REVERSE_RECEIPT_FORM, REVERSE_PAYMENT_FORM, MOVE_DEPOSIT_FORM)}
"""What a receipt or payment asks in a dialog: why it is reversed, where a deposit goes."""


class MoneyPage(FormPage):
    """A form whose lines are what is open with a party: asked for whenever party, account or day change."""

    def __init__(
        self, context: PageContext, link: Link, spec: FormSpec, open_query: Callable[..., Draft]
    ) -> None:
        super().__init__(context, link, spec)
        self._open_query = open_query
        self.spread_button = QPushButton(_("Oldest first"))
        self.spread_button.setToolTip("Alt+O")
        self.spread_button.clicked.connect(self.spread)
        self.head.buttons.insertWidget(self.head.buttons.count() - 1, self.spread_button)
        shortcut = QShortcut(QKeySequence("Alt+O"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.spread)

    def _run(self, action: ActionSpec, _checked: bool = False) -> None:
        link = action.opens([self._row()]) if action.opens is not None else None
        if link is not None and link.target in _DIALOGS:
            spec = _DIALOGS[link.target]
            OperationDialog(self, self.context, link, spec, lambda _value: self.reload()).open()
            return
        super()._run(action)

    def _on_typed(self, key: str, value: Value) -> None:
        super()._on_typed(key, value)
        if key in _ASKED:
            self.ask_open()

    @property
    def _posted(self) -> bool:
        """Tell whether the record stands in the book; its link knows before it is read back."""
        return self.link().param("id") is not None

    def ask_open(self) -> None:
        """Ask what is open with the party now; only the newest answer counts."""
        if not self._posted:
            self.context.ask(
                self._open_query, self.session.draft, then=self._on_open, replaces=(id(self), "open")
            )

    def _on_open(self, answer: Draft) -> None:
        draft = self.session.draft
        if self._posted:
            return
        for lines in self.spec.lines:
            draft = draft.put_rows(lines.key, answer.rows(lines.key))
        self.session.draft = draft.put(**{key: answer.get(key) for key in _ANSWERED})
        self._show()
        for card in self.lines:
            columns = [column.read_only for column in card.spec.columns]
            if card.grid.grid.rows and not card.grid.currentIndex().isValid():
                card.grid.setCurrentIndex(card.grid.grid.index(0, columns.index(False)))

    def spread(self) -> None:
        """Spread the money over what is open, oldest due first."""
        self.commit_open()
        if self.session.draft.id is None and self.loaded:
            self.session.change("items", oldest_first(self._money()))
            self.session.settle()
            self._show()

    def _money(self) -> Draft:
        return self.session.draft

    def reload(self) -> None:
        """Read again; a record still being typed only asks what is open."""
        if not self._posted and self.loaded and not self.saving:
            self.ask_open()
        else:
            super().reload()

    def _show(self) -> None:
        super()._show()
        if hasattr(self, "spread_button"):
            self.spread_button.setVisible(self.session.draft.id is None)


def propose_repaying(context: PageContext, receipt: int) -> None:
    """Say that money just received settles a bill a bank advanced money on, with the way to pay the loan back."""

    def say(found: Sequence[ToRepay]) -> None:
        if not found:
            return
        loan = found[0]
        words = _("{lender} advanced money on this bill: {amount} of {number} can be repaid.")
        amount = format_money(loan.amount, loan.currency)
        context.toast(
            words.format(lender=loan.lender, amount=amount, number=loan.number),
            _("Repay"),
            lambda: context.open(repay_link(loan)),
        )

    context.ask(loans_to_repay, receipt, then=say)


class ReceiptPage(MoneyPage):
    """Recording a receipt, and showing it once posted."""

    form = RECEIPT_FORM

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link, self.form, with_book)

    def _on_saved(self, value: Any) -> None:
        super()._on_saved(value)
        receipt = int(value)
        opened = Link.to("receipt", id=receipt)
        self.context.toast(
            _("The receipt is posted."),
            _("Open"),
            lambda: self.context.open(opened),
            (_("Reverse"), lambda: self.reverse(receipt)),
        )
        propose_repaying(self.context, receipt)

    def reverse(self, receipt: int) -> None:
        """Take the receipt back."""
        self.context.perform(
            reverse_receipt,
            ReverseReceipt(receipt),
            then=lambda _item: self.context.toast(
                _("The receipt is reversed; its invoices are open again."),
                _("Open"),
                lambda: self.context.open(Link.to("receipt", id=receipt)),
            ),
            title=_("Reverse"),
        )


class PaymentPage(MoneyPage):
    """Recording a payment, and showing it once posted."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link, PAYMENT_FORM, with_bills)

    def _money(self) -> Draft:
        return self.session.draft.put(gross=self.session.draft.get("amount"))


class RatesEntryPage(FormPage):
    """Typing several rates at once; kept, the grid is empty again for the next."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link, RATES_FORM)

    def _on_saved(self, value: Any) -> None:
        self.saving = False
        count = int(value)
        text = ngettext("{count} rate is kept.", "{count} rates are kept.", count).format(count=count)
        self.context.toast(text, _("Rates"), lambda: self.context.open(Link.to("rates")))
        self.context.ask(self.spec.blank, self.link(), then=self._on_loaded)
