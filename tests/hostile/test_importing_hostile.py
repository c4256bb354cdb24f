"""Hostile and damaged spreadsheets end in a sentence or in rows, never in a crash (safekeeping.md section 2)."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.hostile_files import EITHER, GOOD_ROWS, READ, REFUSED, sheet_xml, write_xlsx
from tradecrm.importing.limits import Limits
from tradecrm.importing.reader import read_workbook
from tradecrm.importing.refusals import ImportRefused, Reason

LIMITS = Limits()


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    build, reasons = REFUSED[name]
    path = tmp_path / "customers.xls"
    build(path)
    with pytest.raises(ImportRefused) as caught:
        read_workbook(path, limits=LIMITS)
    assert caught.value.reason.value in reasons
    (problem,) = caught.value.problems
    assert problem.message.startswith("customers.xls ")
    assert problem.message.endswith(".")


@pytest.mark.parametrize("name", READ)
def test_read_whole_all_the_same(name: str, tmp_path: Path) -> None:
    build, rows = READ[name]
    path = tmp_path / "customers.xls"
    build(path)
    book = read_workbook(path, limits=LIMITS)
    (sheet,) = book.sheets
    assert len(sheet.rows) == rows
    assert sheet.rows[0][:2] in (["Company Name", "Country"], ["公司名称", "国家"])


def test_whole_columns_that_were_colored_are_passed_over(tmp_path: Path) -> None:
    """Someone colors a column: a million rows hold a style and no value. The patient reader took half a minute."""
    path = tmp_path / "colored.xlsx"
    colored = "".join(f'<row r="{row}"><c r="C{row}" s="1"/></row>' for row in range(930_000, 1_048_577))
    write_xlsx(path, sheet_xml(GOOD_ROWS + colored))
    book = read_workbook(path, limits=LIMITS)
    assert [len(sheet.rows) for sheet in book.sheets] == [3]
    assert book.warnings == ()


@pytest.mark.parametrize("name", EITHER)
def test_damage_stays_in_the_child(name: str, tmp_path: Path) -> None:
    path = tmp_path / "customers.xlsx"
    EITHER[name](path)
    assert _outcome(path) in {
        "read",
        "no_sheet",
        "damaged",
        "crashed",
        "lying_counts",
        "too_much_memory",
        "too_slow",
    }


def _outcome(path: Path) -> str:
    try:
        book = read_workbook(path, limits=LIMITS)
    except ImportRefused as refused:
        return refused.reason.value
    return "read" if any(sheet.rows for sheet in book.sheets) else "nothing"


def test_the_reasons_are_a_fixed_list_of_sentences() -> None:
    from tradecrm.importing.refusals import SENTENCES

    assert set(SENTENCES) == set(Reason)
    assert all("{file}" in sentence and sentence.endswith(".") for sentence in SENTENCES.values())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the address space is limited on Linux")
def test_memory_of_the_child_is_limited() -> None:
    """What the child may use lies under 300 MB, whatever a parser asks for (safekeeping.md section 5)."""
    assert LIMITS.memory < 300 * 1024 * 1024
    code = (
        "from tradecrm.importing.limits import Limits, limit_self\n"
        "limit_self(Limits().memory, 5)\n"
        "held = bytearray(100_000_000)\n"
        "try:\n    more = bytearray(250_000_000)\nexcept MemoryError:\n    raise SystemExit(7)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 7


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processor time is limited on Linux")
def test_time_of_the_child_is_limited() -> None:
    code = (
        "from tradecrm.importing.limits import limit_self\n"
        "limit_self(280_000_000, 0)\n"
        "while True:\n    pass\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False).returncode
    assert ended == -signal.SIGXCPU


def test_large_honest_files_get_more() -> None:
    megabyte = 1024 * 1024
    assert LIMITS.seconds_for(LIMITS.small) == 10
    assert LIMITS.seconds_for(LIMITS.small + 60 * megabyte) == 70
    assert LIMITS.memory_for(LIMITS.small) == LIMITS.memory
    assert LIMITS.memory_for(4_000 * megabyte) == LIMITS.most_memory
