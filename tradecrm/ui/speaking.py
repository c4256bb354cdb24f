"""The language of the window and of Qt's own dialogs: the one chosen, else that of the system."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from tradecrm.core.text import LANGUAGES, uncompiled, use_language


def speak(application: QApplication, language: str) -> str:
    """Use ``language``, or where it is none of ours that of the system, until it is called again.

    Answers what to do where its texts are not compiled; English is used then.
    """
    system = "zh_CN" if QLocale.system().language() is QLocale.Language.Chinese else "en"
    code = language if language in LANGUAGES else system
    missing = uncompiled(code)
    code = "en" if missing else code
    use_language(code)
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    if code != "en":
        own = QTranslator(application)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if own.load(f"qtbase_{code}", folder):
            application.installTranslator(own)
    return missing
