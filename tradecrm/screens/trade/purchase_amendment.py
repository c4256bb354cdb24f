"""The form that changes a purchase contract the factory has (采购合同变更): a new version with its reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Line, Ref, Value
from tradecrm.screens.spec import ActionSpec, Fact, FormSpec, PanelSpec
from tradecrm.screens.trade.contract_draft import preset_of
from tradecrm.screens.trade.purchase_draft import build_purchase, derive_purchase, load_purchase
from tradecrm.screens.trade.versions import (
    blank_version,
    locked_version,
    version_actions,
    version_draft,
    version_facts,
    version_form,
)
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


def load_amendment(reader: Reader, version_id: int) -> Draft:
    """Answer the draft of a version of a purchase contract; raises NotFound."""
    row, content = version_content(reader, version_id)
    current = load_purchase(reader, content.id or 0)
    draft = _as_written(reader, current, content).put(**_marks(current))
    return version_draft(reader, draft, row, KIND)


def blank_amendment(reader: Reader, link: Link) -> Draft:
    """Answer the draft of an amendment of the purchase contract that the link names, as it stands."""
    current = load_purchase(reader, int(str(link.param("purchase") or 0)))
    return blank_version(current.put(**_marks(current)))


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


def _locked(draft: Draft) -> str:
    if not draft.flag("priced"):
        return _("What factories are paid is not shown to you, so the contract cannot be edited here.")
    return locked_version(draft)


def purchase_version_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer the versions of a purchase contract, the newest first; each opens."""
    key = draft.number("purchase_id") or draft.id
    if key is None or not draft.flag("priced"):
        return ()
    return version_facts(purchase_versions(reader, int(key)), draft.text("currency"), "purchase_amendment")


VERSIONS_PANEL = PanelSpec("versions", N_("Versions"), query=purchase_version_facts)
AMEND = ActionSpec(
    "amend",
    N_("Amend"),
    needs="purchase.write",
    enabled=lambda rows: rows[0].get("status") in AMENDABLE and bool(rows[0].get("priced")),
    opens=lambda rows: Link.to("purchase_amendment", purchase=int(rows[0]["id"])),
)
_OPEN_PURCHASE = ActionSpec(
    "purchase",
    N_("Open purchase contract"),
    icon="purchase",
    opens=lambda rows: Link.to("purchase", id=int(rows[0]["purchase_id"])),
)


def purchase_amendment_form(purchase: FormSpec) -> FormSpec:
    """Answer the form of an amendment of a purchase contract."""
    return version_form(
        purchase,
        "purchase_amendment",
        KIND,
        load=load_amendment,
        blank=blank_amendment,
        save=amend_purchase,
        build=build_amendment,
        versions=VERSIONS_PANEL,
        actions=version_actions(
            _OPEN_PURCHASE,
            "purchase.write",
            drop_purchase_amendment,
            lambda rows: DropPurchaseAmendment(int(rows[0]["id"])),
        ),
        locked=_locked,
    )
