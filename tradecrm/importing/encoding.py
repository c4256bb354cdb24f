"""Guesses the encoding of a text by what the bytes say in each; shown with a preview, changeable."""

from __future__ import annotations

import codecs
import functools
import tomllib
from collections import Counter
from pathlib import Path

from tradecrm.core.resources import resource_path
from tradecrm.importing.sniff import looks_utf16

SAMPLE = 1 << 18
ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("gb18030", "GB18030 / GBK (简体中文)"),
    ("cp950", "Big5 (繁體中文)"),
    ("cp932", "Shift_JIS (日本語)"),
    ("cp949", "CP949 (한국어)"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
    ("cp1251", "Windows-1251 (Кириллица)"),
    ("cp1252", "Windows-1252 (Latin)"),
    ("cp1256", "Windows-1256 (العربية)"),
)
"""Every encoding offered to the person: the codec's name, and what is shown."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEVEL_ONE = {
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "cp950": ("cp950", 0xA4, 0xC6),
    "cp932": ("cp932", 0x88, 0x97),
}
_WIDE = ("gb18030", "cp950", "cp932", "cp949")
_NARROW = ("cp1251", "cp1252", "cp1256")


@functools.cache
def _common() -> dict[str, frozenset[str]]:
    content = tomllib.loads(resource_path("importing", "common_characters.toml").read_text("utf-8"))
    return {key: frozenset(value) for key, value in content.items()}


def _level_one(character: str, encoding: str) -> bool:
    codec, first, last = _LEVEL_ONE[encoding]
    try:
        return first <= character.encode(codec)[0] <= last
    except UnicodeEncodeError:
        return False


def _weigh_ideograph(character: str, encoding: str) -> float:
    if encoding == "cp949":
        return -0.2
    if character in _common()[encoding]:
        return 1.0
    return 0.3 if _level_one(character, encoding) else -0.4


def _weigh_wide(character: str, encoding: str) -> float:
    """Answer how well one character speaks for a double-byte encoding, from -1 to 1."""
    code = ord(character)
    if 0x4E00 <= code <= 0x9FFF:
        return _weigh_ideograph(character, encoding)
    if 0xAC00 <= code <= 0xD7A3:
        return 0.7 if encoding == "cp949" else -0.5
    if 0x3040 <= code <= 0x30FF:
        return 0.9 if encoding == "cp932" else -0.1
    if 0x3000 <= code <= 0x303F or 0xFF01 <= code <= 0xFF5E or character in "“”‘’—…·":
        return 0.4
    return -0.6


def _score_wide(text: str, encoding: str) -> float:
    counts = Counter(character for character in text if ord(character) > 0x7F)
    total = sum(counts.values())
    return sum(_weigh_wide(one, encoding) * count for one, count in counts.items()) / total if total else 0.0


def _is_home(character: str, encoding: str) -> bool:
    code = ord(character)
    if encoding == "cp1251":
        return 0x400 <= code <= 0x4FF
    if encoding == "cp1256":
        return 0x600 <= code <= 0x6FF
    return 0xC0 <= code <= 0x17F and character not in "×÷"


def _weigh_narrow(before: str, character: str, after: str, encoding: str) -> float:
    """Answer how well one character among its neighbors speaks for a single-byte encoding, from -1 to 1."""
    if not _is_home(character, encoding):
        return 0.1 if character in "«»“”‘’–—№€°\xa0ـ،؟" else -0.6
    if before.islower() and character.isupper():
        return -0.8
    latin = encoding == "cp1252"
    near = [one for one in (before, after) if one.isalpha()]
    ascii_near = sum(one.isascii() for one in near)
    if latin:
        return 0.8 if ascii_near else (0.1 if not near else -0.7)
    return 0.9 if near and not ascii_near else (0.0 if not near else -0.6)


def _score_narrow(text: str, encoding: str) -> float:
    padded = f" {text} "
    scores = [
        _weigh_narrow(padded[at - 1], one, padded[at + 1], encoding)
        for at, one in enumerate(padded)
        if ord(one) > 0x7F
    ]
    return sum(scores) / len(scores) if scores else 0.0


def _decode_sample(sample: bytes, encoding: str) -> str | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        return decoder.decode(sample, final=False)
    except UnicodeDecodeError:
        return None


def rank_encodings(sample: bytes) -> list[str]:
    """Answer the legacy encodings in which ``sample`` makes sense, the likeliest first."""
    scores: dict[str, float] = {}
    for encoding in (*_WIDE, *_NARROW):
        text = _decode_sample(sample, encoding)
        if text is not None:
            score = _score_wide if encoding in _WIDE else _score_narrow
            scores[encoding] = score(text[:60_000], encoding)
    return sorted(scores, key=lambda encoding: -scores[encoding])


def decodes(path: Path, encoding: str) -> bool:
    """Answer whether the whole file can be read in ``encoding``."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def guess_encoding(path: Path) -> tuple[str, bool, bool]:
    """Answer the encoding of a text file, whether it was only guessed, and whether all of it can be read."""
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE)
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding, False, decodes(path, encoding)
    wide = looks_utf16(sample)
    if wide is not None:
        return wide, False, decodes(path, wide)
    if decodes(path, "utf-8"):
        return "utf-8", False, True
    ranked = rank_encodings(sample)
    if _decode_sample(sample, "utf-8") is not None and not sample.isascii():
        return "utf-8", True, False
    for encoding in ranked:
        if decodes(path, encoding):
            return encoding, True, True
    return (ranked[0] if ranked else "gb18030"), True, False
