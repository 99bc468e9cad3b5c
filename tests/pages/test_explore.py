import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from latent_atlas import stored_models
from latent_atlas.ui import address, model_files
from latent_atlas.ui.model_files import open_upload
from tests.latent_atlas.ui.model_fixtures import run_with_model, small_model_bytes, small_vae
from vae_core.models import TrainingRecord, model_bytes
from vae_core.runs import runs_folder

PAGE = str(Path("pages/explore.py").resolve())


def explore(**query: str) -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def plane_data(app: AppTest) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)
    return data


def test_explore_opens_on_the_shipped_model_and_sends_addresses_not_numbers() -> None:
    app = explore()
    assert not app.exception
    assert app.query_params["model"] in ("shipped:mnist-2d", ["shipped:mnist-2d"])
    data = plane_data(app)
    assert data["decoder"].startswith("api/models/")
    assert data["encodings"].endswith("encodings-0.safetensors")
    assert len(json.dumps(data)) < 4_500


def test_a_link_restores_model_and_view() -> None:
    run = run_with_model(runs_folder())
    where = {"z": "0.5,-1", "axis": "cdf", "zoom": "4", "at": "0,-1"}
    what = {"layers": "tiles", "background": "holes", "guides": "on"}
    app = explore(model=f"run:{run.id}", **where, **what)
    view = plane_data(app)["view"]
    assert view["z"] == [0.5, -1.0]
    assert (view["axis"], view["zoom"], view["at"]) == ("cdf", 4.0, [0, -1])
    assert (view["layers"], view["background"], view["guides"]) == ("tiles", "holes", True)
    assert app.selectbox[0].value == f"run:{run.id}"


def test_a_link_to_a_file_that_was_opened_once_still_works() -> None:
    entry = open_upload("mine.safetensors", small_model_bytes(21))
    model_files._opened.clear()
    app = explore(model=entry.key)
    assert entry.digest in plane_data(app)["decoder"]


def test_a_model_that_has_learned_without_an_encoder_has_a_plane_without_points() -> None:
    record = TrainingRecord(dataset="digits", algorithm="svi")
    entry = open_upload("svi.safetensors", model_bytes(small_vae(), record))
    data = plane_data(explore(model=entry.key))
    assert entry.digest in data["decoder"]
    assert data["encodings"] is None


def test_choosing_a_model_changes_the_address_and_the_plane() -> None:
    app = explore()
    before = plane_data(app)["decoder"]
    app.selectbox[0].select("shipped:digits-2d").run()
    assert plane_data(app)["decoder"] != before
    assert app.query_params["model"] in ("shipped:digits-2d", ["shipped:digits-2d"])


def test_a_run_stays_chosen_when_the_browser_says_its_line_of_some_epochs_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = run_with_model(runs_folder())
    app = explore(model=f"run:{run.id}")
    shown, picker = plane_data(app)["decoder"], app.selectbox[0]
    picker.options = ["A run — epoch 3"]  # as the browser says it, which has kept that line
    monkeypatch.setattr(Selectbox, "index", property(lambda it: 0 if it is picker else None))
    app.run()
    assert plane_data(app)["decoder"] == shown
    assert app.selectbox[0].value == f"run:{run.id}"
    assert not any("There is no model" in each.value for each in app.caption)


@pytest.mark.parametrize("page", ["explore", "reconstruct", "diagnose", "sweeps"])
def test_of_runs_that_are_called_alike_each_can_be_chosen_and_stays_so(page: str) -> None:
    """A browser names what was chosen by its line."""
    runs = [
        run_with_model(runs_folder(), name="The same, and called so at length") for _ in range(3)
    ]
    app = AppTest.from_file(PAGE.replace("explore", page), default_timeout=60)
    app.query_params["model"] = f"run:{runs[1].id}"
    app.run()
    assert not app.exception
    for choice in (*app.selectbox, *app.multiselect, *app.radio):
        assert len(set(choice.options)) == len(choice.options), choice.label
    if page in ("explore", "reconstruct", "diagnose"):
        assert app.selectbox[0].value == f"run:{runs[1].id}"
        assert any(line.endswith(runs[1].id[-4:]) for line in app.selectbox[0].options)


def test_an_address_from_just_before_does_not_undo_a_choice_and_one_from_later_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = explore(model="shipped:mnist-2d")
    shown = plane_data(app)["decoder"]
    app.selectbox[0].select("shipped:digits-2d").run()
    chosen = plane_data(app)["decoder"]
    assert chosen != shown
    app.query_params["model"] = "shipped:mnist-2d"  # a rerun that was asked for before the choice
    app.run()
    assert plane_data(app)["decoder"] == chosen
    assert app.query_params["model"] in ("shipped:digits-2d", ["shipped:digits-2d"])

    later = address.monotonic() + address.UNHEARD_SECONDS
    monkeypatch.setattr(address, "monotonic", lambda: later)
    app.query_params["model"] = "shipped:mnist-2d"  # the browser went on to this page
    app.run()
    assert plane_data(app)["decoder"] == shown


def test_who_goes_back_at_once_finds_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    app = explore(model="shipped:mnist-2d", layers="tiles")
    shown = plane_data(app)["decoder"]
    app.selectbox(key="explore-twin").select("shipped:digits-2d").run()
    app.selectbox(key="explore-model").select("shipped:digits-2d").run()
    app.query_params.clear()
    app.query_params["model"], app.query_params["layers"] = "shipped:mnist-2d", "tiles"
    with monkeypatch.context() as patch:
        patch.setattr(address, "gone_back", lambda: True)
        app.run()
    assert plane_data(app)["decoder"] == shown
    assert "twin" not in app.query_params
    app.run()
    assert plane_data(app)["decoder"] == shown


def test_an_unknown_model_is_one_quiet_sentence_and_the_shipped_model() -> None:
    app = explore(model="run:gone")
    assert not app.exception
    assert not app.error
    told = [each.value.replace("\\", "") for each in app.caption if "gone" in each.value]
    assert told == ["There is no model “run:gone” here now, so this is mnist-2d."]
    assert plane_data(app)["decoder"]


def test_without_any_model_there_is_one_sentence_and_a_way_to_train(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(stored_models, "CHECKPOINTS", tmp_path)
    app = explore()
    assert not app.exception
    assert [button.label for button in app.button] == ["Train a model"]
    assert len(app.markdown) == 1
    assert not app.get("bidi_component")
