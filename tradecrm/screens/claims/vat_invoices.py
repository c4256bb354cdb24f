"""VAT invoices received (增值税发票): the list, the form as printed, and the list and form of rebate rates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money, round_money
from tradecrm.core.problems import Problem
from tradecrm.core.rebate_claims import INVOICE_KINDS
from tradecrm.core.text import N_, _, ngettext
from tradecrm.screens.claims.words import Within
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.spec import (
    Badge,
    Choice,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    ListSpec,
    PanelSpec,
    PickerSpec,
    Row,
    Section,
    Tone,
    ViewSpec,
)
from tradecrm.screens.trade.pickers import SUPPLIER
from tradecrm.services.claims.lists import REBATE_RATES, VAT_INVOICES
from tradecrm.services.claims.rebate_card import bought_choices, vat_invoice_card
from tradecrm.services.claims.rebate_rates import SaveRebateRate, check_rate, rate_values, save_rebate_rate
from tradecrm.services.claims.vat_invoices import (
    SaveVatInvoice,
    VatLineDraft,
    check_vat_invoice,
    save_vat_invoice,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
KINDS = tuple(Choice(key, title) for key, title in INVOICE_KINDS)
_COPIED = ("description", "hs_code", "unit", "quantity", "vat_rate", "net")


def open_invoice(row: Row) -> Link:
    """Answer the page of an invoice's row."""
    return Link.to("vat_invoice", id=row["id"])


INVOICE_LIST = ListSpec(
    key="vat_invoices",
    title=N_("VAT invoices"),
    kind="vat_invoice",
    source=VAT_INVOICES,
    columns=(
        ColumnSpec("number", N_("Invoice number"), K.CODE, 150, link=open_invoice),
        ColumnSpec("kind", N_("Kind"), K.CHOICE, choices=KINDS, width=130),
        ColumnSpec(
            "supplier", N_("Supplier"), width=250, link=lambda row: Link.to("customer", id=row["supplier_id"])
        ),
        ColumnSpec("day", N_("Date of the invoice"), K.DATE),
        ColumnSpec("received_on", N_("Invoice received on"), K.DATE),
        ColumnSpec("net", N_("Net amount"), K.MONEY, summed=True),
        ColumnSpec("vat", N_("VAT amount"), K.MONEY, summed=True),
        ColumnSpec("left", N_("Not claimed"), K.MONEY),
        ColumnSpec("code", N_("Invoice code"), K.CODE, hidden_by_default=True),
    ),
    opens=open_invoice,
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("special", N_("Special invoices"), (Filter("kind", Op.ANY_OF, ("special",)),)),
        ViewSpec("month", N_("This month"), (Filter("day", Op.PERIOD, ("this_month",)),)),
    ),
    quick_filters=("day", "kind"),
    new=Link.to("vat_invoice"),
    new_title=N_("New VAT invoice"),
    watches=frozenset({"vat_invoice", "vat_invoice_line", "rebate_claim_line"}),
    empty_title=N_("No VAT invoices yet"),
    empty_text=N_("Enter the VAT invoices of the factories as printed; rebates are claimed from them."),
    icon="payables",
)


def bought_lines(reader: Reader, text: str, within: Within) -> Sequence[Ref]:
    """Answer the purchase lines of the chosen supplier, with all that a line of the invoice takes over."""
    supplier = within.get(".supplier") or within.get("supplier")
    if not isinstance(supplier, Ref):
        return []
    return [
        Ref(
            each.id,
            each.number,
            detail=f"{each.goods} · {each.quantity.normalize():,f} {each.unit}",
            extra={
                "description": each.goods,
                "hs_code": each.hs_code,
                "unit": each.unit,
                "quantity": each.quantity,
                "vat_rate": each.vat_rate,
                "net": each.net,
            },
        )
        for each in bought_choices(reader, int(supplier.id), text)
    ]


BOUGHT = PickerSpec(bought_lines, None, "")


def load_invoice(reader: Reader, invoice_id: int) -> Draft:
    """Answer the draft of an invoice; raises NotFound."""
    card = vat_invoice_card(reader, invoice_id)
    values: dict[str, Value] = dict(card.values)
    values["supplier"] = Ref(card.supplier[0], card.supplier[1], card.supplier[2])
    values.update(base=reader.base, claim=", ".join(number for _id, number in card.claims), typed=True)
    lines: list[dict[str, Value]] = []
    for line in card.lines:
        bought = line["purchase"]
        lines.append(line | {"purchase": None if bought is None else Ref(bought[0], bought[1])})
    return Draft(values, {"lines": tuple(lines)}, card.id, card.version)


def blank_invoice(reader: Reader, link: Link) -> Draft:
    """Answer the beginning of an invoice: special, received today."""
    del link
    return Draft(
        {
            "supplier": None,
            "number": "",
            "code": "",
            "kind": "special",
            "day": reader.today,
            "received_on": reader.today,
            "net": None,
            "vat": None,
            "remarks": "",
            "base": reader.base,
            "claim": "",
            "typed": False,
        }
    )


def derive_invoice(draft: Draft, changed: str) -> Draft:
    """Fill a line from its purchase line, reckon its VAT, and add up the totals until they are typed."""
    base = draft.text("base")
    if changed in {"net", "vat"}:
        return draft.put(typed=True)
    if changed.startswith("lines."):
        place, key = changed.split(".")[1:3] if changed.count(".") == 2 else ("", "")
        rows = [dict(line) for line in draft.rows()]
        if place and int(place) < len(rows):
            row = rows[int(place)]
            bought = row.get("purchase")
            if key == "purchase" and isinstance(bought, Ref) and bought.extra:
                row |= {name: cast("Value", bought.extra[name]) for name in _COPIED}
            net, rate = as_number(row.get("net")), as_number(row.get("vat_rate"))
            if key in {"net", "vat_rate", "purchase"} and net is not None and rate is not None:
                row["vat"] = round_money(net * rate, base)
            draft = draft.put_rows("lines", rows)
    if not draft.flag("typed") and draft.rows():
        draft = draft.put(**{name: _sum(draft, name) for name in ("net", "vat")})
    return draft


def _sum(draft: Draft, name: str) -> Decimal:
    return sum((as_number(line.get(name)) or ZERO for line in draft.rows()), ZERO)


def build_invoice(draft: Draft) -> SaveVatInvoice:
    """Answer the command that saves the invoice."""
    return SaveVatInvoice(
        supplier_id=draft.ref_id("supplier") or 0,
        number=draft.text("number"),
        day=draft.day("day") or date.min,
        received_on=draft.day("received_on") or date.min,
        net=draft.number("net") or ZERO,
        vat=draft.number("vat") or ZERO,
        lines=tuple(_command_line(line) for line in draft.rows()),
        kind=draft.text("kind"),
        code=draft.text("code"),
        remarks=draft.text("remarks").strip(),
        id=draft.id,
        version=draft.version,
    )


def _command_line(line: Line) -> VatLineDraft:
    bought = line.get("purchase")
    return VatLineDraft(
        description=str(line.get("description") or ""),
        unit=str(line.get("unit") or ""),
        quantity=as_number(line.get("quantity")) or ZERO,
        net=as_number(line.get("net")) or ZERO,
        vat_rate=as_number(line.get("vat_rate")) or ZERO,
        vat=as_number(line.get("vat")) or ZERO,
        hs_code=str(line.get("hs_code") or ""),
        purchase_line_id=int(bought.id) if isinstance(bought, Ref) else None,
    )


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed."""
    if draft.day("day") is None or draft.day("received_on") is None:
        return []
    return check_vat_invoice(build_invoice(draft))


def invoice_words(draft: Draft) -> tuple[str, ...]:
    """Answer how many lines there are and what their VAT is."""
    count = len(draft.rows())
    return (
        ngettext("{count} line", "{count} lines", count).format(count=count),
        _("VAT {amount}").format(amount=format_money(_sum(draft, "vat"), draft.text("base"))),
    )


def sum_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer how the lines compare with the totals printed."""
    base = draft.text("base")
    facts = []
    for name, title in (("net", _("Net amount of the lines")), ("vat", _("VAT of the lines"))):
        found, printed = _sum(draft, name), draft.number(name) or ZERO
        facts.append(Fact(title, format_money(found, base)))
        if found != printed and draft.rows():
            facts.append(Fact(_("Difference to the invoice"), format_money(printed - found, base), Tone.WARN))
    total = (draft.number("net") or ZERO) + (draft.number("vat") or ZERO)
    facts.append(Fact(_("Total with VAT"), format_money(total, base), strong=True))
    return tuple(facts)


def _badges(draft: Draft) -> tuple[Badge, ...]:
    claim = draft.text("claim")
    return (Badge(_("Claimed in {claim}").format(claim=claim), Tone.GOOD),) if claim else ()


def _locked(draft: Draft) -> str:
    if not draft.text("claim"):
        return ""
    return _("The invoice is matched in {claim} and stays as it is.").format(claim=draft.text("claim"))


INVOICE_FORM = FormSpec(
    key="vat_invoice",
    title=N_("New VAT invoice"),
    kind="vat_invoice",
    sections=(
        Section(
            "",
            (
                FieldSpec("supplier", N_("Supplier"), K.REF, picker=SUPPLIER, required=True, span=6),
                FieldSpec("number", N_("Invoice number"), K.CODE, required=True, span=3),
                FieldSpec("code", N_("Invoice code"), K.CODE, span=3, hint=N_("none on digital invoices")),
                FieldSpec("kind", N_("Kind"), K.CHOICE, choices=KINDS, required=True, span=3),
                FieldSpec("day", N_("Date of the invoice"), K.DATE, required=True, span=3),
                FieldSpec("received_on", N_("Invoice received on"), K.DATE, required=True, span=3),
                FieldSpec("net", N_("Net amount"), K.MONEY, required=True, span=3, currency_from="base"),
                FieldSpec("vat", N_("VAT amount"), K.MONEY, required=True, span=3, currency_from="base"),
                FieldSpec("remarks", N_("Remarks"), span=9),
            ),
        ),
    ),
    load=load_invoice,
    blank=blank_invoice,
    save=save_vat_invoice,
    build=build_invoice,
    lines=(
        LinesSpec(
            "lines",
            "",
            (
                FieldSpec(
                    "purchase", N_("Bought under"), K.REF, picker=BOUGHT, within=(".supplier",), width=104
                ),
                FieldSpec("description", N_("Goods"), required=True, width=140),
                FieldSpec("hs_code", N_("HS code"), K.CODE, width=96),
                FieldSpec("quantity", N_("Quantity"), K.QUANTITY, required=True, width=70),
                FieldSpec("unit", N_("Unit"), required=True, width=48),
                FieldSpec("net", N_("Net amount"), K.MONEY, required=True, width=88, currency_from=".base"),
                FieldSpec("vat_rate", N_("VAT %"), K.PERCENT, required=True, width=58),
                FieldSpec("vat", N_("VAT amount"), K.MONEY, required=True, width=80, currency_from=".base"),
            ),
            summary=invoice_words,
            total=lambda draft: (N_("Net amount"), format_money(_sum(draft, "net"), draft.text("base"))),
            placeholder=N_("type a purchase contract"),
        ),
    ),
    derive=derive_invoice,
    check=check_draft,
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    badges=_badges,
    locked=_locked,
    panels=(PanelSpec("sums", N_("Check of the sums"), compute=sum_facts),),
    watches=frozenset({"vat_invoice", "vat_invoice_line", "rebate_claim_line", "attachment"}),
    needs="rebate.write",
    saved=N_("The VAT invoice is saved."),
)


def open_rate(row: Row) -> Link:
    """Answer the page of a rate's row."""
    return Link.to("rebate_rate", id=row["id"])


RATE_LIST = ListSpec(
    key="rebate_rates",
    title=N_("Rebate rates"),
    kind="rebate_rate",
    source=REBATE_RATES,
    columns=(
        ColumnSpec("hs_code", N_("HS code"), K.CODE, 140, link=open_rate),
        ColumnSpec("from_day", N_("From"), K.DATE),
        ColumnSpec("rate", N_("Rebate rate"), K.PERCENT, 110),
        ColumnSpec("source", N_("Source"), width=320),
    ),
    opens=open_rate,
    default_sort=(SortKey("hs_code"),),
    new=Link.to("rebate_rate"),
    new_title=N_("New rebate rate"),
    watches=frozenset({"rebate_rate"}),
    empty_title=N_("No rebate rates yet"),
    empty_text=N_(
        "The rate in force on the export date counts, by HS code. Enter it with the day from which it holds."
    ),
    icon="rates",
)


def load_rate(reader: Reader, rate_id: int) -> Draft:
    """Answer the draft of a kept rate."""
    kept = rate_values(reader, rate_id)
    values: dict[str, Value] = {
        name: getattr(kept, name) for name in ("hs_code", "from_day", "rate", "source")
    }
    return Draft(values, id=rate_id, version=1)


def build_rate(draft: Draft) -> SaveRebateRate:
    """Answer the command that keeps the rate."""
    return SaveRebateRate(
        draft.text("hs_code"),
        draft.day("from_day") or date.min,
        draft.number("rate") or ZERO,
        draft.text("source"),
        draft.id,
    )


RATE_FORM = FormSpec(
    key="rebate_rate",
    title=N_("New rebate rate"),
    kind="rebate_rate",
    sections=(
        Section(
            "",
            (
                FieldSpec("hs_code", N_("HS code"), K.CODE, required=True, span=3),
                FieldSpec("from_day", N_("From"), K.DATE, required=True, span=3),
                FieldSpec("rate", N_("Rebate rate"), K.PERCENT, required=True, span=2),
                FieldSpec("source", N_("Source"), span=4),
            ),
        ),
    ),
    load=load_rate,
    blank=lambda reader, link: Draft({"hs_code": str(link.param("hs_code") or ""), "from_day": reader.today}),
    save=save_rebate_rate,
    build=build_rate,
    check=lambda draft: check_rate(build_rate(draft)) if draft.text("hs_code") else [],
    heading=lambda draft: draft.text("hs_code") if draft.id is not None else "",
    watches=frozenset({"rebate_rate"}),
    needs="rebate.write",
    saved=N_("The rebate rate is kept."),
)
