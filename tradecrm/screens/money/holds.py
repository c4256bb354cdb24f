"""Money held on an account: the form that notes it, its page, and the dialog that releases it (section 16.19)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.money.pickers import ACCOUNT, account_named, account_ref, currency_of_account
from tradecrm.screens.spec import ActionSpec, Badge, Fact, FieldSpec, FormSpec, PanelSpec, Row, Section, Tone
from tradecrm.services.money.cards import account_card
from tradecrm.services.money.holds import (
    HoldMoney,
    ReleaseHold,
    hold_card,
    hold_money,
    holds_of,
    release_hold,
)

ZERO = Decimal(0)
CHANGES = frozenset({"account_hold", "ledger_entry"})


def available_facts(reader: Any, account_id: int) -> tuple[Fact, ...]:
    """Answer what of an account is held and what is available, nothing where nothing is held."""
    card = account_card(reader, account_id)
    if not card.held:
        return ()
    return (
        Fact(N_("Held"), format_money(card.held, card.currency), Tone.WARN),
        Fact(N_("Available balance"), format_money(card.balance - card.held, card.currency), strong=True),
    )


def holds_facts(reader: Any, account_id: int) -> tuple[Fact, ...]:
    """Answer the money held on an account, each hold opening its page; what came free is muted."""
    facts = []
    for hold in holds_of(reader, account_id):
        words = f"{hold.day.isoformat()}  {hold.reason}"
        amount = format_money(hold.amount, hold.currency)
        link = Link.to("account_hold", id=hold.id)
        if hold.released_on is not None:
            words = _("{words}, free since {day}").format(words=words, day=hold.released_on)
        elif hold.expected_on is not None:
            words = _("{words}, expected free {day}").format(words=words, day=hold.expected_on)
        facts.append(Fact(words, amount, link=link, muted=hold.released_on is not None))
    return tuple(facts)


def blank_hold(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a hold: today, on the account the link names."""
    account = account_named(reader, link)
    values: dict[str, Any] = {"day": reader.today, "account": account, "currency": ""}
    if account is not None:
        values["currency"] = account.extra["currency"]
    return Draft(values)


def load_hold(reader: Any, identity: int) -> Draft:
    """Answer a hold as a draft nobody can type in."""
    card = hold_card(reader, identity)
    return Draft(
        {
            "account": account_ref(card.account_id, card.account, card.currency),
            "currency": card.currency,
            "day": card.day,
            "amount": card.amount,
            "reason": card.reason,
            "expected_on": card.expected_on,
            "released_on": card.released_on,
        },
        id=card.id,
        version=card.version,
    )


def build_hold(draft: Draft) -> HoldMoney:
    """Answer the command that notes held money."""
    return HoldMoney(
        draft.ref_id("account") or 0,
        draft.day("day") or date.min,
        draft.number("amount") or ZERO,
        draft.text("reason"),
        draft.day("expected_on"),
    )


def _locked(draft: Draft) -> str:
    if draft.id is None:
        return ""
    if draft.get("released_on"):
        return _("This money came free on {day}.").format(day=draft.get("released_on"))
    return _("This money is held. When it comes free, release it.")


def _badges(draft: Draft) -> tuple[Badge, ...]:
    if draft.id is None:
        return ()
    return (Badge(N_("Free again"), Tone.GOOD) if draft.get("released_on") else Badge(N_("Held"), Tone.WARN),)


def _facts(reader: Any, draft: Draft) -> tuple[Fact, ...]:
    account = draft.ref_id("account")
    if account is None:
        return ()
    card = account_card(reader, account)
    link = Link.to("account", id=card.id)
    balance = Fact(N_("Balance"), format_money(card.balance, card.currency), link=link)
    return (balance, *available_facts(reader, account))


def _stands(rows: Sequence[Row]) -> bool:
    return rows[0].get("id") is not None and not rows[0].get("released_on")


HOLD_FORM = FormSpec(
    key="account_hold",
    title=N_("Hold money"),
    kind="account_hold",
    sections=(
        Section(
            "",
            (
                FieldSpec("account", N_("Account"), FieldKind.REF, picker=ACCOUNT, required=True, span=5),
                FieldSpec("day", N_("Held from"), FieldKind.DATE, required=True, span=3),
                FieldSpec("amount", N_("Amount"), FieldKind.MONEY, currency_from="currency", required=True, span=4),
                FieldSpec("reason", N_("Why it is held"), required=True, span=8),
                FieldSpec("expected_on", N_("Expected free on"), FieldKind.DATE, span=4),
            ),
        ),
    ),
    load=load_hold,
    blank=blank_hold,
    save=hold_money,
    build=build_hold,
    derive=currency_of_account,
    heading=lambda draft: "" if draft.id is None else _("Money held on {account}").format(account=draft.get("account")),
    badges=_badges,
    locked=_locked,
    panels=(PanelSpec("account", N_("Account"), query=_facts, depends=("account",)),),
    actions=(
        ActionSpec(
            "release",
            N_("Release the money"),
            "check",
            needs="account.write",
            primary=True,
            enabled=_stands,
            opens=lambda rows: Link.to("release_hold", hold=rows[0]["id"], version=rows[0]["version"]),
        ),
    ),
    watches=CHANGES,
    needs="account.write",
    saved=N_("The money is held; it is not available until it is released."),
)  # fmt: skip


def _blank_release(reader: Any, link: Link) -> Draft:
    card = hold_card(reader, int(link.param("hold") or 0))
    return Draft(
        {
            "hold": Ref(card.id, card.reason),
            "day": reader.today,
            "version": Decimal(int(link.param("version") or card.version)),
            "words": _("{amount} of {account} come free").format(
                amount=format_money(card.amount, card.currency), account=card.account
            ),
        }
    )


RELEASE_FORM = FormSpec(
    key="release_hold",
    title=N_("Release the money"),
    kind="account_hold",
    sections=(Section("", (FieldSpec("day", N_("Free since"), FieldKind.DATE, required=True, span=4),)),),
    load=load_nothing,
    blank=_blank_release,
    save=release_hold,
    build=lambda draft: ReleaseHold(
        draft.ref_id("hold") or 0, draft.day("day"), int(draft.number("version") or 0)
    ),
    heading=lambda draft: draft.text("words"),
    saved=N_("The money is available again."),
)
