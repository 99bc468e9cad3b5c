"""What `import vae_core` offers a notebook."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch

import vae_core
from vae_core.errors import AtlasError
from vae_core.runs import create_run, make_config
from vae_core.runs.foreground import train_here

DIGITS = vae_core.load_dataset("digits").split("train").images
LABELLED = DIGITS[:, 0].numpy()


@pytest.fixture(scope="module")
def model() -> vae_core.SavedModel:
    return vae_core.train("digits", epochs=1, hidden=(16,), progress=False)


def test_importing_the_package_imports_no_torch() -> None:
    code = "import sys, vae_core; dir(vae_core); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", dir(vae_core))
def test_every_name_that_is_offered_is_there(name: str) -> None:
    assert getattr(vae_core, name) is not None


def test_training_here_gives_the_weights_of_a_run(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"epochs": 2, "hidden": (16,), "batch_size": 64, "threads": 1}
    here = vae_core.train("digits", progress=False, **settings)
    run = create_run(make_config(dataset="digits", **settings), tmp_path)
    train_here(run, lambda status: None, lambda: False, lambda name: None)
    path = run.model_path()
    assert path is not None
    there = vae_core.load_model(str(path))
    for name, tensor in here.vae.state_dict().items():
        assert torch.equal(tensor, there.vae.state_dict()[name]), name
    assert here.training.dataset == there.training.dataset == "digits"
    assert here.training.samples == there.training.samples


@pytest.mark.parametrize(
    "images",
    [DIGITS, DIGITS.numpy(), LABELLED, LABELLED / 255, DIGITS.float() / 255],
    ids=["tensor", "numpy", "N H W", "float64 numpy", "float tensor"],
)
def test_arrays_of_every_kind_train_the_same_model(images: np.ndarray) -> None:
    settings: dict[str, Any] = {"epochs": 1, "hidden": (8,), "progress": False}
    expected = vae_core.train(DIGITS, **settings).vae.state_dict()
    found = vae_core.train(images, **settings).vae.state_dict()
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_a_model_of_an_array_claims_no_dataset_that_others_could_look_for(tmp_path: Path) -> None:
    model = vae_core.train(DIGITS[:200], epochs=1, hidden=(8,), progress=False)
    model.save(str(tmp_path / "own.safetensors"))
    found = vae_core.load_model(tmp_path / "own.safetensors")
    assert found.training.dataset is None
    assert found.training.samples == 200


def test_a_progress_bar_says_what_the_bound_is(capsys: pytest.CaptureFixture[str]) -> None:
    vae_core.train(DIGITS[:200], epochs=2, hidden=(8,))
    told = capsys.readouterr().err
    assert "ELBO −" in told.replace("-", "−")
    assert "nats per image" in told


def test_a_setting_that_cannot_be_is_refused_in_a_sentence() -> None:
    with pytest.raises(AtlasError, match="Latent dimensions cannot be 0"):
        vae_core.train("digits", latent_dim=0)
    with pytest.raises(AtlasError, match=r"no setting “latent_dims” \(did you mean latent_dim\?\)"):
        vae_core.train("digits", latent_dims=3)
    with pytest.raises(AtlasError, match=r"\(did you mean leapfrog_steps\?\)"):
        vae_core.train("digits", algorithm="mcem", leapfrog_step=3)
    with pytest.raises(AtlasError, match="no setting “xyz”: choose from activation, "):
        vae_core.train("digits", xyz=3)


def test_a_model_takes_numpy_arrays_and_what_it_gives_numpy_reads(
    model: vae_core.SavedModel,
) -> None:
    q = model.encode(DIGITS.numpy()[:5])
    assert np.asarray(q.mu).shape == (5, 2)
    x = DIGITS[:5].float() / 255
    assert torch.equal(q.mu, model.vae.encode(x).mu)
    decoded = np.asarray(model.decode([[0.0, 1.0]]))
    assert decoded.shape == (1, 1, 8, 8)
    assert np.array_equal(decoded, np.asarray(model.decode(np.array([0.0, 1.0]))))
    assert torch.equal(model.reconstruct(LABELLED[:5]), model.vae.decode(q.mu).mean)
    assert model.sample(3).shape == (3, 1, 8, 8)
    assert torch.equal(model.sample(3, seed=4), model.sample(3, seed=4))
    assert not torch.equal(model.sample(3, seed=4), model.sample(3, seed=5))


def test_floats_and_bytes_are_the_same_images_to_evaluate(model: vae_core.SavedModel) -> None:
    of_bytes = vae_core.evaluate(model, DIGITS)
    assert of_bytes == vae_core.evaluate(model, DIGITS.float() / 255)
    assert of_bytes == vae_core.evaluate(model, LABELLED.reshape(len(LABELLED), 64))
    assert of_bytes.images == len(DIGITS)


def test_a_bare_vae_is_evaluated_too() -> None:
    vae = vae_core.VAE(vae_core.Architecture(image_shape=(1, 8, 8), latent_dim=2))
    found = vae_core.evaluate(vae, DIGITS[:20])
    assert found.elbo == pytest.approx(-(found.rate + found.distortion))


@pytest.mark.parametrize("method", ["importance", "appendix-d", "ais"])
def test_log_p_lies_above_the_bound_by_every_method(
    model: vae_core.SavedModel, method: str
) -> None:
    images = DIGITS[:20]
    options: dict[str, Any] = {"ais": {"chains": 4, "temperatures": 50}}.get(method, {})
    found = vae_core.log_likelihood(model, images, method=method, progress=False, **options)
    bound = vae_core.evaluate(model, images, samples=50)
    assert found.mean > bound.elbo - 3 * found.standard_error


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda model: vae_core.evaluate(model, DIGITS[:3], samples=0), "samples = 0: give 1"),
        (lambda model: vae_core.evaluate(model, DIGITS[:0]), "There are no images"),
        (lambda model: vae_core.log_likelihood(model, DIGITS[:0]), "There are no images"),
        (lambda model: vae_core.log_likelihood(model, DIGITS[:3], k=0), "k = 0: give 1 or more"),
        (lambda model: model.sample(-1), "count = -1: give a whole number"),
        (lambda model: model.sample("3"), "count = '3': give a whole number"),
        (lambda model: model.encode(None), "None was given"),
        (lambda _: vae_core.train(cast(Any, None)), "None was given"),
        (lambda _: vae_core.train(np.zeros((9, 8, 8, 3))), "channels come last: numpy.moveaxis"),
        (lambda _: vae_core.load_dataset("digitz"), r"“digitz” \(did you mean digits\?\)"),
        (lambda _: vae_core.load_dataset(cast(Any, 3)), "3 names no dataset"),
        (lambda _: vae_core.load_model(cast(Any, None)), "None is no model file"),
    ],
)
def test_what_would_make_no_number_is_refused_in_a_sentence(
    model: vae_core.SavedModel, call: Callable[[vae_core.SavedModel], object], problem: str
) -> None:
    with pytest.raises(AtlasError, match=problem):
        call(model)


def test_one_width_stands_for_one_layer_and_names_match_whatever_their_case() -> None:
    one = vae_core.train("Digits", epochs=1, hidden=8, progress=False)
    listed = vae_core.train("digits", epochs=1, hidden=(8,), progress=False)
    assert one.vae.architecture == listed.vae.architecture
    assert one.training.command == listed.training.command


def test_a_method_that_there_is_not_is_refused_with_those_there_are(
    model: vae_core.SavedModel,
) -> None:
    with pytest.raises(AtlasError, match=r"“nuts”.*importance, appendix-d, ais"):
        vae_core.log_likelihood(model, DIGITS[:2], method="nuts")
    with pytest.raises(AtlasError, match=r"did you mean importance\?"):
        vae_core.log_likelihood(model, DIGITS[:2], method="importence")


def test_an_option_of_another_method_is_refused_with_those_that_there_are(
    model: vae_core.SavedModel,
) -> None:
    with pytest.raises(AtlasError, match="importance has no use for chains: it takes k"):
        vae_core.log_likelihood(model, DIGITS[:2], k=9, chains=7)
    with pytest.raises(AtlasError, match="grid has no use for chains: it takes nothing more"):
        vae_core.log_likelihood(model, DIGITS[:2], chains=7)


@pytest.mark.parametrize(
    ("images", "problem"),
    [
        (np.zeros((2, 9, 9)), r"\[2, 9, 9\].*\[N, 1, 8, 8\]"),
        (np.full((2, 8, 8), 1.5), "from 1.5 to 1.5"),
        (np.full((2, 8, 8), np.nan), "hold NaN"),
        (np.zeros((2, 8, 8), np.int64), "int64"),
        (np.array(["a"]), "not numbers"),
        (np.float32(3), r"\[1\]"),
    ],
)
def test_images_that_cannot_be_meant_are_refused(
    model: vae_core.SavedModel, images: np.ndarray, problem: str
) -> None:
    with pytest.raises(AtlasError, match=problem):
        model.encode(images)


@pytest.mark.parametrize("z", [[[0.0]], [[0.0, float("nan")]], np.zeros((1, 1, 2))])
def test_latents_that_cannot_be_meant_are_refused(model: vae_core.SavedModel, z: object) -> None:
    with pytest.raises(AtlasError, match="latents"):
        model.decode(z)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "images", [np.zeros((8, 8)), np.zeros((0, 8, 8)), np.zeros((1, 2, 3, 4, 5))]
)
def test_a_training_set_of_another_shape_is_refused(images: np.ndarray) -> None:
    with pytest.raises(AtlasError, match=r"\[N, C, H, W\]"):
        vae_core.train(images)
