"""The keys of books: the published one that gives integrity without secrecy, and room for a password's."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class BookKey:
    """A raw 256-bit SQLCipher key as 64 hex digits; never shown by ``repr``, so no log can hold it.

    A raw key is given to every connection as it stands: deriving one from a passphrase costs 0.2 s a
    connection, so a password is turned into a raw key once per opening.
    """

    raw: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _HEX.fullmatch(self.raw):
            raise ValueError("a raw key has 64 lower-case hexadecimal digits")

    @property
    def pragma(self) -> str:
        """Answer the statement that gives this key to a new connection."""
        return f"PRAGMA key = \"x'{self.raw}'\""

    def proof(self, salt: bytes) -> str:
        """Answer a digest by which this key is known again beside ``salt`` without being revealed."""
        return hashlib.sha256(b"tradecrm key proof" + salt + bytes.fromhex(self.raw)).hexdigest()


PUBLISHED = BookKey("747261646563726d207075626c6973686564206b65792076657273696f6e3031")
"""The key of every book without a password. It keeps nothing secret: it makes SQLCipher write an HMAC to
each page, so that a flipped bit is noticed. Any SQLCipher 4 tool opens the book with it, default settings.
"""
