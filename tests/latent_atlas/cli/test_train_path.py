"""`latent-atlas train PATH`: own pictures imported, trained on, and found again."""

import json
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from tests.vae_core.data.own.makers import encoded, laid_out, npz, photograph, png, zipped
from vae_core.data import load_dataset
from vae_core.runs import list_runs

TINY = ["--hidden", "8", "--epochs", "1", "--threads", "1", "--json"]
FACES = {f"{who}/{i}.png": png(20 * i + 5) for who in ("Ada", "Bo") for i in range(6)}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths mean the working directory of the one who types."""
    monkeypatch.chdir(tmp_path)


def trained(source: str, *options: str) -> int:
    return main(["train", source, "--runs-dir", "R", *TINY, *options])


@pytest.mark.parametrize("source", ["faces", "./faces", "faces.zip", "faces.npz"])
def test_training_on_a_path_keeps_the_pictures_beside_the_runs(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid_out(tmp_path / "faces", FACES)
    Path("faces.zip").write_bytes(zipped(FACES))
    Path("faces.npz").write_bytes(
        npz(images=[[[k] * 8] * 8 for k in range(9)], labels=[0, 1, 2] * 3)
    )
    assert trained(source) == 0
    result = json.loads(capsys.readouterr().out)
    [run] = list_runs(Path("R"))
    assert result["run"] == run.id
    assert run.title == "faces · 2-D"
    assert run.config.dataset.startswith("own-")
    assert run.config.data_dir == str(tmp_path / "R" / "datasets")
    dataset = load_dataset(run.config.dataset, Path(run.config.data_dir))
    assert [file.stem[:16] for file in (tmp_path / "R" / "datasets").iterdir()] == [
        dataset.name.removeprefix("own-")
    ]


def test_the_same_pictures_are_kept_once_and_train_again_by_their_name(tmp_path: Path) -> None:
    laid_out(tmp_path / "faces", FACES)
    assert trained("faces") == 0
    assert trained("faces") == 0
    [kept] = (tmp_path / "R" / "datasets").iterdir()
    assert trained(f"own-{kept.name[:16]}", "--name", "By name") == 0
    assert {run.title for run in list_runs(Path("R"))} == {"faces · 2-D", "By name"}


def test_size_and_colour_can_be_chosen(tmp_path: Path) -> None:
    laid_out(tmp_path / "in", {f"{i}.jpg": encoded(photograph(i), "JPEG") for i in range(4)})
    assert trained("in", "--size", "20x16", "--colour", "grey", "--fit", "pad") == 0
    [run] = list_runs(Path("R"))
    assert load_dataset(run.config.dataset, Path("R/datasets")).image_shape == (1, 20, 16)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("gone.zip", "gone.zip is not there"),
        ("bad.zip", "c.png in bad.zip is not a PNG"),
        ("somewhere/else", "somewhere/else is not there"),
        ("nonsense", "There is no dataset “nonsense”"),
    ],
)
def test_what_cannot_be_trained_on_is_one_sentence_and_status_2(
    source: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.zip").write_bytes(zipped({**FACES, "c.png": b"hello"}))
    assert trained(source) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert says in line
    assert not Path("R").exists()


def test_where_named_data_lie_is_of_no_use_to_pictures_at_a_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid_out(tmp_path / "faces", FACES)
    assert trained("faces", "--data-dir", "D") == 2
    assert "--data-dir belongs to data that are looked up by name" in capsys.readouterr().err


def test_pictures_that_are_kept_already_have_their_size(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid_out(tmp_path / "faces", FACES)
    assert trained("faces") == 0
    [kept] = (tmp_path / "R" / "datasets").iterdir()
    assert trained(f"own-{kept.name[:16]}", "--size", "16x16") == 2
    assert "--size belongs to pictures of your own" in capsys.readouterr().err


def test_a_size_that_is_none_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["train", "faces", "--size", "huge"])
    assert ended.value.code == 2
    assert "'huge' is not a size such as 64 or 28x20" in capsys.readouterr().err


def test_a_name_wins_over_a_folder_of_that_name(tmp_path: Path) -> None:
    laid_out(tmp_path / "digits", FACES)
    assert trained("digits") == 0
    assert [run.config.dataset for run in list_runs(Path("R"))] == ["digits"]


@pytest.mark.parametrize("word", ["", "  "])
def test_an_empty_word_is_no_folder(
    word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid_out(tmp_path, FACES)  # the folder that a careless “.” would have meant
    assert trained(word) == 2
    assert "There is no dataset" in capsys.readouterr().err
    assert not Path("R").exists()
