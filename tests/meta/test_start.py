"""The start of the program stays light: heavy libraries load when they are first used."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.meta.sources import ROOT, python_files

HEAVY = {"pyqtgraph", "reportlab", "openpyxl", "xlsxwriter", "alembic", "pypinyin", "phonenumbers", "numpy"}
LIGHT_PACKAGES = ("core", "models", "services", "screens")
SCRIPT = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def _loaded_after(modules: list[str]) -> set[str]:
    """Answer the top-level packages that a fresh process holds after importing ``modules``."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(modules)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded: list[str] = json.loads(done.stdout)
    return set(loaded)


def _modules(package: str) -> list[str]:
    """Answer the dotted names of all modules of one package."""
    names = (path.relative_to(ROOT).with_suffix("").parts for path in python_files(f"tradecrm/{package}"))
    return [".".join(parts).removesuffix(".__init__") for parts in names]


def test_what_every_start_imports_is_light() -> None:
    modules = [name for package in LIGHT_PACKAGES for name in _modules(package)]
    assert not _loaded_after(modules) & HEAVY


def test_the_composition_root_imports_no_heavy_library() -> None:
    doors = [name for name in ("app", "cli") if _modules(f"{name}.py") or _modules(name)]
    assert not _loaded_after([f"tradecrm.{name}" for name in doors]) & HEAVY


def test_the_check_sees_a_heavy_library() -> None:
    assert "openpyxl" in _loaded_after(["openpyxl"]) & HEAVY
