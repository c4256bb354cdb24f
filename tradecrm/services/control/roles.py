"""What a person may do: verbs with their titles, scopes, and the roles a book starts with."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from tradecrm.core.text import N_


class Scope(enum.StrEnum):
    """How far a person sees: their own records, those of their department and below, or all."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of verbs with a scope; ``*`` grants every verb."""

    key: str
    verbs: frozenset[str]
    scope: Scope


_TRADE_VERBS = frozenset(
    {
        "party.read",
        "party.write",
        "product.read",
        "product.write",
        "contract.read",
        "contract.write",
        "shipment.read",
        "shipment.write",
        "task.write",
        "desktop.write",
        "reminder.write",
        "import.run",
        "report.run",
        "export.run",
        "print.run",
        "rate.read",
        "receivable.read",
        "quotation.read",
        "quotation.write",
        "purchase.read",
        "purchase.write",
        "freight.read",
        "freight.write",
        "approval.decide",
        "claim.write",
    }
)
VERB_TITLES: dict[str, str] = {
    "claim.write": N_("write expense claims"),
    "commission.write": N_("reckon and pay commission"),
    "rebate.write": N_("keep VAT invoices and rebate claims"),
    "approval.decide": N_("decide on approvals"),
    "credit.write": N_("set the credit of customers"),
    "freight.read": N_("see freight inquiries"),
    "freight.write": N_("write freight inquiries"),
    "period.close": N_("close periods"),
    "period.reopen": N_("open closed periods again"),
    "price.write": N_("keep price lists and clauses"),
    "purchase.price": N_("see what factories are paid"),
    "purchase.read": N_("see purchase contracts"),
    "purchase.write": N_("write purchase contracts"),
    "quotation.read": N_("see inquiries and quotations"),
    "quotation.write": N_("write inquiries and quotations"),
    "account.read": N_("see bank accounts"),
    "account.reopen": N_("open finished reconciliations again"),
    "account.write": N_("keep bank accounts"),
    "contract.read": N_("see sales contracts"),
    "contract.write": N_("write sales contracts"),
    "desktop.write": N_("arrange the desktop"),
    "export.run": N_("export lists and reports"),
    "import.run": N_("bring spreadsheets in"),
    "party.read": N_("see customers and partners"),
    "party.write": N_("write customers and partners"),
    "payment.write": N_("record payments"),
    "people.write": N_("manage people and their rights"),
    "print.run": N_("print papers"),
    "product.read": N_("see products"),
    "product.write": N_("write products"),
    "profit.read": N_("see costs and profit"),
    "rate.read": N_("see exchange rates"),
    "rate.write": N_("keep exchange rates"),
    "receipt.write": N_("record receipts"),
    "receivable.read": N_("see receivables and payables"),
    "reminder.write": N_("set reminders"),
    "report.run": N_("run reports"),
    "settings.write": N_("change the settings of the firm"),
    "shipment.read": N_("see shipments"),
    "shipment.write": N_("write shipments"),
    "task.write": N_("write tasks"),
}
"""What each verb allows, in words a person reads; a test demands one for every verb the program asks for."""

ROLES: dict[str, Role] = {
    "owner": Role("owner", frozenset({"*"}), Scope.ALL),
    "manager": Role(
        "manager",
        _TRADE_VERBS | {"profit.read", "purchase.price", "receipt.write", "account.read", "price.write"},
        Scope.TEAM,
    ),
    "sales": Role("sales", _TRADE_VERBS, Scope.OWN),
    "finance": Role(
        "finance",
        _TRADE_VERBS
        | {
            "profit.read",
            "purchase.price",
            "receipt.write",
            "payment.write",
            "account.read",
            "account.write",
            "account.reopen",
            "rate.write",
            "credit.write",
            "period.close",
            "rebate.write",
            "commission.write",
        },
        Scope.ALL,
    ),
    "purchaser": Role("purchaser", _TRADE_VERBS | {"purchase.price"}, Scope.TEAM),
    "documents": Role("documents", _TRADE_VERBS | {"rebate.write"}, Scope.TEAM),
}
"""The roles a book starts with (domain.md section 6, visibility)."""
