"""Each of the doctor's rules says yes of a run that has it, and not of three that have not."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from scripts import doctor_rules
from vae_core.data.own import import_images
from vae_core.runs import Run, cloned_config, create_run, make_config, pace
from vae_core.runs.doctor import RULES, Case, Finding, diagnose
from vae_core.runs.doctor.rule import slower
from vae_core.runs.doctor.rules.dead_relus import firing
from vae_core.runs.foreground import train_here
from vae_core.runs.metrics import ChangeEvent, MetricEvent, MetricsLog

SICK: dict[str, dict[str, object]] = {
    "healthy": {"learning_rate": 3e-3, "epochs": 12},
    "diverged": {"learning_rate": 10, "epochs": 3},
    "jumping": {"learning_rate": 0.3, "epochs": 12},
    "slow": {"learning_rate": 1e-5, "epochs": 12},
    "collapsed": {"learning_rate": 3e-3, "beta": 100, "epochs": 3},
    "dead": {"learning_rate": 3e-2, "activation": "relu", "hidden": (64,), "epochs": 3},
    "alive": {"learning_rate": 3e-3, "activation": "relu", "epochs": 3},
    "vanishing": {"learning_rate": 3e-3, "likelihood": "gaussian", "epochs": 12},
}
HAS = {
    "diverged": {"diverged"},
    # What has not learnt yet, or cannot any more, carries nothing either.
    "collapsed": {"collapsed", "slow", "dead", "repeated"},
    "over_fitting": {"by heart"},
    "rate_too_high": {"jumping"},
    "rate_too_low": {"slow"},
    "dead_relus": {"dead"},
    "variance_blows_up": {"vanishing", "diverged", "jumping"},  # steps too long throw them there
    "data_look_wrong": {"repeated"},
}


def trained(folder: Path, fields: dict[str, object]) -> Run:
    config = make_config(**{"dataset": "digits", "hidden": (32,), "threads": 1, **fields})
    run = create_run(config, folder)
    train_here(run, lambda status: None, lambda: False, lambda name: None)
    return run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    folder = tmp_path_factory.mktemp("doctor")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "MEASURE_EVERY", 0)
        made = {name: trained(folder, fields) for name, fields in SICK.items()}
    return made | {
        "by heart": trained(folder, of_noise(folder)),
        "repeated": trained(folder, of_repeats(folder)),
    }


def of_noise(folder: Path) -> dict[str, object]:
    """A run on images that have nothing in common, so that all it learns is by heart."""
    noise = np.random.default_rng(0).random((60, 8, 8)) > 0.5
    np.save(folder / "noise.npy", noise * np.uint8(255))
    own = import_images(folder / "noise.npy", folder=folder / "datasets").about
    data: dict[str, object] = {"dataset": own.name, "data_dir": str(folder / "datasets")}
    return data | {"learning_rate": 1e-2, "epochs": 300, "latent_dim": 5, "hidden": (128,)}


def of_repeats(folder: Path) -> dict[str, object]:
    """A run on dark images each of which there is five times, so that it is tested on some."""
    dark = np.random.default_rng(0).integers(0, 32, (40, 8, 8), dtype=np.uint8).repeat(5, axis=0)
    np.save(folder / "dark.npy", dark)
    own = import_images(folder / "dark.npy", folder=folder / "datasets").about
    return {"dataset": own.name, "data_dir": str(folder / "datasets"), "epochs": 3}


@pytest.fixture(scope="module")
def found(runs: dict[str, Run]) -> dict[str, dict[str, Finding]]:
    return {name: {each.rule: each for each in diagnose(run)} for name, run in runs.items()}


@pytest.mark.parametrize("rule", HAS)
def test_a_rule_says_yes_of_the_run_that_has_it_alone(
    rule: str, found: dict[str, dict[str, Finding]]
) -> None:
    answers = {name: findings[rule].answer for name, findings in found.items()}
    assert {name for name, answer in answers.items() if answer == "yes"} == HAS[rule]


def test_a_healthy_run_has_nothing(found: dict[str, dict[str, Finding]]) -> None:
    assert {finding.answer for finding in found["healthy"].values()} == {"no"}
    assert not any(finding.remedy for finding in found["healthy"].values())


def test_jumps_say_nothing_once_a_run_has_diverged(found: dict[str, dict[str, Finding]]) -> None:
    assert found["diverged"]["rate_too_high"].answer == "cannot be said"


def test_remedies_are_runs_that_can_be(
    runs: dict[str, Run], found: dict[str, dict[str, Finding]]
) -> None:
    def cured(name: str, rule: str) -> dict[str, object]:
        remedy = found[name][rule].remedy
        assert remedy is not None
        assert remedy.applied(runs[name]) != cloned_config(runs[name])
        return dict(remedy.changes)

    assert cured("diverged", "diverged") == {"learning_rate": 1.0}
    assert cured("collapsed", "collapsed") == {"beta": 1.0}
    assert cured("jumping", "rate_too_high") == {"learning_rate": 0.1}
    assert cured("slow", "rate_too_low") == {"learning_rate": 1e-4}
    assert cured("by heart", "over_fitting") == {"early_stopping": 10}
    assert cured("dead", "dead_relus") == {"learning_rate": 1e-2}
    assert cured("vanishing", "variance_blows_up") == {"likelihood": "gaussian-shared"}


def logged(folder: Path, *, valid: bool = True, **fields: object) -> Run:
    """A run with a log of six epochs, over which the bound on test images alone gets worse."""
    run = create_run(make_config(dataset="digits", epochs=6, **fields), folder)
    log = MetricsLog(run.metrics_path)
    log.append(ChangeEvent(step=40, learning_rate=0.5))
    for epoch in range(1, 7):
        bound = {"elbo": -30.0 + epoch, "rate": 2.0, "distortion": 28.0 - epoch}
        log.append(
            MetricEvent(
                step=10 * epoch,
                samples=1000 * epoch,
                epoch=epoch,
                seconds=epoch,
                train=bound,
                test=bound | {"elbo": -30.0 - epoch},
                valid=bound if valid else None,
                full_test=True,
                gradient_norm=1.0,
                learning_rate=0.5,
                in_force={"beta": 6.0 - epoch, "learning_rate": 0.5 / epoch},
                images_per_second=1000.0,
            )
        )
    log.close()
    return run


@pytest.mark.parametrize(("valid", "answer"), [(True, "no"), (False, "yes")])
def test_a_run_is_judged_by_its_validation_images_where_it_has_any(
    valid: bool, answer: str, tmp_path: Path
) -> None:
    [finding] = [
        each for each in diagnose(logged(tmp_path, valid=valid)) if each.rule == "over_fitting"
    ]
    assert finding.answer == answer
    assert f"{'validation' if valid else 'test'} images" in finding.sentence


def test_what_was_in_force_counts_and_not_where_a_schedule_ended(tmp_path: Path) -> None:
    case = Case(logged(tmp_path, beta_schedule="linear", beta=9.0))
    assert case.beta == 6 - 3
    assert case.learning_rate == 0.5 / 3
    assert case.top_learning_rate == 0.5  # by hand


def test_a_remedy_never_asks_for_more_than_was_asked_for_at_first(tmp_path: Path) -> None:
    case = Case(logged(tmp_path))
    told = slower(case, "", by=3)
    assert told is not None
    assert told.applied(case.run).learning_rate == case.config.learning_rate


def test_silence_is_told_with_how_sure_it_is(found: dict[str, dict[str, Finding]]) -> None:
    finding = found["dead"]["dead_relus"]
    assert finding.evidence["images"] == 512
    assert "95% certain: each fires on fewer than 0.6% of them" in finding.sentence


def test_a_convolution_is_watched_by_its_channels(tmp_path: Path) -> None:
    fields = {"network": "conv", "channels": (2, 3), "hidden": (5,), "activation": "relu"}
    run = trained(tmp_path, {**fields, "epochs": 1, "likelihood": "gaussian"})
    probe = Case(run).probe
    assert probe is not None
    fires = firing(probe)
    assert {layer: len(units) for layer, units in fires.items()} == {
        "encoder.convolutions.0": 2,
        "encoder.convolutions.1": 3,
        "encoder.layers.0": 5,
        "decoder.layers.0": 5,
        "decoder.grid": 3 * 2 * 2,
        "decoder.output.0": 2,
        "decoder.logvar.0": 2,
    }


def test_a_code_wider_than_the_prior_has_blown_up(runs: dict[str, Run]) -> None:
    case = Case(runs["healthy"])
    probe = case.probe
    assert probe is not None
    with torch.no_grad():
        probe.vae.encoder.logvar.bias.add_(3)
    [finding] = [each.ask(case) for each in RULES.values() if each.name == "variance_blows_up"]
    assert finding.answer == "yes"
    assert finding.evidence["widest_code"] > 4
    assert finding.remedy is not None
    assert finding.remedy.changes == {"learning_rate": 1e-3}


def test_a_run_without_its_data_is_not_said_to_be_sound(tmp_path: Path) -> None:
    run = trained(tmp_path, of_repeats(tmp_path))
    shutil.rmtree(tmp_path / "datasets")
    answers = {each.rule: each.answer for each in diagnose(run, frozenset({"model", "data"}))}
    assert answers.pop("dead_relus") == "no"  # it has none
    assert set(answers.values()) == {"cannot be said"}


def test_of_a_run_that_has_not_begun_nothing_can_be_said(tmp_path: Path) -> None:
    run = create_run(make_config(dataset="digits", activation="relu"), tmp_path)
    log_and_model = diagnose(run, frozenset({"log", "model"}))
    assert {finding.answer for finding in log_and_model} == {"cannot be said"}


def test_the_documentation_has_the_rules_as_they_are_declared() -> None:
    page = doctor_rules.PAGE.read_text(encoding="utf-8")
    assert doctor_rules.with_table(page) == page


def test_a_probe_that_is_easier_than_all_test_images_is_no_over_fitting(tmp_path: Path) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    log = MetricsLog(run.metrics_path)
    for epoch in range(1, 21):
        bound, whole = -100 - 10 / epoch, epoch % 2 == 0
        log.append(MetricEvent(
            step=epoch, samples=epoch * 100, epoch=epoch, seconds=0, train={"elbo": bound + 3},
            test={"elbo": bound + (0 if whole else 2)}, test_half_widths={"elbo": 0.5},
            full_test=whole, gradient_norm=0, learning_rate=1e-3, images_per_second=0,
        ))  # fmt: skip
    log.close()
    assert {each.rule: each for each in diagnose(run)}["over_fitting"].answer == "no"
    assert Case(run).best.step == 20
