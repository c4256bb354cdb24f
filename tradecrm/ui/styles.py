"""The style sheet of the interface, filled in from the tokens; classes are the dynamic property ``role``."""

from __future__ import annotations

from string import Template

from tradecrm.core.resources import resource_path
from tradecrm.ui.tokens import Tokens

_BASE = """
QWidget { font-size: 13px; color: $text; }
QMainWindow, QDialog, QWidget#page, QWidget[role="page"], QScrollArea[role="page"] { background: $background; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget { background: transparent; }
QLabel { background: transparent; }
QToolTip { background: $text; color: $surface; border: none; padding: 4px 8px; }
QFrame[role="card"] { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame[role="chosen"] { background: $accent_soft; border-radius: 6px; }
QFrame[role="tile"] { background: $sunken; border: 1px solid $border; border-radius: 10px; }
QFrame[role="line"] { background: $grid; border: none; min-height: 1px; max-height: 1px; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="label"] { color: $muted; font-size: 11px; }
QLabel[role="small"] { font-size: 11px; }
QLabel[role="section"] { font-size: 14px; font-weight: 600; }
QLabel[role="title"] { font-size: 20px; font-weight: 600; }
QLabel[role="figure"] { font-size: 23px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="good"] { color: $good; }
QLabel[role="warn"] { color: $warn; }
QLabel[role="bad"], QLabel[role="problem"] { color: $bad; }
QLabel[role="problem"] { font-size: 11px; }
QLabel[role^="chip"] { font-size: 11px; padding: 2px 10px; border-radius: 9px; min-height: 15px;
    max-height: 15px; background: $sunken; color: $muted; }
QLabel[role="chip-good"] { background: $good_soft; color: $good; }
QLabel[role="chip-warn"] { background: $warn_soft; color: $warn; }
QLabel[role="chip-bad"] { background: $bad_soft; color: $bad; }
QLabel[role="chip-accent"] { background: $accent_soft; color: $accent; }
"""

_CONTROLS = """
QPushButton { background: $surface; color: $text; border: 1px solid $border; border-radius: 6px;
    padding: 6px 12px; min-height: 18px; }
QPushButton:hover { border-color: $muted; }
QPushButton:pressed, QPushButton:checked { background: $sunken; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $muted; background: $background; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[role="primary"]:hover { border-color: $text; }
QPushButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="primary"]:disabled { background: $sunken; color: $muted; border-color: $border; }
QPushButton[role="danger"] { color: $bad; }
QPushButton[role="bell"] { background: transparent; border: 1px solid transparent; padding: 0; }
QPushButton[role="bell"]:hover { background: $sunken; }
QPushButton[role="bell"]:focus { border-color: $accent; }
QPushButton[role="person"] { background: transparent; border: 1px solid transparent; color: $muted; padding: 4px 6px; }
QPushButton[role="person"]:hover { background: $sunken; }
QPushButton[role="person"]:focus { border-color: $accent; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; color: $accent;
    padding: 2px 4px; text-align: left; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border-color: $accent; }
QPushButton[role="link"]:disabled { color: $muted; }
QPushButton[role="chip"] { background: $sunken; border: 1px solid transparent; border-radius: 13px; padding: 3px 12px; }
QPushButton[role="chip"]:hover, QPushButton[role="chip"]:focus { border-color: $accent; }
QPushButton[role="chip"]:checked { background: $accent_soft; color: $accent; }
QPushButton[role="tile"] { background: $background; border-radius: 10px; padding: 6px 10px; text-align: left; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; }
QToolButton:hover, QToolButton:pressed, QToolButton:checked { background: $sunken; }
QToolButton:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; }
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox { background: $surface; color: $text;
    border: 1px solid $border; border-radius: 6px; padding: 4px 8px; min-height: 20px;
    selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit { min-height: 66px; }
QPlainTextEdit[role="two-lines"] { min-height: 0; }
QLineEdit:hover, QPlainTextEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: $muted; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {
    border-color: $accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    background: $background; color: $muted; }
QLineEdit:read-only, QPlainTextEdit:read-only, QTextEdit:read-only, QComboBox[locked="true"] {
    background: $background; border-color: $background; color: $text; }
QLineEdit:read-only:focus, QPlainTextEdit:read-only:focus { border-color: $accent; }
QComboBox[locked="true"]::down-arrow { image: none; }
QLineEdit[problem="true"], QPlainTextEdit[problem="true"], QComboBox[problem="true"],
    QAbstractSpinBox[problem="true"] { border-color: $bad; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url($chevron); width: 12px; height: 12px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QDateEdit::drop-down { border: none; width: 22px; }
QDateEdit::down-arrow { image: url($chevron); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border; outline: none;
    selection-background-color: $accent_soft; selection-color: $text; }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $muted;
    background: $surface; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($check); }
QRadioButton::indicator:checked { border: 4px solid $accent; width: 8px; height: 8px; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QSlider:horizontal { min-height: 18px; }
QSlider::groove:horizontal { height: 4px; background: $sunken; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
    background: $surface; border: 1px solid $accent; }
QProgressBar { background: $sunken; border: none; border-radius: 2px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
"""

_VIEWS = """
QListView[role="picker"] { border: 1px solid $border; border-radius: 6px; }
QListView[role="picker"]::item { padding: 4px 8px; }
QListView[role="picker"]::item:selected { background: $accent_soft; color: $text; }
QAbstractItemView { background: $surface; border: none; outline: none; gridline-color: $grid;
    selection-background-color: $accent_soft; selection-color: $text; alternate-background-color: $surface; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; border: none; border-bottom: 1px solid $border;
    padding: 6px 8px; font-weight: 600; }
QTableCornerButton::section { background: $surface; border: none; border-bottom: 1px solid $border; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: $surface; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $grid; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenuBar { background: $surface; border-bottom: 1px solid $border; }
QMenuBar::item { padding: 5px 10px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: $sunken; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QTabWidget::pane { border: none; }
QTabBar { background: transparent; border: none; }
QTabBar::tab { background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: 8px 12px; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QGroupBox { border: none; margin-top: 20px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }
"""

_SHELL = """
QWidget#sidebar { background: $surface; border: none; border-right: 1px solid $border; }
QWidget#topbar { background: $surface; border: none; border-bottom: 1px solid $border; }
QWidget#status { background: $surface; border: none; border-top: 1px solid $border; }
QWidget#status QLabel, QWidget#status QPushButton { color: $muted; font-size: 11px; }
QWidget#status QLabel[role="warn"] { color: $warn; }
QLabel#brand { font-size: 14px; font-weight: 600; padding: 0 10px; }
QPushButton#group { color: $muted; font-size: 11px; padding: 10px 10px 2px 2px; border: none;
    background: transparent; text-align: left; }
QPushButton#group:hover { color: $text; }
QPushButton[role="nav"] { background: transparent; border: 1px solid transparent;
    border-radius: 6px; padding: 0 6px 0 9px; min-height: 28px;
    max-height: 28px; text-align: left; color: $text; }
QPushButton[role="nav"]:hover { background: $sunken; }
QPushButton[role="nav"]:checked { background: $accent_soft; color: $accent; font-weight: 600; }
QPushButton[role="nav"]:focus { border-color: $accent; }
QPushButton#search { background: $sunken; border: 1px solid $border; color: $muted; text-align: left;
    padding: 5px 12px; border-radius: 6px; }
QPushButton#search:hover, QPushButton#search:focus { border-color: $accent; }
QTabBar#tabs { qproperty-drawBase: 0; font-weight: 600; }
QTabBar#tabs::tab { font-weight: 400; min-height: 26px; max-height: 26px;
    padding: 8px 14px; min-width: 40px; max-width: 220px; }
QTabBar#tabs::tab:selected { font-weight: 600; }
QTabBar#tabs::tear { width: 0; image: none; border: none; }
QTabBar#tabs QToolButton { background: $surface; }
QFrame#palette, QFrame#popup, QFrame#menu { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame#palette QLineEdit { border: none; border-radius: 0; font-size: 14px;
    padding: 12px 16px; background: transparent; }
QFrame#palette QListView { background: transparent; border-top: 1px solid $grid; padding: 4px; }
QFrame#toast { background: $text; border-radius: 6px; }
QFrame#toast QLabel { color: $surface; }
QFrame#toast QPushButton { color: $toast_link; background: transparent; border: none; font-weight: 600; }
QFrame#toast QPushButton:hover, QFrame#toast QPushButton:focus { text-decoration: underline; }
"""

_TEMPLATE = Template(_BASE + _CONTROLS + _VIEWS + _SHELL)


def style_sheet(tokens: Tokens, *, dark: bool) -> str:
    """Answer the Qt style sheet of one look."""
    names = {name: getattr(tokens, name) for name in Tokens.__slots__ if name != "series"}
    suffix = "dark" if dark else "light"
    return _TEMPLATE.substitute(
        names,
        # A toast stands on the color of text, so its link takes the accent of the other look.
        toast_link="#2358D5" if dark else "#9DB7F3",
        chevron=resource_path("icons", f"chevron-{suffix}.svg").as_posix(),
        check=resource_path("icons", f"check-{suffix}.svg").as_posix(),
    )
