"""The list of planned income and expenses, and the form that enters one (section 3.8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.plans import Every
from tradecrm.core.text import N_
from tradecrm.screens.draft import Draft
from tradecrm.screens.money.pickers import ACCOUNT, DIRECTIONS, EXPENSE_KINDS, account_ref, check_directed
from tradecrm.screens.spec import Choice, ColumnSpec, FieldSpec, FormSpec, ListSpec, Row, Section, ViewSpec
from tradecrm.services.money.planned import PLANNED, SavePlannedFlow, planned_values, save_planned_flow

REPEATS = (
    Choice("once", N_("Once")),
    Choice("monthly", N_("Every month")),
    Choice("quarterly", N_("Every quarter")),
    Choice("yearly", N_("Every year")),
)
_WATCHES = frozenset({"planned_flow"})


def open_flow(row: Row) -> Link:
    """Answer the form of a row of planned money."""
    return Link.to("planned_flow", id=row["id"])


PLANNED_LIST = ListSpec(
    key="planned_flows",
    title=N_("Planned income and expenses"),
    kind="planned_flow",
    source=PLANNED,
    columns=(
        ColumnSpec("title", N_("What for"), width=240, link=open_flow),
        ColumnSpec("category", N_("Category"), FieldKind.CHOICE, choices=EXPENSE_KINDS),
        ColumnSpec("currency", N_("Currency"), FieldKind.CURRENCY),
        ColumnSpec("amount", N_("Amount"), FieldKind.MONEY, currency_key="currency", summed=True),
        ColumnSpec("repeats", N_("Repeats"), FieldKind.CHOICE, choices=REPEATS),
        ColumnSpec("first_on", N_("First day"), FieldKind.DATE),
        ColumnSpec("until", N_("Last day"), FieldKind.DATE),
        ColumnSpec("account", N_("Account"), width=200),
        ColumnSpec("active", N_("Counts"), FieldKind.BOOL),
    ),
    opens=open_flow,
    default_sort=(SortKey("first_on"),),
    views=(ViewSpec("active", N_("Counts"), (Filter("active", Op.YES),)),),
    new=Link.to("planned_flow"),
    new_title=N_("New planned expense"),
    watches=_WATCHES,
    empty_title=N_("Nothing planned yet"),
    empty_text=N_(
        "Rent, salaries and taxes entered here once stand in the payment plan and the cash projection."
    ),
    icon="purchase",
)


def blank_flow(reader: Any, link: Link) -> Draft:
    """Answer the beginning of planned money: an expense of every month in base currency."""
    del link
    return Draft(
        {
            "direction": "out",
            "category": "OFFICE",
            "currency": reader.base,
            "repeats": "monthly",
            "first_on": reader.today,
            "active": True,
        }
    )


def load_flow(reader: Any, identity: int) -> Draft:
    """Answer planned money as a draft; the amount stands without sign beside its direction."""
    values = planned_values(reader, identity)
    version = values.pop("version")
    account = values["account"]
    values["account"] = None if account is None else account_ref(*account)
    values["direction"] = "out" if values["amount"] < 0 else "in"
    values["amount"] = abs(values["amount"])
    return Draft(values, id=identity, version=version)


def build_flow(draft: Draft) -> SavePlannedFlow:
    """Answer the command that keeps the planned money; what goes out is negative."""
    first, amount = draft.day("first_on"), draft.number("amount")
    assert first is not None
    assert amount is not None
    command = SavePlannedFlow(
        title=draft.text("title"),
        category=draft.text("category"),
        currency=draft.text("currency"),
        amount=amount if draft.text("direction") == "in" else -amount,
        repeats=Every(draft.text("repeats")),
        first_on=first,
        until=draft.day("until"),
        account_id=draft.ref_id("account"),
        active=draft.flag("active"),
    )
    return replace(command, id=draft.id, version=draft.version or 0)


PLANNED_FORM = FormSpec(
    key="planned_flow",
    title=N_("New planned expense"),
    kind="planned_flow",
    sections=(
        Section(
            "",
            (
                FieldSpec("title", N_("What for"), required=True, span=6),
                FieldSpec("category", N_("Category"), FieldKind.CHOICE, choices=EXPENSE_KINDS, required=True, span=3),
                FieldSpec("direction", N_("Direction"), FieldKind.CHOICE, choices=DIRECTIONS, required=True, span=3),
                FieldSpec("currency", N_("Currency"), FieldKind.CURRENCY, required=True, span=3),
                FieldSpec(
                    "amount", N_("Amount"), FieldKind.MONEY, currency_from="currency", required=True, span=3
                ),
                FieldSpec(
                    "account",
                    N_("Account"),
                    FieldKind.REF,
                    picker=ACCOUNT,
                    span=6,
                    hint=N_("the usual one of its currency"),
                ),
                FieldSpec("repeats", N_("Repeats"), FieldKind.CHOICE, choices=REPEATS, required=True, span=3),
                FieldSpec("first_on", N_("First day"), FieldKind.DATE, required=True, span=3),
                FieldSpec("until", N_("Last day"), FieldKind.DATE, span=3, hint=N_("without end")),
                FieldSpec("active", N_("Counts"), FieldKind.BOOL, span=3),
            ),
        ),
    ),
    load=load_flow,
    blank=blank_flow,
    save=save_planned_flow,
    build=build_flow,
    check=check_directed,
    heading=lambda draft: draft.text("title") if draft.id else "",
    watches=_WATCHES,
    needs="account.write",
    saved=N_("The plan is saved."),
)  # fmt: skip
