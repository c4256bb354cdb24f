"""Columns are told by their English and Chinese names and by their cells; what is ambiguous is asked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tradecrm.importing.columns import guess_columns, import_kinds, normalize_header, score_header
from tradecrm.importing.frames import CellValue
from tradecrm.importing.header import find_header
from tradecrm.importing.sheets import Area, Sheet
from tradecrm.importing.titles import TITLES


def guess(headers: list[str], *rows: list[str], kind: str = "customers") -> dict[int, str]:
    columns = [[row[at] for row in rows] for at in range(len(headers))]
    return dict(guess_columns(kind, headers, columns).mapping)


@pytest.mark.parametrize(
    "kind",
    [
        "customers",
        "products",
        "rates",
        "accounts",
        "open_receivables",
        "open_payables",
    ],
)
def test_at_least_thirty_styles_of_each_language(kind: str) -> None:
    spellings = [one for field in import_kinds()[kind].fields for one in field.spellings]
    chinese = {one for one in spellings if any("\u4e00" <= letter <= "\u9fff" for letter in one)}
    assert len(chinese) >= 30
    assert len({normalize_header(one) for one in spellings if one not in chinese}) >= 30
    assert TITLES[kind].keys() == {field.key for field in import_kinds()[kind].fields}


def test_thirty_styles_of_the_company_name_itself() -> None:
    spellings = import_kinds()["customers"].field("name").spellings
    assert sum(1 for one in spellings if one.isascii()) >= 30
    assert sum(1 for one in spellings if not one.isascii()) >= 30


@pytest.mark.parametrize(
    "kind",
    [
        "customers",
        "products",
        "rates",
        "accounts",
        "open_receivables",
        "open_payables",
    ],
)
def test_no_spelling_stands_under_two_fields(kind: str) -> None:
    owners: dict[str, set[str]] = {}
    for field in import_kinds()[kind].fields:
        for spelling in field.spellings[2:]:
            owners.setdefault(normalize_header(spelling), set()).add(field.key)
    assert {key: value for key, value in owners.items() if len(value) > 1} == {}


def test_english_and_chinese_headers() -> None:
    english = ["Company Name", "Ctry", "Tel.", "Mob.", "Contact Person", "E-mail", "Web Site", "Remarks"]
    keys = ["name", "country", "phone", "contact_phone", "contact_name", "email", "website", "remark"]
    assert guess(english) == dict(enumerate(keys))
    chinese = ["客户名称", "国家/地区", "电话", "手机", "联系人", "邮箱", "公司网址", "备注"]
    assert guess(chinese) == dict(enumerate(keys))


def test_headers_in_traditional_characters() -> None:
    """As a buyer's sheet from Hong Kong or Taiwan has them."""
    assert guess(["客戶名稱", "國家", "聯繫人", "電話", "備註"]) == guess(
        ["客户名称", "国家", "联系人", "电话", "备注"]
    )


def test_decorated_bilingual_and_mistyped_headers() -> None:
    headers = ["*客户名称 Company Name", "国家(Country)", "Contct Person", "ＴＥＬ：", "Website (optional)"]
    assert guess(headers) == dict(enumerate(["name", "country", "contact_name", "phone", "website"]))


def test_two_columns_of_one_name_are_asked_about() -> None:
    found = guess_columns("customers", ["Company", "Phone", "Phone"], [["Kern"], ["1"], ["2"]])
    assert dict(found.mapping) == {0: "name"}
    assert [one.column for one in found.ambiguities] == [1, 2]
    assert all("Company phone" in one.question for one in found.ambiguities)


def test_an_exact_name_wins_over_a_likeness() -> None:
    found = guess_columns("customers", ["Contact Person", "Contact Persn"], [["A"], ["B"]])
    assert dict(found.mapping) == {0: "contact_name"}
    assert [one.column for one in found.ambiguities] == [1]


def test_cells_speak_where_headers_are_silent() -> None:
    cells = ["Germany", "France", "意大利", "US"]
    assert guess(["Company", ""], *(["Kern", cell] for cell in cells)) == {0: "name", 1: "country"}
    found = guess_columns("customers", ["Company", ""], [["a"] * 3, ["a@b.de", "c@d.com", "e@f.org"]])
    assert found.ambiguities[0].candidates == ("email", "contact_email")


def test_cells_that_contradict_the_header_are_asked_about() -> None:
    found = guess_columns("customers", ["Company", "Contact"], [["a"] * 3, ["a@b.de", "c@d.com", "e@f.org"]])
    assert found.ambiguities[0].column == 1
    assert {"contact_name", "email"} <= set(found.ambiguities[0].candidates)


def test_unknown_and_missing_are_told() -> None:
    found = guess_columns("customers", ["Zodiac sign", "Country"], [["x"], ["Germany"]])
    assert found.unknown == (0,)
    assert found.missing == ("name",)
    assert score_header("customers", "Zodiac sign") == {}


def test_header_under_title_rows() -> None:
    rows: list[list[CellValue]] = [
        ["Customer list 2026"],
        ["printed", None, "2026-05-01"],
        ["公司", "国家", "电话"],
        ["Kern", "德国", "1"],
    ]
    sheet = Sheet("S", rows, [1, 2, 4, 5])
    header = find_header("customers", sheet)
    assert (header.row, header.first, header.names) == (2, 3, ("公司", "国家", "电话"))


def test_merged_groups_over_a_second_row() -> None:
    sheet = Sheet(
        "S",
        [
            ["Company", "Country", "Contact", None],
            [None, None, "Name", "Email"],
            ["Kern", "DE", "Ann", "a@k.de"],
        ],
        [1, 2, 3],
        merged=(Area(1, 2, 1, 3), Area(1, 0, 2, 0), Area(1, 1, 2, 1)),
    )
    header = find_header("customers", sheet)
    assert header.first == 2
    assert header.names == ("Company", "Country", "Contact Name", "Contact Email")
    assert guess(list(header.names)) == dict(enumerate(["name", "country", "contact_name", "contact_email"]))


def test_groups_that_say_nothing_leave_the_name_to_the_column() -> None:
    """As Chinese lists are drawn: a title, two rows of header, a sum and a signature at the foot."""
    sheet = Sheet(
        "客户",
        [
            ["宁波海悦客户名单", None, None, None],
            ["基本信息", None, "联系", None],
            ["客户名称", "国家", "联系人", "邮箱"],
            ["Kern", "德国", "Ann", "a@k.de"],
        ],
        [1, 3, 4, 5],
        merged=(Area(1, 0, 1, 3), Area(3, 0, 3, 1), Area(3, 2, 3, 3)),
    )
    header = find_header("customers", sheet)
    assert header.names == ("客户名称", "国家", "联系人", "联系 邮箱")
    assert guess(list(header.names)) == dict(enumerate(["name", "country", "contact_name", "contact_email"]))


def test_repeated_headers_and_sheets_without_one() -> None:
    repeated = find_header(
        "customers", Sheet("S", [["Company", "Phone", "Phone"], ["Kern", "1", "2"]], [1, 2])
    )
    assert repeated.repeated == (1, 2)
    bare = find_header(
        "customers", Sheet("S", [["Kern", "a@k.de", Decimal(3)], ["Foo", "b@f.fr", Decimal(4)]], [1, 2])
    )
    assert (bare.row, bare.first, bare.shown(1)) == (None, 0, "Column B")


def test_groups_of_reach_leave_the_name_to_the_column() -> None:
    sheet = Sheet(
        "S",
        [["客户名称", "地址", None], [None, "城市", "详细地址"], ["Kern", "Kiel", "Hafen 1"]],
        [1, 2, 3],
        merged=(Area(1, 1, 1, 2), Area(1, 0, 2, 0)),
    )
    header = find_header("customers", sheet)
    assert guess(list(header.names)) == dict(enumerate(["name", "city", "address"]))
