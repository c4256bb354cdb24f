"""Reminders: derived from the data by rules, put off, dealt with, never twice over a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.services.conftest import TODAY, Seats, open_again
from tests.services.money_kit import Invoice, customer, enter_item
from tests.services.trading_kit import line_of, rates, trade
from tradecrm.core.clock import FixedClock
from tradecrm.core.errors import Conflict
from tradecrm.core.links import Link
from tradecrm.core.presets import preset_terms
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import encode_terms
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.reminders import (
    BALANCE_DUE,
    BALANCE_OVERDUE,
    DEPARTURE_NEAR,
    DEPOSIT_WAITING,
    PAYMENT_REMINDER,
    TASK_DUE,
    ChangeRule,
    FinishReminder,
    MarkShown,
    SnoozeReminder,
    change_rule,
    due_popup,
    finish_reminder,
    mark_shown,
    reminder_rules,
    snooze_reminder,
    today_rows,
)
from tradecrm.services.control.tasks import MarkTask, SaveTask, mark_task, open_tasks, save_task
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment

DAY = timedelta(days=1)


def rules(seat: Seat) -> list[tuple[str, int]]:
    return [(row.rule, row.days_late) for row in seat.ask(today_rows)]


def owe(seat: Seat, *due: date) -> None:
    """Owe 100 a day of ``due``; the letters to customers, told by a rule of their own, are silent."""
    known = {row.key: row.version for row in seat.ask(reminder_rules)}
    seat.perform(change_rule, ChangeRule(PAYMENT_REMINDER, False, 0, known[PAYMENT_REMINDER]))
    party = customer(seat)
    parts = tuple((Decimal(100), day) for day in due)
    amount = Decimal(100 * len(due))
    seat.perform(enter_item, Invoice(party, TODAY - 60 * DAY, amount, number="CI-9", due=parts))


def test_open_balances_are_overdue_due_or_not_yet(seat: Seat) -> None:
    owe(seat, TODAY - 5 * DAY, TODAY, TODAY + 3 * DAY, TODAY + 4 * DAY)
    assert rules(seat) == [(BALANCE_OVERDUE, 5), (BALANCE_DUE, 0), (BALANCE_DUE, -3)]
    row = seat.ask(today_rows)[0]
    assert (row.subject, row.party, row.amount, row.currency) == (
        "CI-9",
        "Kern Tool Corp.",
        Decimal(100),
        "USD",
    )
    assert row.link == Link.to("receivable", id=1)


def test_a_balance_that_is_paid_is_gone(seat: Seat) -> None:
    trade(seat)
    before = [row for row in seat.ask(today_rows) if row.rule in {BALANCE_OVERDUE, BALANCE_DUE}]
    assert before == []


def test_departures_deposits_and_tasks(seat: Seat, clock: FixedClock) -> None:
    rates(seat)
    party = customer(seat)
    line = ContractLineDraft(None, "Lamp", Decimal(100), Decimal(10))
    terms = encode_terms(preset_terms("TT_30_70"))
    waiting = SaveContract(party, TODAY - 2 * DAY, "USD", "FOB", "Ningbo", terms, (line,))
    contract = seat.perform(save_contract, waiting).value
    assert rules(seat) == []
    seat.perform(move_contract, MoveContract(contract, "signed", TODAY))
    row = seat.ask(today_rows)[0]
    assert (row.rule, row.days_late, row.amount, row.currency) == (DEPOSIT_WAITING, 2, Decimal(300), "USD")
    free = replace(waiting, terms=encode_terms(preset_terms("OA_N")))
    other = seat.perform(save_contract, free).value
    for state in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(other, state, TODAY))
    goods = (ShipmentLineDraft(seat.ask(line_of, other), Decimal(50)),)
    seat.perform(save_shipment, SaveShipment(TODAY, goods, etd=TODAY + 6 * DAY))
    seat.perform(save_task, SaveTask("Call Anna", TODAY + DAY, party_id=party))
    assert rules(seat) == [(DEPOSIT_WAITING, 2)]
    clock.moment += DAY
    assert rules(seat) == [(DEPARTURE_NEAR, -5), (DEPOSIT_WAITING, 3), (TASK_DUE, 0)]
    clock.moment += 7 * DAY
    assert rules(seat) == [(DEPARTURE_NEAR, 2), (DEPOSIT_WAITING, 10), (TASK_DUE, 7)]


def test_snoozed_comes_again_at_its_moment_and_done_never(seat: Seat, clock: FixedClock) -> None:
    owe(seat, TODAY - DAY)
    what = seat.ask(today_rows)[0].occurrence
    with pytest.raises(Refusal, match="still to come"):
        seat.perform(snooze_reminder, SnoozeReminder(what, clock.moment))
    seat.perform(snooze_reminder, SnoozeReminder(what, clock.moment + timedelta(hours=2)))
    assert seat.ask(today_rows) == ()
    clock.moment += timedelta(hours=1)
    assert seat.ask(due_popup).rows == ()
    clock.moment += timedelta(hours=1)
    assert [row.occurrence for row in seat.ask(due_popup).rows] == [what]
    seat.perform(finish_reminder, FinishReminder(what))
    clock.moment += 30 * DAY
    assert seat.ask(today_rows) == ()


def test_what_was_shown_is_not_shown_again_even_after_a_restart(
    book: Book, seat: Seat, clock: FixedClock
) -> None:
    owe(seat, TODAY - 2 * DAY, TODAY + 3 * DAY)
    popup = seat.ask(due_popup)
    assert (len(popup.rows), popup.missed) == (2, 1)
    seat.perform(mark_shown, MarkShown(tuple(row.occurrence for row in popup.rows)))
    assert seat.ask(due_popup).rows == ()
    assert len(seat.ask(today_rows)) == 2
    book.close()
    again = open_again(book)
    assert again.seat().ask(due_popup).rows == ()
    what = popup.rows[0].occurrence
    again.seat().perform(snooze_reminder, SnoozeReminder(what, clock.moment + DAY))
    clock.moment += 2 * DAY
    assert [row.occurrence for row in again.seat().ask(due_popup).rows] == [what]
    again.seat().perform(mark_shown, MarkShown((what,)))
    assert again.seat().ask(due_popup).rows == ()
    again.close()


def test_what_was_missed_while_closed_is_told_once(seat: Seat, clock: FixedClock) -> None:
    for days in range(5):
        seat.perform(save_task, SaveTask(f"Task {days}", TODAY + days * DAY))
    clock.moment += 4 * DAY
    popup = seat.ask(due_popup)
    assert (len(popup.rows), popup.missed) == (5, 4)
    seat.perform(mark_shown, MarkShown(tuple(row.occurrence for row in popup.rows)))
    clock.moment += DAY
    assert seat.ask(due_popup).rows == ()


def test_finishing_a_task_reminder_does_the_task_and_a_new_day_is_a_new_reminder(seat: Seat) -> None:
    key = seat.perform(save_task, SaveTask("Samples", TODAY)).value
    what = seat.ask(today_rows)[0].occurrence
    seat.perform(finish_reminder, FinishReminder(what))
    assert seat.ask(open_tasks) == ()
    seat.perform(mark_task, MarkTask(key, done=False))
    assert seat.ask(today_rows) == ()
    seat.perform(save_task, SaveTask("Samples", TODAY - DAY, id=key, version=3))
    assert rules(seat) == [(TASK_DUE, 1)]


def test_rules_are_rows_a_person_switches_and_sets(seats: Seats) -> None:
    seat = seats.owner
    owe(seat, TODAY + 9 * DAY)
    assert rules(seat) == []
    known = {row.key: row for row in seat.ask(reminder_rules)}
    seat.perform(change_rule, ChangeRule(BALANCE_DUE, True, 10, known[BALANCE_DUE].version))
    assert rules(seat) == [(BALANCE_DUE, -9)]
    with pytest.raises(Conflict):
        seat.perform(change_rule, ChangeRule(BALANCE_DUE, False, 10, 1))
    seat.perform(change_rule, ChangeRule(BALANCE_DUE, False, 10, 2))
    assert rules(seat) == []
    with pytest.raises(Refusal, match="365"):
        seat.perform(change_rule, ChangeRule(BALANCE_DUE, True, 400, 3))
    with pytest.raises(Refusal, match="no reminder rule"):
        seat.perform(change_rule, ChangeRule("moon", True, 1, 1))


def test_each_person_has_their_own_reminders_and_sees_their_scope(seats: Seats) -> None:
    owe(seats.owner, TODAY - DAY)
    seats.sales.perform(save_task, SaveTask("Mine", TODAY))
    assert rules(seats.sales) == [(TASK_DUE, 0)]
    assert rules(seats.owner) == [(BALANCE_OVERDUE, 1)]
    assert rules(seats.manager) == []
    what = seats.owner.ask(today_rows)[0].occurrence
    seats.owner.perform(finish_reminder, FinishReminder(what))
    assert rules(seats.owner) == []
