"""A freight inquiry, a quote and a forwarder's bill as their pages show them, and the comparison of the quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.freight import (
    CHARGE_KINDS,
    Ranked,
    charge_amounts,
    charge_kind,
    choice_reasons,
    usual_quantity,
    usual_unit,
)
from tradecrm.core.text import _
from tradecrm.core.ways import MODE_TITLES
from tradecrm.models import (
    Contact,
    FreightBill,
    FreightBillLine,
    FreightInquiry,
    FreightInvite,
    FreightQuote,
    Party,
    SalesContract,
    Shipment,
)
from tradecrm.services.control.approvals import pending_request
from tradecrm.services.trade.freight import InviteDraft, SaveFreightInquiry, cargo_of
from tradecrm.services.trade.freight_bills import chosen_charges
from tradecrm.services.trade.freight_choice import KIND, quotes_needed
from tradecrm.services.trade.freight_quotes import (
    ChargeDraft,
    SaveFreightQuote,
    charges_of,
    plain_charges,
    ranked_quotes,
)
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Invited:
    """A forwarder on an inquiry: whom to write to, when it was asked, whether it declined or quoted."""

    forwarder_id: int
    name: str
    language: str
    contact: str
    email: str
    sent_at: datetime | None
    declined: bool
    quotes: int


@dataclass(frozen=True, slots=True)
class InquiryCard:
    """An inquiry with what it is for; ``values`` are its columns by name."""

    id: int
    version: int
    values: dict[str, Any]
    shipment: str
    contract: str
    invites: tuple[Invited, ...]
    chosen: str
    bills: tuple[tuple[int, str], ...]


_TYPED = tuple(
    field.name for field in fields(SaveFreightInquiry) if field.name not in {"invites", "id", "version"}
)
INQUIRY_COLUMNS = (*_TYPED, "number", "status", "chosen_quote_id", "choice_reason")


def inquiry_card(reader: Reader, inquiry_id: int) -> InquiryCard:
    """Answer one inquiry; raises NotFound."""
    row = reader.get(FreightInquiry, inquiry_id, _("Freight inquiry"))
    shipment = contract = None
    if row.shipment_id is not None:
        shipment = reader.session.scalar(select(Shipment.number).where(Shipment.id == row.shipment_id))
    if row.contract_id is not None:
        contract = reader.session.scalar(
            select(SalesContract.number).where(SalesContract.id == row.contract_id)
        )
    chosen = reader.session.execute(
        select(Party.id, Party.name)
        .join(FreightQuote, FreightQuote.forwarder_id == Party.id)
        .where(FreightQuote.id == (row.chosen_quote_id or 0))
    ).one_or_none()
    bills: Sequence[Any] = ()
    if chosen is not None and row.shipment_id is not None:
        bills = reader.session.execute(
            select(FreightBill.id, FreightBill.number)
            .where(FreightBill.shipment_id == row.shipment_id, FreightBill.forwarder_id == chosen[0])
            .order_by(FreightBill.id)
        ).all()
    return InquiryCard(
        row.id,
        row.version,
        {name: getattr(row, name) for name in INQUIRY_COLUMNS},
        shipment or "",
        contract or "",
        _invited(reader, inquiry_id),
        "" if chosen is None else chosen[1],
        tuple((bill.id, bill.number) for bill in bills),
    )


def _invited(reader: Reader, inquiry_id: int) -> tuple[Invited, ...]:
    rows = reader.session.execute(
        select(FreightInvite, Party.name, Party.email)
        .join(Party, Party.id == FreightInvite.forwarder_id)
        .where(FreightInvite.inquiry_id == inquiry_id)
        .order_by(FreightInvite.id)
    ).all()
    quoted = list(
        reader.session.scalars(
            select(FreightQuote.forwarder_id).where(
                FreightQuote.inquiry_id == inquiry_id, FreightQuote.withdrawn.is_(False)
            )
        )
    )
    people: dict[int, tuple[str, str]] = {}
    contacts = reader.session.execute(
        select(Contact.party_id, Contact.name, Contact.email)
        .where(Contact.party_id.in_([invite.forwarder_id for invite, _name, _email in rows]))
        .order_by(Contact.is_main, Contact.id.desc())
    )
    for party_id, name, email in contacts:
        people[party_id] = (name, email)
    return tuple(
        Invited(
            invite.forwarder_id,
            name,
            invite.language,
            people.get(invite.forwarder_id, ("", ""))[0],
            people.get(invite.forwarder_id, ("", ""))[1] or email,
            invite.sent_at,
            invite.declined,
            quoted.count(invite.forwarder_id),
        )
        for invite, name, email in rows
    )


def inquiry_draft(reader: Reader, inquiry_id: int) -> SaveFreightInquiry:
    """Answer the command that would save an inquiry as it stands; raises NotFound."""
    card = inquiry_card(reader, inquiry_id)
    return SaveFreightInquiry(
        **{name: card.values[name] for name in _TYPED},
        invites=tuple(InviteDraft(each.forwarder_id, each.language, each.declined) for each in card.invites),
        id=card.id,
        version=card.version,
    )


@dataclass(frozen=True, slots=True)
class QuoteCard:
    """A quote as its form edits it: the command that would save it, and the names around it."""

    command: SaveFreightQuote
    inquiry: str
    status: str
    mode: str
    forwarder: str
    withdrawn: bool
    amounts: tuple[Decimal, ...]
    base: str


def quote_card(reader: Reader, quote_id: int) -> QuoteCard:
    """Answer one quote; raises NotFound."""
    quote = reader.get(FreightQuote, quote_id, _("Freight quote"))
    inquiry = reader.get(FreightInquiry, quote.inquiry_id, _("Freight inquiry"))
    charges = charges_of(reader, [quote_id]).get(quote_id, ())
    drafts = tuple(
        ChargeDraft(row.code, row.unit, row.quantity, row.currency, row.price, row.description)
        for row in charges
    )
    names = [
        field.name for field in fields(SaveFreightQuote) if field.name not in {"charges", "id", "version"}
    ]
    return QuoteCard(
        SaveFreightQuote(
            **{name: getattr(quote, name) for name in names},
            charges=drafts,
            id=quote.id,
            version=quote.version,
        ),
        inquiry.number,
        inquiry.status,
        inquiry.mode,
        _name(reader, quote.forwarder_id),
        quote.withdrawn,
        charge_amounts(plain_charges(charges)),
        reader.base,
    )


@dataclass(frozen=True, slots=True)
class QuoteStart:
    """What a new quote begins with: the route and containers asked for, and by code the usual unit and quantity."""

    inquiry: str
    status: str
    mode: str
    port_of_loading: str
    port_of_discharge: str
    container_type: str
    container_count: int
    target_etd: date | None
    base: str
    usual: dict[str, tuple[str, Decimal]]
    quantities: dict[str, Decimal]
    waiting: tuple[tuple[int, str], ...]


def quote_start(reader: Reader, inquiry_id: int) -> QuoteStart:
    """Answer what a new quote of an inquiry begins with; ``waiting`` are the forwarders that did not answer yet."""
    row = reader.get(FreightInquiry, inquiry_id, _("Freight inquiry"))
    cargo = cargo_of(reader, row)
    usual = {}
    for kind in CHARGE_KINDS:
        unit = usual_unit(kind, row.mode)
        usual[kind.code] = (unit, usual_quantity(unit, cargo))
    units = ("container", "rt", "kg", "bl", "shipment", "percent")
    return QuoteStart(
        row.number,
        row.status,
        row.mode,
        row.port_of_loading,
        row.port_of_discharge,
        row.container_type,
        row.container_count,
        row.target_etd,
        reader.base,
        usual,
        {unit: usual_quantity(unit, cargo) for unit in units},
        tuple(
            (each.forwarder_id, each.name)
            for each in _invited(reader, inquiry_id)
            if not each.declined and not each.quotes
        ),
    )


def asked_forwarders(reader: Reader, inquiry_id: int) -> tuple[tuple[int, str], ...]:
    """Answer (id, name) of the forwarders on an inquiry, those that have not quoted first."""
    found = sorted(_invited(reader, inquiry_id), key=lambda each: (each.quotes > 0, each.name))
    return tuple((each.forwarder_id, each.name) for each in found)


def _name(reader: Reader, party_id: int | None) -> str:
    return reader.session.scalar(select(Party.name).where(Party.id == (party_id or 0))) or ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A quote in the comparison with its forwarder, terms, charges and amounts in their own currency."""

    ranked: Ranked
    forwarder: str
    carrier: str
    valid_until: date | None
    etd: date | None
    amounts: tuple[Decimal, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The quotes of an inquiry side by side, the best first, and how many valid ones are wanted.

    ``request_id`` is the approval that its choice waits for, ``waits_for`` the names of who may decide.
    """

    id: int
    number: str
    status: str
    route: str
    volume: Decimal
    base: str
    needed: int
    valid: int
    chosen_quote_id: int | None
    choice_reason: str
    quotes: tuple[Compared, ...]
    on: bool
    request_id: int | None
    waits_for: tuple[str, ...]
    mode: str


def comparison(reader: Reader, inquiry_id: int) -> Comparison:
    """Answer the comparison of an inquiry; raises NotFound."""
    inquiry = reader.get(FreightInquiry, inquiry_id, _("Freight inquiry"))
    ranked = ranked_quotes(reader, inquiry)
    needed = quotes_needed(reader)
    rows = {
        row.id: row
        for row in reader.session.scalars(select(FreightQuote).where(FreightQuote.inquiry_id == inquiry_id))
    }
    quotes = []
    for one in ranked:
        row = rows[one.quote.id]
        reasons = choice_reasons(ranked, row.id, needed) if one.valid else ()
        quotes.append(
            Compared(
                one,
                _name(reader, row.forwarder_id),
                row.carrier,
                row.valid_until,
                row.etd,
                charge_amounts(one.quote.charges),
                tuple(reason.sentence for reason in reasons),
            )
        )
    request = pending_request(reader, KIND, inquiry.id)
    way = _(dict(MODE_TITLES).get(inquiry.mode, inquiry.mode))
    boxes = f"{inquiry.container_count}×{inquiry.container_type}" if inquiry.mode == "FCL" else way
    return Comparison(
        inquiry.id,
        inquiry.number,
        inquiry.status,
        f"{inquiry.port_of_loading} – {inquiry.port_of_discharge} · {boxes}",
        inquiry.volume,
        reader.base,
        needed,
        sum(1 for one in ranked if one.valid),
        inquiry.chosen_quote_id,
        inquiry.choice_reason,
        tuple(quotes),
        reader.settings.freight_inquiries,
        None if request is None else request.id,
        () if request is None else request.waits_for,
        inquiry.mode,
    )


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of a bill beside what was quoted; ``item_id`` is the payable it became."""

    id: int | None
    code: str
    description: str
    currency: str
    quoted: Decimal | None
    amount: Decimal
    rate: Decimal | None
    state: str
    reason: str
    posted: bool


@dataclass(frozen=True, slots=True)
class BillCard:
    """A forwarder's bill as its page shows it, or, without ``id``, as a new one begins."""

    id: int | None
    version: int | None
    number: str
    day: date
    status: str
    remarks: str
    shipment_id: int
    shipment: str
    forwarder_id: int | None
    forwarder: str
    inquiry_id: int | None
    lines: tuple[BillLine, ...]


def bill_card(reader: Reader, bill_id: int) -> BillCard:
    """Answer one bill; raises NotFound."""
    bill = reader.get(FreightBill, bill_id, _("Freight bill"))
    rows = reader.session.scalars(
        select(FreightBillLine).where(FreightBillLine.bill_id == bill_id).order_by(FreightBillLine.position)
    )
    lines = tuple(
        BillLine(
            row.id,
            row.code,
            row.description,
            row.currency,
            row.quoted,
            row.amount,
            row.rate,
            row.state,
            row.reason,
            row.cost_line_id is not None,
        )
        for row in rows
    )
    return BillCard(
        bill.id,
        bill.version,
        bill.number,
        bill.day,
        bill.status,
        bill.remarks,
        bill.shipment_id,
        _shipment_number(reader, bill.shipment_id),
        bill.forwarder_id,
        _name(reader, bill.forwarder_id),
        _inquiry_of(reader, bill.shipment_id),
        lines,
    )


def bill_start(reader: Reader, shipment_id: int) -> BillCard:
    """Answer what a new bill of a shipment begins with: the charges of the chosen quote, as quoted."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    charges = chosen_charges(reader, shipment_id, shipment.forwarder_id or 0)
    lines = tuple(
        BillLine(
            None,
            row.code,
            row.description or _(charge_kind(row.code).title),
            row.currency,
            amount,
            amount,
            None,
            "open",
            "",
            posted=False,
        )
        for row, amount in zip(charges, charge_amounts(plain_charges(charges)), strict=True)
        if amount
    )
    return BillCard(
        None,
        None,
        "",
        reader.today,
        "draft",
        "",
        shipment_id,
        shipment.number,
        shipment.forwarder_id,
        _name(reader, shipment.forwarder_id),
        _inquiry_of(reader, shipment_id),
        lines,
    )


def _shipment_number(reader: Reader, shipment_id: int) -> str:
    return reader.session.scalar(select(Shipment.number).where(Shipment.id == shipment_id)) or ""


def _inquiry_of(reader: Reader, shipment_id: int) -> int | None:
    return reader.session.scalars(
        select(FreightInquiry.id)
        .where(FreightInquiry.shipment_id == shipment_id, FreightInquiry.status.in_(("chosen", "booked")))
        .limit(1)
    ).one_or_none()


def running_inquiry(reader: Reader, shipment_id: int) -> int | None:
    """Answer the inquiry of a shipment that is not void, None when nobody was asked yet."""
    return reader.session.scalars(
        select(FreightInquiry.id)
        .where(FreightInquiry.shipment_id == shipment_id, FreightInquiry.status != "void")
        .order_by(FreightInquiry.id.desc())
        .limit(1)
    ).one_or_none()
