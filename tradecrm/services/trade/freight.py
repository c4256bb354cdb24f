"""Freight inquiries (运费询价): made from a shipment or contract, changed, sent, voided (domain.md section 1.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.freight import Cargo
from tradecrm.core.hiding import amounts_in, names_partner, without_partner
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.core.trade_flows import FREIGHT_INQUIRY
from tradecrm.models import (
    FreightInquiry,
    FreightInvite,
    FreightQuote,
    Party,
    SalesContract,
    Shipment,
)
from tradecrm.services.data.search import keep_search_terms
from tradecrm.services.figures.hidden_names import hidden_facts
from tradecrm.services.trade.freight_cargo import CargoFacts, contract_cargo, shipment_cargo
from tradecrm.services.trade.open_shipments import open_shipment
from tradecrm.services.trade.shipments import MODES
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
OPEN = frozenset({"draft", "sent", "quoting", "comparing"})
"""States in which an inquiry may be changed; what was asked stays as it was sent."""
QUOTE_DAYS = 2
"""Forwarders are given this many days to answer, unless another day is entered."""


@dataclass(frozen=True, slots=True)
class InviteDraft:
    """A forwarder to ask, the language of its message, and whether it declined."""

    forwarder_id: int
    language: str = "zh"
    declined: bool = False


@dataclass(frozen=True, slots=True)
class SaveFreightInquiry:
    """A freight inquiry as typed; ``id`` and ``version`` name the one that is edited. Weights in kg, volume in m³."""

    day: date
    port_of_loading: str
    port_of_discharge: str
    cargo: str
    invites: tuple[InviteDraft, ...] = ()
    shipment_id: int | None = None
    contract_id: int | None = None
    mode: str = "FCL"
    place_of_delivery: str = ""
    incoterm: str = ""
    container_type: str = ""
    container_count: int = 0
    hs_code: str = ""
    packages: int = 0
    gross_weight: Decimal = ZERO
    volume: Decimal = ZERO
    ready_on: date | None = None
    target_etd: date | None = None
    quote_by: date | None = None
    dangerous: bool = False
    remarks: str = ""
    id: int | None = None
    version: int | None = None


_ASKED = (
    "mode",
    "port_of_loading",
    "port_of_discharge",
    "place_of_delivery",
    "incoterm",
    "container_type",
    "container_count",
    "cargo",
    "hs_code",
    "packages",
    "gross_weight",
    "volume",
    "dangerous",
)
"""What forwarders quote for: fixed once it was sent."""
_LATER = ("ready_on", "target_etd", "quote_by", "remarks")


def check_inquiry(command: SaveFreightInquiry) -> list[Problem]:
    """Answer what is wrong with an inquiry, each at its field."""
    problems = []
    if command.mode not in MODES:
        problems.append(Problem("mode", _("Choose how the goods travel.")))
    problems += [
        Problem(name, _("It must not be below zero."))
        for name in ("packages", "gross_weight", "volume", "container_count")
        if getattr(command, name) < 0
    ]
    seen: set[int] = set()
    for number, invite in enumerate(command.invites):
        if invite.forwarder_id in seen:
            words = _("This forwarder is asked on an earlier line already.")
            problems.append(Problem(f"invites.{number}.forwarder", words))
        seen.add(invite.forwarder_id)
        if invite.language not in {"en", "zh"}:
            problems.append(Problem(f"invites.{number}.language", _("Choose English or Chinese.")))
    if command.ready_on and command.target_etd and command.target_etd < command.ready_on:
        problems.append(Problem("target_etd", _("The goods cannot leave before they are ready.")))
    return problems


def demand_on(reader: Reader) -> None:
    """Refuse while freight inquiries are switched off in the settings."""
    if not reader.settings.freight_inquiries:
        raise Refusal.of(_("Freight inquiries are switched off. Switch them on under Settings first."))


@operation("freight.write", check=check_inquiry)
def save_freight_inquiry(work: Work, command: SaveFreightInquiry) -> int:
    """Write an inquiry or change one; what was already asked cannot be changed. Answers its id.

    Refused when it names the customer or a factory or tells a price: the messages are made from it.
    """
    demand_on(work)
    inquiry = _inquiry_to_write(work, command)
    if inquiry.status == FREIGHT_INQUIRY.start:
        for name in _ASKED:
            setattr(inquiry, name, getattr(command, name))
        inquiry.day = command.day
    else:
        _demand_same(inquiry, command)
    for name in _LATER:
        setattr(inquiry, name, getattr(command, name))
    inquiry.updated_at = work.now
    work.add(inquiry)
    problems = leaks(work, inquiry)
    if problems:
        raise Refusal(problems)
    _write_invites(work, inquiry, command.invites)
    keep_search_terms(work, "freight_inquiry", inquiry.id)
    return inquiry.id


def _inquiry_to_write(work: Work, command: SaveFreightInquiry) -> FreightInquiry:
    """Answer the inquiry to fill: a new one, or the open one that was read in the same version."""
    if command.id is None:
        owner = work.actor.person_id
        if command.shipment_id is not None:
            owner = work.get(Shipment, command.shipment_id, _("Shipment")).owner_id
        elif command.contract_id is not None:
            owner = work.get(SalesContract, command.contract_id, _("Contract")).owner_id
        return FreightInquiry(
            number=work.number("freight", command.day),
            status=FREIGHT_INQUIRY.start,
            shipment_id=command.shipment_id,
            contract_id=command.contract_id,
            owner_id=owner,
        )
    inquiry = work.get(FreightInquiry, command.id, _("Freight inquiry"))
    work.demand_version(inquiry, command.version, inquiry.number)
    if inquiry.status not in OPEN:
        raise Refusal.of(
            _("{number} is “{status}” and cannot be edited.").format(
                number=inquiry.number, status=_(FREIGHT_INQUIRY.state(inquiry.status).title)
            )
        )
    return inquiry


def _demand_same(inquiry: FreightInquiry, command: SaveFreightInquiry) -> None:
    """Refuse another cargo or route than the one the forwarders were asked for."""
    changed = [name for name in _ASKED if getattr(inquiry, name) != getattr(command, name)]
    if changed:
        raise Refusal(
            [
                Problem(
                    name,
                    _("The forwarders were asked for this already. Void {number} and make a new one.").format(
                        number=inquiry.number
                    ),
                )
                for name in changed
            ]
        )


def _write_invites(work: Work, inquiry: FreightInquiry, invites: Sequence[InviteDraft]) -> None:
    """Write who is asked; one that was asked or has quoted is not taken away."""
    old = {
        row.forwarder_id: row
        for row in work.session.scalars(select(FreightInvite).where(FreightInvite.inquiry_id == inquiry.id))
    }
    for number, draft in enumerate(invites):
        party = work.get(Party, draft.forwarder_id, _("Forwarder"))
        if not party.is_forwarder:
            raise Refusal.of(
                _("{name} is not marked as a forwarder.").format(name=party.name),
                f"invites.{number}.forwarder",
            )
        row = old.pop(party.id, None)
        if row is None:
            row = FreightInvite(inquiry_id=inquiry.id, forwarder_id=party.id, owner_id=inquiry.owner_id)
            if inquiry.status != FREIGHT_INQUIRY.start:
                row.sent_at = work.now
        row.language, row.declined = draft.language, draft.declined
        work.session.add(row)
    for gone in old.values():
        if gone.sent_at is not None:
            name = work.get(Party, gone.forwarder_id, _("Forwarder")).name
            raise Refusal.of(
                _("{name} was asked already; mark it as declined instead.").format(name=name), "invites"
            )
        work.session.delete(gone)
    work.session.flush()


@dataclass(frozen=True, slots=True)
class MakeFreightInquiry:
    """Make the inquiry of a shipment, or of a contract before its shipment is planned, in one action."""

    shipment_id: int | None = None
    contract_id: int | None = None


@operation("freight.write")
def make_freight_inquiry(work: Work, command: MakeFreightInquiry) -> int:
    """Draft an inquiry with cargo, weights, containers, route and forwarders taken from the data; answers its id.

    Refused while another inquiry of the shipment or contract is under way.
    """
    demand_on(work)
    if command.shipment_id is not None:
        open_shipment(work, command.shipment_id)
    facts = cargo_facts(work, command)
    running = select(FreightInquiry.number).where(FreightInquiry.status != "void")
    if command.shipment_id is not None:
        running = running.where(FreightInquiry.shipment_id == command.shipment_id)
    else:
        running = running.where(
            FreightInquiry.contract_id == command.contract_id, FreightInquiry.shipment_id.is_(None)
        )
    number = work.session.scalars(running.limit(1)).one_or_none()
    if number is not None:
        raise Refusal.of(
            _("{number} asks for this freight already; open it, or void it first.").format(number=number)
        )
    values: dict[str, Any] = {field.name: getattr(facts, field.name) for field in fields(CargoFacts)}
    return save_freight_inquiry.within(
        work,
        SaveFreightInquiry(
            day=work.today,
            quote_by=work.today + timedelta(days=QUOTE_DAYS),
            invites=usual_forwarders(work, facts.port_of_discharge),
            shipment_id=command.shipment_id,
            contract_id=command.contract_id,
            **values,
        ),
    )


def cargo_facts(reader: Reader, command: MakeFreightInquiry) -> CargoFacts:
    """Answer the cargo and route of the shipment or contract; Refusal when neither is named.

    Goods that are called by the customer or a factory lose its name.
    """
    if command.shipment_id is not None:
        facts = shipment_cargo(reader, command.shipment_id)
    elif command.contract_id is not None:
        facts = contract_cargo(reader, command.contract_id)
    else:
        raise Refusal.of(_("Choose the shipment or the contract whose freight is asked for."))
    hidden = hidden_facts(reader, shipment_id=command.shipment_id, contract_id=command.contract_id)
    goods = facts.cargo
    for name in hidden.names:
        goods = "; ".join(
            " / ".join(without_partner(part, name) for part in one.split(" / ")) for one in goods.split("; ")
        )
    return replace(facts, cargo=goods)


def usual_forwarders(reader: Reader, port_of_discharge: str) -> tuple[InviteDraft, ...]:
    """Answer whom to ask: those of the last inquiry to that port, filled up with those last used."""
    last = reader.session.scalars(
        select(FreightInquiry.id)
        .where(FreightInquiry.port_of_discharge == port_of_discharge, FreightInquiry.status != "void")
        .order_by(FreightInquiry.id.desc())
        .limit(1)
    ).one_or_none()
    found: list[InviteDraft] = []
    if last is not None:
        rows = reader.session.execute(
            select(FreightInvite.forwarder_id, FreightInvite.language)
            .where(FreightInvite.inquiry_id == last)
            .order_by(FreightInvite.id)
        )
        found = [InviteDraft(key, language) for key, language in rows]
    needed = reader.settings.freight_quotes_needed
    known = {invite.forwarder_id for invite in found}
    others = reader.session.execute(
        select(Party.id, Party.country)
        .where(Party.is_forwarder.is_(True), Party.archived.is_(False), Party.id.not_in(known))
        .order_by(Party.updated_at.desc(), Party.id)
        .limit(max(0, needed - len(found)))
    )
    return (*found, *(InviteDraft(key, "zh" if country in {"", "CN"} else "en") for key, country in others))


@dataclass(frozen=True, slots=True)
class SendFreightInquiry:
    """The messages of an inquiry went out to every forwarder on it."""

    inquiry_id: int


@operation("freight.write")
def send_freight_inquiry(work: Work, command: SendFreightInquiry) -> str:
    """Mark an inquiry as sent; refused with fewer distinct forwarders than the setting wants (section 1.3)."""
    demand_on(work)
    inquiry = work.get(FreightInquiry, command.inquiry_id, _("Freight inquiry"))
    step = FREIGHT_INQUIRY.step(inquiry.status, "send")
    invites = list(work.session.scalars(select(FreightInvite).where(FreightInvite.inquiry_id == inquiry.id)))
    problems = [*_missing(work, inquiry), *_too_few(work, invites), *leaks(work, inquiry)]
    if problems:
        raise Refusal(problems)
    for invite in invites:
        invite.sent_at = work.now
    inquiry.status = step.target
    inquiry.updated_at = work.now
    return inquiry.status


def _too_few(work: Work, invites: Sequence[FreightInvite]) -> list[Problem]:
    needed = work.settings.freight_quotes_needed
    asked = len({invite.forwarder_id for invite in invites if not invite.declined})
    if asked >= needed:
        return []
    words = _("{needed} forwarders must be asked, {asked} are on the inquiry. Add {more} more.")
    return [Problem("invites", words.format(needed=needed, asked=asked, more=needed - asked))]


def _missing(work: Work, inquiry: FreightInquiry) -> list[Problem]:
    """Answer what a forwarder would have to ask back for."""
    problems = []
    wanted = [
        ("port_of_loading", _("Enter the port of loading.")),
        ("port_of_discharge", _("Enter the port of discharge.")),
        ("cargo", _("Say what the cargo is.")),
        ("target_etd", _("Enter the planned departure; quotes are held against it.")),
        ("quote_by", _("Enter by when you want the quotes.")),
    ]
    problems += [Problem(name, words) for name, words in wanted if not getattr(inquiry, name)]
    if inquiry.mode == "FCL" and not (inquiry.container_type and inquiry.container_count):
        problems.append(Problem("container_type", _("Enter the type of container and how many.")))
    if inquiry.mode != "FCL" and not (inquiry.gross_weight and inquiry.volume):
        problems.append(Problem("volume", _("Enter weight and volume; the freight is charged by them.")))
    if inquiry.quote_by is not None and inquiry.quote_by < work.today:
        problems.append(Problem("quote_by", _("The day for the quotes is past.")))
    return problems


def leaks(reader: Reader, inquiry: FreightInquiry) -> list[Problem]:
    """Answer where what is sent names the customer or a factory, or tells a price (10.1): forwarders must not learn it.

    A name without its legal form that the goods are called by themselves, such as garden tools, may stand in the cargo.
    """
    hidden = hidden_facts(reader, shipment_id=inquiry.shipment_id, contract_id=inquiry.contract_id)
    words = _("It names {name}; forwarders must not learn customers or factories. Take it out.")
    problems = [
        Problem(field, words.format(name=name))
        for field in _FREE_TEXTS
        for name in hidden.names
        if names_partner(str(getattr(inquiry, field)), name)
        and not (field == "cargo" and _called_so(inquiry.cargo, name, hidden.goods))
    ]
    words = _("It tells {amount}, which is a price or an amount of the contract. Take it out.")
    return problems + [
        Problem(field, words.format(amount=amount))
        for field in ("cargo", "remarks", "place_of_delivery")
        for amount in amounts_in(str(getattr(inquiry, field)), hidden.amounts)
    ]


_FREE_TEXTS = (
    "cargo",
    "remarks",
    "place_of_delivery",
    "port_of_loading",
    "port_of_discharge",
    "hs_code",
    "container_type",
)


def _called_so(cargo: str, name: str, goods: str) -> bool:
    return name.casefold() not in cargo.casefold() and names_partner(goods, name)


@dataclass(frozen=True, slots=True)
class VoidFreightInquiry:
    """Give an inquiry up before a forwarder is chosen."""

    inquiry_id: int


@operation("freight.write")
def void_freight_inquiry(work: Work, command: VoidFreightInquiry) -> str:
    """Void an inquiry; its quotes stay as they are."""
    inquiry = work.get(FreightInquiry, command.inquiry_id, _("Freight inquiry"))
    inquiry.status = FREIGHT_INQUIRY.step(inquiry.status, "void").target
    inquiry.updated_at = work.now
    return inquiry.status


def cargo_of(reader: Reader, inquiry: FreightInquiry) -> Cargo:
    """Answer what quotes of an inquiry are held against."""
    return Cargo(
        inquiry.mode,
        inquiry.port_of_loading,
        inquiry.port_of_discharge,
        inquiry.container_type,
        inquiry.container_count,
        inquiry.target_etd,
        inquiry.volume,
        inquiry.gross_weight,
        reader.settings.divisors,
    )


def quotes_of(reader: Reader, inquiry_id: int) -> list[FreightQuote]:
    """Answer the quotes of an inquiry in order of entry, withdrawn ones too."""
    return list(
        reader.session.scalars(
            select(FreightQuote).where(FreightQuote.inquiry_id == inquiry_id).order_by(FreightQuote.id)
        )
    )
