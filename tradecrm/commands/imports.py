"""The command that brings a spreadsheet in: read in a child process, guess columns, dry run or import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tradecrm.commands.run import Run, open_book_of
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _

if TYPE_CHECKING:
    from tradecrm.importing.convert import ColumnStyle
    from tradecrm.importing.plan import ImportDraft, SheetPlan
    from tradecrm.importing.sheets import Sheet, Workbook
    from tradecrm.services.data.imports import ImportResult
    from tradecrm.services.data.safekeeping import BackupRow


@dataclass(frozen=True, slots=True)
class ImportChoice:
    """What a person says about the file: sheet, ``columns`` as ``3=name``, ``styles`` as ``3=dmy``, mode."""

    kind: str
    file: Path
    dry_run: bool = False
    sheet: str = ""
    columns: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    mode: str = "skip"


def bring_in(run: Run, choice: ImportChoice) -> None:
    """Import the file; every row that was not brought in is named on standard error with the reason."""
    from tradecrm.importing.columns import import_kinds
    from tradecrm.importing.plan import draft_rows
    from tradecrm.importing.reader import read_workbook
    from tradecrm.services.data.imports import ImportBatch, ImportMode, run_import
    from tradecrm.services.data.safekeeping import back_up_before_import

    if choice.kind not in import_kinds():
        known = ", ".join(import_kinds())
        raise Refusal.of(
            _("There is no import of {kind}; there are: {known}.").format(kind=choice.kind, known=known),
            "kind",
        )
    if choice.mode not in {mode.value for mode in ImportMode}:
        raise Refusal.of(_("The mode is skip, update or refuse."), "mode")
    with open_book_of(run) as book:
        workbook = read_workbook(choice.file, sheet=choice.sheet or None)
        for notice in workbook.warnings:
            run.note(notice)
        sheet = _sheet(workbook, choice.kind, choice.sheet)
        _tell_left_out(run, workbook, sheet)
        plan = _settled(choice, sheet)
        draft = draft_rows(plan)
        if not draft.rows:
            raise Refusal.of(
                _("Sheet {sheet} has no rows below its header; there is nothing to bring in.").format(
                    sheet=plan.sheet.name
                ),
                "sheet",
            )
        batch = ImportBatch(
            choice.kind,
            choice.file.name,
            draft.good,
            ImportMode(choice.mode),
            dry_run=choice.dry_run,
            unread=len(draft.refused),
        )
        kept = None if choice.dry_run else back_up_before_import(book)
        result = book.seat().perform(run_import, batch).value
    _tell(run, plan, draft, result, kept)


def _sheet(workbook: Workbook, kind: str, named: str) -> Sheet:
    """Answer the sheet to read: the one named, else the visible one that names most columns of the kind."""
    for sheet in workbook.sheets:
        if named and sheet.name == named:
            return sheet
    shown = [sheet for sheet in workbook.sheets if sheet.rows and not sheet.hidden]
    if named or not shown:
        names = ", ".join(sheet.name for sheet in workbook.sheets)
        raise Refusal.of(
            _("There is no such sheet with rows. The file has: {names}.").format(names=names), "sheet"
        )
    from tradecrm.importing.plan import best_sheet

    return best_sheet(kind, shown)


def _tell_left_out(run: Run, workbook: Workbook, sheet: Sheet) -> None:
    """Say which other sheets with rows were not read."""
    others = [each.name for each in workbook.sheets if each.rows and not each.hidden and each is not sheet]
    if others:
        run.note(
            _("Sheet {sheet} is brought in, not {others}. --sheet NAME chooses another.").format(
                sheet=sheet.name, others=", ".join(others)
            )
        )


def _settled(choice: ImportChoice, sheet: Sheet) -> SheetPlan:
    """Answer a plan with nothing left to ask; raises Refusal with every open question and how to answer it."""
    from tradecrm.importing.plan import plan_sheet, with_mapping, with_styles

    plan = plan_sheet(choice.kind, sheet)
    chosen = _pairs(choice.columns, "column")
    _demand_columns(choice, sheet, chosen)
    if chosen:
        mapping = {place: key for place, key in plan.guess.mapping.items() if key not in chosen.values()}
        asked = {each.column for each in plan.guess.ambiguities if each.column not in chosen}
        mapping.update({place: key for place, key in chosen.items() if key not in {"", "-"}})
        for place in (place for place, key in chosen.items() if key in {"", "-"}):
            mapping.pop(place, None)
        left = tuple(each for each in plan.guess.ambiguities if each.column in asked)
        plan = with_mapping(plan, mapping)
        plan = replace(plan, guess=replace(plan.guess, ambiguities=left))
    said = _pairs(choice.styles, "style")
    _demand_columns(choice, sheet, dict.fromkeys(said, ""))
    styles = {place: _style(value) for place, value in said.items()}
    if styles:
        plan = with_styles(plan, styles)
    problems = list(_open_questions(plan))
    if problems:
        raise Refusal(problems)
    return plan


def _demand_columns(choice: ImportChoice, sheet: Sheet, chosen: Mapping[int, str]) -> None:
    """Refuse columns that the sheet does not have, and fields that the kind of import does not know."""
    from tradecrm.importing.columns import import_kinds

    fields = [field.key for field in import_kinds()[choice.kind].fields]
    for place, key in chosen.items():
        if place >= sheet.width:
            raise Refusal.of(
                _("The sheet has {count} columns; there is no column {number}.").format(
                    count=sheet.width, number=place + 1
                ),
                "column",
            )
        if key not in {"", "-", *fields}:
            raise Refusal.of(
                _("There is no field {field}; there are: {known}.").format(
                    field=key, known=", ".join(fields)
                ),
                "column",
            )


def _pairs(texts: Sequence[str], option: str) -> dict[int, str]:
    """Read ``3=name`` as column 2 (from 0) and its answer."""
    found: dict[int, str] = {}
    for text in texts:
        place, equals, value = text.partition("=")
        if not equals or not place.strip().isdecimal() or int(place) < 1:
            raise Refusal.of(
                _("Write it as COLUMN=VALUE, with the number of the column from 1."), f"--{option} {text}"
            )
        found[int(place) - 1] = value.strip()
    return found


def _style(value: str) -> ColumnStyle:
    from tradecrm.importing.convert import ColumnStyle

    if value in {"dmy", "mdy"}:
        return ColumnStyle(day_order=value)
    if value in {"points", "fraction"}:
        return ColumnStyle(percent=value)
    if value in {".", ","}:
        return ColumnStyle(decimal_mark=value)
    raise Refusal.of(_("A style is dmy, mdy, points, fraction, a point or a comma."), f"--style {value}")


def _open_questions(plan: SheetPlan) -> list[Problem]:
    """Answer every question that is still open, with the option that answers it."""
    header = plan.header
    problems = [
        Problem(
            header.shown(each.column),
            _("This column may hold {candidates}. Say which: --column {number}=FIELD.").format(
                candidates=", ".join(each.candidates), number=each.column + 1
            ),
        )
        for each in plan.guess.ambiguities
    ]
    for column, question in plan.questions.items():
        advice = _("Answer with --style {number}=VALUE; possible: {options}.").format(
            number=column + 1, options=", ".join(question.options)
        )
        problems.append(Problem(header.shown(column), f"{question.sentence} {advice}"))
    problems.extend(
        Problem(key, _("No column holds this; name it with --column NUMBER={field}.").format(field=key))
        for key in plan.guess.missing
    )
    return problems


def _tell(
    run: Run, plan: SheetPlan, draft: ImportDraft, result: ImportResult, kept: BackupRow | None
) -> None:
    """Answer the counts and the backup made before; say every row that was refused, and every duplicate."""
    from tradecrm.importing.plan import reason_text
    from tradecrm.services.data.imports import REFUSED

    _tell_reading(run, plan, draft)
    reasons: dict[int, str] = {row.row_number: reason_text(row) for row in draft.refused}
    wrong = {row.row_number for row in draft.refused if row.problems}
    reasons.update(result.reasons)
    wrong |= {each.row_number for each in result.outcomes if each.outcome == REFUSED}
    for number, reason in sorted(reasons.items()):
        where = _("row {number}").format(number=number)
        if number in wrong:
            run.complain(reason, where)
        else:
            run.note(f"{where}: {reason}")
    duplicates = len(reasons) - len(wrong)
    done = _("Would be brought in: {created}.") if result.dry_run else _("Brought in: {created}.")
    backup = [_("Backup made before: {path}").format(path=kept.path)] if kept else []
    counts = _("Updated: {updated}; unchanged: {unchanged}; already there: {twice}; refused: {wrong}.")
    run.answer(
        {
            "ok": run.status == 0,
            "dry_run": result.dry_run,
            "created": result.created,
            "updated": result.updated,
            "unchanged": result.unchanged,
            "duplicates": duplicates,
            "refused": len(wrong),
            "run": result.run_id,
            "backup": str(kept.path) if kept else None,
            "columns": _columns(plan),
            "sums": [
                {"currency": each.currency, "amount": str(each.amount), "base": str(each.base_amount)}
                for each in result.sums
            ],
            "reasons": [{"row": number, "reason": reasons[number]} for number in sorted(reasons)],
        },
        [
            done.format(created=result.created),
            counts.format(
                updated=result.updated, unchanged=result.unchanged, twice=duplicates, wrong=len(wrong)
            ),
            *(
                _("Together: {sums}").format(sums=format_money(each.amount, each.currency))
                for each in result.sums
            ),
            *backup,
        ],
    )


def _tell_reading(run: Run, plan: SheetPlan, draft: ImportDraft) -> None:
    """Say which columns are not brought in, and which rows became contacts of the company above."""
    from tradecrm.importing.plan import joined_text

    if plan.guess.unknown:
        names = ", ".join(f"{plan.header.shown(column)} ({column + 1})" for column in plan.guess.unknown)
        run.note(
            _("Columns not brought in: {names}. --column NUMBER=FIELD says what one holds.").format(
                names=names
            )
        )
    if draft.joined:
        run.note(joined_text(draft))


def _columns(plan: SheetPlan) -> Mapping[str, str]:
    return {plan.header.shown(column): key for column, key in plan.guess.mapping.items()}
