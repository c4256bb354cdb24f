"""The set of papers of a shipment, and 500 contracts in one go, against ReportLab's own paragraphs and tables."""

from __future__ import annotations

import gc
import io
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from bench.measure import Line, compared, ratio, spell
from bench.plain_papers import Plain
from bench.task_paper import register_fonts
from bench.task_quotation import Host
from bench.trade_books import trading
from tradecrm.core.links import Link
from tradecrm.documents.batch import BatchOrder, BatchResult, print_batch
from tradecrm.documents.build import draw_paper
from tradecrm.documents.registry import KINDS, SHIPMENT_SET, read_papers
from tradecrm.models import SalesContract
from tradecrm.screens.trade.contract_list import CONTRACT_LIST
from tradecrm.services.book import Book
from tradecrm.services.control.settings import Settings
from tradecrm.services.trade.paper_parts import BankFacts, Frame, PartyFacts, Style
from tradecrm.services.trade.paper_shipment import ContainerFacts, ContractShare, ShipmentFacts, ShippedLine
from tradecrm.services.work import Reader
from tradecrm.ui.context import PageContext
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.start import SWITCH_SECONDS
from tradecrm.ui.theme import Mode, Theme

GOAL = 1.3
BATCH_GOAL = 1.2
FRAME_GOAL = 33
_LINES = 12
_CONTRACTS = 500
_ROUNDS = 3
_SETTLED = 2.0
"""Seconds after which a window that was just shown stands still."""


def facts() -> ShipmentFacts:
    """Answer a shipment of twelve lines."""
    firm = Settings(
        company_name="Ningbo Harbor Trading Co., Ltd.",
        company_name_local="宁波海港贸易有限公司",
        company_address="58 Baizhang East Road, Ningbo",
        company_address_local="宁波市百丈东路58号",
        company_phone="+86 574 8766 0000",
    )
    line = ShippedLine(
        "SC-26001", "LT-601", "LED panel light", "LED面板灯", "Aluminum frame", "94054210", "PCS", Decimal(1000),
        Decimal("12.5"), Decimal(0), Decimal(12500), Decimal(20), 50, Decimal(900), Decimal(1000), Decimal("4.5"),
        "面板灯", "品牌: 无; 用途: 照明", "千克", "", "94054210",
    )  # fmt: skip
    return ShipmentFacts(
        id=1, number="SH-1", invoice_number="CI-1", invoice_date=date(2026, 5, 18), status="departed",
        currency="USD", total=Decimal(12500 * _LINES), customer_id=1, mode="FCL", carrier="Ocean Line",
        vessel="MERIDIAN STAR", voyage="021W", booking_no="BK1", bl_no="OL1", bl_type="original",
        port_of_loading="Ningbo", port_of_discharge="Hamburg", etd=date(2026, 5, 20), eta=date(2026, 6, 22),
        departed_on=date(2026, 5, 20), consignee="", notify_party="", marks="KERN\nHAMBURG", remarks="",
        declaration_no="", export_date=None, fob_usd=None, container_plan="1 × 40HQ",
        buyer=PartyFacts("Kern Lighting GmbH", "", "Hafenstraße 12, Hamburg", "", "", "", "", "DE"),
        forwarder=None,
        lines=tuple(replace(line, item_no=f"LT-{601 + each}") for each in range(_LINES)),
        containers=(ContainerFacts("40HQ", "MSKU1234565", "CN1"),),
        contracts=(
            ContractShare("SC-26001", "PO-1", "", "CIF", "Hamburg", "", "", "Cartons", "", "", "", ""),
        ),
        credit=None, bank=BankFacts("Bank of China", "Ningbo", "3668", "BKCHCNBJ92A"),
        frame=Frame(firm, Style(), (), b"", b"", draft=False),
    )  # fmt: skip


def contract_ids(reader: Reader) -> tuple[int, ...]:
    """Answer the contracts to print."""
    statement = select(SalesContract.id).order_by(SalesContract.id).limit(_CONTRACTS)
    return tuple(reader.session.scalars(statement))


class BatchRoom:
    """A window with the list of contracts, which prints them while a timer watches how it keeps its frames."""

    def __init__(self, application: QApplication, book: Book, folder: Path) -> None:
        self.application = application
        self.seat = book.seat()
        self.ids = self.seat.ask(contract_ids)
        self.folder = folder
        self.jobs = Jobs()
        theme = Theme(Mode.LIGHT)
        theme.apply(application)
        context = PageContext(self.seat, theme, self.jobs, Host())
        self.page = ListPage(context, Link.to("contracts"), CONTRACT_LIST)
        self.page.resize(1366, 860)
        self.page.show()
        self.dialog = self.page.menus.print_papers()
        self.longest: list[tuple[float, float]] = []
        shown = time.monotonic()
        while not self.jobs.idle or time.monotonic() - shown < _SETTLED:
            self.application.processEvents()
            time.sleep(0.001)

    def close(self) -> None:
        """Close the window."""
        self.dialog.close()
        self.page.hide()
        self.jobs.close()

    def beside(self, work: Callable[[], object]) -> float:
        """Do ``work`` on a lane of the window; answers its seconds, and keeps the longest that a frame waited.

        Kept by the clock, and in processor time of all threads of this process: what others on the same computer
        take of it is in the first alone.
        """
        gaps: list[float] = []
        own: list[float] = []
        last, last_own = time.perf_counter(), time.process_time()

        def tick() -> None:
            nonlocal last, last_own
            now, now_own = time.perf_counter(), time.process_time()
            gaps.append(now - last)
            own.append(now_own - last_own)
            last, last_own = now, now_own
            self.page.table.viewport().update()

        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(5)
        timer.timeout.connect(tick)
        over: list[object] = []
        timer.start()
        started = time.perf_counter()
        self.jobs.read(work, then=over.append, failed=over.append, name="batch")
        while not over:
            self.application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        took = time.perf_counter() - started
        timer.stop()
        if isinstance(over[0], Exception):
            raise over[0]
        self.longest.append((max(gaps), max(own)))
        return took

    def ours(self) -> BatchResult:
        """Print the contracts as the dialog does."""
        return print_batch(self.seat.ask, BatchOrder(("contract",), self.ids, self.folder))

    def plain(self, contents: Path) -> None:
        """Let two processes draw the same contents by ReportLab alone."""
        words = [sys.executable, "-m", "bench.plain_papers", str(contents), str(self.folder)]
        for process in [subprocess.Popen([*words, str(each), "2"]) for each in range(2)]:
            if process.wait():
                raise RuntimeError("a process of the limit failed")


def batch_lines(path: Path, scale: str) -> Iterator[Line]:
    """Print contracts in one go and let two plain processes draw them, in turn."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(
        SWITCH_SECONDS
    )  # and the garbage of before is out of sight: both as the program starts
    gc.collect()
    gc.freeze()
    with trading(path, scale) as book, TemporaryDirectory(dir=path.parent) as folder:
        room = BatchRoom(application, book, Path(folder))
        contents = Path(folder) / "contents"
        papers = room.seat.ask(read_papers, "contract", room.ids)
        contents.write_bytes(pickle.dumps(list(papers.values())))
        gc.collect()
        gc.freeze()  # as the program does once its window stands
        mine: list[float] = []
        theirs: list[float] = []
        for _round in range(_ROUNDS):
            mine.append(room.beside(room.ours))
            theirs.append(room.beside(lambda: room.plain(contents)))
        frames, beside = room.longest[::2], max(room.longest[1::2])[0]
        room.close()
    sys.setswitchinterval(usual)
    gc.unfreeze()
    count = len(papers)
    yield compared(
        f"{count} contracts in one go, read, drawn, written",
        BATCH_GOAL,
        statistics.median(mine),
        statistics.median(theirs),
        "two processes",
    )
    yield Line(
        "longest frame of the window meanwhile, by the clock",
        max(frames)[0] * 1000,
        FRAME_GOAL,
        "ms",
        f"{_ROUNDS} rounds",
        f"beside the two processes {spell(beside)}",
    )
    yield Line(
        "longest frame meanwhile, processor time of the program",
        max(each for _clock, each in frames) * 1000,
        FRAME_GOAL,
        "ms",
        f"{_ROUNDS} rounds",
        "what a frame may take",
    )


def run(path: Path, scale: str) -> Iterator[Line]:
    """Draw both in turn."""
    register_fonts()
    told = facts()
    papers = [KINDS[key].word(told) for key in SHIPMENT_SET]
    plain = Plain()
    yield ratio(
        "the set of papers of a shipment, both languages",
        GOAL,
        lambda: [draw_paper(paper, io.BytesIO()) for paper in papers],
        lambda: [plain.draw(paper) for paper in papers],
        7,
    )
    yield from batch_lines(path, scale)
