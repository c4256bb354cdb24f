"""The forms that take a posted transfer or expense back: its day and the reason (section 4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import FieldSpec, FormSpec, Section
from tradecrm.services.money.account_reversals import TakeBack, reverse_expense, reverse_transfer
from tradecrm.services.money.cards import expense_values, transfer_values
from tradecrm.services.work import Operation

Values = Callable[[Any, int], dict[str, Any]]


def _form(key: str, values: Values, save: Operation[TakeBack, int]) -> FormSpec:
    """Answer the form that takes back what ``values`` names."""

    def blank(reader: Any, link: Link) -> Draft:
        identity = int(link.param("id") or 0)
        return Draft({"what": identity, "number": values(reader, identity)["number"], "day": reader.today})

    return FormSpec(
        key=key,
        title=N_("Reverse"),
        kind=key,
        sections=(
            Section(
                "",
                (
                    FieldSpec("day", N_("Day"), FieldKind.DATE, required=True, span=4),
                    FieldSpec("reason", N_("Why it is taken back"), required=True, span=8),
                ),
            ),
        ),
        load=lambda _reader, identity: Draft(id=identity),
        blank=blank,
        save=save,
        build=lambda draft: TakeBack(int(str(draft.get("what"))), draft.text("reason"), draft.day("day")),
        heading=lambda draft: _("Take {number} back").format(number=draft.text("number")),
        needs="account.write",
        saved=N_("It is taken back by a posting of its own."),
    )


REVERSE_TRANSFER = _form("reverse_transfer", transfer_values, reverse_transfer)
REVERSE_EXPENSE = _form("reverse_expense", expense_values, reverse_expense)
