"""The repository holds nothing that only one computer knows, and nothing left for later."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.meta.sources import ROOT, place, python_files, repository_files

TEXT_KINDS = {
    ".py",
    ".spec",
    ".toml",
    ".txt",
    ".md",
    ".po",
    ".yaml",
    ".yml",
    ".json",
    ".csv",
    ".in",
    ".cfg",
    "",
}
OWN_PATH = re.compile(r"(?<![\w./-])(?:/(?:home|root|work|Users|tmp|opt)/\w|[A-Z]:\\{1,2}Users\\)")
# Tests about where a book lies name folders of people who do not exist.
PERSONS_PATH = re.compile(r"/(?:home|Users)/|[A-Z]:\\{1,2}Users\\")
ADDRESS = re.compile(r"https?://[^\s\"'<>)\]}`,]+")
LATER = re.compile(r"#.*\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
BANNER = re.compile(r"^\s*#\s*[-=*#~]{4,}")
# Addresses stand for what they name: formats, licenses, standards, examples. None is ever fetched.
HOSTS = (
    "example.com",
    "example.org",
    "keepachangelog.com",
    "openxmlformats.org",
    "oasis-open.org",
    "scripts.sil.org",
    "openfontlicense.org",
    "semver.org",
    "w3.org",
    "purl.org",
)


def _texts() -> list[Path]:
    """Answer the files of the project that hold text; the licenses of fonts are not its own."""
    licenses = ROOT / "resources" / "fonts"
    return [
        path for path in repository_files() if path.suffix in TEXT_KINDS and not path.is_relative_to(licenses)
    ]


def _lines(path: Path) -> list[str]:
    """Answer the lines of a file that must be UTF-8."""
    return path.read_text(encoding="utf-8").splitlines()


def test_no_path_of_one_computer() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in _texts()
        for number, line in enumerate(_lines(path), 1)
        if (match := OWN_PATH.search(line)) and not _is_example(path, match[0])
    ]
    assert not found, "\n".join(found)


def _is_example(path: Path, text: str) -> bool:
    """Say whether a path in a test is that of an invented person."""
    return path.is_relative_to(ROOT / "tests") and PERSONS_PATH.match(text) is not None


@pytest.mark.parametrize(
    "sample", ['open("/' + 'home/ann/book")', "C:\\" + "Users\\Ann", "see /" + "opt/tools"]
)
def test_a_path_of_one_computer_is_seen(sample: str) -> None:
    assert OWN_PATH.search(sample)


def test_addresses_are_those_of_formats_licenses_and_examples() -> None:
    """Tests and samples hold addresses as data, as firms write them."""
    found = [
        f"{path.relative_to(ROOT)}:{number} {address}"
        for path in _texts()
        if path.relative_to(ROOT).parts[0] not in {"tests", "resources"}
        for number, line in enumerate(_lines(path), 1)
        for address in ADDRESS.findall(line)
        if not (urlsplit(address).hostname or "").endswith(HOSTS)
    ]
    assert not found, "name the standard, or add its host to HOSTS here:\n" + "\n".join(found)


def test_nothing_is_left_for_later_and_no_banner_stands() -> None:
    found = [
        f"{place(path)[:-2]}:{number} {line.strip()}"
        for path in python_files()
        for number, line in enumerate(_lines(path), 1)
        if LATER.search(line) or BANNER.search(line)
    ]
    assert not found, "\n".join(found)


def test_every_package_says_what_lives_in_it() -> None:
    # Alembic reads its versions from a folder that is no package.
    folders = {path.parent for path in python_files("tradecrm") if path.parent.name != "versions"}
    bare = [
        str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").exists()
    ]
    assert not bare, bare
