"""Opens and makes books wherever they lie: in a file, or on the firm's server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tradecrm.core.address import Place, ServerAddress, SignIn
from tradecrm.core.clock import Clock
from tradecrm.core.text import _
from tradecrm.storage.held import BookStore
from tradecrm.storage.store import Opening, create_book, open_book

if TYPE_CHECKING:
    from tradecrm.storage.server import ServerStore


def open_place(
    place: Place, person: str, clock: Clock, opening: Opening | None = None, sign_in: SignIn | None = None
) -> BookStore:
    """Open the book at ``place``: a file by ``opening``, a server's by ``sign_in``.

    Without a password the one of the system's key store is tried. Raises what ``open_book`` and
    ``open_server_book`` raise.
    """
    if isinstance(place, Path):
        return open_book(place, person, clock, opening)
    from tradecrm.storage.server import ServerOpening, open_server_book  # A book in a file starts without it.

    sign_in = sign_in or SignIn()
    store = open_server_book(place, ServerOpening(_password(place, sign_in), sign_in.upgrade))
    return _kept(store, sign_in)


def create_place(place: Place, person: str, clock: Clock, sign_in: SignIn | None = None) -> BookStore:
    """Make an empty book at ``place`` and open it; raises what ``create_book`` and ``create_server_book`` raise."""
    if isinstance(place, Path):
        return create_book(place, person, clock)
    from tradecrm.storage.server import ServerOpening, create_server_book

    sign_in = sign_in or SignIn()
    return _kept(create_server_book(place, ServerOpening(_password(place, sign_in))), sign_in)


def _password(address: ServerAddress, sign_in: SignIn) -> str | None:
    from tradecrm.storage import secrets

    return secrets.remembered(address) if sign_in.password is None else sign_in.password


def _kept(store: ServerStore, sign_in: SignIn) -> ServerStore:
    """Keep a password that has just opened the book, or keep none any more, as the person wishes."""
    from tradecrm.storage import secrets

    address, password = store.place, sign_in.password
    if sign_in.keep is None or password is None:
        return store
    if not sign_in.keep:
        secrets.forget(address)
    elif not secrets.remember(address, password):
        words = _("This computer's key store did not take the password: it is asked for again next time.")
        store.warnings = (*store.warnings, words)
    return store
