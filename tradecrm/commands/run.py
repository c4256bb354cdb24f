"""What every command runs with: the book, the clock, the way to answer, and the exit status of each failure."""

from __future__ import annotations

import errno
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tradecrm.core.address import Place, SignIn, place_of
from tradecrm.core.clock import Clock
from tradecrm.core.errors import PasswordNeeded, TradeError
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _

if TYPE_CHECKING:
    from tradecrm.services.book import Book
    from tradecrm.storage.held import BookStore

OK, REFUSED, USAGE, FAULT = 0, 1, 2, 3
BOOK_VARIABLE = "TRADECRM_BOOK"


class WrongCall(Exception):
    """The command line was called wrongly: an unknown command or option, or a missing argument."""


@dataclass(slots=True)
class Run:
    """One run of the command line; made by ``main``, handed to the command by Typer."""

    clock: Clock
    book: Place | None = None
    as_json: bool = False
    status: int = OK
    problems: list[Problem] = field(default_factory=list)

    def answer(self, value: Any, lines: Iterable[str]) -> None:
        """Print the answer: ``value`` as JSON for programs, else the lines for people."""
        from tradecrm.render.jsonout import to_text

        if self.as_json:
            write_line(sys.stdout, to_text(value))
        else:
            for line in lines:
                write_line(sys.stdout, line)

    def complain(self, sentence: str, where: str = "") -> None:
        """Say on standard error what is wrong and end with the status of a refusal."""
        self.status = REFUSED
        self.problems.append(Problem(where, sentence))
        say_problem(Problem(where, sentence))

    def note(self, sentence: str) -> None:
        """Say on standard error what is worth knowing; no failure."""
        write_line(sys.stderr, sentence)

    @property
    def place(self) -> Place:
        """Answer the book to work on: the one named, else that of the environment, else the last one opened."""
        named = self.book or last_book()
        if named is None:
            raise Refusal.of(
                _("Which book? Name it with --book PATH or in the environment variable {name}.").format(
                    name=BOOK_VARIABLE
                ),
                "book",
            )
        return named

    @property
    def path(self) -> Path:
        """Answer the file to work on; raises Refusal for a book on a server, which is no file."""
        place = self.place
        if isinstance(place, Path):
            return place
        raise Refusal.of(
            _(
                "The book {book} lies on a server: it is no file to copy, back up or restore. The server's "
                "administrator keeps its backups."
            ).format(book=place),
            "book",
        )


def last_book() -> Place | None:
    """Answer the book of the environment, else the one that the window opened last, None without either."""
    named = os.environ.get(BOOK_VARIABLE)
    if named:
        return place_of(named)
    import platformdirs

    place = Path(platformdirs.user_config_dir("TradeCRM", appauthor=False)) / "window.json"
    with suppress(OSError, ValueError, KeyError, TypeError, Refusal):
        return place_of(json.loads(place.read_text(encoding="utf-8"))["book"])
    return None


@contextmanager
def open_book_of(run: Run) -> Iterator[Book]:
    """Open the book of a run and close it again; says where it should not lie."""
    from tradecrm.core.money import rounding_of, shown_whole_of
    from tradecrm.services.book import Book

    store = _opened(run)
    try:
        for warning in store.warnings:
            run.note(warning)
        book = Book(store, run.clock)
        with rounding_of(book.rounding), shown_whole_of(book.shown_whole):
            yield book
    finally:
        store.close()


def _opened(run: Run, *, upgrade: bool = False) -> BookStore:
    """Open the book; a password that the server asks for is asked of whoever sits at the terminal."""
    from tradecrm.storage.doors import open_place

    try:
        return open_place(run.place, person(), run.clock, sign_in=SignIn(upgrade=upgrade))
    except PasswordNeeded as asked:
        password = ask_password(asked)
        if password is None:
            raise
        return open_place(run.place, person(), run.clock, sign_in=SignIn(password, upgrade=upgrade))


def bring_up(run: Run) -> None:
    """Open the book and close it again; the tables of an older program on a server are brought up."""
    _opened(run, upgrade=True).close()


def ask_password(asked: PasswordNeeded) -> str | None:
    """Say what the server said and read a password unseen; None where nobody sits at a terminal."""
    if sys.stdin is None or not sys.stdin.isatty():
        return None
    say_problem(Problem("", str(asked)))
    return getpass.getpass(_("Password: "))


def person() -> str:
    """Answer the name of whoever is signed in at this computer, for the lock of the book."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return _("Owner")


def write_line(stream: TextIO | None, text: str) -> None:
    """Write a line; a letter that the terminal cannot show becomes a question mark, never a failure.

    A program with a window has no streams on Windows: what nobody could read is not written.
    """
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    except BrokenPipeError as error:
        # Whoever read has seen enough, as in ``| head``: that is no failure.
        raise SystemExit(OK) from error
    except OSError:
        # Nothing can be said where nothing can be written; the answer itself must not be lost unsaid.
        if stream is not sys.stderr:
            raise


def say_problem(problem: Problem) -> None:
    """Write a problem on standard error, on one line, with its field or record first."""
    sentence = " ".join(problem.message.split())
    write_line(sys.stderr, f"{problem.field}: {sentence}" if problem.field else sentence)


def guarded(run: Run, action: Callable[[], None]) -> int:
    """Run an action and answer the exit status: 0 done, 1 refused, 2 wrongly called, 3 a fault of the program."""
    status = _attempted(run, action)
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except OSError as error:
        _write_nowhere()
        return status if isinstance(error, BrokenPipeError) else _refused(run, (_of_system(error),))
    return status


def _write_nowhere() -> None:
    """Let what is left to write go nowhere, so that the end of the program does not fail by it."""
    with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _attempted(run: Run, action: Callable[[], None]) -> int:
    """Run an action; whatever it ends in is told and becomes a status."""
    try:
        action()
    except SystemExit as ended:
        return _status_of(ended) or run.status
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last stop: told, never shown as a trace
        status, problems = _told(run, error)
        return _refused(run, problems, status)
    return run.status


def _told(run: Run, error: BaseException) -> tuple[int, Sequence[Problem]]:
    """Answer the exit status that an error is, and what is to be said of it; a fault is kept in a report."""
    status, sentence = REFUSED, str(error)
    if isinstance(error, Refusal):
        return status, error.problems
    if isinstance(error, OSError):
        return status, (_of_system(error),)
    if isinstance(error, WrongCall):
        status = USAGE
    elif isinstance(error, KeyboardInterrupt):
        sentence = _("Stopped. Nothing was changed.")
    elif not isinstance(error, TradeError):
        from tradecrm.commands.crash import keep_report

        status, place = FAULT, keep_report(error, run.clock)
        sentence = _("The program made a mistake. A report without your data is at {path}.").format(
            path=place
        )
    return status, (Problem("", sentence),)


def _of_system(error: OSError) -> Problem:
    """Answer in words why the system would not read or write a file."""
    words = {
        errno.ENOENT: _("{path} is not there. Check the name, or make its folder first."),
        errno.EISDIR: _("{path} is a folder. Name a file."),
        errno.EEXIST: _("{path} is there already. Choose another name."),
        errno.ENOTDIR: _("{path} cannot be: one of its folders is a file. Choose another name."),
        errno.EACCES: _("{path} may not be read or written by you. Choose a folder of your own."),
        errno.ENAMETOOLONG: _("The name {path} is too long. Choose a shorter one."),
        errno.ENOSPC: _("There is no room left for {path}. Free some space, then do it again."),
    }
    words[errno.EPERM] = words[errno.EROFS] = words[errno.EACCES]
    words[errno.EDQUOT] = words[errno.EFBIG] = words[errno.ENOSPC]
    path = error.filename2 or error.filename or _("The file or the output")
    sentence = words.get(error.errno or 0, "{path}: {reason}")
    return Problem("", sentence.format(path=path, reason=error.strerror or error))


def _status_of(ended: SystemExit) -> int:
    return ended.code if isinstance(ended.code, int) else int(ended.code is not None)


def _refused(run: Run, problems: Sequence[Problem], status: int = REFUSED) -> int:
    for problem in problems:
        say_problem(problem)
    if run.as_json:
        from tradecrm.render.jsonout import to_text

        listed = [{"field": each.field, "message": each.message} for each in problems]
        write_line(sys.stdout, to_text({"ok": False, "problems": listed}))
    run.problems.extend(problems)
    return status
