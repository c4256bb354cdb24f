"""Where a book lies: a file, or a database on the firm's own server; an address never holds a password."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _

SCHEME = "postgresql"
PORT = 5432
SUFFIX = ".tcrm"
"""How the name of a file ends that is a book."""
_ADDRESS = re.compile(r"postgres(?:ql)?:/{1,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A database on a server, without its password.

    ``host`` is a name, an IP address, or the folder of a socket (it begins with a slash).
    """

    host: str
    database: str
    user: str
    port: int = PORT

    def __str__(self) -> str:
        """Answer the address as it is typed, shown and remembered."""
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        port = "" if self.port == PORT else f":{self.port}"
        database = quote(self.database, safe="")
        if self.host.startswith("/"):
            return f"{SCHEME}://{user}{port}/{database}?host={quote(self.host, safe='/')}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{SCHEME}://{user}{host}{port}/{database}"

    @property
    def stem(self) -> str:
        """Answer the name of the database, as the stem of a file names a book."""
        return self.database


Place = Path | ServerAddress
"""Where a book lies."""


def book_file(path: Path) -> Path:
    """Answer the file of a book named by a person; a point within the firm's name begins no ending."""
    return path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX)


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a person gives to be let in by a server; ``repr`` never shows the password.

    ``password`` None: the one of the system's key store is tried. ``keep``: keep it there (True), keep none any
    more (False), leave it as it is (None). ``upgrade``: bring the tables of an older program up.
    """

    password: str | None = field(default=None, repr=False)
    keep: bool | None = None
    upgrade: bool = False

    def once(self) -> SignIn:
        """Answer what is given at the next openings in this run: what was asked for once is done."""
        return SignIn(self.password)


def is_address(text: str) -> bool:
    """Tell whether a typed place is meant as the address of a server."""
    return _ADDRESS.match(text) is not None


def read_address(text: str) -> ServerAddress:
    """Answer the address in ``postgresql://user@host:port/database``, or with ``?host=/folder`` for a socket.

    Raises Refusal when a part is missing, or when a password stands in it, where others could read it.
    """
    if not is_address(text):
        raise Refusal.of(_("An address begins with postgresql://, as postgresql://wang@server/firm."), "book")
    # A path library may have folded the two slashes into one.
    parts = urlsplit(_ADDRESS.sub(f"{SCHEME}://", text, count=1))
    if parts.password is not None:
        raise Refusal.of(
            _(
                "Leave the password out of the address: others could read it there. "
                "The program asks for it, or finds it in the system's key store."
            ),
            "book",
        )
    try:
        port = parts.port or PORT
    except ValueError:
        port = 0
    host = dict(parse_qsl(parts.query)).get("host") or unquote(parts.hostname or "")
    return checked_address(host, str(port), unquote(parts.path.strip("/")), unquote(parts.username or ""))


def checked_address(host: str, port: str, database: str, user: str) -> ServerAddress:
    """Answer the address made of typed parts; raises Refusal that names the part to mend."""
    host, port, database, user = host.strip(), port.strip() or str(PORT), database.strip(), user.strip()
    if not host:
        raise Refusal.of(_("Give the name or the address of the server."), "host")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise Refusal.of(
            _("The port is a number from 1 to 65535; usually {usual}.").format(usual=PORT), "port"
        )
    if not database:
        raise Refusal.of(_("Give the name of the database on the server."), "database")
    if not user:
        raise Refusal.of(_("Give the name under which the server knows you."), "user")
    for value, part in ((host, "host"), (database, "database"), (user, "user")):
        if any(ord(sign) < 32 for sign in value):
            raise Refusal.of(_("There is a sign in it that cannot be typed. Type it again."), part)
    return ServerAddress(host, database, user, int(port))


def place_of(text: str) -> Place:
    """Answer the place that a typed or remembered text names; raises what ``read_address`` raises."""
    return read_address(text) if is_address(text) else Path(text)


def whole(place: Place) -> Place:
    """Answer the place by which a book is known again: a file's with its links resolved."""
    try:
        return place.resolve() if isinstance(place, Path) else place
    except RuntimeError:
        # Links that lead to one another have no end.
        return place
