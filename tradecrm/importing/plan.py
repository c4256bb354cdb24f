"""Makes the rows of a sheet into a draft: typed values a row, every problem at its cell, duplicates named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from tradecrm.core.errors import Stopped
from tradecrm.core.fields import FieldKind
from tradecrm.core.packing import read_size
from tradecrm.core.problems import Problem
from tradecrm.core.table import Table, TableColumn, TableRow
from tradecrm.core.text import _, ngettext
from tradecrm.importing.columns import (
    OPEN_ITEMS,
    ColumnGuess,
    ImportField,
    ImportKind,
    guess_columns,
    import_kinds,
)
from tradecrm.importing.convert import (
    ColumnStyle,
    Converted,
    Reader,
    StyleQuestion,
    Value,
    column_reader,
    convert_cell,
    plain_text,
    split_cell,
    study_column,
)
from tradecrm.importing.frames import CellValue
from tradecrm.importing.header import Header, find_header, header_at, named_columns
from tradecrm.importing.merged import MORE, Spread, is_further_contact, with_contact
from tradecrm.importing.sheets import Sheet

_TOTALS = re.compile(
    r"(?:(?:grand |sub-?)?totals?|sum|合计|总计|小计|合計|總計|小計)\s*[:：]?\s*[\d,.]*\s*[家个条户行]?"
    r"|共\s*\d+\s*[家个条户行].*",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:制表|审核|填表|打印|导出|编制|复核|批准|注|备注|说明|prepared by|printed)[人者日期时间]*\s*[:：]",
    re.IGNORECASE,
)
"""How a line below a table begins that tells who made it."""
_KEPT_SHARED = 20
_SEVERAL = frozenset(("contact_name", "contact_phone", "phone"))
_LEAST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One row to bring in: its number in the sheet, values by field key, problems by cell (``Sheet1!B7``).

    ``duplicate_of`` is the number of the earlier row of the file that is the same record by a strong key
    (domain.md section 7.4); 0 when there is none. ``keys`` are the record's keys (kind, value), so that the
    book's own check need not make them again: for customers those of ``party_keys``.
    """

    row_number: int
    values: Mapping[str, Value | tuple[str, ...]]
    problems: tuple[Problem, ...] = ()
    duplicate_of: int = 0
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def is_good(self) -> bool:
        """Tell whether the row can be brought in."""
        return not self.problems and not self.duplicate_of


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """What a sheet says, ready for the import operation: kind, mapping (column → field key), rows.

    ``skipped`` are numbers of rows that say nothing, ``joined`` those of further contacts of the company above.
    """

    kind: str
    mapping: Mapping[int, str]
    rows: tuple[DraftRow, ...]
    skipped: tuple[int, ...] = ()
    joined: tuple[int, ...] = ()

    @property
    def good(self) -> tuple[DraftRow, ...]:
        """Answer the rows without problems that repeat no earlier row."""
        return tuple(row for row in self.rows if row.is_good)

    @property
    def refused(self) -> tuple[DraftRow, ...]:
        """Answer the rows that will not be brought in."""
        return tuple(row for row in self.rows if not row.is_good)


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """How a sheet will be read: header, guessed columns, the style of each column and what must be asked.

    ``styles`` and ``questions`` go by column; a plan with ambiguities or questions left is not yet settled.
    """

    kind: str
    sheet: Sheet
    header: Header
    guess: ColumnGuess
    styles: Mapping[int, ColumnStyle]
    questions: Mapping[int, StyleQuestion]

    @property
    def settled(self) -> bool:
        """Tell whether nothing needs to be asked any more and no required field is missing."""
        return not (self.guess.ambiguities or self.questions or self.guess.missing)


def _column_values(sheet: Sheet, first: int, column: int) -> list[CellValue]:
    return [row[column] if column < len(row) else None for row in sheet.rows[first:]]


def _study(
    about: ImportKind, sheet: Sheet, header: Header, mapping: Mapping[int, str]
) -> tuple[dict[int, ColumnStyle], dict[int, StyleQuestion]]:
    styles: dict[int, ColumnStyle] = {}
    questions: dict[int, StyleQuestion] = {}
    for column, key in mapping.items():
        values = _column_values(sheet, header.first, column)
        styles[column], question = study_column(values, about.field(key).kind)
        if question is not None:
            questions[column] = question
    return styles, questions


def plan_sheet(kind: str, sheet: Sheet, header_index: int | None = -1) -> SheetPlan:
    """Find the header, guess the columns and study their cells.

    ``header_index`` is chosen by the person (an index into ``sheet.rows``, None for no header); -1 finds it.
    """
    header = find_header(kind, sheet) if header_index == -1 else header_at(sheet, header_index)
    columns = [_column_values(sheet, header.first, column)[:200] for column in range(len(header.names))]
    guess = guess_columns(kind, header.names, columns)
    styles, questions = _study(import_kinds()[kind], sheet, header, guess.mapping)
    return SheetPlan(kind, sheet, header, guess, styles, questions)


def with_mapping(plan: SheetPlan, mapping: Mapping[int, str]) -> SheetPlan:
    """Answer the plan with the columns as the person chose them; nothing about columns is asked any more."""
    about = import_kinds()[plan.kind]
    styles, questions = _study(about, plan.sheet, plan.header, mapping)
    unknown = tuple(column for column in range(len(plan.header.names)) if column not in mapping)
    missing = tuple(one.key for one in about.fields if one.required and one.key not in mapping.values())
    guess = ColumnGuess(dict(mapping), (), unknown, missing)
    return replace(plan, guess=guess, styles=styles, questions=questions)


def with_styles(plan: SheetPlan, chosen: Mapping[int, ColumnStyle]) -> SheetPlan:
    """Answer the plan with the answers to its questions."""
    left = {column: question for column, question in plan.questions.items() if column not in chosen}
    return replace(plan, styles={**plan.styles, **chosen}, questions=left)


def best_sheet(kind: str, sheets: Sequence[Sheet]) -> Sheet:
    """Answer the sheet that names most columns of ``kind``, the first of equals; hidden ones only among hidden."""
    shown = [sheet for sheet in sheets if not sheet.hidden] or list(sheets)
    return max(shown, key=lambda sheet: named_columns(kind, sheet))


class _Column(NamedTuple):
    """How one column is read: its place, field, and the reader chosen once for all its cells."""

    place: int
    key: str
    title: str
    required: bool
    read: Reader


def _columns(plan: SheetPlan) -> list[_Column]:
    about = import_kinds()[plan.kind]
    fields = {place: about.field(key) for place, key in plan.guess.mapping.items()}
    return [
        _Column(place, one.key, one.title, one.required, _reader(one, plan.styles.get(place)))
        for place, one in fields.items()
    ]


def _reader(field: ImportField, style: ColumnStyle | None) -> Reader:
    """Answer what reads the cells of a field; several people may stand in one cell, and a carton's three sides."""
    plain = column_reader(field.kind, style)
    if field.key == "carton_size":
        return _read_carton
    if field.key not in _SEVERAL:
        return plain

    def read(value: CellValue) -> Value | Converted | None:
        found = split_cell(value)
        if not found.more or (field.key != "contact_name" and not all(map(_is_phone, _both(found)))):
            return plain(value)
        return found

    return read


def _both(found: Converted) -> tuple[str, ...]:
    return (str(found.value), *found.more)


def _is_phone(text: str) -> bool:
    return sum(letter.isdigit() for letter in text) >= _LEAST_DIGITS


def _read_carton(value: CellValue) -> Value | Converted | None:
    text = " ".join(plain_text(value).split())
    if convert_cell(text, FieldKind.TEXT).value is None:
        return None
    if read_size(text) is None:
        message = _("“{text}” is no size of a carton. Write length, width and height in cm: 52*38*41.")
        return Converted(None, problem=message.format(text=text))
    return text


def _is_skipped(plan: SheetPlan, row: Sequence[CellValue], places: Sequence[int]) -> bool:
    """Tell whether a row is empty, a total, or the header once more."""
    width = len(row)
    if not any(place < width and row[place] is not None and row[place] != "" for place in places):
        return True
    place, first = next((place, value) for place, value in enumerate(row) if value is not None)
    if isinstance(first, str) and _closes(first.strip(" :："), row):
        return True
    if plain_text(first) != plan.header.names[place]:
        return False
    same = [value is None or plain_text(value) == plan.header.names[at] for at, value in enumerate(row)]
    return all(same) and sum(1 for value in row if value is not None) > 1


def _closes(first: str, row: Sequence[CellValue]) -> bool:
    """Tell whether a row with this first text stands below the records: a total, or who made the table."""
    if _TOTALS.fullmatch(first):
        return True
    return all(value is None or (isinstance(value, str) and _SIGNED.match(value.strip())) for value in row)


def _convert_row(
    plan: SheetPlan, index: int, row: Sequence[CellValue], columns: Sequence[_Column]
) -> DraftRow:
    sheet = plan.sheet
    width = len(row)
    values: dict[str, Value | tuple[str, ...]] = {}
    problems: list[Problem] = []
    for place, key, title, required, read in columns:
        cell = row[place] if place < width else None
        found = None if cell is None else read(cell)
        if found is None:
            if required:
                message = _("“{field}” is empty.").format(field=_(title))
                problems.append(Problem(sheet.place(index, place), message))
        elif not isinstance(found, Converted):
            values[key] = found
        elif found.problem:
            problems.append(Problem(sheet.place(index, place), found.problem))
        elif found.value is not None:
            values[key] = found.value
            values[key + MORE] = found.more
    if problems:
        return DraftRow(sheet.numbers[index], values, tuple(problems))
    return DraftRow(sheet.numbers[index], values, keys=_record_keys(plan.kind, values))


def draft_rows(
    plan: SheetPlan,
    *,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> ImportDraft:
    """Make every row under the header into typed values, with each problem at its cell.

    Empty rows, totals and repeated header lines are skipped and listed; duplicates inside the file are named.
    Raises ``Stopped`` when ``stop`` answers true.
    """
    columns = _columns(plan)
    places = [one.place for one in columns]
    spread = Spread(plan.kind, plan.sheet, plan.header.first, plan.guess.mapping)
    rows: list[DraftRow] = []
    skipped: list[int] = []
    total = len(plan.sheet.rows)
    for index in range(plan.header.first, total):
        if (index - plan.header.first) % 1_000 == 0:
            if stop is not None and stop():
                raise Stopped
            if progress is not None:
                progress(index, total)
        row = spread.row(index)
        if _is_skipped(plan, row, places):
            skipped.append(plan.sheet.numbers[index])
        else:
            rows.append(_convert_row(plan, index, row, columns))
    joined: list[int] = []
    if plan.kind == "customers":
        rows, joined = _join_contacts(rows, spread.heads)
    return ImportDraft(
        plan.kind, plan.guess.mapping, tuple(_mark_duplicates(rows)), tuple(skipped), tuple(joined)
    )


def _join_contacts(rows: list[DraftRow], heads: Mapping[int, int]) -> tuple[list[DraftRow], list[int]]:
    """Give a company the contacts of all its rows; a row with a problem stays to be seen.

    Its rows lie under its name merged over them, or name it again letter by letter with another person.
    """
    kept: list[DraftRow] = []
    places: dict[int, int] = {}
    companies: dict[tuple[str, str], int] = {}
    joined: list[int] = []
    for row in rows:
        company = (str(row.values.get("name", "")).casefold(), str(row.values.get("country", "")))
        place = places.get(heads.get(row.row_number, 0))
        if place is None and company[0] and (place := companies.get(company)) is not None:
            place = place if is_further_contact(kept[place].values, row.values) else None
        if place is None or row.problems or kept[place].problems:
            companies.setdefault(company, len(kept))
            places[row.row_number] = len(kept)
            kept.append(row)
            continue
        values = with_contact(kept[place].values, row.values)
        kept[place] = replace(kept[place], values=values, keys=_record_keys("customers", values))
        joined.append(row.row_number)
    return kept, joined


_Values = Mapping[str, Value | tuple[str, ...]]


def _texts(values: _Values, *keys: str) -> tuple[str, ...]:
    found: list[str] = []
    for key in keys:
        value = values.get(key)
        if value is not None and isinstance(value, str):
            found.append(value)
            more = values.get(key + MORE)
            if isinstance(more, tuple):
                found.extend(filter(None, more))
    return tuple(found)


def _record_keys(kind: str, values: _Values) -> tuple[tuple[str, str], ...]:
    """Answer the keys of a row as (kind of key, value)."""
    if kind == "customers":
        return _customer_keys(values)
    if kind == "products":
        return tuple(("code", code.casefold()) for code in _texts(values, "code"))
    if kind == "rates":
        pair = "/".join(_texts(values, "currency", "quote_currency"))
        return (("rate", f"{values.get('date', '')} {pair}"),)
    currency = "".join(_texts(values, "currency"))
    if kind in OPEN_ITEMS:
        names = "/".join(_texts(values, "party", "number"))
        return (("item", f"{names} {currency}".casefold()),)
    return tuple(
        ("number", "".join(one for one in number if one.isalnum()).casefold() + currency)
        for number in _texts(values, "number")
    )


def _customer_keys(values: _Values) -> tuple[tuple[str, str], ...]:
    from tradecrm.services.crm.keys import party_key_pairs

    return party_key_pairs(
        names=_texts(values, "name", "name_zh"),
        country="".join(_texts(values, "country")),
        emails=_texts(values, "email", "contact_email"),
        websites=_texts(values, "website"),
        phones=_texts(values, "phone", "contact_phone"),
        tax_numbers=_texts(values, "tax_no"),
    )


def _strong(row: DraftRow) -> list[tuple[str, ...]]:
    """Answer what makes two rows the same record: a name only within one stated country."""
    country = row.values.get("country")
    return [
        key if key[0] != "name" else (*key, str(country))
        for key in row.keys
        if key[0] != "name" or country is not None
    ]


def _mark_duplicates(rows: Sequence[DraftRow]) -> Sequence[DraftRow]:
    """Name for each row the first earlier row with one of its strong keys; widely shared keys say nothing."""
    firsts: dict[tuple[str, ...], int] = {}
    again: dict[tuple[str, ...], int] = {}
    for at, row in enumerate(rows):
        for key in _strong(row):
            if firsts.setdefault(key, at) != at:
                again[key] = again.get(key, 1) + 1
    if not again:
        return rows
    marked: list[DraftRow] = []
    for at, row in enumerate(rows):
        earlier = (firsts[key] for key in _strong(row) if again.get(key, 1) <= _KEPT_SHARED)
        first = min(earlier, default=at)
        marked.append(row if first == at else replace(row, duplicate_of=rows[first].row_number))
    return marked


def reason_text(row: DraftRow) -> str:
    """Answer in one text why a row is not brought in."""
    reasons = [f"{problem.field}: {problem.message}" for problem in row.problems]
    if row.duplicate_of:
        reasons.append(_("The same as row {number} of this file.").format(number=row.duplicate_of))
    return " ".join(reasons)


def joined_text(draft: ImportDraft) -> str:
    """Answer the sentence about rows that became further contacts of the company above them."""
    words = ngettext(
        "{count} row is a further contact of the company above it.",
        "{count} rows are further contacts of the company above them.",
        len(draft.joined),
    )
    return words.format(count=len(draft.joined))


def refused_table(plan: SheetPlan, reasons: Mapping[int, str]) -> Table:
    """Answer the refused rows as they stand in the file, with the reason of each in a last column.

    ``reasons`` goes by row number: those of ``reason_text``, and those the book gave. Written as xlsx the
    table can be corrected and brought in again: its header is that of the file.
    """
    width = max(plan.sheet.width, len(plan.header.names))
    columns = [
        TableColumn(f"c{column}", plan.header.shown(column), FieldKind.TEXT) for column in range(width)
    ]
    columns.append(TableColumn("reason", _("Reason for refusal"), FieldKind.LONG_TEXT, width=60))
    rows = [
        TableRow((*(plan.sheet.cell(index, column) for column in range(width)), reasons[number]))
        for index, number in enumerate(plan.sheet.numbers)
        if number in reasons
    ]
    title = _("Rows not brought in")
    return Table("import_refused", title, plan.sheet.name, tuple(columns), tuple(rows))
