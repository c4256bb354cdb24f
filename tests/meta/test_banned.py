"""What would go round the access rules or the layers is not written (architecture, sections 2 and 5)."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.meta.sources import ROOT, imported_names, place, python_files, tree

# Where rows may be read and written past the rules that hide them: figures sum over plain tables, storage
# makes the tables, access and audit read them to make the rules, settings are everyone's and read with every
# query, the bulk door writes sets, search and check walk everything, lean statements answer each key press of
# someone who sees all, and prepared ones are run past the library.
DOORS = (
    "tradecrm/models/",
    "tradecrm/storage/",
    "tradecrm/services/control/access",
    "tradecrm/services/control/audit",
    "tradecrm/services/control/settings",
    "tradecrm/services/figures/",
    "tradecrm/services/data/bulk",
    "tradecrm/services/data/search",
    "tradecrm/services/data/lean",
    "tradecrm/services/data/check",
    "tradecrm/services/prepared",
)
# Reading past the rules through the one helper is the same door.
BANNED_IMPORTS = {"tradecrm.services.figures.plain.plain"}
BANNED_IMPORTS |= {"sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text"}
BANNED_CALLS = {"from_statement", "exec_driver_sql", "bulk_save_objects", "bulk_insert_mappings"}
BANNED_CALLS |= {"bulk_update_mappings"}


# No fault can be spelled without one of these.
SIGNS = ("sqlalchemy", "__table__", "figures.plain", *sorted(BANNED_CALLS))


def _guarded() -> list[Path]:
    """Answer the files that stand outside the doors and name something that only doors may use."""
    return [
        path
        for path in python_files("tradecrm")
        if not path.relative_to(ROOT).as_posix().startswith(DOORS)
        and any(sign in path.read_text(encoding="utf-8") for sign in SIGNS)
    ]


def _faults(path: Path) -> list[str]:
    """Answer the places of a file where the access rules would be gone round."""
    found = [
        f"{place(path, node)} imports {name}" for name, node in imported_names(path) if name in BANNED_IMPORTS
    ]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr == "__table__":
            found.append(f"{place(path, node)} reads a Core table")
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        called = node.func
        module = called.value.id if isinstance(called.value, ast.Name) else ""
        if called.attr in BANNED_CALLS or (called.attr == "text" and module in {"sqlalchemy", "sa"}):
            found.append(f"{place(path, node)} calls {called.attr}")
    return found


def test_no_statement_goes_round_the_access_rules() -> None:
    faults = [fault for path in _guarded() for fault in _faults(path)]
    assert not faults, "only the doors may do this:\n" + "\n".join(faults)


def test_the_check_of_banned_statements_sees_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.meta.sources.ROOT", tmp_path)
    path = tmp_path / "sample.py"
    path.write_text(
        "import sqlalchemy as sa\nfrom sqlalchemy import text\n"
        "def ask(s, Row):\n    s.execute(sa.text('x'))\n    s.query(Row).from_statement(1)\n    return Row.__table__\n",
        encoding="utf-8",
    )
    assert {fault.split(" ", 1)[1] for fault in _faults(path)} == {
        "imports sqlalchemy.text",
        "reads a Core table",
        "calls text",
        "calls from_statement",
    }


def test_core_is_standard_library_only() -> None:
    allowed = set(sys.stdlib_module_names) | {"__future__"}
    strangers = [
        f"{place(path, node)} imports {name}"
        for path in python_files("tradecrm/core")
        for name, node in imported_names(path)
        if name.split(".")[0] not in allowed and not name.startswith("tradecrm.core")
    ]
    assert not strangers, strangers
