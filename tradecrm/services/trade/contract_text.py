"""A contract written as JSON and read back, for the versions that are kept of it."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.models import ContractLine, SalesContract
from tradecrm.services.trade.contracts import HEADER, ContractLineDraft, SaveContract
from tradecrm.services.work import Reader


def encode_contract(command: SaveContract) -> str:
    """Write a contract as JSON; decimals and days as text."""
    return json.dumps(asdict(command), ensure_ascii=False, default=str)


def decode_contract(text: str) -> SaveContract:
    """Read a contract that ``encode_contract`` wrote; fields that came later have their defaults."""
    values = json.loads(text)
    lines = tuple(ContractLineDraft(**typed_values(ContractLineDraft, line)) for line in values.pop("lines"))
    return SaveContract(**typed_values(SaveContract, values), lines=lines)


def typed_values(kind: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Answer the known values as the types of their fields."""
    found: dict[str, Any] = {}
    for field in fields(kind):
        if field.name not in values:
            continue
        value = values[field.name]
        if value is not None and "Decimal" in str(field.type):
            value = Decimal(value)
        elif value is not None and "date" in str(field.type):
            value = date.fromisoformat(value)
        found[field.name] = value
    return found


def contract_as_kept(reader: Reader, contract: SalesContract) -> SaveContract:
    """Answer a contract as it stands in the book, its lines with their ids."""
    rows = reader.session.scalars(
        select(ContractLine).where(ContractLine.contract_id == contract.id).order_by(ContractLine.position)
    )
    names = [field.name for field in fields(ContractLineDraft)]
    lines = tuple(ContractLineDraft(**{name: getattr(row, name) for name in names}) for row in rows)
    head = {name: getattr(contract, name) for name in HEADER}
    return SaveContract(**head, lines=lines, number=contract.number, id=contract.id, version=contract.version)
