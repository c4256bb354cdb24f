"""The particulars of an open account: corrected without touching its figures, and put out of use when empty (4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tradecrm.core.errors import Conflict
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.services.book import Seat
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.account_details import ChangeAccount, account_values, change_account
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.cards import account_choices
from tradecrm.services.money.rates import SaveRate, SaveRates, save_rate, save_rates

OPENED = date(2026, 4, 1)


def opened(seat: Seat, name: str, balance: str = "0") -> int:
    command = OpenAccount(
        name, "BANK", "USD", OPENED, Decimal(balance), Decimal("7.1"), bank="Bank of Chian", swift="BKCHCNB"
    )
    return seat.perform(open_account, command).value


def test_particulars_are_corrected_and_figures_stay(seat: Seat) -> None:
    account = opened(seat, "Dollars", "1000")
    held = seat.ask(balance_at, account, seat.book.clock.today())
    seat.perform(
        change_account,
        ChangeAccount(account, 1, " Dollar account ", "Bank of China", "3501", "BKCHCNBJ", "Ningbo"),
    )
    values = seat.ask(account_values, account)
    assert (values["name"], values["bank"], values["swift"]) == (
        "Dollar account",
        "Bank of China",
        "BKCHCNBJ",
    )
    assert (values["opening_balance"], values["opening_rate"]) == (Decimal(1000), Decimal("7.1"))
    assert seat.ask(balance_at, account, seat.book.clock.today()) == held
    with pytest.raises(Conflict):
        seat.perform(change_account, ChangeAccount(account, 1, "Mine"))
    assert seat.ask(account_values, account)["name"] == "Dollar account"


def test_an_account_with_money_stays_in_use_and_names_are_not_twice(seat: Seat) -> None:
    full, empty = opened(seat, "Full", "1000"), opened(seat, "Empty")
    for command, field in (
        (ChangeAccount(full, 1, "Full", archived=True), "archived"),
        (ChangeAccount(empty, 1, "Full"), "name"),
        (ChangeAccount(empty, 1, " "), "name"),
    ):
        with pytest.raises(Refusal) as refused:
            seat.perform(change_account, command)
        assert [problem.field for problem in refused.value.problems] == [field]
    seat.perform(change_account, ChangeAccount(empty, 1, "Empty", archived=True))
    assert {row.name for row in seat.ask(account_choices)} & {"Full", "Empty"} == {"Full"}


def test_the_base_currency_has_no_rate_in_the_table(seat: Seat) -> None:
    """Its rate is always 1 (domain.md section 0)."""
    day = seat.book.clock.today()
    good, wrong = SaveRate(RateType.MID, "EUR", day, "7.8"), SaveRate(RateType.MID, "CNY", day, "2")
    with pytest.raises(Refusal) as refused:
        seat.perform(save_rate, wrong)
    assert [problem.field for problem in refused.value.problems] == ["currency"]
    with pytest.raises(Refusal) as refused:
        seat.perform(save_rates, SaveRates((good, wrong)))
    assert [problem.field for problem in refused.value.problems] == ["rates.1.currency"]
