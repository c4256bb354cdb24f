"""The dialog of a price conversion; its answer goes into the quotation that is being typed, not into the book."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from tradecrm.core.links import Link
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import FormSpec
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.trade_dialog import OperationDialog


class ConversionDialog(OperationDialog):
    """Shows a price on every basis while terms are typed; accepting hands the typed draft over."""

    def __init__(
        self, parent: QWidget, context: PageContext, spec: FormSpec, taken: Callable[[Draft], None]
    ) -> None:
        super().__init__(parent, context, Link.to(spec.key), spec)
        self._taken = taken

    def commit(self) -> None:
        """Hand over what was typed, or show what stands against it."""
        if not self.loaded:
            return
        for box in self.boxes.values():
            box.editor.commit()
        self.session.asked_to_save = True
        problems = self.session.all_problems()
        if problems:
            self._show()
            self._go_to(problems[0].field)
            return
        self.accept()
        self._taken(self.session.draft)
