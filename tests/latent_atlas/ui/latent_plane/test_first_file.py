"""The decoder that a page asks for ahead, of every kind of model."""

from pathlib import Path

import pytest

from latent_atlas.ui.latent_plane import decoder_address, first_file
from latent_atlas.ui.model_files import ModelEntry
from vae_core.algorithms import ALGORITHMS
from vae_core.data import load_dataset
from vae_core.models import Encodes, ShowsMeans, inability, load_model, save_model
from vae_core.runs import make_config
from vae_core.runs.workbench import assemble
from vae_core.version import __version__

SETTINGS: dict[str, dict[str, str]] = {name: {"algorithm": name} for name in ALGORITHMS}
SETTINGS["pixelcnn over a code"] = {"network": "pixelcnn", "binarize": "dynamic"}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_a_decoder_is_asked_for_ahead_where_the_model_has_a_plane(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config(dataset="digits", samples=100, **settings)
    model, _ = assemble(config, load_dataset("digits").split(config.split).images)
    path = tmp_path / "model.safetensors"
    save_model(path, model, config.record(0.0, 0, __version__))
    entry = ModelEntry("shipped:model", "model", "", path)
    monkeypatch.setattr(first_file, "find_model", lambda _: entry)
    has_plane = inability(load_model(path).model, Encodes, ShowsMeans) is None
    expected = decoder_address(entry.digest) if has_plane else None
    assert first_file.first_file("model=shipped:model") == expected


def test_nothing_is_asked_for_ahead_where_the_file_is_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.safetensors"
    entry = ModelEntry("shipped:model", "model", "", path)
    monkeypatch.setattr(first_file, "find_model", lambda _: entry)
    for content in (b"", b"\xff" * 100):
        path.write_bytes(content)
        assert first_file.first_file("model=shipped:model") is None
