"""What the pages of VAT invoices and rebate claims show and choose from (domain.md section 1.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.money import format_money, round_to
from tradecrm.core.rebate_claims import DeclaredItem, InvoicedLine
from tradecrm.core.text import _
from tradecrm.models import (
    Account,
    DeclarationLine,
    Party,
    PurchaseContract,
    PurchaseLine,
    RebateClaim,
    RebateClaimLine,
    RebateReceipt,
    Shipment,
    VatInvoice,
    VatInvoiceLine,
)
from tradecrm.services.claims.declarations import declared_items
from tradecrm.services.claims.rebates import claim_rows, plain_quantity
from tradecrm.services.claims.vat_invoices import invoiced_lines
from tradecrm.services.data.list_filters import like_pattern
from tradecrm.services.work import Reader

_LIMIT = 20


@dataclass(frozen=True, slots=True)
class VatInvoiceCard:
    """A VAT invoice as its form edits it; ``claims`` are the numbers of the claims that use it."""

    id: int
    version: int
    supplier: tuple[int, str, str]
    values: dict[str, Any]
    lines: tuple[dict[str, Any], ...]
    claims: tuple[tuple[int, str], ...]


def vat_invoice_card(reader: Reader, invoice_id: int) -> VatInvoiceCard:
    """Answer one VAT invoice; raises NotFound."""
    row = reader.get(VatInvoice, invoice_id, _("VAT invoice"))
    party = reader.session.execute(
        select(Party.id, Party.name, Party.code).where(Party.id == row.supplier_id)
    ).one()
    rows = reader.session.execute(
        select(VatInvoiceLine, PurchaseContract.number)
        .outerjoin(PurchaseLine, PurchaseLine.id == VatInvoiceLine.purchase_line_id)
        .outerjoin(PurchaseContract, PurchaseContract.id == PurchaseLine.purchase_id)
        .where(VatInvoiceLine.invoice_id == row.id)
        .order_by(VatInvoiceLine.position)
    ).all()
    names = ("description", "hs_code", "unit", "quantity", "net", "vat_rate", "vat")
    lines = tuple(
        {name: getattr(line, name) for name in names}
        | {"purchase": None if line.purchase_line_id is None else (line.purchase_line_id, number or "")}
        for line, number in rows
    )
    claims = reader.session.execute(
        select(RebateClaim.id, RebateClaim.number)
        .join(RebateClaimLine, RebateClaimLine.claim_id == RebateClaim.id)
        .join(VatInvoiceLine, VatInvoiceLine.id == RebateClaimLine.invoice_line_id)
        .where(VatInvoiceLine.invoice_id == row.id)
        .distinct()
    ).all()
    head = ("number", "code", "kind", "day", "received_on", "net", "vat", "remarks")
    values = {name: getattr(row, name) for name in head}
    return VatInvoiceCard(
        row.id,
        row.version,
        (party[0], party[1], party[2]),
        values,
        lines,
        tuple((each[0], each[1]) for each in claims),
    )


@dataclass(frozen=True, slots=True)
class BoughtChoice:
    """A purchase line that an invoice may be for, with what the invoice line takes over."""

    id: int
    number: str
    goods: str
    hs_code: str
    unit: str
    quantity: Decimal
    vat_rate: Decimal
    net: Decimal


def bought_choices(reader: Reader, supplier_id: int, text: str = "") -> tuple[BoughtChoice, ...]:
    """Answer the purchase lines of a supplier, the latest first; ``net`` is without VAT in the contract's currency."""
    query = (
        select(PurchaseLine, PurchaseContract.number, PurchaseContract.vat_included)
        .join(PurchaseContract, PurchaseContract.id == PurchaseLine.purchase_id)
        .where(
            PurchaseContract.supplier_id == supplier_id,
            PurchaseContract.status.not_in(("draft", "void", "canceled")),
        )
        .order_by(PurchaseContract.id.desc(), PurchaseLine.position)
        .limit(_LIMIT)
    )
    if text.strip():
        typed = like_pattern(text.strip())
        query = query.where(
            PurchaseContract.number.ilike(typed, escape="\\")
            | PurchaseLine.description_cn.ilike(typed, escape="\\")
        )
    found = []
    for line, number, included in reader.session.execute(query):
        net = line.amount / (1 + line.vat_rate) if included else line.amount
        found.append(
            BoughtChoice(
                line.id,
                number,
                line.description_cn or line.description_en,
                line.hs_code,
                line.unit,
                line.quantity,
                line.vat_rate,
                round_to(net, 2),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class DeclaredChoice:
    """A declared item to claim: shipment and name, and the item itself."""

    item: DeclaredItem
    shipment: str
    name: str

    @property
    def words(self) -> str:
        """Answer what tells the item from others."""
        return f"{self.shipment} · {self.name}"

    @property
    def left_words(self) -> str:
        """Answer what of it is left to claim."""
        return _("{left} {unit} left").format(left=plain_quantity(self.item.left), unit=self.item.unit)


def declared_choices(
    reader: Reader, text: str = "", *, ids: frozenset[int] = frozenset(), claim_id: int | None = None
) -> tuple[DeclaredChoice, ...]:
    """Answer declared items with something left to claim, or those of ``ids``, oldest export first."""
    query = (
        select(DeclarationLine.id, DeclarationLine.name, Shipment.number)
        .join(Shipment, Shipment.id == DeclarationLine.shipment_id)
        .order_by(Shipment.departed_on, DeclarationLine.position)
    )
    if ids:
        query = query.where(DeclarationLine.id.in_(sorted(ids)))
    else:
        query = query.where(
            DeclarationLine.rebate_rate > 0,
            Shipment.tax_regime == "TRADER",
            Shipment.rebate_state.not_in(("received", "refused", "none")),
        )
    if text.strip():
        typed = like_pattern(text.strip())
        query = query.where(
            Shipment.number.ilike(typed, escape="\\") | DeclarationLine.name.ilike(typed, escape="\\")
        )
    rows = reader.session.execute(query.limit(200)).all()
    items = {
        each.id: each for each in declared_items(reader, [row[0] for row in rows], without_claim=claim_id)
    }
    found = [DeclaredChoice(items[key], number, name) for key, name, number in rows]
    return tuple(each for each in found if ids or each.item.left > 0)[: None if ids else _LIMIT]


@dataclass(frozen=True, slots=True)
class InvoicedChoice:
    """A line of a special VAT invoice to claim from: invoice and goods, and the line itself."""

    line: InvoicedLine
    number: str
    supplier: str
    description: str
    invoice_id: int

    @property
    def left_words(self) -> str:
        """Answer what of it is left to claim."""
        return _("{left} {unit} left").format(left=plain_quantity(self.line.left), unit=self.line.unit)


def invoiced_choices(
    reader: Reader, text: str = "", *, ids: frozenset[int] = frozenset(), claim_id: int | None = None
) -> tuple[InvoicedChoice, ...]:
    """Answer lines of special invoices with something left to claim, or those of ``ids``, oldest first."""
    query = (
        select(VatInvoiceLine.id, VatInvoiceLine.description, VatInvoice.number, VatInvoice.id, Party.name)
        .join(VatInvoice, VatInvoice.id == VatInvoiceLine.invoice_id)
        .join(Party, Party.id == VatInvoice.supplier_id)
        .where(VatInvoice.kind == "special")
        .order_by(VatInvoice.day, VatInvoiceLine.id)
    )
    if ids:
        query = query.where(VatInvoiceLine.id.in_(sorted(ids)))
    if text.strip():
        typed = like_pattern(text.strip())
        query = query.where(
            VatInvoice.number.ilike(typed, escape="\\")
            | VatInvoiceLine.description.ilike(typed, escape="\\")
            | Party.name.ilike(typed, escape="\\")
        )
    rows = reader.session.execute(query.limit(400)).all()
    lines = {
        each.id: each for each in invoiced_lines(reader, [row[0] for row in rows], without_claim=claim_id)
    }
    found = [
        InvoicedChoice(lines[key], number, supplier, words, invoice)
        for key, words, number, invoice, supplier in rows
    ]
    return tuple(each for each in found if ids or each.line.left > 0)


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """Rebate money of a claim on an account; negative when it was taken back."""

    day: date
    account_id: int
    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RebateCard:
    """A claim as its form edits it: lines as (declared item, invoice line, quantity, E, rate, rebate)."""

    id: int
    version: int
    values: dict[str, Any]
    lines: tuple[tuple[DeclaredChoice, InvoicedChoice, Decimal, Decimal, Decimal, Decimal], ...]
    money: tuple[MoneyRow, ...]
    base: str

    def left_words(self) -> str:
        """Answer what is approved and not received, as written on the page."""
        left = (self.values["approved"] or Decimal(0)) - self.values["received"]
        return format_money(left, self.base)


def rebate_card(reader: Reader, claim_id: int) -> RebateCard:
    """Answer one rebate claim; raises NotFound."""
    row = reader.get(RebateClaim, claim_id, _("Rebate claim"))
    rows = claim_rows(reader, row.id)
    declared = {
        each.item.id: each
        for each in declared_choices(
            reader, ids=frozenset(line.declaration_line_id for line in rows), claim_id=row.id
        )
    } if rows else {}  # fmt: skip
    invoiced = {
        each.line.id: each
        for each in invoiced_choices(
            reader, ids=frozenset(line.invoice_line_id for line in rows), claim_id=row.id
        )
    } if rows else {}  # fmt: skip
    money = reader.session.execute(
        select(RebateReceipt.day, RebateReceipt.account_id, Account.name, RebateReceipt.amount)
        .outerjoin(Account, Account.id == RebateReceipt.account_id)
        .where(RebateReceipt.claim_id == row.id)
        .order_by(RebateReceipt.id)
    ).all()
    head = (
        "number", "day", "status", "filed_on", "approved_on", "claimed", "approved", "received",
        "exempt_reason", "remarks",
    )  # fmt: skip
    return RebateCard(
        row.id,
        row.version,
        {name: getattr(row, name) for name in head},
        tuple(
            (
                declared[line.declaration_line_id],
                invoiced[line.invoice_line_id],
                line.quantity,
                line.net,
                line.rebate_rate,
                line.rebate,
            )
            for line in rows
        ),
        tuple(MoneyRow(day, key, name or "", amount) for day, key, name, amount in money),
        reader.base,
    )
