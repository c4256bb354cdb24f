"""Incoterms, packing and amounts in words: domain.md sections 2.8, 9.2, 10.2 and 10.3."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecrm.core.incoterms import (
    COST_ITEMS,
    RULES,
    Bears,
    bearer,
    check_costs,
    check_incoterm,
    estimate_codes,
    insurance_clause,
)
from tradecrm.core.packing import Carton, carton_ranges, inches_to_cm, pack_line, packed_totals
from tradecrm.core.problems import Refusal
from tradecrm.core.rmb import check_date, read_rmb, rmb_capitals
from tradecrm.core.words import MinorStyle, amount_in_words, integer_words

D = Decimal


def test_the_table_of_2_8_is_whole() -> None:
    assert len(RULES) == 11
    assert all(len(item.bearers) == 11 for item in COST_ITEMS)
    assert len(COST_ITEMS) == 13
    assert bearer("main_carriage", "FOB") is Bears.BUYER
    assert bearer("main_carriage", "CFR") is Bears.SELLER
    assert bearer("insurance", "CIF") is Bears.SELLER
    assert bearer("insurance", "DAP") is Bears.NOBODY
    assert bearer("on_carriage", "CPT") is Bears.SELLER_IF_INSIDE
    assert bearer("unloading", "DPU") is Bears.SELLER
    assert bearer("pre_carriage", "FCA") is Bears.SELLER
    assert bearer("pre_carriage", "FCA", fca_at_premises=True) is Bears.BUYER
    assert [insurance_clause(rule) for rule in ("CIF", "CIP", "FOB")] == ["ICC C", "ICC A", ""]


@pytest.mark.parametrize(
    ("rule", "place", "mode", "fields"),
    [
        ("FOB", "Qingdao", "LCL", []),
        ("FOB", "Qingdao", "", []),
        ("FOB", " ", "LCL", ["incoterm_place"]),
        ("FOB", "Qingdao", "FCL", ["incoterm"]),
        ("CIF", "Rotterdam", "AIR", ["incoterm"]),
        ("FCA", "Qingdao", "FCL", []),
        ("CNF", "Rotterdam", "", ["incoterm"]),
    ],
)
def test_incoterm_checks(rule: str, place: str, mode: str, fields: list[str]) -> None:
    assert [problem.field for problem in check_incoterm(rule, place, mode)] == fields


def test_the_warning_names_what_to_use() -> None:
    assert "use CIP here" in check_incoterm("CIF", "Rotterdam", "FCL")[0].message


def test_costs_that_do_not_fit_the_rule() -> None:
    assert estimate_codes("FOB") == ("INL", "CUS", "PRT")
    assert estimate_codes("CIF") == ("INL", "CUS", "PRT", "FRT", "INS")
    assert "DES" in estimate_codes("DAP")
    assert [p.field for p in check_costs("FOB", ["INL", "CUS", "PRT", "FRT"])] == ["costs.FRT"]
    assert check_costs("FOB", ["INL", "CUS", "PRT", "FRT"], recharged=["FRT"]) == []
    assert [p.field for p in check_costs("CIF", ["INL", "CUS", "PRT", "FRT"])] == ["costs.INS"]


LANTERN = Carton(D(24), D(60), D(40), D(33), unit_net=D("0.62"), tare=D("1.1"))


def test_example_of_9_2() -> None:
    line = pack_line(D(1000), LANTERN)
    assert (line.cartons, line.last_pieces) == (42, D(16))
    assert (line.net_weight, line.gross_weight, line.volume) == (D("620.00"), D("666.20"), D("3.326"))


def test_full_carton_weight_shared_cartons_totals_and_numbers() -> None:
    known = Carton(D(10), D(10), D(10), D(10), unit_net=D(1), gross=D(12))
    assert pack_line(D(25), known).gross_weight == D("36.00")
    assert pack_line(D(25), known, share_partial=True).gross_weight == D("30.00")
    mixed = pack_line(D(5), LANTERN, shared_carton=True)
    assert (mixed.cartons, mixed.volume, mixed.gross_weight) == (0, D(0), D("3.10"))
    whole = packed_totals([pack_line(D(1000), LANTERN), mixed])
    assert (whole.cartons, whole.net_weight, whole.volume) == (42, D("623.10"), D("3.326"))
    assert carton_ranges([42, 0, 1, 3]) == ("1-42", "", "43", "44-46")
    assert inches_to_cm(D(10)) == D("25.4")
    with pytest.raises(Refusal, match="one carton"):
        pack_line(D(1), Carton(D(0)))
    assert pack_line(D(0), LANTERN).cartons == 0


@pytest.mark.parametrize(
    ("currency", "amount", "words"),
    [
        ("USD", "19740.00", "US DOLLARS NINETEEN THOUSAND SEVEN HUNDRED AND FORTY"),
        ("USD", "70012.30", "US DOLLARS SEVENTY THOUSAND AND TWELVE AND CENTS THIRTY"),
        ("EUR", "208016.09", "EUROS TWO HUNDRED AND EIGHT THOUSAND AND SIXTEEN AND CENTS NINE"),
        ("USD", "1000100.00", "US DOLLARS ONE MILLION ONE HUNDRED"),
        ("JPY", "850000", "JAPANESE YEN EIGHT HUNDRED AND FIFTY THOUSAND"),
        ("KWD", "4003.050", "KUWAITI DINARS FOUR THOUSAND AND THREE AND FILS FIFTY"),
        ("GBP", "40.01", "POUNDS STERLING FORTY AND PENCE ONE"),
        ("USD", "1012000", "US DOLLARS ONE MILLION TWELVE THOUSAND"),
        ("USD", "1", "US DOLLARS ONE"),
        ("USD", "0.05", "US DOLLARS ZERO AND CENTS FIVE"),
        ("USD", "-42.50", "US DOLLARS FORTY-TWO AND CENTS FIFTY"),
        ("USD", "0.995", "US DOLLARS ONE"),
        ("XAU", "2.5", "XAU TWO AND MINOR UNITS FIFTY"),
    ],
)
def test_words_of_10_2(currency: str, amount: str, words: str) -> None:
    assert amount_in_words(D(amount), currency) == f"SAY {words} ONLY"


def test_styles_of_the_minor_part() -> None:
    assert amount_in_words(D("5.10"), "USD", MinorStyle.FRACTION) == "SAY US DOLLARS FIVE AND 10/100 ONLY"
    assert (
        amount_in_words(D("5.10"), "USD", MinorStyle.POINT) == "SAY US DOLLARS FIVE AND POINT ONE ZERO ONLY"
    )


def _read_english(words: str) -> int:
    small = {integer_words(n): n for n in range(100)}
    groups = {"THOUSAND": 10**3, "MILLION": 10**6, "BILLION": 10**9, "TRILLION": 10**12}
    total = group = 0
    for word in words.split():
        if word == "HUNDRED":
            group *= 100
        elif word in groups:
            total, group = total + group * groups[word], 0
        elif word != "AND":
            group += small[word]
    return total + group


@given(st.integers(0, 10**15 - 1))
def test_english_words_read_back(number: int) -> None:
    assert _read_english(integer_words(number)) == number


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("83620.00", "捌万叁仟陆佰贰拾元整"),
        ("20406.70", "贰万零肆佰零陆元柒角整"),
        ("5003.09", "伍仟零叁元零玖分"),
        ("300.50", "叁佰元零伍角整"),
        ("140000.80", "壹拾肆万元零捌角整"),
        ("608010.00", "陆拾万捌仟零壹拾元整"),
        ("90000000.06", "玖仟万元零陆分"),
        ("700020000.00", "柒亿零贰万元整"),
        ("15.00", "壹拾伍元整"),
        ("0.08", "捌分"),
        ("0", "零元整"),
        ("-3.2", "负叁元贰角整"),
        ("1000000000000", "壹万亿元整"),
        ("1200000000000.00", "壹万贰仟亿元整"),
        ("1000000010000", "壹万亿零壹万元整"),
    ],
)
def test_capitals_of_10_3(amount: str, capitals: str) -> None:
    assert rmb_capitals(D(amount)) == f"人民币{capitals}"
    assert read_rmb(rmb_capitals(D(amount))) == D(amount)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("陆拾万零捌仟零壹拾元整", "608010"),
        ("叁佰元伍角", "300.50"),
        ("人民币壹拾伍圆整", "15"),
    ],
)
def test_other_legal_forms_are_read(text: str, amount: str) -> None:
    assert read_rmb(text) == D(amount)


@pytest.mark.parametrize(
    "text", ["", "人民币", "整", "拾元整", "壹贰元整", "壹拾壹佰元", "十五元", "壹万贰万元"]
)
def test_wrong_capitals_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="Chinese capitals"):
        read_rmb(text)


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_capitals_read_back(cents: int) -> None:
    amount = D(cents).scaleb(-2)
    capitals = rmb_capitals(amount)
    assert read_rmb(capitals) == amount
    assert "零零" not in capitals


def test_capitals_have_a_limit() -> None:
    with pytest.raises(Refusal, match="too large"):
        rmb_capitals(D(10) ** 16)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2027, 12, 3), "贰零贰柒年壹拾贰月零叁日"),
        (date(2026, 1, 10), "贰零贰陆年零壹月零壹拾日"),
        (date(2026, 10, 20), "贰零贰陆年零壹拾月零贰拾日"),
        (date(2026, 5, 15), "贰零贰陆年伍月壹拾伍日"),
        (date(2026, 2, 28), "贰零贰陆年零贰月贰拾捌日"),
        (date(2026, 11, 30), "贰零贰陆年壹拾壹月零叁拾日"),
    ],
)
def test_check_dates_of_10_3(day: date, text: str) -> None:
    assert check_date(day) == text
