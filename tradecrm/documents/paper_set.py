"""The whole set of papers of a shipment in one go, after the cross-check, as PDF and Excel in one folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tradecrm.core.crosscheck import Contradiction, contradictions
from tradecrm.documents.build import draw_paper, file_stem, save_sheet
from tradecrm.documents.content import Paper
from tradecrm.documents.registry import KINDS, SHIPMENT_SET, paper_language
from tradecrm.documents.words import PaperLanguage
from tradecrm.services.trade.crosscheck import checked_shipment
from tradecrm.services.trade.paper_parts import frame_facts
from tradecrm.services.trade.paper_shipment import ShipmentFacts, shipment_facts
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class PaperSet:
    """The papers of a shipment ready to draw, and what they contradict one another in."""

    number: str
    papers: tuple[Paper, ...]
    contradictions: tuple[Contradiction, ...]


@dataclass(frozen=True, slots=True)
class WrittenSet:
    """What was written: the files, and warnings about characters that no font has."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...]


def paper_set(reader: Reader, shipment_id: int) -> PaperSet:
    """Answer all papers of a shipment, read once, with their contradictions; raises NotFound, NotAllowed."""
    facts = shipment_facts(reader, shipment_id)
    papers = tuple(_worded(reader, facts, key) for key in SHIPMENT_SET)
    return PaperSet(facts.number, papers, contradictions(checked_shipment(reader, facts)))


def _worded(reader: Reader, facts: ShipmentFacts, key: str) -> Paper:
    """Answer one paper of the facts, in the style and language of its own kind."""
    frame = frame_facts(reader, key, facts.customer_id, draft=facts.frame.draft)
    paper = KINDS[key].word(replace(facts, frame=frame))
    return replace(paper, language=paper_language(frame.style.language))


def write_set(
    ready: PaperSet, folder: Path, language: PaperLanguage | None = None, *, sheets: bool = True
) -> WrittenSet:
    """Write every paper as PDF, and as Excel with ``sheets``, into ``folder``; raises OSError.

    ``language`` None takes the language of each paper's style.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    warnings: list[str] = []
    for paper in ready.papers:
        chosen = language or paper.language
        files.append(folder / f"{file_stem(paper, chosen)}.pdf")
        warnings += draw_paper(paper, files[-1], chosen)
        if sheets:
            files.append(folder / f"{file_stem(paper, chosen)}.xlsx")
            save_sheet(paper, files[-1], chosen)
    return WrittenSet(tuple(files), tuple(dict.fromkeys(warnings)))
