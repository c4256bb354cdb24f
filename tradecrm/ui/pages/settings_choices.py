"""What a firm chooses on the page of settings: rules with their possible values, and limits as numbers (section 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.money import ROUNDING_TITLES
from tradecrm.core.pricing import CIFC_TITLES
from tradecrm.core.purchases import VAT_ROUNDING_TITLES
from tradecrm.core.rebate import REGIME_TITLES
from tradecrm.core.text import N_
from tradecrm.reports.aging import BASES, MODES

Choices = tuple[str, str, tuple[tuple[Any, str], ...]]
"""Name and title of a setting, and the values it may have with their texts."""


@dataclass(frozen=True, slots=True)
class NumberChoice:
    """A setting that is a number: its name, title and kind; percentages are kept as fractions."""

    name: str
    title: str
    kind: FieldKind = FieldKind.PRICE

    def text(self, value: Decimal | int) -> str:
        """Answer the value as it is typed."""
        number = Decimal(value) * 100 if self.kind is FieldKind.PERCENT else Decimal(value)
        shown = f"{number.normalize():f}"
        return f"{shown} %" if self.kind is FieldKind.PERCENT else shown


@dataclass(frozen=True, slots=True)
class DaysChoice:
    """A setting that is a list of days: its name, title, and what is said of anything else."""

    name: str
    title: str
    wrong: str
    falling: bool = False
    hint: str = ""
    may_be_empty = False

    def read(self, parts: Sequence[str]) -> tuple[Any, ...] | None:
        """Answer what was typed; None when a part of it is no number of days."""
        if not all(part.isdecimal() for part in parts):
            return None
        days = tuple(map(int, parts))
        return tuple(sorted(days, reverse=True)) if self.falling else days


@dataclass(frozen=True, slots=True)
class CodesChoice:
    """A setting that is a list of currencies: its name, title, what is said of anything else, and an example."""

    name: str
    title: str
    wrong: str
    hint: str
    may_be_empty = True

    def read(self, parts: Sequence[str]) -> tuple[Any, ...] | None:
        """Answer the codes in order, each once; None when a part cannot be one."""
        if not all(len(part) == 3 and part.isascii() and part.isalpha() for part in parts):
            return None
        return tuple(sorted({part.upper() for part in parts}))


MONEY_DAYS: tuple[DaysChoice | CodesChoice, ...] = (
    CodesChoice(
        "shown_whole",
        N_("Currencies shown without decimals, wherever there are no cents"),
        N_("Name currencies that have decimals by their codes of three letters, such as HUF, IDR, TWD."),
        N_("such as: HUF, IDR, TWD"),
    ),
    DaysChoice(
        "aging_edges",
        N_("Aging edges, in days"),
        N_("Aging edges are whole numbers with commas, such as 30, 60, 90."),
    ),
)
CONTROL_DAYS: tuple[DaysChoice | CodesChoice, ...] = (
    DaysChoice(
        "rebate_warnings",
        N_("Warn of the last day of filing so many days before"),
        N_("Warnings are whole days from 1 to 366, the earliest first, such as 90, 30, 7."),
        falling=True,
    ),
)
MONEY_CHOICES: tuple[Choices, ...] = (
    (
        "rounding",
        N_("Amounts are rounded, until there are papers or postings"),
        tuple((mode.value, title) for mode, title in ROUNDING_TITLES),
    ),
    (
        "vat_rounding",
        N_("VAT on prices without it is rounded"),
        tuple((how.value, title) for how, title in VAT_ROUNDING_TITLES),
    ),
    ("aging_basis", N_("Aging counts from"), BASES),
    ("aging_base_mode", N_("Base amounts of the aging"), MODES),
    (
        "fx_policy",
        N_("Revenue of a shipment with a deposit"),
        (("A", N_("A: the deposit keeps its own rate")), ("B", N_("B: all of it at the rate of departure"))),
    ),
    (
        "deposit_policy",
        N_("Deposits over several shipments"),
        (
            ("PRO_RATA", N_("In proportion to each shipment")),
            ("FIRST", N_("The earliest shipment first")),
            ("LAST", N_("With the last shipment")),
        ),
    ),
    (
        "due_on_banking_days",
        N_("Due dates on days without banks"),
        (
            (False, N_("Stay on open account; L/C, D/P and D/A move on")),
            (True, N_("All move to the next banking day")),
        ),
    ),
    ("tax_regime", N_("VAT on exports"), tuple((regime.value, title) for regime, title in REGIME_TITLES)),
    (
        "revenue_event",
        N_("Revenue and receivable are dated by"),
        (
            ("on_board", N_("The on-board date (delivery under D rules)")),
            ("invoice", N_("The date of the commercial invoice")),
            ("export", N_("The export date of the declaration")),
            ("delivered", N_("The delivery")),
        ),
    ),
    (
        "declared_rate",
        N_("FOB value of exports for VAT (manufacturer, taxed)"),
        (
            ("export_day", N_("At the middle rate of the export day")),
            ("month_first", N_("At the middle rate of the first day of its month")),
        ),
    ),
    (
        "reference_rate",
        N_("Export cost of foreign exchange is compared with"),
        (
            ("recognition", N_("The recognition rate of the shipment")),
            ("collected", N_("The rate collected, once all of it is in")),
        ),
    ),
    (
        "late_bills",
        N_("Bills that come for a closed shipment"),
        (
            ("reopen", N_("Wait until it is reopened by approval")),
            ("prior", N_("Are a late cost of the salesperson's month; its result stands")),
        ),
    ),
)
CONTROL_CHOICES: tuple[Choices, ...] = (
    (
        "cifc_method",
        N_("CIF prices with commission"),
        tuple((way.value, title) for way, title in CIFC_TITLES),
    ),
    (
        "insured_whole",
        N_("Insured amount"),
        ((False, N_("To the cent")), (True, N_("Rounded up to a whole unit of the currency"))),
    ),
    (
        "freight_inquiries",
        N_("Freight inquiries"),
        ((True, N_("On: ask several forwarders and compare")), (False, N_("Off"))),
    ),
    (
        "freight_quotes_needed",
        N_("Valid freight quotes needed"),
        tuple((count, str(count)) for count in range(1, 6)),
    ),
    (
        "rebate_needs_collection",
        N_("Filing a rebate"),
        (
            (False, N_("Before the money is in, up to the deadline")),
            (True, N_("Only with proved collection")),
        ),
    ),
    (
        "rebate_filing_day",
        N_("Rebates are filed in the next year by"),
        (
            ("03-31", N_("31 March")),
            ("04-30", N_("30 April")),
            ("05-31", N_("31 May")),
            ("06-30", N_("30 June")),
        ),
    ),
    (
        "rebate_invoice_days",
        N_("A rebate is at risk without VAT invoice after days"),
        tuple((days, str(days)) for days in (90, 120, 180, 270, 360)),
    ),
    (
        "credit_check",
        N_("Credit of customers"),
        ((True, N_("Checked at contract, loading and B/L")), (False, N_("Not checked"))),
    ),
    (
        "credit_backlog",
        N_("Contracts not delivered yet"),
        ((True, N_("Count in the exposure")), (False, N_("Do not count"))),
    ),
    (
        "credit_letters_out",
        N_("Contracts under a confirmed L/C"),
        ((False, N_("Count until the documents are accepted")), (True, N_("Do not count up to the L/C"))),
    ),
    (
        "instalment_guard",
        N_("Loading before the money due is in"),
        ((True, N_("Only with a release")), (False, N_("Allowed"))),
    ),
    (
        "release_gate",
        N_("Giving the B/L up before payment"),
        ((True, N_("Only with a release")), (False, N_("Allowed"))),
    ),
)
MONEY_NUMBERS = (
    NumberChoice("write_off_limit", N_("Write off without approval up to")),
    NumberChoice("write_off_share", N_("and up to this share of the invoice"), FieldKind.PERCENT),
    NumberChoice("max_stale_days", N_("Use rates up to so many days old")),
    NumberChoice("rate_warning", N_("Warn when a bank's rate is further off than"), FieldKind.PERCENT),
    NumberChoice("variance_threshold", N_("Mark a cost that strays by more than"), FieldKind.PERCENT),
    NumberChoice("variance_minimum", N_("and by this much in base currency, at least")),
    NumberChoice(
        "profit_drop", N_("Mark a shipment whose profit falls short by more than"), FieldKind.PERCENT
    ),
)
CONTROL_NUMBERS = (
    NumberChoice("min_margin", N_("Least margin"), FieldKind.PERCENT),
    NumberChoice("price_step", N_("Round prices up to steps of")),
    NumberChoice("insurance_markup", N_("Insured above the CIF value by"), FieldKind.PERCENT),
    NumberChoice("least_premium", N_("Least premium, in the currency of the sale")),
    NumberChoice("credit_warn", N_("Warn when a limit is used to"), FieldKind.PERCENT),
    NumberChoice("max_overdue_days", N_("Days overdue allowed to a new credit customer")),
    NumberChoice("release_days", N_("Releases are valid for so many days")),
    NumberChoice("presentation_days", N_("Days to present under an L/C that names none")),
    NumberChoice("air_divisor", N_("By air, cm³ that count as a kilogram")),
    NumberChoice("express_divisor", N_("By express, cm³ that count as a kilogram")),
)
