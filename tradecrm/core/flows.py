"""The flows of the documents: sales contract, shipment, receipt, and the statuses of an item (sections 1.3, 3.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tradecrm.core.flow import Flow, State, Tone, Transition
from tradecrm.core.text import N_

_CONTRACT_OPEN = ("draft", "submitted", "approved", "signed", "effective")
_SHIPMENT_BEFORE = ("planned", "booked", "rolled", "cargo_ready", "loaded", "declared")

SALES_CONTRACT = Flow(
    "sales_contract",
    (
        State("draft", N_("Draft"), Tone.MUTED),
        State("submitted", N_("Submitted"), Tone.WARN),
        State("approved", N_("Approved"), Tone.ACTIVE),
        State("signed", N_("Signed"), Tone.ACTIVE),
        State("effective", N_("Effective"), Tone.ACTIVE),
        State("partly_shipped", N_("Partly shipped"), Tone.ACTIVE),
        State("shipped", N_("Shipped"), Tone.GOOD),
        State("closed", N_("Closed"), Tone.GOOD),
        State("short_closed", N_("Short-closed"), Tone.MUTED),
        State("canceled", N_("Canceled"), Tone.BAD),
        State("void", N_("Void"), Tone.BAD),
    ),
    (
        Transition("submit", N_("Submit for approval"), ("draft",), "submitted", N_("Submit for approval")),
        Transition("approve", N_("Approve"), ("submitted",), "approved", N_("Approve")),
        Transition(
            "return",
            N_("Return to draft"),
            ("submitted", "approved", "signed"),
            "draft",
            N_("Return to draft"),
        ),
        Transition("sign", N_("Mark as signed"), ("approved",), "signed", N_("Mark as signed")),
        Transition("make_effective", N_("Put into effect"), ("signed",), "effective", N_("Put into effect")),
        Transition(
            "ship_part",
            N_("Part shipped"),
            ("effective", "shipped"),
            "partly_shipped",
            N_("Part shipped"),
            automatic=True,
        ),
        Transition(
            "ship",
            N_("All shipped"),
            ("effective", "partly_shipped"),
            "shipped",
            N_("All shipped"),
            automatic=True,
        ),
        Transition(
            "unship",
            N_("Shipment taken back"),
            ("partly_shipped", "shipped"),
            "effective",
            N_("Shipment taken back"),
            automatic=True,
        ),
        Transition("close", N_("Close the contract"), ("shipped",), "closed", N_("Close contract")),
        Transition("reopen", N_("Reopen"), ("closed",), "shipped", N_("Reopen")),
        Transition(
            "short_close",
            N_("Close short"),
            ("effective", "partly_shipped"),
            "short_closed",
            N_("Close short"),
        ),
        Transition(
            "cancel", N_("Cancel the contract"), _CONTRACT_OPEN[1:], "canceled", N_("Cancel contract")
        ),
        Transition("void", N_("Void"), ("draft",), "void", N_("Void")),
    ),
)
"""Sales contract (外销合同). Amending makes a new version, which is not a state."""

_STEP_BACK = N_("Take the last step back")
SHIPMENT = Flow(
    "shipment",
    (
        State("planned", N_("Planned"), Tone.MUTED),
        State("booked", N_("Booked"), Tone.ACTIVE),
        State("rolled", N_("Rolled"), Tone.WARN),
        State("cargo_ready", N_("Cargo ready"), Tone.ACTIVE),
        State("loaded", N_("Loaded"), Tone.ACTIVE),
        State("declared", N_("Declared"), Tone.ACTIVE),
        State("departed", N_("Departed"), Tone.GOOD),
        State("arrived", N_("Arrived"), Tone.GOOD),
        State("delivered", N_("Delivered"), Tone.GOOD),
        State("closed", N_("Closed"), Tone.GOOD),
        State("void", N_("Void"), Tone.BAD),
    ),
    (
        Transition("book", N_("Book space"), ("planned", "rolled"), "booked", N_("Book space")),
        Transition("roll", N_("Rolled by the carrier"), ("booked",), "rolled", N_("Rolled")),
        Transition("ready", N_("Cargo ready"), ("booked",), "cargo_ready", N_("Cargo ready")),
        Transition("load", N_("Load cargo"), ("cargo_ready",), "loaded", N_("Load cargo")),
        Transition("declare", N_("Declare to customs"), ("loaded",), "declared", N_("Declare")),
        Transition("depart", N_("Depart"), ("declared",), "departed", N_("Depart")),
        Transition("arrive", N_("Arrive"), ("departed",), "arrived", N_("Arrive")),
        Transition("deliver", N_("Deliver"), ("arrived",), "delivered", N_("Deliver")),
        Transition(
            "close", N_("Close the shipment"), ("arrived", "delivered"), "closed", N_("Close shipment")
        ),
        Transition("reopen", N_("Reopen"), ("closed",), "delivered", N_("Reopen")),
        Transition("void", N_("Void"), _SHIPMENT_BEFORE, "void", N_("Void")),
        Transition("unready", _STEP_BACK, ("cargo_ready",), "booked", _STEP_BACK),
        Transition("unload", _STEP_BACK, ("loaded",), "cargo_ready", _STEP_BACK),
        Transition("undeclare", _STEP_BACK, ("declared",), "loaded", _STEP_BACK),
        Transition("unarrive", _STEP_BACK, ("arrived",), "departed", _STEP_BACK),
        Transition("undepart", _STEP_BACK, ("departed",), "declared", _STEP_BACK),
        Transition("undeliver", _STEP_BACK, ("delivered",), "arrived", _STEP_BACK),
    ),
)
"""Shipment (出运). Departing posts stock issue, commercial invoice, revenue and receivable."""

RECEIPT = Flow(
    "receipt",
    (
        State("draft", N_("Draft"), Tone.MUTED),
        State("posted", N_("Posted"), Tone.ACTIVE),
        State("partly_allocated", N_("Partly allocated"), Tone.ACTIVE),
        State("allocated", N_("Allocated"), Tone.GOOD),
        State("reversed", N_("Reversed"), Tone.BAD),
        State("void", N_("Void"), Tone.BAD),
    ),
    (
        Transition("post", N_("Post"), ("draft",), "posted", N_("Post")),
        Transition(
            "allocate_part",
            N_("Allocate a part"),
            ("posted", "allocated"),
            "partly_allocated",
            N_("Allocate"),
            automatic=True,
        ),
        Transition(
            "allocate",
            N_("Allocate all"),
            ("posted", "partly_allocated"),
            "allocated",
            N_("Allocate"),
            automatic=True,
        ),
        Transition(
            "release",
            N_("Allocation taken back"),
            ("partly_allocated", "allocated"),
            "posted",
            N_("Take back"),
            automatic=True,
        ),
        Transition("reverse", N_("Reverse"), ("posted",), "reversed", N_("Reverse")),
        Transition("void", N_("Void"), ("draft",), "void", N_("Void")),
    ),
)
"""Receipt (收款). A posted one is reversed, never edited; its allocations are reversed first."""

FLOWS = (SALES_CONTRACT, SHIPMENT, RECEIPT)

ITEM_STATUSES: tuple[State, ...] = (
    State("open", N_("Unpaid"), Tone.ACTIVE),
    State("partly_paid", N_("Partly paid"), Tone.WARN),
    State("paid", N_("Paid"), Tone.GOOD),
    State("overdue", N_("Overdue"), Tone.BAD),
    State("over_allocated", N_("Over-allocated"), Tone.BAD),
)
"""Statuses of a receivable or payable item: derived, never stored as truth (section 3.1)."""


_STATUS_OF = {status.key: status for status in ITEM_STATUSES}


def item_status(amount: Decimal, open_amount: Decimal, due: date | None, today: date) -> State:
    """Answer the status of an item; ``due`` is the earliest due date of what is open (section 3.1)."""
    return _STATUS_OF[_status_key(amount, open_amount, due, today)]


def _status_key(amount: Decimal, open_amount: Decimal, due: date | None, today: date) -> str:
    if open_amount == 0:
        return "paid"
    if (open_amount > 0) != (amount > 0) or abs(open_amount) > abs(amount):
        return "over_allocated"
    if open_amount > 0 and due is not None and due < today:
        return "overdue"
    return "open" if open_amount == amount else "partly_paid"
