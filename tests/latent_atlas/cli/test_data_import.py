"""``latent-atlas data import`` and ``convert``: what comes from elsewhere, on the command line."""

import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from latent_atlas.__main__ import main
from latent_atlas.cli import picture_options
from tests.vae_core.data.own.makers import encoded, npz, photograph, zipped
from vae_core.data import load_dataset
from vae_core.data.own import ENDS, Fit, Ground, Mode
from vae_core.models import load_model

LEVELS = np.random.RandomState(0).randint(0, 4096, (40, 8, 8)).astype(np.uint16)


def test_the_choices_of_the_command_line_are_those_of_the_core() -> None:
    assert tuple(ENDS) == picture_options.LEVELS
    assert get_args(Fit) == picture_options.FITS
    assert get_args(Ground) == picture_options.GROUNDS
    assert get_args(Mode) == picture_options.COLOURS


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    path = tmp_path / "cells.npz"
    path.write_bytes(npz(images=LEVELS, labels=np.arange(40) % 3))
    return path


def test_an_import_is_told_kept_under_its_name_and_trained_on(
    cells: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = ["--runs-dir", str(tmp_path / "runs")]
    assert main(["data", "import", str(cells), "--name", "Cells", *runs, "--json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told["title"] == "Cells"
    assert "12 bit" in err
    assert "levels used" in err
    data = load_dataset(told["name"], Path(told["file"]).parent)
    assert len(data.images) == 40
    assert data.class_names == ("0", "1", "2")
    words = ["--epochs", "1", "--hidden", "4", "--threads", "1", "--json", *runs]
    assert main(["train", told["name"], *words]) == 0


def test_columns_of_labels_are_named_and_another_one_counts_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cells.npz"
    path.write_bytes(npz(images=LEVELS, y_fine=np.arange(40) % 4, y_coarse=np.arange(40) % 2))
    words = ["data", "import", str(path), "--runs-dir", str(tmp_path / "runs"), "--json"]
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert "“y_fine” counts, “y_coarse” is kept" in err
    assert json.loads(out)["label_names"] == ["y_fine", "y_coarse"]
    assert main([*words, "--label", "y_coarse"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["label_names"] == ["y_coarse", "y_fine"]
    assert told["class_names"] == ["0", "1"]
    assert main([*words, "--label", "y_corse"]) == 2
    assert "did you mean y_coarse?" in capsys.readouterr().err


def test_other_levels_and_other_parts_are_one_option_away(
    cells: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = ["--runs-dir", str(tmp_path / "runs"), "--json"]
    assert main(["data", "import", str(cells), "--levels", "16-bit", *runs]) == 0
    told = json.loads(capsys.readouterr().out)
    data = load_dataset(told["name"], Path(told["file"]).parent)
    assert int(data.images.max()) < 17
    assert main(["data", "import", str(cells), "--levels", "8-bit", *runs]) == 2
    assert "choose another scale" in capsys.readouterr().err


def test_pictures_that_cannot_be_read_are_named_and_left_out_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {f"{i}.png": encoded(photograph(i)) for i in range(12)}
    damaged = {name: data[: len(data) // 2] for name, data in list(files.items())[:2]}
    path = tmp_path / "some.zip"
    path.write_bytes(zipped(files | damaged))
    words = ["data", "import", str(path), "--runs-dir", str(tmp_path / "runs")]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in damaged)
    assert "--leave-out-unreadable" in told
    assert main([*words, "--leave-out-unreadable"]) == 0
    assert "2 pictures left out" in capsys.readouterr().err


def test_options_of_ones_own_pictures_are_refused_with_data_that_have_a_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words in (["--levels", "0-1"], ["--invert"], ["--parts", "new"], ["--ground", "black"]):
        assert main(["train", "digits", *words]) == 2
        assert f"{words[0]} belongs to pictures of your own" in capsys.readouterr().err


def test_a_plain_vae_is_converted_to_a_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layers = {"fc1": (16, 30), "fc21": (2, 16), "fc22": (2, 16), "fc3": (16, 2), "fc4": (30, 16)}
    tensors: dict[str, torch.Tensor] = {}
    for name, (out, into) in layers.items():
        linear = nn.Linear(into, out)
        tensors |= {f"{name}.weight": linear.weight.data, f"{name}.bias": linear.bias.data}
    weights, model = tmp_path / "weights.safetensors", tmp_path / "model.safetensors"
    save_file(tensors, weights)
    words = ["convert", str(weights), "--size", "6x5", "--out", str(model)]
    assert main(words) == 0
    assert "2 latents, hidden layers 16, relu" in capsys.readouterr().err
    assert load_model(model).vae.decode(torch.zeros(1, 2)).mean.shape == (1, 1, 6, 5)
    assert main([*words[:3], "7x5", *words[4:]]) == 2
    assert "no plain VAE for images of 35 numbers" in capsys.readouterr().err
