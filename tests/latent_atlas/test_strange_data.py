"""No model is shown with data that it was not trained on without a word that says so."""

import io
import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from latent_atlas.__main__ import main
from latent_atlas.places import PAGES
from latent_atlas.stored_models import shipped_models
from latent_atlas.ui.model_files import open_upload
from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.data import available_datasets, load_dataset
from vae_core.data.kinship import relation
from vae_core.data.sources import fashion_mnist
from vae_core.evaluation import evaluate_images
from vae_core.models import TrainingRecord, load_model, model_bytes

SHIPPED = shipped_models()
SAID = {"same": "The images are those of", "part": "shown is a part of it", "other": "not on the"}
CONFIDENT = "and come back"


@pytest.fixture
def fresh_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the data that come with the program are here."""
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(tmp_path))
    monkeypatch.setattr(fashion_mnist, "DEBIAN", tmp_path)


def pairs() -> list[tuple[str, str]]:
    """Every shipped model with every dataset at hand that has images of its size."""
    shapes = {name: load_model(path).model.image_shape for name, path in SHIPPED.items()}
    here = [each for each in available_datasets() if each.present]
    # Dataset by dataset: few are held in memory at a time.
    return [(model, d.name) for d in here for model in SHIPPED if d.image_shape == shapes[model]]


@pytest.mark.parametrize(("model", "data"), pairs())
def test_the_terminal_and_the_json_say_how_the_data_stand_to_the_model(
    model: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    trained_on = load_model(SHIPPED[model]).training.dataset
    words = ["likelihood", model, "--dataset", data, "--images", "2"]
    assert (
        main([*words, "--method", "importance", "--proposal", "encoder", "--k", "2", "--json"]) == 0
    )
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert (found["trained_on"], found["relation"]) == (trained_on, relation(trained_on, data))
    if found["relation"] != "same":
        assert SAID[found["relation"]] in captured.err


@pytest.mark.usefixtures("fresh_machine")
@pytest.mark.parametrize(
    "words", [["evaluate"], ["export", "--to", "html"], ["export", "--to", "csv"]]
)
def test_every_command_says_it(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command, *options = words
    if command == "export":
        options += ["--out", str(tmp_path / "out")]
    for data, known in (("mnist-12k", "other"), ("fashion-mnist-12k", "part")):
        asked = [command, "fashion-mnist-2d", "--dataset", data, *options, "--json"]
        assert main(asked) == 0
        captured = capsys.readouterr()
        assert json.loads(captured.out)["relation"] == known
        assert SAID[known] in captured.err
        if "html" in words:
            page = (tmp_path / "out").read_text(encoding="utf-8")
            assert SAID[known] in page
            assert ('<p role="note">' in page) == (known == "other")


@pytest.mark.usefixtures("fresh_machine")
def test_an_export_without_a_dataset_says_what_it_took(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "strange.safetensors"
    path.write_bytes(stranger("frey-face"))
    assert main(["export", str(path), "--to", "csv", "--out", str(tmp_path / "out.csv")]) == 0
    assert "was trained on “Frey Face”, not on the images shown" in capsys.readouterr().err


def test_a_sheet_of_strange_images_is_wider_by_the_words_that_say_so(tmp_path: Path) -> None:
    widths = []
    for data in ("mnist-12k", "fashion-mnist-12k"):
        out = tmp_path / f"{data}.png"
        words = ["reconstruct", "mnist-2d", "--dataset", data, "--count", "1"]
        assert main([*words, "--out", str(out)]) == 0
        with Image.open(out) as sheet:
            widths.append(sheet.width)
    assert widths[1] > widths[0] + 100


def stranger(trained_on: str | None) -> bytes:
    """A model of 28 × 28 pixels whose own data are not here."""
    return model_bytes(small_vae(image_shape=(1, 28, 28)), TrainingRecord(dataset=trained_on))


def opened(page: str, model: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
    for name, value in {"model": model, **query}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def told(app: AppTest) -> str:
    return "\n".join(each.value for each in app.caption).replace("\\", "")


@pytest.mark.usefixtures("fresh_machine")
@pytest.mark.parametrize("page", ["explore", "reconstruct"])
@pytest.mark.parametrize("model", SHIPPED)
def test_on_a_fresh_machine_every_shipped_model_has_its_own_data_or_a_part_of_them(
    model: str, page: str
) -> None:
    app = opened(page, f"shipped:{model}")
    assert not app.warning
    trained_on = load_model(SHIPPED[model]).training.dataset
    own = any(each.name == trained_on and each.present for each in available_datasets())
    assert ("shown is a part of it" in told(app)) != own
    if page == "reconstruct":
        assert CONFIDENT in app.title[0].value


@pytest.mark.usefixtures("fresh_machine")
@pytest.mark.parametrize("page", ["explore", "reconstruct"])
@pytest.mark.parametrize(
    ("trained_on", "says"),
    [
        ("binarized-mnist", "not on the images shown, “MNIST, 12,000”"),
        ("own-0123456789abcdef", "not on the images shown, “MNIST, 12,000”"),
        (None, "does not say what it was trained on; shown is “MNIST, 12,000”"),
    ],
)
def test_a_model_without_its_data_gets_a_banner_and_no_confident_headline(
    trained_on: str | None, says: str, page: str
) -> None:
    entry = open_upload("strange.safetensors", stranger(trained_on))
    app = opened(page, entry.key)
    banner = app.expander[0].label if page == "reconstruct" else app.warning[0].value
    assert says in banner.replace("\\", "")
    assert not any(CONFIDENT in each.value for each in app.title)
    assert not any("Draw a digit" in each.value for each in app.subheader if trained_on is None)


@pytest.mark.usefixtures("fresh_machine")
def test_a_second_model_that_was_trained_on_other_data_gets_a_banner_too() -> None:
    at = opened("reconstruct", "shipped:mnist-2d", **{"with": "shipped:fashion-mnist-2d"})
    banner = at.expander[0]
    assert banner.label.replace("\\", "").startswith("fashion-mnist-2d was trained on “Fashion-MN")


@pytest.mark.usefixtures("fresh_machine")
def test_an_image_of_ones_own_is_said_to_be_none_that_the_model_was_trained_on() -> None:
    app = opened("explore", "shipped:fashion-mnist-2d")
    stream = io.BytesIO()
    Image.fromarray(load_dataset("mnist-12k").images[0, 0].numpy()).save(stream, "PNG")
    picture = ("two.png", stream.getvalue(), "image/png")
    app.file_uploader(key="yours-file").set_value(picture).run()
    assert not app.exception
    assert "not trained on it, but on “Fashion-MNIST”" in told(app)


@pytest.mark.usefixtures("fresh_machine")
def test_the_shipped_clothes_are_rebuilt_as_clothes_on_a_fresh_machine() -> None:
    app = opened("reconstruct", "shipped:fashion-mnist-2d")
    assert app.selectbox(key="class").options[1:] == list(fashion_mnist.CLASS_NAMES)
    saved = load_model(SHIPPED["fashion-mnist-2d"])
    images = load_dataset("fashion-mnist-12k").split("test").images
    bounds = evaluate_images(saved.vae, images, treatment="grey").elbo.double()
    assert saved.training.test is not None
    # Another 2,000 of the 10,000 images that the model's own number is of.
    error = float(bounds.std()) / len(images) ** 0.5
    assert abs(float(bounds.mean()) - saved.training.test["elbo"]) < 3 * error
    x = images.float() / 255
    with torch.no_grad():
        rebuilt = saved.vae.decode(saved.vae.encode(x).mu).mean
    mean_image = x.mean(0, keepdim=True)
    assert float((rebuilt - x).square().mean()) < 0.4 * float((mean_image - x).square().mean())
