"""What the Train page says of a run in every state: the title of its chart and what happened."""

from pathlib import Path

import numpy as np
import pytest

from latent_atlas.ui.train.curves import curve_drawings, strip_drawings
from latent_atlas.ui.train.reading import Story
from latent_atlas.ui.train.words import message, trend_title, value_title
from tests.latent_atlas.ui.train.test_reading import event, log_of, status
from vae_core.quantities import DISTORTION, ELBO, RATE, RATE_PER_DIM
from vae_core.runs import MetricEvent, ResumeEvent, Run, create_run, make_config
from vae_core.runs.trend import deepest_dip

SAMPLES = (100, 200, 400, 800, 1200, 1600)
RISING = [event(s, -300 + i * 20, -300 + i * 20) for i, s in enumerate(SAMPLES)]
CREEPING = [event(s, -140 + i, -140 + i * 0.6) for i, s in enumerate(SAMPLES)]
LEVEL = [event(s, -140, -140 + i * 0.01) for i, s in enumerate(SAMPLES)]
MEMORISING = [event(s, -140 + 10 * i, -140 - 5 * i) for i, s in enumerate(SAMPLES)]
JUMPING = [event(s, -140, -230 if s == 1200 else -140 + i * 0.01) for i, s in enumerate(SAMPLES)]
COLLAPSED = [event(s, -206, -206, rate=0.01) for s in SAMPLES]
STATES = ("running", "queued", "finished", "paused", "stopped", "interrupted", "failed")
AT_REST = STATES[1:]
DIVERGED = "Training has diverged: too low. Start anew with a smaller learning rate (it was 1)."


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return create_run(make_config(dataset="digits", epochs=40, name="One"), tmp_path / "runs")


def title(folder: Path, events: list[MetricEvent], state: str = "running", **more: object) -> str:
    asked = {"epoch": 2.0, **more}
    return trend_title(ELBO, log_of(folder, *events), status(state, **asked))


def told(run: Run, events: list[MetricEvent], state: str, **more: object) -> str:
    asked = {"epoch": 12.0, "samples": 1600, "seconds": 4.0, **more}
    return message(Story(run, status(state, **asked), log_of(run.path, *events)), [])


def test_titles_say_what_the_curve_of_a_running_run_does(tmp_path: Path) -> None:
    assert title(tmp_path, RISING) == "The ELBO is rising fast: 40.0 nats over the last 800 images"
    assert title(tmp_path, CREEPING).startswith("The ELBO still creeps up: ")
    assert title(tmp_path, LEVEL) == "The ELBO has levelled off"
    assert "memorising" in title(tmp_path, MEMORISING)
    assert title(tmp_path, []) == "The ELBO on test images: higher is better"


@pytest.mark.parametrize("state", AT_REST)
def test_no_run_that_rests_is_said_to_be_moving(tmp_path: Path, state: str) -> None:
    for events in (RISING, CREEPING, LEVEL, JUMPING):
        words = title(tmp_path, events, state)
        assert " is " not in words
        assert "still creeps" not in words
        assert "jumps" not in words


def test_a_finished_run_is_not_called_rising(tmp_path: Path) -> None:
    assert title(tmp_path, RISING, "finished") == (
        "The ELBO was still rising when training ended: 40.0 nats over the last 800 images"
    )
    assert title(tmp_path, LEVEL, "finished") == "The ELBO levelled off at −139.9 nats"


def sure(events: list[MetricEvent], half_width: float) -> list[MetricEvent]:
    """The same events from a log that has the ± of test means."""
    widths = dict.fromkeys(("elbo", "rate", "distortion"), half_width)
    return [each.model_copy(update={"test_half_widths": widths}) for each in events]


def test_a_gain_has_at_most_the_two_errors_that_it_is_made_of(tmp_path: Path) -> None:
    """The log pairs no images, and no pairing makes a difference vary more than that."""
    assert title(tmp_path, sure(RISING, 0.9)) == (
        "The ELBO is rising fast: 40.0 ± at most 1.8 nats over the last 800 images"
    )
    assert title(tmp_path, sure(RISING, 3.0), "finished") == (
        "The ELBO was still rising when training ended: "
        "40 ± at most 6 nats over the last 800 images"
    )


def test_a_gain_within_its_error_is_one_of_these_test_images_alone(tmp_path: Path) -> None:
    """That the curve rises is there to be seen: what cannot be said is that another's would."""
    assert title(tmp_path, sure(CREEPING, 0.9)) == (
        "The ELBO has risen by 1.2 ± at most 1.8 nats over the last 800 images: "
        "on other test images it may not have"
    )
    assert title(tmp_path, sure(RISING, 25.0), "paused") == (
        "The ELBO rose by 40 ± at most 50 nats over the last 800 images: "
        "on other test images it may not have"
    )


def test_a_dip_and_a_gain_have_no_more_digits_than_the_error_beside_them(tmp_path: Path) -> None:
    assert "by up to 90 ± at most 25 nats" in title(tmp_path, sure(JUMPING, 12.3), "finished")
    ends = [*RISING[:-1], *sure(RISING[-1:], 340.0)]
    assert ": 0 nats over the last" in title(tmp_path, ends, "finished")


# What a run of 40 epochs of 10,000 images logged until it was cut off in its fourth: three whole
# tests, and probes of half as many images in between.
PROBED = [
    (100, -420.0),
    (1000, -230.0),
    (4000, -205.0),
    (8000, -193.0),
    (12_600, -188.3),
    (15_900, -186.53),
]
PROBED += [(25_200, -182.6), (32_000, -181.41)]
WHOLE = [(10_000, -190.2), (20_000, -184.03), (30_000, -181.7)]


def cut_off(probes: list[tuple[int, float]], wholes: list[tuple[int, float]]) -> list[MetricEvent]:
    events = [
        *(event(s, v, v, test_half_widths={"elbo": 2.7}) for s, v in probes),
        *(event(s, v, v, test_half_widths={"elbo": 1.8}, full_test=True) for s, v in wholes),
    ]
    return sorted(events, key=lambda each: each.samples)


def test_a_curve_with_few_points_is_judged_by_its_later_half_and_not_by_its_end(
    tmp_path: Path,
) -> None:
    """The first probe after the half came so late that what was left looked level."""
    assert title(tmp_path, cut_off(PROBED, WHOLE), "interrupted") == (
        "The ELBO rose by 5 ± at most 5 nats over the last 16,100 images: "
        "on other test images it may not have"
    )


def test_no_gain_is_between_measurements_on_different_images(tmp_path: Path) -> None:
    """The probe is 20 nats worse than the whole here, and neither has moved."""
    early = [(s, -200.0) for s in (100, 1000, 4000, 5000, 9900)]
    for wholes in ([(10_000, -180.0)], [(10_000, -180.0), (20_000, -180.0)]):
        words = title(tmp_path, cut_off(early, wholes))
        assert words == "The ELBO has levelled off"


def test_no_curve_has_fallen_from_a_best_on_easier_images(tmp_path: Path) -> None:
    """The probe is 20 nats better than the whole here, while training gains ten nats on both."""
    early = [(s, -190.0 + s / 1000) for s in (100, 1000, 4000, 5000, 9900)]
    wholes = [(10_000, -200.0), (20_000, -199.0), (30_000, -198.0)]
    assert title(tmp_path, cut_off(early, wholes)).startswith("The ELBO has risen by 2")


def test_the_number_of_a_run_at_rest_is_the_one_of_its_table(tmp_path: Path) -> None:
    level = {"test": {"elbo": -141.7}, "test_half_widths": {"elbo": 1.84}}
    assert title(tmp_path, sure(LEVEL, 2.7), "interrupted", **level) == (
        "The ELBO levelled off at −141.7 ± 1.8 nats"
    )


def test_nothing_is_said_of_the_parts_of_a_bound_that_has_diverged(run: Run) -> None:
    rates = [event(s, -9e5, -9e5, vectors={"rate_per_dim": [1e5, 2e5]}) for s in SAMPLES]
    story = Story(run, status("finished", diverged=DIVERGED), log_of(run.path, *rates))
    drawings = [*curve_drawings([story], log_axis=True, ink="#000"), *strip_drawings(story, ink="")]
    assert [each.title for each in drawings[1:]] == [
        quantity.question for quantity in (RATE, DISTORTION, RATE_PER_DIM)
    ]
    assert not any("in use" in each.alt for each in drawings)


def test_every_mean_in_a_title_has_its_error_where_the_log_has_it(tmp_path: Path) -> None:
    level = sure(LEVEL, 0.9)
    assert title(tmp_path, level, "finished") == "The ELBO levelled off at −139.9 ± 0.9 nats"
    collapsed = sure(COLLAPSED, 0.002)
    assert "is 0.0100 ± 0.0020 nats" in title(tmp_path, collapsed)
    assert "0.0100 ± 0.0020 nats" in value_title(RATE, log_of(tmp_path, *collapsed))


def test_a_log_that_has_an_error_only_at_its_end_gives_the_gain_none(tmp_path: Path) -> None:
    events = [*RISING[:-1], *sure(RISING[-1:], 0.9)]
    assert title(tmp_path, events) == "The ELBO is rising fast: 40.0 nats over the last 800 images"


def test_tooltips_say_each_test_mean_with_its_own_error(run: Run) -> None:
    events = [*RISING[:2], *sure(RISING[2:4], 3.0), *sure(RISING[4:], 0.9)]
    log = log_of(run.path, *events)
    for log_axis in (True, False):
        bound, *others = curve_drawings(
            [Story(run, status("running"), log)], log_axis=log_axis, ink="#000000"
        )
        test, train = ([told for *_, told in s["data"]] for s in bound.option["series"])
        assert test == [
            "−300.0", "−280.0", "−260 ± 3", "−240 ± 3", "−220.0 ± 0.9", "−200.0 ± 0.9"
        ]  # fmt: skip
        assert not any("±" in told for told in train)
        for drawing in (bound, *others):
            header = drawing.option["tooltip"]["axisPointer"]["label"]["formatter"]
            assert header == "{value} images seen (nats per image, ±\xa095\xa0%)"
            assert drawing.caption.endswith("; ±\xa095\xa0%, over images")


def test_charts_of_a_log_without_errors_speak_of_none(run: Run) -> None:
    log = log_of(run.path, *RISING)
    for drawing in curve_drawings([Story(run, status("running"), log)], log_axis=True, ink="#000"):
        assert "±" not in f"{drawing.title}{drawing.caption}{drawing.option}"


def test_errors_stay_with_their_means_when_a_run_goes_back(run: Run) -> None:
    events = sure(RISING[:3], 3.0)
    again = sure([event(800, -230, -230)], 0.9)
    log = log_of(run.path, *events, ResumeEvent(step=2), *again)
    assert log.half_widths(0).tolist() == [3.0, 3.0, 0.9]


def test_a_paused_run_says_so(tmp_path: Path) -> None:
    assert "when it was paused" in title(tmp_path, RISING, "paused")


@pytest.mark.parametrize("state", STATES)
def test_a_jumping_curve_has_not_levelled_off_and_is_told_its_remedy(
    tmp_path: Path, state: str
) -> None:
    words = title(tmp_path, JUMPING, state)
    assert "levelled" not in words
    assert "up to 90.0 nats" in words
    assert "smaller learning rate" in words
    assert "up to 90 ± at most 6 nats" in title(tmp_path, sure(JUMPING, 3.0), state)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("events", [RISING, LEVEL, JUMPING, []])
def test_a_diverged_run_is_called_so_whatever_its_curve_does(
    tmp_path: Path, events: list[MetricEvent], state: str
) -> None:
    assert "diverged" in title(tmp_path, events, state, diverged=DIVERGED)


@pytest.mark.parametrize("state", ["running", "finished", "paused", "stopped", "interrupted"])
def test_a_diverged_run_is_told_with_its_remedy(run: Run, state: str) -> None:
    words = told(run, RISING, state, diverged=DIVERGED)
    assert "Training has diverged" in words
    assert "smaller learning rate" in words
    assert "Resume goes on" not in words  # for it would go on diverging


def test_a_failure_by_divergence_gives_its_reason_once(run: Run) -> None:
    words = told(run, RISING, "failed", reason=DIVERGED, diverged=DIVERGED)
    assert words.count("diverged") == 1
    assert "Resume goes on" not in words


@pytest.mark.parametrize("state", STATES)
def test_a_collapsed_code_is_called_so(tmp_path: Path, state: str) -> None:
    assert title(tmp_path, COLLAPSED, state).startswith("The code has collapsed: it is 0.01")


def test_a_code_that_has_had_no_epoch_to_grow_has_not_collapsed(tmp_path: Path) -> None:
    assert "collapsed" not in title(tmp_path, COLLAPSED, epoch=0.5)


@pytest.mark.parametrize("state", ["running", "finished", "paused"])
def test_a_collapsed_code_is_told_with_its_remedy(run: Run, state: str) -> None:
    assert "smaller beta (it was 1)" in told(run, COLLAPSED, state)


def test_a_density_above_zero_is_said_to_be_one(run: Run, tmp_path: Path) -> None:
    dense = create_run(make_config(dataset="digits", likelihood="gaussian"), tmp_path / "dense")
    words = told(dense, RISING, "finished", test={"elbo": 61.78})
    assert "test ELBO 62 nats per image (± not recorded); a density may exceed one" in words
    assert "density" not in told(dense, RISING, "finished", test={"elbo": -61.78})
    assert "test ELBO −62 nats per image (± not recorded)." in told(
        run, RISING, "finished", test={"elbo": -61.78}
    )
    log = log_of(tmp_path, event(100, test=61.78, rate=5.0))
    assert value_title(DISTORTION, log) == (
        "Drawing error: −66.8 nats, below zero, as a density may exceed one"
    )


def test_a_bound_that_passes_through_zero_has_a_size_all_the_same(tmp_path: Path) -> None:
    events = [event(s, -400 / (i + 1) + 65, -400 / (i + 1) + 65) for i, s in enumerate(SAMPLES)]
    late = [event(s, 0.1 + s / 1e4, 0.1 + s / 1e4) for s in (9000, 12_000, 15_000, 18_000)]
    assert title(tmp_path, [*events, *late]) == "The ELBO has levelled off"


def test_the_other_titles_give_a_value_or_a_question(tmp_path: Path) -> None:
    def rate(*events: MetricEvent) -> str:
        return value_title(RATE, log_of(tmp_path, *events))

    assert rate() == "Code length"
    assert rate(event(100, test=-200, rate=0.01)).endswith("so it says nothing")
    assert rate(event(100, test=-200, rate=6.44)) == "Code length: 6.4 nats"


def test_the_charts_of_rate_and_distortion_go_where_their_titles_say(run: Run) -> None:
    """They stand under "Code length …" and "Drawing error …"."""
    events = [event(s, -300 + 20 * i, -300 + 20 * i, rate=i) for i, s in enumerate(SAMPLES)]
    log = log_of(run.path, *events)
    drawings = curve_drawings([Story(run, status("running"), log)], log_axis=True, ink="#000000")
    rate, distortion = (
        [y for _, y, _ in drawing.option["series"][0]["data"]] for drawing in drawings[1:]
    )
    assert rate == sorted(rate)
    assert distortion == sorted(distortion, reverse=True)
    assert [d.caption for d in drawings] == [
        "ELBO, nats per image; higher is better",
        "rate, nats per image",
        "distortion, nats per image",
    ]
    for drawing, values in zip(drawings[1:], (rate, distortion), strict=True):
        assert drawing.option["yAxis"]["min"] <= values[-1] <= drawing.option["yAxis"]["max"]


def test_a_dip_counts_as_far_as_it_was_made_good() -> None:
    assert deepest_dip(np.array([0.0, 5.0, 1.0, 3.0])) == 2.0
    assert deepest_dip(np.array([0.0, 1.0, 2.0])) == 0.0
    assert deepest_dip(np.array([3.0, 2.0, 1.0])) == 0.0


def test_a_queued_run_says_what_it_waits_for(run: Run, tmp_path: Path) -> None:
    other = create_run(make_config(dataset="digits", name="Two"), tmp_path / "runs")
    queued, running = status("queued"), status("running")
    story = Story(run, queued, log_of(run.path))
    words = message(story, [(other, running), (run, queued)])
    assert words == "Waiting for “Two” to end; this run then starts by itself."
    assert message(story, []).startswith("Starting")


@pytest.mark.parametrize("state", ["paused", "stopped", "interrupted", "failed"])
def test_a_run_that_rests_says_that_it_can_be_resumed(run: Run, state: str) -> None:
    assert "esume" in told(run, [], state)


def test_a_failed_run_gives_its_reason_first(run: Run) -> None:
    words = told(run, [], "failed", reason="The disk is full")
    assert words.startswith("The disk is full. ")
    assert "esume" in words


def test_a_run_has_finished_in_as_many_seconds_as_its_table_and_the_command_line_say(
    run: Run,
) -> None:
    assert told(run, LEVEL, "finished", seconds=1.3).startswith("Finished in 1.3 s: ")


def test_of_a_finished_run_that_nothing_is_measured_of_on_test_images_only_the_time_is_told(
    tmp_path: Path,
) -> None:
    run = create_run(make_config(dataset="digits", algorithm="gan"), tmp_path / "runs")
    assert told(run, LEVEL, "finished", seconds=1.3, test=None) == "Finished in 1.3 s."


def test_a_finished_run_without_its_log_says_that_its_curves_are_lost(run: Run) -> None:
    assert "curves are lost" in told(run, [], "finished")
