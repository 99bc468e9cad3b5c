import hashlib
import shutil
from pathlib import Path

import pytest

from latent_atlas import stored_models
from latent_atlas.ui import catalog, model_files
from latent_atlas.ui.model_files import (
    describe,
    find_model,
    list_models,
    load_by_digest,
    open_upload,
    opened_folder,
)
from tests.latent_atlas.ui.model_fixtures import (
    add_checkpoint,
    run_with_model,
    small_model_bytes,
    small_vae,
)
from tests.vae_core.data.own.makers import png, zipped
from vae_core.data.own import import_images
from vae_core.errors import AtlasError
from vae_core.models import SavedModel, TrainingRecord
from vae_core.runs import runs_folder


def forget_everything() -> None:
    """As after a restart of the server."""
    model_files._opened.clear()
    model_files._places.clear()
    model_files._load.cache_clear()
    stored_models._digest_of.cache_clear()


@pytest.fixture(autouse=True)
def fresh_server() -> None:
    forget_everything()


def test_the_shipped_model_for_newcomers_comes_first() -> None:
    entries = list_models()
    assert [entry.key for entry in entries[:2]] == ["shipped:mnist-2d", "shipped:digits-2d"]
    assert "nats" in entries[0].subtitle
    assert entries[0].digest == hashlib.sha256(entries[0].source.read_bytes()).hexdigest()


def test_a_run_appears_as_soon_as_it_has_a_model() -> None:
    assert not any(entry.key.startswith("run:") for entry in list_models())
    run = run_with_model(runs_folder(), name="mine")
    found = find_model(f"run:{run.id}")
    assert found is not None
    assert found.title == "mine"


def test_no_models_file_is_read_before_somebody_looks_at_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = [run_with_model(runs_folder(), name=f"run {k}") for k in range(3)]
    read: list[Path] = []

    def counted_digest(path: Path) -> str:
        read.append(path)
        return stored_models.file_digest(path)

    monkeypatch.setattr(model_files, "file_digest", counted_digest)
    entries = {entry.key: entry for entry in list_models()}
    assert len([key for key in entries if key.startswith("run:")]) == len(runs)
    assert not [path for path in read if path.is_relative_to(runs_folder())]
    entry = entries[f"run:{runs[1].id}"]
    assert entry.digest == hashlib.sha256(entry.source.read_bytes()).hexdigest()
    assert [path for path in read if path.is_relative_to(runs_folder())] == [entry.source]


def test_a_model_that_was_pruned_meanwhile_is_told_of() -> None:
    run = run_with_model(runs_folder(), name="mine")
    entry = next(entry for entry in list_models() if entry.title == "mine")
    shutil.rmtree(run.path)
    with pytest.raises(AtlasError, match="no longer on the server"):
        entry.digest  # noqa: B018


def test_a_bare_name_in_an_address_is_enough_as_on_the_command_line() -> None:
    run = run_with_model(runs_folder(), name="mine")
    for bare, key in [(run.id, f"run:{run.id}"), ("Digits-2D", "shipped:digits-2d")]:
        found = find_model(bare)
        assert found is not None
        assert found.key == key
    assert find_model("no-such-model") is None
    assert find_model("") is None


def test_every_shipped_models_line_in_the_picker_has_its_number() -> None:
    for entry in list_models():
        number = entry.subtitle.split(" · ")[-1].removeprefix("test ").removesuffix(" nats")
        assert number in catalog._line(entry, "")


def test_a_run_that_goes_on_keeps_its_key_and_changes_its_digest() -> None:
    run = run_with_model(runs_folder(), seed=0, step=10)
    before = find_model(f"run:{run.id}")
    add_checkpoint(run, seed=1, step=20)
    after = find_model(f"run:{run.id}")
    assert before is not None
    assert after is not None
    assert before.key == after.key
    assert before.digest != after.digest


def test_an_opened_file_is_listed_and_found_after_a_restart() -> None:
    entry = open_upload("my model (1).safetensors", small_model_bytes(3))
    assert entry.title == "my-model-1"
    assert entry in list_models()
    forget_everything()
    assert entry.key not in {each.key for each in list_models()}
    assert find_model(entry.key) == entry


def test_a_digest_is_found_after_a_restart() -> None:
    run = run_with_model(runs_folder(), seed=4)
    entry = find_model(f"run:{run.id}")
    assert entry is not None
    forget_everything()
    assert load_by_digest(entry.digest).vae.architecture.latent_dim == 2


def test_a_digest_whose_file_is_gone_is_refused_in_a_sentence() -> None:
    run = run_with_model(runs_folder(), seed=5)
    entry = find_model(f"run:{run.id}")
    assert entry is not None
    shutil.rmtree(run.path)
    with pytest.raises(AtlasError, match="no longer on the server"):
        load_by_digest(entry.digest)


def test_a_replaced_file_is_never_served_under_the_old_digest() -> None:
    entry = open_upload("a.safetensors", small_model_bytes(6))
    digest = entry.digest  # as the page asked for it
    entry.source.write_bytes(small_model_bytes(7))
    model_files._load.cache_clear()
    with pytest.raises(AtlasError, match="no longer on the server"):
        load_by_digest(digest)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not a safetensors file"),
        (b"\x80\x04K*.", "pickle"),
        (small_model_bytes()[:-9], "damaged|cut short|match"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence_and_not_kept(content: bytes, sentence: str) -> None:
    with pytest.raises(AtlasError, match=sentence):
        open_upload("bad.safetensors", content)
    assert not opened_folder().exists()


def test_a_file_over_the_limit_is_refused_by_its_size() -> None:
    with pytest.raises(AtlasError, match=r"big\.safetensors has 65 MB.*up to 64 MB"):
        open_upload("big.safetensors", bytes(65 * 2**20))


def test_a_file_that_cannot_be_kept_says_where_and_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("LATENT_ATLAS_CACHE", str(blocked))
    with pytest.raises(AtlasError, match="LATENT_ATLAS_CACHE"):
        open_upload("a.safetensors", small_model_bytes())


@pytest.mark.parametrize("key", ["", "file:", "file:../../etc", "run:../x", "shipped:nothing"])
def test_a_key_that_names_nothing_finds_nothing(key: str) -> None:
    assert find_model(key) is None


def test_a_model_of_own_images_is_described_by_what_people_call_them() -> None:
    content = zipped({f"{k}.png": png(30 * k) for k in range(6)})
    about = import_images(("My bees.zip", content)).about
    assert describe(SavedModel(small_vae(), TrainingRecord(dataset=about.name))) == "2-D · My bees"
    gone = f"own-{'0' * 16}"
    assert describe(SavedModel(small_vae(), TrainingRecord(dataset=gone))) == f"2-D · {gone}"
