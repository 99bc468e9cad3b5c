"""A kind of network is one file: one more is named, trained, saved and loaded like any other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.vae_core.models.pooled import pooled_added
from vae_core.checkpoint import read_checkpoint
from vae_core.errors import AtlasError
from vae_core.export import Part, onnx_bytes
from vae_core.models import LIKELIHOODS, NETWORKS, decoder_bytes, load_model, unused_settings
from vae_core.runs import create_run, make_config
from vae_core.runs.faults import train_run


@pytest.fixture(autouse=True)
def _pooled(tmp_path: Path) -> Iterator[None]:
    with pooled_added(tmp_path / "networks"):
        yield


def test_it_is_named_and_has_no_use_for_what_belongs_to_others() -> None:
    assert list(NETWORKS) == ["mlp", "conv", "pixelcnn", "rowrnn", "pooled"]
    assert unused_settings("pooled", "bernoulli", ["channels"]) == [
        ("channels", "conv or pixelcnn")
    ]


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_it_trains_under_every_likelihood_and_comes_back_from_its_file(
    tmp_path: Path, likelihood: str
) -> None:
    config = make_config(
        dataset="digits",
        network="pooled",
        hidden=(16,),
        samples=1500,
        threads=1,
        likelihood=likelihood,
    )
    run = create_run(config, tmp_path)
    assert train_run(run).state == "finished"
    first, *_, last = (point.test for point in run.metrics() if point.test is not None)
    assert last["elbo"] > first["elbo"]
    path = run.model_path()
    assert path is not None
    saved = load_model(path)
    assert saved.vae.decode(torch.zeros(2, 2)).mean.shape == (2, 1, 8, 8)
    # What a picture needs is in the browser's file, whatever the network calls it.
    assert "decoder.mix.weight" in read_checkpoint(decoder_bytes(saved.vae), "decoder").tensors
    parts: tuple[Part, ...] = ("encoder", "decoder")
    for part in parts:
        with pytest.raises(AtlasError, match="does not say how it is written in ONNX"):
            onnx_bytes(saved, part)
