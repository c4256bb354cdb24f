"""Hostile and damaged statements end in a sentence or in rows, never in a crash (safekeeping.md section 2)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.unit.test_bank_tables import CAMT, MT940, OFX
from tradecrm.core.problems import Refusal
from tradecrm.core.progress import Progress
from tradecrm.importing.bank_table import BankSource, read_bank_file, read_table
from tradecrm.importing.refusals import ImportRefused

LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED = {
    "entities": (CAMT.replace("<Document", LAUGHS + "]><Document").replace("CI-1", "&i;"), "forbidden_xml"),
    "external": (
        CAMT.replace("<Document", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document').replace(
            "CI-1", "&x;"
        ),
        "forbidden_xml",
    ),
    "camt cut off": (CAMT[: len(CAMT) // 2], "damaged"),
    "camt without a day": (CAMT.replace("BookgDt", "Other"), "damaged"),
    "camt amount": (CAMT.replace(">50.00<", ">1e999999<"), "damaged"),
    "camt of nothing": ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>', "not_a_table"),
    "ofx amount": (OFX.replace("<TRNAMT>50.00", "<TRNAMT>NaN"), "damaged"),
    "ofx day": (OFX.replace("20260612", "20269999"), "damaged"),
    "ofx of nothing": ("OFXHEADER:100\n<OFX></OFX>", "not_a_table"),
    "deep camt": (CAMT.replace("CI-1", "<a>" * 200_000), "damaged"),
}


def read(path: Path, text: str | bytes) -> BankSource:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_bank_file(path, Progress())


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    text, reason = REFUSED[name]
    with pytest.raises(ImportRefused) as caught:
        read(tmp_path / "statement.xml", text)
    assert caught.value.reason.value == reason
    (problem,) = caught.value.problems
    assert problem.message.startswith("statement.xml ")


def test_damage_stays_in_the_child(tmp_path: Path) -> None:
    """Bytes changed at random are refused in a sentence, or read."""
    dice = random.Random(11)
    for number, text in enumerate((CAMT, MT940, OFX, MT940)):
        damaged = bytearray(text.encode())
        for _time in range(12):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        assert outcome(tmp_path / f"{number}.sta", bytes(damaged))


def outcome(path: Path, text: str | bytes) -> str:
    """Answer ``read``, or the sentence of a refusal."""
    try:
        found = read(path, text)
        if found.table is not None:
            read_table(found.table)
    except Refusal as refusal:
        return str(refusal)
    return "read"


def test_much_of_the_same_is_read_in_time(tmp_path: Path) -> None:
    """Ten thousand rows, and free text that goes on for ever, stay within the limits of the child."""
    row = ":61:2606120612C50,00NTRFE-1//BK1\n:86:?20CI-1?32Kern GmbH\n"
    many = MT940.replace(row, row * 10_000)
    assert len(read(tmp_path / "many.sta", many).statements[0].lines) == 10_001
    long = MT940.replace("Fee", "?20" + "x" * 1_000_000)
    assert outcome(tmp_path / "long.sta", long)
