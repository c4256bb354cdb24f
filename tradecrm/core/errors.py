"""Errors of the world that concern a whole book or file; each carries a sentence a person can act on."""

from __future__ import annotations


class TradeError(Exception):
    """Base of the errors that are shown to the person and do not reach the crash report."""


class BookError(TradeError):
    """Something about the book as a file keeps it from being used."""


class BookMissing(BookError):
    """There is no book at that place."""


class BookDamaged(BookError):
    """The file cannot be read as a book: a wrong key or a damaged page."""


class BookTooNew(BookError):
    """The book was written by a newer program."""


class BookOlder(BookError):
    """The book on a server has the tables of an older program; they are brought up only when asked for."""


class BookEmpty(BookMissing):
    """The database on a server has no tables yet."""


class PasswordNeeded(BookError):
    """The server knows the person only with a password, and none or a wrong one was given."""


class ServerAway(BookError):
    """The server cannot be reached, or the connection to it was lost."""


class BookLocked(BookError):
    """Another program has the book open; the message names who, where and since when."""


class BookReadOnly(BookError):
    """The folder or the file does not allow writing."""


class DiskFull(BookError):
    """The disk has no room left; nothing was written."""


class NotAllowed(TradeError):
    """The acting person may not do this."""


class NotFound(TradeError):
    """No such record, or none the acting person may see."""


class Conflict(TradeError):
    """The record was changed by someone else since it was read."""


class RateMissing(TradeError):
    """No exchange rate is known for that currency and day (domain.md section 0)."""


class Stopped(TradeError):
    """The person pressed Stop; everything done so far was rolled back."""
