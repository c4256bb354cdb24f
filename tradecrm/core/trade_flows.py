"""The flows of the trade cycle beside contract and shipment: inquiry to purchase, freight, papers (section 1.3)."""

from __future__ import annotations

from tradecrm.core.flow import Flow, State, Tone, Transition
from tradecrm.core.text import N_

INQUIRY = Flow(
    "inquiry",
    (
        State("new", N_("New"), Tone.ACTIVE),
        State("assigned", N_("Assigned"), Tone.ACTIVE),
        State("quoted", N_("Quoted"), Tone.ACTIVE),
        State("won", N_("Won"), Tone.GOOD),
        State("lost", N_("Lost"), Tone.BAD),
        State("void", N_("Void"), Tone.BAD),
    ),
    (
        Transition("assign", N_("Assign"), ("new",), "assigned", N_("Assign")),
        Transition("quote", N_("Quoted"), ("new", "assigned"), "quoted", N_("Quoted"), automatic=True),
        Transition("win", N_("Won"), ("new", "assigned", "quoted"), "won", N_("Won"), automatic=True),
        Transition("lose", N_("Lost"), ("new", "assigned", "quoted"), "lost", N_("Mark as lost")),
        Transition("reopen", N_("Reopen"), ("lost",), "new", N_("Reopen")),
        Transition("void", N_("Void"), ("new", "assigned"), "void", N_("Void")),
    ),
)
"""Inquiry (询盘). The first quotation sent and the contract taking effect move it on."""

QUOTATION = Flow(
    "quotation",
    (
        State("draft", N_("Draft"), Tone.MUTED),
        State("submitted", N_("Submitted"), Tone.WARN),
        State("approved", N_("Approved"), Tone.ACTIVE),
        State("sent", N_("Sent"), Tone.ACTIVE),
        State("accepted", N_("Accepted"), Tone.GOOD),
        State("rejected", N_("Rejected by the customer"), Tone.BAD),
        State("expired", N_("Expired"), Tone.MUTED),
        State("superseded", N_("Superseded"), Tone.MUTED),
        State("void", N_("Void"), Tone.BAD),
    ),
    (
        Transition("submit", N_("Submit for approval"), ("draft",), "submitted", N_("Submit for approval")),
        Transition(
            "approve", N_("Approve"), ("draft", "submitted"), "approved", N_("Approve"), automatic=True
        ),
        Transition(
            "return", N_("Return to draft"), ("submitted", "approved"), "draft", N_("Return to draft")
        ),
        Transition("send", N_("Mark as sent"), ("approved",), "sent", N_("Mark as sent")),
        Transition("accept", N_("Accepted by the customer"), ("sent",), "accepted", N_("Mark as accepted")),
        Transition("reject", N_("Rejected by the customer"), ("sent",), "rejected", N_("Mark as rejected")),
        Transition(
            "unanswer",
            N_("Take the answer back"),
            ("accepted", "rejected"),
            "sent",
            N_("Take the answer back"),
        ),
        Transition("expire", N_("Expired"), ("sent",), "expired", N_("Expired"), automatic=True),
        Transition(
            "revise",
            N_("Revised"),
            ("sent", "rejected", "expired"),
            "superseded",
            N_("Revise"),
            automatic=True,
        ),
        Transition("void", N_("Void"), ("draft",), "void", N_("Void")),
    ),
)
"""Quotation (报价单). A new revision supersedes the one that was sent."""

PROFORMA = Flow(
    "proforma",
    (
        State("draft", N_("Draft"), Tone.MUTED),
        State("submitted", N_("Submitted"), Tone.WARN),
        State("issued", N_("Issued"), Tone.ACTIVE),
        State("confirmed", N_("Confirmed"), Tone.GOOD),
        State("fulfilled", N_("Fulfilled"), Tone.GOOD),
        State("canceled", N_("Canceled"), Tone.BAD),
        State("void", N_("Void"), Tone.BAD),
    ),
    (
        Transition("submit", N_("Submit for approval"), ("draft",), "submitted", N_("Submit for approval")),
        Transition("return", N_("Return to draft"), ("submitted",), "draft", N_("Return to draft")),
        Transition("issue", N_("Issue"), ("draft", "submitted"), "issued", N_("Issue")),
        Transition("confirm", N_("Confirmed by the customer"), ("issued",), "confirmed", N_("Confirm")),
        Transition("fulfill", N_("Fulfilled"), ("confirmed",), "fulfilled", N_("Fulfilled"), automatic=True),
        Transition("cancel", N_("Cancel"), ("issued", "confirmed"), "canceled", N_("Cancel")),
        Transition("void", N_("Void"), ("draft",), "void", N_("Void")),
    ),
)
"""Proforma invoice (形式发票). One that is itself the contract follows the contract instead."""

PURCHASE_CONTRACT = Flow(
    "purchase_contract",
    (
        State("draft", N_("Draft"), Tone.MUTED),
        State("submitted", N_("Submitted"), Tone.WARN),
        State("approved", N_("Approved"), Tone.ACTIVE),
        State("sent", N_("Sent"), Tone.ACTIVE),
        State("confirmed", N_("Confirmed"), Tone.ACTIVE),
        State("in_production", N_("In production"), Tone.ACTIVE),
        State("partly_received", N_("Partly received"), Tone.ACTIVE),
        State("received", N_("Received"), Tone.GOOD),
        State("invoiced", N_("Invoiced"), Tone.GOOD),
        State("closed", N_("Closed"), Tone.GOOD),
        State("canceled", N_("Canceled"), Tone.BAD),
        State("void", N_("Void"), Tone.BAD),
    ),
    (
        Transition("submit", N_("Submit for approval"), ("draft",), "submitted", N_("Submit for approval")),
        Transition(
            "approve", N_("Approve"), ("draft", "submitted"), "approved", N_("Approve"), automatic=True
        ),
        Transition(
            "return", N_("Return to draft"), ("submitted", "approved"), "draft", N_("Return to draft")
        ),
        Transition("send", N_("Mark as sent"), ("approved",), "sent", N_("Mark as sent")),
        Transition("confirm", N_("Confirmed by the factory"), ("sent",), "confirmed", N_("Confirm")),
        Transition(
            "produce", N_("In production"), ("confirmed",), "in_production", N_("Mark as in production")
        ),
        Transition(
            "receive_part",
            N_("Partly received"),
            ("sent", "confirmed", "in_production", "received"),
            "partly_received",
            N_("Partly received"),
            automatic=True,
        ),
        Transition(
            "receive",
            N_("Received"),
            ("sent", "confirmed", "in_production", "partly_received"),
            "received",
            N_("Received"),
            automatic=True,
        ),
        Transition("invoice", N_("Invoiced"), ("received",), "invoiced", N_("Mark as invoiced")),
        Transition("close", N_("Close the contract"), ("invoiced",), "closed", N_("Close contract")),
        Transition("reopen", N_("Reopen"), ("closed",), "invoiced", N_("Reopen")),
        Transition(
            "cancel",
            N_("Cancel the contract"),
            ("submitted", "approved", "sent", "confirmed", "in_production"),
            "canceled",
            N_("Cancel contract"),
        ),
        Transition("void", N_("Void"), ("draft",), "void", N_("Void")),
    ),
)
"""Purchase contract (采购合同). Receipts of goods move it on by themselves."""

FREIGHT_INQUIRY = Flow(
    "freight_inquiry",
    (
        State("draft", N_("Draft"), Tone.MUTED),
        State("sent", N_("Sent"), Tone.ACTIVE),
        State("quoting", N_("Quoting"), Tone.ACTIVE),
        State("comparing", N_("Comparing"), Tone.ACTIVE),
        State("submitted", N_("Submitted"), Tone.WARN),
        State("chosen", N_("Chosen"), Tone.GOOD),
        State("booked", N_("Booked"), Tone.GOOD),
        State("void", N_("Void"), Tone.BAD),
    ),
    (
        Transition("send", N_("Send"), ("draft",), "sent", N_("Mark as sent")),
        Transition("quote", N_("Quote received"), ("sent",), "quoting", N_("Quoting"), automatic=True),
        Transition("compare", N_("Compare"), ("sent", "quoting"), "comparing", N_("Compare quotes")),
        Transition(
            "submit", N_("Submit for approval"), ("comparing",), "submitted", N_("Submit for approval")
        ),
        Transition("return", N_("Return"), ("submitted",), "comparing", N_("Return")),
        Transition("choose", N_("Choose"), ("comparing", "submitted"), "chosen", N_("Choose")),
        Transition("withdraw", N_("The forwarder withdraws"), ("chosen",), "comparing", N_("Withdrawn")),
        Transition("book", N_("Book"), ("chosen",), "booked", N_("Book")),
        Transition("void", N_("Void"), ("draft", "sent", "quoting", "comparing"), "void", N_("Void")),
    ),
)
"""Freight inquiry (运费询价)."""

DOCUMENT = Flow(
    "shipment_document",
    (
        State("to_do", N_("To do"), Tone.MUTED),
        State("draft", N_("Draft"), Tone.ACTIVE),
        State("checked", N_("Checked"), Tone.ACTIVE),
        State("issued", N_("Issued"), Tone.ACTIVE),
        State("sent", N_("Sent"), Tone.GOOD),
        State("amended", N_("Amended"), Tone.WARN),
        State("not_needed", N_("Not needed"), Tone.MUTED),
    ),
    (
        Transition("draft", N_("Draw up"), ("to_do",), "draft", N_("Draw up")),
        Transition("check", N_("Check"), ("draft",), "checked", N_("Mark as checked")),
        Transition("issue", N_("Issue"), ("to_do", "draft", "checked", "amended"), "issued", N_("Issue")),
        Transition("send", N_("Send"), ("issued",), "sent", N_("Mark as sent")),
        Transition("amend", N_("Amend"), ("issued", "sent"), "amended", N_("Amend")),
        Transition("drop", N_("Not needed"), ("to_do", "draft"), "not_needed", N_("Not needed")),
        Transition("want", N_("Needed after all"), ("not_needed",), "to_do", N_("Needed after all")),
    ),
)
"""A row of the document checklist (单证)."""

GOODS_RETURN = Flow(
    "goods_return",
    (
        State("draft", N_("Draft"), Tone.MUTED),
        State("received", N_("Came back"), Tone.GOOD),
        State("reversed", N_("Taken back"), Tone.BAD),
    ),
    (
        Transition("receive", N_("The goods are back"), ("draft",), "received", N_("The goods are back")),
        Transition("reverse", N_("Take back"), ("draft", "received"), "reversed", N_("Take back")),
    ),
)
"""Goods returned (退运). What receiving them booked is reversed, dated; a draft that nobody needs ends the same way."""

TRADE_FLOWS = (INQUIRY, QUOTATION, PROFORMA, PURCHASE_CONTRACT, FREIGHT_INQUIRY, DOCUMENT, GOODS_RETURN)
