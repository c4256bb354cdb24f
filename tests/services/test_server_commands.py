"""The command line on a book on a server: made, asked, checked; what only a file has is refused in words."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.services.conftest import TODAY, on_server
from tests.services.server_kit import Databases
from tests.services.trading_kit import trade
from tradecrm.cli import main
from tradecrm.core.address import ServerAddress
from tradecrm.core.clock import FixedClock
from tradecrm.core.text import use_language
from tradecrm.services.data.search import search


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LC_ALL", "LC_MESSAGES", "TRADECRM_BOOK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    yield
    use_language("en")


def run(*words: object) -> int:
    return main([str(word) for word in words], FixedClock.on(TODAY))


def test_a_book_is_made_checked_and_asked_by_its_address(
    databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = databases.empty()
    try:
        assert run("check", empty) == 1
        assert "is empty: there is no book in it yet" in capsys.readouterr().err
        assert run("new", empty, "--company", "") == 1
        assert run("new", empty, "--company", "Yiwu Lantern", "--json") == 0
        assert json.loads(capsys.readouterr().out)["book"] == str(empty)
        assert run("check", empty) == 0
        assert "The book is sound." in capsys.readouterr().out
        assert run("upgrade", empty) == 0
        assert run("new", empty, "--company", "Another") == 1
        assert "is not empty" in capsys.readouterr().err
    finally:
        databases.drop(empty)


def test_reports_and_papers_come_from_a_server_as_from_a_file(
    databases: Databases, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with on_server(databases) as book:
        seat = book.seat()
        trade(seat)
        number = seat.ask(search, "po-881").hits[0].code
        address = book.place
        assert run("report", "trial", address, "--json") == 0
        assert json.loads(capsys.readouterr().out)
        assert run("check", address) == 0, capsys.readouterr()
        out = tmp_path_factory.mktemp("papers") / "contract.pdf"
        assert run("print", "contract", number, "--out", out, "--book", address) == 0, capsys.readouterr()
        assert out.read_bytes().startswith(b"%PDF")
        for words in (("backup",), ("backups",), ("restore", out)):
            assert run(*words, address) == 1
            assert "lies on a server: it is no file to copy" in capsys.readouterr().err


def test_a_password_in_an_address_is_refused_and_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "postgresql://wang:horse@server/firm") == 1
    said = capsys.readouterr()
    assert "Leave the password out of the address" in said.err
    assert "horse" not in said.out + said.err


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://wang@/firm", "name or the address of the server"),
        ("postgresql://wang@server", "name of the database"),
        ("postgresql://server/firm", "under which the server knows you"),
        ("postgresql://wang@server:99999/firm", "The port is a number"),
    ],
)
def test_what_an_address_lacks_is_named(capsys: pytest.CaptureFixture[str], address: str, says: str) -> None:
    assert run("check", address) == 1
    assert says in capsys.readouterr().err


def test_an_address_survives_being_taken_for_a_path() -> None:
    from pathlib import Path

    from tradecrm.core.address import place_of

    address = ServerAddress("srv", "firm", "wang")
    assert place_of(str(Path(str(address)))) == address
