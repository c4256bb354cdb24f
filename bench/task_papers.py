"""The complete set of papers of a shipment against ReportLab's own paragraphs and tables of the same content."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bench.measure import Line, ratio
from bench.task_paper import register_fonts
from tradecrm.documents.build import draw_paper
from tradecrm.documents.content import Cell, Goods, Lines, Number, Paper, Party
from tradecrm.documents.registry import KINDS, SHIPMENT_SET
from tradecrm.documents.words import Words, long_date
from tradecrm.services.control.settings import Settings
from tradecrm.services.trade.paper_parts import BankFacts, Frame, PartyFacts, Style
from tradecrm.services.trade.paper_shipment import ContainerFacts, ContractShare, ShipmentFacts, ShippedLine

GOAL = 1.3
_LINES = 12


def facts() -> ShipmentFacts:
    """Answer a shipment of twelve lines."""
    firm = Settings(
        company_name="Ningbo Harbor Trading Co., Ltd.",
        company_name_local="宁波海港贸易有限公司",
        company_address="58 Baizhang East Road, Ningbo",
        company_address_local="宁波市百丈东路58号",
        company_phone="+86 574 8766 0000",
    )
    line = ShippedLine(
        "SC-26001", "LT-601", "LED panel light", "LED面板灯", "Aluminum frame", "94054210", "PCS", Decimal(1000),
        Decimal("12.5"), Decimal(0), Decimal(12500), Decimal(20), 50, Decimal(900), Decimal(1000), Decimal("4.5"),
        "面板灯", "品牌: 无; 用途: 照明", "千克", "", "94054210",
    )  # fmt: skip
    return ShipmentFacts(
        id=1, number="SH-1", invoice_number="CI-1", invoice_date=date(2026, 5, 18), status="departed",
        currency="USD", total=Decimal(12500 * _LINES), customer_id=1, mode="FCL", carrier="Ocean Line",
        vessel="MERIDIAN STAR", voyage="021W", booking_no="BK1", bl_no="OL1", bl_type="original",
        port_of_loading="Ningbo", port_of_discharge="Hamburg", etd=date(2026, 5, 20), eta=date(2026, 6, 22),
        departed_on=date(2026, 5, 20), consignee="", notify_party="", marks="KERN\nHAMBURG", remarks="",
        declaration_no="", export_date=None, fob_usd=None, container_plan="1 × 40HQ",
        buyer=PartyFacts("Kern Lighting GmbH", "", "Hafenstraße 12, Hamburg", "", "", "", "", "DE"),
        forwarder=None,
        lines=tuple(replace(line, item_no=f"LT-{601 + each}") for each in range(_LINES)),
        containers=(ContainerFacts("40HQ", "MSKU1234565", "CN1"),),
        contracts=(
            ContractShare("SC-26001", "PO-1", "", "CIF", "Hamburg", "", "", "Cartons", "", "", "", ""),
        ),
        credit=None, bank=BankFacts("Bank of China", "Ningbo", "3668", "BKCHCNBJ92A"),
        frame=Frame(firm, Style(), (), b"", b"", draft=False),
    )  # fmt: skip


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
            rows.append(
                [[each for part in cell for each in _listed(self.cell(part), self)] for cell in parts]
            )
        ruled = [("FONT", (0, 0), (-1, -1), "BenchSC", 9), ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey)]
        widths = [499 * column.share / total for column in lines.columns]
        return Table(rows, widths, repeatRows=1, style=TableStyle(ruled))

    def draw(self, paper: Paper) -> int:
        """Draw a paper; answers the size of the file."""
        from reportlab.lib.pagesizes import A4
        from reportlab.platypus import SimpleDocTemplate, Table

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
        for signature in paper.signatures:
            story += [*self.words(signature.role), *self.words(signature.firm)]
        buffer = io.BytesIO()
        SimpleDocTemplate(buffer, pagesize=A4, title=paper.number).build(story)
        return len(buffer.getvalue())


def _listed(content: Any, plain: Plain) -> list[Any]:
    if isinstance(content, list):
        return content
    return plain.words(Words(content, content)) if content else []


def run(path: Path, scale: str) -> Iterator[Line]:
    """Draw both in turn."""
    del path, scale
    register_fonts()
    told = facts()
    papers = [KINDS[key].word(told) for key in SHIPMENT_SET]
    plain = Plain()
    yield ratio(
        "the set of papers of a shipment, both languages",
        GOAL,
        lambda: [draw_paper(paper, io.BytesIO()) for paper in papers],
        lambda: [plain.draw(paper) for paper in papers],
        7,
    )
