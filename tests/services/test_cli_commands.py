"""The command line in this process: answers, files and exit statuses (0 done, 1 refused, 2 usage, 3 fault)."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.services.conftest import TODAY
from tradecrm.cli import main
from tradecrm.core.clock import FixedClock
from tradecrm.core.text import use_language
from tradecrm.services.book import Book
from tradecrm.services.data.sample.running_example import play_example
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.storage.store import open_book

SHEET = "Company Name,Country,Email\nKern GmbH,Germany,b@kern-tools.de\nNord AB,Sweden,c@nord-verktyg.se\n"
Tool = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LC_ALL", "LC_MESSAGES", "TRADECRM_BOOK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    yield
    use_language("en")


@pytest.fixture(scope="module")
def example_file(blank_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a closed book that holds T1."""
    path = tmp_path_factory.mktemp("example") / "t1.tcrm"
    shutil.copyfile(blank_book, path)
    clock = FixedClock.on(TODAY)
    book = Book(open_book(path, "Tests", clock), clock)
    seat = book.seat()
    command = OpenAccount("USD account", "BANK", "USD", TODAY.replace(month=1, day=1))
    play_example(seat, seat.perform(open_account, command).value)
    book.close()
    return path


@pytest.fixture
def t1(example_file: Path, tmp_path: Path) -> Path:
    path = tmp_path / "t1.tcrm"
    shutil.copyfile(example_file, path)
    return path


@pytest.fixture
def tool(capsys: pytest.CaptureFixture[str]) -> Tool:
    """Run the command line and answer exit status, standard output and standard error."""

    def call(*words: object) -> tuple[int, str, str]:
        status = main([str(word) for word in words], FixedClock.on(TODAY))
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def answered(tool: Tool, *words: object, status: int = 0) -> dict[str, Any]:
    code, out, err = tool(*words, "--json")
    assert code == status, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_new_book_from_its_making_to_its_restore(tool: Tool, tmp_path: Path) -> None:
    book = tmp_path / "firm.tcrm"
    made = answered(tool, "new", book, "--company", "Harbor Trading", "--lang", "en")
    assert made["book"] == str(book)
    assert answered(tool, "check", "--book", book)["faults"] == []
    backup = answered(tool, "--book", book, "backup")["backup"]
    assert [each["path"] for each in answered(tool, "backups", "--book", book)["backups"]] == [backup]
    copy = answered(tool, "backup", "--book", book, "--out", tmp_path / "copy.tcrm")
    assert Path(copy["backup"]).is_file()
    (tmp_path / "c.csv").write_text(SHEET, encoding="utf-8")
    assert answered(tool, "import", "customers", tmp_path / "c.csv", "--book", book)["created"] == 2
    kept = answered(tool, "restore", backup, "--book", book)["kept"]
    assert Path(kept).is_file()
    assert answered(tool, "import", "customers", tmp_path / "c.csv", "--book", book)["created"] == 2


def test_a_book_is_never_made_over_another_nor_for_nobody(tool: Tool, t1: Path) -> None:
    code, out, err = tool("new", t1, "--company", "X")
    assert (code, out) == (1, "")
    assert "is there already" in err
    code, _out, err = tool("new", t1.with_name("n.tcrm"), "--company", " ", "--currency", "yuan")
    assert code == 1
    assert [line.split(":")[0] for line in err.splitlines()] == ["base_currency", "company_name"]
    assert not t1.with_name("n.tcrm").exists()


def test_import_says_each_row_it_refuses(tool: Tool, t1: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "c.csv"
    sheet.write_text(SHEET + ",France,x@y.example\n", encoding="utf-8")
    trial = answered(tool, "import", "customers", sheet, "--dry-run", "--book", t1, status=1)
    assert (trial["dry_run"], trial["created"], trial["refused"]) == (True, 2, 1)
    code, out, err = tool("import", "customers", sheet, "--book", t1)
    assert code == 1
    assert out.startswith("Brought in: 2.")
    assert err.startswith("row 4: c!A4:")
    again = answered(tool, "import", "customers", sheet, "--book", t1, status=1)
    assert (again["created"], again["refused"]) == (0, 1)


def test_a_backup_is_made_before_an_import_into_a_book_that_holds_data(
    tool: Tool, t1: Path, tmp_path: Path
) -> None:
    """safekeeping.md section 1; an empty book has nothing to lose."""
    sheet = tmp_path / "c.csv"
    sheet.write_text(SHEET, encoding="utf-8")
    assert answered(tool, "import", "customers", sheet, "--dry-run", "--book", t1)["backup"] is None
    made = answered(tool, "import", "customers", sheet, "--book", t1)["backup"]
    (listed,) = answered(tool, "backups", "--book", t1)["backups"]
    assert listed["path"] == made
    assert listed["reason"] == "import"
    answered(tool, "restore", made, "--book", t1)
    _code, out, _err = tool("import", "customers", sheet, "--book", t1)
    assert "Brought in: 2." in out, "the backup is the book as it was before"
    assert "Backup made before: " in out
    empty = tmp_path / "firm.tcrm"
    answered(tool, "new", empty, "--company", "Harbor Trading", "--lang", "en")
    assert answered(tool, "import", "customers", sheet, "--book", empty)["backup"] is None


def test_a_column_or_field_that_is_not_there_is_refused(tool: Tool, t1: Path, tmp_path: Path) -> None:
    table = tmp_path / "customers.csv"
    table.write_text("Company,Country\nKern GmbH,Germany\n", encoding="utf-8")
    for option, said in (
        (("--column", "1=nosuch"), "column: There is no field nosuch; there are: name"),
        (("--column", "99=name"), "column: The sheet has 2 columns; there is no column 99."),
        (("--style", "3=dmy"), "column: The sheet has 2 columns; there is no column 3."),
    ):
        code, _out, err = tool("import", "customers", table, "--book", t1, *option)
        assert (code, err.startswith(said)) == (1, True), err


def test_import_asks_what_it_does_not_know(tool: Tool, t1: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "c.csv"
    sheet.write_text("What,Where\nKern GmbH,Germany\n", encoding="utf-8")
    code, _out, err = tool("import", "customers", sheet, "--book", t1)
    assert code == 1
    assert "--column" in err
    told = answered(tool, "import", "customers", sheet, "--column", "1=name", "--column", "2=-", "--book", t1)
    assert told["created"] == 1
    for words in (("nothing", sheet), ("customers", tmp_path / "none.csv")):
        assert tool("import", *words, "--book", t1)[0] == 1
    assert tool("import", "customers", sheet, "--mode", "dance", "--book", t1)[0] == 1
    assert tool("import", "customers", sheet, "--column", "name", "--book", t1)[0] == 1
    assert tool("import", "customers", sheet, "--sheet", "Nowhere", "--book", t1)[0] == 1
    sheet.write_text("Company name,Country\n", encoding="utf-8")
    code, _out, err = tool("import", "customers", sheet, "--book", t1)
    assert (code, "no rows below its header" in err) == (1, True)
    assert answered(tool, "backups", "--book", t1)["backups"][1:] == []


def test_the_figures_of_section_2_5_in_json(tool: Tool, t1: Path) -> None:
    found = answered(tool, "report", "shipment_profit", "-p", "shipment=1", "--book", t1)
    rows = {row["cells"]["item"]: row["cells"]["actual"] for row in found["rows"]}
    assert rows["Trading profit"] == "22180.81"
    assert rows["Profit after exchange differences"] == "21856.99"
    aging = answered(tool, "report", "aging", "--as-of", "2026-06-01", "--book", t1)
    assert aging["rows"][0]["cells"]["total"] == "9498.00"
    assert aging["params"]["as_of"] == "2026-06-01"


@pytest.mark.parametrize("form", ["table", "json", "csv", "xlsx", "pdf"])
def test_a_report_in_every_form(tool: Tool, t1: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"aging.{form}"
    code, said, err = tool("report", "aging", "--as-of", "2026-06-01", "--out", out, "-f", form, "--book", t1)
    assert (code, err) == (0, "")
    assert str(out) in said
    assert out.stat().st_size > 200


@pytest.mark.parametrize("form", ["xlsx", "csv", "beancount"])
def test_the_journal_for_the_accountant(tool: Tool, t1: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"journal.{form}"
    done = answered(tool, "journal", out, "--from", "2026-01-01", "--to", "2026-12-31", "--book", t1)
    assert out.stat().st_size > 1000
    assert done["rows"] > 20
    assert answered(tool, "journal", tmp_path / "journal.pdf", "--book", t1, status=1)["ok"] is False


def test_a_report_for_people(tool: Tool, t1: Path) -> None:
    code, out, err = tool("report", "aging", "--as-of", "2026-06-01", "--book", t1)
    assert (code, err) == (0, "")
    assert "Veld B.V." in out
    assert "9,498.00" in out
    chinese = tool("--lang", "zh", "report", "account-balances", "--book", t1)
    assert chinese[0] == 0


def test_wrong_parameters_are_all_said(tool: Tool, t1: Path) -> None:
    code, out, err = tool("report", "aging", "-p", "x=1", "--as-of", "1.2.", "--book", t1)
    assert (code, out) == (1, "")
    assert [line.split(":")[0] for line in err.splitlines()] == ["x", "as_of"]
    assert (
        answered(tool, "report", "aging", "-p", "x=1", "--book", t1, status=1)["problems"][0]["field"] == "x"
    )
    for words in (("none",), ("aging", "-p", "x"), ("aging", "-f", "doc"), ("aging", "-f", "pdf")):
        assert tool("report", *words, "--book", t1)[0] == 1


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_the_contract_prints(tool: Tool, t1: Path, tmp_path: Path, lang: str) -> None:
    out = tmp_path / "sc.pdf"
    done = answered(tool, "print", "contract", "SC-26001", "--out", out, "--lang", lang, "--book", t1)
    assert done["warnings"] == []
    document = pypdfium2.PdfDocument(out.read_bytes())
    words = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "19,740.00" in words
    assert "SC-26001" in words
    assert ("NINETEEN THOUSAND SEVEN HUNDRED AND FORTY" in " ".join(words.split())) == (lang != "zh")
    assert ("美元壹万玖仟柒佰肆拾元整" in "".join(words.split())) == (lang != "en")


def test_the_whole_set_of_a_shipment_prints_into_a_folder(tool: Tool, t1: Path, tmp_path: Path) -> None:
    done = answered(tool, "print", "set", "SH-26001", "--out", tmp_path / "set", "--lang", "en", "--book", t1)
    assert len(done["files"]) == 12
    assert all(Path(name).stat().st_size > 1000 for name in done["files"])
    assert done["contradictions"] == []
    answered(tool, "print", "invoice", "SH-26001", "-o", tmp_path / "ci.xlsx", "--book", t1)
    assert (tmp_path / "ci.xlsx").read_bytes().startswith(b"PK")
    assert "SH-404" in tool("print", "set", "SH-404", "-o", tmp_path / "no", "--book", t1)[2]
    assert not (tmp_path / "no").exists()


def test_what_cannot_be_printed(tool: Tool, t1: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.pdf"
    assert "SC-0" in tool("print", "contract", "SC-0", "-o", out, "--book", t1)[2]
    assert tool("print", "invoice", "1", "-o", out, "--book", t1)[0] == 1
    assert tool("print", "contract", "SC-26001", "-o", out, "--lang", "fr", "--book", t1)[0] == 1
    assert tool("print", "contract", "SC-26001", "-o", tmp_path / "no" / "x.pdf", "--book", t1)[0] == 1
    assert not out.exists()


def test_usage_is_another_status_than_a_refusal(tool: Tool, tmp_path: Path) -> None:
    assert tool("nonsense")[0] == 2
    assert tool("report")[0] == 2
    for words in ((), ("nonsense",), ("report",), ("reports", "extra"), ("backup", "--no-such-option")):
        wrong = answered(tool, *words, status=2)
        assert wrong["ok"] is False
        assert "--help" in wrong["problems"][0]["message"]
    code, _out, err = tool("check")
    assert code == 1
    assert "TRADECRM_BOOK" in err
    assert tool("check", "--book", tmp_path / "none.tcrm")[0] == 1


def test_a_wrong_call_is_said_in_the_language_of_the_person(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for words, said in (
        (("nope",), "There is no command nope. “tradecrm --help” says how it is called."),
        (("report",), "name is missing. “tradecrm report --help”"),
        (("print", "contract", "X"), "--out is missing."),
        (("report", "trial", "--colour"), "There is no option --colour here."),
        (("import", "customers", "a.csv", "--sheet"), "--sheet needs a value after it."),
        (("import", "customers", "a.csv", "--dry-run=1"), "--dry-run takes no value."),
        (("reports", "extra"), "That is one word too many: extra."),
        (("check", "--book"), "--book needs a value after it."),
        (("--lang", "fr", "reports"), "The program does not speak fr."),
        (("--lang", "zh", "nope"), "没有 nope 这个命令。 用法见“tradecrm --help”。"),
    ):
        code, out, err = tool(*words)
        assert (code, out, err.startswith(said)) == (2, "", True), err
    if sys.platform.startswith("linux"):
        for calls in ((), ("--book", "a.tcrm")):
            code, _out, err = tool(*calls)
            assert (code, err.startswith("There is no screen here for the window.")) == (2, True)


def test_no_file_is_named_for_what_it_is_not(tool: Tool, t1: Path, tmp_path: Path) -> None:
    code, _out, err = tool("report", "trial", "--book", t1, "--out", tmp_path / "trial.docx")
    assert (code, err) == (1, "format: The format is one of table, json, csv, xlsx, pdf.\n")
    assert not (tmp_path / "trial.docx").exists()
    assert tool("report", "trial", "--book", t1, "--out", tmp_path / "trial.txt")[0] == 0
    made = answered(tool, "new", tmp_path / "Foo Co. Ltd", "--company", "Foo")["book"]
    assert Path(made).name == "Foo Co. Ltd.tcrm"
    code, _out, err = tool("new", tmp_path / "b", "--company", "A", "--currency", "XYZ")
    assert (code, err.startswith("base_currency:")) == (1, True)
    (tmp_path / "list.txt").write_text("no book", encoding="utf-8")
    code, _out, err = tool("restore", tmp_path / "list.txt", "--book", t1)
    assert (code, "list.txt is not a book of this program." in err) == (1, True)
    assert answered(tool, "backups", "--book", t1)["backups"] == []


def test_what_the_system_refuses_is_said_in_words(tool: Tool, t1: Path, tmp_path: Path) -> None:
    """Every problem is a sentence: which file, and what to do; nothing of error numbers."""
    nowhere = tmp_path / "no" / "x"
    report = ("report", "aging", "--book", t1, "-o")
    for words, said in (
        (
            (*report, nowhere, "-f", "csv"),
            f"{nowhere} is not there. Check the name, or make its folder first.",
        ),
        (
            (*report, nowhere, "-f", "xlsx"),
            f"{nowhere} is not there. Check the name, or make its folder first.",
        ),
        ((*report, tmp_path, "-f", "xlsx"), f"{tmp_path} is a folder. Name a file."),
        (("backup", "--book", t1, "-o", nowhere), f"There is no folder {nowhere.parent}."),
        (("new", nowhere, "--company", "A"), f"There is no folder {nowhere.parent}."),
        (("new", "", "--company", "A"), "path: Name the file that the new book will be"),
        (
            ("print", "contract", "SC-26001", "--book", t1, "-o", "x.doc"),
            "out: A paper is written as .pdf or",
        ),
    ):
        code, _out, err = tool(*words)
        assert (code, err.startswith(said)) == (1, True), err


def test_the_book_of_the_environment(tool: Tool, t1: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADECRM_BOOK", str(t1))
    assert answered(tool, "check")["ok"] is True


def test_a_damaged_book_fails_the_check(tool: Tool, t1: Path) -> None:
    from sqlalchemy import text

    from tradecrm.storage.engines import writer_engine

    engine = writer_engine(t1)
    with engine.begin() as connection:
        connection.execute(text("UPDATE account_month SET amount = amount + 10000"))
    engine.dispose()
    code, out, err = tool("check", "--book", t1, "--json")
    assert code == 1
    assert json.loads(out)["faults"]
    assert err.strip()


def test_a_page_damaged_within_is_said(tool: Tool, t1: Path) -> None:
    content = bytearray(t1.read_bytes())
    for place in range(len(content) // 4, len(content), 4096 * 8):
        content[place] ^= 255
    t1.write_bytes(content)
    said = answered(tool, "check", "--book", t1, status=1)["problems"][0]["message"]
    assert said.startswith(f"The book {t1} is damaged")


@pytest.mark.skipif(os.name == "nt", reason="file names there are always text")
def test_a_book_with_a_name_that_is_no_text_and_links_in_a_circle(
    tool: Tool, t1: Path, tmp_path: Path
) -> None:
    """A stick of another computer has names in GB18030."""
    named = Path(os.fsdecode(os.fsencode(tmp_path) + "/宁波.tcrm".encode("gb18030")))
    t1.rename(named)
    assert answered(tool, "check", "--book", named)["ok"] is True
    assert tool("backup", "--book", named)[0] == 0
    assert len(answered(tool, "backups", "--book", named)["backups"]) == 1
    strange = os.fsdecode(b"party=\xc4\xfe")
    assert tool("report", "aging", "--book", named, "-p", strange)[0] == 2
    circle = tmp_path / "circle.tcrm"
    circle.symlink_to(circle)
    code, _out, err = tool("check", "--book", circle)
    assert code == 1
    assert err.startswith(f"There is no book at {circle}.")


def test_a_fault_of_the_program_leaves_a_report_without_data(
    tool: Tool, t1: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise ZeroDivisionError("Veld B.V. owes 5")

    monkeypatch.setattr("tradecrm.commands.books.check", broken)
    code, _out, err = tool("check", "--book", t1)
    assert code == 3
    place = Path(err.strip().rpartition(" at ")[2].removesuffix("."))
    kept = place.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in kept
    assert "Veld" not in kept


def test_the_lists(tool: Tool) -> None:
    listed = answered(tool, "reports")["reports"]
    assert {"aging", "shipment_profit", "account_balances"} <= {each["key"] for each in listed}
    assert "aging" in tool("reports")[1]
    assert tool("--version")[1].startswith("TradeCRM ")
    assert tool("--help")[0] == 0
