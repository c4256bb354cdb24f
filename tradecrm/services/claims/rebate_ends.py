"""How a rebate ends without a claim: paid all the same, given up, taxed as a domestic sale (视同内销; 1.8, 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.money import fits_currency
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rebate import TaxRegime, deduction_code
from tradecrm.core.rebate_claims import last_day
from tradecrm.core.text import _
from tradecrm.models import Account, CostLine, Shipment
from tradecrm.services.claims.declarations import claim_of
from tradecrm.services.claims.rebate_ledger import book_correction
from tradecrm.services.figures.rebate_kept import REB, kept_rebate
from tradecrm.services.money.ledger import BANK, COST, REBATE, Row, Source, post
from tradecrm.services.trade.closing import demand_unclosed
from tradecrm.services.trade.costs import is_booked, set_deduction
from tradecrm.services.trade.export_vat import ReckonExportVat, reckon_export_vat
from tradecrm.services.trade.rebate_booking import book_rebate
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TaxExport:
    """Tax the export of a shipment as a domestic sale, known on ``day``."""

    shipment_id: int
    day: date


@operation("rebate.write")
def tax_export(work: Work, command: TaxExport) -> Decimal:
    """Take the booked rebate back, credit the input VAT, and reckon the output VAT; answers the latter in base.

    Refused before the last day of claiming has passed, and while a claim holds the shipment.
    """
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    exported = shipment.export_date or shipment.departed_on
    last = None if exported is None else last_day(exported)
    if last is None or command.day <= last:
        raise Refusal.of(
            _(
                "{number} may still be claimed; it is taxed only once 36 months have passed since its export."
            ).format(number=shipment.number),
            "day",
        )
    if command.day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    if shipment.tax_regime != TaxRegime.TRADER.value:
        raise Refusal.of(_("{number} bears no rebate under its tax regime.").format(number=shipment.number))
    claim = claim_of(work, shipment.id)
    if claim is not None:
        raise Refusal.of(
            _("{number} is in claim {claim}. Take it out of that claim first.").format(
                number=shipment.number, claim=claim
            )
        )
    demand_unclosed(work, shipment.id)
    memo = _("{number} taxed as a domestic sale").format(number=shipment.number)
    source = Source("shipment", shipment.id, memo)
    kept = kept_rebate(work, shipment.id)
    if kept.corrected != 0:
        book_correction(work, source, shipment, command.day, -kept.corrected)
    shipment.tax_regime = TaxRegime.TAXED.value
    shipment.rebate_state = "none"
    credited = ZERO
    for line in work.session.scalars(
        select(CostLine).where(CostLine.shipment_id == shipment.id, CostLine.category == "PUR")
    ):
        set_deduction(work, line, shipment)
        line.updated_at = work.now
        credited += line.rebate if is_booked(line) else ZERO
    work.session.flush()
    rows = _rows(work, shipment, kept.booked - kept.corrected, credited)
    post(work, command.day, "rebate_adjust", source, rows)
    shipment.updated_at = work.now
    return reckon_export_vat.within(work, ReckonExportVat(shipment.id))


def _rows(work: Work, shipment: Shipment, rebate: Decimal, credited: Decimal) -> list[Row]:
    """Answer the rows that turn a booked rebate into credited input VAT."""
    old, new = deduction_code(TaxRegime.TRADER), deduction_code(TaxRegime.TAXED)
    return [
        Row(REBATE, work.base, -rebate, -rebate, old, shipment_id=shipment.id),
        Row(COST, work.base, rebate, rebate, old, shipment_id=shipment.id),
        Row(REBATE, work.base, credited, credited, new, shipment_id=shipment.id),
        Row(COST, work.base, -credited, -credited, new, shipment_id=shipment.id),
    ]


@dataclass(frozen=True, slots=True)
class GiveUpRebate:
    """No rebate will come for a shipment: its invoices did not come, or the firm does not claim it."""

    shipment_id: int
    day: date
    reason: str


@operation("rebate.write")
def give_up_rebate(work: Work, command: GiveUpRebate) -> Decimal:
    """Turn the booked rebate of a shipment into cost and keep the reason (section 2.11); answers the amount in base.

    Refused while a claim holds it and once it is settled.
    """
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    if not command.reason.strip():
        raise Refusal.of(_("Say why the rebate is given up."), "reason")
    if command.day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    claim = claim_of(work, shipment.id)
    if claim is not None:
        raise Refusal.of(
            _("{number} is in claim {claim}. Take it out of that claim first.").format(
                number=shipment.number, claim=claim
            )
        )
    if shipment.rebate_state:
        raise Refusal.of(_("The rebate of {number} is settled already.").format(number=shipment.number))
    _demand_revenue(shipment)
    kept = kept_rebate(work, shipment.id)
    left = kept.expected + kept.corrected
    if left == 0:
        raise Refusal.of(_("{number} bears no rebate.").format(number=shipment.number))
    demand_unclosed(work, shipment.id)
    book_rebate(work, shipment, command.day)
    words = _("Rebate given up: {reason}").format(reason=command.reason.strip())
    book_correction(work, Source("shipment", shipment.id, words[:300]), shipment, command.day, -left)
    shipment.rebate_state = "refused"
    shipment.updated_at = work.now
    return left


def _demand_revenue(shipment: Shipment) -> None:
    """Refuse to end a rebate that is not booked yet: it comes with the revenue (section 16.12)."""
    if shipment.recognized_on is None:
        raise Refusal.of(
            _("The rebate of {number} is booked with its revenue, and that is not booked yet.").format(
                number=shipment.number
            )
        )


@dataclass(frozen=True, slots=True)
class ReceiveUnclaimed:
    """Rebate money of a shipment for which the firm keeps no claim here: all that comes, in base currency."""

    shipment_id: int
    account_id: int
    day: date
    amount: Decimal


@operation("rebate.write")
def receive_unclaimed(work: Work, command: ReceiveUnclaimed) -> Decimal:
    """Book the money and settle the rebate; what differs from the estimate is a variance, answered in base.

    Refused while a claim holds the shipment, once it is settled, and on a foreign account.
    """
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    account = work.get(Account, command.account_id, _("Account"))
    _check_unclaimed(work, command, shipment, account)
    _demand_revenue(shipment)
    demand_unclosed(work, shipment.id)
    book_rebate(work, shipment, command.day)
    kept = kept_rebate(work, shipment.id)
    change = command.amount - kept.expected - kept.corrected
    source = Source("shipment", shipment.id, shipment.number)
    if change != 0:
        book_correction(work, source, shipment, command.day, change)
    rows = (
        Row(BANK, account.currency, command.amount, command.amount, "REBATE", account.id),
        Row(REBATE, work.base, -command.amount, -command.amount, REB, shipment_id=shipment.id),
    )
    post(work, command.day, "rebate_receipt", source, rows)
    shipment.rebate_state = "received"
    shipment.updated_at = work.now
    return change


def _check_unclaimed(work: Work, command: ReceiveUnclaimed, shipment: Shipment, account: Account) -> None:
    problems = []
    if account.currency != work.base:
        problems.append(
            Problem(
                "account", _("A rebate is paid in {base}; choose such an account.").format(base=work.base)
            )
        )
    if command.day > work.today:
        problems.append(Problem("day", _("What has happened cannot be dated after today.")))
    if command.amount <= 0 or not fits_currency(command.amount, work.base):
        problems.append(
            Problem(
                "amount", _("The amount must be above zero and fit {currency}.").format(currency=work.base)
            )
        )
    claim = claim_of(work, shipment.id)
    if claim is not None:
        words = _("{number} is in claim {claim}. Take it out of that claim first.")
        problems.append(Problem("", words.format(number=shipment.number, claim=claim)))
    if shipment.rebate_state:
        problems.append(
            Problem("", _("The rebate of {number} is settled already.").format(number=shipment.number))
        )
    if problems:
        raise Refusal(problems)
