"""Validation images choose the best checkpoint and the end; test images never do."""

from pathlib import Path

import pytest
import torch

from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.models import load_model
from vae_core.runs import Run, create_run, make_config
from vae_core.runs.early_stopping import stopped_early
from vae_core.runs.faults import train_run
from vae_core.runs.metrics import MetricEvent
from vae_core.runs.validation import division

USUAL = {"dataset": "digits", "hidden": (8,), "threads": 1}


def _run(folder: Path, **fields: object) -> Run:
    return create_run(make_config(**USUAL | fields), folder)


def _over(epoch: int, valid: float, test: float = 0.0) -> MetricEvent:
    return MetricEvent(
        step=epoch, samples=epoch * 100, epoch=epoch, seconds=0, train={}, test={"elbo": test},
        valid={"elbo": valid}, gradient_norm=0, learning_rate=0, images_per_second=0,
    )  # fmt: skip


def test_the_images_held_out_are_the_same_for_every_seed_and_no_others_are_missing() -> None:
    dataset = load_dataset("digits")
    whole = dataset.split("train").images
    one, other = (
        division(make_config(**USUAL, early_stopping=2, held_out=0.2, seed=s), dataset)
        for s in (0, 1)
    )
    assert one.valid is not None
    assert other.valid is not None
    assert torch.equal(one.valid, other.valid)
    assert len(one.valid) == round(0.2 * len(whole))
    together = torch.cat([one.train, one.valid]).flatten(1)
    as_rows = lambda images: sorted(map(bytes, images.flatten(1).numpy()))  # noqa: E731
    assert as_rows(together) == as_rows(whole)
    assert torch.equal(one.test, dataset.split("test").images)


def test_without_early_stopping_nothing_is_held_out() -> None:
    dataset = load_dataset("digits")
    divided = division(make_config(**USUAL), dataset)
    assert divided.valid is None
    assert torch.equal(divided.train, dataset.split("train").images)


def test_it_ends_after_so_many_epochs_without_a_better_validation_bound() -> None:
    config = make_config(**USUAL, early_stopping=2)
    rising_on_test = [_over(e, valid, test=e) for e, valid in enumerate((-9, -5, -6, -5.5), 1)]
    assert stopped_early(config, rising_on_test[:3]) is None
    told = stopped_early(config, rising_on_test)
    assert told is not None
    assert "best after 2 epochs and has not been better for 2 epochs" in told
    assert stopped_early(config, [*rising_on_test[:3], _over(4, -4)]) is None
    assert stopped_early(make_config(**USUAL), rising_on_test) is None


def test_a_run_ends_early_keeps_its_best_checkpoint_and_says_which(tmp_path: Path) -> None:
    # So large a step that the bound soon falls.
    fields = {"early_stopping": 3, "epochs": 60, "learning_rate": 0.05}
    run = _run(tmp_path, **fields)
    status = train_run(run)
    assert status.state == "finished"
    assert status.reason is not None
    assert status.reason.startswith("Ended early")
    assert status.epoch < 60
    best, path, last = status.best, run.best_model_path(), run.model_path()
    assert best is not None
    assert path is not None
    assert last is not None
    assert path.parent.name == f"step-{best.step}" != last.parent.name
    validated = {m.step: m.valid["elbo"] for m in run.metrics() if m.valid is not None}
    assert best.valid["elbo"] == max(validated.values()) == validated[best.step]
    assert [e for e in sorted(validated) if e > best.step][2:] == [status.step]
    assert load_model(path).training.test == best.test
    again = _run(tmp_path, **fields)
    assert train_run(again).best == best
    # Killed when all was measured and kept, and nobody had written yet that it has ended.
    again.write_status(status.model_copy(update={"state": "running", "reason": None}))
    resumed = train_run(again)
    assert (resumed.step, resumed.reason, resumed.best) == (status.step, status.reason, best)


def test_early_stopping_needs_an_encoder_and_images_to_train_on(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="Early stopping needs an encoder that is learned"):
        make_config(**USUAL, algorithm="svi", early_stopping=1)
    with pytest.raises(AtlasError, match="none would be left to train on"):
        _run(tmp_path, early_stopping=1, held_out=0.9999)
    with pytest.raises(AtlasError, match=r"Held out = 0\.2 belongs to --early-stopping"):
        make_config(**USUAL, held_out=0.2)
