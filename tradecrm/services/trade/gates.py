"""The gates of a shipment: what must hold before loading, and before the bill of lading is given up (1.3, 1.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.credit import CreditAnswer
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.terms import ADVANCE_EVENTS, Method, decode_terms, split_instalments
from tradecrm.core.text import _
from tradecrm.core.ways import NO_TITLE_MODES
from tradecrm.models import Item, LetterOfCredit, SalesContract, Shipment, ShipmentLine
from tradecrm.services.figures.deposits import deposit_received, deposit_short
from tradecrm.services.figures.quantities import GONE, amounts_on_board, shipped_amount
from tradecrm.services.trade.agency import contracts_of, owing_party
from tradecrm.services.trade.credit import answer_credit, shipment_credit
from tradecrm.services.trade.deposit_shares import deposit_expected
from tradecrm.services.trade.letters import letter_problems, problems_of
from tradecrm.services.trade.releases import BL, CREDIT, PARTS, PAYMENT, consume, usable_release
from tradecrm.services.trade.shipments import SHIPPABLE
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)
TO_BANK = "bank"
_LOADED = sorted(GONE | {"loaded", "declared"})
_BANK_METHODS = frozenset({Method.LC, Method.DP, Method.DA})
_CREDIT_METHODS = frozenset({Method.OA, Method.MONTHLY})


@dataclass(frozen=True, slots=True)
class Stop:
    """What stands against a step: the kind of release that lets it pass anyway (empty: none), and why."""

    kind: str
    sentence: str


def loading_stops(reader: Reader, shipment_id: int) -> tuple[Stop, ...]:
    """Answer what stands against loading: credit, instalments due before, shipping in parts, the L/C (1.3, 1.4)."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    stops = _credit_and_payment(reader, shipment, contracts_of(reader, shipment_id))
    stops += [Stop(PAYMENT, sentence) for sentence in letter_problems(reader, shipment_id)]
    return tuple(stops)


def _credit_and_payment(reader: Reader, shipment: Shipment, contracts: Sequence[SalesContract]) -> list[Stop]:
    stops: list[Stop] = []
    answer = shipment_credit(reader, shipment, contracts)
    if answer is not None:
        stops += [Stop(CREDIT, sentence) for sentence in answer.stops]
    if reader.settings.instalment_guard:
        amounts = amounts_on_board(reader, shipment, contracts)
        stops += [
            Stop(PAYMENT, sentence)
            for contract in contracts
            for sentence in _unpaid(reader, contract, amounts[contract.id])
        ]
    return stops + [
        Stop(PARTS, sentence) for each in contracts for sentence in _in_parts(reader, shipment, each)
    ]


def _in_parts(reader: Reader, shipment: Shipment, contract: SalesContract) -> tuple[str, ...]:
    """Answer that goods of a contract which allows no partial shipment went on another shipment before (1.4)."""
    if contract.partial_allowed:
        return ()
    number = reader.session.scalars(
        select(Shipment.number)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(
            ShipmentLine.contract_id == contract.id, Shipment.id != shipment.id, Shipment.status.in_(_LOADED)
        )
        .order_by(Shipment.id)
        .limit(1)
    ).first()
    if number is None:
        return ()
    words = _("{contract} allows no partial shipment, and {number} took a part of it already.")
    return (words.format(contract=contract.number, number=number),)


def _unpaid(reader: Reader, contract: SalesContract, amount: Decimal) -> tuple[str, ...]:
    """Answer what of the ORDER and BEFORE_SHIP instalments is not received for all that went and this part.

    An over-shipment asks for nothing more than the contract; the write-off tolerance holds (sections 3.3, 16.4).
    """
    gone = shipped_amount(reader, contract.id)
    whole = min(gone + amount, contract.total)
    parts = split_instalments(whole, contract.currency, decode_terms(contract.terms))
    due = sum((part.amount for part in parts if part.line.event in ADVANCE_EVENTS), ZERO)
    if due <= 0:
        return ()
    received = deposit_received(reader, contract.id)
    if not deposit_short(reader, due, received):
        return ()
    return (
        _("{number}: {received} of {due} that is due before shipment has been received.").format(
            number=contract.number,
            received=format_money(received, contract.currency),
            due=format_money(due, contract.currency),
        ),
    )


def demand_in_force(reader: Reader, shipment: Shipment) -> None:
    """Refuse to move a shipment on whose contract is not in effect any more, such as canceled meanwhile."""
    problems = [
        Problem(
            "",
            _("{number} cannot go on: contract {contract} is not in effect any more.").format(
                number=shipment.number, contract=contract.number
            ),
        )
        for contract in contracts_of(reader, shipment.id)
        if contract.status not in SHIPPABLE
    ]
    if problems:
        raise Refusal(problems)


def demand_loading(
    work: Work, shipment: Shipment, contracts: Sequence[SalesContract], letter: LetterOfCredit | None
) -> None:
    """Refuse to load what a gate stops, unless an approved release covers it; the release is used up by it.

    ``contracts`` are those with goods on board, ``letter`` their letter of credit.
    """
    stops = _credit_and_payment(work, shipment, contracts)
    if letter is not None:
        stops += [Stop(PAYMENT, sentence) for sentence in problems_of(work, shipment, letter)]
    _demand(work, shipment, stops)


def demand_more(work: Work, shipment: Shipment, contracts: Sequence[SalesContract]) -> None:
    """Refuse more goods on a shipment that was loaded already, where the gate of loading stops them (1.3, 5).

    A release that it was loaded with covers up to its approved maximum.
    """
    ask = _("Take the goods off again, or ask for a release of {number} up to {amount} first.").format(
        number=shipment.number, amount=format_money(shipment.total, shipment.currency)
    )
    _demand(work, shipment, _credit_and_payment(work, shipment, contracts), ask, used_too=True)


def _demand(
    work: Work, shipment: Shipment, stops: Sequence[Stop], ask: str = "", *, used_too: bool = False
) -> None:
    kinds = dict.fromkeys(stop.kind for stop in stops)
    releases = {
        kind: usable_release(work, kind, shipment_id=shipment.id, used_too=used_too) for kind in kinds if kind
    }
    held = [stop for stop in stops if releases.get(stop.kind) is None]
    if held:
        ask = ask or _("Ask for a release of {number}, or settle it first.").format(number=shipment.number)
        raise Refusal([Problem("", sentence) for sentence in (*(stop.sentence for stop in held), ask)])
    for release in releases.values():
        if release is not None and release.status != "consumed":
            consume(work, release)


def has_no_title(shipment: Shipment) -> bool:
    """Tell whether the carrier hands the goods over without a paper (section 16.2)."""
    return shipment.mode in NO_TITLE_MODES or shipment.bl_type == "waybill"


def release_stops(reader: Reader, shipment_id: int, way: str) -> tuple[Stop, ...]:
    """Answer what stands against giving the bill of lading up in a ``way``: original, telex, waybill or bank (1.6).

    It may go when the invoice is paid, the terms give credit and the credit passes, or the originals go to a
    bank. An approved release is looked for by whoever demands it.
    """
    if not reader.settings.release_gate:
        return ()
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    left = _invoice_left(reader, shipment)
    if left <= 0:
        return ()
    contracts = contracts_of(reader, shipment_id)
    methods = {decode_terms(contract.terms).method for contract in contracts}
    unpaid = _("Of the invoice of {number}, {left} is not paid.").format(
        number=shipment.number, left=format_money(left, shipment.currency)
    )
    if way == TO_BANK:
        no_bank = _("The terms of {number} hand no papers to a bank.").format(number=shipment.number)
        return () if methods <= _BANK_METHODS else (Stop(BL, no_bank),)
    if methods <= _CREDIT_METHODS:
        gone = shipment.status in GONE
        asked = _standing if gone else shipment_credit
        answer = asked(reader, shipment, contracts)
        stops = () if answer is None else answer.stops
        return tuple(Stop(BL, sentence) for sentence in stops)
    if methods & _BANK_METHODS:
        bank = _("The papers go to a bank; they are not given to the buyer.")
        return (Stop(BL, unpaid), Stop(BL, bank))
    return (Stop(BL, unpaid),)


def _standing(reader: Reader, shipment: Shipment, contracts: Sequence[SalesContract]) -> CreditAnswer | None:
    """Answer what credit says to goods that are invoiced already: they are in the exposure."""
    return answer_credit(reader, owing_party(shipment, contracts), ZERO, shipment.currency)


def _invoice_left(reader: Reader, shipment: Shipment) -> Decimal:
    """Answer what is open of the commercial invoice itself; before it is posted, what no deposit will pay."""
    item = reader.session.scalars(
        select(Item).where(Item.shipment_id == shipment.id, Item.side == "AR", Item.kind == "INV")
    ).first()
    if item is not None:
        return item.open_amount
    contracts = contracts_of(reader, shipment.id)
    amounts = amounts_on_board(reader, shipment, contracts)
    return shipment.total - sum(
        (deposit_expected(reader, shipment, each, amounts[each.id], reader.today) for each in contracts), ZERO
    )


def demand_release(work: Work, shipment: Shipment, way: str) -> None:
    """Refuse to give the bill of lading up while it is not paid, unless an approved release covers it."""
    _demand(work, shipment, release_stops(work, shipment.id, way))
