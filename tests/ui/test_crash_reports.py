"""Crash reports hold version, steps and places in the code, and nothing of the customers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tradecrm.core.clock import FixedClock
from tradecrm.core.errors import BookReadOnly
from tradecrm.core.problems import Problem, Refusal
from tradecrm.ui.crash import KEPT_REPORTS, CrashReports
from tradecrm.ui.crash_dialog import CrashDialog
from tradecrm.ui.present import Presenter

SECRET = "Veld B.V. owes 10,794.00"


def fail(customer: str) -> None:
    try:
        rates: dict[str, str] = {}
        rates.pop(customer)
    except KeyError as error:
        raise ValueError(f"no rate for {customer}") from error


def reports(folder: Path) -> CrashReports:
    return CrashReports(folder, "0.1.0", FixedClock.on(date(2026, 5, 20)))


def failure() -> Exception:
    try:
        fail(SECRET)
    except ValueError as error:
        return error
    raise AssertionError


def test_a_report_names_places_and_steps_but_no_values(tmp_path: Path) -> None:
    crashes = reports(tmp_path / SECRET.replace(" ", "_"))
    crashes.step("record_receipt")
    path = crashes.record(failure())
    assert path is not None
    text = path.read_text(encoding="utf-8")
    for wanted in (
        "TradeCRM 0.1.0",
        "Python 3.",
        "builtins.ValueError",
        "builtins.KeyError",
        "in fail",
        "record_receipt",
    ):
        assert wanted in text, wanted
    for hidden in ("Veld", "10,794", str(tmp_path), str(Path.home())):
        assert hidden not in text, hidden


def test_reports_are_offered_once_and_only_the_last_are_kept(tmp_path: Path) -> None:
    crashes = reports(tmp_path)
    for _each in range(KEPT_REPORTS + 3):
        crashes.record(failure())
    assert len(crashes.all()) == KEPT_REPORTS
    assert crashes.unseen() == crashes.all()
    crashes.mark_seen()
    assert reports(tmp_path).unseen() == []


def test_a_disk_that_refuses_is_no_second_failure(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    assert reports(blocked / "reports").record(failure()) is None


def test_the_dialog_shows_all_and_copies(qtbot: QtBot, tmp_path: Path) -> None:
    crashes = reports(tmp_path)
    path = crashes.record(failure())
    assert path is not None
    dialog = CrashDialog(path, None, crashes.mark_seen)
    dialog.show()
    copy = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Copy")
    copy.click()
    assert QGuiApplication.clipboard().text() == path.read_text(encoding="utf-8")
    dialog.accept()
    assert crashes.unseen() == []


def test_one_presenter_sorts_every_error(tmp_path: Path) -> None:
    told: list[str] = []
    dialogs: list[str] = []
    crashes = reports(tmp_path)
    show = Presenter(told.append, lambda _title, text: dialogs.append(text), crashes.record).show
    show(BookReadOnly("The folder cannot be written to. Choose another."))
    assert told == ["The folder cannot be written to. Choose another."]
    show(Refusal(Problem(f"lines.{n}", f"Line {n} has no price.") for n in range(12)))
    assert dialogs[0].splitlines()[0] == "Line 0 has no price."
    assert dialogs[0].splitlines()[-1] == "and 4 more"
    assert crashes.all() == []
    show(failure())
    assert len(crashes.all()) == 1
    assert SECRET not in told[-1]
