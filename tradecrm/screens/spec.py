"""The vocabulary of declarations: what a list, a form, a line grid and an action look like, as data.

Titles are written with ``N_`` and translated by whoever draws them.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tradecrm.core.changes import Changes
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, SortKey
from tradecrm.core.problems import Problem
from tradecrm.core.table import Table
from tradecrm.screens.draft import Draft, Line, Ref

if TYPE_CHECKING:
    from tradecrm.services.data.lists import ListSource
    from tradecrm.services.work import Operation

Row = Mapping[str, Any]
"""One row of a list: values by column key, and the record's number under ``id``."""

PickerQuery = Callable[..., Sequence[Ref]]
"""``query(reader, text, within)``: at most 20 records for what was typed, best first.

``within`` holds the values of the fields named in ``FieldSpec.within`` (the customer of a contact).
"""


class Tone(enum.StrEnum):
    """What a color says; nothing else in the program is colored."""

    NEUTRAL = "neutral"
    ACCENT = "accent"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice field: what is stored, what is shown (``N_``), and its tone in lists."""

    value: str
    label: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class PickerSpec:
    """How a record is chosen: the query behind the typing, the page for a new one, the page it opens.

    ``new`` is opened with what was typed under ``name``.
    """

    query: PickerQuery
    new: Link | None = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A list's column; ``key`` is a key of the source, its kind decides alignment, format and filter.

    ``currency_key`` names the column that holds the currency of a money column. ``link`` answers what the
    cell opens. ``width`` is in pixels at 100 %, 0 lets the kind decide.
    """

    key: str
    title: str
    kind: FieldKind = FieldKind.TEXT
    width: int = 0
    currency_key: str = ""
    choices: tuple[Choice, ...] = ()
    link: Callable[[Row], Link | None] | None = None
    sortable: bool = True
    filterable: bool = True
    hidden_by_default: bool = False
    summed: bool = False
    picker: PickerSpec | None = None
    tone: Callable[[Row], Tone] | None = None


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """A ready view of a list, offered beside the person's own: its title, filters and order."""

    key: str
    title: str
    filters: tuple[Filter, ...] = ()
    sort: tuple[SortKey, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """Something a person may do with the rows chosen in a list, or with the record of a form.

    Either ``opens`` answers a page, or ``operation`` is performed with ``command(rows)``. ``needs`` is the
    permission (``contract.write``); without it the action is not shown. ``enabled`` answers whether it may
    be pressed now. ``done`` is the toast, with ``{count}``. In a form ``rows`` is one row: the draft's
    values with ``id`` and ``version``.
    """

    key: str
    title: str
    icon: str = ""
    shortcut: str = ""
    primary: bool = False
    needs: str = ""
    batch: bool = False
    enabled: Callable[[Sequence[Row]], bool] | None = None
    opens: Callable[[Sequence[Row]], Link | None] | None = None
    operation: Operation[Any, Any] | None = None
    command: Callable[[Sequence[Row]], object] | None = None
    done: str = ""
    confirm: str = ""
    leads_to: Callable[[Any], Link | None] | None = None


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A list page: title, the source it reads, its columns, what can be done, what it says when empty.

    ``opens`` answers the page of a row (Enter, double-click). ``new`` and ``import_kind`` are the two ways
    to begin. ``watches`` are the kinds of record whose change reloads it. ``preview`` answers the facts
    shown at the right by the space key, as a query ``(reader, id) -> tuple[Fact, ...]``.
    ``papers`` are the kinds of paper that can be printed of its rows; ``paper_ids`` is a query ``(reader, ids)`` for
    the records they are drawn from, where those are not the rows' own.
    """

    key: str
    title: str
    kind: str
    source: ListSource
    columns: tuple[ColumnSpec, ...]
    opens: Callable[[Row], Link | None] | None = None
    default_sort: tuple[SortKey, ...] = ()
    views: tuple[ViewSpec, ...] = ()
    quick_filters: tuple[str, ...] = ()
    actions: tuple[ActionSpec, ...] = ()
    new: Link | None = None
    new_title: str = ""
    import_kind: str = ""
    paste_kind: str = ""
    watches: Changes = frozenset()
    preview: Callable[..., Sequence[Fact]] | None = None
    empty_title: str = ""
    empty_text: str = ""
    icon: str = ""
    papers: tuple[str, ...] = ()
    paper_ids: Callable[..., Sequence[int]] | None = None


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a form or a column of a line grid.

    ``currency_from`` names the field with the currency of a money field (``.currency`` reaches from a line to
    the head of the form). ``span`` is the share of a form row of 12 units, 0 lets the kind decide; ``width``
    is a grid column's pixels. ``within`` names the fields whose values go to the picker's query. A grid keeps
    ``more`` columns out of sight while there is no room for all, until the person asks for them. ``visible``
    tells whether the draft has this field at all, ``label_for`` what it is called there instead of ``label``.
    ``words_to`` names the value of the draft that takes the “about” typed before a number, where one may be.
    """

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[Choice, ...] = ()
    picker: PickerSpec | None = None
    within: tuple[str, ...] = ()
    required: bool = False
    hint: str = ""
    span: int = 0
    width: int = 0
    read_only: bool = False
    currency_from: str = ""
    decimals: int | None = None
    visible: Callable[[Draft], bool] | None = None
    tone: Callable[[Line], Tone] | None = None
    more: bool = False
    label_for: Callable[[Draft], str] | None = None
    words_to: str = ""

    def called(self, draft: Draft) -> str:
        """Answer what the field is called in a draft, to be translated."""
        return self.label if self.label_for is None else self.label_for(draft)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields, in the order of work; ``after_lines`` puts it below the grids."""

    title: str
    fields: tuple[FieldSpec, ...]
    after_lines: bool = False


@dataclass(frozen=True, slots=True)
class LinesSpec:
    """A collection of lines edited in the grid; the form's ``derive`` and ``check`` see it in the draft.

    Problems are named ``{key}.{index}.{column}``; the changed field given to ``derive`` likewise.
    ``summary`` answers the words of the foot (lines, cartons, cubic meters), ``total`` the figure at its
    right end and ``words`` the line below it. ``kept_title`` heads the lines of a record already kept, where
    they are then something else. ``fixed`` lines come from the book: none is added or deleted.
    """

    key: str
    title: str
    columns: tuple[FieldSpec, ...]
    summary: Callable[[Draft], Sequence[str]] | None = None
    total: Callable[[Draft], tuple[str, str]] | None = None
    words: Callable[[Draft], str] | None = None
    placeholder: str = ""
    fixed: bool = False
    kept_title: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a side panel: label, value as shown, its tone, and what it opens."""

    label: str
    value: str
    tone: Tone = Tone.NEUTRAL
    link: Link | None = None
    strong: bool = False
    muted: bool = False


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """What helps decide, at the right of a form: ``compute(draft)`` while typing, or a query on a reader.

    ``query(reader, draft)`` runs when one of the fields ``depends`` changed (empty: at opening and saving).
    Both answer facts, or a table.
    """

    key: str
    title: str
    compute: Callable[[Draft], Sequence[Fact] | Table] | None = None
    query: Callable[..., Sequence[Fact] | Table] | None = None
    depends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One paper of the chain a record belongs to: its title, what it opens, and whether it is this one."""

    title: str
    link: Link | None = None
    current: bool = False
    reached: bool = True


@dataclass(frozen=True, slots=True)
class Badge:
    """A state or a warning beside a title."""

    text: str
    tone: Tone = Tone.NEUTRAL


def no_derivation(draft: Draft, changed: str) -> Draft:  # noqa: ARG001 - the shape of every derivation
    """Answer the draft as it is; the derivation of forms that compute nothing."""
    return draft


def no_problems(draft: Draft) -> Sequence[Problem]:  # noqa: ARG001 - the shape of every check
    """Answer no problem; the check of forms whose fields say all."""
    return ()


@dataclass(frozen=True, slots=True)
class FormSpec:
    """A form page over a frozen draft.

    ``blank(reader, link)`` and ``load(reader, id)`` are queries that answer a draft; ``save`` is the
    operation and ``build(draft)`` its command; the operation answers the record's number.
    ``derive(draft, changed)`` is pure and runs at each change; ``check(draft)`` answers problems in words,
    beside those the fields know themselves (required, too many decimals). ``heading(draft)`` is the title of
    page and tab; ``locked`` answers why nothing may be typed, empty when it may.
    ``steps`` is a query ``(reader, id)`` for the chain. ``prints`` opens the paper preview (Ctrl+P).
    ``verb`` is on the button of its dialog, where the title names a thing and not what is done.
    """

    key: str
    title: str
    kind: str
    sections: tuple[Section, ...]
    load: Callable[..., Draft]
    blank: Callable[..., Draft]
    save: Operation[Any, Any]
    build: Callable[[Draft], object]
    lines: tuple[LinesSpec, ...] = ()
    derive: Callable[[Draft, str], Draft] = no_derivation
    check: Callable[[Draft], Sequence[Problem]] = no_problems
    heading: Callable[[Draft], str] | None = None
    badges: Callable[[Draft], Sequence[Badge]] | None = None
    locked: Callable[[Draft], str] | None = None
    steps: Callable[..., Sequence[Step]] | None = None
    panels: tuple[PanelSpec, ...] = ()
    actions: tuple[ActionSpec, ...] = ()
    prints: Callable[[Draft], Link | None] | None = None
    watches: Changes = frozenset()
    needs: str = ""
    saved: str = ""
    verb: str = ""

    def fields(self) -> tuple[FieldSpec, ...]:
        """Answer every field of the head, in order."""
        return tuple(field for section in self.sections for field in section.fields)

    def field(self, key: str) -> FieldSpec:
        """Answer one field of the head; KeyError when there is none."""
        for candidate in self.fields():
            if candidate.key == key:
                return candidate
        raise KeyError(key)
