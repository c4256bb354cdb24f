#!/usr/bin/env python3
"""The one command of a developer: sets up what is missing, then runs, tests, checks or packages.

python3 dev.py run [arguments]        the program: its window, or without a display the demonstration
python3 dev.py test [--quick] [...]   lint, types, import contracts, translations and all tests
python3 dev.py lint | types | i18n    one of the checks
python3 dev.py package                the one-folder program by PyInstaller, which then checks itself
python3 dev.py bench [arguments]      the benchmarks

Standard library only, for Windows, macOS and Linux. Nothing is set up twice while nothing changes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "set-up-of.txt"
CONSTRAINTS = ROOT / "constraints.txt"
PROJECT = ROOT / "pyproject.toml"
PARTS = ROOT / "resources" / "locale" / "parts"
CATALOG = ROOT / "resources" / "locale" / "zh_CN" / "LC_MESSAGES" / "tradecrm.mo"
MERGER = ROOT / "packaging" / "translations.py"

# What Qt loads from the system, and the Debian package that holds it.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
NEED_QT = {"run", "test", "package", "bench"}

SERVER_PROGRAMS = ("initdb", "pg_ctl", "postgres")
"""What the tests start a private PostgreSQL server with; no server of the system is touched."""

OLDEST_SERVER = 15
SERVER_ELSEWHERE = (
    f"The tests need the programs of PostgreSQL {OLDEST_SERVER} or newer ({', '.join(SERVER_PROGRAMS)}):\n"
    "  Fedora: sudo dnf install postgresql-server\n"
    "  Arch: sudo pacman -S postgresql\n"
    "  Debian or Ubuntu with an older one: the package source of PostgreSQL itself, apt.postgresql.org\n"
    "  macOS: brew install postgresql@17, and put its bin folder into PATH"
)


class SetUpFailed(Exception):
    """The machine lacks something that could not be installed; the text says what to do."""


def say(text: str) -> None:
    """Print one line at once, so that it stands before the output of a child."""
    print(text, flush=True)


def environment(*, offscreen: bool = False) -> dict[str, str]:
    """Answer the environment of children: UTF-8 everywhere, Qt without a screen if asked."""
    values = dict(os.environ, PYTHONUTF8="1", VIRTUAL_ENV=str(VENV))
    values.pop("PYTHONHOME", None)
    values.pop("PYTHONPATH", None)
    values["PATH"] = str(SCRIPTS) + os.pathsep + values.get("PATH", "")
    if offscreen:
        values["QT_QPA_PLATFORM"] = "offscreen"
    return values


def quiet(command: list[str], failure: str, env: dict[str, str] | None = None) -> str:
    """Run a command unseen; its output is shown only on failure, with the sentence ``failure``."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env or environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise SetUpFailed(f"{done.stdout.strip()}\n\n{failure}\n  {shlex.join(command)}")
    return done.stdout


def debian_like() -> bool:
    """Say whether system packages come from apt here."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def missing_libraries() -> list[str]:
    """Answer the Debian packages of Qt's libraries that no library folder holds."""
    roots = [Path("/usr/lib"), Path("/lib"), Path("/usr/lib64"), Path("/usr/local/lib")]
    folders = roots + [folder for root in roots[:2] for folder in root.glob("*-linux-gnu*")]
    return [
        package
        for library, package in QT_LIBRARIES.items()
        if not any((folder / library).exists() for folder in folders)
    ]


def missing_system_packages(command: str) -> list[str]:
    """Answer the Debian packages that ``command`` needs and this system lacks."""
    wanted: list[str] = []
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not PYTHON.exists() and importlib.util.find_spec("ensurepip") is None:
        wanted.append(f"python{version}-venv")
    if command in NEED_QT:
        wanted += missing_libraries()
    if command == "test" and server_version() is None:
        wanted.append("postgresql")
    if command == "package":
        if shutil.which("objdump") is None:
            wanted.append("binutils")
        if not shared_python_present():
            wanted.append(f"libpython{version}")
    return wanted


def server_version() -> int | None:
    """Answer the newest PostgreSQL whose programs are all here, None without; Debian keeps them out of PATH."""
    found = []
    folders = [Path(each) for each in os.environ.get("PATH", "").split(os.pathsep) if each]
    for folder in [*folders, *Path("/usr/lib/postgresql").glob("*/bin")]:
        if all(shutil.which(name, path=str(folder)) for name in SERVER_PROGRAMS):
            said = quiet(
                [str(shutil.which("postgres", path=str(folder))), "--version"], "PostgreSQL does not start:"
            )
            digits = said.rpartition(") ")[2].split(".")[0].split("devel")[0].strip()
            found.append(int(digits) if digits.isdigit() else 0)
    return max(found, default=None)


def demand_server(command: str) -> None:
    """Stop where the tests need a server that is missing; on macOS only say so. Raises SetUpFailed.

    On Windows the tests of books on a server are always left out.
    """
    if command != "test" or sys.platform == "win32":
        return
    version = server_version()
    if version is not None and version >= OLDEST_SERVER:
        return
    needed = sys.platform.startswith("linux")
    if needed:
        raise SetUpFailed(SERVER_ELSEWHERE)
    say(f"Without it, the tests of books on a server are left out.\n{SERVER_ELSEWHERE}")


def shared_python_present() -> bool:
    """Say whether Python's shared library, which PyInstaller ships, can be found."""
    import sysconfig

    name = sysconfig.get_config_var("INSTSONAME") or ""
    folders = [sysconfig.get_config_var("LIBDIR") or "", f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}"]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    names = {name, f"libpython{version}.so.1.0"} - {""}
    return any(Path(folder, each).exists() for folder in folders for each in names if each.find(".so") > 0)


def install_system_packages(command: str) -> None:
    """Install what is missing as root, or name the command that does; raises ``SetUpFailed``."""
    if not sys.platform.startswith("linux") or not debian_like():
        return
    wanted = missing_system_packages(command)
    if not wanted:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *wanted]
    if os.geteuid() != 0:
        raise SetUpFailed(
            "System packages are missing. Install them, then start again:\n"
            f"  sudo apt-get update && sudo {shlex.join(install)}",
        )
    say(f"Setting up: installing system packages ({', '.join(wanted)})")
    env = dict(environment(), DEBIAN_FRONTEND="noninteractive")
    advice = "The system packages could not be installed. Check the connection, then try by hand:"
    quiet(["apt-get", "update"], advice, env)
    quiet(install, advice, env)


def fingerprint() -> str:
    """Answer what the installed set depends on: a changed one is installed again."""
    digest = hashlib.sha256()
    for path in (CONSTRAINTS, PROJECT, Path(__file__).resolve()):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


def requirements() -> list[str]:
    """Answer what the project asks for, to run and to develop, as ``pyproject.toml`` says."""
    import tomllib

    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def working_venv() -> bool:
    """Say whether the environment's Python starts and has pip (a moved or half-made one does not)."""
    if not PYTHON.exists():
        return False
    try:
        quiet([str(PYTHON), "-m", "pip", "--version"], "")
    except (SetUpFailed, OSError):
        return False
    return True


def link_project() -> None:
    """Let the environment import the source tree, and give it the ``tradecrm`` command.

    The path is written relative to the environment: a folder with a Chinese name then needs no encoding.
    """
    site = quiet(
        [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        "The environment's Python does not start:",
    ).strip()
    Path(site, "tradecrm-source.pth").write_text(os.path.relpath(ROOT, site) + "\n", encoding="ascii")
    if WINDOWS:
        (SCRIPTS / "tradecrm.cmd").write_text('@"%~dp0python.exe" -m tradecrm %*\n', encoding="ascii")
    else:
        door = SCRIPTS / "tradecrm"
        text = '#!/bin/sh\nexec "$(dirname "$0")/python" -m tradecrm "$@"\n'
        door.write_text(text, encoding="ascii")
        door.chmod(0o755)


def install_packages() -> None:
    """Create the environment if needed and install the pinned packages; raises ``SetUpFailed``."""
    mark = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="ascii").strip() == mark:
        return
    started = time.monotonic()
    if not working_venv():
        say("Setting up: creating .venv")
        advice = "The environment could not be created. Is Python whole, and the disk writable?"
        quiet([sys.executable, "-m", "venv", "--clear", str(VENV)], advice)
    say("Setting up: installing packages (once; a minute or two)")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    quiet(
        [*pip, "--constraint", str(CONSTRAINTS), *requirements()],
        "The packages could not be installed. Check the connection and start again. The command was:",
    )
    link_project()
    STAMP.write_text(mark + "\n", encoding="ascii")
    say(f"Setting up: done in {time.monotonic() - started:.0f} s")


def catalog_is_current() -> bool:
    """Say whether the compiled translations are newer than every part."""
    if not CATALOG.exists():
        return False
    sources = [MERGER, PARTS, *PARTS.glob("*.po")]
    return max(path.stat().st_mtime_ns for path in sources if path.exists()) <= CATALOG.stat().st_mtime_ns


def compile_catalog() -> None:
    """Merge and compile the translations if a part changed; raises ``SetUpFailed`` on a conflict."""
    if not catalog_is_current():
        quiet([str(PYTHON), str(MERGER)], "The translations conflict (see above). The command was:")


def set_up(command: str) -> None:
    """Bring the machine to where ``command`` can run; does nothing, quickly, when nothing changed."""
    install_system_packages(command)
    demand_server(command)
    install_packages()
    compile_catalog()


def call(*command: str, offscreen: bool = False) -> int:
    """Run a tool of the environment in the project's folder and answer its exit status."""
    env = environment(offscreen=offscreen)
    try:
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    except KeyboardInterrupt:
        return 130


def step(name: str, *command: str, offscreen: bool = False) -> int:
    """Run one step with its name before and its duration after; answers its exit status."""
    say(f"== {name}")
    started = time.monotonic()
    status = call(*command, offscreen=offscreen)
    say(f"== {name}: {'failed' if status else 'passed'} in {time.monotonic() - started:.1f} s")
    return status


def python(*arguments: str) -> list[str]:
    """Answer a command line for the environment's Python."""
    return [str(PYTHON), *arguments]


def lint() -> int:
    """Check style, format and the direction of imports."""
    # The script of import-linter holds the path it was installed at; a folder may have been moved since.
    contracts = "import sys; from importlinter.cli import lint_imports_command as check; sys.exit(check())"
    return (
        step("lint", *python("-m", "ruff", "check", "."))
        or step("format", *python("-m", "ruff", "format", "--check", "."))
        or step("import contracts", *python("-c", contracts))
    )


def types() -> int:
    """Check the types of everything that is Python here."""
    folders = ["tradecrm", "tests", "bench", "packaging"]
    filled = [each for each in folders if any((ROOT / each).rglob("*.py"))]
    return step("types", *python("-m", "mypy", "dev.py", *filled))


def i18n() -> int:
    """Merge and compile the translations whatever their dates, then look for missing ones."""
    return step("translations", *python(str(MERGER))) or step(
        "translations complete",
        *python("-m", "pytest", "-q", "--no-header", "tests/meta/test_translations.py"),
        offscreen=True,
    )


def test(arguments: list[str]) -> int:
    """Run every check, then the tests; the first that fails ends the run.

    With ``--quick`` only the tests that are not marked slow; other arguments go to pytest.
    """
    chosen = [each for each in arguments if each != "--quick"]
    if chosen == arguments:
        with ThreadPoolExecutor(1) as beside:
            # The types take one core for as long as all the other checks take the other.
            checked = beside.submit(types)
            status = (
                lint()
                or step("translations", *python(str(MERGER)))
                or step("without Qt", *python("-m", "tests.meta.without_qt"), offscreen=True)
            )
            status = checked.result() or status
        if status:
            return status
        # These have just run, in a process without Qt.
        chosen = chosen or [f"--ignore=tests/{folder}" for folder in ("unit", "screens")]
    else:
        chosen = ["-m", "not slow", *chosen]
    say("== tests")
    # A file stays with one worker: what its tests share is made once.
    return call(
        *python("-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *chosen),
        offscreen=True,
    )


def has_display() -> bool:
    """Say whether a window can be shown."""
    if WINDOWS or sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(arguments: list[str]) -> int:
    """Start the program; without arguments and without a display, the demonstration."""
    if has_display():
        return call(*python("-m", "tradecrm", *arguments))
    return call(*python("-m", "tradecrm", *(arguments or ["demo", "--out", "demo-output"])), offscreen=True)


def package(arguments: list[str]) -> int:
    """Build the one-folder program in ``dist/`` and let it check itself."""
    built = step(
        "package",
        *python("-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *arguments, "tradecrm.spec"),
    )
    program = ROOT / "dist" / "TradeCRM" / f"tradecrm-console{'.exe' if WINDOWS else ''}"
    return built or step("self-check", str(program), "--self-check", offscreen=True)


def bench(arguments: list[str]) -> int:
    """Run the benchmarks."""
    return call(*python("-m", "bench", *arguments), offscreen=not has_display())


def main(arguments: list[str]) -> int:
    """Set up, run the command, answer its exit status."""
    plain = {"lint": lint, "types": types, "i18n": i18n}
    passing = {"run": run, "test": test, "package": package, "bench": bench}
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command not in plain and command not in passing:
        say((__doc__ or "").strip())
        return 0 if command in {"-h", "--help", "help"} else 2
    try:
        set_up(command)
    except SetUpFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped while setting up; the next start goes on from here.", file=sys.stderr)
        return 130
    if command in plain:
        return plain[command]()
    return passing[command](rest)


if __name__ == "__main__":
    if sys.version_info[:2] < OLDEST:
        sys.exit("TradeCRM needs Python 3.11 or newer; this one is {}.{}.".format(*sys.version_info[:2]))
    sys.exit(main(sys.argv[1:]))
