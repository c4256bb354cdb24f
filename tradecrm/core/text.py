"""Interface text in English and Simplified Chinese through gettext; the source text is English."""

from __future__ import annotations

import gettext
from pathlib import Path

LANGUAGES = ("en", "zh_CN")
LANGUAGE_NAMES = {"en": "English", "zh_CN": "简体中文"}
"""Each language in its own words: whoever is shown the wrong one finds the right one."""
DOMAIN = "tradecrm"


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
    """Answer the catalog of ``language`` (``en`` or ``zh_CN``); English is the source and needs none."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, localedir=str(locale_folder()), languages=[language])


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
