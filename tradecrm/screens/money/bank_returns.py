"""The dialog that says a row of the bank is money given back: of which receipt, payment or refund, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.spec import FieldSpec, FormSpec, PickerSpec, Section
from tradecrm.services.money.bank_booking import row_card
from tradecrm.services.money.bank_returns import ReturnOfRow, return_of_row, returned_papers


def find_returned(reader: Any, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer the papers that the row may give back, by what was typed of number or partner."""
    typed = text.strip().casefold()
    return [
        Ref(
            paper.id,
            paper.number,
            detail=f"{paper.day} · {paper.party} · {format_money(paper.amount, paper.currency)}",
            extra={"kind": paper.kind},
        )
        for paper in returned_papers(reader, int(within.get("row") or 0))
        if typed in paper.number.casefold() or typed in paper.party.casefold()
    ]


def blank_return(reader: Any, link: Link) -> Draft:
    """Answer the dialog for the row of the link, with the newest paper it may give back and the bank's words."""
    card = row_card(reader, int(link.param("row") or 0))
    found = find_returned(reader, "", {"row": card.id})
    words = " ".join(word for word in (card.text, card.name) if word)
    return Draft(
        {
            "row": card.id,
            "title": f"{card.day} · {format_money(card.amount, card.currency)}",
            "paper": found[0] if found else None,
            "reason": words[:300],
        }
    )


def build_return(draft: Draft) -> ReturnOfRow:
    """Answer the command of the dialog."""
    paper = draft.ref("paper")
    kind = "" if paper is None else str(paper.extra["kind"])
    return ReturnOfRow(int(str(draft.get("row"))), kind, draft.ref_id("paper") or 0, draft.text("reason"))


RETURNED_FORM = FormSpec(
    key="returned_row",
    title=N_("Given back by the bank"),
    kind="bank_row",
    sections=(
        Section(
            "",
            (
                FieldSpec("paper", N_("Money of"), FieldKind.REF, picker=PickerSpec(find_returned), within=("row",),
                          required=True, span=6),
                FieldSpec("reason", N_("Reason"), required=True, span=12),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_return,
    save=return_of_row,
    verb=N_("Reverse"),
    build=build_return,
    heading=lambda draft: _("The bank gave money back: {row}").format(row=draft.text("title")),
    saved=N_("It is reversed on the day of the row; what it settled is open again."),
)  # fmt: skip
