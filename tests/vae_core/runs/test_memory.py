"""A model that memory cannot hold is refused before it is begun; any other is let through."""

from pathlib import Path

import pytest
from torch import Generator

from vae_core.algorithms import ALGORITHMS
from vae_core.errors import AtlasError
from vae_core.models import NETWORKS
from vae_core.runs import create_run, make_config, memory
from vae_core.runs.faults import train_run
from vae_core.runs.memory import memory_bytes, weights

SHAPE = (1, 8, 8)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_weights_are_counted_as_the_model_has_them(algorithm: str, network: str) -> None:
    kind = ALGORITHMS[algorithm].trains
    told = {"network": network} if "network" in kind.document.model_fields else {}
    config = make_config(dataset="digits", algorithm=algorithm, **told)
    model = kind(kind.describe(SHAPE, config.settings()))
    model.initialise("torch", Generator().manual_seed(0))
    learned = [each.numel() for each in model.parameters() if each.requires_grad]
    assert weights(config, SHAPE) == sum(learned)


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden": (16_384,) * 16},
        {"algorithm": "made", "masked_widths": (16_384,) * 8},
        {"algorithm": "flow", "couplings": 64, "coupling_width": 1024, "global_width": 4096},
    ],
    ids=["mlp", "made", "flow"],
)
def test_a_model_larger_than_memory_is_refused_in_a_sentence_and_leaves_nothing(
    settings: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "memory_bytes", lambda: 2 * 10**9)
    with pytest.raises(
        AtlasError, match=r"This model would have [\d,]+ weights.* there are 2\.0 GB"
    ):
        create_run(make_config(dataset="digits", **settings), tmp_path)
    assert not list(tmp_path.iterdir())
    create_run(make_config(dataset="digits"), tmp_path)


@pytest.mark.parametrize("algorithm", ["made", "ddpm"])
def test_a_model_whose_checkpoint_could_not_be_read_again_is_refused_before_it_begins(
    algorithm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config(dataset="digits", algorithm=algorithm, samples=200)
    run = create_run(config, tmp_path)
    train_run(run)
    [state] = (run.path / "checkpoints").glob("step-*/state.safetensors")
    largest = state.stat().st_size
    monkeypatch.setattr(memory, "LARGEST_FILE", largest)
    create_run(config, tmp_path)
    monkeypatch.setattr(memory, "LARGEST_FILE", 0.98 * largest)
    with pytest.raises(AtlasError, match=r"A checkpoint of it takes .* is read again"):
        create_run(config, tmp_path)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 64, 64)])
@pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name != "made"])  # see below
def test_with_its_usual_settings_a_model_of_usual_images_is_no_such(
    algorithm: str, shape: tuple[int, int, int]
) -> None:
    memory.refuse_too_large(make_config(dataset="digits", algorithm=algorithm), shape)


def test_made_is_too_large_for_large_images_for_its_weights_grow_as_their_square() -> None:
    config = make_config(dataset="digits", algorithm="made")
    memory.refuse_too_large(config, (1, 28, 28))
    with pytest.raises(AtlasError, match="is read again"):
        memory.refuse_too_large(config, (3, 64, 64))


def test_memory_is_that_of_the_machine_or_less_in_a_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "_OF_CONTAINER", limit)
    whole = memory_bytes()
    limit.write_text("max\n")
    assert memory_bytes() == whole
    limit.write_text("1000000\n")
    assert memory_bytes() == 1_000_000
