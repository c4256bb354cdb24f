"""What a person types into a field: exact numbers, short dates, and refusals in words (domain.md section 11)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from tradecrm.core.fields import FieldKind
from tradecrm.screens.spec import Choice
from tradecrm.ui.fields.codes import find_codes
from tradecrm.ui.fields.parse import Unreadable, one_line, parse_date, parse_number, parse_value
from tradecrm.ui.fields.show import plain_number, plain_tip, shown

TODAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("12,345.60", FieldKind.MONEY, Decimal("12345.60")),
        (" １２，３４５．６ ", FieldKind.MONEY, Decimal("12345.6")),
        ("−5", FieldKind.MONEY, Decimal(-5)),
        (".5", FieldKind.PRICE, Decimal("0.5")),
        ("17%", FieldKind.PERCENT, Decimal("0.17")),
        ("17", FieldKind.PERCENT, Decimal("0.17")),
        ("17.125", FieldKind.PERCENT, Decimal("0.17125")),
        ("7.0620000001", FieldKind.RATE, Decimal("7.0620000001")),
        ("", FieldKind.MONEY, None),
        ("60", FieldKind.LENGTH, Decimal(60)),
        ("9.5 in", FieldKind.LENGTH, Decimal("24.13")),
        ('12"', FieldKind.LENGTH, Decimal("30.48")),
        ("10英寸", FieldKind.LENGTH, Decimal("25.4")),
        ("7.5''", FieldKind.LENGTH, Decimal("19.05")),
    ],
)
def test_numbers_are_read_exactly(text: str, kind: FieldKind, expected: Decimal | None) -> None:
    assert parse_number(text, kind) == expected


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("$4.10", "USD", Decimal("4.10")),
        ("US$ 1,204.10", "USD", Decimal("1204.10")),
        ("-$4.10", "USD", Decimal("-4.10")),
        ("USD 4.10", "USD", Decimal("4.10")),
        ("￥3.55", "CNY", Decimal("3.55")),
        ("1.204 €", "EUR", Decimal("1.204")),
    ],
)
def test_the_sign_of_the_own_currency_is_read_over(text: str, currency: str, expected: Decimal) -> None:
    """As a spreadsheet writes its cells; another currency is another amount, and is refused."""
    assert parse_number(text, FieldKind.PRICE, currency=currency) == expected
    with pytest.raises(Unreadable, match="not a number"):
        parse_number(text, FieldKind.PRICE, currency="CHF")
    with pytest.raises(Unreadable, match="not a number"):
        parse_number(text, FieldKind.PRICE)


@pytest.mark.parametrize(
    ("text", "kind", "currency", "why"),
    [
        ("1.5k", FieldKind.MONEY, "USD", "not a number"),
        ("1,23", FieldKind.MONEY, "USD", "not a number"),
        ("98.5", FieldKind.MONEY, "JPY", "JPY has 0 decimals"),
        ("1.234", FieldKind.MONEY, "USD", "USD has 2 decimals"),
        ("1.5", FieldKind.INTEGER, "", "whole numbers"),
        ("1.1234567", FieldKind.PRICE, "", "At most 6 decimals"),
        ("5%", FieldKind.MONEY, "USD", "percent sign"),
        ("1" * 30, FieldKind.MONEY, "USD", "too many digits"),
    ],
)
def test_what_is_no_number_is_said_in_words(text: str, kind: FieldKind, currency: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse_number(text, kind, currency=currency)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-20", date(2026, 5, 20)),
        ("20260520", date(2026, 5, 20)),
        ("2026/5/2", date(2026, 5, 2)),
        ("2026年5月2日", date(2026, 5, 2)),
        ("20.5.2026", date(2026, 5, 20)),
        ("3.4.2026", date(2026, 4, 3)),
        ("20/5", date(2026, 5, 20)),
        ("20.5", date(2026, 5, 20)),
        ("5.20", date(2026, 5, 20)),
        ("5.5", date(2026, 5, 5)),
        ("5-2", date(2026, 5, 2)),
        ("31", date(2026, 5, 31)),
        ("t", TODAY),
        ("明天", date(2026, 5, 21)),
        ("Yesterday", date(2026, 5, 19)),
        ("+7", date(2026, 5, 27)),
        ("-20", date(2026, 4, 30)),
        ("e", date(2026, 5, 31)),
        ("２０２６－０５－２０", date(2026, 5, 20)),
        ("", None),
    ],
)
def test_days_are_read_in_their_short_forms(text: str, expected: date | None) -> None:
    assert parse_date(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("3/4", "can be two days"),
        ("5.12", "can be two days"),
        ("1/0", "no day of the calendar"),
        ("2026-02-30", "no day of the calendar"),
        ("soon", "Type a day"),
    ],
)
def test_a_day_that_could_be_two_is_never_guessed(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse_date(text, TODAY)


def test_choices_are_read_by_value_or_label() -> None:
    choices = (Choice("open", "Open"), Choice("paid", "Paid"))
    assert parse_value("PAID", FieldKind.CHOICE, today=TODAY, choices=choices) == "paid"
    with pytest.raises(Unreadable, match="none of: Open, Paid"):
        parse_value("late", FieldKind.CHOICE, today=TODAY, choices=choices)
    assert parse_value("否", FieldKind.BOOL, today=TODAY) is False


@pytest.mark.parametrize(
    ("value", "kind", "currency", "expected"),
    [
        (Decimal("-1234.5"), FieldKind.MONEY, "USD", "−1,234.50"),
        (Decimal(1234), FieldKind.MONEY, "JPY", "1,234"),
        (Decimal("1.5"), FieldKind.MONEY, "KWD", "1.500"),
        (Decimal("0.173"), FieldKind.PERCENT, "", "17.3 %"),
        (Decimal("0.17125"), FieldKind.PERCENT, "", "17.13 %"),
        (Decimal(7), FieldKind.RATE, "", "7.0000"),
        (Decimal("6.8512"), FieldKind.PRICE, "", "6.8512"),
        (Decimal(1200), FieldKind.QUANTITY, "", "1,200"),
        (datetime(2026, 5, 20, 9, 5), FieldKind.DATETIME, "", "2026-05-20 09:05"),  # noqa: DTZ001 - shown as it is
        (None, FieldKind.MONEY, "USD", ""),
    ],
)
def test_values_are_shown_by_kind_and_currency(
    value: object, kind: FieldKind, currency: str, expected: str
) -> None:
    assert shown(value, kind, currency=currency) == expected


@pytest.mark.parametrize("kind", [FieldKind.MONEY, FieldKind.PERCENT, FieldKind.RATE])
def test_what_is_shown_for_typing_reads_back_the_same(kind: FieldKind) -> None:
    for value in (Decimal("0.17"), Decimal("-1234.5"), Decimal(1000), Decimal(0)):
        assert parse_number(plain_number(value, kind), kind) == value


def test_tips_never_show_markup() -> None:
    assert "<h1>" not in plain_tip("<h1>Bold</h1>")


@pytest.mark.parametrize(
    ("kind", "typed", "first"),
    [
        (FieldKind.CURRENCY, "usd", "USD"),
        (FieldKind.CURRENCY, "人民币", "CNY"),
        (FieldKind.CURRENCY, "rmb", "CNY"),
        (FieldKind.COUNTRY, "germ", "DE"),
        (FieldKind.COUNTRY, "德国", "DE"),
        (FieldKind.COUNTRY, "mg", "MG"),
        (FieldKind.COUNTRY, "hl", "NL"),
    ],
)
def test_codes_are_found_by_code_name_hanzi_and_initials(kind: FieldKind, typed: str, first: str) -> None:
    assert first in [ref.code for ref in find_codes(kind, typed)][:3]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("12\nHarbor Road \r\n Leeds\n", "12 Harbor Road Leeds"),
        ("青岛蓝湾\n国际贸易", "青岛蓝湾国际贸易"),
        ("宁波 Harbor\n贸易", "宁波 Harbor 贸易"),
        (" two  words ", " two  words "),
    ],
)
def test_what_was_copied_over_several_lines_stands_on_one(text: str, line: str) -> None:
    assert one_line(text) == line
