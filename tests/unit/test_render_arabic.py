"""Arabic names on papers: in reading order, joined, and copied out as they were typed (architecture section 8)."""

from __future__ import annotations

import pytest

from tests.unit.render_samples import drawn
from tradecrm.render.pdf.arabic import reordered
from tradecrm.render.pdf.fonts import arabic_face, font_runs, missing_glyphs, text_width
from tradecrm.render.pdf.text import para

NAME = "شركة النور للتجارة"


@pytest.mark.parametrize("text", [NAME, "محمد الأحمد", "مُحَمَّد"])
def test_a_name_is_copied_as_it_was_typed(text: str) -> None:
    copied = drawn([para(text)])[0]
    assert sorted(set(text) - {" "}) == sorted(set(copied) & set(text) - {" "})


def test_whole_words_are_found_again_in_the_file() -> None:
    copied = drawn([para(f"Al-Noor {NAME}, Dubai")])[0]
    assert all(word in copied for word in NAME.split())
    assert "Noor" in copied


def test_words_stand_from_right_to_left_and_numbers_are_not_turned() -> None:
    assert reordered("نور 2026") == "2026 رون"
    assert reordered("Al-Noor نور Co.") == "Al-Noor رون Co."
    assert reordered("نور (2026) دبي") == "يبد (2026) رون"


@pytest.mark.parametrize("after", ["", " Al-Noor Co."])
def test_brackets_around_arabic_stay_with_its_words_at_the_end_and_before_latin(after: str) -> None:
    assert reordered(f"نور (دبي){after}") == f"(يبد) رون{after}"
    assert reordered(f"Al-Noor (دبي){after}") == f"Al-Noor (يبد){after}"


def test_a_character_newer_than_the_tables_of_its_way_is_kept_beside_arabic() -> None:
    """Nobody has heard of U+16F88 yet: it runs from left to right, and no paper fails for it."""
    strange = "\U00016f88"
    assert reordered(f"\u0600{strange}") == f"\u0600{strange}"
    assert reordered(f"A {strange} نور") == f"A {strange} رون"
    # Nor is a private character of the text taken for its stand-in.
    assert reordered(f"{strange} \U000f0000 نور") == f"{strange} \U000f0000 رون"


def test_letters_join_so_a_word_is_narrower_than_its_letters_apart() -> None:
    face = arabic_face()
    joined = face.width("نور"[::-1], 10)
    assert joined != sum(face.width(letter, 10) for letter in "نور")
    assert text_width("نور", 10) == pytest.approx(joined)


def test_lam_and_alef_become_one_glyph() -> None:
    assert len(arabic_face().glyphs("لا"[::-1])) == 1


def test_latin_and_chinese_beside_arabic_keep_their_faces() -> None:
    names = [chosen.name for chosen, _run in font_runs("Noor نور 中文")]
    assert names == ["TradeSC", "TradeArabic-Regular", "TradeSC"]


def test_no_warning_for_arabic_and_one_for_a_script_that_no_font_has() -> None:
    assert missing_glyphs(f"{NAME} ٢٠٢٦") == []
    assert missing_glyphs("שלום") == list("שלום")


def test_a_paper_without_arabic_never_loads_the_arabic_face() -> None:
    assert [chosen.name for chosen, _run in font_runs("Veld B.V. 中文")] == ["TradeSC"]
