"""The pages of a transfer and of an income or expense: entered, shown once posted, and taken back by a dialog."""

from __future__ import annotations

from tradecrm.core.links import Link
from tradecrm.screens.money.account_reversals import REVERSE_EXPENSE, REVERSE_TRANSFER
from tradecrm.screens.money.accounts import EXPENSE_FORM, TRANSFER_FORM
from tradecrm.screens.spec import ActionSpec, FormSpec
from tradecrm.ui.context import PageContext
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.pages.trade_dialog import OperationDialog

_DIALOGS = {spec.key: spec for spec in (REVERSE_TRANSFER, REVERSE_EXPENSE)}


class BookedPage(FormPage):
    """What is booked straight on an account; Reverse asks for the day and the reason."""

    def __init__(self, context: PageContext, link: Link, spec: FormSpec) -> None:
        super().__init__(context, link, spec)
        self.dialog: OperationDialog | None = None

    def _run(self, action: ActionSpec, _checked: bool = False) -> None:
        link = action.opens([self._row()]) if action.opens is not None else None
        if link is None or link.target not in _DIALOGS:
            super()._run(action)
            return
        spec = _DIALOGS[link.target]
        self.dialog = OperationDialog(self, self.context, link, spec, lambda _posting: self.reload())
        self.dialog.open()


def transfer_page(context: PageContext, link: Link) -> BookedPage:
    """Make the page of a transfer or exchange."""
    return BookedPage(context, link, TRANSFER_FORM)


def expense_page(context: PageContext, link: Link) -> BookedPage:
    """Make the page of an income or expense."""
    return BookedPage(context, link, EXPENSE_FORM)
