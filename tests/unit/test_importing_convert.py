"""Cells become values by the kind of their field, exactly; what a column leaves open is asked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tradecrm.core.fields import FieldKind
from tradecrm.importing.convert import (
    ColumnStyle,
    Converted,
    Question,
    column_reader,
    convert_cell,
    parse_number,
    split_cell,
    study_column,
)
from tradecrm.importing.frames import CellValue


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("US$ 1,234,567", "1234567"),
        ("￥１，２３４．５", "1234.5"),
        ("RMB 12", "12"),
        ("12 USD", "12"),
        ("€12,5", "12.5"),
        ("(1,234.00)", "-1234.00"),
        ("-12.50", "-12.50"),
        ("−7", "-7"),
        ("12.5-", "-12.5"),
        ("1 234 567", "1234567"),
        ("12'345.00", "12345.00"),
        ("12.5kg", "12.5"),
        ("0.045 CBM", "0.045"),
        ("100元", "100"),
        ("1.5E3", "1500"),
    ],
)
def test_numbers_as_typed(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["abc", "1,23,4.5", "1.2.3", "12-5", "", "$", "1,234.5.6", "五", "NaN", "1e99999"]
)
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026/5/1", "2026-05-01"),
        ("2026-05-01", "2026-05-01"),
        ("2026.5.1", "2026-05-01"),
        ("2026年5月1日", "2026-05-01"),
        ("２０２６年５月１日", "2026-05-01"),
        ("1-May-2026", "2026-05-01"),
        ("1 May 26", "2026-05-01"),
        ("May 1, 2026", "2026-05-01"),
        ("20260501", "2026-05-01"),
        ("31/12/2026", "2026-12-31"),
        ("12/31/2026", "2026-12-31"),
        ("2026-05-01 13:45:00", "2026-05-01"),
        ("05/05/2026", "2026-05-05"),
    ],
)
def test_days_as_typed(text: str, day: str) -> None:
    assert convert_cell(text, FieldKind.DATE).value == dt.date.fromisoformat(day)


def test_an_ambiguous_day_is_asked_about_never_guessed() -> None:
    assert convert_cell("03/04/2026", FieldKind.DATE).value is None
    style, question = study_column(["03/04/2026", "05/06/2026"], FieldKind.DATE)
    assert question is not None
    assert (style.day_order, question.question, question.options) == ("", Question.DAY_ORDER, ("dmy", "mdy"))
    assert "03/04/2026" in question.sentence
    assert convert_cell("03/04/2026", FieldKind.DATE, ColumnStyle("mdy")).value == dt.date(2026, 3, 4)
    assert convert_cell("03/04/2026", FieldKind.DATE, ColumnStyle("dmy")).value == dt.date(2026, 4, 3)


def test_another_cell_of_the_column_settles_the_order() -> None:
    style, question = study_column(["03/04/2026", "25/12/2025"], FieldKind.DATE)
    assert (style.day_order, question) == ("dmy", None)
    _style, both = study_column(["03/04/2026", "25/12/2025", "12/25/2025"], FieldKind.DATE)
    assert both is not None


@pytest.mark.parametrize(
    ("value", "style", "fraction"),
    [
        ("13%", "", "0.13"),
        ("１３％", "", "0.13"),
        (Decimal("0.13"), "fraction", "0.13"),
        (Decimal(13), "points", "0.13"),
        ("0.5%", "", "0.005"),
    ],
)
def test_percentages(value: CellValue, style: str, fraction: str) -> None:
    assert convert_cell(value, FieldKind.PERCENT, ColumnStyle(percent=style)).value == Decimal(fraction)


def test_percentages_of_both_styles_are_asked_about() -> None:
    assert study_column([Decimal(13), Decimal(9)], FieldKind.PERCENT)[0].percent == "points"
    assert study_column([Decimal("0.13"), Decimal("0.09")], FieldKind.PERCENT)[0].percent == "fraction"
    assert study_column([Decimal("0.5"), Decimal(13)], FieldKind.PERCENT)[1] is not None


def test_marks_of_a_column() -> None:
    comma, question = study_column(["1.234", "5,5"], FieldKind.MONEY)
    assert (comma.decimal_mark, question) == (",", None)
    assert convert_cell("1.234", FieldKind.MONEY, comma).value == Decimal(1234)
    assert study_column(["1,234", "2.345"], FieldKind.MONEY)[1] is not None


def test_numbers_keep_what_the_book_keeps() -> None:
    assert convert_cell(Decimal("0.333333333333333"), FieldKind.PRICE).value == Decimal("0.333333")
    assert "more than 6 decimals" in convert_cell("0.1234567", FieldKind.PRICE).problem
    assert "too large" in convert_cell(Decimal("1e20"), FieldKind.MONEY).problem
    assert "more than 0 decimals" in convert_cell(Decimal("1.5"), FieldKind.INTEGER).problem
    assert convert_cell(Decimal("100.0"), FieldKind.INTEGER).value == 100


@pytest.mark.parametrize("text", ["Germany", "德国", "DE", "deu", "Deutschland", "GERMANY "])
def test_countries(text: str) -> None:
    assert convert_cell(text, FieldKind.COUNTRY).value == "DE"
    assert "Atlantis" in convert_cell("Atlantis", FieldKind.COUNTRY).problem


@pytest.mark.parametrize(
    ("text", "code"), [("臺灣", "TW"), ("韓國", "KR"), ("羅馬尼亞", "RO"), ("緬甸", "MM")]
)
def test_countries_in_traditional_characters(text: str, code: str) -> None:
    assert convert_cell(text, FieldKind.COUNTRY).value == code


@pytest.mark.parametrize(
    ("text", "code"), [("usd", "USD"), ("US$", "USD"), ("美元", "USD"), ("€", "EUR"), ("人民币", "CNY")]
)
def test_currencies(text: str, code: str) -> None:
    assert convert_cell(text, FieldKind.CURRENCY).value == code
    assert convert_cell("$", FieldKind.CURRENCY).problem


def test_addresses_and_phones() -> None:
    several = convert_cell("Ann <a@k.de>; b@k.de、c@k.de", FieldKind.EMAIL)
    assert (several.value, several.more) == ("a@k.de", ("b@k.de", "c@k.de"))
    assert "a@b" in convert_cell("a@b", FieldKind.EMAIL).problem
    assert convert_cell("+49 (40) 123-45", FieldKind.PHONE).value == "+49 (40) 123-45"
    assert convert_cell(Decimal(8613800138000), FieldKind.PHONE).value == "8613800138000"
    assert convert_cell("www.kern.de/x", FieldKind.URL).value == "www.kern.de/x"
    assert convert_cell("no site", FieldKind.URL).problem


@pytest.mark.parametrize("value", [None, "", " ", "-", "N/A", "无"])
def test_blanks_are_no_value_and_no_problem(value: CellValue) -> None:
    found = convert_cell(value, FieldKind.MONEY)
    assert (found.value, found.problem) == (None, "")


@pytest.mark.parametrize("value", ["4.47912E+11", Decimal(355812345678901000)])
@pytest.mark.parametrize("kind", [FieldKind.PHONE, FieldKind.CODE])
def test_a_number_that_the_spreadsheet_shortened_is_no_number_of_anybody(
    value: CellValue, kind: FieldKind
) -> None:
    for found in (convert_cell(value, kind), column_reader(kind)(value)):
        assert isinstance(found, Converted)
        assert "has lost its last digits" in found.problem
    assert convert_cell("5E10-A", FieldKind.CODE).value == "5E10-A"
    assert convert_cell("355812345678901000", FieldKind.CODE).value == "355812345678901000"
    assert convert_cell(Decimal(13800138000), FieldKind.PHONE).value == "13800138000"


def test_full_width_letters_are_read_as_everybody_writes_them() -> None:
    assert convert_cell("ＡＢＣ　Ｃｏ．，Ｌｔｄ", FieldKind.TEXT).value == "ABC Co.,Ltd"
    assert convert_cell("深圳（宏达）ＬＥＤ厂", FieldKind.TEXT).value == "深圳（宏达）LED厂"
    assert column_reader(FieldKind.TEXT)("ＫＥＲＮ") == "KERN"
    assert convert_cell("＋１（２１２）５５５", FieldKind.PHONE).value == "+1(212)555"


def test_an_email_with_a_space_beside_its_sign() -> None:
    assert convert_cell(" nam @dainam.vn", FieldKind.EMAIL).value == "nam@dainam.vn"
    found = convert_cell("mailto:a@kern.de；b＠ kern.de.", FieldKind.EMAIL)
    assert (found.value, found.more) == ("a@kern.de", ("b@kern.de",))


def test_several_names_stand_in_one_cell() -> None:
    assert split_cell("Anna Müller、Jens Koch\n Tom ;-").more == ("Jens Koch", "Tom")
    assert split_cell("Silva, João").value == "Silva, João"
    assert split_cell(" - ").value is None


def test_rare_characters_stay() -> None:
    for text in ("堃 㛃 𬭚", "Nguyễn", "Їжак Єва Ґанок", "İğdır", "<b>&\"'"):
        assert convert_cell(text, FieldKind.TEXT).value == text


@pytest.mark.parametrize("kind", list(FieldKind))
@pytest.mark.parametrize(
    "cell",
    [" two  words\n", "-", "N/A ", "a@b.com; c@d.com", "2026-05-01", "12.50", Decimal("7.10"), True, ""],
)
def test_the_reader_of_a_column_answers_what_the_cell_alone_would(kind: FieldKind, cell: CellValue) -> None:
    alone, found = convert_cell(cell, kind), column_reader(kind)(cell)
    if isinstance(found, Converted):
        assert found == alone
        assert found.problem or found.more
    else:
        assert Converted(found) == alone
