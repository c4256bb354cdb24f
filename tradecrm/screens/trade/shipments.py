"""The form of a shipment (出运): goods, transport, its steps, what waits, and its chain of papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.flows import SHIPMENT
from tradecrm.core.links import Link
from tradecrm.core.money import format_amount, format_money
from tradecrm.core.text import N_, _
from tradecrm.core.ways import NO_TITLE_MODES, Thing, name_of
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    Row,
    Section,
    Step,
    Tone,
)
from tradecrm.screens.trade.agency import shipment_agency
from tradecrm.screens.trade.contracts import chain_steps, today_of
from tradecrm.screens.trade.departing import TAKE_BACK
from tradecrm.screens.trade.freight import ASK_FREIGHT, FORWARDERS_BILL, freight_of_shipment, takes_bills
from tradecrm.screens.trade.joint import JOINT_ACTIONS, JOINT_PANEL
from tradecrm.screens.trade.pickers import CONTRACT_TO_SHIP, CUSTOMER, FORWARDER, GOODS
from tradecrm.screens.trade.shipment_draft import (
    blank_shipment,
    build_shipment,
    check_draft,
    derive_shipment,
    goods_words,
    load_shipment,
    total_words,
)
from tradecrm.screens.trade.shipping_tables import bank_facts, gate_facts
from tradecrm.screens.trade.words import (
    AWAY_STATES,
    MODES,
    SHIPMENT_STATES,
    by_way,
    figure,
    has_title,
    has_voyage,
    percent,
    state_badges,
    way_field,
)
from tradecrm.services.figures.prior import EVER, late_by_shipment
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.figures.quantities import GONE
from tradecrm.services.trade.costs import KeepEstimate, keep_estimate
from tradecrm.services.trade.export_vat import ReckonExportVat, reckon_export_vat
from tradecrm.services.trade.moving import (
    STEPS_BACK,
    MoveShipment,
    TakeStepBack,
    move_shipment,
    take_step_back,
)
from tradecrm.services.trade.shipment_card import shipment_chain
from tradecrm.services.trade.shipment_purchases import AddPurchases, add_purchases
from tradecrm.services.trade.shipments import save_shipment

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
BEFORE = frozenset({"planned", "booked", "cargo_ready", "loaded", "declared"})


def shipment_steps(reader: Reader, shipment_id: int) -> tuple[Step, ...]:
    """Answer the chain of a shipment: its contracts, itself, its invoice, the receipts."""
    return chain_steps(shipment_chain(reader, shipment_id), "shipment")


def _can_step(rows: Sequence[Row], key: str) -> bool:
    """Tell whether the step is possible; by its key, for reopening leads to a state that is also reached on the way."""
    state = str(rows[0].get("status") or "")
    return bool(state) and any(step.key == key for step in SHIPMENT.next(state))


def _step(key: str, title: str, target: str, done: str, *, primary: bool = False) -> ActionSpec:
    """Answer an action that moves the shipment on today, as steps on the quay are noted when they happen."""

    def command(rows: Sequence[Row]) -> MoveShipment:
        return MoveShipment(int(rows[0]["id"]), target, today_of(rows[0]))

    return ActionSpec(
        key,
        title,
        primary=primary,
        needs="shipment.write",
        enabled=lambda rows: _can_step(rows, key),
        operation=move_shipment,
        command=command,
        done=done,
    )


def _dated(key: str, title: str, target: str) -> ActionSpec:
    """Answer an action that asks for the day first."""
    return ActionSpec(
        key,
        title,
        primary=True,
        needs="shipment.write",
        enabled=lambda rows: _can_step(rows, key),
        opens=lambda rows: Link.to("move_on", shipment=int(rows[0]["id"]), step=target),
    )


def _asks(
    key: str, title: str, target: str, enabled: Callable[[Sequence[Row]], bool], **params: str
) -> ActionSpec:
    """Answer an action that opens a dialog of the shipment."""
    return ActionSpec(
        key,
        title,
        needs="shipment.write",
        enabled=enabled,
        opens=lambda rows: Link.to(target, shipment=int(rows[0]["id"]), **params),
    )


def _opens(target: str, title: str) -> ActionSpec:
    """Answer an action that opens another page of a shipment that has left."""
    return ActionSpec(
        target,
        title,
        needs="shipment.write",
        enabled=_is_out,
        opens=lambda rows: Link.to(target, id=int(rows[0]["id"])),
    )


def _is_closed(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") == "closed"


def _is_booked(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") == "booked"


def _is_open(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") not in {"closed", "void"}


def _is_out(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") in GONE - {"closed"}


def _may_depart(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") in BEFORE


def _may_send(rows: Sequence[Row]) -> bool:
    """Tell whether a copy can be noted as the next step; a closed shipment has none but being reopened."""
    return _is_out(rows) and rows[0].get("bl_copy_sent_on") is None


def _has_title_out(rows: Sequence[Row]) -> bool:
    """Tell whether there is a document of title to give up: none by air, courier, rail or road (section 16.2)."""
    return _is_out(rows) and rows[0].get("mode") not in NO_TITLE_MODES


def _command_keep(rows: Sequence[Row]) -> KeepEstimate:
    return KeepEstimate(int(rows[0]["id"]))


def _bears_vat(rows: Sequence[Row]) -> bool:
    row = rows[0]
    return row.get("status") in GONE - {"closed"} and row.get("tax_regime") in {"MANUFACTURER", "TAXED"}


ADD_COST = ActionSpec(
    "add_cost",
    N_("Add cost"),
    icon="plus",
    needs="shipment.write",
    opens=lambda rows: Link.to("cost", shipment=int(rows[0]["id"])),
)
PURCHASES = ActionSpec(
    "purchases",
    N_("Draft purchases"),
    needs="shipment.write",
    enabled=lambda rows: bool(rows[0].get("purchases_missing")),
    operation=add_purchases,
    command=lambda rows: AddPurchases(int(rows[0]["id"])),
    done=N_("Purchases are drafted from the factory prices of the contract."),
)
KEEP = ActionSpec(
    "keep",
    N_("Keep estimate"),
    needs="shipment.write",
    operation=keep_estimate,
    command=_command_keep,
    done=N_("The estimate is kept; the profit sheet compares with it."),
)
EXPORT_VAT = ActionSpec(
    "export_vat",
    N_("Reckon export VAT"),
    needs="shipment.write",
    enabled=_bears_vat,
    operation=reckon_export_vat,
    command=lambda rows: ReckonExportVat(int(rows[0]["id"])),
    done=N_("The VAT of the export stands among the costs."),
)
COST_ACTIONS = (ADD_COST, PURCHASES, KEEP, EXPORT_VAT)

SHIPMENT_ACTIONS = (
    _step("book", N_("Book space"), "booked", N_("Space is booked."), primary=True),
    _step("ready", N_("Mark cargo ready"), "cargo_ready", N_("The cargo is ready."), primary=True),
    *by_way(
        _step("load", N_("Load cargo"), "loaded", N_("The cargo is loaded."), primary=True),
        N_("Load goods"),
        N_("The goods are loaded."),
    ),
    _step("declare", N_("Declare"), "declared", N_("The goods are declared."), primary=True),
    *by_way(
        ActionSpec(
            "depart",
            N_("Depart"),
            icon="shipments",
            primary=True,
            needs="shipment.write",
            enabled=_may_depart,
            opens=lambda rows: Link.to("depart", shipment=int(rows[0]["id"])),
        ),
        N_("Send off"),
    ),
    *by_way(
        ActionSpec(
            "copy",
            N_("Note B/L copy sent"),
            primary=True,
            needs="shipment.write",
            enabled=_may_send,
            opens=lambda rows: Link.to("bl_copy", shipment=int(rows[0]["id"])),
        ),
        N_("Note waybill copy sent"),
    ),
    *by_way(_dated("arrive", N_("Mark as arrived"), "arrived"), N_("Note arrival")),
    _dated("deliver", N_("Mark as delivered"), "delivered"),
    _step("close", N_("Close shipment"), "closed", N_("The shipment is closed."), primary=True),
    _asks(
        "late_bill", N_("Enter late bill"), "bill_late", lambda rows: _is_closed(rows) and takes_bills(rows)
    ),
    _asks("reopen", N_("Ask to reopen"), "ask_release", _is_closed, kind="reopen"),
    _asks("roll", N_("Rolled by the carrier"), "roll", _is_booked),
    _asks("release", N_("Ask for a release"), "ask_release", _is_open),
    _asks("release_bl", N_("Give the B/L up"), "release_bl", _has_title_out),
    _asks("present", N_("Present to the bank"), "present", _is_out),
    _asks("bank", N_("Note the bank's answer"), "bank_answer", _is_out),
    _asks("data", N_("Consignee, marks and declaration"), "shipping_data", _is_open),
    _asks("settle", N_("Rebate and bills"), "settle", _is_out),
    _asks("goods_back", N_("Goods came back…"), "goods_return", _is_out),
    ActionSpec(
        "advance",
        N_("Advance from the bank"),
        needs="account.write",
        enabled=_is_out,
        opens=lambda rows: Link.to("loan", shipment=int(rows[0]["id"])),
    ),
    *JOINT_ACTIONS,
    _opens("declaration", N_("Customs declaration")),
    _opens("collection", N_("Match receipts")),
    ActionSpec(
        "step_back",
        N_("Take the last step back"),
        needs="shipment.write",
        enabled=lambda rows: rows[0].get("status") in STEPS_BACK,
        operation=take_step_back,
        command=lambda rows: TakeStepBack(int(rows[0]["id"])),
        done=N_("The step is taken back."),
    ),
    TAKE_BACK,
    _step("void", N_("Void the shipment"), "void", N_("The shipment is void.")),
    ASK_FREIGHT,
    FORWARDERS_BILL,
)


def _badges(draft: Draft) -> tuple[Badge, ...]:
    found = [*state_badges(SHIPMENT_STATES if has_title(draft) else AWAY_STATES, draft)]
    if draft.flag("nothing_open"):
        found.append(Badge(N_("Nothing of this contract is open"), Tone.WARN))
    unbilled = int(draft.number("unbilled") or 0)
    if draft.text("status") in GONE and unbilled:
        found.append(Badge(N_("Bills missing"), Tone.WARN))
    return tuple(found)


def _locked(draft: Draft) -> str:
    if draft.text("status") == "closed" and draft.flag("late_bills"):
        return _("{number} is closed; its result stands. A bill that still comes is a late cost.").format(
            number=draft.text("number")
        )
    if draft.text("status") == "closed":
        return _("{number} is closed; its result stands. Ask to reopen it to change anything.").format(
            number=draft.text("number")
        )
    if draft.text("status") in GONE:
        return _("{number} has left; what was shipped stands as it was invoiced.").format(
            number=draft.text("number")
        )
    if draft.text("status") == "void":
        return _("{number} is void.").format(number=draft.text("number"))
    return ""


def _prints(draft: Draft) -> Link | None:
    """Answer the page with all papers of the shipment."""
    return Link.to("papers", shipment=draft.id) if draft.id is not None else None


def _is_new(draft: Draft) -> bool:
    return draft.id is None


def _can_add(draft: Draft) -> bool:
    return draft.text("status") not in GONE


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def papers_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer invoice, rate and the dates of the way so far."""
    if draft.id is None:
        return (Fact(_("Costs and profit stand here once the shipment is saved."), "", muted=True),)
    facts = []
    item = draft.number("invoice_item")
    if item is not None:
        facts.append(
            Fact(_("Invoice"), draft.text("invoice_number"), link=Link.to("receivable", id=int(item)))
        )
    rate = draft.number("recognition_rate")
    if rate is not None:
        facts.append(Fact(_("Recognition rate"), figure(rate, 4)))
    mode = draft.text("mode")
    for words, name in (
        (_("On board") if mode not in NO_TITLE_MODES else _(name_of(Thing.LEFT, mode)), "departed_on"),
        (_(name_of(Thing.COPY, mode)), "bl_copy_sent_on"),
        (_("Arrived"), "arrived_on"),
    ):
        if draft.day(name) is not None:
            facts.append(Fact(words, _day(draft.day(name))))
    return tuple(facts)


def result_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer the result of the shipment in short; the sheet below has every line (section 2.4)."""
    if draft.id is None or not reader.actor.can("profit.read"):
        return ()
    found = shipment_profit(reader, draft.id)
    result, base = found.result, reader.base
    link = Link.to("report/shipment_profit", shipment=draft.id)
    tone = Tone.BAD if result.trading_profit < 0 else Tone.GOOD
    facts = [
        Fact(_("Revenue"), format_amount(result.revenue, base)),
        Fact(_("Costs in all"), format_amount(-result.total_cost, base)),
        Fact(_("Trading profit"), format_money(result.trading_profit, base), tone, link, strong=True),
        Fact(_("Margin"), percent(result.margin), tone),
    ]
    if result.realized_fx:
        facts += [
            Fact(_("Realized exchange difference"), format_amount(result.realized_fx, base)),
            Fact(
                _("Profit after exchange differences"),
                format_amount(result.profit_after_fx, base),
                strong=True,
            ),
        ]
    late = late_by_shipment(reader, (draft.id,)).get(draft.id)
    if late is not None:
        bills = Link.to("report/late_costs", first=EVER.isoformat(), shipment=draft.id)
        facts.append(Fact(_("Late costs after closing"), format_amount(late, base), Tone.WARN, bills))
    unit = _("n/a") if result.cost_per_unit is None else figure(result.cost_per_unit, 4)
    facts.append(Fact(_("Export cost of 1 {currency}").format(currency=found.currency), unit))
    if found.estimate is not None:
        estimated = format_money(found.estimate.trading_profit, base)
        facts.append(Fact(_("Estimated profit"), estimated, muted=True))
    lines = Link.to("report/line_profit", shipment=draft.id)
    facts.append(Fact(_("Profit by line"), _("Show"), link=lines))
    if found.provisional:
        facts.append(Fact(_("Provisional: not departed yet, or costs are still estimated."), "", muted=True))
    return tuple(facts)


_TRANSPORT = Section(
    "",
    (
        FieldSpec("customer", N_("Customer"), K.REF, picker=CUSTOMER, span=6, read_only=True),
        FieldSpec("number", N_("Number"), K.CODE, hint=N_("next number"), span=3, visible=_is_new),
        FieldSpec("day", N_("Date"), K.DATE, required=True, span=3),
        FieldSpec(
            "contract",
            N_("Add the goods of a contract"),
            K.REF,
            picker=CONTRACT_TO_SHIP,
            within=("customer",),
            hint=N_("type a contract number or a customer"),
            span=9,
            visible=_can_add,
        ),
        FieldSpec("mode", N_("Mode"), K.CHOICE, choices=MODES, required=True, span=3),
        FieldSpec("forwarder", N_("Forwarder"), K.REF, picker=FORWARDER, span=6),
        way_field(Thing.CARRIER),
        FieldSpec("booking_no", N_("Booking no."), K.CODE, span=3),
        way_field(Thing.VESSEL),
        way_field(Thing.VOYAGE, visible=has_voyage),
        way_field(Thing.ETD, K.DATE),
        way_field(Thing.ETA, K.DATE),
        way_field(Thing.LOADING),
        way_field(Thing.DISCHARGE),
        way_field(Thing.LADING, K.CODE),
        FieldSpec("remarks", N_("Remarks"), span=3),
    ),
)
_GOODS = LinesSpec(
    "lines",
    N_("Goods"),
    (
        FieldSpec(
            "goods", N_("Item no."), K.REF, picker=GOODS, within=(".customer",), required=True, width=84
        ),
        FieldSpec("description", N_("Description"), width=180, read_only=True),
        FieldSpec("open", N_("Available"), K.QUANTITY, width=64, read_only=True, visible=_can_add),
        FieldSpec("quantity", N_("Quantity"), K.QUANTITY, required=True, width=72),
        FieldSpec("unit", N_("Unit"), width=48, read_only=True),
        FieldSpec("amount", N_("Amount"), K.MONEY, width=88, read_only=True, currency_from="currency"),
        FieldSpec("cartons", N_("Cartons"), K.INTEGER, width=64, read_only=True),
        FieldSpec("volume", N_("m³"), K.VOLUME, width=60, read_only=True),
        FieldSpec("mixed", N_("In the carton above"), K.BOOL, width=96, more=True),
        FieldSpec("contract", N_("Contract"), K.CODE, width=110, read_only=True, more=True),
        FieldSpec(
            "price", N_("Price"), K.PRICE, width=70, read_only=True, currency_from="currency", more=True
        ),
        FieldSpec("gross_weight", N_("G.W. kg"), K.WEIGHT, width=76, read_only=True, more=True),
    ),
    summary=goods_words,
    total=total_words,
    placeholder=N_("type goods or contract"),
)

SHIPMENT_FORM = FormSpec(
    key="shipment",
    title=N_("New shipment"),
    kind="shipment",
    sections=(_TRANSPORT,),
    load=load_shipment,
    blank=blank_shipment,
    save=save_shipment,
    build=build_shipment,
    lines=(_GOODS,),
    derive=derive_shipment,
    check=check_draft,
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    badges=_badges,
    locked=_locked,
    steps=shipment_steps,
    panels=(
        PanelSpec("result", N_("Result"), query=result_facts),
        JOINT_PANEL,
        PanelSpec("agency", N_("Agency export"), query=shipment_agency),
        PanelSpec("gates", N_("What stands in the way"), query=gate_facts),
        PanelSpec("papers", N_("On the way"), compute=papers_facts),
        PanelSpec("bank", N_("At the bank"), query=bank_facts),
        PanelSpec("freight", N_("Freight"), query=freight_of_shipment),
    ),
    actions=SHIPMENT_ACTIONS,
    watches=frozenset(
        {
            "shipment",
            "shipment_line",
            "cost_line",
            "estimate",
            "item",
            "allocation",
            "receipt",
            "sales_contract",
            "freight_inquiry",
            "freight_bill",
        }
    ),
    prints=_prints,
    needs="shipment.write",
    saved=N_("The shipment is saved."),
)
