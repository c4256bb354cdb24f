"""Letters of credit (信用证): entering and checking them, and what a shipment breaks of its own (section 1.7)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, bindparam, select

from tradecrm.core.deposits import drawn_part
from tradecrm.core.letters import LETTER_OF_CREDIT, Credit, shipment_problems
from tradecrm.core.money import fits_currency, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.terms import Method, decode_terms
from tradecrm.core.text import _
from tradecrm.models import LetterOfCredit, Party, SalesContract, Shipment, ShipmentLine
from tradecrm.services.figures.drawings import drawing_of, drawn_under
from tradecrm.services.figures.numbers import number_taken
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SaveLetter:
    """A letter of credit as typed; tolerances are fractions, ``presentation_days`` None counts as 21."""

    number: str
    customer_id: int
    currency: str
    amount: Decimal
    expires_on: date
    contract_id: int | None = None
    issuing_bank: str = ""
    advising_bank: str = ""
    confirming_bank: str = ""
    confirmed: bool = False
    tolerance_over: Decimal = ZERO
    tolerance_under: Decimal = ZERO
    issued_on: date | None = None
    expiry_place: str = ""
    expiry_country: str = "CN"
    latest_shipment: date | None = None
    presentation_days: int | None = None
    tenor: str = "SIGHT"
    tenor_days: int = 0
    tenor_basis: str = "SIGHT"
    partial_allowed: bool = True
    transhipment_allowed: bool = True
    port_of_loading: str = ""
    port_of_discharge: str = ""
    beneficiary: str = ""
    goods: str = ""
    marks: str = ""
    documents: str = ""
    remarks: str = ""
    id: int | None = None
    version: int | None = None


def check_letter(command: SaveLetter) -> list[Problem]:
    """Answer what is wrong with a letter of credit, each at its field."""
    problems = []
    if not command.number.strip():
        problems.append(Problem("number", _("Give the number of the letter of credit.")))
    if command.amount <= 0 or not fits_currency(command.amount, command.currency):
        problems.append(Problem("amount", _("The amount must be above zero and fit its currency.")))
    if command.latest_shipment is not None and command.latest_shipment > command.expires_on:
        problems.append(Problem("latest_shipment", _("The latest shipment cannot be after the expiry.")))
    if command.issued_on is not None and command.issued_on > command.expires_on:
        problems.append(Problem("expires_on", _("It cannot expire before it is issued.")))
    problems += [
        Problem(name, _("A tolerance is from 0 to 100 %."))
        for name in ("tolerance_over", "tolerance_under")
        if not 0 <= getattr(command, name) <= 1
    ]
    if command.presentation_days is not None and not 0 <= command.presentation_days <= 366:
        problems.append(Problem("presentation_days", _("Days for presentation are a number from 0 to 366.")))
    if command.tenor == "USANCE" and command.tenor_days <= 0:
        problems.append(Problem("tenor_days", _("Give the days of a usance credit.")))
    return problems


_FIELDS = tuple(
    field.name for field in fields(SaveLetter) if field.name not in {"id", "version", "customer_id"}
)


@operation("shipment.write", check=check_letter)
def save_letter(work: Work, command: SaveLetter) -> int:
    """Enter a letter of credit or a changed one; answers its id. A changed one has to be checked again."""
    customer = work.get(Party, command.customer_id, _("Customer"))
    if command.contract_id is not None:
        contract = work.get(SalesContract, command.contract_id, _("Contract"))
        if contract.customer_id != customer.id:
            raise Refusal.of(
                _("{contract} is another customer's contract.").format(contract=contract.number),
                "contract_id",
            )
    row = _letter_to_write(work, command, customer)
    for name in _FIELDS:
        value = getattr(command, name)
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.customer_id = customer.id
    row.status = "received"
    row.checked_on = None
    row.updated_at = work.now
    return work.add(row).id


def _letter_to_write(work: Work, command: SaveLetter, customer: Party) -> LetterOfCredit:
    number = command.number.strip()
    kept = None if command.id is None else work.get(LetterOfCredit, command.id, _("Letter of credit"))
    if (kept is None or kept.number != number) and number_taken(work.session, "letter", number):
        raise Refusal.of(_("There is already a letter of credit {number}.").format(number=number), "number")
    if kept is None:
        return LetterOfCredit(owner_id=customer.owner_id)
    row = kept
    work.demand_version(row, command.version, row.number)
    if row.status in {"used", "canceled"}:
        raise Refusal.of(
            _("Letter of credit {number} is “{status}” and cannot be edited.").format(
                number=row.number, status=_(LETTER_OF_CREDIT.state(row.status).title)
            )
        )
    return row


@dataclass(frozen=True, slots=True)
class MoveLetter:
    """Take a letter of credit along its flow: check, amend, use, cancel, reopen."""

    letter_id: int
    step: str


@operation("shipment.write")
def move_letter(work: Work, command: MoveLetter) -> str:
    """Take the step; answers the state. Checking compares it with its contract and refuses what differs."""
    row = work.get(LetterOfCredit, command.letter_id, _("Letter of credit"))
    step = LETTER_OF_CREDIT.step(row.status, command.step)
    if command.step == "check":
        problems = contract_differences(work, row)
        if problems:
            raise Refusal([Problem("", sentence) for sentence in problems])
        row.checked_on = work.today
    row.status = step.target
    row.updated_at = work.now
    return row.status


def contract_differences(reader: Reader, letter: LetterOfCredit) -> tuple[str, ...]:
    """Answer where a letter of credit does not fit its contract, in sentences; none without a contract."""
    if letter.contract_id is None:
        return ()
    contract = reader.get(SalesContract, letter.contract_id, _("Contract"))
    problems = []
    if letter.currency != contract.currency:
        problems.append(
            _("The credit is in {credit}, the contract in {contract}.").format(
                credit=letter.currency, contract=contract.currency
            )
        )
    elif letter.amount * (1 + letter.tolerance_over) < (drawn := _drawn(contract)):
        problems.append(
            _("The credit is over {credit}, the contract over {contract}.").format(
                credit=format_money(letter.amount, letter.currency),
                contract=format_money(drawn, contract.currency),
            )
        )
    if (
        letter.latest_shipment
        and contract.latest_shipment
        and letter.latest_shipment < contract.latest_shipment
    ):
        problems.append(
            _("The credit wants shipment by {credit}, the contract allows it until {contract}.").format(
                credit=letter.latest_shipment.isoformat(), contract=contract.latest_shipment.isoformat()
            )
        )
    if contract.partial_allowed and not letter.partial_allowed:
        problems.append(_("The contract allows partial shipments, the credit does not."))
    if contract.transhipment_allowed and not letter.transhipment_allowed:
        problems.append(_("The contract allows transhipment, the credit does not."))
    return tuple(problems)


def _drawn(contract: SalesContract) -> Decimal:
    """Answer what of a contract its letter of credit has to cover: all but the deposit."""
    return drawn_part(contract.total, contract.currency, decode_terms(contract.terms))


def demand_letter(work: Work, contract: SalesContract) -> None:
    """Refuse to put a contract on L/C terms in force before its letter of credit came and was checked (1.3)."""
    if decode_terms(contract.terms).method is not Method.LC:
        return
    states = work.session.scalars(
        select(LetterOfCredit.status).where(LetterOfCredit.contract_id == contract.id)
    ).all()
    if "checked" in states or "used" in states:
        return
    words = (
        _("{number} waits for its letter of credit to be checked.")
        if states
        else _("{number} is on L/C terms and waits for its letter of credit.")
    )
    raise Refusal.of(words.format(number=contract.number))


def letter_of(reader: Reader, shipment: Shipment) -> LetterOfCredit | None:
    """Answer the letter of credit of a shipment: the one it names, else the one of its contracts."""
    if shipment.credit_id is not None:
        return reader.session.get(LetterOfCredit, shipment.credit_id)
    return reader.session.scalars(_letter_of_contracts(), {"shipment": shipment.id}).one_or_none()


@functools.cache
def _letter_of_contracts() -> Select[LetterOfCredit]:
    contracts = select(ShipmentLine.contract_id).where(ShipmentLine.shipment_id == bindparam("shipment"))
    return (
        select(LetterOfCredit)
        .where(LetterOfCredit.contract_id.in_(contracts), LetterOfCredit.status != "canceled")
        .order_by(LetterOfCredit.id.desc())
        .limit(1)
    )


def terms_of(letter: LetterOfCredit) -> Credit:
    """Answer what the rules need of a letter of credit."""
    return Credit(
        letter.number,
        letter.currency,
        letter.amount,
        letter.expires_on,
        letter.tolerance_over,
        letter.latest_shipment,
        letter.presentation_days,
        letter.port_of_loading,
        letter.port_of_discharge,
        letter.partial_allowed,
    )


def letter_problems(reader: Reader, shipment_id: int, on_board: date | None = None) -> tuple[str, ...]:
    """Answer what a shipment breaks of its letter of credit before it is loaded (section 1.7); none without one."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    letter = letter_of(reader, shipment)
    return () if letter is None else problems_of(reader, shipment, letter, on_board)


def problems_of(
    reader: Reader, shipment: Shipment, letter: LetterOfCredit, on_board: date | None = None
) -> tuple[str, ...]:
    """Answer what a shipment breaks of ``letter``; that it was not checked comes first."""
    count, drawn = drawn_under(reader, letter, but=shipment.id)
    problems = shipment_problems(
        terms_of(letter),
        drawn=drawn,
        invoice=drawing_of(reader, shipment.id),
        currency=shipment.currency,
        on_board=on_board or shipment.departed_on or shipment.etd,
        port_of_loading=shipment.port_of_loading,
        port_of_discharge=shipment.port_of_discharge,
        earlier=count,
    )
    if letter.status in {"checked", "used"}:
        return problems
    unchecked = _("Credit {number} has not been checked.").format(number=letter.number)
    return (unchecked, *problems)


@dataclass(frozen=True, slots=True)
class LetterCard:
    """A letter of credit as its form edits it, with what of it is drawn and where it differs."""

    command: SaveLetter
    status: str
    customer: str
    contract: str
    drawn: Decimal
    shipments: tuple[tuple[int, str, Decimal, date | None], ...]
    differences: tuple[str, ...]


def letter_card(reader: Reader, letter_id: int) -> LetterCard:
    """Answer one letter of credit; raises NotFound."""
    row = reader.get(LetterOfCredit, letter_id, _("Letter of credit"))
    of_contract = select(ShipmentLine.shipment_id).where(ShipmentLine.contract_id == (row.contract_id or 0))
    shipments: Sequence[Shipment] = reader.session.scalars(
        select(Shipment)
        .where(
            (Shipment.credit_id == row.id) | (Shipment.credit_id.is_(None) & Shipment.id.in_(of_contract)),
            Shipment.status != "void",
        )
        .order_by(Shipment.id)
    ).all()
    contract = ""
    if row.contract_id is not None:
        contract = reader.get(SalesContract, row.contract_id, _("Contract")).number
    values = {name: getattr(row, name) for name in _FIELDS}
    return LetterCard(
        command=SaveLetter(customer_id=row.customer_id, id=row.id, version=row.version, **values),
        status=row.status,
        customer=reader.get(Party, row.customer_id, _("Customer")).name,
        contract=contract,
        drawn=drawn_under(reader, row, but=0)[1],
        shipments=tuple((each.id, each.number, each.total, each.departed_on) for each in shipments),
        differences=contract_differences(reader, row),
    )
