"""The approval engine of domain.md section 6: levels, merging, deputies, refusals, what voids, the trader alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.approval_kit import (
    PROTECTED,
    ask,
    customer,
    draft,
    move,
    paper,
    requests,
    said,
    state,
    switch,
    waiting,
)
from tests.services.conftest import TODAY, Seats
from tradecrm.core.errors import NotFound
from tradecrm.core.problems import Refusal
from tradecrm.models import AuditEntry
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approval_cards import request_card, waiting_count
from tradecrm.services.control.approval_people import (
    DismissDeputy,
    NameDeputy,
    deputy_rows,
    dismiss_deputy,
    name_deputy,
)
from tradecrm.services.control.approval_rules import (
    TRIGGERS,
    LevelDraft,
    SwitchRules,
    active_triggers,
    needed_levels,
    switch_rules,
)
from tradecrm.services.control.approvals import (
    Decide,
    WithdrawRequest,
    decide,
    demand_unchanged,
    void_approval,
    withdraw_request,
)
from tradecrm.services.control.people import AddPerson, ChangePerson, add_person, change_person
from tradecrm.services.work import Reader, Work, operation

CONTRACT = "sales_contract"


@operation("contract.write")
def drop(work: Work, number: int) -> None:
    void_approval(work, CONTRACT, number, "The price was changed.")


def submitted(seats: Seats, *, trigger: str = "first_order") -> int:
    """Answer a contract of the salesperson that waits for manager and owner."""
    switch(seats.owner, CONTRACT, trigger)
    contract = draft(seats.sales, customer(seats.sales))
    assert move(seats.sales, contract, "submitted") == "submitted"
    return contract


def refused(seat: Seat, command: Decide, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        seat.perform(decide, command)
    assert words in said(caught.value)


def test_rules_are_off_until_someone_switches_them_on(seats: Seats) -> None:
    assert seats.owner.ask(active_triggers, CONTRACT) == {}
    assert seats.sales.perform(ask, paper("amount")).value == "approved"
    assert seats.owner.ask(requests) == [("SC-7", "approved", 0)]  # section 16.3: passed and logged
    seats.owner.perform(switch_rules, SwitchRules(CONTRACT, active=True))
    found = seats.owner.ask(active_triggers, CONTRACT)
    assert found["amount"] == Decimal(50000)
    assert found["risky_terms"] == Decimal("0.30")
    assert found["first_order"] is None
    assert set(found) == {each.trigger for each in TRIGGERS if each.kind == CONTRACT}


def test_manager_then_owner_and_the_contract_follows(seats: Seats) -> None:
    contract = submitted(seats)
    request = waiting(seats.sales, contract)
    assert [level.title for level in request.levels] == ["Department manager", "Owner"]
    assert request.waits_for == ("Chen Jie",)
    assert request.reasons[0].sentence == "Kern Tool Corp. orders for the first time."
    assert (seats.manager.ask(waiting_count), seats.owner.ask(waiting_count)) == (1, 0)
    assert seats.manager.perform(decide, Decide(request.id, "approve")).value == "pending"
    assert (seats.manager.ask(waiting_count), seats.owner.ask(waiting_count)) == (0, 1)
    assert seats.sales.ask(state, contract) == "submitted"
    assert seats.owner.perform(decide, Decide(request.id, "approve", "good customer")).value == "approved"
    assert seats.sales.ask(state, contract) == "approved"
    card = seats.sales.ask(request_card, request.id)
    assert [(each.person, each.decision) for each in card.decisions] == [
        ("Chen Jie", "approve"),
        ("Lin Yue", "approve"),
    ]


def test_the_log_names_who_decided_although_the_record_is_another_persons(seats: Seats) -> None:
    contract = submitted(seats)
    request = waiting(seats.sales, contract).id
    seats.manager.perform(decide, Decide(request, "approve"))
    seats.owner.perform(decide, Decide(request, "approve"))

    def last_change(reader: Reader) -> tuple[int, str]:
        entry = reader.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.kind == CONTRACT, AuditEntry.record_id == contract)
            .order_by(AuditEntry.id.desc())
        ).first()
        assert entry is not None
        return entry.person_id, entry.operation

    assert seats.owner.ask(last_change) == (seats.owner.actor.person_id, "decide")


def test_a_rejection_needs_a_reason_and_makes_a_draft_again(seats: Seats) -> None:
    contract = submitted(seats)
    request = waiting(seats.sales, contract).id
    refused(seats.manager, Decide(request, "reject", "  "), "Say why you reject it")
    assert seats.sales.ask(state, contract) == "submitted"
    assert seats.manager.perform(decide, Decide(request, "reject", "Ask for 40 %")).value == "rejected"
    assert seats.sales.ask(state, contract) == "draft"  # section 16.3
    refused(seats.manager, Decide(request, "approve"), "decided already")
    assert move(seats.sales, contract, "submitted") == "submitted"
    assert [row[1] for row in seats.sales.ask(requests)] == ["rejected", "pending"]


def test_nobody_approves_their_own_submission(seats: Seats) -> None:
    switch(seats.owner, CONTRACT, "first_order", (LevelDraft("manager"),))
    contract = draft(seats.manager, customer(seats.manager))
    move(seats.manager, contract, "submitted")
    request = waiting(seats.manager, contract)
    assert request.waits_for == ("Lin Yue",)  # no other manager: the owner answers for the level
    refused(seats.manager, Decide(request.id, "approve"), "nobody approves their own submission")
    assert seats.manager.ask(state, contract) == "submitted"


def test_a_request_waits_for_those_asked_and_no_others(seats: Seats) -> None:
    contract = submitted(seats)
    request = waiting(seats.sales, contract).id
    refused(seats.owner, Decide(request, "approve"), "waits for Chen Jie, not for you")
    with pytest.raises(NotFound):
        seats.other.perform(decide, Decide(request, "approve"))
    refused(seats.manager, Decide(request, "perhaps"), "Approve or reject")
    assert seats.owner.ask(requests) == [(seats.owner.ask(request_card, request).title, "pending", 0)]


def test_no_eligible_approver_is_refused_in_words_that_say_whom_to_add(seats: Seats) -> None:
    switch(seats.owner, CONTRACT, "first_order")
    contract = draft(seats.owner, customer(seats.owner))
    with pytest.raises(Refusal, match="Add another person with that role or a second owner under People"):
        move(seats.owner, contract, "submitted")
    assert seats.owner.ask(state, contract) == "draft"
    assert seats.owner.ask(requests) == []
    seats.owner.perform(add_person, AddPerson("Gao Wen", "owner"))
    assert move(seats.owner, contract, "submitted") == "submitted"
    assert waiting(seats.owner, contract).waits_for == ("Chen Jie",)


def test_a_trader_alone_passes_but_it_is_logged(book: Book) -> None:
    alone = book.seat()
    switch(alone, CONTRACT, "first_order")
    contract = draft(alone, customer(alone))
    assert move(alone, contract, "submitted") == "approved"
    (row,) = alone.ask(requests)
    assert row[1] == "approved"
    card = alone.ask(request_card, 1)
    assert card.decisions[0].decision == "auto"
    assert card.reasons[0].trigger == "first_order"


def test_several_reasons_make_one_request_with_the_highest_level_last(seats: Seats) -> None:
    owner = seats.owner
    switch(owner, CONTRACT, "low_margin")
    switch(owner, CONTRACT, "hidden_commission")
    switch(owner, CONTRACT, "amount", (LevelDraft("finance"), LevelDraft("owner")))
    found = owner.ask(needed_levels, CONTRACT, {"low_margin", "hidden_commission", "amount"}, None)
    assert [level.role for level in found] == ["finance", "manager", "owner"]
    seats.sales.perform(ask, paper("low_margin", "hidden_commission"))
    (row,) = owner.ask(requests)
    assert row == ("SC-7", "pending", 0)
    assert [level.title for level in owner.ask(request_card, 1).levels] == ["Department manager", "Owner"]


@pytest.mark.parametrize(("amount", "roles"), [("2000", ["manager"]), ("2000.01", ["manager", "finance"])])
def test_a_ceiling_ends_the_chain(seats: Seats, amount: str, roles: list[str]) -> None:
    levels = (LevelDraft("manager", ceiling=Decimal(2000)), LevelDraft("finance"))  # section 6: expense claim
    switch(seats.owner, CONTRACT, "amount", levels)
    found = seats.owner.ask(needed_levels, CONTRACT, {"amount"}, Decimal(amount))
    assert [level.role for level in found] == roles


def test_a_level_of_all_waits_for_each_of_them(seats: Seats, book: Book) -> None:
    second = seats.owner.perform(add_person, AddPerson("Gao Wen", "owner")).value
    switch(seats.owner, CONTRACT, "first_order", (LevelDraft("owner", mode="ALL"),))
    contract = draft(seats.sales, customer(seats.sales))
    move(seats.sales, contract, "submitted")
    request = waiting(seats.sales, contract).id
    assert seats.owner.perform(decide, Decide(request, "approve")).value == "pending"
    refused(seats.owner, Decide(request, "approve"), "You have decided")
    assert book.seat(second).perform(decide, Decide(request, "approve")).value == "approved"


def test_any_manager_of_the_department_is_enough(seats: Seats, book: Book) -> None:
    department = next(row for row in seats.owner.ask(_people) if row[0] == "Chen Jie")[1]
    second = seats.owner.perform(add_person, AddPerson("Gao Wen", "manager", department)).value
    elsewhere = seats.owner.perform(add_person, AddPerson("Hu Bo", "manager")).value
    contract = submitted(seats)
    assert set(waiting(seats.sales, contract).waits_for) == {"Chen Jie", "Gao Wen"}
    request = waiting(seats.sales, contract).id
    with pytest.raises(NotFound):
        book.seat(elsewhere).perform(decide, Decide(request, "approve"))
    book.seat(second).perform(decide, Decide(request, "approve"))
    assert seats.manager.ask(waiting_count) == 0


def _people(reader: Reader) -> list[tuple[str, int | None]]:
    from tradecrm.services.control.people import people_rows

    return [(row.name, row.department_id) for row in people_rows(reader)]


def test_a_deputy_decides_on_the_days_named_and_the_log_says_for_whom(seats: Seats) -> None:
    contract = submitted(seats)
    request = waiting(seats.sales, contract).id
    manager, other = seats.manager.actor.person_id, seats.other.actor.person_id
    later = NameDeputy(manager, other, TODAY + timedelta(days=3), TODAY + timedelta(days=5))
    row = seats.manager.perform(name_deputy, later).value
    refused(seats.other, Decide(request, "approve"), "You stand in for Chen Jie on other days only")
    assert seats.other.ask(waiting_count) == 0
    seats.manager.perform(dismiss_deputy, DismissDeputy(row))
    seats.manager.perform(name_deputy, NameDeputy(manager, other, TODAY, TODAY))
    assert seats.other.ask(waiting_count) == 1
    assert seats.other.perform(decide, Decide(request, "approve")).value == "pending"
    assert seats.manager.ask(waiting_count) == 0
    first = seats.owner.ask(request_card, request).decisions[0]
    assert (first.person, first.for_person) == ("Wu Fan", "Chen Jie")


def test_a_deputy_inherits_the_ban_on_ones_own_submission(seats: Seats) -> None:
    manager, sales = seats.manager.actor.person_id, seats.sales.actor.person_id
    seats.manager.perform(name_deputy, NameDeputy(manager, sales, TODAY, TODAY + timedelta(days=9)))
    contract = submitted(seats)
    request = waiting(seats.sales, contract)
    assert request.waits_for == ("Chen Jie",)
    assert not request.may_decide
    refused(seats.sales, Decide(request.id, "approve"), "nobody approves their own submission")


def test_a_deputy_of_the_submitter_gets_no_turn(seats: Seats) -> None:
    manager = seats.manager.actor.person_id
    seats.manager.perform(name_deputy, NameDeputy(manager, seats.other.actor.person_id, TODAY, TODAY))
    switch(seats.owner, CONTRACT, "first_order", (LevelDraft("manager"),))
    contract = draft(seats.manager, customer(seats.manager))
    move(seats.manager, contract, "submitted")
    assert waiting(seats.manager, contract).waits_for == ("Lin Yue",)


def test_deputies_are_refused_in_words(seats: Seats) -> None:
    manager, other = seats.manager.actor.person_id, seats.other.actor.person_id
    wrong = [
        (seats.manager, NameDeputy(manager, manager, TODAY, TODAY), "cannot be their own deputy"),
        (seats.manager, NameDeputy(manager, other, TODAY, TODAY - timedelta(days=1)), "before the first"),
        (seats.sales, NameDeputy(manager, other, TODAY, TODAY), "only for yourself"),
        (
            seats.manager,
            NameDeputy(manager, other, TODAY - timedelta(days=9), TODAY - timedelta(days=2)),
            "over already",
        ),
    ]
    for seat, command, words in wrong:
        with pytest.raises(Refusal, match=words):
            seat.perform(name_deputy, command)
    seats.owner.perform(change_person, ChangePerson(other, "Wu Fan", "sales", active=False))
    with pytest.raises(Refusal, match="Wu Fan has left"):
        seats.manager.perform(name_deputy, NameDeputy(manager, other, TODAY, TODAY))
    assert seats.owner.ask(deputy_rows) == ()


def test_only_the_submitter_withdraws(seats: Seats) -> None:
    contract = submitted(seats)
    request = waiting(seats.sales, contract).id
    with pytest.raises(Refusal, match="Only the person who submitted"):
        seats.manager.perform(withdraw_request, WithdrawRequest(request))
    assert seats.sales.ask(state, contract) == "submitted"
    seats.sales.perform(withdraw_request, WithdrawRequest(request, "A line is missing"))
    assert seats.sales.ask(state, contract) == "draft"
    assert seats.manager.ask(waiting_count) == 0
    with pytest.raises(Refusal, match="decided already"):
        seats.sales.perform(withdraw_request, WithdrawRequest(request))


def test_a_paper_that_waits_is_not_asked_about_twice(seats: Seats) -> None:
    switch(seats.owner, CONTRACT, "amount")
    seats.sales.perform(ask, paper("amount"))
    with pytest.raises(Refusal, match="waits for approval already"):
        seats.sales.perform(ask, paper("amount"))
    assert len(seats.sales.ask(requests)) == 1


def test_the_snapshot_tells_what_changed_and_voiding_ends_it(seats: Seats) -> None:
    sales = seats.sales
    assert sales.ask(demand_unchanged, CONTRACT, 7, PROTECTED)  # never asked about
    sales.perform(ask, paper("amount"))
    assert sales.ask(demand_unchanged, CONTRACT, 7, tuple(reversed(PROTECTED)))
    assert not sales.ask(demand_unchanged, CONTRACT, 7, (("price", "3.55"), PROTECTED[1]))
    sales.perform(drop, 7)
    assert not sales.ask(demand_unchanged, CONTRACT, 7, PROTECTED)
    assert sales.ask(requests) == [("SC-7", "void", 0)]
    assert sales.ask(request_card, 1).decisions[-1].reason == "The price was changed."


def test_whoever_is_left_alone_decides_what_waits(seats: Seats) -> None:
    contract = submitted(seats)
    request = waiting(seats.sales, contract).id
    for seat, name, role in (
        (seats.manager, "Chen Jie", "manager"),
        (seats.sales, "Zhao Lei", "sales"),
        (seats.other, "Wu Fan", "sales"),
    ):
        seats.owner.perform(change_person, ChangePerson(seat.actor.person_id, name, role, active=False))
    assert seats.owner.perform(decide, Decide(request, "approve")).value == "approved"
    assert seats.owner.ask(state, contract) == "approved"
