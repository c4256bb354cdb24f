"""What a text for outsiders gives away (domain.md section 10.1: never customer, price or factory)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tradecrm.core.hiding import amounts_in, names_partner, without_partner


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("lamps for Veld B.V., urgent", "Veld B.V.", True),
        ("LAMPS FOR VELD", "Veld B.V.", True),
        ("lamps for V.E.L.D. bv", "Veld B.V.", True),
        ("台灯，Veld用", "Veld B.V.", True),
        ("Ｋern  Tool lamps", "Kern Tool Corp.", True),
        ("Mueller or MULLER", "Müller GmbH", True),
        ("deliver to Veldhoven", "Veld B.V.", False),
        ("宁波 明灯厂", "宁波明灯厂", True),
        ("明灯厂的货", "宁波明灯厂", True),
        ("明灯", "宁波明灯厂", False),
        ("A, B and C", "AB Ltd.", False),
        ("anything", " ", False),
    ],
)
def test_a_name_is_known_however_it_is_written(text: str, name: str, told: bool) -> None:
    assert names_partner(text, name) is told


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ("Veld lantern", "Veld B.V.", "lantern"),
        ("Lantern, VELD B.V.", "Veld B.V.", "Lantern"),
        ("宁波明灯厂台灯", "宁波明灯厂", "台灯"),
        ("Garden tools", "Garden Tools GmbH", "Garden tools"),  # nothing else would be left
    ],
)
def test_a_name_is_taken_out_of_what_goods_are_called(text: str, name: str, left: str) -> None:
    assert without_partner(text, name) == left


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at USD 12.40/pc", ("12.40",)),
        ("12.4 usd", ("12.4",)),
        ("￥60元", ("60",)),
        ("worth 119,040.00", ("119,040.00",)),
        ("USD60", ("60",)),
        ("60 m3, 60 CBM, 60 cartons, 1,000 pcs, 12.40 m", ()),
        ("target USD 1,800 a container", ()),
        ("HS 9405.40", ()),
    ],
)
def test_a_price_is_known_by_how_money_is_written(text: str, found: tuple[str, ...]) -> None:
    amounts = [Decimal(each) for each in ("12.40", "60", "119040", "1000")]
    assert amounts_in(text, amounts) == found
