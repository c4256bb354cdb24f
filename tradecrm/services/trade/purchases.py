"""Purchase contracts (采购合同): drawing up, links to sold lines, what may change when (sections 1.1 to 1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from tradecrm.core.deposits import asked_before
from tradecrm.core.flow import Flow
from tradecrm.core.money import currency_problems, line_amount, round_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.purchases import VatRounding, received_value, vat_on_top
from tradecrm.core.terms import Event, check_terms, decode_terms
from tradecrm.core.text import _
from tradecrm.core.trade_flows import PURCHASE_CONTRACT
from tradecrm.models import (
    ContractLine,
    CostLine,
    Party,
    PurchaseContract,
    PurchaseLine,
    PurchaseLink,
    SalesContract,
)
from tradecrm.services.control.approvals import void_approval
from tradecrm.services.data.search import keep_search_terms
from tradecrm.services.figures.numbers import number_taken
from tradecrm.services.figures.purchased import bought_quantities
from tradecrm.services.trade.sale_papers import PRICE_DECIMALS, QUANTITY_DECIMALS, scale_problems
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
KIND = "purchase_contract"
INVOICE_TYPES = ("special", "ordinary", "none")
USUAL_TERMS = "TT;P30@ORDER;B@BEFORE_SHIP"
"""30 % with the order, the rest before the goods leave: the terms of a factory for which none are kept."""
FREE = frozenset({"draft", "approved"})
"""States in which everything may be written; a protected change of an approved contract voids its approval."""
SEALED = frozenset({"submitted", "closed", "canceled", "void"})
"""States in which nothing may be written."""


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """How much of a purchase line is bought for a line of a sales contract."""

    contract_line_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class PurchaseLineDraft:
    """A line as typed: price in the contract's currency, with VAT or without as the head says; rates as fractions.

    ``links`` say for which sold lines it is bought, ``id`` names the line it replaces.
    """

    product_id: int | None
    description_cn: str
    quantity: Decimal
    price: Decimal
    unit: str = "pcs"
    item_no: str = ""
    description_en: str = ""
    specification: str = ""
    hs_code: str = ""
    vat_rate: Decimal = Decimal("0.13")
    rebate_rate: Decimal = Decimal("0.13")
    delivery_on: date | None = None
    per_carton: Decimal | None = None
    inspection: str = ""
    links: tuple[LinkDraft, ...] = ()
    id: int | None = None


@dataclass(frozen=True, slots=True)
class SavePurchase:
    """A purchase contract as typed; ``id`` and ``version`` name the edited one. ``number`` empty: the next one."""

    supplier_id: int
    day: date
    lines: tuple[PurchaseLineDraft, ...]
    number: str = ""
    currency: str = "CNY"
    vat_included: bool = True
    invoice_type: str = "special"
    stock_purchase: bool = False
    terms: str = USUAL_TERMS
    delivery_on: date | None = None
    delivery_place: str = ""
    packing: str = ""
    marks: str = ""
    quality: str = ""
    clauses: str = ""
    remarks: str = ""
    signatory: str = ""
    id: int | None = None
    version: int | None = None


HEADER = (
    "day",
    "supplier_id",
    "currency",
    "vat_included",
    "invoice_type",
    "stock_purchase",
    "terms",
    "delivery_on",
    "delivery_place",
    "packing",
    "marks",
    "quality",
    "clauses",
    "remarks",
    "signatory",
)
"""What is typed into the head of a purchase contract."""
LINE = (
    "product_id",
    "item_no",
    "description_cn",
    "description_en",
    "specification",
    "hs_code",
    "unit",
    "quantity",
    "price",
    "vat_rate",
    "rebate_rate",
    "delivery_on",
    "per_carton",
    "inspection",
)
"""What is typed into a line."""


def check_purchase(command: SavePurchase) -> list[Problem]:
    """Answer everything that is wrong with a purchase contract, each at its field."""
    problems = currency_problems("currency", command.currency)
    try:
        problems.extend(Problem("terms", found.message) for found in check_terms(decode_terms(command.terms)))
    except Refusal as refusal:
        problems.extend(Problem("terms", found.message) for found in refusal.problems)
    if command.invoice_type not in INVOICE_TYPES:
        problems.append(Problem("invoice_type", _("Choose which invoice the factory gives.")))
    if not command.lines:
        problems.append(Problem("lines", _("A contract needs at least one line.")))
    for position, line in enumerate(command.lines):
        problems.extend(_check_line(f"lines.{position}", line))
    if command.delivery_on is not None and command.delivery_on < command.day:
        problems.append(Problem("delivery_on", _("The delivery date is before the contract date.")))
    return problems


def _check_line(at: str, line: PurchaseLineDraft) -> list[Problem]:
    """Answer what is wrong with one line."""
    problems = []
    if not line.description_cn.strip():
        problems.append(Problem(f"{at}.description_cn", _("Describe the goods for the factory.")))
    if line.quantity <= 0:
        problems.append(Problem(f"{at}.quantity", _("The quantity must be above zero.")))
    if line.price < 0:
        problems.append(Problem(f"{at}.price", _("The price must not be below zero.")))
    if not line.unit.strip():
        problems.append(Problem(f"{at}.unit", _("Enter the unit, such as pcs.")))
    if any(link.quantity <= 0 for link in line.links):
        problems.append(Problem(f"{at}.quantity", _("The quantity must be above zero.")))
    if len({link.contract_line_id for link in line.links}) < len(line.links):
        problems.append(Problem(f"{at}.bought_for", _("A sold line is named twice.")))
    if sum((link.quantity for link in line.links), ZERO) > line.quantity:
        problems.append(
            Problem(f"{at}.quantity", _("More is bought for sold lines than the line itself holds."))
        )
    return problems + scale_problems(at, line, quantity=QUANTITY_DECIMALS, price=PRICE_DECIMALS)


def prepayment(total: Decimal, currency: str, terms: str) -> Decimal:
    """Answer the part of ``total`` that the factory asks for with the order (supplier prepayment, section 6)."""
    return asked_before(total, currency, decode_terms(terms), Event.ORDER)


def total_with_vat(
    lines: Sequence[tuple[Decimal, Decimal]], currency: str, how: VatRounding, *, vat_included: bool
) -> Decimal:
    """Answer what lines (amount as priced, VAT rate) come to with VAT (sections 2.2 and 11)."""
    plain = sum((amount for amount, _rate in lines), ZERO)
    return plain if vat_included else plain + sum(vat_on_top(lines, currency, how), ZERO)


def with_vat_of(reader: Reader, purchase: PurchaseContract, line: PurchaseLine, quantity: Decimal) -> Decimal:
    """Answer the VAT-inclusive amount P of ``quantity`` of a line, all of it or a part (section 2.2).

    Where the firm rounds VAT on the sum, a part takes its part of what the line has of that sum.
    """
    amount = line_amount(quantity, line.price, purchase.currency)
    if purchase.vat_included:
        return amount
    how = VatRounding(reader.settings.vat_rounding)
    if how is VatRounding.LINE:
        return amount + round_money(amount * line.vat_rate, purchase.currency)
    rows = purchase_lines(reader, purchase.id)
    shares = vat_on_top([(row.amount, row.vat_rate) for row in rows], purchase.currency, how)
    share = next(part for row, part in zip(rows, shares, strict=True) if row.id == line.id)
    return amount + round_money(received_value(share, line.quantity, quantity), purchase.currency)


def protected_fields(head: Any, lines: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    """Answer what may not change after approval: factory, money, terms and goods of a contract (section 6).

    ``head`` and ``lines`` are a command and its lines, or the rows kept of them.
    """
    names = ("supplier_id", "currency", "vat_included", "invoice_type", "terms")
    fields = [(name, str(getattr(head, name))) for name in names]
    for position, line in enumerate(lines, 1):
        goods = f"{line.product_id}|{line.item_no}|{line.description_cn}|{line.unit}"
        figures = f"{line.quantity.normalize():f}|{line.price.normalize():f}|{line.vat_rate.normalize():f}"
        fields.append((f"line {position}", f"{goods}|{figures}"))
    return tuple(fields)


def purchase_lines(reader: Reader, purchase_id: int) -> list[PurchaseLine]:
    """Answer the lines of a purchase contract in their order."""
    statement = select(PurchaseLine).where(PurchaseLine.purchase_id == purchase_id)
    return list(reader.session.scalars(statement.order_by(PurchaseLine.position)))


def state_title(status: str, flow: Flow = PURCHASE_CONTRACT) -> str:
    """Answer a state as people read it."""
    return _(flow.state(status).title)


@operation("purchase.write", check=check_purchase)
def save_purchase(work: Work, command: SavePurchase) -> int:
    """Write a purchase contract with its lines and their links; answers its id.

    A protected change of an approved one voids the approval; one that the factory has keeps factory, money
    and goods. More bought than sold is a warning (section 1.3).
    """
    supplier = work.get(Party, command.supplier_id, _("Supplier"))
    if not supplier.is_supplier:
        raise Refusal.of(_("{name} is not a supplier.").format(name=supplier.name), "supplier_id")
    contracts = _contracts(work, command)
    purchase = _purchase_to_write(work, command, contracts)
    _protect(work, purchase, command)
    fill_purchase(work, purchase, command)
    return purchase.id


def purchase_total(reader: Reader, command: SavePurchase) -> Decimal:
    """Answer what a purchase comes to with VAT, in its currency."""
    amounts = [line_amount(line.quantity, line.price, command.currency) for line in command.lines]
    lines = [(amount, line.vat_rate) for amount, line in zip(amounts, command.lines, strict=True)]
    how = VatRounding(reader.settings.vat_rounding)
    return total_with_vat(lines, command.currency, how, vat_included=command.vat_included)


def fill_purchase(work: Work, purchase: PurchaseContract, command: SavePurchase) -> None:
    """Write head, lines and links of a purchase contract as the command says; what is guarded was guarded before."""
    for name in HEADER:
        setattr(purchase, name, getattr(command, name))
    amounts = [line_amount(line.quantity, line.price, command.currency) for line in command.lines]
    purchase.total = purchase_total(work, command)
    purchase.deposit_due = prepayment(purchase.total, command.currency, command.terms)
    purchase.updated_at = work.now
    work.add(purchase)
    _write_lines(work, purchase, command.lines, amounts)
    warn_over_purchase(work, [link.contract_line_id for line in command.lines for link in line.links])
    keep_search_terms(work, KIND, purchase.id)


def _contracts(work: Work, command: SavePurchase) -> list[SalesContract]:
    """Answer the sales contracts the purchase is for; one that is canceled or closed takes no purchases."""
    found: dict[int, SalesContract] = {}
    for position, draft in enumerate(command.lines):
        for link in draft.links:
            line = work.get(ContractLine, link.contract_line_id, _("Contract line"))
            contract = work.get(SalesContract, line.contract_id, _("Contract"))
            if command.id is None and contract.status in {"canceled", "void", "closed", "short_closed"}:
                raise Refusal.of(
                    _("{number} is canceled or closed; nothing is bought for it.").format(
                        number=contract.number
                    ),
                    f"lines.{position}.bought_for",
                )
            found[contract.id] = contract
    return list(found.values())


def _purchase_to_write(
    work: Work, command: SavePurchase, contracts: Sequence[SalesContract]
) -> PurchaseContract:
    """Answer the contract to fill: a new one with its number, or the one that was read, in the same version."""
    if command.id is None:
        number = command.number.strip() or work.number("purchase", command.day)
        if command.number.strip() and number_taken(work.session, "purchase", number):
            raise Refusal.of(
                _("There is already a purchase contract {number}.").format(number=number), "number"
            )
        owner = contracts[0].owner_id if contracts else work.actor.person_id
        return PurchaseContract(number=number, status=PURCHASE_CONTRACT.start, owner_id=owner)
    purchase = work.get(PurchaseContract, command.id, _("Purchase contract"))
    work.demand_version(purchase, command.version, purchase.number)
    if purchase.status in SEALED:
        raise Refusal.of(
            _("{number} is “{status}” and cannot be edited. Return it to draft first.").format(
                number=purchase.number, status=state_title(purchase.status)
            )
        )
    return purchase


def _protect(work: Work, purchase: PurchaseContract, command: SavePurchase) -> None:
    """Void an approval whose fields change, and refuse such a change of what the factory has (section 6)."""
    if command.id is None or purchase.status == "draft":
        return
    kept = protected_fields(purchase, purchase_lines(work, purchase.id))
    if kept == protected_fields(command, command.lines):
        return
    if purchase.status not in FREE:
        raise Refusal.of(
            _(
                "{number} is “{status}”: factory, prices, quantities and terms stand as sent. "
                "Amend it: the factory is asked for a new version."
            ).format(number=purchase.number, status=state_title(purchase.status)),
            "lines",
        )
    void_approval(work, KIND, purchase.id, _("A protected field was changed after approval."))
    purchase.status = "draft"
    work.warn(_("{number} is a draft again: what was approved has changed.").format(number=purchase.number))


def _write_lines(
    work: Work,
    purchase: PurchaseContract,
    drafts: Sequence[PurchaseLineDraft],
    amounts: Sequence[Decimal],
) -> None:
    """Write the lines with their links; lines that stay keep their id, so that receipts and costs keep theirs."""
    old = {row.id: row for row in purchase_lines(work, purchase.id)}
    for place, row in enumerate(old.values(), 1):
        row.position = -place
    work.session.flush()
    kept: list[tuple[PurchaseLine, PurchaseLineDraft]] = []
    for position, (draft, amount) in enumerate(zip(drafts, amounts, strict=True), 1):
        if draft.id in old:
            row = old.pop(draft.id)
        else:
            row = PurchaseLine(purchase_id=purchase.id, owner_id=purchase.owner_id, invoiced=ZERO)
        for name in LINE:
            setattr(row, name, getattr(draft, name))
        row.position, row.amount = position, amount
        work.session.add(row)
        kept.append((row, draft))
    work.session.flush()
    _drop_links(work, [*old, *(row.id for row, _draft in kept)])
    if old:
        work.session.execute(
            update(CostLine).where(CostLine.purchase_line_id.in_(list(old))).values(purchase_line_id=None)
        )
    for gone in old.values():
        work.session.delete(gone)
    for row, draft in kept:
        work.session.add_all(
            PurchaseLink(
                purchase_line_id=row.id,
                contract_line_id=link.contract_line_id,
                quantity=link.quantity,
                owner_id=purchase.owner_id,
            )
            for link in draft.links
        )
    work.session.flush()


def _drop_links(work: Work, lines: Sequence[int]) -> None:
    for link in work.session.scalars(select(PurchaseLink).where(PurchaseLink.purchase_line_id.in_(lines))):
        work.session.delete(link)
    work.session.flush()


def warn_over_purchase(work: Work, contract_lines: Sequence[int]) -> None:
    """Warn where more is bought for a sold line than was sold (section 1.3)."""
    bought = bought_quantities(work, contract_lines)
    rows = work.session.execute(
        select(ContractLine, SalesContract.number)
        .join(SalesContract, SalesContract.id == ContractLine.contract_id)
        .where(ContractLine.id.in_(bought))
        .order_by(SalesContract.number, ContractLine.position)
    )
    for line, number in rows:
        if bought[line.id] > line.quantity:
            work.warn(
                _("{number} line {line}: {bought} {unit} are bought, {sold} were sold.").format(
                    number=number,
                    line=line.position,
                    bought=f"{bought[line.id].normalize():,f}",
                    sold=f"{line.quantity.normalize():,f}",
                    unit=line.unit,
                )
            )
