"""The lanes: one writer in order, readers beside it, obsolete answers dropped, Stop, and no frozen window."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QElapsedTimer, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.shell_parts import shell
from tradecrm.core.errors import Stopped
from tradecrm.core.money import Rounding, round_money, rounding_of
from tradecrm.core.problems import Refusal
from tradecrm.core.progress import Progress, Step
from tradecrm.ui.jobs import Job, Jobs
from tradecrm.ui.tending import Tending


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


def test_writes_run_one_after_another_and_answer_on_the_gui_thread(jobs: Jobs, qtbot: QtBot) -> None:
    lanes: set[int] = set()
    answers: list[tuple[int, bool]] = []

    def _write(number: int) -> int:
        lanes.add(threading.get_ident())
        return number

    gui = QThread.currentThread()
    for number in range(20):
        jobs.write(
            functools.partial(_write, number),
            then=lambda value: answers.append((value, QThread.currentThread() is gui)),
        )
    qtbot.waitUntil(lambda: len(answers) == 20)
    assert answers == [(number, True) for number in range(20)]
    assert len(lanes) == 1
    assert threading.get_ident() not in lanes


def test_a_lane_rounds_as_the_window_that_hands_work_in(jobs: Jobs, qtbot: QtBot) -> None:
    """Section 11: the firm's rounding applies everywhere; the next to hand something in has its own."""
    answers: list[Decimal] = []
    work = functools.partial(round_money, Decimal("4.345"), "USD")
    with rounding_of(lambda: Rounding.HALF_EVEN):
        jobs.write(work, then=answers.append)
    jobs.write(work, then=answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers == [Decimal("4.34"), Decimal("4.35")]


def test_three_readers_work_at_once_while_the_writer_is_busy(jobs: Jobs, qtbot: QtBot) -> None:
    gate = threading.Barrier(4, timeout=20)
    answers: list[str] = []
    jobs.write(gate.wait, then=lambda _value: answers.append("w"))
    for _each in range(3):
        jobs.read(gate.wait, then=lambda _value: answers.append("r"))
    qtbot.waitUntil(lambda: sorted(answers) == ["r", "r", "r", "w"])


def test_the_newest_request_wins(jobs: Jobs, qtbot: QtBot) -> None:
    opened = threading.Event()
    answers: list[str] = []
    old = jobs.read(lambda: opened.wait(20) and "old", then=answers.append, replaces="search")
    jobs.read(lambda: "new", then=answers.append, replaces="search")
    qtbot.waitUntil(lambda: answers == ["new"])
    opened.set()
    qtbot.waitUntil(lambda: old.finished)
    assert answers == ["new"]


@pytest.mark.parametrize("given", [(), ("panel",)])
def test_an_answer_for_a_closed_page_is_dropped(jobs: Jobs, qtbot: QtBot, given: tuple[str, ...]) -> None:
    class Listener(QWidget):
        heard = 0

        def hear(self, *_values: Any) -> None:
            Listener.heard += 1

    import shiboken6

    gate = threading.Event()
    listener = Listener()
    job = jobs.read(
        lambda: gate.wait(20), then=functools.partial(listener.hear, *given) if given else listener.hear
    )
    shiboken6.delete(listener)
    gate.set()
    qtbot.waitUntil(lambda: job.finished)
    assert Listener.heard == 0


def test_long_work_shows_progress_and_stops(jobs: Jobs, qtbot: QtBot) -> None:
    progress = Progress()
    errors: list[Exception] = []
    shown: list[Job | None] = []
    told: list[Step] = []
    jobs.busy.connect(shown.append)

    def _work() -> None:
        for number in range(100_000):
            progress.tell(number, 100_000, "rows")
            threading.Event().wait(0.002)

    def _seen(job: Job | None) -> None:
        if job is not None:
            told.append(job.progress.step)
            job.stop()

    jobs.busy.connect(_seen)
    jobs.write(_work, failed=errors.append, progress=progress, title="Import", stoppable=True)
    qtbot.waitUntil(lambda: bool(errors), timeout=20_000)
    assert isinstance(errors[0], Stopped)
    assert told[0].total == 100_000
    assert told[0].done > 0
    assert shown[-1] is None


def test_closing_lets_writes_finish(qtbot: QtBot) -> None:
    jobs = Jobs()
    done: list[int] = []
    for number in range(5):
        jobs.write(functools.partial(done.append, number))
    jobs.close()
    assert done == [0, 1, 2, 3, 4]
    assert jobs.read(lambda: 1).dropped


def test_the_window_never_freezes_while_three_readers_toil(qtbot: QtBot, tmp_path: Path) -> None:
    """look.md, "Long work": the window never freezes for more than 100 ms; here the GUI thread's own work."""
    gaps: list[int] = []
    clock = QElapsedTimer()
    with shell(tmp_path) as (window, context):
        beat = QTimer()
        beat.setInterval(5)
        beat.timeout.connect(lambda: gaps.append(clock.restart()))
        answers: list[int] = []

        def _rows(_lines: list[str]) -> int:
            return len([(number, str(number)) for number in range(10_000)])

        clock.start()
        beat.start()
        for _each in range(30):
            context.ask(_rows, then=answers.append)
        qtbot.waitUntil(lambda: len(answers) == 30, timeout=20_000)
        beat.stop()
        assert window.isVisible()
    QApplication.processEvents()
    assert answers == [10_000] * 30
    assert sorted(gaps)[len(gaps) // 2] < 100


def test_perform_tells_changes_then_value(qtbot: QtBot, tmp_path: Path) -> None:
    order: list[Any] = []

    def _add(lines: list[str], command: str, progress: Progress) -> int:
        progress.tell(1)
        lines.append(command)
        return len(lines)

    with shell(tmp_path) as (_window, context):
        context.changed.connect(order.append)
        context.perform(_add, "a", then=order.append)  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: len(order) == 2)
    assert order == [frozenset({"line"}), 1]


def test_problems_go_to_their_fields_or_become_a_toast(qtbot: QtBot, tmp_path: Path) -> None:
    def _refuse(_lines: list[str], command: str, _progress: Progress) -> int:
        raise Refusal.of(command, "name")

    with shell(tmp_path) as (window, context):
        at_field: list[Refusal] = []
        context.perform(_refuse, "Name is missing.", refused=at_field.append)  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: bool(at_field))
        assert at_field[0].problems[0].field == "name"
        assert window.toasts.texts == []
        context.perform(_refuse, "Name is missing.")  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: window.toasts.texts == ["Name is missing."])


def test_tending_waits_for_quiet_and_ends_when_nothing_is_left(jobs: Jobs, qtbot: QtBot) -> None:
    """No piece while something is written; then one after the other until the book has no more."""
    owner = QObject()
    gate = threading.Event()
    pieces: list[bool] = []

    def tend() -> bool:
        pieces.append(gate.is_set())
        return len(pieces) < 3

    Tending(owner, jobs, tend, lambda error: pytest.fail(str(error)), quiet_ms=0)
    jobs.write(lambda: gate.wait(20))
    qtbot.wait(80)
    assert pieces == []
    gate.set()
    qtbot.waitUntil(lambda: len(pieces) == 3)
    qtbot.wait(80)
    assert pieces == [True, True, True]
