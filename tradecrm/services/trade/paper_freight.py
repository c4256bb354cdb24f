"""What the paper of a freight inquiry is drawn from: cargo and route, never customer, price or factory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.errors import TradeError
from tradecrm.core.text import _
from tradecrm.models import FreightInquiry
from tradecrm.services.trade.paper_parts import Frame, PartyFacts, frame_facts, party_facts
from tradecrm.services.work import Reader, not_found


@dataclass(frozen=True, slots=True)
class FreightFacts:
    """A freight inquiry as forwarders get it (domain.md section 10.1); weights in kg, volume in cubic meters."""

    id: int
    number: str
    day: date
    mode: str
    port_of_loading: str
    port_of_discharge: str
    place_of_delivery: str
    incoterm: str
    container_type: str
    container_count: int
    cargo: str
    hs_code: str
    packages: int
    gross_weight: Decimal
    volume: Decimal
    ready_on: date | None
    target_etd: date | None
    quote_by: date | None
    dangerous: bool
    remarks: str
    forwarder: PartyFacts | None
    frame: Frame


def freight_facts(reader: Reader, inquiry_id: int, forwarder_id: int | None = None) -> FreightFacts:
    """Answer what the paper of a freight inquiry shows, to one forwarder or to any; raises NotFound, NotAllowed."""
    reader.actor.demand("freight.read")
    return _facts(
        reader.get(FreightInquiry, inquiry_id, _("Freight inquiry")),
        None if forwarder_id is None else party_facts(reader, forwarder_id),
        frame_facts(reader, "freight_inquiry", forwarder_id, draft=False),
    )


def freights_facts(reader: Reader, ids: Sequence[int]) -> dict[int, FreightFacts | TradeError]:
    """Answer what the papers of many freight inquiries show to any forwarder, or that one is not there.

    Raises NotAllowed to see or print.
    """
    reader.actor.demand("freight.read")
    frame = frame_facts(reader, "freight_inquiry", None, draft=False)
    records = reader.get_all(FreightInquiry, ids)
    return {
        key: _facts(records[key], None, frame) if key in records else not_found(_("Freight inquiry"), key)
        for key in ids
    }


def _facts(inquiry: FreightInquiry, forwarder: PartyFacts | None, frame: Frame) -> FreightFacts:
    names = [name for name in FreightFacts.__dataclass_fields__ if name not in {"forwarder", "frame"}]
    return FreightFacts(**{name: getattr(inquiry, name) for name in names}, forwarder=forwarder, frame=frame)
