"""The lists of inquiries, quotations, proforma invoices and price lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money, format_number
from tradecrm.core.text import N_, _
from tradecrm.core.trade_flows import INQUIRY, PROFORMA, QUOTATION
from tradecrm.screens.spec import ColumnSpec, Fact, ListSpec, Row, ViewSpec
from tradecrm.screens.trade.words import INCOTERMS, states
from tradecrm.services.trade.deal_lists import INQUIRIES, PRICE_LISTS, PROFORMAS, QUOTATIONS
from tradecrm.services.trade.inquiries import inquiry_card
from tradecrm.services.trade.proforma_card import proforma_card
from tradecrm.services.trade.quotation_card import SaleLineCard, quotation_card

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
INQUIRY_STATES = states(INQUIRY)
QUOTATION_STATES = states(QUOTATION)
PROFORMA_STATES = states(PROFORMA)
_SHOWN = 8
"""So many lines of a paper the side of a list shows."""


def _customer(row: Row) -> Link | None:
    return Link.to("customer", id=row["customer_id"])


def inquiry_facts(reader: Reader, inquiry_id: int) -> tuple[Fact, ...]:
    """Answer what the side of the list shows of an inquiry: who asks for what, and what came of it."""
    card = inquiry_card(reader, inquiry_id)
    facts = [
        Fact(_("Customer"), card.customer, link=Link.to("customer", id=card.values["customer_id"])),
        Fact(card.values["subject"], "", strong=True),
    ]
    for line in card.lines[:_SHOWN]:
        quantity = line.values["quantity"]
        words = "" if quantity is None else f"{quantity.normalize():,f} {line.values['unit']}"
        facts.append(Fact(line.product_code or line.values["description_en"], words))
    if card.lost_reason:
        facts.append(Fact(_("Lost because"), card.lost_reason))
    facts += [Fact(part.number, "", link=part.link) for part in card.after]
    return tuple(facts)


def _goods_facts(lines: tuple[SaleLineCard, ...], currency: str) -> list[Fact]:
    facts = []
    for line in lines[:_SHOWN]:
        quantity, unit = line.values["quantity"].normalize(), line.values["unit"]
        words = f"{quantity:,f} {unit}  {currency} {format_number(line.values['price'], 2)}"
        facts.append(Fact(line.product_code or line.values["description_en"], words))
    return facts


def quotation_facts(reader: Reader, quotation_id: int) -> tuple[Fact, ...]:
    """Answer what the side of the list shows of a quotation: amount, goods, answer, what came of it."""
    card = quotation_card(reader, quotation_id)
    currency = card.values["currency"]
    facts = [
        Fact(_("Customer"), card.customer, link=Link.to("customer", id=card.values["customer_id"])),
        Fact(_("Amount"), format_money(card.total, currency), strong=True),
        *_goods_facts(card.lines, currency),
    ]
    if card.answer:
        facts.append(Fact(_("Answer"), card.answer))
    facts += [Fact(part.number, "", link=part.link) for part in (*card.before, *card.after)]
    return tuple(facts)


def proforma_facts(reader: Reader, proforma_id: int) -> tuple[Fact, ...]:
    """Answer what the side of the list shows of a proforma invoice: amount, goods, the papers around it."""
    card = proforma_card(reader, proforma_id)
    currency = card.values["currency"]
    return (
        Fact(_("Customer"), card.customer, link=Link.to("customer", id=card.values["customer_id"])),
        Fact(_("Amount"), format_money(card.total, currency), strong=True),
        *_goods_facts(card.lines, currency),
        *(Fact(part.number, "", link=part.link) for part in (*card.before, *card.after)),
    )


INQUIRY_LIST = ListSpec(
    key="inquiries",
    title=N_("Inquiries"),
    kind="inquiry",
    source=INQUIRIES,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, 125, link=lambda row: Link.to("inquiry", id=row["id"])),
        ColumnSpec("day", N_("Date"), K.DATE),
        ColumnSpec("customer", N_("Customer"), width=210, link=_customer),
        ColumnSpec("subject", N_("Asks for"), width=280),
        ColumnSpec("status", N_("State"), K.CHOICE, choices=INQUIRY_STATES),
        ColumnSpec("reply_by", N_("Reply by"), K.DATE),
        ColumnSpec("person", N_("Answered by"), width=110),
        ColumnSpec("source", N_("Source"), hidden_by_default=True),
        ColumnSpec("lost_reason", N_("Lost because"), hidden_by_default=True),
        ColumnSpec("updated_at", N_("Last changed"), K.DATETIME, hidden_by_default=True),
    ),
    opens=lambda row: Link.to("inquiry", id=row["id"]),
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec(
            "waiting",
            N_("To be answered"),
            (Filter("status", Op.ANY_OF, ("new", "assigned")),),
            (SortKey("reply_by"),),
        ),
        ViewSpec("quoted", N_("Quoted"), (Filter("status", Op.ANY_OF, ("quoted",)),)),
        ViewSpec("won", N_("Won"), (Filter("status", Op.ANY_OF, ("won",)),)),
        ViewSpec("lost", N_("Lost"), (Filter("status", Op.ANY_OF, ("lost",)),)),
    ),
    quick_filters=("status", "customer", "day"),
    new=Link.to("inquiry"),
    new_title=N_("New inquiry"),
    watches=frozenset({"inquiry"}),
    preview=inquiry_facts,
    empty_title=N_("No inquiries yet"),
    empty_text=N_("Note down what a customer asks for; one action makes the quotation of it."),
    icon="mail",
)

QUOTATION_LIST = ListSpec(
    key="quotations",
    title=N_("Quotations"),
    kind="quotation",
    source=QUOTATIONS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, 125, link=lambda row: Link.to("quotation", id=row["id"])),
        ColumnSpec("revision", N_("Revision"), K.INTEGER, 70),
        ColumnSpec("day", N_("Date"), K.DATE),
        ColumnSpec("customer", N_("Customer"), width=220, link=_customer),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("total", N_("Amount"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("status", N_("State"), K.CHOICE, choices=QUOTATION_STATES),
        ColumnSpec("valid_until", N_("Valid until"), K.DATE),
        ColumnSpec("sent_on", N_("Sent on"), K.DATE),
        ColumnSpec(
            "inquiry",
            N_("Inquiry"),
            K.CODE,
            125,
            link=lambda row: Link.to("inquiry", id=row["inquiry_id"]) if row.get("inquiry_id") else None,
        ),
        ColumnSpec("answer", N_("Answer"), hidden_by_default=True),
        ColumnSpec("incoterm", N_("Incoterm"), K.CHOICE, choices=INCOTERMS, hidden_by_default=True),
        ColumnSpec("incoterm_place", N_("Named place"), hidden_by_default=True),
        ColumnSpec("person", N_("Owner"), hidden_by_default=True),
        ColumnSpec("current", N_("Current revision"), K.BOOL, hidden_by_default=True),
        ColumnSpec("updated_at", N_("Last changed"), K.DATETIME, hidden_by_default=True),
    ),
    opens=lambda row: Link.to("quotation", id=row["id"]),
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("current", N_("Current revisions"), (Filter("current", Op.YES),)),
        ViewSpec(
            "draft", N_("Being drawn up"), (Filter("status", Op.ANY_OF, ("draft", "submitted", "approved")),)
        ),
        ViewSpec(
            "sent",
            N_("Waiting for an answer"),
            (Filter("status", Op.ANY_OF, ("sent",)),),
            (SortKey("valid_until"),),
        ),
        ViewSpec("accepted", N_("Accepted"), (Filter("status", Op.ANY_OF, ("accepted",)),)),
        ViewSpec(
            "gone",
            N_("Rejected or expired"),
            (Filter("status", Op.ANY_OF, ("rejected", "expired")), Filter("current", Op.YES)),
        ),
    ),
    quick_filters=("status", "customer", "day"),
    new=Link.to("quotation"),
    new_title=N_("New quotation"),
    watches=frozenset({"quotation"}),
    preview=quotation_facts,
    empty_title=N_("No quotations yet"),
    empty_text=N_("A quotation shows its profit while you type, and becomes the contract in one action."),
    icon="quotation",
    papers=("quotation",),
)

PROFORMA_LIST = ListSpec(
    key="proformas",
    title=N_("Proforma invoices"),
    kind="proforma",
    source=PROFORMAS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, 125, link=lambda row: Link.to("proforma", id=row["id"])),
        ColumnSpec("day", N_("Date"), K.DATE),
        ColumnSpec("customer", N_("Customer"), width=220, link=_customer),
        ColumnSpec("customer_po", N_("Customer's order no."), width=130),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("total", N_("Amount"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("status", N_("State"), K.CHOICE, choices=PROFORMA_STATES),
        ColumnSpec(
            "quotation",
            N_("Quotation"),
            K.CODE,
            125,
            link=lambda row: (
                Link.to("quotation", id=row["quotation_id"]) if row.get("quotation_id") else None
            ),
        ),
        ColumnSpec(
            "contract",
            N_("Contract"),
            K.CODE,
            125,
            link=lambda row: Link.to("contract", id=row["contract_id"]) if row.get("contract_id") else None,
        ),
        ColumnSpec("is_contract", N_("Is the contract"), K.BOOL, hidden_by_default=True),
        ColumnSpec("valid_until", N_("Valid until"), K.DATE, hidden_by_default=True),
        ColumnSpec("updated_at", N_("Last changed"), K.DATETIME, hidden_by_default=True),
    ),
    opens=lambda row: Link.to("proforma", id=row["id"]),
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("draft", N_("Being drawn up"), (Filter("status", Op.ANY_OF, ("draft", "submitted")),)),
        ViewSpec("issued", N_("Waiting for the customer"), (Filter("status", Op.ANY_OF, ("issued",)),)),
        ViewSpec("confirmed", N_("Confirmed"), (Filter("status", Op.ANY_OF, ("confirmed",)),)),
        ViewSpec("fulfilled", N_("Fulfilled"), (Filter("status", Op.ANY_OF, ("fulfilled",)),)),
    ),
    quick_filters=("status", "customer", "day"),
    new=Link.to("proforma"),
    new_title=N_("New proforma invoice"),
    watches=frozenset({"proforma", "sales_contract"}),
    preview=proforma_facts,
    empty_title=N_("No proforma invoices yet"),
    empty_text=N_("Make one of a quotation, or write it at once; it may itself be the contract."),
    icon="copy",
    papers=("proforma",),
)

PRICE_LIST_LIST = ListSpec(
    key="price_lists",
    title=N_("Price lists"),
    kind="price_list",
    source=PRICE_LISTS,
    columns=(
        ColumnSpec("name", N_("Name"), width=220, link=lambda row: Link.to("price_list", id=row["id"])),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("incoterm", N_("Incoterm"), K.CHOICE, choices=INCOTERMS),
        ColumnSpec("grade", N_("Grade"), width=70),
        ColumnSpec(
            "customer",
            N_("Customer"),
            width=210,
            link=lambda row: Link.to("customer", id=row["party_id"]) if row.get("party_id") else None,
        ),
        ColumnSpec("valid_from", N_("Valid from"), K.DATE),
        ColumnSpec("valid_until", N_("Valid until"), K.DATE),
        ColumnSpec("max_discount", N_("Most discount"), K.PERCENT),
        ColumnSpec("prices", N_("Prices"), K.INTEGER, 70),
        ColumnSpec("active", N_("In use"), K.BOOL),
        ColumnSpec("updated_at", N_("Last changed"), K.DATETIME, hidden_by_default=True),
    ),
    opens=lambda row: Link.to("price_list", id=row["id"]),
    default_sort=(SortKey("name"),),
    views=(
        ViewSpec("active", N_("In use"), (Filter("active", Op.YES),)),
        ViewSpec("own", N_("For one customer"), (Filter("customer", Op.FILLED),)),
    ),
    quick_filters=("currency", "customer"),
    new=Link.to("price_list"),
    new_title=N_("New price list"),
    watches=frozenset({"price_list", "price_list_line"}),
    empty_title=N_("No price lists yet"),
    empty_text=N_(
        "A price list gives quotations their prices and floors: for all, a grade, or one customer."
    ),
    icon="star",
)
