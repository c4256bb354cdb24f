"""Search: the same answers as a plain scan, the best first, and only what the person may see."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.services.conftest import Seats
from tests.services.test_imports import batch
from tests.services.trading_kit import trade
from tradecrm.core.links import Link
from tradecrm.models import Party
from tradecrm.services.book import Book, Seat
from tradecrm.services.crm.parties import SaveParty, party_picker, save_party
from tradecrm.services.data import terms
from tradecrm.services.data.check import check_book
from tradecrm.services.data.imports import run_import
from tradecrm.services.data.search import KINDS, TIER_LIMIT, list_search, search, tiers
from tradecrm.services.data.search_texts import all_ids, record_texts
from tradecrm.services.work import Reader

NAMES = (
    ("Blue Harbor Ltd", "蓝港贸易有限公司", "GB"),
    ("Harbor Blue GmbH", "港蓝实业", "DE"),
    ("Åberg & Co AB", "", "SE"),
    ("青岛蓝湾国际贸易有限公司", "Qingdao Blue Bay", "CN"),
    ("ТОВ Їжак Ґрунт", "", "UA"),
    ("Şişecam Cam Sanayii", "堃记玻璃", "TR"),
    ("3M-Style 2000 Inc.", "", "US"),
    ("X-Ray & O'Neill", "华强北电子", "IE"),
)
TYPED = (
    "b", "bl", "blue", "blue har", "harbor", "港", "蓝港", "港贸", "蓝湾国际", "贸易 蓝", "lg", "lgmy", "langang",
    "aberg", "ÅBERG", "їжак", "ґр", "sise", "ŞİŞE", "堃", "kj", "3m", "2000", "2000 inc", "x-ray", "xray", "o'neill",
    "oneill", "hqb", "华强", "P-2606-0003", "0003", "qd", "info", "7946 0018", "0018", "nothing here", "---", "@",
    "蓝 blue",
)  # fmt: skip


@pytest.fixture
def known(seat: Seat) -> Seat:
    return fill(seat)


@pytest.fixture(scope="module")
def shelf(module_book: Book) -> Seat:
    """Answer the owner of a book that has traded, for tests that only look for things in it."""
    seat = fill(module_book.seat())
    trade(seat)
    return seat


def fill(seat: Seat) -> Seat:
    rows = [
        {
            "name": name,
            "name_zh": local,
            "country": country,
            "phone": f"+44 20 7946 001{at}",
            "email": f"info@h{at}.com",
        }
        for at, (name, local, country) in enumerate(NAMES)
    ]
    assert seat.perform(run_import, batch("customers", *rows)).value.created == len(NAMES)
    return seat


def scan(reader: Reader, text: str) -> set[int]:
    connection = reader.session.connection()
    texts = record_texts(connection, "party", all_ids(connection, "party"))
    return {record for record, values in texts.items() if text.strip("-@") and terms.matches(values, text)}


def listed(reader: Reader, text: str) -> set[int]:
    return set(reader.session.scalars(select(Party.id).where(list_search("party", Party.id)(reader, text))))


@pytest.mark.parametrize("text", TYPED)
def test_answers_equal_a_plain_scan(shelf: Seat, text: str) -> None:
    found = shelf.ask(search, text, ["party"])
    assert {hit.id for hit in found.hits} == shelf.ask(scan, text)
    assert found.more is False
    if text.strip("-@"):
        assert shelf.ask(listed, text) == shelf.ask(scan, text)


def test_exact_number_then_beginning_then_word(known: Seat) -> None:
    known.perform(save_party, SaveParty(name="Zinc Blue", code="BLUE", country="US"))
    known.perform(save_party, SaveParty(name="Zinc Harbor", code="Z2", country="FR"))
    names = [hit.title for hit in known.ask(search, "blue", ["party"]).hits]
    assert names[:2] == ["Zinc Blue", "Blue Harbor Ltd"]
    assert set(names[2:]) == {"Harbor Blue GmbH", "青岛蓝湾国际贸易有限公司"}
    assert [row.name for row in known.ask(party_picker, "harbor")][:1] == ["Harbor Blue GmbH"]
    assert [row.name for row in known.ask(party_picker)][:2] == ["Zinc Harbor", "Zinc Blue"]


def test_above_two_hundred_there_are_more(seat: Seat) -> None:
    rows = [{"name": f"Shop number {at:04d}", "country": "US"} for at in range(TIER_LIMIT + 30)]
    seat.perform(run_import, batch("customers", *rows))
    found = seat.ask(search, "number", ["party"], 10)
    assert (len(found.hits), found.count, found.more) == (10, TIER_LIMIT, True)
    assert found.hits[0].title == f"Shop number {TIER_LIMIT + 29:04d}"


def test_papers_are_found_by_their_numbers_and_open(book: Book, seat: Seat) -> None:
    deal = trade(seat)
    for text, kind, link in (
        ("po-881", "sales_contract", Link.to("contract", id=deal.contract)),
        ("bl7", "shipment", Link.to("shipment", id=deal.shipment)),
        ("台灯", "product", Link.to("product", id=deal.product)),
        ("kern holding", "receipt", Link.to("receipt", id=3)),
        ("weiss", "party", Link.to("customer", id=deal.customer)),
    ):
        hits = seat.ask(search, text).hits
        assert [(hit.kind, hit.link) for hit in hits] == [(kind, link)], text
    invoice = seat.ask(search, "CI-2605-0001", ["item"]).hits
    assert [hit.id for hit in invoice] == [deal.invoice]
    assert check_book(book.store.reader) == []


def test_what_is_hidden_is_not_found(seats: Seats) -> None:
    seats.sales.perform(save_party, SaveParty(name="Secret Garden", country="GB"))
    assert seats.sales.ask(search, "secret").count == 1
    assert seats.manager.ask(search, "secret").count == 1
    assert seats.owner.ask(search, "secret").count == 1
    assert seats.other.ask(search, "secret").count == 0
    assert seats.other.ask(listed, "secret") == set()


@pytest.mark.parametrize("text", [*TYPED, "P-", "p-2606", "sc", "po-881", "CI-2605-0001"])
def test_who_sees_all_is_answered_as_by_the_row_rules(shelf: Seat, text: str) -> None:
    def ruled(reader: Reader) -> list[tuple[str, int]]:
        found = [(rank, key, row[0]) for key in KINDS for rank, row in tiers(reader, key, text, None)[0]]
        return [(key, record) for _rank, key, record in sorted(found, key=lambda each: each[0])]

    hits = shelf.ask(search, text, limit=500).hits
    assert [(hit.kind, hit.id) for hit in hits] == shelf.ask(ruled)


def _parts(seat: Seat) -> int:
    """Count the parts that a file's index consists of."""
    with seat.book.store.reader.connect() as connection:
        return int(
            connection.exec_driver_sql("SELECT count(DISTINCT segid) FROM search_index_idx").scalar_one()
        )


@pytest.mark.file_book
def test_an_index_of_many_parts_is_merged_in_pieces_and_answers_alike(seat: Seat) -> None:
    """A writing merges nothing by itself until 16 parts stand side by side; tending does, a piece at a time."""
    with seat.book.store.writer.begin() as connection:
        connection.exec_driver_sql("INSERT INTO search_index(search_index, rank) VALUES ('automerge', 4)")
    seat.book.tend()
    for at in range(13):
        seat.perform(save_party, SaveParty(name=f"Harbor {at:02d}", country="US"))
    before = _parts(seat)
    assert before >= 13
    pieces = 1
    while seat.book.tend():
        pieces += 1
    assert pieces > 1
    assert _parts(seat) < before / 2
    assert len(seat.ask(search, "harbor", ["party"]).hits) == 13
    assert check_book(seat.book.store.reader) == []
