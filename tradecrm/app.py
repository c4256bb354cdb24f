"""The composition root of the window: what is opened, which pages there are, who finds records."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tradecrm.core.address import Place, ServerAddress, SignIn
from tradecrm.core.clock import Clock, SystemClock
from tradecrm.core.text import _

if TYPE_CHECKING:
    from tradecrm.ui.context import PageFactory
    from tradecrm.ui.start import Opened, Rooms


def run_window(
    path: Place | None = None,
    *,
    language: str = "",
    clock: Clock | None = None,
    state_path: Path | None = None,
) -> int:
    """Run the window on the book at ``path`` (else the last one) until it is closed; answers the exit status."""
    from tradecrm.ui.front import show_front
    from tradecrm.ui.shell.state import ShellState, default_path

    state = ShellState(state_path or default_path())
    front = show_front(state)
    # Only now what takes long to import: the person sees the window's frame meanwhile.
    from tradecrm.ui.start import run

    clock = clock or SystemClock()
    return run(path, window_rooms(clock, state.backups_of), clock, state, language=language, front=front)


def window_rooms(clock: Clock, folder_of: Callable[[Path], Path | None] = lambda _book: None) -> Rooms:
    """Answer what the window is given: opening, searching, restoring, the sample book.

    ``folder_of(book)`` is the folder the person chose for the backups of a book, None for the one beside it.
    """
    from tradecrm.ui.records import find_records
    from tradecrm.ui.start import Rooms

    # What a person gave to be let in, for as long as the program runs: a book is opened anew for another language.
    known: dict[ServerAddress, SignIn] = {}

    def opened(place: Place, firm: str, last: tuple[str, str] | None) -> Opened:
        if isinstance(place, Path):
            return open_room(place, firm, clock, last=last, folder=folder_of(place))
        sign_in = known.get(place, SignIn())
        room = open_room(place, firm, clock, sign_in=sign_in)
        known[place] = sign_in.once()
        return room

    return Rooms(
        open_book=opened,
        sign_in=known.__setitem__,
        records=find_records,
        restore=lambda backup, book: _restore(backup, book, clock, folder_of(book)),
        sample=sample_path,
    )


def open_room(
    path: Place,
    firm: str,
    clock: Clock,
    registry: Callable[[], Mapping[str, PageFactory]] | None = None,
    *,
    last: tuple[str, str] | None = None,
    folder: Path | None = None,
    sign_in: SignIn | None = None,
) -> Opened:
    """Open the book at ``path``, or make it for ``firm``, with all that the window shows of it.

    ``registry()`` imports the pages, off the GUI thread. ``last`` is the fingerprint that the last good opening
    left, ``folder`` where its backups lie when not beside it, ``sign_in`` what lets a person in at a server. Raises
    the BookErrors of ``storage.doors.open_place``; nothing stays open then.
    """
    from tradecrm.core.text import current_language
    from tradecrm.services.book import Book
    from tradecrm.services.control.setup import SetUp, set_up_book
    from tradecrm.storage.damage import Fingerprint
    from tradecrm.storage.doors import create_place, open_place
    from tradecrm.storage.store import Opening
    from tradecrm.ui.registry import all_pages
    from tradecrm.ui.start import Opened

    person = person_name()
    if firm:
        store = create_place(path, person, clock, sign_in)
        set_up_book(store, clock, SetUp(firm, owner_name=person, language=current_language()))
    else:
        opening = Opening(folder=folder, last=Fingerprint(*last) if last else None)
        store = open_place(path, person, clock, opening, sign_in)
    book = Book(store, _clock_of(path, clock))
    try:
        seat = book.seat()
        name, currency = seat.ask(_firm)
        print_ = book.file.fingerprint if book.in_file else None
        proof = (print_.salt, print_.proof) if print_ is not None else ("", "")
        pages = (registry or all_pages)()
        people = book.people()
        return Opened(book, seat, pages, name or path.stem, currency, proof, store.warnings, people)
    except BaseException:
        book.close()
        raise


def sample_path() -> Path:
    """Answer a person's own copy of the sample book, made when it is not there yet; theirs to change."""
    from tradecrm.services.data.sample.book import cached_sample

    own = _sample_place()
    if not own.exists():
        cached_sample(own.parent / "kept", copy_to=own, language=_sample_language())
    return own


def _sample_place() -> Path:
    import platformdirs

    folder = Path(platformdirs.user_data_dir("TradeCRM", appauthor=False))
    return folder / f"Sample {_sample_language()}.tcrm"


def _sample_language() -> str:
    from tradecrm.core.text import current_language

    return current_language()


def _clock_of(path: Place, clock: Clock) -> Clock:
    """Answer the clock of a book: the sample keeps the time of its last day, every other one the given."""
    if (
        not isinstance(path, Path)
        or path.parent != _sample_place().parent
        or not path.name.startswith("Sample ")
    ):
        return clock
    from tradecrm.core.clock import FixedClock
    from tradecrm.services.data.sample.firm import SAMPLE_DAY

    return FixedClock.on(SAMPLE_DAY)


def person_name() -> str:
    """Answer the name under which the system knows the person, for locks and new books."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return _("Owner")


def _restore(backup: Path, book: Path, clock: Clock, folder: Path | None) -> object:
    from tradecrm.services.data.safekeeping import restore_book

    return restore_book(backup, book, person_name(), clock, folder)


def _firm(reader: Any) -> tuple[str, str]:
    """Answer the firm's name and base currency, as the status line shows them."""
    settings = reader.settings
    return settings.company_name or settings.company_name_local, settings.base_currency
