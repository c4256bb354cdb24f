"""kill -9 at random moments of plain writing: nothing acknowledged is lost, nothing is half (safekeeping.md 5)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from tests.services.killer import Announce, trials
from tests.services.storage_kit import ENTRY, PARTY, add_entries, beside, reopen, small_book
from tradecrm.storage.inspection import inspect_file

TRIALS = 24


def write_pairs(book: Path, seed: int, announce: Announce) -> None:
    """Write a party and its three entries a transaction, and announce the party."""
    store = reopen(book)
    number = 1000 * (seed + 1)
    while True:
        number += 1
        with store.writer.begin() as connection:
            connection.execute(PARTY.insert().values(id=number, name=f"party {number}" * 4))
            connection.execute(ENTRY.insert(), [{"party_id": number, "amount": n} for n in range(3)])
        announce(number)


def lose_one(book: Path, seed: int, announce: Announce) -> None:
    """Announce a commit that is not made, as a broken store would."""
    reopen(book)
    while True:
        announce(seed)


def verify_pairs(book: Path, acknowledged: list[int]) -> list[str]:
    """Demand every announced party with exactly three entries, and a whole file."""
    store = reopen(book)
    with store.reader.connect() as connection:
        parties = set(connection.scalars(select(PARTY.c.id).where(PARTY.c.id > 1)))
        owners = list(connection.scalars(select(ENTRY.c.party_id)))
    store.close()
    faults = [f"party {each} was acknowledged and is lost" for each in acknowledged if each not in parties]
    faults += [f"party {each} is half" for each in parties if owners.count(each) != 3]
    if len(parties) > len(acknowledged) + 1:
        faults.append("more was written than one unit beyond the acknowledged")
    return faults + inspect_file(book)


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    store = small_book(tmp_path, "blank.tcrm")
    store.close()
    found = trials(write_pairs, verify_pairs, tmp_path / "blank.tcrm", tmp_path, TRIALS)
    assert [each for each in found if each.faults] == []
    assert sum(len(each.acknowledged) for each in found) > TRIALS
    assert beside(tmp_path) == {"blank.tcrm", *(f"trial {n}.tcrm" for n in range(TRIALS))}


def test_the_killer_sees_a_lost_commit(tmp_path: Path) -> None:
    store = small_book(tmp_path, "blank.tcrm")
    add_entries(store.writer, 3)
    store.close()
    found = trials(lose_one, verify_pairs, tmp_path / "blank.tcrm", tmp_path, 3, first=7, most=3)
    assert any("is lost" in fault for each in found for fault in each.faults)
