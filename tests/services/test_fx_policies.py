"""Policies A and B of section 2.1 give equal profit after FX (invariant 12), on a book of random deals."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY, open_copy
from tests.services.trading_kit import line_of
from tradecrm.core.presets import preset_terms
from tradecrm.core.rates import RateType
from tradecrm.core.terms import encode_terms
from tradecrm.models import LedgerEntry
from tradecrm.services.book import Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.rates import SaveRate, SaveRates, save_rates
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

FIRST = TODAY - timedelta(days=100)
Results = dict[tuple[int | None, str], Decimal]


def play(seat: Seat, policy: str, seed: int) -> Results:
    """Ship and collect random deals under a policy; answers the result in base by shipment and book."""
    rng = Random(seed)
    seat.perform(change_settings, ChangeSettings((("fx_policy", policy),)))
    days = [FIRST + timedelta(days=n) for n in range(0, 101, 5)]
    rates = [
        SaveRate(kind, "USD", day, f"{Decimal(rng.randint(69000, 73999)) / 10000}")
        for day in days
        for kind in (RateType.MID, RateType.BUY)
    ]
    rates.append(SaveRate(RateType.BUDGET, "USD", date(TODAY.year, 1, 1), "7.1"))
    seat.perform(save_rates, SaveRates(tuple(rates)))
    account = seat.perform(open_account, OpenAccount("USD", "BANK", "USD", FIRST)).value
    buyer = seat.perform(save_party, SaveParty(name="Kern Tool Corp.", country="DE")).value
    product = seat.perform(save_product, SaveProduct("L-1", "Desk lamp")).value
    for number in range(4):
        deal(seat, rng, (account, buyer, product), FIRST + timedelta(days=5 * number))
    return seat.ask(results)


def deal(seat: Seat, rng: Random, keys: tuple[int, int, int], start: date) -> None:
    """Take a deposit, perhaps in two parts, ship in one or two parts, and collect each in random parts."""
    account, buyer, product = keys
    quantity, price = Decimal(rng.randint(100, 999)), Decimal(rng.randint(500, 3999)) / 100
    line = ContractLineDraft(product, "Desk lamp", quantity, price)
    terms = encode_terms(preset_terms("TT_30_70"))
    contract = seat.perform(
        save_contract, SaveContract(buyer, start, "USD", "FOB", "Ningbo", terms, (line,))
    ).value
    seat.perform(move_contract, MoveContract(contract, "signed", start))
    total = quantity * price
    deposit = (total * Decimal("0.3")).quantize(Decimal("0.01"))
    first = (deposit * rng.randint(30, 99) / 100).quantize(Decimal("0.01"))
    for part, after in ((first, 0), (deposit - first, 10)):
        command = RecordReceipt(
            start + timedelta(days=after), buyer, account, part, earmarks=(Share(contract, part),)
        )
        seat.perform(record_receipt, command)
    seat.perform(move_contract, MoveContract(contract, "effective", start + timedelta(days=10)))
    key = seat.ask(line_of, contract)
    shipped = (quantity * rng.randint(40, 90) / 100).quantize(Decimal(1))
    for goods, after in ((shipped, 20), (quantity - shipped, 35)):
        day = start + timedelta(days=after)
        lines = (ShipmentLineDraft(key, goods),)
        shipment = seat.perform(save_shipment, SaveShipment(start, lines, etd=day)).value
        invoice = seat.perform(depart_shipment, DepartShipment(shipment, day, "BL")).value
        assert invoice is not None
        left = seat.ask(open_amount, invoice)
        part = (left * rng.randint(20, 80) / 100).quantize(Decimal("0.01"))
        for amount, later in ((part, 10), (left - part, 20)):
            receipt = RecordReceipt(
                day + timedelta(days=later), buyer, account, amount, allocations=(Share(invoice, amount),)
            )
            seat.perform(record_receipt, receipt)


def open_amount(reader: Reader, invoice: int) -> Decimal:
    from tradecrm.models import Item

    return reader.session.scalars(select(Item.open_amount).where(Item.id == invoice)).one()


def results(reader: Reader) -> Results:
    entry = LedgerEntry
    rows = reader.session.execute(
        select(entry.shipment_id, entry.book, -func.sum(entry.base_amount))
        .where(entry.book.in_(("REVENUE", "COST", "FX", "EXPENSE")))
        .group_by(entry.shipment_id, entry.book)
    )
    return {(shipment, book): amount for shipment, book, amount in rows}


@pytest.mark.parametrize("seed", [1, 2])
def test_both_policies_give_equal_profit_after_fx(blank_book: Path, tmp_path: Path, seed: int) -> None:
    found: dict[str, Results] = {}
    for policy in ("A", "B"):
        path = tmp_path / f"{policy}.tcrm"
        shutil.copyfile(blank_book, path)
        book = open_copy(path)
        found[policy] = play(book.seat(), policy, seed)
        book.close()
    shipments = {shipment for shipment, _book in found["A"] if shipment is not None}
    assert len(shipments) == 8
    for shipment in shipments:
        profits = [
            sum((value for (key, _book), value in each.items() if key == shipment), Decimal(0))
            for each in found.values()
        ]
        assert profits[0] == profits[1], f"shipment {shipment} after FX"
    assert found["A"] != found["B"], "revenue is booked at other rates, the difference is in the FX"
