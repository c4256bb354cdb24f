"""Gathers the licenses of every library that the packaged program holds, as each of them asks."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

_NAMES = ("licen", "copying", "notice", "authors")
_FOLDER = "licenses"
_TEXT_BESIDE = "psycopg"
"""Qt for Python ships no text of its license, the LGPL 3; this library under the same license does."""
_HEAD = """Libraries in this program, with their licenses. The texts lie in the folder beside the name of each.

Qt and Qt for Python (PySide6, shiboken6) are used under the LGPL 3, as libraries of their own in this folder that
may be exchanged; their source is given out by The Qt Company at download.qt.io.

"""


def gather_licenses(modules: Iterable[str], folder: Path) -> Path:
    """Copy the license files of the distributions that ``modules`` (top-level names) come from; answer the folder.

    Raises LookupError for a library with no license text, so that none goes out without.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    owners = metadata.packages_distributions()
    found = {name for module in modules for name in owners.get(module, ())}
    found |= {_TEXT_BESIDE} if any(name.startswith(("PySide6", "shiboken6")) for name in found) else set()
    lines = []
    for name in sorted(found, key=str.casefold):
        about = metadata.distribution(name)
        own = folder / f"{name}-{about.version}"
        if not _copied(about, own) and not name.startswith(("PySide6", "shiboken6")):
            raise LookupError(f"{name} {about.version} ships no text of its license; add it by hand.")
        lines.append(f"{name} {about.version}: {_license_of(about)}")
    python = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    if python.exists():
        shutil.copyfile(python, folder / "Python.txt")
    (folder / "README.txt").write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _copied(about: metadata.Distribution, own: Path) -> int:
    """Copy the license files of one distribution under their own names; answer how many there were."""
    count = 0
    for file in about.files or ():
        named, folders = file.name.casefold(), [part.casefold() for part in file.parts[:-1]]
        is_text = any(part in named for part in _NAMES) or any(_FOLDER in folder for folder in folders)
        if not is_text or named.endswith((".py", ".pyc", ".pyi")):
            continue
        target = own.joinpath(*(part for part in file.parts[1:] if part != ".."))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(str(file.locate())), target)
        count += 1
    return count


def _license_of(about: metadata.Distribution) -> str:
    told = about.metadata.json
    said = str(told.get("license_expression") or told.get("license") or "").strip().splitlines()
    classes = [each for each in told.get("classifier", ()) if each.startswith("License ::")]
    return said[0] if said else ", ".join(each.rpartition(":: ")[2] for each in classes) or "see its text"
