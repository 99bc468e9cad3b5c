"""A run with a learned prior: it goes on from a rest bit for bit, and is told by its own prior."""

from pathlib import Path

import pytest
import torch

from vae_core.algorithms import Batch
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import measures
from vae_core.evaluation.sample_measures import ways
from vae_core.models import Bounds, Encodes, Samples, ShowsMeans, inability, load_model
from vae_core.models.learned_prior import LearnedPriorVAE
from vae_core.models.priors import PRIORS
from vae_core.models.priors.vamp import VampPrior
from vae_core.runs import Run, RunStatus, create_run, make_config, pace
from vae_core.runs.commands import Command, leave_command
from vae_core.runs.faults import train_run
from vae_core.runs.sample_sheets import only_samples, samples_told, what_is_drawn
from vae_core.runs.workbench import assemble

FIELDS = {"dataset": "digits", "algorithm": "learned-prior", "hidden": (16,), "threads": 1}


def _run(folder: Path, prior: str) -> Run:
    rest = {"samples": 400, "batch_size": 50, "prior": prior, "weight_prior": "normal"}
    return create_run(make_config(**FIELDS, **rest), folder / "runs")


@pytest.mark.parametrize("prior", PRIORS)
def test_a_paused_run_resumes_bit_for_bit_and_its_file_tells_what_was_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prior: str
) -> None:
    monkeypatch.setattr(pace, "LISTEN_EVERY", 0.0)
    undisturbed, run = _run(tmp_path, prior), _run(tmp_path, prior)
    assert train_run(undisturbed).state == "finished"

    def pause(status: RunStatus) -> None:
        if status.step >= 1 and status.state == "running":
            leave_command(run.commands_path, Command.model_validate({"command": "pause"}))

    monkeypatch.setattr(pace, "MEASURE_EVERY", 0.0)
    paused = train_run(run, pause)
    assert paused.state == "paused"
    assert paused.step < 8
    finished = train_run(run)
    assert {tuple(point.train) for point in run.metrics()} == {("elbo", "rate", "distortion")}
    paths = [each.model_path() for each in (run, undisturbed)]
    one, other = (load_model(path) for path in paths if path is not None)
    for name, value in one.model.state_dict().items():
        assert torch.equal(value, other.model.state_dict()[name]), name
    found = measures(one.model, load_dataset("digits").split("test").images)
    assert found is not None
    assert found.means == finished.test == one.training.test
    assert found.means["elbo"] == pytest.approx(-found.means["rate"] - found.means["distortion"])
    assert one.sample(4).shape == (4, 1, 8, 8)
    assert list(ways(one.model)) == ["means", "samples"]
    assert what_is_drawn(one.model).startswith("means E[x|z] of codes z ~ p(z), which")


def test_what_takes_the_standard_normal_for_granted_is_left_out_in_a_sentence() -> None:
    assert inability(LearnedPriorVAE, Samples, ShowsMeans) is None
    assert only_samples(LearnedPriorVAE)  # Train and Explore show sheets of these
    assert samples_told(LearnedPriorVAE, means=True) == "means E[x|z] of codes z ~ p(z)"
    told = "this is a VAE with a learned prior, and its codes have a prior of their own"
    for ability in (Encodes, Bounds):
        assert str(inability(LearnedPriorVAE, ability)).startswith(told)


def test_a_setting_of_another_prior_is_refused_and_so_is_a_rate_from_the_standard_normal() -> None:
    with pytest.raises(AtlasError, match=r"Pseudo-inputs = 7 belongs to --prior vamp"):
        make_config(**FIELDS, prior="flow", pseudo_inputs=7)
    with pytest.raises(AtlasError, match=r"Committed rate = 0.1 belongs to a variational"):
        make_config(**FIELDS, committed_rate=0.1)


def test_pseudo_inputs_begin_as_the_first_images_and_stay_in_the_range_of_images() -> None:
    config = make_config(**FIELDS, prior="vamp", pseudo_inputs=70, batch_size=50, epochs=1)
    images = load_dataset("digits").split("train").images[:100]
    model, loop = assemble(config, images)
    assert isinstance(model, LearnedPriorVAE)
    prior = model.prior
    assert isinstance(prior, VampPrior)
    counts = []
    for _ in range(2):
        loop.step()
        counts.append(int(prior.begun))
    assert counts == [50, 70]
    distances = torch.cdist(prior.inputs.detach().flatten(1), images.flatten(1) / 255)
    assert float(distances.min(1).values.max()) < 0.05  # two small steps
    assert distances.argmin(1).unique().numel() == 70
    loop.algorithm.learning_rate = 1.0
    before = prior.inputs.detach().clone()
    loop.algorithm.step(Batch(images / 255, torch.arange(100), 100))
    assert not torch.equal(prior.inputs, before)
    assert float(prior.inputs.detach().min()) >= 0
    assert float(prior.inputs.detach().max()) <= 1
