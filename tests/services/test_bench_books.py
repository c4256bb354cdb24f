"""The books of the benchmarks are sound, and are what the services would have written."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.books import make_book, number_terms, opened
from bench.story import Size
from bench.twins import compare_twins, random_figures
from tradecrm.services.data.check import check_book
from tradecrm.services.data.terms import document_terms
from tradecrm.storage.engines import connect

MINI = Size(120, 500, 750, 300)


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "mini.tcrm"
    make_book(path, MINI)
    return path


def test_a_bulk_book_is_sound(mini: Path) -> None:
    book = opened(mini)
    faults = check_book(book.store.reader)
    book.close()
    assert [fault.sentence for fault in faults] == []


def test_a_bulk_book_holds_the_mix_it_is_made_for(mini: Path) -> None:
    connection = connect(mini)

    def count(query: str) -> int:
        return int(connection.execute(query).fetchone()[0])

    try:
        assert count("SELECT count(*) FROM item WHERE kind = 'INV'") == MINI.invoices
        assert count("SELECT count(DISTINCT currency) FROM item") == 5
        for condition in (
            "kind = 'INV' AND open_amount = amount",
            "kind = 'INV' AND open_amount NOT IN (0, amount)",
            "kind = 'INV' AND open_amount = 0 AND substr(settled_on, 1, 4) > substr(day, 1, 4)",
            "kind = 'RCT' AND open_amount <> 0",
        ):
            assert count(f"SELECT count(*) FROM item WHERE {condition}") > 0, condition
        assert count("SELECT count(*) FROM instalment WHERE position = 2") > 100
        assert count("SELECT count(*) FROM allocation WHERE fx <> 0") > 100
    finally:
        connection.close()


def test_told_in_bulk_and_through_the_services_the_story_gives_the_same_figures(tmp_path: Path) -> None:
    assert compare_twins(tmp_path, Size(20, 50, 75, 20), count=400) == []


def test_random_figures_notice_another_story(tmp_path: Path, mini: Path) -> None:
    path = tmp_path / "other.tcrm"
    make_book(path, MINI, seed=2)
    answers = []
    for each in (mini, path):
        book = opened(each)
        answers.append(book.seat().ask(random_figures, MINI, 100))
        book.close()
    assert sum(one != other for one, other in zip(*answers, strict=True)) > 50


@pytest.mark.parametrize("digits", ["0001", "2606", "9999", "10000", "123456"])
def test_terms_of_numbers_are_those_of_the_program(digits: str) -> None:
    for prefix in ("ci", "rc"):
        assert number_terms(prefix, "2606", digits) == document_terms((f"{prefix}-2606-{digits}".upper(),))
