"""The dialog that says whether a contract counts in orders and targets (domain.md section 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.text import N_, _
from tradecrm.screens.dialogs import dialog_form
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.spec import ActionSpec, FieldSpec, PickerSpec
from tradecrm.services.trade.contract_card import contract_card
from tradecrm.services.trade.order_counting import CUSTOMER, CountOrder, count_order

if TYPE_CHECKING:
    from tradecrm.services.work import Reader


def _blank(reader: Reader, link: Link) -> Draft:
    card = contract_card(reader, int(link.param("contract") or 0))
    values = card.values
    reason = values["counted_reason"] if values["agency"] == "" else ""
    if reason == CUSTOMER:
        reason = _("Orders of {name} do not count.").format(name=card.customer)
    types = reader.settings.order_types
    kind = Ref(types.index(reason) + 1, reason) if reason in types else None
    return Draft(
        {
            "contract": card.id,
            "number": values["number"],
            "counted": values["counted"],
            "reason": reason,
            "kind": kind,
            "has_kinds": bool(types),
        }
    )


def order_types(reader: Reader, text: str, _within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer the firm's types of order that do not count, those that hold ``text``."""
    typed = text.strip().casefold()
    return [
        Ref(place, title)
        for place, title in enumerate(reader.settings.order_types, start=1)
        if typed in title.casefold()
    ]


def derive_counting(draft: Draft, changed: str) -> Draft:
    """Let an order of a type that does not count not count, for that reason; pure."""
    kind = draft.ref("kind")
    if changed == "kind" and kind is not None:
        return draft.put(counted=False, reason=kind.label)
    if changed == "counted" and draft.flag("counted"):
        return draft.put(kind=None, reason="")
    return draft


COUNT_FORM = replace(
    dialog_form(
        "count_order",
        N_("Count in orders and targets"),
        (
            FieldSpec("counted", N_("The order counts"), FieldKind.BOOL, span=12),
            FieldSpec(
                "kind",
                N_("Type of order that does not count"),
                FieldKind.REF,
                picker=PickerSpec(order_types),
                span=12,
                visible=lambda draft: draft.flag("has_kinds"),
            ),
            FieldSpec("reason", N_("Why it does not count"), hint=N_("such as samples"), span=12),
        ),
        _blank,
        count_order,
        lambda draft: CountOrder(
            int(draft.number("contract") or 0), draft.flag("counted"), draft.text("reason")
        ),
        N_("It is noted whether the order counts."),
        kind="sales_contract",
        verb=N_("Save"),
    ),
    derive=derive_counting,
)

COUNT_ACTION = ActionSpec(
    "count",
    N_("Count in orders and targets…"),
    needs="contract.write",
    enabled=lambda rows: rows[0].get("status") not in {"", "void", "canceled", "closed"},
    opens=lambda rows: Link.to("count_order", contract=int(rows[0]["id"])),
)
