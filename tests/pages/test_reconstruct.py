"""The Reconstruct page as its script runs, on the shipped model of the small digits."""

from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import Tensor

from latent_atlas.reports.data_words import measure
from latent_atlas.stored_models import file_digest, recorded_test, shipped_models
from latent_atlas.ui.catalog import open_upload
from latent_atlas.ui.images import image_uri, png_bytes
from latent_atlas.ui.model_files import ModelEntry
from latent_atlas.ui.reconstruct.brought import Brought
from latent_atlas.ui.reconstruct.images import walls
from latent_atlas.ui.reconstruct.rows import wall_data
from tests.pages.reconstruct_page import APP, components
from vae_core.data import Split, load_dataset
from vae_core.models import (
    LIKELIHOODS,
    VAE,
    Architecture,
    TrainingRecord,
    load_model,
    model_bytes,
)
from vae_core.runs import create_run, make_config, runs_folder
from vae_core.runs.faults import train_run


def opened(**query: str) -> AppTest:
    at = AppTest.from_string(APP, default_timeout=60)
    for name, value in {"model": "shipped:digits-2d", **query}.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def wall(at: AppTest) -> dict[str, Any]:
    return components(at, "reconstruction_wall")[0]


def totals(at: AppTest, model: int = 0) -> list[float]:
    return [number(card["models"][model]["total"]) for card in wall(at)["cards"]]


def number(text: str) -> float:
    """Without its ±."""
    return float(text.partition(" ± ")[0].replace("−", "-").replace(",", ""))


def ids(at: AppTest) -> list[int]:
    return [card["id"] for card in wall(at)["cards"]]


def tiny(
    name: str,
    shape: tuple[int, int, int],
    dataset: str | None = None,
    likelihood: str = "bernoulli",
    seed: int = 0,
) -> ModelEntry:
    torch.manual_seed(seed)
    vae = VAE(Architecture(image_shape=shape, latent_dim=4, hidden=(8,), likelihood=likelihood))
    return open_upload(f"{name}.safetensors", model_bytes(vae, TrainingRecord(dataset=dataset)))


def test_the_page_opens_on_images_and_says_what_is_seen() -> None:
    at = opened()
    assert at.title[0].value == "64 pixels go through 2 numbers and come back"
    assert len(ids(at)) == 24
    assert "300 test images, grey targets" in at.markdown[0].value
    assert "nats per image** =" in at.markdown[0].value
    assert not at.error


def test_worst_first_descends_and_best_first_ascends() -> None:
    at = opened()
    at.selectbox(key="sort").select("worst").run()
    worst = totals(at)
    assert worst == sorted(worst, reverse=True)
    at.selectbox(key="sort").select("best").run()
    best = totals(at)
    assert best == sorted(best)
    assert best[0] < worst[0]


def test_the_class_filter_shows_that_class_alone() -> None:
    at = opened()
    at.selectbox(key="class").select("7").run()
    assert {card["label"] for card in wall(at)["cards"]} == {"7"}
    labels = load_dataset("digits").split("test").labels
    assert labels is not None
    sevens = labels.tolist().count(7)
    assert f"{sevens} test images of class 7" in at.markdown[0].value


def test_shuffle_shows_other_images_and_the_link_brings_them_back() -> None:
    at = opened()
    before = ids(at)
    at.selectbox(key="sort").select("worst").run()
    at.button[0].click().run()
    assert at.selectbox(key="sort").value == "shuffled"
    after = ids(at)
    assert after != before
    assert ids(opened(seed=at.query_params["seed"][0])) == after


def test_one_sample_changes_the_pictures_and_not_the_numbers() -> None:
    at = opened()
    mean = wall(at)["cards"][0]["models"][0]
    at.segmented_control(key="picture").select("Sample z").run()
    sample = wall(at)["cards"][0]["models"][0]
    assert sample["total"] == mean["total"]
    assert sample["rebuilt"] != mean["rebuilt"]
    at.button[1].click().run()
    assert wall(at)["cards"][0]["models"][0]["rebuilt"] != sample["rebuilt"]


def test_a_link_to_an_image_opens_the_page_that_holds_it() -> None:
    at = opened(seed="5")
    far = ids(at)
    again = opened(seed="0", image=str(far[-1]))
    assert far[-1] in ids(again)
    assert wall(again)["selected"] == far[-1]


@pytest.mark.parametrize("name", ["seed", "image", "draw", "with", "sort", "class"])
def test_nonsense_in_the_address_does_no_harm(name: str) -> None:
    assert len(ids(opened(**{name: "−1; nonsense"}))) == 24


def test_what_a_link_names_and_is_not_here_is_told_and_nothing_else_is_lost() -> None:
    rival = tiny("rival", (1, 8, 8))
    at = opened(data="brought", **{"with": f"run:gone,{rival.key},{rival.key},<b>x</b>"})
    assert wall(at)["models"] == ["digits-2d", "rival"]
    told = [info.value.replace("\\", "") for info in at.info]
    assert told[0].startswith("The images that were brought are not here any more")
    assert told[1].startswith("There is no model “run:gone” and “<b>x</b>” here now")
    at.run()  # the address has forgotten them
    assert "gone" in at.info[1].value
    at.multiselect[0].unselect(rival.key).run()
    assert len(at.info) == 1


def test_a_link_names_the_split() -> None:
    at = opened(split="train")
    assert at.selectbox(key="split-shipped:digits-2d-digits").value == "train"
    assert "1,497 train images" in at.markdown[0].value
    at.selectbox(key="split-shipped:digits-2d-digits").select("test").run()
    assert "split" not in at.query_params  # the usual one
    assert "300 test images" in at.markdown[0].value


@pytest.mark.parametrize(("name", "value"), [("data", "<b>x</b>"), ("split", "*"), ("view", "*")])
def test_what_is_not_there_in_a_link_falls_back_to_what_is(name: str, value: str) -> None:
    assert len(ids(opened(**{name: value}))) == 24


def test_another_split_stands_beside_with_what_an_image_costs_more() -> None:
    at = opened(beside="beside train")
    walls = components(at, "reconstruction_wall")
    assert [each["split"] for each in walls] == ["test", "train"]
    assert "an image of test costs, against one of train: digits-2d" in at.markdown[1].value


def test_epochs_of_a_run_stand_beside_it_as_columns() -> None:
    config = make_config(dataset="digits", hidden=(16,), epochs=3, threads=1, name="short")
    run = create_run(config, runs_folder())
    train_run(run)
    at = opened(model=f"run:{run.id}")
    epochs = at.button_group(key="reconstruct-epochs")
    assert epochs.options[0] == "epoch 0"
    epochs.set_value([f"run:{run.id}@0"]).run()
    assert not at.exception
    assert wall(at)["models"] == ["short", "short, epoch 0"]
    first, last = (totals(at, model) for model in (1, 0))
    assert sum(first) > sum(last)  # what nothing has been learned of costs more


def test_a_search_shows_those_images_alone_and_says_so_where_there_are_none() -> None:
    at = opened(find="3, 10-12")
    assert sorted(ids(at)) == [3, 10, 11, 12]
    at.text_input(key="find").set_value("no such thing").run()
    assert "No image here" in at.info[0].value
    assert not components(at, "reconstruction_wall")


def test_more_like_one_begins_with_it() -> None:
    at = opened(near="17", sort="Nearest to 17")
    assert ids(at)[0] == 17
    labels = load_dataset("digits").split("test").labels
    assert labels is not None
    alike = [int(labels[each]) for each in ids(at)[:10]]
    assert alike.count(int(labels[17])) > 5


def test_many_models_stand_in_columns_without_their_errors() -> None:
    rivals = [tiny(f"rival {n}", (1, 8, 8), seed=n) for n in range(5)]
    at = opened(**{"with": ",".join(each.key for each in rivals)})
    assert len(wall(at)["models"]) == 6
    assert wall(at)["captions"] == ["rebuilt"]
    assert len(ids(at)) == 8


def test_what_somebody_brings_is_measured_as_images_of_a_data_set_are() -> None:
    at = opened()
    pixels = load_dataset("digits").split("test").images[5, 0].numpy()
    at.session_state["brought-images"] = [Brought("five.png", png_bytes(pixels))]
    at.query_params["data"] = "brought"
    at.run()
    assert not at.exception
    assert ids(at) == [0]
    assert wall(at)["cards"][0]["original"] == image_uri(pixels[None])
    assert "was trained on" in at.expander[0].label
    at.session_state["brought-images"] = [Brought("<b>.png", b"no picture")]
    at.run()
    assert not at.exception
    assert "300 test images" in at.markdown[0].value


def test_a_second_model_stands_beside_the_first() -> None:
    rival = tiny("rival", (1, 8, 8))
    at = opened(**{"with": rival.key})
    assert wall(at)["models"] == ["digits-2d", "rival"]
    assert all(len(card["models"]) == 2 for card in wall(at)["cards"])
    assert "Models differ most" in at.selectbox(key="sort").options
    at.multiselect[0].unselect(rival.key).run()
    assert wall(at)["models"] == ["digits-2d"]
    assert "Models differ most" not in at.selectbox(key="sort").options


@pytest.mark.parametrize("likelihood", sorted(LIKELIHOODS))
def test_pictures_stand_side_by_side_whatever_the_likelihood_and_nats_where_they_compare(
    likelihood: str,
) -> None:
    nats = LIKELIHOODS[likelihood].nats
    rival = tiny("rival", (1, 8, 8), likelihood=likelihood)
    at = opened(**{"with": rival.key})
    assert wall(at)["models"] == ["digits-2d", "rival"]
    assert ("| B | rival |" in at.markdown[0].value) == (nats == "probability")
    assert [info.value.replace("\\", "") for info in at.info] == (
        [
            "The pictures of rival can be held against these, its nats cannot: they are those of "
            f"{measure(nats)} ({likelihood}), these those of probabilities (bernoulli)."
        ]
        if nats != "probability"
        else []
    )
    for card in wall(at)["cards"]:
        first, second = card["models"]
        assert not (nats != "probability" and (first["best"] or second["best"]))
        assert (second["floor"] is None) == (nats != "probability")


def test_two_densities_are_held_against_each_other() -> None:
    first, second = (
        tiny(name, (1, 8, 8), "digits", name) for name in ("gaussian", "gaussian-fixed")
    )
    at = opened(model=first.key, **{"with": second.key})
    assert "| B | gaussian-fixed |" in at.markdown[0].value.replace("\\", "")
    assert not at.info
    assert "Models differ most" in at.selectbox(key="sort").options


def test_another_digit_than_the_recorded_one_is_explained() -> None:
    at = opened()
    path = shipped_models()["digits-2d"]
    test = recorded_test(load_model(path).training, file_digest(path))
    assert test is not None
    alike = f"**{test.cost.partition(' ')[0]} ± " in at.markdown[0].value
    assert alike != ("Recorded of" in at.caption[0].value)


def test_a_model_of_other_images_stands_beside_at_a_common_size_and_its_nats_apart() -> None:
    other = tiny("wide", (3, 12, 10))
    at = opened(**{"with": other.key})
    assert wall(at)["models"] == ["digits-2d", "wide"]
    assert (wall(at)["height"], wall(at)["width"]) == (8, 8)
    assert at.info[0].value.startswith(
        "wide reads images of 12 × 10, RGB, and these are 8 × 8, grey"
    )
    assert "wide" not in at.markdown[0].value
    assert not any(each["best"] for card in wall(at)["cards"] for each in card["models"])
    at.selectbox(key="size").select("12 × 10, RGB").run()
    assert not at.exception
    assert (wall(at)["height"], wall(at)["width"]) == (12, 10)


def test_a_model_whose_images_are_not_here_gets_a_sentence_and_no_wall() -> None:
    lonely = tiny("lonely", (1, 5, 5), dataset="somewhere-else")
    at = opened(model=lonely.key)
    assert at.title[0].value == "The images of this model are not here"
    assert len(at.info) == 1
    assert not components(at, "")


def test_a_link_to_a_model_that_is_gone_falls_back_to_one_that_is_there() -> None:
    at = opened(model="run:gone")
    assert len(ids(at)) == 24


def test_a_rerun_that_shows_the_same_draws_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[list[int]] = []

    def counting(split: Split, indices: Tensor, *args: Any, **settings: Any) -> dict[str, Any]:
        drawn.append(indices.tolist())
        return wall_data(split, indices, *args, **settings)

    monkeypatch.setattr(walls, "wall_data", counting)
    entry = tiny("drawn-once", (1, 8, 8), "digits", seed=77)
    at = opened(model=entry.key, find="3")
    at.run()
    assert drawn == [[3]]
    at.segmented_control(key="picture").select("Deviation").run()
    assert drawn == [[3], [3]]
