"""What a paper that asks for approval is called: kept as its submitter read it, shown as others do (section 6)."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from tradecrm.core.text import LANGUAGES, N_, _, translator

TITLES: Mapping[str, str] = {
    "sales_contract": N_("Contract {number}"),
    "contract_version": N_("Contract {number}, version {version}"),
    "estimate": N_("Estimate {version} of {number}"),
    "purchase_contract": N_("Purchase contract {number}"),
    "purchase_version": N_("Purchase contract {number}, version {version}"),
    "prepayment": N_("Prepayment of {number}"),
    "expense_claim": N_("Expense claim {number}"),
    "write_off": N_("Write-off {number}"),
    "party_bank": N_("Bank account of {name}"),
    "period": N_("Open the books after {day}"),
    "release": N_("{number}: {what}"),
}
"""Kind of paper to its title; the other kinds are called by their number alone."""

RELEASES = (
    N_("Over the credit"),
    N_("Load before payment"),
    N_("Give the B/L up before payment"),
    N_("Reopen a closed shipment"),
    N_("Ship in parts against the contract"),
)
"""What a release is of."""
FROM_THE_BEGINNING = N_("the beginning")
"""The day of books that are open from their first day on."""
_WORDS = (*RELEASES, FROM_THE_BEGINNING)


def approval_title(kind: str, **parts: object) -> str:
    """Answer what a paper of a kind is called, in the language of whoever submits it."""
    return _(TITLES[kind]).format(**parts)


def shown_title(kept: str) -> str:
    """Answer a title that was kept in any language in that of the reader; one of another form stays as it is."""
    for language in LANGUAGES:
        for title, pattern in _patterns(language):
            found = pattern.fullmatch(kept)
            if found is not None:
                words = _words(language)
                parts = {
                    name: _(words[text]) if text in words else text
                    for name, text in found.groupdict().items()
                }
                return _(title).format(**parts)
    return kept


@functools.cache  # Two languages, and catalogs that stay the same while the program runs.
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Answer each title with what it looks like in a language, the longest first: it says the most."""
    catalog = translator(language)
    found = []
    for title in sorted(TITLES.values(), key=len, reverse=True):
        pieces = re.split(r"\{(\w+)\}", catalog.gettext(title))
        shape = "".join(
            re.escape(piece) if place % 2 == 0 else f"(?P<{piece}>{_shape(piece, language)})"
            for place, piece in enumerate(pieces)
        )
        found.append((title, re.compile(shape)))
    return tuple(found)


def _shape(part: str, language: str) -> str:
    """Answer what a part of a title looks like: what a release is of is one of a few words, all else is free."""
    return "|".join(map(re.escape, _words(language))) if part == "what" else ".+"


@functools.cache
def _words(language: str) -> Mapping[str, str]:
    """Answer the words that stand in titles in a language, each with its English."""
    catalog = translator(language)
    return {catalog.gettext(word): word for word in _WORDS}
