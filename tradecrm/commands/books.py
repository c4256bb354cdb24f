"""Commands about a book as a whole: new, check, upgrade, backup, restore, backups."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tradecrm.commands.run import Run, ask_password, bring_up, open_book_of, person
from tradecrm.core.address import Place, SignIn, book_file, place_of
from tradecrm.core.errors import PasswordNeeded
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _, current_language, ngettext

if TYPE_CHECKING:
    from tradecrm.storage.held import BookStore


def new(run: Run, named: str, company: str, currency: str, owner: str, language: str) -> None:
    """Make a new book for a firm; nothing stays when something is wrong with the particulars."""
    from tradecrm.services.control.setup import SetUp, check_set_up, set_up_book

    place = place_of(named)
    if isinstance(place, Path) and place.name in {"", ".."}:
        raise Refusal.of(_("Name the file that the new book will be, such as firm.tcrm."), "path")
    target = book_file(place) if isinstance(place, Path) else place
    command = SetUp(
        company, currency.upper(), owner or person(), language_code(language) or current_language()
    )
    problems = tuple(check_set_up(command))
    if problems:
        raise Refusal(problems)
    store = _created(run, target)
    try:
        set_up_book(store, run.clock, command)
    except BaseException:
        store.close()
        if isinstance(store.place, Path):
            with suppress(OSError):
                store.place.unlink()
        raise
    store.close()
    run.answer(
        {"ok": True, "book": str(store.place), "company": company, "base_currency": command.base_currency},
        [_("The book for {company} was made: {path}").format(path=store.place, company=company)],
    )


def _created(run: Run, target: Place) -> BookStore:
    from tradecrm.storage.doors import create_place

    try:
        return create_place(target, person(), run.clock)
    except PasswordNeeded as asked:
        password = ask_password(asked)
        if password is None:
            raise
        return create_place(target, person(), run.clock, SignIn(password))


def upgrade(run: Run) -> None:
    """Bring the tables of a book on a server up to this program; a file is brought up whenever it is opened."""
    bring_up(run)
    run.answer(
        {"ok": True, "book": str(run.place)},
        [_("The book {path} has the tables of this program.").format(path=run.place)],
    )


def language_code(name: str) -> str:
    """Answer the program's code of a language as people write it: ``zh``, ``zh-CN``, ``en``."""
    plain = name.replace("-", "_").casefold()
    return "zh_CN" if plain in {"zh", "zh_cn", "cn"} else plain


def check(run: Run) -> None:
    """Recompute the whole book and name every fault; a fault is a failure."""
    from tradecrm.services.data.check import check_book

    with open_book_of(run) as book, book.store.guard():
        faults = check_book(book.store.reader)
    for fault in faults:
        run.complain(fault.sentence, f"{fault.kind} {fault.record or ''}".strip())
    run.answer(
        {
            "ok": not faults,
            "book": str(run.place),
            "faults": [{"kind": f.kind, "record": f.record, "message": f.sentence} for f in faults],
        },
        [
            _("The book is sound.")
            if not faults
            else ngettext("{count} fault was found.", "{count} faults were found.", len(faults)).format(
                count=len(faults)
            )
        ],
    )


def backup(run: Run, target: Path | None) -> None:
    """Make a verified backup beside the book, or a verified copy at ``target``."""
    from tradecrm.services.data.check import verify_book
    from tradecrm.storage.backup import Reason, copy_to

    with open_book_of(run) as book:
        if target is None:
            made = book.file.back_up(run.clock, Reason.ASKED, verify_book).path
        else:
            made = copy_to(book.file.path, target.absolute(), verify=verify_book)
    run.answer({"ok": True, "backup": str(made)}, [_("A verified backup lies at {path}.").format(path=made)])


def restore(run: Run, backup_path: Path) -> None:
    """Put a backup in the place of the book; the present book is kept."""
    from tradecrm.services.data.check import verify_book
    from tradecrm.storage.backup import restore as put_back
    from tradecrm.storage.store import backup_folder

    path = run.path.absolute()
    kept = put_back(
        backup_path.absolute(), path, backup_folder(path), person(), run.clock, verify=verify_book
    )
    lines = [_("The book {path} is as it was in the backup.").format(path=path)]
    if kept is not None:
        lines.append(_("As it was before, it is kept at {path}.").format(path=kept))
    run.answer({"ok": True, "book": str(path), "kept": None if kept is None else str(kept)}, lines)


def backups(run: Run) -> None:
    """List the verified backups of the book, newest first."""
    from tradecrm.storage.backup import list_backups
    from tradecrm.storage.store import backup_folder

    path = run.path.absolute()
    found = list_backups(backup_folder(path), path)
    lines = [
        f"{each.made.astimezone():%Y-%m-%d %H:%M}  {each.reason.value:<8}  {each.size:>12,}  {each.path}"
        for each in found
    ]
    run.answer(
        {
            "ok": True,
            "backups": [
                {
                    "path": str(each.path),
                    "made": each.made.isoformat(),
                    "reason": each.reason.value,
                    "size": each.size,
                }
                for each in found
            ],
        },
        lines or [_("There is no backup of {path} yet.").format(path=path)],
    )
