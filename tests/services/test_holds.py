"""Money held on an account: available, not spent, back when it comes free (domain.md sections 3.8, 4 and 16.19)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.bank_kit import open_yuan
from tests.services.conftest import TODAY
from tests.services.test_account_moves import MAY, held
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.models import AccountHold
from tradecrm.reports.cash import CASH_PROJECTION, CASH_ROWS
from tradecrm.screens.money.accounts import ACCOUNT_LIST, account_facts
from tradecrm.screens.money.holds import HOLD_FORM, RELEASE_FORM, holds_facts
from tradecrm.services.book import Seat
from tradecrm.services.data.check import check_book
from tradecrm.services.data.lists import ListRequest, fetch_window
from tradecrm.services.figures.cash import CashOptions, cash_projection
from tradecrm.services.figures.holds import available_from
from tradecrm.services.figures.plan_rows import PlanOptions
from tradecrm.services.money.accounts import (
    BookExpense,
    MakeTransfer,
    OpenAccount,
    book_expense,
    make_transfer,
    open_account,
)
from tradecrm.services.money.holds import HoldMoney, ReleaseHold, hold_money, release_hold
from tradecrm.services.work import Reader

D = Decimal
DAY = timedelta(days=1)


def kept(reader: Reader) -> list[tuple[Decimal, date | None]]:
    rows = reader.session.execute(
        select(AccountHold.amount, AccountHold.released_on).order_by(AccountHold.id)
    )
    return [(amount, released) for amount, released in rows]


def test_held_money_is_in_the_balance_and_cannot_be_spent(seat: Seat) -> None:
    """Balance 1,000 less 600 held leaves 400; a transfer above it is refused on any day on which it was held."""
    wallet, till = open_yuan(seat, "1000"), second(seat)
    hold = seat.perform(hold_money, HoldMoney(wallet, MAY[1], D(600), "PayPal reserve")).value
    for day, amount in ((TODAY, "400.01"), (MAY[0], "400.01")):
        with pytest.raises(Refusal, match=r"Yuan has CNY 400\.00 available"):
            seat.perform(make_transfer, MakeTransfer(day, wallet, till, D(amount), D(amount)))
    seat.perform(book_expense, BookExpense(MAY[0], wallet, "FEE", D(-100), "Fee"))
    assert held(seat, wallet)[0] == D(900)
    assert seat.ask(available_from, wallet, MAY[0]).amount == D(300)
    seat.perform(release_hold, ReleaseHold(hold, MAY[2]))
    assert [seat.ask(available_from, wallet, day).amount for day in (MAY[1], MAY[2])] == [D(300), D(900)]
    with pytest.raises(Refusal, match=r"600\.00 of its balance is held"):
        seat.perform(make_transfer, MakeTransfer(MAY[1], wallet, till, D(301), D(301)))
    seat.perform(make_transfer, MakeTransfer(MAY[2], wallet, till, D(900), D(900)))
    assert held(seat, wallet)[0] == 0
    if seat.book.store.reader.dialect.name == "sqlite":
        assert check_book(seat.book.store.reader) == []


def second(seat: Seat) -> int:
    return seat.perform(open_account, OpenAccount("Till", "CASH", "CNY", date(2026, 4, 1))).value


def test_what_a_hold_refuses(seat: Seat) -> None:
    wallet = open_yuan(seat, "1000")
    hold = seat.perform(hold_money, HoldMoney(wallet, MAY[1], D(600), "Reserve")).value
    refusals = (
        (HoldMoney(wallet, MAY[2], D("400.01"), "More"), r"400\.00 available"),
        (HoldMoney(wallet, MAY[2], D(1), " "), "Say why"),
        (HoldMoney(wallet, MAY[2], D("0.001"), "More"), "more decimals"),
        (HoldMoney(wallet, MAY[2], D(0), "More"), "above zero"),
        (HoldMoney(wallet, MAY[2], D(1), "More", MAY[1]), "before it is held"),
        (HoldMoney(wallet, TODAY + DAY, D(1), "More"), "until today"),
    )
    for command, words in refusals:
        with pytest.raises(Refusal, match=words):
            seat.perform(hold_money, command)
    with pytest.raises(Refusal, match="Choose a day from 2026-05-11"):
        seat.perform(release_hold, ReleaseHold(hold, MAY[0]))
    assert seat.ask(kept) == [(D(600), None)]
    seat.perform(release_hold, ReleaseHold(hold))
    with pytest.raises(Refusal, match=f"came free on {TODAY} already"):
        seat.perform(release_hold, ReleaseHold(hold))
    assert seat.ask(kept) == [(D(600), TODAY)]


def test_the_projection_counts_held_money_when_it_comes_free(seat: Seat) -> None:
    """On its day; one without a day, or past it, in no balance (section 3.8). The rows behind add up to the same."""
    wallet = open_yuan(seat, "1000")
    for amount, expected in (("300", TODAY + 3 * DAY), ("200", None), ("100", MAY[3])):
        seat.perform(hold_money, HoldMoney(wallet, MAY[1], D(amount), "Reserve", expected))
    (plan,) = seat.ask(cash_projection, CashOptions(PlanOptions(TODAY + 30 * DAY)))
    assert (plan.held, plan.projection.opening, plan.undated) == (D(600), D(400), D(300))
    assert [(each.day, each.incoming, each.balance) for each in plan.projection.days] == [
        (TODAY + 3 * DAY, D(300), D(700))
    ]
    table = seat.ask(CASH_PROJECTION.table)
    assert table.notes == ("Yuan: CNY 600.00 of its balance is held and does not count until it comes free.",)
    rows = seat.ask(CASH_ROWS.table, {"account": wallet, "currency": "CNY"}).rows
    assert (rows[0].cells[1], rows[0].cells[5], rows[1].cells[4], rows[1].cells[5]) == (
        "Available today",
        D(400),
        D(300),
        D(700),
    )


def test_the_account_shows_what_is_held_and_releases_it(seat: Seat) -> None:
    wallet = open_yuan(seat, "1000")
    assert shown(seat) == [None]
    draft = seat.ask(HOLD_FORM.blank, Link.to("account_hold", account=wallet))
    draft = draft.put(amount=D(600), reason="Reserve", expected_on=TODAY + DAY)
    hold = seat.perform(HOLD_FORM.save, HOLD_FORM.build(draft)).value
    assert shown(seat) == [D(400)]
    facts = {fact.label: fact.value for fact in seat.ask(account_facts, wallet)}
    assert (facts["Balance"], facts["Held"], facts["Available balance"]) == (
        "CNY 1,000.00",
        "CNY 600.00",
        "CNY 400.00",
    )
    (fact,) = seat.ask(holds_facts, wallet)
    assert (fact.value, fact.link) == ("CNY 600.00", Link.to("account_hold", id=hold))
    kept_draft = seat.ask(HOLD_FORM.load, hold)
    row = {**kept_draft.values, "id": hold, "version": kept_draft.version}
    (release,) = HOLD_FORM.actions
    assert release.opens is not None
    link = release.opens([row])
    assert link is not None
    seat.perform(RELEASE_FORM.save, RELEASE_FORM.build(seat.ask(RELEASE_FORM.blank, link)))
    assert shown(seat) == [None]
    assert [fact.muted for fact in seat.ask(holds_facts, wallet)] == [True]


def shown(seat: Seat) -> list[Decimal | None]:
    """Answer the available balances of the list of accounts."""
    found = seat.ask(fetch_window, ACCOUNT_LIST.source, ListRequest(limit=10))
    return [dict(zip(found.keys, row, strict=True))["available"] for row in found.rows]
