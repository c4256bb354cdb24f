"""Keys of a party, domain.md section 7.4 and section 16 number 24."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecrm.services.crm.keys import (
    KeyKind,
    Strength,
    match_strength,
    party_keys,
    phone_key,
    registrable_domain,
)


@pytest.mark.parametrize(
    ("number", "country", "key"),
    [
        ("(0532) 8899-1200", "CN", "+8653288991200"),
        ("0086 532 88991200", "CN", "+8653288991200"),
        ("0086 532 88991200", "US", "+8653288991200"),
        ("+86 532 8899 1200", "", "+8653288991200"),
        ("＋８６ 532 88991200", "DE", "+8653288991200"),
        ("06 698 12345", "IT", "+390669812345"),
        ("030 123456", "DE", "+4930123456"),
        ("030 123456", "", ""),
        ("123", "CN", ""),
        ("+999 123456", "", "+999123456"),
    ],
)
def test_phones_of_7_4(number: str, country: str, key: str) -> None:
    assert phone_key(number, country) == key


@given(
    st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)),
    st.text(st.sampled_from("0123456789"), min_size=4, max_size=15),
    st.sampled_from(["", " ", " (0)", "-"]),
)
def test_the_short_way_answers_what_parsing_answers(code: int, national: str, between: str) -> None:
    text = f"+{code}{between}{national}"
    digits = "".join(sign for sign in text if sign.isdigit())
    try:
        parsed = phonenumbers.format_number(phonenumbers.parse(text), phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        parsed = f"+{digits}"
    assert phone_key(text, "") == parsed
    assert phone_key(f"00{text[1:]}", "CN") == parsed


def test_domains_are_reduced_to_what_is_registered() -> None:
    assert registrable_domain("mail.x.co.uk") == "x.co.uk"
    assert registrable_domain("shop.veld.nl") == "veld.nl"
    assert registrable_domain("co.uk") == ""


def test_keys_of_a_party() -> None:
    keys = party_keys(
        names=["Jürgens Bau GmbH", "青岛蓝湾（国际）贸易有限公司"],
        country="DE",
        websites=["https://www.shop.juergens.de/", "https://juergens.en.alibaba.com"],
        emails=["Info@Juergens.de ", "someone@gmail.com", "a@mail.yahoo.co.jp"],
        phones=["030 123456", "0049 30 123456"],
        tax_numbers=["DE 123 456 789", ""],
    )
    assert [(key.kind.value, key.value) for key in keys] == [
        ("name", "JURGENS BAU"),
        ("name", "JUERGENS BAU"),
        ("name", "青岛蓝湾国际贸易"),
        ("email", "info@juergens.de"),
        ("email", "someone@gmail.com"),
        ("email", "a@mail.yahoo.co.jp"),
        ("domain", "juergens.de"),
        ("phone", "+4930123456"),
        ("tax", "DE123456789"),
    ]


def test_a_name_is_strong_only_in_the_same_country() -> None:
    assert match_strength(KeyKind.NAME) is Strength.MEDIUM
    assert match_strength(KeyKind.NAME, same_country=True) is Strength.STRONG
    assert match_strength(KeyKind.PHONE) is Strength.STRONG
