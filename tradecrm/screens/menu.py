"""The functions of the program as the sidebar, the menus and the search box show them, declared as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tradecrm.core.links import Link
from tradecrm.core.text import N_


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A function a person can open: its title (translated when drawn), icon, link, and keyboard shortcut.

    It is shown to those who have all its ``verbs``; whoever has not would find the page refused, or empty.
    """

    title: str
    icon: str
    link: Link
    shortcut: str = ""
    verbs: tuple[str, ...] = ()

    def is_for(self, can: Callable[[str], bool]) -> bool:
        """Tell whether it is shown to a person; ``can`` answers whether they have a right."""
        return all(can(verb) for verb in self.verbs)


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Functions that belong together; the title is empty for the first group and the last.

    ``folded`` hides them until the person opens the group, for what is needed once a month.
    """

    title: str
    items: tuple[MenuItem, ...]
    at_bottom: bool = False
    folded: bool = False


HOME = Link.to("desktop")
"""The page that is always there: the first tab, never closed."""

SIDEBAR: tuple[MenuGroup, ...] = (
    MenuGroup(
        "",
        (
            MenuItem(N_("My Desktop"), "desktop", HOME),
            MenuItem(N_("Today"), "today", Link.to("today")),
            MenuItem(N_("Approvals"), "check", Link.to("approvals")),
        ),
    ),
    MenuGroup(
        N_("Customers"),
        (
            MenuItem(N_("Customers"), "customers", Link.to("customers"), verbs=("party.read",)),
            MenuItem(N_("Suppliers and partners"), "company", Link.to("partners"), verbs=("party.read",)),
        ),
    ),
    MenuGroup(
        N_("Trade"),
        (
            MenuItem(N_("Products"), "products", Link.to("products"), verbs=("product.read",)),
            MenuItem(N_("Price lists"), "star", Link.to("price_lists"), verbs=("product.read",)),
            MenuItem(N_("Inquiries"), "mail", Link.to("inquiries"), verbs=("quotation.read",)),
            MenuItem(N_("Quotations"), "quotation", Link.to("quotations"), verbs=("quotation.read",)),
            MenuItem(N_("Proforma invoices"), "copy", Link.to("proformas"), verbs=("quotation.read",)),
            MenuItem(N_("Sales contracts"), "contracts", Link.to("contracts"), verbs=("contract.read",)),
            MenuItem(N_("Purchase contracts"), "purchase", Link.to("purchases"), verbs=("purchase.read",)),
            MenuItem(N_("Shipments"), "shipments", Link.to("shipments"), verbs=("shipment.read",)),
            MenuItem(N_("Shipments under way"), "shipments", Link.to("board"), verbs=("shipment.read",)),
            MenuItem(N_("Goods returned"), "undo", Link.to("goods_returns"), verbs=("shipment.read",)),
            MenuItem(N_("Letters of credit"), "bank", Link.to("letters_of_credit"), verbs=("contract.read",)),
            MenuItem(N_("Freight inquiries"), "mail", Link.to("freight_inquiries"), verbs=("freight.read",)),
            MenuItem(N_("Import jobs"), "import", Link.to("import_jobs"), verbs=("shipment.read",)),
        ),
    ),
    MenuGroup(
        N_("Receivables and payables"),
        (
            MenuItem(N_("Receivables"), "receivables", Link.to("receivables"), verbs=("receivable.read",)),
            MenuItem(N_("Receipts"), "receipts", Link.to("receipts"), verbs=("receivable.read",)),
            MenuItem(N_("Payables"), "payables", Link.to("payables"), verbs=("receivable.read",)),
            MenuItem(N_("Payments"), "purchase", Link.to("payments"), verbs=("receivable.read",)),
            MenuItem(N_("Settle accounts"), "check", Link.to("settle"), verbs=("receivable.read",)),
            MenuItem(N_("Payment reminders"), "mail", Link.to("dunning"), verbs=("receivable.read",)),
            MenuItem(N_("Settlements"), "check", Link.to("allocations"), verbs=("receivable.read",)),
            MenuItem(N_("Notes and openings"), "edit", Link.to("notes"), verbs=("receivable.read",)),
            MenuItem(N_("Refunds"), "undo", Link.to("refunds"), verbs=("receivable.read",)),
            MenuItem(N_("Write-offs"), "minus", Link.to("write_offs"), verbs=("receivable.read",)),
            MenuItem(N_("Contra entries"), "refresh", Link.to("contras"), verbs=("receivable.read",)),
        ),
    ),
    MenuGroup(
        N_("Accounts and exchange"),
        (
            MenuItem(N_("Bank accounts"), "bank", Link.to("bank_accounts"), verbs=("account.read",)),
            MenuItem(N_("Bank statements"), "reports", Link.to("bank_statements"), verbs=("account.read",)),
            MenuItem(
                N_("Cash projection"),
                "chart",
                Link.to("report/cash_projection"),
                verbs=("report.run", "receivable.read", "account.read"),
            ),
            MenuItem(
                N_("Planned cash flows"),
                "purchase",
                Link.to("planned_flows"),
                verbs=("account.read",),
            ),
            MenuItem(N_("Loans and capital"), "star", Link.to("loans"), verbs=("account.read",)),
            MenuItem(N_("Rates"), "rates", Link.to("rates"), verbs=("rate.read",)),
            MenuItem(N_("Exposure"), "chart", Link.to("fx_exposure"), verbs=("account.read",)),
        ),
    ),
    MenuGroup(
        N_("Expenses and tax"),
        (
            MenuItem(N_("Expense claims"), "receipts", Link.to("expense_claims")),
            MenuItem(N_("VAT invoices"), "payables", Link.to("vat_invoices")),
            MenuItem(N_("Export rebates"), "bank", Link.to("rebate_claims")),
            MenuItem(N_("Sales commission"), "star", Link.to("commission_runs")),
        ),
        folded=True,
    ),
    MenuGroup(
        N_("Period end"),
        (
            MenuItem(N_("Revaluation"), "rates", Link.to("revaluation"), verbs=("account.read",)),
            MenuItem(N_("Close period"), "lock", Link.to("closing"), verbs=("period.close",)),
            MenuItem(N_("For the accountant"), "book", Link.to("accountant"), verbs=("account.read",)),
        ),
        folded=True,
    ),
    MenuGroup(
        N_("Figures"),
        (MenuItem(N_("Reports"), "reports", Link.to("reports"), verbs=("report.run",)),),
    ),
    MenuGroup("", (MenuItem(N_("Settings"), "settings", Link.to("settings")),), at_bottom=True),
)

NEW: tuple[MenuItem, ...] = (
    MenuItem(N_("New customer"), "customers", Link.to("customer"), verbs=("party.write",)),
    MenuItem(N_("New product"), "products", Link.to("product"), verbs=("product.write",)),
    MenuItem(N_("New inquiry"), "mail", Link.to("inquiry"), verbs=("quotation.write",)),
    MenuItem(N_("New quotation"), "quotation", Link.to("quotation"), verbs=("quotation.write",)),
    MenuItem(N_("New contract"), "contracts", Link.to("contract"), "Ctrl+N", verbs=("contract.write",)),
    MenuItem(N_("New purchase contract"), "purchase", Link.to("purchase"), verbs=("purchase.write",)),
    MenuItem(N_("New shipment"), "shipments", Link.to("shipment"), verbs=("shipment.write",)),
    MenuItem(N_("Record receipt"), "receipts", Link.to("receipt"), "Ctrl+R", verbs=("receipt.write",)),
    MenuItem(N_("Record payment"), "payables", Link.to("payment"), verbs=("payment.write",)),
    MenuItem(N_("New expense claim"), "receipts", Link.to("expense_claim"), verbs=("claim.write",)),
    MenuItem(N_("Import spreadsheet"), "import", Link.to("import"), verbs=("import.run",)),
)
"""What can be begun from anywhere; a record's page without ``id`` is a new record."""

MORE_NEW: tuple[MenuItem, ...] = (
    MenuItem(N_("New proforma invoice"), "copy", Link.to("proforma"), verbs=("quotation.write",)),
    MenuItem(N_("New price list"), "star", Link.to("price_list"), verbs=("price.write",)),
    MenuItem(N_("New freight inquiry"), "mail", Link.to("freight_inquiry"), verbs=("freight.write",)),
    MenuItem(N_("New letter of credit"), "bank", Link.to("letter_of_credit"), verbs=("shipment.write",)),
    MenuItem(N_("New import job"), "import", Link.to("import_job"), verbs=("purchase.write",)),
    MenuItem(N_("Goods came back"), "undo", Link.to("goods_return"), verbs=("shipment.write",)),
    MenuItem(N_("Write note"), "edit", Link.to("note"), verbs=("receipt.write",)),
    MenuItem(N_("Record refund"), "undo", Link.to("refund"), verbs=("receipt.write",)),
    MenuItem(N_("Record contra entry"), "refresh", Link.to("contra"), verbs=("payment.write",)),
    MenuItem(N_("Open account"), "bank", Link.to("account_form"), verbs=("account.write",)),
    MenuItem(N_("Transfer or exchange"), "refresh", Link.to("transfer"), verbs=("account.write",)),
    MenuItem(N_("Bring in a statement"), "reports", Link.to("bank_import"), verbs=("account.write",)),
    MenuItem(N_("New planned expense"), "purchase", Link.to("planned_flow"), verbs=("account.write",)),
    MenuItem(N_("New loan"), "star", Link.to("loan"), verbs=("account.write",)),
    MenuItem(N_("New rate"), "rates", Link.to("rate"), verbs=("rate.write",)),
    MenuItem(N_("New VAT invoice"), "payables", Link.to("vat_invoice"), verbs=("rebate.write",)),
    MenuItem(N_("New rebate claim"), "bank", Link.to("rebate_claim"), verbs=("rebate.write",)),
    MenuItem(N_("New task"), "today", Link.to("task"), verbs=("task.write",)),
)
"""What else can be begun: too much for a menu, and found by the search box."""

OPEN_BOOK, NEW_BOOK, SAMPLE_BOOK = Link.to("book/open"), Link.to("book/new"), Link.to("book/sample")
SERVER_BOOK = Link.to("book/server")
OTHER_PERSON = Link.to("book/person")
"""No pages: the window does these itself."""

BOOKS: tuple[MenuItem, ...] = (
    MenuItem(N_("Open book…"), "book", OPEN_BOOK, "Ctrl+O"),
    MenuItem(N_("Open a book on a server…"), "book", SERVER_BOOK),
    MenuItem(N_("New book…"), "book", NEW_BOOK),
    MenuItem(N_("Open the sample book"), "book", SAMPLE_BOOK),
    MenuItem(N_("Work as someone else…"), "person", OTHER_PERSON),
)


def _report(title: str, icon: str, key: str, *needs: str) -> MenuItem:
    """Answer the function that opens a report, shown to who may run it and has what it needs beside."""
    return MenuItem(title, icon, Link.to(f"report/{key}"), verbs=("report.run", *needs))


REPORTS: tuple[MenuItem, ...] = (
    _report(N_("Aging of receivables"), "chart", "aging", "receivable.read"),
    _report(N_("Profit of shipments"), "chart", "profits", "profit.read"),
    _report(N_("Statement of account"), "reports", "party_statement", "receivable.read"),
    _report(N_("Expenses"), "chart", "expenses"),
    _report(N_("Export rebate receivable"), "chart", "rebates", "account.read"),
    _report(N_("Commission by person"), "chart", "commission"),
    _report(N_("Collection plan"), "chart", "collection_plan", "receivable.read"),
    _report(N_("Payment plan"), "chart", "payment_plan", "receivable.read"),
    _report(N_("Bank balances"), "bank", "account_balances", "account.read"),
)


MORE_REPORTS: tuple[MenuItem, ...] = (
    _report(N_("Open invoices"), "reports", "receivables", "receivable.read"),
    _report(
        N_("Goods against bills of a supplier"),
        "reports",
        "supplier_reconciliation",
        "receivable.read",
        "purchase.price",
    ),
    _report(N_("Profit of a shipment"), "chart", "shipment_profit", "profit.read", "shipment.read"),
    _report(N_("Result of a contract"), "chart", "contract_profit", "profit.read", "contract.read"),
    _report(N_("Result of a container"), "chart", "joint_profit", "profit.read", "shipment.read"),
    _report(N_("Late costs of closed shipments"), "chart", "late_costs", "profit.read"),
    _report(N_("Estimate against actual"), "chart", "estimate_actual", "profit.read"),
    _report(N_("Orders by month"), "chart", "orders_by_month", "contract.read"),
    _report(N_("Orders of a period"), "reports", "orders", "contract.read"),
    _report(N_("Account statement"), "reports", "account_statement", "account.read"),
    _report(N_("Income and expense of an account by month"), "reports", "account_months", "account.read"),
    _report(
        N_("Income and expense of an account by what for"), "reports", "account_categories", "account.read"
    ),
    _report(N_("Manufacturer's VAT of a month"), "reports", "manufacturer_month", "account.read"),
    _report(N_("Exposure to exchange rates"), "chart", "fx_exposure", "account.read"),
    _report(N_("Unrealized exchange differences"), "reports", "unrealized", "account.read"),
    _report(N_("Journal"), "reports", "journal", "account.read"),
    _report(N_("Balances by account"), "reports", "chart_balances", "account.read"),
    _report(N_("Ledger totals"), "reports", "trial", "account.read"),
)
"""The other reports of the index: found by the search box under the titles they have there."""

ADMIN: tuple[MenuItem, ...] = (
    MenuItem(N_("Approval rules"), "check", Link.to("approval_rules")),
    MenuItem(N_("People"), "person", Link.to("people")),
    MenuItem(N_("Rebate rates"), "rates", Link.to("rebate_rates")),
    MenuItem(N_("Commission rules"), "star", Link.to("commission_rules")),
)
"""Pages opened from the settings and the search box; they are too rarely needed for the sidebar."""


def pages() -> tuple[MenuItem, ...]:
    """Answer every page of the sidebar, in its order."""
    return tuple(item for group in SIDEBAR for item in group.items)


_LISTS: Mapping[str, tuple[str, ...]] = {
    "today": ("task",),
    "customers": ("party_bank",),
    "inquiries": ("inquiry",),
    "contracts": ("amendment", "short_close", "deal", "estimate"),
    "purchases": ("purchase_amendment",),
    "shipments": ("cost", "papers"),
    "letters_of_credit": ("letter_of_credit",),
    "freight_inquiries": (
        "freight_inquiry",
        "freight_messages",
        "freight_quote",
        "freight_compare",
        "freight_bill",
    ),
    "receipts": ("bank_paste", "pasted_receipt"),
    "bank_accounts": ("account", "account_form", "account_details", "account_hold", "transfer", "expense"),
    "bank_statements": (
        "bank_desk",
        "bank_import",
        "row_expense",
        "row_payment",
        "row_receipt",
        "row_transfer",
    ),
    "loans": ("loan_move",),
    "rates": ("rates_entry", "rates_in"),
    "rebate_claims": ("rebate_rate", "rebate_rates", "declaration", "collection"),
    "commission_runs": ("commission_rule", "commission_rules"),
    "settings": ("approval_rules", "people", "paper_settings", "holidays", "container_types"),
}
"""The pages of a function that are neither its list nor called by the singular of it."""

_HOMES = {page: home for home, pages in _LISTS.items() for page in pages}


def home_of(target: str) -> str:
    """Answer the target of the function that a page belongs to: a record stands in its list, a report in Reports.

    What belongs to none, such as the import of a spreadsheet, is answered with a target no function has.
    """
    functions = {item.link.target for item in pages()}
    if target in functions:
        return target
    return _HOMES.get(target, f"{target.split('/', maxsplit=1)[0]}s")
