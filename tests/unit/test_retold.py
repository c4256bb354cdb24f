"""Sentences that were kept in one language are told in that of whoever reads them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tradecrm.core.retold import retold
from tradecrm.core.text import _, current_language, use_language
from tradecrm.services.kept_words import COSTS, MEMOS, REASONS, cost_words, memo_words, reason_words

PARTS = {"day": "2026-03-31", "number": "CN-2603-0001", "reason": "cartons\nwet", "percent": "1.5"}


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    """Let the language be what it was when the test ends."""
    before = current_language()
    yield
    use_language(before)


def kept(sentences: tuple[str, ...]) -> list[str]:
    """Answer the sentences as they are written in the language in use."""
    return [_(each).format(**PARTS) for each in sentences]


@pytest.mark.parametrize("sentences", [MEMOS, COSTS, REASONS])
def test_whatever_services_write_is_read_in_either_language(sentences: tuple[str, ...]) -> None:
    use_language("en")
    english = kept(sentences)
    use_language("zh_CN")
    chinese = kept(sentences)
    assert not set(english) & set(chinese)
    assert [retold(each, sentences) for each in english] == chinese
    assert [retold(each, sentences) for each in chinese] == chinese
    use_language("en")
    assert [retold(each, sentences) for each in chinese] == english


def test_what_a_person_typed_stays_as_typed() -> None:
    use_language("zh_CN")
    for typed in ("", "Note", "Samples", "CI-2603-0001", "Commission", "客户要求", "Goods returned"):
        assert memo_words(typed) == cost_words(typed) == reason_words(typed) == typed
    assert reason_words("Goods returned RT-1: Note CN-1 {number}") == "退运 RT-1：Note CN-1 {number}"


def test_texts_of_the_whole_program_are_found_without_a_list() -> None:
    use_language("zh_CN")
    assert retold("No rule asks for approval.") == "没有规则要求审批。"
    assert retold("CI-1 is given up as bad debt.") == "CI-1 作坏账处理。"
    assert retold("Nobody ever wrote this sentence.") == "Nobody ever wrote this sentence."
    use_language("en")
    assert retold("没有规则要求审批。") == "No rule asks for approval."
