"""What is begun from a customer: an inquiry, an offer, a contract, a receipt, with the customer filled in."""

from __future__ import annotations

from collections.abc import Sequence

from tradecrm.core.links import Link
from tradecrm.core.text import N_
from tradecrm.screens.spec import ActionSpec, Row


def _one_customer(rows: Sequence[Row]) -> bool:
    return len(rows) == 1 and bool(rows[0].get("is_customer")) and not rows[0].get("archived")


def _begin(target: str, title: str, icon: str, needs: str, field: str = "customer") -> ActionSpec:
    """Make the action that opens a new paper of a customer, who is its ``field``."""
    return ActionSpec(
        target,
        title,
        icon,
        needs=needs,
        enabled=_one_customer,
        opens=lambda rows: Link.to(target, **{field: rows[0]["id"]}),
    )


NEW_CONTRACT = _begin("contract", N_("New contract"), "contracts", "contract.write")
NEW_QUOTATION = _begin("quotation", N_("New quotation"), "quotation", "quotation.write")
NEW_INQUIRY = _begin("inquiry", N_("New inquiry"), "mail", "quotation.write")


def _settles(rows: Sequence[Row]) -> Link | None:
    """Answer the page that settles a partner's accounts, on the side where it stands."""
    side = "AR" if rows[0].get("is_customer") else "AP"
    return Link.to("settle", party=rows[0]["id"], side=side)


SETTLE = ActionSpec(
    "settle",
    N_("Settle accounts"),
    "check",
    needs="receivable.read",
    enabled=lambda rows: len(rows) == 1,
    opens=_settles,
)
RECORD_RECEIPT = _begin("receipt", N_("Record receipt"), "receipts", "receipt.write", "party")
