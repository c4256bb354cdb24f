"""What every paper needs beside its own facts: our firm with logo and stamp, the party, the bank, the clauses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from tradecrm.core.text import _
from tradecrm.models import Account, Address, Attachment, Clause, Contact, PaperStyle, Party
from tradecrm.services.control.settings import Settings
from tradecrm.services.work import Reader

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


def party_facts(reader: Reader, party_id: int, contact_id: int | None = None) -> PartyFacts:
    """Answer a party as printed; raises NotFound when the actor may not see it."""
    party = reader.get(Party, party_id, _("Partner"))
    address = reader.session.scalars(
        select(Address.text)
        .where(Address.party_id == party_id)
        .order_by(Address.purpose != "registered", Address.id)
        .limit(1)
    ).one_or_none()
    contact = reader.session.scalars(
        select(Contact.name)
        .where(Contact.party_id == party_id)
        .order_by(Contact.id != (contact_id or 0), Contact.is_main.desc(), Contact.id)
        .limit(1)
    ).one_or_none()
    return PartyFacts(
        party.name,
        party.name_local,
        address or "",
        party.phone,
        party.email,
        party.tax_no,
        contact or "",
        party.country,
    )


def bank_facts(reader: Reader, account_id: int | None) -> BankFacts | None:
    """Answer the bank as printed: a person without the right to see accounts prints a paper without it."""
    if account_id is None:
        return None
    row = reader.session.execute(
        select(Account.bank, Account.bank_address, Account.number, Account.swift).where(
            Account.id == account_id
        )
    ).one_or_none()
    return None if row is None else BankFacts(*row)


def paper_style(reader: Reader, paper: str, party_id: int | None) -> Style:
    """Answer the style of a kind of paper: the party's own, else the firm's, else the usual one."""
    rows = reader.session.execute(
        select(PaperStyle.language, PaperStyle.options, PaperStyle.party_id)
        .where(PaperStyle.paper == paper)
        .where(or_(PaperStyle.party_id.is_(None), PaperStyle.party_id == (party_id or 0)))
        .order_by(PaperStyle.party_id.is_(None), PaperStyle.id.desc())
        .limit(1)
    ).first()
    if rows is None:
        return Style()
    options: dict[str, Any] = json.loads(rows[1] or "{}")
    return Style(rows[0], **{name: bool(options.get(name, True)) for name in OPTIONS})


def own_clauses(reader: Reader, paper: str, party_id: int | None) -> tuple[ClauseFacts, ...]:
    """Answer the firm's own clauses of a kind of paper: the party's where it has any, else those for everyone."""
    rows = reader.session.execute(
        select(Clause.party_id, Clause.title_en, Clause.title_cn, Clause.text_en, Clause.text_cn)
        .where(Clause.paper == paper, Clause.active.is_(True))
        .where(or_(Clause.party_id.is_(None), Clause.party_id == (party_id or 0)))
        .order_by(Clause.position, Clause.id)
    ).all()
    own = [row for row in rows if row[0] is not None] or rows
    return tuple(ClauseFacts(*row[1:]) for row in own)


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
    reader.actor.demand("print.run")
    style = paper_style(reader, paper, party_id)
    return Frame(
        reader.settings,
        style,
        own_clauses(reader, paper, party_id),
        firm_picture(reader, LOGO) if style.logo else b"",
        firm_picture(reader, STAMP) if style.stamp and not draft else b"",
        draft,
    )
