"""The flows of a line of a bank's statement and of a reconciliation (domain.md section 4)."""

from __future__ import annotations

from tradecrm.core.flow import Flow, State, Tone, Transition
from tradecrm.core.text import N_

BANK_ROW = Flow(
    "bank_row",
    (
        State("open", N_("Not matched"), Tone.WARN),
        State("matched", N_("Matched"), Tone.GOOD),
        State("ignored", N_("Left out"), Tone.MUTED),
    ),
    (
        Transition("match", N_("Matched to the books"), ("open",), "matched", N_("Match")),
        Transition("unmatch", N_("Match taken back"), ("matched",), "open", N_("Unmatch")),
        Transition("ignore", N_("Leave out"), ("open",), "ignored", N_("Leave out")),
        Transition("take_up", N_("Take up again"), ("ignored",), "open", N_("Take up again")),
    ),
)
"""A line of the bank's statement: what it is in the books, or why it is left out."""

RECONCILIATION = Flow(
    "reconciliation",
    (
        State("open", N_("Open"), Tone.ACTIVE),
        State("finished", N_("Reconciled"), Tone.GOOD),
        State("reopened", N_("Reopened"), Tone.WARN),
    ),
    (
        Transition("finish", N_("Reconcile"), ("open", "reopened"), "finished", N_("Finish")),
        Transition("reopen", N_("Reopen"), ("finished",), "reopened", N_("Reopen")),
    ),
)
"""Reconciliation (银行对账): a finished one locks its entries; reopening frees them again."""
