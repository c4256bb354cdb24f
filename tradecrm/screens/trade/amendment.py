"""The forms that change a contract in force: an amendment (合同变更), and lines closed short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.spec import (
    ActionSpec,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    Section,
)
from tradecrm.screens.trade.adjusting import adjustment_values
from tradecrm.screens.trade.contract_draft import (
    build_contract,
    derive_contract,
    load_contract,
    preset_of,
)
from tradecrm.screens.trade.versions import (
    blank_version,
    version_actions,
    version_draft,
    version_facts,
    version_form,
)
from tradecrm.services.crm.parties import party_card
from tradecrm.services.trade.amendments import (
    KIND,
    AmendContract,
    DropAmendment,
    amend_contract,
    contract_versions,
    drop_amendment,
    version_content,
)
from tradecrm.services.trade.contract_card import account_choices
from tradecrm.services.trade.contracts import HEADER, ContractLineDraft, SaveContract
from tradecrm.services.trade.short_close import (
    CLOSABLE,
    ShortClose,
    check_short_close,
    open_lines,
    short_close,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)


def load_amendment(reader: Reader, version_id: int) -> Draft:
    """Answer the draft of a version of a contract; raises NotFound."""
    row, content = version_content(reader, version_id)
    current = load_contract(reader, content.id or 0)
    draft = _as_written(reader, current, content).put(**_marks(current))
    return version_draft(reader, draft, row, KIND)


def blank_amendment(reader: Reader, link: Link) -> Draft:
    """Answer the draft of an amendment of the contract that the link names, as the contract stands."""
    current = load_contract(reader, int(str(link.param("contract"))))
    return blank_version(current.put(**_marks(current)))


def _marks(current: Draft) -> dict[str, Value]:
    return {"contract_id": current.id, "contract_version": current.version}


def _as_written(reader: Reader, current: Draft, content: SaveContract) -> Draft:
    """Answer the contract's draft with what a version says laid over it."""
    values: dict[str, Value] = {name: getattr(content, name) for name in HEADER}
    code, days = preset_of(content.terms)
    accounts = {key: name for key, name, _bank, _held in account_choices(reader, "", content.currency)}
    account = content.bank_account_id
    values.update(
        **adjustment_values(content.adjustment, content.adjustment_rate),
        terms_preset=code,
        terms_days=days,
        bank_account=None if account is None else Ref(account, accounts.get(account, "")),
    )
    known = {line.get("id"): line for line in current.rows()}
    lines = [_line(reader, line, known.get(line.id, {})) for line in content.lines]
    return derive_contract(current.put(**values).put_rows("lines", lines), "lines")


def _line(reader: Reader, line: ContractLineDraft, kept: Line) -> Line:
    names = (
        "id", "description_en", "quantity", "price", "unit", "description_cn", "item_no",
        "specification", "hs_code", "discount", "cost", "vat_rate", "rebate_rate",
    )  # fmt: skip
    supplier = (
        None if line.supplier_id is None else Ref(line.supplier_id, party_card(reader, line.supplier_id).name)
    )
    product = None if line.product_id is None else Ref(line.product_id, line.description_en, line.item_no)
    return {**kept, **{name: getattr(line, name) for name in names}, "product": product, "supplier": supplier}


def build_amendment(draft: Draft) -> AmendContract:
    """Answer the command that writes the amendment."""
    key, version = draft.number("contract_id"), draft.number("contract_version")
    contract = replace(build_contract(draft), id=int(key or 0), version=int(version or 0))
    return AmendContract(contract, draft.text("reason"))


def contract_version_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer the versions of the contract, the newest first; each opens."""
    key = draft.number("contract_id") or draft.id
    if key is None:
        return ()
    return version_facts(contract_versions(reader, int(key)), draft.text("currency"), "amendment")


VERSIONS_PANEL = PanelSpec("versions", N_("Versions"), query=contract_version_facts)
_OPEN_CONTRACT = ActionSpec(
    "contract",
    N_("Open contract"),
    icon="contracts",
    opens=lambda rows: Link.to("contract", id=int(rows[0]["contract_id"])),
)


def amendment_form(contract: FormSpec) -> FormSpec:
    """Answer the form of an amendment of a sales contract."""
    return version_form(
        contract,
        "amendment",
        KIND,
        load=load_amendment,
        blank=blank_amendment,
        save=amend_contract,
        build=build_amendment,
        versions=VERSIONS_PANEL,
        actions=version_actions(
            _OPEN_CONTRACT,
            "contract.write",
            drop_amendment,
            lambda rows: DropAmendment(int(rows[0]["id"])),
        ),
    )


def load_short_close(reader: Reader, contract_id: int) -> Draft:
    """Answer what is still open of each line of a contract; raises NotFound."""
    current = load_contract(reader, contract_id)
    lines: list[Line] = [
        {
            "id": row.line_id,
            "goods": row.goods,
            "ordered": row.ordered,
            "shipped": row.taken,
            "open": row.open,
            "unit": row.unit,
            "closing": ZERO,
        }
        for row in open_lines(reader, contract_id)
    ]
    values: dict[str, Value] = {
        "number": current.text("number"),
        "status": current.text("status"),
        "reason": "",
    }
    return Draft(values, {"lines": tuple(lines)}, current.id, current.version)


def build_short_close(draft: Draft) -> ShortClose:
    """Answer the command that closes the lines short."""
    lines = tuple((int(str(line.get("id"))), as_number(line.get("closing")) or ZERO) for line in draft.rows())
    return ShortClose(draft.id or 0, lines, draft.text("reason"))


def _check_short(draft: Draft) -> Sequence[Problem]:
    return check_short_close(build_short_close(draft))


def _locked_short(draft: Draft) -> str:
    if draft.text("status") in CLOSABLE:
        return ""
    return _("{number} is not in force; nothing of it is open.").format(number=draft.text("number"))


SHORT_CLOSE_FORM = FormSpec(
    key="short_close",
    title=N_("Close short"),
    kind="sales_contract",
    sections=(
        Section("", (FieldSpec("reason", N_("Why the rest is not shipped"), required=True, span=12),)),
    ),
    load=load_short_close,
    blank=lambda reader, link: load_short_close(reader, int(str(link.param("contract")))),
    save=short_close,
    build=build_short_close,
    lines=(
        LinesSpec(
            "lines",
            N_("What is still open"),
            (
                FieldSpec("goods", N_("Goods"), width=260, read_only=True),
                FieldSpec("ordered", N_("Ordered"), K.QUANTITY, width=90, read_only=True),
                FieldSpec("shipped", N_("On shipments"), K.QUANTITY, width=100, read_only=True),
                FieldSpec("open", N_("Not yet shipped"), K.QUANTITY, width=90, read_only=True),
                FieldSpec("unit", N_("Unit"), width=60, read_only=True),
                FieldSpec("closing", N_("Close short"), K.QUANTITY, width=110),
            ),
            fixed=True,
        ),
    ),
    check=_check_short,
    heading=lambda draft: _("Close {number} short").format(number=draft.text("number")),
    locked=_locked_short,
    watches=frozenset({"sales_contract", "contract_line", "shipment_line"}),
    needs="contract.write",
    saved=N_("What is closed short is no longer open."),
)
