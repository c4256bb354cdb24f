"""Changing a purchase contract that the factory has: a new version, approved where the rules ask (section 6).

The version before stays in force until then. What came in or was billed cannot be amended away.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import (
    ContractLine,
    PurchaseContract,
    PurchaseLine,
    PurchaseLink,
    PurchaseVersion,
    SalesContract,
)
from tradecrm.services.control.approval_titles import approval_title
from tradecrm.services.control.approvals import (
    Figure,
    Reason,
    Subject,
    active_triggers,
    ask_approval,
)
from tradecrm.services.figures.purchased import received_quantities
from tradecrm.services.trade.contract_text import typed_values
from tradecrm.services.trade.purchase_approval import price_reasons, purchase_in_base
from tradecrm.services.trade.purchases import (
    HEADER,
    LINE,
    LinkDraft,
    PurchaseLineDraft,
    SavePurchase,
    check_purchase,
    fill_purchase,
    protected_fields,
    purchase_lines,
    purchase_total,
    state_title,
)
from tradecrm.services.trade.shipment_purchases import refresh_purchases
from tradecrm.services.trade.versions import (
    VersionRow,
    drop_version,
    keep_first,
    put_in_force,
    shown,
    version_to_write,
    versions_of,
)
from tradecrm.services.work import Reader, Work, operation

KIND = "purchase_version"
ZERO = Decimal(0)
AMENDABLE = frozenset({"sent", "confirmed", "in_production", "partly_received"})


@dataclass(frozen=True, slots=True)
class AmendPurchase:
    """A purchase contract as it shall be from now on, and why; ``purchase`` names the version that was read."""

    purchase: SavePurchase
    reason: str


def check_amendment(command: AmendPurchase) -> list[Problem]:
    """Answer what is wrong with an amendment."""
    problems = check_purchase(command.purchase)
    if not command.reason.strip():
        problems.append(Problem("reason", _("Say why the contract is amended; it stands in its history.")))
    return problems


@operation("purchase.write", check=check_amendment)
def amend_purchase(work: Work, command: AmendPurchase) -> int:
    """Write an amendment and answer its id: in force at once, or waiting for approval.

    Raises Refusal for a contract the factory does not have, while another amendment waits, and for what
    contradicts goods received or bills; Conflict when the contract was changed meanwhile.
    """
    new = command.purchase
    purchase = work.get(PurchaseContract, new.id or 0, _("Purchase contract"))
    work.demand_version(purchase, new.version, purchase.number)
    _demand_amendable(work, purchase, new)
    keep_first(work, PurchaseVersion, purchase, lambda: _encode(_as_kept(work, purchase)))
    version = version_to_write(work, PurchaseVersion, purchase)
    version.reason = command.reason.strip()
    version.total = purchase_total(work, new)
    version.content = _encode(new)
    work.add(version)
    if ask_approval(work, _subject(work, purchase, version, new)) == "approved":
        _put_in_force(work, purchase, version, new)
    else:
        version.status = "submitted"
    return version.id


def _demand_amendable(work: Work, purchase: PurchaseContract, new: SavePurchase) -> None:
    """Refuse what the factory does not have, another factory, and what contradicts goods received or bills."""
    if purchase.status not in AMENDABLE:
        raise Refusal.of(
            _("{number} is “{status}”: only a contract the factory has is amended.").format(
                number=purchase.number, status=state_title(purchase.status)
            )
        )
    received = received_quantities(work, purchase.id)
    rows = purchase_lines(work, purchase.id)
    places = {line.id: place for place, line in enumerate(new.lines) if line.id is not None}
    problems = []
    for row in rows:
        problems += _check_line(row, received.get(row.id, ZERO), new, places.get(row.id))
    if new.supplier_id != purchase.supplier_id:
        problems.append(
            Problem("supplier_id", _("The factory stays; buy from another one by a contract of its own."))
        )
    touched = bool(received) or any(row.invoiced for row in rows)
    if new.currency != purchase.currency and touched:
        problems.append(Problem("currency", _("The currency stays: goods came in, or were billed.")))
    if problems:
        raise Refusal(problems)


def _check_line(row: PurchaseLine, came: Decimal, new: SavePurchase, place: int | None) -> list[Problem]:
    goods = row.item_no or row.description_cn
    held = max(came, row.invoiced)
    if not held:
        return []
    shown = f"{held.normalize():,f} {row.unit}"
    if place is None:
        words = _("{goods}: {quantity} came in or were billed, so the line cannot go.")
        return [Problem("lines", words.format(goods=goods, quantity=shown))]
    wanted = new.lines[place]
    problems = []
    if wanted.quantity < held:
        words = _("{goods}: {quantity} came in or were billed already; the quantity cannot be less.")
        problems.append(Problem(f"lines.{place}.quantity", words.format(goods=goods, quantity=shown)))
    if (wanted.product_id, wanted.unit) != (row.product_id, row.unit):
        words = _("{goods}: {quantity} came in or were billed; add another line for other goods.")
        problems.append(Problem(f"lines.{place}.product", words.format(goods=goods, quantity=shown)))
    if (wanted.price, wanted.vat_rate) != (row.price, row.vat_rate):
        words = _(
            "{goods}: {quantity} came in or were billed at the old price; add another line for the rest."
        )
        problems.append(Problem(f"lines.{place}.price", words.format(goods=goods, quantity=shown)))
    return problems


def _encode(command: SavePurchase) -> str:
    return json.dumps(asdict(command), ensure_ascii=False, default=str)


def _decode(text: str) -> SavePurchase:
    """Read a purchase that was kept as JSON; fields that came later have their defaults."""
    values = json.loads(text)
    lines = []
    for line in values.pop("lines"):
        links = tuple(LinkDraft(**typed_values(LinkDraft, each)) for each in line.pop("links"))
        lines.append(PurchaseLineDraft(**typed_values(PurchaseLineDraft, line), links=links))
    return SavePurchase(**typed_values(SavePurchase, values), lines=tuple(lines))


def _as_kept(reader: Reader, purchase: PurchaseContract) -> SavePurchase:
    """Answer a purchase contract as it stands in the book, its lines with their ids and links."""
    rows = purchase_lines(reader, purchase.id)
    links: dict[int, list[LinkDraft]] = {}
    for link in reader.session.scalars(
        select(PurchaseLink).where(PurchaseLink.purchase_line_id.in_([row.id for row in rows]))
    ):
        links.setdefault(link.purchase_line_id, []).append(LinkDraft(link.contract_line_id, link.quantity))
    lines = tuple(
        PurchaseLineDraft(
            **{name: getattr(row, name) for name in LINE}, links=tuple(links.get(row.id, ())), id=row.id
        )
        for row in rows
    )
    head = {name: getattr(purchase, name) for name in HEADER}
    return SavePurchase(**head, lines=lines, number=purchase.number, id=purchase.id, version=purchase.version)


def _subject(work: Work, purchase: PurchaseContract, version: PurchaseVersion, new: SavePurchase) -> Subject:
    """Answer an amendment as the approval engine takes it; without a protected change there is no reason."""
    protected = protected_fields(new, new.lines)
    reasons: tuple[Reason, ...] = ()
    if protected != protected_fields(purchase, purchase_lines(work, purchase.id)):
        triggers = active_triggers(work, KIND)
        reasons = tuple(price_reasons(work, purchase, new.lines, triggers))
        if "protected_change" in triggers:
            words = _("What was agreed with the factory changes: {reason}").format(reason=version.reason)
            reasons = (Reason("protected_change", words), *reasons)
    return Subject(
        KIND,
        version.id,
        approval_title(KIND, number=purchase.number, version=version.version_no),
        reasons,
        protected,
        (
            Figure(_("Amount before"), format_money(purchase.total, purchase.currency)),
            Figure(_("Amount"), format_money(version.total, new.currency)),
        ),
        purchase_in_base(work, purchase),
    )


def _put_in_force(
    work: Work, purchase: PurchaseContract, version: PurchaseVersion, new: SavePurchase
) -> None:
    """Make a version the contract: lines keep their ids, receipts and costs hang on them."""
    _demand_amendable(work, purchase, new)
    fill_purchase(work, purchase, new)
    received = received_quantities(work, purchase.id)
    rows = purchase_lines(work, purchase.id)
    if received and all(received.get(row.id, ZERO) >= row.quantity for row in rows):
        purchase.status = "received"
    put_in_force(work, PurchaseVersion, purchase, version)
    refresh_purchases(work, sorted({link.contract_line_id for line in new.lines for link in line.links}))


def on_approved(work: Work, version_id: int) -> None:
    """Put an approved amendment in force; refused when goods came in meanwhile that contradict it."""
    version = work.get(PurchaseVersion, version_id, _("Version"))
    purchase = work.get(PurchaseContract, version.purchase_id, _("Purchase contract"))
    _put_in_force(work, purchase, version, _decode(version.content))


def on_returned(work: Work, version_id: int) -> None:
    """Make an amendment that was not approved a draft again; the contract in force is untouched."""
    work.get(PurchaseVersion, version_id, _("Version")).status = "draft"


@dataclass(frozen=True, slots=True)
class DropPurchaseAmendment:
    """An amendment that is not wanted any more; the version in force stays."""

    version_id: int


@operation("purchase.write")
def drop_purchase_amendment(work: Work, command: DropPurchaseAmendment) -> None:
    """Drop an amendment that is not in force, and what it waits for."""
    drop_version(work, PurchaseVersion, KIND, command.version_id)


def purchase_versions(reader: Reader, purchase_id: int) -> Sequence[VersionRow]:
    """Answer the versions of a purchase contract, the newest first; none while it was never amended."""
    return versions_of(reader, PurchaseVersion, purchase_id)


def version_content(reader: Reader, version_id: int) -> tuple[VersionRow, SavePurchase]:
    """Answer a version with the contract as it was or is to be; raises NotFound."""
    row = reader.get(PurchaseVersion, version_id, _("Version"))
    return shown(row), _decode(row.content)


def sold_labels(reader: Reader, contract_lines: Sequence[int]) -> dict[int, str]:
    """Answer the number of the sales contract of each sold line that a version is bought for."""
    rows = reader.session.execute(
        select(ContractLine.id, SalesContract.number)
        .join(SalesContract, SalesContract.id == ContractLine.contract_id)
        .where(ContractLine.id.in_(contract_lines))
    )
    return dict(rows.all())
