"""Files kept with a paper (附件): receipts of an expense claim, the scan of a VAT invoice."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from sqlalchemy import select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Attachment, ExpenseClaim, VatInvoice
from tradecrm.services.work import Reader, Work, operation

LARGEST = 10 * 1024 * 1024
"""Bytes of the largest file that is kept; a book must stay small enough to be backed up daily."""

SUFFIXES = (
    ".pdf", ".ofd", ".png", ".jpg", ".jpeg", ".webp", ".heic", ".tif", ".tiff", ".xml", ".xlsx", ".xls",
    ".docx", ".doc", ".csv", ".txt", ".eml", ".zip",
)  # fmt: skip
"""Files of these kinds are kept: papers and pictures, nothing that runs."""

_SUBJECTS: dict[str, tuple[Any, str, frozenset[str]]] = {
    "expense_claim": (ExpenseClaim, "claim.write", frozenset({"draft"})),
    "vat_invoice": (VatInvoice, "rebate.write", frozenset()),
}
"""Kind -> its class, the verb, and the states in which a file may be taken out (empty: always)."""


@dataclass(frozen=True, slots=True)
class AttachFile:
    """A file for a paper: the paper's kind and id, the name of the file, and what is in it."""

    kind: str
    subject_id: int
    name: str
    content: bytes


def check_file(command: AttachFile) -> list[Problem]:
    """Answer what is wrong with a file: its kind, too large, empty."""
    suffix = PurePath(command.name).suffix.lower()
    if command.kind not in _SUBJECTS:
        return [Problem("", _("No files are kept with that."))]
    if suffix not in SUFFIXES:
        return [
            Problem(
                "",
                _("{file} is neither a picture nor a paper, such as PDF. It was not attached.").format(
                    file=command.name
                ),
            )
        ]
    if not command.content:
        return [Problem("", _("{file} is empty. It was not attached.").format(file=command.name))]
    if len(command.content) > LARGEST:
        return [
            Problem(
                "",
                _("{file} is larger than {limit} MB. Attach a smaller copy of it.").format(
                    file=command.name, limit=LARGEST // 1024 // 1024
                ),
            )
        ]
    return []


@operation("claim.write", check=check_file)
def attach_file(work: Work, command: AttachFile) -> int:
    """Keep a file with its digest; answers its id. The same file is refused a second time on one paper."""
    entity, verb, _states = _SUBJECTS[command.kind]
    work.actor.demand(verb)
    subject = work.get(entity, command.subject_id, _("Paper"))
    digest = hashlib.sha256(command.content).hexdigest()
    same = select(Attachment.name).where(
        Attachment.subject_kind == command.kind,
        Attachment.subject_id == subject.id,
        Attachment.sha256 == digest,
    )
    known = work.session.scalars(same).first()
    if known is not None:
        raise Refusal.of(_("{file} is attached already, as {known}.").format(file=command.name, known=known))
    return work.add(
        Attachment(
            subject_kind=command.kind,
            subject_id=subject.id,
            name=PurePath(command.name).name[-260:],
            media_type=mimetypes.guess_type(command.name)[0] or "application/octet-stream",
            size=len(command.content),
            sha256=digest,
            at=work.now,
            person_id=work.actor.person_id,
            owner_id=subject.owner_id,
            content=command.content,
        )
    ).id


@dataclass(frozen=True, slots=True)
class DropFile:
    """A file to be taken out again."""

    attachment_id: int


@operation("claim.write")
def drop_file(work: Work, command: DropFile) -> None:
    """Take a file out of a paper; refused once the paper is no draft any more."""
    row = work.get(Attachment, command.attachment_id, _("Attachment"))
    if row.subject_kind not in _SUBJECTS:
        raise Refusal.of(_("{file} belongs to another kind of paper.").format(file=row.name))
    entity, verb, states = _SUBJECTS[row.subject_kind]
    work.actor.demand(verb)
    subject = work.get(entity, row.subject_id, _("Paper"))
    if states and subject.status not in states:
        raise Refusal.of(
            _("{number} is no draft any more; its attachments stay as they were approved.").format(
                number=subject.number
            )
        )
    work.session.delete(row)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A kept file as a page lists it; ``size`` in bytes."""

    id: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class FileContent:
    """A kept file with what is in it, proved by its digest."""

    name: str
    content: bytes


def attached_files(reader: Reader, kind: str, subject_id: int) -> tuple[FileRow, ...]:
    """Answer the files of a paper in the order in which they came."""
    rows = reader.session.execute(
        select(Attachment.id, Attachment.name, Attachment.size)
        .where(Attachment.subject_kind == kind, Attachment.subject_id == subject_id)
        .order_by(Attachment.id)
    )
    return tuple(FileRow(*row) for row in rows)


def file_content(reader: Reader, attachment_id: int) -> FileContent:
    """Answer what is in a kept file; Refusal when it is not what was stored."""
    row = reader.get(Attachment, attachment_id, _("Attachment"))
    if hashlib.sha256(row.content).hexdigest() != row.sha256:
        raise Refusal.of(_("{file} was damaged since it was attached.").format(file=row.name))
    return FileContent(row.name, row.content)
