"""Many papers in one go (批量打印): read in batches, drawn by child processes, one file a paper or one for all."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tradecrm.core.errors import Stopped
from tradecrm.core.pace import Pace
from tradecrm.core.progress import Progress
from tradecrm.core.text import _
from tradecrm.documents.build import party_stem
from tradecrm.documents.content import Paper
from tradecrm.documents.crew import Crew, crew_size
from tradecrm.documents.drawing import ENDED, Drawn, DrawTask, JoinTask
from tradecrm.documents.registry import Unprinted, read_papers
from tradecrm.documents.words import PaperLanguage

_READ = 24
"""Records read with one set of statements: few enough that no long read holds the book or the window."""
_BUNDLE = 4
"""Papers that a child takes at a time."""
_FOR_ALL = frozenset({errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM, getattr(errno, "EDQUOT", -1)})
"""Errors of the disk that the next paper would meet too."""


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """What to print: kinds of paper of these records, into a folder, in a language (None: each party's usual one).

    ``joined`` is the name of the one file for all of them; without it each paper has a file of its own.
    ``options`` are those of the kind, such as the days of a statement.
    """

    kinds: tuple[str, ...]
    ids: tuple[int, ...]
    folder: Path
    language: PaperLanguage | None = None
    joined: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MadePaper:
    """A paper that was drawn: its kind and record, its file, and warnings about characters that no font has."""

    kind: str
    record_id: int
    number: str
    language: PaperLanguage
    draft: bool
    path: Path
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnmadePaper:
    """A paper that was not drawn, and why; the number is empty where the record could not be read."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of a batch: papers made and not made, and how many were not even begun.

    ``file`` holds them all where one file was asked for.
    """

    folder: Path
    made: tuple[MadePaper, ...] = ()
    unmade: tuple[UnmadePaper, ...] = ()
    left: int = 0
    stopped: bool = False
    file: Path | None = None


def print_batch(ask: Callable[..., Any], order: BatchOrder, progress: Progress | None = None) -> BatchResult:
    """Draw the papers of an order; what cannot be drawn is left out and told with its reason.

    ``ask`` runs a query at the actor's seat, one for each batch of records. Stop ends it: what is written by then
    stays, a joined file is not begun. Raises OSError for a folder that cannot be written, NotAllowed.
    """
    check_folder(order.folder)
    place: AbstractContextManager[str | None] = (
        tempfile.TemporaryDirectory() if order.joined else nullcontext()
    )
    with place as apart, Crew(crew_size(len(order.ids) * len(order.kinds))) as crew:
        run = _Run(ask, order, progress or Progress(), crew, Path(apart) if apart else order.folder)
        run.draw()
        return run.result(run.join() if order.joined else None)


def check_folder(folder: Path) -> None:
    """Make sure that files can be written into a folder, made where it is not there; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


class _Run:
    """A batch at work: what each place of it is, what was made, and whether it is over before its end."""

    def __init__(
        self, ask: Callable[..., Any], order: BatchOrder, progress: Progress, crew: Crew, folder: Path
    ) -> None:
        self._ask = ask
        self._order = order
        self._progress = progress
        self._pace = Pace()
        self._crew = crew
        self._folder = folder
        self._given: dict[int, MadePaper] = {}
        self._made: dict[int, MadePaper] = {}
        self._unmade: dict[int, UnmadePaper] = {}
        self._without = 0
        self._names: set[str] = set()
        self._over = False
        self._stopped = False

    def draw(self) -> None:
        """Read the records batch by batch, one ahead of the children, and gather what they draw."""
        ids = self._order.ids
        for start in range(0, len(ids), _READ):
            self._look()
            if self._over:
                return
            self._begin(start, ids[start : start + _READ])
            self._gather(lambda: self._crew.waiting > _READ)
        self._gather(lambda: self._crew.open > 0)

    def _begin(self, start: int, ids: Sequence[int]) -> None:
        """Read some records and hand their papers out."""
        kinds = self._order.kinds
        tasks: dict[int, DrawTask] = {}
        for turn, kind in enumerate(kinds):
            found: dict[int, Paper | Unprinted] = self._ask(
                read_papers, kind, ids, self._order.options, self._pace
            )
            for number, key in enumerate(ids, start):
                place, paper = number * len(kinds) + turn, found.get(key)
                if paper is None:
                    self._without += 1
                elif isinstance(paper, Paper):
                    tasks[place] = self._task(place, kind, key, paper)
                else:
                    self._unmade[place] = UnmadePaper("", str(paper))
        ready = [tasks[place] for place in sorted(tasks)]
        for first in range(0, len(ready), _BUNDLE):
            self._crew.give(ready[first : first + _BUNDLE])

    def _task(self, place: int, kind: str, key: int, paper: Paper) -> DrawTask:
        language = self._order.language or paper.language
        title = paper.title.texts("zh" if language == "zh" else "en")[0].capitalize()
        stem = party_stem(paper, language, title if len(self._order.kinds) > 1 else "")
        path = self._folder / f"{self._unused(f'{stem}-{language}')}.pdf"
        self._given[place] = MadePaper(kind, key, paper.number, language, paper.draft, path)
        return DrawTask(place, paper, language, str(path))

    def _unused(self, stem: str) -> str:
        """Answer a name that no other paper of this batch has, whatever the case of its letters."""
        name, count = stem, 1
        while name.casefold() in self._names:
            count += 1
            name = f"{stem} ({count})"
        self._names.add(name.casefold())
        return name

    def _gather(self, wait: Callable[[], bool]) -> None:
        def more() -> bool:
            self._look()
            return not self._over and wait()

        for drawn in self._crew.gather(more):
            self._take(drawn)

    def _look(self) -> None:
        """Tell how far the batch is; Stop ends it."""
        total = self._total()
        try:
            self._progress.tell(len(self._made) + len(self._unmade), total, _("Printing papers"))
        except Stopped:
            self._over = self._stopped = True

    def _total(self) -> int:
        """Answer how many papers there are, less those that a record is known not to have."""
        return len(self._order.ids) * len(self._order.kinds) - self._without

    def _take(self, drawn: Drawn) -> None:
        given = self._given[drawn.place]
        if not drawn.problem:
            self._made[drawn.place] = replace(given, warnings=drawn.warnings)
            return
        self._over = self._over or drawn.code in _FOR_ALL
        reason = drawn.problem
        if drawn.code != ENDED:
            words = (
                _("It could not be written: {reason}") if drawn.code else _("It could not be drawn: {reason}")
            )
            reason = words.format(reason=reason)
        self._unmade[drawn.place] = UnmadePaper(given.number, reason)

    def join(self) -> Path | None:
        """Join what was made into one file, in the order of the records; nothing after Stop or without a paper."""
        if self._over or not self._made:
            return None
        path = self._order.folder / f"{self._order.joined}.pdf"
        files = tuple(str(self._made[place].path) for place in sorted(self._made))
        self._crew.give([JoinTask(0, files, str(path))])
        for drawn in self._crew.gather(lambda: self._crew.open > 0):
            if drawn.problem:
                raise OSError(drawn.code, drawn.problem)
        return path

    def result(self, file: Path | None) -> BatchResult:
        """Answer what became of the batch."""
        order = self._order
        made = self._made if file is not None or not order.joined else {}
        return BatchResult(
            order.folder,
            tuple(made[place] for place in sorted(made)),
            tuple(self._unmade[place] for place in sorted(self._unmade)),
            self._total() - len(made) - len(self._unmade),
            self._stopped,
            file,
        )
