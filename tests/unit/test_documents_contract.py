"""The sales contract on paper, domain.md section 10.1 column SC, read back as a buyer would."""

from __future__ import annotations

import io
import re
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.unit.render_samples import contract, contract_pages, letters
from tradecrm.documents.build import draw_paper
from tradecrm.documents.clauses import sales_contract_clauses
from tradecrm.documents.preview import pdf_pages
from tradecrm.documents.sale import PaperLine, sale_content
from tradecrm.documents.words import PaperLanguage, Words, long_date, plain_number, same

EVIL = "<b>&\"'</b> {page} %s"
ENGLISH = [
    "Ningbo Haiyue Import & Export Co., Ltd.",
    "SALES CONTRACT",
    "Nordlicht Handels GmbH",
    "SC-2026-0107",
    "12 March 2026",
    "PO-77",
    "LED panel light, model 1",
    "HS 9405.4210",
    "12.50",
    "12,500.00",
    "2,000 PCS",
    "USD 25,000.00",
    "US DOLLARS TWENTY-FIVE THOUSAND ONLY",
    "CIF Hamburg, Incoterms® 2020",
    "5% more or less",
    "30% deposit",
    "31 May 2026",
    "Partial shipment allowed; Transhipment not allowed",
    "Export cartons",
    "NORDLICHT",
    "110% of the invoice value",
    "BKCHCNBJ92A",
    "Quality and Inspection",
    "Discrepancy and Claims",
    "Late Delivery and Penalty",
    "Force Majeure",
    "CIETAC",
    "Authorized signature and stamp",
    "Chen Yue",
]
CHINESE = [
    "宁波海悦进出口有限公司",
    "外销合同",
    "2026年3月12日",
    "LED面板灯",
    "美元贰万伍仟元整",
    "溢短装5%",
    "30%定金",
    "2026年5月31日",
    "允许分批装运；不允许转运",
    "出口纸箱",
    "品质与检验",
    "不可抗力",
    "仲裁与法律适用",
    "授权签字及盖章",
]


def in_order(parts: list[str], text: str) -> None:
    start = 0
    for part in parts:
        start = text.find(letters(part), start)
        assert start >= 0, f"{part} is missing or in the wrong place"


@pytest.mark.parametrize(("language", "parts"), [("en", ENGLISH), ("zh", CHINESE)])
def test_everything_required_is_there_in_order(language: PaperLanguage, parts: list[str]) -> None:
    pages, warnings = contract_pages(contract(), language)
    in_order(parts, letters("".join(pages)))
    assert warnings == []


def test_one_language_prints_none_of_the_other() -> None:
    english = "".join(contract_pages(contract(), "en")[0])
    assert not re.search("[\u4e00-\u9fff]", english)
    chinese = "".join(contract_pages(contract(), "zh")[0])
    assert "Force Majeure" not in chinese
    assert "Buyer" not in chinese


def test_both_languages_stand_side_by_side() -> None:
    text = letters("".join(contract_pages(contract())[0]))
    for part in ENGLISH + CHINESE:
        assert letters(part) in text
    assert letters("Buyer 买方") in text


def test_what_is_missing_in_one_language_is_printed_in_the_other() -> None:
    paper = replace(contract(), packing=Words("", "仅中文"), remarks=Words("English only"))
    assert "仅中文" in letters("".join(contract_pages(paper, "en")[0]))
    assert "Englishonly" in letters("".join(contract_pages(paper, "zh")[0]))


def test_what_is_not_agreed_has_no_label() -> None:
    paper = replace(contract(), insurance=Words(), marks="", partial_shipment=None, transhipment=None)
    text = "".join(contract_pages(paper, "en")[0])
    assert "Insurance" not in text
    assert "Shipping marks" not in text
    assert "Partial" not in text


def test_200_lines_over_pages_with_heads_and_carried_totals() -> None:
    paper = contract(200)
    pages, _ = contract_pages(paper)
    in_order([f"LT-{600 + number}" for number in range(1, 201)], letters("".join(pages)))
    table_pages = [page for page in pages if "LT-" in page]
    assert len(table_pages) > 8
    done = 0
    for number, page in enumerate(table_pages):
        assert "Unit price USD" in page
        carried = f"{Decimal(12500) * done:,.2f}"
        assert not number or f"Brought forward 承上页 {carried}" in page
        done += len(re.findall(r"LT-\d+", page))
    assert done == 200
    assert "USD 2,500,000.00" in table_pages[-1]


def evil(value: Any, name: str = "") -> Any:
    """Answer the same frozen data with every text replaced by markup."""
    if isinstance(value, str):
        return value if name in {"currency", "kind"} else EVIL
    if isinstance(value, tuple):
        return tuple(evil(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {field.name: evil(getattr(value, field.name), field.name) for field in fields(value)}
        return replace(value, **changes)
    return value


def count_texts(value: Any) -> int:
    if isinstance(value, str):
        return int(value == EVIL)
    if isinstance(value, tuple):
        return sum(count_texts(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return sum(count_texts(getattr(value, field.name)) for field in fields(value))
    return 0


def test_markup_in_every_field_is_printed_as_it_stands() -> None:
    paper = evil(contract())
    pages, warnings = contract_pages(paper, "en")
    text = letters("".join(pages))
    assert warnings == []
    languages = 2  # of each pair of words one prints
    assert text.count(letters(EVIL)) >= count_texts(paper) / languages


@pytest.mark.parametrize("field", ["packing", "remarks", "payment", "amount_in_words", "insurance"])
def test_a_word_of_100000_letters_is_never_cut(field: str) -> None:
    long: dict[str, Any] = {field: same("Q" * 100_000)}
    pages, _ = contract_pages(replace(contract(), **long))
    assert sum(page.count("Q") for page in pages) >= 100_000
    assert "Authorized signature" in pages[-1]


def test_a_huge_name_and_description_are_never_cut() -> None:
    paper = contract()
    line = replace(paper.lines[0], description=Words("Z" * 100_000, "瓷" * 3000))
    huge = replace(paper.buyer, name=same("X" * 20_000))
    pages, _ = contract_pages(replace(paper, lines=(line,), buyer=huge))
    assert sum(page.count("Z") for page in pages) == 100_000
    assert sum(page.count("瓷") for page in pages) == 3000
    assert sum(page.count("X") for page in pages) >= 40_000, "in its panel and above the signature"


def test_rare_characters_print_and_copy() -> None:
    names = "深圳市堃㛃𬭚有限公司 Їєґ Yıldız Hòa Bình"
    paper = replace(contract(), buyer=replace(contract().buyer, name=same(names)))
    pages, warnings = contract_pages(paper)
    assert letters("".join(pages)).count(letters(names)) == 2
    assert warnings == []


def test_a_missing_glyph_is_named_with_its_field() -> None:
    paper = contract()
    line = replace(paper.lines[1], description=Words("Toy 🚢", "玩具"))
    _, warnings = contract_pages(replace(paper, lines=(paper.lines[0], line)))
    assert warnings == ["Line 2 · Description of goods: no font has the characters 🚢; they print as □."]
    assert contract_pages(replace(paper, lines=(paper.lines[0], line)), "zh")[1] == []


def test_amounts_have_the_decimals_of_their_currency() -> None:
    paper = contract()
    yen = PaperLine("A", Words("Cup"), Decimal("1.5"), "KG", Decimal("98.1234"), Decimal(147))
    text = "".join(contract_pages(replace(paper, currency="JPY", lines=(yen,), total=Decimal(147)), "en")[0])
    assert "JPY 147" in text
    assert "98.1234" in text
    assert "147.00" not in text


def test_different_units_are_never_added() -> None:
    paper = contract()
    other = replace(paper.lines[1], unit="KG", quantity=Decimal("2.5"))
    text = "".join(contract_pages(replace(paper, lines=(paper.lines[0], other)), "en")[0])
    assert "1,000 PCS" in text
    assert "2.5 KG" in text


def test_a_draft_is_marked_and_a_contract_is_not() -> None:
    assert all("DRAFT" in page for page in contract_pages(replace(contract(), draft=True))[0])
    assert not any("DRAFT" in page for page in contract_pages(contract())[0])
    assert "草稿" in contract_pages(replace(contract(), draft=True), "zh")[0][0]


def test_signatures_never_stand_alone_on_a_sheet() -> None:
    for lines in range(1, 16):
        last = contract_pages(contract(lines), "en")[0][-1]
        assert "Effect of the Contract" in last or "This Contract takes effect" in last


def test_a_contract_without_clauses_lines_or_bank_is_drawn() -> None:
    paper = replace(contract(), clauses=(), lines=(), total=Decimal(0))
    assert "USD 0.00" in contract_pages(paper, "en")[0][0]


def test_the_clauses_are_complete_in_both_languages() -> None:
    clauses = sales_contract_clauses()
    keys = {clause.key for clause in clauses}
    assert {"quality", "claims", "force_majeure", "arbitration", "delay"} <= keys
    assert all(
        clause.title.en and clause.title.zh and clause.text.en and clause.text.zh for clause in clauses
    )


def test_dates_and_numbers_of_papers() -> None:
    assert long_date(contract().day) == Words("12 March 2026", "2026年3月12日")
    assert plain_number(Decimal("1200.50")) == "1,200.5"
    assert plain_number(Decimal("1E+3"), 2) == "1,000.00"


def test_the_preview_shows_every_page_in_true_colors(tmp_path: Path) -> None:
    path = tmp_path / "contract.pdf"
    draw_paper(sale_content(contract()), path, "both")
    buffer = io.BytesIO()
    draw_paper(sale_content(contract()), buffer, "both")
    pictures = pdf_pages(path, 0.5)
    assert len(pictures) == len(pdf_pages(buffer.getvalue(), 0.5)) > 1
    width, height, pixels = pictures[0]
    assert (width, height) == (298, 421)
    assert len(pixels) == width * height * 4
    assert pixels[:4] == b"\xff\xff\xff\xff"
    colors = {pixels[index : index + 4] for index in range(0, len(pixels), 4)}
    accent = max(colors, key=lambda color: color[2] - color[0])
    assert accent[2] - accent[0] > 40, "the accent is blue, so the order is red, green, blue"


def test_a_preview_of_no_pdf_raises() -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        pdf_pages(b"no pdf")
