"""Child processes of the program itself: how one is started, frozen or from source, with a pipe each way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

WORKER = "--worker"
"""The first word of a child's command line; what the child is to do follows."""


def child_command(module: str) -> list[str]:
    """Answer the command of a child: the program itself with ``--worker``, or ``worker_main`` of a module."""
    if getattr(sys, "frozen", False):
        return [sys.executable, WORKER]
    code = f"import sys; from {module} import worker_main; sys.exit(worker_main(sys.argv[1:]))"
    return [sys.executable, "-X", "utf8", "-c", code]


def child_environment() -> dict[str, str]:
    """Answer the environment of a child: it finds the program's modules and keeps its memory small."""
    environment = dict(os.environ)
    if not getattr(sys, "frozen", False):
        home = str(Path(__file__).resolve().parents[2])
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = home + (os.pathsep + known if known else "")
    environment["MALLOC_ARENA_MAX"] = "1"
    return environment


def start_child(
    module: str, words: Sequence[str], *, told: bool = False, quiet: bool = False
) -> subprocess.Popen[bytes]:
    """Start a child that answers over its output; ``told`` gives it an input, ``quiet`` lets others go before it.

    Nothing of it is seen: no window on Windows, no words on the terminal.
    """
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    if quiet:
        flags |= getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    return subprocess.Popen(  # noqa: S603 - our own program with a request of our own
        [*child_command(module), *words],
        stdin=subprocess.PIPE if told else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
        creationflags=flags,
    )
