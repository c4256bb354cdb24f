"""The tables of domain.md cell by cell: costs (2.3), Incoterms (2.8), payment terms (3.2), minor units (11)."""

from __future__ import annotations

import pytest

from tradecrm.core.costs import COST_CATEGORIES
from tradecrm.core.incoterms import COST_ITEMS, RULES, SEA_ONLY, bearer
from tradecrm.core.money import minor_units
from tradecrm.core.presets import preset_terms, terms_wording
from tradecrm.core.terms import encode_terms

INCOTERMS = """
packing          S S S S S S S S S S S
loading          B S S S S S S S S S S
pre_carriage     B S S S S S S S S S S
export_clearance B S S S S S S S S S S
origin_terminal  B B S S S S S S S S S
on_board         B B B S S S S S S S S
main_carriage    B B B B S S S S S S S
insurance        - - - - - S - S - - -
discharge        B B B B (S) (S) (S) (S) S S S
import_clearance B B B B B B B B B B S
import_duty      B B B B B B B B B B S
on_carriage      B B B B B B (S) (S) S S S
unloading        B B B B B B B B B S B
"""
"""Section 2.8; the pre-carriage of FCA is that of another place than the seller's premises."""
COSTS = """
PUR export base direct
REB export base direct
INL export base gross_weight
PRT export base volume
CUS export base value
BKD export base value
OTH export base value
FRT fx usd volume
INS fx contract value
COM-O fx contract value
COM-H fx contract value
BKF fx contract value
DES fx foreign value
CLM fx contract direct
INT export base value
OVT export base direct
"""
"""Section 2.3: side, default currency and default basis."""


def test_who_bears_which_cost() -> None:
    assert RULES == ("EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP")
    rows = [line.split() for line in INCOTERMS.strip().splitlines()]
    assert [row[0] for row in rows] == [item.key for item in COST_ITEMS]
    assert [[key, *(bearer(key, rule).value for rule in RULES)] for key, *_cells in rows] == rows
    assert set(SEA_ONLY) == {"FAS", "FOB", "CFR", "CIF"}


def test_where_each_cost_stands() -> None:
    found = {each.code: f"{each.side} {each.currency} {each.basis}" for each in COST_CATEGORIES}
    wanted = dict(line.split(" ", 1) for line in COSTS.strip().splitlines())
    assert {code: found[code] for code in wanted} == wanted
    assert set(found) - set(wanted) == {"VAT", "NCV"}, "input VAT credited and not creditable of section 2.2"


def test_minor_units_of_the_currencies() -> None:
    three, two = "KWD BHD OMR JOD TND IQD LYD", "TWD HUF IDR USD CNY EUR AED"
    none = "JPY KRW VND CLP ISK PYG UGX RWF XAF XOF XPF BIF DJF GNF KMF VUV UYI"
    wanted = dict.fromkeys(none.split(), 0) | dict.fromkeys(three.split(), 3)
    wanted |= {"CLF": 4, "UYW": 4} | dict.fromkeys(two.split(), 2)
    assert {code: minor_units(code) for code in wanted} == wanted


@pytest.mark.parametrize(
    ("code", "days", "terms", "wording"),
    [
        ("TT_30_70", None, "TT;P30@ORDER;B@BL_COPY+7D", "30% deposit by T/T upon order"),
        ("TT_100", None, "TT;B@ORDER", "100% by T/T in advance"),
        ("OA_N", 45, "OA;B@BL+45D", "O/A 45 days after B/L date"),
        ("OA_N", 1, "OA;B@BL+1D", "O/A 1 day after B/L date"),
        ("LC_SIGHT", None, "LC;B@PRESENT+7W", "By irrevocable L/C at sight"),
        ("LC_USANCE", 90, "LC;B@BL+90D", "L/C at 90 days"),
        ("DP", None, "DP;B@SIGHT", "D/P at sight"),
        ("DA_N", 60, "DA;B@SIGHT+60D", "D/A at 60 days"),
        ("MONTHLY_N", 30, "MONTHLY;B@INVOICE+30E", "Monthly account, 30 days"),
    ],
)
def test_the_standard_schedules(code: str, days: int | None, terms: str, wording: str) -> None:
    found = preset_terms(code, days)
    assert encode_terms(found) == terms
    assert wording in terms_wording(found)
