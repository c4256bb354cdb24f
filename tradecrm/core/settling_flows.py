"""The states of what is given up: a write-off within the limits at once, above them by approval (section 3.4)."""

from __future__ import annotations

from tradecrm.core.flow import Flow, State, Tone, Transition
from tradecrm.core.text import N_

WRITE_OFF = Flow(
    "write_off",
    (
        State("pending", N_("Waiting for approval"), Tone.WARN),
        State("posted", N_("Posted"), Tone.GOOD),
        State("rejected", N_("Not approved"), Tone.BAD),
        State("reversed", N_("Reversed"), Tone.MUTED),
    ),
    (
        Transition("post", N_("Post"), ("pending",), "posted", N_("Post"), automatic=True),
        Transition("reject", N_("Reject"), ("pending",), "rejected", N_("Reject"), automatic=True),
        Transition("reverse", N_("Reverse"), ("posted",), "reversed", N_("Reverse")),
    ),
)
"""Write-off (核销). Within the limits it is posted in the step that makes it."""

SETTLING_FLOWS = (WRITE_OFF,)
