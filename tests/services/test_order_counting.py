"""Orders that do not count in orders and targets, such as samples (domain.md sections 1.10 and 8)."""

from __future__ import annotations

from tests.services.conftest import TODAY
from tests.services.shipping_kit import DAY, start
from tradecrm.core.links import Link
from tradecrm.models import SalesContract
from tradecrm.screens.trade.order_counting import COUNT_FORM
from tradecrm.services.book import Seat
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
