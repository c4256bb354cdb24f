"""The items of a shipment's customs declaration (报关单), begun from its goods, with the rate of the export date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.allocate import allocate
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rebate_claims import DeclaredItem, plain_code
from tradecrm.core.text import _
from tradecrm.models import (
    ContractLine,
    DeclarationLine,
    GoodsReturn,
    GoodsReturnLine,
    Product,
    RebateClaim,
    RebateClaimLine,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.claims.rebate_rates import rebate_rate_on
from tradecrm.services.trade.closing import demand_unclosed
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class DeclaredDraft:
    """An item as declared; ``rebate_rate`` None takes the rate kept for the HS code on the export date."""

    hs_code: str
    name: str
    unit: str
    quantity: Decimal
    fob_usd: Decimal | None = None
    rebate_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SaveDeclaration:
    """The declaration of a shipment: number, export date and items."""

    shipment_id: int
    declaration_no: str
    export_date: date | None
    lines: tuple[DeclaredDraft, ...]


def check_declaration(command: SaveDeclaration) -> list[Problem]:
    """Answer what is wrong with a declaration, each at its field."""
    problems = []
    if not command.lines:
        problems.append(Problem("lines", _("A declaration needs at least one item.")))
    for at, line in enumerate(command.lines):
        if not 4 <= len(plain_code(line.hs_code)) <= 13:
            problems.append(Problem(f"lines.{at}.hs_code", _("An HS code has from 4 to 13 digits.")))
        if not line.name.strip():
            problems.append(Problem(f"lines.{at}.name", _("Describe the goods.")))
        if not line.unit.strip():
            problems.append(
                Problem(f"lines.{at}.unit", _("Type the unit; declaration and invoice must have the same."))
            )
        if line.quantity <= 0:
            problems.append(Problem(f"lines.{at}.quantity", _("The quantity must be above zero.")))
        if line.fob_usd is not None and line.fob_usd < 0:
            problems.append(Problem(f"lines.{at}.fob_usd", _("The amount must not be below zero.")))
        if line.rebate_rate is not None and not 0 <= line.rebate_rate < 1:
            problems.append(Problem(f"lines.{at}.rebate_rate", _("The rate must be between 0 and 100 %.")))
    return problems


@operation("shipment.write", check=check_declaration)
def save_declaration(work: Work, command: SaveDeclaration) -> int:
    """Write a declaration; answers the shipment's id. One that a claim uses stays as it was matched."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    demand_unclosed(work, shipment.id)
    if command.export_date is not None and command.export_date > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "export_date")
    number = claim_of(work, shipment.id)
    if number is not None:
        raise Refusal.of(
            _("The declaration of {shipment} is matched in {claim}. Take it out of that claim first.").format(
                shipment=shipment.number, claim=number
            )
        )
    rates = _rates(work, command)
    shipment.declaration_no = command.declaration_no.strip()
    shipment.export_date = command.export_date
    known = [line.fob_usd for line in command.lines]
    if None not in known:
        shipment.customs_fob_usd = sum((each for each in known if each is not None), ZERO)
    shipment.updated_at = work.now
    for old in declared_lines(work, shipment.id):
        work.session.delete(old)
    work.session.flush()
    for position, (line, rate) in enumerate(zip(command.lines, rates, strict=True), 1):
        work.session.add(
            DeclarationLine(
                shipment_id=shipment.id,
                owner_id=shipment.owner_id,
                position=position,
                hs_code=plain_code(line.hs_code),
                name=line.name.strip(),
                unit=line.unit.strip(),
                quantity=line.quantity,
                fob_usd=line.fob_usd,
                rebate_rate=rate,
            )
        )
    work.session.flush()
    return shipment.id


def _rates(work: Work, command: SaveDeclaration) -> list[Decimal]:
    """Answer the rate of each item: as typed, else as kept for its HS code; Refusal where there is none."""
    day = command.export_date or work.today
    found, problems = [], []
    for at, line in enumerate(command.lines):
        rate = line.rebate_rate if line.rebate_rate is not None else rebate_rate_on(work, line.hs_code, day)
        if rate is None:
            problems.append(
                Problem(
                    f"lines.{at}.rebate_rate",
                    _(
                        "No rebate rate of {code} is kept for {day}. Type it, or enter it under Rebate rates."
                    ).format(code=plain_code(line.hs_code), day=day),
                )
            )
        else:
            found.append(rate)
    if problems:
        raise Refusal(problems)
    return found


def claim_of(reader: Reader, shipment_id: int) -> str | None:
    """Answer the number of a claim that holds an item of the shipment's declaration, None when none does."""
    return reader.session.scalars(
        select(RebateClaim.number)
        .join(RebateClaimLine, RebateClaimLine.claim_id == RebateClaim.id)
        .join(DeclarationLine, DeclarationLine.id == RebateClaimLine.declaration_line_id)
        .where(DeclarationLine.shipment_id == shipment_id)
    ).first()


def declared_lines(reader: Reader, shipment_id: int) -> list[DeclarationLine]:
    """Answer the declared items of a shipment in their order."""
    return list(
        reader.session.scalars(
            select(DeclarationLine)
            .where(DeclarationLine.shipment_id == shipment_id)
            .order_by(DeclarationLine.position)
        )
    )


def goods_to_declare(reader: Reader, shipment_id: int) -> tuple[DeclaredDraft, ...]:
    """Answer what a declaration begins with: the goods of the shipment, one item for each HS code, name and unit.

    Its FOB value, where customs' is known, is shared by the value of the goods.
    """
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    rows = reader.session.execute(
        select(ShipmentLine, ContractLine, Product.hs_code)
        .join(ContractLine, ContractLine.id == ShipmentLine.contract_line_id)
        .outerjoin(Product, Product.id == ContractLine.product_id)
        .where(ShipmentLine.shipment_id == shipment.id)
        .order_by(ShipmentLine.position)
    ).all()
    day = shipment.export_date or shipment.departed_on or reader.today
    sums: dict[tuple[str, str, str], list[Decimal]] = {}
    rates: dict[tuple[str, str, str], Decimal] = {}
    for goods, line, product_code in rows:
        code = plain_code(line.hs_code or product_code or "")
        key = (code, (line.description_cn or line.description_en)[:200], line.unit)
        total = sums.setdefault(key, [ZERO, ZERO])
        total[0] += goods.quantity
        total[1] += goods.amount
        kept = rebate_rate_on(reader, code, day)
        rates[key] = line.rebate_rate if kept is None else kept
    fobs: list[Decimal | None] = [None] * len(sums)
    if shipment.customs_fob_usd is not None and sums:
        fobs = list(allocate(shipment.customs_fob_usd, [each[1] for each in sums.values()], "USD"))
    return tuple(
        DeclaredDraft(key[0], key[1], key[2], quantity, fob, rates[key])
        for (key, (quantity, _amount)), fob in zip(sums.items(), fobs, strict=True)
    )


@dataclass(frozen=True, slots=True)
class DeclarationCard:
    """A declaration as its form edits it; ``kept`` tells that items were written, not only begun from the goods."""

    shipment_id: int
    number: str
    declaration_no: str
    export_date: date | None
    departed_on: date | None
    claim: str | None
    kept: bool
    lines: tuple[DeclaredDraft, ...]


def declaration_card(reader: Reader, shipment_id: int) -> DeclarationCard:
    """Answer the declaration of a shipment, begun from its goods while none is kept; raises NotFound."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    rows = declared_lines(reader, shipment.id)
    lines = tuple(
        DeclaredDraft(row.hs_code, row.name, row.unit, row.quantity, row.fob_usd, row.rebate_rate)
        for row in rows
    )
    return DeclarationCard(
        shipment.id,
        shipment.number,
        shipment.declaration_no,
        shipment.export_date or shipment.departed_on,
        shipment.departed_on,
        claim_of(reader, shipment.id),
        bool(lines),
        lines or goods_to_declare(reader, shipment.id),
    )


def declared_items(
    reader: Reader,
    ids: Iterable[int] | None = None,
    *,
    shipment_id: int | None = None,
    without_claim: int | None = None,
) -> list[DeclaredItem]:
    """Answer declared items with what claims hold of them; ``without_claim`` leaves one claim uncounted.

    Goods that came back before their rebate was claimed are out of the quantity (section 1.10).
    """
    query = select(DeclarationLine).order_by(DeclarationLine.shipment_id, DeclarationLine.position)
    if ids is not None:
        query = query.where(DeclarationLine.id.in_(sorted(set(ids))))
    if shipment_id is not None:
        query = query.where(DeclarationLine.shipment_id == shipment_id)
    rows = reader.session.scalars(query).all()
    taken = (
        select(RebateClaimLine.declaration_line_id, func.sum(RebateClaimLine.quantity))
        .where(RebateClaimLine.declaration_line_id.in_([row.id for row in rows]))
        .group_by(RebateClaimLine.declaration_line_id)
    )
    if without_claim is not None:
        taken = taken.where(RebateClaimLine.claim_id != without_claim)
    matched: dict[int, Decimal] = dict(reader.session.execute(taken).all())
    back = _returned(reader, {row.shipment_id for row in rows})
    found = []
    for row in rows:
        taken_by = matched.get(row.id, ZERO)
        key = (row.shipment_id, plain_code(row.hs_code), row.unit.strip().casefold())
        less = min(back.get(key, ZERO), max(ZERO, row.quantity - taken_by))
        if less:
            back[key] -= less
        found.append(
            DeclaredItem(row.id, row.hs_code, row.unit, row.quantity - less, row.rebate_rate, taken_by)
        )
    return found


def _returned(reader: Reader, shipments: Iterable[int]) -> dict[tuple[int, str, str], Decimal]:
    """Answer what came back unclaimed, by shipment, HS code and unit."""
    found: dict[tuple[int, str, str], Decimal] = {}
    rows = reader.session.execute(
        select(
            GoodsReturn.shipment_id,
            ContractLine.hs_code,
            Product.hs_code,
            ContractLine.unit,
            GoodsReturnLine.quantity,
            GoodsReturnLine.claimed,
        )
        .join(GoodsReturnLine, GoodsReturnLine.return_id == GoodsReturn.id)
        .join(ShipmentLine, ShipmentLine.id == GoodsReturnLine.shipment_line_id)
        .join(ContractLine, ContractLine.id == ShipmentLine.contract_line_id)
        .outerjoin(Product, Product.id == ContractLine.product_id)
        .where(GoodsReturn.shipment_id.in_(sorted(set(shipments))), GoodsReturn.status == "received")
    )
    for shipment, code, product_code, unit, quantity, claimed in rows:
        key = (shipment, plain_code(code or product_code or ""), unit.strip().casefold())
        found[key] = found.get(key, ZERO) + quantity - claimed
    return found
