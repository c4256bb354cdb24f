"""Inquiries (询盘): written, shown as a card, and turned into a quotation in one action (domain.md section 1.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.currencies import is_currency
from tradecrm.core.links import Link
from tradecrm.core.presets import preset_terms
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.terms import encode_terms
from tradecrm.core.text import _
from tradecrm.core.trade_flows import INQUIRY
from tradecrm.models import (
    Contact,
    Inquiry,
    InquiryLine,
    Party,
    Person,
    Product,
    Quotation,
    SalesContract,
)
from tradecrm.services.data.search import keep_search_terms
from tradecrm.services.figures.numbers import number_taken
from tradecrm.services.trade.contract_card import ChainPart
from tradecrm.services.trade.price_lists import PriceQuestion, listed_prices
from tradecrm.services.trade.quotation_card import party_words
from tradecrm.services.trade.quotations import VALID_DAYS, SaveQuotation, save_quotation
from tradecrm.services.trade.sale_papers import SaleLineDraft, name_of
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
OPEN = frozenset({"new", "assigned", "quoted"})


@dataclass(frozen=True, slots=True)
class InquiryLineDraft:
    """Goods a customer asks about; ``target_price`` in the currency of the inquiry."""

    description_en: str
    product_id: int | None = None
    quantity: Decimal | None = None
    unit: str = "pcs"
    target_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SaveInquiry:
    """An inquiry as typed; ``id`` and ``version`` name the one that is edited. ``number`` empty: the next one."""

    customer_id: int
    day: date
    subject: str
    number: str = ""
    contact_id: int | None = None
    source: str = ""
    currency: str = "USD"
    reply_by: date | None = None
    wanted: str = ""
    remarks: str = ""
    lines: tuple[InquiryLineDraft, ...] = ()
    id: int | None = None
    version: int | None = None


HEADER = (
    "customer_id",
    "day",
    "subject",
    "contact_id",
    "source",
    "currency",
    "reply_by",
    "wanted",
    "remarks",
)
LINE = ("description_en", "product_id", "quantity", "unit", "target_price")


def check_inquiry(command: SaveInquiry) -> list[Problem]:
    """Answer everything that is wrong with an inquiry, each at its field."""
    problems = []
    if not command.subject.strip():
        problems.append(Problem("subject", _("Say in a few words what the customer asks for.")))
    if not is_currency(command.currency):
        words = _("There is no currency with the code {code}.")
        problems.append(Problem("currency", words.format(code=command.currency)))
    if command.reply_by is not None and command.reply_by < command.day:
        problems.append(Problem("reply_by", _("The day to reply by is before the inquiry.")))
    for position, line in enumerate(command.lines):
        at = f"lines.{position}"
        if not line.description_en.strip():
            problems.append(Problem(f"{at}.description_en", _("Describe the goods in English.")))
        if line.quantity is not None and line.quantity <= 0:
            problems.append(Problem(f"{at}.quantity", _("The quantity must be above zero.")))
        if line.target_price is not None and line.target_price < 0:
            problems.append(Problem(f"{at}.target_price", _("The price must not be below zero.")))
        if not line.unit.strip():
            problems.append(Problem(f"{at}.unit", _("Enter the unit, such as pcs.")))
    return problems


@operation("quotation.write", check=check_inquiry)
def save_inquiry(work: Work, command: SaveInquiry) -> int:
    """Write a new inquiry or a new state of one that is open and answer its id."""
    customer = work.get(Party, command.customer_id, _("Customer"))
    if not customer.is_customer:
        raise Refusal.of(_("{name} is not a customer.").format(name=customer.name), "customer_id")
    if command.contact_id is not None:
        contact = work.get(Contact, command.contact_id, _("Contact"))
        if contact.party_id != customer.id:
            raise Refusal.of(
                _("{contact} is not a contact of {name}.").format(contact=contact.name, name=customer.name),
                "contact_id",
            )
    inquiry = _to_write(work, command, customer)
    for name in HEADER:
        value = getattr(command, name)
        setattr(inquiry, name, value.strip() if isinstance(value, str) else value)
    inquiry.updated_at = work.now
    work.add(inquiry)
    _write_lines(work, inquiry, command)
    keep_search_terms(work, "inquiry", inquiry.id)
    return inquiry.id


def _to_write(work: Work, command: SaveInquiry, customer: Party) -> Inquiry:
    """Answer the inquiry to fill: a new one with its number, or the one that was read, in the same version."""
    if command.id is None:
        number = command.number.strip() or work.number("inquiry", command.day)
        if command.number.strip() and number_taken(work.session, "inquiry", number):
            raise Refusal.of(_("There is already an inquiry {number}.").format(number=number), "number")
        return Inquiry(number=number, status=INQUIRY.start, owner_id=customer.owner_id)
    inquiry = work.get(Inquiry, command.id, _("Inquiry"))
    work.demand_version(inquiry, command.version, inquiry.number)
    if inquiry.status not in OPEN:
        raise Refusal.of(
            _("{number} is “{status}” and cannot be edited.").format(
                number=inquiry.number, status=_(INQUIRY.state(inquiry.status).title)
            )
        )
    return inquiry


def _write_lines(work: Work, inquiry: Inquiry, command: SaveInquiry) -> None:
    for old in work.session.scalars(select(InquiryLine).where(InquiryLine.inquiry_id == inquiry.id)):
        work.session.delete(old)
    work.session.flush()
    for position, line in enumerate(command.lines, 1):
        if line.product_id is not None:
            work.get(Product, line.product_id, _("Product"))
        values = {name: getattr(line, name) for name in LINE}
        work.session.add(
            InquiryLine(inquiry_id=inquiry.id, owner_id=inquiry.owner_id, position=position, **values)
        )
    work.session.flush()


@dataclass(frozen=True, slots=True)
class InquiryLineCard:
    """A line of an inquiry with the code of its product; ``values`` by column."""

    product_id: int | None
    product_code: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class InquiryCard:
    """An inquiry as its form edits it, with the person who answers it and what came of it."""

    id: int
    version: int
    number: str
    status: str
    lost_reason: str
    person: str
    person_id: int
    customer_code: str
    customer: str
    contact: str
    values: dict[str, Any]
    lines: tuple[InquiryLineCard, ...]
    after: tuple[ChainPart, ...]


def inquiry_card(reader: Reader, inquiry_id: int) -> InquiryCard:
    """Answer one inquiry; raises NotFound."""
    inquiry = reader.get(Inquiry, inquiry_id, _("Inquiry"))
    code, name = party_words(reader, inquiry.customer_id)
    rows = reader.session.execute(
        select(InquiryLine, Product.code)
        .outerjoin(Product, Product.id == InquiryLine.product_id)
        .where(InquiryLine.inquiry_id == inquiry.id)
        .order_by(InquiryLine.position)
    )
    return InquiryCard(
        inquiry.id,
        inquiry.version,
        inquiry.number,
        inquiry.status,
        inquiry.lost_reason,
        name_of(reader, Person, inquiry.owner_id),
        inquiry.owner_id,
        code,
        name,
        name_of(reader, Contact, inquiry.contact_id),
        {key: getattr(inquiry, key) for key in HEADER},
        tuple(
            InquiryLineCard(line.product_id, code or "", {key: getattr(line, key) for key in LINE})
            for line, code in rows
        ),
        _after(reader, inquiry.id),
    )


def _after(reader: Reader, inquiry_id: int) -> tuple[ChainPart, ...]:
    """Answer the current quotations and the contracts an inquiry led to."""
    quotations = reader.session.execute(
        select(Quotation.id, Quotation.number)
        .where(Quotation.inquiry_id == inquiry_id, Quotation.current.is_(True), Quotation.status != "void")
        .order_by(Quotation.id)
    )
    contracts = reader.session.execute(
        select(SalesContract.id, SalesContract.number)
        .where(SalesContract.inquiry_id == inquiry_id)
        .order_by(SalesContract.id)
    )
    return (
        *(ChainPart("quotation", row.number, Link.to("quotation", id=row.id)) for row in quotations),
        *(ChainPart("contract", row.number, Link.to("contract", id=row.id)) for row in contracts),
    )


@dataclass(frozen=True, slots=True)
class QuotationOfInquiry:
    """The quotation to be drawn up as the answer to an inquiry."""

    inquiry_id: int


@operation("quotation.write")
def quotation_of_inquiry(work: Work, command: QuotationOfInquiry) -> int:
    """Draw up a draft quotation of today with the goods asked for and answer its id.

    Prices are those of the price lists, else the product's; what was asked for without a product or quantity
    is left for the seller to fill in. Terms are the customer's usual ones.
    """
    inquiry = work.get(Inquiry, command.inquiry_id, _("Inquiry"))
    if inquiry.status not in OPEN:
        raise Refusal.of(
            _("{number} is “{status}”; reopen it before it is answered.").format(
                number=inquiry.number, status=_(INQUIRY.state(inquiry.status).title)
            )
        )
    rows = list(
        work.session.scalars(
            select(InquiryLine).where(InquiryLine.inquiry_id == inquiry.id).order_by(InquiryLine.position)
        )
    )
    if not rows:
        raise Refusal.of(
            _("{number} has no lines; enter the goods the customer asks for first.").format(
                number=inquiry.number
            ),
            "lines",
        )
    customer = work.get(Party, inquiry.customer_id, _("Customer"))
    return save_quotation.within(
        work,
        SaveQuotation(
            customer_id=customer.id,
            day=work.today,
            currency=inquiry.currency,
            incoterm=customer.incoterm or "FOB",
            incoterm_place=customer.incoterm_place or _place(work, customer.incoterm or "FOB"),
            terms=customer.terms or encode_terms(preset_terms("TT_30_70")),
            valid_until=work.today + timedelta(days=VALID_DAYS),
            lines=_quoted_lines(work, inquiry, rows),
            contact_id=inquiry.contact_id,
            inquiry_id=inquiry.id,
            signatory=work.settings.company_signatory,
            freight_currency=inquiry.currency,
        ),
    )


def _quoted_lines(work: Work, inquiry: Inquiry, rows: list[InquiryLine]) -> tuple[SaleLineDraft, ...]:
    """Answer the lines of the answer, each with the price that holds for the customer."""
    wanted = [(row.product_id or 0, row.quantity or Decimal(1)) for row in rows]
    question = PriceQuestion(inquiry.customer_id, inquiry.currency, work.today, tuple(wanted))
    lines = []
    for row, listed in zip(rows, listed_prices(work, question), strict=True):
        product = None if row.product_id is None else work.get(Product, row.product_id, _("Product"))
        price = None if listed is None else listed.price
        if price is None and product is not None and product.price_currency == inquiry.currency:
            price = product.price
        line = SaleLineDraft(
            row.product_id,
            row.description_en,
            row.quantity or Decimal(1),
            price or row.target_price or ZERO,
            unit=row.unit,
        )
        lines.append(line if product is None else _from_product(line, product))
    return tuple(lines)


def _from_product(line: SaleLineDraft, product: Product) -> SaleLineDraft:
    """Answer a line with the words and tax rates of its product."""
    return replace(
        line,
        item_no=product.code,
        description_cn=product.name_cn,
        specification=product.specification,
        hs_code=product.hs_code,
        vat_rate=product.vat_rate,
        rebate_rate=product.rebate_rate,
    )


def _place(reader: Reader, incoterm: str) -> str:
    """Answer the named place that was last sold under an Incoterm, else the country."""
    last = select(SalesContract.incoterm_place).where(SalesContract.incoterm == incoterm)
    return reader.session.scalar(last.order_by(SalesContract.id.desc()).limit(1)) or "China"
