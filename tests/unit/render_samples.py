"""What the tests of papers and reports share: a contract, a report table, and reading a PDF back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2

from tradecrm.documents.build import draw_paper
from tradecrm.documents.clauses import sales_contract_clauses
from tradecrm.documents.content import Party
from tradecrm.documents.sale import BankDetails, PaperLine, Reference, SalePaper, sale_content
from tradecrm.documents.words import PaperLanguage, Words, same
from tradecrm.render.pdf.page import PageSetup, write_pdf
from tradecrm.render.pdf.text import Block


def page_texts(data: bytes) -> list[str]:
    """Answer the text of every page as a reader would copy it."""
    document = pypdfium2.PdfDocument(data)
    texts = []
    for page in document:
        reader = page.get_textpage()
        texts.append(reader.get_text_range().replace("\r\n", "\n"))
        reader.close()
        page.close()
    document.close()
    return texts


def letters(text: str) -> str:
    """Answer the text without any blank, for comparing across line breaks."""
    return "".join(text.split()).replace("\ufffe", "").replace("\x02", "")


def drawn(blocks: list[Block], **setup: object) -> list[str]:
    buffer = io.BytesIO()
    write_pdf(blocks, replace(PageSetup(name="Test"), **setup), buffer)  # type: ignore[arg-type]
    return page_texts(buffer.getvalue())


def contract_pages(paper: SalePaper, language: PaperLanguage = "both") -> tuple[list[str], list[str]]:
    """Draw a contract; answer the texts of its pages and the warnings."""
    buffer = io.BytesIO()
    warnings = draw_paper(sale_content(paper), buffer, language)
    return page_texts(buffer.getvalue()), warnings


def contract(lines: int = 2) -> SalePaper:
    goods = tuple(
        PaperLine(
            item_number=f"LT-{600 + number}",
            description=Words(f"LED panel light, model {number}", f"LED面板灯 型号{number}"),
            quantity=Decimal(1000),
            unit="PCS",
            price=Decimal("12.5"),
            amount=Decimal("12500.00"),
            specification=Words("Aluminum frame", "铝框"),
            hs_code="9405.4210",
        )
        for number in range(1, lines + 1)
    )
    return SalePaper(
        number="SC-2026-0107",
        day=date(2026, 3, 12),
        currency="USD",
        seller=Party(
            Words("Ningbo Haiyue Import & Export Co., Ltd.", "宁波海悦进出口有限公司"),
            Words("58 Baizhang East Road, Ningbo, China", "宁波市百丈东路58号"),
            phone="+86 574 8766 0000",
        ),
        buyer=Party(same("Nordlicht Handels GmbH"), same("Hafenstraße 12, Hamburg")),
        lines=goods,
        total=sum((line.amount for line in goods), Decimal(0)),
        incoterm="CIF",
        named_place="Hamburg",
        amount_in_words=Words("US DOLLARS TWENTY-FIVE THOUSAND ONLY", "美元贰万伍仟元整"),
        references=(Reference(Words("Customer PO", "客户订单号"), "PO-77"),),
        port_of_loading=Words("Ningbo", "宁波"),
        port_of_discharge=Words("Hamburg", "汉堡"),
        latest_shipment=date(2026, 5, 31),
        partial_shipment=True,
        transhipment=False,
        tolerance=Words("5% more or less", "溢短装5%"),
        packing=Words("Export cartons", "出口纸箱"),
        marks="NORDLICHT\nHAMBURG",
        insurance=Words("For 110% of the invoice value", "按发票金额110%投保"),
        origin=Words("China", "中国"),
        payment=Words("30% deposit, balance against copy of B/L", "30%定金，余款凭提单副本"),
        bank=BankDetails("Ningbo Haiyue", "Bank of China", "Ningbo", "3668 5836", "BKCHCNBJ92A"),
        clauses=sales_contract_clauses(),
        seller_signatory="Chen Yue",
    )
