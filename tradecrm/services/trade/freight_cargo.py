"""What is to be carried, read from a shipment or a contract for its freight inquiry (domain.md sections 9.2, 9.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.containers import LCL_BELOW, needed_containers
from tradecrm.core.packing import Carton, PackedLine, pack_line, packed_totals
from tradecrm.core.text import _
from tradecrm.models import Container, ContractLine, Milestone, SalesContract, Shipment, ShipmentLine
from tradecrm.services.trade.container_types import container_types
from tradecrm.services.work import Reader

ZERO = Decimal(0)
_GOODS_TEXT = 900


@dataclass(frozen=True, slots=True)
class CargoFacts:
    """The cargo and route of an inquiry; never who buys it, who makes it, or for how much."""

    mode: str
    port_of_loading: str
    port_of_discharge: str
    place_of_delivery: str
    incoterm: str
    container_type: str
    container_count: int
    cargo: str
    hs_code: str
    packages: int
    gross_weight: Decimal
    volume: Decimal
    ready_on: date | None
    target_etd: date | None


def shipment_cargo(reader: Reader, shipment_id: int) -> CargoFacts:
    """Answer the cargo of a shipment; raises NotFound."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    rows = reader.session.execute(
        select(ShipmentLine, ContractLine)
        .join(ContractLine, ContractLine.id == ShipmentLine.contract_line_id)
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(ShipmentLine.position)
    ).all()
    contract = reader.get(SalesContract, rows[0][0].contract_id, _("Contract"))
    total = packed_totals(
        PackedLine(line.cartons, ZERO, line.net_weight, line.gross_weight, line.volume)
        for line, _goods in rows
    )
    containers = reader.session.execute(
        select(Container.kind, func.count(Container.id))
        .where(Container.shipment_id == shipment_id)
        .group_by(Container.kind)
        .order_by(func.count(Container.id).desc())
    ).first()
    ready = reader.session.scalar(
        select(func.coalesce(Milestone.actual_on, Milestone.revised_on, Milestone.planned_on)).where(
            Milestone.shipment_id == shipment_id, Milestone.code == "CRD"
        )
    )
    return _facts(
        reader,
        contract,
        [goods for _line, goods in rows],
        total,
        mode=shipment.mode,
        ports=(shipment.port_of_loading, shipment.port_of_discharge),
        containers=("", 0) if containers is None else (containers[0], containers[1]),
        ready_on=ready,
        target_etd=shipment.etd or contract.latest_shipment,
    )


def contract_cargo(reader: Reader, contract_id: int) -> CargoFacts:
    """Answer the cargo of all the goods of a contract, packed as its lines say; raises NotFound."""
    contract = reader.get(SalesContract, contract_id, _("Contract"))
    goods = list(
        reader.session.scalars(
            select(ContractLine)
            .where(ContractLine.contract_id == contract_id)
            .order_by(ContractLine.position)
        )
    )
    total = packed_totals(_packed(goods))
    return _facts(
        reader,
        contract,
        goods,
        total,
        mode="LCL" if ZERO < total.volume < LCL_BELOW else "FCL",
        ports=(contract.port_of_loading, contract.port_of_discharge),
        containers=("", 0),
        ready_on=None,
        target_etd=contract.latest_shipment,
    )


def _packed(goods: Sequence[ContractLine]) -> Iterable[PackedLine]:
    for line in goods:
        if line.per_carton:
            yield pack_line(
                line.quantity - line.short_closed,
                Carton(
                    line.per_carton,
                    line.carton_length or ZERO,
                    line.carton_width or ZERO,
                    line.carton_height or ZERO,
                    line.unit_net_weight or ZERO,
                    line.carton_tare,
                ),
            )


def _facts(
    reader: Reader,
    contract: SalesContract,
    goods: Sequence[ContractLine],
    total: PackedLine,
    *,
    mode: str,
    ports: tuple[str, str],
    containers: tuple[str, int],
    ready_on: date | None,
    target_etd: date | None,
) -> CargoFacts:
    """Put a cargo together; under a D rule the goods go on to the named place."""
    kind, count = containers
    start = ports[0] or contract.port_of_loading or _port_of(contract, "F")
    end = ports[1] or contract.port_of_discharge or _port_of(contract, "C")
    if mode == "FCL" and not kind:
        kind, count = _containers(reader, total, start, end)
    delivered = contract.incoterm in {"DAP", "DPU", "DDP", "CPT", "CIP"}
    if ready_on is not None and target_etd is not None and target_etd < ready_on:
        target_etd = None
    return CargoFacts(
        mode=mode,
        port_of_loading=start,
        port_of_discharge=end,
        place_of_delivery=contract.incoterm_place if delivered else "",
        incoterm=contract.incoterm,
        container_type=kind,
        container_count=count,
        cargo=_cargo_words(goods),
        hs_code=", ".join(dict.fromkeys(line.hs_code for line in goods if line.hs_code))[:60],
        packages=total.cartons,
        gross_weight=total.gross_weight,
        volume=total.volume,
        ready_on=ready_on,
        target_etd=target_etd,
    )


def _port_of(contract: SalesContract, group: str) -> str:
    """Answer the named place of an F rule as port of loading, of a sea C rule as port of discharge."""
    sea = {"F": {"FOB", "FAS", "FCA"}, "C": {"CFR", "CIF"}}[group]
    return contract.incoterm_place if contract.incoterm in sea else ""


def _cargo_words(goods: Sequence[ContractLine]) -> str:
    """Answer the names of the goods, each once, in English and Chinese, cut at a whole name."""
    names: list[str] = []
    for line in goods:
        name = " / ".join(part for part in (line.description_en.strip(), line.description_cn.strip()) if part)
        if name and name not in names and sum(map(len, names)) + len(name) <= _GOODS_TEXT:
            names.append(name)
    return "; ".join(names)


def _containers(reader: Reader, total: PackedLine, start: str, end: str) -> tuple[str, int]:
    """Answer one type of container and how many of it the goods need (section 9.3), empty without a volume.

    Of the types quoted lately on the route the cheapest; else the fewest containers, then the smallest.
    """
    from tradecrm.services.trade.route_prices import route_prices

    volume = max(total.volume, LCL_BELOW) if total.volume > 0 else ZERO
    types = container_types(reader)
    prices = route_prices(reader, start, end)
    load = needed_containers(volume, total.gross_weight, [one for one in types if one.code in prices], prices)
    if load is None or not load.containers:
        load = needed_containers(volume, total.gross_weight, types)
    if load is not None and len(load.containers) > 1:
        # A mix is asked for as the larger of its types alone: forwarders quote one type.
        larger = next(each for each in types if each.code == load.containers[0][0])
        load = needed_containers(volume, total.gross_weight, (larger,))
    return ("", 0) if load is None or not load.containers else load.containers[0]
