"""Export VAT rebate claims (退税申报): declared items matched with invoice lines, and what is still missing (1.8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.claim_flows import REBATE_CLAIM
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rebate import TaxRegime
from tradecrm.core.rebate_claims import (
    DeclaredItem,
    InvoicedLine,
    Match,
    filing_deadline,
    last_day,
    match,
    propose_matches,
    same_goods,
)
from tradecrm.core.text import _
from tradecrm.models import CostLine, DeclarationLine, RebateClaim, RebateClaimLine, Shipment
from tradecrm.services.claims.collections import collection_of
from tradecrm.services.claims.declarations import declared_items
from tradecrm.services.claims.vat_invoices import invoiced_lines
from tradecrm.services.trade.agency import exported_by
from tradecrm.services.trade.costs import is_booked
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class MatchDraft:
    """A declared item matched with an invoice line; ``quantity`` None takes all of the item that is left."""

    declaration_line_id: int
    invoice_line_id: int
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SaveRebateClaim:
    """A claim as put together; ``exempt_reason`` says why a collection need not be proved."""

    day: date
    lines: tuple[MatchDraft, ...] = ()
    exempt_reason: str = ""
    remarks: str = ""
    id: int | None = None
    version: int | None = None


def check_rebate_claim(command: SaveRebateClaim) -> list[Problem]:
    """Answer what is wrong with a claim before anything is looked up."""
    problems = []
    for at, line in enumerate(command.lines):
        if not line.declaration_line_id:
            problems.append(Problem(f"lines.{at}.declared", _("Choose the declared item.")))
        if not line.invoice_line_id:
            problems.append(Problem(f"lines.{at}.invoiced", _("Choose the line of the VAT invoice.")))
        if line.quantity is not None and line.quantity <= 0:
            problems.append(Problem(f"lines.{at}.quantity", _("The quantity must be above zero.")))
    return problems


@operation("rebate.write", check=check_rebate_claim)
def save_rebate_claim(work: Work, command: SaveRebateClaim) -> int:
    """Write a claim that is collecting, reckoning E and rebate of each line; answers its id."""
    claim = _claim_to_write(work, command)
    claim.day = command.day
    claim.exempt_reason = command.exempt_reason.strip()
    claim.remarks = command.remarks.strip()
    claim.updated_at = work.now
    work.add(claim)
    for old in claim_rows(work, claim.id):
        work.session.delete(old)
    work.session.flush()
    matches = reckon_matches(work, command.lines)
    for found in matches:
        work.session.add(
            RebateClaimLine(
                claim_id=claim.id,
                owner_id=claim.owner_id,
                declaration_line_id=found.declared_id,
                invoice_line_id=found.invoiced_id,
                quantity=found.quantity,
                net=found.net,
                rebate_rate=found.rate,
                rebate=found.rebate,
            )
        )
    claim.claimed = sum((found.rebate for found in matches), ZERO)
    work.session.flush()
    return claim.id


def _claim_to_write(work: Work, command: SaveRebateClaim) -> RebateClaim:
    if command.id is None:
        return RebateClaim(
            number=work.number("rebate", command.day),
            status=REBATE_CLAIM.start,
            owner_id=work.actor.person_id,
        )
    claim = work.get(RebateClaim, command.id, _("Rebate claim"))
    if claim.status != REBATE_CLAIM.start:
        raise Refusal.of(
            _("{number} is “{status}”; only a claim that is collecting can be changed.").format(
                number=claim.number, status=rebate_state_title(claim.status)
            )
        )
    work.demand_version(claim, command.version, claim.number)
    return claim


def rebate_state_title(key: str) -> str:
    """Answer the translated title of a state of a rebate claim."""
    return _(REBATE_CLAIM.state(key).title)


def claim_rows(reader: Reader, claim_id: int) -> Sequence[RebateClaimLine]:
    """Answer the lines of a claim in the order in which they were matched."""
    return reader.session.scalars(
        select(RebateClaimLine).where(RebateClaimLine.claim_id == claim_id).order_by(RebateClaimLine.id)
    ).all()


def reckon_matches(reader: Reader, lines: Iterable[MatchDraft]) -> list[Match]:
    """Answer what each line claims; Refusal at the line for other goods, too much, and a regime without rebate."""
    drafts = tuple(lines)
    items = {each.id: each for each in declared_items(reader, [line.declaration_line_id for line in drafts])}
    invoices = {each.id: each for each in invoiced_lines(reader, [line.invoice_line_id for line in drafts])}
    found: list[Match] = []
    problems: list[Problem] = []
    _demand_rebated(reader, items)
    for at, line in enumerate(drafts):
        item, invoice = items.get(line.declaration_line_id), invoices.get(line.invoice_line_id)
        if item is None or invoice is None:
            sentence = _("Only lines of special VAT invoices entered in the book can be claimed.")
            problems.append(Problem(f"lines.{at}.invoiced", sentence))
            continue
        taken = sum((each.quantity for each in found if each.declared_id == item.id), ZERO)
        used = [each for each in found if each.invoiced_id == invoice.id]
        item = _with_matched(item, taken)
        invoice = _with_used(invoice, used)
        quantity = item.left if line.quantity is None else line.quantity
        problem = _refused(item, invoice, quantity)
        if problem:
            problems.append(Problem(f"lines.{at}.quantity", problem))
        else:
            found.append(match(item, invoice, quantity, reader.base))
    if problems:
        raise Refusal(problems)
    return found


def _with_matched(item: DeclaredItem, more: Decimal) -> DeclaredItem:
    return replace(item, matched=item.matched + more)


def _with_used(invoice: InvoicedLine, used: Sequence[Match]) -> InvoicedLine:
    return replace(
        invoice,
        used_quantity=invoice.used_quantity + sum((each.quantity for each in used), ZERO),
        used_net=invoice.used_net + sum((each.net for each in used), ZERO),
    )


def _refused(item: DeclaredItem, invoice: InvoicedLine, quantity: Decimal) -> str:
    """Answer why an item cannot be matched with an invoice line, empty when it can."""
    if not same_goods(item, invoice):
        return _(
            "Declared is {declared} in {unit}, invoiced is {invoiced} in {other}: HS code and unit must be the same."
        ).format(declared=item.hs_code, unit=item.unit, invoiced=invoice.hs_code or "—", other=invoice.unit)
    if quantity > item.left:
        return _("Only {left} {unit} of the declared item are left to claim.").format(
            left=plain_quantity(item.left), unit=item.unit
        )
    if quantity > invoice.left:
        return _("The invoice line has only {left} {unit} left; declared are {quantity}.").format(
            left=plain_quantity(invoice.left), unit=invoice.unit, quantity=plain_quantity(quantity)
        )
    return "" if quantity > 0 else _("Nothing of the declared item is left to claim.")


def plain_quantity(value: Decimal) -> str:
    """Answer a quantity without needless zeros, as ``1,200``."""
    return f"{value.normalize():,f}"


def _demand_rebated(reader: Reader, items: Iterable[int]) -> None:
    """Refuse shipments whose tax regime knows no rebate by shipment (section 2.2)."""
    query = (
        select(Shipment.number)
        .join(DeclarationLine, DeclarationLine.shipment_id == Shipment.id)
        .where(DeclarationLine.id.in_(list(items)), Shipment.tax_regime != TaxRegime.TRADER.value)
        .order_by(Shipment.number)
    )
    number = reader.session.scalars(query).first()
    if number is not None:
        raise Refusal.of(
            _(
                "{number} is under a tax regime without a rebate by invoice; it cannot be claimed here."
            ).format(number=number),
            "lines",
        )


def proposed_matches(reader: Reader, shipment_id: int) -> tuple[Match, ...]:
    """Answer how the items of a shipment's declaration could be matched with invoices on hand."""
    return propose_matches(
        declared_items(reader, shipment_id=shipment_id),
        invoiced_lines(reader),
        reader.base,
    )


@dataclass(frozen=True, slots=True)
class AddShipment:
    """Match all of a shipment's declaration with the invoices on hand and add it to a claim that is collecting."""

    claim_id: int
    shipment_id: int


@operation("rebate.write")
def add_shipment(work: Work, command: AddShipment) -> int:
    """Add the matches found for a shipment to a claim; answers how many. Refused when nothing can be matched."""
    claim = work.get(RebateClaim, command.claim_id, _("Rebate claim"))
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    if not declared_items(work, shipment_id=shipment.id):
        raise Refusal.of(
            _("The declared items of {number} are not entered yet; write its declaration first.").format(
                number=shipment.number
            ),
            "shipment",
        )
    found = proposed_matches(work, shipment.id)
    if not found:
        raise Refusal.of(
            _("No invoice on hand has what {number} declared, or all of it is claimed already.").format(
                number=shipment.number
            ),
            "shipment",
        )
    kept = [
        MatchDraft(row.declaration_line_id, row.invoice_line_id, row.quantity)
        for row in claim_rows(work, claim.id)
    ]
    kept += [MatchDraft(each.declared_id, each.invoiced_id, each.quantity) for each in found]
    save_rebate_claim.within(
        work,
        SaveRebateClaim(claim.day, tuple(kept), claim.exempt_reason, claim.remarks, claim.id, claim.version),
    )
    return len(found)


def shipments_in(reader: Reader, claim_id: int) -> list[Shipment]:
    """Answer the shipments whose declared items a claim holds."""
    ids = (
        select(DeclarationLine.shipment_id)
        .join(RebateClaimLine, RebateClaimLine.declaration_line_id == DeclarationLine.id)
        .where(RebateClaimLine.claim_id == claim_id)
    )
    return list(reader.session.scalars(select(Shipment).where(Shipment.id.in_(ids)).order_by(Shipment.id)))


def rebate_gaps(reader: Reader, claim_id: int, day: date | None = None) -> tuple[str, ...]:
    """Answer what a claim lacks to be filed on ``day``, a sentence for each (section 1.8); empty when it is ready."""
    claim = reader.get(RebateClaim, claim_id, _("Rebate claim"))
    shipments = shipments_in(reader, claim.id)
    if not shipments:
        return (_("{number} holds no declared item yet.").format(number=claim.number),)
    gaps = []
    for shipment in shipments:
        gaps += _data_gaps(reader, shipment, day or reader.today)
        gaps += _invoice_gaps(reader, shipment)
        gaps += _collection_gaps(reader, claim, shipment, day or reader.today)
    return tuple(gaps)


def _data_gaps(reader: Reader, shipment: Shipment, day: date) -> list[str]:
    gaps = []
    if not shipment.declaration_no:
        gaps.append(_("{number}: the declaration number is missing.").format(number=shipment.number))
    if shipment.export_date is None:
        gaps.append(
            _("{number}: the export date of the declaration is missing.").format(number=shipment.number)
        )
        return gaps
    if exported_by(reader, shipment.id) is not None and not shipment.agency_certificate:
        gaps.append(
            _("{number}: the agent's certificate of export (代理出口货物证明) is missing.").format(
                number=shipment.number
            )
        )
    last = last_day(shipment.export_date)
    if last is not None and day > last:
        gaps.append(
            _("{number} was to be claimed until {last}; now it is taxed as a domestic sale.").format(
                number=shipment.number, last=last
            )
        )
    bought = reader.session.scalars(
        select(CostLine).where(CostLine.shipment_id == shipment.id, CostLine.category == "PUR")
    )
    if any(not is_booked(line) for line in bought):
        gaps.append(_("{number}: bills of the factories are not entered yet.").format(number=shipment.number))
    return gaps


def _invoice_gaps(reader: Reader, shipment: Shipment) -> list[str]:
    names: dict[int, str] = dict(
        reader.session.execute(
            select(DeclarationLine.id, DeclarationLine.name).where(DeclarationLine.shipment_id == shipment.id)
        ).all()
    )
    return [
        _("{number}, {item}: {left} {unit} have no matching VAT invoice.").format(
            number=shipment.number, item=names[item.id], left=plain_quantity(item.left), unit=item.unit
        )
        for item in declared_items(reader, shipment_id=shipment.id)
        if item.rebate_rate > 0 and item.left > 0
    ]


def _collection_gaps(reader: Reader, claim: RebateClaim, shipment: Shipment, day: date) -> list[str]:
    """Answer that money is not collected where that must be proved: by the setting, or after the deadline."""
    if claim.exempt_reason or shipment.export_date is None:
        return []
    late = day > filing_deadline(shipment.export_date, reader.settings.rebate_filing_day)
    if not late and not reader.settings.rebate_needs_collection:
        return []
    found = collection_of(reader, shipment)
    if found.open <= 0:
        return []
    return [
        _(
            "{number}: collection of {open} is not proved. Match receipts, or say why that is not needed."
        ).format(number=shipment.number, open=found.open_words)
    ]
