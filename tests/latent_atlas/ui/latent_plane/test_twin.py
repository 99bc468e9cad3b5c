"""The second model of Explore: how it is chosen, linked to and put away."""

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.latent_atlas.ui.model_fixtures import keep_snapshot, run_with_model, small_vae
from vae_core.models import TrainingRecord, save_model
from vae_core.runs import runs_folder

PAGE = str(Path("pages/explore.py").resolve())
DIGITS = "shipped:digits-2d"


def explore(**query: str) -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def planes(app: AppTest) -> list[dict[str, Any]]:
    found = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    return [data for data in found if "twin" in data]


def asked(app: AppTest, name: str) -> str | None:
    found = app.query_params.get(name)
    return found[0] if isinstance(found, list) else found


def test_a_twin_is_chosen_with_the_same_view_and_put_away_again() -> None:
    app = explore(model=DIGITS, z="0.5,-1", layers="tiles", a="0,0,1,0,1,1")
    assert [data["twin"] for data in planes(app)] == [None]
    picker = app.selectbox(key="explore-twin")
    picker.select("shipped:mnist-2d").run()
    assert not app.exception
    first, second = planes(app)
    assert [first["twin"], second["twin"]] == ["first", "second"]
    assert second["view"]["z"] == first["view"]["z"] == [0.5, -1.0]
    assert second["view"]["layers"] == "tiles"
    assert second["view"]["a"] is None
    assert asked(app, "twin") == "shipped:mnist-2d"
    assert asked(app, "twin-layers") == "tiles"
    app.selectbox(key="explore-twin").set_value(None).run()
    assert [data["twin"] for data in planes(app)] == [None]
    assert [name for name in app.query_params if name.startswith("twin")] == []


def test_an_address_from_just_before_does_not_bring_a_twin_back() -> None:
    app = explore(model=DIGITS, twin="shipped:mnist-2d")
    app.selectbox(key="explore-twin").set_value(None).run()
    app.query_params["twin"] = "shipped:mnist-2d"  # a rerun that was asked for before the choice
    app.query_params["twin-layers"] = "tiles"
    app.run()
    assert [data["twin"] for data in planes(app)] == [None]
    assert [name for name in app.query_params if name.startswith("twin")] == []


def test_a_link_restores_the_twin_and_its_own_view() -> None:
    twin = {"twin": "shipped:mnist-2d", "twin-layers": "points", "twin-axis": "cdf"}
    first, second = planes(explore(model=DIGITS, layers="tiles", **twin))
    assert (first["view"]["layers"], first["view"]["axis"]) == ("tiles", "z")
    assert (second["view"]["layers"], second["view"]["axis"]) == ("points", "cdf")
    assert first["decoder"] != second["decoder"]


def test_the_same_model_comes_at_its_first_epoch() -> None:
    run = run_with_model(runs_folder())
    path = run.model_path()
    assert path is not None
    save_model(path, small_vae(), TrainingRecord(dataset="digits", epochs=5))
    keep_snapshot(run, 0.25, small_vae(1))
    first, second = planes(explore(model=f"run:{run.id}", twin=f"run:{run.id}"))
    assert first["decoder"] == second["decoder"]
    assert (first["view"]["epoch"], second["view"]["epoch"]) == (None, 0.25)


def test_a_twin_that_is_gone_leaves_one_plane_and_a_quiet_sentence() -> None:
    app = explore(model=DIGITS, twin="run:gone")
    assert not app.exception
    told = [each.value.replace("\\", "") for each in app.caption if "gone" in each.value]
    assert told == ["There is no model “run:gone” here now to compare with."]
    assert [data["twin"] for data in planes(app)] == [None]


def test_planes_put_on_the_page_anew_start_where_they_were_left_whatever_the_address_says() -> None:
    app = explore(model=DIGITS, layers="points", twin="shipped:mnist-2d")
    for key in ("plane", "twin-shipped:mnist-2d"):  # what their browser has told since
        app.session_state[key] = {"view": {"layers": "both", "axis": "cdf", "guides": True}}
    app.run()
    assert not app.exception
    views = [data["view"] for data in planes(app)]
    assert [(view["layers"], view["axis"], view["guides"]) for view in views] == [
        ("both", "cdf", True)
    ] * 2
