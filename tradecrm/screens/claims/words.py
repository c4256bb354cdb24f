"""Choices and pickers that the pages of claims share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tradecrm.core.claim_flows import COMMISSION_RUN, EXPENSE_CLAIM, REBATE_CLAIM
from tradecrm.core.expenses import EXPENSE_CATEGORIES
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.spec import Choice, PickerSpec, Row
from tradecrm.screens.trade.words import states
from tradecrm.services.claims.choices import ShipmentChoice, shipment_choices

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

CLAIM_STATES = states(EXPENSE_CLAIM)
REBATE_STATES = states(REBATE_CLAIM)
RUN_STATES = states(COMMISSION_RUN)
SPENT_FOR = tuple(Choice(each.code, each.title) for each in EXPENSE_CATEGORIES)
Within = Mapping[str, Any]


def shipment_ref(choice: ShipmentChoice) -> Ref:
    """Answer a shipment as a chosen record, with the currency of its invoice."""
    return Ref(choice.id, choice.number, detail=choice.customer, extra={"currency": choice.currency})


def find_shipments(reader: Reader, text: str, _within: Within) -> Sequence[Ref]:
    """Answer the shipments that take a cost, by number, invoice or customer."""
    return [shipment_ref(each) for each in shipment_choices(reader, text)]


def find_departed(reader: Reader, text: str, _within: Within) -> Sequence[Ref]:
    """Answer shipments that have left and are not closed."""
    return [shipment_ref(each) for each in shipment_choices(reader, text, departed=True)]


SHIPMENT = PickerSpec(find_shipments, None, "shipment")
DEPARTED = PickerSpec(find_departed, None, "shipment")


def record_id(rows: Sequence[Row]) -> int:
    """Answer the id of the one row an action works on."""
    return int(rows[0]["id"])


def is_kept(draft: Draft) -> bool:
    """Tell that the record is in the book."""
    return draft.id is not None


def is_new(draft: Draft) -> bool:
    """Tell that the record is still being written."""
    return draft.id is None
