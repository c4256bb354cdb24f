"""The composition root of the window: what is opened, which pages there are, who finds records."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tradecrm.core.clock import Clock, SystemClock
from tradecrm.core.text import _

if TYPE_CHECKING:
    from tradecrm.services.book import Book
    from tradecrm.ui.context import PageContext, PageFactory
    from tradecrm.ui.shell.matching import Entry
    from tradecrm.ui.shell.window import MainWindow
    from tradecrm.ui.start import Opened


def open_window(path: Path | None = None) -> int:
    """Open the window on the book at ``path`` (else the last one) with every page of the program."""
    return run_window(path, all_pages)


def all_pages() -> Mapping[str, PageFactory]:
    """Answer the factory of each Link target; imports the pages, so it is called off the GUI thread."""
    return {}


def run_window(
    path: Path | None,
    registry: Callable[[], Mapping[str, PageFactory]],
    *,
    records: Callable[..., Sequence[Entry]] | None = None,
    ready: Callable[[MainWindow, PageContext, Book], None] | None = None,
    language: str = "",
    clock: Clock | None = None,
    state_path: Path | None = None,
) -> int:
    """Run the window on the book at ``path`` (else the last one) until it is closed; answers the exit status.

    ``registry()`` imports the pages, after the first paint and off the GUI thread, and answers the factory of
    each Link target. ``records(reader, text)`` answers what the search box finds in the book.
    ``ready(window, context, book)`` starts what lives beside the pages, such as reminders.
    """
    from tradecrm.ui.start import Rooms, run

    clock = clock or SystemClock()
    rooms = Rooms(lambda chosen, firm: open_room(chosen, firm, clock, registry), records, ready)
    return run(path, rooms, clock, language=language, state_path=state_path)


def open_room(
    path: Path, firm: str, clock: Clock, registry: Callable[[], Mapping[str, PageFactory]]
) -> Opened:
    """Open the book at ``path``, or make it for ``firm``, with all that the window shows of it.

    Raises the BookErrors of ``storage.store.open_book``; nothing stays open then.
    """
    from tradecrm.services.book import Book
    from tradecrm.services.control.setup import SetUp, set_up_book
    from tradecrm.storage.store import create_book, open_book
    from tradecrm.ui.start import Opened

    person = _person()
    if firm:
        store = create_book(path, person, clock)
        set_up_book(store, clock, SetUp(firm, owner_name=person))
    else:
        store = open_book(path, person, clock)
    book = Book(store, clock)
    try:
        seat = book.seat()
        name, currency = seat.ask(_firm)
        return Opened(book, seat, registry(), name or path.stem, currency)
    except BaseException:
        book.close()
        raise


def _person() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return _("Owner")


def _firm(reader: Any) -> tuple[str, str]:
    """Answer the firm's name and base currency, as the status line shows them."""
    settings = reader.settings
    return settings.company_name or settings.company_name_local, settings.base_currency
