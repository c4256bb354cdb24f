"""Settings of the firm with their defaults (domain.md section 13), and who the firm is on paper."""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import Session

from tradecrm.core.aging import check_edges
from tradecrm.core.currencies import is_currency
from tradecrm.core.freight import Divisors
from tradecrm.core.money import ROUNDING_TITLES, Rounding, minor_units
from tradecrm.core.pricing import CIFC_TITLES, Cifc, Insuring
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.purchases import VAT_ROUNDING_TITLES, VatRounding
from tradecrm.core.rebate import REGIME_TITLES
from tradecrm.core.text import N_, _
from tradecrm.models import (
    Base,
    ImportJob,
    LedgerEntry,
    Proforma,
    PurchaseContract,
    Quotation,
    SalesContract,
    Setting,
)
from tradecrm.services.prepared import prepared_rows
from tradecrm.services.work import Work, operation


@dataclass(frozen=True, slots=True)
class Settings:
    """The firm's settings; amounts in the invoice currency, rates as fractions."""

    base_currency: str = "CNY"
    rounding: Rounding = Rounding.HALF_UP
    shown_whole: tuple[str, ...] = ()
    vat_rounding: str = VatRounding.LINE.value
    language: str = "zh_CN"
    company_name: str = ""
    company_name_local: str = ""
    company_address: str = ""
    company_address_local: str = ""
    company_phone: str = ""
    company_email: str = ""
    company_tax_no: str = ""
    company_signatory: str = ""
    fx_policy: str = "A"
    deposit_policy: str = "PRO_RATA"
    tax_regime: str = "TRADER"
    max_stale_days: int = 7
    insurance_markup: Decimal = Decimal("0.1")
    insured_whole: bool = False
    least_premium: Decimal = Decimal(0)
    cifc_method: str = Cifc.ONE_STEP.value
    due_on_banking_days: bool = False
    write_off_limit: Decimal = Decimal(50)
    write_off_share: Decimal = Decimal("0.005")
    min_margin: Decimal = Decimal("0.08")
    price_step: Decimal = Decimal("0.01")
    variance_threshold: Decimal = Decimal("0.1")
    variance_minimum: Decimal = Decimal(0)
    profit_drop: Decimal = Decimal("0.2")
    rate_warning: Decimal = Decimal("0.02")
    revenue_event: str = "on_board"
    declared_rate: str = "export_day"
    reference_rate: str = "recognition"
    late_bills: str = "reopen"
    credit_check: bool = True
    credit_backlog: bool = True
    credit_warn: Decimal = Decimal("0.8")
    max_overdue_days: int = 15
    instalment_guard: bool = True
    release_gate: bool = True
    credit_letters_out: bool = False
    release_days: int = 14
    presentation_days: int = 21
    air_divisor: Decimal = Decimal(6000)
    express_divisor: Decimal = Decimal(5000)
    freight_inquiries: bool = True
    freight_quotes_needed: int = 3
    rebate_filing_day: str = "04-30"
    rebate_warnings: tuple[int, ...] = (90, 30, 7)
    rebate_needs_collection: bool = False
    rebate_invoice_days: int = 180
    aging_edges: tuple[int, ...] = (30, 60, 90)
    aging_basis: str = "DUE"
    aging_base_mode: str = "closing"
    uncounted_types: str = ""
    closed_until: date | None = None

    @property
    def order_types(self) -> tuple[str, ...]:
        """Answer the firm's types of order that do not count in orders and targets, such as samples (section 8)."""
        return tuple(each.strip() for each in re.split("[;；]", self.uncounted_types) if each.strip())

    @property
    def divisors(self) -> Divisors:
        """Answer how volume counts as weight by air and by express (section 9.3)."""
        return Divisors(self.air_divisor, self.express_divisor)

    @property
    def insuring(self) -> Insuring:
        """Answer how the firm insures what it sells (section 2.7)."""
        return Insuring(Cifc(self.cifc_method), self.insured_whole, self.least_premium)


TAX_REGIMES = tuple(regime.value for regime, _title in REGIME_TITLES)
"""The tax regimes under which a shipment's result is reckoned now (domain.md section 2.2)."""
REVENUE_EVENTS = ("on_board", "invoice", "export", "delivered")
"""What may date revenue and receivable of a shipment; under D rules it is always the delivery (section 1.3)."""
DECLARED_RATES = ("export_day", "month_first")
"""At what middle rate the FOB value of an export is reckoned for VAT (section 16.11)."""
REFERENCE_RATES = ("recognition", "collected")
"""What a shipment's export cost of foreign exchange is compared with: R of section 2.4."""
APART = "prior"
LATE_BILLS = ("reopen", APART)
"""What a bill does that comes for a closed shipment: it waits until that is reopened, or is booked apart (2.11)."""
_CHOSEN: dict[str, tuple[tuple[str, ...], str]] = {
    "rounding": (
        tuple(mode.value for mode, _title in ROUNDING_TITLES),
        N_("Choose how amounts are rounded."),
    ),
    "vat_rounding": (
        tuple(how.value for how, _title in VAT_ROUNDING_TITLES),
        N_("Choose where VAT is rounded."),
    ),
    "cifc_method": (
        tuple(way.value for way, _title in CIFC_TITLES),
        N_("Choose how a CIF price with commission is reckoned."),
    ),
    "tax_regime": (TAX_REGIMES, N_("Choose one of the tax regimes.")),
    "revenue_event": (REVENUE_EVENTS, N_("Choose what dates the revenue.")),
    "declared_rate": (DECLARED_RATES, N_("Choose the rate that exports are declared at.")),
    "reference_rate": (REFERENCE_RATES, N_("Choose the rate that export costs are compared with.")),
    "late_bills": (LATE_BILLS, N_("Choose what is done with a bill for a closed shipment.")),
    "aging_basis": (("DUE", "DOCUMENT"), N_("Aging counts from the due date or from the document date.")),
    "aging_base_mode": (("closing", "booking"), N_("Base amounts are at the closing rate or as booked.")),
}
"""What a setting may be, and what is said of anything else."""
_MOST_QUOTES = 9
_YEAR = 366
_WHOLE = (Decimal(0), Decimal(1))
NUMBER_RANGES: dict[str, tuple[Decimal, Decimal]] = {
    "insurance_markup": _WHOLE,
    "least_premium": (Decimal(0), Decimal(1_000_000)),
    "write_off_limit": (Decimal(0), Decimal(1_000_000)),
    "write_off_share": _WHOLE,
    "min_margin": (Decimal("-0.99"), Decimal("0.99")),
    "price_step": (Decimal("0.000001"), Decimal(1000)),
    "variance_threshold": (Decimal(0), Decimal(10)),
    "variance_minimum": (Decimal(0), Decimal(1_000_000)),
    "profit_drop": (Decimal(0), Decimal(10)),
    "rate_warning": (Decimal("0.001"), Decimal(1)),
    "credit_warn": _WHOLE,
    "max_overdue_days": (Decimal(0), Decimal(3650)),
    "presentation_days": (Decimal(1), Decimal(366)),
    "air_divisor": (Decimal(1000), Decimal(10_000)),
    "express_divisor": (Decimal(1000), Decimal(10_000)),
    "release_days": (Decimal(1), Decimal(366)),
    "max_stale_days": (Decimal(0), Decimal(366)),
}
"""The least and the most that a setting with a number may be; shares are fractions (section 13)."""


def _decode(name: str, text: str) -> Any:
    """Read the JSON text of one setting as the type of its default."""
    value = json.loads(text)
    default = getattr(Settings(), name)
    if isinstance(default, Decimal):
        return Decimal(value)
    if isinstance(default, tuple):
        return tuple(value)
    if isinstance(default, Rounding):
        return Rounding(value)
    if name == "closed_until":
        return None if value is None else date.fromisoformat(value)
    return value


def _encode(value: Any) -> str:
    """Write a setting as JSON text; decimals and dates as strings."""
    if isinstance(value, Decimal | date):
        return json.dumps(str(value))
    return json.dumps(value, ensure_ascii=False)


_KEPT: Any = Setting.__table__
_STORED = select(_KEPT.c.key, _KEPT.c.value)


def load_settings(session: Session) -> Settings:
    """Read the firm's settings; what is not stored has its default.

    Almost every query asks for them, so they are read past the ORM; everyone may see them.
    """
    return _settings(prepared_rows(session, _STORED))


def kept_settings(connection: Connection) -> Settings:
    """Read the firm's settings over a connection, for what looks at a whole book from nobody's seat."""
    return _settings(connection.execute(_STORED))


def _settings(rows: Iterable[Any]) -> Settings:
    return _read(tuple((key, value) for key, value in rows))


@functools.lru_cache(maxsize=4)
def _read(rows: tuple[tuple[str, str], ...]) -> Settings:
    """Decode what is stored: it is asked for with every query, and changes a few times a year."""
    known = {field.name for field in fields(Settings)}
    return Settings(**{key: _decode(key, value) for key, value in rows if key in known})


def _any(entity: type[Base]) -> Select[tuple[Any]]:
    """Select past the ORM: whether there is anything is no secret of those who may see it."""
    return select(entity.__table__.c.id)


_RECKONED_WITH: dict[str, tuple[tuple[Select[tuple[Any]], ...], str]] = {
    "base_currency": (
        (_any(LedgerEntry),),
        N_("The base currency cannot change any more: the book holds postings in {base}."),
    ),
    "rounding": (
        tuple(
            map(_any, (LedgerEntry, SalesContract, Proforma, Quotation, PurchaseContract, ImportJob)),
        ),
        N_(
            "The rounding cannot change any more: the book holds papers or postings whose amounts were rounded "
            "as it is now."
        ),
    ),
    "vat_rounding": (
        (_any(PurchaseContract).where(PurchaseContract.__table__.c.vat_included.is_(False)),),
        N_(
            "How VAT is rounded cannot change any more: the book holds purchases at prices without VAT, whose "
            "totals were reckoned as it is now."
        ),
    ),
}
"""Settings that hold for good once something was reckoned with them: what that is, and what is said then."""


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """New values of some settings, by name."""

    values: tuple[tuple[str, Any], ...]


def _month_day(text: Any) -> bool:
    """Tell whether a text is a month and a day of every year."""
    try:
        date.fromisoformat(f"2025-{text}")
    except ValueError:
        return False
    return True


def _warnings(days: Any) -> bool:
    """Tell whether days of warning before a deadline are in order."""
    return (
        bool(days)
        and all(1 <= each <= _YEAR for each in days)
        and all(a > b for a, b in itertools.pairwise(days))
    )


def _all_with_decimals(codes: Any) -> bool:
    """Tell whether these are codes of currencies, each of which has decimals to leave out."""
    return all(is_currency(code) and minor_units(code) for code in codes)


_TESTS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "rebate_warnings": (
        _warnings,
        N_("Warnings are whole days from 1 to 366, the earliest first, such as 90, 30, 7."),
    ),
    "rebate_filing_day": (_month_day, N_("The last day of filing is a month and a day, as 04-30.")),
    "freight_quotes_needed": (
        lambda value: bool(1 <= value <= _MOST_QUOTES),
        N_("From 1 to 9 freight quotes may be asked for."),
    ),
    "shown_whole": (
        _all_with_decimals,
        N_("Name currencies that have decimals by their codes of three letters, such as HUF, IDR, TWD."),
    ),
    "base_currency": (
        is_currency,
        N_("The base currency is a code of three letters, such as CNY."),
    ),
}
"""What a setting must pass, and what is said of anything else."""


def check_settings(command: ChangeSettings) -> list[Problem]:
    """Answer what is wrong with the new values."""
    known = {field.name for field in fields(Settings)}
    problems = []
    for name, value in command.values:
        if name not in known:
            problems.append(Problem(name, _("There is no setting {name}.").format(name=name)))
        elif name == "aging_edges":
            problems.extend(Problem(name, wrong.message) for wrong in check_edges(value))
        elif name == "closed_until":
            problems.append(Problem(name, _("Periods are closed and opened under Close period.")))
        elif name in NUMBER_RANGES and not NUMBER_RANGES[name][0] <= value <= NUMBER_RANGES[name][1]:
            least, most = NUMBER_RANGES[name]
            problems.append(
                Problem(name, _("Give a number from {least} to {most}.").format(least=least, most=most))
            )
        elif name in _CHOSEN and value not in _CHOSEN[name][0]:
            problems.append(Problem(name, _(_CHOSEN[name][1])))
        elif name in _TESTS and not _TESTS[name][0](value):
            problems.append(Problem(name, _(_TESTS[name][1])))
    return problems


@operation("settings.write", check=check_settings)
def change_settings(work: Work, command: ChangeSettings) -> None:
    """Store new settings; base currency and rounding are refused once amounts hang on them (sections 0 and 11)."""
    for name, value in command.values:
        if value != getattr(work.settings, name):
            _demand_free(work, name)
        keep_setting(work, name, value)


def _demand_free(work: Work, name: str) -> None:
    """Raise Refusal for a setting that what the book holds was reckoned with: changed, none of it would agree."""
    kept = _RECKONED_WITH.get(name)
    if kept is None:
        return
    lookups, sentence = kept
    found = select(*(each.limit(1).exists() for each in lookups))
    if any(work.session.connection().execute(found).one()):
        raise Refusal.of(_(sentence).format(base=work.base), name)


def keep_setting(work: Work, name: str, value: Any) -> None:
    """Store one setting within the running unit of work; its caller has checked it."""
    row = work.session.get(Setting, name)
    if row is None:
        work.session.add(Setting(key=name, value=_encode(value)))
    else:
        row.value = _encode(value)
    work.session.flush()
    work.forget_settings()
