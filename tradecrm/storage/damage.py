"""Wrong key or damaged first page: SQLite says the same of both, so what is known from before decides."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from tradecrm.core.errors import BookDamaged
from tradecrm.core.text import _
from tradecrm.storage.engines import connect
from tradecrm.storage.keys import BookKey

_SALT_BYTES = 16
_PAGE_BYTES = 4096
_PLAIN = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a good opening leaves in the person's own settings: the file's salt and a proof of the key, in hex."""

    salt: str
    proof: str


class Cause(enum.StrEnum):
    """Why a book did not open with a key."""

    WRONG_KEY = "wrong_key"
    DAMAGED = "damaged"
    NOT_A_BOOK = "not_a_book"
    UNKNOWN = "unknown"


def salt_of(path: Path) -> bytes:
    """Answer the 16 bytes that a keyed file begins with; OSError when it cannot be read."""
    with path.open("rb") as file:
        return file.read(_SALT_BYTES)


def fingerprint(path: Path, key: BookKey) -> Fingerprint:
    """Answer the fingerprint of a book that ``key`` has just opened."""
    salt = salt_of(path)
    return Fingerprint(salt.hex(), key.proof(salt))


def opens(path: Path, key: BookKey) -> bool:
    """Tell whether ``key`` opens the file at ``path``, by reading its first page."""
    try:
        connection = connect(path, key, mode="ro")
    except dbapi2.Error:
        return False
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except dbapi2.Error:
        return False
    finally:
        connection.close()
    return True


def judge(path: Path, key: BookKey, last: Fingerprint | None = None, backups: Sequence[Path] = ()) -> Cause:
    """Answer the likely cause when ``key`` did not open ``path``.

    ``last`` is the fingerprint of the last good opening, ``backups`` the verified backups, newest first. A
    file that is plain, empty or cut is told by itself. The same salt with another key means a wrong key;
    the key that is known to be right, by fingerprint or by opening a backup, means damage.
    """
    size = path.stat().st_size
    salt = salt_of(path)
    if salt == _PLAIN:
        return Cause.NOT_A_BOOK
    if size == 0 or size % _PAGE_BYTES:
        return Cause.DAMAGED if last is not None or backups else Cause.NOT_A_BOOK
    if last is not None:
        if key.proof(bytes.fromhex(last.salt)) == last.proof:
            return Cause.DAMAGED
        return Cause.WRONG_KEY if salt.hex() == last.salt else Cause.UNKNOWN
    if backups:
        return Cause.DAMAGED if opens(backups[0], key) else Cause.WRONG_KEY
    return Cause.UNKNOWN


def sentence(path: Path, cause: Cause) -> BookDamaged:
    """Answer the error to show for ``cause``."""
    text = {
        Cause.WRONG_KEY: _(
            "{path} does not open with this password, and its beginning is as it was last time: "
            "the password is probably wrong. Type it again."
        ),
        Cause.DAMAGED: _(
            "{path} does not open, though the key is the right one: its beginning is damaged. "
            "Restore the last backup; the damaged file is kept beside it."
        ),
        Cause.NOT_A_BOOK: _("{path} is not a book of this program. Choose a file that ends in .tcrm."),
        Cause.UNKNOWN: _(
            "{path} does not open: the password is wrong, its beginning is damaged, or it is not a book of this "
            "program. Try the password again, then restore the last backup."
        ),
    }[cause]
    return BookDamaged(text.format(path=path))
