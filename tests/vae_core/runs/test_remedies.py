"""Remedies against collapse: one change to a run each, and which runs differ by one."""

from pathlib import Path

import pytest

from vae_core.errors import AtlasError
from vae_core.models import load_model
from vae_core.runs import RunConfig, make_config
from vae_core.runs.remedies import REMEDIES, told_apart, without_remedies
from vae_core.runs.told_command import told_config

CHECKPOINTS = Path(__file__).parents[3] / "checkpoints"


def config(**settings: object) -> RunConfig:
    given = {"dataset": "digits", "latent_dim": 4, "beta": 2.0, "epochs": 12, **settings}
    return make_config(**given)


def test_each_remedy_changes_one_setting_and_is_found_by_it() -> None:
    wide = config(network="pixelcnn", receptive_field=7, binarize="dynamic", name="Mine")
    runs = {name: remedy.applied(wide) for name, remedy in REMEDIES.items()}
    for name, run in runs.items():
        assert run.name == f"Mine, {REMEDIES[name].label.lower()}"
        assert without_remedies(run).receptive_field == run.receptive_field
        changed = {n for n, v in run.settings().items() if v != wide.settings()[n]}
        assert changed - {"name"} == {REMEDIES[name].field}
    others = {
        **runs,
        "seed": wide.model_copy(update={"seed": 5}),
        "two": REMEDIES["lagging"].applied(runs["free-bits"]),
        "other beta": config(network="pixelcnn", binarize="dynamic", beta=3.0),
        "other schedule": make_config(
            **runs["annealing"].given() | {"beta_epochs": 3.0, "seed": 2}
        ),
    }
    told = {
        "annealing": "Annealing",
        "cyclical": "Cyclical annealing",
        "free-bits": "Free bits: 0.5",
        "delta-vae": "δ-VAE: 0.1",
        "lagging": "Lagging inference: 3",
        "narrower-field": "Narrower field: 2",
        "seed": "without a remedy",
        "other schedule": "Annealing",
    }
    assert told_apart(wide, others) == told
    # From a run that has a remedy the same are seen.
    assert told_apart(runs["free-bits"], others) == told


def test_a_wider_field_is_not_called_a_narrower_one() -> None:
    narrow = config(network="pixelcnn", receptive_field=2, binarize="dynamic")
    wide = config(network="pixelcnn", receptive_field=6, binarize="dynamic")
    assert told_apart(narrow, {"wide": wide}) == {"wide": "Receptive field: 6"}
    assert told_apart(wide, {"narrow": narrow}) == {"narrow": "Narrower field: 2"}


def test_a_remedy_that_such_a_run_has_no_use_for_says_why() -> None:
    with pytest.raises(AtlasError, match="a model of mlp and bernoulli has no use"):
        REMEDIES["narrower-field"].applied(config())
    with pytest.raises(AtlasError, match="gan"):
        REMEDIES["annealing"].applied(make_config(dataset="digits", algorithm="gan"))


def test_a_command_is_read_back_as_it_was_written_and_anything_else_is_not() -> None:
    for asked in (
        config(hidden=(), likelihood="gaussian-linear", scale=0.7),
        config(free_bits=0.5, beta_schedule="linear", hidden=(8, 4), seed=3),
        make_config(dataset="--odd name", algorithm="iwae", learning_rate=1e-4),
    ):
        assert told_config(asked.command()) == asked
    shipped = told_config(load_model(CHECKPOINTS / "mnist-10d.safetensors").training.command)
    assert shipped is not None
    assert (shipped.dataset, shipped.latent_dim, shipped.hidden) == ("mnist", 10, (512, 256))
    for odd in (
        None,
        "",
        "rm -rf /",
        "x train --beta",
        "x train d --new 3",
        "'",
        "x train d" * 999,
    ):
        assert told_config(odd) is None
