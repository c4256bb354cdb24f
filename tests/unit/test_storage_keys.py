"""Keys of books (safekeeping.md section 1)."""

from __future__ import annotations

import pytest

from tradecrm.storage.keys import PUBLISHED, BookKey


def test_published_key_stays_what_the_manual_gives() -> None:
    """Every book without a password was written with it: changing it would shut them all."""
    assert PUBLISHED.raw == "747261646563726d207075626c6973686564206b65792076657273696f6e3031"
    assert bytes.fromhex(PUBLISHED.raw) == b"tradecrm published key version01"


@pytest.mark.parametrize("raw", ["", "ab" * 31, "AB" * 32, "zz" * 32, "ab" * 32 + "'; --"])
def test_key_of_another_form_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="64"):
        BookKey(raw)


def test_key_is_not_shown() -> None:
    key = BookKey("ab" * 32)
    assert "abab" not in repr(key)
    assert key.pragma == f"PRAGMA key = \"x'{'ab' * 32}'\""


def test_proof_depends_on_key_and_salt() -> None:
    one, other = BookKey("ab" * 32), BookKey("ac" * 32)
    proofs = {one.proof(b"1" * 16), one.proof(b"2" * 16), other.proof(b"1" * 16)}
    assert len(proofs) == 3
    assert one.proof(b"1" * 16) == BookKey("ab" * 32).proof(b"1" * 16)
