"""What is wrong with a call of the command line, in the program's own sentences and language."""

from __future__ import annotations

import re
from typing import Any

from tradecrm.commands.run import WrongCall
from tradecrm.core.child import has_screen
from tradecrm.core.text import LANGUAGES, _

_NO_COMMAND = re.compile(r"^No such command '(.*)'\.$", re.DOTALL)
_TOO_MANY = re.compile(r"^Got unexpected extra arguments?(?:\(s\))? \((.*)\)$", re.DOTALL)
_NO_VALUE = re.compile(r"^Option '.*' does not take a value\.$", re.DOTALL)


def sentence_of(wrong: Any) -> str:
    """Answer what Typer found wrong with the words of a call, and where help is; ``wrong`` is its exception."""
    context = wrong.ctx
    hint = _("“{command} --help” says how it is called.").format(
        command=context.command_path if context else "tradecrm"
    )
    return f"{_found(wrong)} {hint}"


def _found(wrong: Any) -> str:
    kind, message = type(wrong).__name__, wrong.format_message()
    if kind == "MissingParameter" and wrong.param is not None:
        named = max(wrong.param.opts, key=len)
        return _("{name} is missing.").format(name=named)
    if kind == "NoSuchOption":
        return _("There is no option {name} here.").format(name=wrong.option_name)
    if kind == "BadOptionUsage":
        no_value = _NO_VALUE.match(message)
        words = _("{name} takes no value.") if no_value else _("{name} needs a value after it.")
        return words.format(name=wrong.option_name)
    if command := _NO_COMMAND.match(message):
        return _("There is no command {name}.").format(name=command[1])
    if more := _TOO_MANY.match(message):
        return _("That is one word too many: {words}.").format(words=more[1])
    return message if message.endswith((".", "?", "!")) else f"{message}."


def demand_language(name: str, code: str) -> None:
    """Refuse a language that the program does not speak; none named is the language of the system."""
    if name and code not in LANGUAGES:
        raise WrongCall(_("The program does not speak {language}.").format(language=name))


def demand_screen() -> None:
    """Refuse a window where there is no screen; Qt would end the program without a word to a person."""
    if not has_screen():
        raise WrongCall(
            _("There is no screen here for the window. “tradecrm --help” lists what works without one.")
        )
