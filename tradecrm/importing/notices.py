"""What was noticed about a file that was read all the same; codes from the child, sentences in the parent."""

from __future__ import annotations

from tradecrm.core.text import N_, _

SENTENCES = {
    "hidden_sheet": N_("Sheet {sheet} is hidden."),
    "hidden_rows": N_("Sheet {sheet} has hidden rows ({count}); they were read too."),
    "hidden_columns": N_("Sheet {sheet} has hidden columns ({count}); they were read too."),
    "hidden_somewhere": N_("The file has hidden rows or columns; they were read too."),
    "merged": N_(
        "Sheet {sheet} has merged cells ({count}): what one holds counts for all its rows, an amount for the first."
    ),
    "uncached": N_(
        "Sheet {sheet} has formulas without a stored result, read as empty. Save it once in Excel."
    ),
    "errors": N_("Sheet {sheet} has cells with an error such as #N/A; they were read as empty."),
    "slow_reader": N_("The file is unusual; it was read by a slower, more patient reader."),
    "bad_characters": N_(
        "{count} characters could not be read and stand as \ufffd. Choose another encoding."
    ),
    "nul": N_("The file holds zero characters; they were left out."),
    "long_cell": N_("Cell {cell} holds {count} lines. A quotation mark may be missing before it."),
    "guessed_encoding": N_(
        "The encoding was guessed from the text. Look at the preview and change it if wrong."
    ),
    "truncated": N_("Only the first {count} rows were read for the preview."),
}
"""Every notice that reading can give."""


def notice_text(code: str, values: dict[str, object]) -> str:
    """Answer the sentence of the notice ``code`` in the current language; unknown codes answer themselves."""
    sentence = SENTENCES.get(code)
    if sentence is None:
        return code
    shown = {"sheet": "", "count": "", "cell": "", **values}
    return _(sentence).format(**shown)
