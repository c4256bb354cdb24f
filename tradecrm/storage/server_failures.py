"""Errors of a server turned into sentences a person can act on: the one place that sorts its codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import TimeoutError as PoolTimeout

from tradecrm.core.address import ServerAddress
from tradecrm.core.errors import (
    BookDamaged,
    BookError,
    BookLocked,
    BookMissing,
    BookReadOnly,
    Conflict,
    DiskFull,
    PasswordNeeded,
    ServerAway,
    Stopped,
    TradeError,
)
from tradecrm.core.text import _


def away(address: ServerAddress) -> TradeError:
    """Answer the error of a server that does not answer."""
    return ServerAway(
        _(
            "The server {host} does not answer at port {port}. Is it switched on, is this computer on the firm's "
            "network, and does the server accept connections? Then open the book again."
        ).format(host=address.host, port=address.port)
    )


def lost(address: ServerAddress) -> TradeError:
    """Answer the error of a connection that ended in the midst of work."""
    return ServerAway(
        _(
            "The connection to the server {host} was lost. Whatever was saved before is kept. If something was just "
            "being saved, look whether it is there before you do it again."
        ).format(host=address.host)
    )


def busy(address: ServerAddress) -> TradeError:
    """Answer the error of another person's writing that does not come to an end."""
    return BookLocked(
        _(
            "Someone else has been saving to the book {book} for a minute, perhaps a large import. "
            "Nothing was changed. Do it again in a while."
        ).format(book=address.database)
    )


def conflict(address: ServerAddress) -> TradeError:
    """Answer the error of two writers that met."""
    del address
    return Conflict(
        _("Someone else changed the same records meanwhile. Nothing was saved; look at the new state first.")
    )


def password_wrong(address: ServerAddress) -> TradeError:
    """Answer the error of a password that the server does not accept."""
    return PasswordNeeded(
        _("The server {host} does not let {user} in with this password. Type it again.").format(
            host=address.host, user=address.user
        )
    )


def password_asked(address: ServerAddress) -> TradeError:
    """Answer the error of a server that asks for a password when none is known."""
    return PasswordNeeded(
        _("The server {host} asks for the password of {user}.").format(host=address.host, user=address.user)
    )


def no_database(address: ServerAddress) -> TradeError:
    """Answer the error of a database that is not there."""
    return BookMissing(
        _(
            "There is no database {database} on the server {host}. Look at the name, or ask the server's "
            "administrator to make it."
        ).format(database=address.database, host=address.host)
    )


def no_person(address: ServerAddress) -> TradeError:
    """Answer the error of a person whom the server does not know, or not from this computer."""
    return BookError(
        _(
            "The server {host} does not let {user} into the database {database} from this computer. Look at the "
            "name, or ask the server's administrator for the right to connect."
        ).format(host=address.host, user=address.user, database=address.database)
    )


def no_rights(address: ServerAddress) -> TradeError:
    """Answer the error of a person who lacks a right on the tables."""
    return BookReadOnly(
        _(
            "{user} may not do this in the database {database}: a right on its tables is missing. Nothing was "
            "changed. Ask the server's administrator for the right to read and write the tables of this book."
        ).format(user=address.user, database=address.database)
    )


def only_read(address: ServerAddress) -> TradeError:
    """Answer the error of a server that accepts no writing at present."""
    return BookReadOnly(
        _(
            "The server {host} only lets the database {database} be read at present. Nothing was changed. "
            "Ask the server's administrator."
        ).format(host=address.host, database=address.database)
    )


def disk_full(address: ServerAddress) -> TradeError:
    """Answer the error of a server without room."""
    return DiskFull(
        _(
            "There is no room left on the server {host}. Nothing was changed. Ask its administrator to free some "
            "space, then do it again."
        ).format(host=address.host)
    )


def full_house(address: ServerAddress) -> TradeError:
    """Answer the error of a server that has no connection or memory to spare."""
    return ServerAway(
        _(
            "The server {host} has no room for one more connection at present. Nothing was changed. "
            "Do it again in a moment; if it stays so, ask its administrator."
        ).format(host=address.host)
    )


def damaged(address: ServerAddress) -> TradeError:
    """Answer the error of a database whose files are broken."""
    return BookDamaged(
        _(
            "The server {host} reports that the database {database} is damaged. No figure from it can be trusted. "
            "Ask its administrator to restore the last backup."
        ).format(host=address.host, database=address.database)
    )


def stopped(address: ServerAddress) -> TradeError:
    """Answer the error of a statement that was stopped."""
    del address
    return Stopped(_("Stopped. Nothing was changed."))


Sentence = Callable[[ServerAddress], TradeError]

_CODES: tuple[tuple[str, Sentence], ...] = (
    # The longest beginning first.
    ("28P01", password_wrong),
    ("3D000", no_database),
    ("40001", conflict),
    ("40P01", conflict),
    ("55P03", busy),
    ("53100", disk_full),
    ("57014", stopped),
    ("42501", no_rights),
    ("25006", only_read),
    ("57P", lost),
    ("28", no_person),
    ("08", lost),
    ("53", full_house),
    ("XX001", damaged),
    ("XX002", damaged),
)

_SAID: tuple[tuple[str, Sentence], ...] = (
    # While connecting the library hands on the server's words, without a code.
    ("no password supplied", password_asked),
    ("password authentication failed", password_wrong),
    ("too many", full_house),
    ("remaining connection slots", full_house),
    ("no pg_hba.conf entry", no_person),
    ("authentication failed", no_person),
    ("not permitted to log in", no_person),
    ("permission denied for database", no_person),
    ("no space left", disk_full),
)


def _on_connecting(text: str, address: ServerAddress) -> TradeError:
    for words, sentence in _SAID:
        if words in text:
            return sentence(address)
    if "does not exist" in text:
        return no_person(address) if f'role "{address.user}"' in text else no_database(address)
    if "FATAL" not in text:
        return away(address)
    # A server that speaks another language, or says something rare: its own words, after our own.
    said = text.partition("FATAL:")[2].strip().splitlines()[0]
    return ServerAway(
        _("The server {host} refused the connection: {words}").format(host=address.host, words=said)
    )


def explain_server(exc: BaseException, address: ServerAddress) -> TradeError | None:
    """Answer the sentence for an error of the driver about the book at ``address``.

    Takes the driver's own errors and those wrapped by SQLAlchemy. None means that the world did not do it (a
    constraint, a wrong statement): the caller lets the error through as a fault to report.
    """
    import psycopg

    if isinstance(exc, TradeError):
        return exc
    if isinstance(exc, PoolTimeout):
        return busy(address)
    original = getattr(exc, "orig", None) or exc
    if not isinstance(original, psycopg.Error):
        return None
    code = original.sqlstate
    if code is not None:
        return next((sentence(address) for start, sentence in _CODES if code.startswith(start)), None)
    return _without_code(original, address) if isinstance(original, psycopg.OperationalError) else None


def _without_code(error: Exception, address: ServerAddress) -> TradeError:
    """Sort what the library says by itself: the connection did not come about, or was lost."""
    import psycopg

    text = str(error)
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return away(address)
    if any(
        words in text
        for words in ("connection failed", "connection to server", "could not", "failed to resolve")
    ):
        return _on_connecting(text, address)
    return lost(address)


@contextmanager
def explained(address: ServerAddress) -> Iterator[None]:
    """Raise the errors of the server inside the block as sentences; let others through."""
    try:
        yield
    except Exception as exc:
        known = explain_server(exc, address)
        if known is None or known is exc:
            raise
        raise known from exc
