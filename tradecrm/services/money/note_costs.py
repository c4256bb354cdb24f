"""What a supplier's note changes of a shipment's costs: its bill's costs in proportion, or one category (2.2, 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.allocate import allocate
from tradecrm.core.costs import COST_CATEGORIES, DEDUCTIONS, cost_category
from tradecrm.core.problems import Refusal
from tradecrm.core.rebate import TaxRegime, kept_back, purchase_vat
from tradecrm.core.text import _
from tradecrm.models import CostLine, Item, Note, Shipment
from tradecrm.services.money.ledger import COST, PRIOR, Row
from tradecrm.services.work import Work

ZERO = Decimal(0)
_CODES = frozenset(category.code for category in COST_CATEGORIES) - DEDUCTIONS


@dataclass(frozen=True, slots=True)
class NoteCost:
    """A part of a note that changes a cost: amount in its currency, base and rebate in base money, all signed.

    A ``late`` one belongs to a closed shipment, whose costs stay as they were (section 2.11).
    """

    category: str
    amount: Decimal
    base_amount: Decimal
    basis: str
    shipment_line_id: int | None = None
    vat_rate: Decimal | None = None
    rebate_rate: Decimal | None = None
    rebate: Decimal = ZERO
    late: bool = False

    def reversed(self) -> NoteCost:
        """Answer the part that takes this one back."""
        return NoteCost(
            self.category,
            -self.amount,
            -self.base_amount,
            self.basis,
            self.shipment_line_id,
            self.vat_rate,
            self.rebate_rate,
            -self.rebate,
        )


@dataclass(frozen=True, slots=True)
class NotePart:
    """What a note changes of one cost of its bill: amount in the bill's currency and rebate in base, without sign."""

    cost_id: int
    amount: Decimal
    rebate: Decimal


def note_costs(
    work: Work, note: Note, amount: Decimal, value: Decimal, parts: Sequence[NotePart] = ()
) -> list[NoteCost]:
    """Answer what of a shipment's costs a note to or from a supplier changes; nothing for any other note.

    A note on a bill changes the costs of the bill in their proportion, VAT and rebate with them; without a bill it
    is one cost of the category chosen. ``amount`` and ``value`` (base) are signed. ``parts`` changes some costs of the
    bill, each with its own rebate. A note for a closed shipment is a late cost, or refused (section 2.11).
    """
    if note.side != "AP" or note.shipment_id is None or note.kind == "OPEN":
        return []
    from tradecrm.services.trade.closing import is_late  # It stands above money.

    billed: Sequence[CostLine] = ()
    if note.invoice_id is not None:
        billed = work.session.scalars(
            select(CostLine).where(CostLine.item_id == note.invoice_id).order_by(CostLine.id)
        ).all()
    if not billed and note.category not in _CODES:
        return []
    # What corrects a late bill is a late cost as well, even when the shipment was reopened since.
    after = bool(billed) and not any(line.base_amount for line in billed)
    if is_late(work, note.shipment_id) or after:
        category = billed[0].category if billed else _single(note, amount, value).category
        return [NoteCost(category, amount, value, cost_category(category).basis.value, late=True)]
    if not billed:
        return [_single(note, amount, value)]
    if parts:
        return _by_parts(billed, parts, value, work.base)
    amounts = allocate(amount, [abs(line.amount) for line in billed], note.currency)
    values = allocate(value, [abs(line.base_amount) for line in billed], work.base)
    regime = _regime(work, note)
    return [
        NoteCost(
            line.category,
            part,
            base,
            line.basis,
            line.shipment_line_id,
            line.vat_rate,
            line.rebate_rate,
            _rebate(line, base, regime, work.base),
        )
        for line, part, base in zip(billed, amounts, values, strict=True)
    ]


def _by_parts(
    billed: Sequence[CostLine], parts: Sequence[NotePart], value: Decimal, base: str
) -> list[NoteCost]:
    """Answer the costs of a note that names them; ``value`` is signed, and so are they."""
    sign = -1 if value < 0 else 1
    lines = {line.id: line for line in billed}
    return [
        NoteCost(
            line.category,
            sign * part.amount,
            worth,
            line.basis,
            line.shipment_line_id,
            line.vat_rate,
            line.rebate_rate,
            sign * part.rebate,
        )
        for part, worth in zip(parts, allocate(value, [each.amount for each in parts], base), strict=True)
        for line in (lines[part.cost_id],)
    ]


def _single(note: Note, amount: Decimal, value: Decimal) -> NoteCost:
    if note.category == "PUR":
        raise Refusal.of(
            _("A note on goods names the bill it corrects, so that VAT and rebate follow."), "invoice"
        )
    return NoteCost(note.category, amount, value, cost_category(note.category).basis.value)


def _regime(work: Work, note: Note) -> TaxRegime:
    return TaxRegime(work.get(Shipment, note.shipment_id or 0, _("Shipment")).tax_regime)


def _rebate(line: CostLine, base: Decimal, regime: TaxRegime, currency: str) -> Decimal:
    """Answer what of a corrected purchase does not become cost, signed as the correction is (section 2.2)."""
    if line.category != "PUR" or line.vat_rate is None or line.rebate_rate is None:
        return ZERO
    found = purchase_vat(base, line.vat_rate, line.rebate_rate, regime, currency=currency)
    return kept_back(found, regime, special_invoice=line.rebate != 0)  # As of the bill that it corrects.


def cost_rows(work: Work, note: Note, costs: Sequence[NoteCost]) -> list[Row]:
    """Answer the rows of the ledger that the costs of a note are, with their rebates."""
    from tradecrm.services.trade.rebate_booking import deduction_rows  # It stands above money.

    rows = [
        Row(
            PRIOR if cost.late else COST,
            note.currency,
            cost.amount,
            cost.base_amount,
            cost.category,
            party_id=note.party_id,
            shipment_id=note.shipment_id,
        )
        for cost in costs
    ]
    changed = sum((cost.rebate for cost in costs), ZERO)
    if changed != 0:
        shipment = work.get(Shipment, note.shipment_id or 0, _("Shipment"))
        rows += deduction_rows(work, shipment, changed, coming=changed)
    return rows


def write_costs(work: Work, note: Note, item: Item, costs: Sequence[NoteCost]) -> None:
    """Show the costs of a note among those of its shipment; goods on their way stay in transit.

    Those of a closed shipment stay as they are: a late cost is none of them, and no earlier note is taken back.
    """
    counted = [cost for cost in costs if not cost.late]
    if counted and note.shipment_id is not None:
        from tradecrm.services.trade.closing import demand_unclosed  # It stands above money.

        demand_unclosed(work, note.shipment_id)
    for cost in counted:
        work.add(
            CostLine(
                shipment_id=note.shipment_id,
                shipment_line_id=cost.shipment_line_id,
                category=cost.category,
                description=_("Note {number}").format(number=item.number),
                party_id=note.party_id,
                currency=note.currency,
                amount=cost.amount,
                rate=note.rate,
                base_amount=cost.base_amount,
                status="invoiced",
                basis=cost.basis,
                vat_rate=cost.vat_rate,
                rebate_rate=cost.rebate_rate,
                rebate=cost.rebate,
                bill_number=item.number,
                bill_date=item.day,
                item_id=item.id,
                owner_id=item.owner_id,
            )
        )
    if counted:
        from tradecrm.services.trade.transit import settle_billed  # It stands above money.

        settle_billed(work, work.get(Shipment, note.shipment_id or 0, _("Shipment")), item.day)


def costs_of(work: Work, item_id: int) -> list[NoteCost]:
    """Answer the costs a note changed, as they were written."""
    return [
        NoteCost(
            line.category,
            line.amount,
            line.base_amount,
            line.basis,
            line.shipment_line_id,
            line.vat_rate,
            line.rebate_rate,
            line.rebate,
        )
        for line in work.session.scalars(
            select(CostLine).where(CostLine.item_id == item_id).order_by(CostLine.id)
        )
    ]
