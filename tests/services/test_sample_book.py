"""The sample book: sound, plausible, with the running example to the cent; the full one is a slow test."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bench.agreement import disagreements, plan_disagreements, random_days
from tests.services.test_journal import ours, read_back
from tradecrm.core.clock import FixedClock
from tradecrm.core.errors import Stopped
from tradecrm.core.money import round_to
from tradecrm.core.progress import Progress
from tradecrm.core.rates import RateType
from tradecrm.models import (
    Account,
    Base,
    GoodsReturn,
    Item,
    LedgerEntry,
    Note,
    Receipt,
    SalesContract,
    Shipment,
)
from tradecrm.reports.journal_text import write_journal
from tradecrm.services.book import Book
from tradecrm.services.control.tasks import open_tasks
from tradecrm.services.data.check import check_book
from tradecrm.services.data.sample import plan, quotes, stock
from tradecrm.services.data.sample.book import cached_sample, fingerprint, sample_book
from tradecrm.services.data.sample.firm import SAMPLE_DAY, SAMPLE_FIRST
from tradecrm.services.figures.aging import AgingQuery, aging_totals
from tradecrm.services.figures.holds import available_from
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.rates import SaveRate, SaveRates, save_rates
from tradecrm.services.work import Reader
from tradecrm.storage.store import open_book

D = Decimal
NOW = FixedClock.on(SAMPLE_DAY)


@pytest.fixture(scope="module")
def small(session_folder: Path) -> Iterator[Book]:
    """Answer the book of a firm of a tenth of the size, open on the sample's own day."""
    path = session_folder / "small.tcrm"
    sample_book(path, NOW, scale=D("0.1"))
    book = Book(open_book(path, "Tests", NOW), NOW)
    yield book
    book.close()


@pytest.fixture(scope="module")
def full(session_folder: Path) -> Iterator[Book]:
    """Answer a copy of the full sample book, open on the sample's own day."""
    path = cached_sample(session_folder / "kept", NOW, copy_to=session_folder / "full.tcrm")
    book = Book(open_book(path, "Tests", NOW), NOW)
    yield book
    book.close()


def test_the_journal_is_read_by_beancount_with_our_balances(small: Book, tmp_path: Path) -> None:
    # What is handed to the accountant is the ledger: beancount loads it and finds the same balances.
    seat, path = small.seat(), tmp_path / "sample.beancount"
    rows = seat.ask(lambda reader: reader.session.scalar(select(func.count()).select_from(LedgerEntry)))
    assert seat.ask(write_journal, SAMPLE_DAY, path) == rows
    assert read_back(path) == ours(seat, SAMPLE_DAY)


def test_all_figures_of_a_day_agree_with_one_another_and_with_the_ledger(small: Book) -> None:
    """Section 12: aging, its rows, statements, balances, plans; the long campaign is a benchmark."""
    rng, seat = random.Random(5), small.seat()
    assert seat.ask(lambda reader: list(plan_disagreements(reader))) == []
    for day in random_days(rng, SAMPLE_FIRST, SAMPLE_DAY, 12):
        assert seat.ask(_wrong, day, rng) == []


def _wrong(reader: Reader, day: date, rng: random.Random) -> list[str]:
    return list(disagreements(reader, day, rng, partners=3))


def _count(reader: Reader, entity: type[Base]) -> int:
    return reader.session.scalar(select(func.count()).select_from(entity)) or 0


def test_a_small_sample_is_sound(small: Book) -> None:
    assert check_book(small.store.reader) == []


def test_sections_1_9_and_2_5_the_running_example_stands_in_it(small: Book) -> None:
    """Contract SC-26001 and shipment SH-26001 with the printed figures, beside all the other trade."""
    seat = small.seat()

    def facts(reader: Reader) -> tuple[Decimal, Decimal, str, int]:
        contract = reader.session.scalars(
            select(SalesContract).where(SalesContract.number == "SC-26001")
        ).one()
        shipment = reader.session.scalars(select(Shipment.id).where(Shipment.number == "SH-26001")).one()
        return contract.total, contract.deposit_due, contract.status, shipment

    total, deposit, status, shipment = seat.ask(facts)
    assert (total, deposit, status) == (D(19740), D(5922), "partly_shipped")
    result = seat.ask(shipment_profit, shipment).result
    assert result.revenue == D("108680.16")
    assert result.total_cost == D("86499.35")
    assert result.trading_profit == D("22180.81")
    assert result.realized_fx == D("-323.82")
    assert result.profit_after_fx == D("21856.99")
    assert round_to(result.trading_profit / result.revenue, 4) == D("0.2041")


def test_section_1_10_goods_came_back_and_a_factory_s_goods_were_exported(small: Book) -> None:
    """Returned goods are credited on both sides; of an agency's invoice 7,440.00 the fee, 3 %, is the revenue."""
    seat = small.seat()

    def back(reader: Reader) -> tuple[GoodsReturn, list[tuple[str, Decimal]]]:
        paper = reader.session.scalars(select(GoodsReturn)).one()
        notes = reader.session.execute(
            select(Note.side, Note.amount).where(Note.reason.contains(paper.reason)).order_by(Note.side)
        )
        return paper, [(side, amount) for side, amount in notes]

    def exported(reader: Reader) -> tuple[SalesContract, Shipment, Decimal]:
        contract = reader.session.scalars(select(SalesContract).where(SalesContract.agency != "")).one()
        shipment = reader.session.scalars(
            select(Shipment).where(Shipment.number == f"SH-{contract.number}")
        ).one()
        owed = reader.session.scalars(
            select(Item).where(Item.shipment_id == shipment.id, Item.side == "AP", Item.kind == "INV")
        ).one()
        return contract, shipment, owed.amount

    paper, notes = seat.ask(back)
    assert (paper.status, paper.fate) == ("received", "supplier")
    assert {side for side, _amount in notes} == {"AP", "AR"}
    assert all(amount > 0 for _side, amount in notes)
    contract, shipment, owed = seat.ask(exported)
    assert (contract.total, contract.counted, shipment.tax_regime) == (D(7440), False, "NO_REFUND")
    assert owed == D("7216.80")
    result = seat.ask(shipment_profit, shipment.id).result
    assert D("223.20") * 6 < result.revenue < D("223.20") * 8


def test_its_receipts_came_to_the_same_dollar_account_as_all_others(small: Book) -> None:
    def accounts(reader: Reader) -> set[int]:
        rows = reader.session.scalars(select(Receipt.account_id).where(Receipt.currency == "USD"))
        return set(rows)

    assert len(small.seat().ask(accounts)) == 1


def _moments(reader: Reader) -> dict[str, Any]:
    days = {
        "ledger": reader.session.scalar(select(func.max(LedgerEntry.day))),
        "items": reader.session.scalar(select(func.max(Item.day))),
        "contracts": reader.session.scalar(select(func.max(SalesContract.day))),
    }
    accounts = reader.session.scalars(select(Account)).all()
    least = {
        account.name: available_from(reader, account.id, account.opened_on).amount for account in accounts
    }
    return {"last": max(day for day in days.values() if day), "least": least}


def test_nothing_is_dated_after_its_day_and_no_account_was_ever_below_zero(small: Book) -> None:
    facts = small.seat().ask(_moments)
    assert facts["last"] <= SAMPLE_DAY
    assert min(facts["least"].values()) >= 0, facts["least"]


def test_tasks_are_overdue_for_today_and_to_come(small: Book) -> None:
    days = Counter(
        (card.due_on > SAMPLE_DAY) - (card.due_on < SAMPLE_DAY) for card in small.seat().ask(open_tasks)
    )
    assert days[-1] >= 2
    assert days[0] >= 2
    assert days[1] >= 2


def test_stop_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "never.tcrm"
    progress = Progress()
    progress.stop()
    with pytest.raises(Stopped):
        sample_book(path, NOW, progress, scale=D("0.1"))
    assert list(tmp_path.glob("never.tcrm*")) == []


def test_what_is_kept_is_not_made_again(tmp_path: Path) -> None:
    kept = tmp_path / f"sample-en-{fingerprint()}.tcrm"
    kept.write_bytes(b"kept")
    copy = tmp_path / "copy.tcrm"
    assert cached_sample(tmp_path, NOW) == kept
    assert cached_sample(tmp_path, NOW, copy_to=copy) == copy
    assert copy.read_bytes() == b"kept"


def test_every_country_of_a_customer_has_a_route_and_every_good_its_factory() -> None:
    factories = {each.key for each in stock.suppliers() if each.role == "F"}
    assert all(customer.transit > 0 and customer.freight > 0 for customer in stock.customers())
    assert {each.supplier for each in stock.goods()} <= factories
    assert all(len(each.hs_code) == 10 and each.hs_code.isdigit() for each in stock.goods())
    kinds = Counter(each.kind for each in stock.goods())
    assert all(kinds[kind] >= 4 for customer in stock.customers() for kind in customer.kinds)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_texts_are_there_in_both_languages(language: str) -> None:
    texts = stock.words(language)
    assert all(texts.values())
    assert {customer.industry for customer in stock.customers()} <= set(texts)


def test_section_0_no_rate_is_ever_older_than_a_week() -> None:
    rows = list(quotes.all_quotes(SAMPLE_FIRST, SAMPLE_DAY))
    assert len({(row.kind, row.currency, row.day) for row in rows}) == len(rows)
    for currency in quotes.CURRENCIES:
        days = {row.day for row in rows if row.currency == currency and row.kind is RateType.SELL}
        day = SAMPLE_FIRST
        while day <= SAMPLE_DAY:
            assert any(day - timedelta(days=n) in days for n in range(7)), (currency, day)
            day += timedelta(days=1)
    dollar = {(row.kind, row.day): row.quote for row in rows if row.currency == "USD"}
    assert dollar[RateType.BUY, date(2026, 4, 3)] == "7.02"
    assert dollar[RateType.MID, date(2026, 5, 20)] == "7.06"
    assert all(D("6.9") < D(quote) < D("7.4") for quote in dollar.values())


def test_a_plan_is_the_same_for_the_same_seed_and_splits_to_the_piece() -> None:
    days = [SAMPLE_FIRST + timedelta(days=n) for n in range(700)]
    made = [plan.plan_deals(random.Random(26), stock.customers(), stock.goods(), 40, days) for _ in range(2)]
    assert made[0] == made[1]
    for deal in made[0]:
        for line in deal.lines:
            parts = plan.split_parts(line.quantity, line.goods.per_carton, deal.parts)
            assert sum(parts) == line.quantity
            assert line.price > 0


def test_many_rates_are_entered_in_one_operation_and_the_last_of_a_day_stays(small: Book) -> None:
    seat = small.seat()
    day = date(2024, 1, 2)
    command = SaveRates(
        (
            SaveRate(RateType.MID, "CHF", day, "8.1"),
            SaveRate(RateType.MID, "CHF", day, "8.2"),
            SaveRate(RateType.MID, "CHF", day + timedelta(days=1), "1/0.125"),
        )
    )
    assert seat.perform(save_rates, command).value == 3
    from tradecrm.services.money.rates import rate_for

    assert seat.ask(rate_for, RateType.MID, "CHF", day).rate == D("8.2")
    assert seat.ask(rate_for, RateType.MID, "CHF", day + timedelta(days=1)).rate == D(8)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_full_sample_is_sound_and_plausible(full: Book) -> None:
    """Every bucket of both agings is filled; margins, receivables and cash are those of such a firm."""
    assert check_book(full.store.reader) == []
    seat = full.seat()
    for side in ("AR", "AP"):
        rows = seat.ask(aging_totals, AgingQuery(side, SAMPLE_DAY))
        filled = [any(row.buckets[n] > 0 for row in rows) for n in range(len(rows[0].buckets))]
        assert all(filled), (side, rows)
    assert any(row.unapplied < 0 for row in seat.ask(aging_totals, AgingQuery("AR", SAMPLE_DAY)))
    assert seat.ask(_count, SalesContract) > 100
    assert seat.ask(_count, Shipment) > 130
    facts = seat.ask(_moments)
    assert facts["last"] <= SAMPLE_DAY
    assert min(facts["least"].values()) >= 0, facts["least"]
    margins = seat.ask(_margins)
    assert sum(margin < 0 for margin in margins) == 2
    assert sum(D("0.08") <= margin <= D("0.25") for margin in margins) > len(margins) * 9 // 10
    states = seat.ask(_states)
    assert {"planned", "booked", "departed", "delivered", "closed"} <= set(states)
    assert seat.ask(_cash) > 500_000


def _margins(reader: Reader) -> list[Decimal]:
    """Answer the margin of every shipment whose bills have all come in."""
    ids = reader.session.scalars(
        select(Shipment.id).where(Shipment.departed_on < SAMPLE_DAY - timedelta(days=15))
    )
    results = [shipment_profit(reader, key).result for key in ids]
    return [result.trading_profit / result.revenue for result in results]


def _states(reader: Reader) -> set[str]:
    return set(reader.session.scalars(select(Shipment.status)))


def _cash(reader: Reader) -> Decimal:
    account = reader.session.scalars(select(Account.id).where(Account.name == "ICBC CNY")).one()
    return balance_at(reader, account, SAMPLE_DAY).amount
