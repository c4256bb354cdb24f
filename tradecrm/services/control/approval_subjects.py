"""What happens to a paper when its approval is decided, and which page shows it: one line for each kind."""

from __future__ import annotations

import importlib
from typing import Any

from tradecrm.core.links import Link
from tradecrm.services.work import Reader, Work

HANDLERS: dict[str, tuple[str, str]] = {
    "quotation": (
        "tradecrm.services.trade.quotation_moves:quotation_approved",
        "tradecrm.services.trade.quotation_moves:quotation_returned",
    ),
    "proforma": (
        "tradecrm.services.trade.proformas:proforma_approved",
        "tradecrm.services.trade.proformas:proforma_returned",
    ),
    "release": (
        "tradecrm.services.trade.releases:approve_release",
        "tradecrm.services.trade.releases:reject_release",
    ),
    "purchase_contract": (
        "tradecrm.services.trade.purchase_moves:on_approved",
        "tradecrm.services.trade.purchase_moves:on_returned",
    ),
    "purchase_version": (
        "tradecrm.services.trade.purchase_amendments:on_approved",
        "tradecrm.services.trade.purchase_amendments:on_returned",
    ),
    "freight_inquiry": (
        "tradecrm.services.trade.freight_choice:choice_approved",
        "tradecrm.services.trade.freight_choice:choice_returned",
    ),
    "sales_contract": (
        "tradecrm.services.trade.contract_approval:on_approved",
        "tradecrm.services.trade.contract_approval:on_returned",
    ),
    "contract_version": (
        "tradecrm.services.trade.amendments:on_approved",
        "tradecrm.services.trade.amendments:on_returned",
    ),
    "expense_claim": (
        "tradecrm.services.claims.expenses:claim_approved",
        "tradecrm.services.claims.expenses:claim_returned",
    ),
    "period": (
        "tradecrm.services.control.periods:reopening_approved",
        "tradecrm.services.control.periods:reopening_returned",
    ),
    "estimate": (
        "tradecrm.services.trade.estimates:estimate_approved",
        "tradecrm.services.trade.estimates:estimate_returned",
    ),
    "party_bank": (
        "tradecrm.services.crm.party_banks:on_approved",
        "tradecrm.services.crm.party_banks:on_returned",
    ),
    "write_off": (
        "tradecrm.services.money.write_offs:on_approved",
        "tradecrm.services.money.write_offs:on_returned",
    ),
}
"""Kind to ``(on_approved, on_returned)`` as “module:function”, called as ``f(work, subject_id)``.

Returned is what was rejected or withdrawn: the paper goes back to Draft (section 16.3).
"""

PAGES: dict[str, str] = {
    "release": "tradecrm.services.trade.releases:release_link",
    "quotation": "quotation",
    "proforma": "proforma",
    "sales_contract": "contract",
    "contract_version": "amendment",
    "estimate": "estimate",
    "expense_claim": "expense_claim",
    "purchase_contract": "purchase",
    "freight_inquiry": "freight_inquiry",
    "write_off": "write_off",
    "prepayment": "purchase",
    "party_bank": "party_bank",
    "purchase_version": "purchase_amendment",
    "period": "tradecrm.services.control.periods:period_link",
}
"""Kind to the target of the page that opens by the paper's id, or “module:function” that answers the link."""


def _function(name: str) -> Any:
    """Answer the function behind “module:function”."""
    module, _colon, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def tell_approved(work: Work, kind: str, subject_id: int) -> None:
    """Take the paper on, now that it is approved."""
    if kind in HANDLERS:
        _function(HANDLERS[kind][0])(work, subject_id)


def tell_returned(work: Work, kind: str, subject_id: int) -> None:
    """Take the paper back to Draft: it was rejected or withdrawn."""
    if kind in HANDLERS:
        _function(HANDLERS[kind][1])(work, subject_id)


def paper_link(reader: Reader, kind: str, subject_id: int) -> Link | None:
    """Answer the link that opens the paper, None for a kind without a page of its own."""
    page = PAGES.get(kind)
    if page is None:
        return None
    if ":" in page:
        link: Link | None = _function(page)(reader, subject_id)
        return link
    return Link.to(page, id=subject_id)
