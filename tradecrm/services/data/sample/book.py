"""The sample book: two years of a Ningbo exporter's trade, made by the services from a seed, once, and then kept."""

from __future__ import annotations

import gc
import hashlib
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from tradecrm import __version__
from tradecrm.core.address import SUFFIX
from tradecrm.core.clock import Clock, FixedClock, SystemClock
from tradecrm.core.progress import Progress
from tradecrm.core.resources import resource_path
from tradecrm.core.text import _
from tradecrm.models import CostLine
from tradecrm.services.book import Book
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.services.data.sample import (
    banking,
    claims,
    corrections,
    people,
    pipeline,
    plans,
    special,
    stock,
    todo,
)
from tradecrm.services.data.sample.collect import advance_payments
from tradecrm.services.data.sample.firm import (
    SAMPLE_DAY,
    SAMPLE_FIRST,
    Bill,
    Diary,
    Firm,
    PlayDays,
    play_days,
)
from tradecrm.services.data.sample.plan import Deal, plan_deals
from tradecrm.services.data.sample.quotes import all_quotes
from tradecrm.services.data.sample.running_example import Example, play_example
from tradecrm.services.data.sample.trade import Trade
from tradecrm.services.data.sample.treasury import plan_treasury
from tradecrm.services.money.rates import SaveRates, save_rates
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.work import Work, operation
from tradecrm.storage.schema import present_schema
from tradecrm.storage.store import create_book

SEED = 26
_DEALS = 108
_FEWEST = 14
_EXAMPLE_DAY = date(2026, 6, 20)
_DECIDING = ("core", "models", "services")
_WEEKS = (SAMPLE_DAY - SAMPLE_FIRST).days // 7


def sample_book(
    path: Path,
    clock: Clock | None = None,
    progress: Progress | None = None,
    *,
    language: str = "en",
    scale: Decimal = Decimal(1),
) -> None:
    """Make the sample book at ``path``: trade from SAMPLE_FIRST to SAMPLE_DAY, T1 of domain.md sections 1.9, 2.5 in it.

    ``clock`` is this computer's, for the file; the trade keeps its own time, so that every record was entered
    in the week it is dated. Open the book with a clock that stands on SAMPLE_DAY. ``scale`` makes a smaller firm.
    Raises BookError when something is at ``path`` already; Stopped when ``progress`` is told to stop: then no
    file is left.
    """
    progress = progress or Progress()
    store = create_book(path, "TradeCRM", clock or SystemClock())
    try:
        inner = FixedClock.on(SAMPLE_FIRST)
        set_up_book(store, inner, _particulars(language))
        with _rare_collection():
            _trade(Book(store, inner), inner, progress, language, scale)
    except BaseException:
        store.close()
        with suppress(FileNotFoundError):
            path.unlink()
        raise
    store.close()


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Let Python look for garbage more rarely: the many short-lived rows would cost a fifth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _particulars(language: str) -> SetUp:
    return SetUp(
        "Ningbo Harborlight Trading Co., Ltd.",
        owner_name="Lin Yue",
        language=language,
        company_name_local="宁波港明贸易有限公司",
        settings=(
            ("company_address", "Room 1206, 188 Haiyan North Road, Yinzhou District, Ningbo 315000, China"),
            ("company_address_local", "中国浙江省宁波市鄞州区海晏北路188号1206室"),
            ("company_phone", "+86 574 8791 2260"),
            ("company_email", "sales@harborlight.example"),
            ("company_signatory", "Lin Yue"),
        ),
    )


def _trade(book: Book, clock: FixedClock, progress: Progress, language: str, scale: Decimal) -> None:
    """Play the two years week by week, the running example in its place."""
    seat = book.seat()
    firm = _found(language, scale)
    seat.perform(save_rates, SaveRates(tuple(all_quotes(SAMPLE_FIRST, SAMPLE_DAY))))
    sellers = people.hire(seat, firm)
    seat.perform(begin, (firm, sellers))
    plan_treasury(firm)
    advance_payments(firm)
    for deal in _deals(firm):
        Trade(firm, deal).start()
    special.export_for_factory(firm)
    for week in range(1, _WEEKS + 1):
        end = SAMPLE_FIRST + timedelta(days=7 * week)
        clock.moment = FixedClock.on(end).moment
        progress.tell(week, _WEEKS, _("Making the sample book"))
        seat.perform(play_days, PlayDays(firm.diary, end))
        if end == _EXAMPLE_DAY:
            example = play_example(seat, firm.account("USD"), with_rates=False)
            seat.perform(after_example, (firm, example))
    seat.perform(todo.write_tasks, firm)
    seat.perform(pipeline.write_pipeline, firm)
    seat.perform(claims.write_claims, firm)
    seat.perform(plans.write_plans, firm)
    seat.perform(corrections.correct, firm)
    seat.perform(special.take_goods_back, firm)
    banking.borrow(seat, firm)
    banking.bring_statements(seat, firm)


def _found(language: str, scale: Decimal) -> Firm:
    """Answer the firm before its first day; a smaller one has fewer customers."""
    everyone = stock.customers()
    count = max(_FEWEST, int(len(everyone) * scale))
    return Firm(
        rng=random.Random(SEED),  # noqa: S311 - a story, no secret
        diary=Diary(),
        words=stock.words(language),
        banks=stock.banks(),
        scale=scale,
        buyers=tuple(everyone[n * len(everyone) // count] for n in range(count)),
    )


@operation("party.write")
def begin(work: Work, command: tuple[Firm, tuple[int, int, int]]) -> None:
    """Write partners, products and accounts of the first day."""
    firm, sellers = command
    people.take_in(work, firm, sellers)
    people.open_accounts(work, firm)


def _deals(firm: Firm) -> tuple[Deal, ...]:
    days = [SAMPLE_FIRST + timedelta(days=n) for n in range(3, (SAMPLE_DAY - SAMPLE_FIRST).days - 3)]
    count = max(_FEWEST, int(_DEALS * firm.scale))
    return plan_deals(firm.rng, firm.buyers, stock.goods(), count, days)


@operation("shipment.write")
def after_example(work: Work, command: tuple[Firm, Example]) -> None:
    """Let the first shipment of the running example arrive, and note its bills to be paid at their own rates.

    Insurer and agent wait for their money, so that payables are open in more than one currency.
    """
    firm, example = command
    for target, day in (("arrived", date(2026, 6, 18)), ("delivered", date(2026, 6, 20))):
        move_shipment.within(work, MoveShipment(example.shipment, target, day))
    lines = work.session.scalars(
        select(CostLine).where(CostLine.shipment_id == example.shipment, CostLine.item_id.is_not(None))
    )
    for line in lines:
        if line.category not in {"INS", "COM-H"}:
            rate = None if line.currency == work.base else line.rate
            due = _EXAMPLE_DAY + timedelta(days=20)
            firm.bills.append(Bill(due, line.party_id or 0, line.currency, line.item_id or 0, rate))


def cached_sample(
    folder: Path,
    clock: Clock | None = None,
    progress: Progress | None = None,
    *,
    copy_to: Path | None = None,
    language: str = "en",
) -> Path:
    """Answer a sample book in ``folder``, made on the first call and kept; with ``copy_to`` a copy of it there.

    The kept one is named by what it is made of, so that another version of the program makes its own; older
    ones are removed. It is never to be changed: open a copy. Raises what ``sample_book`` raises.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"sample-{language}-{fingerprint()}{SUFFIX}"
    if not kept.exists():
        making = folder / f"making-{language}{SUFFIX}"
        with suppress(FileNotFoundError):
            making.unlink()
        sample_book(making, clock, progress, language=language)
        for older in folder.glob(f"sample-{language}-*{SUFFIX}"):
            older.unlink()
        making.replace(kept)
    if copy_to is None:
        return kept
    shutil.copyfile(kept, copy_to)
    return copy_to


def fingerprint() -> str:
    """Answer what tells one making of the sample from another: version, schema, seed, sources and data.

    The sources are all that decide what stands in it: services (search terms, keys, money, trade), models and
    the rules of core. A frozen program has none; there the version stands for them.
    """
    digest = hashlib.sha256(f"{__version__} {present_schema().head} {SEED}".encode())
    package = Path(__file__).resolve().parents[3]
    sources = [path for folder in _DECIDING for path in sorted((package / folder).rglob("*.py"))]
    data = sorted(path for path in resource_path(stock.FOLDER).rglob("*") if path.is_file())
    for path in (*sources, *data):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
