"""What is begun from a customer: an inquiry, an offer, a contract, a receipt, with the customer filled in."""

from __future__ import annotations

from collections.abc import Sequence

from tradecrm.core.links import Link
from tradecrm.core.text import N_
from tradecrm.screens.spec import ActionSpec, Row


def _one_customer(rows: Sequence[Row]) -> bool:
    return len(rows) == 1 and bool(rows[0].get("is_customer")) and not rows[0].get("archived")


NEW_CONTRACT = ActionSpec(
    "contract",
    N_("New contract"),
    "contracts",
    needs="contract.write",
    enabled=_one_customer,
    opens=lambda rows: Link.to("contract", customer=rows[0]["id"]),
)
NEW_QUOTATION = ActionSpec(
    "quotation",
    N_("New quotation"),
    "quotation",
    needs="quotation.write",
    enabled=_one_customer,
    opens=lambda rows: Link.to("quotation", customer=rows[0]["id"]),
)
NEW_INQUIRY = ActionSpec(
    "inquiry",
    N_("New inquiry"),
    "mail",
    needs="quotation.write",
    enabled=_one_customer,
    opens=lambda rows: Link.to("inquiry", customer=rows[0]["id"]),
)
RECORD_RECEIPT = ActionSpec(
    "receipt",
    N_("Record receipt"),
    "receipts",
    needs="receipt.write",
    enabled=_one_customer,
    opens=lambda rows: Link.to("receipt", party=rows[0]["id"]),
)
