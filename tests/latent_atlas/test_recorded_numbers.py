"""Card, README, picker, `evaluate` and Reconstruct say one thing of one model, or say why not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.__main__ import main
from latent_atlas.stored_models import file_digest, recorded_test, shipped_models
from latent_atlas.ui.model_files import describe
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import evaluate, over_draws
from vae_core.models import TrainingRecord, load_model
from vae_core.numerals import with_error

ROOT = Path(__file__).parents[2]
MODELS = sorted(shipped_models())
PLUS_MINUS = r"([\d.,]+) ± ([\d.]+)"


def card_of(name: str) -> dict[str, Any]:
    card: dict[str, Any] = json.loads((ROOT / "checkpoints" / f"{name}.json").read_text("utf-8"))
    return card


def written(name: str) -> str:
    """−ELBO of a card, as it ought to stand everywhere."""
    test = card_of(name)["test"]
    return with_error(-test["elbo"], test["half_widths"]["over_images"]["elbo"])


def data_or_skip(name: str) -> str:
    dataset = load_model(shipped_models()[name]).training.dataset or ""
    try:
        load_dataset(dataset)
    except AtlasError as absent:
        pytest.skip(f"the data of {name} are not here: {absent}")
    return dataset


@pytest.mark.parametrize("name", MODELS)
def test_a_card_has_both_errors_and_that_of_draws_is_the_smaller(name: str) -> None:
    sure = card_of(name)["test"]["half_widths"]
    assert sure["level"] == 0.95
    assert set(sure["over_images"]) == {"elbo", "rate", "distortion"}
    assert 0 < sure["over_draws"] < sure["over_images"]["elbo"]


@pytest.mark.parametrize("name", MODELS)
def test_the_readme_and_the_picker_write_the_number_of_the_card(name: str) -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    row = next(line for line in lines if f"`{name}` |" in line)
    assert f"| {written(name)} nats |" in row
    path = shipped_models()[name]
    assert f"test ELBO −{written(name)} nats" in describe(load_model(path), file_digest(path))


@pytest.mark.parametrize("name", MODELS)
def test_evaluate_on_the_same_images_agrees_within_the_draws_and_says_no_other_number(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data_or_skip(name)
    test = card_of(name)["test"]
    assert main(["evaluate", name, "--seed", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["images"] == test["images"]
    assert found["half_widths"]["level"] == 0.95
    # The difference of two such means; five of them are looked at, hence not in 95 of 100 cases.
    within = 2 * 2**0.5 * test["half_widths"]["over_draws"]
    assert found["elbo"] == pytest.approx(test["elbo"], abs=within)


def test_evaluate_on_other_images_says_what_is_recorded_and_of_what(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["evaluate", "mnist-2d", "--dataset", "mnist-12k"]) == 0
    told = capsys.readouterr().out
    assert re.search(
        r"ELBO −[\d.]+ ± [\d.]+, rate [\d.]+ ± 0\.\d+, distortion [\d.]+ ± [\d.]+ nats", told
    )
    assert f"ELBO −{written('mnist-2d')}, of 10,000 test images of mnist, grey." in told
    assert "in 95 of 100 cases, over images" in told
    assert "another draw of z" in told


def test_evaluate_on_the_images_of_the_card_says_nothing_of_a_record(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["evaluate", "digits-2d"]) == 0
    assert "Recorded" not in capsys.readouterr().out
    assert main(["evaluate", "digits-2d", "--binarize", "dynamic"]) == 0
    told = capsys.readouterr().out
    assert "black-and-white targets" in told
    assert "of 300 test images of digits, grey." in told


def reconstruct(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "reconstruct.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_reconstruct_agrees_with_the_card_within_its_draws_and_says_what_the_signs_mean() -> None:
    app = reconstruct(model="shipped:digits-2d")
    said = re.search(rf"\*\*{PLUS_MINUS} nats per image\*\*", app.markdown[0].value)
    assert said is not None
    test = card_of("digits-2d")["test"]
    assert float(said[1]) == pytest.approx(
        -test["elbo"], abs=2 * 2**0.5 * test["half_widths"]["over_draws"] + 0.05
    )
    assert "in 95 of 100 cases, over images" in app.caption[0].value
    assert "another draw of z" in app.caption[0].value
    assert "Recorded" not in app.caption[0].value


def test_reconstruct_on_a_class_alone_says_what_is_recorded_of_all() -> None:
    app = reconstruct(**{"model": "shipped:digits-2d", "class": "7"})
    told = app.caption[0].value.replace("\\", "")
    assert f"Recorded of digits-2d: {written('digits-2d')} nats, of 300 test images" in told


def test_a_file_without_an_error_gets_whole_nats_and_a_word_on_it() -> None:
    training = TrainingRecord(test={"elbo": -139.268}, algorithm="aevb")
    found = recorded_test(training, None)
    assert found is not None
    assert found.text == "−139 (± not recorded)"
    assert found.cost == "139 (± not recorded)"


def test_the_error_of_a_mean_is_the_spread_of_the_mean() -> None:
    """Over seeds, on the same images: 60 means spread as one of them says that they do."""
    from vae_core.evaluation import draw_variance

    vae = load_model(shipped_models()["digits-2d"]).vae
    images = load_dataset("digits").split("test").images[:100]
    means = [evaluate(vae, images, seed=100 + s).elbo for s in range(60)]
    mean = sum(means) / len(means)
    spread = (sum((each - mean) ** 2 for each in means) / (len(means) - 1)) ** 0.5
    told = over_draws(draw_variance(vae, images), len(images)) / 1.96
    assert told == pytest.approx(spread, rel=0.4)
