"""What quotation and proforma invoice share: head, lines, their checks, and the copies a line keeps (section 1.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import select

from tradecrm.core.adjusting import (
    Adjustable,
    Adjustment,
    Priced,
    Sold,
    priced,
    shared_problems,
)
from tradecrm.core.currencies import is_currency
from tradecrm.core.incoterms import check_incoterm
from tradecrm.core.money import fits_scale, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.quoting import QuoteTerms
from tradecrm.core.rates import RateType
from tradecrm.core.rebate import TaxRegime
from tradecrm.core.terms import check_terms, decode_terms
from tradecrm.core.text import _
from tradecrm.models import Contact, Party, Product
from tradecrm.services.control.approval_values import Figure
from tradecrm.services.money.rates import rate_for
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)
PRICE_DECIMALS = 6
QUANTITY_DECIMALS = 4
_SCALES = {"quantity": QUANTITY_DECIMALS, "price": PRICE_DECIMALS, "cost": PRICE_DECIMALS}
PACKING = (
    "per_carton",
    "carton_length",
    "carton_width",
    "carton_height",
    "unit_net_weight",
    "carton_tare",
)
"""The packing a line copies from its product; lengths in cm, weights in kg."""


class SoldGoods(Sold, Protocol):
    """A typed line of goods that are sold, in a quotation, a proforma invoice or a contract."""

    @property
    def description_en(self) -> str:
        """Answer what the goods are in English."""
        ...

    @property
    def unit(self) -> str:
        """Answer the unit the quantity is in."""
        ...

    @property
    def cost(self) -> Decimal | None:
        """Answer the factory price with VAT in base currency, None while it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class SaleLineDraft:
    """A line as typed: quantity and price in the paper's currency, ``discount`` a fraction.

    ``cost`` is the factory price with VAT in base currency, ``floor`` the lowest price without approval in the
    paper's currency; packing as on the product. What is None is copied when the line is written: from the line
    ``id`` names while it is of the same product, else from product and price list.
    """

    product_id: int | None
    description_en: str
    quantity: Decimal
    price: Decimal
    unit: str = "pcs"
    description_cn: str = ""
    item_no: str = ""
    specification: str = ""
    hs_code: str = ""
    discount: Decimal = ZERO
    floor: Decimal | None = None
    cost: Decimal | None = None
    vat_rate: Decimal = Decimal("0.13")
    rebate_rate: Decimal = Decimal("0.13")
    supplier_id: int | None = None
    per_carton: Decimal | None = None
    carton_length: Decimal | None = None
    carton_width: Decimal | None = None
    carton_height: Decimal | None = None
    unit_net_weight: Decimal | None = None
    carton_tare: Decimal | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class SalePaperDraft:
    """The head of a quotation or proforma invoice as typed, with its lines (domain.md section 1.2).

    ``number`` empty: the next one; ``rate`` None: the budget rate; ``id`` and ``version`` name the paper edited.
    """

    customer_id: int
    day: date
    currency: str
    incoterm: str
    incoterm_place: str
    terms: str
    lines: tuple[SaleLineDraft, ...]
    number: str = ""
    contact_id: int | None = None
    rate: Decimal | None = None
    port_of_loading: str = ""
    port_of_discharge: str = ""
    valid_until: date | None = None
    lead_time: str = ""
    partial_allowed: bool = True
    transhipment_allowed: bool = True
    packing: str = ""
    marks: str = ""
    remarks: str = ""
    clauses: str = ""
    customer_po: str = ""
    signatory: str = ""
    bank_account_id: int | None = None
    commission_rate: Decimal = ZERO
    commission_hidden: bool = False
    adjustment: Decimal = ZERO
    adjustment_rate: Decimal | None = None
    adjustment_text: str = ""
    id: int | None = None
    version: int | None = None


SALE_HEAD = (
    "customer_id",
    "day",
    "currency",
    "incoterm",
    "incoterm_place",
    "terms",
    "contact_id",
    "rate",
    "port_of_loading",
    "port_of_discharge",
    "valid_until",
    "lead_time",
    "partial_allowed",
    "transhipment_allowed",
    "packing",
    "marks",
    "remarks",
    "clauses",
    "customer_po",
    "signatory",
    "bank_account_id",
    "commission_rate",
    "commission_hidden",
    "adjustment",
    "adjustment_rate",
    "adjustment_text",
)
"""What is typed into the head of both papers."""

SALE_LINE = (
    "product_id",
    "item_no",
    "description_en",
    "description_cn",
    "specification",
    "hs_code",
    "unit",
    "quantity",
    "price",
    "discount",
    "floor",
    "cost",
    "vat_rate",
    "rebate_rate",
    "supplier_id",
    *PACKING,
)
"""The columns of a line of goods that a draft carries."""


def check_sale_paper(command: SalePaperDraft) -> list[Problem]:
    """Answer everything that is wrong with head and lines, each at its field."""
    problems = list(check_incoterm(command.incoterm, command.incoterm_place))
    if not is_currency(command.currency):
        problems.append(
            Problem("currency", _("There is no currency with the code {code}.").format(code=command.currency))
        )
    try:
        problems.extend(Problem("terms", found.message) for found in check_terms(decode_terms(command.terms)))
    except Refusal as refusal:
        problems.extend(refusal.problems)
    if not command.lines:
        problems.append(Problem("lines", _("Enter at least one line of goods.")))
    problems += check_goods(command.lines)
    problems += shared_problems(command, command.lines, command.currency)
    if not ZERO <= command.commission_rate < 1:
        problems.append(Problem("commission_rate", _("The commission must be between 0 and 100 %.")))
    if command.rate is not None and command.rate <= 0:
        problems.append(Problem("rate", _("The rate must be above zero.")))
    if command.valid_until is not None and command.valid_until < command.day:
        problems.append(Problem("valid_until", _("The validity ends before the date of the paper.")))
    return problems


def check_goods(lines: Iterable[SoldGoods]) -> list[Problem]:
    """Answer what is wrong with lines of goods that are sold, each at its field."""
    problems: list[Problem] = []
    for position, line in enumerate(lines):
        at = f"lines.{position}"
        if not line.description_en.strip():
            problems.append(Problem(f"{at}.description_en", _("Describe the goods in English.")))
        if line.quantity <= 0:
            problems.append(Problem(f"{at}.quantity", _("The quantity must be above zero.")))
        if line.price < 0:
            problems.append(Problem(f"{at}.price", _("The price must not be below zero.")))
        if not ZERO <= line.discount < 1:
            problems.append(Problem(f"{at}.discount", _("The discount must be between 0 and 100 %.")))
        if not line.unit.strip():
            problems.append(Problem(f"{at}.unit", _("Enter the unit, such as pcs.")))
        problems += scale_problems(at, line, **_SCALES)
    return problems


def scale_problems(at: str, line: Any, **scales: int) -> list[Problem]:
    """Answer a problem for each field of a line, named with its decimals, that has more of them than are kept."""
    return [
        Problem(f"{at}.{name}", _("This has more than {scale} decimals.").format(scale=scale))
        for name, scale in scales.items()
        if (value := getattr(line, name)) is not None and not fits_scale(value, scale)
    ]


def sale_prices(command: SalePaperDraft) -> Priced:
    """Answer the amounts of the lines with their shares of the whole's discount; their sum is the total (11)."""
    return priced(command.lines, command.currency, Adjustment.of(command))


def sale_customer(reader: Reader, command: SalePaperDraft) -> Party:
    """Answer the customer of a paper; refuses a party that is none, and a contact of another party."""
    customer = reader.get(Party, command.customer_id, _("Customer"))
    if not customer.is_customer:
        raise Refusal.of(_("{name} is not a customer.").format(name=customer.name), "customer_id")
    if command.contact_id is not None:
        contact = reader.get(Contact, command.contact_id, _("Contact"))
        if contact.party_id != customer.id:
            raise Refusal.of(
                _("{contact} is not a contact of {name}.").format(contact=contact.name, name=customer.name),
                "contact_id",
            )
    return customer


def fill_sale_head(work: Work, paper: Any, command: SalePaperDraft) -> None:
    """Write the head of a quotation or proforma invoice, with the budget rate where none was typed."""
    for name in SALE_HEAD:
        value = getattr(command, name)
        setattr(paper, name, value.strip() if isinstance(value, str) else value)
    if paper.rate is None:
        paper.rate = rate_for(work, RateType.BUDGET, command.currency, command.day).rate
    prices = sale_prices(command)
    paper.adjustment, paper.total = prices.adjustment, prices.total
    paper.updated_at = work.now


def write_sale_lines(
    work: Work, entity: Any, parent: str, paper: Any, lines: Sequence[SaleLineDraft]
) -> list[Any]:
    """Replace the lines of a paper by ``lines`` and answer the new rows, without floors of price lists.

    ``entity`` is the line class and ``parent`` its column that names the paper. A line without cost or packing
    keeps what the line it replaces had, else takes the product's of this day.
    """
    prices = priced(lines, paper.currency, Adjustment.of(paper))
    column = getattr(entity, parent)
    kept = {row.id: row for row in work.session.scalars(select(entity).where(column == paper.id))}
    copies = {
        number: {name: getattr(row, name) for name in ("product_id", "cost", "floor", *PACKING)}
        for number, row in kept.items()
    }
    for row in kept.values():
        work.session.delete(row)
    work.session.flush()
    rows = []
    for place, line in enumerate(lines):
        values = {name: getattr(line, name) for name in SALE_LINE}
        before = copies.get(line.id) if line.id is not None else None
        if before is not None and before["product_id"] == line.product_id:
            _fill_blanks(values, before)
        elif line.product_id is not None:
            product = work.get(Product, line.product_id, _("Product"))
            _fill_blanks(values, {name: getattr(product, name) for name in ("cost", *PACKING)})
            values["supplier_id"] = line.supplier_id or product.supplier_id
        values.update({parent: paper.id, "owner_id": paper.owner_id, "position": place + 1})
        share = prices.shares[place]
        rows.append(entity(amount=prices.plain[place] + share, adjusted=share, **values))
    work.session.add_all(rows)
    work.session.flush()
    return rows


def _fill_blanks(values: dict[str, Any], source: dict[str, Any]) -> None:
    """Copy cost and floor where the line has none, and the packing where it has none at all."""
    for name in ("cost", "floor"):
        if values[name] is None:
            values[name] = source.get(name)
    if all(values[name] is None for name in PACKING):
        values.update({name: source[name] for name in PACKING})


def line_drafts(rows: Sequence[Any], *, with_ids: bool = False) -> tuple[SaleLineDraft, ...]:
    """Answer lines as drafts, for a copy, a new revision, or another paper of the same goods."""
    return tuple(
        SaleLineDraft(**{name: getattr(row, name) for name in SALE_LINE}, id=row.id if with_ids else None)
        for row in rows
    )


_PROTECTED = (
    "customer_id",
    "currency",
    "rate",
    "terms",
    "incoterm",
    "incoterm_place",
    "commission_rate",
    "commission_hidden",
    "bank_account_id",
)
_PROTECTED_LINE = ("product_id", "description_en", "unit", "quantity", "price", "discount", "cost")


def protected_of(paper: Any, rows: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    """Answer what may not change after an approval: party, money, terms, commission, bank and goods (section 6)."""
    head = tuple((name, _stable(getattr(paper, name))) for name in _PROTECTED)
    return (
        head
        + adjustment_protected(paper)
        + tuple(
            (f"lines.{position}.{name}", _stable(getattr(row, name)))
            for position, row in enumerate(rows)
            for name in _PROTECTED_LINE
        )
    )


def adjustment_protected(paper: Adjustable) -> tuple[tuple[str, str], ...]:
    """Answer the discount or charge on the whole as a protected field; none, as before there were any, without one."""
    adjustment = Adjustment.of(paper)
    if not adjustment:
        return ()
    return (("adjustment", _stable(adjustment.amount)), ("adjustment_rate", _stable(adjustment.rate)))


def sale_terms(reader: Reader, paper: Any) -> QuoteTerms:
    """Answer what the estimate of a paper's profit goes by before any freight: its money, commission, the regime."""
    return QuoteTerms(
        paper.currency,
        paper.rate,
        reader.base,
        commission=paper.commission_rate,
        commission_hidden=paper.commission_hidden,
        regime=TaxRegime(reader.settings.tax_regime),
        insuring=reader.settings.insuring,
    )


def adjustment_figures(paper: Adjustable, currency: str) -> tuple[Figure, ...]:
    """Answer the discount or charge on the whole as an approver reads it; none without one."""
    if not paper.adjustment:
        return ()
    title = _("Discount on the whole") if paper.adjustment < 0 else _("Charge on the whole")
    amount = format_money(paper.adjustment, currency)
    rate = paper.adjustment_rate
    shown = amount if rate is None else f"{(abs(rate) * 100).normalize():f} %, {amount}"
    return (Figure(title, shown),)


def _stable(value: object) -> str:
    """Write a value the same whether it was just typed or read back (7 and 7.0000)."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def name_of(reader: Reader, entity: Any, key: int | None) -> str:
    """Answer the name of a contact, account or party; empty without one, or where it may not be seen."""
    if key is None:
        return ""
    return reader.session.scalar(select(entity.name).where(entity.id == key)) or ""
