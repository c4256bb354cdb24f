"""Fonts: fallback by character, missing glyphs, and rare characters that copy out as they went in."""

from __future__ import annotations

import io
import re

import pytest

from tests.unit.render_samples import drawn, letters
from tradecrm.core.resources import resource_path
from tradecrm.render.pdf.fonts import (
    MISSING_MARK,
    face,
    font_runs,
    missing_glyphs,
    printable,
    text_width,
    unicode_map,
)
from tradecrm.render.pdf.page import PageSetup, write_pdf
from tradecrm.render.pdf.text import BODY, STRONG, para

NAMES = [
    "深圳市堃㛃𬭚贸易有限公司",
    "Їжак Ґанок Єва",
    "Công ty TNHH Thương mại Hòa Bình",
    "Yıldız Dış Ticaret A.Ş. ğüşöç",
    "₹ ₴ ₺ € £ ¥ ®",
    "株式会社東京堂 한국",
    "<b>&\"'",
]


@pytest.mark.parametrize("name", NAMES[:5] + NAMES[6:])
def test_names_of_the_world_have_glyphs_in_both_weights(name: str) -> None:
    assert missing_glyphs(name) == []
    for bold in (False, True):
        assert MISSING_MARK not in "".join(run for _, run in font_runs(name, bold=bold))


@pytest.mark.parametrize("name", NAMES[:5] + NAMES[6:])
def test_what_is_printed_copies_out_unchanged(name: str) -> None:
    """architecture.md section 8: characters beyond the basic plane copy right, with UTF-16 pairs."""
    text = drawn([para(name, BODY), para(name, STRONG)])[0]
    assert letters(text).count(letters(name)) == 2


def test_the_text_map_writes_surrogate_pairs_and_short_blocks() -> None:
    cmap = unicode_map("X", [ord("A"), ord("𬭚"), *range(0x4E00, 0x4E00 + 150)])
    assert "<01> <D872DF5A>" in cmap
    assert "𬭚".encode("utf-16-be").hex().upper() == "D872DF5A"
    assert "100 beginbfchar" in cmap
    assert "52 beginbfchar" in cmap


def test_rare_characters_of_names_are_kept_in_the_embedded_fonts() -> None:
    for bold in (False, True):
        known = face(bold=bold).characters
        assert all(chr(code) in known for code in range(0x4E00, 0x9FD0)), "CJK unified ideographs"
        extension = [chr(code) for code in range(0x3400, 0x4DB6)]
        assert sum(char in known for char in extension) == len(extension), "extension A"


def test_fallback_takes_whole_words_and_leaves_the_others() -> None:
    runs = font_runs("ТОВ Їжак 公司")
    assert [(chosen.name, run) for chosen, run in runs] == [
        ("TradeSC", "ТОВ "),
        ("TradeSans", "Їжак"),
        ("TradeSC", " 公司"),
    ]


def test_a_missing_glyph_is_named_once_and_printed_as_a_box() -> None:
    assert missing_glyphs("a😀b😀🚢") == ["😀", "🚢"]
    assert font_runs("a😀") == [(face(), "a" + MISSING_MARK)]
    assert drawn([para("a😀b")])[0].startswith("a□b")


def test_invisible_marks_are_taken_out_and_accents_composed() -> None:
    assert printable("a\u200bb\x00c\ufeff\u202ed") == "abcd"
    assert printable("Ho\u0300a") == "Hòa"
    assert printable("one\r\ntwo\u2028three") == "one\ntwo\nthree"
    assert missing_glyphs("Ho\u0300a\u200b") == []


def test_width_counts_every_run_with_its_own_face() -> None:
    assert text_width("Їa", 10) == pytest.approx(face(fallback=True).width("Їa", 10))
    assert text_width("中文", 10) == 20
    digits = {text_width(digit, 10) for digit in "0123456789"}
    assert len(digits) == 1, "digits are tabular"


def test_every_font_in_the_file_says_its_widths_as_numbers() -> None:
    """A reader sets text by these: without them letters stand upon each other in all but the most lenient ones."""
    buffer = io.BytesIO()
    write_pdf([para("Garden lantern 花园太阳能灯 «Їжак»", BODY)], PageSetup(name="Test"), buffer)
    widths = re.findall(rb"/Widths (.{3,40})", buffer.getvalue())
    assert len(widths) >= 2
    assert all(re.match(rb"\[ (\d+ )+", found) for found in widths), widths


def test_licenses_lie_beside_the_fonts() -> None:
    for name in ("OFL-NotoSansSC.txt", "OFL-NotoSans.txt"):
        assert "SIL OPEN FONT LICENSE" in resource_path("fonts", name).read_text(encoding="utf-8").upper()
