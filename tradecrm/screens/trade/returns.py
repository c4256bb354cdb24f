"""The form of goods returned (退运), with what it does to the books, and its dialogs (domain.md section 1.10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.returns import returned_credit
from tradecrm.core.text import N_, _, ngettext
from tradecrm.core.trade_flows import GOODS_RETURN
from tradecrm.screens.dialogs import dialog_form
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.money.pickers import ACCOUNT
from tradecrm.screens.spec import (
    ActionSpec,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    PickerSpec,
    Row,
    Section,
    Tone,
)
from tradecrm.screens.trade.return_list import FATE_CHOICES, RETURN_CHANGES, RETURN_STATES
from tradecrm.screens.trade.words import state_badges
from tradecrm.services.claims.return_rebates import (
    PayRebateBack,
    TakeRepaymentBack,
    pay_rebate_back,
    take_repayment_back,
)
from tradecrm.services.trade.return_card import (
    ReturnCard,
    ReturnGoods,
    ReturnShipment,
    return_card,
    return_effect,
    return_start,
    returnable,
)
from tradecrm.services.trade.returns import (
    ReceiveReturn,
    ReturnLineDraft,
    ReverseReturn,
    SaveReturn,
    receive_return,
    reverse_return,
    save_return,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)


def _row(goods: ReturnGoods) -> Line:
    """Answer goods of a shipment as a line of the form; what is not shown serves the reckoning."""
    return {
        "line": goods.line_id,
        "description": goods.description,
        "item_no": goods.item_no,
        "unit": goods.unit,
        "left": goods.shipped - goods.back,
        "quantity": goods.quantity,
        "amount": goods.amount,
        "shipped": goods.shipped,
        "invoiced": goods.invoiced,
        "back": goods.back,
        "credited": goods.credited,
    }


def shipment_ref(found: ReturnShipment) -> Ref:
    """Answer a shipment as a chosen record with its goods, which the lines take over."""
    extra: dict[str, object] = {"currency": found.currency, "goods": found.goods}
    return Ref(found.id, found.number, detail=found.customer, extra=extra)


def find_returnable(reader: Reader, text: str, _within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer shipments whose goods may come back."""
    return [shipment_ref(each) for each in returnable(reader, text)]


RETURNABLE = PickerSpec(find_returnable, None, "shipment")


def blank_return(reader: Reader, link: Link) -> Draft:
    """Answer the beginning of a return, with the goods of the shipment that the link names."""
    values: dict[str, Value] = {
        "number": "",
        "shipment": None,
        "day": reader.today,
        "fate": "stock",
        "reason": "",
        "remarks": "",
        "currency": "",
        "base": reader.base,
        "status": GOODS_RETURN.start,
    }
    key = link.param("shipment")
    if key is None:
        return Draft(values)
    found = return_start(reader, int(str(key)))
    values |= {"shipment": shipment_ref(found), "currency": found.currency}
    return Draft(values, {"lines": tuple(_row(each) for each in found.goods)})


def load_return(reader: Reader, return_id: int) -> Draft:
    """Answer the draft of a return; raises NotFound."""
    card = return_card(reader, return_id)
    values: dict[str, Value] = {
        **card.values,
        "shipment": shipment_ref(card.shipment),
        "currency": card.shipment.currency,
        "base": reader.base,
        "owed": card.owed,
        "repaid_on": card.repaid_on,
    }
    return Draft(values, {"lines": tuple(_row(each) for each in card.shipment.goods)}, card.id, card.version)


def derive_return(draft: Draft, changed: str) -> Draft:
    """Let the shipment bring its goods, and the quantity what it was invoiced at."""
    if changed == "shipment":
        chosen = draft.ref("shipment")
        found = () if chosen is None else chosen.extra.get("goods", ())
        currency = "" if chosen is None else str(chosen.extra.get("currency") or "")
        rows = [_row(each) for each in found if isinstance(each, ReturnGoods)]  # type: ignore[attr-defined]
        return draft.put(currency=currency).put_rows("lines", rows)
    if not changed.endswith(".quantity"):
        return draft
    rows = []
    for at, line in enumerate(draft.rows()):
        row = dict(line)
        quantity = as_number(row.get("quantity"))
        if changed == f"lines.{at}.quantity":
            row["amount"] = None if not quantity or quantity < 0 else _credit(row, quantity, draft)
        rows.append(row)
    return draft.put_rows("lines", rows)


def _credit(row: Line, quantity: Decimal, draft: Draft) -> Decimal:
    return returned_credit(
        quantity,
        shipped=as_number(row.get("shipped")) or ZERO,
        invoiced=as_number(row.get("invoiced")) or ZERO,
        back=as_number(row.get("back")) or ZERO,
        credited=as_number(row.get("credited")) or ZERO,
        currency=draft.text("currency"),
    )


def build_return(draft: Draft) -> SaveReturn:
    """Answer the command that saves the return: the goods that a quantity was typed for."""
    return SaveReturn(
        shipment_id=draft.ref_id("shipment") or 0,
        day=draft.day("day") or date.min,
        lines=tuple(
            ReturnLineDraft(int(as_number(line.get("line")) or 0), quantity, as_number(line.get("amount")))
            for line, quantity in _typed(draft)
        ),
        reason=draft.text("reason"),
        fate=draft.text("fate"),
        remarks=draft.text("remarks"),
        id=draft.id,
        version=draft.version,
    )


def _typed(draft: Draft) -> list[tuple[Line, Decimal]]:
    found = [(line, as_number(line.get("quantity"))) for line in draft.rows()]
    return [(line, quantity) for line, quantity in found if quantity]


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse, each at its line: the operation knows the typed lines alone."""
    if draft.text("status") != GOODS_RETURN.start:
        return []
    problems = []
    for at, line in enumerate(draft.rows()):
        quantity, amount = as_number(line.get("quantity")), as_number(line.get("amount"))
        left = as_number(line.get("left")) or ZERO
        most = (as_number(line.get("invoiced")) or ZERO) - (as_number(line.get("credited")) or ZERO)
        if quantity is not None and not 0 <= quantity <= left:
            words = _("From 0 to {left} {unit} can come back.")
            problems.append(
                Problem(
                    f"lines.{at}.quantity",
                    words.format(left=f"{left.normalize():,f}", unit=str(line.get("unit") or "")),
                )
            )
        elif amount is not None and not 0 <= amount <= most:
            words = _("From 0 to {most} can be credited.")
            most_words = format_money(most, draft.text("currency"))
            problems.append(Problem(f"lines.{at}.amount", words.format(most=most_words)))
    return problems


def return_words(draft: Draft) -> tuple[str, ...]:
    """Answer how many kinds of goods come back."""
    count = len(_typed(draft))
    return (ngettext("{count} line", "{count} lines", count).format(count=count),)


def return_total(draft: Draft) -> tuple[str, str]:
    """Answer what the customer is credited with."""
    total = sum((as_number(line.get("amount")) or ZERO for line, _quantity in _typed(draft)), ZERO)
    return N_("Amount credited"), format_money(total, draft.text("currency")) if draft.text(
        "currency"
    ) else ""


def effect_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what receiving the goods books; of a return that is booked, what it brought."""
    if draft.id is not None and draft.text("status") != GOODS_RETURN.start:
        return _booked_facts(reader, return_card(reader, draft.id))
    shipment = draft.ref_id("shipment")
    quantities = [(int(as_number(line.get("line")) or 0), quantity) for line, quantity in _typed(draft)]
    if shipment is None or not quantities:
        return (Fact(_("Type how many of which goods come back."), "", muted=True),)
    effect = return_effect(reader, shipment, draft.text("fate"), quantities)
    credit = sum((as_number(line.get("amount")) or ZERO for line, _quantity in _typed(draft)), ZERO)
    currency = draft.text("currency")
    facts = [Fact(_("Credit note"), format_money(credit, currency), strong=True)]
    if credit > effect.open_amount:
        over = format_money(credit - effect.open_amount, currency)
        facts.append(Fact(_("More than the invoice has open"), over, Tone.WARN))
    if effect.held:
        return (*facts, Fact(effect.held, "", Tone.WARN))
    return (*facts, *_cost_facts(reader, draft.text("fate"), effect.cost, effect.rebate))


_COST_WORDS = {
    "stock": N_("Cost that goes into stock"),
    "supplier": N_("Credit from the supplier"),
    "scrap": N_("Cost that leaves the shipment"),
}


def _cost_facts(reader: Reader, fate: str, cost: Decimal, rebate: Decimal) -> tuple[Fact, ...]:
    if not reader.actor.can("profit.read"):
        return ()
    facts = [Fact(_(_COST_WORDS[fate]), format_money(cost, reader.base))]
    if rebate:
        facts.append(Fact(_("Rebate that falls away"), format_money(rebate, reader.base)))
    return tuple(facts)


def _booked_facts(reader: Reader, card: ReturnCard) -> tuple[Fact, ...]:
    facts = []
    for note in card.notes:
        words = _("Supplier's credit note {number}") if note.supplier else _("Credit note {number}")
        link = Link.to("note", id=note.id)
        amount = format_money(abs(note.amount), note.currency)
        facts.append(Fact(words.format(number=note.number), amount, link=link, strong=not note.supplier))
        if note.open_amount:
            facts.append(Fact(_("Of it in hand"), format_money(abs(note.open_amount), note.currency)))
    facts += _cost_facts(reader, str(card.values["fate"]), card.cost, card.rebate)
    if card.owed and card.repaid_on is None:
        owed = format_money(card.owed, reader.base)
        facts.append(Fact(_("Owed to the tax office"), owed, Tone.WARN, strong=True))
    elif card.owed:
        words = _("Paid back to the tax office on {day}").format(day=card.repaid_on)
        facts.append(Fact(words, format_money(card.owed, reader.base), Tone.GOOD))
    return tuple(facts)


def _status(rows: Sequence[Row], *keys: str) -> bool:
    return str(rows[0].get("status") or "") in keys and rows[0].get("id") is not None


def _asks(key: str, title: str, needs: str, enabled: Any, *, primary: bool = False) -> ActionSpec:
    return ActionSpec(
        key,
        title,
        primary=primary,
        needs=needs,
        enabled=enabled,
        opens=lambda rows: Link.to(key, paper=int(rows[0]["id"]), number=str(rows[0].get("number") or "")),
    )


RETURN_ACTIONS = (
    _asks(
        "return_receive",
        N_("The goods are back"),
        "receipt.write",
        lambda rows: _status(rows, "draft"),
        primary=True,
    ),
    _asks(
        "return_repay",
        N_("Pay the rebate back"),
        "rebate.write",
        lambda rows: bool(rows[0].get("owed")) and rows[0].get("repaid_on") is None,
        primary=True,
    ),
    _asks(
        "return_reverse",
        N_("Take back"),
        "receipt.write",
        lambda rows: _status(rows, "draft", "received") and rows[0].get("repaid_on") is None,
    ),
    _asks(
        "return_repaid_back",
        N_("Take the payment back"),
        "rebate.write",
        lambda rows: rows[0].get("repaid_on") is not None,
    ),
)


def _blank_step(reader: Reader, link: Link) -> Draft:
    return Draft(
        {
            "paper": int(str(link.param("paper") or 0)),
            "number": str(link.param("number") or ""),
            "day": reader.today,
            "reason": "",
            "account": None,
            "base": reader.base,
        }
    )


def _key(draft: Draft) -> int:
    return int(draft.number("paper") or 0)


def _on(draft: Draft) -> date:
    return draft.day("day") or date.min


_DAY = FieldSpec("day", N_("On"), K.DATE, required=True, span=4)
_dialog = partial(dialog_form, kind="goods_return")
RETURN_DIALOGS: tuple[FormSpec, ...] = (
    _dialog(
        "return_receive",
        N_("The goods are back"),
        (_DAY,),
        _blank_step,
        receive_return,
        lambda draft: ReceiveReturn(_key(draft), _on(draft)),
        N_("The goods are back, and the customer is credited."),
        verb=N_("Record"),
    ),
    _dialog(
        "return_reverse",
        N_("Take back"),
        (_DAY, FieldSpec("reason", N_("Reason"), required=True, span=8)),
        _blank_step,
        reverse_return,
        lambda draft: ReverseReturn(_key(draft), _on(draft), draft.text("reason")),
        N_("The return is taken back."),
    ),
    _dialog(
        "return_repay",
        N_("Pay the rebate back"),
        (FieldSpec("account", N_("Account"), K.REF, picker=ACCOUNT, required=True, span=8), _DAY),
        _blank_step,
        pay_rebate_back,
        lambda draft: PayRebateBack(_key(draft), draft.ref_id("account") or 0, _on(draft)),
        N_("The rebate is paid back to the tax office."),
    ),
    _dialog(
        "return_repaid_back",
        N_("Take the payment back"),
        (_DAY,),
        _blank_step,
        take_repayment_back,
        lambda draft: TakeRepaymentBack(_key(draft), _on(draft)),
        N_("The payment is taken back; the rebate is owed again."),
    ),
)


def _locked(draft: Draft) -> str:
    if draft.id is None or draft.text("status") == GOODS_RETURN.start:
        return ""
    return _("The return is “{status}”; what it booked stands.").format(
        status=_(GOODS_RETURN.state(draft.text("status")).title)
    )


def _is_draft(draft: Draft) -> bool:
    return draft.text("status") == GOODS_RETURN.start


RETURN_FORM = FormSpec(
    key="goods_return",
    title=N_("Goods came back"),
    kind="goods_return",
    sections=(
        Section(
            "",
            (
                FieldSpec("shipment", N_("Shipment"), K.REF, picker=RETURNABLE, required=True, span=4),
                FieldSpec("day", N_("Date"), K.DATE, required=True, span=3),
                FieldSpec("fate", N_("Where they go"), K.CHOICE, choices=FATE_CHOICES, required=True, span=5),
                FieldSpec(
                    "reason", N_("Why they come back, printed on the credit note"), required=True, span=7
                ),
                FieldSpec("remarks", N_("Remarks"), span=5),
            ),
        ),
    ),
    load=load_return,
    blank=blank_return,
    save=save_return,
    build=build_return,
    lines=(
        LinesSpec(
            "lines",
            N_("Goods"),
            (
                FieldSpec("item_no", N_("Item no."), K.CODE, read_only=True, width=84),
                FieldSpec("description", N_("Description"), read_only=True, width=200),
                FieldSpec(
                    "left", N_("Can come back"), K.QUANTITY, read_only=True, width=84, visible=_is_draft
                ),
                FieldSpec("quantity", N_("Comes back"), K.QUANTITY, width=80),
                FieldSpec("unit", N_("Unit"), read_only=True, width=48),
                FieldSpec("amount", N_("Amount credited"), K.MONEY, width=96, currency_from=".currency"),
            ),
            summary=return_words,
            total=return_total,
            fixed=True,
        ),
    ),
    derive=derive_return,
    check=check_draft,
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    badges=partial(state_badges, RETURN_STATES),
    locked=_locked,
    panels=(
        PanelSpec("effect", N_("What is booked"), query=effect_facts, depends=("lines", "fate", "shipment")),
    ),
    actions=RETURN_ACTIONS,
    watches=RETURN_CHANGES,
    needs="shipment.write",
    saved=N_("The return is saved."),
)
