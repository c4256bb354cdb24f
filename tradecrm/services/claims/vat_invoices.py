"""VAT invoices received from factories (增值税发票), as printed, and what of them is still to claim (1.8, 2.2, 11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.money import decimal_problems, format_number, round_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rebate_claims import INVOICE_KINDS, PRINTED_TOLERANCE, InvoicedLine, plain_code
from tradecrm.core.text import _
from tradecrm.models import (
    Party,
    PurchaseContract,
    PurchaseLine,
    RebateClaim,
    RebateClaimLine,
    VatInvoice,
    VatInvoiceLine,
)
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class VatLineDraft:
    """Goods of an invoice as printed: quantity, net amount E and VAT in base, VAT rate as a fraction."""

    description: str
    unit: str
    quantity: Decimal
    net: Decimal
    vat_rate: Decimal
    vat: Decimal
    hs_code: str = ""
    purchase_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class SaveVatInvoice:
    """A VAT invoice as printed; ``code`` is empty on fully digital invoices (全电发票)."""

    supplier_id: int
    number: str
    day: date
    received_on: date
    net: Decimal
    vat: Decimal
    lines: tuple[VatLineDraft, ...]
    kind: str = "special"
    code: str = ""
    remarks: str = ""
    id: int | None = None
    version: int | None = None


def check_vat_invoice(command: SaveVatInvoice) -> list[Problem]:
    """Answer everything that is wrong with an invoice; sums may stray by 0.05 from what is printed (section 11)."""
    problems = []
    if not command.number.strip():
        problems.append(Problem("number", _("Type the number printed on the invoice.")))
    if command.kind not in dict(INVOICE_KINDS):
        problems.append(Problem("kind", _("Choose special or ordinary.")))
    if command.received_on < command.day:
        problems.append(Problem("received_on", _("It cannot have come before it was issued.")))
    if not command.lines:
        problems.append(Problem("lines", _("A VAT invoice needs at least one line.")))
    for at, line in enumerate(command.lines):
        problems.extend(_check_line(f"lines.{at}", line))
    for name, title in (("net", _("Net amount")), ("vat", _("VAT amount"))):
        printed = getattr(command, name)
        found = sum((getattr(line, name) for line in command.lines), ZERO)
        if command.lines and abs(printed - found) > PRINTED_TOLERANCE:
            problems.append(
                Problem(
                    name,
                    _("{title}: the lines add up to {found}, the invoice says {printed}.").format(
                        title=title, found=format_number(found, 2), printed=format_number(printed, 2)
                    ),
                )
            )
    exact = [line.net * line.vat_rate for line in command.lines]
    reckoned = round_money(sum(exact, ZERO), "CNY")
    # The factory's own way is not known: a long invoice may be right by its lines and not by their sum.
    by_lines = sum((round_money(each, "CNY") for each in exact), ZERO)
    if command.lines and min(abs(command.vat - found) for found in (reckoned, by_lines)) > PRINTED_TOLERANCE:
        problems.append(
            Problem(
                "vat",
                _("The VAT of the lines at their rates is {found}, the invoice says {printed}.").format(
                    found=format_number(reckoned, 2), printed=format_number(command.vat, 2)
                ),
            )
        )
    return problems


def _check_line(at: str, line: VatLineDraft) -> list[Problem]:
    problems = []
    if not line.description.strip():
        problems.append(Problem(f"{at}.description", _("Describe the goods.")))
    if not line.unit.strip():
        problems.append(
            Problem(f"{at}.unit", _("Type the unit; declaration and invoice must have the same."))
        )
    if line.quantity <= 0:
        problems.append(Problem(f"{at}.quantity", _("The quantity must be above zero.")))
    if line.net <= 0:
        problems.append(Problem(f"{at}.net", _("The amount must be above zero.")))
    if line.vat < 0:
        problems.append(Problem(f"{at}.vat", _("The amount must not be below zero.")))
    if not ZERO <= line.vat_rate < 1:
        problems.append(Problem(f"{at}.vat_rate", _("The rate must be between 0 and 100 %.")))
    return problems


@operation("rebate.write", check=check_vat_invoice)
def save_vat_invoice(work: Work, command: SaveVatInvoice) -> int:
    """Write an invoice; answers its id. One entered already, and one matched in a claim, are refused."""
    supplier = work.get(Party, command.supplier_id, _("Supplier"))
    if not supplier.is_supplier:
        raise Refusal.of(_("{name} is not a supplier.").format(name=supplier.name), "supplier")
    _demand_fits(work, command)
    _demand_new(work, command, supplier)
    invoice = _invoice_to_write(work, command)
    for name in ("day", "received_on", "net", "vat", "kind", "supplier_id", "remarks"):
        setattr(invoice, name, getattr(command, name))
    invoice.number, invoice.code = command.number.strip(), command.code.strip()
    invoice.updated_at = work.now
    work.add(invoice)
    for old in work.session.scalars(select(VatInvoiceLine).where(VatInvoiceLine.invoice_id == invoice.id)):
        work.session.delete(old)
    work.session.flush()
    for position, line in enumerate(command.lines, 1):
        work.session.add(
            VatInvoiceLine(
                invoice_id=invoice.id,
                owner_id=invoice.owner_id,
                position=position,
                description=line.description.strip(),
                hs_code=plain_code(line.hs_code) or _bought_code(work, line, supplier),
                unit=line.unit.strip(),
                quantity=line.quantity,
                net=line.net,
                vat_rate=line.vat_rate,
                vat=line.vat,
                purchase_line_id=line.purchase_line_id,
            )
        )
    work.session.flush()
    return invoice.id


def _demand_fits(work: Work, command: SaveVatInvoice) -> None:
    """Refuse amounts with more decimals than base currency has, and days to come."""
    typed = [("net", command.net), ("vat", command.vat)]
    for at, line in enumerate(command.lines):
        typed += [(f"lines.{at}.net", line.net), (f"lines.{at}.vat", line.vat)]
    problems = decimal_problems(*((field, amount, work.base) for field, amount in typed))
    if command.received_on > work.today:
        problems.append(Problem("received_on", _("What has happened cannot be dated after today.")))
    if problems:
        raise Refusal(problems)


def _demand_new(work: Work, command: SaveVatInvoice, supplier: Party) -> None:
    """Refuse an invoice that is entered already: the same supplier, code and number."""
    same = select(VatInvoice.day).where(
        VatInvoice.supplier_id == supplier.id,
        VatInvoice.code == command.code.strip(),
        VatInvoice.number == command.number.strip(),
    )
    if command.id is not None:
        same = same.where(VatInvoice.id != command.id)
    known = work.session.scalars(same).first()
    if known is not None:
        raise Refusal.of(
            _("Invoice {number} of {supplier} is entered already; it is of {day}.").format(
                number=command.number.strip(), supplier=supplier.name, day=known
            ),
            "number",
        )


def _invoice_to_write(work: Work, command: SaveVatInvoice) -> VatInvoice:
    """Answer the invoice to fill; one that a claim uses stays as it was matched."""
    if command.id is None:
        return VatInvoice(owner_id=work.actor.person_id)
    invoice = work.get(VatInvoice, command.id, _("VAT invoice"))
    number = work.session.scalars(
        select(RebateClaim.number)
        .join(RebateClaimLine, RebateClaimLine.claim_id == RebateClaim.id)
        .join(VatInvoiceLine, VatInvoiceLine.id == RebateClaimLine.invoice_line_id)
        .where(VatInvoiceLine.invoice_id == invoice.id)
    ).first()
    if number is not None:
        raise Refusal.of(
            _("{invoice} is matched in {claim}. Take it out of that claim to change it.").format(
                invoice=invoice.number, claim=number
            )
        )
    work.demand_version(invoice, command.version, invoice.number)
    return invoice


def _bought_code(work: Work, line: VatLineDraft, supplier: Party) -> str:
    """Answer the HS code of the purchase line behind an invoice line; Refusal when it is another supplier's."""
    if line.purchase_line_id is None:
        return ""
    bought = work.get(PurchaseLine, line.purchase_line_id, _("Purchase line"))
    purchase = work.get(PurchaseContract, bought.purchase_id, _("Purchase contract"))
    if purchase.supplier_id != supplier.id:
        raise Refusal.of(
            _("{number} is a contract with another supplier.").format(number=purchase.number), "lines"
        )
    return plain_code(bought.hs_code)


def invoiced_lines(
    reader: Reader, ids: Iterable[int] | None = None, *, without_claim: int | None = None
) -> list[InvoicedLine]:
    """Answer the lines of special invoices by day, with what claims took of them.

    ``ids`` keeps to these lines; ``without_claim`` leaves one claim's own lines uncounted.
    """
    query = (
        select(VatInvoiceLine)
        .join(VatInvoice, VatInvoice.id == VatInvoiceLine.invoice_id)
        .where(VatInvoice.kind == "special")
        .order_by(VatInvoice.day, VatInvoiceLine.id)
    )
    if ids is not None:
        query = query.where(VatInvoiceLine.id.in_(sorted(set(ids))))
    rows = reader.session.scalars(query).all()
    used = used_of(reader, [row.id for row in rows], without_claim)
    return [
        InvoicedLine(
            row.id,
            row.hs_code,
            row.unit,
            row.quantity,
            row.net,
            row.vat_rate,
            *used.get(row.id, (ZERO, ZERO)),
        )
        for row in rows
    ]


def used_of(
    reader: Reader, ids: Sequence[int], without_claim: int | None = None
) -> dict[int, tuple[Decimal, Decimal]]:
    """Answer (quantity, E) that claims took of each invoice line; a refused claim gives nothing back."""
    query = (
        select(
            RebateClaimLine.invoice_line_id,
            func.sum(RebateClaimLine.quantity),
            func.sum(RebateClaimLine.net),
        )
        .where(RebateClaimLine.invoice_line_id.in_(ids))
        .group_by(RebateClaimLine.invoice_line_id)
    )
    if without_claim is not None:
        query = query.where(RebateClaimLine.claim_id != without_claim)
    return {key: (quantity, net) for key, quantity, net in reader.session.execute(query)}
