"""Stages of payment reminders, promises and agreed due dates over a book: domain.md sections 3.6 and 3.8."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY, Seats
from tests.services.money_kit import Invoice, customer, enter_item
from tradecrm.core.aging import AgingBasis
from tradecrm.core.clock import FixedClock
from tradecrm.core.errors import NotAllowed
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.documents.letters import dunning_letter
from tradecrm.documents.words import Words
from tradecrm.models import Dunning, Instalment, Promise
from tradecrm.services.book import Seat
from tradecrm.services.control.reminders import (
    BALANCE_DUE,
    BALANCE_OVERDUE,
    PAYMENT_REMINDER,
    ChangeRule,
    FinishReminder,
    TodayRow,
    change_rule,
    finish_reminder,
    reminder_rules,
    today_rows,
)
from tradecrm.services.figures.aging import AgingQuery, aging
from tradecrm.services.figures.dunning import DunningCase, dunning_cases
from tradecrm.services.money.due_dates import ChangeDueDate, SavePromise, change_due_date, save_promise
from tradecrm.services.money.dunning import RecordDunning, record_dunning
from tradecrm.services.work import Reader

D = Decimal
DAY = timedelta(days=1)


def owe(seat: Seat, party: int, number: str, *late: int) -> None:
    """Let a customer owe 100.00 on an instalment for each number of days it is late."""
    parts = tuple((D(100), TODAY - days * DAY) for days in late)
    day = TODAY - 90 * DAY
    seat.perform(enter_item, Invoice(party, day, D(100 * len(late)), number=number, due=parts))


def instalments(reader: Reader) -> list[int]:
    return list(reader.session.scalars(select(Instalment.id).order_by(Instalment.due_on.desc())))


def reminders(seat: Seat) -> list[TodayRow]:
    return [row for row in seat.ask(today_rows) if row.rule == PAYMENT_REMINDER]


def send(seat: Seat, case: DunningCase) -> None:
    lines = tuple((line.instalment_id, line.stage.number) for line in case.lines)
    seat.perform(record_dunning, RecordDunning(case.party_id, lines, "Dear Kern, please pay."))


def test_a_letter_to_send_stands_for_the_balances_that_it_asks_for(seat: Seat) -> None:
    """A customer overdue stands once on Today: with the letter while its stage is due, else with the balance."""
    party = customer(seat)
    owe(seat, party, "CI-1", 25)
    assert [(row.rule, row.days_late) for row in seat.ask(today_rows)] == [(PAYMENT_REMINDER, 25)]
    (case,) = seat.ask(dunning_cases)
    send(seat, case)
    assert [(row.rule, row.subject) for row in seat.ask(today_rows)] == [(BALANCE_OVERDUE, "CI-1")]
    owe(seat, party, "CI-2", 4)
    found = {row.rule: (row.subject, row.amount) for row in seat.ask(today_rows)}
    assert found == {PAYMENT_REMINDER: ("Kern Tool Corp.", D(100)), BALANCE_OVERDUE: ("CI-1", D(100))}
    key = next(row for row in seat.ask(reminder_rules) if row.key == PAYMENT_REMINDER)
    seat.perform(change_rule, ChangeRule(key.key, False, key.days_before, key.version))
    assert [row.subject for row in seat.ask(today_rows)] == ["CI-1", "CI-2"]


def test_a_notice_to_send_stands_for_the_balance_due_soon(seat: Seat) -> None:
    """The first letter goes 7 days before (section 3.8); once it is sent, the balance stands for itself."""
    owe(seat, customer(seat), "CI-1", -2)
    assert [row.rule for row in seat.ask(today_rows)] == [PAYMENT_REMINDER]
    (case,) = seat.ask(dunning_cases)
    send(seat, case)
    assert [row.rule for row in seat.ask(today_rows)] == [BALANCE_DUE]


def test_each_stage_is_due_once_and_the_next_one_again(seat: Seat, clock: FixedClock) -> None:
    """§3.8: 7 days before, on the due day, +3, +10, +20."""
    party = customer(seat)
    owe(seat, party, "CI-1", -8, -7, 3, 25)
    (case,) = seat.ask(dunning_cases)
    assert [(line.late, line.stage.number) for line in case.lines] == [(25, 5), (3, 3), (-7, 1)]
    assert case.stage.number == 5
    (row,) = reminders(seat)
    assert (row.subject, row.days_late, row.link) == ("Kern Tool Corp.", 25, Link.to("dunning", party=party))
    assert (row.amount, row.currency) == (D(300), "USD")
    send(seat, case)
    assert seat.ask(dunning_cases) == ()
    assert reminders(seat) == []
    clock.moment += DAY
    (case,) = seat.ask(dunning_cases)
    assert [(line.late, line.stage.number) for line in case.lines] == [(-7, 1)], (
        "the one that was 8 days before"
    )
    clock.moment += 6 * DAY
    stages = [(line.late, line.stage.number, line.sent) for line in seat.ask(dunning_cases)[0].lines]
    assert stages == [(10, 4, 3), (0, 2, 1), (-1, 1, 0)]


def test_a_reminder_dealt_with_comes_again_with_the_next_stage(seat: Seat, clock: FixedClock) -> None:
    owe(seat, customer(seat), "CI-1", 1)
    (row,) = reminders(seat)
    seat.perform(finish_reminder, FinishReminder(row.occurrence))
    assert reminders(seat) == []
    clock.moment += 2 * DAY
    assert [each.days_late for each in reminders(seat)] == [3]


def test_letters_stop_while_promised_and_the_latest_promise_counts(seat: Seat, clock: FixedClock) -> None:
    party = customer(seat)
    owe(seat, party, "CI-1", 12)
    (key,) = seat.ask(instalments)
    with pytest.raises(Refusal, match="Nothing was promised"):
        seat.perform(save_promise, SavePromise(key, None))
    seat.perform(save_promise, SavePromise(key, TODAY + 5 * DAY, "Anna, by telephone"))
    assert seat.ask(dunning_cases) == ()
    assert reminders(seat) == []
    seat.perform(save_promise, SavePromise(key, None))
    assert seat.ask(dunning_cases)[0].stage.number == 4
    seat.perform(save_promise, SavePromise(key, TODAY + DAY))
    clock.moment += 2 * DAY
    (case,) = seat.ask(dunning_cases)
    assert case.lines[0].broken == TODAY + DAY
    with pytest.raises(Refusal, match="today or later"):
        seat.perform(save_promise, SavePromise(key, TODAY))
    assert seat.ask(lambda r: r.session.scalar(select(func.count(Promise.id)))) == 3


def test_a_letter_is_refused_for_what_is_not_owed(seat: Seat) -> None:
    party = customer(seat)
    owe(seat, party, "CI-1", 12)
    other = customer(seat, "Veld B.V.")
    (key,) = seat.ask(instalments)
    for command, words in (
        (RecordDunning(other, ((key, 4),), "text"), "no invoice of this customer"),
        (RecordDunning(party, ((key, 4),), " "), "no text"),
        (RecordDunning(party, (), "text"), "no instalment"),
    ):
        with pytest.raises(Refusal, match=words):
            seat.perform(record_dunning, command)
    assert seat.ask(lambda r: r.session.scalar(select(func.count(Dunning.id)))) == 0


def test_the_letter_names_every_invoice_in_both_languages(seat: Seat) -> None:
    party = customer(seat)
    owe(seat, party, "CI-1", 25)
    owe(seat, party, "CI-2", 3, -2)
    (case,) = seat.ask(dunning_cases)
    firm = Words("Ningbo Harbor Trading Co., Ltd.", "宁波海港贸易有限公司")
    english, chinese = (dunning_letter(case, firm, language) for language in ("en", "zh"))
    assert english.startswith("Subject: Final payment reminder: CI-1, CI-2")
    assert "- CI-1: USD 100.00, due 2026-05-21, 25 days overdue" in english
    assert "- CI-2: USD 100.00, due 2026-06-17\n" in english
    assert "Total: USD 300.00" in english
    assert "最后催款函：CI-1、CI-2" in chinese
    assert "逾期25天" in chinese
    assert chinese.endswith("宁波海港贸易有限公司")


def test_an_agreed_due_date_counts_from_today_and_leaves_earlier_reports(seat: Seat) -> None:
    """§3.6.2: an agreed change of due date is a dated row; reports of earlier days stay."""
    party = customer(seat)
    owe(seat, party, "CI-1", 40)
    (key,) = seat.ask(instalments)
    yesterday = AgingQuery("AR", TODAY - DAY)
    before = [tuple(row) for row in seat.ask(aging, yesterday)]
    with pytest.raises(Refusal, match="Say why"):
        seat.perform(change_due_date, ChangeDueDate(key, TODAY + 10 * DAY, " "))
    with pytest.raises(Refusal, match="is dated"):
        seat.perform(change_due_date, ChangeDueDate(key, TODAY - 200 * DAY, "agreed"))
    seat.perform(change_due_date, ChangeDueDate(key, TODAY + 10 * DAY, "Goods late by ten days"))
    assert [tuple(row) for row in seat.ask(aging, yesterday)] == before
    (now,) = seat.ask(aging, AgingQuery("AR", TODAY, AgingBasis.DUE))
    assert list(now.amounts) == [D(100), D(0), D(0), D(0), D(0)]
    with pytest.raises(Refusal, match="already"):
        seat.perform(change_due_date, ChangeDueDate(key, TODAY + 10 * DAY, "again"))
    seat.perform(change_due_date, ChangeDueDate(key, TODAY + 20 * DAY, "and again"))
    (row,) = seat.ask(aging, yesterday)
    assert list(row.amounts) == [D(0), D(0), D(100), D(0), D(0)], "40 days late less one"


def test_a_salesperson_promises_for_their_own_customers_and_dates_nothing(seats: Seats) -> None:
    party = customer(seats.owner)
    owe(seats.owner, party, "CI-1", 12)
    (key,) = seats.owner.ask(instalments)
    with pytest.raises(NotAllowed):
        seats.sales.perform(change_due_date, ChangeDueDate(key, TODAY + DAY, "agreed"))
    assert seats.sales.ask(dunning_cases) == ()
