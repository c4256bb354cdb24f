"""What every test lives with: no warning goes unseen, no file of the person's own is touched."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.services.server_kit import Databases

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# How long an example takes depends on the computer: no test may fail by it.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


class _Collector(logging.Handler):
    """Keeps the text of every warning, error and worse that is logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record as ``logger: LEVEL text``."""
        self.texts.append(f"{record.name}: {record.levelname} {record.getMessage()}")


@pytest.fixture(autouse=True)
def _log_fails(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning it did not announce by ``@pytest.mark.logs("text")``, or misses one."""
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    announced = [str(mark.args[0]) for mark in request.node.iter_markers("logs")]
    surprising = [text for text in collector.texts if not any(each in text for each in announced)]
    absent = [each for each in announced if not any(each in text for text in collector.texts)]
    if surprising:
        pytest.fail("logged without being expected:\n" + "\n".join(surprising), pytrace=False)
    if absent:
        pytest.fail("expected in the log, but not there: " + ", ".join(absent), pytrace=False)


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a folder that lives as long as this run of tests."""
    return tmp_path_factory.mktemp("session")


@pytest.fixture(scope="session", autouse=True)
def _own_places(session_folder: Path) -> Iterator[None]:
    """Keep settings, caches and secrets of the tests away from those of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA", "CONFIG", "CACHE", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(session_folder / name.lower()))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        yield


@pytest.fixture(scope="session", autouse=True)
def _written_once() -> Iterator[None]:
    """Share what statements were compiled to among all books: each has engines of its own, a run has thousands."""
    from sqlalchemy import Connection, Dialect, Engine, event
    from sqlalchemy.util import LRUCache

    dialects: dict[tuple[type, type], Dialect] = {}
    compiled: LRUCache[Any, Any] = LRUCache(4000)

    def share(connection: Connection) -> None:
        own = connection.dialect
        # What a statement becomes is kept by the dialect too, which has met its server by now.
        connection.dialect = dialects.setdefault((type(own), own.statement_compiler), own)
        connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)


@pytest.fixture
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this computer's wall clock be eight hours ahead of UTC; where a system has no such switch, skip."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system takes its zone from elsewhere")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Answer what makes books on the server of this run; it is started when the first test asks."""
    from tests.services.server_kit import Databases, shared_server

    made = Databases(shared_server(), os.environ.get("PYTEST_XDIST_WORKER", "main"))
    yield made
    made.close()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server of this run, if a test started one: here, where it ends after failures too."""
    # The workers leave it to the run they belong to; a run without a server does not load what it takes.
    note = Path(tempfile.gettempdir(), f"tcrm-run-{os.getpid()}.json")
    if not hasattr(config, "workerinput") and note.exists():
        from tests.services.server_kit import stop

        stop(note)
