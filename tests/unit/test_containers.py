"""Container capacity, domain.md section 9.3."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tradecrm.core.containers import (
    CONTAINER_TYPES,
    LCL,
    Binding,
    Load,
    container_number_fits,
    fit_cartons,
    needed_containers,
)
from tradecrm.core.packing import Carton
from tradecrm.core.problems import Refusal

D = Decimal
GP20, GP40, HQ40, HQ45 = CONTAINER_TYPES
EXAMPLE = Carton(D(24), D(60), D(40), D(33), D("0.62"), D("1.1"))


def test_the_worked_carton_of_9_3() -> None:
    """The carton of 9.2 at 16 kg: 20GP 27 / 0.0792 = 340; weight 21,000 / 16 = 1,312; volume binds."""
    answer = fit_cartons(Carton(D(24), D(60), D(40), D(33), gross=D(16)), GP20)
    assert (answer.cartons, answer.binding) == (340, Binding.VOLUME)
    heavy = fit_cartons(Carton(D(24), D(60), D(40), D(33), gross=D(70)), GP20)
    assert (heavy.cartons, heavy.binding) == (300, Binding.WEIGHT)


def test_containers_hold_what_the_table_of_9_3_says() -> None:
    """Inside size in meters, the volume it makes in whole cubic meters, usable cubic meters, payload in kg."""
    found = [
        (
            f"{each.code} {each.length} {each.width} {each.height}",
            int(each.length * each.width * each.height),
            int(each.usable),
            int(each.payload),
        )
        for each in CONTAINER_TYPES
    ]
    assert found == [
        ("20GP 5.90 2.35 2.39", 33, 27, 21_000),
        ("40GP 12.03 2.35 2.39", 67, 57, 25_000),
        ("40HQ 12.03 2.35 2.69", 76, 67, 25_000),
        ("45HQ 13.56 2.35 2.70", 86, 76, 27_000),
    ]


def test_the_gross_weight_comes_from_pieces_and_tare() -> None:
    """24 x 0.62 + 1.1 = 15.98 kg a carton (section 9.2)."""
    answer = fit_cartons(EXAMPLE, GP20)
    assert (answer.cartons, answer.binding) == (340, Binding.VOLUME)


def test_the_count_by_size_turns_the_carton() -> None:
    """590 x 235 x 239 cm: 60 x 40 x 33 lies best along one of its orientations; upright it has two."""
    upright = fit_cartons(EXAMPLE, GP20, this_side_up=True)
    assert upright.geometric == max(9 * 5 * 7, 14 * 3 * 7)
    free = fit_cartons(EXAMPLE, GP20)
    assert free.geometric is not None
    assert free.geometric == max(9 * 5 * 7, 14 * 3 * 7, 9 * 7 * 5, 17 * 3 * 5, 14 * 7 * 3, 17 * 5 * 3)


def test_a_carton_without_a_size_is_refused_in_words() -> None:
    with pytest.raises(Refusal, match="length, width and height"):
        fit_cartons(Carton(D(24)), GP20)


@pytest.mark.parametrize(
    ("volume", "gross", "needed"),
    [
        ("9.84", "1412", ()),
        ("12.999", "100", ()),
        ("13", "100", (("20GP", 1),)),
        ("27", "21000", (("20GP", 1),)),
        ("27.001", "100", (("40GP", 1),)),
        ("26", "21001", (("40GP", 1),)),
        ("60", "100", (("40HQ", 1),)),
        ("70", "100", (("45HQ", 1),)),
        ("26", "26000", (("45HQ", 1),)),
        ("26", "28000", (("20GP", 2),)),
        ("80", "100", (("40GP", 1), ("20GP", 1))),
        ("90", "40000", (("40HQ", 1), ("20GP", 1))),
        ("150", "100", (("45HQ", 2),)),
        ("760", "100", (("45HQ", 10),)),
        ("787", "100", (("45HQ", 10), ("20GP", 1))),
    ],
)
def test_the_fewest_containers_then_the_smallest(
    volume: str, gross: str, needed: tuple[tuple[str, int], ...]
) -> None:
    load = needed_containers(D(volume), D(gross))
    assert load is not None
    assert load.containers == needed
    assert load.is_lcl == (not needed)


def test_goods_without_a_volume_need_nothing_yet() -> None:
    assert needed_containers(D(0), D(100)) is None


def test_prices_choose_the_mix_of_least_freight() -> None:
    """54 m3: one 40GP by count; two 20GP at 700 are cheaper than one 40GP at 1,500; a part load cheaper still."""
    prices = {"20GP": D(700), "40GP": D(1500), "40HQ": D(1600), "45HQ": D(1900)}
    by_price = needed_containers(D(54), D(9000), prices=prices)
    by_ton = needed_containers(D(54), D(9000), prices={**prices, LCL: D(20)})
    assert needed_containers(D(54), D(9000)) == Load((("40GP", 1),))
    assert by_price == Load((("20GP", 2),))
    assert by_ton is not None
    assert by_ton.is_lcl
    assert needed_containers(D("12.999"), D(9000), prices=prices) == Load(())


def test_a_container_number_proves_itself() -> None:
    """The example of ISO 6346."""
    assert container_number_fits("CSQU3054383")
    assert not container_number_fits("CSQU3054384")
    assert not container_number_fits("CSQX3054383")
