"""Posting an invoice, and a receipt over three invoices, against the commit that makes anything durable."""

from __future__ import annotations

import gc
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.books import opened
from bench.measure import Line, percentile, seconds, spell
from bench.story import TODAY
from tradecrm.core.rates import RateType
from tradecrm.models import ContractLine, Item
from tradecrm.services.book import Book, Seat
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

TIMES = 60
_DOLLARS = 1
MEDIAN_MS = 15
MOST_MS = 50


def run(path: Path, scale: str) -> Iterator[Line]:
    """Measure on a copy of the book at ``path``."""
    del scale
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        book = opened(copy)
        seat = book.seat()
        seat.perform(
            save_rate, SaveRate(RateType.BUDGET, "USD", TODAY.replace(month=1, day=1), "7.1", "bench")
        )
        shipments = [_shipment(seat, party) for party in range(1, TIMES + 1)]
        yield from _lines(
            "an invoice posted",
            book,
            [partial(seat.perform, depart_shipment, DepartShipment(key, TODAY)) for key in shipments],
        )
        yield from _lines(
            "a receipt posted over three invoices",
            book,
            [partial(seat.perform, record_receipt, each) for each in seat.ask(_receipts)],
        )
        book.close()


def _lines(what: str, book: Book, works: Sequence[Callable[[], Any]]) -> Iterator[Line]:
    """Measure each of ``works`` once, a bare commit after each."""
    ours: list[float] = []
    commits: list[float] = []
    works[0]()
    # As the window does when its first page stands (ui/front.py): what is loaded by then is looked through no more.
    gc.collect()
    gc.freeze()
    for work in works[1:]:
        ours.append(seconds(work))
        commits.append(seconds(lambda: _commit(book)))
    base = statistics.median(commits)
    half = statistics.median(ours)
    note = f"commit {spell(base)}"
    yield Line(f"{what}, over the commit", (half - base) * 1000, MEDIAN_MS, "ms", f"ours {spell(half)}", note)
    most = percentile(ours, 0.99)
    yield Line(f"{what}, 99 of 100", most * 1000, MOST_MS, "ms", f"of {len(ours)}", note)


def _commit(book: Book) -> None:
    with book.store.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")


def _shipment(seat: Seat, party: int) -> int:
    """Write a contract of three lines and its shipment, ready to leave."""
    lines = tuple(
        ContractLineDraft(
            None, f"Garden lamp {number}", Decimal(100 * number), Decimal("3.20"), cost=Decimal(12)
        )
        for number in (1, 2, 3)
    )
    contract = seat.perform(
        save_contract,
        SaveContract(party, TODAY, "USD", "FOB", "Ningbo", "TT;B@BL+30D", lines),
    ).value
    for state in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(contract, state, TODAY))
    goods = tuple(ShipmentLineDraft(line, quantity) for line, quantity in seat.ask(_contract_lines, contract))
    return seat.perform(save_shipment, SaveShipment(TODAY, goods, etd=TODAY)).value


def _contract_lines(reader: Reader, contract: int) -> list[tuple[int, Decimal]]:
    rows = select(ContractLine.id, ContractLine.quantity).where(ContractLine.contract_id == contract)
    return [(key, quantity) for key, quantity in reader.session.execute(rows)]


def _receipts(reader: Reader) -> list[RecordReceipt]:
    """Plan receipts of customers who owe three invoices in dollars."""
    conditions = (Item.side == "AR", Item.currency == "USD", Item.open_amount > 0)
    owing = (
        select(Item.party_id)
        .where(*conditions)
        .group_by(Item.party_id)
        .having(func.count() >= 3)
        .limit(TIMES)
    )
    found: dict[int, list[Share]] = {}
    rows = select(Item.party_id, Item.id, Item.open_amount).where(*conditions, Item.party_id.in_(owing))
    for party, item, amount in reader.session.execute(rows.order_by(Item.party_id, Item.id)):
        found.setdefault(party, []).append(Share(item, amount))
    return [
        RecordReceipt(
            TODAY,
            party,
            _DOLLARS,
            sum((share.amount for share in shares[:3]), Decimal(0)),
            allocations=tuple(shares[:3]),
        )
        for party, shares in found.items()
    ]
