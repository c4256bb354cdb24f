"""What the window remembers of one person on this computer: look, sidebar, size, open tabs of each book."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from tradecrm.core.links import Link


def default_path() -> Path:
    """Answer the person's own settings file, where the system keeps such files."""
    import platformdirs

    return Path(platformdirs.user_config_dir("TradeCRM", appauthor=False)) / "window.json"


class ShellState:
    """A small JSON file; one that is missing or damaged counts as empty, for it holds nothing of the trade."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[str, Any] = {}
        with suppress(OSError, ValueError):
            read = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(read, dict):
                self.values = read

    def text(self, key: str, default: str = "") -> str:
        """Answer a remembered text."""
        value = self.values.get(key, default)
        return value if isinstance(value, str) else default

    def flag(self, key: str) -> bool:
        """Answer a remembered yes or no."""
        return self.values.get(key) is True

    def backups_of(self, book: Path) -> Path | None:
        """Answer the folder chosen for the backups of a book; None for the usual one, also while it is not there.

        A folder on a stick or a share that is away must not keep the book from being backed up.
        """
        kept = self.values.get("backups")
        folder = kept.get(str(book.resolve())) if isinstance(kept, dict) else None
        return Path(folder) if isinstance(folder, str) and Path(folder).is_dir() else None

    def set(self, key: str, value: Any) -> None:
        """Remember a JSON value; ``save`` writes it."""
        self.values[key] = value

    def part(self, key: str) -> dict[str, Any]:
        """Answer the remembered values below a key; what is put there is written with the rest."""
        if not isinstance(self.values.get(key), dict):
            self.values[key] = {}
        found: dict[str, Any] = self.values[key]
        return found

    def tabs(self, book: str) -> tuple[list[dict[str, Any]], int]:
        """Answer the tabs open in ``book`` when it was closed, and which one was in front."""
        books = self.values.get("tabs")
        kept = books.get(book) if isinstance(books, dict) else None
        if not isinstance(kept, dict) or not isinstance(kept.get("open"), list):
            return [], 0
        front = kept.get("front")
        return [tab for tab in kept["open"] if isinstance(tab, dict)], front if isinstance(front, int) else 0

    def keep_tabs(self, book: str, tabs: list[dict[str, Any]], front: int) -> None:
        """Remember the tabs open in ``book``."""
        books = self.values.get("tabs")
        kept = books if isinstance(books, dict) else {}
        self.values["tabs"] = {**kept, book: {"open": tabs, "front": front}}

    def save(self) -> None:
        """Write the file whole or not at all; a folder that cannot be written is no reason to stop."""
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside = self.path.with_suffix(".new")
            beside.write_text(json.dumps(self.values, ensure_ascii=False, indent=1), encoding="utf-8")
            beside.replace(self.path)


def link_to_json(link: Link) -> dict[str, Any]:
    """Answer a link as JSON values."""
    return {"target": link.target, "params": dict(link.params)}


def link_from_json(value: Any) -> Link | None:
    """Answer the link that was kept, None when it is none."""
    if not isinstance(value, dict) or not isinstance(value.get("target"), str):
        return None
    params = value.get("params")
    kept = params if isinstance(params, dict) else {}
    return Link.to(value["target"], **{str(k): v for k, v in kept.items() if isinstance(v, str | int | None)})
