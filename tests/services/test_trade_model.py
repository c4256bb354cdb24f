"""Random histories of the whole trade and its money: after each step, and after taking it back, all figures agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.services import play_claims, play_money, play_trade
from tests.services.conftest import TODAY, blank_copy
from tests.services.play_kit import (
    DAYS,
    PHASES,
    START,
    THOROUGH,
    TOLD,
    Firm,
    Player,
    examples,
    founded,
    opening,
    steps,
)
from tests.services.scenes import played_once
from tests.services.settling_kit import counts
from tradecrm.models import (
    Allocation,
    ContractLine,
    Item,
    LedgerEntry,
    SalesContract,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.book import Book, Seat
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.accounts import account_balances
from tradecrm.services.figures.aging import AgingQuery, aging, ledger_balances
from tradecrm.services.figures.contract_profit import contract_profit
from tradecrm.services.figures.deposits import deposit_left
from tradecrm.services.figures.line_profit import line_profits
from tradecrm.services.figures.profit import profits_between, shipment_profit
from tradecrm.services.figures.revaluing import valuation
from tradecrm.services.work import Reader

D = Decimal
SIDES = ("AR", "AP")
Step = Callable[[Player, int, int, date, Decimal], None]
TRADE: dict[str, Step] = {
    name: getattr(play_trade, name)
    for name in (
        "contract", "plan", "ship", "buy", "take_in", "bill_factory", "cost", "come_back", "amend", "end_short",
        "copy_sent", "go_on", "take_out",
    )
}  # fmt: skip
UNDONE: dict[str, Step] = {
    name: getattr(play_money, name)
    for name in (
        "receive", "pay", "note", "write_rest_off", "refund", "set_off", "transfer", "spend", "lend", "claim",
    )
} | {"come_back": play_trade.come_back}  # fmt: skip
MONEY: dict[str, Step] = {
    name: getattr(play_money, name)
    for name in (
        "settle", "unsettle", "move_kept", "hold", "value_anew", "end_rebate", "tell_of_bank", "match", "reconcile",
        "close", "back",
    )
}  # fmt: skip
CLAIMS: dict[str, Step] = {
    name: getattr(play_claims, name)
    for name in ("commission", "file_rebate", "go_on_with_rebate", "share", "bring_in")
}
ALL = TRADE | UNDONE | MONEY | CLAIMS


def standing(reader: Reader, day: date) -> dict[str, Any]:
    """Answer what stands at the end of a day: what partners owe, and what the accounts hold."""
    found: dict[str, Any] = {
        f"{side} {row.party_id} {row.currency}": (sum(row.amounts, D(0)), row.advance)
        for side in SIDES
        for row in aging(reader, AgingQuery(side, day))
    }
    for row in account_balances(reader, day).rows:
        found[f"account {row.account_id}"] = (row.balance, row.carrying)
    return found


def figures(reader: Reader) -> dict[str, Any]:
    """Answer every figure of today that taking something back must leave as it was before."""
    found = standing(reader, TODAY)
    for row in valuation(reader, TODAY).rows:
        found[f"value {row.book} {row.key}"] = (row.amount, row.carrying, row.difference)
    for key in reader.session.scalars(select(Shipment.id)):
        result = shipment_profit(reader, key).result
        found[f"shipment {key}"] = (result.revenue, result.total_cost, result.realized_fx)
    for key in reader.session.scalars(select(SalesContract.id)):
        found[f"deposit {key}"] = deposit_left(reader, key, TODAY)
    return {name: value for name, value in found.items() if value not in ((D(0), D(0)), D(0))}


def written(reader: Reader, after: tuple[int, int, int]) -> tuple[tuple[int, int, int], date | None]:
    """Answer the newest ids, and the earliest day of what was posted or settled since ``after``."""
    newest, days = [], []
    posted: tuple[Any, ...] = (LedgerEntry, Allocation, Item)
    for entity, key in zip(posted, after, strict=True):
        newest.append(reader.session.scalar(select(func.max(entity.id))) or 0)
        days.append(reader.session.scalar(select(func.min(entity.day)).where(entity.id > key)))
    return (newest[0], newest[1], newest[2]), min((day for day in days if day is not None), default=None)


def check_today(player: Player) -> None:
    """Hold today's figures against the plain sums (section 12 numbers 1, 3, 6, 10)."""
    rows, over, quantities = player.seat.ask(_plain)
    for side in SIDES:
        balances = player.seat.ask(ledger_balances, side, TODAY)
        aged = {(r.party_id, r.currency): r.total for r in player.seat.ask(aging, AgingQuery(side, TODAY))}
        assert {key: value for key, value in aged.items() if value} == balances, "section 12 number 1"
        assert {key[1:]: value for key, value in rows.items() if key[0] == side and value} == balances
    assert over == [], "section 12 number 3"
    assert quantities == [], "section 12 number 6"
    held = player.seat.ask(account_balances, TODAY)
    assert {row.account_id: row.balance for row in held.rows} == player.held, "section 12 number 10"
    assert all(row.carrying == 0 for row in held.rows if row.balance == 0), "section 3.5"


def _plain(reader: Reader) -> tuple[dict[tuple[str, int, str], Decimal], list[Any], list[Any]]:
    """Add the open items up, and name what is open in base alone, and what was shipped beyond its tolerance."""
    rows: dict[tuple[str, int, str], Decimal] = {}
    over = []
    for item in reader.session.scalars(select(Item)):
        key = (item.side, item.party_id, item.currency)
        rows[key] = rows.get(key, D(0)) + item.open_amount
        sign = 1 if item.amount >= 0 else -1
        within = 0 <= sign * item.open_amount <= abs(item.amount)
        if not within or (item.open_amount == 0 and item.open_base != 0):
            over.append((item.number, item.amount, item.open_amount, item.open_base))
    shipped = (
        select(
            ContractLine.id,
            ContractLine.quantity,
            SalesContract.tolerance_over,
            func.sum(ShipmentLine.quantity),
        )
        .join(SalesContract, SalesContract.id == ContractLine.contract_id)
        .join(ShipmentLine, ShipmentLine.contract_line_id == ContractLine.id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(Shipment.departed_on.is_not(None))
        .group_by(ContractLine.id, SalesContract.id)
    )
    beyond = [
        (line, gone)
        for line, ordered, tolerance, gone in reader.session.execute(shipped)
        if gone > ordered * (1 + tolerance)
    ]
    return rows, over, beyond


def check_profit(player: Player) -> None:
    """Hold the results against each other: of shipments, contracts, lines and lists (section 12 number 5)."""

    def read(reader: Reader) -> None:
        totals = {row.shipment_id: row for row in profits_between(reader, START, TODAY)}
        parts: dict[int, list[Any]] = {}
        for key in reader.session.scalars(select(SalesContract.id)):
            for part in contract_profit(reader, key).parts:
                parts.setdefault(part.shipment_id, []).append(part)
        for shipment in reader.session.scalars(select(Shipment).where(Shipment.recognized_on.is_not(None))):
            result = shipment_profit(reader, shipment.id).result
            assert totals[shipment.id].profit == result.trading_profit
            found = line_profits(reader, shipment.id)
            unplaced = sum((amount for _category, amount, _why in found.unplaced), D(0))
            assert sum((line.profit for line in found.lines), D(0)) - unplaced == result.trading_profit
            mine = parts[shipment.id]
            assert sum((part.revenue for part in mine), D(0)) == result.revenue
            assert sum((part.cost for part in mine), D(0)) == result.total_cost
        assert line_profits is not None

    player.seat.ask(read)


class Watch:
    """Sees that a step which writes nothing of a past day leaves what stood on it (section 12 number 2)."""

    def __init__(self, player: Player, asked: date) -> None:
        self.player, self.asked = player, asked
        self.newest, _day = player.seat.ask(written, (0, 0, 0))
        self.stood = player.seat.ask(standing, asked)

    def look(self) -> None:
        """Hold what stands on the day now against what stood, where nothing of that day was written since."""
        seat = self.player.seat
        self.newest, day = seat.ask(written, self.newest)
        stood, self.stood = self.stood, seat.ask(standing, self.asked)
        closed = seat.ask(lambda reader: reader.settings.closed_until)
        if day is None or day > self.asked or (closed is not None and self.asked <= closed):
            assert self.stood == stood, f"as of {self.asked}, with what is of {day}"


def play(player: Player, step: tuple[str, bool, int, int, date, Decimal], watch: Watch) -> None:
    """Carry one step out, and back where it can be; a refusal must have changed nothing.

    What a refund lets go of a deposit stays free when it is taken back, until it is kept anew.
    """
    name, there_and_back, which, other, day, amount = step
    written_before = counts(player.seat)
    told = len(player.log)
    before = player.seat.ask(figures) if there_and_back and name in UNDONE else None
    open_ends = len(player.done)
    try:
        ALL[name](player, which, other, day, amount)
    except TOLD:
        refused = len(player.log) == told
    else:
        refused = False
    if refused:
        assert counts(player.seat) == written_before, "a refusal wrote something"
        return
    watch.look()
    check_today(player)
    if before is not None and len(player.done) > open_ends:
        try:
            player.take_back(player.done[-1], day)
        except TOLD:
            return
        watch.look()
        now = player.seat.ask(figures)
        changed = {
            key: (before.get(key), now.get(key))
            for key in before.keys() | now.keys()
            if before.get(key) != now.get(key) and not (name == "refund" and key.startswith("deposit"))
        }
        assert not changed, f"{name} taken back leaves something: {player.log[-2:]}"
        check_today(player)


small = st.integers(0, 11)
days = st.integers(0, DAYS).map(lambda n: START + timedelta(days=n))
cents = st.integers(1_000, 300_000).map(lambda n: D(n).scaleb(-2))
names = st.one_of(*(st.sampled_from(tuple(group)) for group in (TRADE, UNDONE, MONEY, CLAIMS)))
histories = st.lists(
    st.tuples(names, st.booleans(), small, small, days, cents), min_size=6, max_size=steps(14)
)
BEGINNING = (
    ("contract", 0, 0, START, D(500)),
    ("contract", 1, 3, START, D(300)),
    ("buy", 0, 0, START, D(1)),
    ("buy", 0, 7, START, D(1)),
    ("plan", 0, 1, START, D(1)),
    ("bill_factory", 0, 0, START, D(1)),
    ("ship", 0, 1, START + timedelta(days=9), D(1)),
    ("bill_factory", 0, 1, START + timedelta(days=12), D(1)),
    ("receive", 1, 0, START + timedelta(days=20), D(100)),
)
"""Without goods that left most steps find nothing to do."""


@played_once
def begun(seat: Seat) -> Firm:
    """Found the firm and let its first goods leave."""
    player = Player(seat, founded(seat))
    for name, which, other, day, amount in BEGINNING:
        ALL[name](player, which, other, day, amount)
    return player.firm


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trade")


@pytest.mark.timeout(120 if THOROUGH == 1 else 0)
@settings(
    max_examples=examples(2),
    deadline=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories, asked=days)
def test_whatever_happens_and_is_taken_back_all_figures_agree(
    request: pytest.FixtureRequest, kind_of_store: str, folder: Path, history: list[Any], asked: date
) -> None:
    with blank_copy(request, kind_of_store, folder) as book:
        run(book, history, asked)


def run(book: Book, history: list[Any], asked: date) -> None:
    """Play a history, and look at everything at its end."""
    seat = book.seat()
    player = Player(seat, begun(seat), seat.ask(opening))
    watch = Watch(player, asked)
    for step in history:
        play(player, step, watch)
    check_profit(player)
    assert check_book(book.store.reader) == []
