"""A sales contract as PDF, warm, against the same content by ReportLab's own paragraphs and tables."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bench.measure import Line, ratio
from tradecrm.documents.build import draw_paper
from tradecrm.documents.clauses import sales_contract_clauses
from tradecrm.documents.content import Party
from tradecrm.documents.sale import PaperLine, SalePaper, sale_content
from tradecrm.documents.words import Words, same

GOAL = 1.3
_FONTS = Path(__file__).resolve().parents[1] / "resources" / "fonts"


def paper() -> SalePaper:
    """Answer a contract of two pages in both languages."""
    goods = tuple(
        PaperLine(
            f"LT-{number}",
            Words(f"LED panel light, model {number}", f"LED面板灯 型号{number}"),
            Decimal(1000),
            "PCS",
            Decimal("12.5"),
            Decimal(12500),
            Words("Aluminum frame", "铝框"),
        )
        for number in range(601, 611)
    )
    return SalePaper(
        number="SC-2026-0107",
        day=date(2026, 3, 12),
        currency="USD",
        seller=Party(
            Words("Ningbo Harbor Trading Co., Ltd.", "宁波海港贸易有限公司"),
            Words("58 Baizhang East Road, Ningbo", "宁波市百丈东路58号"),
        ),
        buyer=Party(same("Kern Lighting GmbH"), same("Hafenstraße 12, Hamburg")),
        lines=goods,
        total=Decimal(125_000),
        incoterm="CIF",
        named_place="Hamburg",
        amount_in_words=Words("US DOLLARS ONE HUNDRED TWENTY-FIVE THOUSAND ONLY", "美元壹拾贰万伍仟元整"),
        payment=Words("30% deposit, balance against copy of B/L", "30%定金，余款凭提单副本"),
        clauses=sales_contract_clauses(),
    )


def plain_story(told: SalePaper, styles: dict[str, Any]) -> list[Any]:
    """Answer the content of a contract as paragraphs and one table."""
    from reportlab.lib import colors
    from reportlab.platypus import Paragraph, Table, TableStyle

    def words(text: Words, style: str = "body") -> list[Any]:
        return [Paragraph(escape(each), styles[style]) for each in dict.fromkeys((text.en, text.zh)) if each]

    story: list[Any] = [Paragraph(f"SALES CONTRACT 外销合同 {told.number}", styles["title"])]
    for party in (told.seller, told.buyer):
        story += [*words(party.name, "title"), *words(party.address)]
    story.append(Paragraph(f"{told.day} {told.incoterm} {told.named_place}", styles["body"]))
    rows: list[list[Any]] = [["No.", "Description", "Quantity", "Unit", "Price", "Amount"]]
    for line in told.lines:
        texts = [*words(line.description), *words(line.specification)]
        rows.append(
            [line.item_number, texts, f"{line.quantity:,}", line.unit, f"{line.price}", f"{line.amount:,}"]
        )
    rows.append(["", "", "", "", told.currency, f"{told.total:,}"])
    ruled = [("FONT", (0, 0), (-1, -1), "BenchSC", 9), ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey)]
    story.append(Table(rows, [60, 200, 60, 40, 60, 80], repeatRows=1, style=TableStyle(ruled)))
    story += [*words(told.amount_in_words), *words(told.payment)]
    for clause in told.clauses:
        story += [*words(clause.title, "title"), *words(clause.text)]
    return story


def plain_paper(told: SalePaper) -> int:
    """Draw a contract by ReportLab alone; answers the size of the file."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import SimpleDocTemplate

    styles = {
        "body": ParagraphStyle("body", fontName="BenchSC", fontSize=9, leading=12, wordWrap="CJK"),
        "title": ParagraphStyle("title", fontName="BenchSCBold", fontSize=10, leading=14, wordWrap="CJK"),
    }
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4, title=told.number).build(plain_story(told, styles))
    return len(buffer.getvalue())


def register_fonts() -> None:
    """Let ReportLab's own paragraphs use the fonts of the papers."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("BenchSC", str(_FONTS / "NotoSansSC-Regular.ttf")))
    pdfmetrics.registerFont(TTFont("BenchSCBold", str(_FONTS / "NotoSansSC-Bold.ttf")))


def run(path: Path, scale: str) -> Iterator[Line]:
    """Draw both in turn."""
    del path, scale
    register_fonts()
    told = paper()
    yield ratio(
        "one contract as PDF in both languages, warm",
        GOAL,
        lambda: draw_paper(sale_content(told), io.BytesIO()),
        lambda: plain_paper(told),
        15,
    )
