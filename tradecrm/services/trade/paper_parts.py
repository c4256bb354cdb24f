"""What every paper needs beside its own facts: our firm with logo and stamp, the party, the bank, the clauses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import or_, select

from tradecrm.core.errors import TradeError
from tradecrm.core.text import _
from tradecrm.models import Account, Address, Attachment, Clause, Contact, PaperStyle, Party
from tradecrm.services.control.settings import Settings
from tradecrm.services.work import Reader, not_found

FIRM = "firm"
LOGO, STAMP = "logo", "stamp"


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party as printed; ``contact`` is the person the paper names, else the main one."""

    name: str
    name_local: str
    address: str
    phone: str
    email: str
    tax_no: str
    contact: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class BankFacts:
    """The account that is paid to."""

    bank: str
    address: str
    number: str
    swift: str


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    """A clause that the firm wrote itself, in both languages."""

    title_en: str
    title_cn: str
    text_en: str
    text_cn: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of paper is drawn for a party: its language and what is shown (section 10.1, per customer)."""

    language: str = "both"
    logo: bool = True
    stamp: bool = True
    bank: bool = True
    hs_code: bool = True
    item_no: bool = True
    pictures: bool = True


OPTIONS = ("logo", "stamp", "bank", "hs_code", "item_no", "pictures")
"""What a style can leave out."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Our firm on a paper: names, pictures, style and clauses; ``draft`` while approval is pending."""

    firm: Settings
    style: Style
    clauses: tuple[ClauseFacts, ...]
    logo: bytes
    stamp: bytes
    draft: bool


Facts = TypeVar("Facts")


def only(found: Mapping[int, Facts | TradeError], key: int) -> Facts:
    """Answer the facts of one paper that was read, or raise why it cannot be printed."""
    facts = found[key]
    if isinstance(facts, TradeError):
        raise facts
    return facts


def party_facts(reader: Reader, party_id: int, contact_id: int | None = None) -> PartyFacts:
    """Answer a party as printed; raises NotFound when the actor may not see it."""
    return one_party(parties_facts(reader, ((party_id, contact_id),)), party_id, contact_id)


PartyKey = tuple[int, int | None]
"""A party with the contact that a paper names, None for the main one."""


def one_party(
    found: Mapping[PartyKey, PartyFacts], party_id: int, contact_id: int | None = None
) -> PartyFacts:
    """Answer one of the parties that were read; NotFound for one that the actor may not see."""
    try:
        return found[party_id, contact_id]
    except KeyError:
        raise not_found(_("Partner"), party_id) from None


def parties_facts(reader: Reader, wanted: Iterable[PartyKey]) -> dict[PartyKey, PartyFacts]:
    """Answer the parties that many papers name, as printed, in three statements; hidden ones are left out."""
    wanted = set(wanted)
    ids = sorted({party_id for party_id, _contact in wanted})
    parties = {row.id: row for row in reader.session.scalars(select(Party).where(Party.id.in_(ids)))}
    addresses: dict[int, str] = {}
    for party_id, text in reader.session.execute(
        select(Address.party_id, Address.text)
        .where(Address.party_id.in_(ids))
        .order_by(Address.purpose != "registered", Address.id)
    ):
        addresses.setdefault(party_id, text)
    main: dict[int, str] = {}
    named: dict[PartyKey, str] = {}
    for party_id, contact_id, name in reader.session.execute(
        select(Contact.party_id, Contact.id, Contact.name)
        .where(Contact.party_id.in_(ids))
        .order_by(Contact.is_main.desc(), Contact.id)
    ):
        main.setdefault(party_id, name)
        named[party_id, contact_id] = name
    return {
        (key, contact): PartyFacts(
            party.name,
            party.name_local,
            addresses.get(key, ""),
            party.phone,
            party.email,
            party.tax_no,
            named.get((key, contact)) or main.get(key, ""),
            party.country,
        )
        for key, contact in wanted
        if (party := parties.get(key)) is not None
    }


def bank_facts(reader: Reader, account_id: int | None) -> BankFacts | None:
    """Answer the bank as printed: a person without the right to see accounts prints a paper without it."""
    return banks_facts(reader, (account_id,)).get(account_id)


def banks_facts(reader: Reader, account_ids: Iterable[int | None]) -> dict[int | None, BankFacts]:
    """Answer the banks that many papers name, by account, in one statement; hidden ones are left out."""
    ids = sorted({each for each in account_ids if each is not None})
    if not ids:
        return {}
    rows = reader.session.execute(
        select(Account.id, Account.bank, Account.bank_address, Account.number, Account.swift).where(
            Account.id.in_(ids)
        )
    )
    return {row[0]: BankFacts(*row[1:]) for row in rows}


def paper_style(reader: Reader, paper: str, party_id: int | None) -> Style:
    """Answer the style of a kind of paper: the party's own, else the firm's, else the usual one."""
    return _styles(reader, paper, (party_id,))(party_id)


def _styles(reader: Reader, paper: str, parties: Iterable[int | None]) -> Callable[[int | None], Style]:
    rows = reader.session.execute(
        select(PaperStyle.party_id, PaperStyle.language, PaperStyle.options)
        .where(PaperStyle.paper == paper)
        .where(or_(PaperStyle.party_id.is_(None), PaperStyle.party_id.in_([each or 0 for each in parties])))
        .order_by(PaperStyle.id.desc())
    )
    found: dict[int | None, Style] = {}
    for party_id, language, kept in rows:
        options: dict[str, Any] = json.loads(kept or "{}")
        style = Style(language, **{name: bool(options.get(name, True)) for name in OPTIONS})
        found.setdefault(party_id, style)
    usual = found.get(None) or Style()
    return lambda party_id: found.get(party_id, usual)


def own_clauses(reader: Reader, paper: str, party_id: int | None) -> tuple[ClauseFacts, ...]:
    """Answer the firm's own clauses of a kind of paper: the party's where it has any, else those for everyone."""
    return _clauses(reader, paper, (party_id,))(party_id)


def _clauses(
    reader: Reader, paper: str, parties: Iterable[int | None]
) -> Callable[[int | None], tuple[ClauseFacts, ...]]:
    rows = reader.session.execute(
        select(Clause.party_id, Clause.title_en, Clause.title_cn, Clause.text_en, Clause.text_cn)
        .where(Clause.paper == paper, Clause.active.is_(True))
        .where(or_(Clause.party_id.is_(None), Clause.party_id.in_([each or 0 for each in parties])))
        .order_by(Clause.position, Clause.id)
    )
    found: dict[int | None, list[ClauseFacts]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(ClauseFacts(*row[1:]))
    kept = {key: tuple(clauses) for key, clauses in found.items()}
    return lambda party_id: kept.get(party_id) or kept.get(None, ())


def firm_picture(reader: Reader, purpose: str) -> bytes:
    """Answer the firm's logo or stamp as it was kept last; empty when there is none."""
    found = reader.session.scalars(
        select(Attachment.content)
        .where(Attachment.subject_kind == FIRM, Attachment.purpose == purpose)
        .order_by(Attachment.id.desc())
        .limit(1)
    ).one_or_none()
    return found or b""


def frame_facts(reader: Reader, paper: str, party_id: int | None, *, draft: bool) -> Frame:
    """Answer our firm on a kind of paper for a party; NotAllowed for a person who may not print."""
    return Frames(reader, paper, (party_id,)).of(party_id, draft=draft)


class Frames:
    """Our firm on many papers of a kind: styles, clauses and pictures read once, for all their parties."""

    def __init__(self, reader: Reader, paper: str, parties: Iterable[int | None]) -> None:
        reader.actor.demand("print.run")
        parties = sorted({each or 0 for each in parties})
        self._firm = reader.settings
        self._reader = reader
        self._style = _styles(reader, paper, parties)
        self._clauses = _clauses(reader, paper, parties)
        self._pictures: dict[str, bytes] = {}

    def of(self, party_id: int | None, *, draft: bool) -> Frame:
        """Answer the frame of one paper; a draft bears no stamp."""
        style = self._style(party_id)
        return Frame(
            self._firm,
            style,
            self._clauses(party_id),
            self._picture(LOGO) if style.logo else b"",
            self._picture(STAMP) if style.stamp and not draft else b"",
            draft,
        )

    def _picture(self, purpose: str) -> bytes:
        if purpose not in self._pictures:
            self._pictures[purpose] = firm_picture(self._reader, purpose)
        return self._pictures[purpose]
