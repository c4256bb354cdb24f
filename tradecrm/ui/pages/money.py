"""The pages of money by the target of their link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QPushButton

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.money.account_details import DETAILS_FORM
from tradecrm.screens.money.accounts import ACCOUNT_FORM, ACCOUNT_LIST
from tradecrm.screens.money.allocation_list import ALLOCATION_LIST
from tradecrm.screens.money.bank_desk import STATEMENT_LIST
from tradecrm.screens.money.contra import CONTRA_FORM, CONTRA_LIST, with_both
from tradecrm.screens.money.holds import HOLD_FORM, RELEASE_FORM
from tradecrm.screens.money.items import payables_list, receivables_list
from tradecrm.screens.money.loans import LOAN_FORM, LOAN_LIST, MOVE_FORM
from tradecrm.screens.money.notes import NOTE_FORM, NOTE_LIST
from tradecrm.screens.money.payments import PAYMENT_LIST
from tradecrm.screens.money.planned import PLANNED_FORM, PLANNED_LIST
from tradecrm.screens.money.rates import RATE_FORM, RATE_LIST
from tradecrm.screens.money.receipt_list import RECEIPT_LIST
from tradecrm.screens.money.refunds import REFUND_FORM, REFUND_LIST, with_credits
from tradecrm.screens.money.taking_back import (
    REVERSE_CONTRA_FORM,
    REVERSE_MOVE_FORM,
    REVERSE_NOTE_FORM,
    REVERSE_RECEIPT_FORM,
    REVERSE_REFUND_FORM,
    REVERSE_WRITE_OFF_FORM,
)
from tradecrm.screens.money.write_offs import WRITE_OFF_FORM, WRITE_OFF_LIST
from tradecrm.screens.spec import ActionSpec, FormSpec, ListSpec, Row
from tradecrm.ui.context import PageContext, PageFactory
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.bank_desk import BankDeskPage
from tradecrm.ui.pages.bank_forms import row_pages
from tradecrm.ui.pages.bank_import import BankImportPage
from tradecrm.ui.pages.dunning import DunningPage
from tradecrm.ui.pages.money_booked import expense_page, transfer_page
from tradecrm.ui.pages.money_card import AccountPage, ItemPage
from tradecrm.ui.pages.money_receipt import PaymentPage, RatesEntryPage, ReceiptPage
from tradecrm.ui.pages.money_settle import OpenLinesPage, SettlePage
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.pages.trade_form import TradeFormPage


def list_page(spec: ListSpec) -> PageFactory:
    """Make the factory of a list's page."""
    return lambda context, link: ListPage(context, link, spec)


def form_page(spec: FormSpec) -> PageFactory:
    """Make the factory of a form's page."""
    return lambda context, link: FormPage(context, link, spec)


def dated_page(make: Callable[[Callable[[], date]], ListSpec]) -> PageFactory:
    """Make the factory of a list whose colors depend on the day of the book's clock."""
    return lambda context, link: ListPage(context, link, make(context.seat.book.clock.today))


def flow_page(spec: FormSpec, dialog: FormSpec) -> PageFactory:
    """Make the factory of a form with a way to take its record back in a dialog."""
    return lambda context, link: TradeFormPage(context, link, spec, {dialog.key: dialog})


def _refund_page(context: PageContext, link: Link) -> OpenLinesPage:
    asked = ("party", "account", "side")
    return OpenLinesPage(context, link, REFUND_FORM, with_credits, asked, (REVERSE_REFUND_FORM,))


def _contra_page(context: PageContext, link: Link) -> OpenLinesPage:
    return OpenLinesPage(context, link, CONTRA_FORM, with_both, ("party",), (REVERSE_CONTRA_FORM,))


class RatesPage(ListPage):
    """The list of rates, with the ways to type several at once and to bring a bank's table in."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link, RATE_LIST)
        if context.seat.actor.can("rate.write"):
            several = QPushButton(_("Type several"))
            several.clicked.connect(lambda: context.open(Link.to("rates_entry")))
            self.head_buttons.addWidget(several)
            bring = QPushButton(_("Bring rates in"))
            bring.clicked.connect(lambda: context.open(Link.to("rates_in")))
            self.head_buttons.addWidget(bring)


class ReceiptsPage(ListPage):
    """The list of receipts, with the way to record one from a bank's message."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link, RECEIPT_LIST)
        if context.seat.actor.can("receipt.write"):
            paste = QPushButton(_("From a bank message"))
            paste.clicked.connect(lambda: context.open(Link.to("bank_paste")))
            self.head_buttons.addWidget(paste)

    def run(self, action: ActionSpec, rows: Sequence[Row]) -> None:
        """Ask for the day and the reason before a receipt is reversed; other actions as in every list."""
        link = action.opens(rows) if action.opens is not None else None
        if link is not None and link.target == REVERSE_RECEIPT_FORM.key:
            OperationDialog(self, self.context, link, REVERSE_RECEIPT_FORM).open()
            return
        super().run(action, rows)


def money_pages() -> dict[str, PageFactory]:
    """Answer the factory of each page of money."""
    return {
        "receivables": dated_page(receivables_list),
        "payables": dated_page(payables_list),
        "receivable": ItemPage,
        "receipts": ReceiptsPage,
        "receipt": ReceiptPage,
        "payments": list_page(PAYMENT_LIST),
        "payment": PaymentPage,
        "bank_accounts": list_page(ACCOUNT_LIST),
        "account": AccountPage,
        "account_form": form_page(ACCOUNT_FORM),
        "account_details": form_page(DETAILS_FORM),
        "account_hold": flow_page(HOLD_FORM, RELEASE_FORM),
        "transfer": transfer_page,
        "expense": expense_page,
        "loans": list_page(LOAN_LIST),
        "loan": form_page(LOAN_FORM),
        "loan_move": flow_page(MOVE_FORM, REVERSE_MOVE_FORM),
        "bank_statements": list_page(STATEMENT_LIST),
        "bank_desk": BankDeskPage,
        "bank_import": BankImportPage,
        **row_pages(),
        "rates": RatesPage,
        "rate": form_page(RATE_FORM),
        "rates_entry": RatesEntryPage,
        "settle": SettlePage,
        "allocations": list_page(ALLOCATION_LIST),
        "notes": list_page(NOTE_LIST),
        "note": flow_page(NOTE_FORM, REVERSE_NOTE_FORM),
        "write_offs": list_page(WRITE_OFF_LIST),
        "write_off": flow_page(WRITE_OFF_FORM, REVERSE_WRITE_OFF_FORM),
        "refunds": list_page(REFUND_LIST),
        "refund": _refund_page,
        "contras": list_page(CONTRA_LIST),
        "contra": _contra_page,
        "dunning": DunningPage,
        "planned_flows": list_page(PLANNED_LIST),
        "planned_flow": form_page(PLANNED_FORM),
    }
