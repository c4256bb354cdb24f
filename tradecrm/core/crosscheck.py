"""Contradictions between the papers of a shipment, found before they are issued (domain.md section 10.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from tradecrm.core.letters import port_fits
from tradecrm.core.money import format_amount, format_number, line_amount
from tradecrm.core.text import _

_ORDERED = re.compile(r"to (the )?order\b|凭.*指示")
"""A consignee of a negotiable B/L: to order, or to the order of the bank that opened the credit."""
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """Goods on board as all papers will say them; ``most`` may be shipped of it at all, ``taken`` is.

    ``amount`` contains ``adjusted``, the line's part of a discount or charge on its whole contract.
    """

    item: str
    description: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    amount: Decimal
    per_carton: Decimal | None
    cartons: int
    net_weight: Decimal
    gross_weight: Decimal
    volume: Decimal
    hs_code: str
    product_hs_code: str
    most: Decimal
    taken: Decimal
    adjusted: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class CheckedContract:
    """What a contract with goods on board says of the papers."""

    number: str
    incoterm: str
    place: str
    marks: str
    port_of_loading: str
    port_of_discharge: str


@dataclass(frozen=True, slots=True)
class CheckedCredit:
    """What the letter of credit demands of the papers; ``most`` is its amount with the tolerance.

    ``drawn`` is what the invoice draws under it: what was not paid before the goods go.
    """

    number: str
    currency: str
    most: Decimal
    beneficiary: str
    goods: str
    marks: str
    port_of_loading: str
    port_of_discharge: str
    latest_shipment: date | None
    expires_on: date
    drawn: Decimal


@dataclass(frozen=True, slots=True)
class CheckedPaper:
    """A paper of the checklist that has been issued: its title and kind, and the day it bears."""

    title: str
    kind: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class CheckedLoad:
    """What another paper says of the whole load: its name, packages and gross weight; None where it is silent."""

    name: str
    packages: int | None
    gross_weight: Decimal | None


@dataclass(frozen=True, slots=True)
class CheckedShipment:
    """All that the papers of one shipment will say; money in ``currency``, weights in kg, volume in cubic meters."""

    currency: str
    total: Decimal
    seller: tuple[str, ...]
    buyer: str
    consignee: str
    marks: str
    port_of_loading: str
    port_of_discharge: str
    departed_on: date | None
    invoice_date: date
    lines: tuple[CheckedLine, ...]
    contracts: tuple[CheckedContract, ...]
    credit: CheckedCredit | None
    printed: tuple[str, ...]
    factories: tuple[str, ...]
    papers: tuple[CheckedPaper, ...] = ()
    loads: tuple[CheckedLoad, ...] = ()
    present_by: date | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A contradiction: the field it is about, in words what is wrong; a ``grave`` one makes a paper wrong."""

    field: str
    sentence: str
    grave: bool = True


def contradictions(shipment: CheckedShipment) -> tuple[Contradiction, ...]:
    """Answer every contradiction of the papers of a shipment, the grave ones first; empty when they agree."""
    checks: tuple[Callable[[CheckedShipment], Iterator[Contradiction]], ...] = (
        _totals,
        _quantities,
        _packing,
        _hs_codes,
        _terms,
        _parties,
        _secrets,
        _credit,
        _days,
        _loads,
    )
    found = [each for check in checks for each in check(shipment)]
    return tuple(sorted(found, key=lambda each: not each.grave))


def _alike(first: str, second: str) -> bool:
    """Tell whether two texts say the same, blanks and capitals apart."""
    return _plain(first) == _plain(second)


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", text).strip().casefold()


def _totals(shipment: CheckedShipment) -> Iterator[Contradiction]:
    """Σ lines = total, and each line is its rounded quantity × price, apart from the contract's discount (11, 10.1)."""
    code = shipment.currency
    added = sum((line.amount for line in shipment.lines), Decimal(0))
    if added != shipment.total:
        yield Contradiction(
            "total",
            _("The lines add up to {sum}, but the total of the invoice is {total}.").format(
                sum=format_amount(added, code), total=format_amount(shipment.total, code)
            ),
        )
    for line in shipment.lines:
        wanted = line_amount(line.quantity, line.price, code, line.discount)
        amount = line.amount - line.adjusted
        if wanted != amount:
            yield Contradiction(
                "amount",
                _("{item}: quantity times price is {wanted}, but the line says {amount}.").format(
                    item=line.item,
                    wanted=format_amount(wanted, code),
                    amount=format_amount(amount, code),
                ),
            )


def _quantities(shipment: CheckedShipment) -> Iterator[Contradiction]:
    """Tell of quantities above what the contract lets ship (sections 1.4 and 10.1)."""
    for line in shipment.lines:
        if line.taken > line.most:
            yield Contradiction(
                "quantity",
                _("{item}: {taken} go on shipments, but the contract allows {most}.").format(
                    item=line.item, taken=f"{line.taken.normalize():f}", most=f"{line.most.normalize():f}"
                ),
            )


def _packing(shipment: CheckedShipment) -> Iterator[Contradiction]:
    """Cartons follow the quantity, gross weight is not below net, and nothing is missing (section 9.2)."""
    for line in shipment.lines:
        if line.per_carton:
            wanted = int((line.quantity / line.per_carton).to_integral_value(ROUND_CEILING))
            if line.cartons not in (0, wanted):
                yield Contradiction(
                    "cartons",
                    _("{item}: the quantity fills {wanted} cartons, but {cartons} are written.").format(
                        item=line.item, wanted=wanted, cartons=line.cartons
                    ),
                )
        if line.gross_weight < line.net_weight:
            yield Contradiction(
                "gross_weight",
                _("{item}: the gross weight {gross} kg is below the net weight {net} kg.").format(
                    item=line.item, gross=line.gross_weight, net=line.net_weight
                ),
            )
    if shipment.lines and not sum(line.cartons for line in shipment.lines):
        yield Contradiction("cartons", _("No cartons are known; the packing list will be empty of them."))
    missing = [
        line.item for line in shipment.lines if line.cartons and not (line.gross_weight and line.volume)
    ]
    if missing:
        yield Contradiction(
            "gross_weight",
            _("Weight or volume is missing: {items}. Complete the packing data of the products.").format(
                items=", ".join(missing)
            ),
        )


def _hs_codes(shipment: CheckedShipment) -> Iterator[Contradiction]:
    for line in shipment.lines:
        if not line.hs_code:
            yield Contradiction(
                "hs_code", _("{item}: the HS code is missing, which customs ask for.").format(item=line.item)
            )
        elif line.product_hs_code and _digits(line.hs_code) != _digits(line.product_hs_code):
            yield Contradiction(
                "hs_code",
                _("{item}: the contract says HS {contract}, the product says HS {product}.").format(
                    item=line.item, contract=line.hs_code, product=line.product_hs_code
                ),
            )


def _digits(code: str) -> str:
    return "".join(char for char in code if char.isdigit())


def _terms(shipment: CheckedShipment) -> Iterator[Contradiction]:
    """One Incoterm with its place for all goods; ports and marks as the contracts say."""
    terms = list(dict.fromkeys(f"{each.incoterm} {each.place}".strip() for each in shipment.contracts))
    if len(terms) > 1:
        yield Contradiction(
            "incoterm", _("The contracts have different price terms: {terms}.").format(terms="; ".join(terms))
        )
    for each in shipment.contracts:
        if not each.place.strip():
            yield Contradiction(
                "incoterm", _("{contract}: the Incoterm has no place.").format(contract=each.number)
            )
        if each.marks and shipment.marks and _plain(each.marks) not in _plain(shipment.marks):
            yield Contradiction(
                "marks",
                _("The shipping marks are not those of {contract}.").format(contract=each.number),
            )
        for mine, theirs in (
            (shipment.port_of_loading, each.port_of_loading),
            (shipment.port_of_discharge, each.port_of_discharge),
        ):
            if mine and theirs and not _alike(mine, theirs):
                yield Contradiction(
                    "port",
                    _("The shipment goes by {mine}, but {contract} says {theirs}.").format(
                        mine=mine, contract=each.number, theirs=theirs
                    ),
                )


def _parties(shipment: CheckedShipment) -> Iterator[Contradiction]:
    """Tell of a consignee that is neither the buyer nor to order: it is worth a look."""
    consignee = _plain(shipment.consignee)
    if consignee and _plain(shipment.buyer) not in consignee and not _ORDERED.search(consignee):
        yield Contradiction(
            "consignee",
            _("The consignee does not name the buyer {buyer}.").format(buyer=shipment.buyer),
            grave=False,
        )


def _secrets(shipment: CheckedShipment) -> Iterator[Contradiction]:
    """Tell of names of factories, which never stand on a paper to the customer (section 10.1)."""
    text = _plain("\n".join(shipment.printed))
    for name in shipment.factories:
        if len(name) > 1 and _plain(name) in text:
            yield Contradiction(
                "factory", _("The name of the factory {name} would print on the papers.").format(name=name)
            )


def _credit(shipment: CheckedShipment) -> Iterator[Contradiction]:
    """Tell where the papers differ from the letter of credit, word for word (sections 1.7 and 10.1)."""
    credit = shipment.credit
    if credit is None:
        return
    name = credit.number
    if credit.currency != shipment.currency:
        yield Contradiction(
            "credit",
            _("L/C {number} is in {theirs}, the invoice in {mine}.").format(
                number=name, theirs=credit.currency, mine=shipment.currency
            ),
        )
    elif credit.drawn > credit.most:
        yield Contradiction(
            "credit",
            _("The invoice over {total} exceeds L/C {number} with {most}.").format(
                total=format_amount(credit.drawn, shipment.currency),
                number=name,
                most=format_amount(credit.most, credit.currency),
            ),
        )
    yield from _credit_texts(shipment, credit)
    yield from _credit_days(shipment, credit)


def _credit_texts(shipment: CheckedShipment, credit: CheckedCredit) -> Iterator[Contradiction]:
    name = credit.number
    if credit.marks and not _alike(credit.marks, shipment.marks):
        yield Contradiction(
            "marks", _("The shipping marks are not those of L/C {number}.").format(number=name)
        )
    if credit.goods:
        for line in shipment.lines:
            if _plain(line.description) not in _plain(credit.goods):
                yield Contradiction(
                    "description",
                    _("{item}: the description “{text}” does not stand in L/C {number}.").format(
                        item=line.item, text=line.description, number=name
                    ),
                )
    if credit.beneficiary and not any(
        _plain(each) in _plain(credit.beneficiary) for each in shipment.seller if each
    ):
        yield Contradiction(
            "beneficiary", _("L/C {number} names another beneficiary than our firm.").format(number=name)
        )
    for mine, theirs in (
        (shipment.port_of_loading, credit.port_of_loading),
        (shipment.port_of_discharge, credit.port_of_discharge),
    ):
        if theirs and not port_fits(theirs, mine):
            yield Contradiction(
                "port",
                _("The shipment goes by {mine}, but L/C {number} says {theirs}.").format(
                    mine=mine or "–", number=name, theirs=theirs
                ),
            )


def _credit_days(shipment: CheckedShipment, credit: CheckedCredit) -> Iterator[Contradiction]:
    latest, departed = credit.latest_shipment, shipment.departed_on
    if latest and departed and departed > latest:
        yield Contradiction(
            "departed_on",
            _("On board on {day}, but L/C {number} allows shipment until {latest}.").format(
                day=departed.isoformat(), number=credit.number, latest=latest.isoformat()
            ),
        )
    if shipment.invoice_date > credit.expires_on:
        yield Contradiction(
            "invoice_date",
            _("The invoice of {day} is later than L/C {number}, which expires on {end}.").format(
                day=shipment.invoice_date.isoformat(),
                number=credit.number,
                end=credit.expires_on.isoformat(),
            ),
        )


def _days(shipment: CheckedShipment) -> Iterator[Contradiction]:
    """Tell of papers dated too late: after the presentation, or an insurance after the goods left (UCP 28e)."""
    for paper in shipment.papers:
        if shipment.present_by is not None and paper.issued_on > shipment.present_by:
            yield Contradiction(
                "papers",
                _("{paper} is dated {day}, after the last day to present, {last}.").format(
                    paper=paper.title, day=paper.issued_on.isoformat(), last=shipment.present_by.isoformat()
                ),
            )
        left = shipment.departed_on
        if paper.kind == "insurance_policy" and left is not None and paper.issued_on > left:
            yield Contradiction(
                "papers",
                _(
                    "{paper} is dated {day}, after the goods left on {left}; it must say from when it covers."
                ).format(paper=paper.title, day=paper.issued_on.isoformat(), left=left.isoformat()),
            )


def _loads(shipment: CheckedShipment) -> Iterator[Contradiction]:
    """Tell where containers or another paper give other packages or another gross weight than the packing list."""
    cartons = sum(line.cartons for line in shipment.lines)
    weight = sum((line.gross_weight for line in shipment.lines), Decimal(0))
    for load in shipment.loads:
        if load.packages is not None and load.packages != cartons:
            yield Contradiction(
                "packages",
                _("{paper}: {theirs} packages, the packing list has {mine}.").format(
                    paper=load.name, theirs=f"{load.packages:,}", mine=f"{cartons:,}"
                ),
            )
        if load.gross_weight is not None and load.gross_weight != weight:
            yield Contradiction(
                "gross_weight",
                _("{paper}: {theirs} kg gross, the packing list has {mine} kg.").format(
                    paper=load.name, theirs=format_number(load.gross_weight, 2), mine=format_number(weight, 2)
                ),
            )
