"""An approval that arrives: in Today and the pop-up of whom it waits for, again after a working day (section 6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete

from tests.services.approval_kit import customer, draft, move, switch, waiting
from tests.services.conftest import TODAY, Seats
from tradecrm.core.clock import FixedClock
from tradecrm.core.problems import Refusal
from tradecrm.models import ReminderRule
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.reminders import (
    APPROVAL_WAITING,
    ChangeRule,
    FinishReminder,
    MarkShown,
    change_rule,
    due_popup,
    finish_reminder,
    mark_shown,
    reminder_rules,
    today_rows,
)
from tradecrm.services.work import Work, operation


def submitted(seats: Seats) -> int:
    switch(seats.owner, "sales_contract", "first_order")
    contract = draft(seats.sales, customer(seats.sales))
    move(seats.sales, contract, "submitted")
    return waiting(seats.sales, contract).id


def on(book: Book, seat: Seat, days: int) -> Seat:
    """Answer the person's seat some days later."""
    later = Book(book.store, FixedClock.on(TODAY + timedelta(days=days)))
    return later.seat(seat.actor.person_id)


def told(seat: Seat) -> list[tuple[str, int]]:
    return [(row.rule, row.days_late) for row in seat.ask(due_popup).rows if row.rule == APPROVAL_WAITING]


def test_it_waits_in_today_for_the_one_whose_turn_it_is(seats: Seats) -> None:
    request = submitted(seats)
    (row,) = seats.manager.ask(today_rows)
    assert (row.rule, row.party, row.link.param("id")) == (APPROVAL_WAITING, "Zhao Lei", request)
    assert "SC-2606-0001" in row.subject
    assert [r.rule for r in seats.owner.ask(today_rows)] == []
    seats.manager.perform(decide, Decide(request, "approve"))
    assert seats.manager.ask(today_rows) == ()
    assert [r.rule for r in seats.owner.ask(today_rows)] == [APPROVAL_WAITING]


def test_the_pop_up_tells_it_once_and_again_after_one_working_day(seats: Seats, book: Book) -> None:
    submitted(seats)  # a Monday
    assert told(seats.manager) == [(APPROVAL_WAITING, 0)]
    seats.manager.perform(mark_shown, MarkShown((seats.manager.ask(today_rows)[0].occurrence,)))
    assert told(seats.manager) == []
    tuesday = on(book, seats.manager, 1)
    assert told(tuesday) == [(APPROVAL_WAITING, 1)]
    tuesday.perform(mark_shown, MarkShown((tuesday.ask(today_rows)[0].occurrence,)))
    assert told(on(book, seats.manager, 2)) == []
    assert [row.days_late for row in on(book, seats.manager, 2).ask(today_rows)] == [2]


def test_over_a_weekend_the_working_day_is_monday(seats: Seats, book: Book) -> None:
    switch(seats.owner, "sales_contract", "first_order")
    friday = on(book, seats.sales, 4)
    contract = draft(friday, customer(friday))
    move(friday, contract, "submitted")
    assert told(on(book, seats.manager, 5)) == [(APPROVAL_WAITING, 0)]
    assert told(on(book, seats.manager, 7)) == [(APPROVAL_WAITING, 3)]


def test_dealing_with_the_reminder_does_not_decide(seats: Seats) -> None:
    request = submitted(seats)
    (row,) = seats.manager.ask(today_rows)
    seats.manager.perform(finish_reminder, FinishReminder(row.occurrence))
    assert seats.manager.ask(today_rows) == ()
    assert seats.manager.perform(decide, Decide(request, "approve")).value == "pending"


@operation("settings.write")
def forget_rule(work: Work, key: str) -> None:
    """Make the book what it was before the rule came with a newer program."""
    work.session.execute(delete(ReminderRule).where(ReminderRule.key == key))


def test_an_older_book_speaks_of_approvals_too_and_may_switch_the_rule_off(seats: Seats) -> None:
    submitted(seats)
    seats.owner.perform(forget_rule, APPROVAL_WAITING)
    assert len(seats.manager.ask(today_rows)) == 1
    seats.owner.perform(change_rule, ChangeRule(APPROVAL_WAITING, False, 0, 0))
    assert seats.manager.ask(today_rows) == ()
    (rule,) = (each for each in seats.owner.ask(reminder_rules) if each.key == APPROVAL_WAITING)
    assert (rule.active, rule.version) == (False, 1)
    with pytest.raises(Refusal, match="There is no reminder rule weather"):
        seats.owner.perform(change_rule, ChangeRule("weather", False, 0, 0))
