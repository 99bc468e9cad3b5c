"""The shipped models are what their cards say."""

import hashlib
import json
from pathlib import Path

import pytest

from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import evaluate
from vae_core.models import Architecture, load_model
from vae_core.runs import list_snapshots, read_snapshot, snapshot_record
from vae_core.runs.snapshots import snapshot_model

FOLDER = Path(__file__).parents[1] / "checkpoints"
MODELS = sorted(FOLDER.glob("*.safetensors"), key=lambda path: path.name)


def test_the_models_that_the_app_promises_are_there() -> None:
    assert {"mnist-2d", "digits-2d"} <= {path.stem for path in MODELS}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_is_small_and_its_card_describes_this_very_file(path: Path) -> None:
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    saved = load_model(path)
    assert path.stat().st_size <= 6_000_000
    assert card["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert Architecture.model_validate(card["architecture"]) == saved.vae.architecture
    assert card["command"] == saved.training.command
    assert card["licence"]
    assert card["seed"] is not None


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_snapshots_of_a_model_are_small_sound_and_on_its_card(path: Path) -> None:
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    found = list_snapshots(path.with_suffix("") / "snapshots")
    records = [record for each in found if (record := snapshot_record(each.path))]
    told = card.get("snapshots", {})
    assert [each.step for each in records] == told.get("steps", [])
    whole = [each.path for each, record in zip(found, records, strict=True) if record.encoder]
    assert whole == [each.path for each in found][len(found) - told.get("encoders", 0) :]
    assert {each.dataset for each in records} <= {told.get("dataset")}
    assert sum(each.path.stat().st_size for each in found) <= 7_500_000
    saved = load_model(path)
    for each in found:
        assert each.epoch < (saved.training.epochs or 0)
        content = read_snapshot(each, saved.vae.architecture)
        if content.record is not None:
            assert content.encodings is not None
            assert len(content.encodings.mu) == told["images"]


@pytest.mark.parametrize("name", ["mnist-2d", "digits-2d"])
def test_the_map_of_the_digits_unfolds_as_it_was_learned(name: str) -> None:
    architecture = load_model(FOLDER / f"{name}.safetensors").vae.architecture
    found = list_snapshots(FOLDER / name / "snapshots")
    assert len(found) >= 12
    encodings = [read_snapshot(each, architecture).encodings for each in found]
    spread = [float(each.mu.std(0).mean()) for each in encodings if each]
    assert found[0].epoch == 0
    assert spread[0] < 0.5 < spread[-1]  # together before the first step, apart after the last


def test_an_epoch_of_the_small_digits_is_a_model_on_the_way_to_the_shipped_one() -> None:
    test = load_dataset("digits").split("test").images
    found = list_snapshots(FOLDER / "digits-2d" / "snapshots")
    models = [
        *(snapshot_model(each.path) for each in found[::5]),
        load_model(FOLDER / "digits-2d.safetensors"),
    ]
    bounds = [evaluate(each.vae, test).elbo for each in models]
    assert bounds == sorted(bounds)
    told = [each.training.epochs for each in models[:3]]
    assert told == pytest.approx([each.epoch for each in found[::5]], abs=1e-6)
    assert models[0].training.dataset == models[-1].training.dataset


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_cards_test_bound_is_measured_again(path: Path) -> None:
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    saved = load_model(path)
    try:
        data = load_dataset(saved.training.dataset or "")
    except AtlasError as absent:
        pytest.skip(f"the data of {path.stem} are not here: {absent}")
    test = data.split(data.test_split(saved.training.split or "train"))
    bound = evaluate(saved.vae, test.images)
    assert card["test"]["images"] == bound.images
    assert card["test"]["elbo"] == pytest.approx(bound.elbo, abs=0.01)


def test_the_first_model_a_newcomer_sees_is_as_good_as_it_must_be() -> None:
    card = json.loads((FOLDER / "mnist-2d.json").read_text(encoding="utf-8"))
    assert -card["test"]["elbo"] <= 139.5
    assert card["split"] == "train-60k"
