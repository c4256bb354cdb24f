"""The dialog that charges a cost on to the customer (代垫费用), domain.md section 2.11."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.text import N_
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import FieldSpec, FormSpec, Section
from tradecrm.services.trade.recharges import RechargeCost, recharge_cost, recharge_start

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)


def _blank_recharge(reader: Reader, link: Link) -> Draft:
    start = recharge_start(reader, int(link.param("cost") or 0))
    return Draft(
        {
            "cost": start.cost_id,
            "number": start.title,
            "day": reader.today,
            "currency": start.currency,
            "amount": start.amount,
            "reason": "",
        }
    )


RECHARGE_FORM = FormSpec(
    key="recharge_cost",
    title=N_("Charge on to the customer"),
    kind="cost_line",
    sections=(
        Section(
            "",
            (
                FieldSpec("day", N_("Day"), K.DATE, required=True, span=6),
                FieldSpec("amount", N_("Amount"), K.MONEY, required=True, span=6, currency_from="currency"),
                FieldSpec(
                    "reason", N_("As the debit note says"), span=12, hint=N_("the cost and the invoice")
                ),
            ),
        ),
    ),
    load=load_nothing,
    blank=_blank_recharge,
    save=recharge_cost,
    build=lambda draft: RechargeCost(
        int(draft.number("cost") or 0),
        draft.day("day") or date.min,
        draft.number("amount") or ZERO,
        draft.text("reason"),
    ),
    heading=lambda draft: draft.text("number"),
    saved=N_("A debit note is written; cost and income both show in the result."),
)
