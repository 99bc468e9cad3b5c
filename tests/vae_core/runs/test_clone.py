"""A clone begins with another run's weights, has a chart of its own, and names where it is from."""

from pathlib import Path

import pytest
import torch

from vae_core.errors import AtlasError
from vae_core.models import load_model
from vae_core.runs import Run, clone_run, cloned_config, create_run, make_config, request_change
from vae_core.runs.faults import train_run


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("runs")
    given = {"dataset": "digits", "hidden": (8,), "epochs": 1, "threads": 1, "name": "First"}
    run = create_run(make_config(**given, beta_schedule="linear", beta_epochs=1.0), folder)
    request_change(run, beta=0.5)
    train_run(run)
    return run


def test_a_clone_with_another_binarisation_begins_where_its_parent_stands(parent: Run) -> None:
    clone = clone_run(parent, binarize="dynamic", epochs=2)
    assert clone.config.treatment == "dynamic" != parent.config.treatment
    assert clone.config.epochs == 2
    assert clone.config.name == "First · clone"
    told = clone.document.parent
    assert told is not None
    assert (told.run, told.title, told.step, told.samples) == (parent.id, "First", 15, 1497)
    path = parent.model_path()
    assert path is not None
    assert clone.start_path.read_bytes() == path.read_bytes()
    # What was changed by hand holds on, off its schedule.
    assert clone.config.beta == 0.5
    assert clone.config.algorithm.beta_schedule == "none"  # type: ignore[attr-defined]
    train_run(clone)
    assert clone.metrics()[0].step == 1
    last = clone.model_path()
    assert last is not None
    assert load_model(last).training.parent == f"{parent.id}, step 15"


def test_what_waits_to_be_changed_is_changed_in_a_clone(tmp_path: Path) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    request_change(run, beta=4.0)  # it waits in the queue
    assert cloned_config(run).beta == 4.0
    assert cloned_config(run, start="fresh").beta == 1.0


def test_its_first_step_is_from_its_parents_weights(parent: Run) -> None:
    clone = clone_run(parent, learning_rate=1e-9)
    train_run(clone)
    one, other = (load_model(r.model_path() or "").vae.state_dict() for r in (parent, clone))
    for name, value in one.items():
        torch.testing.assert_close(other[name], value, rtol=0, atol=1e-6)


def test_what_belonged_to_a_schedule_goes_with_it(parent: Run) -> None:
    clone = cloned_config(parent, start="fresh", beta_schedule="cyclical", beta_cycles=2)
    assert clone.algorithm.model_dump(exclude_defaults=True) == {
        "name": "aevb",
        "beta_schedule": "cyclical",
        "beta_cycles": 2,
    }


def test_a_fresh_clone_is_a_new_run_of_what_was_first_asked_for(parent: Run) -> None:
    clone = clone_run(parent, start="fresh", latent_dim=3, name="Wider")
    assert clone.document.parent is None
    assert not clone.start_path.exists()
    assert (clone.config.latent_dim, clone.config.name, clone.config.beta) == (3, "Wider", 1.0)


def test_weights_that_would_not_fit_and_checkpoints_that_are_not_there_are_refused(
    parent: Run, tmp_path: Path
) -> None:
    with pytest.raises(AtlasError, match="do not fit another model"):
        clone_run(parent, tmp_path, latent_dim=3)
    with pytest.raises(AtlasError, match="no checkpoint that is known to be best"):
        clone_run(parent, tmp_path, start="best")
    assert list(tmp_path.iterdir()) == []
