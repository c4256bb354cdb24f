"""The pages of trade: products, sales contracts, shipments and their costs."""

from __future__ import annotations

from tradecrm.core.links import Link
from tradecrm.screens.spec import FormSpec, ListSpec
from tradecrm.screens.trade.amendment import SHORT_CLOSE_FORM
from tradecrm.screens.trade.contract_list import CONTRACT_LIST
from tradecrm.screens.trade.contracts import AMENDMENT_FORM, CONTRACT_FORM
from tradecrm.screens.trade.costs import BILL_FORM, COST_FORM
from tradecrm.screens.trade.deal_lists import INQUIRY_LIST, PRICE_LIST_LIST, PROFORMA_LIST, QUOTATION_LIST
from tradecrm.screens.trade.estimates import ESTIMATE_FORM
from tradecrm.screens.trade.inquiries import INQUIRY_DIALOGS, INQUIRY_FORM
from tradecrm.screens.trade.joint import SHARE_FORM
from tradecrm.screens.trade.letters import LETTER_FORM, LETTER_LIST
from tradecrm.screens.trade.order_counting import COUNT_FORM
from tradecrm.screens.trade.price_lists import PRICE_LIST_FORM
from tradecrm.screens.trade.products import PRODUCT_LIST
from tradecrm.screens.trade.proformas import CANCEL_FORM, PROFORMA_FORM
from tradecrm.screens.trade.recharges import RECHARGE_FORM
from tradecrm.screens.trade.return_list import RETURN_LIST
from tradecrm.screens.trade.returns import RETURN_DIALOGS, RETURN_FORM
from tradecrm.screens.trade.shipment_list import SHIPMENT_LIST
from tradecrm.screens.trade.shipping import CONTRACT_RELEASE_FORM
from tradecrm.ui.context import PageContext, PageFactory
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.board import BoardPage
from tradecrm.ui.pages.container_types import ContainerTypesPage
from tradecrm.ui.pages.deal import DealPage
from tradecrm.ui.pages.freight import freight_pages
from tradecrm.ui.pages.holidays import HolidaysPage
from tradecrm.ui.pages.paper_set import PaperSetPage
from tradecrm.ui.pages.paper_settings import PaperSettingsPage
from tradecrm.ui.pages.product import ProductPage
from tradecrm.ui.pages.quotation import QuotationPage
from tradecrm.ui.pages.trade_form import TradeFormPage
from tradecrm.ui.pages.trade_paper import PaperPage
from tradecrm.ui.pages.trade_shipment import ShipmentPage

_LISTS = (
    PRODUCT_LIST,
    CONTRACT_LIST,
    SHIPMENT_LIST,
    INQUIRY_LIST,
    QUOTATION_LIST,
    PROFORMA_LIST,
    PRICE_LIST_LIST,
    LETTER_LIST,
    RETURN_LIST,
)
_FORMS: tuple[tuple[FormSpec, tuple[FormSpec, ...]], ...] = (
    (CONTRACT_FORM, (CONTRACT_RELEASE_FORM, COUNT_FORM)),
    (LETTER_FORM, ()),
    (AMENDMENT_FORM, ()),
    (SHORT_CLOSE_FORM, ()),
    (ESTIMATE_FORM, ()),
    (COST_FORM, (BILL_FORM, RECHARGE_FORM, SHARE_FORM)),
    (INQUIRY_FORM, INQUIRY_DIALOGS),
    (PROFORMA_FORM, (CANCEL_FORM,)),
    (PRICE_LIST_FORM, ()),
    (RETURN_FORM, RETURN_DIALOGS),
)


def trade_pages() -> dict[str, PageFactory]:
    """Answer the factory of each trade page by its link's target."""
    found: dict[str, PageFactory] = {spec.key: _list_factory(spec) for spec in _LISTS}
    found.update({spec.key: _form_factory(spec, dialogs) for spec, dialogs in _FORMS})
    found.update(freight_pages())
    found["shipment"] = ShipmentPage
    found["product"] = ProductPage
    found["board"] = BoardPage
    found["holidays"] = HolidaysPage
    found["container_types"] = ContainerTypesPage
    found["deal"] = DealPage
    found["quotation"] = QuotationPage
    found["paper"] = PaperPage
    found["papers"] = PaperSetPage
    found["paper_settings"] = PaperSettingsPage
    return found


def _list_factory(spec: ListSpec) -> PageFactory:
    def make(context: PageContext, link: Link) -> ListPage:
        return ListPage(context, link, spec)

    return make


def _form_factory(spec: FormSpec, dialogs: tuple[FormSpec, ...]) -> PageFactory:
    def make(context: PageContext, link: Link) -> TradeFormPage:
        return TradeFormPage(context, link, spec, {each.key: each for each in dialogs})

    return make
