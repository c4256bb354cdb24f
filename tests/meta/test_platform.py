"""The parts the program stands on are the ones that were measured to be safe (architecture, section 7)."""

from __future__ import annotations

import re
import sys
from importlib import metadata

import pytest
from PySide6 import __version_info__ as qt_version
from PySide6.QtCore import QObject

from tests.meta.sources import ROOT

CALLS = 1000
SHARED_MODULE_NAMES = ("sqlcipher3-wheels", "sqlcipher3-binary")


def test_pyside_is_older_than_the_release_that_loses_references() -> None:
    assert tuple(qt_version[:2]) < (6, 12)


def test_void_calls_of_qt_keep_the_references_to_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("x")
    change = sys.getrefcount(None) - before
    assert abs(change) < CALLS // 10, f"{CALLS} calls changed the count of references to None by {change}"


def test_sqlite_is_new_enough_to_keep_commits() -> None:
    from sqlcipher3 import dbapi2

    assert dbapi2.sqlite_version_info >= (3, 53, 0)


@pytest.mark.parametrize("name", SHARED_MODULE_NAMES)
def test_no_older_distribution_of_the_same_module_is_wanted_or_installed(name: str) -> None:
    wanted = (ROOT / "constraints.txt").read_text() + (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert name not in wanted
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version(name)


def _pins() -> dict[str, str]:
    """Answer the pinned versions by normal name."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = (
        re.fullmatch(r"([a-z0-9.-]+)==([^ ;]+)( ; .+)?", line) for line in lines if not line.startswith("#")
    )
    return {pin[1]: pin[2] for pin in pins if pin is not None}


def test_every_line_of_the_constraints_is_one_exact_pin() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert len(_pins()) == len([line for line in lines if not line.startswith("#")])


def test_all_that_is_asked_for_is_pinned_and_installed_as_pinned() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pins = _pins()
    for requirement in asked:
        name = re.split(r"[\[<>=!~ ;]", requirement, maxsplit=1)[0]
        normal = re.sub(r"[-_.]+", "-", name).lower()
        assert normal in pins, f"{name} is not pinned in constraints.txt"
        assert metadata.version(name) == pins[normal]
