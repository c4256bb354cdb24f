"""Resources are found from the source tree, from an installed wheel and from a frozen program."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.meta.sources import ROOT, repository_files
from tradecrm.core.resources import resource_path
from tradecrm.core.text import translator

CATALOG = ("locale", "zh_CN", "LC_MESSAGES", "tradecrm.mo")
BUILT_FROM = {"tradecrm", "resources", "packaging", "pyproject.toml", "setup.py", "README.md", "MANIFEST.in"}


def test_source_tree() -> None:
    assert resource_path("locale") == ROOT / "resources" / "locale"
    assert resource_path(*CATALOG).is_file()
    assert translator("zh_CN").info()["language"] == "zh_CN"


def test_frozen_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource_path("fonts", "a.ttf") == tmp_path / "resources" / "fonts" / "a.ttf"


@pytest.mark.slow
def test_installed_wheel(tmp_path: Path) -> None:
    """The wheel is built from a copy, without a network, and asked in a process that sees nothing else."""
    source, installed = tmp_path / "source", tmp_path / "installed"
    for path in repository_files():
        inner = path.relative_to(ROOT)
        if inner.parts[0] in BUILT_FROM:
            (source / inner).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, source / inner)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("tradecrm-*.whl"))) as wheel:
        wheel.extractall(installed)
    script = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "from tradecrm.core.resources import resource_path\n"
        f"print(resource_path(*{CATALOG!r}))"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path
    ).stdout.strip()
    assert Path(found) == installed.joinpath("tradecrm", "resources", *CATALOG)
    assert Path(found).is_file()
    absent = [path for path in _shipped() if not (installed / path).is_file()]
    assert not absent, absent
    assert not list(installed.rglob("*.po"))


def _shipped() -> list[Path]:
    """Answer what of the program and its resources a wheel must carry, as it lies inside the wheel."""
    inner = (path.relative_to(ROOT) for path in repository_files())
    return [
        Path("tradecrm", path) if path.parts[0] == "resources" else path
        for path in inner
        if path.parts[0] in {"tradecrm", "resources"} and path.parts[:3] != ("resources", "locale", "parts")
    ]
