"""Cost lines of a shipment: their table, the form of one, and entering its bill (domain.md section 2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from tradecrm.core.allocate import BASIS_TITLES, Basis
from tradecrm.core.costs import CostCurrency, cost_category, usual_basis
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import convert, format_amount, format_money
from tradecrm.core.problems import Problem
from tradecrm.core.rebate import purchase_vat
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import N_, _
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Ref, Value
from tradecrm.screens.spec import (
    ActionSpec,
    Choice,
    Fact,
    FieldSpec,
    FormSpec,
    PanelSpec,
    Row,
    Section,
    Step,
    Tone,
)
from tradecrm.screens.trade.joint import SHARE_ACTION
from tradecrm.screens.trade.pickers import PAYEE
from tradecrm.screens.trade.words import COST_CHOICES, COST_STATES, state_badges
from tradecrm.services.figures.prior import EVER, late_by_shipment
from tradecrm.services.trade.cost_card import bill_rate, cost_card, cost_start, shipment_costs
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, check_cost, save_cost

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)


def costs_table(reader: Reader, shipment_id: int) -> Table:
    """Answer the costs of a shipment as a table; each row opens its cost, what was paid opens its paper."""
    base = reader.base
    rows = []
    total = ZERO
    titles = {choice.value: _(choice.label) for choice in (*COST_CHOICES, *COST_STATES)}
    for cost in shipment_costs(reader, shipment_id):
        link = Link.to("cost", id=cost.id)
        total += cost.base_amount - cost.rebate
        cells = (
            titles[cost.category],
            cost.party,
            cost.currency,
            cost.amount,
            format_amount(cost.base_amount, base),
            titles[cost.status],
            cost.goods or cost.description,
            cost.rate,
            cost.bill_number,
        )
        party = Link.to("customer", id=cost.party_id) if cost.party_id else None
        bill = Link.to("receivable", id=cost.item_id) if cost.item_id else None
        links = (link, party, None, link, None, None, None, None, bill)
        rows.append(TableRow(cells, links, cost.currency))
        if cost.rebate:
            rebate = format_amount(-cost.rebate, base)
            words = (_("Export rebate"), "", base, -cost.rebate, rebate, "", cost.goods, None, "")
            rows.append(TableRow(words, (link,), base, 1, RowStyle.MUTED))
    totals = (_("Costs in all"), "", "", None, format_amount(total, base), "", "", None, "")
    return Table(
        "shipment_costs",
        _("Costs"),
        "",
        (
            TableColumn("category", _("Category")),
            TableColumn("party", _("Payee")),
            TableColumn("currency", _("Currency"), K.CURRENCY),
            TableColumn("amount", _("Amount"), K.MONEY),
            TableColumn("base", _("In {currency}").format(currency=base), K.MONEY),
            TableColumn("status", _("State")),
            TableColumn("description", _("For what")),
            TableColumn("rate", _("Rate"), K.RATE),
            TableColumn("bill", _("Bill no.")),
        ),
        tuple(rows),
        (TableRow(totals, style=RowStyle.TOTAL), *_late_row(reader, shipment_id)) if rows else (),
    )


def _late_row(reader: Reader, shipment_id: int) -> tuple[TableRow, ...]:
    """Answer what was billed after closing, below the costs that the result holds (section 2.11)."""
    late = late_by_shipment(reader, (shipment_id,)).get(shipment_id)
    if late is None:
        return ()
    cells = (_("Late costs"), "", "", None, format_amount(late, reader.base), "", "", None, "")
    link = Link.to("report/late_costs", first=EVER.isoformat(), shipment=shipment_id)
    return (TableRow(cells, (link, None, None, None, link), style=RowStyle.MUTED),)


def load_cost(reader: Reader, cost_id: int) -> Draft:
    """Answer the draft of a cost line; raises NotFound."""
    card = cost_card(reader, cost_id)
    values: dict[str, Value] = {
        name: getattr(card, name)
        for name in (
            "shipment_id",
            "shipment",
            "category",
            "description",
            "currency",
            "amount",
            "rate",
            "base_amount",
            "status",
            "bill_number",
            "bill_date",
            "shipment_line_id",
            "goods",
            "vat_rate",
            "rebate_rate",
            "net_amount",
            "rebate",
            "basis",
            "manual_parts",
            "recharged",
            "joint",
        )
    }
    values["party"] = None if card.party_id is None else Ref(card.party_id, card.party)
    values.update(base=reader.base, billed=card.billed, item_id=card.item_id, receipt_id=card.receipt_id)
    values["start"] = Ref(0, "", extra={"currency": card.currency})
    return Draft(values, id=card.id, version=card.version)


def blank_cost(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new cost of the shipment the link names."""
    start = cost_start(reader, int(link.param("shipment") or 0))
    values: dict[str, Value] = {
        "shipment_id": start.shipment_id,
        "shipment": start.shipment,
        "category": "",
        "currency": start.base,
        "status": "estimated",
        "base": start.base,
        "billed": False,
        "rate": Decimal(1),
        "basis": "",
        "start": Ref(
            0,
            "",
            extra={
                "currency": start.currency,
                "rates": start.rates,
                "mode": start.mode,
                "forwarder": Ref(start.forwarder_id, start.forwarder) if start.forwarder_id else None,
            },
        ),
    }
    return Draft(values)


BY_FORWARDER = frozenset({"FRT", "INL", "PRT", "CUS"})


def derive_cost(draft: Draft, changed: str) -> Draft:
    """Take currency, payee and rate that go with the category, then the base amount and the rebate."""
    start = draft.ref("start")
    extra = start.extra if start is not None else {}
    if changed == "category" and draft.text("category"):
        usual = cost_category(draft.text("category")).currency
        codes = {
            CostCurrency.BASE: draft.text("base"),
            CostCurrency.USD: "USD",
            CostCurrency.CONTRACT: str(extra.get("currency") or ""),
        }
        basis = usual_basis(draft.text("category"), str(extra.get("mode") or "")).value
        draft = draft.put(currency=codes.get(usual, draft.text("currency")), basis=basis)
        forwarder = extra.get("forwarder")
        if (
            draft.text("category") in BY_FORWARDER
            and isinstance(forwarder, Ref)
            and draft.ref("party") is None
        ):
            draft = draft.put(party=forwarder)
    if changed in {"category", "currency"}:
        rates = extra.get("rates")
        known = rates.get(draft.text("currency")) if isinstance(rates, dict) else None
        draft = draft.put(rate=Decimal(1) if draft.text("currency") == draft.text("base") else known)
    return draft.put(base_amount=_base_amount(draft))


def _base_amount(draft: Draft) -> Decimal | None:
    amount, rate = draft.number("amount"), draft.number("rate")
    return None if amount is None or rate is None else convert(amount, rate, draft.text("base"))


def build_cost(draft: Draft) -> SaveCost:
    """Answer the command that saves the draft."""
    line = draft.number("shipment_line_id")
    return SaveCost(
        shipment_id=int(draft.number("shipment_id") or 0),
        category=draft.text("category"),
        currency=draft.text("currency"),
        amount=draft.number("amount") or ZERO,
        status=draft.text("status"),
        party_id=draft.ref_id("party"),
        rate=draft.number("rate"),
        description=draft.text("description"),
        basis=draft.text("basis"),
        manual_parts=draft.text("manual_parts"),
        shipment_line_id=None if line is None else int(line),
        vat_rate=draft.number("vat_rate"),
        rebate_rate=draft.number("rebate_rate"),
        net_amount=draft.number("net_amount"),
        id=draft.id,
        version=draft.version,
    )


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed."""
    if not draft.text("category") or draft.flag("billed"):
        return []
    return check_cost(build_cost(draft))


def cost_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what the cost is in base money, with the rebate of a purchase, and what its bill opens."""
    base = draft.text("base")
    amount = draft.number("base_amount")
    facts = [
        Fact(_("Shipment"), draft.text("shipment"), link=Link.to("shipment", id=_id(draft, "shipment_id"))),
    ]
    if draft.text("goods"):
        facts.append(Fact(draft.text("goods"), "", muted=True))
    if amount is not None:
        facts.append(Fact(_("Cost"), format_money(amount, base), strong=True))
    vat, rebate = draft.number("vat_rate"), draft.number("rebate_rate")
    if draft.text("category") == "PUR" and amount is not None and vat is not None and rebate is not None:
        found = purchase_vat(amount, vat, rebate, printed_net=draft.number("net_amount"), currency=base)
        facts.append(Fact(_("Export rebate"), format_money(found.rebate, base)))
    if draft.flag("recharged"):
        facts.append(Fact(_("Charged on to the customer"), "", Tone.GOOD))
    item = _id(draft, "item_id")
    if item is not None:
        facts.append(Fact(_("Bill no."), draft.text("bill_number"), link=Link.to("receivable", id=item)))
    return tuple(facts)


def _id(draft: Draft, name: str) -> int | None:
    number = draft.number(name)
    return None if number is None else int(number)


def _is_purchase(draft: Draft) -> bool:
    return draft.text("category") == "PUR"


def _is_shared(draft: Draft) -> bool:
    return draft.number("shipment_line_id") is None


def _is_by_hand(draft: Draft) -> bool:
    return _is_shared(draft) and draft.text("basis") == Basis.MANUAL.value


def _locked(draft: Draft) -> str:
    if not draft.flag("billed"):
        return ""
    return _("This cost has its bill and cannot be edited; enter a correcting line instead.")


def _heading(draft: Draft) -> str:
    known = {choice.value: choice.label for choice in COST_CHOICES}
    if draft.id is None or draft.text("category") not in known:
        return ""
    return f"{_(known[draft.text('category')])} · {draft.text('shipment')}"


def cost_steps(reader: Reader, cost_id: int) -> tuple[Step, ...]:
    """Answer the shipment a cost belongs to, and the cost itself."""
    card = cost_card(reader, cost_id)
    shipment = _("Shipment {number}").format(number=card.shipment)
    return (
        Step(shipment, Link.to("shipment", id=card.shipment_id)),
        Step(card.bill_number or _("Cost"), current=True),
    )


def _may_bill(rows: Sequence[Row]) -> bool:
    return not rows[0].get("billed")


BILL_ACTION = ActionSpec(
    "bill",
    N_("Enter bill"),
    icon="receipts",
    primary=True,
    needs="shipment.write",
    enabled=_may_bill,
    opens=lambda rows: Link.to("bill_cost", cost=int(rows[0]["id"])),
)

RECHARGE_ACTION = ActionSpec(
    "recharge",
    N_("Charge on to the customer"),
    needs="receipt.write",
    enabled=lambda rows: not rows[0].get("recharged"),
    opens=lambda rows: Link.to("recharge_cost", cost=int(rows[0]["id"])),
)
_STATES = (COST_STATES[0], COST_STATES[1])
BASES = tuple(Choice(basis.value, title) for basis, title in BASIS_TITLES)

COST_FORM = FormSpec(
    key="cost",
    title=N_("New cost"),
    verb=N_("Save"),
    kind="cost_line",
    sections=(
        Section(
            "",
            (
                FieldSpec("category", N_("Category"), K.CHOICE, choices=COST_CHOICES, required=True, span=6),
                FieldSpec("party", N_("Payee"), K.REF, picker=PAYEE, span=6),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=3),
                FieldSpec("amount", N_("Amount"), K.MONEY, required=True, span=3, currency_from="currency"),
                FieldSpec("rate", N_("Rate"), K.RATE, required=True, span=3),
                FieldSpec(
                    "base_amount",
                    N_("In base currency"),
                    K.MONEY,
                    span=3,
                    read_only=True,
                    currency_from="base",
                ),
                FieldSpec("description", N_("For what"), span=9),
                FieldSpec("status", N_("State"), K.CHOICE, choices=COST_STATES, span=3),
                FieldSpec("basis", N_("Shared"), K.CHOICE, choices=BASES, span=3, visible=_is_shared),
                FieldSpec(
                    "manual_parts",
                    N_("Amount of each line"),
                    hint=N_("one amount a line, parted by semicolons"),
                    span=9,
                    visible=_is_by_hand,
                ),
                FieldSpec("vat_rate", N_("VAT"), K.PERCENT, span=3, visible=_is_purchase),
                FieldSpec("rebate_rate", N_("Rebate"), K.PERCENT, span=3, visible=_is_purchase),
            ),
        ),
    ),
    load=load_cost,
    blank=blank_cost,
    save=save_cost,
    build=build_cost,
    derive=derive_cost,
    check=check_draft,
    heading=_heading,
    badges=partial(state_badges, COST_STATES),
    locked=_locked,
    steps=cost_steps,
    panels=(PanelSpec("cost", N_("In the shipment's profit"), compute=cost_facts),),
    actions=(BILL_ACTION, SHARE_ACTION, RECHARGE_ACTION),
    watches=frozenset({"cost_line"}),
    needs="shipment.write",
    saved=N_("The cost is saved."),
)


def blank_bill(reader: Reader, link: Link) -> Draft:
    """Answer the draft of the bill of the cost that the link names, at today's selling rate."""
    card = cost_card(reader, int(link.param("cost") or 0))
    rate = bill_rate(reader, card.currency, reader.today)
    return Draft(
        {
            "cost": card.id,
            "day": reader.today,
            "bill_number": "",
            "currency": card.currency,
            "amount": card.amount,
            "rate": rate if rate is not None else card.rate,
            "due_on": reader.today,
            "net_amount": None,
            "category": card.category,
            "base": reader.base,
            "estimated": card.amount,
            "party": card.party,
            "frozen": card.base_amount if card.closed else None,
        }
    )


def build_bill(draft: Draft) -> BillCost:
    """Answer the command that books the bill."""
    return BillCost(
        cost_id=int(draft.number("cost") or 0),
        day=draft.day("day") or date.min,
        bill_number=draft.text("bill_number").strip(),
        amount=draft.number("amount"),
        rate=draft.number("rate"),
        net_amount=draft.number("net_amount"),
        due_on=draft.day("due_on"),
    )


def bill_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what booking the bill posts as a payable."""
    amount, rate, currency = draft.number("amount"), draft.number("rate"), draft.text("currency")
    if amount is None or rate is None:
        return ()
    facts = [
        Fact(_("Payable to {name}").format(name=draft.text("party") or "…"), format_money(amount, currency)),
        Fact(
            _("In {currency}").format(currency=draft.text("base")),
            format_amount(convert(amount, rate, draft.text("base")), draft.text("base")),
            strong=True,
        ),
    ]
    estimated = draft.number("estimated") or ZERO
    if estimated != amount:
        facts.append(Fact(_("Estimated"), format_money(estimated, currency), muted=True))
    frozen, base = draft.number("frozen"), draft.text("base")
    if frozen is not None:
        late = convert(amount, rate, base) - frozen
        facts += [
            Fact(_("In the closed result"), format_money(frozen, base), muted=True),
            Fact(_("Late cost of the month"), format_money(late, base), strong=True),
        ]
    return tuple(facts)


BILL_FORM = FormSpec(
    key="bill_cost",
    title=N_("Enter bill"),
    kind="cost_line",
    sections=(
        Section(
            "",
            (
                FieldSpec("day", N_("Bill date"), K.DATE, required=True, span=6),
                FieldSpec("bill_number", N_("Bill no."), K.CODE, hint=N_("next number"), span=6),
                FieldSpec("amount", N_("Amount"), K.MONEY, required=True, span=6, currency_from="currency"),
                FieldSpec("rate", N_("Rate"), K.RATE, required=True, span=6),
                FieldSpec("due_on", N_("Due on"), K.DATE, span=6),
                FieldSpec(
                    "net_amount",
                    N_("Net of VAT as printed"),
                    K.MONEY,
                    span=6,
                    currency_from="base",
                    visible=_is_purchase,
                ),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_bill,
    save=bill_cost,
    build=build_bill,
    panels=(PanelSpec("bill", N_("What is booked"), compute=bill_facts),),
    saved=N_("The bill is booked as a payable."),
)
