"""The door of the program as a module and as a packaged executable."""

from __future__ import annotations

import sys


def door() -> int:
    """Open the window when nothing is asked for, without loading the command line; else run the command."""
    if len(sys.argv) == 1:
        from tradecrm.app import run_window

        return run_window()
    from tradecrm.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(door())
