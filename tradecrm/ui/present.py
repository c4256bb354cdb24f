"""The one function that presents every error: at its field, as a sentence, or as a crash report."""

from __future__ import annotations

from collections.abc import Callable

from tradecrm.core.errors import TradeError
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _, ngettext

Toast = Callable[..., None]
Dialog = Callable[[str, str], None]
Crash = Callable[[BaseException], object]

LONG_SENTENCE = 140
"""A longer message stays until it is read: a dialog instead of a toast."""


class Presenter:
    """Presents errors: what the world did is shown and work goes on; what we did is reported.

    ``toast(text)`` shows a passing sentence, ``dialog(title, text)`` one that must be read, ``crash(error)``
    writes a crash report and offers it.
    """

    def __init__(self, toast: Toast, dialog: Dialog | None = None, crash: Crash | None = None) -> None:
        self._toast = toast
        self._dialog = dialog
        self._crash = crash

    def show(
        self,
        error: BaseException,
        refused: Callable[[Refusal], None] | None = None,
        said: Callable[[TradeError], None] | None = None,
    ) -> None:
        """Present ``error``; ``refused`` takes the problems of a Refusal to their fields.

        ``said`` says every other error of the world where the person works, in place of a passing sentence.
        """
        if isinstance(error, Refusal):
            if refused is not None:
                refused(error)
            else:
                self._sentence(_("This was not done"), self._refusal_text(error))
        elif isinstance(error, TradeError):
            if said is not None:
                said(error)
                return
            self._sentence(_("This was not done"), str(error))
        else:
            if self._crash is not None:
                self._crash(error)
            self._toast(_("Something went wrong inside the program. Nothing was changed; a report was kept."))

    def _sentence(self, title: str, text: str) -> None:
        if self._dialog is not None and (len(text) > LONG_SENTENCE or "\n" in text):
            self._dialog(title, text)
        else:
            self._toast(text)

    @staticmethod
    def _refusal_text(refusal: Refusal) -> str:
        messages = [problem.message for problem in refusal.problems]
        shown = messages[:8]
        more = len(messages) - len(shown)
        if more:
            shown.append(ngettext("and {count} more", "and {count} more", more).format(count=more))
        return "\n".join(shown)
