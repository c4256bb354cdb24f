"""Import jobs (进口): goods bought abroad with customs value, taxes and landed cost (domain.md section 2.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.allocate import Basis
from tradecrm.core.imports_cost import BASES, ImportGoods, ImportTerms, Landed, landed_costs
from tradecrm.core.incoterms import RULES
from tradecrm.core.money import currency_problems, decimal_problems
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import ImportJob, ImportJobLine, Party, Product
from tradecrm.services.figures.numbers import number_taken
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class ImportLineDraft:
    """Goods as typed: ``amount`` in the supplier's currency, weight in kg, rates as fractions."""

    product_id: int | None
    description: str
    quantity: Decimal
    amount: Decimal
    weight: Decimal = ZERO
    duty_rate: Decimal = ZERO
    consumption_rate: Decimal = ZERO
    vat_rate: Decimal = Decimal("0.13")


@dataclass(frozen=True, slots=True)
class SaveImportJob:
    """An import job as typed: freight and insurance in the supplier's currency, port and inland costs in base."""

    supplier_id: int
    day: date
    currency: str
    booking_rate: Decimal
    customs_rate: Decimal
    lines: tuple[ImportLineDraft, ...]
    number: str = ""
    incoterm: str = "CIF"
    freight: Decimal = ZERO
    insurance: Decimal = ZERO
    port_cost: Decimal = ZERO
    inland_cost: Decimal = ZERO
    basis: str = Basis.VALUE.value
    remarks: str = ""
    id: int | None = None
    version: int | None = None


HEADER = (
    "day",
    "supplier_id",
    "currency",
    "incoterm",
    "booking_rate",
    "customs_rate",
    "freight",
    "insurance",
    "port_cost",
    "inland_cost",
    "basis",
    "remarks",
)
LINE = (
    "product_id",
    "description",
    "quantity",
    "amount",
    "weight",
    "duty_rate",
    "consumption_rate",
    "vat_rate",
)


def check_import_job(command: SaveImportJob) -> list[Problem]:
    """Answer everything that is wrong with an import job, each at its field."""
    problems = currency_problems("currency", command.currency)
    if command.incoterm not in RULES:
        problems.append(Problem("incoterm", _("Choose the Incoterm of the purchase.")))
    problems += [
        Problem(name, _("The rate must be above zero."))
        for name in ("booking_rate", "customs_rate")
        if getattr(command, name) <= 0
    ]
    problems += [
        Problem(name, _("The amount must not be below zero."))
        for name in ("freight", "insurance", "port_cost", "inland_cost")
        if getattr(command, name) < 0
    ]
    if command.basis not in {basis.value for basis in BASES}:
        problems.append(Problem("basis", _("Choose by what the local costs are shared.")))
    if not command.lines:
        problems.append(Problem("lines", _("An import job needs at least one line.")))
    for position, line in enumerate(command.lines):
        problems.extend(_check_line(f"lines.{position}", line))
    return problems


def _check_line(at: str, line: ImportLineDraft) -> list[Problem]:
    """Answer what is wrong with one line."""
    problems = []
    if not line.description.strip():
        problems.append(Problem(f"{at}.description", _("Describe the goods.")))
    if line.quantity <= 0:
        problems.append(Problem(f"{at}.quantity", _("The quantity must be above zero.")))
    problems += [
        Problem(f"{at}.{name}", _("The amount must not be below zero."))
        for name in ("amount", "weight")
        if getattr(line, name) < 0
    ]
    problems += [
        Problem(f"{at}.{name}", _("The rate must be between 0 and 100 %."))
        for name in ("duty_rate", "consumption_rate", "vat_rate")
        if not ZERO <= getattr(line, name) < ONE
    ]
    return problems


def job_costs(head: Any, lines: Sequence[Any], base: str) -> tuple[Landed, ...]:
    """Answer taxes and landed cost of each line in base currency; ``head`` and ``lines`` a command or its rows.

    Raises Refusal where there is nothing to share a cost by.
    """
    terms = ImportTerms(
        incoterm=head.incoterm,
        currency=head.currency,
        booking_rate=head.booking_rate,
        customs_rate=head.customs_rate,
        base=base,
        freight=head.freight,
        insurance=head.insurance,
        port_cost=head.port_cost,
        inland_cost=head.inland_cost,
        basis=Basis(head.basis),
    )
    goods = [
        ImportGoods(
            line.quantity, line.amount, line.weight, line.duty_rate, line.consumption_rate, line.vat_rate
        )
        for line in lines
    ]
    return landed_costs(terms, goods)


@operation("purchase.write", check=check_import_job)
def save_import_job(work: Work, command: SaveImportJob) -> int:
    """Write an import job; answers its id. One whose costs cannot be shared, or with odd amounts, is refused."""
    supplier = work.get(Party, command.supplier_id, _("Supplier"))
    if not supplier.is_supplier:
        raise Refusal.of(_("{name} is not a supplier.").format(name=supplier.name), "supplier_id")
    _demand_decimals(work, command)
    job_costs(command, command.lines, work.base)
    job = _job_to_write(work, command)
    for name in HEADER:
        setattr(job, name, getattr(command, name))
    job.updated_at = work.now
    work.add(job)
    for old in job_lines(work, job.id):
        work.session.delete(old)
    work.session.flush()
    for position, line in enumerate(command.lines, 1):
        if line.product_id is not None:
            work.get(Product, line.product_id, _("Product"))
        row = ImportJobLine(import_job_id=job.id, owner_id=job.owner_id, position=position)
        for name in LINE:
            setattr(row, name, getattr(line, name))
        work.session.add(row)
    work.session.flush()
    return job.id


def _demand_decimals(work: Work, command: SaveImportJob) -> None:
    """Refuse amounts with more decimals than their currency has."""
    typed = [
        ("freight", command.freight, command.currency),
        ("insurance", command.insurance, command.currency),
        ("port_cost", command.port_cost, work.base),
        ("inland_cost", command.inland_cost, work.base),
    ]
    typed += [(f"lines.{at}.amount", line.amount, command.currency) for at, line in enumerate(command.lines)]
    if problems := decimal_problems(*typed):
        raise Refusal(problems)


def _job_to_write(work: Work, command: SaveImportJob) -> ImportJob:
    """Answer the job to fill: a new one with its number, or the one that was read, in the same version."""
    if command.id is None:
        number = command.number.strip() or work.number("import_job", command.day)
        if command.number.strip() and number_taken(work.session, "import_job", number):
            raise Refusal.of(_("There is already an import job {number}.").format(number=number), "number")
        return ImportJob(number=number, owner_id=work.actor.person_id)
    job = work.get(ImportJob, command.id, _("Import job"))
    work.demand_version(job, command.version, job.number)
    return job


def job_lines(reader: Reader, job_id: int) -> list[ImportJobLine]:
    """Answer the lines of an import job in their order."""
    statement = select(ImportJobLine).where(ImportJobLine.import_job_id == job_id)
    return list(reader.session.scalars(statement.order_by(ImportJobLine.position)))


@dataclass(frozen=True, slots=True)
class ImportLineCard:
    """A line of an import job as its form edits it."""

    product_id: int | None
    product_code: str
    product_name: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ImportJobCard:
    """An import job as its form edits it: ``values`` holds the columns of the head by name."""

    id: int
    version: int
    supplier: str
    supplier_code: str
    values: dict[str, Any]
    lines: tuple[ImportLineCard, ...]


def import_job_card(reader: Reader, job_id: int) -> ImportJobCard:
    """Answer one import job; raises NotFound."""
    job = reader.get(ImportJob, job_id, _("Import job"))
    code, name = reader.session.execute(
        select(Party.code, Party.name).where(Party.id == job.supplier_id)
    ).one_or_none() or ("", "")
    rows = reader.session.execute(
        select(ImportJobLine, Product.code, Product.name_en)
        .outerjoin(Product, Product.id == ImportJobLine.product_id)
        .where(ImportJobLine.import_job_id == job_id)
        .order_by(ImportJobLine.position)
    )
    lines = tuple(
        ImportLineCard(
            line.product_id,
            product_code or "",
            product_name or line.description,
            {key: getattr(line, key) for key in LINE},
        )
        for line, product_code, product_name in rows
    )
    values = {key: getattr(job, key) for key in ("number", *HEADER)}
    return ImportJobCard(job.id, job.version, name, code, values, lines)
