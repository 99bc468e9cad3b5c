"""What the Train page makes of a run's log, and the sentences it says about it."""

import math
from pathlib import Path

import pytest

from latent_atlas.ui.train.fields import read_config, read_float, read_widths
from latent_atlas.ui.train.history import History, LogContent
from latent_atlas.ui.train.presets import PRESETS, Preset, defaults, offered, preset
from latent_atlas.ui.train.reading import Story, marks, settings_now, what_is_climbed
from latent_atlas.ui.train.run_view import labels
from latent_atlas.ui.train.words import epochs_done, number, time_left
from vae_core.algorithms import AEVBSettings
from vae_core.errors import AtlasError
from vae_core.options import options_of
from vae_core.quantities import BOUND
from vae_core.runs import (
    ChangeEvent,
    MetricEvent,
    Run,
    RunConfig,
    RunStatus,
    create_run,
    make_config,
)
from vae_core.runs.metrics import Event

HIDDEN = options_of(RunConfig)["hidden"]
LEARNING_RATE = options_of(AEVBSettings)["learning_rate"]


def event(
    samples: int,
    train: float = -200.0,
    test: float | None = None,
    rate: float = 5.0,
    **more: object,
) -> MetricEvent:
    def bound(elbo: float) -> dict[str, float]:
        return {"elbo": elbo, "rate": rate, "distortion": -elbo - rate}

    values: dict[str, object] = {
        "step": samples // 100,
        "samples": samples,
        "epoch": samples / 1000,
        "seconds": 1.0,
        "train": bound(train),
        "test": None if test is None else bound(test),
        "gradient_norm": 1.0,
        "learning_rate": 1e-3,
        "images_per_second": 1000.0,
        **more,
    }
    return MetricEvent.model_validate(values)


def log_of(folder: Path, *events: Event) -> LogContent:
    path = folder / "metrics.jsonl"
    path.write_text("".join(f"{e.model_dump_json()}\n" for e in events))
    return History(path, BOUND).content()


def status(state: str, **more: object) -> RunStatus:
    values: dict[str, object] = {
        "state": state,
        "total_steps": 400,
        "total_samples": 40_000,
        "epochs": 40.0,
        "created": 0.0,
        "queued": 0.0,
        "updated": 0.0,
        **more,
    }
    return RunStatus.model_validate(values)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    config = make_config(dataset="digits", epochs=40, name="One")
    return create_run(config, tmp_path / "runs")


@pytest.mark.parametrize("text", ["512,256", " 512, 256 ", "512 256", "512-256", "512×256"])
def test_widths_are_read_however_they_are_separated(text: str) -> None:
    assert read_widths(HIDDEN, text) == (512, 256)


@pytest.mark.parametrize("text", ["", "many", "512, 0", "12.5", "99999999", "-3e2"])
def test_widths_that_cannot_be_are_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(AtlasError, match=r"^Hidden widths cannot .* from 1 to 16,384, with commas"):
        read_config({**defaults(), "hidden": text})


def test_a_learning_rate_may_be_written_either_way() -> None:
    assert read_float(LEARNING_RATE, "1e-3") == 0.001
    assert read_float(LEARNING_RATE, "0,001") == 0.001


@pytest.mark.parametrize("text", ["", "fast", "0", "-1", "nan", "inf", "200"])
def test_a_learning_rate_that_cannot_be_is_named(text: str) -> None:
    with pytest.raises(AtlasError, match=r"^Learning rate cannot be .*: give a number above 0 and"):
        read_config({**defaults(), "learning_rate": text})


@pytest.mark.parametrize("chosen", PRESETS, ids=lambda chosen: chosen.title)
def test_every_preset_fills_every_field_with_something_that_can_be(chosen: Preset) -> None:
    own = "own-0123456789abcdef"
    values = chosen.values_with({"mnist-12k", "digits", "mnist", "frey-face", own})
    assert set(values) == set(defaults())
    # A run on own data takes over the name of the data.
    assert read_config(values).name == (None if values["dataset"] == own else chosen.title)


def test_presets_whose_data_are_absent_make_do_or_are_offered_if_these_can_be_fetched(
    tmp_path: Path,
) -> None:
    found = {p.title: p for p in offered({"mnist-12k", "digits"})}
    assert "Paper: Frey Face" not in found
    face = preset("Paper: Frey Face")
    assert face in offered({"digits"}, fetchable={"frey-face"})
    assert face.values_with({"digits"})["dataset"] == "frey-face"
    values = found["Paper: MNIST"].values_with({"mnist-12k", "digits"})
    assert values["dataset"] == "mnist-12k"
    assert create_run(read_config(values), tmp_path).status().state == "queued"


def test_the_papers_preset_is_the_papers_recipe() -> None:
    config = read_config(preset("Paper: MNIST").values_with({"mnist"}))
    assert config.algorithm == AEVBSettings(
        optimizer="adagrad", learning_rate=0.02, weight_prior="normal", samples_per_image=1
    )
    assert (config.init, config.sampling, config.hidden) == ("paper", "replacement", (500,))
    assert (config.batch_size, config.activation) == (100, "tanh")


def test_an_empty_number_is_asked_for() -> None:
    with pytest.raises(AtlasError, match="Epochs cannot be empty: give a whole number"):
        read_config({**defaults(), "epochs": None})


def test_the_test_line_keeps_to_whole_tests_or_to_the_probe_but_never_mixes_them(
    tmp_path: Path,
) -> None:
    early = [event(s, test=-300, full_test=False) for s in (100, 500)]
    dense = [event(s, test=-200, full_test=s % 1000 == 0) for s in range(1000, 9001, 250)]
    rare = [event(s, test=-200, full_test=s % 1000 == 0) for s in range(1000, 3001, 1000)]

    def line(*events: MetricEvent) -> list[float]:
        return list(log_of(tmp_path, *events).test.samples)

    assert line(*early, *dense)[2:] == [e.samples for e in dense if not e.full_test]
    assert line(*early, *rare)[2:] == [e.samples for e in rare if e.full_test]
    assert line(*early) == [100, 500]


def test_a_train_point_stands_for_many_images_weighted_by_their_number(tmp_path: Path) -> None:
    events = [event(100, -500), event(20_000, -300), event(20_500, -200), event(22_000, -100)]
    line = log_of(tmp_path, *events).train
    assert line.samples.tolist() == [100, 20_000, 22_000]
    assert line.values[2, 0] == pytest.approx((500 * -200 + 1500 * -100) / 2000)


def test_early_train_points_may_stand_for_fewer_images(tmp_path: Path) -> None:
    line = log_of(tmp_path, event(100), event(1000), event(1300)).train
    assert line.samples.tolist() == [100, 1000, 1300]


def test_changes_are_marked_where_they_took_effect_and_the_last_one_is_in_force(run: Run) -> None:
    changes = [
        ChangeEvent(step=5, learning_rate=1e-4, beta=1.0),
        ChangeEvent(step=20, beta=4.0),
    ]
    log = log_of(run.path, event(100), event(1000), event(3000), *changes)
    story = Story(run, status("running"), log)
    assert marks(story) == [(1000, "learning rate 0.0001"), (3000, "beta 4")]
    assert settings_now(story) == {"learning_rate": 1e-4, "beta": 4.0, "free_bits": 0.0}


def test_what_is_changed_by_hand_leaves_its_schedule_and_the_chart_says_so(tmp_path: Path) -> None:
    config = make_config(dataset="digits", beta=2.0, beta_schedule="linear", epochs=40)
    run = create_run(config, tmp_path)
    early = Story(run, status("running"), log_of(run.path, event(100), event(10_000)))
    assert settings_now(early)["beta"] == 1.0  # half of the way up
    assert what_is_climbed(early) == ""
    change = ChangeEvent(step=50, samples=5000, beta=2.0, free_bits=0.5)
    story = Story(run, status("running"), log_of(run.path, event(100), event(10_000), change))
    assert marks(story) == [(5000, "beta 2, off its schedule, free bits 0.5")]
    assert settings_now(story)["beta"] == 2.0
    assert (
        what_is_climbed(story)
        == "−\N{WORD JOINER}(drawing error + 2 × (code length, at least 0.5 a dimension))"
    )


def test_a_mark_writes_a_small_learning_rate_with_a_true_minus_sign(run: Run) -> None:
    log = log_of(run.path, event(100), event(1000), ChangeEvent(step=5, learning_rate=1e-5))
    assert marks(Story(run, status("running"), log)) == [(1000, "learning rate 1e−05")]


def test_numbers_carry_true_minus_signs_and_gaps_are_dashes() -> None:
    assert number(-1234.56) == "−1,234.6"
    assert number(None) == number(math.nan) == "–"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0.2, "1 s"), (59.5, "1 m 00 s"), (80, "1 m 20 s"), (7500, "2 h 05 m")],
)
def test_time_left_is_told_as_a_person_would(seconds: float | None, text: str) -> None:
    assert time_left(seconds) == f"{text} left"


def test_the_epoch_counter_keeps_its_width() -> None:
    assert epochs_done(status("running", epoch=0.5)) == "000 / 040"
    assert epochs_done(status("running", epoch=12.0)) == "012 / 040"
    assert epochs_done(status("finished", epoch=2000.0, epochs=2000.0)) == "2000 / 2000"


def test_names_too_long_for_a_legend_keep_what_tells_them_apart(tmp_path: Path) -> None:
    trials = [f"A sweep over rates and widths: hidden 500-256, seed {seed}" for seed in (0, 1)]
    middles = [f"{'same beginning ' * 3}{middle}{' same end' * 3}" for middle in ("x", "y")]
    runs = [
        create_run(make_config(dataset="digits", name=name), tmp_path)
        for name in [*trials, *middles, "short", "short"]
    ]
    names = list(labels(runs).values())
    assert len(set(names)) == len(runs)
    assert [name[-6:] for name in names[:2]] == ["seed 0", "seed 1"]
    assert all(len(name) <= 36 for name in names[:2])
    assert names[-1].startswith("short · ")
