"""Imports and uses everything but the interface in a process where Qt cannot be imported.

Run as ``python -m tests.meta.without_qt``; the exit status is 0 when nothing asked for Qt.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from tests.meta.sources import ROOT, python_files

QT = {"PySide6", "shiboken6", "pyqtgraph", "qtawesome", "qtpy", "pytestqt"}
WITH_QT = {"ui", "app.py", "app", "__main__.py"}


class NoQt(MetaPathFinder):
    """Refuses Qt and what stands on it, as a machine does that has none."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Raise for a module of Qt; answer None for every other, which the next finder then finds."""
        if fullname.split(".", maxsplit=1)[0] in QT:
            message = f"{fullname} is not to be had here: only tradecrm.ui may know Qt"
            raise ModuleNotFoundError(message, name=fullname)
        return None


def import_everything() -> int:
    """Import every module outside the interface; answers how many there are."""
    count = 0
    for path in python_files("tradecrm"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if path.relative_to(ROOT / "tradecrm").parts[0] in WITH_QT or "migrations" in parts:
            continue
        importlib.import_module(".".join(parts).removesuffix(".__init__"))
        count += 1
    return count


def main() -> int:
    """Import all, then use it: the tests that need neither window nor book."""
    sys.meta_path.insert(0, NoQt())
    print(f"{import_everything()} modules import without Qt")  # noqa: T201 - a tool speaks on the console
    folders = [
        f"tests/{name}" for name in ("unit", "screens") if any((ROOT / "tests" / name).rglob("test_*.py"))
    ]
    plain = [
        "-q",
        "--no-header",
        "-p",
        "no:pytest-qt",
        "-p",
        "no:cacheprovider",
        "-c",
        "tests/meta/without_qt.ini",
    ]
    # What every test lives with stands above the folder of these settings.
    where = (f"--rootdir={ROOT}", f"--confcutdir={ROOT}")
    return int(pytest.main([*plain, *where, *folders])) if folders else 0


if __name__ == "__main__":
    sys.exit(main())
