"""What a paper that waits for approval is called, kept in one language and read in another (section 6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.approval_kit import customer, draft, move, switch, waiting
from tests.services.conftest import Seats
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _, current_language, use_language
from tradecrm.services.control.approval_cards import request_card
from tradecrm.services.control.approval_lists import APPROVALS
from tradecrm.services.control.approval_subjects import HANDLERS, PAGES
from tradecrm.services.control.approval_titles import TITLES, approval_title, shown_title
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.reminders import today_rows
from tradecrm.services.data.lists import ListRequest, fetch_window
from tradecrm.services.trade.releases import KIND_TITLES

NUMBERED = {"quotation", "proforma", "freight_inquiry"}
"""Kinds that are called by their number alone."""


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    """Let the language be what it was when the test ends."""
    before = current_language()
    yield
    use_language(before)


def titles() -> dict[str, str]:
    """Answer a title of each kind in the language in use, with a number that looks like another title."""
    parts = {"number": "SC-1: A", "version": 2, "name": "Kern, version 3", "day": "2026-03-31"}
    found = {
        kind: approval_title(kind, **parts, what=_(KIND_TITLES[1][1]))
        for kind in TITLES
        if kind not in {"period", "party_bank"}
    }
    found["party_bank"] = approval_title("party_bank", name=parts["name"])
    found["period"] = approval_title("period", day=_("the beginning"))
    return found


def test_every_title_is_read_in_either_language() -> None:
    assert (set(HANDLERS) | set(PAGES)) - set(TITLES) == NUMBERED
    english = titles()
    use_language("zh_CN")
    chinese = titles()
    assert chinese["release"] == "SC-1: A：未收款先装货"
    assert {kind: shown_title(kept) for kind, kept in english.items()} == chinese
    assert shown_title("QT-26001") == "QT-26001"
    use_language("en")
    assert {kind: shown_title(kept) for kind, kept in chinese.items()} == english
    assert shown_title("SC-1: something else") == "SC-1: something else"


def test_a_request_is_called_in_the_language_of_whoever_reads_it(seats: Seats) -> None:
    switch(seats.owner, "sales_contract", "first_order")
    use_language("zh_CN")
    contract = draft(seats.sales, customer(seats.sales))
    move(seats.sales, contract, "submitted")
    request = waiting(seats.sales, contract)
    number = request.title.removeprefix("合同 ")
    assert request.title == f"合同 {number}"
    use_language("en")
    assert waiting(seats.manager, contract).title == f"Contract {number}"
    window = seats.manager.ask(fetch_window, APPROVALS, ListRequest())
    assert window.rows[0][window.keys.index("title")] == f"Contract {number}"
    (row,) = seats.manager.ask(today_rows)
    assert row.subject == f"Contract {number}"
    with pytest.raises(Refusal, match=f"Contract {number} waits for"):
        seats.owner.perform(decide, Decide(request.id, "approve"))


def test_why_and_by_what_it_is_decided_is_told_in_the_language_of_whoever_reads_it(seats: Seats) -> None:
    switch(seats.owner, "sales_contract", "first_order")
    contract = draft(seats.sales, customer(seats.sales))
    move(seats.sales, contract, "submitted")
    english = waiting(seats.manager, contract)
    buyer = {each.title: each.text for each in english.figures}["Customer"]
    assert [each.sentence for each in english.reasons] == [f"{buyer} orders for the first time."]
    use_language("zh_CN")
    chinese = waiting(seats.manager, contract)
    assert [each.sentence for each in chinese.reasons] == [f"{buyer} 首次下单。"]
    assert chinese.figures[0].title == "客户"
    assert chinese.figures[0].text == buyer
    assert not any(each.title.isascii() for each in chinese.figures)


def test_a_request_that_nobody_decides_says_so_in_the_language_of_whoever_reads_it(seats: Seats) -> None:
    contract = draft(seats.sales, customer(seats.sales))
    move(seats.sales, contract, "submitted")
    passed = seats.manager.ask(fetch_window, APPROVALS, ListRequest())
    use_language("zh_CN")
    (entry,) = seats.manager.ask(request_card, passed.ids[0]).decisions
    assert (entry.decision, entry.reason) == ("auto", "没有规则要求审批。")
