"""Cross-document checks before issue, domain.md section 10.1: each contradiction is found and said in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tradecrm.core.crosscheck import (
    CheckedContract,
    CheckedCredit,
    CheckedLine,
    CheckedLoad,
    CheckedPaper,
    CheckedShipment,
    contradictions,
)

D = Decimal
LINE = CheckedLine(
    "A-001", "Garden lantern", D(1200), D("6.85"), D(0), D(8220), D(24), 50, D(744), D(799), D("3.960"),
    "9405 4210", "94054210", D(1200), D(1200),
)  # fmt: skip
CREDIT = CheckedCredit(
    "LC-7788", "USD", D(10_000), "Ningbo Harbor Trading Co., Ltd., Ningbo", "GARDEN  LANTERN as per SC-26001", "",
    "Ningbo", "Rotterdam", date(2026, 5, 31), date(2026, 6, 30), D(8220),
)  # fmt: skip
GOOD = CheckedShipment(
    currency="USD",
    total=D(8220),
    seller=("Ningbo Harbor Trading Co., Ltd.", ""),
    buyer="Veld B.V.",
    consignee="",
    marks="VELD\nROTTERDAM\nC/NO. 1-50",
    port_of_loading="Ningbo",
    port_of_discharge="Rotterdam",
    departed_on=date(2026, 5, 20),
    invoice_date=date(2026, 5, 18),
    lines=(LINE,),
    contracts=(CheckedContract("SC-26001", "CIF", "Rotterdam", "Veld  Rotterdam", "NINGBO", "Rotterdam"),),
    credit=CREDIT,
    printed=("Garden lantern",),
    factories=("慈溪市明灯灯具厂",),
)


def said(**changes: Any) -> list[tuple[str, str]]:
    return [(each.field, each.sentence) for each in contradictions(replace(GOOD, **changes))]


def line(**changes: Any) -> list[tuple[str, str]]:
    return said(lines=(replace(LINE, **changes),))


def credit(**changes: Any) -> list[tuple[str, str]]:
    return said(credit=replace(CREDIT, **changes))


def test_papers_that_agree_have_no_contradiction() -> None:
    assert said() == []
    assert said(credit=None, marks="") == []


CASES: tuple[tuple[list[tuple[str, str]], str, str], ...] = (
    (said(total=D(8000)), "total", "The lines add up to 8,220.00, but the total of the invoice is 8,000.00."),
    (said(total=D(8200), lines=(replace(LINE, amount=D(8200)),)), "amount",
     "A-001: quantity times price is 8,220.00, but the line says 8,200.00."),
    (line(taken=D(1300)), "quantity", "A-001: 1300 go on shipments, but the contract allows 1200."),
    (line(cartons=49), "cartons", "A-001: the quantity fills 50 cartons, but 49 are written."),
    (line(gross_weight=D(700)), "gross_weight", "A-001: the gross weight 700 kg is below the net weight 744 kg."),
    (line(cartons=0), "cartons", "No cartons are known; the packing list will be empty of them."),
    (line(volume=D(0)), "gross_weight", "Weight or volume is missing: A-001."),
    (line(hs_code=""), "hs_code", "A-001: the HS code is missing, which customs ask for."),
    (line(hs_code="9405.4100"), "hs_code", "A-001: the contract says HS 9405.4100, the product says HS 94054210."),
    (said(marks="OTHER"), "marks", "The shipping marks are not those of SC-26001."),
    (said(port_of_discharge="Hamburg", credit=None), "port",
     "The shipment goes by Hamburg, but SC-26001 says Rotterdam."),
    (said(consignee="Bank of X"), "consignee", "The consignee does not name the buyer Veld B.V.."),
    (said(printed=("made by 慈溪市明灯灯具厂",)), "factory", "The name of the factory 慈溪市明灯灯具厂 would print"),
    (credit(currency="EUR"), "credit", "L/C LC-7788 is in EUR, the invoice in USD."),
    (credit(most=D(8000)), "credit", "The invoice over 8,220.00 exceeds L/C LC-7788 with 8,000.00."),
    (credit(marks="VELD B.V."), "marks", "The shipping marks are not those of L/C LC-7788."),
    (credit(goods="Solar lamps"), "description", "A-001: the description “Garden lantern” does not stand in L/C"),
    (credit(beneficiary="Shanghai Co."), "beneficiary", "L/C LC-7788 names another beneficiary than our firm."),
    (credit(port_of_loading="Shanghai"), "port", "The shipment goes by Ningbo, but L/C LC-7788 says Shanghai."),
    (credit(latest_shipment=date(2026, 5, 10)), "departed_on", "On board on 2026-05-20, but L/C LC-7788 allows"),
    (credit(expires_on=date(2026, 5, 17)), "invoice_date", "The invoice of 2026-05-18 is later than L/C LC-7788"),
)  # fmt: skip


@pytest.mark.parametrize(("found", "field", "sentence"), CASES, ids=[case[2][:40] for case in CASES])
def test_a_contradiction_is_found_at_its_field_and_said(
    found: list[tuple[str, str]], field: str, sentence: str
) -> None:
    assert len(found) == 1
    assert found[0][0] == field
    assert found[0][1].startswith(sentence)


def test_contracts_of_different_terms_contradict_one_another() -> None:
    other = CheckedContract("SC-26002", "FOB", "", "", "", "")
    found = said(contracts=(*GOOD.contracts, other))
    assert [field for field, _sentence in found] == ["incoterm", "incoterm"]
    assert found[1][1] == "SC-26002: the Incoterm has no place."


def test_what_is_grave_comes_first() -> None:
    found = contradictions(replace(GOOD, consignee="Bank of X", total=D(1)))
    assert [each.grave for each in found] == [True, False]


def test_a_consignee_to_order_or_naming_the_buyer_is_in_order() -> None:
    for words in ("TO ORDER OF Rabobank", "To the order of\nRabobank", "凭开证行指示"):
        assert said(consignee=words) == []
    assert said(consignee="VELD B.V.\nRotterdam") == []


def test_papers_dated_too_late_are_told() -> None:
    """Every paper by the presentation date; insurance not later than on board (section 10.1, UCP 28e)."""
    left = date(2026, 8, 14)
    papers = (
        CheckedPaper("Certificate of origin", "certificate_of_origin", date(2026, 9, 6)),
        CheckedPaper("Insurance policy", "insurance_policy", date(2026, 8, 15)),
    )
    found = contradictions(replace(GOOD, departed_on=left, papers=papers, present_by=date(2026, 9, 4)))
    sentences = [each.sentence for each in found if each.field == "papers"]
    assert sentences == [
        "Certificate of origin is dated 2026-09-06, after the last day to present, 2026-09-04.",
        (
            "Insurance policy is dated 2026-08-15, after the goods left on 2026-08-14; "
            "it must say from when it covers."
        ),
    ]


def test_containers_that_hold_another_load_are_told() -> None:
    cartons = sum(line.cartons for line in GOOD.lines)
    weight = sum((line.gross_weight for line in GOOD.lines), Decimal(0))
    same = replace(GOOD, loads=(CheckedLoad("Containers", cartons, weight),))
    other = replace(GOOD, loads=(CheckedLoad("Containers", cartons + 1, weight + 1),))
    fields_found = {each.field for each in contradictions(other)} - {
        each.field for each in contradictions(same)
    }
    assert fields_found == {"packages", "gross_weight"}
