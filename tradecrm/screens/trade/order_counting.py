"""The dialog that says whether a contract counts in orders and targets (domain.md section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.text import N_
from tradecrm.screens.dialogs import dialog_form
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import ActionSpec, FieldSpec
from tradecrm.services.trade.contract_card import contract_card
from tradecrm.services.trade.order_counting import CountOrder, count_order

if TYPE_CHECKING:
    from tradecrm.services.work import Reader


def _blank(reader: Reader, link: Link) -> Draft:
    card = contract_card(reader, int(link.param("contract") or 0))
    values = card.values
    reason = values["counted_reason"] if values["agency"] == "" else ""
    return Draft(
        {"contract": card.id, "number": values["number"], "counted": values["counted"], "reason": reason}
    )


COUNT_FORM = dialog_form(
    "count_order",
    N_("Count in orders and targets"),
    (
        FieldSpec("counted", N_("The order counts"), FieldKind.BOOL, span=12),
        FieldSpec("reason", N_("Why it does not count"), hint=N_("such as samples"), span=12),
    ),
    _blank,
    count_order,
    lambda draft: CountOrder(int(draft.number("contract") or 0), draft.flag("counted"), draft.text("reason")),
    N_("It is noted whether the order counts."),
    kind="sales_contract",
    verb=N_("Save"),
)

COUNT_ACTION = ActionSpec(
    "count",
    N_("Count in orders and targets…"),
    needs="contract.write",
    enabled=lambda rows: rows[0].get("status") not in {"", "void", "canceled", "closed"},
    opens=lambda rows: Link.to("count_order", contract=int(rows[0]["id"])),
)
