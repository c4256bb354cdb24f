"""The pages of money by the target of their link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QPushButton

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.money.accounts import ACCOUNT_FORM, ACCOUNT_LIST, EXPENSE_FORM, TRANSFER_FORM
from tradecrm.screens.money.items import payables_list, receivables_list
from tradecrm.screens.money.payments import PAYMENT_LIST
from tradecrm.screens.money.planned import PLANNED_FORM, PLANNED_LIST
from tradecrm.screens.money.rates import RATE_FORM, RATE_LIST
from tradecrm.screens.money.receipts import RECEIPT_LIST
from tradecrm.screens.spec import FormSpec, ListSpec
from tradecrm.ui.context import PageContext, PageFactory
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.dunning import DunningPage
from tradecrm.ui.pages.money_card import AccountPage, ItemPage
from tradecrm.ui.pages.money_receipt import PaymentPage, RatesEntryPage, ReceiptPage


def list_page(spec: ListSpec) -> PageFactory:
    """Make the factory of a list's page."""
    return lambda context, link: ListPage(context, link, spec)


def form_page(spec: FormSpec) -> PageFactory:
    """Make the factory of a form's page."""
    return lambda context, link: FormPage(context, link, spec)


def dated_page(make: Callable[[Callable[[], date]], ListSpec]) -> PageFactory:
    """Make the factory of a list whose colors depend on the day of the book's clock."""
    return lambda context, link: ListPage(context, link, make(context.seat.book.clock.today))


class RatesPage(ListPage):
    """The list of rates, with the way to type several at once."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link, RATE_LIST)
        if context.seat.actor.can("rate.write"):
            several = QPushButton(_("Type several"))
            several.clicked.connect(lambda: context.open(Link.to("rates_entry")))
            self.head_buttons.addWidget(several)


def money_pages() -> dict[str, PageFactory]:
    """Answer the factory of each page of money."""
    return {
        "receivables": dated_page(receivables_list),
        "payables": dated_page(payables_list),
        "receivable": ItemPage,
        "receipts": list_page(RECEIPT_LIST),
        "receipt": ReceiptPage,
        "payments": list_page(PAYMENT_LIST),
        "payment": PaymentPage,
        "bank_accounts": list_page(ACCOUNT_LIST),
        "account": AccountPage,
        "account_form": form_page(ACCOUNT_FORM),
        "transfer": form_page(TRANSFER_FORM),
        "expense": form_page(EXPENSE_FORM),
        "rates": RatesPage,
        "rate": form_page(RATE_FORM),
        "rates_entry": RatesEntryPage,
        "dunning": DunningPage,
        "planned_flows": list_page(PLANNED_LIST),
        "planned_flow": form_page(PLANNED_FORM),
    }
