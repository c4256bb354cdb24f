"""The pages of purchasing: purchase contracts with their dialogs, and import jobs."""

from __future__ import annotations

from tradecrm.core.links import Link
from tradecrm.screens.money.deposits import ASK_PREPAYMENT_FORM
from tradecrm.screens.spec import FormSpec, ListSpec
from tradecrm.screens.trade.import_jobs import IMPORT_JOB_FORM, IMPORT_JOB_LIST
from tradecrm.screens.trade.purchase_dialogs import BILL_PURCHASE_FORM, RECEIVE_FORM
from tradecrm.screens.trade.purchase_list import PURCHASE_LIST
from tradecrm.screens.trade.purchases import PURCHASE_AMENDMENT_FORM, PURCHASE_FORM
from tradecrm.ui.context import PageContext, PageFactory
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.trade_form import TradeFormPage

_LISTS = (PURCHASE_LIST, IMPORT_JOB_LIST)
_FORMS: tuple[tuple[FormSpec, tuple[FormSpec, ...]], ...] = (
    (PURCHASE_FORM, (RECEIVE_FORM, BILL_PURCHASE_FORM, ASK_PREPAYMENT_FORM)),
    (PURCHASE_AMENDMENT_FORM, ()),
    (IMPORT_JOB_FORM, ()),
)


def purchasing_pages() -> dict[str, PageFactory]:
    """Answer the factory of each page of purchasing by its link's target."""
    found: dict[str, PageFactory] = {spec.key: _list_factory(spec) for spec in _LISTS}
    found.update({spec.key: _form_factory(spec, dialogs) for spec, dialogs in _FORMS})
    return found


def _list_factory(spec: ListSpec) -> PageFactory:
    def make(context: PageContext, link: Link) -> ListPage:
        return ListPage(context, link, spec)

    return make


def _form_factory(spec: FormSpec, dialogs: tuple[FormSpec, ...]) -> PageFactory:
    def make(context: PageContext, link: Link) -> TradeFormPage:
        return TradeFormPage(context, link, spec, {each.key: each for each in dialogs})

    return make
