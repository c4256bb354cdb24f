"""The form that changes a purchase contract the factory has (采购合同变更): a new version with its reason."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Line, Ref, Value
from tradecrm.screens.spec import ActionSpec, Fact, FieldSpec, FormSpec, PanelSpec, Section, Tone
from tradecrm.screens.trade.amendment import VERSION_STATES
from tradecrm.screens.trade.contract_draft import preset_of
from tradecrm.screens.trade.purchase_draft import build_purchase, check_draft, derive_purchase, load_purchase
from tradecrm.screens.trade.words import state_badges
from tradecrm.services.control.approvals import pending_request
from tradecrm.services.trade.purchase_amendments import (
    AMENDABLE,
    KIND,
    AmendPurchase,
    DropPurchaseAmendment,
    amend_purchase,
    drop_purchase_amendment,
    purchase_versions,
    sold_labels,
    version_content,
)
from tradecrm.services.trade.purchases import HEADER, LINE, PurchaseLineDraft, SavePurchase

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
_OPEN = frozenset({"", "draft"})


def load_amendment(reader: Reader, version_id: int) -> Draft:
    """Answer the draft of a version of a purchase contract; raises NotFound."""
    row, content = version_content(reader, version_id)
    current = load_purchase(reader, content.id or 0)
    waiting = pending_request(reader, KIND, version_id)
    draft = _as_written(reader, current, content).put(
        **_marks(current),
        reason=row.reason,
        state=row.status,
        version_no=row.version_no,
        request=None if waiting is None else waiting.id,
    )
    return replace(draft, id=version_id)


def blank_amendment(reader: Reader, link: Link) -> Draft:
    """Answer the draft of an amendment of the purchase contract that the link names, as it stands."""
    current = load_purchase(reader, int(str(link.param("purchase") or 0)))
    return replace(current.put(**_marks(current), reason="", state=""), id=None)


def _marks(current: Draft) -> dict[str, Value]:
    return {"purchase_id": current.id, "purchase_version": current.version}


def _as_written(reader: Reader, current: Draft, content: SavePurchase) -> Draft:
    """Answer the contract's draft with what a version says laid over it."""
    values: dict[str, Value] = {name: getattr(content, name) for name in HEADER if name != "supplier_id"}
    code, days = preset_of(content.terms)
    values.update(terms_preset=code, terms_days=days)
    known = {line.get("line_id"): line for line in current.rows()}
    sold = [link.contract_line_id for line in content.lines for link in line.links]
    labels = sold_labels(reader, sold)
    lines = [_line(line, known.get(line.id, {}), labels) for line in content.lines]
    return derive_purchase(current.put(**values).put_rows("lines", lines), "lines")


def _line(line: PurchaseLineDraft, kept: Line, labels: dict[int, str]) -> Line:
    product = None if line.product_id is None else Ref(line.product_id, line.description_en, line.item_no)
    bought_for = None
    if line.links:
        links = tuple((link.contract_line_id, link.quantity) for link in line.links)
        words = ", ".join(dict.fromkeys(labels.get(key, "") for key, _quantity in links))
        bought_for = Ref(links[0][0], words, extra={"links": links})
    values: dict[str, Value] = {name: getattr(line, name) for name in LINE if name != "product_id"}
    return {**kept, **values, "line_id": line.id, "product": product, "bought_for": bought_for}


def build_amendment(draft: Draft) -> AmendPurchase:
    """Answer the command that writes the amendment."""
    key, version = draft.number("purchase_id"), draft.number("purchase_version")
    purchase = replace(build_purchase(draft), id=int(key or 0), version=int(version or 0))
    return AmendPurchase(purchase, draft.text("reason"))


def check_amendment_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed."""
    found = check_draft(draft)
    if not draft.text("reason").strip():
        found.append(Problem("reason", _("Say why the contract is amended; it stands in its history.")))
    return found


def _heading(draft: Draft) -> str:
    if draft.id is None:
        return _("Amend {number}").format(number=draft.text("number"))
    return _("{number}, version {version}").format(
        number=draft.text("number"), version=draft.text("version_no")
    )


def _locked(draft: Draft) -> str:
    if not draft.flag("priced"):
        return _("What factories are paid is not shown to you, so the contract cannot be edited here.")
    if draft.text("state") in _OPEN:
        return ""
    if draft.text("state") == "submitted":
        return _("This version waits for approval; the contract in force is unchanged until then.")
    return _("This version is kept as it is. To change the contract, amend it again.")


def purchase_version_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer the versions of a purchase contract, the newest first; each opens."""
    key = draft.number("purchase_id") or draft.id
    if key is None or not draft.flag("priced"):
        return ()
    titles = {choice.value: choice.label for choice in VERSION_STATES}
    facts = []
    for row in purchase_versions(reader, int(key)):
        words = _("Version {number}, {state}").format(number=row.version_no, state=_(titles[row.status]))
        tone = Tone.WARN if row.status == "submitted" else Tone.NEUTRAL
        total = format_money(row.total, draft.text("currency"))
        facts.append(Fact(words, total, tone, Link.to("purchase_amendment", id=row.id)))
        if row.reason:
            facts.append(Fact(row.reason, "", muted=True))
    return tuple(facts)


VERSIONS_PANEL = PanelSpec("versions", N_("Versions"), query=purchase_version_facts)
AMEND = ActionSpec(
    "amend",
    N_("Amend"),
    needs="purchase.write",
    enabled=lambda rows: rows[0].get("status") in AMENDABLE and bool(rows[0].get("priced")),
    opens=lambda rows: Link.to("purchase_amendment", purchase=int(rows[0]["id"])),
)
_ACTIONS = (
    ActionSpec(
        "purchase",
        N_("Open purchase contract"),
        icon="purchase",
        opens=lambda rows: Link.to("purchase", id=int(rows[0]["purchase_id"])),
    ),
    ActionSpec(
        "approval",
        N_("Open approval"),
        icon="check",
        primary=True,
        enabled=lambda rows: rows[0].get("state") == "submitted",
        opens=lambda rows: (
            Link.to("approval", id=int(rows[0]["request"])) if rows[0].get("request") else None
        ),
    ),
    ActionSpec(
        "drop",
        N_("Drop the amendment"),
        needs="purchase.write",
        enabled=lambda rows: rows[0].get("state") in {"draft", "submitted"},
        operation=drop_purchase_amendment,
        command=lambda rows: DropPurchaseAmendment(int(rows[0]["id"])),
        done=N_("The amendment is dropped; the contract stays as it was."),
    ),
)


def purchase_amendment_form(purchase: FormSpec) -> FormSpec:
    """Answer the form of a purchase amendment: the contract's own fields, and why they change."""
    why = Section("", (FieldSpec("reason", N_("Why it is amended"), required=True, span=12),))
    panels = tuple(panel for panel in purchase.panels if panel.compute is not None)
    return FormSpec(
        key="purchase_amendment",
        title=N_("Amendment"),
        kind=KIND,
        sections=(why, *purchase.sections),
        load=load_amendment,
        blank=blank_amendment,
        save=amend_purchase,
        build=build_amendment,
        lines=purchase.lines,
        derive=derive_purchase,
        check=check_amendment_draft,
        heading=_heading,
        badges=partial(state_badges, VERSION_STATES, field="state"),
        locked=_locked,
        panels=(*panels, VERSIONS_PANEL),
        actions=_ACTIONS,
        watches=frozenset({"purchase_version", "approval_request"}),
        needs="purchase.write",
        saved=N_("The amendment is kept."),
    )
