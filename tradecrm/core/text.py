"""Interface text in English and Simplified Chinese through gettext; the source text is English."""

from __future__ import annotations

import gettext
from pathlib import Path

LANGUAGES = ("en", "zh_CN")
LANGUAGE_NAMES = {"en": "English", "zh_CN": "简体中文"}
"""Each language in its own words: whoever is shown the wrong one finds the right one."""
DOMAIN = "tradecrm"


_UNCOMPILED = (
    "The Chinese texts are not compiled yet, so English is used. Run once: python dev.py i18n\n"
    "中文文本尚未编译，暂用英文。请运行一次：python dev.py i18n"
)
"""In both languages: whoever wants the one may not read the other, and there is no catalog to translate it with."""


class _Language:
    """The language of this process's interface: chosen at start, changed in the settings."""

    def __init__(self) -> None:
        self.code = "en"
        self.catalog: gettext.NullTranslations = gettext.NullTranslations()


_language = _Language()


def locale_folder() -> Path:
    """Answer where the compiled translations lie, from source, from a wheel and from a frozen program."""
    from tradecrm.core.resources import resource_path

    return resource_path("locale")


def translator(language: str) -> gettext.NullTranslations:
    """Answer the catalog of ``language`` (``en`` or ``zh_CN``); English is the source and needs none.

    Texts that were never compiled stay English; ``uncompiled`` says so.
    """
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, str(locale_folder()), [language], fallback=True)


def uncompiled(language: str) -> str:
    """Answer what to do where the texts of ``language`` are not compiled, as in a fresh checkout; else nothing."""
    if language == "en" or gettext.find(DOMAIN, str(locale_folder()), [language]) is not None:
        return ""
    return _UNCOMPILED


def use_language(language: str) -> None:
    """Make ``language`` the one that ``_`` answers in from now on."""
    _language.catalog = translator(language)
    _language.code = language


def current_language() -> str:
    """Answer the code of the interface language, ``en`` or ``zh_CN``."""
    return _language.code


def _(message: str) -> str:
    """Translate an interface text into the current language."""
    return _language.catalog.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Translate a text whose form depends on ``number``."""
    return _language.catalog.ngettext(singular, plural, number)


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a text of a declaration for translation; whoever draws it translates it with ``_``."""
    return message
