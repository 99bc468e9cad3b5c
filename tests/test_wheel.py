"""The wheel, built, installed and used from an empty folder, as people meet it.

Usually it borrows what it depends on from the environment of the tests; with
LATENT_ATLAS_WHEEL_TEST=empty (`make wheel-test`) all of that is installed anew.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import sysconfig
import tarfile
import time
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.browser.server import free_port
from vae_core.version import __version__

REPOSITORY = Path(__file__).parents[1]
EMPTY = os.environ.get("LATENT_ATLAS_WHEEL_TEST") == "empty"
LARGEST = 30_000_000  # bytes
AT_THE_TOP = ("app.py", ".streamlit/config.toml", "pages", "checkpoints", "results")
PAGES = ("", "train", "runs", "sweeps", "reconstruct", "diagnose", "paper", "data")
OURS = ("LATENT_ATLAS_", "STREAMLIT_", "XDG_", "PYTHON", "VIRTUAL_ENV")

pytestmark = pytest.mark.timeout(3600 if EMPTY else 600)


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, a home, and an empty folder to work in."""

    bin: Path
    home: Path
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return {**others, "HOME": str(self.home), "OMP_NUM_THREADS": "1"}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def json(self, *words: str) -> dict[str, object]:
        done = self.run("latent-atlas", *words, "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return found


def build(kind: str, source: Path, into: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(into)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    [made] = into.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", REPOSITORY, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    venv = tmp_path_factory.mktemp("venv")
    make_environment(venv, lent=not EMPTY)
    # Pinned, so that what is put to the test is the wheel, and not what others released today.
    pins = ["--constraint", str(REPOSITORY / "requirements.txt")]
    install(venv, *(pins if EMPTY else ["--no-deps", "--no-index"]), str(wheel))
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("empty")
    return Installed(venv / "bin", home, folder)


def make_environment(venv: Path, *, lent: bool) -> None:
    """An environment of its own; where it is `lent` what the tests have, it finds that too."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    if lent:
        [site] = venv.glob("lib/python*/site-packages")
        # What such a line adds is searched last, and its own .pth files, such as that of an
        # editable install of this checkout, are not read.
        lenders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        (site / "lent.pth").write_text("\n".join(lenders))


def install(venv: Path, *what: str) -> None:
    pip = [sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python"), "install"]
    subprocess.run([*pip, "--quiet", "--ignore-installed", *what], check=True)


def files_below(folder: Path) -> set[str]:
    return {
        str(path.relative_to(REPOSITORY))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def names_in(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return sorted(archive.namelist())


def test_the_wheel_is_small_and_brings_two_names_alone(wheel: Path) -> None:
    assert wheel.stat().st_size <= LARGEST
    tops = {name.split("/")[0] for name in names_in(wheel)}
    assert tops == {"vae_core", "latent_atlas", f"latent_atlas-{__version__}.dist-info"}


def test_every_file_of_the_app_is_in_the_wheel(wheel: Path) -> None:
    expected = files_below(REPOSITORY / "vae_core") | files_below(REPOSITORY / "latent_atlas")
    for each in AT_THE_TOP:
        path = REPOSITORY / each
        expected |= {
            f"latent_atlas/home/{name}" for name in (files_below(path) if path.is_dir() else {each})
        }
    found = {name for name in names_in(wheel) if ".dist-info/" not in name}
    assert found == expected


def test_the_source_archive_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    archive = build("sdist", REPOSITORY, tmp_path / "sdist")
    assert archive.stat().st_size <= LARGEST
    with tarfile.open(archive) as content:
        content.extractall(tmp_path / "unpacked", filter="data")
    [source] = (tmp_path / "unpacked").iterdir()
    assert names_in(build("wheel", source, tmp_path / "again")) == names_in(wheel)


def test_the_command_says_its_version(installed: Installed) -> None:
    assert installed.run("latent-atlas", "--version").stdout == f"latent-atlas {__version__}\n"
    assert installed.run("python", "-m", "latent_atlas", "--version").stdout.endswith(
        f" {__version__}\n"
    )


def test_it_trains_in_an_empty_folder_and_leaves_it_empty(installed: Installed) -> None:
    found = installed.json("train", "digits", "--epochs", "2")
    checkpoint = Path(str(found["checkpoint"]))
    assert checkpoint.is_file()
    assert installed.home in checkpoint.parents
    assert list(installed.folder.iterdir()) == []
    again = installed.json("evaluate", str(found["run"]))
    assert isinstance(found["test"], dict)
    assert again["elbo"] == pytest.approx(found["test"]["elbo"], rel=1e-6)  # other threads


def test_shipped_models_are_known_by_name_and_become_pages(installed: Installed) -> None:
    found = installed.json("evaluate", "digits-2d")
    assert float(str(found["elbo"])) == pytest.approx(-23.99, abs=0.01)
    page = installed.home / "digits.html"
    installed.json("export", "digits-2d", "--to", "html", "--out", str(page))
    assert b"createPlane" in page.read_bytes()


def test_a_run_trains_in_the_background(installed: Installed) -> None:
    code = (
        "import time\n"
        "from vae_core.runs import make_config, runs_folder, submit\n"
        "run = submit(make_config(dataset='digits', hidden=(8,), epochs=1), runs_folder())\n"
        "while run.status().state in ('queued', 'running'): time.sleep(0.1)\n"
        "print(run.status().state, run.log_tail())"
    )
    done = installed.run("python", "-c", code)
    assert done.stdout.startswith("finished"), done.stdout + done.stderr


@contextmanager
def serving(installed: Installed, port: int) -> Iterator[Path]:
    """The app at `port`; what it says is in the file that this gives."""
    said = installed.home / "said"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [str(installed.bin / "latent-atlas"), "app", "--port", str(port)],
            cwd=installed.folder,
            env=installed.environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        deadline = time.monotonic() + 240
        while fetched(port, "/_stcore/health") != b"ok":
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.1)
        yield said
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def fetched(port: int, path: str, host: str = "127.0.0.1") -> bytes | None:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}{path}", timeout=60) as answer:
            content: bytes = answer.read()
            return content
    except OSError:
        return None


def visit(port: int, page: str) -> list[ForwardMsg]:
    """What the browser is sent until the page is there."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        ask = BackMsg()
        ask.rerun_script.page_name = page
        socket.send(ask.SerializeToString())
        messages: list[ForwardMsg] = []
        while not messages or messages[-1].WhichOneof("type") != "script_finished":
            received = socket.recv(timeout=240)
            assert isinstance(received, bytes)
            messages.append(ForwardMsg.FromString(received))
        return messages


def test_the_app_is_whole_in_an_empty_folder(installed: Installed) -> None:
    port = free_port()
    with serving(installed, port) as said:
        assert f"http://127.0.0.1:{port}" in said.read_text()
        assert fetched(port, "/_stcore/health", host="127.0.0.2") is None
        model = (REPOSITORY / "checkpoints" / "mnist-2d.safetensors").read_bytes()
        digest = hashlib.sha256(model).hexdigest()
        decoder = fetched(port, f"/api/models/{digest}/decoder.safetensors")
        assert decoder is not None
        assert 10_000 < len(decoder) < len(model)

        for page in PAGES:
            messages = visit(port, page)
            elements = [each.delta.new_element for each in messages if each.HasField("delta")]
            problems = [each.exception for each in elements if each.HasField("exception")]
            assert problems == []
            assert len(elements) > 3
            [navigation] = [each.navigation for each in messages if each.HasField("navigation")]
            assert [each.url_pathname for each in navigation.app_pages] == list(PAGES)
            [shown] = [each for each in navigation.app_pages if each.url_pathname == page]
            assert shown.page_script_hash == navigation.page_script_hash
            session = next(each.new_session for each in messages if each.HasField("new_session"))
            config = tomllib.loads((REPOSITORY / ".streamlit" / "config.toml").read_text())
            assert session.custom_theme.base_font_size == config["theme"]["baseFontSize"]
            colour = config["theme"]["light"]["primaryColor"]
            assert session.custom_theme.light.primary_color == colour
            assert not session.config.gather_usage_stats
    assert list(installed.folder.iterdir()) == []


def test_a_checkout_is_installed_as_a_link_to_itself(tmp_path: Path) -> None:
    make_environment(tmp_path / "venv", lent=True)
    link = ["--no-deps", "--no-index", "--no-build-isolation", "--editable", str(REPOSITORY)]
    install(tmp_path / "venv", *link)  # as `make install` does
    here = Installed(tmp_path / "venv" / "bin", tmp_path, tmp_path)
    assert here.run("latent-atlas", "--version").stdout == f"latent-atlas {__version__}\n"
    asked = here.run("python", "-c", "from latent_atlas.places import APP; print(APP)")
    assert Path(asked.stdout.strip()) == REPOSITORY / "app.py"
