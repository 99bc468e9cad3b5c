"""A model that memory cannot hold is refused before it is begun; any other is let through."""

from pathlib import Path

import pytest
from torch import Generator

from vae_core.algorithms import ALGORITHMS
from vae_core.errors import AtlasError
from vae_core.models import NETWORKS
from vae_core.runs import create_run, make_config, memory
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
