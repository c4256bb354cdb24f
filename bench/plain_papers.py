"""Papers by ReportLab's own paragraphs and tables alone, in this process or in one of their own.

``python -m bench.plain_papers CONTENTS FOLDER FIRST STEP`` draws every ``STEP``-th paper of the file ``CONTENTS``,
from the ``FIRST`` on, into a folder: what two such processes take is the limit of printing many.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bench.task_paper import register_fonts
from tradecrm.documents.content import Cell, Goods, Lines, Number, Paper, Party
from tradecrm.documents.words import Words, long_date


class Plain:
    """Draws a paper's content by paragraphs and tables alone."""

    def __init__(self) -> None:
        from reportlab.lib.styles import ParagraphStyle

        self.body = ParagraphStyle("body", fontName="BenchSC", fontSize=9, leading=12, wordWrap="CJK")
        self.title = ParagraphStyle("title", fontName="BenchSCBold", fontSize=10, leading=14, wordWrap="CJK")

    def words(self, text: Words, style: Any = None) -> list[Any]:
        """Answer a paragraph a language."""
        from reportlab.platypus import Paragraph

        return [Paragraph(escape(each), style or self.body) for each in text.texts("both")]

    def party(self, party: Party) -> list[Any]:
        """Answer name, address and how to reach a party."""
        more = (party.contact, party.phone, party.email, party.tax_number)
        texts = [Words(each, each) for each in more if each]
        return [
            *self.words(party.name, self.title),
            *self.words(party.address),
            *(each for text in texts for each in self.words(text)),
        ]

    def cell(self, content: Cell) -> Any:
        """Answer the content of one cell."""
        if isinstance(content, Number):
            return f"{content.value:,} {content.unit}"
        if isinstance(content, Goods):
            parts = (content.name, content.detail, content.codes)
            return [each for part in parts for each in self.words(part)]
        return "" if content is None else self.words(content)

    def table(self, lines: Lines) -> Any:
        """Answer the lines as one table with repeated heads."""
        from reportlab.lib import colors
        from reportlab.platypus import Table, TableStyle

        total = sum(column.share for column in lines.columns)
        rows: list[list[Any]] = [[self.words(column.head) for column in lines.columns]]
        rows += [[self.cell(content) for content in row] for row in lines.rows]
        for parts in lines.totals:
            rows.append([[each for part in cell for each in self._listed(self.cell(part))] for cell in parts])
        ruled = [("FONT", (0, 0), (-1, -1), "BenchSC", 9), ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey)]
        widths = [499 * column.share / total for column in lines.columns]
        return Table(rows, widths, repeatRows=1, style=TableStyle(ruled))

    def _listed(self, content: Any) -> list[Any]:
        if isinstance(content, list):
            return content
        return self.words(Words(content, content)) if content else []

    def story(self, paper: Paper) -> list[Any]:
        """Answer what a paper says, from the sender to the signatures."""
        from reportlab.platypus import Table

        story = [*self.party(paper.sender), *self.words(paper.title, self.title)]
        for box in paper.boxes:
            story += [*self.words(box.role), *self.party(box.party)]
        said = [*paper.facts, *paper.strong, *(row for part in paper.sections for row in part.rows)]
        rows = [[self.words(each.label), self.words(each.value)] for each in said if each.value.texts("both")]
        if paper.day is not None:
            story += self.words(long_date(paper.day))
        if rows:
            story.append(Table(rows, [120, 379]))
        story += self.words(paper.opening)
        if paper.lines is not None:
            story.append(self.table(paper.lines))
        for clause in paper.clauses:
            story += [*self.words(clause.title, self.title), *self.words(clause.text)]
        for signature in paper.signatures:
            story += [*self.words(signature.role), *self.words(signature.firm)]
        return story

    def draw(self, paper: Paper) -> bytes:
        """Draw a paper; answers the file."""
        from reportlab.lib.pagesizes import A4
        from reportlab.platypus import SimpleDocTemplate

        buffer = io.BytesIO()
        SimpleDocTemplate(buffer, pagesize=A4, title=paper.number).build(self.story(paper))
        return buffer.getvalue()


def main() -> None:
    """Draw the papers asked for."""
    contents, folder, first, step = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    nice: Any = getattr(os, "nice", None)
    if nice is not None:
        nice(5)  # as the children of the program: on a computer at work the two must be served alike
    register_fonts()
    plain = Plain()
    papers: list[Paper] = pickle.loads(contents.read_bytes())
    for number, paper in enumerate(papers[first::step]):
        (folder / f"{first}-{number}.pdf").write_bytes(plain.draw(paper))


if __name__ == "__main__":
    main()
