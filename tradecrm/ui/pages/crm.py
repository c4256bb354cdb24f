"""The pages of customers and of bringing spreadsheets in, by the target of their link."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.crm.credit import CREDIT_FORM
from tradecrm.screens.crm.customers import CUSTOMER_FORM, PARTNER_LIST, customers_list
from tradecrm.screens.crm.party_banks import PARTY_BANK_FORM
from tradecrm.services.data.lists import ListRequest, Totals, count_and_sums
from tradecrm.ui.context import PageContext, PageFactory
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.import_history import ImportHistoryPage
from tradecrm.ui.pages.import_page import ImportPage
from tradecrm.ui.pages.money import form_page, list_page
from tradecrm.ui.pages.trade_form import TradeFormPage


class CustomersPage(ListPage):
    """The list of customers; it begins with those in use, and leads to the other partners."""

    def __init__(self, context: PageContext, link: Link) -> None:
        first = link if link.params else Link.to(link.target, view="active")
        spec = customers_list(context.seat.actor.person_id)
        super().__init__(context, first, spec)
        self._link = link
        self._first = first
        partners = QPushButton(_("Suppliers and partners"))
        partners.clicked.connect(lambda: context.open(Link.to("partners")))
        self.head_buttons.addWidget(partners)

    def begin(self) -> None:
        """Begin with the view In use where the link names none."""
        kept, self._link = self._link, self._first
        super().begin()
        self._link = kept

    def _show_emptiness(self, count: int) -> None:
        """Say that a book holds no customers at all, although the view In use is a filter."""
        if count == 0 and not self.bar.text() and self.bar.filters() == self.spec.views[0].filters:
            self.context.ask(count_and_sums, self.spec.source, ListRequest(), then=self._on_all_counted)
        super()._show_emptiness(count)

    def _on_all_counted(self, totals: Totals) -> None:
        if totals.count == 0:
            self.bar.set_filters(())


class CustomerPage(TradeFormPage):
    """The card of a customer or partner, with what is begun from it."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link, CUSTOMER_FORM, {CREDIT_FORM.key: CREDIT_FORM})


def crm_pages() -> dict[str, PageFactory]:
    """Answer the factory of each page of customers and imports."""
    return {
        "customers": CustomersPage,
        "partners": list_page(PARTNER_LIST),
        "customer": CustomerPage,
        "party_bank": form_page(PARTY_BANK_FORM),
        "import": ImportPage,
        "imports": ImportHistoryPage,
    }
