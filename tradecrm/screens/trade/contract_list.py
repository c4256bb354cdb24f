"""The list of sales contracts (外销合同)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.presets import terms_wording
from tradecrm.core.terms import decode_terms
from tradecrm.core.text import N_, _
from tradecrm.screens.spec import ActionSpec, ColumnSpec, Fact, ListSpec, ViewSpec
from tradecrm.screens.trade.words import CONTRACT_STATES, INCOTERMS, paper_language
from tradecrm.services.trade.contract_card import contract_card
from tradecrm.services.trade.lists import CONTRACTS
from tradecrm.services.trade.shipments import SHIPPABLE

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind


def contract_facts(reader: Reader, contract_id: int) -> tuple[Fact, ...]:
    """Answer what the side of the list shows of a contract: money, terms, goods shipped of those ordered."""
    card = contract_card(reader, contract_id)
    values, currency = card.values, card.values["currency"]
    facts = [
        Fact(_("Customer"), card.customer, link=Link.to("customer", id=values["customer_id"])),
        Fact(_("Amount"), format_money(values["total"], currency), strong=True),
        Fact(_("Deposit due"), format_money(values["deposit_due"], currency)),
        Fact(_("Deposit received"), format_money(card.received, currency)),
        Fact(terms_wording(decode_terms(values["terms"]), paper_language()), "", muted=True),
    ]
    for line in card.lines:
        shipped, ordered = line.shipped.normalize(), line.values["quantity"].normalize()
        words = _("{shipped} of {ordered} {unit} shipped").format(
            shipped=f"{shipped:,f}", ordered=f"{ordered:,f}", unit=line.values["unit"]
        )
        facts.append(Fact(line.product_code or line.product_name, words))
    return tuple(facts)


NEW_SHIPMENT = ActionSpec(
    "ship",
    N_("New shipment"),
    icon="shipments",
    needs="shipment.write",
    enabled=lambda rows: len(rows) == 1 and rows[0].get("status") in SHIPPABLE,
    opens=lambda rows: Link.to("shipment", contract=int(rows[0]["id"])),
)
PRINT = ActionSpec(
    "print",
    N_("Preview and print"),
    icon="print",
    needs="print.run",
    enabled=lambda rows: len(rows) == 1,
    opens=lambda rows: Link.to("paper", kind="contract", id=int(rows[0]["id"])),
)

CONTRACT_LIST = ListSpec(
    key="contracts",
    title=N_("Sales contracts"),
    kind="sales_contract",
    source=CONTRACTS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, 130, link=lambda row: Link.to("contract", id=row["id"])),
        ColumnSpec("day", N_("Date"), K.DATE),
        ColumnSpec(
            "customer", N_("Customer"), width=230, link=lambda row: Link.to("customer", id=row["customer_id"])
        ),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("total", N_("Amount"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("deposit_due", N_("Deposit due"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("status", N_("State"), K.CHOICE, choices=CONTRACT_STATES),
        ColumnSpec("latest_shipment", N_("Latest shipment"), K.DATE),
        ColumnSpec("customer_po", N_("Customer's order no."), hidden_by_default=True),
        ColumnSpec("incoterm", N_("Incoterm"), K.CHOICE, choices=INCOTERMS, hidden_by_default=True),
        ColumnSpec("incoterm_place", N_("Named place"), hidden_by_default=True),
        ColumnSpec("effective_on", N_("In effect since"), K.DATE, hidden_by_default=True),
        ColumnSpec("updated_at", N_("Last changed"), K.DATETIME, hidden_by_default=True),
    ),
    opens=lambda row: Link.to("contract", id=row["id"]),
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("draft", N_("Drafts"), (Filter("status", Op.ANY_OF, ("draft",)),)),
        ViewSpec(
            "deposit",
            N_("Waiting for deposit"),
            (Filter("status", Op.ANY_OF, ("signed",)), Filter("deposit_due", Op.AT_LEAST, (1,))),
        ),
        ViewSpec(
            "effect",
            N_("In effect"),
            (Filter("status", Op.ANY_OF, ("effective", "partly_shipped")),),
            (SortKey("latest_shipment"),),
        ),
        ViewSpec("shipped", N_("Shipped"), (Filter("status", Op.ANY_OF, ("shipped", "closed")),)),
    ),
    quick_filters=("status", "day", "currency"),
    actions=(NEW_SHIPMENT, PRINT),
    new=Link.to("contract"),
    new_title=N_("New contract"),
    watches=frozenset({"sales_contract", "contract_line", "party", "shipment"}),
    preview=contract_facts,
    empty_title=N_("No sales contracts yet"),
    empty_text=N_(
        "A sales contract says what a customer buys, at what price and terms. Shipments, invoices and receipts follow."
    ),
    icon="contracts",
    papers=("contract",),
)
