"""Merges the translations of every part and compiles the one catalog the program reads."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "resources" / "locale" / "parts"
COMPILED = ROOT / "resources" / "locale" / "zh_CN" / "LC_MESSAGES" / "tradecrm.mo"


def read_part(path: Path) -> Catalog:
    """Read one part file; raises ``PoFileError`` when it is not a valid catalog."""
    with path.open("rb") as file:
        return read_po(file, locale="zh_CN", abort_invalid=True)


def messages(catalog: Catalog) -> Iterable[Message]:
    """Answer the messages of a catalog without its header."""
    return (message for message in catalog if message.id)


def merge_parts(folder: Path = PARTS) -> tuple[Catalog, list[str]]:
    """Merge all part files; answers the catalog and the conflicts, each a sentence naming two files."""
    merged = Catalog(locale="zh_CN", domain="tradecrm", charset="utf-8", fuzzy=False)
    origin: dict[str, tuple[str, object]] = {}
    conflicts: list[str] = []
    for path in sorted(folder.glob("*.po")):
        try:
            part = read_part(path)
        except (PoFileError, ValueError) as error:
            conflicts.append(f"{path.name} cannot be read: {error}")
            continue
        for message in messages(part):
            singular = message.id if isinstance(message.id, str) else message.id[0]
            known = origin.get(singular)
            if known is not None and known[1] != message.string:
                conflicts.append(
                    f"{singular!r} is {known[1]!r} in {known[0]} and {message.string!r} in {path.name}:"
                    " agree on one translation",
                )
                continue
            origin[singular] = (path.name, message.string)
            merged.add(message.id, message.string)
    return merged, conflicts


def compile_parts() -> list[str]:
    """Write the compiled catalog unless parts conflict; answers the conflicts."""
    catalog, conflicts = merge_parts()
    if not conflicts:
        COMPILED.parent.mkdir(parents=True, exist_ok=True)
        fresh = COMPILED.with_suffix(".new")
        with fresh.open("wb") as file:
            write_mo(file, catalog)
        fresh.replace(COMPILED)
    return conflicts


def main() -> int:
    """Compile from the command line; prints what conflicts and answers the exit status."""
    conflicts = compile_parts()
    for conflict in conflicts:
        print(conflict, file=sys.stderr)  # noqa: T201 - a tool speaks on the console
    return 1 if conflicts else 0


if __name__ == "__main__":
    sys.exit(main())
