"""The offer of the running example (domain.md section 1.9) and the records it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.services.scenes import played_once
from tradecrm.core.rates import RateType
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.trade.quotations import SaveQuotation, save_quotation
from tradecrm.services.trade.sale_papers import SaleLineDraft

DAY = date(2026, 3, 20)
TERMS = "TT;P30@ORDER;B@BL_COPY+7D"


@dataclass(frozen=True)
class Offer:
    """Ids of the records of an offer."""

    customer: int
    factory_a: int
    factory_b: int
    lantern: int
    kit: int


@played_once
def offer_book(seat: Seat) -> Offer:
    """Write customer, factories, products and the budget rate of example T1."""
    seat.perform(save_rate, SaveRate(RateType.BUDGET, "USD", date(2026, 1, 1), "7.00", "firm"))
    customer = seat.perform(save_party, SaveParty(name="Veld B.V.", country="NL", grade="A")).value
    factory_a, factory_b = (
        seat.perform(save_party, SaveParty(name=name, is_customer=False, is_supplier=True)).value
        for name in ("Factory A", "Factory B")
    )
    lantern = seat.perform(
        save_product,
        SaveProduct(
            "LN-1", "Lantern", "灯笼", hs_code="9405.50", cost=Decimal("39.55"), supplier_id=factory_a,
            per_carton=Decimal(24), carton_length=Decimal(60), carton_width=Decimal(40),
            carton_height=Decimal(35), unit_net_weight=Decimal("0.5"), carton_tare=Decimal("1.2"),
        ),
    ).value  # fmt: skip
    kit = seat.perform(
        save_product,
        SaveProduct(
            "GK-1", "Garden kit", "园艺工具套装", cost=Decimal("72.32"), supplier_id=factory_b,
            rebate_rate=Decimal("0.09"),
        ),
    ).value  # fmt: skip
    return Offer(customer, factory_a, factory_b, lantern, kit)


def t1_lines(offer: Offer) -> tuple[SaleLineDraft, ...]:
    """Answer the two lines of T1; cost and packing come from the products."""
    return (
        SaleLineDraft(offer.lantern, "Lantern", Decimal(1200), Decimal("6.85"), item_no="LN-1"),
        SaleLineDraft(
            offer.kit, "Garden kit", Decimal(800), Decimal("14.40"), rebate_rate=Decimal("0.09"), unit="set"
        ),
    )


def t1_quotation(offer: Offer, **more: object) -> SaveQuotation:
    """Answer the quotation of T1: CIF Rotterdam, 30 % deposit, balance against copy of B/L."""
    values: dict[str, object] = {"lines": t1_lines(offer), "day": DAY, "customer_id": offer.customer} | more
    return SaveQuotation(currency="USD", incoterm="CIF", incoterm_place="Rotterdam", terms=TERMS, **values)  # type: ignore[arg-type]


def quote(seat: Seat, offer: Offer, **more: object) -> int:
    """Write the quotation of T1 and answer its id."""
    return seat.perform(save_quotation, t1_quotation(offer, **more)).value
