"""A book of a scale with trade in it: some deals made by the services, and each of them many times over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Table, func, select

from bench.books import opened
from bench.story import TODAY
from tradecrm.core.rates import RateType
from tradecrm.models import Base, ContractLine, Party
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
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.estimate_card import contract_estimate
from tradecrm.services.trade.estimates import SaveEstimate, SubmitEstimate, save_estimate, submit_estimate
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader
from tradecrm.storage.engines import connect

DEALS = 10
COPIES = {"S": 50, "M": 500, "L": 5_000}
"""How often each deal is copied: two shipments a deal make 1,000, 10,000 and 100,000 of them."""
_DOLLARS = 1
_LEFT_OUT = frozenset({"audit_entry", "party_key", "rate", "setting", "number_series", "account_month"})
_NUMBERS = frozenset({"number", "invoice_number"})


@contextmanager
def trading(path: Path, scale: str) -> Iterator[Book]:
    """Open a copy of the book at ``path`` with deals of this year in it, for as long as it is asked for."""
    with TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder) / path.name
        copyfile(path, copy)
        before = _highest(copy)
        book = opened(copy)
        seat = book.seat()
        seat.perform(save_rate, SaveRate(RateType.BUDGET, "USD", date(TODAY.year, 1, 1), "7.1", "bench"))
        for number in range(DEALS):
            add_deal(seat, number + 1, date(TODAY.year, 1 + number % 6, 2 + number % 3))
        parties = seat.ask(_parties)
        book.close()
        _multiply(copy, before, COPIES[scale], parties)
        book = opened(copy)
        try:
            yield book
        finally:
            book.close()


def _parties(reader: Reader) -> int:
    return reader.session.scalar(select(func.count()).select_from(Party)) or 0


def add_deal(seat: Seat, party: int, day: date, shipments: int = 2) -> int:
    """Sell two kinds of lamps, estimate them, ship them in parts with their costs, and collect half of each part.

    Answers the contract.
    """
    goods = tuple(
        ContractLineDraft(None, f"Garden lamp {each}", Decimal(1000), Decimal("3.20"), cost=Decimal(12))
        for each in (1, 2)
    )
    contract = seat.perform(
        save_contract, SaveContract(party, day, "USD", "FOB", "Ningbo", "TT;B@BL+30D", goods)
    ).value
    rows = seat.ask(contract_estimate, contract).rows
    estimate = seat.perform(save_estimate, SaveEstimate(contract, Decimal("7.1"), rows)).value
    seat.perform(submit_estimate, SubmitEstimate(estimate))
    for state in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(contract, state, day))
    lines = seat.ask(_lines, contract)
    for part in range(1, shipments + 1):
        parts = tuple(ShipmentLineDraft(line, Decimal(1000) / shipments) for line in lines)
        shipment = seat.perform(save_shipment, SaveShipment(day, parts, etd=day)).value
        for code, amount in (("INL", 1200), ("FRT", 900), ("BKF", 60)):
            seat.perform(save_cost, SaveCost(shipment, code, "CNY", Decimal(amount * part)))
        invoice = seat.perform(depart_shipment, DepartShipment(shipment, day)).value or 0
        paid = round(Decimal(3200) / shipments, 2)
        seat.perform(
            record_receipt,
            RecordReceipt(
                day, party, _DOLLARS, paid, rate=Decimal("7.2"), allocations=(Share(invoice, paid),)
            ),
        )
    return contract


def _lines(reader: Reader, contract: int) -> list[int]:
    return list(
        reader.session.scalars(
            select(ContractLine.id).where(ContractLine.contract_id == contract).order_by(ContractLine.id)
        )
    )


def _tables() -> list[Table]:
    return [
        table
        for table in Base.metadata.sorted_tables
        if "id" in table.c and table.name not in _LEFT_OUT and table.name != "party"
    ]


def _highest(path: Path) -> dict[str, int]:
    connection = connect(path)
    try:
        return {
            table.name: connection.execute(f"SELECT coalesce(max(id), 0) FROM {table.name}").fetchone()[0]
            for table in _tables()
        }
    finally:
        connection.close()


def _multiply(path: Path, before: dict[str, int], copies: int, parties: int) -> None:
    """Copy every row that is newer than ``before``, each copy with ids, customers and numbers of its own."""
    after = _highest(path)
    spans = {name: after[name] - first for name, first in before.items() if after[name] > first}
    connection = connect(path)
    for statement in ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -500000"):
        connection.execute(f"PRAGMA {statement}").fetchall()
    connection.execute("BEGIN")
    for table in _tables():
        if table.name in spans:
            columns = [_copied(table, column, before, spans, parties) for column in table.c]
            names = ", ".join(f'"{column.name}"' for column in table.c)
            connection.execute(
                "WITH RECURSIVE times(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM times WHERE k < ?) "
                f"INSERT INTO {table.name} ({names}) SELECT {', '.join(columns)} "
                f"FROM times, {table.name} AS t WHERE t.id > ? AND t.id <= ?",
                (copies - 1, before[table.name], after[table.name]),
            )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()


def _copied(table: Table, column: Any, before: dict[str, int], spans: dict[str, int], parties: int) -> str:
    """Spell what a column holds in the copy of number ``k``."""
    name = f't."{column.name}"'
    if column.name == "id":
        return f"{name} + k * {spans[table.name]}"
    if column.name in _NUMBERS:
        return f"{name} || '/' || k"
    target = next((key.column.table.name for key in column.foreign_keys), "")
    if target == "party":
        return f"({name} - 1 + k * {DEALS}) % {parties} + 1"
    if target in spans:
        return f"CASE WHEN {name} > {before[target]} THEN {name} + k * {spans[target]} ELSE {name} END"
    return name
