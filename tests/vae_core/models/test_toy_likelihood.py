"""A likelihood is one file: another is named, trained, saved, loaded, measured as any of ours."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx.reference import ReferenceEvaluator
from torch import Generator
from torch.distributions import Laplace as Reference

from tests.vae_core.models.laplace import laplace_added
from vae_core.checkpoint import read_checkpoint
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import by_importance
from vae_core.export import onnx_bytes
from vae_core.latent import pullback_metric
from vae_core.models import (
    LIKELIHOODS,
    VAE,
    Architecture,
    SavedModel,
    TrainingRecord,
    decoder_bytes,
    likelihoods,
    load_model,
    model_bytes,
    unused_settings,
)
from vae_core.runs import Run, create_run, make_config
from vae_core.runs.faults import train_run

NAMES = ["laplace", "laplace-fixed"]


@pytest.fixture(autouse=True)
def _laplace(tmp_path: Path) -> Iterator[None]:
    with laplace_added(tmp_path / "likelihoods"):
        yield


def _trained(folder: Path, likelihood: str, **more: object) -> tuple[Run, SavedModel]:
    config = make_config(
        dataset="digits", hidden=(16,), epochs=2, threads=1, likelihood=likelihood, **more
    )
    run = create_run(config, folder)
    assert train_run(run).state == "finished"
    path = run.model_path()
    assert path is not None
    return run, load_model(path)


def test_it_is_named_after_the_ones_that_are_there() -> None:
    assert list(LIKELIHOODS)[-2:] == NAMES
    assert unused_settings("mlp", "bernoulli", ["scale"]) == [
        ("scale", "gaussian-fixed or gaussian-linear or laplace-fixed")
    ]
    assert unused_settings("mlp", "laplace-fixed", ["scale"]) == []
    with pytest.raises(AtlasError, match="discretised-logistic, laplace or laplace-fixed"):
        make_config(dataset="digits", likelihood="laplacian")


@pytest.mark.parametrize("network", ["mlp", "conv"])
def test_it_trains_by_the_loop_and_comes_back_from_its_file(tmp_path: Path, network: str) -> None:
    own: dict[str, object] = {"channels": (4,)} if network == "conv" else {}
    run, saved = _trained(tmp_path, "laplace", network=network, **own)
    first, *_, last = (point.test for point in run.metrics() if point.test is not None)
    assert last["elbo"] > first["elbo"] + 1  # nats: it learns
    vae = saved.vae
    assert vae.architecture.likelihood == "laplace"
    images = load_dataset("digits").images[:20]
    x = images / 255
    p = vae.decode(vae.encode(x).mu)
    assert isinstance(p, LIKELIHOODS["laplace"])
    assert p.sample(Generator().manual_seed(0)).shape == x.shape
    assert bool(by_importance(vae, images, k=50).log_p.isfinite().all())
    assert bool(pullback_metric(vae, torch.zeros(1, 2)).isfinite().all())


def test_its_density_and_samples_are_those_of_torch_distributions() -> None:
    kind = LIKELIHOODS["laplace"]
    logits = torch.randn(2, 1, 3, 3, generator=Generator().manual_seed(0))
    p = kind.from_outputs(logits, {"log_width": torch.full_like(logits, math.log(0.2))}, {})
    reference = Reference(torch.sigmoid(logits), 0.2)
    torch.testing.assert_close(
        p.log_prob_per_pixel(torch.zeros(1)), reference.log_prob(torch.zeros(1))
    )
    torch.testing.assert_close(p.deviation, reference.stddev.expand_as(logits))


def test_its_own_heads_are_in_the_browsers_file_only_when_asked_for() -> None:
    vae = VAE(Architecture(image_shape=(1, 4, 3), latent_dim=2, likelihood="laplace"))
    without, whole = (
        set(read_checkpoint(decoder_bytes(vae, widths=widths), "decoder").tensors)
        for widths in (False, True)
    )
    assert whole - without == {"decoder.log_width.weight", "decoder.log_width.bias"}


def test_one_that_says_how_is_written_in_onnx_and_one_that_does_not_says_so(tmp_path: Path) -> None:
    silent, telling = (_trained(tmp_path, name)[1] for name in NAMES)
    with pytest.raises(AtlasError, match="laplace does not say how its mean is written in ONNX"):
        onnx_bytes(silent, "decoder")
    z = torch.randn(5, 2, generator=Generator().manual_seed(0))
    session = ReferenceEvaluator(onnx.load_from_string(onnx_bytes(telling, "decoder")))
    [mean] = session.run(None, {"z": z.numpy()})
    difference = torch.from_numpy(np.asarray(mean)) - telling.vae.decode(z).mean
    assert float(difference.abs().max()) < 1e-5


def test_its_files_are_refused_in_one_sentence_where_it_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vae = VAE(Architecture(image_shape=(1, 4, 3), latent_dim=2, likelihood="laplace"))
    content = model_bytes(vae, TrainingRecord())
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(likelihoods, "__path__", likelihoods.__path__[:1])
        with pytest.raises(AtlasError, match="asks for the likelihood 'laplace', which this"):
            load_model(content, "far.safetensors")
        with pytest.raises(AtlasError, match="Likelihood cannot be “laplace”: choose"):
            make_config(dataset="digits", likelihood="laplace")
    assert load_model(content, "here.safetensors").vae.architecture.likelihood == "laplace"
