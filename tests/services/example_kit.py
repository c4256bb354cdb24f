"""The running example T1 in a book: what several modules begin with."""

from __future__ import annotations

from datetime import date

from tests.services.scenes import played_once
from tradecrm.services.book import Seat
from tradecrm.services.data.sample.running_example import Example, play_example
from tradecrm.services.money.accounts import OpenAccount, open_account


@played_once
def t1(seat: Seat) -> Example:
    """Open the dollar account of the example and play it."""
    account = OpenAccount("Bank of China USD", "BANK", "USD", date(2026, 1, 1))
    return play_example(seat, seat.perform(open_account, account).value)
