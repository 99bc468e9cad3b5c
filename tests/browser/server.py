"""The app as a person starts it, for tests that look at it from outside."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 60.0


@dataclass(frozen=True)
class AppServer:
    """A running app: its address, its process, and the folders that are its own."""

    url: str
    process: subprocess.Popen[bytes]
    runs_folder: Path
    cache_folder: Path
    log_file: Path

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def entries(self) -> set[Path]:
        """All that it keeps: runs, opened models, judges, and tries by hand."""
        kept = (self.cache_folder / name for name in ("models", "classifiers", "matching"))
        return {entry for folder in (self.runs_folder, *kept) for entry in folder.glob("*")}

    def clear(self, but: Collection[Path] = ()) -> None:
        """Makes it the app of somebody who has just come: no runs, race, judge, images or files.

        Of `entries`, those in `but` stay, and so do their processes.
        """
        leaving = self.entries().difference(but)

        def end_processes() -> None:
            for path in leaving if but else (self.runs_folder,):
                kill_processes_naming(path)

        end_processes()
        gone = Path(tempfile.mkdtemp(dir=self.runs_folder.parent))
        for entry in leaving:
            entry.rename(gone / entry.name)  # at once: nobody sees a run that is half there
        end_processes()  # one that waited may have been started in between
        shutil.rmtree(gone)


@contextmanager
def running_app(
    folder: Path,
    port: int | None = None,
    *,
    path: str = "",
    environment: Mapping[str, str] | None = None,
    script: str = "app.py",
) -> Iterator[AppServer]:
    """Serves the app with runs and cache in `folder`; ends it and its training workers at the end.

    `path` is what it is served below, `environment` what it is told besides, and `script` another
    app of Streamlit's in its place.

    Entered again with the same folder, it is the app started again after a stop or a `kill -9`.
    """
    runs, cache, log_file = folder / "runs", folder / "cache", folder / "server.log"
    runs.mkdir(parents=True, exist_ok=True)
    cache.mkdir(exist_ok=True)
    port = port or free_port()
    told = {
        **os.environ,
        **(environment or {}),
        "LATENT_ATLAS_RUNS": str(runs),
        "LATENT_ATLAS_CACHE": str(cache),
        "XDG_CACHE_HOME": str(cache),
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    }
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    command += ["--server.baseUrlPath", path.strip("/")] if path else []
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=told,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    server = AppServer(f"http://127.0.0.1:{port}{path}", process, runs, cache, log_file)
    try:
        _wait_until_healthy(server)
        yield server
    finally:
        _end_group(process)
        kill_processes_naming(runs)  # workers live in sessions of their own


def free_port() -> int:
    """A port that nobody listens on, and that nobody is given before the app listens there.

    Systems hand out higher ones by themselves, and each test process has numbers of its own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = list(range(20_000 + worker % 8, 30_000, 8))
    secrets.SystemRandom().shuffle(ports)
    return next(port for port in ports if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the app will
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def processes_naming(path: Path) -> list[int]:
    """The ids of processes with `path` in their command line: the workers of a runs folder."""
    if Path("/proc/self/cmdline").exists():  # Linux, where a small system may have no ps
        return [int(entry.parent.name) for entry in _command_lines() if _names(entry, path)]
    command = ["ps", "-A", "-ww", "-o", "pid=", "-o", "args="]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [int(line.split()[0]) for line in listing.splitlines() if str(path) in line]


def kill_processes_naming(path: Path) -> None:
    """Kills the workers of a runs folder or of one run; when it returns their locks are free."""
    deadline = time.monotonic() + START_SECONDS
    while left := processes_naming(path):
        if time.monotonic() > deadline:
            raise RuntimeError(f"These processes outlived being killed: {left}")
        for pid in left:
            _signal(pid, signal.SIGKILL)
        time.sleep(0.02)


def _command_lines() -> Iterator[Path]:
    return Path("/proc").glob("[0-9]*/cmdline")


def _names(command_line: Path, path: Path) -> bool:
    try:
        return os.fsencode(path) in command_line.read_bytes()
    except OSError:  # the process has ended
        return False


def _wait_until_healthy(server: AppServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"The app ended as it started:\n{server.log()}")
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The app did not answer within {START_SECONDS:.0f} s:\n{server.log()}")


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Ends the app and all that it started, at once: if asked to, it waits seconds for its tabs."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
