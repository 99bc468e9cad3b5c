"""Rate against distortion, and two maps, as the page's script runs."""

from typing import Any

from streamlit.testing.v1 import AppTest

from tests.latent_atlas.ui.model_fixtures import run_with_model
from tests.pages.reconstruct_page import ended
from tests.pages.reconstruct_page import opened as page_of
from vae_core.runs import runs_folder


def opened(**query: str) -> AppTest:
    query.setdefault("model", "shipped:digits-2d")
    return page_of(None, **query)


def said(at: AppTest) -> str:
    return "\n".join(each.value for each in [*at.markdown, *at.caption, *at.info])


def charts(at: AppTest) -> int:
    return len(at.get("plotly_chart"))


def test_a_model_is_measured_once_and_drawn_with_what_linear_codes_do() -> None:
    at = ended(opened(view="rate-distortion"))
    assert at.title[0].value == "How long the code is, and what the copies lose"
    assert charts(at) == 1
    assert "Here PCA has no line to compare with" in said(at)
    assert "300 test images" in said(at)
    at.segmented_control(key="distortion").select("Squared error").run()
    assert "any linear code of J numbers" in said(at)
    # What is known of it is not measured again.
    assert charts(opened(view="rate-distortion")) == 1


def test_all_models_of_the_data_are_drawn_and_one_that_is_pressed_stands_in_the_columns() -> None:
    run = run_with_model(runs_folder(), name="rival")
    at = ended(ended(opened(view="rate-distortion", models="All of these data")))
    pills: Any = at.get("button_group")[-1]
    assert pills.options == ["rival"]
    assert at.multiselect[0].value == []
    pills.set_value([f"run:{run.id}"]).run()
    assert not at.exception
    assert "".join(at.query_params["with"]) == f"run:{run.id}"
    assert at.multiselect[0].value == [f"run:{run.id}"]


def test_one_map_asks_for_another_and_two_are_laid_on_each_other() -> None:
    at = opened(view="maps")
    assert "stands alone" in said(at)
    run = run_with_model(runs_folder(), name="rival")
    at = opened(view="maps", **{"with": f"run:{run.id}"})
    assert "of it does not fit" in said(at)
    assert "10 nearest others" in said(at)
    assert "choose 2 more such models" in said(at)
    assert charts(at) == 1


def test_what_survives_retraining_is_measured_on_demand_over_three_seeds() -> None:
    first, *others = [run_with_model(runs_folder(), seed=k, name=f"seed {k}") for k in range(3)]
    keys = {"model": f"run:{first.id}", "with": ",".join(f"run:{run.id}" for run in others)}
    at = opened(view="maps", **keys)
    assert "differ by chance alone" in said(at)
    at.button(key="measure-survival").click().run()
    at = ended(at)
    assert "Over 3 models the straight distance" in said(at)
    assert charts(at) == 2
    at.segmented_control(key="map").select("C").run()
    assert not at.exception


def test_nonsense_in_the_address_does_no_harm() -> None:
    for query in ({"view": "maps", "moved": "−1; x", "map": "Z"}, {"view": "rate-distortion"}):
        opened(**query, distortion="x", models="x", **{"with": "x,y"})
