"""The developer's command names what a machine lacks and does nothing twice."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

import dev


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Debian without Qt's libraries, without venv, and without an environment."""
    monkeypatch.setattr(dev, "debian_like", lambda: True)
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(dev, "missing_libraries", lambda: ["libegl1", "libgl1"])
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)


@pytest.mark.usefixtures("bare_machine")
def test_missing_packages_follow_the_command() -> None:
    venv = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert dev.missing_system_packages("lint") == [venv]
    assert dev.missing_system_packages("run") == [venv, "libegl1", "libgl1"]


def test_the_tests_ask_for_a_server_and_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "server_version", lambda: None)
    assert "postgresql" in dev.missing_system_packages("test")
    assert "postgresql" not in dev.missing_system_packages("run")
    dev.demand_server("run")


@pytest.mark.parametrize("found", [None, 14])
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_a_missing_or_old_server_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], system: str, found: int | None
) -> None:
    monkeypatch.setattr(dev, "server_version", lambda: found)
    monkeypatch.setattr(sys, "platform", system)
    if system == "linux":
        with pytest.raises(
            dev.SetUpFailed, match=r"(?s)PostgreSQL 15 or newer.*dnf install postgresql-server"
        ):
            dev.demand_server("test")
    else:
        dev.demand_server("test")
        assert ("are left out" in capsys.readouterr().out) is (system == "darwin")


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_the_programs_of_a_server_are_found_with_their_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    for name in dev.SERVER_PROGRAMS:
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 99.2 (Debian 99.2-1)'\n")
        (tmp_path / name).chmod(0o755)
    assert dev.server_version() == 99
    (tmp_path / "initdb").unlink()
    assert dev.server_version() != 99


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="apt is asked on Linux only")
@pytest.mark.usefixtures("bare_machine")
def test_who_may_not_install_is_told_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(
        dev.SetUpFailed, match=r"sudo apt-get update && sudo apt-get install .*libegl1 libgl1"
    ):
        dev.install_system_packages("run")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="apt is asked on Linux only")
@pytest.mark.usefixtures("bare_machine")
def test_root_updates_the_lists_once_and_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(dev, "quiet", lambda command, _failure, _env: called.append(" ".join(command)))
    dev.install_system_packages("run")
    assert called[0] == "apt-get update"
    assert re.fullmatch(r"apt-get install -y --no-install-recommends python\S+ libegl1 libgl1", called[1])


def test_the_output_of_a_child_is_shown_only_when_it_fails() -> None:
    assert dev.quiet([sys.executable, "-c", "print('价')"], "").strip() == "价"
    with pytest.raises(dev.SetUpFailed, match=r"(?s)why it failed.*What to do:.*-c"):
        dev.quiet([sys.executable, "-c", "import sys; sys.exit('why it failed')"], "What to do:")


def test_another_pin_is_another_fingerprint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = dev.fingerprint()
    assert before == dev.fingerprint()
    changed = tmp_path / "constraints.txt"
    changed.write_bytes(dev.CONSTRAINTS.read_bytes() + b"more==1\n")
    monkeypatch.setattr(dev, "CONSTRAINTS", changed)
    assert dev.fingerprint() != before


def test_translations_are_compiled_again_when_a_part_is_newer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    part, catalog = tmp_path / "parts" / "a.po", tmp_path / "a.mo"
    part.parent.mkdir()
    part.write_text("")
    monkeypatch.setattr(dev, "PARTS", part.parent)
    monkeypatch.setattr(dev, "CATALOG", catalog)
    assert not dev.catalog_is_current()
    catalog.write_text("")
    newest = max(path.stat().st_mtime for path in (part, part.parent, dev.MERGER))
    os.utime(catalog, (newest + 10, newest + 10))
    assert dev.catalog_is_current()
    os.utime(part, (newest + 20, newest + 20))
    assert not dev.catalog_is_current()


def test_what_the_project_asks_for_is_read_from_its_own_description() -> None:
    asked = dev.requirements()
    assert any(each.startswith("SQLAlchemy") for each in asked)
    assert "pytest" in asked


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["--help"], 0), (["no-such-command"], 2)])
def test_help(arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(arguments) == status
    assert "dev.py run" in capsys.readouterr().out
