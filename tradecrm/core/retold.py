"""Sentences that were kept in the language of whoever caused them, told again in the language of the reader."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tradecrm.core.text import LANGUAGES, _, current_language, translator

_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a sentence with holes looks like in a language: its longest word or words, its pattern, its English."""

    anchor: str
    pattern: str
    english: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What may have been kept in a language: whole sentences, and those with holes, the longest first."""

    whole: Mapping[str, str]
    shapes: tuple[_Shape, ...]


def retold(kept: str, among: tuple[str, ...] = ()) -> str:
    """Answer a kept sentence in the language of the reader; one that nobody knows stays as it is.

    ``among`` are the English sentences, with their holes, that can have been kept; without them every text of the
    program is looked through, which is right only where no person types anything. What stands in a hole stays.
    """
    if not kept:
        return kept
    for language in LANGUAGES:
        if language != current_language():
            told = _told(kept, _known(language, among))
            if told is not None:
                return told
    return kept


def _told(kept: str, known: _Known) -> str | None:
    english = known.whole.get(kept)
    if english is not None:
        return _(english)
    for shape in known.shapes:
        if shape.anchor in kept:
            found = re.fullmatch(shape.pattern, kept, re.DOTALL)
            if found is not None:
                return _filled(_(shape.english), found.groupdict())
    return None


def _filled(sentence: str, parts: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda hole: parts.get(hole[1], ""), sentence)


@functools.cache  # Two languages, few lists of sentences, and catalogs that stay the same while the program runs.
def _known(language: str, among: tuple[str, ...]) -> _Known:
    whole: dict[str, str] = {}
    shapes: list[_Shape] = []
    for english, shown in _texts(language, among):
        pieces = _HOLE.split(shown)
        if len(pieces) == 1:
            whole.setdefault(shown, english)
        elif re.search(r"\w", "".join(pieces[::2])) and "{" not in "".join(pieces[::2]):
            shapes.append(_Shape(max(pieces[::2], key=len), _pattern(pieces), english))
    shapes.sort(key=lambda shape: len(shape.pattern), reverse=True)
    return _Known(whole, tuple(shapes))


def _texts(language: str, among: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Answer English texts, each as it is shown in a language; those that were never translated only in English."""
    catalog = translator(language)
    if among:
        yield from ((english, catalog.gettext(english)) for english in among)
        return
    # Every language but English has a catalog, and the first of them knows every text of the program.
    known = vars(translator(next(each for each in LANGUAGES if each != "en"))).get("_catalog", {})
    for english in known:
        if isinstance(english, str) and english:
            yield english, catalog.gettext(english)


def _pattern(pieces: list[str]) -> str:
    """Answer the pattern of a sentence: a hole that comes twice holds the same both times."""
    found = []
    seen: set[str] = set()
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            found.append(re.escape(piece))
        else:
            found.append(f"(?P={piece})" if piece in seen else f"(?P<{piece}>.+)")
            seen.add(piece)
    return "".join(found)
