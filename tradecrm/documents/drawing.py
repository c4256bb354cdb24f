"""The child process that draws papers: contents come in over its input, what became of each goes out as JSON."""

from __future__ import annotations

import json
import os
import pickle
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tradecrm.core.child import DRAW
from tradecrm.core.money import Rounding, round_as, show_whole_as
from tradecrm.core.text import LANGUAGES, use_language
from tradecrm.documents.content import Paper
from tradecrm.documents.words import PaperLanguage

MODULE = __name__
"""The module that a child runs from source."""

WORD = DRAW
"""The word on the command line that asks for this worker."""

ENDED = -1
"""The code of a task whose child ended on it; its problem is a sentence."""

_LENGTH = struct.Struct(">I")
_NICE = 5
_WARNED = 40
"""Sentences at most that one paper hands back."""


@dataclass(frozen=True, slots=True)
class DrawTask:
    """One paper to draw into a file; ``place`` is its number in the batch."""

    place: int
    paper: Paper
    language: PaperLanguage
    path: str


@dataclass(frozen=True, slots=True)
class JoinTask:
    """Files of papers to join into one; ``place`` names the answer as it does for a paper."""

    place: int
    files: tuple[str, ...]
    path: str


Task = DrawTask | JoinTask


@dataclass(frozen=True, slots=True)
class Drawn:
    """What became of a task: warnings to show, or why there is no file; ``code`` is the system's error number."""

    place: int
    warnings: tuple[str, ...] = ()
    problem: str = ""
    code: int = 0


def part_of(path: str | Path) -> Path:
    """Answer the name under which a file is written until it is whole."""
    path = Path(path)
    return path.with_name(f".{path.name}.part")


def write_tasks(stream: IO[bytes], tasks: Sequence[Task]) -> None:
    """Hand tasks to a child; what several papers share (logo, clauses, the firm) goes over once."""
    body = pickle.dumps(list(tasks), protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def _read_tasks(stream: IO[bytes]) -> list[Task] | None:
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    body = stream.read(length)
    if len(body) < length:
        return None
    found: list[Task] = pickle.loads(body)  # noqa: S301 - from our own parent, over a pipe of its own
    return found


def write_answer(stream: IO[bytes], answer: Drawn) -> None:
    """Hand an answer to the parent."""
    body = json.dumps([answer.place, list(answer.warnings), answer.problem, answer.code]).encode()
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_answer(stream: IO[bytes]) -> Drawn | None:
    """Answer the next answer of a child; None when there will be none."""
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    body = stream.read(length)
    if len(body) < length:
        return None
    place, warnings, problem, code = json.loads(body)
    return Drawn(int(place), tuple(map(str, warnings)), str(problem), int(code))


def carry_out(task: Task) -> Drawn:
    """Do one task; whatever goes wrong is told of this one alone. No path ever holds half a file."""
    part = part_of(task.path)
    try:
        if isinstance(task, JoinTask):
            _join(task.files, part)
            warnings: list[str] = []
        else:
            from tradecrm.documents.build import draw_paper

            warnings = draw_paper(task.paper, part, task.language)
        part.replace(task.path)
    except Exception as error:  # noqa: BLE001 - one paper that fails must not take the others with it
        part.unlink(missing_ok=True)
        problem = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
        return Drawn(task.place, (), problem, getattr(error, "errno", 0) or 0)
    return Drawn(task.place, tuple(warnings[:_WARNED]))


def _join(files: Sequence[str], path: Path) -> None:
    """Write the pages of all files into one, in their order."""
    import pypdfium2

    whole = pypdfium2.PdfDocument.new()
    for each in files:
        one = pypdfium2.PdfDocument(each)
        whole.import_pages(one)
        one.close()
    whole.save(str(path))
    whole.close()


def worker_main(argv: Sequence[str]) -> int:
    """Run the child: ``argv`` is ``["draw", language, rounding, currencies shown whole]``, those of the parent.

    Answers the status.
    """
    if len(argv) != 4 or argv[0] != WORD or argv[1] not in LANGUAGES or argv[2] not in set(Rounding):
        return 2
    use_language(argv[1])
    firm = Rounding(argv[2])
    round_as(lambda: firm)
    whole = frozenset(filter(None, argv[3].split(",")))
    show_whole_as(lambda: whole)
    # The window keeps its frames on a computer that has no more processors than there are children.
    nice: Any = getattr(os, "nice", None)
    if nice is not None:
        nice(_NICE)
    from tradecrm.render.pdf.fonts import face

    for bold in (False, True):
        face(bold=bold)
    # By their numbers: a program with a window has no standard streams on Windows, but it has the pipes.
    with os.fdopen(os.dup(0), "rb") as asked, os.fdopen(os.dup(1), "wb", buffering=0) as answers:
        while (tasks := _read_tasks(asked)) is not None:
            for task in tasks:
                write_answer(answers, carry_out(task))
    return 0
