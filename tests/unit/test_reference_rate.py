"""The reference rate R as collected against the recognition rate (domain.md sections 2.4 and 2.5)."""

from __future__ import annotations

from decimal import Decimal

from tradecrm.core.money import round_to
from tradecrm.core.profit import CostLine, ShipmentResult, shipment_result

D = Decimal


def _result(collected_rate: Decimal | None) -> ShipmentResult:
    return shipment_result(
        invoice_total=D("1000.00"),
        currency="USD",
        revenue=D("7060.00"),
        costs=[
            CostLine("FRT", "EUR", D("90.00"), D("706.00")),
            CostLine("PUR", "CNY", D("5400.00"), D("5400.00")),
        ],
        reference_rate=D("7.06"),
        collected_rate=collected_rate,
    )


def test_n_is_reckoned_at_the_recognition_rate_whatever_r_is() -> None:
    """EUR 90.00 are CNY 706.00, at 7.06 USD 100.00: N is 900.00, and at R = 7.00 brings 6,300.00."""
    booked, came = _result(None), _result(D("7.00"))
    assert booked.fx_net_income == came.fx_net_income == D("900.00")
    assert (booked.reference_rate, booked.reference_profit) == (D("7.06"), D("954.00"))
    assert (came.reference_rate, came.reference_profit) == (D("7.00"), D("900.00"))
    assert came.profit_rate is not None
    assert came.profit_rate == D(900) / D(5400)
    # Invariant 7: profit rate = R / (K/N) - 1; K/N is 6.0000 under both.
    assert booked.cost_per_unit == came.cost_per_unit == D("6.0000")
    assert round_to(D("7.00") / D(6) - 1, 6) == round_to(came.profit_rate, 6)
    assert came.trading_profit == booked.trading_profit
