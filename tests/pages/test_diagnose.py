"""The Diagnose page as its script draws it, on the shipped model of the small digits."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from latent_atlas.__main__ import main
from latent_atlas.reports.diagnosis.page import diagnosis_html
from latent_atlas.ui.background import Shelf
from latent_atlas.ui.diagnose import kept_findings
from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.diagnose.remedies import kin
from latent_atlas.ui.diagnose.take_away import diagnosis
from latent_atlas.ui.diagnose.view import measuring_views
from latent_atlas.ui.model_files import find_model
from latent_atlas.ui.reconstruct import measuring
from latent_atlas.ui.reconstruct.kept import Kept
from latent_atlas.ui.reconstruct.measuring import Job
from tests.latent_atlas.ui.model_fixtures import add_checkpoint
from tests.pages.reconstruct_page import components
from tests.quick_classifier import keep_quick_classifier
from vae_core.data import load_dataset
from vae_core.runs import Run, State, create_run, list_runs, make_config, runs_folder
from vae_core.runs.lock import FileLock

# Diagnose first, so that it opens; Train, so that the remedies lead somewhere.
APP = f"""
from pathlib import Path
import streamlit as st
pages = Path({str(Path(__file__).parents[2] / "pages")!r})
names = ("diagnose", "train")
st.navigation([st.Page(pages / f"{{name}}.py", default=name == "diagnose") for name in names]).run()
"""


@pytest.fixture(autouse=True)
def _nothing_was_measured_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_jobs", Shelf(64))
    monkeypatch.setattr(kept_findings, "_in_memory", Kept(16))


def opened(**query: str) -> AppTest:
    at = AppTest.from_string(APP, default_timeout=60)
    for name, value in {"model": "shipped:digits-2d", **query}.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def measured(at: AppTest) -> AppTest:
    at.button(key="diagnose-measure").click().run()
    for job in list(measuring._jobs.values()):
        job.wait(60)
    at.run()
    assert not at.exception
    return at


def test_what_is_chosen_and_asked_for_at_once_is_what_is_measured() -> None:
    at = opened(view="collapse")
    images = at.selectbox(key="diagnose-images-collapse-300")
    assert (images.options[0], images.value) == ("first 100 images", "300")
    images.select_index(0)
    measured(at)
    assert at.title[0].value != "Which latent dimensions are in use"  # it tells which


def behind(at: AppTest, others: WidgetStates) -> WidgetStates:
    """What a browser says that has not been told yet what the page offers since `others`."""
    said = {each.id: each for each in at._tree.get_widget_states().widgets}
    pickers = [each for each in others.widgets if re.search(r"-(data|split|images)", each.id)]
    assert len(pickers) == 3
    return WidgetStates(widgets=(said | {each.id: each for each in pickers}).values())


def test_what_a_browser_that_is_behind_says_of_other_images_is_no_choice() -> None:
    at = opened(view="collapse", model="shipped:mnist-2d")
    others = at._tree.get_widget_states()
    at.query_params["model"] = "shipped:digits-2d"
    at.run()
    lines = [each.value for each in at.selectbox]
    at._run(behind(at, others))
    assert [each.value for each in at.info] == []
    assert [each.value for each in at.selectbox] == lines
    assert not {"data", "split", "images"}.intersection(at.query_params)


def test_nothing_is_measured_before_somebody_asks_and_the_collapse_is_told_with_its_forecast(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = opened(view="collapse")
    assert at.title[0].value == "Which latent dimensions are in use"
    assert not at.get("echarts_chart")
    measured(at)
    assert at.title[0].value == "Both latent dimensions are in use"
    assert len(at.get("echarts_chart")) == 1
    told = " ".join(each.value for each in at.markdown)
    for words in ("300 images can show 5.70 nats at most", "linear probe", "Forecast"):
        assert words in told
    # Each remedy is one click from a run like this one; those that it has no use for say why.
    assert len([each for each in at.get("page_link") if each.proto.label == "Try it"]) == 5
    told = " ".join(each.value for each in at.caption)
    assert "a model of mlp and bernoulli has no use for it" in told
    assert "the chart of rate against distortion stands in this place" in told
    # Another visit finds it there, one after a restart of the server as well.
    measuring._jobs.clear()
    monkeypatch.setattr(kept_findings, "_in_memory", Kept(2))
    again = opened(view="collapse")
    assert again.title[0].value == at.title[0].value
    assert [each.value for each in again.markdown] == [each.value for each in at.markdown]
    # And it can be taken away, with the reason why there is no more of it.
    data = load_dataset("digits")
    entry = find_model("shipped:digits-2d")
    assert entry is not None
    looked_at = LookedAt(entry, data, data.split("test"))
    taken = diagnosis(measuring_views()["gap"], looked_at, 25)
    assert [each.section.name for each in taken.measured] == ["collapse"]
    reasons = {section.name: why for section, why in taken.unmeasured}
    assert "one factor alone" in reasons["disentangle"]
    assert reasons["gap"] == "nobody has had it measured on the page"
    said = "digits-2d --dataset digits --split test --collapse --images 300"
    assert taken.command.endswith(f"{said} --out diagnosis.html")
    assert at.title[0].value in diagnosis_html(taken)
    # What the address cannot mean is the usual.
    assert opened(view="worse", images="7").title[0].value == (
        "How far the bound is below log p(x), and why"
    )


@pytest.fixture
def long_measurement() -> Iterator[None]:
    """Somebody has something measured that takes minutes."""
    end = Event()
    job = measuring.ask("long", lambda watch, publish: end.wait(60), "somebody", lane="slow")
    yield
    end.set()
    job.wait(10)


def asked_for() -> Job[object]:
    """What is measured besides."""
    [key] = set(measuring._jobs) - {"long"}
    return measuring._jobs[key]


@pytest.mark.usefixtures("long_measurement")
@pytest.mark.parametrize("view", ["collapse", "sharpness"])
def test_what_takes_seconds_does_not_wait_for_what_takes_minutes(view: str) -> None:
    at = opened(view=view, images="100")
    at.button(key="diagnose-measure").click().run()
    asked_for().wait(20)
    assert asked_for().state == "finished"


@pytest.mark.usefixtures("long_measurement")
def test_what_waits_for_another_measurement_says_so() -> None:
    at = opened(view="gap", images="10")
    at.button(key="diagnose-measure").click().run()
    [bar] = at.get("progress")
    assert bar.proto.text == "Waiting for another measurement to end"
    at.button(key="diagnose-cancel").click().run()


@pytest.mark.usefixtures("long_measurement")
def test_a_measurement_under_way_is_followed_after_a_reload_and_outlasts_a_look_elsewhere() -> None:
    opened(view="gap", images="10").button(key="diagnose-measure").click().run()
    job = asked_for()
    assert job.patience == measuring.LONG_PATIENCE
    again = opened(view="gap", images="10")
    assert len(again.get("progress")) == 1
    assert "diagnose-measure" not in [each.key for each in again.button]
    job._seen.clear()  # the page before the reload is gone for long
    again.button(key="diagnose-cancel").click().run()
    assert job._stopped.is_set()


def test_runs_alike_but_for_one_remedy_stand_on_one_chart() -> None:
    asked: dict[str, object] = {"dataset": "digits", "hidden": (5,)}
    first, *_ = [
        create_run(make_config(**asked, **more), runs_folder())
        for more in (
            {"name": "plain"},
            {"name": "free", "free_bits": 0.5, "seed": 1},
            {"name": "another", "free_bits": 0.5, "beta": 2.0},
        )
    ]
    for seed, run in enumerate(list_runs(runs_folder())):
        add_checkpoint(run, seed, step=10)
        stand(run, "finished", 20)
    at = measured(opened(model=f"run:{first.id}", view="collapse"))
    for job in list(measuring._jobs.values()):
        job.wait(60)
    at.run()
    assert len(at.get("plotly_chart")) == 1
    [table] = [each.value for each in at.markdown if each.value.startswith("| |")]
    assert [row.replace("\\", "").split("|")[2].strip() for row in table.splitlines()[2:]] == [
        "this model",
        "Free bits: 0.5",
    ]


def stand(run: Run, state: State, epoch: float) -> None:
    """Have a run be where its worker would have left it."""
    status = run.stored_status()
    told = {"state": state, "epoch": epoch, "epochs": 20}
    run.write_status(status.model_copy(update=told))


def test_a_run_that_still_trains_is_no_remedy_yet_and_one_stopped_early_says_where() -> None:
    def run(name: str, seed: int, **more: object) -> Run:
        asked = make_config(dataset="digits", hidden=(6,), name=name, seed=seed, **more)
        made = create_run(asked, runs_folder())
        add_checkpoint(made, seed, step=10)
        return made

    first, training, stopped = run("plain", 1), run("free", 2, free_bits=0.5), run("bound", 3)
    stand(first, "finished", 20)
    stand(stopped, "stopped", 4)
    stand(training, "running", 3)
    entry = find_model(f"run:{first.id}")
    assert entry is not None
    lock = FileLock(training.lock_path)
    assert lock.acquire()
    found, left_out = kin(entry, first.config)
    lock.release()
    assert [words for _, words in found] == [
        "this model",
        "without a remedy, stopped at epoch 4 of 20",
    ]
    assert left_out == ["free (Free bits: 0.5; epoch 3 of 20)"]
    stand(training, "paused", 3)
    at = opened(model=f"run:{first.id}", view="collapse", images="100")
    measured(at)
    told = [each.value.replace("\\", "") for each in at.caption]
    assert (
        "Not trained to the end yet, and left out until then: free (Free bits: 0.5; paused at "
        "epoch 3 of 20)."
    ) in told


def test_the_gap_of_single_images_is_shown_on_a_plane_and_of_others_it_is_said_why_not() -> None:
    (sent,) = components(opened(), "posterior")
    assert sent["sheet"].endswith("/digits/test/grey")
    assert len(sent["labels"]) == 100
    assert sent["best"] == []
    more = opened(model="shipped:mnist-10d")
    assert components(more, "posterior") == []
    assert "this one has 10" in " ".join(each.value for each in more.caption)


def test_images_without_factors_have_nothing_to_hold_apart() -> None:
    at = opened(view="disentangle")
    assert at.title[0].value == "Whether each latent dimension says one thing"
    [told] = at.info
    assert "one factor alone, class" in told.value
    assert "or other images" in told.value


def test_factors_are_looked_for_in_images_of_all_splits_together() -> None:
    at = opened(model="shipped:sprites", view="disentangle")
    images = at.selectbox(key="diagnose-images-disentangle-20736")
    assert images.options[-2:] == ["10,000 of 20,736 images", "20,736 of 20,736 images"]
    images.select_index(0)
    measured(at)
    [told] = [each.value for each in at.caption if each.value.startswith("Measured on")]
    assert told.startswith("Measured on 1,000 images (test)")


def test_each_command_measures_what_was_measured_on_the_page(tmp_path: Path) -> None:
    measured(opened(view="collapse", images="100"))
    measured(opened(view="sharpness", images="300"))
    data, entry = load_dataset("digits"), find_model("shipped:digits-2d")
    assert entry is not None
    views = measuring_views()
    taken = diagnosis(views["sharpness"], LookedAt(entry, data, data.split("test")), 300)
    commands = taken.command.splitlines()
    assert [each.rpartition(" --split test ")[2] for each in commands] == [
        "--collapse --images 100 --out diagnosis-100.html",
        "--sharpness --images 300 --out diagnosis-300.html",
    ]
    for line, there in zip(commands, taken.measured, strict=True):
        file = tmp_path / f"{there.section.name}.json"
        assert main([*shlex.split(line)[1:-1], f"{file}"]) == 0
        found = json.loads(file.read_text())[there.section.name]
        del found["seconds"]
        assert found == json.loads(json.dumps(there.finding.as_json()))


def test_blur_and_samples_tell_means_and_samples_apart_and_show_them() -> None:
    keep_quick_classifier("digits")
    at = measured(opened(view="sharpness"))
    assert at.title[0].value.startswith("Means are 0.")
    assert "times as sharp as real images, samples 3." in at.title[0].value
    _, strips = (each.proto.body for each in at.get("html"))
    for words in ("Real images (test)", "The sharpest samples x", "The most blurred means E[x|z]"):
        assert words in strips
    at = measured(opened(view="samples"))
    assert "Failing: coverage below 0.5" in at.caption[0].value
    _, table, strips = (each.proto.body for each in at.get("html"))
    assert '<th scope="col">means</th><th scope="col">samples</th>' in table
    assert "Fréchet distance" in table
    assert "each beside its nearest training image" in strips
