"""Passwords of servers in the system's own key store: a help, never the only way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

from tradecrm.core.address import ServerAddress

SERVICE = "TradeCRM"
WAIT_SECONDS = 5.0
"""So long a key store is waited for: one that is locked may ask, and never come back."""

Answer = TypeVar("Answer")


def _asked(ask: Callable[[], Answer], otherwise: Answer) -> Answer:
    """Answer what the key store says, ``otherwise`` when there is none, or it fails or does not answer."""
    found = [otherwise]

    def look() -> None:
        # A key store raises whatever its makers thought of; each means that it cannot help.
        with suppress(Exception):
            found[0] = ask()

    thread = Thread(target=look, name="key store", daemon=True)
    thread.start()
    thread.join(WAIT_SECONDS)
    return found[0]


def remembered(address: ServerAddress) -> str | None:
    """Answer the password kept for an address on this computer, None without one."""

    def ask() -> str | None:
        import keyring

        found: str | None = keyring.get_password(SERVICE, str(address))
        return found

    return _asked(ask, None)


def remember(address: ServerAddress, password: str) -> bool:
    """Keep the password of an address on this computer; answers False when the key store did not take it."""

    def ask() -> bool:
        import keyring

        keyring.set_password(SERVICE, str(address), password)
        return bool(keyring.get_password(SERVICE, str(address)) == password)

    return _asked(ask, otherwise=False)


def forget(address: ServerAddress) -> None:
    """Keep no password for an address any more."""

    def ask() -> None:
        import keyring

        keyring.delete_password(SERVICE, str(address))

    _asked(ask, None)
