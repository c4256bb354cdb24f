"""The flows of expense claims, rebate claims and commission runs (domain.md sections 4 and 1.8)."""

from __future__ import annotations

from tradecrm.core.flow import Flow, State, Tone, Transition
from tradecrm.core.text import N_

EXPENSE_CLAIM = Flow(
    "expense_claim",
    (
        State("draft", N_("Draft"), Tone.MUTED),
        State("submitted", N_("Submitted"), Tone.WARN),
        State("approved", N_("Approved"), Tone.ACTIVE),
        State("paid", N_("Paid"), Tone.GOOD),
        State("posted", N_("Paid and booked"), Tone.GOOD),
        State("void", N_("Void"), Tone.BAD),
    ),
    (
        Transition("submit", N_("Submit for approval"), ("draft",), "submitted", N_("Submit for approval")),
        Transition("approve", N_("Approve"), ("submitted",), "approved", N_("Approve"), automatic=True),
        Transition(
            "return", N_("Return to draft"), ("submitted", "approved"), "draft", N_("Return to draft")
        ),
        Transition("pay", N_("Pay the claim"), ("approved",), "paid", N_("Pay")),
        Transition("post", N_("Book the claim"), ("paid",), "posted", N_("Book the claim"), automatic=True),
        Transition("reverse", N_("Take the payment back"), ("posted",), "approved", N_("Take payment back")),
        Transition("void", N_("Void"), ("draft", "approved"), "void", N_("Void")),
    ),
)
"""Expense claim (费用报销). Paying and booking are one posting, so no claim stays paid without its booking."""

REBATE_CLAIM = Flow(
    "rebate_claim",
    (
        State("collecting", N_("Collecting"), Tone.MUTED),
        State("ready", N_("Ready to file"), Tone.ACTIVE),
        State("filed", N_("Filed"), Tone.ACTIVE),
        State("approved", N_("Granted"), Tone.ACTIVE),
        State("partly_received", N_("Part received"), Tone.WARN),
        State("received", N_("Rebate received"), Tone.GOOD),
        State("refused", N_("Not granted"), Tone.BAD),
    ),
    (
        Transition("ready", N_("Mark as ready"), ("collecting",), "ready", N_("Mark as ready")),
        Transition("collect", N_("Collect again"), ("ready", "filed"), "collecting", N_("Collect again")),
        Transition("file", N_("File the claim"), ("ready",), "filed", N_("File the claim")),
        Transition("approve", N_("Granted"), ("filed",), "approved", N_("Approved by the tax office")),
        Transition(
            "receive_part",
            N_("Part received"),
            ("approved", "received"),
            "partly_received",
            N_("Receive"),
            automatic=True,
        ),
        Transition(
            "receive",
            N_("Received"),
            ("approved", "partly_received"),
            "received",
            N_("Receive"),
            automatic=True,
        ),
        Transition(
            "take_back",
            N_("Money taken back"),
            ("partly_received", "received"),
            "approved",
            N_("Take back"),
            automatic=True,
        ),
        Transition(
            "refuse", N_("Not granted"), ("filed", "approved"), "refused", N_("Refused by the tax office")
        ),
        Transition(
            "refuse_rest", N_("Rest refused"), ("partly_received",), "received", N_("The rest is refused")
        ),
    ),
)
"""Export VAT rebate claim (出口退税申报): from matching declarations with invoices to the money."""

COMMISSION_RUN = Flow(
    "commission_run",
    (
        State("draft", N_("Draft"), Tone.MUTED),
        State("posted", N_("Posted"), Tone.ACTIVE),
        State("paid", N_("Paid"), Tone.GOOD),
        State("reversed", N_("Reversed"), Tone.BAD),
    ),
    (
        Transition("post", N_("Post the commission"), ("draft",), "posted", N_("Post")),
        Transition("pay", N_("Pay the commission"), ("posted",), "paid", N_("Pay")),
        Transition("unpay", N_("Take the payment back"), ("paid",), "posted", N_("Take payment back")),
        Transition("reverse", N_("Reverse"), ("draft", "posted"), "reversed", N_("Reverse")),
    ),
)
"""Commission of a period (提成结算): reckoned, posted as owed to the people, paid."""

CLAIM_FLOWS = (EXPENSE_CLAIM, REBATE_CLAIM, COMMISSION_RUN)
