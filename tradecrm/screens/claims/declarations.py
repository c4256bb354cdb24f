"""The declaration of a shipment and the receipts that prove its collection (报关单, 收汇匹配; domain.md 1.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _, ngettext
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.money.pickers import ACCOUNT
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
    Tone,
)
from tradecrm.services.claims.collections import CollectedPart, MatchCollection, match_collection
from tradecrm.services.claims.declarations import (
    DeclaredDraft,
    SaveDeclaration,
    check_declaration,
    declaration_card,
    save_declaration,
)
from tradecrm.services.claims.rebate_ends import (
    GiveUpRebate,
    ReceiveUnclaimed,
    TaxExport,
    give_up_rebate,
    receive_unclaimed,
    tax_export,
)
from tradecrm.services.claims.rebate_state import collection_card, rebate_standing

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)


def load_declaration(reader: Reader, shipment_id: int) -> Draft:
    """Answer the declaration of a shipment, begun from its goods while none is kept; raises NotFound."""
    card = declaration_card(reader, shipment_id)
    values: dict[str, Value] = {
        "number": card.number,
        "declaration_no": card.declaration_no,
        "export_date": card.export_date,
        "claim": card.claim or "",
        "kept": card.kept,
        "shipment": Ref(card.shipment_id, card.number),
    }
    names = ("hs_code", "name", "unit", "quantity", "fob_usd", "rebate_rate")
    lines = tuple({name: getattr(line, name) for name in names} for line in card.lines)
    return Draft(values, {"lines": lines}, card.shipment_id, 1)


def blank_declaration(reader: Reader, link: Link) -> Draft:
    """Answer a declaration of no shipment: it is opened from one."""
    del reader, link
    return Draft({"number": "", "declaration_no": "", "export_date": None, "claim": "", "kept": False})


def build_declaration(draft: Draft) -> SaveDeclaration:
    """Answer the command that writes the declaration."""
    return SaveDeclaration(
        draft.id or 0,
        draft.text("declaration_no"),
        draft.day("export_date"),
        tuple(_declared(line) for line in draft.rows()),
    )


def _declared(line: Line) -> DeclaredDraft:
    return DeclaredDraft(
        str(line.get("hs_code") or ""),
        str(line.get("name") or ""),
        str(line.get("unit") or ""),
        as_number(line.get("quantity")) or ZERO,
        as_number(line.get("fob_usd")),
        as_number(line.get("rebate_rate")),
    )


def standing_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer how the rebate of the shipment stands: booked, claimed, received, and the days that count."""
    if draft.id is None:
        return ()
    found, base = rebate_standing(reader, draft.id), reader.base
    facts = [
        Fact(_("Estimated by the purchases"), format_money(found.estimated, base)),
        Fact(_("Corrected"), format_money(found.corrected, base)),
        Fact(_("Received so far"), format_money(found.received, base)),
        Fact(_("Still to come"), format_money(found.open, base), link=Link.to("report/rebates"), strong=True),
    ]
    facts += [
        Fact(number, words, link=Link.to("rebate_claim", id=key)) for key, number, words in found.claims
    ]
    if found.deadline is not None:
        facts.append(Fact(_("To be filed by"), found.deadline.isoformat()))
    if found.last is not None:
        facts.append(Fact(_("Taxed after"), found.last.isoformat(), muted=True))
    if found.at_risk:
        facts.append(Fact(_("No VAT invoice yet; the rebate is at risk."), "", Tone.WARN))
    collected = format_money(found.collection.matched, found.collection.currency)
    facts.append(Fact(_("Collection proved"), collected, link=Link.to("collection", id=draft.id)))
    return tuple(facts)


def _locked(draft: Draft) -> str:
    if draft.id is None:
        return _("A declaration is opened from its shipment.")
    if draft.text("claim"):
        return _("The declaration is matched in {claim} and stays as it is.").format(
            claim=draft.text("claim")
        )
    return ""


def _badges(draft: Draft) -> tuple[Badge, ...]:
    if draft.text("claim"):
        return (Badge(_("Claimed in {claim}").format(claim=draft.text("claim")), Tone.GOOD),)
    return () if draft.flag("kept") else (Badge(N_("Begun from the goods, not saved yet"), Tone.WARN),)


def _words(draft: Draft) -> tuple[str, ...]:
    count = len(draft.rows())
    return (ngettext("{count} item", "{count} items", count).format(count=count),)


def _fob(draft: Draft) -> tuple[str, str]:
    known = [as_number(line.get("fob_usd")) for line in draft.rows()]
    total = sum((each for each in known if each is not None), ZERO)
    return (N_("FOB"), format_money(total, "USD")) if any(each is not None for each in known) else ("", "")


def check_draft(draft: Draft) -> Sequence[Problem]:
    """Answer what the operation would refuse while it is typed."""
    return check_declaration(build_declaration(draft)) if draft.rows() else ()


def blank_end(reader: Reader, link: Link) -> Draft:
    """Answer the draft of the dialogs that end a rebate: the shipment, today."""
    card = declaration_card(reader, int(str(link.param("shipment") or 0)))
    return Draft({"shipment": card.shipment_id, "number": card.number, "day": reader.today, "reason": ""})


_DAY = FieldSpec("day", N_("Day"), K.DATE, required=True, span=4)

GIVE_UP_FORM = FormSpec(
    key="give_up_rebate",
    title=N_("Give the rebate up"),
    kind="shipment",
    sections=(Section("", (FieldSpec("reason", N_("Reason"), required=True, span=8), _DAY)),),
    load=load_nothing,
    blank=blank_end,
    save=give_up_rebate,
    build=lambda draft: GiveUpRebate(
        int(draft.text("shipment") or 0), draft.day("day") or date.min, draft.text("reason")
    ),
    heading=lambda draft: draft.text("number"),
    saved=N_("The rebate is given up; its VAT is cost."),
)


def blank_money(reader: Reader, link: Link) -> Draft:
    """Answer the draft of rebate money without a claim: today, what is still to come."""
    draft = blank_end(reader, link)
    left = rebate_standing(reader, int(draft.text("shipment"))).open
    return draft.put(amount=left, account=None, base=reader.base)


MONEY_FORM = FormSpec(
    key="rebate_unclaimed",
    title=N_("Record the money"),
    kind="shipment",
    sections=(
        Section(
            "",
            (
                FieldSpec("account", N_("Account"), K.REF, picker=ACCOUNT, required=True, span=6),
                FieldSpec("amount", N_("Amount"), K.MONEY, required=True, span=3, currency_from="base"),
                FieldSpec("day", N_("Day"), K.DATE, required=True, span=3),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_money,
    save=receive_unclaimed,
    build=lambda draft: ReceiveUnclaimed(
        int(draft.text("shipment") or 0),
        draft.ref_id("account") or 0,
        draft.day("day") or date.min,
        draft.number("amount") or ZERO,
    ),
    heading=lambda draft: draft.text("number"),
    saved=N_("The rebate is booked."),
)

TAX_FORM = FormSpec(
    key="tax_export",
    title=N_("Tax as a domestic sale"),
    kind="shipment",
    sections=(Section("", (_DAY,)),),
    load=load_nothing,
    blank=blank_end,
    save=tax_export,
    build=lambda draft: TaxExport(int(draft.text("shipment") or 0), draft.day("day") or date.min),
    heading=lambda draft: draft.text("number"),
    saved=N_("The export is taxed as a domestic sale."),
)


def _unclaimed(rows: Sequence[Row]) -> bool:
    return not rows[0].get("claim")


def _asks(target: str, title: str) -> ActionSpec:
    return ActionSpec(
        target,
        title,
        needs="rebate.write",
        enabled=_unclaimed,
        opens=lambda rows: Link.to(target, shipment=int(rows[0]["id"])),
    )


DECLARATION_FORM = FormSpec(
    key="declaration",
    title=N_("Customs declaration"),
    kind="shipment",
    sections=(
        Section(
            "",
            (
                FieldSpec("declaration_no", N_("Declaration no."), K.CODE, span=5),
                FieldSpec("export_date", N_("Export date"), K.DATE, span=3),
            ),
        ),
    ),
    load=load_declaration,
    blank=blank_declaration,
    save=save_declaration,
    build=build_declaration,
    lines=(
        LinesSpec(
            "lines",
            "",
            (
                FieldSpec("hs_code", N_("HS code"), K.CODE, required=True, width=110),
                FieldSpec("name", N_("Goods"), required=True, width=200),
                FieldSpec("quantity", N_("Quantity"), K.QUANTITY, required=True, width=80),
                FieldSpec("unit", N_("Unit"), required=True, width=56),
                FieldSpec("fob_usd", N_("FOB in USD"), K.MONEY, width=100),
                FieldSpec(
                    "rebate_rate", N_("Rebate rate"), K.PERCENT, width=90, hint=N_("of the export date")
                ),
            ),
            summary=_words,
            total=_fob,
            placeholder=N_("type an HS code"),
        ),
    ),
    check=check_draft,
    heading=lambda draft: (
        _("Declaration of {number}").format(number=draft.text("number")) if draft.id else ""
    ),
    badges=_badges,
    locked=_locked,
    panels=(PanelSpec("standing", N_("VAT rebate"), query=standing_facts),),
    actions=(
        ActionSpec(
            "collection",
            N_("Match receipts"),
            primary=True,
            needs="rebate.write",
            opens=lambda rows: Link.to("collection", id=int(rows[0]["id"])),
        ),
        _asks("rebate_unclaimed", N_("Record the money")),
        _asks("give_up_rebate", N_("Give the rebate up")),
        _asks("tax_export", N_("Tax as a domestic sale")),
    ),
    watches=frozenset(
        {"declaration_line", "rebate_claim", "rebate_claim_line", "collection_match", "shipment"}
    ),
    needs="shipment.write",
    saved=N_("The declaration is saved."),
)

DECLARATION_DIALOGS: tuple[FormSpec, ...] = (GIVE_UP_FORM, MONEY_FORM, TAX_FORM)


def load_collection(reader: Reader, shipment_id: int) -> Draft:
    """Answer the receipts that may prove a shipment's collection, with what is matched; raises NotFound."""
    card = collection_card(reader, shipment_id)
    values: dict[str, Value] = {
        "number": card.number,
        "currency": card.collection.currency,
        "wanted": card.collection.wanted,
    }
    lines = tuple(
        {
            "receipt": Ref(row.receipt_id, row.number),
            "day": row.day,
            "gross": row.gross,
            "settled": row.allocated,
            "free": row.free + row.matched,
            "matched": row.matched or None,
            "evidence": "" if row.evidence else _("no evidence"),
        }
        for row in card.rows
    )
    return Draft(values, {"lines": lines}, shipment_id, 1)


def build_collection(draft: Draft) -> MatchCollection:
    """Answer the command that writes the matches."""
    parts = []
    for line in draft.rows():
        receipt = line.get("receipt")
        if isinstance(receipt, Ref):
            parts.append(CollectedPart(int(receipt.id), as_number(line.get("matched")) or ZERO))
    return MatchCollection(draft.id or 0, tuple(parts))


def collection_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what is to come in, what is matched, and what is left to prove."""
    code, wanted = draft.text("currency"), draft.number("wanted") or ZERO
    matched = sum((as_number(line.get("matched")) or ZERO for line in draft.rows()), ZERO)
    left = wanted - matched
    return (
        Fact(_("To come in"), format_money(wanted, code)),
        Fact(_("Matched"), format_money(matched, code)),
        Fact(
            _("Left to prove"), format_money(left, code), Tone.BAD if left < 0 else Tone.NEUTRAL, strong=True
        ),
        Fact(_("Money in a cash box or on the owner's account proves nothing."), "", muted=True),
    )


def proposed_collection(draft: Draft) -> Draft:
    """Answer the draft with what each receipt settled of the invoice, where nothing is matched yet."""
    left = draft.number("wanted") or ZERO
    rows = []
    for line in draft.rows():
        use = min(as_number(line.get("settled")) or ZERO, as_number(line.get("free")) or ZERO, left)
        use = ZERO if line.get("evidence") else max(ZERO, use)
        left -= use
        rows.append({**line, "matched": use or None})
    return draft.put_rows("lines", rows)


def derive_collection(draft: Draft, changed: str) -> Draft:
    """Propose the matches when the person asks for it."""
    return (
        proposed_collection(draft).put(propose=False)
        if changed == "propose" and draft.flag("propose")
        else draft
    )


COLLECTION_FORM = FormSpec(
    key="collection",
    title=N_("Collection of a shipment"),
    kind="collection_match",
    sections=(
        Section(
            "", (FieldSpec("propose", N_("Take what each receipt settled of the invoice"), K.BOOL, span=8),)
        ),
    ),
    load=load_collection,
    blank=lambda _reader, _link: Draft({"number": "", "currency": "USD", "wanted": ZERO}),
    save=match_collection,
    build=build_collection,
    lines=(
        LinesSpec(
            "lines",
            "",
            (
                FieldSpec("receipt", N_("Receipt"), K.REF, read_only=True, width=112),
                FieldSpec("day", N_("Day"), K.DATE, read_only=True, width=96),
                FieldSpec(
                    "gross", N_("Received"), K.MONEY, read_only=True, width=100, currency_from=".currency"
                ),
                FieldSpec(
                    "settled",
                    N_("Of this invoice"),
                    K.MONEY,
                    read_only=True,
                    width=110,
                    currency_from=".currency",
                ),
                FieldSpec(
                    "free", N_("Free to match"), K.MONEY, read_only=True, width=100, currency_from=".currency"
                ),
                FieldSpec("matched", N_("Matched"), K.MONEY, width=100, currency_from=".currency"),
                FieldSpec("evidence", N_("Evidence"), read_only=True, width=100),
            ),
            fixed=True,
        ),
    ),
    derive=derive_collection,
    heading=lambda draft: _("Collection of {number}").format(number=draft.text("number")) if draft.id else "",
    locked=lambda draft: "" if draft.id is not None else _("A collection is opened from its shipment."),
    panels=(PanelSpec("collected", N_("Proof of collection"), compute=collection_facts),),
    watches=frozenset({"collection_match", "receipt", "allocation"}),
    needs="rebate.write",
    saved=N_("The collection is matched."),
)
