"""The pickers of the trade pages: partners by role, products, accounts, contracts and goods to ship."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import _
from tradecrm.screens.draft import Ref
from tradecrm.screens.spec import PickerSpec
from tradecrm.services.crm.parties import PartyChoice, party_card, party_picker
from tradecrm.services.trade.contract_card import account_choices
from tradecrm.services.trade.products import ProductChoice, product_picker
from tradecrm.services.trade.shipment_card import Goods, open_goods, shippable_contracts

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

_LIMIT = 20
Within = Mapping[str, Any]


def party_ref(choice: PartyChoice) -> Ref:
    """Answer a partner as a chosen record, with what a new paper takes over from it."""
    place = ", ".join(part for part in (choice.name_local, choice.city, choice.country) if part)
    extra = {name: getattr(choice, name) for name in ("currency", "incoterm", "incoterm_place", "terms")}
    return Ref(choice.id, choice.name, choice.code, place, extra)


def customers(reader: Reader, text: str, _within: Within) -> Sequence[Ref]:
    """Answer customers by code, name or pinyin initials."""
    return [party_ref(each) for each in party_picker(reader, text, ("is_customer",), _LIMIT)]


def contacts(reader: Reader, text: str, within: Within) -> Sequence[Ref]:
    """Answer the contacts of the customer chosen on the paper, none before there is one."""
    customer = within.get("customer")
    if not isinstance(customer, Ref):
        return []
    typed = text.strip().casefold()
    found = party_card(reader, int(customer.id)).draft.contacts
    return [
        Ref(one.id, one.name, detail=one.email)
        for one in found
        if one.id is not None and typed in f"{one.name} {one.email}".casefold()
    ][:_LIMIT]


def suppliers(reader: Reader, text: str, _within: Within) -> Sequence[Ref]:
    """Answer factories and other suppliers."""
    return [party_ref(each) for each in party_picker(reader, text, ("is_supplier",), _LIMIT)]


def forwarders(reader: Reader, text: str, _within: Within) -> Sequence[Ref]:
    """Answer forwarders."""
    return [party_ref(each) for each in party_picker(reader, text, ("is_forwarder",), _LIMIT)]


def payees(reader: Reader, text: str, _within: Within) -> Sequence[Ref]:
    """Answer whoever may send a bill: suppliers, forwarders and services."""
    roles = ("is_supplier", "is_forwarder", "is_service")
    return [party_ref(each) for each in party_picker(reader, text, roles, _LIMIT)]


def product_ref(choice: ProductChoice) -> Ref:
    """Answer a product as a chosen record, with everything a line copies from it."""
    names = [name for name in ProductChoice.__dataclass_fields__ if name not in {"id", "code"}]
    detail = choice.name_cn or choice.specification
    return Ref(
        choice.id, choice.name_en, choice.code, detail, {name: getattr(choice, name) for name in names}
    )


def products(reader: Reader, text: str, _within: Within) -> Sequence[Ref]:
    """Answer products by item number, English or Chinese name, or pinyin initials."""
    return [product_ref(each) for each in product_picker(reader, text, _LIMIT)]


def accounts(reader: Reader, text: str, within: Within) -> Sequence[Ref]:
    """Answer the firm's accounts, those in the currency of the paper first."""
    currency = str(within.get("currency") or "")
    return [
        Ref(key, name, detail=" · ".join(part for part in (bank, code) if part))
        for key, name, bank, code in account_choices(reader, text, currency)
    ]


def goods_ref(goods: Goods) -> Ref:
    """Answer a contract line to ship as a chosen record, with all that the line of a shipment shows."""
    detail = _("{contract} · {open} {unit} open").format(
        contract=goods.contract, open=f"{goods.open.normalize():,f}", unit=goods.unit
    )
    extra: dict[str, object] = {name: getattr(goods, name) for name in Goods.__dataclass_fields__}
    extra["open"] = goods.open
    return Ref(goods.line_id, goods.description_en, goods.item_no, detail, extra)


def goods_to_ship(reader: Reader, text: str, within: Within) -> Sequence[Ref]:
    """Answer open contract lines of the shipment's customer, or of all when none is chosen yet."""
    customer = within.get("customer")
    key = int(customer.id) if isinstance(customer, Ref) else None
    typed = text.strip().lower()
    found = open_goods(reader, customer_id=key)
    words = [
        (f"{one.contract} {one.item_no} {one.description_en} {one.description_cn}", one) for one in found
    ]
    return [goods_ref(one) for text_, one in words if typed in text_.lower()][:_LIMIT]


def contracts_to_ship(reader: Reader, text: str, within: Within) -> Sequence[Ref]:
    """Answer contracts in force, each with its open goods, so that choosing one fills the lines."""
    customer = within.get("customer")
    key = int(customer.id) if isinstance(customer, Ref) else None
    return [
        Ref(
            each.id,
            each.number,
            detail=f"{each.customer} · {format_money(each.total, each.currency)}",
            extra={
                "customer": Ref(each.customer_id, each.customer, each.customer_code),
                "currency": each.currency,
                "port_of_loading": each.port_of_loading,
                "port_of_discharge": each.port_of_discharge,
                "goods": tuple(goods_ref(one) for one in open_goods(reader, contract_id=each.id)),
            },
        )
        for each in shippable_contracts(reader, text, key)
    ]


CUSTOMER = PickerSpec(customers, Link.to("customer"), "customer")
CONTACT = PickerSpec(contacts)
SUPPLIER = PickerSpec(suppliers, Link.to("customer", role="supplier"), "customer")
FORWARDER = PickerSpec(forwarders, Link.to("customer", role="forwarder"), "customer")
PAYEE = PickerSpec(payees, Link.to("customer", role="service"), "customer")
PRODUCT = PickerSpec(products, Link.to("product"), "product")
ACCOUNT = PickerSpec(accounts, None, "account")
GOODS = PickerSpec(goods_to_ship, None, "contract")
CONTRACT_TO_SHIP = PickerSpec(contracts_to_ship, None, "contract")
