"""Search terms of one's own: what a text is found by, as tokens for FTS5, and queries over them.

Chinese is found by any run of characters, words of other scripts by their beginning, Chinese also by pinyin
(initials or full), numbers of five digits and more also by their last four or more digits. Words of a query
may stand in any order. Accents, letter case and width never matter.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

PINYIN_SPAN = 8
"""How many characters a pinyin query may run over."""

TAIL_DIGITS = 4
_LONG_NUMBERS = re.compile("[0-9]{5,}")
_DIGITS = frozenset("0123456789")
_PHONE = re.compile("[+().　 -]*[0-9][0-9+().　 -]*")
_NO_DIGITS = re.compile("[^0-9]+")
_PLAIN = str.maketrans({"ı": "i", "đ": "d", "ð": "d", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th"})
_WIDE = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
"""Ideographs, kana and Hangul: written without spaces or found inside words, so any run of them counts."""

_RUN = re.compile(f"([{_WIDE}]+)|[^\\W_{_WIDE}]+")
_WIDE_RUN = re.compile(f"[{_WIDE}]+")
_TURN = re.compile(r"(?<=[0-9])(?=[^\W0-9])|(?<=[^\W0-9])(?=[0-9])")
_ASCII_RUN = re.compile("[0-9a-z]+")
_ASCII_TURN = re.compile("(?<=[0-9])(?=[a-z])|(?<=[a-z])(?=[0-9])")
"""The same for folded ASCII."""


_SETTLED = re.compile("[\x00-\x7f\u4e00-\u9fff]*")
"""ASCII and the common ideographs: no form of Unicode writes them otherwise, and only A to Z have a case."""


def fold(text: str) -> str:
    """Bring a text to the form that is compared: compatibility form, case folded, accents off."""
    if text.isascii() or _SETTLED.fullmatch(text):
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    parts = unicodedata.normalize("NFKD", folded)
    bare = "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")
    return unicodedata.normalize("NFC", bare).translate(_PLAIN)


def _runs(text: str) -> Iterator[tuple[bool, str]]:
    """Split a folded text into (is Chinese, run) pairs; everything else separates."""
    return ((found[1] is not None, found[0]) for found in _RUN.finditer(text))


def _encode(word: str) -> str:
    """Write a word in ASCII letters and digits so that no tokenizer splits it and prefixes stay prefixes."""
    if word.isascii():
        return word.replace("x", "xx")
    return "".join("xx" if sign == "x" else sign if sign.isascii() else f"x{ord(sign):05x}" for sign in word)


def _encode_wide(run: str) -> str:
    return "z" + "".join(f"{ord(sign):05x}" for sign in run)


@functools.cache
def _pinyin() -> Callable[..., list[str]]:
    from pypinyin import lazy_pinyin

    reader: Callable[..., list[str]] = lazy_pinyin
    return reader


@functools.lru_cache(maxsize=20_000)
def _readings(run: str) -> tuple[str, ...]:
    """Answer the pinyin of each character of a run, empty for one without."""
    read = _pinyin()
    found = read(run, errors=lambda rest: [""] * len(rest))
    if len(found) != len(run):
        found = [read(sign, errors=lambda rest: [""] * len(rest))[0] for sign in run]
    return tuple(each if each.isascii() and each.isalpha() else "" for each in found)


def _spans(run: str) -> Iterator[tuple[str, str]]:
    """Answer (initials, full pinyin) from every character on, over at most PINYIN_SPAN characters."""
    readings = _readings(run)
    for start in range(len(readings)):
        span: list[str] = []
        for reading in readings[start : start + PINYIN_SPAN]:
            if not reading:
                break
            span.append(reading)
        if span:
            yield "".join(reading[0] for reading in span), "".join(span)


def _word_starts(word: str) -> list[str]:
    """Answer the word and what begins in it where letters turn to digits or digits to letters."""
    if word.isalpha() or (word.isascii() and word.isdigit()):
        return [word]
    return [word, *(word[turn.start() :] for turn in _TURN.finditer(word))]


def _compact(chunk: str) -> str:
    """Answer a chunk such as ``sc-26001`` without its punctuation, empty when it has Chinese or no punctuation."""
    if chunk.isascii():
        if chunk.isalnum():
            return ""
        parts = _ASCII_RUN.findall(chunk)
        return "".join(parts) if len(parts) > 1 else ""
    runs = list(_runs(chunk))
    if len(runs) < 2 or any(wide for wide, _run in runs):
        return ""
    return "".join(run for _wide, run in runs)


def _words(text: str) -> list[str]:
    """Answer every string of a folded text that a word of a query may begin."""
    if text.isascii() or _SETTLED.fullmatch(text):
        words = _settled_words(text)
    else:
        words = [word for wide, run in _runs(text) if not wide for word in _word_starts(run)]
        words.extend(filter(None, map(_compact, text.split())))
    if words and words[-1].isdigit() and _PHONE.fullmatch(text):
        words.append(_NO_DIGITS.sub("", text))
    return words


def _settled_words(text: str) -> list[str]:
    """Answer the words of ASCII and common ideographs, as every text of an import is taken apart: the short way."""
    if text.isascii() and text.isalnum():
        return _word_starts(text)
    words: list[str] = []
    for run in _ASCII_RUN.findall(text):
        words.append(run)
        if not (run.isalpha() or run.isdigit()):
            words += [run[turn.start() :] for turn in _ASCII_TURN.finditer(run)]
    for chunk in text.split():
        if not chunk.isalnum() and chunk.isascii():
            parts = _ASCII_RUN.findall(chunk)
            if len(parts) > 1:
                words.append("".join(parts))
    return words


def _numbers(words: Iterable[str]) -> list[str]:
    return _LONG_NUMBERS.findall(" ".join(words))


@functools.lru_cache(maxsize=4_096)
def _wide_tokens(run: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Answer the tokens of a run of Chinese in its order, and those of its pinyin."""
    # Pairs of characters and the last one alone: the last also parts this run from the next.
    pairs = tuple(_encode_wide(run[index : index + 2]) for index in range(len(run)))
    return pairs, tuple(f"p{sound}" for span in _spans(run) for sound in span)


_OF_SERIES = re.compile("([a-z]+)-([0-9]{4})-([0-9]{4,})")
"""A folded number of a paper as the program gives it, such as ``ci-2606-0001``."""


@functools.lru_cache(maxsize=4_096)
def _series_tokens(prefix: str, period: str) -> tuple[str, str, str, str]:
    """Answer what all numbers of a series have: two words, the beginning of the whole word, the end of its digits."""
    letters = prefix.replace("x", "xx")
    return f"w{letters}", f"w{period}", f"w{letters}{period}", period[::-1]


def _number_tokens(prefix: str, period: str, digits: str) -> list[str]:
    """Answer the tokens of a number of a series, as ``document_tokens`` makes them of any text, in a tenth of the time.

    Most records of a book are found by nothing else.
    """
    name, month, whole, tail = _series_tokens(prefix, period)
    if len(digits) == TAIL_DIGITS:
        return [name, month, f"w{digits}", f"{whole}{digits}", f"d{digits[::-1]}{tail}"]
    return [
        *(name, month, f"w{digits}", f"{whole}{digits}"),
        *(f"d{digits[::-1]}", f"d{digits[::-1]}{tail}"),
    ]


def document_tokens(texts: Iterable[str]) -> list[str]:
    """Answer the tokens of a record's texts; Chinese ones in the order of the text, for phrases."""
    ordered: list[str] = []
    others: list[str] = []
    for text in texts:
        folded = fold(text)
        number = _OF_SERIES.fullmatch(folded)
        if number is not None:
            others += _number_tokens(*number.groups())
            continue
        words = _words(folded)
        line = " ".join(words)
        if not line.isascii():
            others += ["w" + _encode(word) for word in words]
        elif line:
            # All words at once: what _encode does to each.
            others += ("w" + line.replace(" ", " w")).replace("x", "xx").split(" ")
        others += ["d" + digits[::-1] for digits in _LONG_NUMBERS.findall(line)]
        if folded.isascii():
            continue
        for run in _WIDE_RUN.findall(folded):
            pairs, sounds = _wide_tokens(run)
            ordered += pairs
            others += sounds
    return [*ordered, *dict.fromkeys(others)]


@dataclass(frozen=True, slots=True)
class Spelling:
    """How an index writes a query: a beginning, tokens that follow one another, either of two, both.

    With ``longest`` the tokens are cut to so many signs, and those of Chinese carry their place in the text.
    """

    star: str
    phrase: str
    then: str
    either: str
    both: str
    longest: int | None = None


FTS5 = Spelling("*", '"{}"', " ", " OR ", " AND ")
"""The MATCH expression of SQLite's full-text index."""

TSQUERY = Spelling(":*", "({})", " <-> ", " | ", " & ", longest=2000)
"""A tsquery of PostgreSQL; a token of its index has at most 2,046 bytes."""

_LAST_PLACE = 16_383


def spelling_of(store: str) -> Spelling:
    """Answer the spelling of a store by the name of its dialect."""
    return TSQUERY if store == "postgresql" else FTS5


def document_terms(texts: Iterable[str], spelling: Spelling = FTS5) -> str:
    """Answer what a record is found by, as the index of a store takes it."""
    tokens = document_tokens(texts)
    if spelling.longest is None:
        return " ".join(tokens)
    cut = [token[: spelling.longest] for token in tokens]
    return " ".join(
        f"{token}:{min(place, _LAST_PLACE)}" if token.startswith("z") else token
        for place, token in enumerate(cut, 1)
    )


def _wide_query(run: str, spelling: Spelling) -> str:
    if len(run) == 1:
        return f"{_encode_wide(run)}{spelling.star}"
    pairs = (_encode_wide(run[index : index + 2]) for index in range(len(run) - 1))
    return spelling.phrase.format(spelling.then.join(pairs))


def _word_query(word: str, spelling: Spelling) -> str:
    choices = [f"w{_encode(word)}"]
    if word.isascii() and word.isalpha():
        choices.append(f"p{word}")
    if len(word) >= TAIL_DIGITS and set(word) <= _DIGITS:
        choices.append(f"d{word[::-1]}")
    starred = (f"{choice[: spelling.longest]}{spelling.star}" for choice in choices)
    return f"({spelling.either.join(starred)})"


def query_terms(text: str, spelling: Spelling = FTS5) -> str:
    """Answer the query of the index for what a person typed; empty when there is nothing to look for."""
    parts: list[str] = []
    for chunk in fold(text).split():
        needed = [
            _wide_query(run, spelling) if wide else _word_query(run, spelling) for wide, run in _runs(chunk)
        ]
        joined = _compact(chunk)
        if joined:
            parts.append(f"(({spelling.both.join(needed)}){spelling.either}{_word_query(joined, spelling)})")
        else:
            parts.extend(needed)
    return spelling.both.join(parts)


def matches(texts: Iterable[str], query: str) -> bool:
    """Tell by looking through the texts whether ``query`` finds them: the same answer as FTS5 gives."""
    folded = [fold(text) for text in texts]
    words = [word for text in folded for word in _words(text)]

    def has_word(wanted: str) -> bool:
        if any(word.startswith(wanted) for word in words):
            return True
        if len(wanted) >= TAIL_DIGITS and set(wanted) <= _DIGITS:
            return any(number.endswith(wanted) for number in _numbers(words))
        return wanted.isascii() and wanted.isalpha() and _sounds_like(folded, wanted)

    for chunk in fold(query).split():
        joined = _compact(chunk)
        if joined and has_word(joined):
            continue
        for wide, run in _runs(chunk):
            if not (any(run in text for text in folded) if wide else has_word(run)):
                return False
    return True


def _sounds_like(folded: list[str], letters: str) -> bool:
    spans = (span for text in folded for wide, run in _runs(text) if wide for span in _spans(run))
    return any(initials.startswith(letters) or full.startswith(letters) for initials, full in spans)
