"""Shipments (出运): planning goods of contracts (domain.md sections 1.3 and 1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.agency import Agency
from tradecrm.core.flows import SALES_CONTRACT
from tradecrm.core.packing import Carton, pack_line
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rebate import TaxRegime
from tradecrm.core.text import N_, _
from tradecrm.models import ContractLine, SalesContract, Shipment, ShipmentLine
from tradecrm.services.data.search import keep_search_terms
from tradecrm.services.figures.numbers import number_taken
from tradecrm.services.figures.quantities import GONE, taken_quantity
from tradecrm.services.trade.agency import demand_alike
from tradecrm.services.trade.checklist import date_checklist, lay_checklist
from tradecrm.services.trade.joint import mark_joint
from tradecrm.services.trade.milestones import follow_way, lay_milestones, shift_milestones
from tradecrm.services.trade.releases import void_outgrown
from tradecrm.services.trade.sale_papers import QUANTITY_DECIMALS, scale_problems
from tradecrm.services.trade.shipped_shares import price_goods
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)
SHIPPABLE = frozenset({"effective", "partly_shipped"})


@dataclass(frozen=True, slots=True)
class ShipmentLineDraft:
    """How much of a contract line goes with the shipment.

    ``mixed`` goods lie in the last carton of the line above, which is counted there (混装, section 9.2).
    """

    contract_line_id: int
    quantity: Decimal
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class SaveShipment:
    """A shipment as typed; ``id`` and ``version`` name the one that is edited. ``number`` empty: the next one."""

    day: date
    lines: tuple[ShipmentLineDraft, ...]
    number: str = ""
    mode: str = "FCL"
    forwarder_id: int | None = None
    carrier: str = ""
    vessel: str = ""
    voyage: str = ""
    booking_no: str = ""
    bl_no: str = ""
    port_of_loading: str = ""
    port_of_discharge: str = ""
    etd: date | None = None
    eta: date | None = None
    remarks: str = ""
    id: int | None = None
    version: int | None = None


_Pair = tuple[ShipmentLineDraft, ContractLine]
_FIRST = N_("There is no line above whose carton these goods could lie in.")
MODES = ("FCL", "LCL", "AIR", "EXPRESS", "RAIL", "TRUCK")


def check_shipment(command: SaveShipment) -> list[Problem]:
    """Answer what is wrong with a shipment, each at its field."""
    problems = []
    if not command.lines:
        problems.append(Problem("lines", _("A shipment needs at least one line.")))
    seen: set[int] = set()
    for position, line in enumerate(command.lines):
        if line.quantity <= 0:
            problems.append(Problem(f"lines.{position}.quantity", _("The quantity must be above zero.")))
        problems += scale_problems(f"lines.{position}", line, quantity=QUANTITY_DECIMALS)
        if line.mixed and position == 0:
            problems.append(Problem("lines.0.mixed", _(_FIRST)))
        if line.contract_line_id in seen:
            problems.append(
                Problem(
                    f"lines.{position}.quantity",
                    _("These goods stand on the shipment already; add the quantities up in one line."),
                )
            )
        seen.add(line.contract_line_id)
    if command.mode not in MODES:
        problems.append(Problem("mode", _("Choose how the goods travel.")))
    if command.etd and command.eta and command.eta < command.etd:
        problems.append(Problem("eta", _("The goods cannot arrive before they leave.")))
    return problems


@operation("shipment.write", check=check_shipment)
def save_shipment(work: Work, command: SaveShipment) -> int:
    """Plan a shipment or change one that has not left; answers its id.

    All lines belong to contracts in force of one customer; over-shipment is refused (1.4). An invoice has one
    currency (1.10): goods of contracts in several are planned as a shipment each, sharing the container (16.8).
    """
    pairs = [
        (draft, work.get(ContractLine, draft.contract_line_id, _("Contract line"))) for draft in command.lines
    ]
    contracts = {
        line.contract_id: work.get(SalesContract, line.contract_id, _("Contract")) for _draft, line in pairs
    }
    agreed = list(contracts.values())
    _check_contracts(agreed)
    problems = [
        problem
        for position, (draft, line) in enumerate(pairs)
        for problem in _over(work, command, position, draft, line, contracts[line.contract_id])
    ]
    if problems:
        raise Refusal(problems)
    groups: dict[str, list[_Pair]] = {}
    for pair in pairs:
        groups.setdefault(contracts[pair[1].contract_id].currency, []).append(pair)
    if command.id is not None or len(groups) == 1:
        return _save_one(work, command, pairs, agreed).id
    made: list[Shipment] = []
    for part in groups.values():
        number = "" if made else command.number
        mine = [each for each in agreed if each.currency == contracts[part[0][1].contract_id].currency]
        made.append(_save_one(work, replace(command, number=number), part, mine))
    mark_joint(work, made)
    numbers = ", ".join(f"{each.number} ({each.currency})" for each in made)
    work.warn(
        _(
            "An invoice has one currency, so shipments that share the container are planned: {numbers}."
        ).format(numbers=numbers)
    )
    return made[0].id


def _save_one(
    work: Work, command: SaveShipment, pairs: Sequence[_Pair], contracts: Sequence[SalesContract]
) -> Shipment:
    """Write a shipment whose goods are invoiced in one currency; answers it."""
    first = contracts[0]
    demand_alike(contracts)
    shipment = _shipment_to_write(work, command, contracts)
    before = (shipment.etd, shipment.eta)
    loaded = shipment.total if shipment.status in _AFTER_LOADING else None
    for name in _HEADER:
        setattr(shipment, name, getattr(command, name))
    shipment.port_of_loading = command.port_of_loading or first.port_of_loading
    shipment.port_of_discharge = command.port_of_discharge or first.port_of_discharge
    shipment.updated_at = work.now
    work.add(shipment)
    _write_lines(work, shipment, pairs)
    keep_search_terms(work, "shipment", shipment.id)
    _keep_plan(work, shipment, None if command.id is None else before)
    if loaded is not None and shipment.total > loaded:
        from tradecrm.services.trade.gates import demand_more  # The gates stand above the shipments.

        demand_more(work, shipment, contracts)
    return shipment


_AFTER_LOADING = frozenset({"loaded", "declared"})


def _keep_plan(work: Work, shipment: Shipment, before: tuple[date | None, date | None] | None) -> None:
    """Lay milestones and checklist of a new shipment; move them with the dates of one that is edited."""
    if before is not None:
        shift_milestones(work, shipment, before, _("Dates of the shipment changed"))
        void_outgrown(work, shipment)
    lay_milestones(work, shipment)
    lay_checklist(work, shipment)
    if before is not None:
        follow_way(work, shipment)
        date_checklist(work, shipment)


_HEADER = (
    "day",
    "mode",
    "forwarder_id",
    "carrier",
    "vessel",
    "voyage",
    "booking_no",
    "bl_no",
    "etd",
    "eta",
    "remarks",
)


def _check_contracts(contracts: Sequence[SalesContract]) -> None:
    """Refuse contracts that are not in force, or of different customers (section 1.10)."""
    problems = []
    first = contracts[0]
    for contract in contracts:
        if contract.status not in SHIPPABLE:
            problems.append(
                Problem(
                    "lines",
                    _("{number} is “{status}”; goods are shipped when the contract is in effect.").format(
                        number=contract.number, status=_(SALES_CONTRACT.state(contract.status).title)
                    ),
                )
            )
        if contract.customer_id != first.customer_id:
            words = _("{number} is another customer's than {first}.")
            problems.append(Problem("lines", words.format(number=contract.number, first=first.number)))
    if problems:
        raise Refusal(problems)


def _check_invoice(shipment: Shipment, contracts: Sequence[SalesContract]) -> None:
    """Refuse goods in another currency, or of another customer, on a shipment that is edited (section 1.10)."""
    for contract in contracts:
        if contract.customer_id != shipment.customer_id:
            words = _("{number} is another customer's than {first}.")
            raise Refusal.of(words.format(number=contract.number, first=shipment.number), "lines")
        if contract.currency != shipment.currency:
            words = _(
                "{number} is in {currency} and needs an invoice of its own. Plan a shipment for it, and let both "
                "share the container."
            )
            raise Refusal.of(words.format(number=contract.number, currency=contract.currency), "lines")


def _over(
    work: Work,
    command: SaveShipment,
    position: int,
    draft: ShipmentLineDraft,
    line: ContractLine,
    contract: SalesContract,
) -> list[Problem]:
    """Answer the problem of a line that would be shipped beyond quantity and tolerance (section 1.4)."""
    taken = taken_quantity(work, line.id, but=command.id)
    most = line.quantity * (1 + contract.tolerance_over)
    if taken + draft.quantity <= most:
        return []
    return [
        Problem(
            f"lines.{position}.quantity",
            _(
                "{number} line {line}: {most} may be shipped, {taken} is planned or gone; {left} is left."
            ).format(
                number=contract.number,
                line=line.position,
                most=f"{most.normalize():,f}",
                taken=f"{taken.normalize():,f}",
                left=f"{(most - taken).normalize():,f}",
            ),
        )
    ]


def _regime(work: Work, contract: SalesContract) -> str:
    """Answer the tax regime of a new shipment: a principal's goods bring the firm no rebate (section 1.10)."""
    if contract.agency == Agency.AS_AGENT.value:
        return TaxRegime.NO_REFUND.value
    return work.settings.tax_regime


def _shipment_to_write(work: Work, command: SaveShipment, contracts: Sequence[SalesContract]) -> Shipment:
    """Answer the shipment to fill: a new one, or the one that was read in the same version."""
    first = contracts[0]
    if command.id is None:
        number = command.number.strip() or work.number("shipment", command.day)
        if command.number.strip() and number_taken(work.session, "shipment", number):
            raise Refusal.of(_("There is already a shipment {number}.").format(number=number), "number")
        return Shipment(
            number=number,
            status="planned",
            customer_id=first.customer_id,
            currency=first.currency,
            owner_id=first.owner_id,
            tax_regime=_regime(work, first),
        )
    shipment = work.get(Shipment, command.id, _("Shipment"))
    work.demand_version(shipment, command.version, shipment.number)
    if shipment.status in GONE or shipment.status == "void":
        raise Refusal.of(_("{number} has left and cannot be edited.").format(number=shipment.number))
    _check_invoice(shipment, contracts)
    return shipment


def _write_lines(
    work: Work, shipment: Shipment, pairs: Sequence[tuple[ShipmentLineDraft, ContractLine]]
) -> None:
    """Write the lines of a shipment with their amounts and packing; lines that stay keep their id."""
    old = {
        row.contract_line_id: row
        for row in work.session.scalars(select(ShipmentLine).where(ShipmentLine.shipment_id == shipment.id))
    }
    if pairs[0][0].mixed:
        raise Refusal.of(_(_FIRST), "lines")
    goods = []
    for position, (draft, line) in enumerate(pairs, 1):
        row = old.pop(line.id, None) or ShipmentLine(
            shipment_id=shipment.id,
            contract_id=line.contract_id,
            contract_line_id=line.id,
            owner_id=shipment.owner_id,
        )
        row.position = position
        row.quantity = draft.quantity
        _pack(row, line, mixed=draft.mixed)
        goods.append((row, line))
    shipment.total = price_goods(work, shipment, goods)
    work.session.add_all(row for row, _line in goods)
    for gone in old.values():
        work.session.delete(gone)
    work.session.flush()


def _pack(row: ShipmentLine, line: ContractLine, *, mixed: bool) -> None:
    """Fill cartons, weights and volume of a line from the packing data of its contract line (section 9.2)."""
    if not line.per_carton:
        return
    packed = pack_line(
        row.quantity,
        Carton(
            pieces=line.per_carton,
            length=line.carton_length or ZERO,
            width=line.carton_width or ZERO,
            height=line.carton_height or ZERO,
            unit_net=line.unit_net_weight or ZERO,
            tare=line.carton_tare,
        ),
        shared_carton=mixed,
    )
    row.cartons = packed.cartons
    row.net_weight, row.gross_weight, row.volume = packed.net_weight, packed.gross_weight, packed.volume
