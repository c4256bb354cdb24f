"""Papers as they went out (已发单证): kept as the file itself, never drawn again from newer data."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import IssuedPaper, Person
from tradecrm.services.trade.papers import record_of
from tradecrm.services.work import Reader, Work, operation

LARGEST = 20 * 1024 * 1024
"""Bytes of the largest paper that is kept."""


@dataclass(frozen=True, slots=True)
class IssuePaper:
    """A paper that goes out: its kind, the record it was drawn from, its language and the PDF."""

    kind: str
    record: str
    record_id: int
    number: str
    language: str
    content: bytes


def check_issue(command: IssuePaper) -> list[Problem]:
    """Answer what is wrong with the file."""
    if not command.content.startswith(b"%PDF"):
        return [Problem("", _("Only a PDF is kept as issued."))]
    if len(command.content) > LARGEST:
        return [Problem("", _("{number} is too large to be kept.").format(number=command.number))]
    return []


@operation("print.run", check=check_issue)
def issue_paper(work: Work, command: IssuePaper) -> int:
    """Keep a paper as it goes out, as the next version of its kind and language; answers its version."""
    subject = record_of(work, command.record, command.record_id)
    last = work.session.scalar(
        select(func.max(IssuedPaper.version_no)).where(
            IssuedPaper.kind == command.kind,
            IssuedPaper.subject_kind == command.record,
            IssuedPaper.subject_id == command.record_id,
            IssuedPaper.language == command.language,
        )
    )
    row = work.add(
        IssuedPaper(
            kind=command.kind,
            subject_kind=command.record,
            subject_id=command.record_id,
            number=command.number,
            version_no=(last or 0) + 1,
            language=command.language,
            at=work.now,
            person_id=work.actor.person_id,
            owner_id=subject.owner_id,
            sha256=hashlib.sha256(command.content).hexdigest(),
            content=command.content,
        )
    )
    return row.version_no


@dataclass(frozen=True, slots=True)
class IssueFile:
    """A paper that goes out and lies in a file: as `IssuePaper`, its PDF still to be read."""

    kind: str
    record: str
    record_id: int
    number: str
    language: str
    path: Path


@operation("print.run")
def issue_files(work: Work, command: Sequence[IssueFile]) -> int:
    """Keep many papers as they go out, all of them or none; answers how many. Refusal for a file that is gone."""
    for done, each in enumerate(command):
        work.progress.tell(done, len(command))
        try:
            content = each.path.read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
            sentence = _("{file} could not be read: {reason}")
            raise Refusal.of(sentence.format(file=each.path.name, reason=reason)) from error
        paper = IssuePaper(each.kind, each.record, each.record_id, each.number, each.language, content)
        issue_paper.within(work, paper)
    return len(command)


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """A kept paper as a page lists it."""

    id: int
    kind: str
    number: str
    version_no: int
    language: str
    at: datetime
    person: str


def issued_papers(reader: Reader, record: str, record_id: int, kind: str = "") -> tuple[IssuedRow, ...]:
    """Answer the papers of a record that went out, the newest first; ``kind`` keeps to one kind of paper."""
    statement = (
        select(
            IssuedPaper.id,
            IssuedPaper.kind,
            IssuedPaper.number,
            IssuedPaper.version_no,
            IssuedPaper.language,
            IssuedPaper.at,
            Person.name,
        )
        .join(Person, Person.id == IssuedPaper.person_id)
        .where(IssuedPaper.subject_kind == record, IssuedPaper.subject_id == record_id)
        .order_by(IssuedPaper.id.desc())
    )
    if kind:
        statement = statement.where(IssuedPaper.kind == kind)
    return tuple(IssuedRow(*row) for row in reader.session.execute(statement))


def issued_content(reader: Reader, issued_id: int) -> bytes:
    """Answer the PDF of a kept paper; Refusal when it is not what was kept."""
    row = reader.get(IssuedPaper, issued_id, _("Paper"))
    if hashlib.sha256(row.content).hexdigest() != row.sha256:
        raise Refusal.of(_("{number} was damaged since it was kept.").format(number=row.number))
    return row.content
