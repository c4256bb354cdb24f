"""Processes of the program itself: what this one may do, and how a child is started, with a pipe each way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

WORKER = "--worker"
"""The first word of a child's command line; what the child is to do follows."""

DRAW = "draw"
"""The word after it that asks for the child that draws papers; any other asks for the one that reads files."""

_LIBRARIES = "LD_LIBRARY_PATH"


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


def free_environment() -> None:
    """Take back what the frozen program's start put into the environment for itself alone.

    On Linux it looks for libraries in its own folder first; a viewer of PDF that the program opens must not.
    What this process has begun with stays as it is, and a child that is the program itself sets it again.
    """
    if not getattr(sys, "frozen", False) or not sys.platform.startswith("linux"):
        return
    before = os.environ.pop(f"{_LIBRARIES}_ORIG", None)
    if before is None:
        os.environ.pop(_LIBRARIES, None)
    else:
        os.environ[_LIBRARIES] = before


def has_screen() -> bool:
    """Say whether a window can be shown; on Linux the environment names the screen, or another way to draw."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


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
