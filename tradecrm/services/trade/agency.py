"""Agency export of contracts and shipments: what is the firm's own, what is a principal's or an agent's (1.10)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, bindparam, select

from tradecrm.core.agency import NOT_COUNTED, Agency, agency_fee, own_revenue
from tradecrm.core.costs import CostStatus
from tradecrm.core.money import format_number
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Party, SalesContract, Shipment, ShipmentLine
from tradecrm.services.figures.debtors import debtor
from tradecrm.services.figures.quantities import contract_amounts
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)
Shares = Sequence[tuple[SalesContract, Decimal]]


def set_agency(work: Work, contract: SalesContract, agency: str, party_id: int | None, rate: Decimal) -> None:
    """Write who exports for whom; a contract for a principal does not count in targets (section 1.10)."""
    if agency and party_id is not None:
        _demand_role(work.get(Party, party_id, _("Party")), agency)
    contract.agency = agency
    contract.agency_party_id = party_id if agency else None
    contract.agency_fee_rate = rate if agency else ZERO
    if agency == Agency.AS_AGENT.value:
        contract.counted, contract.counted_reason = False, NOT_COUNTED
    elif contract.counted_reason == NOT_COUNTED:
        contract.counted, contract.counted_reason = True, ""


def _demand_role(party: Party, agency: str) -> None:
    """Refuse an agent whose money cannot be received, and a principal who cannot be paid."""
    if agency == Agency.VIA_AGENT.value and not party.is_customer:
        words = _("{name} will pay what it collects: mark it as a customer, too.")
        raise Refusal.of(words.format(name=party.name), "agency_party")
    if agency == Agency.AS_AGENT.value and not (party.is_supplier or party.is_service):
        words = _("{name} is to be paid what is collected: mark it as a supplier or a service, too.")
        raise Refusal.of(words.format(name=party.name), "agency_party")


def demand_alike(contracts: Sequence[SalesContract]) -> None:
    """Refuse contracts on one shipment that are exported through or for different parties."""
    first = contracts[0]
    for other in contracts[1:]:
        if (other.agency, other.agency_party_id) != (first.agency, first.agency_party_id):
            raise Refusal.of(
                _(
                    "{first} and {other} are exported through or for different parties; ship them apart."
                ).format(first=first.number, other=other.number),
                "lines",
            )


def own_total(contract: SalesContract) -> Decimal:
    """Answer what a contract brings the firm, in its currency: its total, or the fee on a principal's goods."""
    return own_revenue(contract.total, contract.agency, contract.agency_fee_rate, contract.currency)


def exported_for(reader: Reader, shipment_id: int) -> SalesContract | None:
    """Answer the first contract of a shipment whose goods are a principal's, None for the firm's own goods."""
    return _first(contracts_of(reader, shipment_id), Agency.AS_AGENT)


def exported_by(reader: Reader, shipment_id: int) -> SalesContract | None:
    """Answer the first contract of a shipment that an agent exports for the firm, None where the firm does."""
    return _first(contracts_of(reader, shipment_id), Agency.VIA_AGENT)


def owing_party(shipment: Shipment, contracts: Sequence[SalesContract]) -> int:
    """Answer who owes the invoice of a shipment over ``contracts``: the agent that exports them, else the customer."""
    agent = _first(contracts, Agency.VIA_AGENT)
    return shipment.customer_id if agent is None else debtor(agent)


def _first(contracts: Sequence[SalesContract], agency: Agency) -> SalesContract | None:
    return next((each for each in contracts if each.agency == agency.value), None)


def contracts_of(reader: Reader, shipment_id: int) -> Sequence[SalesContract]:
    """Answer the contracts whose goods are on a shipment."""
    return reader.session.scalars(_contracts_of(), {"shipment": shipment_id}).all()


@functools.cache
def _contracts_of() -> Select[SalesContract]:
    ids = select(ShipmentLine.contract_id).where(ShipmentLine.shipment_id == bindparam("shipment"))
    return select(SalesContract).where(SalesContract.id.in_(ids)).order_by(SalesContract.id)


def fee_of(shares: Shares, currency: str) -> Decimal:
    """Answer the fee on an invoice of these contracts, (contract, amount) each, in its currency."""
    return agency_fee(((amount, contract.agency_fee_rate) for contract, amount in shares), currency)


@dataclass(frozen=True, slots=True)
class AgencySplit:
    """What agency export makes of a shipment's invoice: the other party, the fee and the whole, in its currency."""

    agency: str
    party_id: int
    party: str
    fee: Decimal
    total: Decimal
    currency: str


def agency_split(reader: Reader, shipment_id: int) -> AgencySplit | None:
    """Answer how the invoice of a shipment is split, None for the firm's own export; raises NotFound."""
    contract = exported_for(reader, shipment_id) or exported_by(reader, shipment_id)
    if contract is None or contract.agency_party_id is None:
        return None
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    shares = [
        (found, amount)
        for key, amount in contract_amounts(reader, shipment_id).items()
        for found in (reader.get(SalesContract, key, _("Contract")),)
    ]
    party = reader.session.scalar(select(Party.name).where(Party.id == contract.agency_party_id)) or ""
    return AgencySplit(
        contract.agency,
        contract.agency_party_id,
        party,
        fee_of(shares, shipment.currency),
        shipment.total,
        shipment.currency,
    )


def write_agent_fee(work: Work, shipment: Shipment, shares: Shares, rate: Decimal) -> None:
    """Write the fee of the agent that exports for the firm as an accrued cost of the shipment, until its bill comes."""
    from tradecrm.services.trade.costs import SaveCost, write_cost

    fee = fee_of(shares, shipment.currency)
    if fee == 0:
        return
    first = shares[0][0]
    percent = format_number(first.agency_fee_rate * 100, 2).rstrip("0").rstrip(".")
    command = SaveCost(
        shipment.id,
        "OTH",
        shipment.currency,
        fee,
        CostStatus.ACCRUED.value,
        party_id=first.agency_party_id,
        rate=rate,
        description=_("Agency fee, {percent} % of the invoice").format(percent=percent),
    )
    write_cost(work, command)
