"""Letters of credit (信用证): presentation deadline, what may be drawn, and checks before shipment (section 1.7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.dates import WEEKENDS_ONLY, Holidays
from tradecrm.core.flow import Flow, State, Tone, Transition
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _

_ANY_PORT = re.compile(r"ANY\b.*PORTS?\b")
"""``ANY CHINESE PORT``, ``ANY PORT IN CHINA``, ``ANY SEAPORT/AIRPORT``: words of field 44E and 44F."""
DEFAULT_DAYS = 21
"""Days for presentation when the credit does not say, where an original transport document is presented (14c)."""

LETTER_OF_CREDIT = Flow(
    "letter_of_credit",
    (
        State("received", N_("Received"), Tone.WARN),
        State("checked", N_("Checked"), Tone.ACTIVE),
        State("amending", N_("Amendment asked for"), Tone.WARN),
        State("used", N_("Used up"), Tone.GOOD),
        State("canceled", N_("Canceled"), Tone.BAD),
    ),
    (
        Transition(
            "check", N_("Mark as checked"), ("received", "amending"), "checked", N_("Mark as checked")
        ),
        Transition(
            "amend", N_("Ask for an amendment"), ("received", "checked"), "amending", N_("Ask for amendment")
        ),
        Transition("use", N_("Used up"), ("checked",), "used", N_("Mark as used up")),
        Transition("reopen", N_("Reopen"), ("used", "canceled"), "received", N_("Reopen")),
        Transition("cancel", N_("Cancel"), ("received", "amending", "checked"), "canceled", N_("Cancel")),
    ),
)
"""A letter of credit: nothing is shipped under one that was not checked against the contract."""

PRESENTATION = Flow(
    "presentation",
    (
        State("presented", N_("Presented"), Tone.ACTIVE),
        State("accepted", N_("Accepted by the bank"), Tone.GOOD),
        State("discrepant", N_("Discrepant"), Tone.BAD),
        State("paid", N_("Paid"), Tone.GOOD),
    ),
    (
        Transition("accept", N_("Accepted"), ("presented", "discrepant"), "accepted", N_("Mark as accepted")),
        Transition("refuse", N_("Discrepant"), ("presented",), "discrepant", N_("Mark as discrepant")),
        Transition("pay", N_("Paid"), ("presented", "accepted", "discrepant"), "paid", N_("Mark as paid")),
    ),
)
"""Documents under a credit or for collection: Presented → Accepted / Discrepant → Paid (section 1.3)."""


@dataclass(frozen=True, slots=True)
class Credit:
    """What a letter of credit says that shipping is checked against; tolerances are fractions."""

    number: str
    currency: str
    amount: Decimal
    expires_on: date
    tolerance_over: Decimal = Decimal(0)
    latest_shipment: date | None = None
    presentation_days: int | None = None
    port_of_loading: str = ""
    port_of_discharge: str = ""
    partial_allowed: bool = True

    @property
    def most(self) -> Decimal:
        """Answer the most that may be drawn under it."""
        return self.amount * (1 + self.tolerance_over)


def presentation_deadline(
    on_board: date,
    expires_on: date,
    days: int | None = None,
    *,
    usual: int = DEFAULT_DAYS,
    holidays: Holidays = WEEKENDS_ONLY,
    transport_document: bool = True,
) -> date:
    """Answer the last day to present: the earlier of on board + days and expiry, on the next banking day (29a).

    ``usual`` days count where the credit states none. Without an original transport document only the expiry counts,
    and a period the credit states (16.16).
    """
    period = usual if days is None and transport_document else days
    last = expires_on if period is None else min(on_board + timedelta(days=period), expires_on)
    return holidays.next_banking_day(last)


def presentation_start(bills: Sequence[tuple[str, str, date]]) -> date:
    """Answer the day from which the period runs, of (vessel, voyage, on board) of each B/L (section 16.16).

    Different vessels or voyages: the earliest; the same vessel and voyage: the latest.
    """
    days = [on_board for _vessel, _voyage, on_board in bills]
    ways = {(vessel.strip().upper(), voyage.strip().upper()) for vessel, voyage, _on_board in bills}
    return max(days) if len(ways) == 1 else min(days)


def shipment_problems(
    credit: Credit,
    *,
    drawn: Decimal,
    invoice: Decimal,
    currency: str,
    on_board: date | None,
    port_of_loading: str,
    port_of_discharge: str,
    earlier: int = 0,
) -> tuple[str, ...]:
    """Answer what a shipment breaks of its credit, in sentences; ``earlier`` shipments used it before (1.7).

    The latest shipment date is never extended for days on which banks are closed (29c).
    """
    problems = []
    if currency != credit.currency:
        problems.append(
            _("Credit {number} is in {credit}, the invoice in {currency}.").format(
                number=credit.number, credit=credit.currency, currency=currency
            )
        )
    elif drawn + invoice > credit.most:
        problems.append(
            _("Credit {number}: {drawn} drawn and {invoice} of this invoice are more than {most}.").format(
                number=credit.number,
                drawn=format_money(drawn, currency),
                invoice=format_money(invoice, currency),
                most=format_money(credit.most, currency),
            )
        )
    latest = credit.latest_shipment or credit.expires_on
    if on_board is not None and on_board > latest:
        problems.append(
            _("Credit {number} wants shipment by {latest}; on board is {day}.").format(
                number=credit.number, latest=latest.isoformat(), day=on_board.isoformat()
            )
        )
    problems += _ports(credit, port_of_loading, port_of_discharge)
    if earlier and not credit.partial_allowed:
        problems.append(
            _("Credit {number} allows no partial shipment, and one was shipped under it already.").format(
                number=credit.number
            )
        )
    return tuple(problems)


def _ports(credit: Credit, loading: str, discharge: str) -> list[str]:
    problems = []
    if credit.port_of_loading and not port_fits(credit.port_of_loading, loading):
        text = _("Credit {number} names {wanted} as the port of loading, the shipment {found}.")
        problems.append(
            text.format(number=credit.number, wanted=credit.port_of_loading, found=loading or "—")
        )
    if credit.port_of_discharge and not port_fits(credit.port_of_discharge, discharge):
        text = _("Credit {number} names {wanted} as the port of discharge, the shipment {found}.")
        problems.append(
            text.format(number=credit.number, wanted=credit.port_of_discharge, found=discharge or "—")
        )
    return problems


def port_fits(wanted: str, port: str) -> bool:
    """Tell whether a port is the one a credit names (1.7), or is named at all where any port of a country will do."""
    named = _same(wanted)
    return named == _same(port) or (bool(_same(port)) and bool(_ANY_PORT.match(named)))


def _same(port: str) -> str:
    return " ".join(port.upper().replace(",", " ").split())
