"""Name keys, flows, currencies and countries: domain.md sections 7.4, 1.3, 3.1."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecrm.core.claim_flows import CLAIM_FLOWS
from tradecrm.core.countries import countries, country_name, find_country, is_country
from tradecrm.core.currencies import currencies, currency_name, is_currency
from tradecrm.core.flow import Flow
from tradecrm.core.flows import FLOWS, RECEIPT, SALES_CONTRACT, SHIPMENT, item_status
from tradecrm.core.names import (
    SIMILAR,
    edit_distance,
    email_key,
    is_free_mail,
    is_marketplace,
    name_keys,
    similarity,
    tax_key,
    website_host,
)
from tradecrm.core.problems import Refusal
from tradecrm.core.settling_flows import SETTLING_FLOWS
from tradecrm.core.trade_flows import TRADE_FLOWS


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Åberg & Co AB", ("ABERG",)),
        ("The Kern Tool Corp.", ("KERN TOOL",)),
        ("KERN TOOL GmbH", ("KERN TOOL",)),
        ("Jürgens Bau", ("JURGENS BAU", "JUERGENS BAU")),
        ("Ju\u0308rgens Bau", ("JURGENS BAU", "JUERGENS BAU")),
        ("青岛蓝湾（国际）贸易有限公司", ("青岛蓝湾国际贸易",)),
        ("宁波海曙集团有限公司", ("宁波海曙",)),
        ("Co. Ltd.", ("CO",)),
        ("S.A. de C.V.", ("SA",)),
        ("O’Neil Trading Pte. Ltd.", ("ONEIL TRADING",)),
        ("ＡＢＣ　Imports-Exports", ("ABC IMPORTS EXPORTS",)),
        ("Łódź Hurt", ("LODZ HURT",)),
        ("Straße GmbH", ("STRASSE",)),
        ("ТОВ Їжак", ("ТОВ ІЖАК",)),
        ("?!", ()),
        ("公司", ("公司",)),
    ],
)
def test_name_keys_of_7_4(name: str, keys: tuple[str, ...]) -> None:
    assert name_keys(name) == keys


def test_email_website_and_tax_keys() -> None:
    assert email_key("  Anna@Mail.Example.CO.UK ") == "anna@mail.example.co.uk"
    assert email_key("nobody") == ""
    assert website_host("https://www.Example.com:443/about?x=1") == "example.com"
    assert website_host("example.de/shop") == "example.de"
    assert website_host("none") == ""
    assert tax_key("NL 8123.456-78 b01") == "NL812345678B01"
    assert is_free_mail("qq.com")
    assert is_free_mail("yahoo.co.jp")
    assert not is_free_mail("veld.nl")
    assert is_marketplace("alibaba.com")


def test_similarity_of_7_4() -> None:
    assert edit_distance("KITTEN", "SITTING") == 3
    assert similarity("", "") == 1
    assert similarity("KERN TOOLS", "KERN TOOL") >= SIMILAR
    assert similarity("KERN TOOLS", "KERN TOYS") < SIMILAR


@given(st.text("ABC", max_size=8), st.text("ABC", max_size=8))
def test_distance_is_symmetric_and_bounded(first: str, second: str) -> None:
    distance = edit_distance(first, second)
    assert distance == edit_distance(second, first)
    assert abs(len(first) - len(second)) <= distance <= max(len(first), len(second))
    assert (distance == 0) == (first == second)


@pytest.mark.parametrize(
    "flow", FLOWS + TRADE_FLOWS + CLAIM_FLOWS + SETTLING_FLOWS, ids=lambda flow: flow.kind
)
def test_every_flow_is_whole(flow: Flow) -> None:
    keys = [state.key for state in flow.states]
    assert len(set(keys)) == len(keys)
    for step in flow.transitions:
        assert {step.target, *step.sources} <= set(keys)
    assert flow.reachable() == set(keys)


def test_the_way_of_section_1_3() -> None:
    def walk(flow: Flow, *steps: str) -> str:
        state = flow.start
        for key in steps:
            state = flow.step(state, key).target
        return state

    assert (
        walk(SALES_CONTRACT, "submit", "approve", "sign", "make_effective", "ship_part", "ship", "close")
        == "closed"
    )
    assert walk(SHIPMENT, "book", "roll", "book", "ready", "load", "declare", "depart", "arrive") == "arrived"
    assert walk(RECEIPT, "post", "allocate_part", "allocate", "release", "reverse") == "reversed"
    assert [step.key for step in SHIPMENT.next("departed")] == ["arrive", "undepart"]
    with pytest.raises(Refusal, match="“Load cargo” is not possible while the state is “Planned”"):
        SHIPMENT.step("planned", "load")


@pytest.mark.parametrize(
    ("open_amount", "due", "status"),
    [
        ("100", None, "open"),
        ("100", date(2026, 5, 31), "open"),
        ("100", date(2026, 5, 30), "overdue"),
        ("40", None, "partly_paid"),
        ("0", date(2026, 5, 1), "paid"),
        ("-1", None, "over_allocated"),
        ("101", None, "over_allocated"),
    ],
)
def test_item_statuses_of_3_1(open_amount: str, due: date | None, status: str) -> None:
    assert item_status(Decimal(100), Decimal(open_amount), due, date(2026, 5, 31)).key == status


def test_currencies_and_countries_have_both_names() -> None:
    assert currency_name("USD", "zh_CN") == "美元"
    assert currency_name("EUR") == "Euro"
    assert currency_name("QQQ") == "QQQ"
    assert is_currency("JPY")
    assert len(currencies()) >= 60
    assert country_name("NL", "zh_CN") == "荷兰"
    assert find_country("holland") == find_country("荷兰") == find_country("nl") == "NL"
    assert find_country("Atlantis") is None
    assert len(countries()) >= 240
    assert is_country("CN")
    assert all(each.chinese and each.english for each in (*currencies(), *countries()))
