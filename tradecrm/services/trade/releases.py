"""Releases (超限审批, 放单): asking for an exception, its approval, using it once, voiding it (sections 5 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import and_, or_, select

from tradecrm.core.credit import CreditAnswer
from tradecrm.core.errors import RateMissing
from tradecrm.core.links import Link
from tradecrm.core.money import convert, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import N_, _
from tradecrm.models import Release, SalesContract, Shipment
from tradecrm.services.control.approval_titles import RELEASES, approval_title
from tradecrm.services.control.approval_values import Figure, Reason, Subject
from tradecrm.services.control.approvals import ask_approval, void_approval
from tradecrm.services.figures.debtors import debtor
from tradecrm.services.figures.exposure import IN_FORCE
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.agency import contracts_of
from tradecrm.services.trade.credit import answer_credit, contract_credit, shipment_credit
from tradecrm.services.work import Reader, Work, operation

CREDIT, PAYMENT, BL, REOPEN, PARTS = "credit", "payment", "bl", "reopen", "parts"
KIND_TITLES: tuple[tuple[str, str], ...] = tuple(
    zip((CREDIT, PAYMENT, BL, REOPEN, PARTS), RELEASES, strict=True)
)
STATUS_TITLES: tuple[tuple[str, str], ...] = (
    ("requested", N_("Waits for approval")),
    ("approved", N_("Approved")),
    ("rejected", N_("Rejected")),
    ("consumed", N_("Used")),
    ("expired", N_("Expired")),
    ("void", N_("Void")),
)
_TRIGGERS = {PAYMENT: "unpaid_loading", BL: "bl_release", REOPEN: "reopen", PARTS: "parts"}
_LIVE = ("requested", "approved")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class AskRelease:
    """Ask for an exception for a shipment, or (credit only) for a contract that is to take effect.

    ``maximum`` None is the amount as it stands, ``valid_until`` None the days of the setting.
    """

    kind: str
    reason: str
    shipment_id: int | None = None
    contract_id: int | None = None
    maximum: Decimal | None = None
    valid_until: date | None = None


def check_release(command: AskRelease) -> list[Problem]:
    """Answer what is wrong with a request."""
    problems = []
    if command.kind not in dict(KIND_TITLES):
        problems.append(Problem("kind", _("Choose what is to be released.")))
    if not command.reason.strip():
        problems.append(Problem("reason", _("Say why; whoever approves it reads this.")))
    if (command.shipment_id is None) == (command.contract_id is None):
        problems.append(Problem("", _("A release is for one shipment or for one contract.")))
    return problems


@operation("shipment.write", check=check_release)
def ask_release(work: Work, command: AskRelease) -> int:
    """Write a request and ask for its approval; answers its id. A trader alone has it approved at once, logged."""
    paper: Shipment | SalesContract
    if command.shipment_id is not None:
        paper = work.get(Shipment, command.shipment_id, _("Shipment"))
    else:
        paper = work.get(SalesContract, command.contract_id or 0, _("Contract"))
    maximum = paper.total if command.maximum is None else command.maximum
    until = command.valid_until or work.today + timedelta(days=work.settings.release_days)
    _check_request(work, command, paper, maximum, until)
    release = Release(
        kind=command.kind,
        shipment_id=command.shipment_id,
        contract_id=command.contract_id,
        customer_id=paper.customer_id,
        owner_id=paper.owner_id,
        status="requested",
        reason=command.reason.strip(),
        currency=paper.currency,
        maximum=maximum,
        maximum_currency=paper.currency,
        valid_until=until,
    )
    reasons = _reasons(work, command, release, paper)
    work.add(release)
    if ask_approval(work, _subject(work, release, paper.number, reasons)) == "approved":
        approve_release(work, release.id)
    return release.id


def _check_request(
    work: Work, command: AskRelease, paper: Shipment | SalesContract, maximum: Decimal, until: date
) -> None:
    problems = []
    if until < work.today:
        problems.append(Problem("valid_until", _("The release must not end before today.")))
    if maximum < paper.total:
        problems.append(
            Problem(
                "maximum",
                _("{number} is over {total}; a release for less would not help it.").format(
                    number=paper.number, total=format_money(paper.total, paper.currency)
                ),
            )
        )
    if any(row.kind == command.kind and row.status in _LIVE for row in _of_paper(work, command)):
        problems.append(
            Problem(
                "",
                _("A release of this kind is asked for or approved for {number} already.").format(
                    number=paper.number
                ),
            )
        )
    if problems:
        raise Refusal(problems)


def _of_paper(reader: Reader, command: AskRelease) -> Sequence[Release]:
    rows = reader.session.scalars(
        select(Release).where(
            Release.shipment_id == command.shipment_id
            if command.shipment_id is not None
            else Release.contract_id == command.contract_id
        )
    )
    return [row for row in rows if not (row.status == "approved" and row.valid_until < reader.today)]


def _reasons(
    work: Work, command: AskRelease, release: Release, paper: Shipment | SalesContract
) -> tuple[Reason, ...]:
    """Answer why approval is asked, with the figures of credit kept on the release."""
    if command.kind != CREDIT:
        titles = dict(KIND_TITLES)
        return (
            Reason(_TRIGGERS[command.kind], f"{paper.number}: {_(titles[command.kind])}. {release.reason}"),
        )
    found = _credit(work, paper, ZERO)
    if (found is None or found.passes) and release.maximum > paper.total:
        found = _credit(work, paper, release.maximum - paper.total)
    if found is None or found.passes:
        raise Refusal.of(_("{number} needs no release: its credit passes.").format(number=paper.number))
    release.exposure, release.limit, release.excess = found.after, found.limit, found.excess
    release.currency = found.currency
    over = found.excess is not None
    return tuple(
        Reason("over_credit" if over and text == found.stops[-1] else "overdue", text) for text in found.stops
    )


def contract_stops(reader: Reader, contract_id: int, maximum: Decimal | None) -> tuple[str, ...]:
    """Answer what credit says against a contract, or against its amendment up to ``maximum``, a sentence for each."""
    contract = reader.get(SalesContract, contract_id, _("Contract"))
    more = ZERO if maximum is None else max(ZERO, maximum - contract.total)
    found = _credit(reader, contract, more)
    return () if found is None else found.stops


def _credit(reader: Reader, paper: Shipment | SalesContract, more: Decimal) -> CreditAnswer | None:
    """Answer what credit says to a paper with ``more`` on it; of a contract in force only the rise counts (5)."""
    if isinstance(paper, Shipment):
        return shipment_credit(reader, paper, contracts_of(reader, paper.id), more)
    if paper.status in IN_FORCE:
        return answer_credit(reader, debtor(paper), more, paper.currency)
    return contract_credit(reader, paper.id, more)


def _subject(work: Work, release: Release, number: str, reasons: tuple[Reason, ...]) -> Subject:
    title = approval_title("release", number=number, what=_(dict(KIND_TITLES)[release.kind]))
    figures = [
        Figure(_("Amount"), format_money(release.maximum, release.maximum_currency)),
        Figure(_("Reason"), release.reason),
        Figure(_("Valid until"), release.valid_until.isoformat()),
    ]
    for words, amount in (
        (_("Exposure after"), release.exposure),
        (_("Limit"), release.limit),
        (_("Excess"), release.excess),
    ):
        if amount is not None:
            figures.append(Figure(words, format_money(amount, release.currency)))
    try:
        rate = rate_for(work, RateType.MID, release.maximum_currency, work.today).rate
        base = convert(release.maximum, rate, work.base)
    except RateMissing:
        base = None
    protected = (("maximum", str(release.maximum)), ("currency", release.maximum_currency))
    return Subject("release", release.id, title, reasons, protected, tuple(figures), base)


def approve_release(work: Work, release_id: int) -> None:
    """Take a request on: it may be used once. A closed shipment opens again at once."""
    release = work.session.get_one(Release, release_id)
    release.status = "approved"
    release.updated_at = work.now
    if release.kind == REOPEN and release.shipment_id is not None:
        from tradecrm.services.trade.closing import open_again

        open_again(work, release.shipment_id)
        consume(work, release)


def reject_release(work: Work, release_id: int) -> None:
    """Note that a request was turned down or withdrawn."""
    release = work.session.get_one(Release, release_id)
    release.status = "rejected"
    release.updated_at = work.now


def usable_release(
    reader: Reader,
    kind: str,
    *,
    shipment_id: int | None = None,
    contract_id: int | None = None,
    amount: Decimal | None = None,
    used_too: bool = False,
) -> Release | None:
    """Answer the approved release that may be used now: in its days, of that customer, and not below the amount.

    ``amount`` None is the paper's as it stands; ``used_too`` takes one that this paper has used already as well.
    """
    paper: Shipment | SalesContract
    if shipment_id is not None:
        paper = reader.get(Shipment, shipment_id, _("Shipment"))
        of_paper = Release.shipment_id == shipment_id
    else:
        paper = reader.get(SalesContract, contract_id or 0, _("Contract"))
        of_paper = Release.contract_id == contract_id
    lives = and_(Release.status == "approved", Release.valid_until >= reader.today)
    statement = select(Release).where(
        of_paper,
        Release.kind == kind,
        or_(lives, Release.status == "consumed") if used_too else lives,
        Release.customer_id == paper.customer_id,
        Release.maximum_currency == paper.currency,
    )
    least = paper.total if amount is None else amount
    return next((row for row in reader.session.scalars(statement) if row.maximum >= least), None)


def consume(work: Work, release: Release) -> None:
    """Use a release: it serves once."""
    release.status = "consumed"
    release.consumed_on = work.today
    release.updated_at = work.now


def void_outgrown(work: Work, paper: Shipment | SalesContract) -> None:
    """Void the releases of a paper that is not what was approved: a higher amount, another customer or currency (5)."""
    for row in _live(work, paper):
        if paper.total > row.maximum:
            words = _("The release for {number} is void: its invoice rose above {maximum}.")
            why = _("The invoice rose above the approved maximum.")
        elif (row.customer_id, row.maximum_currency) != (paper.customer_id, paper.currency):
            words = _("The release for {number} is void: its customer or currency is another one now.")
            why = _("A protected field was changed.")
        else:
            continue
        _void(work, row, why)
        work.warn(words.format(number=paper.number, maximum=format_money(row.maximum, row.maximum_currency)))


def void_releases(work: Work, paper: Shipment | SalesContract) -> None:
    """Void what was asked or approved for a paper that is itself void or canceled."""
    for row in _live(work, paper):
        _void(work, row, _("{number} is void.").format(number=paper.number))


def _live(work: Work, paper: Shipment | SalesContract) -> Sequence[Release]:
    of_paper = Release.shipment_id if isinstance(paper, Shipment) else Release.contract_id
    return work.session.scalars(
        select(Release).where(of_paper == paper.id, Release.status.in_(_LIVE)).order_by(Release.id)
    ).all()


def _void(work: Work, row: Release, why: str) -> None:
    row.status = "void"
    row.updated_at = work.now
    void_approval(work, "release", row.id, why)


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release as pages show it; ``status`` says expired where its days have passed."""

    id: int
    kind: str
    status: str
    reason: str
    maximum: Decimal
    currency: str
    valid_until: date
    consumed_on: date | None


def releases_of(
    reader: Reader, *, shipment_id: int | None = None, contract_id: int | None = None
) -> tuple[ReleaseRow, ...]:
    """Answer the releases of a shipment or contract, the latest first."""
    of_paper = (
        Release.shipment_id == shipment_id if shipment_id is not None else Release.contract_id == contract_id
    )
    rows = reader.session.scalars(select(Release).where(of_paper).order_by(Release.id.desc()))
    return tuple(
        ReleaseRow(
            row.id,
            row.kind,
            "expired" if row.status in _LIVE and row.valid_until < reader.today else row.status,
            row.reason,
            row.maximum,
            row.maximum_currency,
            row.valid_until,
            row.consumed_on,
        )
        for row in rows
    )


def release_link(reader: Reader, release_id: int) -> Link | None:
    """Answer the page of the paper that a release is for."""
    release = reader.get(Release, release_id, _("Release"))
    if release.shipment_id is not None:
        return Link.to("shipment", id=release.shipment_id)
    return Link.to("contract", id=release.contract_id)
