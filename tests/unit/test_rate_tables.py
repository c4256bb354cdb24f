"""Rates out of pasted tables and files of the European Central Bank (domain.md section 0, quotes)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.importing.ecb import MOST_BYTES, read_ecb
from tradecrm.importing.rate_tables import Reading, read_rates

DAY = date(2026, 5, 29)
MID = Reading(RateType.MID, DAY)
BANK = """货币名称\t现汇买入价\t现钞买入价\t现汇卖出价\t现钞卖出价\t中行折算价\t发布日期\t发布时间
美元\t706.12\t700.38\t708.95\t708.95\t707.61\t2026/05/29 10:30:00\t10:30:00
日元\t4.6871\t\t4.7215\t4.7215\t4.7010\t2026/05/29 10:30:00\t10:30:00
"""
ECB = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<Cube><Cube time="2026-05-29"><Cube currency="USD" rate="1.1650"/><Cube currency="CNY" rate="8.2345"/>
<Cube currency="JPY" rate="182.10"/></Cube>
<Cube time="2026-05-28"><Cube currency="USD" rate="1.1600"/></Cube></Cube></gesmes:Envelope>
"""


def read(text: str, reading: Reading = MID) -> list[tuple[str, str, str]]:
    return [
        (each.kind.value, each.currency, f"{each.rate.normalize():f}")
        for each in read_rates(text, reading).rates
    ]


def test_a_banks_page_is_quoted_for_one_hundred() -> None:
    table = read_rates(BANK, MID)
    assert [(each.kind.value, each.currency, each.rate) for each in table.rates] == [
        ("BUY", "USD", Decimal("7.0612")),
        ("SELL", "USD", Decimal("7.0895")),
        ("MID", "USD", Decimal("7.0761")),
        ("BUY", "JPY", Decimal("0.046871")),
        ("SELL", "JPY", Decimal("0.047215")),
        ("MID", "JPY", Decimal("0.047010")),
    ]
    assert {each.day for each in table.rates} == {DAY}
    assert table.rates[0].quote == "706.12/100"


@pytest.mark.parametrize(
    ("text", "reading", "found"),
    [
        ("USD 7.06\nEUR 8.2\n", MID, [("MID", "USD", "7.06"), ("MID", "EUR", "8.2")]),
        ("USD/CNY 7.0612\n100JPY/CNY 4.7115\nCNY/MYR 0.64", MID,
         [("MID", "USD", "7.0612"), ("MID", "JPY", "0.047115"), ("MID", "MYR", "1.5625")]),
        ("日期\t美元\t欧元\n2026-05-28\t706.5\t812.1", Reading(RateType.MID, DAY, per=100),
         [("MID", "USD", "7.065"), ("MID", "EUR", "8.121")]),
        ("USD 0.1416", Reading(RateType.CUSTOMS, DAY, reciprocal=True), [("CUSTOMS", "USD", "7.0621468927")]),
        ("USD 7.06\nUSD 7.07", MID, [("MID", "USD", "7.07")]),
    ],
)  # fmt: skip
def test_other_tables(text: str, reading: Reading, found: list[tuple[str, str, str]]) -> None:
    assert read(text, reading) == found


@pytest.mark.parametrize("text", ["", "hello", "CNY 1", "USD zero", "USD 0", "7.06"])
def test_a_text_without_rates_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refusal, match="No rates were found"):
        read_rates(text, MID)


def test_lines_that_hold_no_rate_are_named() -> None:
    assert read_rates("USD 7.06\nsomething else", MID).skipped == ("something else",)


def test_the_central_banks_rates_are_crossed_over_the_base_currency(tmp_path: Path) -> None:
    # Section 11, cross rate: rate_from / rate_to, one rounding at the end. The day without CNY is skipped.
    path = tmp_path / "eurofxref-daily.xml"
    path.write_text(ECB, encoding="utf-8")
    table = read_ecb(path, "CNY")
    assert {each.currency: each.rate for each in table.rates} == {
        "EUR": Decimal("8.2345"),
        "USD": Decimal("7.0682403433"),
        "JPY": Decimal("0.0452196595"),
    }
    assert table.rates[2].quote == "1 EUR = 8.2345 CNY = 1.1650 USD"
    assert table.skipped == ("2026-05-28",)
    with pytest.raises(Refusal, match="no rates against CNY"):
        read_ecb(path, "CNY", since=date(2026, 6, 1))


@pytest.mark.parametrize(
    "content",
    [
        b"no xml",
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a time="2026-05-29">&c;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b"<Cube/>",
    ],
)
def test_what_is_no_file_of_rates_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rates.xml"
    path.write_bytes(content)
    with pytest.raises(Refusal, match=r"rates\.xml"):
        read_ecb(path, "CNY")


@pytest.mark.parametrize("rate", ["-1", "0", "NaN", "x", "1e999999999"])
def test_a_rate_that_is_none_is_refused_with_its_day(tmp_path: Path, rate: str) -> None:
    path = tmp_path / "rates.xml"
    path.write_text(ECB.replace("1.1650", rate), encoding="utf-8")
    with pytest.raises(Refusal, match="2026-05-29 cannot be read"):
        read_ecb(path, "CNY")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "rates.xml"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(Refusal, match="too large"):
        read_ecb(path, "CNY")
