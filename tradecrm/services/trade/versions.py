"""What amending has in common for contracts with customers and factories: numbered versions (section 1.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import ContractVersion, PurchaseContract, PurchaseVersion, SalesContract
from tradecrm.services.control.approvals import void_approval
from tradecrm.services.work import Reader, Work

Version = TypeVar("Version", ContractVersion, PurchaseVersion)
Contract = SalesContract | PurchaseContract
_OF: dict[type[ContractVersion | PurchaseVersion], InstrumentedAttribute[int]] = {
    ContractVersion: ContractVersion.contract_id,
    PurchaseVersion: PurchaseVersion.purchase_id,
}
_LATER = ("draft", "submitted")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a contract as its history shows it; ``total`` in the contract's currency."""

    id: int
    version_no: int
    status: str
    reason: str
    total: Decimal


_ROW = tuple(field.name for field in fields(VersionRow))


def shown(version: ContractVersion | PurchaseVersion) -> VersionRow:
    """Answer a version as the history shows it."""
    return VersionRow(**{name: getattr(version, name) for name in _ROW})


def versions_of(reader: Reader, model: type[Version], contract_id: int) -> Sequence[VersionRow]:
    """Answer the versions of a contract, the newest first; none while it was never amended."""
    of = _OF[model]
    rows = reader.session.scalars(select(model).where(of == contract_id).order_by(model.version_no.desc()))
    return tuple(shown(row) for row in rows)


def keep_first(
    work: Work, model: type[Version], contract: Contract, content: Callable[[], str], **more: date | None
) -> None:
    """Keep a contract as it was agreed as its first version, before it is amended for the first time."""
    of = _OF[model]
    if work.session.scalar(select(model.id).where(of == contract.id).limit(1)) is None:
        first = new_version(work, model, contract, **more)
        first.status = "in_force"
        first.total = contract.total
        first.content = content()
        work.add(first)


def version_to_write(work: Work, model: type[Version], contract: Contract) -> Version:
    """Answer the version to fill: the draft that was not approved, or a new one; one that waits is refused."""
    of = _OF[model]
    waiting = work.session.scalars(
        select(model).where(of == contract.id, model.status.in_(_LATER))
    ).one_or_none()
    if waiting is None:
        return new_version(work, model, contract)
    if waiting.status == "submitted":
        raise Refusal.of(
            _("Version {version} of {number} waits for approval. Withdraw it before you amend again.").format(
                version=waiting.version_no, number=contract.number
            )
        )
    waiting.made_at = work.now
    return waiting


def new_version(work: Work, model: type[Version], contract: Contract, **more: date | None) -> Version:
    """Begin the next version of a contract, a draft; the caller fills total and content and adds it."""
    of = _OF[model]
    last = work.session.scalar(select(func.max(model.version_no)).where(of == contract.id))
    return model(
        owner_id=contract.owner_id,
        version_no=(last or 0) + 1,
        made_at=work.now,
        status="draft",
        **{of.key: contract.id},
        **more,
    )


def put_in_force(work: Work, model: type[Version], contract: Contract, version: Version) -> None:
    """Let a version be the one in force; the one before is superseded."""
    of = _OF[model]
    for old in work.session.scalars(select(model).where(of == contract.id, model.status == "in_force")):
        old.status = "superseded"
    version.status = "in_force"


def drop_version(work: Work, model: type[Version], kind: str, version_id: int) -> None:
    """Drop a version that is not in force, with the approval of ``kind`` it waits for; refused for any other."""
    version = work.get(model, version_id, _("Version"))
    if version.status not in _LATER:
        raise Refusal.of(
            _("Version {version} is in force or was, so it stays.").format(version=version.version_no)
        )
    void_approval(work, kind, version.id, _("The amendment was dropped."))
    version.status = "dropped"
