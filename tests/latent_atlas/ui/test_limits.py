"""How much each owner may: counted over what is theirs, said in a sentence, and kept to."""

import time
from pathlib import Path

import pytest

from latent_atlas.ui import limits, time_limits
from latent_atlas.ui.classroom import MODE
from latent_atlas.ui.limits import (
    Limits,
    check_resume,
    check_room,
    check_start,
    kept_bytes,
    limits_in_words,
    runs_of,
    why_ended,
)
from latent_atlas.ui.owners import Owner, claim
from tests.latent_atlas.ui.people import name_users
from tests.vae_core.data.own.makers import png, zipped
from vae_core.data.own import import_images
from vae_core.data.own.limits import MEGABYTE
from vae_core.errors import AtlasError
from vae_core.runs import Run, RunConfig, State, create_run, make_config, runs_folder

ANA, BERT = (Owner(kind="user", name=name) for name in ("ana", "bert"))
CONFIG = make_config(dataset="digits", hidden=(4,), epochs=2, threads=1)


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    name_users(monkeypatch)


def run_of(who: Owner, state: State = "queued", seconds: float = 0.0) -> Run:
    run = create_run(CONFIG, runs_folder())
    run.write_status(run.status().model_copy(update={"state": state, "seconds": seconds}))
    claim(run.path, who)
    return run


def may_start(who: Owner, config: RunConfig = CONFIG) -> bool:
    try:
        check_start([config], runs_folder(), who)
    except AtlasError:
        return False
    return True


def test_outside_a_classroom_there_are_none_unless_they_are_set() -> None:
    for _ in range(12):
        run_of(ANA)
    assert Limits.from_environment({}) == Limits()
    assert limits_in_words() == ""
    assert may_start(ANA, make_config(dataset="digits", epochs=5000))


def test_those_of_a_classroom_are_changed_by_the_environment() -> None:
    of_class = Limits.from_environment({MODE: "classroom"})
    assert None not in vars(of_class).values()
    changed = Limits.from_environment({MODE: "classroom", "LATENT_ATLAS_OWNER_EPOCHS": " 5 "})
    assert vars(changed) == vars(of_class) | {"epochs": 5}


@pytest.mark.parametrize("value", ["0", "-1", "many", "9" * 40, "²"])
def test_a_limit_that_is_no_number_ends_the_start_with_a_sentence(value: str) -> None:
    with pytest.raises(AtlasError, match=r"LATENT_ATLAS_OWNER_QUEUE is “.*”.*\.$"):
        Limits.from_environment({"LATENT_ATLAS_OWNER_QUEUE": value})


def test_the_queue_is_counted_over_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_ATLAS_OWNER_QUEUE", "2")
    run_of(ANA)
    run_of(ANA, "finished")
    run_of(BERT)
    assert may_start(ANA)
    run_of(ANA)
    with pytest.raises(AtlasError, match=r"2 runs training or waiting.*wait until one is done"):
        check_start([CONFIG], runs_folder(), ANA)
    assert may_start(BERT)
    with pytest.raises(AtlasError, match="2 runs training"):
        check_resume(run_of(ANA, "paused"), ANA)


def test_runs_that_are_here_are_counted_over_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_ATLAS_OWNER_RUNS", "2")
    run_of(ANA, "finished")
    create_run(CONFIG, runs_folder())  # nobody's
    assert may_start(ANA)
    last = run_of(ANA, "stopped")
    with pytest.raises(AtlasError, match=r"2 runs here.*remove one of them first"):
        check_start([CONFIG], runs_folder(), ANA)
    check_resume(last, ANA)  # it is one of these
    assert len(runs_of(ANA, runs_folder())) == 2


def test_a_run_has_so_many_epochs_and_none_is_counted_in_images(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_OWNER_EPOCHS", "3")
    assert may_start(ANA)
    with pytest.raises(AtlasError, match="at most 3 epochs: choose fewer"):
        check_start([make_config(dataset="digits", epochs=4)], runs_folder(), ANA)
    assert not may_start(ANA, make_config(dataset="digits", samples=10))


def test_runs_and_images_of_ones_own_take_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_ATLAS_OWNER_MEGABYTES", "1")
    images = import_images(("a.zip", zipped({f"{k}.png": png(30 * k) for k in range(6)}))).about
    run = run_of(ANA, "finished")
    before = kept_bytes(ANA, runs_folder())
    claim(images.file, ANA)
    assert kept_bytes(ANA, runs_folder()) == before + images.file.stat().st_size
    check_room(ANA, runs_folder())
    (run.path / "checkpoints").mkdir()
    (run.path / "checkpoints" / "model").write_bytes(bytes(MEGABYTE))
    for refused in (check_room, lambda who, folder: check_start([CONFIG], folder, who)):
        with pytest.raises(AtlasError, match=r"of the 1 MB that you may: remove runs or images"):
            refused(ANA, runs_folder())
    check_room(BERT, runs_folder())


def test_what_people_may_is_said_before_they_train(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODE, "classroom")
    assert limits_in_words() == (
        "Here you can train one model at a time, train a model for at most 200 epochs and "
        "10 m 00 s, have up to 10 runs and keep up to 2,000 MB."
    )


def test_a_run_that_trains_too_long_is_stopped_and_not_resumed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_OWNER_SECONDS", "60")
    run = run_of(ANA, "stopped", seconds=60.0)
    told = "This run has trained for 1 m 00 s, as long as one may here: walk its model."
    assert why_ended(run) == told
    with pytest.raises(AtlasError, match="as long as one may"):
        check_resume(run, ANA)
    assert why_ended(run_of(ANA, "stopped", seconds=59.0)) == ""


@pytest.mark.parametrize(("seconds", "kept"), [("1", "999"), ("999", "1")])
def test_what_goes_beyond_is_stopped_after_a_restart_of_the_server_as_well(
    monkeypatch: pytest.MonkeyPatch, seconds: str, kept: str
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_OWNER_SECONDS", seconds)
    monkeypatch.setenv("LATENT_ATLAS_OWNER_MEGABYTES", kept)
    monkeypatch.setattr(time_limits, "_LOOK", 0.01)
    run = run_of(ANA, "running", seconds=5.0)
    (run.path / "large").write_bytes(bytes(2 * MEGABYTE))
    status = run.stored_status()
    monkeypatch.setattr(Run, "status", lambda _: status)  # as if somebody trained it
    asked: list[Path] = []
    monkeypatch.setattr(time_limits, "request_stop", lambda run: asked.append(run.path))
    time_limits.stop_those_before_in_time(runs_folder())
    deadline = time.monotonic() + 10
    while not asked:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert asked == [run.path]


def test_where_nobody_is_told_apart_nothing_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATENT_ATLAS_USER_HEADER")
    monkeypatch.delenv("LATENT_ATLAS_PROXIES")
    monkeypatch.setenv("LATENT_ATLAS_OWNER_QUEUE", "1")
    assert limits.limits() == Limits()


def test_several_runs_at_once_count_as_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_ATLAS_OWNER_QUEUE", "3")
    monkeypatch.setenv("LATENT_ATLAS_OWNER_RUNS", "5")
    run_of(ANA, "finished")
    check_start([CONFIG] * 3, runs_folder(), ANA)
    with pytest.raises(AtlasError, match="These are 4 runs, and you may have 3 at a time"):
        check_start([CONFIG] * 4, runs_folder(), ANA)
    with pytest.raises(AtlasError, match="These are 5 runs, and beside the 1 run of yours here"):
        check_start([CONFIG] * 5, runs_folder(), ANA)
