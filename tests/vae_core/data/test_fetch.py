import gzip
import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from latent_atlas.__main__ import main
from tests.vae_core.data.mirror import Mirror, mirror
from vae_core.data import (
    FetchCancelled,
    available_datasets,
    fetch,
    fetch_dataset,
    load_dataset,
    registry,
)
from vae_core.data import mirrors as known
from vae_core.data.idx_set import FILES
from vae_core.data.mirrors import RemoteFile
from vae_core.data.sources.mnist import SOURCE
from vae_core.errors import AtlasError


def idx(array: np.ndarray) -> bytes:
    header = (0x0800 + array.ndim).to_bytes(4, "big")
    return header + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()


@pytest.fixture(scope="module")
def content() -> dict[str, bytes]:
    """Four small-when-zipped files of MNIST's form."""
    images = [np.zeros((count, 28, 28), np.uint8) for count in (60_000, 10_000)]
    labels = [(np.arange(count) % 10).astype(np.uint8) for count in (60_000, 10_000)]
    arrays = (images[0], labels[0], images[1], labels[1])
    return {
        f"{name}.gz": gzip.compress(idx(array), 1)
        for name, array in zip(FILES, arrays, strict=True)
    }


@pytest.fixture
def server(content: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    with mirror() as serving:
        serving.files = dict(content)
        yield serving


@cache
def _digest(zipped: bytes) -> str:
    """Of what is in it: for MNIST that takes a third of a second."""
    return hashlib.sha256(gzip.decompress(zipped)).hexdigest()


def mirrors_are(monkeypatch: pytest.MonkeyPatch, server: Mirror, *how: str) -> None:
    """Let `mnist` come from these folders of the server, in this order."""
    remote = tuple(
        RemoteFile(
            tuple(known.Mirror(f"{server.url(kind)}/{name}", name) for kind in how),
            _digest(content),
            len(content),
        )
        for name, content in server.files.items()
    )
    _mnist_comes_from(monkeypatch, remote)


def _mnist_comes_from(monkeypatch: pytest.MonkeyPatch, remote: tuple[RemoteFile, ...]) -> None:
    sources = {**registry.SOURCES, "mnist": replace(SOURCE, remote=remote)}
    for module in (registry, fetch):
        monkeypatch.setattr(module, "SOURCES", sources)


def test_it_is_downloaded_checked_and_found(
    tmp_path: Path, server: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrors_are(monkeypatch, server, "good")
    told: list[tuple[int, int | None]] = []
    info = fetch_dataset("mnist", tmp_path, lambda *bytes_: told.append(bytes_))
    assert info.present
    assert info.where == str(tmp_path / "mnist")
    assert len(load_dataset("mnist", tmp_path).split("test")) == 10_000
    assert [entry.name for entry in tmp_path.iterdir()] == ["mnist"]
    everything = sum(map(len, server.files.values()))
    assert told[-1] == (everything, everything)
    assert {total for _, total in told[1:] if total is not None} == {everything}


def test_what_is_there_is_not_downloaded_again(
    tmp_path: Path, server: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrors_are(monkeypatch, server, "good")
    fetch_dataset("mnist", tmp_path)
    asked = len(server.asked)
    assert fetch_dataset("mnist", tmp_path).present
    assert len(server.asked) == asked


def test_a_damaged_file_is_replaced(
    tmp_path: Path, server: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrors_are(monkeypatch, server, "good")
    fetch_dataset("mnist", tmp_path)
    file = tmp_path / "mnist" / f"{FILES[0]}.gz"
    file.write_bytes(file.read_bytes()[:1000])
    fetch_dataset("mnist", tmp_path)
    assert file.read_bytes() == server.files[file.name]


@pytest.mark.parametrize("bad", ["broken", "cut", "gone", "endless"])
def test_a_bad_mirror_is_left_for_the_next(
    tmp_path: Path, server: Mirror, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    mirrors_are(monkeypatch, server, bad, "unsized")
    fetch_dataset("mnist", tmp_path)
    assert len(load_dataset("mnist", tmp_path).split("train")) == 50_000
    assert [path.split("/")[1] for path in server.asked] == [bad, "unsized"] * 4


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("broken", "127.0.0.1 sent something that is not this file"),
        ("cut", "127.0.0.1 broke off in the middle"),
        ("gone", "127.0.0.1 answered 404"),
        ("endless", "127.0.0.1 sent something far larger than this file"),
    ],
)
def test_when_no_mirror_has_it_one_sentence_says_which_file_to_put_where(
    tmp_path: Path, server: Mirror, monkeypatch: pytest.MonkeyPatch, bad: str, told: str
) -> None:
    mirrors_are(monkeypatch, server, bad)
    with pytest.raises(AtlasError) as error:
        fetch_dataset("mnist", tmp_path)
    assert str(error.value) == (
        f"MNIST, all 70,000 could not be downloaded: {told}. Put the four original MNIST files "
        f"(train-images-idx3-ubyte and so on, gzipped or not) into {tmp_path / 'mnist'}."
    )
    assert list(tmp_path.iterdir()) == []


def test_content_that_reads_well_but_is_another_is_refused(
    tmp_path: Path, server: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrors_are(monkeypatch, server, "good")
    name = f"{FILES[1]}.gz"
    server.files[name] = gzip.compress(idx(np.ones(60_000, np.uint8)))
    with pytest.raises(AtlasError, match="sent something else than the known content"):
        fetch_dataset("mnist", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_the_same_sentence_comes_at_once(
    tmp_path: Path, server: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrors_are(monkeypatch, server, "good")
    server.server_close()
    server.socket.close()
    with pytest.raises(AtlasError, match=r"127.0.0.1 cannot be reached .* Put the four .* into /"):
        fetch_dataset("mnist", tmp_path)


@pytest.mark.parametrize("how", ["slow", "silent"])
def test_cancelling_waits_for_no_answer_and_keeps_nothing(
    tmp_path: Path, server: Mirror, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    # Labels come well and images slowly, so that something is there to be thrown away.
    mirrors_are(monkeypatch, server, how)
    first, *rest = registry.SOURCES["mnist"].remote
    good = tuple(
        replace(file, mirrors=(known.Mirror(f"{server.url('good')}/{m.name}", m.name),))
        for file in rest
        for m in file.mirrors
    )
    _mnist_comes_from(monkeypatch, (*good, first))
    with pytest.raises(FetchCancelled, match="nothing of it was kept"):
        fetch_dataset("mnist", tmp_path, cancelled=lambda: len(server.asked) == 4)
    # Nothing releases the answer before the end of the test: who waited for it would wait on.
    assert not [path for path in server.answered if path.startswith(f"/{how}/")]
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_download_left_is_swept_up_when_it_is_old(
    tmp_path: Path, server: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrors_are(monkeypatch, server, "good")
    for name, age in ((".fetching-old", 7200), (".fetching-new", 60)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    fetch_dataset("mnist", tmp_path)
    assert {entry.name for entry in tmp_path.iterdir()} == {".fetching-new", "mnist"}


def test_a_data_folder_that_cannot_be_one_is_named(
    tmp_path: Path, server: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrors_are(monkeypatch, server, "good")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(AtlasError, match=r"data folder .*file cannot be written .*--data-dir"):
        fetch_dataset("mnist", tmp_path / "file")


def test_a_full_disk_is_told_and_not_blamed_on_the_mirror(
    tmp_path: Path, server: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    mirrors_are(monkeypatch, server, "good")
    real = Path.open

    def full(self: Path, mode: str = "r", **kwargs: object) -> object:
        return real(Path("/dev/full") if "w" in mode else self, mode, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(AtlasError, match=r"could not be written to .*No space left.*free some"):
        fetch_dataset("mnist", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_name_is_answered_with_those_that_can_be_downloaded(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match=r"“cifar” .* mnist, fashion-mnist, binarized-mnist, frey"):
        fetch_dataset("cifar", tmp_path)


def test_what_comes_with_the_program_needs_no_download(tmp_path: Path) -> None:
    assert fetch_dataset("sprites", tmp_path).present


def test_every_absent_dataset_can_be_fetched_and_says_so() -> None:
    for info in available_datasets():
        assert info.fetchable == bool(registry.SOURCES[info.name].remote)
        assert info.fetchable == (f"data fetch {info.name}" in info.remedy)


def test_the_command_line_fetches(
    tmp_path: Path,
    server: Mirror,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mirrors_are(monkeypatch, server, "good")
    assert main(["data", "fetch", "mnist", "--data-dir", str(tmp_path)]) == 0
    assert str(tmp_path / "mnist") in capsys.readouterr().out
    # Words may come before `fetch` too.
    assert main(["data", "--json", "--data-dir", str(tmp_path), "fetch", "mnist"]) == 0
    assert json.loads(capsys.readouterr().out)["present"] is True


def test_the_command_line_answers_in_a_sentence_and_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "fetch", "cifar", "--data-dir", str(tmp_path)]) == 2
    assert "“cifar”" in capsys.readouterr().err
    with pytest.raises(SystemExit) as left:
        main(["data", "bring", "mnist"])
    assert left.value.code == 2
