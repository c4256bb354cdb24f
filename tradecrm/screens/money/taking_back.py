"""The dialogs that take posted money papers back on a day and say why (section 16.7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.text import N_, _
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import ActionSpec, FieldSpec, FormSpec, Row, Section
from tradecrm.services.money.contra import ReverseContra, reverse_contra
from tradecrm.services.money.loan_reversals import ReverseLoanMove, reverse_loan_move
from tradecrm.services.money.notes import ReverseNote, reverse_note
from tradecrm.services.money.payments import ReversePayment, reverse_payment
from tradecrm.services.money.receipts import ReverseReceipt, reverse_receipt
from tradecrm.services.money.refunds import ReverseRefund, reverse_refund
from tradecrm.services.money.write_offs import ReverseWriteOff, reverse_write_off

if TYPE_CHECKING:
    from tradecrm.services.work import Operation


def _blank(reader: Any, link: Link) -> Draft:
    """Answer the dialog for the record of the link, dated today."""
    return Draft(
        {
            "record": Decimal(int(str(link.param("record") or 0))),
            "title": str(link.param("title") or ""),
            "day": reader.today,
            "reason": "",
        }
    )


def _dialog(
    key: str,
    kind: str,
    save: Operation[Any, Any],
    command: Callable[[int, date, str], object],
    saved: str = N_("It is reversed; what it settled is open again."),
) -> FormSpec:
    return FormSpec(
        key=key,
        title=N_("Reverse"),
        kind=kind,
        sections=(
            Section(
                "",
                (
                    FieldSpec("day", N_("On"), FieldKind.DATE, required=True, span=4),
                    FieldSpec("reason", N_("Reason"), required=True, span=8),
                ),
            ),
        ),
        load=load_nothing,
        blank=_blank,
        save=save,
        build=lambda draft: command(
            int(draft.number("record") or 0), draft.day("day") or date.min, draft.text("reason")
        ),
        heading=lambda draft: _("Reverse {number}").format(number=draft.text("title")),
        saved=saved,
    )  # fmt: skip


REVERSE_NOTE_FORM = _dialog("reverse_note", "note", reverse_note, ReverseNote)
REVERSE_WRITE_OFF_FORM = _dialog("reverse_write_off", "write_off", reverse_write_off, ReverseWriteOff)
REVERSE_REFUND_FORM = _dialog("reverse_refund", "refund", reverse_refund, ReverseRefund)
REVERSE_CONTRA_FORM = _dialog("reverse_contra", "contra", reverse_contra, ReverseContra)
REVERSE_RECEIPT_FORM = _dialog("reverse_receipt", "receipt", reverse_receipt, ReverseReceipt)
REVERSE_MOVE_FORM = _dialog(
    "reverse_loan_move",
    "loan_move",
    reverse_loan_move,
    ReverseLoanMove,
    N_("It is taken back by a posting of its own."),
)
REVERSE_PAYMENT_FORM = _dialog("reverse_payment", "payment", reverse_payment, ReversePayment)


def reverse_action(target: str, needs: str) -> ActionSpec:
    """Make the action of a form that opens the dialog of ``target`` for its record, while it stands."""

    def stands(rows: Sequence[Row]) -> bool:
        return len(rows) == 1 and not rows[0].get("reversed_on") and rows[0].get("id") is not None

    return ActionSpec(
        "reverse",
        N_("Reverse"),
        "undo",
        needs=needs,
        primary=True,
        enabled=stands,
        opens=lambda rows: Link.to(target, record=rows[0]["id"], title=rows[0].get("number") or ""),
    )
