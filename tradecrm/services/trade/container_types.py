"""The firm's table of container capacity (柜型, domain.md section 9.3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.containers import CONTAINER_TYPES, ContainerType
from tradecrm.core.problems import Problem
from tradecrm.core.text import _
from tradecrm.models import ContainerType as Kept
from tradecrm.services.work import Reader, Work, operation


def container_types(reader: Reader) -> tuple[ContainerType, ...]:
    """Answer the types of container with the firm's own limits where it set any, else those of section 9.3."""
    own = {row.code: row for row in reader.session.scalars(select(Kept))}
    return tuple(
        each
        if each.code not in own
        else ContainerType(
            each.code, each.length, each.width, each.height, own[each.code].usable, own[each.code].payload
        )
        for each in CONTAINER_TYPES
    )


@dataclass(frozen=True, slots=True)
class SaveContainerType:
    """Usable cubic meters and payload in kg that the firm reckons with for a type."""

    code: str
    usable: Decimal
    payload: Decimal


def check_container_type(command: SaveContainerType) -> list[Problem]:
    """Answer what is wrong with the limits of a type, each at its field."""
    found = [each for each in CONTAINER_TYPES if each.code == command.code]
    if not found:
        return [Problem("code", _("There is no container type {code}.").format(code=command.code))]
    problems = []
    most = found[0].length * found[0].width * found[0].height
    if not 0 < command.usable <= most:
        problems.append(
            Problem(
                "usable",
                _("A {code} holds more than nothing and at most {most} m³.").format(
                    code=command.code, most=f"{most:.1f}"
                ),
            )
        )
    if not 0 < command.payload <= _HEAVIEST:
        problems.append(Problem("payload", _("The payload is above 0 and at most 35,000 kg.")))
    return problems


_HEAVIEST = Decimal(35_000)


@operation("settings.write", check=check_container_type)
def save_container_type(work: Work, command: SaveContainerType) -> int:
    """Keep the firm's limits of a type; quotations and freight inquiries reckon with them. Answers the row's id."""
    row = work.session.scalars(select(Kept).where(Kept.code == command.code)).one_or_none()
    if row is None:
        start = next(each for each in CONTAINER_TYPES if each.code == command.code)
        row = Kept(code=start.code, length=start.length, width=start.width, height=start.height)
    row.usable, row.payload = command.usable, command.payload
    row.updated_at = work.now
    return work.add(row).id
