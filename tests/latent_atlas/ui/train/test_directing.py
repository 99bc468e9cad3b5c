"""Runs are started one after the other, and directed by who has started them."""

import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from latent_atlas.ui.border import HOSTS
from latent_atlas.ui.classroom import CLASSROOM, MODE
from latent_atlas.ui.limits import check_room, check_start
from latent_atlas.ui.owners import claim, owners_of
from latent_atlas.ui.train import change, directing, removal, transport
from latent_atlas.ui.train.directing import (
    direct,
    import_own_runs,
    put_back_own,
    remove_own_run,
    remove_own_runs,
    resume_run,
    start_run,
    whose,
)
from tests.latent_atlas.ui.people import ANNA, BERT, Come, comers, name_users
from tests.vae_core.data.own.makers import png, zipped
from vae_core.data.own import import_images
from vae_core.errors import AtlasError
from vae_core.runs import (
    Run,
    create_run,
    export_runs,
    list_runs,
    make_config,
    removed_runs,
    request_pause,
    request_stop,
    runs_folder,
)

CONFIG = make_config(dataset="digits", hidden=(4,), epochs=2, threads=1)


@pytest.fixture(autouse=True)
def nobody_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directing, "ensure_worker", lambda _: None)
    monkeypatch.setattr("vae_core.runs.queue.ensure_worker", lambda _: None)


@pytest.fixture
def come(monkeypatch: pytest.MonkeyPatch) -> Come:
    return comers(monkeypatch)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    name_users(monkeypatch)


@pytest.mark.usefixtures("named")
def test_the_owner_is_in_the_runs_folder(come: Come) -> None:
    ana = come("ana")
    run = start_run(CONFIG, runs_folder())
    assert owners_of(run.path) == frozenset({ana})
    assert (run.path / "owners.json").exists()
    assert whose(run) == "Started by you."


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("act", [request_pause, request_stop, resume_run])
def test_others_are_refused_where_it_acts(come: Come, act: Callable[[Run], None]) -> None:
    come("ana")
    run = start_run(CONFIG, runs_folder())
    come("bert")
    before = run.stored_status()
    with pytest.raises(AtlasError, match=r"ana has started .*, and alone can do that"):
        direct(run, act)
    assert run.stored_status() == before
    assert not run.commands_path.exists()


@pytest.mark.usefixtures("named")
def test_others_neither_remove_nor_change_a_run(
    come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    come("ana")
    run = start_run(CONFIG, runs_folder())
    come("bert")
    changed: list[Any] = []
    monkeypatch.setattr(change, "request_change", lambda *told, **_: changed.append(told))
    for act in (remove_own_run, removal.remove, change.send_change):
        with pytest.raises(AtlasError, match="ana has started"):
            act(run)
    assert run.path.exists()
    assert not changed
    come("ana")
    remove_own_run(run)
    assert not run.path.exists()


@pytest.mark.usefixtures("named")
def test_a_removal_is_undone_by_who_may_direct_the_run_alone(come: Come) -> None:
    ana = come("ana")
    mine = start_run(CONFIG, runs_folder())
    come("bert")
    others = start_run(CONFIG, runs_folder())
    removed, [(left, sentence)] = remove_own_runs([mine, others])
    assert (left, [each.id for each in removed]) == (mine, [others.id])
    assert "ana has started" in sentence
    come("ana")
    with pytest.raises(AtlasError, match="bert has started"):
        put_back_own(removed)
    assert put_back_own([remove_own_run(mine)]) == [mine]
    assert owners_of(mine.path) == frozenset({ana})


@pytest.mark.usefixtures("named")
def test_what_is_put_back_counts_as_what_is_started(
    come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_OWNER_RUNS", "1")
    come("ana")
    removed = remove_own_run(start_run(CONFIG, runs_folder()))
    start_run(CONFIG, runs_folder())
    with pytest.raises(AtlasError, match="1 run here, the most you may"):
        put_back_own([removed])
    assert removed_runs(runs_folder()) == [removed]


@pytest.mark.usefixtures("named")
def test_removed_runs_are_kept_within_ones_megabytes(
    come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_OWNER_MEGABYTES", "2")
    monkeypatch.setattr(directing, "stop_in_time", lambda _: None)  # no thread outlives the test
    ana = come("ana")
    for _ in range(3):
        run = start_run(CONFIG, runs_folder())
        (run.path / "worker.log").write_bytes(bytes(900_000))
        remove_own_run(run)
    assert len(removed_runs(runs_folder())) == 2
    check_room(ana, runs_folder())


@pytest.mark.usefixtures("named")
def test_what_is_imported_is_the_importers_and_within_their_limits(
    come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = io.BytesIO()
    export_runs([create_run(CONFIG, runs_folder(), run_id=name) for name in ("one", "two")], packed)
    monkeypatch.setenv("LATENT_ATLAS_OWNER_RUNS", "1")
    ana = come("ana")
    came = import_own_runs(packed, runs_folder())
    [run] = came.runs
    assert owners_of(run.path) == frozenset({ana})
    assert run.status().state == "paused"
    assert "1 run here, the most you may" in came.problems[0]
    monkeypatch.setenv(MODE, CLASSROOM)
    with pytest.raises(AtlasError, match="nothing is uploaded"):
        import_own_runs(packed, runs_folder())


@pytest.mark.usefixtures("named")
def test_a_button_that_others_still_have_does_nothing(come: Come) -> None:
    come("ana")
    run = start_run(CONFIG, runs_folder())
    come("bert")
    transport._send(request_stop, run)
    assert run.status().state == "queued"
    come("ana")
    transport._send(request_stop, run)
    assert run.status().state == "stopped"
    transport._send(resume_run, run)
    assert run.status().state == "queued"


@pytest.mark.usefixtures("named")
def test_a_run_without_an_owner_is_everybodys(come: Come) -> None:
    run = create_run(CONFIG, runs_folder())
    come("bert")
    assert whose(run) == ""
    direct(run, request_stop)
    assert run.status().state == "stopped"


@pytest.mark.usefixtures("named")
def test_a_name_is_no_markdown_and_not_endless(come: Come) -> None:
    come("**x** <b>" + "y" * 200)
    run = start_run(CONFIG, runs_folder())
    come("bert")
    said = whose(run)
    assert r"\*\*x\*\* \<b\>" in said
    assert "y" * 80 not in said
    assert said.endswith("who alone can pause, stop and remove it.")


def test_on_a_network_without_users_everybody_directs_all(
    come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOSTS, "atlas.example.org")
    come(ANNA)
    run = start_run(CONFIG, runs_folder())
    come(BERT)
    assert whose(run) == ""
    remove_own_run(run)
    assert not run.path.exists()


def test_alone_nothing_is_written_down() -> None:
    run = start_run(CONFIG, runs_folder())
    assert owners_of(run.path) is None
    assert whose(run) == ""


@pytest.mark.usefixtures("named")
def test_two_clicks_at_once_start_one_run_where_one_may_be(
    come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_OWNER_QUEUE", "1")
    ana = come("ana")
    monkeypatch.setattr(directing, "owner_here", lambda: ana)

    def counted_and_slow(*asked: Any) -> None:
        check_start(*asked)
        time.sleep(0.05)  # the other one counts meanwhile, unless it has to wait

    monkeypatch.setattr(directing, "check_start", counted_and_slow)
    with ThreadPoolExecutor(2) as pool:
        clicks = [pool.submit(start_run, CONFIG, runs_folder()) for _ in range(2)]
    refused = [str(click.exception()) for click in clicks if click.exception()]
    assert refused == ["A run of yours is still training: wait until it is done, or stop it."]
    assert len(list_runs(runs_folder())) == 1


@pytest.mark.usefixtures("named")
def test_nobody_trains_on_images_of_others(come: Come) -> None:
    source = ("mine.zip", zipped({f"{k}.png": png(30 * k) for k in range(6)}))
    about = import_images(source).about
    claim(about.file, come("ana"))
    config = make_config(dataset=about.name, hidden=(4,), epochs=1, threads=1)
    come("bert")
    with pytest.raises(AtlasError, match="somebody else’s"):
        start_run(config, runs_folder())
    assert not list_runs(runs_folder())
    come("ana")
    start_run(config, runs_folder())
