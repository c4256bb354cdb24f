"""Lists through real seats: rows, counts and sums hold only what the person's scope lets them see."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY, Seats
from tests.services.money_kit import Invoice, enter_item
from tradecrm.core.errors import NotAllowed
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.models import Item, Party
from tradecrm.services.book import Seat
from tradecrm.services.crm.lists import CUSTOMERS
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.data.lists import (
    ListRequest,
    count_and_sums,
    fetch_rows,
    fetch_window,
    ordered_ids,
)
from tradecrm.services.money.lists import RECEIVABLES
from tradecrm.services.work import Reader, Work, operation

OWED = {"owner": Decimal("1000.10"), "manager": Decimal(200), "sales": Decimal("30.05"), "other": Decimal(4)}
SEEN = {
    "owner": ("owner", "manager", "sales", "other"),
    "manager": ("manager", "sales"),
    "sales": ("sales",),
    "other": ("other",),
}
"""Scope all, the department, oneself, oneself."""


@operation("receipt.write")
def hand_over(work: Work, command: tuple[int, int]) -> None:
    """Give an item (first) to the person whose customer (second) owes it, as a shipment's invoice is."""
    item, party = work.session.get_one(Item, command[0]), work.session.get_one(Party, command[1])
    item.owner_id = party.owner_id


@pytest.fixture
def parties(seats: Seats) -> dict[str, int]:
    """Answer the customer each person wrote; each owes what ``OWED`` says, in one invoice."""
    written = {}
    for name, amount in OWED.items():
        mine: Seat = getattr(seats, name)
        written[name] = mine.perform(save_party, SaveParty(name=f"Customer of {name}", country="US")).value
        invoice = Invoice(written[name], TODAY, amount, number=f"T-{name}", due=((amount, TODAY),))
        item = seats.owner.perform(enter_item, invoice).value
        seats.owner.perform(hand_over, (item, written[name]))
    return written


@pytest.mark.parametrize("who", SEEN)
def test_rows_counts_and_windows_are_those_of_the_scope(
    seats: Seats, parties: dict[str, int], who: str
) -> None:
    seat: Seat = getattr(seats, who)
    expected = {parties[name] for name in SEEN[who]}
    request = ListRequest(sort=(SortKey("name"),))
    assert set(seat.ask(ordered_ids, CUSTOMERS, request)) == expected
    assert set(seat.ask(fetch_window, CUSTOMERS, request).ids) == expected
    assert seat.ask(count_and_sums, CUSTOMERS, request).count == len(expected)
    assert set(seat.ask(fetch_rows, CUSTOMERS, sorted(parties.values())).ids) == expected


@pytest.mark.parametrize("who", ["owner", "manager", "sales", "other"])
def test_sums_add_only_visible_rows_to_the_cent(seats: Seats, parties: dict[str, int], who: str) -> None:
    seat: Seat = getattr(seats, who)
    assert parties
    totals = seat.ask(count_and_sums, RECEIVABLES, ListRequest())
    expected = sum((OWED[name] for name in SEEN[who]), Decimal(0))
    assert totals.count == len(SEEN[who])
    assert totals.sums["amount"] == {"USD": expected}
    assert totals.sums["open"] == {"USD": expected}


def test_a_filter_or_a_search_finds_nothing_beyond_the_scope(seats: Seats, parties: dict[str, int]) -> None:
    asked = Filter("name", Op.CONTAINS, ("Customer of",))
    for who, seen in SEEN.items():
        seat: Seat = getattr(seats, who)
        totals = seat.ask(count_and_sums, CUSTOMERS, ListRequest(filters=(asked,)))
        assert totals.count == len(seen)
        assert len(seat.ask(ordered_ids, CUSTOMERS, ListRequest(search="customer"))) == len(seen)


def test_the_rules_join_any_statement_on_mapped_classes(seats: Seats, parties: dict[str, int]) -> None:
    def owed(reader: Reader) -> list[int]:
        return list(reader.session.execute(select(Item.party_id)).scalars())

    assert seats.sales.ask(owed) == [parties["sales"]]
    assert sorted(seats.owner.ask(owed)) == sorted(parties.values())


def test_an_order_by_a_joined_name_tells_nothing_of_hidden_rows(
    seats: Seats, parties: dict[str, int]
) -> None:
    request = ListRequest(sort=(SortKey("party", descending=True),), search="Customer")
    window = seats.manager.ask(fetch_window, RECEIVABLES, request)
    names = [row[window.keys.index("party")] for row in window.rows]
    assert names == ["Customer of sales", "Customer of manager"]


def test_who_may_not_write_is_refused_and_sees_the_same_as_before(
    seats: Seats, parties: dict[str, int]
) -> None:
    with pytest.raises(NotAllowed):
        seats.sales.perform(
            enter_item, Invoice(parties["sales"], TODAY, Decimal(1), due=((Decimal(1), TODAY),))
        )
    assert seats.sales.ask(count_and_sums, RECEIVABLES, ListRequest()).count == 1
