"""Reminders of freight inquiries whose day for quotes has come without enough of them (domain.md section 10.1)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from tradecrm.core.links import Link
from tradecrm.models import FreightInquiry, FreightQuote
from tradecrm.services.control.reminders import Asked, Occurrence, TodayRow

_WAITING = ("sent", "quoting")


def quotes_due(asked: Asked) -> Iterator[TodayRow]:
    """Inquiries that were sent and still wait for quotes at the end of their day; none while switched off."""
    if not asked.reader.settings.freight_inquiries:
        return
    came = (
        select(func.count(func.distinct(FreightQuote.forwarder_id)))
        .where(FreightQuote.inquiry_id == FreightInquiry.id, FreightQuote.withdrawn.is_(False))
        .correlate(FreightInquiry)
        .scalar_subquery()
    )
    query = select(
        FreightInquiry.id,
        FreightInquiry.quote_by,
        FreightInquiry.number,
        FreightInquiry.port_of_discharge,
        came,
    ).where(FreightInquiry.status.in_(_WAITING), FreightInquiry.quote_by <= asked.horizon)
    query = asked.narrow(query, "freight_inquiry", FreightInquiry.id, FreightInquiry.quote_by)
    needed = asked.reader.settings.freight_quotes_needed
    for key, quote_by, number, port, count in asked.reader.session.execute(query):
        yield TodayRow(
            Occurrence(asked.rule, "freight_inquiry", key, quote_by),
            f"{number} ({count}/{needed})",
            None,
            port,
            None,
            "",
            asked.late(quote_by),
            Link.to("freight_inquiry", id=key),
        )
