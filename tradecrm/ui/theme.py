"""The theme: tokens as colors, fonts and the style sheet, light or dark, following the system or chosen."""

from __future__ import annotations

import enum
import html
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tradecrm.core.resources import resource_path
from tradecrm.core.text import current_language
from tradecrm.ui import tokens
from tradecrm.ui.icons import themed_icon
from tradecrm.ui.styles import style_sheet
from tradecrm.ui.tokens import DARK, LIGHT, Tokens

W = TypeVar("W", bound=QWidget)

BUNDLED = "Noto Sans SC"
CHINESE_FAMILIES = (
    "Microsoft YaHei UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    BUNDLED,
)
NOBODYS_CHOICE = frozenset({"", "Sans", "Sans Serif", "DejaVu Sans", "Bitstream Vera Sans"})
"""What a bare Linux answers where no desktop has chosen an interface font."""


class Mode(enum.StrEnum):
    """Which of the two looks is shown."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The colors of the present look as QColor attributes, fonts, icons; ``changed`` when they change."""

    changed = Signal()

    background: QColor
    surface: QColor
    sunken: QColor
    border: QColor
    grid: QColor
    text: QColor
    muted: QColor
    accent: QColor
    accent_soft: QColor
    on_accent: QColor
    good: QColor
    good_soft: QColor
    warn: QColor
    warn_soft: QColor
    bad: QColor
    bad_soft: QColor
    series: tuple[QColor, ...]

    space_xs, space_s, space_m = tokens.SPACE_XS, tokens.SPACE_S, tokens.SPACE_M
    space_l, space_xl = tokens.SPACE_L, tokens.SPACE_XL
    radius_field, radius_card = tokens.RADIUS_FIELD, tokens.RADIUS_CARD
    row, row_compact = tokens.ROW, tokens.ROW_COMPACT

    def __init__(self, mode: Mode = Mode.SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode = mode
        self.tokens: Tokens = LIGHT
        self._families: list[str] = []
        self._application: QApplication | None = None
        self._load()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system)

    @property
    def dark(self) -> bool:
        """Tell whether the dark look is shown."""
        return self.tokens is DARK

    def set_mode(self, mode: Mode) -> None:
        """Choose light, dark, or whatever the system shows."""
        self.mode = mode
        self._refresh()

    def apply(self, application: QApplication) -> None:
        """Dress the application: Fusion, palette, font, style sheet; kept up to date from then on."""
        self._application = application
        application.setStyle("Fusion")
        self._families = _families()
        application.setFont(self.font())
        self._dress()

    def font(self, size: int = tokens.BODY, *, semibold: bool = False, tabular: bool = False) -> QFont:
        """Answer the interface font at ``size`` logical pixels; ``tabular`` gives figures of one width."""
        font = QFont()
        # It begins as the application's, which may still ask for the Latin widths of the language before.
        font.clearFeatures()
        if self._families:
            font.setFamilies(self._families)
        font.setPixelSize(size)
        if semibold:
            font.setWeight(QFont.Weight.DemiBold)
        if tabular:
            font.setFeature(QFont.Tag("tnum"), 1)
        if current_language() == "en":
            # A Chinese font draws curly quotes as wide as a character unless asked for those of Latin text.
            font.setFeature(QFont.Tag("pwid"), 1)
        return font

    def color(self, name: str) -> QColor:
        """Answer a color by the name of its token, such as ``bad_soft``."""
        return QColor(getattr(self.tokens, name))

    def tone(self, tone: str) -> tuple[QColor, QColor]:
        """Answer (ink, ground) of a chip: ``good``, ``warn``, ``bad``, ``accent``, else neutral."""
        if tone in ("good", "warn", "bad", "accent"):
            return self.color(tone), self.color(f"{tone}_soft")
        return self.muted, self.sunken

    def icon(self, name: str, ink: str = "muted") -> QIcon:
        """Answer the icon ``name`` in the color of the token ``ink``, sharp at every scale."""
        return themed_icon(name, getattr(self.tokens, ink), self.tokens.accent)

    def _load(self) -> None:
        dark = self.mode is Mode.DARK or (
            self.mode is Mode.SYSTEM and QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        )
        self.tokens = DARK if dark else LIGHT
        for name in Tokens.__slots__:
            value = getattr(self.tokens, name)
            color = QColor(value) if isinstance(value, str) else tuple(QColor(one) for one in value)
            setattr(self, name, color)

    def _on_system(self) -> None:
        if self.mode is Mode.SYSTEM:
            self._refresh()

    def _refresh(self) -> None:
        before = self.tokens
        self._load()
        if self.tokens is not before:
            self._dress()
            self.changed.emit()

    def _dress(self) -> None:
        if self._application is not None:
            self._application.setPalette(self._palette())
            self._application.setStyleSheet(style_sheet(self.tokens, dark=self.dark))

    def _palette(self) -> QPalette:
        palette = QPalette()
        role = QPalette.ColorRole
        for key, color in (
            (role.Window, self.background),
            (role.Base, self.surface),
            (role.AlternateBase, self.background),
            (role.Button, self.surface),
            (role.ToolTipBase, self.text),
            (role.ToolTipText, self.surface),
            (role.WindowText, self.text),
            (role.Text, self.text),
            (role.ButtonText, self.text),
            (role.PlaceholderText, self.muted),
            (role.Highlight, self.accent_soft),
            (role.HighlightedText, self.text),
            (role.Link, self.accent),
            (role.LinkVisited, self.accent),
            (role.Accent, self.accent),
            (role.Mid, self.border),
            (role.Midlight, self.grid),
            (role.Dark, self.muted),
            (role.Light, self.surface),
            (role.Shadow, self.border),
        ):
            palette.setColor(key, color)
        for key in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, key, self.muted)
        return palette


def _families() -> list[str]:
    """Answer the families in order: the system's, its Chinese one, the bundled last resort."""
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
        path = resource_path("fonts", name)
        if path.is_file():
            QFontDatabase.addApplicationFont(str(path))
    present = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    chinese = [family for family in CHINESE_FAMILIES if family in present]
    general = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    if general in NOBODYS_CHOICE or chinese == [BUNDLED]:
        # One family for Latin and Chinese alike: a patchwork of two looks uneven in every line.
        return [BUNDLED] if BUNDLED in present else chinese
    return [general, *chinese]


def set_role(widget: W, role: str) -> W:
    """Give a widget its class in the style sheet (``card``, ``muted``, ``title``, ``primary`` ...); answer it."""
    widget.setProperty("role", role)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)
    return widget


def text_label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Answer a label that shows its text as it is: never as markup, whatever a name contains."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    if role:
        set_role(label, role)
    return label


def plain_tip(text: str) -> str:
    """Answer a tip that shows ``text`` as it is: Qt would read a name such as ``<h1>`` as markup."""
    return f"<qt>{html.escape(text)}</qt>" if text else ""
