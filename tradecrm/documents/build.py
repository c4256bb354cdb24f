"""The one way from a paper's content to PDF or Excel, whatever kind of paper it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO

from tradecrm.documents.content import Paper
from tradecrm.documents.words import PaperLanguage

_STEM = 80
"""Letters of a file's name at most: a file system counts up to four bytes for each, and a path has an end too."""
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")

_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


def draw_paper(paper: Paper, target: str | Path | IO[bytes], language: PaperLanguage = "both") -> list[str]:
    """Write a paper as PDF to ``target`` in the language of the document.

    Answers warnings to show before printing: the places with characters that no embedded font has.
    Raises ``OSError`` when the path cannot be written; then no half file is left under its name by us.
    """
    from tradecrm.documents.frame import paper_blocks, paper_setup
    from tradecrm.documents.glyphs import glyph_warnings
    from tradecrm.render.pdf.page import write_fitted

    write_fitted(lambda: paper_blocks(paper, language), paper_setup(paper, language), target)
    return glyph_warnings(paper, language)


def save_sheet(paper: Paper, path: Path, language: PaperLanguage = "both") -> None:
    """Write a paper as an Excel file from the same content. Raises ``OSError`` when it cannot be written."""
    from tradecrm.documents.sheet import write_sheet

    write_sheet(paper, path, language)


def file_stem(paper: Paper, language: PaperLanguage) -> str:
    """Answer the name of a paper's file without ending, free of what file systems forbid."""
    clean = _FORBIDDEN.sub("-", f"{paper.kind}-{paper.number}".strip()).strip(" .-")
    return f"{clean[:120]}-{language}"


def party_stem(paper: Paper, language: PaperLanguage, title: str = "") -> str:
    """Answer a name of a paper's file that begins with its number: title if given, then whom it is for."""
    named = next((each.party.name.texts(language) for each in paper.boxes), ())
    words = " ".join(part for part in (paper.number, title, *named[:1]) if part)
    clean = " ".join(_FORBIDDEN.sub("-", words).split())[:_STEM].lstrip(" .-").rstrip(" -")
    return f"_{clean}" if not clean or _DEVICES.match(clean) else clean
