"""The pages of expense claims, VAT invoices, rebates and commission by the target of their link."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.text import N_, _
from tradecrm.screens.claims.commission import RULE_FORM, RULE_LIST, RUN_DIALOGS, RUN_FORM, RUN_LIST
from tradecrm.screens.claims.declarations import COLLECTION_FORM, DECLARATION_DIALOGS, DECLARATION_FORM
from tradecrm.screens.claims.expenses import CLAIM_DIALOGS, CLAIM_FORM, CLAIM_LIST
from tradecrm.screens.claims.rebate_dialogs import REBATE_DIALOGS
from tradecrm.screens.claims.rebates import REBATE_FORM, REBATE_LIST
from tradecrm.screens.claims.vat_invoices import INVOICE_FORM, INVOICE_LIST, RATE_FORM, RATE_LIST
from tradecrm.screens.spec import FormSpec, ListSpec
from tradecrm.ui.context import PageContext, PageFactory
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.attachments import FilesCard
from tradecrm.ui.pages.trade_form import TradeFormPage

_LISTS: tuple[ListSpec, ...] = (CLAIM_LIST, INVOICE_LIST, RATE_LIST, REBATE_LIST, RULE_LIST, RUN_LIST)
_BESIDE: dict[str, tuple[tuple[str, Link], ...]] = {
    "vat_invoices": ((N_("Rebate rates"), Link.to("rebate_rates")),),
    "rebate_claims": (
        (N_("Rebate rates"), Link.to("rebate_rates")),
        (N_("Rebate receivable"), Link.to("report/rebates")),
    ),
    "commission_runs": (
        (N_("Commission rules"), Link.to("commission_rules")),
        (N_("By person"), Link.to("report/commission")),
    ),
    "expense_claims": ((N_("Expenses"), Link.to("report/expenses")),),
}
"""What is opened from the head of a list: title and link."""

_FORMS: tuple[tuple[FormSpec, tuple[FormSpec, ...]], ...] = (
    (RATE_FORM, ()),
    (DECLARATION_FORM, DECLARATION_DIALOGS),
    (COLLECTION_FORM, ()),
    (REBATE_FORM, REBATE_DIALOGS),
    (RULE_FORM, ()),
    (RUN_FORM, RUN_DIALOGS),
)


class PageWithFiles(TradeFormPage):
    """A form with a flow and with files kept beside it; ``always`` lets them be changed whatever the state."""

    def __init__(
        self,
        context: PageContext,
        link: Link,
        spec: FormSpec,
        dialogs: tuple[FormSpec, ...],
        *,
        always: bool = False,
    ) -> None:
        self._always = always
        self._shown: tuple[int | None, bool] | None = None
        super().__init__(context, link, spec, {each.key: each for each in dialogs})

    def extend(self, column: QVBoxLayout) -> None:
        """Put the files below the lines."""
        self.files = FilesCard(self.context, self.spec.kind)
        column.addWidget(self.files)

    def _show(self) -> None:
        super()._show()
        draft = self.session.draft
        locked = not self._always and self.spec.locked is not None and bool(self.spec.locked(draft))
        if self.loaded and (draft.id, locked) != self._shown:
            self._shown = (draft.id, locked)
            self.files.show_for(draft.id, locked=locked)


def claim_pages() -> dict[str, PageFactory]:
    """Answer the factory of each page of claims by its link's target."""
    found: dict[str, PageFactory] = {spec.key: _list_factory(spec) for spec in _LISTS}
    found.update({spec.key: _form_factory(spec, dialogs) for spec, dialogs in _FORMS})
    found["expense_claim"] = lambda context, link: PageWithFiles(context, link, CLAIM_FORM, CLAIM_DIALOGS)
    found["vat_invoice"] = lambda context, link: PageWithFiles(context, link, INVOICE_FORM, (), always=True)
    return found


class ListWithLinks(ListPage):
    """A list with buttons at its head that open what belongs to it."""

    def __init__(self, context: PageContext, link: Link, spec: ListSpec) -> None:
        super().__init__(context, link, spec)
        for title, target in _BESIDE.get(spec.key, ()):
            button = QPushButton(_(title))
            button.clicked.connect(partial(self._open_beside, target))
            self.head_buttons.addWidget(button)

    def _open_beside(self, target: Link, _checked: bool = False) -> None:
        self.context.open(target)


def _list_factory(spec: ListSpec) -> PageFactory:
    return lambda context, link: ListWithLinks(context, link, spec)


def _form_factory(spec: FormSpec, dialogs: tuple[FormSpec, ...]) -> PageFactory:
    return lambda context, link: TradeFormPage(context, link, spec, {each.key: each for each in dialogs})
