"""Where commands write: links, pipes, devices, standard output, names that mean something else."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from latent_atlas.cli import sheets
from latent_atlas.cli.main import main
from tests.latent_atlas.ui.model_fixtures import small_model_bytes


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "small.safetensors"
    path.write_bytes(small_model_bytes(image_shape=(1, 8, 8)))
    return path


def written(model: Path, out: Path, *words: str) -> int:
    return main(["manifold", str(model), "--grid", "2", "--out", str(out), *words])


def is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n") and content.endswith(b"IEND\xaeB`\x82")


def test_a_link_stays_one_and_what_it_points_to_is_written(model: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "real.png", tmp_path / "link.png"
    link.symlink_to(target)
    for _ in range(2):  # where there is nothing yet, and over what there is
        assert written(model, link) == 0
        assert link.is_symlink()
        assert is_png(target.read_bytes())
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["real.png"]


def test_a_pipe_is_written_into(model: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    assert written(model, pipe) == 0
    reader.join(timeout=30)
    assert is_png(read[0])
    assert pipe.is_fifo()


def test_a_device_stays_a_device(model: Path) -> None:
    assert written(model, Path(os.devnull)) == 0
    assert not Path(os.devnull).is_file()


def test_standard_output_holds_the_file_and_nothing_else(model: Path, tmp_path: Path) -> None:
    """One process writes all of it, for most of its time goes into its imports."""
    asked = [
        ["manifold", str(model), "--grid", "2"],
        ["export", str(model), "--to", "csv", "--dataset", "digits"],
        ["export", str(model), "--to", "safetensors"],
    ]
    files = [tmp_path / f"out.{suffix}" for suffix in ("png", "csv", "safetensors")]
    code = "import contextlib, io; from latent_atlas.__main__ import main\n"
    for words, file in zip(asked, files, strict=True):
        code += f"assert main({[*words, '--out', '-']!r}) == 0\n"
        code += "with contextlib.redirect_stdout(io.StringIO()):\n"
        code += f"    assert main({[*words, '--out', str(file)]!r}) == 0\n"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert done.stdout == b"".join(file.read_bytes() for file in files)


def test_json_and_a_file_do_not_share_standard_output(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(model), "--to", "safetensors", "--out", "-", "--json"]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert "name a file" in told.err


@pytest.mark.parametrize("suffix", ["html", "onnx", "safetensors", "csv"])
def test_the_suffix_tells_the_format(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    if suffix == "onnx":
        pytest.importorskip("onnx")
    out = tmp_path / f"OUT.{suffix.upper()}"
    assert main(["export", str(model), "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["to"] == suffix


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["manifold", "MODEL", "--out", "sheet.jpg"], "sheet.jpg ends in .jpg, and this writes"),
        (["export", "MODEL", "--to", "csv", "--out", "x.html"], "writes .csv: name it x.csv"),
        (["export", "MODEL", "--out", "x"], "does not tell what to write: add --to with html"),
        (["export", "MODEL", "--out", "x.txt"], "does not tell what to write"),
    ],
)
def test_a_suffix_of_another_format_is_refused(
    model: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(model.parent)
    assert main([str(model) if word == "MODEL" else word for word in words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert [path.name for path in model.parent.iterdir()] == [model.name]


@pytest.mark.parametrize("linked", [False, True])
def test_what_is_read_is_written_over_only_when_that_is_said(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], linked: bool
) -> None:
    before, out = model.read_bytes(), model
    if linked:
        out = tmp_path / "link.safetensors"
        out.symlink_to(model)
    words = ["export", str(model), "--to", "safetensors", "--out", str(out)]
    assert main(words) == 2
    assert "--force" in capsys.readouterr().err
    assert model.read_bytes() == before
    assert main([*words, "--force"]) == 0
    assert model.exists()


def test_a_link_in_a_circle_gets_a_sentence(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.png").symlink_to(tmp_path / "b.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")
    assert written(model, tmp_path / "a.png") == 2
    assert "could not be written" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="This system has no /proc")
def test_a_folder_that_takes_no_files_is_told_of_before_the_work(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def worked(*args: object, **options: object) -> None:
        pytest.fail("The work was done.")

    monkeypatch.setattr(sheets, "write_out", worked)
    assert written(model, Path("/proc/self/sheet.png")) == 2
    assert "the folder /proc/self takes no files" in capsys.readouterr().err
