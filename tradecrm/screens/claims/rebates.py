"""Export rebate claims (退税申报): the list, the page that matches declarations with invoices, and its steps (1.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, cast

from tradecrm.core.claim_flows import REBATE_CLAIM
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money, round_money
from tradecrm.core.problems import Problem
from tradecrm.core.rebate import rebate_rate
from tradecrm.core.text import N_, _, ngettext
from tradecrm.screens.claims.words import REBATE_STATES, Within, is_kept, record_id
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.spec import (
    ActionSpec,
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
from tradecrm.screens.trade.words import in_state, state_badges
from tradecrm.services.claims.lists import REBATE_CLAIMS
from tradecrm.services.claims.rebate_card import (
    DeclaredChoice,
    InvoicedChoice,
    declared_choices,
    invoiced_choices,
    rebate_card,
)
from tradecrm.services.claims.rebate_moves import (
    MoveRebate,
    move_rebate,
)
from tradecrm.services.claims.rebates import (
    MatchDraft,
    SaveRebateClaim,
    check_rebate_claim,
    rebate_gaps,
    save_rebate_claim,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)


def open_claim(row: Row) -> Link:
    """Answer the page of a claim's row."""
    return Link.to("rebate_claim", id=row["id"])


REBATE_LIST = ListSpec(
    key="rebate_claims",
    title=N_("Export rebates"),
    kind="rebate_claim",
    source=REBATE_CLAIMS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, 124, link=open_claim),
        ColumnSpec("day", N_("Date"), K.DATE),
        ColumnSpec("shipments", N_("Shipments"), width=240, filterable=False),
        ColumnSpec("status", N_("Status"), K.CHOICE, choices=REBATE_STATES),
        ColumnSpec("claimed", N_("Claimed"), K.MONEY, summed=True),
        ColumnSpec("approved", N_("Amount granted"), K.MONEY, summed=True),
        ColumnSpec("received", N_("Received so far"), K.MONEY, summed=True),
        ColumnSpec("filed_on", N_("Filed on"), K.DATE),
        ColumnSpec("approved_on", N_("Approved on"), K.DATE, hidden_by_default=True),
    ),
    opens=open_claim,
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec(
            "open",
            N_("Not settled"),
            (Filter("status", Op.NONE_OF, ("received", "refused")),),
        ),
        ViewSpec("collecting", N_("Collecting"), (Filter("status", Op.ANY_OF, ("collecting", "ready")),)),
    ),
    quick_filters=("status", "day"),
    new=Link.to("rebate_claim"),
    new_title=N_("New rebate claim"),
    watches=frozenset({"rebate_claim", "rebate_claim_line", "rebate_receipt"}),
    empty_title=N_("No rebate claims yet"),
    empty_text=N_(
        "A claim matches what customs has with the VAT invoices of the factories, up to the money received."
    ),
    icon="bank",
)


def declared_ref(choice: DeclaredChoice) -> Ref:
    """Answer a declared item as a chosen record, with what a line of the claim reckons by."""
    return Ref(
        choice.item.id,
        choice.words,
        detail=choice.left_words,
        extra={
            "left": choice.item.left,
            "rate": choice.item.rebate_rate,
            "unit": choice.item.unit,
            "item": choice,
        },
    )


def invoiced_ref(choice: InvoicedChoice) -> Ref:
    """Answer an invoice line as a chosen record, with what a line of the claim reckons by."""
    return Ref(
        choice.line.id,
        choice.number,
        detail=f"{choice.supplier} · {choice.description} · {choice.left_words}",
        extra={"left": choice.line.left, "rate": choice.line.vat_rate, "line": choice},
    )


def find_declared(reader: Reader, text: str, _within: Within) -> Sequence[Ref]:
    """Answer declared items with something left to claim."""
    return [declared_ref(each) for each in declared_choices(reader, text)]


def find_invoiced(reader: Reader, text: str, within: Within) -> Sequence[Ref]:
    """Answer invoice lines of the same goods as the chosen item, all with something left before one is chosen."""
    from tradecrm.core.rebate_claims import same_goods

    chosen = within.get("declared")
    wanted = chosen.extra.get("item") if isinstance(chosen, Ref) else None
    found = invoiced_choices(reader, text)
    if isinstance(wanted, DeclaredChoice):
        found = tuple(each for each in found if same_goods(wanted.item, each.line))
    return [invoiced_ref(each) for each in found[:20]]


DECLARED = PickerSpec(find_declared, None, "")
INVOICED = PickerSpec(find_invoiced, None, "")


def load_claim(reader: Reader, claim_id: int) -> Draft:
    """Answer the draft of a claim with what it still lacks; raises NotFound."""
    card = rebate_card(reader, claim_id)
    values: dict[str, Value] = dict(card.values)
    values["base"] = card.base
    lines: list[Line] = [
        {
            "declared": declared_ref(declared),
            "invoiced": invoiced_ref(invoiced),
            "quantity": quantity,
            "net": net,
            "rate": rate,
            "rebate": rebate,
        }
        for declared, invoiced, quantity, net, rate, rebate in card.lines
    ]
    return Draft(values, {"lines": tuple(lines)}, card.id, card.version)


def blank_claim(reader: Reader, link: Link) -> Draft:
    """Answer the beginning of a claim."""
    del link
    return Draft(
        {
            "number": "",
            "day": reader.today,
            "status": REBATE_CLAIM.start,
            "exempt_reason": "",
            "remarks": "",
            "base": reader.base,
        }
    )


def derive_claim(draft: Draft, changed: str) -> Draft:
    """Reckon E and rebate of each line as the operation will; a chosen item brings its quantity."""
    rows: list[Line] = []
    for at, line in enumerate(draft.rows()):
        row = dict(line)
        declared, invoiced = row.get("declared"), row.get("invoiced")
        if changed == f"lines.{at}.declared" and isinstance(declared, Ref) and declared.extra:
            row["quantity"] = cast("Decimal", declared.extra["left"])
        quantity = as_number(row.get("quantity"))
        if (
            isinstance(declared, Ref)
            and isinstance(invoiced, Ref)
            and quantity
            and declared.extra
            and invoiced.extra
        ):
            row |= _reckoned(declared, invoiced, quantity, draft.text("base"))
        rows.append(line if row == dict(line) else row)
    return draft.put_rows("lines", rows)


def _reckoned(declared: Ref, invoiced: Ref, quantity: Decimal, base: str) -> dict[str, Value]:
    from tradecrm.core.rebate_claims import claimed_net

    line = cast("InvoicedChoice", invoiced.extra["line"]).line
    rate = rebate_rate(cast("Decimal", declared.extra["rate"]), line.vat_rate)
    net = claimed_net(line, quantity, base)
    return {"net": net, "rate": rate, "rebate": round_money(net * rate, base)}


def build_claim(draft: Draft) -> SaveRebateClaim:
    """Answer the command that saves the claim."""
    return SaveRebateClaim(
        day=draft.day("day") or date.min,
        lines=tuple(_match(line) for line in draft.rows()),
        exempt_reason=draft.text("exempt_reason"),
        remarks=draft.text("remarks"),
        id=draft.id,
        version=draft.version,
    )


def _match(line: Line) -> MatchDraft:
    declared, invoiced = line.get("declared"), line.get("invoiced")
    return MatchDraft(
        int(declared.id) if isinstance(declared, Ref) else 0,
        int(invoiced.id) if isinstance(invoiced, Ref) else 0,
        as_number(line.get("quantity")),
    )


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed."""
    return [] if draft.day("day") is None else check_rebate_claim(build_claim(draft))


def claim_total(draft: Draft) -> tuple[str, str]:
    """Answer what is claimed in all."""
    total = sum((as_number(line.get("rebate")) or ZERO for line in draft.rows()), ZERO)
    return N_("Rebate amount"), format_money(total, draft.text("base"))


def claim_words(draft: Draft) -> tuple[str, ...]:
    """Answer how many matches there are and their E."""
    rows = draft.rows()
    net = sum((as_number(line.get("net")) or ZERO for line in rows), ZERO)
    return (
        ngettext("{count} match", "{count} matches", len(rows)).format(count=len(rows)),
        _("E {amount}").format(amount=format_money(net, draft.text("base"))),
    )


def gap_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what the claim still lacks to be filed, in words."""
    if draft.id is None:
        return (Fact(_("Save the claim, then add shipments to it."), "", muted=True),)
    if draft.text("status") not in {"collecting", "ready"}:
        return ()
    gaps = rebate_gaps(reader, draft.id)
    return tuple(Fact(gap, "", Tone.WARN) for gap in gaps) or (Fact(_("Nothing is missing."), "", Tone.GOOD),)


def money_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what was claimed, approved and received, and each payment of the tax office."""
    if draft.id is None:
        return ()
    card = rebate_card(reader, draft.id)
    facts = [Fact(_("Claimed"), format_money(card.values["claimed"], card.base))]
    if card.values["approved"] is not None:
        facts.append(Fact(_("Amount granted"), format_money(card.values["approved"], card.base)))
    facts += [
        Fact(
            row.day.isoformat(),
            format_money(row.amount, card.base),
            link=Link.to("account", id=row.account_id),
        )
        for row in card.money
    ]
    if card.values["approved"] is not None:
        facts.append(Fact(_("Still to come"), card.left_words(), strong=True))
    return tuple(facts)


def _locked(draft: Draft) -> str:
    if draft.id is None or draft.text("status") == REBATE_CLAIM.start:
        return ""
    return _("The claim is “{status}”; collect again to change it.").format(
        status=_(REBATE_CLAIM.state(draft.text("status")).title)
    )


def _asks(key: str, title: str, *sources: str, primary: bool = False) -> ActionSpec:
    return ActionSpec(
        key,
        title,
        primary=primary,
        needs="rebate.write",
        enabled=in_state(*sources),
        opens=lambda rows: Link.to(key, claim=record_id(rows)),
    )


REBATE_ACTIONS: tuple[ActionSpec, ...] = (
    _asks("rebate_add", N_("Add a shipment"), "collecting", primary=True),
    ActionSpec(
        "ready",
        N_("Mark as ready"),
        primary=True,
        needs="rebate.write",
        enabled=in_state("collecting"),
        operation=move_rebate,
        command=lambda rows: MoveRebate(record_id(rows), "ready", cast("date", rows[0]["today"])),
        done=N_("The claim is ready to be filed."),
    ),
    _asks("rebate_file", N_("File the claim"), "ready", primary=True),
    _asks("rebate_approve", N_("Approved by the tax office"), "filed", primary=True),
    _asks("rebate_receive", N_("Record the money"), "approved", "partly_received", primary=True),
    _asks("rebate_refuse", N_("Refused by the tax office"), "filed", "approved", "partly_received"),
    _asks("rebate_take_back", N_("Take the money back"), "received", "partly_received"),
    _asks("rebate_collect", N_("Collect again"), "ready", "filed"),
)

REBATE_FORM = FormSpec(
    key="rebate_claim",
    title=N_("New rebate claim"),
    kind="rebate_claim",
    sections=(
        Section(
            "",
            (
                FieldSpec("day", N_("Date"), K.DATE, required=True, span=3),
                FieldSpec(
                    "exempt_reason",
                    N_("Why collection need not be proved"),
                    span=5,
                    hint=N_("only where receipts are missing"),
                ),
                FieldSpec("remarks", N_("Remarks"), span=4),
            ),
        ),
    ),
    load=load_claim,
    blank=blank_claim,
    save=save_rebate_claim,
    build=build_claim,
    lines=(
        LinesSpec(
            "lines",
            "",
            (
                FieldSpec("declared", N_("Declared item"), K.REF, picker=DECLARED, required=True, width=200),
                FieldSpec(
                    "invoiced",
                    N_("VAT invoice"),
                    K.REF,
                    picker=INVOICED,
                    within=("declared",),
                    required=True,
                    width=178,
                ),
                FieldSpec("quantity", N_("Quantity"), K.QUANTITY, required=True, width=80),
                FieldSpec("net", N_("E claimed"), K.MONEY, read_only=True, width=96, currency_from=".base"),
                FieldSpec("rate", N_("Rebate rate"), K.PERCENT, read_only=True, width=60),
                FieldSpec(
                    "rebate", N_("Rebate amount"), K.MONEY, read_only=True, width=90, currency_from=".base"
                ),
            ),
            summary=claim_words,
            total=claim_total,
            placeholder=N_("type a shipment"),
        ),
    ),
    derive=derive_claim,
    check=check_draft,
    heading=lambda draft: draft.text("number") if is_kept(draft) else "",
    badges=partial(state_badges, REBATE_STATES),
    locked=_locked,
    panels=(
        PanelSpec("gaps", N_("What is missing"), query=gap_facts),
        PanelSpec("money", N_("Money"), query=money_facts),
    ),
    actions=REBATE_ACTIONS,
    watches=frozenset(
        {
            "rebate_claim",
            "rebate_claim_line",
            "rebate_receipt",
            "declaration_line",
            "collection_match",
            "shipment",
        }
    ),
    needs="rebate.write",
    saved=N_("The rebate claim is saved."),
)
