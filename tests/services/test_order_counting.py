"""Orders that do not count in orders and targets, such as samples (domain.md sections 1.10 and 8)."""

from __future__ import annotations

from dataclasses import replace

from tests.services.conftest import TODAY
from tests.services.shipping_kit import DAY, start
from tradecrm.core.links import Link
from tradecrm.models import SalesContract
from tradecrm.screens.trade.order_counting import COUNT_FORM, derive_counting, order_types
from tradecrm.services.book import Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.crm.parties import party_card, save_party
from tradecrm.services.figures.orders import orders_between, uncounted_between
from tradecrm.services.trade.order_counting import CountOrder, count_order
from tradecrm.services.work import Work, operation


def test_an_order_of_samples_is_taken_out_of_the_orders_and_back(seat: Seat) -> None:
    firm = start(seat)
    contract = firm.contract()

    def listed() -> tuple[int, int]:
        counted = seat.ask(orders_between, DAY, TODAY)
        return len(counted), len(seat.ask(uncounted_between, DAY, TODAY))

    assert listed() == (1, 0)
    assert "Say why" in firm.refused(count_order, CountOrder(contract, counted=False))
    assert listed() == (1, 0)
    draft = seat.ask(COUNT_FORM.blank, Link.to("count_order", contract=contract))
    seat.perform(COUNT_FORM.save, COUNT_FORM.build(draft.put(counted=False, reason="Samples")))
    assert listed() == (0, 1)
    draft = seat.ask(COUNT_FORM.blank, Link.to("count_order", contract=contract))
    assert (draft.flag("counted"), draft.text("reason")) == (False, "Samples")
    seat.perform(count_order, CountOrder(contract, counted=True))
    assert listed() == (1, 0)


@operation("contract.write")
def take_for_a_principal(work: Work, contract: int) -> None:
    """Make a contract one for a principal, whose goods do not count."""
    row = work.get(SalesContract, contract, "Contract")
    row.agency, row.counted = "AS_AGENT", False


def test_goods_of_a_principal_never_count(seat: Seat) -> None:
    firm = start(seat)
    contract = firm.contract()
    seat.perform(take_for_a_principal, contract)
    assert "goods of a principal" in firm.refused(count_order, CountOrder(contract, counted=True))
    assert seat.ask(orders_between, DAY, TODAY) == []


def test_new_contracts_count_as_their_customer_does(seat: Seat) -> None:
    """What a person says of one contract stays; another customer brings its own answer."""
    firm = start(seat)
    before = firm.contract()
    card = seat.ask(party_card, firm.customer)
    kept = seat.perform(save_party, replace(card.draft, counted=False)).value
    contract = firm.contract()

    def counts(key: int) -> tuple[bool, str]:
        draft = seat.ask(COUNT_FORM.blank, Link.to("count_order", contract=key))
        return draft.flag("counted"), draft.text("reason")

    assert counts(before) == (True, "")
    assert counts(contract) == (False, f"Orders of {card.name} do not count.")
    seat.perform(count_order, CountOrder(contract, counted=True))
    assert counts(contract) == (True, "")
    assert not seat.ask(party_card, kept).draft.counted


def test_a_type_of_order_of_the_firm_takes_it_out_of_the_targets(seat: Seat) -> None:
    firm = start(seat)
    contract = firm.contract()
    assert not seat.ask(COUNT_FORM.blank, Link.to("count_order", contract=contract)).flag("has_kinds")
    seat.perform(change_settings, ChangeSettings((("uncounted_types", "Samples; 补货 ；"),)))
    assert [ref.label for ref in seat.ask(order_types, "补", {})] == ["补货"]
    draft = seat.ask(COUNT_FORM.blank, Link.to("count_order", contract=contract))
    kind = seat.ask(order_types, "", {})[0]
    seat.perform(COUNT_FORM.save, COUNT_FORM.build(derive_counting(draft.put(kind=kind), "kind")))
    draft = seat.ask(COUNT_FORM.blank, Link.to("count_order", contract=contract))
    assert (draft.flag("counted"), draft.text("reason"), draft.ref("kind")) == (False, "Samples", kind)
    assert derive_counting(draft.put(counted=True), "counted").text("reason") == ""
