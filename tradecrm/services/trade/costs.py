"""Cost lines of a shipment: estimated, billed, paid; purchase lines with VAT and rebate (sections 2.2 and 2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.allocate import Basis, check_manual, manual_amounts
from tradecrm.core.costs import BILLED, COST_CATEGORIES, DEDUCTIONS, UNBILLED, CostStatus, usual_basis
from tradecrm.core.errors import Conflict
from tradecrm.core.money import convert, currency_problems, decimal_problems, fits_currency
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.rebate import BEFORE_FOB, TaxRegime, deduction_code, kept_back, purchase_vat
from tradecrm.core.text import _
from tradecrm.models import (
    CostLine,
    Estimate,
    EstimateLine,
    FreightBill,
    FreightBillLine,
    Party,
    PurchaseContract,
    PurchaseLine,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.figures.profit import planned_revenue
from tradecrm.services.money.ledger import AP, COST, PRIOR, NewItem, Part, Row, Source, add_item
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.closing import is_late
from tradecrm.services.trade.export_vat import expected_export_vat, follow_export_vat
from tradecrm.services.trade.open_shipments import demand_open
from tradecrm.services.trade.rebate_booking import book_rebate, deduction_rows
from tradecrm.services.trade.transit import settle_billed
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)
CODES = frozenset(category.code for category in COST_CATEGORIES) - DEDUCTIONS


@dataclass(frozen=True, slots=True)
class SaveCost:
    """A cost of a shipment as typed; ``rate`` None: the selling rate of the day (budget rate for an estimate).

    A purchase (PUR) names the shipment line it is for, and its VAT and rebate rates as fractions.
    ``manual_parts`` are the amounts by line of the basis “manual”, parted by semicolons.
    ``id`` and ``version`` name the line that is edited; a billed line cannot be.
    """

    shipment_id: int
    category: str
    currency: str
    amount: Decimal
    status: str = CostStatus.ESTIMATED.value
    party_id: int | None = None
    rate: Decimal | None = None
    description: str = ""
    basis: str = ""
    shipment_line_id: int | None = None
    vat_rate: Decimal | None = None
    rebate_rate: Decimal | None = None
    net_amount: Decimal | None = None
    manual_parts: str = ""
    id: int | None = None
    version: int | None = None


def check_cost(command: SaveCost) -> list[Problem]:
    """Answer what is wrong with a cost line."""
    problems = []
    if command.category not in CODES:
        problems.append(
            Problem("category", _("Choose a category of cost; the rebate follows from purchases."))
        )
    if command.amount < 0:
        problems.append(Problem("amount", _("The amount must not be below zero.")))
    problems += currency_problems("currency", command.currency) or decimal_problems(
        ("amount", command.amount, command.currency)
    )
    if command.status not in UNBILLED:
        problems.append(Problem("status", _("A cost is estimated or accrued until its bill is entered.")))
    if command.category == "PUR" and (command.vat_rate is None or command.rebate_rate is None):
        problems.append(Problem("vat_rate", _("A purchase needs its VAT rate and its rebate rate.")))
    if command.basis == Basis.MANUAL.value:
        problems.extend(_check_parts(command))
    return problems


def _check_parts(command: SaveCost) -> list[Problem]:
    """Answer what is wrong with the parts typed by hand: they sum to the amount (section 2.6)."""
    try:
        parts = manual_amounts(command.manual_parts)
    except Refusal as refusal:
        return list(refusal.problems)
    found = check_manual(command.amount, parts, command.currency)
    return [Problem("manual_parts", problem.message) for problem in found]


@operation("shipment.write", check=check_cost)
def save_cost(work: Work, command: SaveCost) -> int:
    """Write a cost line that has no bill yet; answers its id. A purchase known after the revenue books its rebate."""
    line = write_cost(work, command)
    shipment = work.get(Shipment, line.shipment_id, _("Shipment"))
    book_rebate(work, shipment, work.today)
    if line.category in BEFORE_FOB:
        follow_export_vat(work, shipment)
    return line.id


def write_cost(work: Work, command: SaveCost) -> CostLine:
    """Write a cost line that has no bill yet and answer it; the rebate of the shipment is left to the caller."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    demand_open(shipment)
    line = _line_to_write(work, command, shipment)
    rate = command.rate
    if rate is None:
        kind = RateType.BUDGET if command.status == CostStatus.ESTIMATED.value else RateType.SELL
        day = shipment.departed_on or work.today
        rate = rate_for(work, kind, command.currency, day).rate
    line.category = command.category
    line.description = command.description
    line.party_id = command.party_id
    line.currency = command.currency
    line.amount = command.amount
    line.rate = rate
    line.base_amount = convert(command.amount, rate, work.base)
    line.status = command.status
    line.basis = command.basis or usual_basis(command.category, shipment.mode).value
    line.manual_parts = command.manual_parts.strip() if line.basis == Basis.MANUAL.value else ""
    line.shipment_line_id = command.shipment_line_id
    line.vat_rate, line.rebate_rate = command.vat_rate, command.rebate_rate
    line.net_amount = command.net_amount
    set_deduction(work, line, shipment)
    line.updated_at = work.now
    work.add(line)
    _warn(work, line)
    return line


def _warn(work: Work, line: CostLine) -> None:
    """Warn of a cost that the buyer bears and that is not charged on."""
    from tradecrm.services.trade.recharges import warn_of_buyers_cost  # It stands above the costs.

    warn_of_buyers_cost(work, line)


def _line_to_write(work: Work, command: SaveCost, shipment: Shipment) -> CostLine:
    """Answer the line to fill: a new one, or the unbilled one that was read in the same version."""
    if command.shipment_line_id is not None:
        goods = work.get(ShipmentLine, command.shipment_line_id, _("Shipment line"))
        if goods.shipment_id != shipment.id:
            raise Refusal.of(_("That line belongs to another shipment."), "shipment_line_id")
    if command.id is None:
        return CostLine(shipment_id=shipment.id, owner_id=shipment.owner_id)
    line = work.get(CostLine, command.id, _("Cost line"))
    if line.version != command.version:
        raise Conflict(_("This cost was changed by someone else meanwhile. Nothing was saved."))
    if is_booked(line):
        raise Refusal.of(_("This cost has its bill and cannot be edited; enter a correcting line instead."))
    return line


def is_booked(line: CostLine) -> bool:
    """Tell whether a cost is in the ledger: by a bill, a receipt, an expense claim or a rebate claim."""
    return line.status in BILLED


def set_deduction(work: Work, line: CostLine, shipment: Shipment) -> None:
    """Set what of a purchase does not become cost by the shipment's tax regime (section 2.2)."""
    line.rebate = ZERO
    if line.category == "PUR" and line.vat_rate is not None and line.rebate_rate is not None:
        regime = TaxRegime(shipment.tax_regime)
        found = purchase_vat(
            line.base_amount,
            line.vat_rate,
            line.rebate_rate,
            regime,
            printed_net=line.net_amount,
            currency=work.base,
        )
        line.rebate = kept_back(found, regime, special_invoice=_special_invoice(work, line))


def _special_invoice(work: Work, line: CostLine) -> bool:
    """Tell whether the factory gives a special VAT invoice; taken for granted where no purchase contract says."""
    if line.purchase_line_id is None:
        return True
    kind = (
        select(PurchaseContract.invoice_type)
        .join(PurchaseLine, PurchaseLine.purchase_id == PurchaseContract.id)
        .where(PurchaseLine.id == line.purchase_line_id)
    )
    return work.session.scalar(kind) in {None, "special"}


@dataclass(frozen=True, slots=True)
class BillCost:
    """The bill of a cost line arrived: number, day, amount as billed, rate (None: selling rate of the day).

    ``net_amount`` is E as printed on a VAT special invoice; ``due_on`` None means due on the bill's day.
    """

    cost_id: int
    day: date
    bill_number: str = ""
    amount: Decimal | None = None
    rate: Decimal | None = None
    net_amount: Decimal | None = None
    due_on: date | None = None


@operation("shipment.write")
def bill_cost(work: Work, command: BillCost) -> int:
    """Book the bill of a cost line as a payable; the line then counts as invoiced. Answers the payable's id.

    A line of a closed shipment stays as it was frozen; what the bill differs by is a late cost (section 2.11).
    """
    line = work.get(CostLine, command.cost_id, _("Cost line"))
    shipment = work.get(Shipment, line.shipment_id, _("Shipment"))
    late = is_late(work, shipment.id)
    _check_bill(work, command, line)
    amount = command.amount if command.amount is not None else line.amount
    rate = rate_for(work, RateType.SELL, line.currency, command.day, manual=command.rate).rate
    base_amount = convert(amount, rate, work.base)
    if not late:
        line.amount, line.rate, line.base_amount = amount, rate, base_amount
        line.net_amount = command.net_amount or line.net_amount
        set_deduction(work, line, shipment)
    line.bill_number = command.bill_number or work.number("bill", command.day)
    line.bill_date = command.day
    line.status = CostStatus.INVOICED.value
    line.updated_at = work.now
    party = work.get(Party, line.party_id or 0, _("Payee"))
    new = NewItem(
        side=AP,
        kind="INV",
        number=line.bill_number,
        party_id=party.id,
        day=command.day,
        currency=line.currency,
        amount=amount,
        rate=rate,
        base_amount=base_amount,
        shipment_id=shipment.id,
        owner_id=shipment.owner_id,
        parts=(Part(amount, "", command.due_on or command.day, command.day),),
    )
    rows = (
        *billed_rows((line,), party.id, amount, base_amount, late=late),
        *deduction_rows(work, shipment, line.rebate),
    )
    item = add_item(work, new, "bill", Source("cost_line", line.id, line.bill_number), rows)
    line.item_id = item.id
    work.session.flush()
    settle_billed(work, shipment, command.day)
    _note_purchase(work, line)
    if line.category in BEFORE_FOB:
        follow_export_vat(work, shipment)
    _warn_of_freight_bill(work, line, party)
    return item.id


def billed_rows(
    costs: Sequence[CostLine], party_id: int, amount: Decimal, base_amount: Decimal, *, late: bool
) -> tuple[Row, ...]:
    """Answer the rows of a bill over the cost lines of a shipment: what each of them counts.

    Of a ``late`` one, for a closed shipment, also what the bill is more or less than its result has (section 2.11).
    """
    counted = tuple(
        Row(
            COST,
            cost.currency,
            cost.amount,
            cost.base_amount,
            cost.category,
            party_id=party_id,
            shipment_id=cost.shipment_id,
        )
        for cost in costs
        if not late or cost.base_amount != 0
    )
    if not late:
        return counted
    rest = Row(
        PRIOR,
        costs[0].currency,
        amount - sum((row.amount for row in counted), ZERO),
        base_amount - sum((row.base_amount for row in counted), ZERO),
        costs[0].category,
        party_id=party_id,
        shipment_id=costs[0].shipment_id,
    )
    return (*counted, rest)


def _warn_of_freight_bill(work: Work, line: CostLine, payee: Party) -> None:
    """Warn of a bill booked by hand that is entered as a forwarder's bill as well: it would be paid twice."""
    found = work.session.scalar(
        select(FreightBill.id).where(
            FreightBill.forwarder_id == payee.id, FreightBill.number == line.bill_number
        )
    )
    if found is None:
        return
    laid = select(FreightBillLine.id).where(FreightBillLine.cost_line_id == line.id)
    if work.session.scalar(laid.limit(1)) is None:
        words = _(
            "Bill {number} of {name} is entered as a forwarder's bill already; see that it is paid once."
        )
        work.warn(words.format(number=line.bill_number, name=payee.name))


def _note_purchase(work: Work, line: CostLine) -> None:
    """Count a billed purchase as invoiced on the purchase contract it comes from."""
    from tradecrm.services.trade.purchase_bills import (
        note_billed,
    )  # It draws costs, and so stands above them.

    note_billed(work, line)


def _check_bill(work: Work, command: BillCost, line: CostLine) -> None:
    """Refuse a second bill, a bill without payee, and amounts the currency cannot hold."""
    problems = []
    if is_booked(line):
        problems.append(Problem("", _("This cost has its bill already.")))
    if line.party_id is None:
        problems.append(Problem("party_id", _("Enter whom the bill is from.")))
    if command.day > work.today:
        problems.append(Problem("day", _("A bill cannot be dated after today.")))
    amount = command.amount if command.amount is not None else line.amount
    if amount <= 0 or not fits_currency(amount, line.currency):
        problems.append(
            Problem(
                "amount",
                _("The amount must be above zero and fit {currency}.").format(currency=line.currency),
            )
        )
    if problems:
        raise Refusal(problems)


@dataclass(frozen=True, slots=True)
class KeepEstimate:
    """Keep the shipment's costs as they stand as a version of its profit estimate; ``rate`` values the revenue."""

    shipment_id: int
    rate: Decimal | None = None


@operation("shipment.write")
def keep_estimate(work: Work, command: KeepEstimate) -> int:
    """Freeze an estimate version with its rates (section 2.10); answers the version number."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    rate = rate_for(work, RateType.BUDGET, shipment.currency, work.today, manual=command.rate).rate
    last = work.session.scalar(
        select(func.max(Estimate.version_no)).where(Estimate.shipment_id == shipment.id)
    )
    estimate = work.add(
        Estimate(
            shipment_id=shipment.id,
            version_no=(last or 0) + 1,
            made_at=work.now,
            rate=rate,
            revenue_base=convert(planned_revenue(work, shipment), rate, work.base),
            owner_id=shipment.owner_id,
        )
    )
    rows: list[tuple[str, str, Decimal, Decimal]] = []
    for line in work.session.scalars(
        select(CostLine).where(CostLine.shipment_id == shipment.id).order_by(CostLine.id)
    ):
        rows.append((line.category, line.currency, line.amount, line.base_amount))
        if line.rebate != 0:
            rows.append(
                (deduction_code(TaxRegime(shipment.tax_regime)), work.base, -line.rebate, -line.rebate)
            )
    code, vat = expected_export_vat(work, shipment, rate)
    if vat and all(row[0] != code for row in rows):
        rows.append((code, work.base, vat, vat))
    work.session.add_all(
        EstimateLine(
            estimate_id=estimate.id,
            category=category,
            currency=currency,
            amount=amount,
            base_amount=base_amount,
            owner_id=shipment.owner_id,
        )
        for category, currency, amount, base_amount in rows
    )
    return estimate.version_no
