"""Import jobs (进口): the list, and the form with the landed cost of each line (domain.md section 2.9)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.allocate import BASIS_TITLES
from tradecrm.core.fields import FieldKind
from tradecrm.core.imports_cost import BASES, WITH_FREIGHT, WITH_INSURANCE, Landed
from tradecrm.core.links import Link
from tradecrm.core.listing import SortKey
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.spec import (
    Choice,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    ListSpec,
    PanelSpec,
    Section,
    Tone,
)
from tradecrm.screens.trade.pickers import PRODUCT, SUPPLIER
from tradecrm.screens.trade.words import INCOTERMS
from tradecrm.services.trade.import_jobs import (
    ImportLineDraft,
    SaveImportJob,
    check_import_job,
    import_job_card,
    job_costs,
    save_import_job,
)
from tradecrm.services.trade.purchase_card import PRICES
from tradecrm.services.trade.purchase_lists import IMPORT_JOBS

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
_VAT = Decimal("0.13")
_COMPUTED = ("customs_value", "duty", "consumption_tax", "import_vat", "landed", "unit_cost")
_BASES = tuple(Choice(basis.value, title) for basis, title in BASIS_TITLES if basis in BASES)
_MONEY = ("freight", "insurance", "port_cost", "inland_cost")


def load_job(reader: Reader, job_id: int) -> Draft:
    """Answer the draft of an import job; raises NotFound."""
    card = import_job_card(reader, job_id)
    values: dict[str, Value] = dict(card.values)
    values["supplier"] = Ref(card.values["supplier_id"], card.supplier, card.supplier_code)
    values.update(base=reader.base, priced=reader.actor.can(PRICES))
    lines = []
    for line in card.lines:
        product = None
        if line.product_id is not None:
            product = Ref(line.product_id, line.product_name, line.product_code)
        lines.append({**line.values, "product": product})
    draft = _with_costs(Draft(values, {"lines": tuple(lines)}, card.id, card.version))
    return draft if draft.flag("priced") else _without_prices(draft)


def _without_prices(draft: Draft) -> Draft:
    """Take away what the goods cost, for who may not see what suppliers are paid."""
    hidden = dict.fromkeys(("amount", *_COMPUTED))
    return draft.put_rows("lines", [{**line, **hidden} for line in draft.rows()])


def blank_job(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new import job."""
    del link
    return Draft(
        {
            "number": "",
            "day": reader.today,
            "supplier": None,
            "currency": "EUR",
            "incoterm": "CIF",
            "booking_rate": None,
            "customs_rate": None,
            "basis": "value",
            **dict.fromkeys(_MONEY, ZERO),
            "remarks": "",
            "base": reader.base,
            "priced": reader.actor.can(PRICES),
        }
    )


def derive_job(draft: Draft, changed: str) -> Draft:
    """Fill a line from its product, take the customs rate over from the booking rate, then reckon every line."""
    if changed == "booking_rate" and draft.number("customs_rate") is None:
        draft = draft.put(customs_rate=draft.number("booking_rate"))
    if changed.startswith("lines.") and changed.endswith(".product"):
        place = int(changed.split(".")[1])
        rows = list(draft.rows())
        product = rows[place].get("product") if place < len(rows) else None
        if isinstance(product, Ref) and not rows[place].get("description"):
            rows[place] = {**rows[place], "description": product.label}
            draft = draft.put_rows("lines", rows)
    return _with_costs(draft)


def landed_lines(draft: Draft) -> tuple[Landed, ...]:
    """Answer the reckoned lines of a draft, nothing while it cannot be reckoned."""
    if not draft.rows() or check_import_job(build_job(draft)):
        return ()
    command = build_job(draft)
    try:
        return job_costs(command, command.lines, draft.text("base"))
    except Refusal:
        return ()


def _not_reckoned(draft: Draft) -> list[Problem]:
    """Answer why a job that is complete cannot be reckoned, such as a basis of zero (section 2.6)."""
    command = build_job(draft)
    if not draft.rows() or check_import_job(command):
        return []
    try:
        job_costs(command, command.lines, draft.text("base"))
    except Refusal as refusal:
        return list(refusal.problems)
    return []


def _with_costs(draft: Draft) -> Draft:
    """Put taxes and landed cost beside each line."""
    found = landed_lines(draft)
    lines: list[Line] = []
    for place, line in enumerate(draft.rows()):
        landed = found[place] if found else None
        fresh = {name: None if landed is None else getattr(landed, name) for name in _COMPUTED}
        same = all(line.get(key) == value for key, value in fresh.items())
        lines.append(line if same else {**line, **fresh})
    return draft.put_rows("lines", lines)


def build_job(draft: Draft) -> SaveImportJob:
    """Answer the command that saves the draft."""
    money = {name: draft.number(name) or ZERO for name in _MONEY}
    return SaveImportJob(
        supplier_id=draft.ref_id("supplier") or 0,
        day=draft.day("day") or date.min,
        currency=draft.text("currency"),
        booking_rate=draft.number("booking_rate") or ZERO,
        customs_rate=draft.number("customs_rate") or ZERO,
        lines=tuple(_command_line(line) for line in draft.rows()),
        number=draft.text("number").strip(),
        incoterm=draft.text("incoterm"),
        basis=draft.text("basis"),
        remarks=draft.text("remarks").strip(),
        id=draft.id,
        version=draft.version,
        **money,
    )


def _command_line(line: Line) -> ImportLineDraft:
    product = line.get("product")
    vat = as_number(line.get("vat_rate"))
    numbers = {
        name: as_number(line.get(name)) or ZERO
        for name in ("quantity", "amount", "weight", "duty_rate", "consumption_rate")
    }
    return ImportLineDraft(
        product_id=int(product.id) if isinstance(product, Ref) else None,
        description=str(line.get("description") or "").strip(),
        vat_rate=_VAT if vat is None else vat,
        **numbers,
    )


def check_job(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed."""
    if draft.day("day") is None or not draft.flag("priced"):
        return []
    found = [
        problem
        for problem in check_import_job(build_job(draft))
        if not problem.field.endswith("_rate")
        or draft.number(problem.field) is not None
        or "." in problem.field
    ]
    return found or _not_reckoned(draft)


def cost_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer customs value, taxes and landed cost of the whole job."""
    found = landed_lines(draft)
    base = draft.text("base")
    if not draft.flag("priced"):
        return ()
    if not found and (problems := _not_reckoned(draft)):
        return tuple(Fact(problem.message, "", Tone.BAD) for problem in problems)
    if not found:
        return (Fact(_("Type rates and goods to see the landed cost."), "", muted=True),)

    def total(name: str) -> str:
        return format_money(sum((getattr(line, name) for line in found), ZERO), base)

    return (
        Fact(_("Customs value"), total("customs_value")),
        Fact(_("Duty"), total("duty")),
        Fact(_("Consumption tax"), total("consumption_tax")),
        Fact(_("Import VAT, recoverable"), total("import_vat"), muted=True),
        Fact(_("Paid to the supplier"), total("supplier")),
        Fact(_("Freight, port and inland"), total("shared")),
        Fact(_("Landed cost"), total("landed"), strong=True),
    )


def job_total(draft: Draft) -> tuple[str, str]:
    """Answer the landed cost for the foot of the lines."""
    found = landed_lines(draft)
    if not found:
        return "", ""
    total = sum((line.landed for line in found), ZERO)
    return N_("Landed cost"), format_money(total, draft.text("base"))


def _locked(draft: Draft) -> str:
    if draft.flag("priced"):
        return ""
    return _("What factories are paid is not shown to you, so the contract cannot be edited here.")


def _no_freight(draft: Draft) -> bool:
    return draft.text("incoterm") not in WITH_FREIGHT


def _no_insurance(draft: Draft) -> bool:
    return draft.text("incoterm") not in WITH_INSURANCE


IMPORT_JOB_FORM = FormSpec(
    key="import_job",
    title=N_("New import job"),
    kind="import_job",
    sections=(
        Section(
            "",
            (
                FieldSpec("supplier", N_("Supplier"), K.REF, picker=SUPPLIER, required=True, span=6),
                FieldSpec(
                    "number",
                    N_("Number"),
                    K.CODE,
                    hint=N_("next number"),
                    span=3,
                    visible=lambda draft: draft.id is None,
                ),
                FieldSpec("day", N_("Date"), K.DATE, required=True, span=3),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=3),
                FieldSpec("incoterm", N_("Incoterm"), K.CHOICE, choices=INCOTERMS, required=True, span=3),
                FieldSpec("booking_rate", N_("Booking rate"), K.RATE, required=True, span=3),
                FieldSpec("customs_rate", N_("Customs rate"), K.RATE, required=True, span=3),
                FieldSpec(
                    "freight", N_("Freight"), K.MONEY, span=3, currency_from="currency", visible=_no_freight
                ),
                FieldSpec(
                    "insurance",
                    N_("Insurance"),
                    K.MONEY,
                    span=3,
                    currency_from="currency",
                    visible=_no_insurance,
                ),
                FieldSpec("port_cost", N_("Port costs"), K.MONEY, span=3, currency_from="base"),
                FieldSpec("inland_cost", N_("Inland costs"), K.MONEY, span=3, currency_from="base"),
                FieldSpec("basis", N_("Shared"), K.CHOICE, choices=_BASES, required=True, span=3),
                FieldSpec("remarks", N_("Remarks"), span=6),
            ),
        ),
    ),
    load=load_job,
    blank=blank_job,
    save=save_import_job,
    build=build_job,
    lines=(
        LinesSpec(
            "lines",
            "",
            (
                FieldSpec("product", N_("Product"), K.REF, picker=PRODUCT, width=76),
                FieldSpec("description", N_("Description"), required=True, width=150),
                FieldSpec("quantity", N_("Quantity"), K.QUANTITY, required=True, width=68),
                FieldSpec(
                    "amount", N_("Amount"), K.MONEY, required=True, width=86, currency_from=".currency"
                ),
                FieldSpec("duty_rate", N_("Duty %"), K.PERCENT, width=58),
                FieldSpec("duty", N_("Duty"), K.MONEY, width=80, read_only=True, currency_from=".base"),
                FieldSpec(
                    "landed", N_("Landed cost"), K.MONEY, width=94, read_only=True, currency_from=".base"
                ),
                FieldSpec("unit_cost", N_("Unit cost"), K.PRICE, width=72, read_only=True),
                FieldSpec(
                    "import_vat",
                    N_("Import VAT"),
                    K.MONEY,
                    width=84,
                    read_only=True,
                    currency_from=".base",
                    more=True,
                ),
                FieldSpec("vat_rate", N_("VAT"), K.PERCENT, width=58, more=True),
                FieldSpec("weight", N_("Weight kg"), K.QUANTITY, width=76, more=True),
                FieldSpec("consumption_rate", N_("Consumption tax %"), K.PERCENT, width=76, more=True),
                FieldSpec(
                    "customs_value",
                    N_("Customs value"),
                    K.MONEY,
                    width=94,
                    read_only=True,
                    currency_from=".base",
                    more=True,
                ),
                FieldSpec(
                    "consumption_tax",
                    N_("Consumption tax"),
                    K.MONEY,
                    width=86,
                    read_only=True,
                    currency_from=".base",
                    more=True,
                ),
            ),
            total=job_total,
            placeholder=N_("type an item no. or a name"),
        ),
    ),
    derive=derive_job,
    check=check_job,
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    locked=_locked,
    panels=(PanelSpec("costs", N_("Landed cost"), compute=cost_facts),),
    watches=frozenset({"import_job", "import_job_line"}),
    needs="purchase.write",
    saved=N_("The import job is saved."),
)

IMPORT_JOB_LIST = ListSpec(
    key="import_jobs",
    title=N_("Import jobs"),
    kind="import_job",
    source=IMPORT_JOBS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, 130, link=lambda row: Link.to("import_job", id=row["id"])),
        ColumnSpec("day", N_("Date"), K.DATE),
        ColumnSpec(
            "supplier", N_("Supplier"), width=260, link=lambda row: Link.to("customer", id=row["supplier_id"])
        ),
        ColumnSpec("incoterm", N_("Incoterm"), K.CHOICE, choices=INCOTERMS),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("amount", N_("Amount"), K.MONEY, currency_key="currency"),
        ColumnSpec("booking_rate", N_("Booking rate"), K.RATE),
        ColumnSpec("customs_rate", N_("Customs rate"), K.RATE),
        ColumnSpec("updated_at", N_("Last changed"), K.DATETIME, hidden_by_default=True),
    ),
    opens=lambda row: Link.to("import_job", id=row["id"]),
    default_sort=(SortKey("day", descending=True),),
    quick_filters=("day", "currency"),
    new=Link.to("import_job"),
    new_title=N_("New import job"),
    watches=frozenset({"import_job", "import_job_line", "party"}),
    empty_title=N_("No import jobs yet"),
    empty_text=N_(
        "An import job reckons customs value, duty, import VAT and the landed cost of goods bought abroad."
    ),
    icon="import",
)
