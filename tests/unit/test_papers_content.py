"""What each paper must say and must never say, domain.md section 10.1, read back from the PDFs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

from tests.unit.paper_samples import (
    BUYER,
    FACTORY,
    FRAME,
    LONG,
    account_facts,
    freight_facts,
    note_facts,
    paper_pages,
    purchase_facts,
    sale_facts,
    shipment_facts,
)
from tests.unit.render_samples import letters
from tradecrm.documents.build import draw_paper, file_stem, save_sheet
from tradecrm.documents.content import Paper
from tradecrm.documents.registry import KINDS, LANGUAGES, SHIPMENT_SET
from tradecrm.documents.words import PaperLanguage
from tradecrm.services.trade.paper_parts import ClauseFacts, Style
from tradecrm.services.trade.paper_shipment import ContainerFacts

D = Decimal
READERS: dict[str, Callable[..., Any]] = {
    "quotation": lambda lines=2: sale_facts("quotation", lines),
    "proforma": lambda lines=2: sale_facts("proforma", lines),
    "contract": lambda lines=2: sale_facts("contract", lines),
    "purchase": purchase_facts,
    "freight_inquiry": lambda lines=2: freight_facts(),
    "debit_note": lambda lines=2: note_facts("debit_note"),
    "credit_note": lambda lines=2: note_facts("credit_note"),
    "statement": account_facts,
    **dict.fromkeys(SHIPMENT_SET, shipment_facts),
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "quotation": ("QUOTATION", "QT-2603-0001", "IQ-2603-0001", "6.85", "CIF Rotterdam, Incoterms® 2020",
                  "30% deposit", "11 April 2026", "35 days after deposit", "Ningbo"),
    "proforma": ("PROFORMA INVOICE", "PO-881", "HS 9405 4210", "US DOLLARS SIXTEEN THOUSAND", "BKCHCNBJ92A",
                 "Partial shipment allowed", "VELD"),
    "contract": ("SALES CONTRACT", "SC-26001", "5% more or less", "110% of the invoice value", "Force Majeure",
                 "CIETAC", "Veld B.V.", "3668 5836 1234"),
    "purchase": ("PURCHASE CONTRACT", "PC-2603-0001", "Prices include VAT 13%", "Special VAT invoice",
                 "人民币玖万肆仟玖佰贰拾元整", "10 May 2026", "Packing cost", "Sample", "Bank details of the Supplier"),
    "invoice": ("COMMERCIAL INVOICE", "CI-2605-0001", "SC-26001", "PO-881", "LC-7788", "Rabobank",
                "USD 16,440.00", "Made in China", "100 cartons", "1,598.00 kg", "Incoterms® 2020", "OLNB2605001"),
    "packing_list": ("PACKING LIST", "1-50", "51-100", "ONE HUNDRED CARTONS ONLY", "1,488.00", "1,598.00",
                     "7.920", "MSKU1234565", "CI-2605-0001", "MERIDIAN STAR / 021W"),
    "advice": ("SHIPPING ADVICE", "MERIDIAN STAR / 021W", "20 May 2026", "22 June 2026", "USD 16,440.00"),
    "instruction": ("SHIPPING INSTRUCTION", "Blue Lane Logistics", "BK7733", "Original B/L",
                    "Freight prepaid", "Same as consignee", "1 × 20GP"),
    "declaration": ("CUSTOMS DECLARATION DATA", "General trade (0110)", "310120260000012345", "USD 1,100.00",
                    "USD 18.09", "Netherlands", "94054210", "19 May 2026", "744.00"),
    "origin": ("CERTIFICATE OF ORIGIN DATA", "China", "94054210", "100 cartons", "CI-2605-0001"),
    "freight_inquiry": ("FREIGHT INQUIRY", "1 × 20GP", "94054210", "1,598.00 kg", "7.920 m³", "1 May 2026",
                        "20 May 2026", "Dangerous goods", "Terminal handling"),
    "debit_note": ("DEBIT NOTE", "USD 320.50", "CI-2605-0001", "1 July 2026", "BKCHCNBJ92A"),
    "statement": ("STATEMENT OF ACCOUNT", "P-2601-0001", "2026-05-01 – 2026-07-01", "CI-2605-0001", "OLNB2605001",
                  "11,814.00", "US DOLLARS ELEVEN THOUSAND EIGHT HUNDRED AND FOURTEEN", "BKCHCNBJ92A"),
    "credit_note": ("CREDIT NOTE", "USD 320.50", "Broken glass", "US DOLLARS THREE HUNDRED AND TWENTY"),
}  # fmt: skip
TO_CUSTOMER = ("quotation", "proforma", "contract", "invoice", "packing_list", "advice", "debit_note")


def paper_of(kind: str, lines: int = 2) -> Paper:
    return KINDS[kind].word(READERS[kind](lines=lines))


def text_of(paper: Paper, language: PaperLanguage = "both") -> str:
    return letters("".join(paper_pages(paper, language)))


@pytest.mark.parametrize("kind", KINDS)
def test_what_section_10_1_requires_stands_on_the_paper(kind: str) -> None:
    text = text_of(paper_of(kind))
    for part in (*REQUIRED[kind], "Ningbo Harbor Trading", "宁波海港贸易", "Page 1 of"):
        assert letters(part) in text, part


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_is_drawn_in_every_language_without_warning(kind: str, language: PaperLanguage) -> None:
    assert draw_paper(paper_of(kind), io.BytesIO(), language) == []
    text = "".join(paper_pages(paper_of(kind), language))
    assert (KINDS[kind].word(READERS[kind]()).title.zh in text) == (language != "en")


@pytest.mark.parametrize("kind", TO_CUSTOMER)
def test_no_factory_and_no_cost_on_papers_to_the_customer(kind: str) -> None:
    text = text_of(paper_of(kind))
    for secret in (FACTORY.name, FACTORY.name_local, "39.55", "PC-2603-0001"):
        assert letters(secret) not in text


@pytest.mark.parametrize("kind", ["purchase", "freight_inquiry"])
def test_no_customer_on_papers_to_factory_and_forwarders(kind: str) -> None:
    text = text_of(paper_of(kind))
    for secret in (BUYER.name, "VELD", "SC-26001", "PO-881", "6.85", "16,440"):
        assert letters(secret) not in text


@pytest.mark.parametrize("kind", ["packing_list", "instruction", "origin", "freight_inquiry"])
def test_no_price_where_section_10_1_says_no_price(kind: str) -> None:
    text = text_of(paper_of(kind))
    assert "6.85" not in text
    assert "8,220" not in text
    assert "16,440" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_sheet_holds_signatures_alone_and_short_papers_no_half_empty_sheet(
    kind: str, language: PaperLanguage
) -> None:
    pages = paper_pages(paper_of(kind), language)
    assert len(pages) <= {"contract": 3, "purchase": 2, "proforma": 2}.get(kind, 1)
    if "Authorized signature" in pages[-1] and len(pages) > 1:
        assert any(words in pages[-1] for words in ("BKCHCNBJ92A", "Contract takes effect"))


def test_a_country_of_origin_is_said_in_the_language_of_the_paper() -> None:
    paper = KINDS["contract"].word(replace(sale_facts(), origin="Viet Nam"))
    assert "原产地越南" in text_of(paper, "zh")
    own = KINDS["contract"].word(replace(sale_facts(), origin="Zhejiang"))
    assert "原产地Zhejiang" in text_of(own, "zh")


def test_what_both_languages_say_alike_stands_once() -> None:
    assert text_of(paper_of("quotation")).count(letters("35 days after deposit")) == 1


def test_many_containers_and_long_terms_take_the_whole_width() -> None:
    many = tuple(ContainerFacts("40HQ", f"MSKU{1234500 + number}", f"CN{number}") for number in range(40))
    pages = paper_pages(KINDS["invoice"].word(replace(shipment_facts(), containers=many)), "en")
    lines = [line for page in pages for line in page.splitlines() if "MSKU" in line]
    assert len(lines) <= 20
    assert all(f"MSKU{1234500 + number}/CN{number}" in "".join(lines) for number in range(40))


def test_an_open_commission_prints_and_a_hidden_one_is_not_among_the_facts() -> None:
    text = text_of(KINDS["contract"].word(replace(sale_facts(), open_commission=D("0.03"))), "en")
    assert letters("Commission included 3%") in text
    assert "Commissionincluded" not in text_of(paper_of("contract"), "en")


def test_fob_goods_remind_the_buyer_to_insure() -> None:
    facts = shipment_facts()
    fob = replace(facts, contracts=(replace(facts.contracts[0], incoterm="FOB", incoterm_place="Ningbo"),))
    assert "insure the goods at once" in " ".join(
        "".join(paper_pages(KINDS["advice"].word(fob), "en")).split()
    )
    assert "insurethegoods" not in text_of(paper_of("advice"), "en")
    assert letters("Freight collect") in text_of(KINDS["instruction"].word(fob), "en")


def _carried(page: str, label: str) -> str:
    found = re.search(rf"{label}\s+([\d,.]+)", page)
    assert found is not None, page
    return found[1]


@pytest.mark.parametrize("kind", ["contract", "purchase", "invoice", "packing_list", "declaration"])
def test_200_lines_repeat_heads_and_carry_totals(kind: str) -> None:
    paper = paper_of(kind, 200)
    pages = paper_pages(paper, "en")
    tables = [page for page in pages if "Carried forward" in page]
    assert len(tables) > 4
    assert paper.lines is not None
    head = paper.lines.columns[-1].head.en
    for number, page in enumerate(tables):
        assert head in page
        assert ("Brought forward" in page) == (number > 0)
    forward = [_carried(page, "Carried forward") for page in tables]
    brought = [_carried(page, "Brought forward") for page in tables[1:]]
    assert forward[:-1] == brought
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_excel_file_says_the_same_with_numbers_as_numbers(kind: str, tmp_path: Path) -> None:
    paper = paper_of(kind)
    path = tmp_path / "paper.xlsx"
    save_sheet(paper, path, "both")
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    values = [value for row in sheet.iter_rows(values_only=True) for value in row if value is not None]
    text = letters("\n".join(str(value) for value in values))
    for words in (paper.title, paper.sender.name, *(said.value for said in paper.strong)):
        assert all(letters(part) in text for part in words.texts("both"))
    if paper.lines is not None:
        numbers = [value for value in values if isinstance(value, int | float)]
        wanted = D("320.5") if kind.endswith("note") else D(2400)
        assert wanted in {D(str(number)) for number in numbers}


def test_rows_in_excel_are_as_high_as_their_wrapped_texts(tmp_path: Path) -> None:
    """A row of a set height hides what does not fit, on the screen and in print."""
    facts = sale_facts(long=True)
    save_sheet(KINDS["contract"].word(replace(facts, remarks=LONG * 2)), tmp_path / "paper.xlsx", "en")
    sheet = openpyxl.load_workbook(tmp_path / "paper.xlsx").active
    assert sheet is not None
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDE"]
    for start, width in ((f"{LONG} 1", widths[1]), (LONG * 2, sum(widths[2:]))):
        row = next(
            cell.row for line in sheet.iter_rows() for cell in line if str(cell.value).startswith(start)
        )
        assert row is not None
        lines = sum(-(-len(part) // int(width)) for part in str(start).split("\n"))
        assert (sheet.row_dimensions[row].height or 0) >= 13 * lines


def test_a_formula_in_a_text_stays_text_in_excel(tmp_path: Path) -> None:
    facts = sale_facts()
    bad = replace(facts.lines[0], description_en='=HYPERLINK("http://x")')
    path = tmp_path / "paper.xlsx"
    save_sheet(KINDS["contract"].word(replace(facts, lines=(bad,), remarks="=1+1")), path, "en")
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_a_draft_is_marked_on_pdf_and_excel(tmp_path: Path) -> None:
    draft = replace(paper_of("quotation"), draft=True)
    assert all("DRAFT" in page for page in paper_pages(draft, "en"))
    save_sheet(draft, tmp_path / "draft.xlsx", "en")
    sheet = openpyxl.load_workbook(tmp_path / "draft.xlsx").active
    assert sheet is not None
    assert any("DRAFT" in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_own_clauses_take_the_place_of_the_usual_ones_and_special_terms_follow() -> None:
    frame = replace(
        FRAME,
        clauses=(ClauseFacts("Retention of Title", "所有权保留", "Ours until paid.", "付清前归卖方。"),),
    )
    text = text_of(
        KINDS["contract"].word(replace(sale_facts(), frame=frame, special="Two samples free.")), "en"
    )
    assert letters("1. Retention of Title") in text
    assert letters("2. Special Terms") in text
    assert "CIETAC" not in text


def test_a_style_leaves_out_bank_item_number_and_hs_code() -> None:
    frame = replace(FRAME, style=Style(bank=False, hs_code=False, item_no=False))
    text = text_of(KINDS["invoice"].word(replace(shipment_facts(), frame=frame)), "en")
    assert "BKCHCNBJ92A" not in text
    assert "A-001" not in text
    assert "HS9405" not in text


def png(color: tuple[int, int, int], size: tuple[int, int]) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, color).save(target, "PNG")
    return target.getvalue()


def test_logo_and_stamp_are_drawn() -> None:
    from tradecrm.documents.preview import pdf_pages

    frame = replace(FRAME, logo=png((250, 0, 0), (300, 80)), stamp=png((0, 200, 0), (120, 120)))
    target = io.BytesIO()
    draw_paper(KINDS["credit_note"].word(replace(note_facts(), frame=frame)), target, "en")
    _width, _height, pixels = pdf_pages(target.getvalue(), 1.0)[0]
    colors = {pixels[index : index + 3] for index in range(0, len(pixels), 4)}
    assert bytes((250, 0, 0)) in colors
    assert bytes((0, 200, 0)) in colors


@pytest.mark.parametrize(("per_carton", "number"), [(Decimal(24), "50"), (None, "–")])
def test_a_line_in_a_carton_of_another_has_its_number(per_carton: Decimal | None, number: str) -> None:
    """Section 9.2: lines share the number of a mixed carton; goods that are not packed at all have none."""
    facts = shipment_facts(3)
    mixed = replace(facts.lines[1], cartons=0, per_carton=per_carton)
    lines = (facts.lines[0], mixed, facts.lines[2])
    paper = KINDS["packing_list"].word(replace(facts, lines=lines))
    assert paper.lines is not None
    assert [row[0].en for row in paper.lines.rows if row[0] is not None] == ["1-50", number, "51-100"]  # type: ignore[union-attr]


def test_file_names_hold_nothing_that_a_file_system_forbids() -> None:
    paper = replace(paper_of("invoice"), number='CI/26:05*<a>"?')
    assert file_stem(paper, "en") == "invoice-CI-26-05-a-en"
