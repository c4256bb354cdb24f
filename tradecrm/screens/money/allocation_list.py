"""The list of everything that settled something, by its day (section 3.1)."""

from __future__ import annotations

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.text import N_
from tradecrm.screens.money.pickers import SIDES
from tradecrm.screens.money.receipt_list import MONEY_CHANGES
from tradecrm.screens.spec import Choice, ColumnSpec, ListSpec, Row, Tone, ViewSpec
from tradecrm.services.money.settling_lists import ALLOCATIONS

K = FieldKind
ROW_STATES = (
    Choice("stands", N_("Stands"), Tone.GOOD),
    Choice("undone", N_("Was taken back"), Tone.NEUTRAL),
    Choice("undoes", N_("Takes back"), Tone.WARN),
)


def settle_link(row: Row) -> Link:
    """Answer the page where the settlements of a row's partner are taken back."""
    return Link.to("settle", party=row["party_id"], side=row["side"])


ALLOCATION_LIST = ListSpec(
    key="allocations",
    title=N_("Settlements"),
    kind="allocation",
    source=ALLOCATIONS,
    columns=(
        ColumnSpec("day", N_("Day"), K.DATE),
        ColumnSpec("side", N_("Side"), K.CHOICE, choices=SIDES),
        ColumnSpec("party", N_("Partner"), width=220, link=lambda row: Link.to("customer", id=row["party_id"])),
        ColumnSpec("debit", N_("What is owed"), K.CODE, link=lambda row: Link.to("receivable", id=row["debit_id"])),
        ColumnSpec(
            "credit",
            N_("What is in hand"),
            K.CODE,
            link=lambda row: Link.to("receivable", id=row["credit_id"]),
        ),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("amount", N_("Amount"), K.MONEY, currency_key="currency"),
        ColumnSpec("credit_currency", N_("Currency of the money"), K.CURRENCY, hidden_by_default=True),
        ColumnSpec("credit_amount", N_("Amount of the money"), K.MONEY, currency_key="credit_currency",
                   hidden_by_default=True),
        ColumnSpec("fx", N_("Exchange difference"), K.MONEY, summed=True),
        ColumnSpec("state", N_("State"), K.CHOICE, choices=ROW_STATES),
        ColumnSpec("reason", N_("Reason"), width=180),
    ),
    opens=settle_link,
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("back", N_("Taken back"), (Filter("state", Op.ANY_OF, ("undoes",)),)),
        ViewSpec("month", N_("This month"), (Filter("day", Op.PERIOD, ("this_month",)),)),
    ),
    watches=MONEY_CHANGES,
    empty_title=N_("Nothing is settled yet"),
    empty_text=N_("When money settles an invoice or a bill, that stands here with its day and exchange difference."),
    icon="check",
)  # fmt: skip
