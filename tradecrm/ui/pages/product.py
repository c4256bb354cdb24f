"""The page of a product: its form, and its picture below."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.trade.products import PRODUCT_FORM
from tradecrm.services.trade.product_pictures import KeepProductPicture, keep_product_picture, product_picture
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.trade_form import TradeFormPage
from tradecrm.ui.theme import set_role, text_label

_SIDE = 220
"""Pixels of the picture on the page."""


class PictureCard(QFrame):
    """The picture of a product with the buttons that choose another and take it away."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        set_role(self, "card")
        self._context = context
        self._product: int | None = None
        self.picture = QLabel()
        self.picture.setFixedSize(QSize(_SIDE, _SIDE))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose_button = QPushButton(_("Choose picture"))
        self.choose_button.clicked.connect(lambda _checked=False: self.choose())
        self.drop_button = QPushButton(_("Remove"))
        self.drop_button.clicked.connect(lambda _checked=False: self._keep("", b""))
        may = context.seat.actor.can("product.write")
        head = QHBoxLayout()
        head.addWidget(text_label(_("Picture"), "section"))
        head.addStretch(1)
        for button in (self.choose_button, self.drop_button):
            if not may:
                button.hide()
            head.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(15, 8, 15, 12)
        box.addLayout(head)
        box.addWidget(self.picture)
        box.addWidget(text_label(_("It stands on quotations and proforma invoices."), "muted"))

    def show_for(self, product: int | None) -> None:
        """Show the picture of a product that is saved."""
        self._product = product
        self.setVisible(product is not None)
        if product is not None:
            self._context.ask(product_picture, product, then=self._show, replaces=(id(self), "picture"))

    def _show(self, data: bytes) -> None:
        shown = QPixmap()
        if data and shown.loadFromData(data, "PNG"):
            ratio = self.devicePixelRatioF()
            side = round(_SIDE * ratio)
            shown = shown.scaled(
                side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            shown.setDevicePixelRatio(ratio)
            self.picture.setPixmap(shown)
        else:
            self.picture.setText(_("No picture yet."))
        self.drop_button.setEnabled(bool(data))

    def choose(self) -> None:
        """Let the person pick a picture and keep it."""
        chosen, _kind = QFileDialog.getOpenFileName(
            self, _("Choose picture"), "", _("Pictures ({patterns})").format(patterns="*.png *.jpg *.jpeg")
        )
        if chosen:
            self.take(Path(chosen))

    def take(self, path: Path) -> None:
        """Keep the picture in a file; one that cannot be read is told in words."""
        try:
            content = path.read_bytes()
        except OSError as error:
            self._context.toast(
                _("{file} could not be read: {reason}").format(file=path.name, reason=error.strerror)
            )
            return
        self._keep(path.name, content)

    def _keep(self, name: str, content: bytes) -> None:
        if self._product is not None:
            self._context.perform(
                keep_product_picture,
                KeepProductPicture(self._product, name, content),
                then=lambda _none: self.show_for(self._product),
            )


class ProductPage(TradeFormPage):
    """The product's form with its picture below."""

    def __init__(self, context: PageContext, link: Link) -> None:
        self.card: PictureCard | None = None
        self._pictured: int | None = -1
        super().__init__(context, link, PRODUCT_FORM, {})

    def extend(self, column: QVBoxLayout) -> None:
        """Put the picture below the fields."""
        self.card = PictureCard(self.context)
        self.card.hide()
        column.addWidget(self.card)

    def _show(self) -> None:
        super()._show()
        product = self.session.draft.id
        if self.card is not None and self.loaded and product != self._pictured:
            self._pictured = product
            self.card.show_for(product)
