"""The command line (命令行): everything that needs no window, for people and, with ``--json``, for programs.

Exit status: 0 done, 1 refused (the reasons on standard error, one a line), 2 wrongly called, 3 a fault.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradecrm import __version__
from tradecrm.commands import books, figures, imports, papers, proof
from tradecrm.commands import demo as demos
from tradecrm.commands.run import BOOK_VARIABLE, Run, WrongCall, guarded
from tradecrm.commands.wrong import demand_language, demand_screen, sentence_of
from tradecrm.core.address import SUFFIX, is_address, place_of
from tradecrm.core.child import has_screen
from tradecrm.core.clock import Clock, SystemClock
from tradecrm.core.text import N_, _, uncompiled, use_language

if TYPE_CHECKING:
    from collections.abc import Callable

_TAKES_VALUE = ("--book",)
_WRONG: Any = typer.BadParameter.__mro__[1]
"""What Typer raises for words it cannot read; it gives the class no name of its own."""
_STOPPED = 130
"""What a command ends with that was stopped by Ctrl+C."""

OutFile = Annotated[Path | None, typer.Option("--out", "-o", help=N_("File to write."))]


def main(arguments: Sequence[str] | None = None, clock: Clock | None = None) -> int:
    """Run the program: the window without arguments, else a command. Answers the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given and has_screen():
        from tradecrm.app import run_window

        return run_window()
    return command_line(given, clock or SystemClock())


def command_line(given: Sequence[str], clock: Clock) -> int:
    """Run one command and answer its exit status."""
    ordered = _hoisted(given)
    _speak(ordered)
    # Known before the words are read: what is wrong with them is answered as JSON too.
    run = Run(clock, as_json="--json" in ordered)
    return guarded(run, lambda: _call(run, ordered))


def _call(run: Run, ordered: Sequence[str]) -> None:
    """Run the command that the words name; raises WrongCall for words that name none."""
    try:
        ended = _translated(_app())(ordered, prog_name="tradecrm", obj=run, standalone_mode=False)
    except _WRONG as wrong:
        raise WrongCall(sentence_of(wrong)) from wrong
    except UnicodeEncodeError as strange:
        if all(word.isprintable() for word in ordered):
            raise
        raise WrongCall(_("A word of the command is no text that can be read. Type it again.")) from strange
    if ended == _STOPPED:
        raise KeyboardInterrupt
    if isinstance(ended, int) and ended:
        raise SystemExit(ended)


def _hoisted(given: Sequence[str]) -> list[str]:
    """Bring ``--json`` and ``--book`` before the command, so that they may stand anywhere.

    A book alone is opened in the window: a file manager names the file like that.
    """
    if len(given) == 1 and given[0].lower().endswith(SUFFIX):
        return ["--book", *given]
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(given)
    for word in waiting:
        # ``tradecrm ADDRESS`` and ``tradecrm check ADDRESS``; what is new has its address as its own argument.
        if is_address(word) and rest[:1] != ["new"]:
            front += ["--book", word]
            continue
        if word == "--":
            rest += [word, *waiting]
        elif word == "--json" or word.startswith("--book="):
            front.append(word)
        elif word in _TAKES_VALUE:
            value = next(waiting, None)
            if value is None:
                # Said by itself: the next word in its place would be taken for what was left out.
                return [word]
            front += [word, value]
        else:
            rest.append(word)
    return front + rest


def _speak(ordered: Sequence[str]) -> None:
    """Use the language of a leading ``--lang``, else that of the system; English where there is no other."""
    named = ""
    for place, word in enumerate(ordered):
        if word.startswith("--lang="):
            named = word.partition("=")[2]
        elif word == "--lang" and place + 1 < len(ordered):
            named = ordered[place + 1]
        elif not word.startswith("-") and (place == 0 or ordered[place - 1] not in {"--book", "--lang"}):
            break
    system = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    code = books.language_code(named or system.partition(".")[0])
    language = "zh_CN" if code.startswith("zh") else "en"
    if missing := uncompiled(language):
        typer.echo(missing, err=True)
        language = "en"
    use_language(language)


def _app() -> typer.Typer:
    """Build the command line in the language chosen."""
    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        invoke_without_command=True,
        help=_("Customers and the whole trade of a small exporter, offline."),
    )
    app.callback()(_options)
    commands: tuple[tuple[str, Callable[..., Any], str], ...] = (
        ("new", new, N_("Make a new book.")),
        ("import", import_, N_("Bring a spreadsheet of customers, products, rates or accounts in.")),
        ("report", report, N_("Answer a report.")),
        ("reports", reports, N_("List the reports.")),
        ("journal", journal, N_("Write the ledger as the accountant's journal.")),
        ("print", print_, N_("Write a paper, or all papers of a shipment.")),
        ("check", check, N_("Recompute the book and name every fault.")),
        ("upgrade", upgrade, N_("Bring a book on a server up to this version of the program.")),
        ("backup", backup, N_("Make a verified backup.")),
        ("restore", restore, N_("Put a backup in the place of the book.")),
        ("backups", backups, N_("List the backups.")),
        ("demo", demo, N_("Do the main job on the sample book.")),
    )
    for name, function, words in commands:
        app.command(name, help=_(words))(function)
    return app


def _translated(app: typer.Typer) -> Any:
    """Answer the command with the help of every option in the language chosen."""
    group: Any = typer.main.get_command(app)
    for command in (group, *group.commands.values()):
        for param in command.params:
            if getattr(param, "help", None):
                param.help = _(param.help)
    return group


def _options(
    context: typer.Context,
    book: Annotated[
        str,
        typer.Option("--book", envvar=BOOK_VARIABLE, help=N_("The book to work on: a file, or an address.")),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help=N_("Answer as JSON for programs."))] = False,
    lang: Annotated[str, typer.Option("--lang", help=N_("Language of the answers: en or zh."))] = "",
    version: Annotated[bool, typer.Option("--version", help=N_("Show the version."))] = False,
    self_check: Annotated[
        bool, typer.Option("--self-check", help=N_("Prove the program on this computer."))
    ] = False,
) -> None:
    """Take what stands before the command."""
    run: Run = context.obj
    demand_language(lang, books.language_code(lang))
    run.book, run.as_json = place_of(book) if book else None, as_json
    if version:
        run.answer({"ok": True, "version": __version__}, [f"TradeCRM {__version__}"])
        raise typer.Exit
    if self_check:
        proof.self_check(run)
        raise typer.Exit
    if context.invoked_subcommand is None:
        if not as_json:
            demand_screen()
            from tradecrm.app import run_window

            raise typer.Exit(run_window(run.book, language=books.language_code(lang)))
        raise WrongCall(_("Name a command; “tradecrm --help” lists them."))


def new(
    context: typer.Context,
    path: Annotated[str, typer.Argument(help=N_("Where the book will lie: a file, or a server's address."))],
    company: Annotated[str, typer.Option("--company", help=N_("The firm, as it stands on papers."))],
    currency: Annotated[str, typer.Option("--currency", help=N_("Base currency."))] = "CNY",
    owner: Annotated[str, typer.Option("--owner", help=N_("Who owns the book."))] = "",
    lang: Annotated[str, typer.Option("--lang", help=N_("Language of the book: en or zh."))] = "",
) -> None:
    """Make a new book."""
    books.new(context.obj, path, company, currency, owner, lang)


def import_(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(help=N_("customers, products, rates, accounts, open_receivables or open_payables")),
    ],
    file: Annotated[Path, typer.Argument(help=N_("The spreadsheet: xlsx, xls, ods or csv."))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("Only say what would happen."))] = False,
    sheet: Annotated[str, typer.Option("--sheet", help=N_("Name of the sheet."))] = "",
    column: Annotated[
        list[str] | None, typer.Option("--column", help=N_("NUMBER=FIELD: what a column holds."))
    ] = None,
    style: Annotated[
        list[str] | None, typer.Option("--style", help=N_("NUMBER=VALUE: how a column writes values."))
    ] = None,
    mode: Annotated[str, typer.Option("--mode", help=N_("skip, update or refuse"))] = "skip",
) -> None:
    """Bring a spreadsheet in."""
    chosen = imports.ImportChoice(kind, file, dry_run, sheet, tuple(column or ()), tuple(style or ()), mode)
    imports.bring_in(context.obj, chosen)


def report(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=N_("The report; “reports” lists them."))],
    as_of: Annotated[str, typer.Option("--as-of", help=N_("The day, as 2026-05-31."))] = "",
    side: Annotated[str, typer.Option("--side", help=N_("AR (receivables) or AP (payables)."))] = "",
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help=N_("name=value; may be repeated."))
    ] = None,
    form: Annotated[str, typer.Option("--format", "-f", help=N_("table, json, csv, xlsx or pdf"))] = "",
    out: OutFile = None,
) -> None:
    """Answer a report."""
    given = figures.read_pairs(param or ())
    given.update({key: value for key, value in (("as_of", as_of), ("side", side)) if value})
    figures.report(context.obj, name, given, form, out)


def reports(context: typer.Context) -> None:
    """List the reports."""
    figures.reports(context.obj)


def journal(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=N_("File to write: xlsx, csv, or beancount for plain text."))],
    first: Annotated[
        str, typer.Option("--from", help=N_("First day, as 2026-05-01; plain text has all."))
    ] = "",
    last: Annotated[str, typer.Option("--to", help=N_("Last day, as 2026-05-31."))] = "",
) -> None:
    """Write the accountant's journal."""
    figures.journal(context.obj, file, first, last)


def print_(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=N_("Kind of paper, such as contract or invoice; set for all."))],
    number: Annotated[str, typer.Argument(help=N_("Its number."))],
    out: Annotated[
        Path, typer.Option("--out", "-o", help=N_("File to write, PDF or xlsx; for a set, a folder."))
    ],
    lang: Annotated[str, typer.Option("--lang", help=N_("Language of the paper: en, zh or both."))] = "",
) -> None:
    """Write a paper as PDF or Excel, or the whole set of a shipment."""
    if kind == "set":
        papers.print_set(context.obj, number, out, lang)
    else:
        papers.print_paper(context.obj, kind, number, out, lang)


def check(context: typer.Context) -> None:
    """Recompute the book."""
    books.check(context.obj)


def upgrade(context: typer.Context) -> None:
    """Bring the tables of a book on a server up."""
    books.upgrade(context.obj)


def backup(context: typer.Context, out: OutFile = None) -> None:
    """Make a verified backup."""
    books.backup(context.obj, out)


def restore(
    context: typer.Context, backup_file: Annotated[Path, typer.Argument(help=N_("The backup."))]
) -> None:
    """Put a backup in the place of the book."""
    books.restore(context.obj, backup_file)


def backups(context: typer.Context) -> None:
    """List the backups."""
    books.backups(context.obj)


def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", "-o", help=N_("Folder to write to."))] = Path("demo-output"),
) -> None:
    """Do the main job on the sample book."""
    demos.demo(context.obj, out)
