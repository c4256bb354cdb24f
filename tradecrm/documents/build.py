"""The one way from a paper's content to PDF or Excel, whatever kind of paper it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO

from tradecrm.documents.content import Paper
from tradecrm.documents.words import PaperLanguage

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
