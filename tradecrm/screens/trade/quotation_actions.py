"""What can be done with a quotation, by its state (domain.md section 1.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.text import N_
from tradecrm.core.trade_flows import QUOTATION
from tradecrm.screens.dialogs import dialog_form
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import ActionSpec, FieldSpec, FormSpec, Row
from tradecrm.services.trade.quotation_card import quotation_card
from tradecrm.services.trade.quotation_makes import (
    ContractOfQuotation,
    ProformaOfQuotation,
    contract_of_quotation,
    proforma_of_quotation,
)
from tradecrm.services.trade.quotation_moves import (
    MoveQuotation,
    ReviseQuotation,
    move_quotation,
    revise_quotation,
)
from tradecrm.services.trade.quotations import CopyQuotation, copy_quotation

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

_WRITE = "quotation.write"


def _status(rows: Sequence[Row]) -> str:
    return str(rows[0].get("status") or "")


def _from(step: str) -> Callable[[Sequence[Row]], bool]:
    """Make the question whether a step is possible from the state of the row."""
    sources = frozenset(
        source for each in QUOTATION.transitions if each.key == step for source in each.sources
    )

    def enabled(rows: Sequence[Row]) -> bool:
        return _status(rows) in sources

    return enabled


def _below(rows: Sequence[Row]) -> bool:
    return _status(rows) == "draft" and bool(rows[0].get("below_floor"))


def _draft_above(rows: Sequence[Row]) -> bool:
    return _status(rows) == "draft" and not rows[0].get("below_floor")


def _sendable(rows: Sequence[Row]) -> bool:
    return _status(rows) == "approved" or _draft_above(rows)


def _ordered(rows: Sequence[Row]) -> bool:
    return _status(rows) in {"sent", "accepted"}


def _today(rows: Sequence[Row]) -> date:
    day = rows[0]["today"]
    assert isinstance(day, date)
    return day


def _move(
    key: str,
    title: str,
    step: str,
    done: str,
    *,
    enabled: Callable[[Sequence[Row]], bool] | None = None,
    primary: bool = False,
) -> ActionSpec:
    def command(rows: Sequence[Row]) -> MoveQuotation:
        return MoveQuotation(int(rows[0]["id"]), step, _today(rows))

    return ActionSpec(
        key,
        title,
        primary=primary,
        needs=_WRITE,
        enabled=enabled or _from(step),
        operation=move_quotation,
        command=command,
        done=done,
    )


def _new_revision(key: int) -> Link:
    return Link.to("quotation", id=key)


def _dialog(target: str) -> Callable[[Sequence[Row]], Link | None]:
    return lambda rows: Link.to(target, quotation=int(rows[0]["id"]))


QUOTATION_ACTIONS = (
    _move(
        "submit_now", N_("Submit for approval"), "submit", N_("The quotation is submitted."), enabled=_below,
        primary=True,
    ),
    _move("send", N_("Mark as sent"), "send", "", enabled=_sendable, primary=True),
    ActionSpec(
        "accept",
        N_("Mark as accepted"),
        primary=True,
        needs=_WRITE,
        enabled=_from("accept"),
        opens=_dialog("quotation_accept"),
    ),
    ActionSpec(
        "contract",
        N_("Make the contract"),
        icon="contracts",
        primary=True,
        needs="contract.write",
        enabled=lambda rows: _ordered(rows) and not rows[0].get("ordered"),
        operation=contract_of_quotation,
        command=lambda rows: ContractOfQuotation(int(rows[0]["id"]), _today(rows)),
        done=N_("The contract is drawn up."),
        leads_to=lambda key: Link.to("contract", id=key),
    ),
    ActionSpec(
        "proforma",
        N_("Make the proforma invoice"),
        icon="copy",
        needs=_WRITE,
        enabled=_ordered,
        operation=proforma_of_quotation,
        command=lambda rows: ProformaOfQuotation(int(rows[0]["id"]), _today(rows)),
        done=N_("The proforma invoice is drawn up."),
        leads_to=lambda key: Link.to("proforma", id=key),
    ),
    ActionSpec(
        "proforma_contract",
        N_("Make the proforma invoice that is the contract"),
        needs="contract.write",
        enabled=_ordered,
        operation=proforma_of_quotation,
        command=lambda rows: ProformaOfQuotation(int(rows[0]["id"]), _today(rows), is_contract=True),
        done=N_("The proforma invoice is drawn up."),
        leads_to=lambda key: Link.to("proforma", id=key),
    ),
    ActionSpec(
        "contract_again",
        N_("Make another contract"),
        needs="contract.write",
        enabled=lambda rows: _ordered(rows) and bool(rows[0].get("ordered")),
        operation=contract_of_quotation,
        command=lambda rows: ContractOfQuotation(int(rows[0]["id"]), _today(rows)),
        done=N_("The contract is drawn up."),
        leads_to=lambda key: Link.to("contract", id=key),
    ),
    ActionSpec(
        "revise",
        N_("New revision"),
        primary=True,
        needs=_WRITE,
        enabled=_from("revise"),
        operation=revise_quotation,
        command=lambda rows: ReviseQuotation(int(rows[0]["id"])),
        done=N_("The new revision is a draft of today."),
        leads_to=_new_revision,
    ),
    _move(
        "submit", N_("Submit for approval"), "submit", N_("The quotation is submitted."), enabled=_draft_above
    ),
    ActionSpec(
        "reject", N_("Mark as rejected"), needs=_WRITE, enabled=_from("reject"), opens=_dialog("quotation_reject")
    ),
    _move("unanswer", N_("Take the answer back"), "unanswer", N_("The quotation waits for an answer again.")),
    _move("return", N_("Return to draft"), "return", N_("The quotation is a draft again.")),
    _move("void", N_("Void the draft"), "void", N_("The draft is void.")),
    ActionSpec(
        "copy",
        N_("Copy as a new quotation"),
        needs=_WRITE,
        operation=copy_quotation,
        command=lambda rows: CopyQuotation(int(rows[0]["id"])),
        done=N_("The copy is written; costs and the rate are of today."),
        leads_to=_new_revision,
    ),
)  # fmt: skip


def blank_answer(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a customer's answer, dated today."""
    card = quotation_card(reader, int(str(link.param("quotation") or 0)))
    return Draft({"quotation": card.id, "number": card.number, "day": reader.today, "reason": ""})


def _build_answer(step: str) -> Callable[[Draft], MoveQuotation]:
    def build(draft: Draft) -> MoveQuotation:
        return MoveQuotation(
            int(draft.number("quotation") or 0), step, draft.day("day") or date.min, draft.text("reason")
        )

    return build


def _answer_form(key: str, title: str, step: str, words: FieldSpec, saved: str) -> FormSpec:
    day = FieldSpec("day", N_("On"), FieldKind.DATE, required=True, span=4)
    return dialog_form(
        key, title, (day, words), blank_answer, move_quotation, _build_answer(step), saved, kind="quotation"
    )


ACCEPT_FORM = _answer_form(
    "quotation_accept",
    N_("Mark as accepted"),
    "accept",
    FieldSpec("reason", N_("What the customer wrote"), span=8),
    N_("The quotation is accepted."),
)
REJECT_FORM = _answer_form(
    "quotation_reject",
    N_("Mark as rejected"),
    "reject",
    FieldSpec("reason", N_("Why not"), required=True, hint=N_("such as the price"), span=8),
    N_("The quotation is rejected."),
)
QUOTATION_DIALOGS = (ACCEPT_FORM, REJECT_FORM)
"""The steps that ask something first."""
