"""What the tests about the source text share: which files there are, and their syntax trees."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = {".git", ".venv", "build", "dist", "demo-output", "__pycache__"}
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_HOLDERS = (ast.stmt, ast.excepthandler, ast.match_case)


@cache
def repository_files() -> tuple[Path, ...]:
    """Answer every file that belongs to the project: tracked, or new and not ignored."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        # A source archive has no history: everything in it belongs to it.
        found = (path for path in ROOT.rglob("*") if not OUTSIDE & set(path.relative_to(ROOT).parts))
    else:
        found = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in found if path.is_file()))


def python_files(*folders: str) -> list[Path]:
    """Answer the Python files of the project, or of some of its folders."""
    wanted = [ROOT / folder for folder in folders] or [ROOT]
    return [
        path
        for path in repository_files()
        if path.suffix in {".py", ".spec"} and any(path.is_relative_to(folder) for folder in wanted)
    ]


# Of all files together the trees would be millions of objects for the rest of the run to carry along.
@lru_cache(maxsize=2)
def tree(path: Path) -> ast.Module:
    """Answer the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    """Answer ``folder/file.py:line`` for a message."""
    name = path.relative_to(ROOT).as_posix()
    return f"{name}:{getattr(node, 'lineno', 1)}"


def definitions(path: Path) -> Iterator[Definition]:
    """Answer every function, method and class of a file, nested ones too."""
    waiting: list[ast.AST] = [tree(path)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Definition):
            yield node
        # No expression holds a definition, and most of a tree are expressions.
        waiting += [each for each in ast.iter_child_nodes(node) if isinstance(each, _HOLDERS)]


def imported_names(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """Answer each dotted name a file imports, ``a.b`` for ``from a import b``, with its statement."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node
