"""The fonts of printed papers: embedding, fallback by character, and what no font can print."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFObject
from reportlab.pdfbase.ttfonts import TTFont

from tradecrm.core.resources import resource_path
from tradecrm.render.pdf.arabic import ARABIC, WORD, Glyph, Shaper, reordered

MISSING_MARK = "□"
"""What is printed where no font has the character; the person has been warned before."""

_FACES = {
    (False, False): ("TradeSC", "NotoSansSC-Regular.ttf"),
    (True, False): ("TradeSC-Bold", "NotoSansSC-Bold.ttf"),
    (False, True): ("TradeSans", "NotoSans-Regular.ttf"),
    (True, True): ("TradeSans-Bold", "NotoSans-Bold.ttf"),
}
_LOADING = threading.RLock()
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_BLANKS = re.compile("[\t\u2000-\u200a\u202f]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_COMBINING = re.compile("[\u0300-\u036f]")
_WORDS = re.compile(r"[^\W\d_\u2e80-\U0003ffff]+")


def unicode_map(name: str, subset: list[int], typed: Mapping[int, str] | None = None) -> str:
    """Answer the ToUnicode CMap of one font subset, with characters beyond the basic plane as UTF-16 pairs.

    ``typed`` tells what was typed for a character of the private area, a shaped glyph.

    ReportLab 5.1 writes such a character as one five-digit number, which every reader takes for something
    else; the form here is that of the PDF reference, section 9.10.3 (at most 100 entries a block).
    """
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
        f"/CMapName /{name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        f"<00> <{len(subset) - 1:02X}>",
        "endcodespacerange",
    ]
    entries = [
        f"<{code:02X}> <{(typed or {}).get(char, chr(char)).encode('utf-16-be').hex().upper()}>"
        for code, char in enumerate(subset)
        if (typed or {}).get(char, "x")
    ]
    for start in range(0, len(entries), 100):
        block = entries[start : start + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


class _Slices:
    """A table of a font file that is cut from the file itself; ReportLab would copy all of it for each subset."""

    __slots__ = ("_data", "_start")

    def __init__(self, data: bytes, start: int) -> None:
        self._data = data
        self._start = start

    def __getitem__(self, part: slice) -> bytes:
        return self._data[self._start + part.start : self._start + part.stop]


class _Widths256(PDFObject):  # type: ignore[misc]
    """The widths of one subset, written at once: as a PDFArray each number is an object of its own."""

    def __init__(self, widths: Iterable[float]) -> None:
        self._text = f"[ {' '.join(f'{width:g}' for width in widths)} ]".encode()

    def format(self, document: Any) -> bytes:
        """Answer the array as it stands in the file."""
        del document
        return self._text


class EmbeddedFont(TTFont):  # type: ignore[misc]
    """A TrueType font whose text map is right for rare characters too (𬭚 prints right and copies right)."""

    typed: Mapping[int, str] = MappingProxyType({})
    """What was typed for characters of the private area, where words are shaped."""

    def __init__(self, name: str, file: str) -> None:
        super().__init__(name, file, shapable=False)
        read = self.face.get_table
        glyphs = _Slices(self.face._ttf_data, self.face.get_table_pos("glyf")[0])  # noqa: SLF001 - no other way to it
        self.face.get_table = lambda tag: glyphs if tag == "glyf" else read(tag)

    def codes(self, text: str, doc: Any) -> list[tuple[str, str]]:
        """Answer what sets ``text`` in a document: names of subsets with the codes in them, in hexadecimal."""
        state = self.state.get(doc)
        known = None if state is None or "\xa0" in text else text.translate(state.assignments)
        if state is None or known is None or not state.assignments.keys() >= set(map(ord, text)):
            parts = self.splitString(text, doc)  # gives new characters their places
        elif known.isascii():
            parts = [(0, known.encode())]
        else:
            parts = [
                (subset, bytes(ord(char) & 0xFF for char in chars))
                for subset, chars in groupby(known, lambda char: ord(char) >> 8)
            ]
        return [(self.getSubsetInternalName(subset, doc), part.hex()) for subset, part in parts]

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - overrides ReportLab's name
        """Add the font's objects to ``doc`` and replace the text map of every subset."""
        state = self.state[doc]
        subsets = [list(subset) for subset in state.subsets]
        names = [self.getSubsetInternalName(index, doc)[1:] for index in range(len(subsets))]
        super().addObjects(doc)
        fonts = doc.idToObject["BasicFonts"].dict
        for name, subset in zip(names, subsets, strict=True):
            font = fonts[name]
            font.Widths = _Widths256(map(self.face.getCharWidth, subset))
            doc.idToObject[font.ToUnicode.name].content = unicode_map(font.BaseFont, subset, self.typed)


class _Widths(dict[str, int]):
    """Advance widths in thousandths of the size, by character, filled as characters are met."""

    def __init__(self, font: Any) -> None:
        super().__init__()
        self._widths = font.face.charWidths
        self._default = font.face.defaultWidth

    def __missing__(self, char: str) -> int:
        width = int(self._widths.get(ord(char), self._default))
        self[char] = width
        return width


class Face:
    """One registered font: its name in the PDF, the characters it has and their widths."""

    def __init__(self, name: str, file: str) -> None:
        font = EmbeddedFont(name, str(resource_path("fonts", file)))
        pdfmetrics.registerFont(font)
        self.font = font
        self.name = name
        self.characters = frozenset(map(chr, font.face.charToGlyph))
        self.widths = _Widths(font)

    def width(self, text: str, size: float) -> float:
        """Answer the width of ``text`` in points, all of it set in this face."""
        return sum(map(self.widths.__getitem__, text)) * size / 1000


class ArabicFace(Face):
    """Noto Sans Arabic: its words are shaped, so that letters join and vowel marks stand where they belong."""

    def __init__(self, name: str, file: str) -> None:
        super().__init__(name, file)
        font = pdfmetrics.getFont(name)
        self._shaper = Shaper(font, str(resource_path("fonts", file)))
        font.typed = self._shaper.typed

    def glyphs(self, run: str) -> list[Glyph]:
        """Answer the glyphs of a run that stands as it is read from left to right."""
        found: list[Glyph] = []
        start = 0
        for match in WORD.finditer(run):
            found += map(self._plain, run[start : match.start()])
            found += self._shaper.word(match[0][::-1])
            start = match.end()
        return [*found, *map(self._plain, run[start:])]

    def _plain(self, char: str) -> Glyph:
        return Glyph(char, self.widths[char], 0, 0)

    def width(self, text: str, size: float) -> float:
        """Answer the width of a run in points, its words shaped."""
        return sum(glyph.advance for glyph in self.glyphs(text)) * size / 1000


@lru_cache(maxsize=2)
def _load_arabic(bold: bool) -> ArabicFace:
    weight = "Bold" if bold else "Regular"
    return ArabicFace(f"TradeArabic-{weight}", f"NotoSansArabic-{weight}.ttf")


def arabic_face(*, bold: bool = False) -> ArabicFace:
    """Answer Noto Sans Arabic, registered on first use: most papers never need it."""
    with _LOADING:
        return _load_arabic(bold)


@lru_cache(maxsize=4)
def _load(bold: bool, fallback: bool) -> Face:
    return Face(*_FACES[bold, fallback])


@lru_cache(maxsize=8)  # each call of the same words finds its face without a lock
def face(*, bold: bool = False, fallback: bool = False) -> Face:
    """Answer Noto Sans SC (or Noto Sans, ``fallback``), registered with ReportLab on first use."""
    with _LOADING:
        return _load(bold, fallback)


def printable(text: str) -> str:
    """Answer ``text`` as it can be set: one kind of line end, no invisible marks, accents composed."""
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = _BLANKS.sub(" ", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text) if _COMBINING.search(text) else text


def missing_glyphs(text: str) -> list[str]:
    """Answer the characters of ``text`` that no embedded font has, each once, in order of appearance."""
    clean = printable(text).replace("\n", "")
    if face().characters.issuperset(clean):
        return []
    known = face().characters | face(fallback=True).characters
    if ARABIC.search(clean):
        known |= arabic_face().characters
    return list(dict.fromkeys(char for char in clean if char not in known))


def font_runs(text: str, *, bold: bool = False) -> list[tuple[Face, str]]:
    """Cut one line into runs of one face: Noto Sans SC first, Noto Sans for what it lacks, else a box.

    A line with Arabic is put into the order in which it is read from left to right.

    A word with one letter that only Noto Sans has is set in Noto Sans as a whole, so that names such as
    «Їжак» or "Yıldız" are not patched together from two designs.
    """
    first = face(bold=bold)
    if first.characters.issuperset(text):
        return [(first, text)] if text else []
    second = face(bold=bold, fallback=True)
    third = arabic_face(bold=bold) if ARABIC.search(text) else None
    if third is not None:
        text = reordered(text)
    whole = _words_of_second(text, first, second)
    runs: list[tuple[Face, list[str]]] = []
    chosen: Face
    for index, char in enumerate(text):
        if third is not None and ARABIC.match(char) and char in third.characters:
            chosen, shown = third, char
        elif index not in whole and char in first.characters:
            chosen, shown = first, char
        elif char in second.characters:
            chosen, shown = second, char
        else:
            chosen, shown = first, MISSING_MARK
        if runs and runs[-1][0] is chosen:
            runs[-1][1].append(shown)
        else:
            runs.append((chosen, [shown]))
    return [(chosen, "".join(chars)) for chosen, chars in runs]


def _words_of_second(text: str, first: Face, second: Face) -> frozenset[int]:
    """Answer the positions of all words that the second face can set and the first cannot."""
    spans: Iterable[range] = (
        range(*match.span())
        for match in _WORDS.finditer(text)
        if not first.characters.issuperset(match[0]) and second.characters.issuperset(match[0])
    )
    return frozenset(index for span in spans for index in span)


@lru_cache(maxsize=16_384)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Answer the width of one line in points, with the faces that will set it."""
    first = face(bold=bold)
    if first.characters.issuperset(text):
        return first.width(text, size)
    return sum(chosen.width(run, size) for chosen, run in font_runs(text, bold=bold))
