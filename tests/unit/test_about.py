"""“About” in a letter of credit (domain.md section 1.4, UCP 600 article 30a): ten per cent on that item only."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tradecrm.core.about import abouts, without_about
from tradecrm.screens.draft import Draft, Value
from tradecrm.screens.trade.letter_about import SAID, about_facts, derive_letter
from tradecrm.screens.trade.letters import build_letter

D = Decimal


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FOR AN AMOUNT OF ABOUT USD 50,000.00", [("amount", "50000.00", "USD")]),
        ("32B: USD about 50000,00", [("amount", "50000.00", "USD")]),
        ("Total amount: approx. 23500", [("amount", "23500", "")]),
        ("金额约50,000.00美元", [("amount", "50000.00", "USD")]),
        ("总值大约美元 80000", [("amount", "80000", "USD")]),
        ("approximately 1,000.5 MT of steel", [("quantity", "1000.5", "MT")]),
        ("QTY: CA. 500", [("quantity", "500", "")]),
        ("大约10000件台灯", [("quantity", "10000", "件")]),
        ("USD 9.00 x ABOUT 1,000 SETS", [("quantity", "1000", "SETS")]),
        ("at about USD 2.35/PC", [("price", "2.35", "USD")]),
        ("circa 500 EUR each", [("price", "500", "EUR")]),
        ("单价约USD 2.35", [("price", "2.35", "USD")]),
        ("约 2.35 美元/件", [("price", "2.35", "USD")]),
        ("ABOUT 9 PCS AT USD 2.35, ABOUT USD 21.15", [("quantity", "9", "PCS"), ("amount", "21.15", "USD")]),
    ],
)  # fmt: skip
def test_the_item_before_which_it_stands_is_told(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [(each.item.value, str(each.number), each.unit) for each in abouts(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "shipment on or about 30 June 2026",
        "within about 15 days", "about 110 pct of the invoice value", "about 10% more or less", "约30天",
        "合约 100 件", "约定1000件", "违约金 5000 元", "roundabout 500 pcs", "ABOUT 1.000,00 PCS",
        "ABOUT THE GOODS", "USD 50,000.00", "",
    ],
)  # fmt: skip
def test_days_percentages_contracts_and_what_reads_in_two_ways_are_no_items(text: str) -> None:
    assert abouts(text) == ()


@pytest.mark.parametrize(
    ("typed", "word", "rest"),
    [("about 50,000", "about", "50,000"), ("约50000", "约", "50000"), ("Approx. USD 5", "Approx.", "USD 5"),
     ("50,000", "", "50,000"), ("abouts 5", "", "abouts 5")],
)  # fmt: skip
def test_the_word_before_a_typed_amount_is_taken_off(typed: str, word: str, rest: str) -> None:
    assert without_about(typed) == (word, rest)


def draft(**values: Value) -> Draft:
    given: dict[str, Value] = {"currency": "USD", "amount": D(50_000)}
    return Draft({**given, "tolerance_over": D(0), "tolerance_under": D(0), **values})


def tolerance(found: Draft) -> tuple[Decimal | None, Decimal | None]:
    return found.number("tolerance_over"), found.number("tolerance_under")


def told(found: Draft) -> str:
    return "\n".join(f"{fact.label} {fact.value}" for fact in about_facts(found))


def test_about_before_the_amount_proposes_ten_per_cent_and_the_amount_stays() -> None:
    found = derive_letter(draft(**{SAID: "about"}), SAID)
    assert tolerance(found) == (D("0.1"), D("0.1"))
    assert found.number("amount") == D(50_000)
    assert build_letter(found.put(number="LC-1")).tolerance_over == D("0.1")
    assert "“about USD 50,000.00” amount ±10 %" in told(found)
    assert "from USD 45,000.00 to USD 55,000.00" in told(found)
    assert "proposed" in told(found)
    again = derive_letter(found.put(**{SAID: ""}), SAID)
    assert tolerance(again) == (D(0), D(0)), "the word is gone, and with it what it meant"
    assert "No “about”" in told(again)


def test_about_before_quantity_or_price_leaves_the_amount_a_maximum() -> None:
    """“On that item only”: a draft of more than the amount stays refused."""
    found = derive_letter(draft(goods="ABOUT 1,000 PCS LAMPS AT ABOUT USD 50.00/PC"), "goods")
    assert tolerance(found) == (D(0), D(0))
    for said in (
        "quantity ±10 %",
        "from 900 PCS to 1,100 PCS",
        "unit price ±10 %",
        "from USD 45.00 to USD 55.00",
        "maximum",
    ):
        assert said in told(found)


def test_a_typed_tolerance_stands_and_differences_are_told() -> None:
    """39A may say 5/5 beside words that mean ten: a person decides, nothing is changed."""
    typed = draft(tolerance_over=D("0.05"), tolerance_under=D("0.05"))
    found = derive_letter(typed.put(goods="LAMPS FOR ABOUT EUR 60,000.00"), "goods")
    assert tolerance(found) == (D("0.05"), D("0.05"))
    assert found.number("amount") == D(50_000)
    assert "another one than these words mean" in told(found)
    assert "ABOUT EUR 60,000.00, the amount above is USD 50,000.00" in told(found)
    proposed = derive_letter(draft(**{SAID: "约"}), SAID)
    mine = derive_letter(proposed.put(tolerance_over=D("0.03")), "tolerance_over")
    assert tolerance(derive_letter(mine.put(**{SAID: ""}), SAID)) == (D("0.03"), D("0.1")), "typed since"
