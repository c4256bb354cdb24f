"""The door of the program as a module and as a packaged executable."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tradecrm.core.child import DRAW, WORKER, free_environment, has_screen


def door() -> int:
    """Do what was asked for and answer the exit status, importing no more than that needs.

    Nothing: the window. ``--worker``: the work of a child. Anything else: a command.
    """
    free_environment()
    words = sys.argv[1:]
    if words[:1] == [WORKER]:
        return _work(words[1:])
    if not words and has_screen():
        from tradecrm.app import run_window

        return run_window()
    from tradecrm.cli import main

    return main()


def _work(words: Sequence[str]) -> int:
    """Do what a child process of the program is asked for: draw papers, or read a file."""
    if words[:1] == [DRAW]:
        from tradecrm.documents.drawing import worker_main
    else:
        from tradecrm.importing.worker import worker_main
    return worker_main(words)


if __name__ == "__main__":
    sys.exit(door())
