"""The dialogs that ask something before a step: a few fields, begun anew each time, never read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import FieldSpec, FormSpec, PanelSpec, Section

if TYPE_CHECKING:
    from tradecrm.services.work import Operation, Reader


def load_nothing(reader: Reader, key: int) -> Draft:
    """Answer an empty draft; a dialog is always begun, never read back."""
    del reader, key
    return Draft()


def dialog_form(
    key: str,
    title: str,
    fields: tuple[FieldSpec, ...],
    blank: Callable[..., Draft],
    save: Operation[Any, Any],
    build: Callable[[Draft], object],
    saved: str,
    panels: tuple[PanelSpec, ...] = (),
    *,
    kind: str,
    heading: str = "number",
    verb: str = "",
) -> FormSpec:
    """Answer the declaration of a dialog: fields, what fills them, what is performed, and what is said then.

    ``heading`` is the key of the draft that names what the dialog is about, ``verb`` what its button
    says where the title is no verb.
    """
    return FormSpec(
        key=key,
        title=title,
        kind=kind,
        sections=(Section("", fields),),
        load=load_nothing,
        blank=blank,
        save=save,
        build=build,
        heading=lambda draft: draft.text(heading),
        panels=panels,
        saved=saved,
        verb=verb,
    )
