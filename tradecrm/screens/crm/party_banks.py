"""Bank accounts of a partner: the panel on the card and the form of one account (fraud guard, domain.md section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Value
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    Fact,
    FieldSpec,
    FormSpec,
    PanelSpec,
    Row,
    Section,
    Step,
    Tone,
)
from tradecrm.services.crm.party_banks import (
    SavePartyBank,
    check_party_bank,
    party_bank_card,
    party_banks,
    party_name,
    save_party_bank,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
_PLAIN = ("holder", "bank", "number", "swift", "bank_address", "currency", "is_main")


def bank_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer the bank accounts of a partner, each opening; one that is not confirmed says so."""
    if draft.id is None:
        return ()
    found = tuple(
        Fact(
            f"{row.bank} {row.number}",
            row.currency if row.confirmed else _("{currency}, not confirmed").format(currency=row.currency),
            Tone.NEUTRAL if row.confirmed else Tone.WARN,
            link=Link.to("party_bank", id=row.id),
        )
        for row in party_banks(reader, draft.id)
    )
    return found or (Fact(_("No bank account is kept."), "", muted=True),)


BANK_PANEL = PanelSpec("banks", N_("Bank accounts"), query=bank_facts)


def _add_link(rows: Sequence[Row]) -> Link:
    return Link.to("party_bank", party=int(rows[0]["id"]))


ADD_BANK = ActionSpec("add_bank", N_("Add bank account"), needs="party.write", opens=_add_link)


def load_party_bank(reader: Reader, bank_id: int) -> Draft:
    """Answer the draft of a partner's bank account; raises NotFound."""
    card = party_bank_card(reader, bank_id)
    values: dict[str, Value] = {
        name: getattr(card, name) for name in (*_PLAIN, "party_id", "party", "confirmed")
    }
    return Draft(values, id=card.id, version=card.version)


def blank_party_bank(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new bank account of the partner the link names, in its own name."""
    key = int(str(link.param("party") or 0))
    name = party_name(reader, key)
    texts: dict[str, Value] = {
        "bank": "",
        "number": "",
        "swift": "",
        "bank_address": "",
        "currency": reader.base,
    }
    return Draft(
        {"party_id": key, "party": name, "holder": name, "is_main": True, "confirmed": False, **texts}
    )


def _build(draft: Draft) -> SavePartyBank:
    return SavePartyBank(
        party_id=int(draft.number("party_id") or 0),
        bank=draft.text("bank"),
        number=draft.text("number"),
        currency=draft.text("currency"),
        holder=draft.text("holder"),
        swift=draft.text("swift").upper(),
        bank_address=draft.text("bank_address"),
        is_main=draft.flag("is_main"),
        id=draft.id,
        version=draft.version,
    )


def _check(draft: Draft) -> list[Problem]:
    return check_party_bank(_build(draft)) if draft.text("bank") else []


def _badges(draft: Draft) -> tuple[Badge, ...]:
    if draft.id is None:
        return ()
    if draft.flag("confirmed"):
        return (Badge(_("Confirmed"), Tone.GOOD),)
    return (Badge(_("Not confirmed"), Tone.WARN),)


def _steps(reader: Reader, bank_id: int) -> tuple[Step, ...]:
    card = party_bank_card(reader, bank_id)
    return (Step(card.party, Link.to("customer", id=card.party_id)), Step(card.number, current=True))


PARTY_BANK_FORM = FormSpec(
    key="party_bank",
    title=N_("New bank account"),
    kind="party_bank",
    sections=(
        Section(
            "",
            (
                FieldSpec("holder", N_("In the name of"), span=9),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=3),
                FieldSpec("bank", N_("Bank"), required=True, span=6),
                FieldSpec("number", N_("Account no."), K.CODE, required=True, span=6),
                FieldSpec("swift", N_("SWIFT"), K.CODE, span=4),
                FieldSpec("bank_address", N_("Bank address"), span=8),
                FieldSpec("is_main", N_("Main account in this currency"), K.BOOL, span=6),
            ),
        ),
    ),
    load=load_party_bank,
    blank=blank_party_bank,
    save=save_party_bank,
    build=_build,
    check=_check,
    heading=lambda draft: draft.text("party"),
    badges=_badges,
    steps=_steps,
    watches=frozenset({"party_bank", "approval_request"}),
    needs="party.write",
    saved=N_("The bank account is saved."),
)
