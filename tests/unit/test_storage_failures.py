"""System errors become sentences in one place; driver errors are proved on real books in tests/services."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from tradecrm.core.errors import BookError, BookMissing, BookReadOnly, DiskFull, NotFound, TradeError
from tradecrm.storage.failures import explain, explained

BOOK = Path("firm.tcrm")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EFBIG, DiskFull),
        (errno.EACCES, BookReadOnly),
        (errno.EROFS, BookReadOnly),
        (errno.ENOENT, BookMissing),
        (errno.EIO, BookError),
    ],
)
def test_system_errors_name_the_book_and_what_to_do(code: int, kind: type[TradeError]) -> None:
    answer = explain(OSError(code, "x"), BOOK)
    assert type(answer) is kind
    assert "firm.tcrm" in str(answer)


def test_faults_of_the_program_are_let_through() -> None:
    assert explain(KeyError("x"), BOOK) is None
    with pytest.raises(KeyError), explained(BOOK):
        raise KeyError("x")


def test_sentences_are_let_through_as_they_are() -> None:
    error = NotFound("gone")
    with pytest.raises(NotFound) as caught, explained(BOOK):
        raise error
    assert caught.value is error
    assert caught.value.__cause__ is None
