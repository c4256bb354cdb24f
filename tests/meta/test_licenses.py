"""The packaged program holds the licenses of its libraries."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.meta.sources import ROOT


def test_every_library_goes_out_with_its_license(tmp_path: Path) -> None:
    gather = runpy.run_path(str(ROOT / "packaging" / "licenses.py"))["gather_licenses"]
    folder = gather(
        {"PySide6", "sqlalchemy", "openpyxl", "pypdfium2", "tradecrm", "json"}, tmp_path / "licenses"
    )
    said = (folder / "README.txt").read_text(encoding="utf-8")
    for name, license_ in (
        ("SQLAlchemy", "MIT"),
        ("openpyxl", "MIT"),
        ("psycopg", "LGPL-3.0-only"),
        ("pypdfium2", "Apache"),
    ):
        assert any(line.startswith(f"{name} ") and license_ in line for line in said.splitlines())
        assert [path for path in folder.glob(f"{name}-*/**/*") if path.stat().st_size > 500]
    assert "LGPL" in next(line for line in said.splitlines() if line.startswith("PySide6_Essentials"))
    # odfpy serves the tests alone, and would have to bring its text were it shipped.
    with pytest.raises(LookupError, match="odfpy"):
        gather({"odf"}, tmp_path / "licenses")
