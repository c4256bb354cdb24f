"""How papers are drawn, kept without code: style and clauses by kind and by party, the firm's logo and stamp."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Attachment, Clause, PaperStyle, Party
from tradecrm.render.pictures import NoPicture, cleaned_picture
from tradecrm.services.trade.paper_parts import (
    FIRM,
    LOGO,
    OPTIONS,
    STAMP,
    ClauseFacts,
    Style,
    firm_picture,
    own_clauses,
    paper_style,
)
from tradecrm.services.work import Reader, Work, operation

PAPER_LANGUAGES = ("en", "zh", "both")


@dataclass(frozen=True, slots=True)
class PaperSetting:
    """How a kind of paper is drawn for a party, or for everyone; ``own`` tells whether the party has its own."""

    style: Style
    clauses: tuple[ClauseFacts, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class SavePaperSetting:
    """Style and clauses of a kind of paper for a party (None: for everyone), in place of what was kept.

    No clauses: those for everyone, or the usual ones, print.
    """

    paper: str
    party_id: int | None
    style: Style
    clauses: tuple[ClauseFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class DropPaperSetting:
    """Let a party's papers of a kind be drawn like everyone's again (None: like at first)."""

    paper: str
    party_id: int | None


@dataclass(frozen=True, slots=True)
class KeepPicture:
    """The firm's logo or stamp (``purpose``) as a file was read; empty content takes it away."""

    purpose: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FirmPictures:
    """Logo and stamp as PNG bytes, empty where there is none."""

    logo: bytes
    stamp: bytes


def paper_setting(reader: Reader, paper: str, party_id: int | None) -> PaperSetting:
    """Answer how a kind of paper is drawn for a party, from its own setting or from that for everyone."""
    condition = PaperStyle.party_id.is_(None) if party_id is None else PaperStyle.party_id == party_id
    own = reader.session.scalars(
        select(PaperStyle.id).where(PaperStyle.paper == paper, condition).limit(1)
    ).first()
    return PaperSetting(
        paper_style(reader, paper, party_id), own_clauses(reader, paper, party_id), own is not None
    )


def firm_pictures(reader: Reader) -> FirmPictures:
    """Answer the firm's logo and stamp."""
    return FirmPictures(firm_picture(reader, LOGO), firm_picture(reader, STAMP))


def check_setting(command: SavePaperSetting) -> list[Problem]:
    """Answer what is wrong with a style or its clauses."""
    problems = []
    if command.style.language not in PAPER_LANGUAGES:
        problems.append(Problem("language", _("The language of a paper is en, zh or both.")))
    for number, clause in enumerate(command.clauses, start=1):
        if not (clause.text_en.strip() or clause.text_cn.strip()):
            problems.append(Problem("clauses", _("Clause {number} has no text.").format(number=number)))
        if max(len(clause.title_en), len(clause.title_cn)) > 120:
            problems.append(
                Problem("clauses", _("The heading of clause {number} is too long.").format(number=number))
            )
    return problems


@operation("price.write", check=check_setting)
def save_paper_setting(work: Work, command: SavePaperSetting) -> None:
    """Keep how a kind of paper is drawn for a party or for everyone."""
    if command.party_id is not None:
        work.get(Party, command.party_id, _("Partner"))
    _forget(work, command.paper, command.party_id)
    options = {name: getattr(command.style, name) for name in OPTIONS}
    work.add(
        PaperStyle(
            paper=command.paper,
            party_id=command.party_id,
            language=command.style.language,
            options=json.dumps(options),
        )
    )
    for position, clause in enumerate(command.clauses, start=1):
        work.add(
            Clause(
                paper=command.paper,
                party_id=command.party_id,
                position=position,
                title_en=clause.title_en.strip(),
                title_cn=clause.title_cn.strip(),
                text_en=clause.text_en.strip(),
                text_cn=clause.text_cn.strip(),
            )
        )


@operation("price.write")
def drop_paper_setting(work: Work, command: DropPaperSetting) -> None:
    """Forget the style and clauses of a kind of paper for a party, or for everyone."""
    _forget(work, command.paper, command.party_id)


def _forget(work: Work, paper: str, party_id: int | None) -> None:
    for entity in (Clause, PaperStyle):
        condition = entity.party_id.is_(None) if party_id is None else entity.party_id == party_id
        for row in work.session.scalars(select(entity).where(entity.paper == paper, condition)):
            work.session.delete(row)
    work.session.flush()


def check_picture(command: KeepPicture) -> list[Problem]:
    """Answer what is wrong with a picture before it is decoded."""
    if command.purpose not in {LOGO, STAMP}:
        return [Problem("purpose", _("A picture of the firm is its logo or its stamp."))]
    return []


@operation("settings.write", check=check_picture)
def keep_picture(work: Work, command: KeepPicture) -> None:
    """Keep the firm's logo or stamp, decoded and written anew; one that cannot be read is refused."""
    content = b""
    if command.content:
        try:
            content = cleaned_picture(command.content)
        except NoPicture:
            sentence = _("{file} is no PNG or JPEG picture of at most 5 MB and 24 million dots.")
            raise Refusal.of(sentence.format(file=command.name), "content") from None
    kept = select(Attachment).where(Attachment.subject_kind == FIRM, Attachment.purpose == command.purpose)
    for row in work.session.scalars(kept):
        work.session.delete(row)
    if content:
        work.add(
            Attachment(
                subject_kind=FIRM,
                subject_id=0,
                purpose=command.purpose,
                name=command.name[:260],
                media_type="image/png",
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                at=work.now,
                person_id=work.actor.person_id,
                owner_id=work.actor.person_id,
                content=content,
            )
        )
