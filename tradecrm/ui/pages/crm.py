"""The pages of customers and of bringing spreadsheets in, by the target of their link."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.crm.customers import CUSTOMER_FORM, PARTNER_LIST, customers_list
from tradecrm.ui.context import PageContext, PageFactory
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.import_history import ImportHistoryPage
from tradecrm.ui.pages.import_page import ImportPage
from tradecrm.ui.pages.money import views_of


class CustomersPage(ListPage):
    """The list of customers; it begins with those in use, and leads to the other partners."""

    def __init__(self, context: PageContext, link: Link) -> None:
        first = link if link.params else Link.to(link.target, view="active")
        spec = customers_list(context.seat.actor.person_id)
        super().__init__(context, first, spec, views_of(context))
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


def _partners(context: PageContext, link: Link) -> ListPage:
    return ListPage(context, link, PARTNER_LIST, views_of(context))


def _customer(context: PageContext, link: Link) -> FormPage:
    return FormPage(context, link, CUSTOMER_FORM)


def crm_pages() -> dict[str, PageFactory]:
    """Answer the factory of each page of customers and imports."""
    return {
        "customers": CustomersPage,
        "partners": _partners,
        "customer": _customer,
        "import": ImportPage,
        "imports": ImportHistoryPage,
    }
