"""A private PostgreSQL server for one run of the tests: socket only, in a temporary folder, never as root."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.services import server_watch
from tradecrm.core.address import ServerAddress
from tradecrm.core.clock import FixedClock
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.storage.server import ServerStore, create_server_book, open_server_book

OWNER = "tester"
LOCKED = "locked"
"""Who needs a password."""

MARK = "tradecrm-test-server"
BLANK = "blank"
_SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


_KEEPING = """
CREATE SCHEMA keeping;
CREATE FUNCTION keeping.keep(place text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', place);
  EXECUTE format('CREATE SCHEMA %I', place);
  FOR found IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND pg_relation_size(oid) > 0
  LOOP
    EXECUTE format('CREATE TABLE %I.%I AS TABLE public.%I', place, found.relname, found.relname);
  END LOOP;
  EXECUTE format('CREATE TABLE %I.sequence AS SELECT sequencename, last_value FROM pg_sequences
    WHERE schemaname = %L', place, 'public');
END $$;
CREATE FUNCTION keeping.put(place text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE found record; listed text;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR found IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND pg_relation_size(oid) > 0
  LOOP
    EXECUTE format('DELETE FROM public.%I', found.relname);
  END LOOP;
  FOR found IN SELECT relname FROM pg_class WHERE relnamespace = place::regnamespace AND relkind = 'r'
    AND relname <> 'sequence' AND pg_relation_size(oid) > 0
  LOOP
    SELECT string_agg(quote_ident(attname), ', ') INTO listed FROM pg_attribute
      WHERE attrelid = format('public.%I', found.relname)::regclass AND attnum > 0 AND NOT attisdropped
      AND attgenerated = '';
    EXECUTE format('INSERT INTO public.%I (%s) SELECT %s FROM %I.%I',
      found.relname, listed, listed, place, found.relname);
  END LOOP;
  FOR found IN EXECUTE format('SELECT now.sequencename, old.last_value FROM pg_sequences now
    JOIN %I.sequence old USING (sequencename) WHERE now.schemaname = %L
    AND now.last_value IS DISTINCT FROM old.last_value', place, 'public')
  LOOP
    PERFORM setval(format('public.%I', found.sequencename), coalesce(found.last_value, 1),
      found.last_value IS NOT NULL);
  END LOOP;
END $$
"""
"""Keeps the rows of a book beside it, and puts them back: a tenth of the time of another database."""

_FIRST = "kept"
"""Where the rows are kept that a book is renewed to."""

_GROWN = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
    "AND pg_relation_size(oid) > 131072"
)


@dataclass(frozen=True)
class TestServer:
    """The server of this run: the folder of its socket and data, and the number of its process."""

    __test__ = False

    folder: Path
    pid: int

    def address(self, database: str, user: str = OWNER) -> ServerAddress:
        """Answer the address of a database."""
        return ServerAddress(str(self.folder), database, user)

    def admin(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """Open a connection that may do everything; its caller closes it."""
        return psycopg.connect(host=str(self.folder), dbname=database, user=OWNER, autocommit=True)

    def prove_ours(self) -> None:
        """Demand, before the first write, that what answers is the server started for these tests."""
        with self.admin() as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        data = self.folder / "data"
        assert row is not None
        assert Path(row[0]) == data
        assert (data / MARK).read_text(encoding="ascii") == str(self.folder)


def binary(name: str) -> str | None:
    """Answer where a program of the server lies; Debian keeps them out of the usual places."""
    found = shutil.which(name)
    if found is not None:
        return found
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: path.parts[-3])
    return str(installed[-1]) if installed else None


def demand_binaries() -> None:
    """Skip where there is no server to be had; on Linux it is installed, and its absence is a failure."""
    if sys.platform == "win32":
        pytest.skip("The tests' server is reached by a socket in a folder, which Windows does not have.")
    if binary("initdb") is not None and binary("pg_ctl") is not None:
        return
    if sys.platform.startswith("linux"):
        pytest.fail(
            "PostgreSQL 15 or newer is not installed; `python3 dev.py test` installs it.", pytrace=False
        )
    pytest.skip("There is no PostgreSQL server on this computer.")


def _as_other() -> dict[str, Any]:
    """Answer how a process is started that must not be root."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    import pwd

    other = pwd.getpwnam("nobody")
    return {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}


def run_number() -> int:
    """Answer the number of the process that this run of tests is, whichever worker asks."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def note_of(run: int) -> Path:
    """Answer the file by which the workers of a run find its server.

    Not in the folder of the run, which another run may clear away while this one ends.
    """
    return Path(tempfile.gettempdir(), f"tcrm-run-{run}.json")


def start(run: int) -> TestServer:
    """Start the server of a run, write down where it is, and make the blank book."""
    demand_binaries()
    folder = Path(tempfile.mkdtemp(prefix="tcrm-"))
    other = _as_other()
    # The run itself stops the server at its end; a run that was killed cannot.
    subprocess.Popen(
        [sys.executable, server_watch.__file__, str(run), str(folder), str(note_of(run))],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ).returncode = 0  # Nobody waits for it, and that is meant.
    if other:
        os.chown(folder, other["user"], other["group"])
    data = folder / "data"
    initdb = [
        str(binary("initdb")),
        "-D",
        str(data),
        "-U",
        OWNER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "-N",
    ]
    _call(initdb, folder, other)
    (data / MARK).write_text(str(folder), encoding="ascii")
    # One person needs a password, so that its refusals can be tried.
    access = f"local all {LOCKED} scram-sha-256\nlocal all all trust\n"
    (data / "pg_hba.conf").write_text(access, encoding="ascii")
    options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    options += f" -c unix_socket_directories={folder}"
    # A started server must not hold the pipes of this process open, so its words go into a file.
    log = folder / "log"
    _call(
        [str(binary("pg_ctl")), "-D", str(data), "-w", "-l", str(log), "-o", options, "start"], folder, other
    )
    pid = int((data / "postmaster.pid").read_text(encoding="ascii").split()[0])
    server = TestServer(folder, pid)
    note_of(run).write_text(json.dumps({"folder": str(folder), "pid": pid}), encoding="ascii")
    server.prove_ours()
    _make_blank(server)
    return server


def _call(command: list[str], folder: Path, other: dict[str, Any]) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        **other,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def _make_blank(server: TestServer) -> None:
    from datetime import date

    with server.admin() as connection:
        connection.execute(f"CREATE DATABASE {BLANK} TEMPLATE template0")
        connection.execute(f"CREATE ROLE {LOCKED} LOGIN PASSWORD 'right horse'")
    store = create_server_book(server.address(BLANK))
    firm = SetUp("Ningbo Harbor Trading Co., Ltd.", owner_name="Lin Yue", language="en")
    set_up_book(store, FixedClock.on(date(2026, 6, 15)), firm)
    store.close()
    with server.admin(BLANK) as connection:
        connection.execute(_KEEPING)
        connection.execute("SELECT keeping.keep(%s)", (_FIRST,))


@contextmanager
def _alone(run: int) -> Iterator[None]:
    """Keep the other workers of a run waiting meanwhile."""
    import fcntl

    place = note_of(run).with_suffix(".lock")
    with place.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def shared_server() -> TestServer:
    """Answer the one server of this run, started by the worker that asks first."""
    demand_binaries()
    run = run_number()
    with _alone(run):
        note = note_of(run)
        if not note.exists():
            return start(run)
        kept = json.loads(note.read_text(encoding="ascii"))
        server = TestServer(Path(kept["folder"]), kept["pid"])
        server.prove_ours()
        return server


def stop(note: Path) -> None:
    """Stop the server that ``note`` names, if it is one of these tests, and remove its folder."""
    note.with_suffix(".lock").unlink(missing_ok=True)
    if not note.exists():
        return
    folder = Path(json.loads(note.read_text(encoding="ascii"))["folder"])
    note.unlink()
    data = folder / "data"
    # Only what carries the mark of this run; by its data folder, never by a name or a bare number.
    if (data / MARK).is_file() and (data / MARK).read_text(encoding="ascii") == str(folder):
        _call([str(binary("pg_ctl")), "-D", str(data), "-m", "immediate", "-w", "stop"], folder, _as_other())
        shutil.rmtree(folder, ignore_errors=True)


class Databases:
    """Blank books on the server for one worker: lent and renewed, or made and dropped."""

    def __init__(self, server: TestServer, worker: str) -> None:
        self.server = server
        self._worker = worker
        self._count = 0
        self._admin = server.admin()
        self._admins: dict[str, psycopg.Connection[Any]] = {}
        self._free: list[ServerStore] = []

    @contextmanager
    def lent(self) -> Iterator[ServerStore]:
        """Lend an open blank book, for a test that changes rows only; it is as it was for the next one.

        Its connections stay: what the server has learnt of the tables in one is a third of the work of a test.
        """
        store = self._free.pop() if self._free else open_server_book(self.copy())
        try:
            yield store
        finally:
            self.renew(store)
            self._free.append(store)

    def keep(self, address: ServerAddress, place: str = _FIRST) -> None:
        """Keep the rows that a book holds now: by default those that ``renew`` brings it back to."""
        self._admin_of(address).execute("SELECT keeping.keep(%s)", (place,))

    def put(self, address: ServerAddress, place: str) -> None:
        """Put the rows of a book to those that were kept as ``place``."""
        self._admin_of(address).execute("SELECT keeping.put(%s)", (place,))

    def renew(self, store: ServerStore) -> None:
        """Put the rows of a book back to those that were kept."""
        for engine in (store.writer, store.reader):
            # A test that fails with a connection in its hands must not hold up the next: neither its lane ...
            if engine.pool.checkedout():  # type: ignore[attr-defined]
                engine.dispose()
        # ... nor what its connection has locked.
        self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND state <> 'idle'",
            (store.place.database,),
        )
        self.put(store.place, _FIRST)
        admin = self._admin_of(store.place)
        for (grown,) in admin.execute(_GROWN).fetchall():
            admin.execute(f"VACUUM public.{grown}")

    def _admin_of(self, address: ServerAddress) -> psycopg.Connection[Any]:
        """Answer the connection by which a book is kept and renewed."""
        if address.database not in self._admins:
            self._admins[address.database] = self.server.admin(address.database)
        return self._admins[address.database]

    def copy(self) -> ServerAddress:
        """Make a blank book of its own, for a test that changes tables or rights; its caller drops it."""
        self._count += 1
        name = f"book_{self._worker}_{self._count}"
        # Copying the files is half the work of writing them through the log, where nothing is ever synced.
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {BLANK} STRATEGY FILE_COPY")
        return self.server.address(name)

    def empty(self, encoding: str = "UTF8") -> ServerAddress:
        """Make a database without tables; its caller drops it."""
        self._count += 1
        name = f"empty_{self._worker}_{self._count}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}'")
        return self.server.address(name)

    def drop(self, address: ServerAddress) -> None:
        """Drop what ``copy`` or ``empty`` made."""
        if address.database in self._admins:
            self._admins.pop(address.database).close()
        self._admin.execute(f"DROP DATABASE IF EXISTS {address.database} WITH (FORCE)")

    def close(self) -> None:
        """End the connections."""
        for store in self._free:
            store.close()
        for admin in (self._admin, *self._admins.values()):
            admin.close()
