"""Sales contracts (外销合同): drawing up, signing, taking effect, cancelling (domain.md sections 1.2 and 1.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.adjusting import Adjustment, Priced, priced, shared_problems
from tradecrm.core.agency import agency_problems
from tradecrm.core.deposits import DepositPolicy, asked_before
from tradecrm.core.flows import SALES_CONTRACT
from tradecrm.core.incoterms import check_incoterm
from tradecrm.core.money import currency_problems, fits_currency, format_amount
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.terms import Event, check_terms, decode_terms
from tradecrm.core.text import _
from tradecrm.models import ContractLine, Party, Product, PurchaseLink, SalesContract, Shipment, ShipmentLine
from tradecrm.services.control.approvals import void_approval
from tradecrm.services.data.search import keep_search_terms
from tradecrm.services.figures.numbers import number_taken
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.agency import set_agency
from tradecrm.services.trade.closing import demand_closable
from tradecrm.services.trade.contract_approval import demand_approval, keep_approval, submit
from tradecrm.services.trade.contract_followers import GOODS, contract_changed
from tradecrm.services.trade.contract_gates import demand_effect
from tradecrm.services.trade.ends import end_contract
from tradecrm.services.trade.order_counting import count_as_customer
from tradecrm.services.trade.releases import void_outgrown
from tradecrm.services.trade.sale_papers import PACKING, check_goods
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)
EDITABLE = frozenset({"draft", "approved", "signed"})


@dataclass(frozen=True, slots=True)
class ContractLineDraft:
    """A line as typed: quantity and price in the contract's currency, ``discount`` a fraction.

    ``cost`` is the factory price with VAT in base currency; ``id`` names the line it replaces.
    """

    product_id: int | None
    description_en: str
    quantity: Decimal
    price: Decimal
    unit: str = "pcs"
    description_cn: str = ""
    item_no: str = ""
    specification: str = ""
    hs_code: str = ""
    discount: Decimal = ZERO
    cost: Decimal | None = None
    vat_rate: Decimal = Decimal("0.13")
    rebate_rate: Decimal = Decimal("0.13")
    supplier_id: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class SaveContract:
    """A contract as typed; ``id`` and ``version`` name the one that is edited. ``number`` empty: the next one.

    ``agency`` says who exports (section 1.10), with the principal or the agent, and the fee as a fraction.
    """

    customer_id: int
    day: date
    currency: str
    incoterm: str
    incoterm_place: str
    terms: str
    lines: tuple[ContractLineDraft, ...]
    number: str = ""
    port_of_loading: str = ""
    port_of_discharge: str = ""
    deposit_policy: str = DepositPolicy.PRO_RATA.value
    latest_shipment: date | None = None
    partial_allowed: bool = True
    transhipment_allowed: bool = True
    tolerance_over: Decimal = ZERO
    tolerance_under: Decimal = ZERO
    packing: str = ""
    marks: str = ""
    remarks: str = ""
    customer_po: str = ""
    signatory: str = ""
    bank_account_id: int | None = None
    commission_rate: Decimal = ZERO
    budget_rate: Decimal | None = None
    adjustment: Decimal = ZERO
    adjustment_rate: Decimal | None = None
    adjustment_text: str = ""
    agency: str = ""
    agency_party_id: int | None = None
    agency_fee_rate: Decimal = ZERO
    id: int | None = None
    version: int | None = None


def check_contract(command: SaveContract) -> list[Problem]:
    """Answer everything that is wrong with a contract, each at its field."""
    problems = list(check_incoterm(command.incoterm, command.incoterm_place))
    problems += currency_problems("currency", command.currency)
    try:
        problems.extend(Problem("terms", found.message) for found in check_terms(decode_terms(command.terms)))
    except Refusal as refusal:
        problems.extend(refusal.problems)
    if not command.lines:
        problems.append(Problem("lines", _("A contract needs at least one line.")))
    problems += check_goods(command.lines)
    problems += shared_problems(command, command.lines, command.currency)
    problems += agency_problems(
        command.agency, command.agency_party_id, command.customer_id, command.agency_fee_rate
    )
    if not ZERO <= command.commission_rate < 1:
        problems.append(Problem("commission_rate", _("The commission must be between 0 and 100 %.")))
    problems.extend(
        Problem(name, _("A tolerance is from 0 to 100 %."))
        for name in ("tolerance_over", "tolerance_under")
        if not ZERO <= getattr(command, name) <= 1
    )
    if command.latest_shipment is not None and command.latest_shipment < command.day:
        problems.append(
            Problem("latest_shipment", _("The latest shipment date is before the contract date."))
        )
    return problems


def priced_lines(command: SaveContract, kept: Mapping[int, Decimal] | None = None) -> Priced:
    """Answer the amounts of the lines with their shares of the whole's discount; the total is their sum (section 11).

    ``kept`` holds the shares, by place, of lines that are shipped in full.
    """
    return priced(command.lines, command.currency, Adjustment.of(command), kept)


def deposit_due(total: Decimal, currency: str, terms: str) -> Decimal:
    """Answer the deposit: the part of ``total`` that the terms ask for with the order.

    What they ask for before a shipment is guarded when that is loaded (section 1.3).
    """
    return asked_before(total, currency, decode_terms(terms), Event.ORDER)


@operation("contract.write", check=check_contract)
def save_contract(work: Work, command: SaveContract) -> int:
    """Write a new contract or a new state of an unsigned or signed one; answers its id."""
    customer = work.get(Party, command.customer_id, _("Customer"))
    if not customer.is_customer:
        raise Refusal.of(_("{name} is not a customer.").format(name=customer.name), "customer_id")
    prices = priced_lines(command)
    total = prices.total
    if not fits_currency(total, command.currency):
        raise ValueError("line amounts are rounded to the currency")
    contract = _contract_to_write(work, command, customer)
    buyer = contract.customer_id
    for name in HEADER:
        setattr(contract, name, getattr(command, name))
    set_agency(work, contract, command.agency, command.agency_party_id, command.agency_fee_rate)
    if contract.id is None or contract.customer_id != buyer:
        count_as_customer(contract, customer)
    contract.adjustment = prices.adjustment
    contract.total = total
    contract.deposit_due = deposit_due(total, command.currency, command.terms)
    if contract.budget_rate is None and command.currency != work.base:
        contract.budget_rate = rate_for(work, RateType.BUDGET, command.currency, command.day).rate
    contract.updated_at = work.now
    work.add(contract)
    write_lines(work, contract, command.lines, prices)
    keep_approval(work, contract)
    void_outgrown(work, contract)
    keep_search_terms(work, "sales_contract", contract.id)
    contract_changed(work, contract)
    return contract.id


HEADER = (
    "day",
    "customer_id",
    "currency",
    "incoterm",
    "incoterm_place",
    "terms",
    "port_of_loading",
    "port_of_discharge",
    "deposit_policy",
    "latest_shipment",
    "partial_allowed",
    "transhipment_allowed",
    "tolerance_over",
    "tolerance_under",
    "packing",
    "marks",
    "remarks",
    "customer_po",
    "signatory",
    "bank_account_id",
    "commission_rate",
    "budget_rate",
    "adjustment",
    "adjustment_rate",
    "adjustment_text",
)
"""What is typed into the head of a contract."""


def _contract_to_write(work: Work, command: SaveContract, customer: Party) -> SalesContract:
    """Answer the contract to fill: a new one with its number, or the one that was read, in the same version."""
    if command.id is None:
        number = command.number.strip() or work.number("contract", command.day)
        if command.number.strip() and number_taken(work.session, "contract", number):
            raise Refusal.of(_("There is already a contract {number}.").format(number=number), "number")
        return SalesContract(number=number, status="draft", owner_id=customer.owner_id)
    contract = work.get(SalesContract, command.id, _("Contract"))
    work.demand_version(contract, command.version, contract.number)
    if contract.status not in EDITABLE:
        words = _("{number} is in force and cannot be edited.")
        if contract.status == "submitted":
            words = _("{number} waits for approval. Take it back to draft before you change it.")
        raise Refusal.of(words.format(number=contract.number))
    return contract


def write_lines(
    work: Work,
    contract: SalesContract,
    lines: Sequence[ContractLineDraft],
    prices: Priced,
) -> None:
    """Write the lines of a contract; packing and cost come from the product where the line has none.

    A line that stays keeps its id, by the id it was typed with, else by its place: purchases hang on it.
    """
    kept = _kept_lines(work, contract, lines)
    goods = zip(lines, prices.amounts, prices.shares, strict=True)
    for position, (line, amount, share) in enumerate(goods, 1):
        product = None if line.product_id is None else work.get(Product, line.product_id, _("Product"))
        row = kept[position - 1] or ContractLine(contract_id=contract.id, owner_id=contract.owner_id)
        row.position, row.amount, row.adjusted = position, amount, share
        for name in GOODS:
            setattr(row, name, getattr(line, name))
        if product is not None:
            for name in PACKING:
                setattr(row, name, getattr(product, name))
            row.cost = line.cost if line.cost is not None else product.cost
            row.supplier_id = line.supplier_id or product.supplier_id
        work.session.add(row)
    work.session.flush()


def _kept_lines(
    work: Work, contract: SalesContract, lines: Sequence[ContractLineDraft]
) -> list[ContractLine | None]:
    """Answer for each line the row it replaces; rows of no line go, unless something was bought for them."""
    old = list(
        work.session.scalars(
            select(ContractLine)
            .where(ContractLine.contract_id == contract.id)
            .order_by(ContractLine.position)
        )
    )
    if any(line.id is not None for line in lines):
        by_id = {row.id: row for row in old}
        kept = [by_id.pop(line.id or 0, None) for line in lines]
    else:
        kept = [old[place] if place < len(old) else None for place in range(len(lines))]
    staying = {row.id for row in kept if row is not None}
    bought = set(
        work.session.scalars(
            select(PurchaseLink.contract_line_id).where(
                PurchaseLink.contract_line_id.in_([row.id for row in old])
            )
        )
    )
    for row in old:
        if row.id in staying:
            row.position = -row.position
        elif row.id in bought:
            raise Refusal.of(
                _("{number}: {goods} are bought already; cancel the purchase before the line goes.").format(
                    number=contract.number, goods=row.item_no or row.description_en
                ),
                "lines",
            )
        else:
            work.session.delete(row)
    work.session.flush()
    return kept


@dataclass(frozen=True, slots=True)
class MoveContract:
    """Take a contract to its next state on a day: such as ``signed`` or ``effective``."""

    contract_id: int
    target: str
    day: date


@operation("contract.write")
def move_contract(work: Work, command: MoveContract) -> str:
    """Take a contract to ``target`` along its flow; answers the state it is in now.

    Effective asks for the deposit where the terms have one; a canceled one must have no shipment (section 1.3).
    """
    contract = work.get(SalesContract, command.contract_id, _("Contract"))
    if command.target not in next_states(contract.status):
        raise Refusal.of(
            _("{number} is “{status}”; that step is not possible from there.").format(
                number=contract.number, status=_(SALES_CONTRACT.state(contract.status).title)
            )
        )
    if command.target == "effective":
        from tradecrm.services.trade.estimates import demand_estimate

        demand_estimate(work, contract, signing=False)
        _demand_deposit(work, contract)
        demand_effect(work, contract)
        contract.effective_on = command.day
    if command.target == "closed":
        demand_closable(work, contract)
    if command.target in {"canceled", "void"} and _has_shipment(work, contract):
        raise Refusal.of(
            _("{number} has a shipment; void the shipment first.").format(number=contract.number)
        )
    contract.status = _approved_target(work, contract, command.target)
    contract.updated_at = work.now
    contract_changed(work, contract)
    return contract.status


def _approved_target(work: Work, contract: SalesContract, target: str) -> str:
    """Answer the state a contract comes to once approval has its say: asked, passed over, or taken back."""
    if target == "submitted":
        return submit(work, contract)
    if target == "signed":
        from tradecrm.services.trade.estimates import demand_estimate

        demand_estimate(work, contract)
    if contract.status == "draft" and target == "signed":
        reasons = demand_approval(work, contract)
        if reasons:
            raise Refusal.of(
                _("{number} needs approval before it is signed: {reasons} Submit it for approval.").format(
                    number=contract.number, reasons=" ".join(each.sentence for each in reasons)
                )
            )
    if target in {"draft", "canceled", "void"}:
        void_approval(work, "sales_contract", contract.id, _("The contract was taken back."))
    if target in {"canceled", "void"}:
        end_contract(work, contract)
    return target


def next_states(status: str) -> tuple[str, ...]:
    """Answer where a person may take a contract from ``status``; a decision approves it, lines are closed short.

    A draft may be signed at once while nothing about it asks for approval (section 16.3).
    """
    targets = tuple(
        step.target
        for step in SALES_CONTRACT.next(status)
        if not step.automatic and step.target not in _BY_OTHERS
    )
    return ("signed", *targets) if status == "draft" else targets


_BY_OTHERS = frozenset({"approved", "short_closed"})
"""States that no step of its own leads to: what is decided, and what follows from its lines."""


def _demand_deposit(work: Work, contract: SalesContract) -> None:
    """Refuse to put a contract in force before its deposit is there, within the write-off tolerance (16.4)."""
    from tradecrm.services.figures.deposits import deposit_received, deposit_short

    # Reckoned, not read: contracts of earlier versions kept with it what is asked for before each shipment.
    due = contract.deposit_due = deposit_due(contract.total, contract.currency, contract.terms)
    if due == 0:
        return
    received = deposit_received(work, contract.id)
    if deposit_short(work, due, received):
        raise Refusal.of(
            _("{number} waits for its deposit: {received} of {due} {currency} received.").format(
                number=contract.number,
                received=format_amount(received, contract.currency),
                due=format_amount(due, contract.currency),
                currency=contract.currency,
            )
        )


def _has_shipment(work: Work, contract: SalesContract) -> bool:
    """Tell whether goods of the contract are on a shipment that is not void."""
    statement = (
        select(func.count())
        .select_from(ShipmentLine)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(ShipmentLine.contract_id == contract.id, Shipment.status != "void")
    )
    return bool(work.session.scalar(statement))
