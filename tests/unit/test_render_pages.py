"""Text, tables and pages: nothing is cut, nothing is lost, totals are carried."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.render_samples import drawn, letters, page_texts
from tradecrm.core.money import format_amount
from tradecrm.render.pdf.blocks import (
    Box,
    Columns,
    Fact,
    Signatory,
    Signatures,
    Stack,
    clause,
    facts,
    heading,
)
from tradecrm.render.pdf.fonts import text_width
from tradecrm.render.pdf.linetable import Carry, Column, Row, cell, line_table
from tradecrm.render.pdf.page import PageSetup, lay_out, write_fitted, write_pdf
from tradecrm.render.pdf.text import BODY, NUMBER, Align, Block, Figure, break_lines, para

COLUMNS = [Column("No.", 0.5), Column("Description", 4), Column("Amount", 1, Align.RIGHT)]
CARRY = Carry("Carried forward", "Brought forward", 2, lambda amount: format_amount(amount, "USD"))


def money_row(number: int, text: str = "Goods", amount: str = "10.50") -> Row:
    cells = (para(str(number)), cell(para(f"{text} <{number}>")), para(amount, NUMBER))
    return Row(cells, Decimal(amount))


@given(st.text(max_size=300), st.floats(min_value=12, max_value=500))
@settings(max_examples=150, deadline=None)
def test_lines_hold_every_letter_and_none_is_too_wide(text: str, width: float) -> None:
    from tradecrm.render.pdf.fonts import printable

    lines = break_lines(text, width, BODY)
    assert letters("".join(lines)) == letters(printable(text))
    assert all(text_width(line, BODY.size) <= width + 0.01 or len(line) == 1 for line in lines)


def test_chinese_marks_never_begin_a_line_and_brackets_never_end_one() -> None:
    text = (
        "应提交中国国际经济贸易仲裁委员会（CIETAC），按照仲裁规则进行仲裁。仲裁裁决是终局的；“双方”均受约束。"
        * 4
    )
    for width in range(60, 400, 7):
        lines = break_lines(text, width, BODY)
        assert not any(line[0] in "，。；）”" for line in lines)
        assert not any(line[-1] in "（“" for line in lines)


def test_latin_words_stay_whole() -> None:
    lines = break_lines("The inspection by the manufacturer 制造商 shall be the basis", 80, BODY)
    words = ["The", "inspection", "by", "the", "manufacturer", "制造商", "shall", "be", "the", "basis"]
    assert " ".join(lines).split() == words


def test_a_long_word_is_cut_after_a_hyphen_where_one_is_near() -> None:
    assert break_lines("151-51591", text_width("151-515", BODY.size), BODY) == ["151-", "51591"]
    assert break_lines("/0×", 12, BODY) == ["/0", "×"]


def test_markup_in_a_value_is_only_text() -> None:
    evil = '<b>&"\' <img src="file:///etc/passwd"/> <para> </b>'
    assert letters(evil) in letters(drawn([para(evil)])[0])


def test_a_word_of_100000_letters_flows_over_pages() -> None:
    pages = drawn([para("W" * 100_000)])
    assert sum(page.count("W") for page in pages) == 100_000
    assert len(pages) > 20


def test_heads_repeat_and_totals_are_carried() -> None:
    pages = drawn([line_table(COLUMNS, [money_row(number) for number in range(1, 201)], carry=CARRY)])
    assert len(pages) > 3
    text = "\n".join(pages)
    positions = [text.index(f"<{number}>") for number in range(1, 201)]
    assert positions == sorted(positions)
    for number, page in enumerate(pages):
        assert page.count("Description") == 1
        shown = [f"<{line}>" in page for line in range(1, 201)]
        before = shown.index(True)
        if number:
            assert f"Brought forward {format_amount(before * Decimal('10.50'), 'USD')}" in page
        if number < len(pages) - 1:
            after = before + sum(shown)
            assert f"Carried forward {format_amount(after * Decimal('10.50'), 'USD')}" in page
    assert "Carried" not in pages[-1]
    assert "Brought" not in pages[0]


def test_a_total_never_begins_a_page_alone() -> None:
    total = Row((None, para("Total"), para("x", NUMBER)), heavy=True)
    for lines in range(20, 75):
        rows = [*(money_row(number) for number in range(1, lines)), total]
        setup = PageSetup(name="Test")
        pages = lay_out([line_table(COLUMNS, rows, carry=CARRY)], setup)
        last = drawn([line_table(COLUMNS, rows, carry=CARRY)])[-1] if len(pages) > 1 else ""
        assert not last or f"<{lines - 1}>" in last


def test_a_row_taller_than_a_page_is_continued_not_cut() -> None:
    rows = [money_row(1), money_row(2, "字" * 6000), money_row(3)]
    pages = drawn([line_table(COLUMNS, rows, carry=CARRY)])
    assert sum(page.count("字") for page in pages) == 6000
    assert "Brought forward 21.00" in pages[-1]
    assert "<3>" in pages[-1]


def test_blocks_that_split_lose_nothing() -> None:
    long = " ".join(f"w{number}" for number in range(3000))
    blocks: list[Block] = [
        Box(Stack([para("Buyer"), para(long)])),
        Columns([para(long), para("beside")], [1, 1]),
        facts([Fact("Packing", (long, "包装"))]),
        clause("1.", [("Claims", long), ("索赔", "长" * 2000)]),
    ]
    text = letters("".join(drawn(blocks)))
    assert text.count("w2999") == 4
    assert text.count("长") == 2000
    assert "beside" in text


def test_a_heading_stays_with_what_follows() -> None:
    for lines in range(40, 60):
        blocks: list[Block] = [para("x") for _ in range(lines)]
        pages = drawn([*blocks, heading("HEADING"), para("following")])
        with_heading = next(page for page in pages if "HEADING" in page)
        assert "following" in with_heading


@pytest.mark.parametrize("last", [para("LAST"), Stack([para("LAST")] * 30), Box(para("LAST"))])
def test_a_chain_that_belongs_together_goes_to_the_next_page_with_its_heading(last: Block) -> None:
    last.keep_with_next = True
    who = Signatory("SIGNED", (), ("Signature",))
    for lines in range(30, 60):
        blocks: list[Block] = [para("x") for _ in range(lines)]
        pages = drawn([*blocks, heading("HEADING"), last, Signatures(who, None)])
        signed = [page for page in pages if "SIGNED" in page]
        assert len(signed) == 1
        assert "LAST" in signed[0]
        assert "LAST" in next(page for page in pages if "HEADING" in page)


def test_a_number_too_wide_for_its_column_is_set_smaller_never_on_two_lines() -> None:
    number = "442,007,613,063.48"
    row = Row((para("1"), para("Goods"), Figure(number)), Decimal(0))
    narrow = [Column("No.", 1), Column("Goods", 20), Column("Amount", 3, Align.RIGHT)]
    page = drawn([line_table(narrow, [row])])[0]
    assert f"Goods {number}" in page
    assert Figure(number).height(54) == NUMBER.leading


@pytest.mark.parametrize(("lines", "pages"), [(50, 1), (55, 1), (68, 1), (75, 2), (100, 2), (300, 6)])
def test_a_paper_is_set_smaller_where_that_saves_a_page_half_empty(lines: int, pages: int) -> None:
    buffer = io.BytesIO()
    count = write_fitted(lambda: [para(f"<{number}>") for number in range(lines)], PageSetup("Test"), buffer)
    texts = page_texts(buffer.getvalue())
    assert count == len(texts) == pages
    assert all(f"<{number}>" in "".join(texts) for number in range(lines))


def test_pages_are_numbered_and_the_running_head_begins_on_the_second() -> None:
    pages = drawn([para("x\n" * 200)], running="Running head", footer="Foot")
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1)]
    assert "Running head" not in pages[0]
    assert all("Running head" in page for page in pages[1:])


def test_a_draft_says_so_on_every_page() -> None:
    pages = drawn([para("x\n" * 100)], watermark="DRAFT")
    assert len(pages) == 2
    assert all("DRAFT" in page for page in pages)


def test_a_path_that_cannot_be_written_raises() -> None:
    with pytest.raises(OSError, match="nowhere"):
        write_pdf([para("x")], PageSetup(name="Test"), "/nowhere/at/all.pdf")


def test_a_stream_gets_a_whole_pdf() -> None:
    buffer = io.BytesIO()
    assert write_pdf([para("x")], PageSetup(name="Test"), buffer) == 1
    assert buffer.getvalue().startswith(b"%PDF")
