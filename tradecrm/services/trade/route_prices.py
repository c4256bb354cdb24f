"""What freight was quoted at lately on a route, by container type, to choose containers by (section 9.3)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.containers import LCL
from tradecrm.models import FreightInquiry, FreightQuote
from tradecrm.services.trade.freight_quotes import ranked_quotes
from tradecrm.services.work import Reader

_RECENT = 20


def route_prices(reader: Reader, port_of_loading: str, port_of_discharge: str) -> dict[str, Decimal]:
    """Answer the lowest valid price in base of each container type, and of a revenue ton, quoted on a route lately.

    From the newest inquiries between the two ports whose quotes are valid today; empty when there is none.
    """
    inquiries = reader.session.scalars(
        select(FreightInquiry)
        .join(FreightQuote, FreightQuote.inquiry_id == FreightInquiry.id)
        .where(
            FreightInquiry.port_of_loading == port_of_loading,
            FreightInquiry.port_of_discharge == port_of_discharge,
            FreightQuote.valid_until >= reader.today,
            FreightQuote.withdrawn.is_(False),
        )
        .group_by(FreightInquiry.id)
        .order_by(FreightInquiry.id.desc())
        .limit(_RECENT)
    ).all()
    found: dict[str, Decimal] = {}
    for inquiry in inquiries:
        lcl = inquiry.mode == "LCL"
        key = LCL if lcl else inquiry.container_type
        units = (
            max(inquiry.volume, inquiry.gross_weight / 1000, Decimal(1)) if lcl else inquiry.container_count
        )
        prices = [
            one.all_in for one in ranked_quotes(reader, inquiry) if one.valid and one.all_in is not None
        ]
        if key and units and prices:
            each = min(prices) / units
            found[key] = min(found.get(key, each), each)
    return found
