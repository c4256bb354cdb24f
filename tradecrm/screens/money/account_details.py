"""The form for the particulars of an open account; what was posted at its opening is shown (section 4)."""

from __future__ import annotations

from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.text import N_
from tradecrm.screens.draft import Draft
from tradecrm.screens.money.pickers import ACCOUNT_KINDS, HOLDERS
from tradecrm.screens.spec import ActionSpec, FieldSpec, FormSpec, Section
from tradecrm.services.money.account_details import ChangeAccount, account_values, change_account

CHANGE_DETAILS = ActionSpec(
    "account_details",
    N_("Change details"),
    "edit",
    needs="account.write",
    enabled=lambda rows: len(rows) == 1,
    opens=lambda rows: Link.to("account_details", id=rows[0]["id"]),
)


def load_details(reader: Any, identity: int) -> Draft:
    """Answer the account as a draft."""
    values = account_values(reader, identity)
    return Draft(values, id=identity, version=int(values.pop("version")))


def build_details(draft: Draft) -> ChangeAccount:
    """Answer the command that changes the account's particulars."""
    return ChangeAccount(
        draft.id or 0,
        draft.version or 0,
        draft.text("name"),
        draft.text("bank"),
        draft.text("number"),
        draft.text("swift"),
        draft.text("bank_address"),
        draft.text("holder"),
        draft.flag("allow_negative"),
        draft.flag("archived"),
    )


DETAILS_FORM = FormSpec(
    key="account_details",
    title=N_("Change details"),
    kind="account",
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Account name"), required=True, span=6),
                FieldSpec("holder", N_("Holder"), FieldKind.CHOICE, choices=HOLDERS, required=True, span=3),
                FieldSpec("allow_negative", N_("May be overdrawn"), FieldKind.BOOL, span=3),
                FieldSpec("bank", N_("Bank"), span=5),
                FieldSpec("number", N_("Account number"), FieldKind.CODE, span=4),
                FieldSpec("swift", N_("SWIFT"), FieldKind.CODE, span=3),
                FieldSpec("bank_address", N_("Bank's address"), span=9),
                FieldSpec("archived", N_("Archived"), FieldKind.BOOL, span=3),
            ),
        ),
        Section(
            N_("Opening"),
            (
                FieldSpec(
                    "kind", N_("Kind"), FieldKind.CHOICE, choices=ACCOUNT_KINDS, read_only=True, span=2
                ),
                FieldSpec("currency", N_("Currency"), FieldKind.CURRENCY, read_only=True, span=2),
                FieldSpec("opened_on", N_("Opening date"), FieldKind.DATE, read_only=True, span=2),
                FieldSpec(
                    "opening_balance",
                    N_("Opening balance"),
                    FieldKind.MONEY,
                    currency_from="currency",
                    read_only=True,
                    span=3,
                ),
                FieldSpec(
                    "opening_rate", N_("Rate of the opening balance"), FieldKind.RATE, read_only=True, span=3
                ),
            ),
        ),
    ),
    load=load_details,
    blank=lambda _reader, _link: Draft(),
    save=change_account,
    build=build_details,
    heading=lambda draft: draft.text("name"),
    watches=frozenset({"account"}),
    needs="account.write",
    saved=N_("The account is changed."),
)
