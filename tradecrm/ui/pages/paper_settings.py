"""The page on which papers are shaped without code: language, what is shown, clauses, logo and stamp."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.text import N_, _
from tradecrm.documents.registry import KINDS, usual_clauses
from tradecrm.screens.crm.pickers import find_customers, find_payees
from tradecrm.screens.draft import Ref, Value
from tradecrm.screens.spec import FieldSpec, PickerSpec
from tradecrm.services.trade.paper_parts import LOGO, OPTIONS, STAMP, ClauseFacts, Style
from tradecrm.services.trade.paper_settings import (
    DropPaperSetting,
    FirmPictures,
    KeepPicture,
    PaperSetting,
    SavePaperSetting,
    drop_paper_setting,
    firm_pictures,
    keep_picture,
    paper_setting,
    save_paper_setting,
)
from tradecrm.services.work import Reader
from tradecrm.ui.asking import may_drop
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.fields.picker import PickerEditor
from tradecrm.ui.pages.paper_clauses import ClausesEditor
from tradecrm.ui.theme import set_role, text_label

LANGUAGES = (("both", N_("English and Chinese")), ("en", N_("English")), ("zh", N_("Chinese")))
OPTION_TITLES = {
    "logo": N_("Logo"),
    "stamp": N_("Stamp"),
    "bank": N_("Bank details"),
    "hs_code": N_("HS codes"),
    "item_no": N_("Item numbers"),
    "pictures": N_("Pictures of the products"),
}
_MOST = 6_000_000
_PICTURE = (200, 90)


def find_partners(reader: Reader, text: str, within: object) -> list[Ref]:  # noqa: ARG001
    """Answer customers and then other partners for what was typed."""
    found = [*find_customers(reader, text, {}), *find_payees(reader, text, {})]
    return list({ref.id: ref for ref in found}.values())


_PARTY = FieldSpec("party", N_("Partner"), FieldKind.REF, hint=N_("Everyone, or choose a partner"))


class PaperSettingsPage(Page):
    """How each kind of paper is drawn, for everyone or for one partner; logo and stamp of the firm."""

    watches = frozenset({"paper_style", "clause", "attachment"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.kind = QComboBox()
        for key, kind in KINDS.items():
            self.kind.addItem(_(kind.title), key)
        self.kind.setCurrentIndex(max(0, self.kind.findData(link.param("kind") or "contract")))
        self.party = PickerEditor(context, _PARTY, PickerSpec(find_partners))
        self.language = QComboBox()
        for code, words in LANGUAGES:
            self.language.addItem(_(words), code)
        self.options = {name: QCheckBox(_(OPTION_TITLES[name])) for name in OPTIONS}
        self.clauses = ClausesEditor()
        self.note = text_label("", "muted", wrap=True)
        self.problem = text_label("", "problem", wrap=True)
        self.save_button = set_role(QPushButton(_("Save")), "primary")
        self.drop_button = QPushButton(_("Draw it as at first"))
        self.pictures: dict[str, QLabel] = {}
        self._read: tuple[Style, tuple[ClauseFacts, ...]] | None = None
        self._about: tuple[int, Value] = (self.kind.currentIndex(), None)
        self._lay_out()
        self._connect()
        self.reload()

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Papers and clauses")

    def icon(self) -> str:
        """Answer the icon of printing."""
        return "print"

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(lambda _index: self._on_chosen())
        self.party.typed.connect(lambda _value: self._on_chosen())
        self.save_button.clicked.connect(self.save)
        self.drop_button.clicked.connect(self.drop)
        can = self.context.seat.actor.can("price.write")
        self.save_button.setEnabled(can)
        self.drop_button.setEnabled(can)

    def _state(self) -> tuple[Style, tuple[ClauseFacts, ...]]:
        ticks = {name: box.isChecked() for name, box in self.options.items()}
        return Style(str(self.language.currentData()), **ticks), self.clauses.clauses()

    @property
    def unsaved(self) -> bool:
        """Tell whether anything differs from what was read."""
        return self._read is not None and self._state() != self._read

    def leave(self) -> bool:
        """Ask before what was typed is dropped."""
        return not self.unsaved or may_drop(self)

    def _on_chosen(self) -> None:
        """Show another paper or partner; without leave to drop what was typed the one before stays."""
        index, party = self.kind.currentIndex(), self.party.value()
        if (index, party) == self._about:
            return
        if not self.leave():
            with QSignalBlocker(self.kind), QSignalBlocker(self.party):
                self.kind.setCurrentIndex(self._about[0])
                self.party.put(self._about[1])
            return
        self._about, self._read = (index, party), None
        self.reload()

    def _party_id(self) -> int | None:
        chosen = self.party.value()
        return int(str(chosen.id)) if isinstance(chosen, Ref) else None

    def reload(self) -> None:
        """Read how the chosen kind is drawn for the chosen partner."""
        if self.unsaved:
            return
        self.problem.hide()
        key = str(self.kind.currentData())
        self.context.ask(
            paper_setting,
            key,
            self._party_id(),
            then=functools.partial(self._show, key),
            replaces=(id(self), "setting"),
        )
        self.context.ask(firm_pictures, then=self._show_pictures, replaces=(id(self), "pictures"))

    def _show(self, key: str, found: PaperSetting) -> None:
        self.language.setCurrentIndex(max(0, self.language.findData(found.style.language)))
        for name, box in self.options.items():
            box.setChecked(getattr(found.style, name))
        usual = tuple(
            ClauseFacts(each.title.en, each.title.zh, each.text.en, each.text.zh)
            for each in usual_clauses(key)
        )
        self.clauses.show_clauses(found.clauses or usual)
        if found.clauses:
            self.note.setText(_("These clauses are your own."))
        elif usual:
            self.note.setText(_("These are the usual clauses; once saved they are your own."))
        else:
            self.note.setText(_("This paper has no clauses; add what should stand on it."))
        self.drop_button.setVisible(found.own)
        self._read = self._state()

    def save(self) -> None:
        """Keep what is shown."""
        state = self._state()
        command = SavePaperSetting(str(self.kind.currentData()), self._party_id(), *state)
        self.problem.hide()
        self.context.perform(
            save_paper_setting,
            command,
            then=lambda _value: self._kept(state),
            refused=self._refused,
        )

    def _kept(self, state: tuple[Style, tuple[ClauseFacts, ...]]) -> None:
        self._read = state
        self.context.toast(_("Kept; the next papers are drawn so."))
        self.reload()

    def drop(self) -> None:
        """Forget the setting of this kind for this partner."""
        command = DropPaperSetting(str(self.kind.currentData()), self._party_id())
        self._read = None
        self.context.perform(drop_paper_setting, command, refused=self._refused)

    def _refused(self, refusal: Refusal) -> None:
        self.problem.setText("\n".join(problem.message for problem in refusal.problems))
        self.problem.show()

    def _show_pictures(self, found: FirmPictures) -> None:
        for purpose, data in ((LOGO, found.logo), (STAMP, found.stamp)):
            label = self.pictures[purpose]
            pixmap = QPixmap()
            if data and pixmap.loadFromData(data):
                label.setPixmap(
                    pixmap.scaled(
                        *_PICTURE,
                        Qt.AspectRatioMode.KeepAspectRatio,
                        Qt.TransformationMode.SmoothTransformation,
                    )
                )
            else:
                label.setText(_("None yet"))

    def _ask_picture(self, purpose: str, _checked: bool = False) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(
            self, _("Choose a picture"), "", _("Pictures") + " (*.png *.jpg *.jpeg)"
        )
        if chosen:
            self.take_picture(purpose, Path(chosen))

    def take_picture(self, purpose: str, path: Path) -> None:
        """Keep a file as logo or stamp; one too large or unreadable is told in words."""
        try:
            with path.open("rb") as file:
                content = file.read(_MOST)
        except OSError as error:
            reason = error.strerror or str(error)
            self._refused(
                Refusal.of(_("{file} could not be read: {reason}").format(file=path.name, reason=reason), "")
            )
            return
        self.context.perform(keep_picture, KeepPicture(purpose, path.name, content), refused=self._refused)

    def _drop_picture(self, purpose: str, _checked: bool = False) -> None:
        self.context.perform(keep_picture, KeepPicture(purpose, "", b""), refused=self._refused)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(text_label(_("Papers and clauses"), "title"), 1)
        head.addWidget(self.drop_button)
        head.addWidget(self.save_button)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self._clauses_card())
        left.addStretch(1)
        right.setSpacing(14)
        right.addWidget(self._style_card())
        right.addWidget(self._pictures_card())
        right.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(14)
        body.addLayout(left, 3)
        body.addLayout(right, 2)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 16, 24, 18)
        column.setSpacing(14)
        column.addLayout(head)
        column.addLayout(self._chooser())
        column.addWidget(self.problem)
        column.addLayout(body)
        column.addStretch(1)
        self.problem.hide()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _chooser(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        for place, (title, field) in enumerate(
            (
                (_("Paper"), self.kind),
                (_("Applies to"), self.party),
                (_("Language of the paper"), self.language),
            )
        ):
            field.setAccessibleName(title)
            grid.addWidget(text_label(title, "label"), 0, place)
            grid.addWidget(field, 1, place)
            grid.setColumnStretch(place, 1)
        return grid

    def _clauses_card(self) -> QFrame:
        card, column = _card(_("Clauses"))
        column.addWidget(self.note)
        column.addWidget(self.clauses)
        return card

    def _style_card(self) -> QFrame:
        card, column = _card(_("What is shown"))
        for box in self.options.values():
            column.addWidget(box)
        return card

    def _pictures_card(self) -> QFrame:
        card, column = _card(_("Logo and stamp of the firm"))
        column.addWidget(
            text_label(_("PNG or JPEG, at most 5 MB; a stamp best with a clear ground."), "muted", wrap=True)
        )
        can = self.context.seat.actor.can("settings.write")
        for purpose in (LOGO, STAMP):
            label = QLabel(_("None yet"))
            label.setMinimumHeight(_PICTURE[1])
            self.pictures[purpose] = label
            row = QHBoxLayout()
            row.addWidget(text_label(_(OPTION_TITLES[purpose]), "label"))
            row.addStretch(1)
            for title, slot in ((_("Choose…"), self._ask_picture), (_("Remove"), self._drop_picture)):
                button = QPushButton(title)
                button.setEnabled(can)
                button.clicked.connect(functools.partial(slot, purpose))
                row.addWidget(button)
            column.addLayout(row)
            column.addWidget(label)
        return card


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    """Answer a card with its heading, and the column inside it."""
    card = set_role(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 12, 16, 14)
    column.setSpacing(8)
    column.addWidget(text_label(title, "section"))
    return card, column
