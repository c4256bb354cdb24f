"""Arabic names on one line: reordered as they are read, each word shaped, and copied out as it was typed."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
WORD = re.compile(
    "[\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff]+"
)
"""Letters and marks of one word, which are joined; digits and punctuation stand by themselves."""

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_RIGHT_TO_LEFT = "\u200f"
"""The mark without a width that counts as a letter from right to left."""
_LOCK = threading.Lock()
_FIRST_PRIVATE = 0xE000
_STAND_INS = 0xF0000
"""Where the supplementary private area begins, whose characters run from left to right."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph of a shaped word: the character that stands for it in the file, advance and offset in 1/1000."""

    char: str
    advance: int
    x: int
    y: int


def reordered(line: str) -> str:
    """Answer one line as it is read from left to right: words of Arabic from right to left, their letters too."""
    from bidi.algorithm import get_display

    strange = _stand_ins(line)
    held = _BRACKETS.sub(_with_its_words, line.translate(strange))
    shown: str = get_display(held, base_dir="L")
    return shown.replace(_RIGHT_TO_LEFT, "").translate({at: of for of, at in strange.items()})


def _stand_ins(line: str) -> dict[int, int]:
    """Answer private characters for those that are newer than this Python: unknown, they run from left to right.

    The library refuses a character of which it does not know the way.
    """
    unknown = sorted({ord(char) for char in line if not unicodedata.bidirectional(char)})
    free = (code for code in range(_STAND_INS, _STAND_INS + 0xFFFD) if chr(code) not in line)
    return dict(zip(unknown, free, strict=False))


def _with_its_words(found: re.Match[str]) -> str:
    """Answer brackets held to the Arabic they stand in: both sides go with the words (Unicode annex 9, rule N0)."""
    inside = {unicodedata.bidirectional(char) for char in found.group()}
    before = (unicodedata.bidirectional(char) for char in reversed(found.string[: found.start()]))
    context = next((kind for kind in before if kind in {"L", "R", "AL"}), "L")
    if "L" in inside or context == "L" or not inside & {"R", "AL", "EN", "AN"}:
        return found.group()
    return f"{_RIGHT_TO_LEFT}{found.group()}{_RIGHT_TO_LEFT}"


class Shaper:
    """Shapes words in one font; each glyph gets a character of the font's private area to be embedded by."""

    def __init__(self, font: Any, path: str) -> None:
        import uharfbuzz

        self._font = font
        self._shape = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path)))
        self._chars: dict[tuple[int, str], str] = {}
        self.typed: dict[int, str] = {}
        """Private character -> the letters that were typed for it, for the text map of the file."""
        self.word = lru_cache(maxsize=4096)(self._word)

    def _word(self, word: str) -> tuple[Glyph, ...]:
        """Answer the glyphs of a word in logical order, as they are set from left to right."""
        import uharfbuzz

        buffer = uharfbuzz.Buffer()
        buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.add_str(word)
        buffer.direction, buffer.script, buffer.language = "rtl", "Arab", "ar"
        with _LOCK:
            uharfbuzz.shape(self._shape, buffer, {})
            infos, positions = buffer.glyph_infos, buffer.glyph_positions
            ends = sorted({info.cluster for info in infos} | {len(word)})
            glyphs = []
            taken: set[int] = set()
            for info, place in zip(infos, positions, strict=True):
                letters = (
                    "" if info.cluster in taken else word[info.cluster : ends[ends.index(info.cluster) + 1]]
                )
                taken.add(info.cluster)
                char = self._char(info.codepoint, letters, place.x_advance)
                glyphs.append(Glyph(char, place.x_advance, place.x_offset, place.y_offset))
        return tuple(glyphs)

    def _char(self, glyph: int, letters: str, advance: int) -> str:
        """Answer the private character of a glyph that was typed as ``letters``, made on first use."""
        known = self._chars.get((glyph, letters))
        if known is None:
            code = _FIRST_PRIVATE + len(self._chars)
            face = self._font.face
            face.charToGlyph[code] = glyph
            face.charWidths[code] = advance
            self.typed[code] = letters
            known = self._chars[glyph, letters] = chr(code)
        return known
