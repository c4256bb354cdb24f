"""The dialogs of a rebate claim: add a shipment, file, approved, money, refused, collect again (domain.md 1.8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.text import N_
from tradecrm.screens.claims.words import DEPARTED
from tradecrm.screens.dialogs import dialog_form
from tradecrm.screens.draft import Draft
from tradecrm.screens.money.pickers import ACCOUNT
from tradecrm.screens.spec import FieldSpec, FormSpec
from tradecrm.services.claims.rebate_card import rebate_card
from tradecrm.services.claims.rebate_moves import (
    MoveRebate,
    ReceiveRebate,
    TakeBackRebate,
    move_rebate,
    receive_rebate,
    take_back_rebate,
)
from tradecrm.services.claims.rebates import AddShipment, add_shipment

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)


def _claim_key(draft: Draft) -> int:
    return int(draft.text("claim") or 0)


def blank_step(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a dialog about a claim: today, what is claimed or still to come, no reason yet."""
    card = rebate_card(reader, int(str(link.param("claim") or 0)))
    claimed, approved = card.values["claimed"], card.values["approved"]
    return Draft(
        {
            "claim": card.id,
            "number": card.values["number"],
            "status": card.values["status"],
            "day": reader.today,
            "amount": claimed if approved is None else approved - card.values["received"],
            "reason": "",
            "account": None,
            "shipment": None,
            "base": card.base,
        }
    )


_DAY = FieldSpec("day", N_("Day"), K.DATE, required=True, span=4)
_REASON = FieldSpec("reason", N_("Reason"), required=True, span=8)
_AMOUNT = FieldSpec("amount", N_("Amount"), K.MONEY, required=True, span=4, currency_from="base")


_dialog = partial(dialog_form, kind="rebate_claim")


def _mover(step: str) -> Callable[[Draft], MoveRebate]:
    def build(draft: Draft) -> MoveRebate:
        actual = "refuse_rest" if step == "refuse" and draft.text("status") == "partly_received" else step
        amount = draft.number("amount") if step == "approve" else None
        return MoveRebate(
            _claim_key(draft), actual, draft.day("day") or date.min, amount, draft.text("reason")
        )

    return build


REBATE_DIALOGS: tuple[FormSpec, ...] = (
    _dialog(
        "rebate_add",
        N_("Add a shipment"),
        (FieldSpec("shipment", N_("Shipment"), K.REF, picker=DEPARTED, required=True, span=8),),
        blank_step,
        add_shipment,
        lambda draft: AddShipment(_claim_key(draft), draft.ref_id("shipment") or 0),
        N_("The shipment is matched."),
    ),
    _dialog(
        "rebate_file",
        N_("File the claim"),
        (_DAY,),
        blank_step,
        move_rebate,
        _mover("file"),
        N_("The claim is filed."),
    ),
    _dialog(
        "rebate_approve",
        N_("Approved by the tax office"),
        (_AMOUNT, _DAY),
        blank_step,
        move_rebate,
        _mover("approve"),
        N_("The claim is approved."),
        verb=N_("Record"),
    ),
    _dialog(
        "rebate_receive",
        N_("Record the money"),
        (
            FieldSpec("account", N_("Account"), K.REF, picker=ACCOUNT, required=True, span=6),
            FieldSpec("amount", N_("Amount"), K.MONEY, required=True, span=3, currency_from="base"),
            FieldSpec("day", N_("Day"), K.DATE, required=True, span=3),
        ),
        blank_step,
        receive_rebate,
        lambda draft: ReceiveRebate(
            _claim_key(draft),
            draft.ref_id("account") or 0,
            draft.day("day") or date.min,
            draft.number("amount") or ZERO,
        ),
        N_("The rebate is booked."),
    ),
    _dialog(
        "rebate_refuse",
        N_("Refused by the tax office"),
        (_REASON, _DAY),
        blank_step,
        move_rebate,
        _mover("refuse"),
        N_("The refusal is booked; what is refused is cost of its shipments."),
        verb=N_("Record"),
    ),
    _dialog(
        "rebate_collect",
        N_("Collect again"),
        (_DAY,),
        blank_step,
        move_rebate,
        _mover("collect"),
        N_("The claim is collecting again."),
    ),
    _dialog(
        "rebate_take_back",
        N_("Take the money back"),
        (_REASON, _DAY),
        blank_step,
        take_back_rebate,
        lambda draft: TakeBackRebate(_claim_key(draft), draft.day("day") or date.min, draft.text("reason")),
        N_("The money is taken back."),
    ),
)
