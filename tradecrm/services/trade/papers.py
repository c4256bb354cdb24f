"""What a contract's paper is drawn from: header, lines, buyer, our firm and bank, as the book holds them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.errors import NotFound
from tradecrm.core.text import _
from tradecrm.models import Account, Address, Contact, ContractLine, Party, SalesContract, ShipmentLine
from tradecrm.services.control.settings import Settings
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class BuyerFacts:
    """The buyer as printed; ``contact`` is the main person."""

    name: str
    name_local: str
    address: str
    phone: str
    email: str
    tax_no: str
    contact: str


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of goods; price and amount in the contract's currency."""

    item_no: str
    description_en: str
    description_cn: str
    specification: str
    hs_code: str
    unit: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BankFacts:
    """The account that the buyer pays to."""

    bank: str
    address: str
    number: str
    swift: str


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A sales contract with everything that its paper shows (domain.md section 10.1, column SC)."""

    contract_id: int
    number: str
    day: date
    status: str
    currency: str
    total: Decimal
    incoterm: str
    incoterm_place: str
    port_of_loading: str
    port_of_discharge: str
    terms: str
    latest_shipment: date | None
    partial_allowed: bool
    transhipment_allowed: bool
    tolerance_over: Decimal
    tolerance_under: Decimal
    packing: str
    marks: str
    remarks: str
    customer_po: str
    signatory: str
    buyer: BuyerFacts
    lines: tuple[LineFacts, ...]
    bank: BankFacts | None
    firm: Settings


def contract_facts(reader: Reader, contract_id: int) -> ContractFacts:
    """Answer what the paper of a contract shows; NotFound when the actor may not see it, NotAllowed to print."""
    reader.actor.demand("print.run")
    contract = reader.get(SalesContract, contract_id, _("Contract"))
    account = contract.bank_account_id
    return ContractFacts(
        contract_id=contract.id,
        number=contract.number,
        day=contract.day,
        status=contract.status,
        currency=contract.currency,
        total=contract.total,
        incoterm=contract.incoterm,
        incoterm_place=contract.incoterm_place,
        port_of_loading=contract.port_of_loading,
        port_of_discharge=contract.port_of_discharge,
        terms=contract.terms,
        latest_shipment=contract.latest_shipment,
        partial_allowed=contract.partial_allowed,
        transhipment_allowed=contract.transhipment_allowed,
        tolerance_over=contract.tolerance_over,
        tolerance_under=contract.tolerance_under,
        packing=contract.packing,
        marks=contract.marks,
        remarks=contract.remarks,
        customer_po=contract.customer_po,
        signatory=contract.signatory,
        buyer=_buyer(reader, contract.customer_id),
        lines=_lines(reader, contract_id),
        bank=None if account is None else _bank(reader, account),
        firm=reader.settings,
    )


def _buyer(reader: Reader, party_id: int) -> BuyerFacts:
    party = reader.get(Party, party_id, _("Customer"))
    address = reader.session.scalars(
        select(Address.text)
        .where(Address.party_id == party_id)
        .order_by(Address.purpose != "registered", Address.id)
        .limit(1)
    ).one_or_none()
    contact = reader.session.scalars(
        select(Contact.name)
        .where(Contact.party_id == party_id)
        .order_by(Contact.is_main.desc(), Contact.id)
        .limit(1)
    ).one_or_none()
    return BuyerFacts(
        party.name, party.name_local, address or "", party.phone, party.email, party.tax_no, contact or ""
    )


def _lines(reader: Reader, contract_id: int) -> tuple[LineFacts, ...]:
    columns: tuple[Any, ...] = tuple(getattr(ContractLine, field.name) for field in fields(LineFacts))
    rows = reader.session.execute(
        select(*columns).where(ContractLine.contract_id == contract_id).order_by(ContractLine.position)
    )
    return tuple(LineFacts(*row) for row in rows)


def _bank(reader: Reader, account_id: int) -> BankFacts | None:
    """Answer the bank as printed: a person without the right to see accounts prints a paper without it."""
    row = reader.session.execute(
        select(Account.bank, Account.bank_address, Account.number, Account.swift).where(
            Account.id == account_id
        )
    ).one_or_none()
    return None if row is None else BankFacts(*row)


def contract_by_number(reader: Reader, number: str) -> int:
    """Answer the id of the visible contract of a number; NotFound names it."""
    key = reader.session.scalars(select(SalesContract.id).where(SalesContract.number == number)).one_or_none()
    if key is None:
        raise NotFound(_("There is no contract {number}.").format(number=number))
    return key


def shipments_of(reader: Reader, contract_id: int) -> tuple[int, ...]:
    """Answer the ids of the visible shipments with goods of a contract, in order of entry."""
    rows = reader.session.scalars(
        select(ShipmentLine.shipment_id)
        .where(ShipmentLine.contract_id == contract_id)
        .distinct()
        .order_by(ShipmentLine.shipment_id)
    )
    return tuple(rows)
