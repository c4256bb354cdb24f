"""The rows behind the aging add up to its cells, on any day (domain.md section 3.6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.conftest import TODAY
from tests.services.trading_kit import trade
from tradecrm.core.aging import AgingBasis
from tradecrm.services.book import Seat
from tradecrm.services.figures.aging import AgingQuery, aging
from tradecrm.services.figures.aging_detail import UNAPPLIED, aging_detail, carrying
from tradecrm.services.figures.statement import EntryFilter, ledger_totals

ZERO = Decimal(0)


def cells(seat: Seat, query: AgingQuery) -> dict[tuple[int, str, int], Decimal]:
    found = {}
    for row in seat.ask(aging, query):
        for bucket, amount in (*enumerate(row.amounts), (UNAPPLIED, row.advance)):
            if amount:
                found[row.party_id, row.currency, bucket] = amount
    return found


def added(seat: Seat, query: AgingQuery) -> dict[tuple[int, str, int], Decimal]:
    sums: dict[tuple[int, str, int], Decimal] = {}
    for part in seat.ask(aging_detail, query):
        key = (part.party_id, part.currency, part.bucket)
        sums[key] = sums.get(key, ZERO) + part.open_amount
    return {key: amount for key, amount in sums.items() if amount}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_rows_of_each_cell_add_up_to_it(seat: Seat, data: st.DataObject) -> None:
    if not seat.ask(aging, AgingQuery("AR", TODAY)):
        trade(seat)
    query = AgingQuery(
        data.draw(st.sampled_from(["AR", "AP"])),
        TODAY - timedelta(days=data.draw(st.integers(-20, 60))),
        data.draw(st.sampled_from(list(AgingBasis))),
        tuple(sorted(data.draw(st.sets(st.integers(1, 120), min_size=1, max_size=4)))),
    )
    assert added(seat, query) == cells(seat, query)
    for bucket in (UNAPPLIED, *range(len(query.edges) + 2)):
        kept = seat.ask(aging_detail, query, bucket)
        assert all(part.bucket == bucket for part in kept)


def test_the_carrying_ties_to_the_ledger_on_every_day(seat: Seat) -> None:
    trade(seat)
    for back in range(0, 45, 4):
        day = TODAY - timedelta(days=back)
        for side, sign in (("AR", 1), ("AP", -1)):
            query = AgingQuery(side, day)
            parts = seat.ask(aging_detail, query)
            carried = sum(seat.ask(carrying, query, parts), ZERO)
            totals = seat.ask(ledger_totals, EntryFilter(day, book=side))
            assert carried == sign * sum((total.base_amount for total in totals), ZERO)
