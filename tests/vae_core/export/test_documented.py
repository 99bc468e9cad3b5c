"""What docs/export.md shows people works as it stands there."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import torch

from vae_core.models import LIKELIHOODS, NETWORKS, load_model

REPOSITORY = Path(__file__).parents[3]


def test_the_documented_lines_decode_a_model_without_this_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = REPOSITORY / "checkpoints" / "mnist-2d.safetensors"
    shutil.copy(shipped, tmp_path / "model.safetensors")
    monkeypatch.chdir(tmp_path)
    text = (REPOSITORY / "docs" / "export.md").read_text(encoding="utf-8")
    [lines] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert "vae_core" not in lines
    found: dict[str, np.ndarray] = {}
    exec(lines, found)
    expected = load_model(shipped).vae.decode(torch.zeros(1, 2)).mean[0]
    assert (torch.from_numpy(found["image"]) - expected).abs().max() < 1e-5


NATS = {
    "probability": "a probability",
    "levels": "probabilities of 256 levels",
    "density": "a density",
}


def test_the_table_of_kinds_says_what_they_declare() -> None:
    rows = [
        f"| network `{name}` | {kind.label} | {_code(kind.settings)} | | |"
        for name, kind in NETWORKS.items()
    ] + [
        f"| likelihood `{name}` | {kind.label} | {_code(kind.settings)} | "
        f"{_code(f'decoder.{head}' for head in kind.heads)} | "
        f"{NATS[kind.nats]} |"
        for name, kind in LIKELIHOODS.items()
    ]
    text = (REPOSITORY / "docs" / "export.md").read_text(encoding="utf-8")
    table = text.split("| kind |")[1].split("\n\n")[0].splitlines()[2:]
    assert [re.sub(r" +", " ", row) for row in rows] == table


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
