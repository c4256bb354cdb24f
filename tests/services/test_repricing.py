"""The currency of an offer or contract changes: prices follow by the budget rates (domain.md sections 0 and 11)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.services.quoting_kit import DAY, offer_book, quote, t1_lines
from tradecrm.core.rates import RateType
from tradecrm.screens.draft import Draft
from tradecrm.screens.trade.contract_draft import derive_contract, load_contract
from tradecrm.screens.trade.quotation_draft import build_quotation, derive_quotation, load_quotation
from tradecrm.screens.trade.quotation_form import revisions_facts
from tradecrm.screens.trade.repricing import repriced_badges
from tradecrm.services.book import Seat
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.quotation_makes import ContractOfQuotation, contract_of_quotation
from tradecrm.services.trade.quotation_moves import (
    MoveQuotation,
    ReviseQuotation,
    move_quotation,
    revise_quotation,
)
from tradecrm.services.trade.quotations import save_quotation

D = Decimal


def prices(draft: Draft) -> list[object]:
    return [row["price"] for row in draft.rows()]


def test_prices_follow_the_currency_and_come_back_as_they_were_typed(seat: Seat) -> None:
    """6.85 and 14.40 dollars at 7.00 are 1,003.14 and 2,108.79 yen at 0.0478, 2.048 and 4.306 dinars at 23.41."""
    offer = offer_book(seat)
    for currency, rate in (("JPY", "0.0478"), ("KWD", "23.41")):
        seat.perform(save_rate, SaveRate(RateType.BUDGET, currency, DAY, rate, "firm"))
    key = quote(seat, offer, lines=(*t1_lines(offer), replace(t1_lines(offer)[0], price=D("0.05"))))
    draft = seat.ask(load_quotation, key)
    assert repriced_badges(draft) == ()
    yen = derive_quotation(draft.put(currency="JPY"), "currency")
    assert prices(yen) == [D("1003.14"), D("2108.79"), D("7.32")]
    assert yen.number("total") == D(1203768 + 1687032 + 8784)
    assert repriced_badges(yen)[0].text == "Prices converted from USD"
    back = derive_quotation(yen.put(currency="USD"), "currency")
    assert (prices(back), back.number("total")) == (prices(draft), draft.number("total"))
    assert repriced_badges(back) == ()
    dinars = derive_quotation(draft.put(currency="KWD"), "currency")
    assert prices(dinars) == [D("2.048"), D("4.306"), D("0.0150")]


def test_a_currency_half_typed_or_without_a_rate_leaves_prices_alone(seat: Seat) -> None:
    draft = seat.ask(load_quotation, quote(seat, offer_book(seat)))
    for typed in ("J", "JP", "JPY"):
        draft = derive_quotation(draft.put(currency=typed), "currency")
    assert prices(draft) == [D("6.85"), D("14.40")]
    assert draft.number("rate") is None


def test_a_draft_contract_follows_its_currency_too(seat: Seat) -> None:
    key = quote(seat, offer_book(seat))
    seat.perform(move_quotation, MoveQuotation(key, "send", DAY))
    draft = seat.ask(load_contract, seat.perform(contract_of_quotation, ContractOfQuotation(key, DAY)).value)
    yuan = derive_contract(draft.put(currency="CNY"), "currency")
    assert prices(yuan) == [D("47.95"), D("100.80")]
    assert yuan.number("total") == D("138180.00")


def test_a_revision_keeps_the_money_it_was_offered_in(seat: Seat) -> None:
    first = quote(seat, offer_book(seat))
    seat.perform(move_quotation, MoveQuotation(first, "send", DAY))
    draft = seat.ask(load_quotation, seat.perform(revise_quotation, ReviseQuotation(first)).value)
    yuan = derive_quotation(draft.put(currency="CNY"), "currency")
    seat.perform(save_quotation, build_quotation(yuan))
    shown = revisions_facts(seat.ask(load_quotation, draft.id or 0))
    assert [fact.value for fact in shown] == ["CNY 138,180.00", "USD 19,740.00"]
